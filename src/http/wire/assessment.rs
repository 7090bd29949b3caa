//! The decision on the wire, CONTRACT §5, as patients may see it: no conditions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain;

use super::Evidence;

/// The decision after a turn.
#[derive(Serialize, ToSchema)]
pub struct Assessment {
    /// Red flags, most urgent first.
    pub red_flags: Vec<RedFlag>,
    /// `immediate`, `within_24h`, `within_1w`, `routine` or `self_care`.
    pub urgency: &'static str,
    /// Departments, first choice first.
    pub departments: Vec<Department>,
    /// Which way of care.
    pub route: Route,
}

/// A red flag.
#[derive(Serialize, ToSchema)]
pub struct RedFlag {
    /// `cauda_equina`, …
    pub id: String,
    /// `present`, `suspected` or `excluded`.
    pub status: &'static str,
    /// The words that it rests on.
    pub because: Vec<Evidence>,
    /// Guideline.
    pub source: String,
}

/// A department.
#[derive(Serialize, ToSchema)]
pub struct Department {
    /// The hospital's name for it.
    pub name: String,
    /// 0–1.
    pub score: f64,
    /// Why.
    pub because: String,
}

/// The route.
#[derive(Serialize, ToSchema)]
pub struct Route {
    /// `emergency`, …, `human_review`.
    pub id: &'static str,
    /// Why.
    pub because: Vec<String>,
    /// Slots that this route should know and does not.
    pub missing: Vec<String>,
}

impl From<domain::Assessment> for Assessment {
    fn from(assessment: domain::Assessment) -> Self {
        Self {
            red_flags: assessment
                .red_flags
                .into_iter()
                // RF-DEFAULT only sets a time limit and has no id.
                .filter(|flag| !flag.id.is_empty())
                .map(RedFlag::from)
                .collect(),
            urgency: assessment.urgency.as_str(),
            departments: assessment
                .departments
                .into_iter()
                .map(|choice| Department {
                    name: choice.name,
                    score: choice.score,
                    because: choice.because,
                })
                .collect(),
            route: Route {
                id: assessment.route.id.as_str(),
                because: assessment.route.because,
                missing: assessment
                    .route
                    .missing
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            },
        }
    }
}

impl From<domain::RedFlag> for RedFlag {
    fn from(flag: domain::RedFlag) -> Self {
        let mut because: Vec<domain::Evidence> = vec![];
        for evidence in flag.because.into_iter().flat_map(|reason| reason.evidence) {
            if !because.contains(&evidence) {
                because.push(evidence);
            }
        }
        Self {
            id: flag.id,
            status: flag.status.as_str(),
            because: because.into_iter().map(Evidence::from).collect(),
            source: flag.source,
        }
    }
}
