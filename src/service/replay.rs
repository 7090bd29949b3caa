//! Rebuilding a visit from its stored events. What was heard is stored, so no model is asked.

use crate::domain::EventBody;
use crate::interview::{self, Mind};
use crate::store::StoredEvent;

use super::VisitError;
use super::cache::Live;
use super::site::Site;

/// Folds the events of one visit.
///
/// With newer knowledge than the visit was begun with, the open question may differ from the one
/// last shown; the rebuilt one counts, since the state waits for its answer.
pub(super) fn replay(mind: &Mind, site: &Site, events: &[StoredEvent]) -> Result<Live, VisitError> {
    let mut live: Option<Live> = None;
    for event in events {
        let body = event.body.as_ref().ok_or(VisitError::Erased)?;
        live = match (live, body) {
            (None, EventBody::Opened { opening, .. }) => {
                let (state, reply) = interview::open(mind, opening, event.at);
                Some(Live::opened(event.at, state, reply))
            }
            (
                Some(mut live),
                EventBody::Turn {
                    idempotency_key,
                    heard,
                    ..
                },
            ) => {
                let (state, reply, trace) = interview::step(mind, live.state, heard, event.at);
                let raised: Vec<String> = trace
                    .assessment
                    .raised()
                    .map(|flag| flag.id.clone())
                    .collect();
                let (reply, assessment) = site.carry_out(mind, &state, reply, trace.assessment);
                live.state = state;
                live.reply = reply;
                live.raised.extend(raised);
                live.assessment = Some(assessment);
                live.answered
                    .extend(idempotency_key.clone().map(|key| (key, event.seq)));
                live.next_seq = event.seq + 1;
                (live.updated, live.last_turn) = (event.at, event.at);
                Some(live)
            }
            (Some(_), EventBody::Erased { .. }) => return Err(VisitError::Erased),
            (Some(live), body) => Some(live.after(body, event.at)),
            (None, _) => return Err(VisitError::Unknown),
        };
    }
    live.ok_or(VisitError::Unknown)
}
