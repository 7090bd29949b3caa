//! Phrases that the hospital accepted, as examples: a clause that means nearly the same by its vector means the same concept.
//!
//! This needs no training and works as soon as a phrase is accepted. Words that turn a sentence round weigh little in a vector,
//! so a clause that denies, or speaks of others or of the past, where the phrase does not (or the other way round) is no
//! example of it.

use std::time::Duration;

use uuid::Uuid;

use crate::domain::ConceptId;
use crate::inference::{InferenceError, Turn, Worker};
use crate::interview::Turning;
use crate::knowledge::Knowledge;
use crate::search::{Exact, SearchError, Vectors};

/// Phrases put before the encoder at once, so that a patient's turn need not wait for all.
const AT_ONCE: usize = 16;
/// While patients keep the encoder busy the phrases wait, so often and so long.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Accepted phrases with their vectors.
pub(super) struct Alike {
    index: Exact,
    examples: Vec<Example>,
    /// Cosine from which on a clause counts.
    least: f32,
    turns: Turning,
}

struct Example {
    phrase: String,
    concept: ConceptId,
}

/// Why phrases cannot be compared.
#[derive(Debug, thiserror::Error)]
enum AlikeError {
    #[error(transparent)]
    Encoder(#[from] InferenceError),
    #[error(transparent)]
    Search(#[from] SearchError),
}

impl Alike {
    /// The hospital's own words as examples; `None` where there are none, and where the encoder cannot read them: the words
    /// themselves count all the same. It waits for the encoder.
    pub fn new(knowledge: &Knowledge, encoder: &Worker, least: f64) -> Option<Self> {
        let own = knowledge.words.folk.iter().filter(|word| word.own);
        let examples: Vec<Example> = own
            .filter_map(|word| {
                Some(Example {
                    phrase: word.expression.clone(),
                    concept: word.concepts.first()?.clone(),
                })
            })
            .collect();
        if examples.is_empty() || least > 1.0 {
            return None;
        }
        match index(&examples, encoder) {
            Ok(index) => Some(Self {
                index,
                examples,
                least: least as f32,
                turns: Turning::new(&knowledge.words.cues),
            }),
            Err(error) => {
                tracing::warn!(%error, "accepted phrases count as words and not as examples");
                None
            }
        }
    }

    /// The concept of the phrase that the clause is most like, with the cosine; `None` where it is like none.
    pub fn find(&self, clause: &str, vector: &[f32]) -> Option<(&ConceptId, f32)> {
        let near = self.index.nearest(vector, 1).ok()?;
        let near = near.first().filter(|near| near.cosine >= self.least)?;
        let example = &self.examples[usize::try_from(near.key.as_u128()).ok()?];
        let same = self.turns.agree(clause, &example.phrase);
        same.then_some((&example.concept, near.cosine))
    }
}

fn index(examples: &[Example], encoder: &Worker) -> Result<Exact, AlikeError> {
    let mut vectors = vec![];
    for some in examples.chunks(AT_ONCE) {
        let phrases = some.iter().map(|one| one.phrase.clone()).collect();
        vectors.extend(embed(encoder, phrases)?);
    }
    let index = Exact::new(vectors.first().map_or(0, Vec::len));
    let keys = (0..).map(Uuid::from_u128);
    index.put(&keys.zip(vectors).collect::<Vec<_>>())?;
    Ok(index)
}

/// Vectors of texts, `[texts][hidden]`; waits while patients keep the encoder busy. Not for a thread of the async runtime.
pub(super) fn embed(encoder: &Worker, texts: Vec<String>) -> Result<Vec<Vec<f32>>, InferenceError> {
    let turn = Turn {
        compared: texts,
        ..Turn::default()
    };
    for _ in 1..TRIES {
        match encoder.ask_blocking(turn.clone()) {
            Err(InferenceError::Busy) => std::thread::sleep(PAUSE),
            answer => return Ok(answer?.vectors),
        }
    }
    Ok(encoder.ask_blocking(turn)?.vectors)
}
