//! Staff: signing in, locks, idle sessions, roles, and the audit of all of it.

use jiwen::domain::Role;
use jiwen::store::verify_file;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};

use crate::support::{Staff, TestApp, captured_log};

#[test]
fn a_doctor_signs_in_with_password_and_code_and_out_again() {
    let app = TestApp::start();
    let password = app.add_staff("lihua", Role::Doctor);
    let answer = app.sign_in("lihua", &password, &app.code("lihua"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let expected =
        json!({"name": "lihua", "display_name": "lihua甲", "role": "doctor", "idle_seconds": 900});
    assert_eq!(answer.json(), expected);
    let doctor = Staff {
        cookie: answer.cookie.expect("a cookie"),
    };
    assert_eq!(app.staff_get(&doctor, "/v1/staff/me").json(), expected);
    let without_header = [("cookie", doctor.cookie.as_str())];
    app.send("POST", "/v1/staff/sign-out", &without_header, b"")
        .is_problem(403, "header-missing");
    let out = app.staff_post(&doctor, "/v1/staff/sign-out", &json!({}));
    assert_eq!(out.status, 204, "{}", out.text);
    app.staff_get(&doctor, "/v1/staff/me")
        .is_problem(401, "not-signed-in");
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start_with(&[("JIWEN__STAFF__SECURE_COOKIE", "true")]);
    let password = app.add_staff("lihua", Role::Doctor);
    let body = json!({"name": "lihua", "password": password, "code": app.code("lihua")});
    let url = format!("http://{}/v1/staff/sign-in", app.address());
    let response = ureq::post(&url)
        .header("x-requested-with", "jiwen")
        .send_json(&body)
        .expect("signs in");
    let cookie = response.headers()["set-cookie"].to_str().expect("text");
    for part in [
        "jiwen_staff=",
        "HttpOnly",
        "SameSite=Strict",
        "Path=/",
        "Secure",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
}

#[test]
fn a_code_is_used_once_and_every_failure_says_the_same() {
    let app = TestApp::start();
    let password = app.add_staff("lihua", Role::Doctor);
    let code = app.code("lihua");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let failures = [
        app.sign_in("lihua", "not the password", &code),
        app.sign_in("lihua", &password, wrong),
        app.sign_in("nobody", &password, &code),
    ];
    for failure in &failures {
        failure.is_problem(401, "sign-in-failed");
        assert_eq!(failure.text, failures[0].text);
    }
    assert_eq!(app.sign_in("lihua", &password, &code).status, 200);
    app.sign_in("lihua", &password, &code)
        .is_problem(401, "sign-in-failed");
}

#[test]
fn five_failures_lock_a_name_whether_or_not_somebody_has_it() {
    let app = TestApp::start_with(&[("JIWEN__STAFF__LOCK_SECONDS", "12")]);
    let password = app.add_staff("lihua", Role::Doctor);
    for name in ["nobody", "lihua"] {
        for _ in 0..4 {
            app.sign_in(name, "wrong", "000000")
                .is_problem(401, "sign-in-failed");
        }
        app.sign_in(name, "wrong", "000000")
            .is_problem(423, "locked");
    }
    app.sign_in("lihua", &password, &app.code("lihua"))
        .is_problem(423, "locked");
    std::thread::sleep(std::time::Duration::from_millis(12_500));
    assert_eq!(
        app.sign_in("lihua", &password, &app.code("lihua")).status,
        200,
        "the lock is over"
    );
}

#[test]
fn a_session_ends_when_nobody_uses_it_and_screens_do_not_keep_it_alive() {
    let app = TestApp::start_with(&[("JIWEN__STAFF__IDLE_SECONDS", "10")]);
    let nurse = app.staff(Role::Nurse);
    let pause = || std::thread::sleep(std::time::Duration::from_millis(6000));
    pause();
    assert_eq!(app.staff_get(&nurse, "/v1/worklist").status, 200);
    pause();
    assert_eq!(
        app.staff_get(&nurse, "/v1/worklist").status,
        200,
        "a call keeps it"
    );
    let by_itself = [("cookie", nurse.cookie.as_str()), ("x-background", "1")];
    pause();
    assert_eq!(app.send("GET", "/v1/worklist", &by_itself, b"").status, 200);
    pause();
    app.send("GET", "/v1/worklist", &by_itself, b"")
        .is_problem(401, "not-signed-in");
}

#[test]
fn each_role_may_do_what_it_is_for_and_nothing_else() {
    let app = TestApp::start();
    let session = app.open_for_record("kiosk", &["triage", "record", "improvement"]);
    let said = app.turn(&session, &json!({"text": "腰疼三个多月了,左腿也发麻"}));
    assert_eq!(said.status, 200);
    let call = format!("/v1/sessions/{}/handover", session.id);
    let bearer = format!("Bearer {}", session.token);
    app.send("POST", &call, &[("authorization", &bearer)], b"{}");
    let visit = format!("/v1/staff/sessions/{}", session.id);
    let review = json!({"lines": [], "status": "in_progress"});
    let marked = json!({"turn": 1, "start": 0, "end": 2, "note": "听错"});
    let desk = json!({"state": "taken"});
    let calls = [
        ("GET", "/v1/worklist".to_owned(), None, "nurse doctor"),
        ("GET", visit.clone(), None, "nurse doctor"),
        ("POST", format!("{visit}/review"), Some(&review), "doctor"),
        (
            "POST",
            format!("{visit}/misunderstood"),
            Some(&marked),
            "doctor",
        ),
        ("POST", format!("{visit}/desk"), Some(&desk), "nurse doctor"),
        (
            "GET",
            "/v1/management/summary".to_owned(),
            None,
            "doctor admin",
        ),
        (
            "GET",
            "/v1/management/summary.csv".to_owned(),
            None,
            "doctor admin",
        ),
        ("GET", "/v1/audit".to_owned(), None, "auditor"),
        ("GET", "/v1/phrases".to_owned(), None, "editor"),
        (
            "GET",
            "/v1/staff/me".to_owned(),
            None,
            "nurse doctor editor admin auditor",
        ),
    ];
    for role in Role::ALL {
        let staff = app.staff(*role);
        for (method, path, body, allowed) in &calls {
            let answer = match body {
                Some(body) => app.staff_post(&staff, path, body),
                None => app.staff_get(&staff, path),
            };
            if allowed.split(' ').any(|name| name == role.as_str()) {
                assert!(
                    (200..300).contains(&answer.status),
                    "{role} {method} {path} {}",
                    answer.text
                );
            } else {
                answer.is_problem(403, "role-forbidden");
            }
        }
    }
    for (method, path, body, _) in &calls {
        let body = body.map_or(vec![], |body| body.to_string().into_bytes());
        let headers = [
            ("x-requested-with", "jiwen"),
            ("authorization", bearer.as_str()),
        ];
        app.send(method, path, &headers, &body)
            .is_problem(401, "not-signed-in");
    }
}

#[test]
fn what_staff_do_is_in_the_audit_and_a_changed_row_is_named() {
    let mut app = TestApp::start();
    let session = app.open_for_record("web", &["triage", "record"]);
    app.turn(&session, &json!({"text": "腰疼三个多月了"}));
    let doctor = app.staff(Role::Doctor);
    app.sign_in("doctor", "wrong", "000000");
    app.staff_get(&doctor, &format!("/v1/staff/sessions/{}", session.id));
    let review = json!({"lines": [], "status": "confirmed"});
    let path = format!("/v1/staff/sessions/{}/review", session.id);
    assert_eq!(app.staff_post(&doctor, &path, &review).status, 200);
    let auditor = app.staff(Role::Auditor);
    let audit = app.staff_get(&auditor, "/v1/audit").json();
    let entries = audit["entries"].as_array().expect("entries");
    let of = |action: &str| -> Vec<&serde_json::Value> {
        entries
            .iter()
            .filter(|one| one["action"] == action)
            .collect()
    };
    for (action, who) in [
        ("account_added", "doctor"),
        ("signed_in", "doctor"),
        ("sign_in_failed", "doctor"),
        ("read", "doctor"),
        ("reviewed", "doctor"),
        ("audit_read", "auditor"),
    ] {
        assert!(of(action).iter().any(|one| one["who"] == who), "{action}");
    }
    assert_eq!(of("read")[0]["session_id"], session.id.as_str());
    assert_eq!(of("reviewed")[0]["detail"], "finished");
    let position = of("read")[0]["position"].as_i64().expect("a number");
    app.stop();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let path = app.log_file();
        let sound = verify_file(&path).await.expect("a log");
        assert_eq!((sound.fault, sound.entry_fault), (None, None));
        assert!(sound.entries >= 6);
        let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
            .await
            .expect("opens");
        sqlx::query("UPDATE audit SET who = 'somebody' WHERE position = ?1")
            .bind(position)
            .execute(&mut connection)
            .await
            .expect("changes");
        let fault = verify_file(&path).await.expect("a log").entry_fault;
        let fault = fault.expect("the change is found").to_string();
        assert_eq!(fault, format!("audit entry {position} was changed"));
        sqlx::query("DELETE FROM audit WHERE position >= ?1")
            .bind(position)
            .execute(&mut connection)
            .await
            .expect("cuts the tail");
        let fault = verify_file(&path).await.expect("a log").entry_fault;
        assert!(
            fault.is_some_and(|fault| fault.missing),
            "a cut tail is found"
        );
        connection.close().await.expect("closes");
    });
}

#[test]
fn names_passwords_and_words_of_staff_are_in_no_log() {
    let log = captured_log();
    let app = TestApp::start();
    let session = app.open_for_record("web", &["triage", "record", "improvement"]);
    app.turn(&session, &json!({"text": "腰疼三个多月了,金丝雀826451937"}));
    let doctor = app.staff_named("canary-826451937", Role::Doctor);
    app.sign_in("canary-826451937", "password-826451937", "826451937");
    let visit = format!("/v1/staff/sessions/{}", session.id);
    app.staff_get(&doctor, "/v1/worklist?query=canary-826451937");
    let opened = app.staff_get(&doctor, &visit).json();
    let line = opened["lines"][0]["id"].clone();
    let review = json!({"lines": [{"id": line, "action": "edit", "text": "金丝雀826451937"}],
        "department": {"name": "科室826451937", "reason": "理由826451937"}, "status": "confirmed"});
    let done = app.staff_post(&doctor, &format!("{visit}/review"), &review);
    assert_eq!(done.status, 200, "{}", done.text);
    let marked = json!({"turn": 1, "start": 0, "end": 2, "note": "826451937"});
    app.staff_post(&doctor, &format!("{visit}/misunderstood"), &marked);
    app.staff_post(&doctor, &format!("{visit}/review"), &json!("826451937"));
    let metrics = app.get("/metrics").text;
    let cookie = doctor.cookie.clone();
    let secret = cookie.trim_start_matches("jiwen_staff=").to_owned();
    drop(app);
    for secret in ["826451937", "金丝雀", secret.as_str()] {
        assert!(!metrics.contains(secret), "{secret} is in the metrics");
        let line = log.text();
        let line = line.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in the log: {line:?}");
    }
}

#[test]
fn the_document_describes_every_route_of_staff() {
    let app = TestApp::start();
    let document = app.get("/openapi.json").json();
    for (path, method) in [
        ("/v1/staff/sign-in", "post"),
        ("/v1/staff/sign-out", "post"),
        ("/v1/staff/me", "get"),
        ("/v1/worklist", "get"),
        ("/v1/worklist/events", "get"),
        ("/v1/staff/sessions/{id}", "get"),
        ("/v1/staff/sessions/{id}/review", "post"),
        ("/v1/staff/sessions/{id}/misunderstood", "post"),
        ("/v1/staff/sessions/{id}/desk", "post"),
        ("/v1/management/summary", "get"),
        ("/v1/management/summary.csv", "get"),
        ("/v1/audit", "get"),
        ("/v1/phrases", "get"),
        ("/v1/sessions/{id}", "delete"),
        ("/v1/sessions/{id}/export", "get"),
        ("/v1/sessions/{id}/handover", "post"),
        ("/v1/sessions/{id}/consent", "post"),
    ] {
        assert!(
            document["paths"][path][method].is_object(),
            "{method} {path}"
        );
    }
    assert_eq!(
        document["components"]["securitySchemes"]["staff"]["in"],
        "cookie"
    );
}

#[test]
fn guessing_from_one_address_is_slowed_down() {
    let app = TestApp::start_with(&[
        ("JIWEN__RATE__ENABLED", "true"),
        ("JIWEN__STAFF__LOCK_AFTER", "100"),
    ]);
    let refused = (0..30).any(|_| app.sign_in("lihua", "wrong", "000000").status == 429);
    assert!(refused, "30 tries at once are too many");
}

/// `jiwen staff …` on the folder of a service, with a line on its standard input.
fn typed(app: &TestApp, arguments: &[&str], line: &str) -> (bool, String) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let folder = app.log_file().parent().expect("a folder").to_owned();
    let mut program = Command::new(env!("CARGO_BIN_EXE_jiwen"))
        .arg("staff")
        .args(arguments)
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = program.stdin.take().expect("an input");
    input.write_all(line.as_bytes()).expect("takes a line");
    drop(input);
    let output = program.wait_with_output().expect("it ends");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn accounts_are_kept_from_the_command_line_beside_a_running_service() {
    let app = TestApp::start();
    let add = [
        "add",
        "wang.fang",
        "--role",
        "nurse",
        "--display-name",
        "王芳",
    ];
    let (done, told) = typed(&app, &add, "");
    assert!(
        done && told.contains("otpauth://totp/Jiwen:wang.fang?secret="),
        "{told}"
    );
    assert!(
        told.contains('█') || told.contains('▀'),
        "a picture to scan: {told}"
    );
    let line = told
        .lines()
        .find(|line| line.starts_with("password"))
        .expect("a password");
    let password = line.split_whitespace().last().expect("a word").to_owned();
    let (_, code) = typed(&app, &["code", "wang.fang"], "");
    let signed = app.sign_in("wang.fang", &password, code.trim());
    assert_eq!(signed.json()["display_name"], "王芳", "{}", signed.text);
    let nurse = Staff {
        cookie: signed.cookie.expect("a cookie"),
    };
    let (done, told) = typed(&app, &add, "");
    assert!(!done && told.contains("staff reset"), "{told}");
    let (done, told) = typed(
        &app,
        &["add", "li", "--role", "doctor", "--password-stdin"],
        "short\n",
    );
    assert!(!done && told.contains("at least 10 characters"), "{told}");
    let (done, told) = typed(&app, &["add", "li", "--role", "patient"], "");
    assert!(
        !done && told.contains("nurse, doctor, editor, admin or auditor"),
        "{told}"
    );
    for _ in 0..5 {
        app.sign_in("wang.fang", "wrong", "000000");
    }
    let (_, list) = typed(&app, &["list"], "");
    assert!(
        list.contains("wang.fang") && list.contains("locked"),
        "{list}"
    );
    assert!(typed(&app, &["unlock", "wang.fang"], "").0);
    assert!(!typed(&app, &["list"], "").1.contains("locked"));
    let (done, told) = typed(
        &app,
        &["reset", "wang.fang", "--password-stdin"],
        "a longer password\n",
    );
    assert!(done && !told.contains("a longer password"), "{told}");
    app.staff_get(&nurse, "/v1/staff/me")
        .is_problem(401, "not-signed-in");
    let code = app.code("wang.fang");
    assert_eq!(
        app.sign_in("wang.fang", "a longer password", &code).status,
        200
    );
    assert!(typed(&app, &["remove", "wang.fang"], "").0);
    assert!(!typed(&app, &["list"], "").1.contains("wang.fang"));
}
