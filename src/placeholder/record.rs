//! Placeholder of the pre-visit record, with its signatures.

use crate::domain::{Assessment, Timestamp};
use crate::interview::{Mind, State};

/// What the record says of itself.
#[derive(Debug, Clone)]
pub struct RecordMeta {
    /// Visit.
    pub visit: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// When the record was made.
    pub created: Timestamp,
    /// Name of the hospital.
    pub hospital: String,
    /// The decision as this hospital carries it out; `None` before the first turn.
    pub assessment: Option<Assessment>,
}

/// The pre-visit record.
#[derive(Debug, Clone)]
pub struct Record {
    visit: String,
}

/// Builds it.
pub fn build(_mind: &Mind, _state: &State, meta: &RecordMeta) -> Record {
    Record {
        visit: meta.visit.clone(),
    }
}

/// As JSON.
pub fn to_json(record: &Record) -> String {
    serde_json::json!({ "session_id": record.visit }).to_string()
}

/// As a printable page.
pub fn to_html(record: &Record) -> String {
    format!("<!doctype html><meta charset=utf-8><p>{}", record.visit)
}

/// As plain text.
pub fn to_text(record: &Record) -> String {
    record.visit.clone()
}
