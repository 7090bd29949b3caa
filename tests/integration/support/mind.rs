//! The knowledge that tests of the service run on: the built-in one.

use std::sync::{Arc, OnceLock};

use jiwen::contents;
use jiwen::interview::Mind;
use jiwen::triage::Node;

/// Loaded once for the whole test program.
pub fn test_mind() -> Arc<Mind> {
    static MIND: OnceLock<Arc<Mind>> = OnceLock::new();
    MIND.get_or_init(|| {
        let mind = Mind::load(&contents::embedded(), Node::Mis);
        Arc::new(mind.expect("the built-in knowledge has no faults"))
    })
    .clone()
}
