//! Calling a person: the visit shows on the desk with the record so far, and the patient may go on answering.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{EventBody, Reply};
use crate::interview;

use super::add_event::to_the_end;
use super::{ChangeError, Service, Token, check_text};

/// Characters of a reason at most.
const MAX_REASON: usize = 200;

/// Notes the call and says that somebody comes. The open question stays open: a danger may still be told while waiting.
///
/// # Errors
/// See [`ChangeError`]; nobody is called then.
pub async fn call_person(
    service: &Arc<Service>,
    id: Uuid,
    token: Token,
    reason: Option<String>,
) -> Result<Reply, ChangeError> {
    let reason = reason.and_then(|reason| check_text(&reason).ok());
    let too_long = |reason: &String| reason.chars().count() > MAX_REASON;
    if reason.as_ref().is_some_and(too_long) {
        return Err(ChangeError::Field {
            field: "reason",
            expected: "不超过200个字",
        });
    }
    let service = Arc::clone(service);
    to_the_end(async move {
        let visit = service.reach(id, &token).await?;
        let _turning = visit.turning.lock().await;
        let live = visit.live();
        // Two taps are one call, as long as nobody has come.
        if !live.called || live.desk.is_some() {
            let by = "patient".to_owned();
            let body = EventBody::HandedOver { by, reason };
            service.add_event(id, &visit, &live, body, None).await?;
        }
        Ok(interview::called(&service.mind(), &live.reply))
    })
    .await
}
