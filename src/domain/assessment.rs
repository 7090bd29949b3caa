//! The decision: red flags first, then urgency, departments and route, each with its reasons.

use serde::{Deserialize, Serialize};

use super::{ConceptId, Evidence, RuleId, Slot, Urgency, scale::Route};

/// One step of a reason: a finding with its quote, or a derived value or number that was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Concept, derived value, or measure.
    pub concept: ConceptId,
    /// Chinese name.
    pub name: String,
    /// The words it rests on; empty for a computed value.
    pub evidence: Vec<Evidence>,
}

/// Where a red flag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagStatus {
    /// Asked about and denied.
    Excluded,
    /// One confirmation short (redflags §0 ②③).
    Suspected,
    /// The rule fires.
    Present,
}

impl FlagStatus {
    /// The contract's identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::Suspected => "suspected",
            Self::Present => "present",
        }
    }
}

/// A red flag with the rule that decided it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RedFlag {
    /// Contract id (`cauda_equina`); empty for RF-DEFAULT, which only sets a time limit.
    pub id: String,
    /// The rule.
    pub rule: RuleId,
    /// Name of the rule.
    pub name: String,
    /// Status.
    pub status: FlagStatus,
    /// Urgency it asks for.
    pub urgency: Urgency,
    /// What it rests on.
    pub because: Vec<Reason>,
    /// Guideline.
    pub source: String,
}

/// A department recommended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DepartmentChoice {
    /// Contract name.
    pub name: String,
    /// 0–1, first choice highest.
    pub score: f64,
    /// The rule that chose it.
    pub rule: RuleId,
    /// Why, for a doctor.
    pub because: String,
    /// What it rests on, with its quotes.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Guideline or convention of the rule.
    #[serde(default)]
    pub source: String,
}

/// Whether a criterion of the minimally invasive assessment is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionStatus {
    /// Met by what was said.
    Met,
    /// Not met.
    NotMet,
    /// For the doctor to verify.
    ToVerify,
}

/// One of M1–M7.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// `M1` … `M7`.
    pub id: RuleId,
    /// What it asks.
    pub name: String,
    /// Where it stands.
    pub status: CriterionStatus,
}

/// The route chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteChoice {
    /// Contract id.
    pub id: Route,
    /// Rows of the route table that decided, with their reason.
    pub rule: RuleId,
    /// Why, for a doctor.
    pub because: Vec<String>,
    /// What it rests on, with its quotes.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Guideline or convention of the rule.
    #[serde(default)]
    pub source: String,
    /// Slots that this route should know and does not.
    pub missing: Vec<Slot>,
    /// M1–M7, when the minimally invasive node was looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Criterion>,
    /// Exclusions that hold, with where to go instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<String>,
}

/// A condition to think of; for clinicians only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// `DIS.*`.
    pub id: ConceptId,
    /// Chinese name.
    pub name: String,
    /// Reference code.
    pub icd10: String,
    /// Score; only the order means something.
    pub score: f64,
    /// Findings that speak for it.
    pub supporting: Vec<String>,
    /// Findings that speak against it.
    pub against: Vec<String>,
}

/// The decision after a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Flags present, suspected and excluded, most urgent first.
    pub red_flags: Vec<RedFlag>,
    /// How soon.
    pub urgency: Urgency,
    /// First choice first; at most two.
    pub departments: Vec<DepartmentChoice>,
    /// Which way.
    pub route: RouteChoice,
    /// For clinicians only.
    pub conditions: Vec<Condition>,
}

impl Assessment {
    /// Flags that are not excluded.
    pub fn raised(&self) -> impl Iterator<Item = &RedFlag> {
        self.red_flags
            .iter()
            .filter(|flag| flag.status != FlagStatus::Excluded)
    }
}
