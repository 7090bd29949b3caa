//! Sign-in with a WeChat mini-program, against a stub of WeChat on this machine.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, captured_log};

const SECRET: &str = "app-secret-5150";
const SESSION_KEY: &str = "session-key-5150==";
const OPEN_ID: &str = "openid-5150";
const UNION_ID: &str = "union-5150";
const CODE: &str = "wx-code-5150";

/// Answers every request with `body` and keeps the request lines.
fn stub(body: &str) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::new(Mutex::new(vec![]));
    let (seen, body) = (asked.clone(), body.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut head = vec![];
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head);
            let line = head.lines().next().unwrap_or_default().to_owned();
            seen.lock().expect("no panic").push(line);
            let length = body.len();
            // As WeChat does: JSON that says it is text.
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
            .expect("the service reads");
        }
    });
    (address, asked)
}

fn app_with(session_url: &str) -> TestApp {
    TestApp::start_with(&[
        ("JIWEN__WECHAT__APP_ID", "wx0000"),
        ("JIWEN__WECHAT__SECRET", SECRET),
        ("JIWEN__WECHAT__SESSION_URL", session_url),
    ])
}

fn sign_in(app: &TestApp, code: &str) -> Answer {
    let body = json!({ "code": code }).to_string();
    app.send("POST", "/v1/wechat/login", &[], body.as_bytes())
}

fn open_as(app: &TestApp, reference: &str) -> Answer {
    app.open_with(&json!({
        "channel": "miniprogram", "patient": {"age": 61, "ref": reference},
        "consent": {"version": "1", "scopes": ["triage"]},
    }))
}

fn whole_file(app: &TestApp) -> String {
    let mut text = String::new();
    for end in ["", "-wal"] {
        let path = format!("{}{end}", app.log_file().display());
        let bytes = std::fs::read(path).unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
}

#[test]
fn a_code_becomes_a_reference_and_nothing_of_wechat_is_kept() {
    let log = captured_log();
    let answer = json!({"openid": OPEN_ID, "session_key": SESSION_KEY, "unionid": UNION_ID});
    let (address, asked) = stub(&answer.to_string());
    let app = app_with(&format!("http://{address}/sns/jscode2session"));
    let signed_in = sign_in(&app, CODE);
    assert_eq!(signed_in.status, 200, "{}", signed_in.text);
    let token = signed_in.json()["ref_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let asked = asked.lock().expect("no panic").join("\n");
    for part in [
        "appid=wx0000",
        "secret=app-secret-5150",
        "js_code=wx-code-5150",
        "grant_type=authorization_code",
    ] {
        assert!(asked.contains(part), "{part} in {asked}");
    }

    assert_eq!(open_as(&app, &token).status, 201);
    let stored = whole_file(&app);
    assert!(stored.contains("wechat:"), "the hash is stored");
    let again = sign_in(&app, "code-2").json();
    assert_eq!(
        open_as(&app, again["ref_token"].as_str().expect("a token")).status,
        201
    );
    let stored = whole_file(&app);
    let hashes: Vec<&str> = stored
        .match_indices("wechat:")
        .filter_map(|(at, _)| stored.get(at..at + 50))
        .collect();
    assert!(hashes.len() >= 2, "both visits are stored");
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "one person");
    let log = log.text();
    assert!(log.contains("answered a request"), "the log was captured");
    for secret in [SECRET, SESSION_KEY, OPEN_ID, UNION_ID, CODE, token.as_str()] {
        assert!(!stored.contains(secret), "{secret} is stored");
        assert!(!log.contains(secret), "{secret} is in the log");
        let told = secret != token && signed_in.text.contains(secret);
        assert!(!told, "{secret} is told to the client");
    }
}

#[test]
fn a_reference_cannot_be_made_up() {
    let app = app_with("http://127.0.0.1:9/");
    let hash = "a".repeat(43);
    open_as(&app, &format!("wechat:{hash}")).is_problem(422, "invalid-field");
    open_as(&app, &format!("wx1.{hash}")).is_problem(422, "wechat-token-expired");
    assert_eq!(
        open_as(&app, "M1").status,
        201,
        "the hospital's own is taken"
    );
}

#[test]
fn a_refused_code_and_a_refused_program_are_told_apart() {
    for (errcode, status, code) in [
        (40029, 422, "wechat-code-invalid"),
        (40163, 422, "wechat-code-invalid"),
        (40125, 503, "wechat-unavailable"),
        (-1, 503, "wechat-unavailable"),
    ] {
        let (address, _) = stub(&json!({"errcode": errcode, "errmsg": "no"}).to_string());
        sign_in(&app_with(&format!("http://{address}/")), "code").is_problem(status, code);
    }
    let (address, _) = stub("<html>");
    let app = app_with(&format!("http://{address}/"));
    sign_in(&app, "code").is_problem(503, "wechat-unavailable");
    sign_in(&app, "").is_problem(422, "invalid-field");
    let no_code = app.send("POST", "/v1/wechat/login", &[], b"{}");
    assert_eq!(no_code.status, 422);
}

#[test]
fn without_wechat_a_visit_goes_on_without_it() {
    let off = TestApp::start();
    sign_in(&off, "code").is_problem(404, "wechat-off");
    // Takes connections and never answers, as a network that is blocked.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let silent = app_with(&format!("http://{address}/"));
    let begin = std::time::Instant::now();
    sign_in(&silent, "code").is_problem(503, "wechat-unavailable");
    assert!(
        begin.elapsed() < Duration::from_secs(9),
        "it gives up in time"
    );
    let opened: Value = open_as(&silent, "").json();
    assert!(opened["token"].is_string());
}
