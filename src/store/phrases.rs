//! Phrases that a doctor says were understood wrongly, waiting for an editor. They go with the visit or the consent.

use sqlx::{Connection, SqliteConnection};
use uuid::Uuid;

use crate::domain::Timestamp;

use super::audit::{Entry, insert_entry};
use super::{ReadError, StaffBook};

/// A phrase on its way into the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// When it was marked.
    pub at: Timestamp,
    /// Visit.
    pub visit: Uuid,
    /// Turn it was said in.
    pub turn: u32,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The words.
    pub text: String,
    /// What the doctor says of it.
    pub note: String,
    /// What it should have been understood as; may be empty.
    pub concept: String,
    /// Who marked it.
    pub by: String,
}

type Row = (
    String,
    String,
    u32,
    u32,
    u32,
    String,
    String,
    String,
    String,
);

impl StaffBook {
    /// Puts a phrase into the queue and notes in the audit that it was, in one transaction. An erasure or a withdrawn
    /// consent of the same moment wins: `last_seq` must still be the visit's last event.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn add_phrase(
        &self,
        phrase: &Phrase,
        last_seq: u32,
        entry: &Entry,
    ) -> Result<bool, ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let added = sqlx::query(
            "INSERT INTO phrase (at, visit_id, turn, start, \"end\", text, note, concept, by)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
             WHERE (SELECT MAX(seq) FROM event WHERE visit_id = ?2) = ?10",
        )
        .bind(phrase.at.to_string())
        .bind(phrase.visit.to_string())
        .bind(phrase.turn)
        .bind(phrase.start)
        .bind(phrase.end)
        .bind(&phrase.text)
        .bind(&phrase.note)
        .bind(&phrase.concept)
        .bind(&phrase.by)
        .bind(last_seq)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        insert_entry(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(added)
    }

    /// The queue, oldest first; 1,000 at most.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn list_phrases(&self) -> Result<Vec<Phrase>, ReadError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT at, visit_id, turn, start, \"end\", text, note, concept, by
             FROM phrase ORDER BY id LIMIT 1000",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(decode).collect()
    }
}

pub(super) async fn drop_phrases(
    connection: &mut SqliteConnection,
    visit: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM phrase WHERE visit_id = ?1")
        .bind(visit)
        .execute(connection)
        .await?;
    Ok(())
}

fn decode(
    (at, visit, turn, start, end, text, note, concept, by): Row,
) -> Result<Phrase, ReadError> {
    let damaged = |what| ReadError::Damaged {
        visit: visit.clone(),
        seq: 0,
        what,
    };
    Ok(Phrase {
        at: at
            .parse()
            .map_err(|_| damaged("the time of a phrase cannot be read"))?,
        visit: Uuid::try_parse(&visit).map_err(|_| damaged("a phrase has no visit"))?,
        turn,
        start,
        end,
        text,
        note,
        concept,
        by,
    })
}
