//! Stands in for the server in a program built without the feature `qdrant-server`: it can be named and never opened.

use uuid::Uuid;

use super::{Near, SearchError, Vectors};

/// An index that does not exist.
pub enum Server {}

impl Server {
    /// Always fails.
    ///
    /// # Errors
    /// [`SearchError::NotBuilt`].
    pub fn open(_: &str, _: &str, _: &str, _: usize) -> Result<Self, SearchError> {
        Err(SearchError::NotBuilt {
            index: "a Qdrant server",
            feature: "qdrant-server",
        })
    }
}

impl Vectors for Server {
    fn put(&self, _: &[(Uuid, Vec<f32>)]) -> Result<(), SearchError> {
        match *self {}
    }

    fn remove(&self, _: &[Uuid]) -> Result<(), SearchError> {
        match *self {}
    }

    fn nearest(&self, _: &[f32], _: usize) -> Result<Vec<Near>, SearchError> {
        match *self {}
    }

    fn keys(&self) -> Result<Vec<Uuid>, SearchError> {
        match *self {}
    }
}
