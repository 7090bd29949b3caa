//! The head that hears what somebody begins with, and says which departments people who speak so go to first.
//!
//! `departments.safetensors` and `departments.json` stand beside the encoder whose tokens they were trained on, and may be missing.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::bert::mean;
use super::cache::Read;
use super::labels::read_json;
use super::linear::Linear;
use super::pointwise::softmax;
use super::weights::Weights;
use crate::inference::{DepartmentOpinion, InferenceError};

/// What is less likely than this is not worth a word.
const LEAST: f32 = 0.05;

/// As the other heads: the mean of all tokens, and those tokens that a department looks at.
#[derive(Debug)]
pub(super) struct Departments {
    names: Vec<String>,
    mean: Linear,
    at: Linear,
    say: Linear,
}

#[derive(Deserialize)]
struct Names {
    departments: Vec<String>,
}

impl Departments {
    /// `None` where the folder has no such head.
    pub(super) fn open(folder: &Path, hidden: usize) -> Result<Option<Self>, InferenceError> {
        let path = folder.join("departments.safetensors");
        if !path.exists() {
            return Ok(None);
        }
        let weights = Weights::read(&path)?;
        let Names { departments } = read_json(&folder.join("departments.json"))?;
        let shape = [departments.len(), hidden];
        Ok(Some(Self {
            names: departments,
            mean: Linear::load(&weights, &["departments".to_owned()], shape)?,
            at: Linear::load_unbiased(&weights, "departments_at", shape)?,
            say: Linear::load_unbiased(&weights, "departments_say", shape)?,
        }))
    }

    /// Of all clauses together: a message is for one department, whichever clause tells it.
    pub(super) fn read(&self, clauses: &[Arc<Read>]) -> Vec<DepartmentOpinion> {
        let tokens: Vec<f32> = clauses
            .iter()
            .flat_map(|one| &one.tokens)
            .copied()
            .collect();
        if tokens.is_empty() {
            return vec![];
        }
        let (at, say) = (self.at.apply(&tokens), self.say.apply(&tokens));
        let mut logits = self.mean.apply(&mean(&tokens, clauses[0].mean.len()));
        let departments = self.names.len();
        for (number, logit) in logits.iter_mut().enumerate() {
            let of = |all: &[f32]| -> Vec<f32> {
                all[number..].iter().step_by(departments).copied().collect()
            };
            let mut shares = of(&at);
            softmax(&mut shares);
            let heard = std::iter::zip(shares, of(&say)).map(|(share, said)| share * said);
            *logit += heard.sum::<f32>();
        }
        softmax(&mut logits);
        let mut opinions: Vec<DepartmentOpinion> = std::iter::zip(&self.names, logits)
            .filter(|(_, probability)| *probability >= LEAST)
            .map(|(name, probability)| DepartmentOpinion {
                name: name.clone(),
                probability,
            })
            .collect();
        opinions.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        opinions
    }
}
