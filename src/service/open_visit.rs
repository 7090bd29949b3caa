//! Opening a visit: consent and age first, then the greeting.

use uuid::Uuid;

use crate::domain::{EventBody, Opening, Reply};
use crate::interview;
use crate::store::{Append, Beside};

use super::cache::{Live, Visit};
use super::listing::listing;
use super::measures::count_opened;
use super::{OpenError, Service, Token, now};

/// Purposes that a patient may agree to, each on its own.
pub const SCOPES: [&str; 5] = ["triage", "record", "audio", "improvement", "research"];

/// Under this age, in years, a guardian speaks.
/// Source: Personal Information Protection Law of the PRC (2021), art. 31.
pub const GUARDIAN_AGE: f64 = 14.0;

/// A visit just opened.
#[derive(Debug)]
pub struct OpenedVisit {
    /// Its id.
    pub visit: Uuid,
    /// Told now and never again.
    pub token: Token,
    /// The greeting and first question.
    pub reply: Reply,
}

/// Opens a visit and stores its first event.
///
/// # Errors
/// Without consent or guardian, for a wrong age, or when the log fails; nothing is stored then.
pub async fn open_visit(service: &Service, opening: Opening) -> Result<OpenedVisit, OpenError> {
    check(&opening)?;
    let (visit, token, at) = (Uuid::now_v7(), Token::draw(), now());
    let mind = service.mind();
    let (state, reply) = interview::open(&mind, &opening, at);
    let append = Append {
        visit,
        seq: 0,
        at,
        body: EventBody::Opened {
            opening,
            reply: reply.clone(),
            knowledge_version: mind.version().to_owned(),
        },
        token_hash: Some(token.hash()),
    };
    let live = Live::opened(at, state, reply.clone(), mind.version());
    let beside = Beside {
        listing: Some(listing(service, visit, &live)),
        ..Beside::default()
    };
    service.log.append_with(append, beside).await?;
    count_opened(&reply);
    service.visits.keep(visit, Visit::new(token.hash(), live));
    service.changes.tell(visit);
    Ok(OpenedVisit {
        visit,
        token,
        reply,
    })
}

fn check(opening: &Opening) -> Result<(), OpenError> {
    let consent = &opening.consent;
    let unknown = |scope: &String| !SCOPES.contains(&scope.as_str());
    if consent.scopes.iter().any(unknown) {
        return Err(OpenError::UnknownScope);
    }
    if consent.version.trim().is_empty() || !consent.scopes.iter().any(|scope| scope == "triage") {
        return Err(OpenError::NoConsent);
    }
    match opening.age {
        Some(age) if !(0.0..=130.0).contains(&age) => Err(OpenError::BadAge),
        Some(age) if age < GUARDIAN_AGE && opening.for_self => Err(OpenError::NeedsGuardian),
        _ => Ok(()),
    }
}
