//! Words of well-being as an answer: 控制得住 to 「大便能控制住吗」 needs no word for stool.

use crate::knowledge::{Choice, Frame, OptionDef};
use crate::nlu::normalise::normalise_word;

use super::{View, ends_in_denial, is_denying};

impl View<'_> {
    /// The denying option, when the text holds a word of well-being for what is asked.
    pub(super) fn by_normal(&self) -> Vec<String> {
        let asked = |frame: &&Frame| {
            frame.denies
                && frame
                    .concepts
                    .iter()
                    .any(|concept| self.question.about.contains(concept))
        };
        let said = self
            .lore
            .words
            .frames
            .iter()
            .filter(asked)
            .flat_map(|frame| frame.slots.iter().filter(|slot| slot.key))
            .flat_map(|slot| &slot.choices)
            .any(|choice| matches!(choice, Choice::Word(word) if self.says(word)));
        let denying: Option<&OptionDef> = self.question.options.iter().find(|o| is_denying(o));
        denying
            .filter(|_| said)
            .map(|o| o.id.clone())
            .into_iter()
            .collect()
    }

    fn says(&self, word: &str) -> bool {
        let word = normalise_word(word);
        self.text
            .find(&word)
            .is_some_and(|byte| !word.is_empty() && !ends_in_denial(&self.text[..byte]))
    }
}
