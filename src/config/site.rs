//! `[site]`: the hospital.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::department::Department;
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
    /// `JIWEN__SITE__TECHNIQUE_PROFILE`: file of the signed technique profile, `example` for the built-in one, or empty.
    pub technique_profile: String,
    /// `JIWEN__SITE__REPLACEMENT`: `REFERRAL` or `ENHANCED_CONSERVATIVE`, where `MIS` is not offered.
    pub replacement: CoreNode,
    /// `JIWEN__SITE__FALLBACK`: where to send patients whose department is missing.
    pub fallback: Vec<String>,
    /// `JIWEN__SITE__CLOSED_DAYS`: days like 2027-01-01 on which all clinics but the emergency department stay shut.
    pub closed_days: Vec<String>,
    /// Contract name of a department → this hospital's.
    pub departments: BTreeMap<String, Department>,
}

/// The names of [`CoreNode`].
const CORE_NODES: [&str; 3] = ["MIS", "REFERRAL", "ENHANCED_CONSERVATIVE"];

impl Site {
    /// Checks a closed set before the Rust type does, which could not say where the value stands.
    pub(super) fn check_names(layers: &Layers) -> Result<(), ConfigError> {
        let closed = |field: &str, known: &[&str], expected: &str| {
            let given = layers.text(field);
            if known.contains(&given) {
                Ok(())
            } else {
                Err(layers.wrong(field, expected, given))
            }
        };
        closed(
            "site.core_node",
            &CORE_NODES,
            "MIS, REFERRAL or ENHANCED_CONSERVATIVE",
        )?;
        closed(
            "site.replacement",
            &CORE_NODES[1..],
            "REFERRAL or ENHANCED_CONSERVATIVE",
        )?;
        for (name, value) in layers.table("site.departments") {
            Department::read(value).map_err(|wrong| {
                let entry = format!("site.departments.{name}");
                let field = if wrong.field.is_empty() {
                    entry
                } else {
                    format!("{entry}.{}", wrong.field)
                };
                layers.wrong(&field, &wrong.expected, wrong.got)
            })?;
        }
        Ok(())
    }

    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        if self.hospital.trim().is_empty() {
            return Err(layers.wrong("site.hospital", "a name", "nothing"));
        }
        let lacks_some = self
            .departments
            .values()
            .any(|one| one.name.is_empty() || !one.open);
        if lacks_some && self.fallback.is_empty() {
            return Err(layers.wrong(
                "site.fallback",
                "at least one department, since some are missing",
                "none",
            ));
        }
        let is_day = |day: &&String| day.parse::<jiff::civil::Date>().is_ok();
        match self.closed_days.iter().find(|day| !is_day(day)) {
            None => Ok(()),
            Some(wrong) => Err(layers.wrong("site.closed_days", "days like 2027-01-01", wrong)),
        }
    }
}
