//! Figures for the management, against a handful of known visits.

use jiwen::domain::Role;
use serde_json::json;

use crate::support::{Session, TestApp};

#[test]
fn the_figures_are_those_of_the_visits() {
    let app = TestApp::start();
    let doctor = app.staff(Role::Doctor);
    let scopes = ["triage", "record"];
    let [first, second, third, erased] =
        ["web", "web", "kiosk", "kiosk"].map(|channel| app.open_for_record(channel, &scopes));
    let answers = [&first, &second].map(|session: &Session| app.finish(session));
    app.turn(
        &third,
        &json!({"text": "腰痛,昨天开始小便解不出来,会阴部麻木"}),
    );
    let bearer = |session: &Session| format!("Bearer {}", session.token);
    let call = format!("/v1/sessions/{}/handover", third.id);
    app.send("POST", &call, &[("authorization", &bearer(&third))], b"{}");
    let gone = format!("/v1/sessions/{}", erased.id);
    app.send("DELETE", &gone, &[("authorization", &bearer(&erased))], b"");
    let review = |session: &Session, body: &serde_json::Value| {
        let path = format!("/v1/staff/sessions/{}/review", session.id);
        assert_eq!(app.staff_post(&doctor, &path, body).status, 200);
    };
    review(&first, &json!({"status": "confirmed"}));
    let department = json!({"name": "康复科", "reason": "已查体,很清楚"});
    review(
        &second,
        &json!({"department": department, "status": "confirmed"}),
    );

    let admin = app.staff(Role::Admin);
    let summary = app.staff_get(&admin, "/v1/management/summary").json();
    assert_eq!(
        (&summary["visits"], &summary["finished"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(summary["channels"], json!({"kiosk": 1, "web": 2}));
    assert_eq!(summary["by_day"].as_array().map(Vec::len), Some(1));
    assert_eq!(summary["by_day"][0]["visits"], 3);
    assert_eq!(
        summary["department_agreement"],
        json!({"agreed": 1, "of": 2})
    );
    let from = answers[1]["assessment"]["departments"][0]["name"].clone();
    assert_eq!(
        summary["overrides"],
        json!([{"part": "department", "from": from, "to": "康复科", "reason": "已查体,很清楚", "count": 1}])
    );
    let urgency = answers[0]["assessment"]["urgency"]
        .as_str()
        .expect("an urgency");
    assert_eq!(summary["by_urgency"][urgency], 2);
    assert_eq!(summary["by_department"][from.as_str().expect("a name")], 2);
    assert_eq!(summary["red_flags"]["cauda_equina"], 1);
    assert!(summary["handed_over"].as_u64() >= Some(1));
    let past = app.look(&first, "", "*/*").json();
    let turns = past["turns"].as_array().expect("turns");
    let asked: std::collections::BTreeSet<&str> = turns
        .iter()
        .filter_map(|turn| turn["reply"]["question"]["id"].as_str())
        .collect();
    assert_eq!(summary["questions"]["median"], asked.len());
    let csv = app.staff_get(&admin, "/v1/management/summary.csv");
    assert_eq!(csv.content_type, "text/csv; charset=utf-8");
    assert!(csv.text.contains("visits,,3\r\n"), "{}", csv.text);
    assert!(csv.text.contains("channels,web,2\r\n"));
    let none = app
        .staff_get(
            &admin,
            "/v1/management/summary?from=2020-01-01&to=2020-01-31",
        )
        .json();
    assert_eq!(none["visits"], 0);
    app.staff_get(
        &admin,
        "/v1/management/summary?from=2020-02-01&to=2020-01-31",
    )
    .is_problem(422, "invalid-field");
}
