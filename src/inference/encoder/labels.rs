//! `labels.json`: what the rows of the two heads stand for, how training laid sentences out and calibrated the heads.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::tokens::Layout;
use crate::domain::ConceptId;
use crate::inference::InferenceError;

/// The option that stands for "none of these".
pub(super) const NONE: &str = "none";

/// Rows of the heads. What else is in the file describes the training.
#[derive(Debug, Deserialize)]
pub(super) struct Labels {
    /// Three rows each in the findings head: present, absent, other.
    pub(super) concepts: Vec<ConceptId>,
    /// One row each in the answers head: `Q-ID#option`, and [`NONE`].
    pub(super) options: Vec<String>,
    /// Logits of findings are divided by it.
    pub(super) temperature_findings: f32,
    /// Logits of answers are divided by it.
    pub(super) temperature_answers: f32,
    max_tokens: usize,
    bos: u32,
    eos: u32,
}

impl Labels {
    pub(super) fn read(path: &Path) -> Result<Self, InferenceError> {
        let labels: Self = read_json(path)?;
        match labels.fault() {
            None => Ok(labels),
            Some((expected, found)) => Err(InferenceError::Unsupported {
                path: path.to_owned(),
                expected: expected.to_owned(),
                found,
            }),
        }
    }

    /// What the file lacks: what was expected, what was found.
    fn fault(&self) -> Option<(&'static str, String)> {
        let temperatures = [self.temperature_findings, self.temperature_answers];
        if !self.options.iter().any(|option| option == NONE) {
            return Some((
                "an option \"none\"",
                format!("{} others", self.options.len()),
            ));
        }
        if !temperatures.iter().all(|x| x.is_finite() && *x > 0.0) {
            return Some(("temperatures above 0", format!("{temperatures:?}")));
        }
        (self.max_tokens < 3).then(|| ("max_tokens of 3 or more", self.max_tokens.to_string()))
    }

    pub(super) fn layout(&self) -> Layout {
        Layout {
            max_tokens: self.max_tokens,
            bos: self.bos,
            eos: self.eos,
        }
    }
}

/// Reads a JSON file into a value.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, InferenceError> {
    let text = fs::read(path).map_err(|source| InferenceError::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| InferenceError::Parse {
        path: path.to_owned(),
        source: source.into(),
    })
}
