//! Opening: lock, migrations, writer task, readers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqlitePool};
use tokio::sync::mpsc;

use super::write::{Head, run_writer};
use super::{Durability, EventLog, EventReader, OpenError, StaffBook};

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations");

/// Appends that may wait before callers are held back.
const QUEUE: usize = 1024;
/// How often what is written is brought to the disk where commits do not wait for it.
const FLUSH: Duration = Duration::from_secs(1);
/// Connections that read.
const READERS: u32 = 4;

impl EventLog {
    /// Opens the file for writing, making it and its folder when they are missing.
    ///
    /// # Errors
    /// See [`OpenError`]; each is one line that names the file.
    pub async fn open(path: &Path, durability: Durability) -> Result<Self, OpenError> {
        let lock = take_lock(path)?;
        let mut writer = writer(path, durability).await?;
        migrate(path, &mut writer).await?;
        let head = Head::read(&mut writer)
            .await
            .map_err(|error| database_error(path, error))?
            .ok_or_else(|| OpenError::HeadMismatch { path: path.into() })?;
        let reader = EventReader::open(path).await?;
        let staff = StaffBook::open(path).await?;
        let (waiting, queue) = mpsc::channel(QUEUE);
        let flusher = match durability {
            Durability::Process => Some(tokio::spawn(flush(self::writer(path, durability).await?))),
            Durability::Machine => None,
        };
        let writer = tokio::spawn(async move {
            run_writer(writer, queue, head).await;
            if let Some(flusher) = flusher {
                flusher.abort();
            }
            // Held until the last event is written; the operating system frees it when the
            // process ends, however it ends.
            drop(lock);
        });
        Ok(Self {
            reader,
            staff,
            waiting,
            writer,
        })
    }

    /// Writes what waits, closes the file and frees it for another process.
    pub async fn close(self) {
        drop(self.waiting);
        if self.writer.await.is_err() {
            tracing::warn!("the writer of the event log had broken off");
        }
        self.staff.close().await;
        self.reader.pool.close().await;
    }
}

/// Connections that cannot write.
pub(super) async fn open_readers(path: &Path) -> Result<SqlitePool, OpenError> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options(path).read_only(true))
        .await
        .map_err(|error| database_error(path, error))
}

/// Brings what was written to the disk every second, beside the writer: a passive checkpoint syncs the write-ahead log
/// and waits for nobody.
async fn flush(mut connection: SqliteConnection) {
    let mut every = tokio::time::interval(FLUSH);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
        if let Err(error) = checkpoint.execute(&mut connection).await {
            tracing::warn!(%error, "could not bring the event log to the disk");
        }
    }
}

/// Brings the tables up to date.
pub(super) async fn migrate(
    path: &Path,
    connection: &mut SqliteConnection,
) -> Result<(), OpenError> {
    MIGRATIONS
        .run(connection)
        .await
        .map_err(|error| migration_error(path, error))
}

/// A connection that writes.
pub(super) async fn writer(
    path: &Path,
    durability: Durability,
) -> Result<SqliteConnection, OpenError> {
    let synchronous = match durability {
        Durability::Process => SqliteSynchronous::Normal,
        Durability::Machine => SqliteSynchronous::Full,
    };
    let options = options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        // An erased body is overwritten, not only unlinked.
        .pragma("secure_delete", "ON");
    SqliteConnection::connect_with(&options)
        .await
        .map_err(|error| database_error(path, error))
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(2))
        // Statements are constant, but nothing of a patient may depend on that staying so.
        .disable_statement_logging()
}

/// The lock is on a file of its own, since SQLite's own locks come and go with each transaction.
fn take_lock(path: &Path) -> Result<std::fs::File, OpenError> {
    let failed = |source| OpenError::Io {
        path: path.into(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::Locked { path: path.into() }),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn migration_error(path: &Path, error: MigrateError) -> OpenError {
    let path_buf = path.to_owned();
    match error {
        MigrateError::VersionMissing(schema) => OpenError::Newer {
            path: path_buf,
            schema,
        },
        MigrateError::VersionMismatch(_) => OpenError::NotOurs { path: path_buf },
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            database_error(path, source)
        }
        other => database_error(path, sqlx::Error::Migrate(Box::new(other))),
    }
}

/// Source: <https://sqlite.org/rescode.html>: 5 busy, 6 locked, 26 not a database; 1 comes when the
/// tables are those of another program.
pub(super) fn database_error(path: &Path, source: sqlx::Error) -> OpenError {
    let path = path.to_owned();
    let code = source
        .as_database_error()
        .and_then(|error| error.code())
        .and_then(|code| code.parse::<i32>().ok());
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => OpenError::Locked { path },
        Some(1 | 26) => OpenError::NotOurs { path },
        _ => OpenError::Database { path, source },
    }
}
