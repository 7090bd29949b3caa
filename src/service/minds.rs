//! What the service thinks with, which may change while it runs: words that a hospital accepts count from then on.
//!
//! A turn takes the mind in force once and thinks with it to its end. The mind before it stays for a while, so that a visit that is
//! rebuilt from the log thinks each turn again with what was in force then, as it was answered.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use crate::interview::Mind;

/// Earlier minds kept: each takes 60 MB, and a visit a quarter of an hour.
const EARLIER: usize = 1;

/// The mind in force and those before it.
pub(super) struct Minds(RwLock<Kept>);

struct Kept {
    /// The newest first; never empty.
    minds: VecDeque<Arc<Mind>>,
    /// Why the hospital's words are not the newest.
    fault: Option<String>,
}

impl Minds {
    pub fn new(mind: Arc<Mind>) -> Self {
        Self(RwLock::new(Kept {
            minds: VecDeque::from([mind]),
            fault: None,
        }))
    }

    /// The mind in force.
    pub fn now(&self) -> Arc<Mind> {
        Arc::clone(&self.read().minds[0])
    }

    /// The mind in force and those before it, the newest first.
    pub fn all(&self) -> Vec<Arc<Mind>> {
        self.read().minds.iter().map(Arc::clone).collect()
    }

    /// Puts another in force.
    pub fn replace(&self, mind: Arc<Mind>) {
        let mut kept = self.write();
        kept.fault = None;
        // Words accepted and taken back again are the same knowledge.
        kept.minds.retain(|one| one.version() != mind.version());
        kept.minds.push_front(mind);
        kept.minds.truncate(EARLIER + 1);
    }

    /// Notes that newer words cannot be used; the mind in force stays.
    pub fn keep(&self, fault: String) {
        self.write().fault = Some(fault);
    }

    /// Why the newest words are not in force.
    pub fn fault(&self) -> Option<String> {
        self.read().fault.clone()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Kept> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Kept> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
