//! The knowledge that the stages look things up in, indexed once.

use std::collections::HashMap;

use crate::domain::ConceptId;
use crate::knowledge::{Choice, Knowledge, Relation, Words};

use super::dictionary::{Dictionary, Meaning, index};
use super::normalise::normalise_word;

/// Indexed words.
pub(super) struct Lore {
    /// As read.
    pub words: Words,
    /// Region → parent.
    pub regions: Vec<(String, Option<String>)>,
    /// Site → parent site.
    parents: HashMap<String, String>,
    /// (site, sensation, side) → concepts.
    compositions: HashMap<(String, String, String), Vec<ConceptId>>,
    /// Finding → where it is located.
    located: HashMap<ConceptId, Vec<String>>,
    /// Meaning → the (frame, slot)s it fills.
    pub slots: HashMap<Meaning, Vec<(usize, usize)>>,
    /// Factor concepts in the order of [`Meaning::Factor`].
    pub factors: Vec<ConceptId>,
    /// Intent names in the order of [`Meaning::Intent`].
    pub intents: Vec<String>,
}

impl Lore {
    /// Indexes.
    pub fn new(knowledge: &Knowledge, dictionary: &Dictionary) -> Self {
        let words = knowledge.words.clone();
        let parents = knowledge
            .terms
            .values()
            .filter_map(|term| {
                Some((
                    term.id.as_str().to_owned(),
                    term.parent.as_ref()?.as_str().to_owned(),
                ))
            })
            .collect();
        let mut lore = Self {
            regions: knowledge.lexicon.regions.clone(),
            parents,
            compositions: words
                .compositions
                .iter()
                .map(|c| {
                    (
                        (c.site.clone(), c.sensation.clone(), c.side.clone()),
                        c.concepts.clone(),
                    )
                })
                .collect(),
            located: located(knowledge),
            slots: HashMap::new(),
            factors: words
                .cues
                .triggers
                .keys()
                .chain(words.cues.relievers.keys())
                .cloned()
                .collect(),
            intents: words.cues.intents.keys().cloned().collect(),
            words,
        };
        lore.slots = lore.index_slots(dictionary);
        lore
    }

    fn index_slots(&self, dictionary: &Dictionary) -> HashMap<Meaning, Vec<(usize, usize)>> {
        let mut slots: HashMap<Meaning, Vec<(usize, usize)>> = HashMap::new();
        for (f, frame) in self.words.frames.iter().enumerate() {
            for (s, slot) in frame.slots.iter().enumerate() {
                for meaning in slot
                    .choices
                    .iter()
                    .flat_map(|choice| self.meanings(choice, dictionary))
                {
                    slots.entry(meaning).or_default().push((f, s));
                }
            }
        }
        slots
    }

    fn meanings(&self, choice: &Choice, dictionary: &Dictionary) -> Vec<Meaning> {
        match choice {
            Choice::Word(word) => dictionary
                .literals
                .get(&normalise_word(word))
                .map(|i| Meaning::Literal(*i))
                .into_iter()
                .collect(),
            Choice::Class(name) => dictionary
                .classes
                .iter()
                .position(|c| c == name)
                .map(|i| Meaning::Class(index(i)))
                .into_iter()
                .collect(),
            Choice::Sensation(class) => {
                let of_class = self
                    .words
                    .sensations
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| s.sensation == *class);
                of_class
                    .map(|(i, _)| Meaning::Sensation(index(i)))
                    .collect()
            }
            Choice::Site(site) => {
                let inside = self
                    .words
                    .parts
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| self.is_within(&p.site, site));
                inside.map(|(i, _)| Meaning::Part(index(i))).collect()
            }
        }
    }

    /// True when `site` is `whole` or a part of it.
    pub fn is_within(&self, site: &str, whole: &str) -> bool {
        let mut at = Some(site);
        while let Some(place) = at {
            if place == whole {
                return true;
            }
            at = self.parents.get(place).map(String::as_str);
        }
        false
    }

    /// True when a finding has places and the site is none of them.
    pub fn is_elsewhere(&self, concept: &ConceptId, site: &str) -> bool {
        self.located.get(concept).is_some_and(|places| {
            site.starts_with("BP.") && !places.iter().any(|place| self.is_within(site, place))
        })
    }

    /// What a sensation at a site means; a site without its own row takes its parent's.
    /// `side` is `bilateral`, `one` or empty. `None` when no row applies.
    pub fn compose(&self, site: &str, sensation: &str, side: &str) -> Option<&[ConceptId]> {
        let get = |site: &str, side: &str| {
            self.compositions
                .get(&(site.to_owned(), sensation.to_owned(), side.to_owned()))
        };
        let mut at = Some(site);
        while let Some(place) = at {
            let found = Some(side)
                .filter(|s| !s.is_empty())
                .and_then(|side| get(place, side))
                .or_else(|| get(place, ""));
            if let Some(concepts) = found {
                return Some(concepts);
            }
            at = self.parents.get(place).map(String::as_str);
        }
        None
    }
}

fn located(knowledge: &Knowledge) -> HashMap<ConceptId, Vec<String>> {
    let mut located: HashMap<ConceptId, Vec<String>> = HashMap::new();
    for edge in &knowledge.graph.edges {
        if edge.relation == Relation::LocatedAt {
            let places = located.entry(edge.from.clone()).or_default();
            places.push(edge.to.as_str().to_owned());
        }
    }
    located
}
