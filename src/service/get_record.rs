//! The pre-visit record, built anew from the state each time it is asked for.

use uuid::Uuid;

use crate::domain::{Assessment, Timestamp};
use crate::record::{self, Record, RecordMeta};

use super::{Service, Token, VisitError, now};

/// The record with what a caller needs beside it.
#[derive(Debug)]
pub struct VisitRecord {
    /// The record.
    pub record: Record,
    /// When the visit was opened.
    pub opened: Timestamp,
    /// The decision so far.
    pub assessment: Option<Assessment>,
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
    let meta = RecordMeta {
        visit: id.to_string(),
        opened: live.opened,
        created: now(),
        hospital: service.site.hospital.clone(),
        assessment: live.assessment.clone(),
    };
    Ok(VisitRecord {
        record: record::build(&service.mind, &live.state, &meta),
        opened: live.opened,
        assessment: live.assessment.clone(),
    })
}
