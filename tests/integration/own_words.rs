//! Words that a hospital accepts while the service runs: at once, for every visit, and nothing of the past changes.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiwen::domain::EventBody;
use jiwen::store::EventReader;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Session, TestApp};

/// A phrase that means nothing yet.
const PHRASE: &str = "腰里扯皮筋";
const PAIN: &str = "SYM.LBP";

fn jiwen(data: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_jiwen"))
        .args(arguments)
        .env("JIWEN__STORE__DATA", data)
        .env("JIWEN__MODELS__ENCODER", "none")
        .output()
        .expect("the program runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn accept(data: &Path) {
    let arguments = ["lexicon", "accept", PHRASE, PAIN, "--author", "张编辑"];
    jiwen(data, &arguments);
}

/// The line of `/readyz` that begins so, once it holds these words.
fn wait_for(app: &TestApp, begins: &str, holds: &str) -> String {
    let started = Instant::now();
    loop {
        let ready = app.get("/readyz").text;
        let line = ready.lines().find(|line| line.starts_with(begins));
        let line = line.expect("such a line").to_owned();
        if line.contains(holds) {
            return line;
        }
        let waited = started.elapsed();
        assert!(waited < Duration::from_secs(60), "{holds}: {ready}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn concepts(app: &TestApp, session: &Session, text: &str) -> Vec<String> {
    let answer = app.turn(session, &json!({"text": text}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    let findings = body["findings"].as_array().expect("findings").iter();
    findings
        .map(|one| one["concept"].as_str().expect("an id").to_owned())
        .collect()
}

/// The version at the opening, and what each turn says of it.
fn versions(app: &TestApp, session: &Session) -> (String, Vec<Option<String>>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let events = runtime.block_on(async {
        let reader = EventReader::open(&app.log_file()).await.expect("a log");
        let id = Uuid::try_parse(&session.id).expect("an id");
        reader.list_events(id).await.expect("events")
    });
    let (mut opened, mut turns) = (String::new(), vec![]);
    for event in events {
        match event.body {
            Some(EventBody::Opened {
                knowledge_version, ..
            }) => opened = knowledge_version,
            Some(EventBody::Turn {
                knowledge_version, ..
            }) => turns.push(knowledge_version),
            _ => {}
        }
    }
    (opened, turns)
}

#[test]
fn a_phrase_counts_at_once_and_what_was_answered_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    // One visit in memory: each other one is rebuilt from the log.
    let settings = [
        ("JIWEN__MODELS__ENCODER", "none"),
        ("JIWEN__VISITS__CACHED", "1"),
    ];
    let app = TestApp::start_whole(data.to_owned(), &settings);
    let before = wait_for(&app, "knowledge", "knowledge");
    let early = app.open();
    assert!(!concepts(&app, &early, PHRASE).contains(&PAIN.to_owned()));

    accept(data);
    wait_for(&app, "own words", "1 in force");
    let after = wait_for(&app, "knowledge", "knowledge");
    assert_ne!(before, after);
    let version = |line: &str| line.trim_start_matches("knowledge ").to_owned();

    // What was answered before is thought again as it was answered, though the visit is no longer in memory.
    let late = app.open();
    assert_eq!(concepts(&app, &late, PHRASE), [PAIN]);
    let seen = app.look(&early, "/record", "application/json").json();
    assert!(!seen["findings"].to_string().contains(PAIN), "{seen}");

    // The visit under way understands it, too, and each event names the knowledge that it came from.
    assert!(concepts(&app, &early, PHRASE).contains(&PAIN.to_owned()));
    let expected = (version(&before), vec![None, Some(version(&after))]);
    assert_eq!(versions(&app, &early), expected);
    assert_eq!(versions(&app, &late), (version(&after), vec![None]));
    let told = jiwen(data, &["explain", &early.id]);
    assert!(told.contains(&version(&after)), "{told}");

    jiwen(
        data,
        &["lexicon", "take-back", PHRASE, "--author", "李医生"],
    );
    wait_for(&app, "own words", "0 in force");
    let again = app.open();
    assert!(!concepts(&app, &again, PHRASE).contains(&PAIN.to_owned()));
}

#[test]
fn words_that_cannot_be_read_leave_those_before_them_in_force() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    accept(data);
    let settings = [("JIWEN__MODELS__ENCODER", "none")];
    let app = TestApp::start_whole(data.to_owned(), &settings);
    wait_for(&app, "own words", "1 in force");
    let path = data.join("own_words.csv");
    let good = std::fs::read_to_string(&path).expect("words");
    let broken = [
        // Cut off, another form, a concept that does not exist.
        (String::new(), "own_words.csv:1: "),
        (good.replace("expression", "phrase"), "own_words.csv:1: "),
        (good.replace(PAIN, "SYM.NO_SUCH"), "own_words.csv:2: "),
    ];
    for (content, fault) in broken {
        std::fs::write(&path, content).expect("a file");
        let line = wait_for(&app, "own words", fault);
        assert!(line.contains("1 before it in force"), "{line}");
        assert!(!line.contains(PHRASE), "no words of patients: {line}");
        let session = app.open();
        assert_eq!(concepts(&app, &session, PHRASE), [PAIN]);
    }
    std::fs::write(&path, good).expect("a file");
    wait_for(&app, "own words", "1 in force");
    std::fs::remove_file(&path).expect("gone");
    wait_for(&app, "own words", "0 in force");
}

#[test]
fn a_clause_that_is_like_an_accepted_phrase_means_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/encoder");
    if !root.join("model.safetensors").exists() || !cfg!(feature = "neural") {
        println!("SKIPPED: no encoder");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    accept(data);
    let encoder = root.to_str().expect("a name");
    let app = TestApp::start_whole(data.to_owned(), &[("JIWEN__MODELS__ENCODER", encoder)]);
    let source = |text: &str| {
        let session = app.open();
        let answer = app.turn(&session, &json!({"text": text}));
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = answer.json();
        let findings = body["findings"].as_array().expect("findings").clone();
        let pain = findings.into_iter().find(|one| one["concept"] == PAIN);
        pain.map(|one| one["source"].as_str().expect("a source").to_owned())
    };
    assert_eq!(source(PHRASE).as_deref(), Some("lexicon"));
    assert_eq!(source("腰里老扯皮筋").as_deref(), Some("alike"));
    assert_ne!(source("腰里没有扯皮筋").as_deref(), Some("alike"));
}
