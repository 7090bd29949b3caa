//! Red flags: every rule, every turn, before anything else.

use std::collections::BTreeSet;

use crate::domain::{Assertion, ConceptId, FlagStatus, QuestionId, Reason, RedFlag, Urgency};
use crate::knowledge::{Expr, FlagRow, FlagRule, Knowledge};

use super::evaluate::{Policy, View};

/// What the interview knows about questions, for rules that depend on it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Questions answered, by any means.
    pub answered: BTreeSet<QuestionId>,
    /// Questions asked twice without an answer, or refused.
    pub unanswered: BTreeSet<QuestionId>,
    /// Questions that will not be put again although nobody could answer them.
    pub given_up: BTreeSet<QuestionId>,
    /// The visit ends here: what is unknown now stays unknown.
    pub concluding: bool,
    /// A safety question of the region has no answer.
    pub safety_open: bool,
    /// Nothing that a decision could rest on is known.
    pub nothing_known: bool,
    /// What a model takes the first words to be for may choose the department. Not while questions are chosen: rules alone say
    /// what is worth asking.
    pub leaning: bool,
}

/// A rule that fires or is suspected, with the departments it sends to.
#[derive(Debug, Clone)]
pub struct Raised<'k> {
    /// The rule.
    pub rule: &'k FlagRule,
    /// Departments, first choice first.
    pub departments: &'k [String],
    /// The flag as it is reported.
    pub flag: RedFlag,
}

/// Decides all rules in dependency order; fired rules are noted in the view.
pub fn decide<'k>(
    knowledge: &'k Knowledge,
    view: &mut View<'_>,
    asked: &Asked,
) -> (Vec<Raised<'k>>, Vec<RedFlag>) {
    let mut raised: Vec<Raised<'k>> = vec![];
    let mut excluded = vec![];
    for derived in knowledge
        .derived
        .values()
        .filter(|d| !d.unanswered.is_empty())
    {
        let twice = derived
            .unanswered
            .iter()
            .any(|q| asked.unanswered.contains(q));
        if twice {
            view.set_engine_value(derived.name.as_str(), crate::domain::Tri::Present);
        }
    }
    for rule in &knowledge.flags {
        let fired = fires(rule, view, asked);
        // A sign taken as sudden is more urgent than what another sign of the rule shows for certain.
        let hides = |one: &Raised<'_>| rule.hard_is_sudden && one.flag.urgency < rule.level;
        let more = match &fired {
            Some(one) if !hides(one) => None,
            _ => suspected(knowledge, rule, view, asked),
        };
        let decided = match (fired, more) {
            (Some(one), Some(more)) if more.flag.urgency > one.flag.urgency => Some(more),
            (fired, more) => fired.or(more),
        };
        match decided {
            Some(one) => {
                if one.flag.status == FlagStatus::Present {
                    view.note_fired(&rule.id);
                }
                raised.push(one);
            }
            None => excluded.extend(exclusion(rule, view, asked)),
        }
    }
    raised.sort_by_key(|one| std::cmp::Reverse((one.flag.urgency, one.flag.status)));
    (raised, excluded)
}

fn policy(rule: &FlagRule, asked: &Asked) -> Policy {
    if !asked.concluding {
        // Asked since when, the patient could not say: the visit's end would bring no more, and the alarm does not wait for it.
        let given_up = rule.confirm.iter().any(|q| asked.given_up.contains(q));
        return Policy {
            assume_new: rule.hard.iter().filter(|_| given_up).cloned().collect(),
            assume_sudden: given_up && rule.hard_is_sudden,
            ..Policy::default()
        };
    }
    Policy {
        concluding: true,
        assume_new: rule.hard.iter().cloned().collect(),
        assume_sudden: rule.hard_is_sudden,
        ..Policy::default()
    }
}

fn fires<'k>(rule: &'k FlagRule, view: &View<'_>, asked: &Asked) -> Option<Raised<'k>> {
    let policy = policy(rule, asked);
    let (when, mut level, mut departments) = if view.evaluate(&rule.when, &policy).holds() {
        (&rule.when, rule.level, &rule.departments)
    } else {
        let row = rule
            .otherwise
            .iter()
            .find(|row| view.evaluate(&row.when, &policy).holds())?;
        (&row.when, row.level, departments_of(rule, row))
    };
    let mut because = view.reasons(when, &policy);
    for row in &rule.escalate {
        if row.level > level && view.evaluate(&row.when, &policy).holds() {
            level = row.level;
            departments = departments_of(rule, row);
            because.extend(view.reasons(&row.when, &policy));
        }
    }
    Some(report(
        rule,
        FlagStatus::Present,
        level,
        departments,
        because,
    ))
}

fn departments_of<'k>(rule: &'k FlagRule, row: &'k FlagRow) -> &'k Vec<String> {
    if row.departments.is_empty() {
        &rule.departments
    } else {
        &row.departments
    }
}

/// Redflags §0 ② and ③: only a time, a degree or a confirmation is missing, or the one missing item was
/// asked twice without an answer; and something besides pain speaks for it.
fn suspected<'k>(
    knowledge: &Knowledge,
    rule: &'k FlagRule,
    view: &View<'_>,
    asked: &Asked,
) -> Option<Raised<'k>> {
    if !asked.concluding || rule.level == Urgency::Routine || rule.red_flag.is_empty() {
        return None;
    }
    let calm = rule
        .calm
        .as_ref()
        .is_some_and(|calm| view.evaluate(calm, &Policy::default()).holds());
    let open = Policy {
        open: !calm,
        ..policy(rule, asked)
    };
    let rows = std::iter::once((&rule.when, rule.level))
        .chain(rule.otherwise.iter().map(|row| (&row.when, row.level)));
    for (when, level) in rows {
        if let Some(because) = holds_beyond_pain(knowledge, view, when, &open) {
            return Some(report(
                rule,
                FlagStatus::Suspected,
                level.one_lower(),
                &rule.departments,
                because,
            ));
        }
    }
    let unanswered: BTreeSet<ConceptId> = rule
        .confirm
        .iter()
        .filter(|question| asked.unanswered.contains(*question))
        .filter_map(|question| knowledge.questions.get(question))
        .flat_map(|question| question.about.iter().cloned())
        .collect();
    if rule.level == Urgency::Immediate && !unanswered.is_empty() {
        let policy = Policy {
            unanswered,
            ..policy(rule, asked)
        };
        if let Some(because) = holds_beyond_pain(knowledge, view, &rule.when, &policy) {
            return Some(report(
                rule,
                FlagStatus::Suspected,
                Urgency::Within24h,
                &rule.departments,
                because,
            ));
        }
    }
    None
}

/// The reasons of a condition that holds, when at least one is a sign other than pain.
fn holds_beyond_pain(
    knowledge: &Knowledge,
    view: &View<'_>,
    when: &Expr,
    policy: &Policy,
) -> Option<Vec<Reason>> {
    let because = holds(view, when, policy)?;
    let beyond_pain = because
        .iter()
        .any(|reason| is_sign(knowledge, view, reason));
    beyond_pain.then_some(because)
}

/// The reasons of a condition that holds.
pub(super) fn holds(view: &View<'_>, when: &Expr, policy: &Policy) -> Option<Vec<Reason>> {
    let holds = view.evaluate(when, policy).holds();
    holds.then(|| view.reasons(when, policy))
}

/// The reason is a sign that is there, and more than pain or everyday trouble.
pub(super) fn is_sign(knowledge: &Knowledge, view: &View<'_>, reason: &Reason) -> bool {
    let is_sign = knowledge.is_beyond_pain(&reason.concept)
        || knowledge.policy.speaks.contains(&reason.concept)
        || reason.concept.is_derived()
        || knowledge.words.cues.injuries.contains(&reason.concept);
    is_sign
        && view
            .fact(reason.concept.as_str())
            .is_some_and(|fact| fact.assertion == Assertion::Present)
}

/// A flag is excluded when its confirming questions were answered and its rule is known not to hold.
fn exclusion(rule: &FlagRule, view: &View<'_>, asked: &Asked) -> Option<RedFlag> {
    let settled =
        !rule.confirm.is_empty() && rule.confirm.iter().any(|q| asked.answered.contains(q));
    let denied: Vec<Reason> = rule
        .when
        .concepts()
        .into_iter()
        .filter(|id| id.kind() == "SYM")
        .filter_map(|id| {
            let fact = view
                .fact(id.as_str())
                .filter(|fact| fact.assertion == Assertion::Absent)?;
            Some(Reason {
                concept: id.clone(),
                name: String::new(),
                evidence: fact.evidence.clone(),
            })
        })
        .collect();
    let policy = Policy {
        concluding: true,
        ..Policy::default()
    };
    let cannot_hold = view.evaluate(&rule.when, &policy) == crate::domain::Tri::Absent;
    (settled && cannot_hold && !denied.is_empty() && !rule.red_flag.is_empty()).then(|| {
        report(
            rule,
            FlagStatus::Excluded,
            Urgency::Routine,
            &rule.departments,
            denied,
        )
        .flag
    })
}

fn report<'k>(
    rule: &'k FlagRule,
    status: FlagStatus,
    urgency: Urgency,
    departments: &'k [String],
    because: Vec<Reason>,
) -> Raised<'k> {
    Raised {
        rule,
        departments,
        flag: RedFlag {
            id: rule.red_flag.clone(),
            rule: rule.id.clone(),
            name: rule.name.clone(),
            status,
            urgency,
            because,
            source: rule.source.clone(),
        },
    }
}
