//! What can go wrong with a model. None of it stops a visit: the caller goes on by words and rules.

use std::path::PathBuf;

/// A cause in the words of the library that met it.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no opinion.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// The program was built without the feature `neural`.
    #[error("open {path}: this program was built without the feature `neural`")]
    NotBuilt {
        /// The folder.
        path: PathBuf,
    },
    /// A file of the model is missing or cannot be read.
    #[error("read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// A file of the model is not what its name says.
    #[error("parse {path}: {source}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: Cause,
    },
    /// The model is of a kind that this program does not compute.
    #[error("use {path}: expected {expected}, found {found}")]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What this program computes.
        expected: String,
        /// What the file asks for.
        found: String,
    },
    /// A tensor is missing or has another shape.
    #[error("load tensor {name}: expected shape {expected:?}, found {found:?}")]
    Shape {
        /// Name in the weights.
        name: String,
        /// Shape by the configuration and labels.
        expected: Vec<usize>,
        /// Shape in the file, if it is there.
        found: Option<Vec<usize>>,
    },
    /// A computation failed.
    #[error("compute: {0}")]
    Compute(Cause),
    /// Too many turns are waiting; this one was not taken.
    #[error("ask the model: too many turns are waiting")]
    Busy,
    /// The worker is gone.
    #[error("ask the model: its worker has stopped")]
    Stopped,
}
