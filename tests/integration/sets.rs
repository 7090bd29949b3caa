//! The evaluation sets name slots and questions that exist: an answer under another name would never be given.

use std::path::Path;

use jiwen::eval::{self, Vignette};

use crate::support::test_mind;

#[test]
fn every_vignette_names_slots_and_questions_that_exist() {
    let mind = test_mind();
    let questions = &mind.knowledge.questions;
    let mut unknown = vec![];
    for half in ["tune", "test"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("eval/{half}/vignettes.jsonl"));
        let vignettes: Vec<Vignette> = eval::read(&path).expect("a readable set");
        assert!(vignettes.len() >= 150, "{half}: {}", vignettes.len());
        for vignette in &vignettes {
            for (slot, known) in &vignette.facts {
                if !questions.values().any(|q| q.slot.to_string() == *slot) {
                    unknown.push(format!("{}: {slot}", vignette.id));
                }
                for id in known.more.keys() {
                    if !questions.keys().any(|question| question.to_string() == *id) {
                        unknown.push(format!("{}: {id}", vignette.id));
                    }
                }
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}
