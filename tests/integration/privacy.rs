//! C17: nothing of a patient in logs or metrics.

use serde_json::json;

use crate::support::{TestApp, captured_log};

#[test]
fn what_a_patient_says_is_in_no_log_and_no_metric() {
    let log = captured_log();
    let app = TestApp::start();
    let canary = "金丝雀7391腰痛";
    let opened = app.open_with(&json!({
        "channel": "api", "patient": {"age": 61, "ref": "canary-7391-ref"},
        "consent": {"version": "1", "scopes": ["triage"]},
    }));
    let body = opened.json();
    let text = |field: &str| body[field].as_str().expect("a text").to_owned();
    let session = crate::support::Session {
        id: text("session_id"),
        token: text("token"),
        reply: body["reply"].clone(),
    };
    app.turn_with(
        &session,
        &json!({"text": canary}),
        &[("idempotency-key", "canary-7391-key")],
    );
    app.turn(&session, &json!({"choices": [canary]}));
    app.turn(&session, &json!({"text": canary.repeat(300)}));
    app.send(
        "POST",
        "/v1/sessions",
        &[("x-request-id", canary)],
        format!("{{\"{canary}").as_bytes(),
    );
    app.look(&session, "", "*/*");
    app.look(&session, "/record", "text/html");
    app.get(&format!("/v1/sessions/canary-7391?name={}", "canary-7391"));
    let metrics = app.get("/metrics").text;
    assert!(metrics.contains("jiwen_turns_total") && metrics.contains("jiwen_http_requests_total"));
    drop(app);
    let log = log.text();
    assert!(log.contains("answered a request"), "the log was captured");
    for secret in ["7391", "金丝雀", session.token.as_str()] {
        assert!(!metrics.contains(secret), "{secret} is in the metrics");
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in the log: {line:?}");
    }
}
