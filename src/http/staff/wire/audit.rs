//! The audit and the queue of phrases on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::service::{AuditEntry, Phrase};

/// Entries of some days.
#[derive(Serialize, ToSchema)]
pub struct Audit {
    /// Oldest first.
    pub entries: Vec<AuditItem>,
    /// There are more; ask again with `after`.
    pub more: bool,
}

/// Something that a member of staff did.
#[derive(Serialize, ToSchema)]
pub struct AuditItem {
    /// 1, 2, 3 …
    pub position: i64,
    /// RFC 3339.
    pub at: String,
    /// Name of the account; `-` when there is no such account.
    pub who: String,
    /// Its role.
    pub role: String,
    /// `read`, `reviewed`, `signed_in`, …
    pub action: String,
    /// About which visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// More, in identifiers and numbers.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Audit {
    /// The entries.
    pub fn new(entries: Vec<AuditEntry>, more: bool) -> Self {
        let item = |one: AuditEntry| AuditItem {
            position: one.position,
            at: one.at,
            who: one.who,
            role: one.role,
            action: one.action,
            session_id: Some(one.visit).filter(|visit| !visit.is_empty()),
            detail: one.detail,
        };
        Self {
            entries: entries.into_iter().map(item).collect(),
            more,
        }
    }
}

/// Phrases that were understood wrongly.
#[derive(Serialize, ToSchema)]
pub struct PhraseQueue {
    /// Oldest first.
    pub phrases: Vec<PhraseItem>,
}

/// One phrase; nothing says whose it is.
#[derive(Serialize, ToSchema)]
pub struct PhraseItem {
    /// When it was marked, RFC 3339.
    pub at: String,
    /// The words.
    pub text: String,
    /// What the doctor says of it.
    pub note: String,
    /// What it should have been understood as; may be empty.
    pub concept: String,
    /// Who marked it.
    pub by: String,
}

impl From<Vec<Phrase>> for PhraseQueue {
    fn from(phrases: Vec<Phrase>) -> Self {
        let item = |one: Phrase| PhraseItem {
            at: one.at.to_string(),
            text: one.text,
            note: one.note,
            concept: one.concept,
            by: one.by,
        };
        Self {
            phrases: phrases.into_iter().map(item).collect(),
        }
    }
}
