//! `jiwen explain`: the chain quote → finding → rule → source for every part of a decision.

use jiwen::domain::{Assessment, CriterionStatus, Reason};
use jiwen::knowledge::Knowledge;
use jiwen::service::Explained;
use jiwen::triage::WhatIf;

/// A stored decision as lines. Rules are shown as they stand now; the decision is the one made then.
pub fn stored(knowledge: &Knowledge, explained: &Explained) -> Vec<String> {
    let mut head = vec![format!(
        "decided after turn {} with knowledge {}",
        explained.turn, explained.knowledge_version
    )];
    if explained.knowledge_version != knowledge.version {
        head.push(format!(
            "rules below are those of knowledge {}",
            knowledge.version
        ));
    }
    head.extend(lines(knowledge, &explained.assessment));
    head.extend(explained.what_if.iter().map(other_way));
    head
}

/// 「要是鞍区麻木是多年不变的老毛病」 and what would follow.
fn other_way(one: &WhatIf) -> String {
    format!(
        "if {} {}{}: {} {}, {}, {}",
        one.concept,
        one.name,
        one.change.chinese(),
        one.urgency,
        one.urgency.chinese(),
        one.department,
        one.route
    )
}

/// The decision as lines, most important first.
pub fn lines(knowledge: &Knowledge, assessment: &Assessment) -> Vec<String> {
    let mut lines = vec![];
    lines.push(format!(
        "urgency {} {}",
        assessment.urgency,
        assessment.urgency.chinese()
    ));
    for flag in &assessment.red_flags {
        lines.push(format!(
            "red flag {} {} ({}, {})",
            flag.id,
            flag.status.as_str(),
            flag.rule,
            flag.urgency
        ));
        lines.extend(quoted(knowledge, &flag.because));
        lines.push(format!("  source: {}", flag.source));
    }
    for choice in &assessment.departments {
        lines.push(format!(
            "department {} ← {} {}",
            choice.name, choice.rule, choice.because
        ));
        if let Some(rule) = knowledge.routing.iter().find(|rule| rule.id == choice.rule) {
            lines.push(format!("  when {}", rule.when));
        }
        lines.extend(quoted(knowledge, &choice.reasons));
        lines.push(format!("  source: {}", choice.source));
    }
    let route = &assessment.route;
    lines.push(format!("route {} ← {}", route.id, route.rule));
    lines.extend(route.because.iter().map(|reason| format!("  {reason}")));
    lines.extend(quoted(knowledge, &route.reasons));
    lines.push(format!("  source: {}", route.source));
    for criterion in &route.criteria {
        let status = match criterion.status {
            CriterionStatus::Met => "met",
            CriterionStatus::NotMet => "not met",
            CriterionStatus::ToVerify => "for the doctor to verify",
        };
        lines.push(format!("  {} {}: {status}", criterion.id, criterion.name));
    }
    lines.extend(
        route
            .exclusions
            .iter()
            .map(|exclusion| format!("  excluded: {exclusion}")),
    );
    if !route.missing.is_empty() {
        let missing: Vec<&str> = route.missing.iter().map(|slot| slot.as_str()).collect();
        lines.push(format!("  not known: {}", missing.join(", ")));
    }
    for condition in &assessment.conditions {
        lines.push(format!(
            "condition {} {} score {} for [{}] against [{}]",
            condition.id,
            condition.name,
            condition.score,
            condition.supporting.join("、"),
            condition.against.join("、")
        ));
    }
    lines
}

fn quoted(knowledge: &Knowledge, reasons: &[Reason]) -> Vec<String> {
    let line = |reason| format!("  {}", because(knowledge, reason));
    reasons.iter().map(line).collect()
}

fn because(knowledge: &Knowledge, reason: &Reason) -> String {
    let name = if reason.name.is_empty() {
        knowledge.name(&reason.concept)
    } else {
        &reason.name
    };
    let quotes: Vec<String> = reason
        .evidence
        .iter()
        .map(|e| format!("「{}」 (turn {}, {}–{})", e.text, e.turn, e.start, e.end))
        .collect();
    if quotes.is_empty() {
        format!("{} {name}", reason.concept)
    } else {
        format!("{} ← {} {name}", quotes.join(" "), reason.concept)
    }
}
