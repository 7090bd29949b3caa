//! Scripted visits: every file of `tests/dialogues/` is a test.

use std::path::Path;

use jiwen::contents;
use jiwen::domain::Timestamp;
use jiwen::eval::{Dialogue, play};
use jiwen::interview::Mind;
use jiwen::triage::Node;

#[test]
fn every_scripted_visit_comes_out_as_written() {
    let mind =
        Mind::load(&contents::embedded(), Node::Mis).expect("the embedded knowledge has no faults");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues");
    let mut played = 0;
    let mut wrong = vec![];
    for entry in std::fs::read_dir(&folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a script is text");
        let script: Dialogue =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let visit = play(&mind, &script, Timestamp::UNIX_EPOCH);
        played += 1;
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        wrong.extend(
            visit
                .faults(&script.expect)
                .into_iter()
                .map(|fault| format!("{name}: {fault}")),
        );
    }
    assert!(played >= 5, "only {played} scripts were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
