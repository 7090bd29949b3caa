//! Accounts, sessions and failures of the staff, with the audit of what they do. One connection of its own, so that a
//! sign-in never waits behind the turns of patients; `jiwen staff` opens it beside a running service.

use std::path::Path;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, SqlitePool};
use tokio::sync::Mutex;

use crate::domain::{Listing, Role, Timestamp};

use super::audit::{Entry, StoredEntry, insert_entry, list_entries};
use super::list::put_missing;
use super::open::{migrate, open_readers, writer};
use super::{Durability, Hash, OpenError, ReadError};

/// What is kept of staff.
pub struct StaffBook {
    pub(super) connection: Mutex<SqliteConnection>,
    pub(super) pool: SqlitePool,
}

/// An account.
#[derive(Clone)]
pub struct Account {
    /// What is typed to sign in.
    pub name: String,
    /// What colleagues see.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Argon2id in PHC form.
    pub password: String,
    /// Shared secret of the second factor.
    pub totp_secret: Vec<u8>,
}

/// Secrets do not print.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}, {})", self.name, self.role)
    }
}

/// A session with its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Name of the account.
    pub name: String,
    /// What colleagues see.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
}

/// Failures to sign in under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// In a row, since the last success or lock.
    pub failures: u32,
    /// Locked until then, in milliseconds of Unix time.
    pub locked_until_ms: i64,
}

type AccountRow = (String, String, String, String, Vec<u8>);

impl StaffBook {
    /// Opens the book of a log; made when it is missing.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| OpenError::Io {
                path: path.into(),
                source,
            })?;
        }
        let mut connection = writer(path, Durability::Machine).await?;
        migrate(path, &mut connection).await?;
        Ok(Self {
            connection: Mutex::new(connection),
            pool: open_readers(path).await?,
        })
    }

    /// Adds an account; false when the name is taken.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn add_account(&self, account: &Account, entry: &Entry) -> Result<bool, ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let added = sqlx::query(
            "INSERT OR IGNORE INTO staff
               (name, display_name, role, password, totp_secret, totp_step, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
        )
        .bind(&account.name)
        .bind(&account.display_name)
        .bind(account.role.as_str())
        .bind(&account.password)
        .bind(&account.totp_secret)
        .bind(entry.at.to_string())
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if added {
            insert_entry(&mut transaction, entry).await?;
        }
        transaction.commit().await?;
        Ok(added)
    }

    /// Gives an account a new password and secret and ends its sessions; false when there is none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn reset_account(&self, account: &Account, entry: &Entry) -> Result<bool, ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let changed = sqlx::query(
            "UPDATE staff SET password = ?2, totp_secret = ?3, totp_step = 0 WHERE name = ?1",
        )
        .bind(&account.name)
        .bind(&account.password)
        .bind(&account.totp_secret)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if changed {
            sqlx::query("DELETE FROM staff_session WHERE name = ?1")
                .bind(&account.name)
                .execute(&mut *transaction)
                .await?;
            insert_entry(&mut transaction, entry).await?;
        }
        transaction.commit().await?;
        Ok(changed)
    }

    /// Removes an account with its sessions; what it did stays in the audit. False when there is none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn remove_account(&self, name: &str, entry: &Entry) -> Result<bool, ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let removed = sqlx::query("DELETE FROM staff WHERE name = ?1")
            .bind(name)
            .execute(&mut *transaction)
            .await?
            .rows_affected()
            == 1;
        if removed {
            insert_entry(&mut transaction, entry).await?;
        }
        transaction.commit().await?;
        Ok(removed)
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn list_accounts(&self) -> Result<Vec<Account>, ReadError> {
        let rows: Vec<AccountRow> = sqlx::query_as(
            "SELECT name, display_name, role, password, totp_secret FROM staff ORDER BY name",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(account).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn find_account(&self, name: &str) -> Result<Option<Account>, ReadError> {
        let row: Option<AccountRow> = sqlx::query_as(
            "SELECT name, display_name, role, password, totp_secret FROM staff WHERE name = ?1",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        row.map(account).transpose()
    }

    /// Failures under a name, given by its hash.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn find_attempts(&self, name_hash: &Hash) -> Result<Attempts, ReadError> {
        let row: Option<(u32, i64)> = sqlx::query_as(
            "SELECT failures, locked_until_ms FROM staff_attempt WHERE name_hash = ?1",
        )
        .bind(name_hash.to_vec())
        .fetch_optional(&self.pool)
        .await?;
        Ok(
            row.map_or_else(Attempts::default, |(failures, locked_until_ms)| Attempts {
                failures,
                locked_until_ms,
            }),
        )
    }

    /// Counts a failure; at `lock_after` of them the name is locked for `lock_ms` and counting begins anew.
    /// True when this one locked it; `locked` is then added to the audit, too.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn note_failure(
        &self,
        name_hash: &Hash,
        lock_after: u32,
        lock_ms: i64,
        failed: &Entry,
        locked: &Entry,
    ) -> Result<bool, ReadError> {
        let at = failed.at.as_millisecond();
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        // Names that nobody tried for a day are forgotten, else guessing fills the table.
        sqlx::query("DELETE FROM staff_attempt WHERE at_ms < ?1 AND locked_until_ms < ?1")
            .bind(at - DAY_MS)
            .execute(&mut *transaction)
            .await?;
        let (failures,): (u32,) = sqlx::query_as(
            "INSERT INTO staff_attempt (name_hash, failures, locked_until_ms, at_ms)
             VALUES (?1, 1, 0, ?2)
             ON CONFLICT (name_hash) DO UPDATE SET failures = failures + 1, at_ms = ?2
             RETURNING failures",
        )
        .bind(name_hash.to_vec())
        .bind(at)
        .fetch_one(&mut *transaction)
        .await?;
        insert_entry(&mut transaction, failed).await?;
        let locks = failures >= lock_after;
        if locks {
            sqlx::query(
                "UPDATE staff_attempt SET failures = 0, locked_until_ms = ?2 WHERE name_hash = ?1",
            )
            .bind(name_hash.to_vec())
            .bind(at + lock_ms)
            .execute(&mut *transaction)
            .await?;
            insert_entry(&mut transaction, locked).await?;
        }
        transaction.commit().await?;
        Ok(locks)
    }

    /// Forgets failures and lock of a name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn unlock(&self, name_hash: &Hash, entry: &Entry) -> Result<(), ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        forget_failures(&mut transaction, name_hash).await?;
        insert_entry(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses up the code of a step and begins a session; false when that step or a later one was used before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn begin_session(
        &self,
        name_hash: &Hash,
        step: i64,
        token_hash: &Hash,
        entry: &Entry,
    ) -> Result<bool, ReadError> {
        let at = entry.at.as_millisecond();
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let fresh =
            sqlx::query("UPDATE staff SET totp_step = ?2 WHERE name = ?1 AND totp_step < ?2")
                .bind(&entry.who)
                .bind(step)
                .execute(&mut *transaction)
                .await?
                .rows_affected()
                == 1;
        if fresh {
            forget_failures(&mut transaction, name_hash).await?;
            sqlx::query("DELETE FROM staff_session WHERE seen_ms < ?1")
                .bind(at - DAY_MS)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "INSERT INTO staff_session (token_hash, name, created_ms, seen_ms)
                 VALUES (?1, ?2, ?3, ?3)",
            )
            .bind(token_hash.to_vec())
            .bind(&entry.who)
            .bind(at)
            .execute(&mut *transaction)
            .await?;
            insert_entry(&mut transaction, entry).await?;
        }
        transaction.commit().await?;
        Ok(fresh)
    }

    /// A session with its account, used or not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn find_session(
        &self,
        token_hash: &Hash,
    ) -> Result<Option<StoredSession>, ReadError> {
        let row: Option<(String, String, String, i64, i64)> = sqlx::query_as(
            "SELECT staff.name, display_name, role, created_ms, seen_ms
             FROM staff_session JOIN staff ON staff.name = staff_session.name
             WHERE token_hash = ?1",
        )
        .bind(token_hash.to_vec())
        .fetch_optional(&self.pool)
        .await?;
        row.map(|(name, display_name, role, created, seen)| {
            Ok(StoredSession {
                name,
                display_name,
                role: read_role(&role)?,
                created: instant(created)?,
                seen: instant(seen)?,
            })
        })
        .transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn touch_session(&self, token_hash: &Hash, at: Timestamp) -> Result<(), ReadError> {
        let mut connection = self.connection.lock().await;
        sqlx::query("UPDATE staff_session SET seen_ms = ?2 WHERE token_hash = ?1")
            .bind(token_hash.to_vec())
            .bind(at.as_millisecond())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn end_session(&self, token_hash: &Hash, entry: &Entry) -> Result<(), ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM staff_session WHERE token_hash = ?1")
            .bind(token_hash.to_vec())
            .execute(&mut *transaction)
            .await?;
        insert_entry(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Adds to the audit; what is told after this returns was noted before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn note(&self, entry: &Entry) -> Result<(), ReadError> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        insert_entry(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The audit between two instants (RFC 3339), oldest first, after a position.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn list_entries(
        &self,
        from: &str,
        until: &str,
        after: i64,
        most: u32,
    ) -> Result<Vec<StoredEntry>, ReadError> {
        Ok(list_entries(&self.pool, from, until, after, most).await?)
    }

    /// Writes the listing of a visit of before there were listings.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn put_missing_listing(
        &self,
        listing: &Listing,
        last_seq: u32,
    ) -> Result<(), ReadError> {
        let mut connection = self.connection.lock().await;
        Ok(put_missing(&mut connection, listing, last_seq).await?)
    }

    /// Closes the file.
    pub async fn close(self) {
        self.pool.close().await;
        if let Err(error) = self.connection.into_inner().close().await {
            tracing::warn!(%error, "could not close the staff book cleanly");
        }
    }
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn forget_failures(
    connection: &mut SqliteConnection,
    name_hash: &Hash,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM staff_attempt WHERE name_hash = ?1")
        .bind(name_hash.to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

fn account(
    (name, display_name, role, password, totp_secret): AccountRow,
) -> Result<Account, ReadError> {
    Ok(Account {
        role: read_role(&role)?,
        name,
        display_name,
        password,
        totp_secret,
    })
}

fn read_role(role: &str) -> Result<Role, ReadError> {
    Role::parse(role).map_err(|_| damaged("an account has an unknown role"))
}

fn instant(ms: i64) -> Result<Timestamp, ReadError> {
    Timestamp::from_millisecond(ms).map_err(|_| damaged("a session has an impossible time"))
}

fn damaged(what: &'static str) -> ReadError {
    ReadError::Damaged {
        visit: "-".into(),
        seq: 0,
        what,
    }
}
