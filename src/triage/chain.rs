//! Whether a decision hangs together: every part of it has its rule, its source, and a quote for each finding it rests on.

use crate::domain::{Assertion, Assessment, Case, Reason, RuleId};
use crate::knowledge::Knowledge;

use super::departments::LEANING;

/// Where the chain quote → finding → rule or edge → source is broken; empty when it is whole.
pub fn gaps(knowledge: &Knowledge, case: &Case, assessment: &Assessment) -> Vec<String> {
    let mut gaps = vec![];
    for flag in &assessment.red_flags {
        let known = knowledge.flags.iter().any(|rule| rule.id == flag.rule);
        let link = Link {
            what: format!("red flag {}", flag.rule),
            known,
            source: &flag.source,
            reasons: &flag.because,
            rests_on_nothing: false,
        };
        link.check(case, &mut gaps);
    }
    for choice in &assessment.departments {
        let link = Link {
            what: format!("department {}", choice.name),
            known: chooses_department(knowledge, &choice.rule),
            source: &choice.source,
            reasons: &choice.reasons,
            rests_on_nothing: choice.rule.as_str() == NOTHING,
        };
        link.check(case, &mut gaps);
    }
    let route = &assessment.route;
    let mut rows = knowledge.routes.routes.iter().flat_map(|def| &def.rows);
    let link = Link {
        what: format!("route {}", route.rule),
        known: rows.any(|row| row.id == route.rule) || route.rule.as_str() == NOTHING,
        source: &route.source,
        reasons: &route.reasons,
        // The last row of the table and the rows of emergencies rest on the flags and departments above.
        rests_on_nothing: true,
    };
    link.check(case, &mut gaps);
    gaps
}

/// The rule of a decision that rests on nothing said.
const NOTHING: &str = "R0";

fn chooses_department(knowledge: &Knowledge, id: &RuleId) -> bool {
    let flags = || knowledge.flags.iter().any(|rule| &rule.id == id);
    let routing = || knowledge.routing.iter().any(|rule| &rule.id == id);
    let disease = || knowledge.graph.diseases.contains_key(id.as_str());
    [NOTHING, LEANING].contains(&id.as_str()) || flags() || routing() || disease()
}

struct Link<'l> {
    what: String,
    known: bool,
    source: &'l str,
    reasons: &'l [Reason],
    rests_on_nothing: bool,
}

impl Link<'_> {
    fn check(&self, case: &Case, gaps: &mut Vec<String>) {
        if !self.known {
            gaps.push(format!("{}: no such rule", self.what));
        }
        if self.source.is_empty() {
            gaps.push(format!("{}: no source", self.what));
        }
        if self.reasons.is_empty() && !self.rests_on_nothing {
            gaps.push(format!("{}: no reason", self.what));
        }
        let unquoted = self
            .reasons
            .iter()
            .filter(|reason| lacks_quote(case, reason));
        gaps.extend(
            unquoted.map(|reason| format!("{}: no quote for {}", self.what, reason.concept)),
        );
    }
}

/// A finding that someone stated stands with their words. What was asked and not answered has none, and a value that is
/// computed has those of its parts.
fn lacks_quote(case: &Case, reason: &Reason) -> bool {
    let quoted = !reason.evidence.is_empty();
    let stated = case
        .fact(reason.concept.as_str())
        .is_some_and(|fact| fact.assertion != Assertion::Uncertain);
    stated && !quoted
}
