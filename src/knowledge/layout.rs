//! How the pre-visit record is worded and ordered. Read from `record/layout.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{ConceptId, Slot};

use super::source::{Faults, Files};

/// Wording and order of the record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Pains that open the main complaint, in order.
    pub lead: Vec<ConceptId>,
    /// What it adds to them, most telling first.
    pub telling: Vec<ConceptId>,
    /// Parts that take 左, 右, 双 and not 左侧, 右侧, 双侧.
    pub limb_words: Vec<String>,
    /// Factors written as they are.
    pub as_said: Vec<ConceptId>,
    /// Injuries that open the history.
    pub injuries: Vec<ConceptId>,
    /// General findings, with the exact ones that make them superfluous.
    pub implied: BTreeMap<ConceptId, Vec<ConceptId>>,
    /// Wording, where it is not the term's name.
    pub short: BTreeMap<ConceptId, String>,
    /// Denied findings, important ones first.
    pub negative: Vec<Negative>,
    /// What each red flag looks at.
    pub red_flag: Vec<FlagLabel>,
    /// Sections about history, drugs, treatment.
    pub section: Vec<SectionDef>,
    /// Slots as doctors read them.
    pub slots: BTreeMap<Slot, String>,
    /// Where the layout comes from.
    pub source: String,
}

/// Findings that are denied together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Negative {
    /// Written when all are denied.
    pub name: String,
    /// The findings.
    pub all: Vec<ConceptId>,
}

/// A red flag as the record names it: by what is looked at, not by an illness.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagLabel {
    /// Contract id.
    pub id: String,
    /// What is looked at.
    pub name: String,
    /// Written in the text even when unknown.
    #[serde(default)]
    pub always: bool,
}

/// A section of the record that lists facts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionDef {
    /// Chinese title.
    pub title: String,
    /// Kinds of concepts that belong here unless another section names them.
    #[serde(default)]
    pub prefix: Vec<String>,
    /// Concepts and derived values that belong here.
    #[serde(default)]
    pub concepts: Vec<ConceptId>,
    /// Measures with their wording; `{}` is the number.
    #[serde(default)]
    pub measures: BTreeMap<String, String>,
    /// Slots whose answers belong here.
    #[serde(default)]
    pub slots: Vec<Slot>,
    /// The patient's words are written even when concepts are known.
    #[serde(default)]
    pub quote: bool,
}

impl Layout {
    /// The section that a concept belongs to.
    pub fn section_of(&self, id: &ConceptId) -> Option<&SectionDef> {
        let named = self.section.iter().find(|one| one.concepts.contains(id));
        named.or_else(|| {
            let starts = |prefix: &String| id.as_str().starts_with(prefix.as_str());
            self.section
                .iter()
                .find(|one| one.prefix.iter().any(starts))
        })
    }

    /// Every concept and derived value named anywhere.
    pub fn concepts(&self) -> impl Iterator<Item = &ConceptId> {
        let implied = self.implied.iter();
        [&self.lead, &self.telling, &self.as_said, &self.injuries]
            .into_iter()
            .flatten()
            .chain(self.short.keys())
            .chain(implied.flat_map(|(id, by)| std::iter::once(id).chain(by)))
            .chain(self.negative.iter().flat_map(|one| &one.all))
            .chain(self.section.iter().flat_map(|one| &one.concepts))
    }
}

/// Path of the file.
pub(super) const PATH: &str = "record/layout.toml";

pub(super) fn read(files: &Files, faults: &mut Faults) -> Layout {
    files.toml(PATH, faults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::knowledge::Knowledge;

    #[test]
    fn the_layout_names_every_red_flag_and_only_known_concepts() {
        let (knowledge, faults) = Knowledge::read(&contents::embedded());
        let of_layout: Vec<_> = faults.iter().filter(|f| f.file == PATH).collect();
        assert!(of_layout.is_empty(), "{of_layout:?}");
        // The contract's 49 and `warning_signs`, the slot of the lists.
        assert_eq!(knowledge.layout.slots.len(), 50);
        assert_eq!(knowledge.layout.red_flag.len(), 27);
    }

    #[test]
    fn a_concept_named_by_one_section_is_not_taken_by_the_prefix_of_another() {
        let (knowledge, _) = Knowledge::read(&contents::embedded());
        let title = |id: &str| {
            let found = knowledge.layout.section_of(&ConceptId::new(id));
            found.map(|section| section.title.clone())
        };
        assert_eq!(title("HX.ALLERGY").as_deref(), Some("过敏"));
        assert_eq!(title("HX.DIABETES").as_deref(), Some("既往史"));
        assert_eq!(title("SYM.LBP"), None);
    }
}
