//! Stands in for the encoder in a program built without the feature `neural`: it can be named and never opened.

use std::path::Path;

use super::{Asked, ConceptOpinion, InferenceError, Opinion, OptionOpinion, Turn};

/// An encoder that does not exist.
#[derive(Debug)]
pub enum Encoder {}

impl Encoder {
    /// Always fails.
    ///
    /// # Errors
    /// [`InferenceError::NotBuilt`].
    pub fn open(folder: &Path) -> Result<Self, InferenceError> {
        Err(InferenceError::NotBuilt {
            path: folder.to_owned(),
        })
    }

    /// Never called.
    #[expect(clippy::missing_errors_doc, reason = "it cannot be called")]
    pub fn read(&self, _: &Turn) -> Result<Opinion, InferenceError> {
        match *self {}
    }

    /// Never called.
    #[expect(clippy::missing_errors_doc, reason = "it cannot be called")]
    pub fn findings(&self, _: &[&str]) -> Result<Vec<Vec<ConceptOpinion>>, InferenceError> {
        match *self {}
    }

    /// Never called.
    #[expect(clippy::missing_errors_doc, reason = "it cannot be called")]
    pub fn answer(&self, _: &Asked) -> Result<Vec<OptionOpinion>, InferenceError> {
        match *self {}
    }

    /// Never called.
    #[expect(clippy::missing_errors_doc, reason = "it cannot be called")]
    pub fn embed(&self, _: &[&str]) -> Result<Vec<Vec<f32>>, InferenceError> {
        match *self {}
    }
}
