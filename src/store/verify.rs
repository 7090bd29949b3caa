//! Walking the chain: the first row that was changed, or the place where one is missing.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use sqlx::SqlitePool;

use super::audit::{EntryFault, walk_entries};
use super::chain::{GENESIS, Hash, Link, hash_body};
use super::open::{database_error, open_readers};
use super::{EventLog, OpenError, ReadError};

/// Rows read at a time.
const PAGE: u32 = 1000;

/// What a walk over the whole log found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Events walked over.
    pub events: u64,
    /// Visits they belong to.
    pub visits: u64,
    /// Events whose body was erased at a patient's wish.
    pub erased: u64,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
    /// Entries of the audit of the staff.
    pub entries: u64,
    /// The first entry that is wrong.
    pub entry_fault: Option<EntryFault>,
}

/// The first row that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Position in the log, from 1.
    pub position: u64,
    /// Visit; for a missing row the one that has a gap there, else the visit of the row before it.
    pub visit: String,
    /// Event within that visit.
    pub seq: u32,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The row is gone.
    Missing,
    /// The row is gone and was the last of its visit; the row before it in the log is named.
    MissingAfter,
    /// A field other than the body was changed, or the row before it was exchanged.
    Changed,
    /// The body is not what was written.
    BodyChanged,
    /// The body is gone, though the visit has no erasure.
    BodyGone,
    /// The row of the visit is gone.
    VisitMissing,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FaultKind::Missing => "is missing",
            FaultKind::MissingAfter => "is followed by a missing row",
            FaultKind::Changed => "was changed",
            FaultKind::BodyChanged => "has a changed body",
            FaultKind::BodyGone => "lost its body without an erasure",
            FaultKind::VisitMissing => "belongs to a visit whose row is missing",
        };
        let Self {
            visit,
            seq,
            position,
            ..
        } = self;
        write!(f, "visit {visit} event {seq} {what} (position {position})")
    }
}

impl EventLog {
    /// Walks the log of a running service.
    ///
    /// # Errors
    /// When the file cannot be read; a broken chain is a result, not an error.
    pub async fn verify(&self) -> Result<Verified, ReadError> {
        Ok(walk(&self.reader.pool).await?)
    }
}

/// Walks a file without the right to write, also while a service has it open.
///
/// # Errors
/// When the file cannot be opened or read; a broken chain is a result, not an error.
pub async fn verify_file(path: &Path) -> Result<Verified, OpenError> {
    let readers = open_readers(path).await?;
    let verified = walk(&readers)
        .await
        .map_err(|error| database_error(path, error));
    readers.close().await;
    verified
}

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    visit_id: String,
    seq: u32,
    at: String,
    kind: String,
    idempotency_key: Option<String>,
    salt: Option<Vec<u8>>,
    body: Option<String>,
    body_hash: Vec<u8>,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
    /// Event of the visit that erased what was before it.
    erased_by: Option<u32>,
    has_visit: bool,
}

async fn walk(readers: &SqlitePool) -> Result<Verified, sqlx::Error> {
    // One snapshot for all pages, so that appends meanwhile do not look like faults.
    let mut snapshot = readers.begin().await?;
    let mut result = walk_events(&mut snapshot).await?;
    (result.entries, result.entry_fault) = walk_entries(&mut snapshot).await?;
    Ok(result)
}

async fn walk_events(snapshot: &mut sqlx::SqliteConnection) -> Result<Verified, sqlx::Error> {
    let mut result = Verified::default();
    let (head, head_hash): (i64, Vec<u8>) = sqlx::query_as("SELECT position, hash FROM head")
        .fetch_one(&mut *snapshot)
        .await?;
    let mut last: Option<Row> = None;
    loop {
        let after = last.as_ref().map_or(0, |row| row.position);
        let page: Vec<Row> = sqlx::query_as(
            "SELECT event.*,
                (SELECT MAX(seq) FROM event AS later
                  WHERE later.visit_id = event.visit_id AND later.kind = 'erased') AS erased_by,
                EXISTS (SELECT 1 FROM visit WHERE visit.id = event.visit_id) AS has_visit
             FROM event WHERE position > ?1 ORDER BY position LIMIT ?2",
        )
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut *snapshot)
        .await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            if let Err(kind) = check(&row, last.as_ref()) {
                result.fault = Some(match kind {
                    FaultKind::Missing => name_missing(snapshot, last.as_ref(), &row).await?,
                    kind => fault_at(&row, row.position, kind),
                });
                return Ok(result);
            }
            result.events += 1;
            result.visits += u64::from(row.seq == 0);
            result.erased += u64::from(row.body.is_none());
            last = Some(row);
        }
    }
    let end = last.as_ref().map_or((0, GENESIS.to_vec()), |row| {
        (row.position, row.hash.clone())
    });
    if end != (head, head_hash) {
        result.fault = Some(match &last {
            Some(row) => fault_at(row, row.position + 1, FaultKind::MissingAfter),
            None => Fault {
                position: 1,
                visit: "-".into(),
                seq: 0,
                kind: FaultKind::Missing,
            },
        });
    }
    Ok(result)
}

fn check(row: &Row, last: Option<&Row>) -> Result<(), FaultKind> {
    let (before, prev) = last.map_or((0, GENESIS.to_vec()), |row| {
        (row.position, row.hash.clone())
    });
    if row.position != before + 1 {
        return Err(FaultKind::Missing);
    }
    let stored: [Hash; 2] = match (
        row.prev_hash.as_slice().try_into(),
        row.body_hash.as_slice().try_into(),
    ) {
        (Ok(prev), Ok(body)) => [prev, body],
        _ => return Err(FaultKind::Changed),
    };
    let link = Link {
        prev: &stored[0],
        position: row.position.cast_unsigned(),
        visit: &row.visit_id,
        seq: row.seq,
        at: &row.at,
        kind: &row.kind,
        body_hash: &stored[1],
    };
    if row.prev_hash != prev || link.hash().as_slice() != row.hash {
        return Err(FaultKind::Changed);
    }
    check_body(row, &stored[1])?;
    if row.has_visit {
        Ok(())
    } else {
        Err(FaultKind::VisitMissing)
    }
}

fn check_body(row: &Row, body_hash: &Hash) -> Result<(), FaultKind> {
    #[derive(Deserialize)]
    struct Keyed {
        idempotency_key: Option<String>,
    }
    match (&row.body, &row.salt) {
        (Some(body), Some(salt)) if hash_body(salt, body) == *body_hash => {
            // The column repeats the body, so that it is covered by the body's hash.
            let keyed: Option<Keyed> = serde_json::from_str(body).ok();
            if keyed.and_then(|keyed| keyed.idempotency_key) == row.idempotency_key {
                Ok(())
            } else {
                Err(FaultKind::Changed)
            }
        }
        (None, None) if row.erased_by.is_some_and(|seq| row.seq < seq) => Ok(()),
        (None, _) => Err(FaultKind::BodyGone),
        _ => Err(FaultKind::BodyChanged),
    }
}

/// A missing row leaves a gap in the numbers of its visit, unless it was that visit's last.
async fn name_missing(
    connection: &mut sqlx::SqliteConnection,
    last: Option<&Row>,
    next: &Row,
) -> Result<Fault, sqlx::Error> {
    let position = last.map_or(1, |row| row.position + 1);
    let seen: HashMap<String, u32> = sqlx::query_as::<_, (String, u32)>(
        "SELECT visit_id, MAX(seq) FROM event WHERE position < ?1 GROUP BY visit_id",
    )
    .bind(position)
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let later: Vec<(String, u32)> = sqlx::query_as(
        "SELECT visit_id, MIN(seq) FROM event WHERE position > ?1 GROUP BY visit_id
         ORDER BY MIN(position)",
    )
    .bind(position)
    .fetch_all(&mut *connection)
    .await?;
    let gap = later.into_iter().find_map(|(visit, seq)| {
        let expected = seen.get(&visit).map_or(0, |seq| seq + 1);
        (seq > expected).then_some((visit, expected))
    });
    Ok(match (gap, last) {
        (Some((visit, seq)), _) => Fault {
            position: position.cast_unsigned(),
            visit,
            seq,
            kind: FaultKind::Missing,
        },
        (None, Some(row)) => fault_at(row, position, FaultKind::MissingAfter),
        (None, None) => fault_at(next, position, FaultKind::Missing),
    })
}

fn fault_at(row: &Row, position: i64, kind: FaultKind) -> Fault {
    Fault {
        position: position.cast_unsigned(),
        visit: row.visit_id.clone(),
        seq: row.seq,
        kind,
    }
}
