//! `[store]`: where data are kept.

use std::path::PathBuf;

use serde::Deserialize;

/// Where data are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// `JIWEN__STORE__DATA`: folder, made when missing.
    pub data: PathBuf,
}
