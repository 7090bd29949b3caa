//! Erasing a visit at the patient's wish.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::EventBody;

use super::add_event::to_the_end;
use super::{ChangeError, Service, Token, VisitError};

/// Erases what was said and everything made of it. Once is enough: a repeated call changes nothing and succeeds.
/// What stays is the chain of hashes, without words, and the audit of who read the record.
///
/// # Errors
/// See [`ChangeError`]; nothing is erased then.
pub async fn erase_visit(
    service: &Arc<Service>,
    id: Uuid,
    token: Token,
) -> Result<(), ChangeError> {
    let service = Arc::clone(service);
    to_the_end(async move {
        let visit = match service.reach(id, &token).await {
            Err(VisitError::Erased) => return Ok(()),
            reached => reached?,
        };
        // A turn under way is finished first, so that nothing of it comes after the erasure.
        let _turning = visit.turning.lock().await;
        let live = visit.live();
        let by = "patient".to_owned();
        let body = EventBody::Erased { by };
        service.add_event(id, &visit, &live, body, None).await?;
        Ok(())
    })
    .await
}
