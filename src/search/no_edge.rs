//! Stands in for the index in a folder in a program built without the feature `qdrant-edge`: it can be named and never opened.

use std::path::Path;

use uuid::Uuid;

use super::{Near, SearchError, Vectors};

/// An index that does not exist.
pub enum Edge {}

impl Edge {
    /// Always fails.
    ///
    /// # Errors
    /// [`SearchError::NotBuilt`].
    pub fn open(_: &Path, _: usize) -> Result<Self, SearchError> {
        Err(SearchError::NotBuilt {
            index: "qdrant-edge",
            feature: "qdrant-edge",
        })
    }
}

impl Vectors for Edge {
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
