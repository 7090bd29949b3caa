//! Stands in for the recogniser in a program built without the feature `speech`: it can be named and never opened.

use std::path::{Path, PathBuf};

use super::{Progress, Recognised, SpeechError};

/// A recogniser that does not exist.
#[derive(Debug)]
pub enum Recogniser {}

impl Recogniser {
    /// Always fails.
    ///
    /// # Errors
    /// [`SpeechError::NotBuilt`].
    pub fn open(weights: &Path, _threads: u32) -> Result<Self, SpeechError> {
        Err(not_built(&format!("open {}", weights.display())))
    }

    /// Never called.
    #[expect(clippy::missing_errors_doc, reason = "it cannot be called")]
    pub fn recognise(
        &mut self,
        _: &[f32],
        _: impl Fn() -> bool + 'static,
    ) -> Result<Recognised, SpeechError> {
        match *self {}
    }
}

/// A detector that hears nothing.
#[derive(Debug, Default)]
pub struct Detector;

impl Detector {
    /// Always zero.
    pub fn voice(&mut self, _: &[i16]) -> f32 {
        0.0
    }
}

/// Always fails.
///
/// # Errors
/// [`SpeechError::NotBuilt`].
pub fn read_file(path: &Path) -> Result<Vec<f32>, SpeechError> {
    Err(not_built(&format!("decode {}", path.display())))
}

/// Always fails.
///
/// # Errors
/// [`SpeechError::NotBuilt`].
pub fn fetch_weights(
    folder: &Path,
    _registry: &str,
    _tell: impl FnMut(Progress<'_>),
) -> Result<PathBuf, SpeechError> {
    Err(not_built(&format!("fetch weights to {}", folder.display())))
}

fn not_built(what: &str) -> SpeechError {
    SpeechError::NotBuilt {
        what: what.to_owned(),
    }
}
