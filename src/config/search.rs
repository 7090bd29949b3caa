//! `[search]`: similar visits, and where their vectors are.

use serde::Deserialize;

use super::{ConfigError, Secret, layers::Layers};

/// Similar visits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// `JIWEN__SEARCH__VISITS`: newest visits among which similar ones are looked for; 0 for none. 1.5 KB each in memory.
    pub visits: u32,
    /// `JIWEN__SEARCH__INDEX`: where their vectors are.
    pub index: Index,
    /// `JIWEN__SEARCH__QDRANT_URL` or `JIWEN_QDRANT_URL`: a Qdrant server that holds them instead; empty for none.
    pub qdrant_url: String,
    /// `JIWEN__SEARCH__QDRANT_KEY`: its key; empty for none.
    pub qdrant_key: Secret,
}

/// Where vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Index {
    /// In memory; made anew at each start.
    Memory,
    /// In a folder of the data folder.
    Edge,
}

/// The names of [`Index`].
const INDEXES: [&str; 2] = ["memory", "edge"];

impl Search {
    /// Checks a closed set before the Rust type does, which could not say where the value stands.
    pub(super) fn check_names(layers: &Layers) -> Result<(), ConfigError> {
        let index = layers.text("search.index");
        if INDEXES.contains(&index) {
            Ok(())
        } else {
            Err(layers.wrong("search.index", "memory or edge", index))
        }
    }

    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        layers.in_range("search.visits", self.visits.into(), 0, 10_000_000)?;
        let url = self.qdrant_url.as_str();
        let is_address = |start: &str| url.strip_prefix(start).is_some_and(|rest| rest.len() > 1);
        if url.is_empty() || is_address("http://") || is_address("https://") {
            return Ok(());
        }
        Err(layers.wrong("search.qdrant_url", "an address like http://host:6334", url))
    }
}
