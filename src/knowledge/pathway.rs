//! Stages of the care pathway and follow-up templates. Read from `pathway/*.toml`.

use serde::Deserialize;

use super::source::{Faults, Files};

/// One of the seven stages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// 1–7.
    pub id: u8,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// What opens it.
    pub enters_when: String,
    /// What ends it.
    pub done_when: String,
    /// Times measured.
    #[serde(default)]
    pub measures: Vec<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
}

/// One planned contact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Days after the visit or treatment (D0).
    pub day: u32,
    /// `video`, `phone` or `message`.
    pub mode: String,
    /// What is asked.
    pub content: Vec<String>,
    /// The five red-flag questions come first.
    #[serde(default = "yes")]
    pub red_flag_check: bool,
}

/// A follow-up template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// `F1` …
    pub id: String,
    /// Route it belongs to.
    pub route: String,
    /// Chinese name.
    pub name: String,
    /// Contacts in order.
    #[serde(default)]
    pub contact: Vec<Contact>,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
    /// Explanation.
    #[serde(default)]
    pub note: String,
}

/// Stages and templates.
#[derive(Debug, Clone, Default)]
pub struct Pathway {
    /// The seven stages.
    pub stages: Vec<Stage>,
    /// Follow-up templates.
    pub follow_ups: Vec<FollowUp>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct StageFile {
    #[serde(default)]
    stage: Vec<Stage>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FollowUpFile {
    #[serde(default)]
    template: Vec<FollowUp>,
    #[serde(default, rename = "general")]
    _general: toml::Table,
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> Pathway {
    let stages: StageFile = files.toml("pathway/stages.toml", faults);
    let follow_ups: FollowUpFile = files.toml("pathway/followup.toml", faults);
    Pathway {
        stages: stages.stage,
        follow_ups: follow_ups.template,
    }
}
