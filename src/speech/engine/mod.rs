//! What needs a library of sound: the recogniser, the voice detector, sound files, and the recogniser's weights.

mod cores;
mod detector;
mod file;
mod recogniser;
mod weights;

use super::{Progress, Recognised, SpeechError};

pub use detector::Detector;
pub use file::read_file;
pub use recogniser::Recogniser;
pub use weights::fetch as fetch_weights;
