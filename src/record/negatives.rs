//! 伴随阴性: what was asked and denied, important ones first, in one line.

use crate::domain::{Assertion, ConceptId, Evidence, Fact};

use super::scene::{Scene, gather};
use super::{Line, Parts};

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
    let mut pieces: Vec<(String, Vec<Evidence>)> = vec![];
    let mut quotes = vec![];
    for group in &scene.layout().negative {
        let facts: Vec<_> = group
            .all
            .iter()
            .filter_map(|id| Some((id, denied(id)?)))
            .collect();
        if facts.len() == group.all.len() {
            let mut own = vec![];
            for (_, fact) in &facts {
                gather(&mut own, &fact.evidence);
            }
            pieces.push((group.name.clone(), own));
        } else {
            let one = |(id, fact): &(&ConceptId, &Fact)| (scene.name(id), fact.evidence.clone());
            pieces.extend(facts.iter().map(one));
        }
        facts
            .iter()
            .for_each(|(_, fact)| gather(&mut quotes, &fact.evidence));
    }
    if pieces.is_empty() {
        return Line::default();
    }
    let after = if pieces.len() > SHOWN {
        "等。"
    } else {
        "。"
    };
    pieces.truncate(SHOWN);
    let parts = Parts {
        before: "否认",
        between: "、",
        after,
        pieces,
    };
    Line::of_parts(parts, quotes)
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
