//! What a hospital brings itself: its technique profile, its departments, its licensed scales.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use jiwen::app;
use jiwen::config::Config;
use jiwen::contents;
use jiwen::domain::{Assessment, Route, Timestamp};
use jiwen::eval::{Dialogue, play};
use jiwen::interview::Mind;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::TestApp;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jiwen");

/// A day on which the signed profile holds.
const DAY: &str = "2026-11-18T02:00:00Z";

fn profile(weeks: u32, by: &str, until: &str) -> String {
    format!(
        "format = 1\nname = \"单通道软镜\"\nversion = \"2.1\"\nteam = \"脊柱外科\"\n\
         indications = [\"lumbar_radicular\"]\nlevels = [\"L4-5\"]\n\
         [thresholds]\nconservative_weeks = {weeks}\n\
         [signature]\nby = \"{by}\"\non = \"2026-01-05\"\nvalid_until = \"{until}\"\n"
    )
}

/// A file in a folder that lasts as long as the test.
fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file can be written");
    path
}

fn configured(text: &str) -> Config {
    let environment = [("JIWEN__MODELS__ENCODER".to_owned(), "none".to_owned())];
    let file = Some(("test.toml".to_owned(), text.to_owned()));
    Config::from_layers(file, environment).expect("a valid configuration")
}

fn mind(text: &str) -> Arc<Mind> {
    app::load_mind(&configured(text), &contents::embedded()).expect("no faults")
}

fn script() -> Dialogue {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues/sichuan_disc.toml");
    let text = std::fs::read_to_string(path).expect("a script");
    toml::from_str(&text).expect("a script")
}

fn decided(mind: &Mind, day: &str) -> Assessment {
    let day: Timestamp = day.parse().expect("a time");
    play(mind, &script(), day).assessment.expect("a decision")
}

#[test]
fn only_a_profile_in_force_lets_the_assessment_be_offered() {
    let folder = tempfile::tempdir().expect("a folder");
    let signed = file(&folder, "signed.toml", &profile(6, "王主任", "2099-12-31"));
    let unsigned = file(&folder, "unsigned.toml", &profile(6, "", "2099-12-31"));
    let expired = file(&folder, "expired.toml", &profile(6, "王主任", "2026-06-30"));
    let gone = folder.path().join("gone.toml");
    let with = |path: &Path| {
        format!(
            "[site]\ntechnique_profile = {:?}",
            path.display().to_string()
        )
    };
    let conservative = format!(
        "{}\nreplacement = \"ENHANCED_CONSERVATIVE\"",
        with(&unsigned)
    );
    for (config, expected) in [
        (String::new(), Route::MinimallyInvasiveAssessment),
        (with(&signed), Route::MinimallyInvasiveAssessment),
        (with(&unsigned), Route::ReferralAssessment),
        (with(&expired), Route::ReferralAssessment),
        (with(&gone), Route::ReferralAssessment),
        (
            "[site]\ntechnique_profile = \"\"".to_owned(),
            Route::ReferralAssessment,
        ),
        (conservative, Route::ConservativeIntensified),
    ] {
        assert_eq!(decided(&mind(&config), DAY).route.id, expected, "{config}");
    }
}

#[test]
fn a_profile_that_runs_out_while_the_service_runs_is_not_offered_after_its_last_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder, "profile.toml", &profile(6, "王主任", "2099-12-31"));
    let mind = mind(&format!(
        "[site]\ntechnique_profile = {:?}",
        path.display().to_string()
    ));
    let before = decided(&mind, "2099-12-31T15:59:00Z").route.id;
    let after = decided(&mind, "2099-12-31T16:01:00Z").route.id;
    assert_eq!(before, Route::MinimallyInvasiveAssessment);
    assert_eq!(after, Route::ReferralAssessment);
}

#[test]
fn the_hospitals_weeks_of_conservative_care_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(
        &folder,
        "profile.toml",
        &profile(12, "王主任", "2099-12-31"),
    );
    let mind = mind(&format!(
        "[site]\ntechnique_profile = {:?}",
        path.display().to_string()
    ));
    // The patient tells of two months.
    assert_eq!(decided(&mind, DAY).route.id, Route::Conservative);
}

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(PROGRAM)
        .env("JIWEN__MODELS__ENCODER", "none")
        .envs(environment.iter().copied())
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_fault_of_a_hospitals_file_is_one_line_on_standard_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = profile(5, "王主任", "2020-01-01").replace("lumbar", "knee");
    let path = file(&folder, "profile.toml", &wrong).display().to_string();
    let output = run(
        &["kg", "stats"],
        &[("JIWEN__SITE__TECHNIQUE_PROFILE", &path)],
    );
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    let lines: Vec<&str> = errors.lines().filter(|line| line.contains(&path)).collect();
    assert_eq!(lines.len(), 3, "{errors}");
    for (line, part) in lines.iter().zip([
        ":5: `indications` must be out of",
        ":8: `thresholds.conservative_weeks` must be",
        ":12: `signature.valid_until` must be not before",
    ]) {
        assert!(line.contains(part), "{line}\n{part}");
    }
    let config = file(
        &folder,
        "site.toml",
        "[site.departments]\n\"脊椎外科\" = \"骨二科\"",
    );
    let config = config.display().to_string();
    let output = run(&["--config", &config, "kg", "stats"], &[]);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    assert!(
        errors.contains("unknown department `site.departments.脊椎外科`"),
        "{errors}"
    );
}

#[test]
fn the_program_says_which_profile_it_works_with() {
    let app = TestApp::start_configured("");
    let ready = app.get("/readyz").text;
    assert!(
        ready.contains("built-in example, unsigned, for trials"),
        "{ready}"
    );
    let none = TestApp::start_configured("[site]\ntechnique_profile = \"\"");
    let ready = none.get("/readyz").text;
    assert!(
        ready.contains("no technique profile; minimally invasive assessment is not offered, referral_assessment"),
        "{ready}"
    );
}

/// Plays the script over HTTP; returns the session, the number of turns and the last answer.
fn visit(app: &TestApp) -> (crate::support::Session, Value) {
    let script: toml::Table = {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues/sichuan_disc.toml");
        let text = std::fs::read_to_string(path).expect("a script");
        text.parse().expect("a script")
    };
    let session = app.open();
    let mut said = script["opening"].as_str().expect("words").to_owned();
    for _ in 0..60 {
        let answer = app.turn(&session, &turn(&said));
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = answer.json();
        if body["reply"]["done"] == true {
            return (session, body);
        }
        let asked = body["reply"]["question"]["id"].as_str().unwrap_or_default();
        let given = script["answers"].get(asked).and_then(|text| text.as_str());
        said = given.unwrap_or("不晓得").to_owned();
    }
    panic!("a visit ends within 60 turns");
}

/// `=4` taps the option 4.
fn turn(said: &str) -> Value {
    match said.strip_prefix('=') {
        Some(option) => json!({"choices": [option]}),
        None => json!({"text": said}),
    }
}

#[test]
fn the_patient_reads_our_names_our_places_and_when_the_clinic_opens() {
    // Open for one minute of a weekday that is not today, so shut now.
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    let other = (today.weekday().to_monday_one_offset() + 2) % 7 + 1;
    let config = format!(
        "[site.departments.\"脊柱外科\"]\nname = \"骨二科\"\nplace = \"门诊楼3楼\"\n\
         hours = [\"{other} 09:00-09:01\"]\n"
    );
    let app = TestApp::start_configured(&config);
    let (session, last) = visit(&app);
    let told = last["reply"]["text"].as_str().expect("a text").to_owned();
    assert_eq!(last["assessment"]["departments"][0]["name"], "骨二科");
    assert!(told.contains("骨二科微创门诊"), "{told}");
    assert!(
        told.contains("骨二科在门诊楼3楼。\n骨二科现在不开门,"),
        "{told}"
    );
    assert!(!told.contains("脊柱外科"), "{told}");
    let again = app.look(&session, "", "application/json").json();
    let turns = again["turns"].as_array().expect("turns");
    assert_eq!(turns.last().expect("a turn")["reply"]["text"], told);
    assert_eq!(again["reply"]["text"], told);
    // What is stored knows nothing of hours.
    let log = std::fs::read(app.log_file()).expect("the log");
    let wal = std::fs::read(app.log_file().with_extension("db-wal")).unwrap_or_default();
    let stored = text(&[log, wal].concat());
    assert!(stored.contains("骨二科微创门诊") && !stored.contains("现在不开门"));
}

#[test]
fn a_replay_is_the_same_whatever_the_hour() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "[site.departments.\"脊柱外科\"]\nname = \"骨二科\"\nhours = [\"1 09:00-09:01\"]\n";
    let mut app = TestApp::start_configured_on(folder.path().to_owned(), text);
    visit(&app);
    app.stop();
    let mut config = configured(text);
    config.store.data = folder.path().to_owned();
    let mind = mind(text);
    let compared = tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(app::compare(&config, &mind))
        .expect("the log can be read");
    assert_eq!(compared.len(), 1);
    assert!(compared[0].is_same(), "{:?}", compared[0].changes());
}

fn odi_form() -> String {
    let item = "[[item]]\ntext = \"题目由医院提供\"\noptions = [\"甲\", \"乙\", \"丙\", \"丁\", \"戊\", \"己\"]\n";
    format!(
        "format = 1\nscale = \"ODI\"\nversion = \"试用\"\nlicence = \"测试,不是许可\"\n{}",
        item.repeat(10)
    )
}

#[test]
fn a_scale_is_scored_on_the_command_line_once_its_form_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = file(&folder, "odi.toml", &odi_form()).display().to_string();
    let answers = ["2", "2", "2", "2", "2", "2", "2", "2", "-", "2"];
    let score: Vec<&str> = ["--json", "scales", "score", "--before", "60", "ODI"]
        .into_iter()
        .chain(answers)
        .collect();
    let off = run(&score, &[]);
    assert_eq!(off.status.code(), Some(2));
    assert!(
        text(&off.stderr).contains("`ODI` is off: needs a licence"),
        "{}",
        text(&off.stderr)
    );
    let on = run(&score, &[("JIWEN__SCALES__FILES", &form)]);
    assert!(on.status.success(), "{}", text(&on.stderr));
    let scored: Value = serde_json::from_str(&text(&on.stdout)).expect("JSON");
    assert_eq!(scored["score"], 40.0);
    assert_eq!(
        (&scored["answered"], &scored["band"]),
        (&json!(9), &json!("中"))
    );
    assert_eq!(
        (&scored["change"], &scored["meaningful"]),
        (&json!(-20.0), &json!(true))
    );
    let nrs = run(&["scales", "score", "NRS", "7"], &[]);
    assert!(
        text(&nrs.stdout).contains("score        7.0"),
        "{}",
        text(&nrs.stdout)
    );
    let list = text(&run(&["scales", "list"], &[]).stdout);
    assert!(
        list.contains("NRS        on") && list.contains("ODI        off"),
        "{list}"
    );
    let wrong = run(&["scales", "score", "NRS", "11"], &[]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        text(&wrong.stderr).contains("answer 1 must be one of 0, 1,"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn scales_are_listed_and_scored_over_http_without_names_of_ranges() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = file(&folder, "odi.toml", &odi_form()).display().to_string();
    let app = TestApp::start_configured(&format!("[scales]\nfiles = [{form:?}]"));
    let scales = app.get("/v1/scales").json();
    let ids: Vec<&str> = scales
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|scale| scale["id"].as_str())
        .collect();
    assert_eq!(ids, ["NRS", "VAS", "ODI", "NPS"]);
    assert_eq!(scales[2]["licence"], "测试,不是许可");
    assert_eq!(
        scales[2]["items"][0]["options"][5],
        json!({"value": 5, "label": "己"})
    );
    let score = |id: &str, answers: Value| {
        let body = json!({"answers": answers}).to_string();
        app.send(
            "POST",
            &format!("/v1/scales/{id}/score"),
            &[("content-type", "application/json")],
            body.as_bytes(),
        )
    };
    let scored = score("ODI", json!([2, 2, 2, 2, 2, 2, 2, 2, null, 2])).json();
    assert_eq!(
        (&scored["score"], &scored["items"]),
        (&json!(40.0), &json!(10))
    );
    assert!(scored.get("band").is_none());
    score("NDI", json!([1])).is_problem(404, "not-found");
    score("NRS", json!([11])).is_problem(422, "invalid-field");
    score("ODI", json!([2, 2, 2, null, null, null, 2, 2, 2, 2])).is_problem(422, "invalid-field");
}
