//! The HTTP interface, as CONTRACT §5 has it.

use serde_json::{Value, json};

use crate::support::{TestApp, answer_to};

const CONSENT: &str = r#"{"version":"1","scopes":["triage"]}"#;

fn opening(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({
        "channel": "kiosk", "for_self": true, "patient": {"age": 40, "sex": "male", "ref": "M1"},
        "consent": serde_json::from_str::<Value>(CONSENT).expect("JSON"), "something_new": [1],
    });
    change(&mut body);
    body
}

#[test]
fn a_visit_goes_from_greeting_to_record() {
    let app = TestApp::start();
    let session = app.open();
    assert_eq!(session.reply["done"], false);
    assert_eq!(session.token.len(), 43);
    let last = app.finish(&session);
    for field in ["red_flags", "urgency", "departments", "route"] {
        assert!(!last["assessment"][field].is_null(), "{field}");
    }
    assert!(last["assessment"]["conditions"].is_null(), "C9");
    app.turn(&session, &json!({"text": "还有"}))
        .is_problem(409, "visit-closed");
    let past = app.look(&session, "", "*/*").json();
    assert_eq!(past["done"], true);
    assert_eq!(
        past["turns"].as_array().map(Vec::len),
        last["turn"].as_u64().map(|n| n as usize)
    );
    assert_eq!(past["assessment"], last["assessment"]);
    for (accept, content_type) in [
        ("*/*", "application/json; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/calendar", "text/calendar; charset=utf-8"),
    ] {
        let record = app.look(&session, "/record", accept);
        assert_eq!(
            (record.status, record.content_type.as_str()),
            (200, content_type)
        );
    }
    assert!(
        app.look(&session, "/record", "text/calendar")
            .text
            .contains("DTSTART;VALUE=DATE:20")
    );
    app.look(&session, "/record", "image/png")
        .is_problem(406, "not-acceptable");
    let record = app.look(&session, "/record", "application/json").json();
    assert!(record["assessment"]["conditions"].is_null(), "C9");
    assert_eq!(record["review"]["status"], "unreviewed");
    assert_eq!(record["session_id"], session.id.as_str());
}

#[test]
fn a_decided_visit_has_a_pathway_with_dates() {
    let app = TestApp::start();
    let session = app.open();
    app.get(&format!("/v1/sessions/{}/pathway", session.id))
        .is_problem(401, "token-missing");
    app.look(&session, "/pathway", "*/*")
        .is_problem(409, "no-decision");
    app.finish(&session);
    let plan = app.look(&session, "/pathway", "*/*").json();
    assert_eq!(plan["stage"]["id"], 1);
    assert_eq!(plan["stages"].as_array().map(Vec::len), Some(7));
    assert!(plan["see_by"].is_string() && plan["contacts"].is_array());
    let record = app.look(&session, "/record", "application/json").json();
    assert_eq!(record["pathway"], plan);
    let calendar = app.look(&session, "/pathway", "text/calendar");
    assert_eq!(calendar.content_type, "text/calendar; charset=utf-8");
    assert!(calendar.text.contains("BEGIN:VEVENT"));
    app.look(&session, "/pathway", "text/html")
        .is_problem(406, "not-acceptable");
}

#[test]
fn a_finding_on_the_wire_has_only_known_fields() {
    let app = TestApp::start();
    let session = app.open();
    let option = session.reply["question"]["options"][0]["id"].clone();
    let answer = app.turn(&session, &json!({"choices": [option]})).json();
    for finding in answer["findings"].as_array().expect("a list") {
        let fields = finding.as_object().expect("an object");
        assert!(fields.values().all(|value| !value.is_null()));
        assert!(
            fields["concept"]
                .as_str()
                .is_some_and(|id| id.contains('.')),
            "no derived values"
        );
        assert!(fields["name"].is_string() && fields["evidence"]["turn"] == 1);
        assert!(!fields.contains_key("course"));
    }
    assert_eq!(answer["turn"], 1);
}

#[test]
fn without_consent_or_guardian_nothing_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = TestApp::start_on(folder.path().to_owned(), &[]);
    for scopes in [json!([]), json!(["record", "research"])] {
        app.open_with(&opening(|body| body["consent"]["scopes"] = scopes))
            .is_problem(403, "consent-required");
    }
    app.open_with(&opening(|body| {
        body["consent"] = json!({"scopes": ["triage"]})
    }))
    .is_problem(403, "consent-required");
    app.open_with(&json!({"channel": "web"}))
        .is_problem(403, "consent-required");
    app.open_with(&opening(|body| body["patient"]["age"] = json!(13)))
        .is_problem(403, "guardian-required");
    let guardian = opening(|body| {
        body["patient"]["age"] = json!(13);
        body["for_self"] = json!(false);
    });
    assert_eq!(app.open_with(&guardian).status, 201);
    assert_eq!(app.get("/readyz").status, 200);
    let log = app.log_file();
    drop(app);
    let events = crate::store::count_events(&log);
    assert_eq!(events, 1, "only the guardian's visit is stored");
}

#[test]
fn a_wrong_field_is_named() {
    let app = TestApp::start();
    for (change, field) in [
        (json!({"channel": "fax"}), "channel"),
        (json!({"patient": {"sex": "f"}}), "patient.sex"),
        (json!({"patient": {"age": 300}}), "patient.age"),
        (json!({"patient": {"age": -1}}), "patient.age"),
        (json!({"patient": {"ref": "9".repeat(201)}}), "patient.ref"),
        (
            json!({"consent": {"version": "1", "scopes": ["triage", "all"]}}),
            "consent.scopes",
        ),
    ] {
        let body = opening(|body| {
            for (name, value) in change.as_object().expect("an object") {
                body[name] = value.clone();
            }
        });
        let problem = app.open_with(&body).is_problem(422, "invalid-field");
        assert_eq!(problem["field"], field);
    }
}

#[test]
fn bodies_that_are_no_turn_are_refused_and_not_quoted() {
    let app = TestApp::start();
    let session = app.open();
    let bearer = format!("Bearer {}", session.token);
    let path = format!("/v1/sessions/{}/turns", session.id);
    let send = |body: &[u8]| app.send("POST", &path, &[("authorization", &bearer)], body);
    send(b"{\"text\":").is_problem(400, "malformed-json");
    send(b"").is_problem(400, "malformed-json");
    send(b"\xff\xfe").is_problem(400, "malformed-json");
    let wrong = send(r#"{"text": 5, "note": "腰"}"#.as_bytes());
    assert!(
        wrong.is_problem(422, "wrong-type")["detail"]
            .as_str()
            .is_some_and(|d| d.contains("string"))
    );
    let wrong = send(r#"{"choices": "我腰痛"}"#.as_bytes());
    wrong.is_problem(422, "wrong-type");
    assert!(!wrong.text.contains("我腰痛"));
    send(&[b"[".repeat(5000), b"]".repeat(5000)].concat()).is_problem(422, "wrong-type");
    send(b"{}").is_problem(422, "text-or-choices");
    send(br#"{"text":"a","choices":["b"]}"#).is_problem(422, "text-or-choices");
    send(br#"{"text":" \u0000 "}"#).is_problem(422, "empty");
    send(br#"{"choices":[]}"#).is_problem(422, "empty");
    let long = json!({"text": "痛".repeat(2001)}).to_string();
    assert_eq!(
        send(long.as_bytes()).is_problem(422, "text-too-long")["max_characters"],
        2000
    );
    send(&vec![b' '; (1 << 20) + 1]).is_problem(413, "body-too-large");
    let problem = send(br#"{"choices":["no-such"]}"#).is_problem(422, "unknown-option");
    let valid: Vec<&Value> = session.reply["question"]["options"]
        .as_array()
        .expect("options")
        .iter()
        .map(|option| &option["id"])
        .collect();
    assert_eq!(problem["valid_options"], json!(valid));
    assert_eq!(
        send(answer_to(&session.reply).to_string().as_bytes()).json()["turn"],
        1,
        "nothing was stored before"
    );
}

#[test]
fn strangers_see_nothing() {
    let app = TestApp::start();
    let (mine, other) = (app.open(), app.open());
    for rest in ["", "/record"] {
        let path = format!("/v1/sessions/{}{rest}", mine.id);
        app.get(&path).is_problem(401, "token-missing");
        let with = |value: &str| app.send("GET", &path, &[("authorization", value)], b"");
        with("Basic abc").is_problem(401, "token-missing");
        with("Bearer").is_problem(401, "token-missing");
        with(&format!("Bearer {}", other.token)).is_problem(401, "token-invalid");
        assert_eq!(with(&format!("bearer {}", mine.token)).status, 200);
    }
    for id in ["00000000-0000-7000-8000-000000000000", "../../etc", "x"] {
        let path = format!("/v1/sessions/{}", id.replace('/', "%2F"));
        let bearer = format!("Bearer {}", mine.token);
        app.send("GET", &path, &[("authorization", &bearer)], b"")
            .is_problem(404, "session-not-found");
    }
}

#[test]
fn a_repeated_key_gives_the_stored_answer() {
    let app = TestApp::start();
    let session = app.open();
    let body = answer_to(&session.reply);
    let key = [("idempotency-key", "k-1")];
    let first = app.turn_with(&session, &body, &key).json();
    let again = app.turn_with(&session, &body, &key).json();
    assert_eq!(first, again);
    app.turn_with(&session, &json!({"text": "别的话"}), &key)
        .is_problem(422, "idempotency-key-reused");
    app.turn_with(&session, &body, &[("idempotency-key", "")])
        .is_problem(422, "invalid-field");
    let past = app.look(&session, "", "*/*").json();
    assert_eq!(past["turns"].as_array().map(Vec::len), Some(1));
}

#[test]
fn two_turns_at_once_are_taken_one_after_the_other_or_refused() {
    let app = TestApp::start();
    let session = app.open();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| app.turn(&session, &json!({"text": "腰疼"})).status))
            .collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("no panic"))
            .collect()
    });
    assert!(
        statuses.iter().all(|status| [200, 409].contains(status)),
        "{statuses:?}"
    );
    let taken = statuses.iter().filter(|status| **status == 200).count();
    let past = app.look(&session, "", "*/*").json();
    assert_eq!(past["turns"].as_array().map(Vec::len), Some(taken));
    for (index, turn) in past["turns"].as_array().expect("turns").iter().enumerate() {
        assert_eq!(turn["turn"], index + 1);
    }
}

#[test]
fn the_same_key_sent_many_times_at_once_counts_once() {
    let app = TestApp::start();
    let session = app.open();
    let body = answer_to(&session.reply);
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    app.turn_with(&session, &body, &[("idempotency-key", "one")])
                        .json()
                })
            })
            .collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("no panic"))
            .collect()
    });
    assert!(
        answers
            .iter()
            .all(|answer| answer["turn"] == 1 && *answer == answers[0])
    );
}

#[test]
fn a_visit_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = TestApp::start_on(folder.path().to_owned(), &[]);
    let session = app.open();
    let body = answer_to(&session.reply);
    let first = app
        .turn_with(&session, &body, &[("idempotency-key", "k")])
        .json();
    app.stop();
    let app = TestApp::start_on(folder.path().to_owned(), &[]);
    assert_eq!(
        app.turn_with(&session, &body, &[("idempotency-key", "k")])
            .json(),
        first
    );
    let past = app.look(&session, "", "*/*").json();
    assert_eq!(past["reply"], first["reply"]);
    let next = app.turn(&session, &answer_to(&first["reply"]));
    assert_eq!(next.json()["turn"], 2, "{}", next.text);
}

#[test]
fn more_visits_than_memory_holds_go_on_all_the_same() {
    let app = TestApp::start_with(&[("JIWEN__VISITS__CACHED", "3")]);
    let sessions: Vec<_> = (0..12).map(|_| app.open()).collect();
    for session in &sessions {
        assert_eq!(
            app.turn(session, &answer_to(&session.reply)).json()["turn"],
            1
        );
    }
}

#[test]
fn calls_beyond_the_limit_are_told_to_wait() {
    let app = TestApp::start_with(&[
        ("JIWEN__RATE__ENABLED", "true"),
        ("JIWEN__RATE__TOKEN_PER_SECOND", "1"),
        ("JIWEN__RATE__TOKEN_BURST", "2"),
    ]);
    let session = app.open();
    for _ in 0..3 {
        app.look(&session, "", "*/*");
    }
    app.look(&session, "", "*/*")
        .is_problem(429, "too-many-requests");
    assert_eq!(app.get("/healthz").status, 200);
    app.open();
}

#[test]
fn unknown_addresses_and_methods_are_problems_too() {
    let app = TestApp::start();
    app.get("/v1/nothing").is_problem(404, "not-found");
    app.send("DELETE", "/v1/sessions", &[], b"")
        .is_problem(405, "method-not-allowed");
}

#[test]
fn the_description_and_the_page_are_served_from_here() {
    let app = TestApp::start();
    let document = app.get("/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, method) in [
        ("/v1/sessions", "post"),
        ("/v1/sessions/{id}/turns", "post"),
        ("/v1/sessions/{id}", "get"),
        ("/v1/sessions/{id}/record", "get"),
        ("/v1/sessions/{id}/pathway", "get"),
    ] {
        assert!(
            document["paths"][path][method].is_object(),
            "{method} {path}"
        );
    }
    assert!(app.get("/docs/").text.contains("swagger"));
}

#[test]
fn every_screen_is_served_from_the_binary_and_asks_nobody_else() {
    let app = TestApp::start();
    if app.get("/").status == 404 {
        eprintln!("skipped: the screens were not built; run scripts/web.sh");
        return;
    }
    for path in ["/", "/patient", "/kiosk", "/doctor", "/manage"] {
        let page = app.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.content_type.starts_with("text/html"), "{path}");
        assert!(
            !page.text.contains("http://") && !page.text.contains("https://"),
            "C5: {path}"
        );
        let script = page
            .text
            .split("src=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let script = app.get(script.expect("a page has a script"));
        assert_eq!(script.status, 200, "{path}");
        assert!(script.content_type.starts_with("text/javascript"), "{path}");
    }
    assert_eq!(app.get("/assets/no-such-file.js").status, 404);
}
