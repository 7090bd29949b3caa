//! The record's layout names only what exists, and every red flag.

use std::collections::BTreeSet;

use crate::domain::ConceptId;
use crate::knowledge::layout::PATH;

use super::Checker;

impl Checker<'_> {
    pub(super) fn layout(&mut self) {
        let knowledge = self.knowledge;
        let layout = &knowledge.layout;
        let unknown: BTreeSet<&ConceptId> =
            layout.concepts().filter(|id| !self.knows(id)).collect();
        for id in unknown {
            self.at(PATH, id.as_str(), format!("unknown `{id}`"));
        }
        let named = |flag: &str| layout.red_flag.iter().any(|label| label.id == flag);
        let unnamed: BTreeSet<&str> = knowledge
            .flags
            .iter()
            .map(|rule| rule.red_flag.as_str())
            .filter(|flag| !flag.is_empty() && !named(flag))
            .collect();
        for flag in unnamed {
            self.at(PATH, flag, "red flag has no name in the record");
        }
    }
}
