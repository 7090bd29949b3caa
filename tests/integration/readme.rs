//! What README.md tells people to type works: its commands, its `make` targets, and the commands on stored visits.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::support::TestApp;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jiwen");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lines of the `sh` blocks that are commands.
fn commands() -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README.md");
    let mut inside = false;
    let mut found = vec![];
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            found.push(line.to_owned());
        }
    }
    found
}

/// A shell in the repository, in which `jiwen` is the program just built.
fn typed(line: &str) -> Output {
    let folder = Path::new(PROGRAM)
        .parent()
        .expect("a program is in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("sh")
        .args(["-c", line])
        .current_dir(ROOT)
        .env("PATH", format!("{}:{path}", folder.display()))
        // The encoder is slow in a program that is not optimised; tests/integration/witness.rs runs it.
        .env("JIWEN__MODELS__ENCODER", "none")
        .output()
        .expect("sh runs")
}

#[track_caller]
fn assert_works(what: &str, output: &Output) {
    assert!(
        output.status.success() && !output.stdout.is_empty(),
        "{what}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_command_in_the_readme_works_as_written() {
    let program = |line: &&String| {
        line.starts_with("jiwen ") || line.starts_with("echo ") && line.contains("| jiwen ")
    };
    // These serve, or need visits that were stored; the last test of this file runs them.
    let needs_data = |line: &&String| {
        ["serve", "explain", "replay", "audit"]
            .iter()
            .any(|name| line.starts_with(&format!("jiwen {name}")))
    };
    let all = commands();
    let lines: Vec<&String> = all.iter().filter(program).collect();
    assert!(lines.len() >= 10, "only {} commands found", lines.len());
    let mut wrong = vec![];
    for line in lines.into_iter().filter(|line| !needs_data(line)) {
        let output = typed(line);
        if !output.status.success() || output.stdout.is_empty() {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            wrong.push(format!("{line}\n  {}: {}", output.status, errors.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_make_target_in_the_readme_exists() {
    let makefile = std::fs::read_to_string(Path::new(ROOT).join("Makefile")).expect("Makefile");
    let all = commands();
    let targets: Vec<&str> = all
        .iter()
        .filter_map(|line| line.strip_prefix("make ")?.split_whitespace().next())
        .collect();
    assert!(targets.contains(&"run") && targets.contains(&"test"));
    for target in targets {
        let rule = format!("{target}:");
        let exists = makefile.lines().any(|line| line.starts_with(&rule));
        assert!(exists, "make {target}: no such target");
    }
}

#[test]
fn every_script_that_the_makefile_calls_exists() {
    let makefile = std::fs::read_to_string(Path::new(ROOT).join("Makefile")).expect("Makefile");
    for script in makefile
        .split_whitespace()
        .map(|word| word.trim_start_matches('@'))
        .filter(|word| word.starts_with("scripts/"))
    {
        assert!(
            Path::new(ROOT).join(script).is_file(),
            "{script} is missing"
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    // The exit code of the program itself, not of `head`.
    let line = "{ jiwen kg export; echo \"code $?\" >&2; } | head -1";
    let output = typed(line);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(errors.trim(), "code 0");
}

#[test]
fn a_stored_visit_can_be_explained_replayed_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = TestApp::start_on(folder.path().to_owned(), &[]);
    let session = app.open();
    let told = json!({"text": "腰疼三个月,这两天小便尿不出来,擦屁股没感觉"});
    assert_eq!(app.turn(&session, &told).status, 200);
    app.stop();
    let run = |arguments: &[&str]| {
        let output = Command::new(PROGRAM)
            .env("JIWEN__MODELS__ENCODER", "none")
            .args(arguments)
            .arg("--data")
            .arg(folder.path())
            .output()
            .expect("the program runs");
        assert_works(&arguments.join(" "), &output);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let explained = run(&["explain", &session.id]);
    for part in ["cauda_equina", "「", "source:"] {
        assert!(explained.contains(part), "{part} is not in\n{explained}");
    }
    let replayed = run(&["replay"]);
    assert!(
        replayed.contains("1 visits, 0 decided differently"),
        "{replayed}"
    );
    assert!(run(&["audit", "verify"]).contains("1 visits"));
}
