//! Earlier visits like one, on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::worklist::ListedVisit;
use crate::service;

/// Earlier visits like one.
#[derive(Serialize, ToSchema)]
pub struct SimilarVisits {
    /// False where the service has no encoder to compare with.
    pub available: bool,
    /// The most alike first; 5 at most.
    pub visits: Vec<SimilarVisit>,
}

/// An earlier visit.
#[derive(Serialize, ToSchema)]
pub struct SimilarVisit {
    /// What the lists show of it.
    pub visit: ListedVisit,
    /// How alike the main complaints are: the cosine of their vectors, 0.8 to 1.
    #[schema(example = 0.93)]
    pub score: f64,
    /// The hospital gave both the same reference.
    pub same_patient: bool,
    /// What a doctor put in place of a decision.
    pub changed: Vec<ChangedDecision>,
}

/// A decision that a doctor replaced.
#[derive(Serialize, ToSchema)]
pub struct ChangedDecision {
    /// `department`, `route` or `urgency`.
    pub part: String,
    /// What stood there.
    pub from: String,
    /// What stands there.
    pub to: String,
}

impl SimilarVisits {
    pub fn new(found: Option<Vec<service::SimilarVisit>>) -> Self {
        Self {
            available: found.is_some(),
            visits: found
                .into_iter()
                .flatten()
                .map(SimilarVisit::from)
                .collect(),
        }
    }
}

impl From<service::SimilarVisit> for SimilarVisit {
    fn from(one: service::SimilarVisit) -> Self {
        let overrides = one.listing.overrides.iter();
        Self {
            score: (f64::from(one.cosine) * 100.0).round() / 100.0,
            same_patient: one.same_patient,
            changed: overrides
                .map(|made| ChangedDecision {
                    part: made.part.clone(),
                    from: made.from.clone(),
                    to: made.to.clone(),
                })
                .collect(),
            visit: one.listing.into(),
        }
    }
}
