//! Sections that list facts: history, drugs, allergy, treatment, imaging, function.

use crate::domain::{Assertion, Evidence};
use crate::interview::{Outcome, State};
use crate::knowledge::SectionDef;

use super::Line;
use super::scene::{Scene, Stated, gather, shortened};

/// Items of what is present.
const SHOWN: usize = 8;
/// Items of what is uncertain, over or denied.
const BESIDES: usize = 4;
/// Characters of a quote in the text; the quote itself is kept whole.
const QUOTED: usize = 24;

/// What was said that belongs to a section, or that nothing was.
pub(super) fn write(scene: &Scene<'_>, state: &State, section: &SectionDef) -> Line {
    let mut quotes = vec![];
    let mut parts = vec![];
    for (assertion, word) in [
        (Assertion::Present, ""),
        (Assertion::Past, "曾有"),
        (Assertion::Uncertain, "不确定:"),
        (Assertion::Absent, "否认"),
    ] {
        let found = belonging(scene, section, assertion);
        if !found.is_empty() {
            let named: Vec<String> = found.iter().map(|(id, _)| scene.name(id)).collect();
            parts.push(format!("{word}{}", named.join("、")));
        }
        for (_, fact) in found {
            gather(&mut quotes, &fact.evidence);
        }
    }
    parts.extend(measures(scene, section, &mut quotes));
    parts.extend(labels(scene, state, section));
    if parts.is_empty() || section.quote {
        parts.extend(words(scene, section, &mut quotes));
    }
    if parts.is_empty() {
        parts.push(nothing(scene, state, section).to_owned());
    }
    Line::new(parts.join(";"), quotes)
}

/// Derived values are written when they hold; that one does not hold says nothing to a doctor.
fn belonging<'s>(scene: &Scene<'s>, section: &SectionDef, assertion: Assertion) -> Vec<Stated<'s>> {
    let layout = scene.layout();
    let worded = |(id, _): &Stated<'_>| {
        let named = assertion == Assertion::Present && layout.short.contains_key(*id);
        !id.is_derived() || named
    };
    scene
        .case
        .facts
        .iter()
        .filter(|(_, fact)| fact.assertion == assertion)
        .filter(|(id, _)| !layout.injuries.contains(id))
        .filter(|(id, _)| {
            let own = layout.section_of(id);
            own.is_some_and(|own| own.title == section.title)
        })
        .filter(worded)
        .take(if assertion == Assertion::Present {
            SHOWN
        } else {
            BESIDES
        })
        .collect()
}

fn measures(scene: &Scene<'_>, section: &SectionDef, quotes: &mut Vec<Evidence>) -> Vec<String> {
    let mut parts = vec![];
    for (name, wording) in &section.measures {
        let Some(value) = scene.case.measures.get(name) else {
            continue;
        };
        parts.push(wording.replace("{}", &format!("{value:.0}")));
        if let Some(quote) = scene.case.measure_evidence.get(name) {
            gather(quotes, std::slice::from_ref(quote));
        }
    }
    parts
}

/// Options that were taken and state nothing by themselves: their label is all there is.
fn labels(scene: &Scene<'_>, state: &State, section: &SectionDef) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    for (id, options) in &state.chosen {
        let Some(question) = scene.knowledge.questions.get(id) else {
            continue;
        };
        if !section.slots.contains(&question.slot) {
            continue;
        }
        found.extend(
            options
                .iter()
                .filter_map(|option| question.option(option))
                .filter(|one| one.sets.is_empty() && one.measure.is_none())
                .filter(|one| !one.unsure && !one.refused && !one.label.is_empty())
                .map(|one| shortened(&one.label, QUOTED)),
        );
    }
    found.truncate(SHOWN);
    found
}

fn words(scene: &Scene<'_>, section: &SectionDef, quotes: &mut Vec<Evidence>) -> Vec<String> {
    let notes = section
        .slots
        .iter()
        .filter_map(|slot| scene.case.notes.get(slot))
        .flatten();
    let mut parts: Vec<String> = vec![];
    for note in notes {
        let part = format!("「{}」", shortened(&note.text, QUOTED));
        if parts.len() < 2 && !parts.contains(&part) {
            parts.push(part);
            gather(quotes, std::slice::from_ref(note));
        }
    }
    parts
}

fn nothing(scene: &Scene<'_>, state: &State, section: &SectionDef) -> &'static str {
    let outcomes: Vec<Outcome> = state
        .asked
        .iter()
        .filter(|(id, _)| {
            let question = scene.knowledge.questions.get(*id);
            question.is_some_and(|question| section.slots.contains(&question.slot))
        })
        .map(|(_, progress)| progress.outcome)
        .collect();
    if outcomes.is_empty() {
        "未问"
    } else if outcomes.contains(&Outcome::Answered) {
        "无特殊"
    } else if outcomes.contains(&Outcome::Refused) {
        "不愿说"
    } else {
        "患者不清楚"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Statement;
    use crate::record::samples::{Patient, knowledge, quote};

    fn check(title: &str, patient: Patient, expected: &str) {
        let state = patient.visit();
        let scene = Scene {
            knowledge: knowledge(),
            case: &state.case,
        };
        let section = knowledge()
            .layout
            .section
            .iter()
            .find(|one| one.title == title);
        let line = write(&scene, &state, section.expect("a section"));
        assert_eq!(line.text, expected);
    }

    #[test]
    fn present_and_denied_history_stand_in_one_line() {
        let mut patient = Patient::default();
        patient.state("HX.DIABETES", Assertion::Present);
        patient.denies("HX.CANCER");
        patient.denies("HX.ALLERGY");
        check("既往史", patient, "糖尿病;否认恶性肿瘤史");
    }

    #[test]
    fn what_was_never_asked_is_not_called_normal() {
        check("过敏", Patient::default(), "未问");
    }

    #[test]
    fn a_scan_is_written_with_the_patients_words() {
        let mut patient = Patient::default();
        patient.state("HX.PRIOR_IMG", Assertion::Present);
        patient.case.apply(Statement::Note {
            slot: "prior_imaging".into(),
            evidence: quote("照了磁共振,说四五节突出"),
        });
        let expected = "做过影像检查;「照了磁共振,说四五节突出」";
        check("影像(患者所述)", patient, expected);
    }

    #[test]
    fn treatment_is_written_with_its_length_and_effect() {
        let mut patient = Patient::default();
        patient.state("HX.PRIOR_PT", Assertion::Present);
        patient.state("treatments_unhelpful", Assertion::Present);
        patient.measures("conservative_weeks", 8.0);
        let expected = "理疗、牵引或推拿、疗效差;保守治疗8周";
        check("既往治疗与反应", patient, expected);
    }
}
