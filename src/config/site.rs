//! `[site]`: the hospital.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ConfigError, layers::Layers};

/// What stands in place of the minimally invasive assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CoreNode {
    /// It is done here.
    Mis,
    /// Another hospital does it.
    Referral,
    /// Conservative treatment is intensified.
    EnhancedConservative,
}

/// The hospital.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// `JIWEN__SITE__HOSPITAL`: name shown to patients.
    pub hospital: String,
    /// `JIWEN__SITE__PHONE`: telephone for questions; may be empty.
    pub phone: String,
    /// `JIWEN__SITE__EMERGENCY`: where to go in an emergency, one sentence.
    pub emergency: String,
    /// `JIWEN__SITE__CORE_NODE`: `MIS`, `REFERRAL` or `ENHANCED_CONSERVATIVE`.
    pub core_node: CoreNode,
    /// `JIWEN__SITE__FALLBACK`: where to send patients whose department is missing.
    pub fallback: Vec<String>,
    /// Contract name of a department → this hospital's; empty when it has none.
    pub departments: BTreeMap<String, String>,
}

/// The names of [`CoreNode`].
const CORE_NODES: [&str; 3] = ["MIS", "REFERRAL", "ENHANCED_CONSERVATIVE"];

impl Site {
    /// Checks a closed set before the Rust type does, which could not say where the value stands.
    pub(super) fn check_names(layers: &Layers) -> Result<(), ConfigError> {
        let core_node = layers.text("site.core_node");
        if CORE_NODES.contains(&core_node) {
            Ok(())
        } else {
            Err(layers.wrong(
                "site.core_node",
                "MIS, REFERRAL or ENHANCED_CONSERVATIVE",
                core_node,
            ))
        }
    }

    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        if self.hospital.trim().is_empty() {
            return Err(layers.wrong("site.hospital", "a name", "nothing"));
        }
        let lacks_some = self.departments.values().any(String::is_empty);
        if lacks_some && self.fallback.is_empty() {
            return Err(layers.wrong(
                "site.fallback",
                "at least one department, since some are missing",
                "none",
            ));
        }
        Ok(())
    }
}
