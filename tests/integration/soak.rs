//! Kill -9 in the middle of work: every answered turn is there afterwards, and the chain holds.
//!
//! Runs the real program. `JIWEN_SOAK_VISITS` and `JIWEN_SOAK_KILLS` make it longer, for example
//! 2000 and 20; `JIWEN_SOAK_PROGRAM` names another build of it, as `make soak` does.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

const CLIENTS: usize = 8;

/// What the service answered, by session: token and turns in order.
#[derive(Default)]
struct Acknowledged(Mutex<HashMap<String, (String, Vec<Value>)>>);

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn program() -> PathBuf {
    let named = std::env::var_os("JIWEN_SOAK_PROGRAM");
    named.map_or_else(|| env!("CARGO_BIN_EXE_jiwen").into(), PathBuf::from)
}

/// A patient who answers: a complaint first, then the first option, which is mostly "no" or "as before".
fn answer_to(reply: &Value) -> Value {
    let options = reply["question"]["options"].as_array();
    match options.and_then(|options| options.first()) {
        Some(option) if reply["question"]["slot"] != "chief_complaint" => {
            json!({"choices": [option["id"]]})
        }
        _ => json!({"text": "腰疼三个多月了,右腿从屁股窜到脚背,咳嗽就更疼"}),
    }
}

fn spawn(data: &Path, address: &str) -> Child {
    Command::new(program())
        .env("JIWEN__MODELS__ENCODER", "none")
        .args(["serve", "--listen", address, "--data"])
        .arg(data)
        .env("JIWEN__RATE__ENABLED", "false")
        .env("JIWEN__LOG__FILTER", "warn")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts")
}

fn wait_until_ready(agent: &Agent, base: &str, child: &mut Child) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(60) {
        if agent
            .get(format!("{base}/readyz"))
            .call()
            .is_ok_and(|answer| answer.status() == 200)
        {
            return;
        }
        let ended = child.try_wait().expect("a child process");
        assert!(ended.is_none(), "the program ended by itself: {ended:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the program is not ready after a minute");
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(5)))
        .build()
        .into()
}

/// One call; `None` when the service went away, so that nobody knows whether it was done.
fn post(agent: &Agent, url: &str, headers: &[(&str, &str)], body: &Value) -> Option<(u16, Value)> {
    let mut request = agent.post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send(body.to_string()).ok()?;
    let text = response.body_mut().read_to_string().ok()?;
    Some((
        response.status().as_u16(),
        serde_json::from_str(&text).ok()?,
    ))
}

/// Repeats a call until it is answered; the idempotency key makes that safe for turns.
fn post_until_answered(
    agent: &Agent,
    url: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> (u16, Value) {
    let started = Instant::now();
    loop {
        if let Some(answer) = post(agent, url, headers, body) {
            return answer;
        }
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "no answer for two minutes"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn run_visit(agent: &Agent, base: &str, acknowledged: &Acknowledged) {
    let opening = json!({
        "channel": "api", "patient": {"age": 70, "sex": "male"},
        "consent": {"version": "1", "scopes": ["triage"]},
    });
    let (status, opened) =
        post_until_answered(agent, &format!("{base}/v1/sessions"), &[], &opening);
    assert_eq!(status, 201, "{opened}");
    let id = opened["session_id"].as_str().expect("an id").to_owned();
    let token = opened["token"].as_str().expect("a token").to_owned();
    let note = |turn: Option<Value>| {
        let mut all = acknowledged.0.lock().expect("unpoisoned");
        let (_, turns) = all
            .entry(id.clone())
            .or_insert_with(|| (token.clone(), vec![]));
        turns.extend(turn);
    };
    note(None);
    let (url, bearer) = (
        format!("{base}/v1/sessions/{id}/turns"),
        format!("Bearer {token}"),
    );
    let mut reply = opened["reply"].clone();
    for turn in 1..60 {
        let body = answer_to(&reply);
        let key = format!("turn-{turn}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", key.as_str()),
        ];
        let (status, answer) = post_until_answered(agent, &url, &headers, &body);
        assert_eq!((status, &answer["turn"]), (200, &json!(turn)), "{answer}");
        reply = answer["reply"].clone();
        note(Some(reply.clone()));
        if reply["done"] == true {
            return;
        }
    }
}

/// SIGTERM, as a service manager sends it; the program finishes and says that all went well.
fn terminate(child: &mut Child) {
    let sent = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(sent.success());
    assert!(child.wait().expect("it ends").success());
}

fn check_all(agent: &Agent, base: &str, acknowledged: &Acknowledged) -> usize {
    let all = acknowledged.0.lock().expect("unpoisoned");
    for (id, (token, replies)) in all.iter() {
        let mut response = agent
            .get(format!("{base}/v1/sessions/{id}"))
            .header("authorization", format!("Bearer {token}"))
            .call()
            .expect("the service answers");
        let past: Value =
            serde_json::from_str(&response.body_mut().read_to_string().expect("text"))
                .expect("JSON");
        let stored: Vec<&Value> = past["turns"]
            .as_array()
            .expect("turns")
            .iter()
            .map(|turn| &turn["reply"])
            .collect();
        assert_eq!(stored, replies.iter().collect::<Vec<_>>(), "visit {id}");
    }
    all.values().map(|(_, replies)| replies.len()).sum()
}

#[test]
fn every_answered_turn_survives_kill_9() {
    let (visits, kills) = (
        setting("JIWEN_SOAK_VISITS", 60),
        setting("JIWEN_SOAK_KILLS", 3),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let (address, base) = (
        format!("127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}"),
    );
    let (acknowledged, begun, over) = (
        Acknowledged::default(),
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let mut child = spawn(folder.path(), &address);
    wait_until_ready(&agent(), &base, &mut child);
    let started = Instant::now();
    let killed = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let agent = agent();
                    while begun.fetch_add(1, Ordering::Relaxed) < visits {
                        run_visit(&agent, &base, &acknowledged);
                    }
                })
            })
            .collect();
        let killer = scope.spawn(|| {
            let mut killed = 0;
            // Spread over the work: the next kill waits for its share of the visits.
            while killed < kills && !over.load(Ordering::Relaxed) {
                if begun.load(Ordering::Relaxed) * (kills + 1) < visits * (killed + 1) {
                    std::thread::sleep(Duration::from_millis(2));
                    continue;
                }
                child.kill().expect("SIGKILL");
                child.wait().expect("it ends");
                killed += 1;
                child = spawn(folder.path(), &address);
                wait_until_ready(&agent(), &base, &mut child);
            }
            (killed, child)
        });
        let results: Vec<_> = clients.into_iter().map(|client| client.join()).collect();
        over.store(true, Ordering::Relaxed);
        let killed = killer.join().expect("the killer does not panic");
        results
            .into_iter()
            .for_each(|result| result.expect("a client does not panic"));
        killed
    });
    let (killed, mut child) = killed;
    let took = started.elapsed();
    let turns = check_all(&agent(), &base, &acknowledged);
    terminate(&mut child);
    let audit = Command::new(program())
        .env("JIWEN__MODELS__ENCODER", "none")
        .args(["audit", "verify", "--data"])
        .arg(folder.path())
        .output()
        .expect("the program runs");
    assert!(
        audit.status.success(),
        "{}",
        String::from_utf8_lossy(&audit.stderr)
    );
    assert_eq!(killed, kills);
    println!(
        "{visits} visits, {turns} turns, {killed} kills in {took:?}; all present, chain holds"
    );
}
