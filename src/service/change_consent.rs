//! Changing what the patient agrees to, each purpose on its own; in effect when the answer comes.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{Consent, EventBody};

use super::add_event::to_the_end;
use super::{ChangeError, SCOPES, Service, Token};

/// Puts a new consent in place of the one before. Without `record` the visit leaves the lists of staff, without
/// `improvement` its phrases leave the queue, without `triage` no further turn is taken.
///
/// # Errors
/// See [`ChangeError`]; nothing is changed then.
pub async fn change_consent(
    service: &Arc<Service>,
    id: Uuid,
    token: Token,
    consent: Consent,
) -> Result<Consent, ChangeError> {
    let known = |scope: &String| SCOPES.contains(&scope.as_str());
    if !consent.scopes.iter().all(known) {
        return Err(ChangeError::UnknownScope);
    }
    if consent.version.trim().is_empty() {
        return Err(ChangeError::NoVersion);
    }
    let service = Arc::clone(service);
    to_the_end(async move {
        let visit = service.reach(id, &token).await?;
        let _turning = visit.turning.lock().await;
        let live = visit.live();
        if live.consent != consent {
            let body = EventBody::Consented {
                consent: consent.clone(),
            };
            service.add_event(id, &visit, &live, body, None).await?;
        }
        Ok(consent)
    })
    .await
}
