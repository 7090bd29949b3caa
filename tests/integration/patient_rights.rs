//! C2: a patient exports, deletes and changes consent in one place, in effect when the answer comes.

use serde_json::json;

use crate::support::{Answer, Session, TestApp};

fn send(app: &TestApp, session: &Session, method: &str, rest: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {}", session.token);
    let path = format!("/v1/sessions/{}{rest}", session.id);
    app.send(
        method,
        &path,
        &[("authorization", &bearer)],
        body.as_bytes(),
    )
}

#[test]
fn what_is_deleted_is_gone_from_the_file_too() {
    let mut app = TestApp::start();
    let session = app.open_for_record("web", &["triage", "record", "improvement"]);
    let canary = "腰疼三个多月了,像有只金丝雀在啄";
    app.turn(&session, &json!({"text": canary}));
    let wrong = Session {
        token: "x".repeat(43),
        ..session.clone()
    };
    send(&app, &wrong, "DELETE", "", "").is_problem(401, "token-invalid");
    assert_eq!(send(&app, &session, "DELETE", "", "").status, 204);
    assert_eq!(
        send(&app, &session, "DELETE", "", "").status,
        204,
        "once is enough"
    );
    for rest in ["", "/record", "/export"] {
        send(&app, &session, "GET", rest, "").is_problem(410, "session-erased");
    }
    app.turn(&session, &json!({"text": "还疼"}))
        .is_problem(410, "session-erased");
    let path = app.log_file();
    app.stop();
    for file in [path.clone(), path.with_extension("db-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for word in ["金丝雀", "M-1001"] {
            let found = bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes());
            assert!(!found, "{word} is still in {}", file.display());
        }
    }
    assert_eq!(crate::store::count_events(&path), 3);
}

#[test]
fn an_export_holds_what_was_said_and_understood() {
    let app = TestApp::start();
    let session = app.open_for_record("kiosk", &["triage", "record"]);
    app.turn(&session, &json!({"text": "腰疼三个多月了"}));
    send(
        &app,
        &session,
        "POST",
        "/handover",
        r#"{"reason":"看不清字"}"#,
    );
    let export = send(&app, &session, "GET", "/export", "").json();
    assert_eq!(export["session_id"], session.id.as_str());
    assert_eq!(
        (&export["age"], &export["ref"]),
        (&json!(62.0), &json!("M-1001"))
    );
    assert_eq!(export["events"][0]["text"], "腰疼三个多月了");
    assert_eq!(export["events"][0]["findings"][0]["concept"], "SYM.LBP");
    assert_eq!(export["events"][1]["what"], "handed_over");
    assert_eq!(export["events"][1]["reason"], "看不清字");
    assert_eq!(export["AIGC"]["Label"], "1", "C12");
    assert!(!export.to_string().contains(&session.token));
    assert!(!export.to_string().contains("conditions"), "C9");
}

#[test]
fn a_withdrawn_consent_stops_the_visit_and_may_be_given_again() {
    let app = TestApp::start();
    let session = app.open_for_record("web", &["triage", "record"]);
    let consent = |scopes: &[&str]| {
        let body = json!({"version": "2", "scopes": scopes}).to_string();
        send(&app, &session, "POST", "/consent", &body)
    };
    let none = consent(&[]);
    assert_eq!(
        none.json(),
        json!({"version": "2", "scopes": []}),
        "{}",
        none.text
    );
    app.turn(&session, &json!({"text": "腰疼"}))
        .is_problem(403, "consent-required");
    consent(&["triage", "selling"]).is_problem(422, "invalid-field");
    send(
        &app,
        &session,
        "POST",
        "/consent",
        r#"{"scopes":["triage"]}"#,
    )
    .is_problem(422, "invalid-field");
    assert_eq!(consent(&["triage"]).status, 200);
    let now = app.look(&session, "", "*/*").json()["consent"].clone();
    assert_eq!(now, json!({"version": "2", "scopes": ["triage"]}));
    assert_eq!(app.turn(&session, &json!({"text": "腰疼"})).status, 200);
}

#[test]
fn a_visit_has_a_code_from_the_first_answer_on() {
    let app = TestApp::start();
    let opened = app
        .open_with(&json!({"channel": "web", "consent": {"version": "1", "scopes": ["triage"]}}));
    let body = opened.json();
    let code = body["code"].as_str().expect("a code").to_owned();
    let plain = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() && !"ILOU".contains(c);
    assert_eq!(code.len(), 9);
    assert!(
        code.chars()
            .enumerate()
            .all(|(at, c)| if at == 4 { c == '-' } else { plain(c) }),
        "{code}"
    );
    let session = Session {
        id: body["session_id"].as_str().expect("an id").to_owned(),
        token: body["token"].as_str().expect("a token").to_owned(),
        reply: body["reply"].clone(),
    };
    assert_eq!(app.look(&session, "", "*/*").json()["code"], code.as_str());
    assert_eq!(
        app.look(&session, "/record", "application/json").json()["code"],
        code.as_str()
    );
}
