//! Reaching a visit: from memory or from the log, with its token.

use std::sync::Arc;

use uuid::Uuid;

use crate::interview::Mind;

use super::cache::Visit;
use super::replay::replay;
use super::{Service, Token, VisitError};

impl Service {
    /// The visit, for staff; who may is decided before.
    pub(super) async fn reach_for_staff(&self, id: Uuid) -> Result<Arc<Visit>, VisitError> {
        if let Some(visit) = self.visits.find(id) {
            return Ok(visit);
        }
        let stored = self
            .log
            .reader()
            .find_visit(id)
            .await?
            .ok_or(VisitError::Unknown)?;
        self.rebuild(id, stored.token_hash).await
    }

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
        self.rebuild(id, stored.token_hash).await
    }

    async fn rebuild(&self, id: Uuid, token_hash: [u8; 32]) -> Result<Arc<Visit>, VisitError> {
        let events = self.log.reader().list_events(id).await?;
        let minds = self.minds.all();
        let minds: Vec<&Mind> = minds.iter().map(AsRef::as_ref).collect();
        let live = replay(&minds, &self.site, &events)?;
        Ok(self.visits.keep(id, Visit::new(token_hash, live)))
    }
}
