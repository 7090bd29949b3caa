//! The desk: a nurse takes a patient whom the machine handed over, or is done with one.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{Action, DeskState, EventBody, Listing};

use super::add_event::to_the_end;
use super::listing::listing;
use super::staff::Member;
use super::{ChangeError, Service, check_text, now};

/// Characters of a note at most.
const MAX_NOTE: usize = 200;

/// Notes where the patient stands at the desk.
///
/// # Errors
/// See [`ChangeError`]; nothing is stored then.
pub async fn keep_desk(
    service: &Arc<Service>,
    member: Member,
    id: Uuid,
    state: DeskState,
    note: Option<String>,
) -> Result<Listing, ChangeError> {
    let note = note.and_then(|note| check_text(&note).ok());
    let too_long = |note: &String| note.chars().count() > MAX_NOTE;
    if note.as_ref().is_some_and(too_long) {
        return Err(ChangeError::Field {
            field: "note",
            expected: "不超过200个字",
        });
    }
    let service = Arc::clone(service);
    to_the_end(async move {
        let visit = service.reach_for_staff(id).await?;
        let _turning = visit.turning.lock().await;
        let live = visit.live();
        if !live.is_handed_over() {
            return Err(ChangeError::NotHandedOver);
        }
        let mut entry = member.did(Action::Desk, now());
        entry.visit = Some(id);
        entry.detail = state.to_string();
        let body = EventBody::Desk {
            by: member.display_name.clone(),
            state,
            note,
        };
        let next = service
            .add_event(id, &visit, &live, body, Some(entry))
            .await?;
        Ok(listing(&service, id, &next))
    })
    .await
}
