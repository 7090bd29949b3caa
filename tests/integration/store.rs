//! The event log: order, conflicts, the chain and what breaks it.

use std::path::{Path, PathBuf};

use jiwen::domain::{Channel, Consent, EventBody, Opening, Reply, Timestamp};
use jiwen::store::{Append, AppendError, Durability, EventLog, FaultKind, OpenError, verify_file};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

fn opened(visit: Uuid) -> Append {
    Append {
        visit,
        seq: 0,
        at: Timestamp::UNIX_EPOCH,
        body: EventBody::Opened {
            opening: Opening {
                channel: Channel::Api,
                for_self: true,
                age: Some(50.0),
                sex: None,
                region: None,
                patient_ref: None,
                consent: Consent::default(),
            },
            reply: Reply {
                text: "您好".into(),
                question: None,
                alert: None,
                done: false,
            },
            knowledge_version: "0".into(),
        },
        token_hash: Some([7; 32]),
    }
}

fn reviewed(visit: Uuid, seq: u32) -> Append {
    Append {
        body: EventBody::Reviewed {
            by: "医生甲".into(),
            status: "amended".into(),
            changes: vec![format!("第{seq}处")],
            edits: vec![],
        },
        seq,
        token_hash: None,
        ..opened(visit)
    }
}

/// Two visits of four events each, interleaved; positions 1 to 8.
async fn filled() -> (TempDir, PathBuf, [Uuid; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("jiwen.db");
    let log = EventLog::open(&path, Durability::Machine)
        .await
        .expect("opens");
    let visits = [Uuid::now_v7(), Uuid::now_v7()];
    for seq in 0..4 {
        for visit in visits {
            let append = if seq == 0 {
                opened(visit)
            } else {
                reviewed(visit, seq)
            };
            log.append(append).await.expect("appends");
        }
    }
    log.close().await;
    (folder, path, visits)
}

async fn execute(path: &Path, sql: &'static str) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .expect("opens");
    sqlx::query(sql).execute(&mut connection).await.expect(sql);
    connection.close().await.expect("closes");
}

/// Events in a log that no service has open.
pub fn count_events(path: &Path) -> u64 {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let verified = runtime.block_on(verify_file(path)).expect("a log");
    assert_eq!(verified.fault, None);
    verified.events
}

/// Bodies are hashed as text, so what was written before must be written the same way for ever.
#[test]
fn a_review_of_an_earlier_version_is_written_as_it_was() {
    let text = r#"{"kind":"reviewed","by":"医生甲","status":"amended","changes":["第1处"]}"#;
    let body: EventBody = serde_json::from_str(text).expect("an old body is read");
    assert_eq!(body, reviewed(Uuid::nil(), 1).body);
    assert_eq!(serde_json::to_string(&body).expect("is written"), text);
}

#[tokio::test]
async fn a_log_reads_back_as_written() {
    let (_folder, path, [first, _]) = filled().await;
    let log = EventLog::open(&path, Durability::Machine)
        .await
        .expect("opens again");
    let events = log.reader().list_events(first).await.expect("reads");
    assert_eq!(
        events.iter().map(|event| event.seq).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    assert_eq!(events[2].body, Some(reviewed(first, 2).body));
    assert_eq!(
        log.reader()
            .find_visit(first)
            .await
            .expect("reads")
            .map(|visit| visit.token_hash),
        Some([7; 32])
    );
    let verified = log.verify().await.expect("walks");
    assert_eq!(
        (verified.events, verified.visits, verified.fault),
        (8, 2, None)
    );
}

#[tokio::test]
async fn only_the_next_event_of_a_visit_is_taken() {
    let (_folder, path, [first, _]) = filled().await;
    let log = EventLog::open(&path, Durability::Machine)
        .await
        .expect("opens");
    for seq in [3, 5] {
        let error = log
            .append(reviewed(first, seq))
            .await
            .expect_err("not the next");
        assert!(
            matches!(error, AppendError::Conflict { actual: 4, .. }),
            "{error}"
        );
    }
    assert!(
        log.append(opened(first)).await.is_err(),
        "a visit opens once"
    );
    assert!(
        log.append(reviewed(Uuid::now_v7(), 0)).await.is_err(),
        "a visit opens first"
    );
    let (a, b) = tokio::join!(
        log.append(reviewed(first, 4)),
        log.append(reviewed(first, 4))
    );
    assert!(a.is_ok() != b.is_ok(), "one of two gets it");
}

#[tokio::test]
async fn every_change_of_a_row_is_found() {
    for (sql, seq, kind) in [
        (
            "UPDATE event SET body = replace(body, '第2处', '第9处') WHERE position = 5",
            2,
            FaultKind::BodyChanged,
        ),
        (
            "UPDATE event SET at = '1970-01-02T00:00:00Z' WHERE position = 5",
            2,
            FaultKind::Changed,
        ),
        (
            "UPDATE event SET kind = 'turn' WHERE position = 5",
            2,
            FaultKind::Changed,
        ),
        (
            "UPDATE event SET hash = zeroblob(32) WHERE position = 5",
            2,
            FaultKind::Changed,
        ),
        (
            "UPDATE event SET body_hash = zeroblob(32) WHERE position = 5",
            2,
            FaultKind::Changed,
        ),
        (
            "UPDATE event SET idempotency_key = 'x' WHERE position = 5",
            2,
            FaultKind::Changed,
        ),
        (
            "UPDATE event SET body = NULL, salt = NULL WHERE position = 5",
            2,
            FaultKind::BodyGone,
        ),
        (
            "DELETE FROM event WHERE position = 5",
            2,
            FaultKind::Missing,
        ),
        (
            "DELETE FROM event WHERE position = 1",
            0,
            FaultKind::Missing,
        ),
        (
            "DELETE FROM event WHERE position IN (3, 5)",
            1,
            FaultKind::Missing,
        ),
    ] {
        let (_folder, path, [first, _]) = filled().await;
        execute(&path, sql).await;
        let fault = verify_file(&path).await.expect("walks").fault.expect(sql);
        assert_eq!(
            (fault.visit, fault.seq, fault.kind),
            (first.to_string(), seq, kind),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn a_cut_tail_is_found_and_the_log_is_not_written_on() {
    let (_folder, path, [first, second]) = filled().await;
    execute(&path, "DELETE FROM event WHERE position = 8").await;
    let fault = verify_file(&path)
        .await
        .expect("walks")
        .fault
        .expect("a fault");
    assert!(fault.to_string().contains("position 8") && fault.visit != second.to_string());
    assert_eq!(
        (fault.visit, fault.seq, fault.kind),
        (first.to_string(), 3, FaultKind::MissingAfter)
    );
    let error = EventLog::open(&path, Durability::Machine)
        .await
        .err()
        .expect("refused");
    assert!(matches!(error, OpenError::HeadMismatch { .. }), "{error}");
}

#[tokio::test]
async fn an_erased_visit_is_shown_as_erased_and_the_chain_holds() {
    let (_folder, path, [first, second]) = filled().await;
    let log = EventLog::open(&path, Durability::Machine)
        .await
        .expect("opens");
    let erasure = Append {
        body: EventBody::Erased {
            by: "patient".into(),
        },
        ..reviewed(first, 4)
    };
    log.append(erasure).await.expect("appends");
    let events = log.reader().list_events(first).await.expect("reads");
    assert_eq!(events.len(), 5);
    assert!(events[..4].iter().all(|event| event.body.is_none()));
    assert!(
        log.reader()
            .list_events(second)
            .await
            .expect("reads")
            .iter()
            .all(|event| event.body.is_some())
    );
    let verified = log.verify().await.expect("walks");
    assert_eq!((verified.erased, verified.fault), (4, None));
    log.append(reviewed(second, 4)).await.expect("goes on");
    log.close().await;
    let bytes = std::fs::read(&path).expect("a file");
    let word = "第1处".as_bytes();
    let left = bytes
        .windows(word.len())
        .filter(|part| *part == word)
        .count();
    assert!(
        left <= 1,
        "the erased visit's words are gone from the file, the other's stay: {left}"
    );
}

#[tokio::test]
async fn files_that_are_no_log_are_refused_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("jiwen.db");
    std::fs::write(
        &path,
        "this is not a database, it is a text file that is long enough",
    )
    .expect("writes");
    let error = EventLog::open(&path, Durability::Machine)
        .await
        .err()
        .expect("refused");
    assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");

    let (_folder, path, _) = filled().await;
    let holder = EventLog::open(&path, Durability::Machine)
        .await
        .expect("opens");
    let error = EventLog::open(&path, Durability::Machine)
        .await
        .err()
        .expect("refused");
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    assert_eq!(
        verify_file(&path).await.expect("reading is allowed").fault,
        None
    );
    holder.close().await;
    execute(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99, 'later', 1, x'00', 0)",
    )
    .await;
    let error = EventLog::open(&path, Durability::Machine)
        .await
        .err()
        .expect("refused");
    assert!(
        matches!(error, OpenError::Newer { schema: 99, .. }),
        "{error}"
    );
    assert!(!error.to_string().contains('\n'));
}
