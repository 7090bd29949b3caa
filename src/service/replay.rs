//! Rebuilding a visit from its stored events. What was heard is stored, so no model is asked.

use crate::domain::EventBody;
use crate::interview::{self, Mind};
use crate::store::StoredEvent;

use super::VisitError;
use super::cache::Live;
use super::site::Site;

/// Folds the events of one visit. Each turn is thought again with the knowledge in force then, where it is among the `minds`,
/// and else with the first of them, the newest.
///
/// With newer knowledge than the visit was begun with, the open question may differ from the one
/// last shown; the rebuilt one counts, since the state waits for its answer.
///
/// # Panics
/// Without a mind.
pub(super) fn replay(
    minds: &[&Mind],
    site: &Site,
    events: &[StoredEvent],
) -> Result<Live, VisitError> {
    let of = |version: &str| -> &Mind {
        let same = minds.iter().find(|mind| mind.version() == version);
        same.unwrap_or(&minds[0])
    };
    let mut live: Option<Live> = None;
    for event in events {
        let body = event.body.as_ref().ok_or(VisitError::Erased)?;
        live = match (live, body) {
            (
                None,
                EventBody::Opened {
                    opening,
                    knowledge_version: version,
                    ..
                },
            ) => {
                let (state, reply) = interview::open(of(version), opening, event.at);
                Some(Live::opened(event.at, state, reply, version))
            }
            (
                Some(mut live),
                EventBody::Turn {
                    idempotency_key,
                    heard,
                    knowledge_version,
                    ..
                },
            ) => {
                let version = knowledge_version.as_ref();
                let mind = of(version.unwrap_or(&live.knowledge_version));
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
