//! Vectors by their nearness: one trait, kept in memory by default.
//!
//! [`Exact`] compares with every row. The feature `qdrant-server` adds an index on a Qdrant server; `docs/SEARCH.md` says when
//! each is the right one. Without the feature its type stays and cannot be opened. What the vectors stand for is left to others. Only this room names qdrant. No function is async: whoever is, calls from a thread that may wait.

mod exact;
#[cfg_attr(not(feature = "qdrant-server"), path = "no_server.rs")]
mod server;

use uuid::Uuid;

pub use exact::Exact;
pub use server::Server;

/// A row that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Its key.
    pub key: Uuid,
    /// Cosine of the angle between the vectors, −1 to 1.
    pub cosine: f32,
}

/// Why a search cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// A vector of another length.
    #[error("compare vectors: expected {expected} numbers, got {got}")]
    Width {
        /// Numbers of a row.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// The program was built without it.
    #[error("search with {index}: this program was built without the feature `{feature}`")]
    NotBuilt {
        /// What.
        index: &'static str,
        /// What is missing.
        feature: &'static str,
    },
    /// The engine failed.
    #[error("search at {place}: {message}")]
    Engine {
        /// Folder or address.
        place: String,
        /// Its own words.
        message: String,
    },
}

/// Makes vectors of texts.
pub trait Embed: Send + Sync {
    /// One vector for each text. It may wait; not for a thread of an async runtime.
    ///
    /// # Errors
    /// The model fails.
    fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, SearchError>;
}

/// Rows of equal width, each under a key, found by cosine.
pub trait Vectors: Send + Sync {
    /// Adds rows; a row whose key is there takes its place.
    ///
    /// # Errors
    /// A row of another width, or the engine fails.
    fn put(&self, rows: &[(Uuid, Vec<f32>)]) -> Result<(), SearchError>;

    /// Takes rows away; a key that is not there is none.
    ///
    /// # Errors
    /// The engine fails.
    fn remove(&self, keys: &[Uuid]) -> Result<(), SearchError>;

    /// The nearest rows, the nearest first, `most` at most.
    ///
    /// # Errors
    /// A vector of another width, or the engine fails.
    fn nearest(&self, vector: &[f32], most: usize) -> Result<Vec<Near>, SearchError>;

    /// Keys of all rows, in no order.
    ///
    /// # Errors
    /// The engine fails.
    fn keys(&self) -> Result<Vec<Uuid>, SearchError>;
}

/// The vector with length 1; one of zeros stays as it is.
fn unit(vector: &[f32], width: usize) -> Result<Vec<f32>, SearchError> {
    if vector.len() != width {
        return Err(SearchError::Width {
            expected: width,
            got: vector.len(),
        });
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    Ok(vector.iter().map(|x| x * scale).collect())
}
