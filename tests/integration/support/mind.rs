//! The knowledge that tests of the service run on: the built-in one.

use std::sync::{Arc, OnceLock};

use jiwen::contents;
use jiwen::interview::Mind;
use jiwen::knowledge::Knowledge;
use jiwen::nlu::Reader;
use jiwen::triage::Node;

/// Loaded once for the whole test program.
pub fn test_mind() -> Arc<Mind> {
    static MIND: OnceLock<Arc<Mind>> = OnceLock::new();
    MIND.get_or_init(|| Arc::new(load())).clone()
}

/// FIXME: while the built-in graph is incomplete, its questions are replaced by three small ones.
fn load() -> Mind {
    let mut files = contents::embedded();
    if let Ok(mind) = Mind::load(&files, Node::Mis) {
        return mind;
    }
    files.0.retain(|path, _| !path.starts_with("questions/"));
    let small = include_str!("questions.toml");
    files.0.insert("questions/small.toml".into(), small.into());
    let words = include_str!("wording.toml");
    files
        .0
        .insert("prompts/questions.toml".into(), words.into());
    let (knowledge, _) = Knowledge::read(&files);
    Mind {
        reader: Reader::new(&knowledge),
        knowledge,
        node: Node::Mis,
    }
}
