//! Stage 2: word boundaries, so that 腰突 is not found in 腰突然 nor 手 in 手机.
//!
//! jieba with its own dictionary plus ours. A boundary only ever vetoes a one-character match; longer
//! expressions carry enough of their own context.

use jieba_rs::Jieba;

/// Cuts normalised text into words.
pub(super) struct Segmenter {
    jieba: Jieba,
}

impl Segmenter {
    /// Loads the general dictionary and adds `words`.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut jieba = Jieba::new();
        for word in words {
            // High enough that our words win against their parts.
            jieba.add_word(word, Some(20_000), None);
        }
        Self { jieba }
    }

    /// For every character the word it is in, as a range.
    pub fn words(&self, chars: &[char]) -> Vec<(usize, usize)> {
        let text: String = chars.iter().collect();
        let mut words = Vec::with_capacity(chars.len());
        let mut at = 0;
        for token in self.jieba.cut(&text, false) {
            let length = token.word.chars().count();
            words.extend(std::iter::repeat_n((at, at + length), length));
            at += length;
        }
        words
    }
}
