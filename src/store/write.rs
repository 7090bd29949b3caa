//! Appending: one task, one transaction for all that wait, answers after the commit.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, QueryBuilder, Sqlite};
use tokio::sync::{mpsc, oneshot};

use crate::domain::EventBody;

use super::audit::insert_entry;
use super::chain::{GENESIS, Hash, Link, Salt, hash_body};
use super::list::{drop_listing, put_listing};
use super::phrases::drop_phrases;
use super::{Append, AppendError, Beside, EventLog};

/// Events in one transaction at most.
const BATCH: usize = 256;

/// An event on its way to the disk, already in the form that is stored.
pub(super) struct Waiting {
    visit: String,
    seq: u32,
    at: String,
    kind: &'static str,
    key: Option<String>,
    salt: Salt,
    body: String,
    body_hash: Hash,
    token_hash: Option<Hash>,
    beside: Beside,
    answer: oneshot::Sender<Result<(), AppendError>>,
}

/// The last row of the log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Head {
    pub position: u64,
    pub hash: Hash,
}

impl EventLog {
    /// Stores an event; when this returns it survives what the log was opened for ([`super::Durability`]).
    ///
    /// # Errors
    /// [`AppendError`]; nothing is stored then.
    pub async fn append(&self, append: Append) -> Result<(), AppendError> {
        self.append_with(append, Beside::default()).await
    }

    /// Stores an event and what belongs to it, both or neither.
    ///
    /// # Errors
    /// [`AppendError`]; nothing is stored then.
    pub async fn append_with(&self, append: Append, beside: Beside) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        let waiting = prepare(append, beside, answer)?;
        self.waiting
            .send(waiting)
            .await
            .map_err(|_| AppendError::Closed)?;
        answered.await.map_err(|_| AppendError::Closed)?
    }
}

/// Writes JSON and hashes the body on the caller's thread; only the chain itself is sequential.
fn prepare(
    append: Append,
    beside: Beside,
    answer: oneshot::Sender<Result<(), AppendError>>,
) -> Result<Waiting, AppendError> {
    let body = serde_json::to_string(&append.body)
        .map_err(|error| AppendError::Encode(Arc::new(error)))?;
    let salt: Salt = rand::random();
    Ok(Waiting {
        visit: append.visit.to_string(),
        seq: append.seq,
        at: append.at.to_string(),
        kind: kind_of(&append.body),
        key: match append.body {
            EventBody::Turn {
                idempotency_key, ..
            } => idempotency_key,
            _ => None,
        },
        body_hash: hash_body(&salt, &body),
        salt,
        body,
        token_hash: append.token_hash,
        beside,
        answer,
    })
}

fn kind_of(body: &EventBody) -> &'static str {
    match body {
        EventBody::Opened { .. } => "opened",
        EventBody::Turn { .. } => "turn",
        EventBody::Reviewed { .. } => "reviewed",
        EventBody::Consented { .. } => "consented",
        EventBody::HandedOver { .. } => "handed_over",
        EventBody::Desk { .. } => "desk",
        EventBody::Erased { .. } => "erased",
    }
}

/// Runs until every handle is dropped.
pub(super) async fn run_writer(
    mut connection: SqliteConnection,
    mut queue: mpsc::Receiver<Waiting>,
    mut head: Head,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        match commit(&mut connection, &batch, head).await {
            Ok((outcomes, newest)) => {
                head = newest;
                if batch.iter().any(Waiting::takes_away) {
                    empty_wal(&mut connection).await;
                }
                for (waiting, outcome) in batch.drain(..).zip(outcomes) {
                    // A caller that no longer waits has lost its answer, not its event.
                    let _ = waiting.answer.send(outcome);
                }
            }
            Err(error) => {
                tracing::error!(error = %error, events = batch.len(), "could not store events");
                let error = Arc::new(error);
                for waiting in batch.drain(..) {
                    let _ = waiting
                        .answer
                        .send(Err(AppendError::Database(error.clone())));
                }
            }
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(error = %error, "could not close the event log cleanly");
    }
}

/// Old pages with erased words must not stay in the write-ahead log.
async fn empty_wal(connection: &mut SqliteConnection) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(connection)
        .await
    {
        tracing::warn!(%error, "could not empty the write-ahead log after an erasure");
    }
}

type Outcomes = Vec<Result<(), AppendError>>;

async fn commit(
    connection: &mut SqliteConnection,
    batch: &[Waiting],
    mut head: Head,
) -> Result<(Outcomes, Head), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let outcomes = admit(&mut transaction, batch).await?;
    let admitted: Vec<&Waiting> = batch
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.is_ok())
        .map(|(waiting, _)| waiting)
        .collect();
    if admitted.is_empty() {
        transaction.rollback().await?;
        return Ok((outcomes, head));
    }
    insert_visits(&mut transaction, &admitted).await?;
    head = insert_events(&mut transaction, &admitted, head).await?;
    erase_bodies(&mut transaction, &admitted).await?;
    write_beside(&mut transaction, &admitted).await?;
    head.write(&mut transaction).await?;
    transaction.commit().await?;
    Ok((outcomes, head))
}

/// Decides which events are the next of their visit.
async fn admit(
    connection: &mut SqliteConnection,
    batch: &[Waiting],
) -> Result<Outcomes, sqlx::Error> {
    let visits: Vec<&str> = batch.iter().map(|waiting| waiting.visit.as_str()).collect();
    let keyed: Vec<(&str, &str)> = batch
        .iter()
        .filter_map(|waiting| Some((waiting.visit.as_str(), waiting.key.as_deref()?)))
        .collect();
    let mut next: HashMap<String, u32> = sqlx::query_as::<_, (String, u32)>(
        "SELECT visit_id, MAX(seq) + 1 FROM event
         WHERE visit_id IN (SELECT value FROM json_each(?1)) GROUP BY visit_id",
    )
    .bind(serde_json::json!(visits).to_string())
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let mut used: HashSet<(String, String)> = if keyed.is_empty() {
        HashSet::new()
    } else {
        sqlx::query_as::<_, (String, String)>(
            "SELECT event.visit_id, event.idempotency_key FROM json_each(?1) AS wanted
             JOIN event ON event.visit_id = json_extract(wanted.value, '$[0]')
                       AND event.idempotency_key = json_extract(wanted.value, '$[1]')",
        )
        .bind(serde_json::json!(keyed).to_string())
        .fetch_all(&mut *connection)
        .await?
        .into_iter()
        .collect()
    };
    Ok(batch
        .iter()
        .map(|waiting| {
            let key = waiting.key.clone().map(|key| (waiting.visit.clone(), key));
            if key.as_ref().is_some_and(|key| used.contains(key)) {
                return Err(AppendError::Repeated);
            }
            let expected = next.entry(waiting.visit.clone()).or_insert(0);
            // Only a visit's first event brings a token, and only the first may.
            if *expected != waiting.seq || (waiting.seq == 0) != waiting.token_hash.is_some() {
                return Err(AppendError::Conflict {
                    expected: waiting.seq,
                    actual: *expected,
                });
            }
            *expected += 1;
            used.extend(key);
            Ok(())
        })
        .collect())
}

async fn insert_visits(
    connection: &mut SqliteConnection,
    admitted: &[&Waiting],
) -> Result<(), sqlx::Error> {
    let opened: Vec<(&&Waiting, Hash)> = admitted
        .iter()
        .filter_map(|waiting| Some((waiting, waiting.token_hash?)))
        .collect();
    if opened.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO visit (id, token_hash, opened_at) ");
    query.push_values(opened, |mut row, (waiting, token_hash)| {
        row.push_bind(waiting.visit.clone())
            .push_bind(token_hash.to_vec())
            .push_bind(waiting.at.clone());
    });
    query.build().execute(connection).await?;
    Ok(())
}

async fn insert_events(
    connection: &mut SqliteConnection,
    admitted: &[&Waiting],
    mut head: Head,
) -> Result<Head, sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO event (position, visit_id, seq, at, kind, idempotency_key, salt, body, \
         body_hash, prev_hash, hash) ",
    );
    query.push_values(admitted, |mut row, waiting| {
        let prev = head.hash;
        head = head.followed_by(waiting);
        row.push_bind(head.position.cast_signed())
            .push_bind(waiting.visit.clone())
            .push_bind(waiting.seq)
            .push_bind(waiting.at.clone())
            .push_bind(waiting.kind)
            .push_bind(waiting.key.clone())
            .push_bind(waiting.salt.to_vec())
            .push_bind(waiting.body.clone())
            .push_bind(waiting.body_hash.to_vec())
            .push_bind(prev.to_vec())
            .push_bind(head.hash.to_vec());
    });
    query.build().execute(connection).await?;
    Ok(head)
}

/// An erasure takes the bodies, salts and keys of everything before it in the visit.
async fn erase_bodies(
    connection: &mut SqliteConnection,
    admitted: &[&Waiting],
) -> Result<(), sqlx::Error> {
    for erasure in admitted.iter().filter(|waiting| waiting.kind == "erased") {
        sqlx::query(
            "UPDATE event SET body = NULL, salt = NULL, idempotency_key = NULL
             WHERE visit_id = ?1 AND seq < ?2",
        )
        .bind(&erasure.visit)
        .bind(erasure.seq)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Listings, audit and phrases that belong to the events.
async fn write_beside(
    connection: &mut SqliteConnection,
    admitted: &[&Waiting],
) -> Result<(), sqlx::Error> {
    for waiting in admitted {
        if let Some(listing) = &waiting.beside.listing {
            put_listing(connection, listing).await?;
        }
        if let Some(entry) = &waiting.beside.entry {
            insert_entry(connection, entry).await?;
        }
        if waiting.kind == "erased" {
            drop_listing(connection, &waiting.visit).await?;
        }
        if waiting.kind == "erased" || waiting.beside.drop_phrases {
            drop_phrases(connection, &waiting.visit).await?;
        }
    }
    Ok(())
}

impl Waiting {
    /// Something that was stored is overwritten by it, so it must not stay in the write-ahead log.
    fn takes_away(&self) -> bool {
        matches!(self.kind, "erased" | "consented")
    }
}

impl Head {
    /// The last row, when the head names it; `None` when it does not.
    pub async fn read(connection: &mut SqliteConnection) -> Result<Option<Self>, sqlx::Error> {
        let (position, hash): (i64, Vec<u8>) =
            sqlx::query_as("SELECT position, hash FROM head WHERE id = 1")
                .fetch_one(&mut *connection)
                .await?;
        let (last, last_hash): (i64, Vec<u8>) =
            sqlx::query_as("SELECT position, hash FROM event ORDER BY position DESC LIMIT 1")
                .fetch_optional(&mut *connection)
                .await?
                .unwrap_or((0, GENESIS.to_vec()));
        Ok(Hash::try_from(hash.as_slice())
            .ok()
            .filter(|_| (position, &hash) == (last, &last_hash))
            .map(|hash| Self {
                position: position.cast_unsigned(),
                hash,
            }))
    }

    async fn write(self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE head SET position = ?1, hash = ?2 WHERE id = 1")
            .bind(self.position.cast_signed())
            .bind(self.hash.to_vec())
            .execute(connection)
            .await?;
        Ok(())
    }

    fn followed_by(self, waiting: &Waiting) -> Self {
        let position = self.position + 1;
        let link = Link {
            prev: &self.hash,
            position,
            visit: &waiting.visit,
            seq: waiting.seq,
            at: &waiting.at,
            kind: waiting.kind,
            body_hash: &waiting.body_hash,
        };
        Self {
            position,
            hash: link.hash(),
        }
    }
}
