//! `[store]`: where data are kept.

use std::path::PathBuf;

use serde::Deserialize;

/// Where data are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// `JIWEN__STORE__DATA`: folder, made when missing.
    pub data: PathBuf,
    /// `JIWEN__STORE__SURVIVES`: what an answered turn survives for certain.
    pub survives: Survives,
}

/// What an answered turn survives for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Survives {
    /// The end of the process, however it ends (kill -9); after a power cut the last second may be missing.
    Kill,
    /// A power cut, too: each turn waits for the disk.
    PowerCut,
}
