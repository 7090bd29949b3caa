//! The lexicon: what patients say and what it means. Read from `lexicon/*.csv`.

use crate::domain::ConceptId;

use super::source::{Faults, Files, text};

/// How sure an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// A candidate that must be asked back.
    Low,
    /// Thought to be common there, no source.
    Medium,
    /// Common Mandarin, or supported by a dictionary.
    High,
}

/// One expression.
#[derive(Debug, Clone)]
pub struct LexiconEntry {
    /// What the patient says, simplified characters.
    pub expression: String,
    /// What it means; several concepts go together.
    pub concepts: Vec<ConceptId>,
    /// Region id, or `general`.
    pub region: String,
    /// How sure.
    pub certainty: Certainty,
    /// Counts only between word boundaries.
    pub whole_word: bool,
    /// A hospital's own.
    pub own: bool,
    /// Line in its file.
    pub line: usize,
}

/// A word that does not count when certain text stands beside it.
#[derive(Debug, Clone)]
pub struct Veto {
    /// The word.
    pub word: String,
    /// Texts that veto it when they follow.
    pub next: Vec<String>,
    /// Texts that veto it when they precede.
    pub previous: Vec<String>,
    /// The word is no finding and takes with it what stands inside it: 腰麻 (spinal anaesthesia).
    pub swallows: bool,
}

/// Everything in `lexicon/` that comes from the specification's list.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Entries in file order.
    pub entries: Vec<LexiconEntry>,
    /// Neighbour vetoes.
    pub vetoes: Vec<Veto>,
    /// Expressions that mean different things, with what decides.
    pub ambiguous: Vec<(String, String)>,
    /// Region id → parent id.
    pub regions: Vec<(String, Option<String>)>,
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> Lexicon {
    let path = "lexicon/lexicon.csv";
    let mut lexicon = Lexicon::default();
    for row in files.csv(path, faults) {
        let certainty = match row.get("certainty") {
            "high" => Certainty::High,
            "medium" => Certainty::Medium,
            "low" => Certainty::Low,
            other => {
                faults.push(
                    path,
                    row.line,
                    format!("certainty must be high, medium or low, got `{other}`"),
                );
                continue;
            }
        };
        lexicon.entries.push(LexiconEntry {
            expression: text(&row, "expression"),
            concepts: row.get("concept").split('+').map(ConceptId::new).collect(),
            region: text(&row, "region"),
            certainty,
            whole_word: row.get("whole_word") == "1",
            own: false,
            line: row.line,
        });
    }
    for row in files.csv("lexicon/vetoes.csv", faults) {
        let list = |name: &str| -> Vec<String> {
            row.get(name)
                .split('|')
                .filter(|w| !w.is_empty())
                .map(str::to_owned)
                .collect()
        };
        lexicon.vetoes.push(Veto {
            word: text(&row, "word"),
            next: list("veto_next"),
            previous: list("veto_prev"),
            swallows: row.get("action") == "swallow",
        });
    }
    for row in files.csv("lexicon/ambiguous.csv", faults) {
        lexicon
            .ambiguous
            .push((text(&row, "expression"), text(&row, "needs")));
    }
    for row in files.csv("lexicon/regions.csv", faults) {
        let parent = Some(text(&row, "parent")).filter(|p| !p.is_empty());
        lexicon.regions.push((text(&row, "id"), parent));
    }
    lexicon
}
