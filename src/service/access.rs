//! Reaching a visit: from memory or from the log, with its token.

use std::sync::Arc;

use uuid::Uuid;

use super::cache::Visit;
use super::replay::replay;
use super::{Service, Token, VisitError};

impl Service {
    /// The visit, when the token is its own.
    pub(super) async fn reach(&self, id: Uuid, token: &Token) -> Result<Arc<Visit>, VisitError> {
        if let Some(visit) = self.visits.find(id) {
            return if token.opens(&visit.token_hash) {
                Ok(visit)
            } else {
                Err(VisitError::WrongToken)
            };
        }
        let stored = self
            .log
            .reader()
            .find_visit(id)
            .await?
            .ok_or(VisitError::Unknown)?;
        if !token.opens(&stored.token_hash) {
            return Err(VisitError::WrongToken);
        }
        let events = self.log.reader().list_events(id).await?;
        let live = replay(&self.mind, &self.site, &events)?;
        Ok(self.visits.keep(id, Visit::new(stored.token_hash, live)))
    }
}
