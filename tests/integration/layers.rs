//! The direction of dependence: what each room of the house may know. Reads the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the inside out, with the rooms that each may use. `cli` and `main` are the binary's.
const MAY_USE: [(&str, &[&str]); 20] = [
    ("domain", &[]),
    ("knowledge", &["domain"]),
    ("contents", &["knowledge"]),
    ("config", &[]),
    ("nlu", &["knowledge", "domain"]),
    ("triage", &["knowledge", "domain"]),
    ("interview", &["nlu", "triage", "knowledge", "domain"]),
    ("record", &["interview", "triage", "knowledge", "domain"]),
    ("pathway", &["record", "knowledge", "domain"]),
    ("store", &["domain"]),
    ("inference", &["domain"]),
    ("search", &[]),
    ("speech", &[]),
    ("wechat", &[]),
    (
        "eval",
        &[
            "search",
            "interview",
            "nlu",
            "triage",
            "knowledge",
            "domain",
        ],
    ),
    (
        "service",
        &[
            "store",
            "search",
            "speech",
            "pathway",
            "record",
            "interview",
            "knowledge",
            "domain",
        ],
    ),
    (
        "http",
        &["service", "wechat", "pathway", "record", "domain"],
    ),
    (
        "app",
        &[
            "http",
            "service",
            "store",
            "inference",
            "speech",
            "wechat",
            "interview",
            "triage",
            "knowledge",
            "domain",
            "contents",
            "search",
            "config",
        ],
    ),
    (
        "cli",
        &[
            "http",
            "service",
            "search",
            "speech",
            "config",
            "pathway",
            "record",
            "eval",
            "interview",
            "triage",
            "knowledge",
            "domain",
        ],
    ),
    (
        "main",
        &[
            "cli",
            "app",
            "http",
            "eval",
            "interview",
            "knowledge",
            "contents",
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

/// Rooms that read or write JSON: what leaves the house, what is kept, and files of others.
const JSON: [&str; 10] = [
    "http",
    "store",
    "record",
    "pathway",
    "inference",
    "speech",
    "wechat",
    "eval",
    "cli",
    "main",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files of a room with their code. Tests may reach further than the code they test, so they are left out.
fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut tests = vec![];
    let mut waiting = vec![root().join(room), root().join(format!("{room}.rs"))];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(&path)
                    .expect("a folder can be listed")
                    .map(|e| e.expect("an entry").path()),
            );
        } else if path.is_file() && path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let (code, modules) = without_tests(&text);
            let folder = path.parent().expect("a file is in a folder");
            let own = path.with_extension("");
            for name in &modules {
                let file = format!("{name}.rs");
                tests.extend([folder.join(&file), own.join(&file)]);
            }
            found.push((path, code));
        }
    }
    found.retain(|(path, _)| !tests.contains(path));
    assert!(
        !found.is_empty(),
        "src/{room} has no sources: correct this test when a room is renamed"
    );
    found
}

/// The code before the tests, and the names of modules that are tests in a file of their own.
fn without_tests(text: &str) -> (String, Vec<String>) {
    let mut code = String::new();
    let mut modules = vec![];
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        if line == "#[cfg(test)]" && next.starts_with("mod ") {
            match next
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(';'))
            {
                Some(name) => modules.push(name.to_owned()),
                None => break,
            }
            lines.next();
            continue;
        }
        code.push_str(line);
        code.push('\n');
    }
    (code, modules)
}

/// The rooms that some code names: `crate::room`, `jiwen::room` in the binary, and both with braces.
fn named(code: &str) -> BTreeSet<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    for start in ["crate::", "jiwen::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let parts = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default(),
                None => rest.split(|c| !is_word(c)).next().unwrap_or_default(),
            };
            for part in parts.split(',') {
                let name = part.trim().split(|c| !is_word(c)).next();
                found.extend(name.filter(|name| !name.is_empty()));
            }
        }
    }
    found
}

#[test]
fn every_room_of_the_house_is_looked_at() {
    let known: BTreeSet<String> = MAY_USE
        .iter()
        .map(|(room, _)| (*room).to_owned())
        .chain(["lib".to_owned()])
        .collect();
    let there: BTreeSet<String> = fs::read_dir(root())
        .expect("src can be listed")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| path.file_stem().map(|name| name.to_string_lossy().into()))
        .collect();
    assert_eq!(known, there, "add a new room to MAY_USE");
}

#[test]
fn every_room_uses_only_the_rooms_inside_it() {
    let mut wrong = vec![];
    for (room, allowed) in MAY_USE {
        for (path, code) in sources(room) {
            for other in named(&code) {
                let is_room = MAY_USE.iter().any(|(name, _)| *name == other);
                if is_room && other != room && !allowed.contains(&other) {
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
            let json_allowed = JSON.contains(&room);
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

#[test]
fn only_inference_names_candle() {
    let engine = ["candle", "tokenizers::", "pulp::", "rayon::"];
    let mut wrong = vec![];
    for (room, _) in MAY_USE.iter().filter(|(room, _)| *room != "inference") {
        for (path, code) in sources(room) {
            let named = engine.iter().filter(|word| code.contains(**word));
            wrong.extend(named.map(|word| format!("{}: `{word}`", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_search_names_qdrant() {
    let engine = ["qdrant_client::"];
    let mut wrong = vec![];
    for (room, _) in MAY_USE.iter().filter(|(room, _)| *room != "search") {
        for (path, code) in sources(room) {
            let named = engine.iter().filter(|word| code.contains(**word));
            wrong.extend(named.map(|word| format!("{}: `{word}`", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_an_evaluation_leaves_skills_out() {
    let mut callers = vec![];
    for (room, _) in MAY_USE {
        for (path, code) in sources(room) {
            let calls =
                code.matches("load_mind_without(").count() + code.matches("load_without(").count();
            callers.extend(std::iter::repeat_n(path.clone(), calls));
        }
    }
    callers.sort();
    let names = callers.iter().map(|path| {
        path.strip_prefix(root())
            .expect("inside")
            .display()
            .to_string()
    });
    // Each is once where it is written, once in the plain form beside it, which leaves nothing out; `jiwen eval` is the rest.
    let expected = [
        "app.rs",
        "app.rs",
        "app.rs",
        "interview/mod.rs",
        "interview/mod.rs",
        "main.rs",
    ];
    assert_eq!(names.collect::<Vec<_>>(), expected);
    let main = std::fs::read_to_string(root().join("main.rs")).expect("readable");
    let before = main
        .split("load_mind_without(")
        .next()
        .expect("a first part");
    let arm = before.rsplit("Command::").next().expect("a last part");
    assert!(arm.starts_with("Eval"), "not in the arm of `eval`: {arm}");
}
