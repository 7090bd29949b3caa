//! `[scales]`: questionnaires that need a licence.

use serde::Deserialize;

/// Questionnaires that need a licence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scales {
    /// `JIWEN__SCALES__FILES`: forms with the licensed texts, one a scale.
    pub files: Vec<String>,
}
