//! `[log]`: what is logged.

use serde::Deserialize;

/// What is logged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `JIWEN__LOG__FILTER`: a filter of tracing.
    pub filter: String,
}
