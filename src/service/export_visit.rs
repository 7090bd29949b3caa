//! Everything held about a visit, for the patient to take along.

use uuid::Uuid;

use crate::domain::{
    Assessment, Consent, DeskState, EventBody, Finding, Opening, Reply, Said, Timestamp,
};
use crate::record::Record;

use super::get_record::write_record;
use super::{Service, Token, VisitError};

/// What is held about a visit.
#[derive(Debug)]
pub struct Export {
    /// Visit.
    pub visit: Uuid,
    /// When it was opened.
    pub opened: Timestamp,
    /// What was known then.
    pub opening: Opening,
    /// Knowledge version in force then.
    pub knowledge_version: String,
    /// What is agreed to now.
    pub consent: Consent,
    /// The greeting.
    pub greeting: Reply,
    /// What happened, in order.
    pub events: Vec<ExportedEvent>,
    /// The record.
    pub record: Record,
}

/// One thing that happened.
#[derive(Debug)]
pub struct ExportedEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happened,
}

/// What happened.
#[expect(
    clippy::large_enum_variant,
    reason = "one a turn, moved and not copied, as the events are"
)]
#[derive(Debug)]
pub enum Happened {
    /// A turn.
    Turn {
        /// Number, from 1.
        turn: u32,
        /// Words or taps.
        said: Said,
        /// What a recogniser wrote, when it was spoken.
        heard: Option<String>,
        /// The answer.
        reply: Reply,
        /// What was understood.
        findings: Vec<Finding>,
        /// The decision.
        assessment: Assessment,
    },
    /// Another consent.
    Consented(Consent),
    /// A person was called.
    HandedOver {
        /// Why.
        reason: Option<String>,
    },
    /// The desk took the patient, or is done.
    Desk(DeskState),
    /// A clinician looked the record through.
    Reviewed {
        /// `in_progress`, `confirmed` or `amended`.
        status: String,
    },
}

/// Reads it all. What clinicians wrote into the record for each other is theirs to explain: only that they reviewed it
/// is told.
///
/// # Errors
/// See [`VisitError`].
pub async fn export_visit(
    service: &Service,
    id: Uuid,
    token: &Token,
) -> Result<Export, VisitError> {
    let live = service.reach(id, token).await?.live();
    let mut start = None;
    let mut events = vec![];
    for event in service.log.reader().list_events(id).await? {
        let what = match event.body.ok_or(VisitError::Erased)? {
            EventBody::Opened {
                opening,
                reply,
                knowledge_version,
            } => {
                start = Some((opening, reply, knowledge_version));
                continue;
            }
            EventBody::Turn {
                turn,
                heard,
                findings,
                reply,
                assessment,
                ..
            } => Happened::Turn {
                turn,
                said: heard.said,
                heard: heard.spoken.map(|spoken| spoken.heard),
                reply,
                findings,
                assessment,
            },
            EventBody::Consented { consent } => Happened::Consented(consent),
            EventBody::HandedOver { reason, .. } => Happened::HandedOver { reason },
            EventBody::Desk { state, .. } => Happened::Desk(state),
            EventBody::Reviewed { status, .. } => Happened::Reviewed { status },
            EventBody::Erased { .. } => return Err(VisitError::Erased),
        };
        events.push(ExportedEvent { at: event.at, what });
    }
    let (opening, greeting, knowledge_version) = start.ok_or(VisitError::Unknown)?;
    Ok(Export {
        visit: id,
        opened: live.opened,
        opening,
        knowledge_version,
        consent: live.consent.clone(),
        greeting,
        events,
        record: write_record(service, id, &live).record,
    })
}
