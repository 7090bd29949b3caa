//! Opens a folder with a model and asks it: sentences become vectors, vectors become probabilities.
//!
//! The folder holds `config.json` and `model.safetensors` (a BERT encoder with its two heads), `tokenizer.json` and
//! `labels.json`; `departments.safetensors` and `departments.json` beside them are a third head. One turn is one batch; vectors of sentences seen before are kept.

mod attention;
mod bert;
mod cache;
mod departments;
mod heads;
mod labels;
mod linear;
mod pointwise;
#[cfg(test)]
mod tests;
mod tokens;
mod weights;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Asked, ConceptOpinion, InferenceError, Opinion, OptionOpinion, Turn};
use bert::Bert;
use cache::{Cache, Read};
use departments::Departments;
use heads::Heads;
use labels::Labels;
use tokens::{Batch, Tokens};
use weights::Weights;

/// Sentences that are kept as they were read: about 20 MB at a dozen tokens of 384 numbers each.
const KEPT: usize = 1024;

/// A trained sentence encoder with its heads. Threads may share it.
#[derive(Debug)]
pub struct Encoder {
    tokens: Tokens,
    body: Bert,
    heads: Heads,
    departments: Option<Departments>,
    seen: Mutex<Cache>,
}

impl Encoder {
    /// Reads the model in a folder: a fifth of a second, and for that time twice the size of the weights in memory.
    ///
    /// # Errors
    /// A file is missing or broken, or its shapes do not fit the others.
    pub fn open(folder: &Path) -> Result<Self, InferenceError> {
        let labels = Labels::read(&folder.join("labels.json"))?;
        let weights = Weights::read(&folder.join("model.safetensors"))?;
        let body = Bert::load(&weights, &folder.join("config.json"), labels.layout())?;
        let tokenizer = folder.join("tokenizer.json");
        Ok(Self {
            tokens: Tokens::read(&tokenizer, labels.layout(), body.vocabulary())?,
            heads: Heads::load(&weights, labels, body.width())?,
            departments: Departments::open(folder, body.width())?,
            body,
            seen: Mutex::new(Cache::new(KEPT)),
        })
    }

    /// What the model makes of one turn: clauses, answer and texts to be compared in one batch.
    ///
    /// # Errors
    /// [`InferenceError::Compute`], as every question to the model.
    pub fn read(&self, turn: &Turn) -> Result<Opinion, InferenceError> {
        let mut sentences = self.singles(&turn.clauses)?;
        sentences.extend(self.singles(&turn.compared)?);
        let pairs = turn.asked.iter().map(|asked| self.pair(asked));
        let pairs: Vec<Option<Vec<u32>>> = pairs.collect::<Result<_, _>>()?;
        sentences.extend(pairs.iter().flatten().cloned());
        let read = self.sentences(&sentences);
        let (clauses, others) = read.split_at(turn.clauses.len());
        let (compared, mut answered) = others.split_at(turn.compared.len());
        let answers = std::iter::zip(&turn.asked, &pairs).map(|(asked, pair)| {
            let read = pair.as_ref().and_then(|_| answered.split_off_first());
            read.map_or(vec![], |read| self.heads.answer(asked, read))
        });
        Ok(Opinion {
            findings: self.heads.findings(clauses),
            answers: answers.collect(),
            vectors: compared.iter().map(|one| one.mean.clone()).collect(),
            departments: match &self.departments {
                Some(head) if turn.begins => head.read(clauses),
                _ => vec![],
            },
        })
    }

    /// For each clause the concepts with any probability of at least 0.05, in the order of the labels.
    ///
    /// # Errors
    /// [`InferenceError::Compute`].
    pub fn findings(&self, clauses: &[&str]) -> Result<Vec<Vec<ConceptOpinion>>, InferenceError> {
        Ok(self
            .heads
            .findings(&self.sentences(&self.singles(clauses)?)))
    }

    /// How likely each option is what was answered, the likeliest first, "none" among them. Empty where the model
    /// was trained on none of the options, or the answer is too long for it.
    ///
    /// # Errors
    /// [`InferenceError::Compute`].
    pub fn answer(&self, asked: &Asked) -> Result<Vec<OptionOpinion>, InferenceError> {
        let pair = self.pair(asked)?;
        let read = self.sentences(&pair.into_iter().collect::<Vec<_>>());
        let opinions = read.iter().flat_map(|read| self.heads.answer(asked, read));
        Ok(opinions.collect())
    }

    /// The vector of each sentence: the mean over all its tokens, not normalised, `[sentences][hidden]`.
    ///
    /// # Errors
    /// [`InferenceError::Compute`].
    pub fn embed(&self, sentences: &[&str]) -> Result<Vec<Vec<f32>>, InferenceError> {
        let read = self.sentences(&self.singles(sentences)?);
        Ok(read.iter().map(|one| one.mean.clone()).collect())
    }

    fn pair(&self, asked: &Asked) -> Result<Option<Vec<u32>>, InferenceError> {
        self.tokens.pair(&asked.wording, &asked.answer)
    }

    fn singles(&self, texts: &[impl AsRef<str>]) -> Result<Vec<Vec<u32>>, InferenceError> {
        let texts = texts.iter().map(AsRef::as_ref);
        texts.map(|text| self.tokens.single(text)).collect()
    }

    /// In the order of the sentences; only those not seen before are computed, in one batch.
    fn sentences(&self, sentences: &[Vec<u32>]) -> Vec<Arc<Read>> {
        let mut known = self.recall(sentences);
        let missing = sentences
            .iter()
            .map(Vec::as_slice)
            .filter(|ids| !known.contains_key(ids));
        let missing: Vec<&[u32]> = missing.collect::<BTreeSet<_>>().into_iter().collect();
        if !missing.is_empty() {
            let fresh = self.body.read(&Batch::of(&missing));
            let fresh: Vec<Arc<Read>> = fresh.into_iter().map(Arc::new).collect();
            self.keep(&missing, &fresh);
            known.extend(std::iter::zip(missing, fresh));
        }
        sentences
            .iter()
            .map(|ids| Arc::clone(&known[ids.as_slice()]))
            .collect()
    }

    fn recall<'a>(&self, sentences: &'a [Vec<u32>]) -> HashMap<&'a [u32], Arc<Read>> {
        let mut seen = self.seen();
        let ids = sentences.iter().map(Vec::as_slice);
        ids.filter_map(|ids| Some((ids, seen.get(ids)?))).collect()
    }

    fn keep(&self, sentences: &[&[u32]], fresh: &[Arc<Read>]) {
        let mut seen = self.seen();
        for (ids, read) in std::iter::zip(sentences, fresh) {
            seen.keep(ids, Arc::clone(read));
        }
    }

    /// The lock is never held while computing. A panic leaves the cache whole, so poison means nothing.
    fn seen(&self) -> MutexGuard<'_, Cache> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
