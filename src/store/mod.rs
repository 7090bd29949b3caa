//! The append-only event log: one SQLite file, one writer, hash-chained. The only place with SQL.
//!
//! Every append goes to one task that puts all that wait into one transaction and answers after its
//! commit, so that an answered turn survives the end of the process; [`Durability`] says whether the commit also waits
//! for the disk. Reads go through a small pool.
//! A lock file beside the database keeps a second process from writing.

mod chain;
mod error;
mod open;
mod read;
mod verify;
mod write;

use tokio::sync::mpsc;
use uuid::Uuid;

use crate::domain::{EventBody, Timestamp};

pub use chain::Hash;
pub use error::{AppendError, OpenError, ReadError};
pub use read::{EventReader, StoredEvent, StoredVisit};
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
    waiting: mpsc::Sender<write::Waiting>,
    writer: tokio::task::JoinHandle<()>,
}

impl EventLog {
    /// Reads what was written.
    pub fn reader(&self) -> &EventReader {
        &self.reader
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
