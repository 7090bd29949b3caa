//! `[search]`: similar visits, and where their vectors are.

use serde::Deserialize;

use super::{ConfigError, Secret, layers::Layers};

/// Similar visits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// `JIWEN__SEARCH__VISITS`: newest visits among which similar ones are looked for; 0 for none. 1.5 KB each in memory.
    pub visits: u32,
    /// `JIWEN__SEARCH__QDRANT_URL` or `JIWEN_QDRANT_URL`: a Qdrant server that holds them instead; empty for none.
    pub qdrant_url: String,
    /// `JIWEN__SEARCH__QDRANT_KEY`: its key; empty for none.
    pub qdrant_key: Secret,
}

impl Search {
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
