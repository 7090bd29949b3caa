//! Which department: a red flag's target first, then the routing rules by rank, then the differential.

use crate::domain::{Condition, DepartmentChoice, FlagStatus, RuleId, Urgency};
use crate::knowledge::{Knowledge, Relation, RoutingRule};

use super::evaluate::{Policy, View};
use super::flags::Raised;

/// The choice of departments, and what it means for the route.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// At most two, first choice first.
    pub departments: Vec<DepartmentChoice>,
    /// The routing rule leads to another specialty than the spine pathway.
    pub other_specialty: bool,
    /// Urgency that the routing rule asks for.
    pub urgency: Option<Urgency>,
}

/// Names shown at most.
const SHOWN: usize = 2;
const EMERGENCY: &str = "急诊科";

/// Chooses departments.
pub fn choose(
    knowledge: &Knowledge,
    view: &View<'_>,
    raised: &[Raised<'_>],
    conditions: &[Condition],
) -> Chosen {
    let rule = routing_rule(knowledge, view);
    let from_rule = rule
        .map(by_rule)
        .unwrap_or_else(|| by_differential(knowledge, conditions));
    match leading_flag(raised) {
        Some(flag) => Chosen {
            departments: by_flag(flag),
            ..from_rule
        },
        None => from_rule,
    }
}

/// The first routing rule that holds.
pub fn routing_rule<'k>(knowledge: &'k Knowledge, view: &View<'_>) -> Option<&'k RoutingRule> {
    let policy = Policy {
        concluding: true,
        ..Policy::default()
    };
    knowledge
        .routing
        .iter()
        .find(|rule| view.evaluate(&rule.when, &policy).holds())
}

/// The most urgent flag decides; among equals the one that covers the greater danger (the emergency
/// department). A flag without contract id only sets a time limit.
fn leading_flag<'r, 'k>(raised: &'r [Raised<'k>]) -> Option<&'r Raised<'k>> {
    let mut candidates = raised
        .iter()
        .filter(|one| !one.rule.red_flag.is_empty() && !one.departments.is_empty());
    let first = candidates.next()?;
    let peers = candidates.take_while(|one| one.flag.urgency == first.flag.urgency);
    let emergency = |one: &&Raised<'_>| {
        one.departments
            .first()
            .is_some_and(|name| name == EMERGENCY)
    };
    let mut best = first;
    for peer in peers {
        if emergency(&peer) && !emergency(&best) {
            best = peer;
        }
    }
    Some(best)
}

fn by_flag(one: &Raised<'_>) -> Vec<DepartmentChoice> {
    // A suspected emergency is seen the same day; the emergency department is its second door.
    let mut names: Vec<&str> = one.departments.iter().map(String::as_str).collect();
    if one.flag.status == FlagStatus::Suspected
        && one.flag.urgency == Urgency::Within1w
        && names.first() == Some(&EMERGENCY)
        && let Some(specialty) = one.rule.notify.first()
    {
        names.insert(0, specialty);
    }
    ranked(names, &one.rule.id, &one.rule.name)
}

fn by_rule(rule: &RoutingRule) -> Chosen {
    let names = std::iter::once(rule.first.as_str())
        .chain(rule.then.iter().map(String::as_str))
        .collect();
    Chosen {
        departments: ranked(names, &rule.id, &rule.reason),
        other_specialty: rule.other_specialty,
        urgency: rule.urgency,
    }
}

fn by_differential(knowledge: &Knowledge, conditions: &[Condition]) -> Chosen {
    let Some(first) = conditions.first() else {
        let name = knowledge.policy.no_department.as_str();
        return Chosen {
            departments: ranked(vec![name], &RuleId::new("R0"), "说的还不足以选专科"),
            ..Chosen::default()
        };
    };
    let names: Vec<&str> = knowledge
        .graph
        .from(&first.id, Relation::TreatedIn)
        .filter_map(|edge| knowledge.graph.departments.get(&edge.to))
        .map(|department| department.contract_name.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let rule = RuleId::new(first.id.as_str());
    Chosen {
        departments: ranked(names, &rule, "按症状组合最接近的方向"),
        ..Chosen::default()
    }
}

fn ranked(names: Vec<&str>, rule: &RuleId, because: &str) -> Vec<DepartmentChoice> {
    let mut choices: Vec<DepartmentChoice> = vec![];
    for name in names {
        if choices.len() < SHOWN && !choices.iter().any(|choice| choice.name == name) {
            choices.push(DepartmentChoice {
                name: name.to_owned(),
                score: if choices.is_empty() { 1.0 } else { 0.5 },
                rule: rule.clone(),
                because: because.to_owned(),
            });
        }
    }
    choices
}
