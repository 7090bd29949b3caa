//! From an option to statements: what choosing it says about the patient.

use crate::domain::{Assertion, Case, ConceptId, Evidence, Fact, Finding, Side, Source, Statement};
use crate::knowledge::{Knowledge, OptionDef, StatedFact, Subject};

/// Concepts that an option affirms.
pub fn affirmed(option: &OptionDef) -> impl Iterator<Item = &ConceptId> {
    option
        .sets
        .iter()
        .filter(|fact| fact.assertion == Assertion::Present)
        .filter_map(|fact| match &fact.subject {
            Subject::Concept(id) => Some(id),
            _ => None,
        })
}

/// The statements that an option makes. `trigger` is what `@` stands for.
pub fn statements(
    knowledge: &Knowledge,
    case: &Case,
    option: &OptionDef,
    trigger: &[ConceptId],
    evidence: &Evidence,
) -> Vec<Statement> {
    let mut statements = vec![];
    for fact in &option.sets {
        let subjects: Vec<ConceptId> = match &fact.subject {
            Subject::Concept(id) => vec![id.clone()],
            Subject::Trigger => trigger.to_vec(),
            Subject::Pain => complaint(knowledge, case)
                .into_iter()
                .filter(|id| lacks(case, id, fact))
                .collect(),
        };
        for concept in subjects {
            statements.push(Statement::Finding {
                finding: finding(concept, fact, evidence),
                replaces: false,
            });
        }
    }
    if let Some((name, value)) = &option.measure {
        statements.push(Statement::Measure {
            name: name.clone(),
            value: *value,
            evidence: evidence.clone(),
        });
    }
    statements
}

fn finding(concept: ConceptId, fact: &StatedFact, evidence: &Evidence) -> Finding {
    Finding {
        concept,
        assertion: fact.assertion,
        side: fact.side,
        site: None,
        quality: vec![],
        severity: None,
        course: fact.course,
        evidence: evidence.clone(),
        source: Source::Choice,
        confidence: 1.0,
    }
}

/// The concepts that the complaint consists of: pains first; without pain, numbness, weakness and the like; then dizziness and
/// what else concerns the whole body.
pub fn complaint(knowledge: &Knowledge, case: &Case) -> Vec<ConceptId> {
    let of_groups = |groups: &[&str]| -> Vec<ConceptId> {
        case.facts
            .iter()
            .filter(|(_, fact)| fact.assertion == Assertion::Present)
            .filter(|(id, _)| {
                knowledge
                    .terms
                    .get(*id)
                    .is_some_and(|term| groups.contains(&term.group.as_str()))
            })
            .map(|(id, _)| id.clone())
            .collect()
    };
    let pains = of_groups(&["pain"]);
    if !pains.is_empty() {
        return pains;
    }
    let others = of_groups(&["sensory", "motor", "mechanical"]);
    if others.is_empty() {
        of_groups(&["systemic"])
    } else {
        others
    }
}

/// An answer about "the pain" fills what the finding does not say of itself, and overwrites nothing.
fn lacks(case: &Case, id: &ConceptId, stated: &StatedFact) -> bool {
    let Some(fact) = case.fact(id.as_str()) else {
        return false;
    };
    let time = stated.course.onset_days.is_none() || fact.course.has_no_time();
    let sudden = stated.course.sudden.is_none() || fact.course.sudden.is_none();
    let side = stated.side == Side::Unspecified || fact.side == Side::Unspecified;
    time && sudden && side
}

/// True when a limb or joint complaint already has its side, or there is none that has sides.
pub fn complaint_has_side(knowledge: &Knowledge, case: &Case) -> bool {
    let known = |fact: &Fact| fact.side != Side::Unspecified;
    complaint(knowledge, case)
        .iter()
        .filter_map(|id| case.fact(id.as_str()))
        .any(known)
}

/// True when the complaint says where.
pub fn complaint_has_site(knowledge: &Knowledge, case: &Case) -> bool {
    // A click or a bruise in the back does not say what hurts there.
    let mechanical = |id: &ConceptId| {
        let term = knowledge.terms.get(id);
        term.is_some_and(|term| term.group == "mechanical")
    };
    let placed = |id: &ConceptId| {
        let said = case.fact(id.as_str()).is_some_and(|f| f.site.is_some());
        knowledge.is_located(id) || said && !mechanical(id)
    };
    complaint(knowledge, case).iter().any(placed)
}
