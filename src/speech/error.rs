//! What can go wrong with voice. None of it stops a visit: the patient types or taps.

use std::path::{Path, PathBuf};

/// Why there are no words, no sound or no weights; one line each.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The program was built without the feature `speech`.
    #[error("{what}: this program was built without the feature `speech`")]
    NotBuilt {
        /// What was asked for.
        what: String,
    },
    /// The processor lacks instructions that the recogniser was built with.
    #[error(
        "load the recogniser: it was built for a processor with {0}, which this one has not; see .cargo/config.toml"
    )]
    Processor(&'static str),
    /// A file cannot be read.
    #[error("read {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        cause: std::io::Error,
    },
    /// A file cannot be written.
    #[error("write {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Cause.
        cause: std::io::Error,
    },
    /// A file of weights is not what it must be.
    #[error("use {}: {found}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
    },
    /// A file has another checksum than the pinned one.
    #[error("use {name}: its SHA-256 is {found}, expected {expected}; delete it and fetch again")]
    Checksum {
        /// The file.
        name: String,
        /// The pinned one.
        expected: String,
        /// The file's.
        found: String,
    },
    /// A package cannot be fetched.
    #[error("fetch {what} from {registry}: {reason}")]
    Fetch {
        /// File of the package.
        what: String,
        /// Address of the index.
        registry: String,
        /// Cause.
        reason: String,
    },
    /// A sound file cannot be decoded.
    #[error("decode {}: {reason}", path.display())]
    Sound {
        /// The file.
        path: PathBuf,
        /// Cause.
        reason: String,
    },
    /// The recogniser failed.
    #[error("recognise: {0}")]
    Recognise(String),
    /// It took longer than allowed, or nobody waits any more.
    #[error("recognise: stopped before it was done")]
    Stopped,
    /// Another utterance is being recognised and no more may wait.
    #[error("recognise: too many utterances are waiting")]
    Busy,
    /// A voice cannot be made.
    #[error("speak: {0}")]
    Speak(String),
}

impl SpeechError {
    /// A file cannot be read.
    pub fn read(path: &Path, cause: std::io::Error) -> Self {
        Self::Read {
            path: path.to_owned(),
            cause,
        }
    }

    /// A file cannot be written.
    pub fn write(path: &Path, cause: std::io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            cause,
        }
    }
}
