//! Earlier visits like one: which are found, who may see them, and what is no longer to be seen.

use std::path::Path;
use std::time::{Duration, Instant};

use jiwen::domain::Role;
use serde_json::{Value, json};

use crate::support::{Session, Staff, TestApp};

const RECORD: [&str; 2] = ["triage", "record"];

fn visit(app: &TestApp, scopes: &[&str], text: &str) -> Session {
    let session = app.open_for_record("web", scopes);
    let said = app.turn(&session, &json!({"text": text}));
    assert_eq!(said.status, 200, "{}", said.text);
    let reply = said.json()["reply"].clone();
    app.finish(&Session {
        reply,
        ..session.clone()
    });
    session
}

fn similar(app: &TestApp, staff: &Staff, session: &Session) -> Vec<Value> {
    let path = format!("/v1/staff/sessions/{}/similar", session.id);
    let answer = app.staff_get(staff, &path);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let found = answer.json();
    assert_eq!(found["available"], true);
    found["visits"].as_array().expect("visits").clone()
}

fn ids(found: &[Value]) -> Vec<&str> {
    let ids = found.iter().map(|one| one["visit"]["session_id"].as_str());
    ids.map(|id| id.expect("an id")).collect()
}

/// What the audit says of each look at similar visits: the codes of those shown.
fn looks(app: &TestApp) -> Vec<String> {
    let auditor = app.staff(Role::Auditor);
    let audit = app.staff_get(&auditor, "/v1/audit").json();
    let entries = audit["entries"].as_array().expect("entries").iter();
    let looks = entries.filter(|one| one["action"] == "similar_read");
    looks
        .map(|one| one["detail"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Asks until the vectors are as far as the visits.
fn wait(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(60), "too late");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn earlier_visits_with_a_like_complaint_are_found_and_only_those_that_may_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/encoder");
    if !root.join("model.safetensors").exists() || !cfg!(feature = "neural") {
        println!("SKIPPED: no encoder");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let encoder = root.to_str().expect("a name");
    let settings = [("JIWEN__MODELS__ENCODER", encoder)];
    let app = TestApp::start_whole(folder.path().to_owned(), &settings);
    let doctor = app.staff(Role::Doctor);
    let early = visit(&app, &RECORD, "腰疼三个月,右腿发麻");
    let hidden = visit(&app, &["triage"], "腰疼三个月,右腿发麻");
    let withdrawn = visit(&app, &RECORD, "腰疼三个月,右腿发麻");
    let this = visit(&app, &RECORD, "腰痛两个月,右边腿麻木");
    let later = visit(&app, &RECORD, "腰疼三个月,右腿发麻");
    wait(|| ids(&similar(&app, &doctor, &later)).contains(&this.id.as_str()));

    let found = similar(&app, &doctor, &this);
    let mut seen = ids(&found);
    seen.sort_unstable();
    let mut expected = [early.id.as_str(), withdrawn.id.as_str()];
    expected.sort_unstable();
    assert_eq!(seen, expected, "neither {} nor {}", hidden.id, later.id);
    for one in &found {
        let score = one["score"].as_f64().expect("a number");
        assert!((0.8..=1.0).contains(&score), "{one}");
        assert_eq!(one["same_patient"], true, "tests give all one reference");
        for field in ["complaint", "department", "route", "code"] {
            let text = one["visit"][field].as_str().expect("a text");
            assert!(!text.is_empty(), "{field}: {one}");
        }
    }
    let code = |one: &Value| one["visit"]["code"].as_str().expect("a code").to_owned();
    let shown: Vec<String> = found.iter().map(code).collect();
    assert_eq!(
        looks(&app).last(),
        Some(&shown.join(" ")),
        "who was seen is noted"
    );
    let text = json!(found).to_string();
    assert!(!text.contains(&early.token), "no tokens");

    let bearer = format!("Bearer {}", withdrawn.token);
    let path = format!("/v1/sessions/{}/consent", withdrawn.id);
    let body = json!({"version": "1", "scopes": ["triage"]});
    let headers = [("authorization", bearer.as_str())];
    let answer = app.send("POST", &path, &headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(ids(&similar(&app, &doctor, &this)), [early.id.as_str()]);
    let bearer = format!("Bearer {}", early.token);
    let path = format!("/v1/sessions/{}", early.id);
    let gone = app.send("DELETE", &path, &[("authorization", &bearer)], b"");
    assert!(gone.status < 300, "{}", gone.text);
    assert!(similar(&app, &doctor, &this).is_empty());
}

#[test]
fn who_may_not_read_records_sees_none() {
    let app = TestApp::start();
    let (doctor, admin) = (app.staff(Role::Doctor), app.staff(Role::Admin));
    let session = visit(&app, &RECORD, "腰疼三个月");
    let silent = visit(&app, &["triage"], "腰疼三个月");
    let path = |session: &Session| format!("/v1/staff/sessions/{}/similar", session.id);
    let answer = app.staff_get(&admin, &path(&session));
    answer.is_problem(403, "role-forbidden");
    assert_eq!(app.get(&path(&session)).status, 401);
    assert_eq!(app.staff_get(&doctor, &path(&silent)).status, 403);
    let answer = app.staff_get(&doctor, &path(&session));
    // These tests run without an encoder.
    assert_eq!(answer.json(), json!({"available": false, "visits": []}));
    assert_eq!(looks(&app), Vec::<String>::new(), "nothing was shown");
}
