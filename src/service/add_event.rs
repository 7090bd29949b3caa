//! Adding an event that is no turn: consent, a call for a person, desk, review, erasure.

use uuid::Uuid;

use crate::domain::EventBody;
use crate::store::{Append, Beside, Entry};

use super::cache::{Live, Visit};
use super::listing::listing;
use super::{ChangeError, Service, now};

/// Does the work to its end even when the caller goes away meanwhile, so that what is in memory and what is on the disk
/// stay the same.
pub(super) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ChangeError>> + Send + 'static,
) -> Result<T, ChangeError> {
    tokio::spawn(work)
        .await
        .map_err(|_| ChangeError::BrokenOff)?
}

impl Service {
    /// Stores an event with its listing and audit, and keeps the visit as it is after it. The caller holds the visit's
    /// turn and read `live` after taking it.
    pub(super) async fn add_event(
        &self,
        id: Uuid,
        visit: &Visit,
        live: &Live,
        body: EventBody,
        entry: Option<Entry>,
    ) -> Result<Live, ChangeError> {
        let at = now();
        let next = live.clone().after(&body, at);
        let erases = matches!(body, EventBody::Erased { .. });
        let beside = Beside {
            listing: (!erases).then(|| listing(self, id, &next)),
            entry,
            drop_phrases: !next.consent.allows("improvement"),
        };
        let append = Append {
            visit: id,
            seq: live.next_seq,
            at,
            body,
            token_hash: None,
        };
        let stored = self.log.append_with(append, beside).await;
        if stored.is_err() || erases {
            // Memory and disk differ now; the next call rebuilds from the disk.
            self.visits.forget(id);
        } else {
            visit.replace(next.clone());
        }
        stored?;
        self.changes.tell(id);
        Ok(next)
    }
}
