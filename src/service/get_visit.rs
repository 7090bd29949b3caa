//! The conversation so far, for going on with it on another screen or after a break.

use uuid::Uuid;

use crate::domain::{Assessment, Consent, EventBody, Reply, Said, Spoken, Timestamp};

use super::{Service, Token, VisitError, now};

/// A conversation as it was held.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Visit.
    pub visit: Uuid,
    /// When it was opened.
    pub opened: Timestamp,
    /// The greeting.
    pub greeting: Reply,
    /// Turns, oldest first.
    pub turns: Vec<PastTurn>,
    /// What is open now; the last reply, unless the knowledge was changed meanwhile.
    pub reply: Reply,
    /// The decision so far.
    pub assessment: Option<Assessment>,
    /// What is agreed to now.
    pub consent: Consent,
    /// A person takes over.
    pub handed_over: bool,
}

/// A turn as it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct PastTurn {
    /// Number, from 1.
    pub turn: u32,
    /// When.
    pub at: Timestamp,
    /// What was said or tapped.
    pub said: Said,
    /// How it was spoken, if it was.
    pub spoken: Option<Box<Spoken>>,
    /// What was answered.
    pub reply: Reply,
}

/// Reads the conversation.
///
/// # Errors
/// See [`VisitError`].
pub async fn get_visit(
    service: &Service,
    id: Uuid,
    token: &Token,
) -> Result<Conversation, VisitError> {
    let visit = service.reach(id, token).await?;
    let live = visit.live();
    let mut greeting = None;
    let mut turns: Vec<PastTurn> = vec![];
    for event in service.log.reader().list_events(id).await? {
        match event.body.ok_or(VisitError::Erased)? {
            EventBody::Opened { reply, .. } => greeting = Some(reply),
            EventBody::Turn {
                turn,
                heard,
                reply,
                assessment,
                ..
            } => turns.push(PastTurn {
                turn,
                at: event.at,
                said: heard.said,
                spoken: heard.spoken,
                reply: service.advised(reply, Some(&assessment), event.at),
            }),
            EventBody::Erased { .. } => return Err(VisitError::Erased),
            EventBody::Reviewed { .. }
            | EventBody::Consented { .. }
            | EventBody::HandedOver { .. }
            | EventBody::Desk { .. } => {}
        }
    }
    Ok(Conversation {
        visit: id,
        opened: live.opened,
        greeting: greeting.ok_or(VisitError::Unknown)?,
        turns,
        reply: service.advised(live.reply.clone(), live.assessment.as_ref(), now()),
        assessment: live.assessment.clone(),
        consent: live.consent.clone(),
        handed_over: live.is_handed_over(),
    })
}
