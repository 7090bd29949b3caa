//! States of visits in memory, the least recently used dropped when there are too many.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::domain::{
    Assessment, Consent, DeskState, EventBody, Reply, ReviewState, Route, Timestamp,
};
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
    /// Knowledge in force when it was opened.
    pub knowledge_version: String,
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
    /// What the patient agrees to now.
    pub consent: Consent,
    /// The patient called a person.
    pub called: bool,
    /// What the desk made of it.
    pub desk: Option<DeskState>,
    /// What clinicians made of the record.
    pub review: ReviewState,
    /// When something last happened.
    pub updated: Timestamp,
    /// When the last turn was taken.
    pub last_turn: Timestamp,
}

impl Live {
    /// A visit just opened.
    pub fn opened(at: Timestamp, state: State, reply: Reply, knowledge_version: &str) -> Self {
        Self {
            opened: at,
            knowledge_version: knowledge_version.to_owned(),
            consent: state.opening.consent.clone(),
            state,
            reply,
            assessment: None,
            next_seq: 1,
            answered: HashMap::new(),
            raised: BTreeSet::new(),
            called: false,
            desk: None,
            review: ReviewState::default(),
            updated: at,
            last_turn: at,
        }
    }

    /// The visit after its next event, when that is no turn.
    pub fn after(mut self, body: &EventBody, at: Timestamp) -> Self {
        match body {
            EventBody::Consented { consent } => self.consent = consent.clone(),
            EventBody::HandedOver { .. } => {
                self.called = true;
                // Whoever calls again needs somebody again.
                self.desk = None;
            }
            EventBody::Desk { state, .. } => self.desk = Some(*state),
            EventBody::Reviewed {
                by, status, edits, ..
            } => self.review.apply(by, at, status != "in_progress", edits),
            EventBody::Opened { .. } | EventBody::Turn { .. } | EventBody::Erased { .. } => {}
        }
        self.updated = at;
        self.next_seq += 1;
        self
    }

    /// A person takes over: the patient called one, or the interview ended with one.
    pub fn is_handed_over(&self) -> bool {
        let route = self.assessment.as_ref().map(|decided| decided.route.id);
        self.called || self.state.is_done() && route == Some(Route::HumanReview)
    }
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
