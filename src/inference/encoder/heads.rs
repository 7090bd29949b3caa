//! The two heads: sentences to concepts, question and answer to options.
//!
//! Each output hears the mean of all tokens, and those tokens that it looks at by itself (label-wise attention: Mullenbach
//! et al., "Explainable Prediction of Medical Codes from Clinical Text", 2018), so that "not numb but weak" is two things.

use std::collections::HashMap;
use std::sync::Arc;

use super::cache::Read;
use super::labels::{Labels, NONE};
use super::linear::Linear;
use super::pointwise::{dot, softmax};
use super::weights::Weights;
use crate::inference::{Asked, ConceptOpinion, InferenceError, OptionOpinion};

/// What is less likely than this is not worth a word.
const LEAST: f32 = 0.05;
/// Outputs of one concept: present, absent, other.
const KINDS: usize = 3;

/// Both heads with their labels.
#[derive(Debug)]
pub(super) struct Heads {
    findings: Linear,
    /// Which tokens a concept looks at.
    findings_at: Linear,
    /// What a token says to it.
    findings_say: Linear,
    answers: OptionRows,
    labels: Labels,
}

/// The answers head, read row by row: a question has few options.
#[derive(Debug)]
struct OptionRows {
    hidden: usize,
    /// `[options, hidden]` each: by the mean, which tokens to look at, what a token says.
    mean: Vec<f32>,
    at: Vec<f32>,
    say: Vec<f32>,
    bias: Vec<f32>,
    /// Row of each option.
    rows: HashMap<String, usize>,
}

impl Heads {
    pub(super) fn load(
        weights: &Weights,
        labels: Labels,
        hidden: usize,
    ) -> Result<Self, InferenceError> {
        let concepts = labels.concepts.len();
        let outputs = KINDS * concepts;
        Ok(Self {
            findings: Linear::load(weights, &["findings".to_owned()], [outputs, hidden])?,
            findings_at: Linear::load_unbiased(weights, "findings_at", [concepts, hidden])?,
            findings_say: Linear::load_unbiased(weights, "findings_say", [outputs, hidden])?,
            answers: OptionRows::load(weights, &labels.options, hidden)?,
            labels,
        })
    }

    /// For each sentence the concepts that have any probability worth a word.
    pub(super) fn findings(&self, sentences: &[Arc<Read>]) -> Vec<Vec<ConceptOpinion>> {
        let logits = sentences.iter().map(|read| self.logits(read));
        logits.map(|row| self.concepts(&row)).collect()
    }

    fn logits(&self, read: &Read) -> Vec<f32> {
        let mut logits = self.findings.apply(&read.mean);
        let (at, say) = (
            self.findings_at.apply(&read.tokens),
            self.findings_say.apply(&read.tokens),
        );
        let concepts = self.labels.concepts.len();
        for concept in 0..concepts {
            let mut shares: Vec<f32> = at[concept..].iter().step_by(concepts).copied().collect();
            softmax(&mut shares);
            for (share, said) in std::iter::zip(shares, say.chunks_exact(KINDS * concepts)) {
                for kind in KINDS * concept..KINDS * (concept + 1) {
                    logits[kind] += share * said[kind];
                }
            }
        }
        logits
    }

    fn concepts(&self, logits: &[f32]) -> Vec<ConceptOpinion> {
        let share = |at: usize| sigmoid(logits[at] / self.labels.temperature_findings);
        let concepts = self.labels.concepts.iter().enumerate();
        let opinions = concepts.map(|(number, concept)| ConceptOpinion {
            concept: concept.clone(),
            present: share(KINDS * number),
            absent: share(KINDS * number + 1),
            other: share(KINDS * number + 2),
        });
        opinions
            .filter(|one| one.present.max(one.absent).max(one.other) >= LEAST)
            .collect()
    }

    /// Options of the question and none of them, the likeliest first; empty where training saw none of the options.
    pub(super) fn answer(&self, asked: &Asked, read: &Read) -> Vec<OptionOpinion> {
        let known = asked.options.iter().filter_map(|option| {
            let row = self
                .answers
                .rows
                .get(&format!("{}#{option}", asked.question))?;
            Some((Some(option.clone()), *row))
        });
        let mut choices: Vec<(Option<String>, usize)> = known.collect();
        if choices.is_empty() {
            return vec![];
        }
        choices.push((None, self.answers.rows[NONE]));
        let mut shares: Vec<f32> = choices
            .iter()
            .map(|(_, row)| self.answers.logit(*row, read) / self.labels.temperature_answers)
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
}

impl OptionRows {
    fn load(weights: &Weights, options: &[String], hidden: usize) -> Result<Self, InferenceError> {
        let shape = [options.len(), hidden];
        Ok(Self {
            hidden,
            mean: weights.numbers("answers.weight", &shape)?,
            at: weights.numbers("answers_at.weight", &shape)?,
            say: weights.numbers("answers_say.weight", &shape)?,
            bias: weights.numbers("answers.bias", &shape[..1])?,
            rows: options.iter().cloned().zip(0..).collect(),
        })
    }

    fn logit(&self, row: usize, read: &Read) -> f32 {
        let part =
            |table: &[f32], with: &[f32]| dot(&table[row * self.hidden..][..self.hidden], with);
        let tokens = || read.tokens.chunks_exact(self.hidden);
        let mut shares: Vec<f32> = tokens().map(|token| part(&self.at, token)).collect();
        softmax(&mut shares);
        let said = tokens().map(|token| part(&self.say, token));
        let heard: f32 = std::iter::zip(shares, said)
            .map(|(share, said)| share * said)
            .sum();
        self.bias[row] + part(&self.mean, &read.mean) + heard
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
