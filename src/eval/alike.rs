//! How far a clause may be from an accepted phrase and still mean the same: every phrase of a set put before all the others, as if
//! the hospital had accepted those.

use std::collections::BTreeSet;

use serde::Serialize;
use uuid::Uuid;

use crate::domain::ConceptId;
use crate::interview::{Mind, Turning, clauses};
use crate::search::{Embed, Exact, SearchError, Vectors};

use super::files::Phrase;
use super::names::Names;
use super::stats::Rate;

/// Characters of an accepted phrase, as `jiwen lexicon accept` takes them, and of a clause that is compared at all.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=20;
/// Cosines tried.
const LEAST: [f32; 9] = [0.98, 0.96, 0.94, 0.92, 0.9, 0.88, 0.85, 0.8, 0.7];
/// Texts put before the encoder at once.
const AT_ONCE: usize = 64;
/// Rows looked at: the nearest may be of the phrase itself.
const NEAR: usize = 8;

/// What comes of one cosine.
#[derive(Debug, Clone, Serialize)]
pub struct AlikeRow {
    /// Cosine from which on a clause counts.
    pub least: f32,
    /// Of the concepts taken over from another phrase, those that are right.
    pub precision: Rate,
    /// Of the concepts that another phrase has an example of, those that are taken over.
    pub recall: Rate,
}

struct Piece {
    /// Row of the set.
    phrase: usize,
    text: String,
    vector: Vec<f32>,
}

/// One row for each cosine, the strictest first; and how many phrases served as examples.
///
/// # Errors
/// When the encoder fails.
pub fn alike(
    mind: &Mind,
    encoder: &dyn Embed,
    set: &[Phrase],
) -> Result<(Vec<AlikeRow>, usize), SearchError> {
    let names = Names::new(&mind.knowledge);
    let turning = Turning::new(&mind.knowledge.words.cues);
    let meant: Vec<BTreeSet<ConceptId>> = set
        .iter()
        .map(|phrase| {
            phrase
                .terms
                .iter()
                .filter_map(|t| names.concept(t))
                .collect()
        })
        .collect();
    let pieces = pieces(encoder, set)?;
    let examples = examples(set, &meant, &pieces);
    let index = Exact::new(pieces.first().map_or(0, |piece| piece.vector.len()));
    let rows: Vec<_> = examples
        .iter()
        .map(|at| (Uuid::from_u128(*at as u128), pieces[*at].vector.clone()))
        .collect();
    index.put(&rows)?;
    // For each piece the nearest example of another phrase.
    let mut taken: Vec<(usize, ConceptId, f32)> = vec![];
    for piece in &pieces {
        let near = index.nearest(&piece.vector, NEAR)?.into_iter();
        let mut others = near.filter_map(|near| {
            let other = &pieces[usize::try_from(near.key.as_u128()).ok()?];
            (other.phrase != piece.phrase).then_some((other, near.cosine))
        });
        let Some((other, cosine)) = others.next() else {
            continue;
        };
        if turning.agree(&piece.text, &other.text) {
            let concepts = meant[other.phrase].iter().cloned();
            taken.extend(concepts.map(|concept| (piece.phrase, concept, cosine)));
        }
    }
    let known = |concept: &ConceptId, phrase: usize| {
        let mut others = examples.iter().map(|at| pieces[*at].phrase);
        others.any(|other| other != phrase && meant[other].contains(concept))
    };
    let reachable: Vec<(usize, &ConceptId)> = (0..set.len())
        .flat_map(|phrase| meant[phrase].iter().map(move |concept| (phrase, concept)))
        .filter(|(phrase, concept)| known(concept, *phrase))
        .collect();
    let row = |least: f32| {
        let found: BTreeSet<(usize, &ConceptId)> = taken
            .iter()
            .filter(|(_, _, cosine)| *cosine >= least)
            .map(|(phrase, concept, _)| (*phrase, concept))
            .collect();
        let right = found.iter().filter(|(p, c)| meant[*p].contains(*c)).count();
        let reached = reachable.iter().filter(|one| found.contains(*one)).count();
        AlikeRow {
            least,
            precision: Rate::new(right, found.len()),
            recall: Rate::new(reached, reachable.len()),
        }
    };
    Ok((LEAST.map(row).to_vec(), examples.len()))
}

/// Clauses of all phrases with their vectors.
fn pieces(encoder: &dyn Embed, set: &[Phrase]) -> Result<Vec<Piece>, SearchError> {
    let mut texts: Vec<(usize, String)> = vec![];
    for (phrase, row) in set.iter().enumerate() {
        let characters: Vec<char> = row.text.chars().collect();
        let cut = clauses(&characters).into_iter();
        texts.extend(
            cut.filter(|clause| clause.len() >= *LENGTH.start())
                .map(|clause| (phrase, characters[clause].iter().collect())),
        );
    }
    let mut pieces = vec![];
    for some in texts.chunks(AT_ONCE) {
        let vectors = encoder.embed(some.iter().map(|(_, text)| text.clone()).collect())?;
        pieces.extend(
            std::iter::zip(some, vectors).map(|((phrase, text), vector)| Piece {
                phrase: *phrase,
                text: text.clone(),
                vector,
            }),
        );
    }
    Ok(pieces)
}

/// The longest clause of each phrase that means one thing and denies none.
fn examples(set: &[Phrase], meant: &[BTreeSet<ConceptId>], pieces: &[Piece]) -> Vec<usize> {
    (0..set.len())
        .filter(|phrase| meant[*phrase].len() == 1 && set[*phrase].negated.is_empty())
        .filter_map(|phrase| {
            let own = pieces.iter().enumerate();
            let own = own.filter(|(_, piece)| piece.phrase == phrase);
            let fit = own.filter(|(_, piece)| LENGTH.contains(&piece.text.chars().count()));
            fit.max_by_key(|(_, piece)| piece.text.chars().count())
                .map(|(at, _)| at)
        })
        .collect()
}
