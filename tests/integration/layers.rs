//! The direction of dependence: what each room of the house may know. Reads the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the inside out; a room may use those before it, never those behind it.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("knowledge", &["domain"]),
    ("nlu", &["knowledge", "domain"]),
    ("triage", &["knowledge", "domain"]),
    ("interview", &["nlu", "triage", "knowledge", "domain"]),
    ("record", &["interview", "triage", "knowledge", "domain"]),
    ("pathway", &["record", "triage", "knowledge", "domain"]),
    ("store", &["domain"]),
    (
        "eval",
        &["interview", "nlu", "triage", "knowledge", "domain"],
    ),
    ("contents", &["knowledge"]),
    ("config", &["triage", "domain"]),
    (
        "service",
        &[
            "store",
            "pathway",
            "record",
            "interview",
            "knowledge",
            "domain",
        ],
    ),
    (
        "http",
        &[
            "service",
            "pathway",
            "record",
            "interview",
            "knowledge",
            "domain",
            "config",
        ],
    ),
];

/// Rooms that are pure: the time, the seed and file contents are arguments.
const PURE: [&str; 7] = [
    "domain",
    "knowledge",
    "nlu",
    "triage",
    "interview",
    "record",
    "pathway",
];

fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![];
    let mut waiting = vec![root.join(room), root.join(format!("{room}.rs"))];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(&path)
                    .expect("a folder can be listed")
                    .map(|e| e.expect("an entry").path()),
            );
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            // Tests may reach further than the code they test.
            let code = text
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .to_owned();
            found.push((path, code));
        }
    }
    assert!(
        !found.is_empty(),
        "src/{room} has no sources: correct this test when a room is renamed"
    );
    found
}

#[test]
fn every_room_uses_only_the_rooms_inside_it() {
    let mut wrong = vec![];
    for (room, allowed) in MAY_USE {
        for (path, code) in sources(room) {
            for (other, _) in MAY_USE
                .iter()
                .filter(|(other, _)| *other != room && !allowed.contains(other))
            {
                if code.contains(&format!("crate::{other}::"))
                    || code.contains(&format!("crate::{other};"))
                {
                    wrong.push(format!(
                        "{} uses `{other}`; `{room}` may use {allowed:?}",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_do_no_io_read_no_clock_and_draw_no_random_number() {
    let forbidden = [
        "std::fs",
        "std::net",
        "tokio::",
        "async fn",
        "Timestamp::now",
        "SystemTime::now",
        "Instant::now",
        "rand::",
        "Zoned::now",
    ];
    let mut wrong = vec![];
    for room in PURE {
        for (path, code) in sources(room) {
            wrong.extend(
                forbidden
                    .iter()
                    .filter(|word| code.contains(**word))
                    .map(|word| format!("{}: `{word}`", path.display())),
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "pure rooms take such things as arguments:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn only_the_edges_know_json_and_only_the_store_writes_sql() {
    let mut wrong = vec![];
    for (room, _) in MAY_USE {
        for (path, code) in sources(room) {
            let json_allowed = ["http", "store", "record", "pathway", "eval"].contains(&room);
            if !json_allowed && code.contains("serde_json") {
                wrong.push(format!("{}: serde_json", path.display()));
            }
            if room != "store" && code.contains("sqlx::") {
                wrong.push(format!("{}: sqlx", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
