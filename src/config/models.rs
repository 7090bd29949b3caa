//! `[models]`: models that read beside the word lists.

use std::path::PathBuf;

use serde::Deserialize;

/// Models that read beside the word lists.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    /// `JIWEN__MODELS__ENCODER`: folder of the sentence encoder; the service goes on without it when it is not there.
    pub encoder: PathBuf,
    /// `JIWEN__MODELS__QUEUE`: turns that may wait for the encoder; more go on without it.
    pub queue: u32,
    /// `JIWEN__MODELS__ALIKE`: cosine from which on a clause counts as said like an accepted phrase; above 1 for never.
    pub alike: f64,
}
