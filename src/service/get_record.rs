//! The pre-visit record, built anew from the state each time it is asked for.

use uuid::Uuid;

use crate::domain::{CarePlan, ReviewState, ReviewStatus};
use crate::pathway;
use crate::record::{self, Record, RecordMeta, Review};

use super::cache::Live;
use super::{Service, Token, VisitError, now};

/// The record with what a caller needs beside it.
#[derive(Debug)]
pub struct VisitRecord {
    /// The record.
    pub record: Record,
    /// What comes next; `None` while there is no decision.
    pub plan: Option<CarePlan>,
}

/// Builds the record; at any moment of the visit, with what is known by then.
///
/// # Errors
/// See [`VisitError`].
pub async fn get_record(
    service: &Service,
    id: Uuid,
    token: &Token,
) -> Result<VisitRecord, VisitError> {
    let live = service.reach(id, token).await?.live();
    Ok(write_record(service, id, &live))
}

/// The record of a visit as it stands.
pub(super) fn write_record(service: &Service, id: Uuid, live: &Live) -> VisitRecord {
    let mind = service.mind();
    let knowledge = &mind.knowledge;
    let decided = live.assessment.as_ref();
    let plan = decided.map(|decided| pathway::open(knowledge, decided, live.opened));
    let meta = RecordMeta {
        visit: id.to_string(),
        opened: live.opened,
        created: now(),
        hospital: service.site.hospital.clone(),
        assessment: live.assessment.clone(),
        plan: plan.clone(),
        review: review(&live.review),
    };
    VisitRecord {
        record: record::build(&mind, &live.state, &meta),
        plan,
    }
}

/// As the contract has it: what is still being reviewed counts as unreviewed.
fn review(state: &ReviewState) -> Review {
    let status = match state.status {
        ReviewStatus::Unreviewed | ReviewStatus::InProgress => return Review::default(),
        ReviewStatus::Confirmed => "confirmed",
        ReviewStatus::Changed => "amended",
    };
    Review {
        status: status.to_owned(),
        by: state.by.clone(),
        at: state.at,
        changes: state.history.iter().map(|one| one.in_words()).collect(),
    }
}
