//! Sentences to token ids, laid out as in training.

use std::ops::Range;
use std::path::Path;

use tokenizers::Tokenizer;

use crate::inference::InferenceError;

/// How training lays sentences out: `bos text eos`, and `bos question eos answer eos`. What is too long is cut, in a
/// pair the answer first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Tokens at most, those of the layout included.
    pub(super) max_tokens: usize,
    pub(super) bos: u32,
    pub(super) eos: u32,
}

/// Sentences one behind the other, without padding.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Token ids of all sentences.
    pub(super) ids: Vec<u32>,
    /// Where each sentence lies.
    pub(super) sentences: Vec<Range<usize>>,
}

impl Batch {
    pub(super) fn of(sentences: &[&[u32]]) -> Self {
        let mut batch = Self::default();
        for ids in sentences {
            let start = batch.ids.len();
            batch.ids.extend_from_slice(ids);
            batch.sentences.push(start..batch.ids.len());
        }
        batch
    }
}

/// The tokenizer of a model.
#[derive(Debug)]
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    layout: Layout,
}

impl Tokens {
    /// Reads a tokenizer for a body with vectors for so many different tokens.
    pub(super) fn read(
        path: &Path,
        layout: Layout,
        vocabulary: usize,
    ) -> Result<Self, InferenceError> {
        let tokenizer = Tokenizer::from_file(path).map_err(|source| InferenceError::Parse {
            path: path.to_owned(),
            source,
        })?;
        let found = tokenizer.get_vocab_size(true);
        // A token without a vector would be met only when somebody says it.
        if found <= vocabulary {
            return Ok(Self { tokenizer, layout });
        }
        Err(InferenceError::Unsupported {
            path: path.to_owned(),
            expected: format!("at most {vocabulary} tokens, as in the weights"),
            found: found.to_string(),
        })
    }

    /// `bos text eos`.
    pub(super) fn single(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        Ok(self.close(self.pieces(text)?))
    }

    /// `bos question eos answer eos`; nothing when it does not fit, for half an answer may mean the opposite.
    pub(super) fn pair(
        &self,
        question: &str,
        answer: &str,
    ) -> Result<Option<Vec<u32>>, InferenceError> {
        let mut ids = self.pieces(question)?;
        ids.push(self.layout.eos);
        ids.extend(self.pieces(answer)?);
        let fits = ids.len() + 2 <= self.layout.max_tokens;
        Ok(fits.then(|| self.close(ids)))
    }

    fn pieces(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        let encoded = self.tokenizer.encode_fast(text, false);
        Ok(encoded.map_err(InferenceError::Compute)?.get_ids().to_vec())
    }

    fn close(&self, mut ids: Vec<u32>) -> Vec<u32> {
        ids.insert(0, self.layout.bos);
        ids.truncate(self.layout.max_tokens - 1);
        ids.push(self.layout.eos);
        ids
    }
}
