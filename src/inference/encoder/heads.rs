//! The two heads: vectors of clauses to concepts, the vector of question and answer to options.

use std::collections::HashMap;

use super::cache::Vector;
use super::labels::{Labels, NONE};
use super::linear::Linear;
use super::pointwise::softmax;
use super::weights::Weights;
use crate::inference::{Asked, ConceptOpinion, InferenceError, OptionOpinion};

/// What is less likely than this is not worth a word.
const LEAST: f32 = 0.05;

/// Both heads with their labels.
#[derive(Debug)]
pub(super) struct Heads {
    findings: Linear,
    /// `[options, hidden]`, read row by row: a question has few options.
    answers: Vec<f32>,
    answers_bias: Vec<f32>,
    /// Row of each option in `answers`.
    rows: HashMap<String, usize>,
    labels: Labels,
}

impl Heads {
    pub(super) fn load(
        weights: &Weights,
        labels: Labels,
        hidden: usize,
    ) -> Result<Self, InferenceError> {
        let (concepts, options) = (labels.concepts.len(), labels.options.len());
        let rows = labels.options.iter().cloned().zip(0..);
        Ok(Self {
            findings: Linear::load(weights, &["findings".to_owned()], [3 * concepts, hidden])?,
            answers: weights.numbers("answers.weight", &[options, hidden])?,
            answers_bias: weights.numbers("answers.bias", &[options])?,
            rows: rows.collect(),
            labels,
        })
    }

    /// For each vector the concepts that have any probability worth a word.
    pub(super) fn findings(&self, vectors: &[Vector]) -> Vec<Vec<ConceptOpinion>> {
        let logits = vectors.iter().map(|vector| self.findings.apply(vector));
        logits.map(|row| self.concepts(&row)).collect()
    }

    fn concepts(&self, logits: &[f32]) -> Vec<ConceptOpinion> {
        let share = |at: usize| sigmoid(logits[at] / self.labels.temperature_findings);
        let concepts = self.labels.concepts.iter().enumerate();
        let opinions = concepts.map(|(number, concept)| ConceptOpinion {
            concept: concept.clone(),
            present: share(3 * number),
            absent: share(3 * number + 1),
            other: share(3 * number + 2),
        });
        opinions
            .filter(|one| one.present.max(one.absent).max(one.other) >= LEAST)
            .collect()
    }

    /// Options of the question and none of them, the likeliest first; empty where training saw none of the options.
    pub(super) fn answer(&self, asked: &Asked, vector: &[f32]) -> Vec<OptionOpinion> {
        let known = asked.options.iter().filter_map(|option| {
            let row = self.rows.get(&format!("{}#{option}", asked.question))?;
            Some((Some(option.clone()), *row))
        });
        let mut choices: Vec<(Option<String>, usize)> = known.collect();
        if choices.is_empty() {
            return vec![];
        }
        choices.push((None, self.rows[NONE]));
        let mut shares: Vec<f32> = choices
            .iter()
            .map(|(_, row)| self.logit(*row, vector))
            .collect();
        softmax(&mut shares);
        let mut opinions: Vec<OptionOpinion> = std::iter::zip(choices, shares)
            .map(|((option, _), probability)| OptionOpinion {
                option,
                probability,
            })
            .collect();
        opinions.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        opinions
    }

    fn logit(&self, row: usize, vector: &[f32]) -> f32 {
        let weights = &self.answers[row * vector.len()..];
        let product: f32 = std::iter::zip(weights, vector).map(|(w, x)| w * x).sum();
        (product + self.answers_bias[row]) / self.labels.temperature_answers
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
