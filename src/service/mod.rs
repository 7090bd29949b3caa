//! Use cases: open a visit, take a turn, read it back, get the record. Knows nothing of HTTP or SQL.
//!
//! The state of a visit is a fold of its stored events. It is kept in memory while there is room
//! and rebuilt from the log when it is not there, so a crash loses nothing that was answered.

mod access;
mod add_event;
mod cache;
mod call_person;
mod change_consent;
mod changes;
mod check_said;
mod compare;
mod erase_visit;
mod error;
mod explain_visit;
mod export_visit;
mod figures;
mod get_record;
mod get_visit;
mod keep_desk;
mod listing;
mod mark_misunderstood;
mod measures;
mod minds;
mod open_record;
mod open_visit;
mod read_audit;
mod replay;
mod review_visit;
mod score_scale;
mod similar;
mod site;
pub mod staff;
mod take_turn;
mod token;
mod voice;
mod worklist;

use std::sync::Arc;

use crate::domain::{Assessment, ConceptId, Reply, Timestamp, day_of};
use crate::interview::Mind;
use crate::store::EventLog;

pub use crate::store::{Phrase, StoredEntry as AuditEntry};
pub use call_person::call_person;
pub use change_consent::change_consent;
pub use changes::{Listener, Told};
pub use check_said::{MAX_CHARACTERS, SaidError, check_text};
pub use compare::{Comparison, compare_visits};
pub use erase_visit::erase_visit;
pub use error::{ChangeError, OpenError, TurnError, VisitError};
pub use explain_visit::{Explained, explain_visit};
pub use export_visit::{Export, ExportedEvent, Happened, export_visit};
pub use figures::{Figures, Spread, figures, get_figures};
pub use get_record::{VisitRecord, get_record};
pub use get_visit::{Conversation, PastTurn, get_visit};
pub use keep_desk::keep_desk;
pub use listing::list_old_visits;
pub use mark_misunderstood::{Misunderstood, list_phrases, mark_misunderstood};
pub use measures::{count_voice, describe as describe_measures};
pub use open_record::{OpenedRecord, ReadTurn, open_record};
pub use open_visit::{GUARDIAN_AGE, OpenedVisit, SCOPES, open_visit};
pub use read_audit::read_audit;
pub use review_visit::{ReviewRequest, review_visit};
pub use score_scale::{ScoreFailure, Scored, UsableItem, UsableScale, list_scales, score_scale};
pub use similar::{Similar, SimilarVisit, find_similar, keep_similar};
pub use site::{Clinic, KEYS as PLACE_KEYS, Site};
pub use take_turn::{TurnRequest, TurnTaken, take_turn};
pub use token::Token;
pub use voice::{
    Exchange, Fallback, Hold, Joined, KEYS as VOICE_KEYS, Microphone, Out, Playback, Recognition,
    Sound, Voice, get_state, join_voice, read_aloud, recognise,
};
pub use worklist::{Worklist, WorklistQuery, list_visits};

/// Everything that a use case needs; one for the whole process.
pub struct Service {
    minds: minds::Minds,
    log: EventLog,
    visits: cache::Visits,
    site: Site,
    voice: Voice,
    connections: voice::Connections,
    changes: changes::Changes,
    staff_rules: staff::StaffRules,
    /// Held while somebody signs in.
    signing: tokio::sync::Mutex<()>,
    noted: worklist::Noted,
    similar: Option<Arc<Similar>>,
}

impl Service {
    /// Puts the parts together; `cached_visits` states are kept in memory.
    pub fn new(
        mind: Arc<Mind>,
        log: EventLog,
        site: Site,
        voice: Voice,
        cached_visits: usize,
    ) -> Self {
        Self {
            voice,
            connections: voice::Connections::default(),
            minds: minds::Minds::new(mind),
            log,
            visits: cache::Visits::new(cached_visits),
            site,
            changes: changes::Changes::new(),
            staff_rules: staff::StaffRules::default(),
            signing: tokio::sync::Mutex::new(()),
            noted: worklist::Noted::default(),
            similar: None,
        }
    }

    /// What the service thinks with now. Whoever thinks takes it once, for it may be replaced meanwhile.
    pub fn mind(&self) -> Arc<Mind> {
        self.minds.now()
    }

    /// Thinks with this from now on. Turns that are being taken end with what they began with.
    pub fn replace_mind(&self, mind: Arc<Mind>) {
        self.minds.replace(mind);
    }

    /// Notes that the hospital's own words changed and cannot be used; those before them stay in force.
    pub fn keep_words(&self, fault: String) {
        self.minds.keep(fault);
    }

    /// How many words of the hospital's own are in force, and why newer ones are not.
    pub fn own_words(&self) -> (usize, Option<String>) {
        let mind = self.minds.now();
        let own = mind.knowledge.words.folk.iter().filter(|word| word.own);
        (own.count(), self.minds.fault())
    }

    /// What hears and speaks.
    pub fn voice(&self) -> &Voice {
        &self.voice
    }

    /// With other rules for the staff.
    pub fn with_staff_rules(mut self, rules: staff::StaffRules) -> Self {
        self.staff_rules = rules;
        self
    }

    /// With vectors of earlier visits; [`keep_similar`] fills them.
    pub fn with_similar(mut self, similar: Option<Similar>) -> Self {
        self.similar = similar.map(Arc::new);
        self
    }

    /// How staff stay signed in.
    pub fn staff_rules(&self) -> &staff::StaffRules {
        &self.staff_rules
    }

    /// Accounts of the staff.
    pub fn staff_book(&self) -> &crate::store::StaffBook {
        self.log.staff()
    }

    /// Waits for changes of visits; `None` when the service stops.
    pub fn listen(&self) -> Option<Listener> {
        self.changes.listen()
    }

    /// Lets those go who wait for changes, so that the service can stop.
    pub fn end_listening(&self) {
        self.changes.end();
    }

    /// The Chinese name of a concept.
    pub fn name(&self, concept: &ConceptId) -> String {
        self.minds.now().knowledge.name(concept).to_owned()
    }

    /// Version of the knowledge in force.
    pub fn knowledge_version(&self) -> String {
        self.minds.now().version().to_owned()
    }

    /// Whether a model reads the words, too.
    pub fn has_witness(&self) -> bool {
        self.minds.now().witness.is_some()
    }

    /// Whether the minimally invasive assessment is offered now, and by which profile, in one line.
    pub fn node_in_words(&self) -> String {
        let day = day_of(now());
        let mind = self.minds.now();
        if mind.is_done_here() {
            mind.knowledge.technique.in_words(day)
        } else {
            "minimally invasive assessment is not done here, as configured".to_owned()
        }
    }

    /// A reply with where the clinics are and what to do when they are shut at `at`.
    fn advised(&self, reply: Reply, decided: Option<&Assessment>, at: Timestamp) -> Reply {
        let mind = self.minds.now();
        self.site
            .advise(&mind.knowledge.prompts, reply, decided, at)
    }

    /// The hospital.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Whether visits can be read and written.
    pub async fn is_ready(&self) -> bool {
        self.log.reader().ping().await.is_ok()
    }
}

/// The time to the millisecond, which is what the log keeps.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
