//! A visit as a clinician opens it: the record on one screen, with its words, reasons and review.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::{Action, EventBody, ReviewState, Said, Timestamp};
use crate::record::{Record, Screen, screen};

use super::cache::Live;
use super::get_record::write_record;
use super::staff::Member;
use super::{ChangeError, Service, VisitError, now};

/// Everything for one screen.
#[derive(Debug)]
pub struct OpenedRecord {
    /// Visit.
    pub visit: Uuid,
    /// When it was opened.
    pub opened: Timestamp,
    /// The record.
    pub record: Record,
    /// The same, line by line.
    pub screen: Screen,
    /// The conversation.
    pub turns: Vec<ReadTurn>,
    /// Where the review stands.
    pub review: ReviewState,
    /// The patient lets phrases be used to improve understanding.
    pub improvement: bool,
    /// A person takes over.
    pub handed_over: bool,
    /// Why the patient called a person.
    pub call_reason: Option<String>,
}

/// A turn as a clinician reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadTurn {
    /// Number, from 1.
    pub turn: u32,
    /// When.
    pub at: Timestamp,
    /// What was asked.
    pub question: String,
    /// Words, or labels of the options tapped.
    pub said: String,
    /// Whether it was tapped.
    pub tapped: bool,
    /// What a recogniser wrote before it was put right, when it was spoken.
    pub heard: Option<String>,
    /// What was answered.
    pub reply: String,
}

/// Opens the record; that it was read is in the audit before it is shown.
///
/// # Errors
/// See [`ChangeError`]; without the patient's consent to a record nothing is shown.
pub async fn open_record(
    service: &Service,
    member: &Member,
    id: Uuid,
) -> Result<OpenedRecord, ChangeError> {
    let live = readable(service, id).await?;
    let mut entry = member.did(Action::Read, now());
    entry.visit = Some(id);
    service.log.staff().note(&entry).await?;
    write(service, id, &live).await
}

/// The visit, when its patient lets staff read it.
pub(super) async fn readable(
    service: &Service,
    id: Uuid,
) -> Result<std::sync::Arc<Live>, ChangeError> {
    let live = service.reach_for_staff(id).await?.live();
    if live.consent.allows("record") {
        Ok(live)
    } else {
        Err(ChangeError::NoConsent("record"))
    }
}

/// The screen as it stands; noting that it is read is the caller's.
pub(super) async fn write(
    service: &Service,
    id: Uuid,
    live: &Live,
) -> Result<OpenedRecord, ChangeError> {
    let record = write_record(service, id, live).record;
    let (turns, call_reason) = conversation(service, id).await?;
    Ok(OpenedRecord {
        visit: id,
        opened: live.opened,
        screen: screen(&service.mind(), &live.state, &record, &live.review),
        record,
        turns,
        review: live.review.clone(),
        improvement: live.consent.allows("improvement"),
        handed_over: live.is_handed_over(),
        call_reason,
    })
}

async fn conversation(
    service: &Service,
    id: Uuid,
) -> Result<(Vec<ReadTurn>, Option<String>), ChangeError> {
    let (mut turns, mut called) = (vec![], None);
    let mut question = String::new();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for event in service.log.reader().list_events(id).await? {
        let next = match event.body.ok_or(VisitError::Erased)? {
            EventBody::Opened { reply, .. } => reply,
            EventBody::Turn {
                turn, heard, reply, ..
            } => {
                let written = heard.spoken.map(|spoken| spoken.heard);
                let (said, tapped) = match heard.said {
                    Said::Text(text) => (text, false),
                    Said::Choices(ids) => {
                        let label = |id: &String| labels.get(id).cloned();
                        let named = ids.iter().map(|id| label(id).unwrap_or_else(|| id.clone()));
                        (named.collect::<Vec<_>>().join("、"), true)
                    }
                };
                turns.push(ReadTurn {
                    turn,
                    at: event.at,
                    question: question.clone(),
                    said,
                    tapped,
                    heard: written,
                    reply: reply.text.clone(),
                });
                reply
            }
            EventBody::HandedOver { reason, .. } => {
                called = reason;
                continue;
            }
            EventBody::Erased { .. } => return Err(VisitError::Erased.into()),
            EventBody::Consented { .. } | EventBody::Desk { .. } | EventBody::Reviewed { .. } => {
                continue;
            }
        };
        question = next.text;
        let options = next.question.into_iter().flat_map(|open| open.options);
        labels = options.map(|option| (option.id, option.label)).collect();
    }
    Ok((turns, called))
}
