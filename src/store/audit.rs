//! The audit: who of the staff did what, in a hash chain of its own. No words of a patient come in here.
//!
//! Reads and sign-ins belong to no place in a visit, so they are not events: an event's number would collide with the
//! turn that the patient is taking. Canonical bytes of an entry, hashed with SHA-256; texts are UTF-8 with a big-endian
//! `u32` length before them:
//!
//! | field | bytes |
//! |---|---|
//! | mark | `jiwen-audit-1` |
//! | prev_hash | 32, of the entry before it; zeros for the first |
//! | position | `u64` big-endian, from 1 |
//! | at, who, role, action, visit, detail | texts as stored |

use std::fmt;

use sha2::{Digest, Sha256};
use sqlx::{SqliteConnection, SqlitePool};
use uuid::Uuid;

use crate::domain::{Action, Timestamp};

use super::chain::{GENESIS, Hash, put_text};

/// Rows read at a time.
const PAGE: u32 = 1000;

/// Something that a member of staff did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Name of the account; `-` when there is no such account.
    pub who: String,
    /// Role of the account; empty when there is none.
    pub role: String,
    /// What.
    pub action: Action,
    /// About which visit.
    pub visit: Option<Uuid>,
    /// More, in identifiers and numbers.
    pub detail: String,
}

/// An entry as it stands in the audit.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredEntry {
    /// 1, 2, 3 …
    pub position: i64,
    /// RFC 3339, UTC.
    pub at: String,
    /// Name of the account.
    pub who: String,
    /// Its role.
    pub role: String,
    /// What was done.
    pub action: String,
    /// Visit; empty when it is about none.
    #[sqlx(rename = "visit_id")]
    pub visit: String,
    /// More.
    pub detail: String,
}

/// The first entry that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFault {
    /// Its position.
    pub position: i64,
    /// True when a row is gone, false when it was changed.
    pub missing: bool,
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.missing {
            "is missing"
        } else {
            "was changed"
        };
        write!(f, "audit entry {} {what}", self.position)
    }
}

/// Adds an entry to the chain, inside the caller's transaction.
pub(super) async fn insert_entry(
    connection: &mut SqliteConnection,
    entry: &Entry,
) -> Result<(), sqlx::Error> {
    let (last, prev): (i64, Vec<u8>) =
        sqlx::query_as("SELECT position, hash FROM audit_head WHERE id = 1")
            .fetch_one(&mut *connection)
            .await?;
    let row = StoredEntry {
        position: last + 1,
        at: entry.at.to_string(),
        who: entry.who.clone(),
        role: entry.role.clone(),
        action: entry.action.as_str().to_owned(),
        visit: entry.visit.map(|id| id.to_string()).unwrap_or_default(),
        detail: entry.detail.clone(),
    };
    let hash = row.hash(&prev);
    sqlx::query(
        "INSERT INTO audit (position, at, who, role, action, visit_id, detail, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(row.position)
    .bind(&row.at)
    .bind(&row.who)
    .bind(&row.role)
    .bind(&row.action)
    .bind(&row.visit)
    .bind(&row.detail)
    .bind(prev)
    .bind(hash.to_vec())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE audit_head SET position = ?1, hash = ?2 WHERE id = 1")
        .bind(row.position)
        .bind(hash.to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

/// Entries between two days (inclusive, RFC 3339 texts compare as time), oldest first, after a position.
pub(super) async fn list_entries(
    pool: &SqlitePool,
    from: &str,
    until: &str,
    after: i64,
    most: u32,
) -> Result<Vec<StoredEntry>, sqlx::Error> {
    sqlx::query_as(
        "SELECT position, at, who, role, action, visit_id, detail FROM audit
         WHERE at >= ?1 AND at < ?2 AND position > ?3 ORDER BY position LIMIT ?4",
    )
    .bind(from)
    .bind(until)
    .bind(after)
    .bind(most)
    .fetch_all(pool)
    .await
}

#[derive(sqlx::FromRow)]
struct Chained {
    #[sqlx(flatten)]
    entry: StoredEntry,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

/// Walks the audit: how many entries, and the first fault. A log of before there was an audit has none.
pub(super) async fn walk_entries(
    snapshot: &mut SqliteConnection,
) -> Result<(u64, Option<EntryFault>), sqlx::Error> {
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE name = 'audit_head'")
            .fetch_all(&mut *snapshot)
            .await?;
    if tables.is_empty() {
        return Ok((0, None));
    }
    let mut last: (i64, Vec<u8>) = (0, GENESIS.to_vec());
    loop {
        let page: Vec<Chained> = sqlx::query_as(
            "SELECT position, at, who, role, action, visit_id, detail, prev_hash, hash FROM audit
             WHERE position > ?1 ORDER BY position LIMIT ?2",
        )
        .bind(last.0)
        .bind(PAGE)
        .fetch_all(&mut *snapshot)
        .await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            let missing = row.entry.position != last.0 + 1;
            let sound = row.prev_hash == last.1 && row.entry.hash(&row.prev_hash) == *row.hash;
            if missing || !sound {
                let fault = EntryFault {
                    position: last.0 + 1,
                    missing,
                };
                return Ok((last.0.cast_unsigned(), Some(fault)));
            }
            last = (row.entry.position, row.hash);
        }
    }
    let head: (i64, Vec<u8>) = sqlx::query_as("SELECT position, hash FROM audit_head WHERE id = 1")
        .fetch_one(snapshot)
        .await?;
    let fault = (head != last).then_some(EntryFault {
        position: last.0 + 1,
        missing: true,
    });
    Ok((last.0.cast_unsigned(), fault))
}

impl StoredEntry {
    fn hash(&self, prev: &[u8]) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"jiwen-audit-1");
        hasher.update(prev);
        hasher.update(self.position.to_be_bytes());
        for text in [
            &self.at,
            &self.who,
            &self.role,
            &self.action,
            &self.visit,
            &self.detail,
        ] {
            put_text(&mut hasher, text);
        }
        hasher.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_documented_one() {
        // Python: t = lambda s: len(s).to_bytes(4, "big") + s.encode()
        //   hashlib.sha256(b"jiwen-audit-1" + bytes(32) + (1).to_bytes(8, "big")
        //     + t("t") + t("w") + t("doctor") + t("read") + t("v") + t("")).hexdigest()
        let entry = StoredEntry {
            position: 1,
            at: "t".into(),
            who: "w".into(),
            role: "doctor".into(),
            action: "read".into(),
            visit: "v".into(),
            detail: String::new(),
        };
        let hash = entry.hash(&GENESIS);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "efbef9ece498e22083ca37867788069238ae571ae43726165e8c7f573c30c356"
        );
    }
}
