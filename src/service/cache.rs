//! States of visits in memory, the least recently used dropped when there are too many.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::domain::{Assessment, Reply, Timestamp};
use crate::interview::State;

/// A visit in memory.
pub(super) struct Visit {
    pub token_hash: [u8; 32],
    /// Held while a turn is taken; a second turn at the same time finds it taken.
    pub turning: tokio::sync::Mutex<()>,
    /// What is known; locked for moments only.
    live: Mutex<Arc<Live>>,
    used: AtomicU64,
}

/// What is known of a visit after its last stored event.
#[derive(Clone)]
pub(super) struct Live {
    pub opened: Timestamp,
    pub state: State,
    pub reply: Reply,
    /// The decision as told, once there is one.
    pub assessment: Option<Assessment>,
    /// Number of the next event.
    pub next_seq: u32,
    /// Event that answered each idempotency key.
    pub answered: HashMap<String, u32>,
    /// Flags counted already.
    pub raised: BTreeSet<String>,
}

impl Visit {
    pub fn new(token_hash: [u8; 32], live: Live) -> Self {
        Self {
            token_hash,
            turning: tokio::sync::Mutex::new(()),
            live: Mutex::new(Arc::new(live)),
            used: AtomicU64::new(0),
        }
    }

    pub fn live(&self) -> Arc<Live> {
        self.live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn replace(&self, live: Live) {
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(live);
    }
}

/// Visits in memory.
pub(super) struct Visits {
    capacity: usize,
    clock: AtomicU64,
    by_id: Mutex<HashMap<Uuid, Arc<Visit>>>,
}

impl Visits {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            clock: AtomicU64::new(0),
            by_id: Mutex::new(HashMap::new()),
        }
    }

    pub fn find(&self, id: Uuid) -> Option<Arc<Visit>> {
        let visit = self.lock().get(&id).cloned()?;
        visit.used.store(self.tick(), Ordering::Relaxed);
        Some(visit)
    }

    /// Keeps the visit, unless it is there already: two that rebuilt it at once share the first.
    pub fn keep(&self, id: Uuid, visit: Visit) -> Arc<Visit> {
        let mut visits = self.lock();
        if visits.len() >= self.capacity && !visits.contains_key(&id) {
            drop_oldest(&mut visits, self.capacity);
        }
        let visit = visits.entry(id).or_insert_with(|| Arc::new(visit)).clone();
        visit.used.store(self.tick(), Ordering::Relaxed);
        visit
    }

    pub fn forget(&self, id: Uuid) {
        self.lock().remove(&id);
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Visit>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops a tenth at once, so that the scan is paid for by many insertions. A visit that somebody
/// holds stays: a second copy of it would not see the first one's lock.
fn drop_oldest(visits: &mut HashMap<Uuid, Arc<Visit>>, capacity: usize) {
    let mut by_age: Vec<(u64, Uuid)> = visits
        .iter()
        .filter(|(_, visit)| Arc::strong_count(visit) == 1)
        .map(|(id, visit)| (visit.used.load(Ordering::Relaxed), *id))
        .collect();
    by_age.sort_unstable();
    for (_, id) in by_age.into_iter().take(capacity.div_ceil(10)) {
        visits.remove(&id);
    }
}
