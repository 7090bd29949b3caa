//! The decision of a stored visit with all that it rests on, for a clinician or an auditor.

use uuid::Uuid;

use crate::domain::{Assessment, EventBody};
use crate::interview::{self, Mind, WhatIf};
use crate::store::EventReader;

use super::replay::replay;
use super::{Site, VisitError};

/// The last decision of a visit, as it was made.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Knowledge version in force when it was made.
    pub knowledge_version: String,
    /// The turn after which the decision was made.
    pub turn: u32,
    /// The decision with its reasons.
    pub assessment: Assessment,
    /// Single changes that would bring another decision, by the knowledge in force now.
    pub what_if: Vec<WhatIf>,
}

/// Reads the last decision; `None` before the first turn. Whoever may read the file may read this.
///
/// # Errors
/// See [`VisitError`].
pub async fn explain_visit(
    mind: &Mind,
    site: &Site,
    reader: &EventReader,
    id: Uuid,
) -> Result<Option<Explained>, VisitError> {
    reader.find_visit(id).await?.ok_or(VisitError::Unknown)?;
    let mut version = String::new();
    let mut last = None;
    let events = reader.list_events(id).await?;
    let state = replay(&[mind], site, &events)?.state;
    for event in events {
        match event.body.ok_or(VisitError::Erased)? {
            EventBody::Opened {
                knowledge_version, ..
            } => version = knowledge_version,
            EventBody::Turn {
                turn,
                assessment,
                knowledge_version,
                ..
            } => {
                let version = knowledge_version.unwrap_or_else(|| version.clone());
                last = Some((turn, assessment, version));
            }
            EventBody::Erased { .. } => return Err(VisitError::Erased),
            EventBody::Reviewed { .. }
            | EventBody::Consented { .. }
            | EventBody::HandedOver { .. }
            | EventBody::Desk { .. } => {}
        }
    }
    Ok(last.map(|(turn, assessment, version)| Explained {
        knowledge_version: version,
        turn,
        assessment,
        what_if: interview::what_if(mind, &state),
    }))
}
