//! 伴随阴性: what was asked and denied, important ones first, in one line.

use crate::domain::{Assertion, ConceptId};

use super::Line;
use super::scene::{Scene, gather};

/// Items of the line; the findings keep the rest.
const SHOWN: usize = 12;

/// The line; empty when nothing was denied.
pub(super) fn write(scene: &Scene<'_>) -> Line {
    let denied = |id: &ConceptId| {
        scene
            .case
            .fact(id.as_str())
            .filter(|fact| fact.assertion == Assertion::Absent)
    };
    let mut names: Vec<String> = vec![];
    let mut quotes = vec![];
    for group in &scene.layout().negative {
        let facts: Vec<_> = group
            .all
            .iter()
            .filter_map(|id| Some((id, denied(id)?)))
            .collect();
        if facts.len() == group.all.len() {
            names.push(group.name.clone());
        } else {
            names.extend(facts.iter().map(|(id, _)| scene.name(id)));
        }
        facts
            .iter()
            .for_each(|(_, fact)| gather(&mut quotes, &fact.evidence));
    }
    if names.is_empty() {
        return Line::default();
    }
    let more = if names.len() > SHOWN { "等" } else { "" };
    names.truncate(SHOWN);
    Line::new(format!("否认{}{more}。", names.join("、")), quotes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::samples::{Patient, knowledge};

    fn text(patient: &Patient) -> String {
        let scene = Scene {
            knowledge: knowledge(),
            case: &patient.case,
        };
        write(&scene).text
    }

    #[test]
    fn denied_dangers_come_first_and_groups_are_named_as_one() {
        let mut patient = Patient::default();
        for id in [
            "SYM.FEVER",
            "SYM.NUMB_SADDLE",
            "SYM.URIN_RET",
            "SYM.URIN_HES",
            "SYM.URIN_SENS",
            "SYM.URIN_INC",
        ] {
            patient.denies(id);
        }
        assert_eq!(text(&patient), "否认鞍区麻木、排尿改变、发热。");
    }

    #[test]
    fn a_group_that_is_denied_in_part_is_not_denied_as_a_whole() {
        let mut patient = Patient::default();
        patient.denies("SYM.URIN_RET");
        assert_eq!(text(&patient), "否认尿潴留。");
    }

    #[test]
    fn what_was_not_said_is_not_denied() {
        let mut patient = Patient::default();
        patient.state("SYM.FEVER", Assertion::Uncertain);
        assert_eq!(text(&patient), "");
    }
}
