//! What would have to be different for another decision: one thing said is changed at a time, and the case is decided anew.

use serde::Serialize;

use crate::domain::{
    Assertion, Assessment, Case, ConceptId, Course, Fact, Recency, Route, Source, Urgency,
};
use crate::knowledge::Knowledge;

use super::flags::Asked;
use super::near::near_rules;
use super::route::Node;
use super::{Outline, View, outline};

/// How one finding is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is there, and new.
    There,
    /// It is not there.
    NotThere,
    /// It is new or clearly worse within two weeks.
    New,
    /// It is old and unchanged.
    Old,
}

impl Change {
    /// In Chinese, after the name of the finding.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::There => "新出现",
            Self::NotThere => "没有",
            Self::New => "是近两周新有或加重的",
            Self::Old => "是多年不变的老毛病",
        }
    }
}

/// A decision that one change would bring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhatIf {
    /// The finding.
    pub concept: ConceptId,
    /// Its Chinese name.
    pub name: String,
    /// What is changed about it.
    pub change: Change,
    /// How soon, then.
    pub urgency: Urgency,
    /// First department, then.
    pub department: String,
    /// Route, then.
    pub route: Route,
}

/// So many are shown, those that change the urgency most first.
const SHOWN: usize = 8;
/// Days since the onset of what is taken as new, and as old.
const NEW_DAYS: f64 = 3.0;
const OLD_DAYS: f64 = 730.0;

/// The single changes that would bring another urgency, route or first department.
pub fn what_if(
    knowledge: &Knowledge,
    case: &Case,
    asked: &Asked,
    node: Node,
    decided: &Assessment,
) -> Vec<WhatIf> {
    let mut found: Vec<WhatIf> = candidates(knowledge, case)
        .into_iter()
        .filter_map(|(concept, change)| {
            let changed = with(case, &concept, change);
            let then = outline(knowledge, &changed, asked, node);
            (then != Outline::from(decided)).then(|| WhatIf {
                name: knowledge.name(&concept).to_owned(),
                concept,
                change,
                urgency: then.urgency,
                department: then.department,
                route: then.route,
            })
        })
        .collect();
    let distance = |one: &WhatIf| (one.urgency as i16 - decided.urgency as i16).abs();
    found.sort_by_key(|one| std::cmp::Reverse((one.urgency > decided.urgency, distance(one))));
    found.truncate(SHOWN);
    found
}

/// Findings that are there: gone, new, old. Signs that a rule one answer away asks for: there.
fn candidates(knowledge: &Knowledge, case: &Case) -> Vec<(ConceptId, Change)> {
    let finding = |id: &ConceptId| matches!(id.kind(), "SYM" | "HX" | "MED");
    let there = case
        .facts
        .iter()
        .filter(|(id, fact)| finding(id) && fact.assertion == Assertion::Present)
        .map(|(id, _)| id);
    let changes = |id: &ConceptId| -> Vec<Change> {
        match id.kind() {
            "SYM" => vec![Change::NotThere, Change::New, Change::Old],
            _ => vec![Change::NotThere],
        }
    };
    let mut candidates: Vec<(ConceptId, Change)> = there
        .flat_map(|id| changes(id).into_iter().map(|change| (id.clone(), change)))
        .collect();
    let view = View::new(knowledge, case);
    for near in near_rules(knowledge, &view) {
        let about = knowledge.questions.get(&near.question).map(|q| &q.about);
        for id in about.into_iter().flatten().filter(|id| finding(id)) {
            let one = (id.clone(), Change::There);
            if !case.has(id.as_str()) && !candidates.contains(&one) {
                candidates.push(one);
            }
        }
    }
    candidates
}

fn with(case: &Case, concept: &ConceptId, change: Change) -> Case {
    let mut changed = case.clone();
    let fact = changed
        .facts
        .entry(concept.clone())
        .or_insert_with(|| Fact::present(Source::Clinician, vec![]));
    fact.assertion = match change {
        Change::NotThere => Assertion::Absent,
        _ => Assertion::Present,
    };
    let course = match change {
        Change::NotThere => fact.course,
        Change::There | Change::New => Course {
            onset_days: Some(NEW_DAYS),
            recency: Some(Recency::New14),
            ..fact.course
        },
        Change::Old => Course {
            onset_days: Some(OLD_DAYS),
            recency: Some(Recency::Stable),
            rapid: Some(false),
            sudden: Some(false),
            ..fact.course
        },
    };
    fact.course = course;
    changed
}
