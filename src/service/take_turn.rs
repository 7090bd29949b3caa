//! Taking a turn: hear, think, store, answer; in this order, so that what is answered is stored.

use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use crate::domain::{Assessment, EventBody, Finding, Heard, Reply, Said, Spoken, Timestamp};
use crate::interview::{self, Mind};
use crate::store::{Append, AppendError, Beside};

use super::cache::{Live, Visit};
use super::check_said::check_said;
use super::listing::listing;
use super::measures::{count_turn, time_turn};
use super::{Service, Token, TurnError, VisitError, now};

/// What a patient sends.
#[derive(Debug)]
pub struct TurnRequest {
    /// Visit.
    pub visit: Uuid,
    /// Its token.
    pub token: Token,
    /// Words or taps, not checked yet.
    pub said: Said,
    /// How it was spoken, when a recogniser wrote the words.
    pub spoken: Option<Spoken>,
    /// Makes repeating the call safe.
    pub idempotency_key: Option<String>,
}

/// A turn taken and stored.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnTaken {
    /// Number of the turn, from 1.
    pub turn: u32,
    /// When.
    pub at: Timestamp,
    /// The answer.
    pub reply: Reply,
    /// What was understood.
    pub findings: Vec<Finding>,
    /// The decision after this turn, as this hospital carries it out.
    pub assessment: Assessment,
}

/// Takes a turn. It is finished even when the caller goes away meanwhile, so that what is in memory
/// and what is on the disk stay the same.
///
/// # Errors
/// See [`TurnError`]; nothing is stored then.
pub async fn take_turn(
    service: &Arc<Service>,
    request: TurnRequest,
) -> Result<TurnTaken, TurnError> {
    let service = Arc::clone(service);
    tokio::spawn(async move { take(&service, request).await })
        .await
        .map_err(|_| TurnError::BrokenOff)?
}

async fn take(service: &Service, request: TurnRequest) -> Result<TurnTaken, TurnError> {
    let visit = service.reach(request.visit, &request.token).await?;
    // A repeated call waits for the first one's answer; any other call at the same time would
    // answer a question that the patient has not seen.
    let _turning = match visit.turning.try_lock() {
        Ok(guard) => guard,
        Err(_) if request.idempotency_key.is_some() => visit.turning.lock().await,
        Err(_) => return Err(TurnError::Conflict),
    };
    let live = visit.live();
    let key = request.idempotency_key.as_ref();
    if let Some(seq) = key.and_then(|key| live.answered.get(key)) {
        return repeat(service, &request, *seq).await;
    }
    advance(service, request, &visit, &live).await
}

async fn advance(
    service: &Service,
    request: TurnRequest,
    visit: &Visit,
    live: &Live,
) -> Result<TurnTaken, TurnError> {
    if !live.consent.allows("triage") {
        return Err(TurnError::NoConsent);
    }
    if live.state.is_done() {
        return Err(TurnError::Closed);
    }
    let said = check_said(&request.said, live.reply.question.as_ref())?;
    let mind = service.mind();
    let heard = hear(&mind, live, said).await;
    let heard = heard.with_spoken(request.spoken.clone());
    let (started, at) = (Instant::now(), now());
    let (state, reply, trace) = interview::step(&mind, live.state.clone(), &heard, at);
    let (reply, assessment) = service
        .site
        .carry_out(&mind, &state, reply, trace.assessment);
    let mut taken = TurnTaken {
        turn: state.turn(),
        at,
        reply,
        findings: trace.findings,
        assessment,
    };
    let thought = Instant::now();
    let append = Append {
        visit: request.visit,
        seq: live.next_seq,
        at,
        body: EventBody::Turn {
            turn: taken.turn,
            idempotency_key: request.idempotency_key.clone(),
            heard,
            findings: taken.findings.clone(),
            reply: taken.reply.clone(),
            assessment: taken.assessment.clone(),
            knowledge_version: (mind.version() != live.knowledge_version)
                .then(|| mind.version().to_owned()),
        },
        token_hash: None,
    };
    let mut next = live.clone();
    next.state = state;
    next.reply = taken.reply.clone();
    next.raised
        .extend(taken.assessment.raised().map(|flag| flag.id.clone()));
    next.assessment = Some(taken.assessment.clone());
    next.answered
        .extend(request.idempotency_key.map(|key| (key, live.next_seq)));
    next.next_seq += 1;
    (next.updated, next.last_turn) = (at, at);
    let beside = Beside {
        listing: Some(listing(service, request.visit, &next)),
        ..Beside::default()
    };
    if let Err(error) = service.log.append_with(append, beside).await {
        // Memory and disk may differ now; the next call rebuilds from the disk.
        service.visits.forget(request.visit);
        return Err(match error {
            AppendError::Conflict { .. } | AppendError::Repeated => TurnError::Conflict,
            error => TurnError::Append(error),
        });
    }
    time_turn(thought - started, thought.elapsed());
    count_turn(&taken.reply, &taken.assessment, &live.raised);
    visit.replace(next);
    service.changes.tell(request.visit);
    taken.reply = service.advised(taken.reply, Some(&taken.assessment), at);
    Ok(taken)
}

/// Lets the model read the words on a thread that may wait for it.
async fn hear(mind: &Arc<Mind>, live: &Live, said: Said) -> Heard {
    if matches!(said, Said::Choices(_)) || mind.witness.is_none() {
        return Heard::plain(said);
    }
    let (mind, state, words) = (Arc::clone(mind), live.state.clone(), said.clone());
    tokio::task::spawn_blocking(move || mind.hear(&state, words))
        .await
        .unwrap_or_else(|_| Heard::plain(said))
}

/// The stored answer to a call that came before.
async fn repeat(
    service: &Service,
    request: &TurnRequest,
    seq: u32,
) -> Result<TurnTaken, TurnError> {
    let event = service
        .log
        .reader()
        .find_event(request.visit, seq)
        .await
        .map_err(VisitError::Read)?
        .ok_or(VisitError::Unknown)?;
    let Some(EventBody::Turn {
        turn,
        heard,
        findings,
        reply,
        assessment,
        ..
    }) = event.body
    else {
        return Err(VisitError::Erased.into());
    };
    let same = match (&request.said, &heard.said) {
        (Said::Text(now), Said::Text(then)) => super::check_text(now).is_ok_and(|now| now == *then),
        (Said::Choices(now), Said::Choices(then)) => {
            then.iter().all(|id| now.contains(id)) && now.iter().all(|id| then.contains(id))
        }
        _ => false,
    };
    if !same {
        return Err(TurnError::KeyReused);
    }
    Ok(TurnTaken {
        turn,
        at: event.at,
        reply: service.advised(reply, Some(&assessment), event.at),
        findings,
        assessment,
    })
}
