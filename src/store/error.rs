//! What can go wrong with the log, one variant for each thing that its caller does differently.

use std::path::PathBuf;
use std::sync::Arc;

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is something else.
    #[error(
        "open {path}: not a Jiwen event log (not an SQLite database, or one of another program)"
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Another process writes to it.
    #[error("open {path}: another process has it open; stop that one first")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program wrote it.
    #[error("open {path}: written by a newer version (schema {schema}); update this program")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Migration that this program does not know.
        schema: i64,
    },
    /// The last row is not the one that the head names.
    #[error("open {path}: the last event is missing or changed; run `jiwen audit verify`")]
    HeadMismatch {
        /// The file.
        path: PathBuf,
    },
    /// The folder or file cannot be made, read or written.
    #[error("open {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Anything else that SQLite says.
    #[error("open {path}: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: sqlx::Error,
    },
}

/// Why an event was not stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// Another event took this place in the visit.
    #[error("append: expected event {expected}, the visit is at {actual}")]
    Conflict {
        /// Number of the event that was to be written.
        expected: u32,
        /// Number that comes next.
        actual: u32,
    },
    /// The idempotency key was used before in this visit.
    #[error("append: this idempotency key has an answer already")]
    Repeated,
    /// The event could not be written as JSON.
    #[error("append: {0}")]
    Encode(Arc<serde_json::Error>),
    /// The transaction failed; nothing of it is stored.
    #[error("append: {0}")]
    Database(Arc<sqlx::Error>),
    /// The log is closed or closing.
    #[error("append: the log is closed")]
    Closed,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// SQLite failed.
    #[error("read the event log: {0}")]
    Database(#[from] sqlx::Error),
    /// A row holds something that was never written.
    #[error("read visit {visit} event {seq}: {what}")]
    Damaged {
        /// Visit.
        visit: String,
        /// Event.
        seq: u32,
        /// What is wrong, without its contents.
        what: &'static str,
    },
}
