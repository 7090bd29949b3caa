//! `[visits]`: how many visits are kept in memory.

use serde::Deserialize;

use super::{ConfigError, layers::Layers};

/// Visits in memory.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visits {
    /// `JIWEN__VISITS__CACHED`: states kept in memory, a few kilobytes each.
    pub cached: u32,
}

impl Visits {
    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        layers.in_range("visits.cached", self.cached.into(), 1, 10_000_000)
    }
}
