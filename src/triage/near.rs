//! Rules one answer away from firing: their questions come first.

use std::collections::BTreeSet;

use crate::domain::{ConceptId, QuestionId, RuleId, Tri, Urgency};
use crate::knowledge::{Expr, FlagRule, Knowledge};

use super::evaluate::{Policy, View};
use super::flags::{holds, is_sign};

/// A question whose answer could make a rule fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Level that the rule would give.
    pub level: Urgency,
    /// The rule.
    pub rule: RuleId,
    /// The question.
    pub question: QuestionId,
    /// Signs that are there and lack their time or degree.
    pub undated: Vec<ConceptId>,
    /// A sign speaks for it, and not only a history, a drug or a trigger.
    pub signed: bool,
}

/// Questions that could make a rule fire, most urgent rule first.
pub fn near_rules(knowledge: &Knowledge, view: &View<'_>) -> Vec<Near> {
    let strict = Policy::default();
    let mut near = vec![];
    for rule in knowledge
        .flags
        .iter()
        .filter(|rule| rule.level >= Urgency::Within1w)
    {
        let holds = |when: &Expr| view.evaluate(when, &strict).holds();
        let (fires, milder) = (
            holds(&rule.when),
            rule.otherwise.iter().any(|row| holds(&row.when)),
        );
        let worst = rule.escalate.iter().map(|row| row.level).max();
        let raised = if fires {
            worst.unwrap_or(rule.level)
        } else {
            rule.level
        };
        let rows = || {
            let milder = rule.otherwise.iter().map(|row| (&row.when, row.level));
            std::iter::once((&rule.when, rule.level)).chain(milder)
        };
        let could = |question: &QuestionId| match (fires, milder) {
            (false, false) => rows()
                .filter(|(_, level)| *level >= Urgency::Within1w)
                .find_map(|(when, level)| {
                    Some((could_fire(knowledge, view, rule, when, question)?, level))
                }),
            // Raised already: only what would make it more urgent is still asked.
            _ => could_worsen(knowledge, view, rule, question, fires)
                .then_some((Speaks::Sign, raised)),
        };
        near.extend(rule.confirm.iter().filter_map(|question| {
            let (speaks, level) = could(question)?;
            Some(Near {
                signed: speaks == Speaks::Sign,
                level,
                rule: rule.id.clone(),
                question: question.clone(),
                undated: undated(view, rule),
            })
        }));
    }
    near.sort_by_key(|one| std::cmp::Reverse(one.level));
    near
}

/// What speaks for a danger besides pain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Sign,
    Background,
}

/// With this question answered the worst way, and times and degrees as they could be, the row of the rule holds; what speaks for
/// it by now.
fn could_fire(
    knowledge: &Knowledge,
    view: &View<'_>,
    rule: &FlagRule,
    when: &Expr,
    question: &QuestionId,
) -> Option<Speaks> {
    let question = knowledge.questions.get(question)?;
    let unanswered: BTreeSet<ConceptId> = question.about.iter().cloned().collect();
    let hypothetical = Policy {
        open: true,
        unanswered,
        ..Policy::default()
    };
    let speaks = speaks_for(knowledge, view, when, &hypothetical)?;
    // A question that changes nothing is not asked: without it, the rule must still be undecided for its sake.
    let without = Policy {
        open: true,
        ..Policy::default()
    };
    let already = speaks_for(knowledge, view, when, &without).is_some();
    let asks =
        !already || question.about.is_empty() || question.about.iter().any(|id| matters(rule, id));
    asks.then_some(speaks)
}

/// The condition holds, and something besides pain is known to speak for it.
fn speaks_for(
    knowledge: &Knowledge,
    view: &View<'_>,
    when: &Expr,
    policy: &Policy,
) -> Option<Speaks> {
    let because = holds(view, when, policy)?;
    if because.iter().any(|one| is_sign(knowledge, view, one)) {
        return Some(Speaks::Sign);
    }
    let background = |id: &ConceptId| matches!(id.kind(), "HX" | "MED" | "TRIG" | "REL");
    because
        .iter()
        .any(|one| background(&one.concept) && view.case().has(one.concept.as_str()))
        .then_some(Speaks::Background)
}

/// The answer could lift a raised rule to its first row, or to an escalation of it.
fn could_worsen(
    knowledge: &Knowledge,
    view: &View<'_>,
    rule: &FlagRule,
    question: &QuestionId,
    fires: bool,
) -> bool {
    let Some(question) = knowledge.questions.get(question) else {
        return false;
    };
    let hypothetical = Policy {
        unanswered: question.about.iter().cloned().collect(),
        ..Policy::default()
    };
    let strict = Policy::default();
    let first = (!fires).then_some(&rule.when);
    first
        .into_iter()
        .chain(rule.escalate.iter().map(|row| &row.when))
        .any(|when| {
            !view.evaluate(when, &strict).holds() && view.evaluate(when, &hypothetical).holds()
        })
}

fn matters(rule: &FlagRule, id: &ConceptId) -> bool {
    rule.expressions().any(|expr| expr.concepts().contains(&id))
}

/// Present signs of a rule whose qualifier is not known.
fn undated(view: &View<'_>, rule: &FlagRule) -> Vec<ConceptId> {
    let mut found: Vec<ConceptId> = vec![];
    rule.when.each_leaf(&mut |leaf| {
        if let Expr::Concept(id, qualifiers) = leaf
            && !qualifiers.is_empty()
            && view.case().has(id.as_str())
            && view.evaluate(leaf, &Policy::default()) == Tri::Unknown
            && !found.contains(id)
        {
            found.push(id.clone());
        }
    });
    found
}
