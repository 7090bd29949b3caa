//! Listings: kept beside the events, in the same transaction, so that a list never shows what the log does not hold.

use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::domain::{DeskState, ListState, Listing, Shown, day_of};

use super::{EventReader, ReadError};

/// Which listings are wanted.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Where they stand.
    pub state: ListState,
    /// A visit code; empty when none was given.
    pub code: String,
    /// The hospital's reference; all visits when this and the code are empty.
    pub reference: String,
    /// First day, `YYYY-MM-DD` in +08:00.
    pub from: String,
    /// Last day.
    pub until: String,
    /// So many at most.
    pub most: u32,
}

/// Writes a visit's listing over the one before.
pub(super) async fn put_listing(
    connection: &mut SqliteConnection,
    listing: &Listing,
) -> Result<(), sqlx::Error> {
    bind_listing(
        "INSERT INTO listing
           (visit_id, code, day, urgency, opened_at, patient_ref, shown, reviewed, waits, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (visit_id) DO UPDATE SET
           urgency = excluded.urgency, patient_ref = excluded.patient_ref, shown = excluded.shown,
           reviewed = excluded.reviewed, waits = excluded.waits, body = excluded.body",
        listing,
    )?
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the listing of a visit of before there were listings, unless something happened to it meanwhile.
pub(super) async fn put_missing(
    connection: &mut SqliteConnection,
    listing: &Listing,
    last_seq: u32,
) -> Result<(), sqlx::Error> {
    bind_listing(
        "INSERT OR IGNORE INTO listing
           (visit_id, code, day, urgency, opened_at, patient_ref, shown, reviewed, waits, body)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
         WHERE (SELECT MAX(seq) FROM event WHERE visit_id = ?1) = ?11",
        listing,
    )?
    .bind(last_seq)
    .execute(connection)
    .await?;
    Ok(())
}

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bind_listing(sql: &'static str, listing: &Listing) -> Result<Query, sqlx::Error> {
    let body = serde_json::to_string(listing).map_err(|error| sqlx::Error::Encode(error.into()))?;
    Ok(sqlx::query(sql)
        .bind(listing.visit.to_string())
        .bind(listing.code().to_string())
        .bind(day_of(listing.opened).to_string())
        .bind(listing.rank())
        .bind(listing.opened.to_string())
        .bind(listing.patient_ref.clone())
        .bind(match listing.shown {
            Shown::Hidden => 0,
            Shown::CallOnly => 1,
            Shown::Full => 2,
        })
        .bind(i64::from(listing.review.is_final()))
        .bind(i64::from(
            listing.handed_over && listing.desk != Some(DeskState::Done),
        ))
        .bind(body))
}

pub(super) async fn drop_listing(
    connection: &mut SqliteConnection,
    visit: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM listing WHERE visit_id = ?1")
        .bind(visit)
        .execute(connection)
        .await?;
    Ok(())
}

impl EventReader {
    /// Listings, most urgent first, then oldest first.
    ///
    /// # Errors
    /// When the file cannot be read or a row is damaged.
    pub async fn list_listings(&self, query: &ListQuery) -> Result<Vec<Listing>, ReadError> {
        // A patient who called a person is listed only where people wait for one.
        let (shown, reviewed, waits) = match query.state {
            ListState::Waiting => (2, Some(0), None),
            ListState::Confirmed => (2, Some(1), None),
            ListState::HandedOver => (1, None, Some(1)),
            ListState::All => (1, None, None),
        };
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT body FROM listing
             WHERE day BETWEEN ?1 AND ?2 AND shown >= ?3
               AND (?4 IS NULL OR reviewed = ?4) AND (?5 IS NULL OR waits = ?5)
               AND (?6 || ?7 = '' OR code = ?6 OR patient_ref = ?7)
             ORDER BY urgency DESC, opened_at LIMIT ?8",
        )
        .bind(&query.from)
        .bind(&query.until)
        .bind(shown)
        .bind(reviewed)
        .bind(waits)
        .bind(&query.code)
        .bind(&query.reference)
        .bind(query.most)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|(body,)| decode(body)).collect()
    }

    /// The listing of a visit; `None` when there is no such visit, it was erased, or it is not listed yet.
    ///
    /// # Errors
    /// When the file cannot be read or the row is damaged.
    pub async fn find_listing(&self, visit: Uuid) -> Result<Option<Listing>, ReadError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT body FROM listing WHERE visit_id = ?1")
            .bind(visit.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|(body,)| decode(&body)).transpose()
    }

    /// The newest listings that may be shown whole, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read or a row is damaged.
    pub async fn list_newest(&self, most: u32) -> Result<Vec<Listing>, ReadError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT body FROM listing WHERE shown = 2 ORDER BY opened_at DESC LIMIT ?1",
        )
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|(body,)| decode(body)).collect()
    }

    /// Every listing of some days, shown or not: for figures without patients.
    ///
    /// # Errors
    /// When the file cannot be read or a row is damaged.
    pub async fn list_for_figures(
        &self,
        from: &str,
        until: &str,
    ) -> Result<Vec<Listing>, ReadError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT body FROM listing WHERE day BETWEEN ?1 AND ?2 ORDER BY opened_at",
        )
        .bind(from)
        .bind(until)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|(body,)| decode(body)).collect()
    }

    /// Visits without a listing that were not erased: those of before there were listings.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn list_unlisted(&self) -> Result<Vec<Uuid>, ReadError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT id FROM visit
             WHERE NOT EXISTS (SELECT 1 FROM listing WHERE listing.visit_id = visit.id)
               AND NOT EXISTS (SELECT 1 FROM event
                                WHERE event.visit_id = visit.id AND event.kind = 'erased')",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .iter()
            .filter_map(|(id,)| Uuid::try_parse(id).ok())
            .collect())
    }
}

fn decode(body: &str) -> Result<Listing, ReadError> {
    serde_json::from_str(body).map_err(|_| ReadError::Damaged {
        visit: "-".into(),
        seq: 0,
        what: "its listing cannot be read",
    })
}
