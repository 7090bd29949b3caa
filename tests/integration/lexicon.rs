//! `jiwen lexicon`: a phrase that was understood wrongly becomes a word of the hospital, and can be taken back.

use std::path::Path;
use std::process::{Command, Output};

use jiwen::domain::Role;
use serde_json::json;

use crate::support::TestApp;

/// A phrase that means nothing yet.
const PHRASE: &str = "腰里扯皮筋";

fn jiwen(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiwen"))
        .args(arguments)
        .env("JIWEN__STORE__DATA", data)
        .env("JIWEN__MODELS__ENCODER", "none")
        .output()
        .expect("the program runs")
}

fn told(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output, because: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(because), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "one line: {said}");
}

/// What the program makes of the phrase.
fn understood(data: &Path) -> String {
    let file = data.join("phrase.jsonl");
    std::fs::write(&file, json!({"id": "1", "text": PHRASE}).to_string()).expect("a file");
    told(&jiwen(
        data,
        &["understand", file.to_str().expect("a name")],
    ))
}

fn accept(data: &Path, concept: &str, more: &[&str]) -> Output {
    let arguments = ["lexicon", "accept", PHRASE, concept, "--author", "张编辑"];
    jiwen(data, &[&arguments[..], more].concat())
}

#[test]
fn an_accepted_phrase_is_understood_and_one_taken_back_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let pain = "SYM.LBP";
    assert!(!understood(data).contains(pain));
    told(&accept(data, pain, &[]));
    assert!(understood(data).contains(pain));
    refused(&accept(data, "SYM.CHEST_PAIN", &[]), "take that back first");
    let listed = told(&jiwen(data, &["lexicon", "list"]));
    assert!(
        listed.contains(PHRASE) && listed.contains("张编辑"),
        "{listed}"
    );
    told(&jiwen(
        data,
        &["lexicon", "take-back", PHRASE, "--author", "李医生"],
    ));
    assert!(!understood(data).contains(pain));
    let listed = told(&jiwen(data, &["lexicon", "list"]));
    assert!(listed.contains("李医生"), "the row stays: {listed}");
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    refused(&accept(data, "SYM.NO_SUCH", &[]), "SYM.NO_SUCH");
    let marks = ["lexicon", "accept", "腰,疼", "SYM.LBP", "--author", "张"];
    refused(&jiwen(data, &marks), "without marks");
    let known = ["lexicon", "accept", "腰疼", "SYM.LBP", "--author", "张"];
    refused(&jiwen(data, &known), "already");
    let nothing = ["lexicon", "take-back", PHRASE, "--author", "张"];
    refused(&jiwen(data, &nothing), "no word of this hospital");
    // A set in which the phrase means something else would be understood worse.
    let set = data.join("set.jsonl");
    let phrase =
        json!({"id": "1", "region": "普通话", "text": PHRASE, "terms": ["腰痛"], "negated": []});
    let other =
        json!({"id": "2", "region": "普通话", "text": "腰疼", "terms": ["腰痛"], "negated": []});
    std::fs::write(&set, format!("{phrase}\n{other}\n")).expect("a file");
    let check = ["--check", set.to_str().expect("a name")];
    refused(&accept(data, "SYM.CHEST_PAIN", &check), "understood worse");
    assert!(!data.join("own_words.csv").exists());
}

#[test]
fn the_queue_is_shown_with_what_it_is_understood_as() {
    let app = TestApp::start();
    let doctor = app.staff(Role::Doctor);
    let session = app.open_for_record("web", &["triage", "record", "improvement"]);
    app.turn(&session, &json!({"text": "腰杆疼了三个多月"}));
    let path = format!("/v1/staff/sessions/{}/misunderstood", session.id);
    let marked = json!({"turn": 1, "start": 0, "end": 3, "note": "方言", "concept": "腰痛"});
    assert_eq!(app.staff_post(&doctor, &path, &marked).status, 201);
    let shown = told(&jiwen(
        app.log_file().parent().expect("a folder"),
        &["lexicon", "review"],
    ));
    for part in ["腰杆疼", "方言", "understood as: SYM.LBP"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}
