//! Terms of evaluation files are names or synonyms; this finds their concepts.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ConceptId;
use crate::knowledge::Knowledge;

/// Concepts by every name they have.
pub struct Names {
    by_name: BTreeMap<String, ConceptId>,
}

impl Names {
    /// Collects ids, standard names (with and without what stands in brackets, and what stands in them) and
    /// lexicon expressions with a single meaning.
    pub fn new(knowledge: &Knowledge) -> Self {
        let mut by_name = BTreeMap::new();
        for term in knowledge.terms.values() {
            by_name.insert(term.id.to_string(), term.id.clone());
            by_name.insert(normal(&term.name), term.id.clone());
        }
        for term in knowledge.terms.values() {
            for part in term
                .name
                .split(['(', ')', '(', ')', '/'])
                .filter(|part| part.chars().count() > 1)
            {
                by_name
                    .entry(normal(part))
                    .or_insert_with(|| term.id.clone());
            }
        }
        for entry in &knowledge.lexicon.entries {
            let symptoms: Vec<&ConceptId> = entry
                .concepts
                .iter()
                .filter(|c| c.kind() == "SYM")
                .collect();
            if let [only] = symptoms.as_slice() {
                by_name
                    .entry(normal(&entry.expression))
                    .or_insert_with(|| (*only).clone());
            }
        }
        Self { by_name }
    }

    /// The concept with this name; what a file adds in brackets (轻微外伤(坐墩、搬重)) may be another wording than ours.
    pub fn concept(&self, name: &str) -> Option<ConceptId> {
        let bare = name.split(['(', '(']).next().unwrap_or(name);
        let named = |name: &str| self.by_name.get(&normal(name)).cloned();
        named(name).or_else(|| named(bare))
    }

    /// What was found, reduced to what the expectation can be compared with: symptoms, and other kinds only
    /// where they are expected.
    pub fn comparable(
        &self,
        found: BTreeSet<ConceptId>,
        expected: &BTreeSet<ConceptId>,
    ) -> BTreeSet<ConceptId> {
        found
            .into_iter()
            .filter(|id| id.kind() == "SYM" || expected.contains(id))
            .collect()
    }
}

fn normal(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == '痛' { '疼' } else { c })
        .collect()
}
