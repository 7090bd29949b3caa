//! The worklist: what is on it, in which order, who is told of changes, and what a patient takes off it.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use jiwen::domain::{Role, Timestamp};
use jiwen::store::verify_file;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};

use crate::support::TestApp;

const RECORD: [&str; 2] = ["triage", "record"];

#[test]
fn the_most_urgent_comes_first_and_nothing_is_told_without_consent() {
    let app = TestApp::start();
    let nurse = app.staff(Role::Nurse);
    let early = app.open_for_record("web", &RECORD);
    app.turn(&early, &json!({"text": "脖子酸了一个星期"}));
    let urgent = app.open_for_record("kiosk", &RECORD);
    let said = app.turn(
        &urgent,
        &json!({"text": "腰痛,昨天开始小便解不出来,会阴部麻木"}),
    );
    let urgency = said.json()["assessment"]["urgency"].clone();
    assert!(
        urgency == "within_24h" || urgency == "immediate",
        "{}",
        said.text
    );
    let silent = app.open_for_record("web", &["triage"]);
    app.turn(&silent, &json!({"text": "腰疼"}));
    assert_eq!(
        app.listed(&nurse, "state=waiting"),
        [urgent.id.clone(), early.id.clone()]
    );
    let list = app.staff_get(&nurse, "/v1/worklist").json();
    let row = &list["visits"][0];
    assert_eq!(row["urgency"], urgency);
    assert_eq!(row["red_flags"][0]["id"], "cauda_equina", "{row}");
    assert!(
        row["complaint"]
            .as_str()
            .is_some_and(|text| !text.is_empty() && text.chars().count() <= 20)
    );
    assert_eq!(row["review"]["status"], "unreviewed");
    assert_eq!(row["patient_ref"], "M-1001");
    let code = app.look(&urgent, "", "*/*").json()["code"].clone();
    assert_eq!(row["code"], code);
    let text = list.to_string();
    for secret in [&early.token, &urgent.token, &silent.id] {
        assert!(!text.contains(secret.as_str()), "{secret}");
    }
    let typed = code
        .as_str()
        .expect("a code")
        .replace('-', "")
        .to_lowercase();
    assert_eq!(
        app.listed(&nurse, &format!("state=all&query={typed}")),
        [urgent.id]
    );
    let by_ref = app.listed(&nurse, "state=all&query=M-1001");
    assert_eq!(by_ref.len(), 2);
    assert!(
        app.listed(&nurse, "state=waiting&day=2020-01-01")
            .is_empty()
    );
    app.staff_get(&nurse, "/v1/worklist?state=some")
        .is_problem(422, "invalid-field");
    app.staff_get(&nurse, &format!("/v1/staff/sessions/{}", silent.id))
        .is_problem(403, "no-consent");
}

#[test]
fn what_a_patient_takes_back_is_off_the_list_when_the_answer_comes() {
    let app = TestApp::start();
    let nurse = app.staff(Role::Nurse);
    let [kept, withdrawn, deleted] = [(); 3].map(|()| app.open_for_record("web", &RECORD));
    for session in [&kept, &withdrawn, &deleted] {
        app.turn(session, &json!({"text": "腰疼三个多月了"}));
    }
    assert_eq!(app.listed(&nurse, "state=all").len(), 3);
    let bearer = |token: &str| format!("Bearer {token}");
    let consent = json!({"version": "1", "scopes": ["triage"]}).to_string();
    let path = format!("/v1/sessions/{}/consent", withdrawn.id);
    let headers = bearer(&withdrawn.token);
    let changed = app.send(
        "POST",
        &path,
        &[("authorization", &headers)],
        consent.as_bytes(),
    );
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(app.listed(&nurse, "state=all").len(), 2);
    let headers = bearer(&deleted.token);
    let path = format!("/v1/sessions/{}", deleted.id);
    let gone = app.send("DELETE", &path, &[("authorization", &headers)], b"");
    assert_eq!(gone.status, 204, "{}", gone.text);
    assert_eq!(app.listed(&nurse, "state=all"), [kept.id]);
    app.staff_get(&nurse, &format!("/v1/staff/sessions/{}", deleted.id))
        .is_problem(410, "session-erased");
}

#[test]
fn an_open_screen_is_told_which_visit_changed_and_nothing_else() {
    let app = TestApp::start();
    let nurse = app.staff(Role::Nurse);
    let session = app.open_for_record("web", &RECORD);
    let url = format!("http://{}/v1/worklist/events", app.address());
    let response = ureq::get(&url)
        .header("cookie", &nurse.cookie)
        .call()
        .expect("a stream");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut lines = BufReader::new(response.into_body().into_reader()).lines();
    app.turn(&session, &json!({"text": "腰疼三个多月了"}));
    let mut heard = vec![];
    while heard.len() < 2 {
        let line = lines.next().expect("goes on").expect("a line");
        if !line.is_empty() && !line.starts_with(':') {
            heard.push(line);
        }
    }
    assert_eq!(
        heard,
        [
            "event: changed".to_owned(),
            format!("data: {{\"session_id\":\"{}\"}}", session.id)
        ]
    );
    let started = Instant::now();
    drop(app);
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "a waiting screen does not hold it up"
    );
}

#[test]
fn a_called_person_finds_the_patient_at_the_desk() {
    let app = TestApp::start();
    let nurse = app.staff(Role::Nurse);
    let session = app.open_for_record("kiosk", &RECORD);
    app.turn(&session, &json!({"text": "腰疼三个多月了"}));
    assert!(app.listed(&nurse, "state=handed_over").is_empty());
    let desk = format!("/v1/staff/sessions/{}/desk", session.id);
    app.staff_post(&nurse, &desk, &json!({"state": "taken"}))
        .is_problem(409, "not-handed-over");
    let bearer = format!("Bearer {}", session.token);
    let path = format!("/v1/sessions/{}/handover", session.id);
    let body = json!({"reason": "看不清字"}).to_string();
    let called = app.send(
        "POST",
        &path,
        &[("authorization", &bearer)],
        body.as_bytes(),
    );
    assert_eq!(called.status, 200, "{}", called.text);
    let reply = &called.json()["reply"];
    assert!(
        reply["text"]
            .as_str()
            .is_some_and(|text| text.contains("叫人"))
    );
    assert!(reply["question"].is_object(), "the question stays open");
    assert_eq!(
        app.listed(&nurse, "state=handed_over"),
        std::slice::from_ref(&session.id)
    );
    let opened = app.staff_get(&nurse, &format!("/v1/staff/sessions/{}", session.id));
    assert_eq!(opened.json()["call_reason"], "看不清字");
    assert_eq!(app.turn(&session, &json!({"text": "左腿也麻"})).status, 200);
    let taken = app.staff_post(&nurse, &desk, &json!({"state": "taken"}));
    assert_eq!(taken.json()["desk"], "taken", "{}", taken.text);
    assert_eq!(app.listed(&nurse, "state=handed_over").len(), 1);
    app.staff_post(
        &nurse,
        &desk,
        &json!({"state": "done", "note": "已送到诊室"}),
    );
    assert!(app.listed(&nurse, "state=handed_over").is_empty());
}

#[test]
fn who_calls_a_person_without_a_record_is_found_by_code_alone() {
    let app = TestApp::start();
    let nurse = app.staff(Role::Nurse);
    let session = app.open();
    app.turn(&session, &json!({"text": "腰疼三个多月了"}));
    let bearer = format!("Bearer {}", session.token);
    let path = format!("/v1/sessions/{}/handover", session.id);
    app.send("POST", &path, &[("authorization", &bearer)], b"{}");
    let list = app
        .staff_get(&nurse, "/v1/worklist?state=handed_over")
        .json();
    let row = &list["visits"][0];
    assert_eq!(row["session_id"], session.id.as_str());
    assert_eq!(
        (&row["readable"], &row["complaint"]),
        (&json!(false), &json!(""))
    );
    assert!(row["age"].is_null() && row["red_flags"].as_array().is_some_and(Vec::is_empty));
    assert!(app.listed(&nurse, "state=waiting").is_empty());
}

/// A log of before there were lists and an audit: the same file without what came later.
async fn make_old(path: &std::path::Path) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .expect("opens");
    for sql in [
        "DROP TABLE listing",
        "DROP TABLE audit",
        "DROP TABLE audit_head",
        "DROP TABLE phrase",
        "DROP TABLE staff_session",
        "DROP TABLE staff",
        "DROP TABLE staff_attempt",
        "DELETE FROM _sqlx_migrations WHERE version = 2",
    ] {
        sqlx::query(sql).execute(&mut connection).await.expect(sql);
    }
    connection.close().await.expect("closes");
}

#[test]
fn a_log_of_an_earlier_version_verifies_and_its_visits_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = TestApp::start_on(folder.path().to_owned(), &[]);
    let session = app.open_for_record("web", &RECORD);
    app.turn(&session, &json!({"text": "腰疼三个多月了"}));
    let nurse = app.staff(Role::Nurse);
    let before = app.staff_get(&nurse, "/v1/worklist").json();
    app.stop();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        make_old(&app.log_file()).await;
        let old = verify_file(&app.log_file()).await.expect("a log");
        assert_eq!((old.events, old.fault, old.entries), (2, None, 0));
    });
    let app = TestApp::start_on(folder.path().to_owned(), &[]);
    let nurse = app.staff(Role::Nurse);
    let until = Instant::now() + Duration::from_secs(10);
    while app.listed(&nurse, "state=all").is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(app.staff_get(&nurse, "/v1/worklist").json(), before);
}

#[tokio::test]
async fn a_list_of_thousands_is_read_in_time() {
    use jiwen::domain::{
        Channel, Consent, EventBody, ListState, Listing, Opening, Reply, ReviewStatus, Shown,
        Urgency,
    };
    use jiwen::store::{Append, Beside, Durability, EventLog, ListQuery};
    let folder = tempfile::tempdir().expect("a folder");
    let log = EventLog::open(&folder.path().join("jiwen.db"), Durability::Process)
        .await
        .expect("opens");
    let at: Timestamp = "2026-11-27T02:00:00Z".parse().expect("a time");
    let appended = (0..5000_i64).map(|n| {
        let visit = uuid::Uuid::now_v7();
        let opened = Timestamp::from_second(at.as_second() + n).expect("a time");
        let opening = Opening {
            channel: Channel::Kiosk,
            for_self: true,
            age: None,
            sex: None,
            region: None,
            patient_ref: None,
            consent: Consent::default(),
        };
        let reply = Reply {
            text: String::new(),
            question: None,
            alert: None,
            done: false,
        };
        let append = Append {
            visit,
            seq: 0,
            at: opened,
            body: EventBody::Opened {
                opening,
                reply,
                knowledge_version: "0".into(),
            },
            token_hash: Some([7; 32]),
        };
        let listing = Listing {
            visit,
            opened,
            updated: opened,
            channel: Channel::Kiosk,
            age: Some(60.0),
            sex: None,
            patient_ref: None,
            complaint: "腰痛3月".into(),
            urgency: Some(if n % 100 == 0 {
                Urgency::Immediate
            } else {
                Urgency::Routine
            }),
            red_flags: vec![],
            department: "骨科".into(),
            route: None,
            done: true,
            handed_over: false,
            desk: None,
            review: ReviewStatus::Unreviewed,
            reviewed_by: None,
            reviewed_at: None,
            pediatric: false,
            shown: Shown::Full,
            questions: 9,
            seconds: Some(100),
            overrides: vec![],
            spoken: 0,
            spoken_confirmed: 0,
        };
        let beside = Beside {
            listing: Some(listing),
            ..Beside::default()
        };
        log.append_with(append, beside)
    });
    for outcome in futures_util::future::join_all(appended).await {
        outcome.expect("appends");
    }
    let query = ListQuery {
        state: ListState::Waiting,
        code: String::new(),
        reference: String::new(),
        from: "2026-11-26".into(),
        until: "2026-11-28".into(),
        most: 501,
    };
    let started = Instant::now();
    let found = log.reader().list_listings(&query).await.expect("reads");
    let took = started.elapsed();
    assert_eq!(found.len(), 501);
    assert!(
        found[..50]
            .iter()
            .all(|one| one.urgency == Some(Urgency::Immediate))
    );
    assert!(found[..50].is_sorted_by_key(|one| one.opened));
    assert_eq!(found[50].urgency, Some(Urgency::Routine));
    println!("a list of 501 among 5,000 visits: {took:?}");
    assert!(took < Duration::from_millis(500), "{took:?}");
    log.close().await;
}
