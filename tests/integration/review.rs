//! A doctor's screen: lines with their words, reasons down to the source, reviews that keep the original.

use jiwen::domain::Role;
use serde_json::{Value, json};

use crate::support::{Session, Staff, TestApp};

const SCOPES: [&str; 2] = ["triage", "record"];

fn visit(app: &TestApp) -> Session {
    let session = app.open_for_record("web", &SCOPES);
    let said = app.turn(
        &session,
        &json!({"text": "腰杆疼了三个多月,右脚杆麻到脚背,咳嗽就疼"}),
    );
    assert_eq!(said.status, 200, "{}", said.text);
    app.finish(&Session {
        reply: said.json()["reply"].clone(),
        ..session.clone()
    });
    session
}

fn screen(app: &TestApp, staff: &Staff, session: &Session) -> Value {
    let answer = app.staff_get(staff, &format!("/v1/staff/sessions/{}", session.id));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn list<'v>(value: &'v Value, field: &str) -> &'v Vec<Value> {
    value[field]
        .as_array()
        .unwrap_or_else(|| panic!("{field} of {value}"))
}

#[test]
fn each_line_opens_its_words_and_each_reason_its_source() {
    let app = TestApp::start();
    let session = visit(&app);
    let doctor = app.staff(Role::Doctor);
    let opened = screen(&app, &doctor, &session);
    let lines = list(&opened, "lines");
    let onset = lines
        .iter()
        .find(|line| line["section"] == "现病史")
        .expect("a history");
    let quote = &onset["quotes"][0];
    let said = opened["turns"][0]["said"].as_str().expect("words");
    let start = quote["start"].as_u64().expect("a number") as usize;
    let words = quote["text"].as_str().expect("words");
    let there: String = said
        .chars()
        .skip(start)
        .take(words.chars().count())
        .collect();
    assert_eq!((quote["turn"].as_u64(), there.as_str()), (Some(1), words));
    assert!(quote["source"].is_string(), "{quote}");
    let ids: std::collections::BTreeSet<&str> = lines
        .iter()
        .filter_map(|line| line["id"].as_str())
        .collect();
    assert_eq!(ids.len(), lines.len(), "ids are of one line each");
    for why in list(&opened["departments"][0], "because")
        .iter()
        .chain(list(&opened["route"], "because"))
    {
        for field in ["rule", "text", "source"] {
            assert!(
                why[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field}: {why}"
            );
        }
    }
    let checklist: Vec<&str> = list(&opened, "mis_checklist")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(checklist, ["M1", "M2", "M3", "M4", "M5", "M6", "M7"]);
    assert!(
        !list(&opened, "conditions").is_empty(),
        "clinicians see conditions"
    );
    assert!(opened["record"]["assessment"]["conditions"].is_array());
    assert_eq!(list(&opened, "red_flags").len(), 27);
    let first = &opened["timeline"][0]["label"];
    assert!(
        first.as_str().is_some_and(|text| text.contains("腰痛")),
        "{first}"
    );
    let body = list(&opened, "body");
    assert!(body.iter().any(|mark| mark["side"] == "right"), "{body:?}");
    assert!(
        opened["plain_text"]
            .as_str()
            .is_some_and(|text| text.contains("【主诉】"))
    );
    assert_eq!(opened["patient"], json!({"age": 62.0, "sex": "female"}));
}

#[test]
fn a_review_keeps_the_original_and_shows_the_change() {
    let app = TestApp::start();
    let session = visit(&app);
    let doctor = app.staff(Role::Doctor);
    let before = screen(&app, &doctor, &session);
    let line = |section: &str| -> Value {
        let mut lines = list(&before, "lines").iter();
        lines
            .find(|line| line["section"] == section)
            .expect("a line")
            .clone()
    };
    let (complaint, history) = (line("主诉"), line("现病史"));
    let path = format!("/v1/staff/sessions/{}/review", session.id);
    let department = before["departments"][0]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    let missing_reason = json!({"department": {"name": "别的科"}, "status": "confirmed"});
    app.staff_post(&doctor, &path, &missing_reason)
        .is_problem(422, "invalid-field");
    let unknown =
        json!({"lines": [{"id": "0000000000", "action": "confirm"}], "status": "confirmed"});
    app.staff_post(&doctor, &path, &unknown)
        .is_problem(409, "line-changed");
    let review = json!({
        "lines": [
            {"id": complaint["id"], "action": "edit", "text": "腰腿痛百日"},
            {"id": history["id"], "action": "strike"},
        ],
        "department": {"name": "康复科", "reason": "已查体"},
        "status": "confirmed",
    });
    let after = app.staff_post(&doctor, &path, &review);
    assert_eq!(after.status, 200, "{}", after.text);
    let after = after.json();
    let found = |id: &Value| -> Value {
        let mut lines = list(&after, "lines").iter();
        lines
            .find(|line| &line["id"] == id)
            .expect("the line")
            .clone()
    };
    let edited = found(&complaint["id"]);
    assert_eq!(edited["text"], complaint["text"], "the original is kept");
    assert_eq!(
        (&edited["state"], &edited["edited_text"]),
        (&json!("edited"), &json!("腰腿痛百日"))
    );
    assert_eq!(found(&history["id"])["state"], "struck");
    let text = after["plain_text"].as_str().expect("a text");
    assert!(
        text.contains("【主诉】腰腿痛百日") && text.contains("康复科"),
        "{text}"
    );
    assert!(
        !text.contains(history["text"].as_str().expect("a text")),
        "{text}"
    );
    assert_eq!(after["review"]["status"], "changed");
    assert_eq!(after["review"]["department"]["from"], department.as_str());
    assert_eq!(list(&after["review"], "changes").len(), 3);
    assert_eq!(after["record"]["review"]["status"], "amended");
    assert_eq!(
        after["departments"][0]["name"],
        department.as_str(),
        "the machine's stays"
    );
    let row = app
        .staff_get(&doctor, "/v1/worklist?state=confirmed")
        .json();
    assert_eq!(row["visits"][0]["review"]["status"], "changed");
    assert_eq!(row["visits"][0]["department"], "康复科");
    assert!(app.listed(&doctor, "state=waiting").is_empty());
    let patient = app.look(&session, "/record", "application/json").json();
    assert_eq!(patient["review"]["status"], "amended");
    assert_eq!(
        patient["review"]["changes"],
        json!([]),
        "what doctors write is not for patients"
    );
}

#[test]
fn a_review_survives_a_restart_and_conditions_reach_no_patient() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = TestApp::start_on(folder.path().to_owned(), &[]);
    let session = visit(&app);
    let doctor = app.staff(Role::Doctor);
    let path = format!("/v1/staff/sessions/{}/review", session.id);
    let confirmed = json!({"lines": [], "status": "confirmed"});
    assert_eq!(app.staff_post(&doctor, &path, &confirmed).status, 200);
    app.stop();
    let app = TestApp::start_on(folder.path().to_owned(), &[]);
    let opened = screen(&app, &doctor, &session);
    assert_eq!(opened["review"]["status"], "confirmed");
    let condition = opened["conditions"][0]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    for part in ["", "/record", "/export", "/pathway"] {
        let answer = app.look(&session, part, "application/json");
        assert_eq!(answer.status, 200, "{part} {}", answer.text);
        assert!(!answer.text.contains("conditions"), "{part}");
        assert!(!answer.text.contains(&condition), "{condition} in {part}");
    }
}

#[test]
fn words_go_to_an_editor_only_with_consent_and_leave_with_it() {
    let app = TestApp::start();
    let (doctor, editor) = (app.staff(Role::Doctor), app.staff(Role::Editor));
    let queue = || {
        let answer = app.staff_get(&editor, "/v1/phrases").json();
        list(&answer, "phrases").clone()
    };
    let mark = |session: &Session| {
        app.turn(session, &json!({"text": "腰杆疼了三个多月"}));
        let path = format!("/v1/staff/sessions/{}/misunderstood", session.id);
        let marked = json!({"turn": 1, "start": 0, "end": 3, "note": "方言"});
        let answer = app.staff_post(&doctor, &path, &marked);
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["queued"].clone()
    };
    let without = app.open_for_record("web", &SCOPES);
    assert_eq!(mark(&without), false);
    assert!(queue().is_empty());
    let with = app.open_for_record("web", &["triage", "record", "improvement"]);
    assert_eq!(mark(&with), true);
    assert_eq!(queue()[0]["text"], "腰杆疼");
    let path = format!("/v1/staff/sessions/{}/misunderstood", with.id);
    app.staff_post(&doctor, &path, &json!({"turn": 1, "start": 5, "end": 99}))
        .is_problem(422, "invalid-field");
    let bearer = format!("Bearer {}", with.token);
    let consent = json!({"version": "1", "scopes": SCOPES}).to_string();
    let path = format!("/v1/sessions/{}/consent", with.id);
    app.send(
        "POST",
        &path,
        &[("authorization", &bearer)],
        consent.as_bytes(),
    );
    assert!(queue().is_empty(), "the consent is taken back");
}
