//! Department rules. Read from `rules/departments.toml`.

use serde::Deserialize;

use crate::domain::{RuleId, Urgency};

use super::language::Expr;
use super::rules::{Example, Place, RawExample};
use super::source::{Faults, Files};

/// One rule that chooses a department.
#[derive(Debug, Clone)]
pub struct RoutingRule {
    /// `RT-BACK-1`
    pub id: RuleId,
    /// Lower is looked at first.
    pub rank: i64,
    /// Condition.
    pub when: Expr,
    /// First choice.
    pub first: String,
    /// Alternatives, best first.
    pub then: Vec<String>,
    /// It sends to another specialty than the spine pathway (route R7).
    pub other_specialty: bool,
    /// Minimum urgency.
    pub urgency: Option<Urgency>,
    /// Why, for a doctor.
    pub reason: String,
    /// Guideline.
    pub source: String,
    /// Examples and near misses for `when`.
    pub examples: Vec<Example>,
}

/// A case with the department that all rules together must choose.
#[derive(Debug, Clone)]
pub struct RoutingCase {
    /// The facts.
    pub example: Example,
    /// Department expected.
    pub first: String,
}

const PATH: &str = "rules/departments.toml";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    rank: i64,
    when: String,
    first: String,
    #[serde(default)]
    then: Vec<String>,
    #[serde(default)]
    route: String,
    #[serde(default)]
    urgency: String,
    #[serde(default)]
    reason: String,
    source: String,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    says: String,
    facts: Vec<String>,
    age: Option<f64>,
    sex: Option<String>,
    #[serde(default)]
    measures: std::collections::BTreeMap<String, f64>,
    first: String,
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> (Vec<RoutingRule>, Vec<RoutingCase>) {
    let file: RawFile = files.toml(PATH, faults);
    let mut rules: Vec<RoutingRule> = vec![];
    for raw in file.rule {
        let place = Place {
            files,
            path: PATH,
            id: &raw.id,
        };
        let examples = place.examples(raw.example, faults);
        let urgency = if raw.urgency.is_empty() {
            None
        } else {
            place.urgency(&raw.urgency, faults)
        };
        if !["", "R7"].contains(&raw.route.as_str()) {
            place.fault(
                faults,
                format!("route must be \"\" or \"R7\", got `{}`", raw.route),
            );
        }
        if let Some(when) = place.expr(&raw.when, faults) {
            rules.push(RoutingRule {
                id: RuleId::new(&raw.id),
                rank: raw.rank,
                when,
                first: raw.first,
                then: raw.then,
                other_specialty: raw.route == "R7",
                urgency,
                reason: raw.reason,
                source: raw.source,
                examples,
            });
        }
    }
    rules.sort_by_key(|rule| rule.rank);
    let cases = file
        .case
        .into_iter()
        .map(|raw| {
            let place = Place {
                files,
                path: PATH,
                id: &raw.says,
            };
            let raw_example = RawExample {
                says: raw.says.clone(),
                facts: raw.facts,
                age: raw.age,
                sex: raw.sex,
                measures: raw.measures,
                fires: true,
                level: None,
            };
            let example = place.examples(vec![raw_example], faults).remove(0);
            RoutingCase {
                example,
                first: raw.first,
            }
        })
        .collect();
    (rules, cases)
}
