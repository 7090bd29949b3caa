//! Which department: a red flag's target first, then the routing rules by rank, then the differential.

use crate::domain::{
    Assertion, Case, ConceptId, Condition, DepartmentChoice, FlagStatus, Reason, RuleId, Urgency,
};
use crate::knowledge::{Knowledge, Relation, RoutingRule};

use super::evaluate::{Policy, View};
use super::flags::{Asked, Raised};

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
/// Stands where a rule's id stands, for a department that a model has learned.
pub(super) const LEANING: &str = "RT-LEANING";
/// After the ranks of all rules.
const NO_RULE: i64 = 1000;

/// Chooses departments.
pub fn choose(
    knowledge: &Knowledge,
    view: &View<'_>,
    asked: &Asked,
    raised: &[Raised<'_>],
    conditions: &[Condition],
) -> Chosen {
    let rule = routing_rule(knowledge, view);
    let from_rule = rule
        .map(|rule| by_rule(rule, view))
        .unwrap_or_else(|| by_differential(knowledge, view, conditions));
    match leading_flag(raised) {
        Some(flag) => Chosen {
            departments: by_flag(flag),
            ..from_rule
        },
        None if asked.leaning => {
            by_leaning(knowledge, view, asked, rule, &from_rule).unwrap_or(from_rule)
        }
        None => from_rule,
    }
}

/// A model takes the first words to be for a department, and surely enough where no rule holds.
pub fn leans(knowledge: &Knowledge, case: &Case) -> bool {
    let surest = case
        .leaning
        .as_ref()
        .and_then(|one| one.departments.first());
    let needed = knowledge.policy.leaning.needed(NO_RULE, true);
    surest
        .zip(needed)
        .is_some_and(|((_, probability), needed)| *probability >= needed)
}

/// The department that a model takes the first words to be for, where it is surer than the rule that holds knows much. The
/// rule's own department stays the second name.
fn by_leaning(
    knowledge: &Knowledge,
    view: &View<'_>,
    asked: &Asked,
    rule: Option<&RoutingRule>,
    from_rule: &Chosen,
) -> Option<Chosen> {
    let policy = &knowledge.policy.leaning;
    let leaning = view.case().leaning.as_ref()?;
    let (name, probability) = leaning.departments.first()?;
    let needed = policy.needed(
        rule.map_or(NO_RULE, |rule| rule.rank),
        !asked.answered.is_empty(),
    )?;
    let of_rule = from_rule.departments.first();
    let mut departments = knowledge.graph.departments.values();
    let known = departments.any(|department| &department.contract_name == name);
    // A rule for today stands; one for this week keeps its week.
    let holds =
        from_rule.urgency < Some(Urgency::Within24h) && of_rule.is_none_or(|one| &one.name != name);
    if *probability < needed || !holds || !known {
        return None;
    }
    let why = Why {
        rule: &RuleId::new(LEANING),
        because: &policy.reason,
        reasons: vec![Reason {
            concept: ConceptId::new(LEANING),
            name: format!("{name}的可能性 {:.0} %", probability * 100.0),
            evidence: vec![leaning.evidence.clone()],
        }],
        source: &policy.source,
    };
    let mut departments = ranked(vec![name], why);
    // The rule's own department keeps its own reasons.
    let second = from_rule.departments.iter().find(|one| &one.name != name);
    departments.extend(second.map(|one| DepartmentChoice {
        score: 0.5,
        ..one.clone()
    }));
    Some(Chosen {
        departments,
        other_specialty: !policy.spine_pathway.contains(name),
        urgency: (name == EMERGENCY)
            .then_some(Urgency::Within24h)
            .or(from_rule.urgency),
    })
}

/// The first routing rule that holds.
pub fn routing_rule<'k>(knowledge: &'k Knowledge, view: &View<'_>) -> Option<&'k RoutingRule> {
    let policy = concluding();
    knowledge
        .routing
        .iter()
        .find(|rule| view.evaluate(&rule.when, &policy).holds())
}

fn concluding() -> Policy {
    Policy {
        concluding: true,
        ..Policy::default()
    }
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
    let why = Why {
        rule: &one.rule.id,
        because: &one.rule.name,
        reasons: one.flag.because.clone(),
        source: &one.rule.source,
    };
    ranked(names, why)
}

fn by_rule(rule: &RoutingRule, view: &View<'_>) -> Chosen {
    let names = std::iter::once(rule.first.as_str())
        .chain(rule.then.iter().map(String::as_str))
        .collect();
    Chosen {
        departments: ranked(
            names,
            Why {
                rule: &rule.id,
                because: &rule.reason,
                reasons: view.reasons(&rule.when, &concluding()),
                source: &rule.source,
            },
        ),
        other_specialty: rule.other_specialty,
        urgency: rule.urgency,
    }
}

fn by_differential(knowledge: &Knowledge, view: &View<'_>, conditions: &[Condition]) -> Chosen {
    let Some(first) = conditions.first() else {
        let name = knowledge.policy.no_department.as_str();
        return Chosen {
            departments: ranked(
                vec![name],
                Why {
                    rule: &RuleId::new("R0"),
                    because: "说的还不足以选专科",
                    reasons: vec![],
                    source: &knowledge.policy.source,
                },
            ),
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
        departments: ranked(
            names,
            Why {
                rule: &rule,
                because: "按症状组合最接近的方向",
                reasons: supporting(knowledge, view, first),
                source: "departments §1;concepts §疾病",
            },
        ),
        ..Chosen::default()
    }
}

/// Findings that an edge of the graph joins to the condition.
fn supporting(knowledge: &Knowledge, view: &View<'_>, condition: &Condition) -> Vec<Reason> {
    let symptoms = [Relation::HasTypical, Relation::HasPossible]
        .into_iter()
        .flat_map(|relation| knowledge.graph.from(&condition.id, relation));
    symptoms
        .filter_map(|edge| {
            let fact = view.fact(edge.to.as_str())?;
            (fact.assertion == Assertion::Present).then(|| Reason {
                concept: edge.to.clone(),
                name: knowledge.name(&edge.to).to_owned(),
                evidence: fact.evidence.clone(),
            })
        })
        .collect()
}

/// Why a department: the rule, its sentence for the doctor, what it rests on and where it comes from.
struct Why<'w> {
    rule: &'w RuleId,
    because: &'w str,
    reasons: Vec<Reason>,
    source: &'w str,
}

fn ranked(names: Vec<&str>, why: Why<'_>) -> Vec<DepartmentChoice> {
    let mut choices: Vec<DepartmentChoice> = vec![];
    for name in names {
        if choices.len() < SHOWN && !choices.iter().any(|choice| choice.name == name) {
            choices.push(DepartmentChoice {
                name: name.to_owned(),
                score: if choices.is_empty() { 1.0 } else { 0.5 },
                rule: why.rule.clone(),
                because: why.because.to_owned(),
                reasons: why.reasons.clone(),
                source: why.source.to_owned(),
            });
        }
    }
    choices
}
