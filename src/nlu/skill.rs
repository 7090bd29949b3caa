//! Skills of understanding, each of which an evaluation can leave out to see what it is worth.
//!
//! A service has them all: only `jiwen eval --without` hands down a [`LeftOut`] that names any.

use std::borrow::Cow;

use crate::knowledge::{Knowledge, LexiconEntry};

/// One way in which words come to mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Skill {
    /// Whole expressions: `lexicon.csv`, `folk.csv`.
    Lexicon,
    /// Words that mean something together: `frames.csv`, `normals.csv`.
    Frames,
    /// Body part + sensation: `compose.csv`.
    Composition,
    /// Words known by their sound alone.
    Sound,
    /// What the rules take a text for as the answer to the open question. Free text stays what it is.
    Answers,
    /// The sentence encoder.
    Encoder,
    /// The encoder's right to doubt what the lists found.
    Arbiter,
    /// The encoder's right to contest the answer that the rules read.
    Contest,
}

/// What is left out; by default nothing.
#[derive(Debug, Clone, Default)]
pub struct LeftOut(Vec<Skill>);

impl LeftOut {
    /// These are left out.
    pub fn of(skills: &[Skill]) -> Self {
        Self(skills.to_vec())
    }

    /// This one is left out.
    pub fn has(&self, skill: Skill) -> bool {
        self.0.contains(&skill)
    }

    /// The knowledge as a reader without these skills sees it.
    pub(super) fn reduce<'k>(&self, knowledge: &'k Knowledge) -> Cow<'k, Knowledge> {
        if self.0.is_empty() {
            return Cow::Borrowed(knowledge);
        }
        let mut reduced = knowledge.clone();
        if self.has(Skill::Lexicon) {
            reduced.lexicon.entries.retain(is_idiom);
            reduced.words.folk.retain(is_idiom);
        }
        if self.has(Skill::Frames) {
            reduced.words.frames.clear();
        }
        if self.has(Skill::Composition) {
            reduced.words.compositions.clear();
        }
        Cow::Owned(reduced)
    }
}

/// 人都麻了 is no evidence: it keeps others from finding any.
fn is_idiom(entry: &LexiconEntry) -> bool {
    entry.concepts.iter().any(|c| c.as_str() == "MOD.IDIOM")
}
