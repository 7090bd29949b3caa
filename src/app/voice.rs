//! What hears and speaks, as this hospital has it.

use std::time::Duration;

use crate::config::Config;
use crate::service::Voice;
use crate::speech::{Judge, Recogniser, Speaker, SpeakerSettings, SpeechError, Worker};

/// Readings of characters, for a voice that reads pinyin.
const POLYPHONES: &str = include_str!("../../models/polyphones.toml");

/// Starts loading the recogniser where there are weights, and looks for voices.
pub(super) fn open(config: &Config) -> Result<Voice, SpeechError> {
    let speech = &config.speech;
    Ok(Voice {
        worker: worker(config)?,
        speaker: Speaker::new(
            SpeakerSettings {
                recorded: speech.recorded.clone(),
                espeak: speech.espeak.clone(),
                speed: speech.speed,
                volume: speech.volume,
            },
            POLYPHONES,
        )?,
        judge: Judge::new()?,
    })
}

fn worker(config: &Config) -> Result<Option<Worker>, SpeechError> {
    let speech = &config.speech;
    if !speech.weights.exists() {
        let weights = speech.weights.display();
        tracing::info!(
            "no {weights}: patients type or tap; `jiwen models fetch` brings the weights"
        );
        return Ok(None);
    }
    let (weights, threads) = (speech.weights.clone(), speech.threads);
    let open = move || Recogniser::open(&weights, threads);
    let places = usize::try_from(speech.queue).unwrap_or(usize::MAX);
    let limit = Duration::from_secs(speech.limit_seconds);
    Worker::start(open, places, limit)
        .map(Some)
        .map_err(|source| SpeechError::Recognise(source.to_string()))
}
