//! Telling open screens that a visit changed. Only its id is told; what changed is read with a right to read.

use std::sync::{Mutex, PoisonError};

use tokio::sync::broadcast;
use uuid::Uuid;

/// Changes that a slow screen may be behind; after that it is told to read the whole list.
const BACKLOG: usize = 256;

/// Who waits for changes.
pub(super) struct Changes(Mutex<Option<broadcast::Sender<Uuid>>>);

/// What a waiting screen is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// This visit changed.
    Visit(Uuid),
    /// More changed than could be told.
    Much,
    /// The service stops.
    Over,
}

/// A screen that waits.
pub struct Listener(broadcast::Receiver<Uuid>);

impl Changes {
    pub fn new() -> Self {
        Self(Mutex::new(Some(broadcast::channel(BACKLOG).0)))
    }

    pub fn tell(&self, visit: Uuid) {
        if let Some(sender) = self.lock().as_ref() {
            // Nobody listens: nobody is told.
            let _ = sender.send(visit);
        }
    }

    pub fn listen(&self) -> Option<Listener> {
        self.lock()
            .as_ref()
            .map(|sender| Listener(sender.subscribe()))
    }

    pub fn end(&self) {
        self.lock().take();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<broadcast::Sender<Uuid>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// Waits for the next change.
    pub async fn next(&mut self) -> Told {
        match self.0.recv().await {
            Ok(visit) => Told::Visit(visit),
            Err(broadcast::error::RecvError::Lagged(_)) => Told::Much,
            Err(broadcast::error::RecvError::Closed) => Told::Over,
        }
    }
}
