//! Words of the graph by their sound, found also when one syllable is missing, too many or quite another.

use std::collections::HashMap;

use super::sounds::Syllable;

/// Shorter words are met by chance too easily; single characters and pairs are left to the language.
const SHORTEST: usize = 3;
/// Words of more characters are not looked for.
pub(super) const LONGEST: usize = 8;

/// A word with its sounds.
pub(super) struct Word {
    /// Characters.
    pub chars: Vec<char>,
    /// Their sounds.
    pub sounds: Vec<Syllable>,
}

/// The index: each word under its folded sounds, whole and with each one left out.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    index: HashMap<Vec<Syllable>, Vec<u32>>,
}

impl Vocabulary {
    /// Indexes the words.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut vocabulary = Self::default();
        for word in words {
            let chars: Vec<char> = word.chars().collect();
            let sounds: Option<Vec<Syllable>> = chars.iter().map(|c| Syllable::of(*c)).collect();
            let (Some(sounds), SHORTEST..=LONGEST) = (sounds, chars.len()) else {
                continue;
            };
            let Ok(number) = u32::try_from(vocabulary.words.len()) else {
                return vocabulary;
            };
            let folded: Vec<Syllable> = sounds.iter().map(|s| s.folded()).collect();
            for key in around(&folded) {
                let words = vocabulary.index.entry(key).or_default();
                if words.last() != Some(&number) {
                    words.push(number);
                }
            }
            vocabulary.words.push(Word { chars, sounds });
        }
        vocabulary
    }

    /// Words whose sounds are at most one syllable away.
    pub fn near(&self, heard: &[Syllable]) -> Vec<&Word> {
        let folded: Vec<Syllable> = heard.iter().map(|s| s.folded()).collect();
        let mut found: Vec<u32> = around(&folded)
            .filter_map(|key| self.index.get(&key))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        let word = |number: u32| {
            usize::try_from(number)
                .ok()
                .and_then(|at| self.words.get(at))
        };
        found.into_iter().filter_map(word).collect()
    }
}

/// The sounds, whole and with each one left out.
fn around(sounds: &[Syllable]) -> impl Iterator<Item = Vec<Syllable>> {
    let without = |at: usize| {
        let mut rest = sounds.to_vec();
        rest.remove(at);
        rest
    };
    std::iter::once(sounds.to_vec()).chain((0..sounds.len()).map(without))
}
