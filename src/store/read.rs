//! Reading a visit back.

use std::path::Path;

use sqlx::SqlitePool;
use uuid::Uuid;

use crate::domain::{EventBody, Timestamp};

use super::open::open_readers;
use super::{Hash, OpenError, ReadError};

/// Reads a log, also one that a running service writes.
pub struct EventReader {
    pub(super) pool: SqlitePool,
}

/// What is kept of a visit beside its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVisit {
    /// SHA-256 of its bearer token.
    pub token_hash: Hash,
}

/// One event as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Position within the visit, from 0.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// What kind: `opened`, `turn`, `reviewed`, `consented`, `handed_over`, `desk`, `erased`.
    pub kind: String,
    /// What happened; `None` when it was erased at the patient's wish.
    pub body: Option<EventBody>,
}

type Row = (u32, String, String, Option<String>);

impl EventReader {
    /// Opens a log for reading.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let pool = open_readers(path).await?;
        Ok(Self { pool })
    }

    /// Ids of all visits, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn list_visits(&self) -> Result<Vec<Uuid>, ReadError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM visit ORDER BY opened_at, id")
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|(id,)| {
                Uuid::try_parse(id).map_err(|_| damaged(Uuid::nil(), 0, "its id cannot be read"))
            })
            .collect()
    }

    /// The visit, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or the row is damaged.
    pub async fn find_visit(&self, visit: Uuid) -> Result<Option<StoredVisit>, ReadError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT token_hash FROM visit WHERE id = ?1")
            .bind(visit.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|(hash,)| {
            Hash::try_from(hash.as_slice())
                .map(|token_hash| StoredVisit { token_hash })
                .map_err(|_| damaged(visit, 0, "token hash is not 32 bytes"))
        })
        .transpose()
    }

    /// Every event of a visit, in order.
    ///
    /// # Errors
    /// When the file cannot be read or a row is damaged.
    pub async fn list_events(&self, visit: Uuid) -> Result<Vec<StoredEvent>, ReadError> {
        sqlx::query_as::<_, Row>(
            "SELECT seq, at, kind, body FROM event WHERE visit_id = ?1 ORDER BY seq",
        )
        .bind(visit.to_string())
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| decode(visit, row))
        .collect()
    }

    /// One event of a visit.
    ///
    /// # Errors
    /// When the file cannot be read or the row is damaged.
    pub async fn find_event(
        &self,
        visit: Uuid,
        seq: u32,
    ) -> Result<Option<StoredEvent>, ReadError> {
        sqlx::query_as::<_, Row>(
            "SELECT seq, at, kind, body FROM event WHERE visit_id = ?1 AND seq = ?2",
        )
        .bind(visit.to_string())
        .bind(seq)
        .fetch_optional(&self.pool)
        .await?
        .map(|row| decode(visit, row))
        .transpose()
    }

    /// Answers when the file can be read.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn ping(&self) -> Result<(), ReadError> {
        sqlx::query("SELECT position FROM head")
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn decode(visit: Uuid, (seq, at, kind, body): Row) -> Result<StoredEvent, ReadError> {
    Ok(StoredEvent {
        seq,
        at: at
            .parse()
            .map_err(|_| damaged(visit, seq, "its time cannot be read"))?,
        kind,
        body: body
            .map(|body| serde_json::from_str(&body))
            .transpose()
            .map_err(|_| damaged(visit, seq, "its body cannot be read"))?,
    })
}

fn damaged(visit: Uuid, seq: u32, what: &'static str) -> ReadError {
    ReadError::Damaged {
        visit: visit.to_string(),
        seq,
        what,
    }
}
