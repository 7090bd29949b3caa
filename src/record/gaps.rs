//! 未问或不清楚: slots asked without an answer, and slots that the route or safety needs and nobody asked.

use std::collections::BTreeSet;

use crate::domain::{Assertion, Assessment, ConceptId, QuestionId, Slot};
use crate::interview::{Outcome, State, open_safety_questions};
use crate::knowledge::QuestionDef;
use crate::triage::{View, can_be_asked};

use super::Line;
use super::scene::{Scene, shortened};

/// What stays open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Gaps {
    /// Asked and not answered.
    pub unknown: Vec<Slot>,
    /// Never asked.
    pub not_asked: Vec<Slot>,
}

/// Finds them.
pub(super) fn find(scene: &Scene<'_>, state: &State, assessment: Option<&Assessment>) -> Gaps {
    let mut unknown = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for (id, progress) in &state.asked {
        let Some(question) = scene.knowledge.questions.get(id) else {
            continue;
        };
        asked.insert(question.slot.clone());
        let waiting = state.open.as_ref().is_some_and(|open| &open.id == id);
        let answered = progress.outcome == Outcome::Answered || settles(scene, question);
        if !answered && (state.is_done() || !waiting) {
            unknown.insert(question.slot.clone());
        }
    }
    let mut wanted: Vec<Slot> = vec![];
    let view = View::new(scene.knowledge, scene.case);
    let safety = open_safety_questions(scene.knowledge, state, &view);
    let route = assessment.and_then(|decided| scene.knowledge.routes.chosen(&decided.route));
    let answered = |id: &QuestionId| {
        let progress = state.asked.get(id);
        progress.is_some_and(|progress| progress.outcome == Outcome::Answered)
    };
    let needed = route.map_or(&[][..], |route| route.must_know.as_slice());
    let needed = needed
        .iter()
        .filter(|slot| can_be_asked(scene.knowledge, &view, slot, &answered));
    for slot in safety.iter().map(|question| &question.slot).chain(needed) {
        if !asked.contains(slot) && !wanted.contains(slot) && !is_filled(scene, slot) {
            wanted.push(slot.clone());
        }
    }
    Gaps {
        unknown: unknown.into_iter().collect(),
        not_asked: wanted,
    }
}

/// True when what a question is about is known by now, whoever said it and when.
fn settles(scene: &Scene<'_>, question: &QuestionDef) -> bool {
    let known = |id: &ConceptId| {
        scene
            .case
            .fact(id.as_str())
            .is_some_and(|fact| fact.assertion != Assertion::Uncertain)
    };
    // A derived value is a conclusion; what was said decides whether the question was answered.
    let said = |id: &&ConceptId| !id.is_derived();
    let about = question.about.iter().any(|id| said(&id))
        && (question.about.iter().filter(said).all(known)
            || question.about.iter().any(|id| scene.case.has(id.as_str())));
    let measured = question
        .measure
        .as_ref()
        .is_some_and(|name| scene.case.measures.contains_key(name));
    about || measured
}

/// True when the case holds what a slot asks for, without a question.
fn is_filled(scene: &Scene<'_>, slot: &Slot) -> bool {
    let case = scene.case;
    let symptoms = scene.symptoms();
    let any_pain =
        |holds: &dyn Fn(&crate::domain::Fact) -> bool| symptoms.iter().any(|(_, fact)| holds(fact));
    let by_itself = match slot.as_str() {
        "age" => case.age().is_some(),
        "sex" => case.sex.is_some(),
        "chief_complaint" => !symptoms.is_empty(),
        "site" => symptoms
            .iter()
            .any(|(id, fact)| scene.knowledge.is_located(id) || fact.site.is_some()),
        "side" => any_pain(&|fact| fact.side.chinese() != ""),
        "duration" | "onset" => symptoms.iter().any(|(_, fact)| scene.days(fact).is_some()),
        "severity" => {
            case.measures.keys().any(|name| name.contains("nrs"))
                || any_pain(&|fact| fact.severity.is_some())
        }
        _ => false,
    };
    by_itself
        || case.notes.contains_key(slot)
        || scene
            .knowledge
            .questions
            .values()
            .filter(|question| &question.slot == slot && question.parent.is_none())
            .any(|question| settles(scene, question))
}

/// The lines of the section; contradictions and words not understood come with it.
pub(super) fn lines(scene: &Scene<'_>, gaps: &Gaps) -> Vec<Line> {
    let named = |slots: &[Slot]| -> String {
        let name = |slot: &Slot| {
            let named = scene.layout().slots.get(slot);
            named.map_or_else(|| slot.to_string(), Clone::clone)
        };
        slots.iter().map(name).collect::<Vec<_>>().join("、")
    };
    let mut lines = vec![];
    for (word, slots) in [("患者不清楚", &gaps.unknown), ("未问", &gaps.not_asked)] {
        if !slots.is_empty() {
            lines.push(Line::new(format!("{word}:{}", named(slots)), vec![]));
        }
    }
    let mut contradictions: Vec<_> = scene.case.contradictions.iter().collect();
    // What two people told differently comes first.
    contradictions.sort_by_key(|both| scene.case.two_voices(both).is_none());
    for both in contradictions.into_iter().take(2) {
        let told = scene.case.two_voices(both).map(|(earlier, later)| {
            format!(
                "说法不一:{}({}说「{}」;{}说「{}」)",
                scene.name(&both.concept),
                earlier.chinese(),
                shortened(&both.earlier.text, 16),
                later.chinese(),
                shortened(&both.later.text, 16)
            )
        });
        let text = told.unwrap_or_else(|| {
            format!(
                "前后不一:{}(先「{}」,后「{}」)",
                scene.name(&both.concept),
                shortened(&both.earlier.text, 16),
                shortened(&both.later.text, 16)
            )
        });
        lines.push(Line::new(
            text,
            vec![both.earlier.clone(), both.later.clone()],
        ));
    }
    for doubt in scene.case.doubts.iter().take(2) {
        let words = shortened(&doubt.text, 20);
        lines.push(Line::new(format!("未能理解:「{words}」"), vec![]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Route, Sex, Side};
    use crate::interview::Progress;
    use crate::record::samples::{Patient, assessment, knowledge};

    #[test]
    fn slots_of_the_route_that_nobody_asked_are_named() {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        let state = patient.visit();
        let scene = Scene {
            knowledge: knowledge(),
            case: &state.case,
        };
        let decided = assessment(Route::MinimallyInvasiveAssessment, "R3-1");
        let gaps = find(&scene, &state, Some(&decided));
        let has = |slot: &str| gaps.not_asked.contains(&Slot::new(slot));
        assert!(has("prior_imaging") && has("allergy") && has("severity"));
        assert!(!has("side") && !has("duration"), "{:?}", gaps.not_asked);
        let text = &lines(&scene, &gaps)[0].text;
        assert!(text.starts_with("未问:") && text.contains("影像"), "{text}");
    }

    #[test]
    fn what_does_not_apply_is_not_missing() {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(7.0));
        patient.case.sex = Some(Sex::Male);
        let mut state = patient.visit();
        let progress = Progress {
            attempts: 1,
            outcome: Outcome::Answered,
            turn: 1,
        };
        state.asked.insert("Q-DRUG".into(), progress);
        let scene = Scene {
            knowledge: knowledge(),
            case: &state.case,
        };
        let decided = assessment(Route::Conservative, "R5-1");
        let missing = find(&scene, &state, Some(&decided)).not_asked;
        let has = |slot: &str| missing.contains(&Slot::new(slot));
        assert!(has("occupation"), "{missing:?}");
        assert!(!has("pregnancy") && !has("anticoagulant"), "{missing:?}");
    }

    #[test]
    fn a_question_without_an_answer_is_unknown_and_not_unasked() {
        let mut state = Patient::default().visit();
        let Some(question) = knowledge().questions.keys().next() else {
            return;
        };
        let slot = knowledge().questions[question].slot.clone();
        let progress = Progress {
            attempts: 2,
            outcome: Outcome::Unsure,
            turn: 1,
        };
        state.asked.insert(question.clone(), progress);
        let scene = Scene {
            knowledge: knowledge(),
            case: &state.case,
        };
        let gaps = find(&scene, &state, None);
        assert_eq!(gaps.unknown, std::slice::from_ref(&slot));
        assert!(!gaps.not_asked.contains(&slot));
    }
}
