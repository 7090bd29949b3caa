//! The append-only event log: one SQLite file, one writer, hash-chained. The only place with SQL.
//!
//! Every append goes to one task that puts all that wait into one transaction and answers after its
//! commit, so that an answered turn survives the end of the process; [`Durability`] says whether the commit also waits
//! for the disk. Reads go through a small pool.
//! A lock file beside the database keeps a second process from writing events. Accounts and the audit of the staff have tables
//! and a connection of their own ([`StaffBook`]), so that `jiwen staff` works beside a running service.

mod audit;
mod chain;
mod error;
mod list;
mod open;
mod phrases;
mod read;
mod staff;
mod verify;
mod write;

use tokio::sync::mpsc;
use uuid::Uuid;

use crate::domain::{EventBody, Listing, Timestamp};

pub use audit::{Entry, EntryFault, StoredEntry};
pub use chain::Hash;
pub use error::{AppendError, OpenError, ReadError};
pub use list::ListQuery;
pub use phrases::Phrase;
pub use read::{EventReader, StoredEvent, StoredVisit};
pub use staff::{Account, Attempts, StaffBook, StoredSession};
pub use verify::{Fault, FaultKind, Verified, verify_file};

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// For the operating system: survives the end of the process; a power cut may take the last second.
    Process,
    /// For the disk: survives a power cut.
    Machine,
}

/// The log of one file. Dropping the last handle stops the writer after what it has taken in.
pub struct EventLog {
    reader: EventReader,
    staff: StaffBook,
    waiting: mpsc::Sender<write::Waiting>,
    writer: tokio::task::JoinHandle<()>,
}

impl EventLog {
    /// Reads what was written.
    pub fn reader(&self) -> &EventReader {
        &self.reader
    }

    /// Accounts, sessions and the audit.
    pub fn staff(&self) -> &StaffBook {
        &self.staff
    }
}

/// An event to be written.
#[derive(Debug, Clone)]
pub struct Append {
    /// Visit.
    pub visit: Uuid,
    /// Number of the event within the visit; a conflict when it is not the next.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// What.
    pub body: EventBody,
    /// SHA-256 of the visit's token, with its first event.
    pub token_hash: Option<Hash>,
}

/// What is written in the same transaction as an event.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// What lists say of the visit from now on.
    pub listing: Option<Listing>,
    /// What a member of staff did by it.
    pub entry: Option<Entry>,
    /// Phrases of this visit leave the queue: the patient took the consent back.
    pub drop_phrases: bool,
}
