//! Words of well-being as an answer: 控制得住 to 「大便能控制住吗」 needs no word for stool.

use std::collections::BTreeSet;

use crate::domain::ConceptId;
use crate::knowledge::{Choice, Frame};
use crate::nlu::normalise::normalise_word;

use super::{View, ends_in_denial, is_denying};

impl View<'_> {
    /// The denying option, when words of well-being deny at least half of what it denies: 憋得住 alone does not
    /// answer 「小便和以前一样吗」.
    pub(super) fn by_normal(&self) -> Vec<String> {
        let said = |frame: &&Frame| {
            frame.denies
                && frame
                    .slots
                    .iter()
                    .filter(|slot| slot.key)
                    .flat_map(|slot| &slot.choices)
                    .any(|choice| matches!(choice, Choice::Word(word) if self.says(word)))
        };
        let denied: BTreeSet<&ConceptId> = self
            .lore
            .words
            .frames
            .iter()
            .filter(said)
            .flat_map(|frame| &frame.concepts)
            .filter(|concept| self.question.about.contains(concept))
            .collect();
        let Some(option) = self.question.options.iter().find(|o| is_denying(o)) else {
            return vec![];
        };
        let asked: BTreeSet<ConceptId> = option.sets.iter().flat_map(|f| self.subject(f)).collect();
        let enough = !denied.is_empty() && denied.len() * 2 >= asked.len();
        enough.then(|| option.id.clone()).into_iter().collect()
    }

    fn says(&self, word: &str) -> bool {
        let word = normalise_word(word);
        self.text
            .find(&word)
            .is_some_and(|byte| !word.is_empty() && !ends_in_denial(&self.text[..byte]))
    }
}
