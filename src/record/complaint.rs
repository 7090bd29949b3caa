//! 主诉: the main complaint in at most twenty characters, with side and duration.

use crate::domain::{Evidence, Fact, Recency};

use super::Line;
use super::scene::{Scene, Stated, duration, gather, shortened};

/// Source: 病历书写基本规范 (2010) and interop §4: a main complaint has no more than 20 characters.
pub(super) const LIMIT: usize = 20;

/// Writes it.
pub(super) fn write(scene: &Scene<'_>) -> Line {
    let symptoms = scene.symptoms();
    let layout = scene.layout();
    let lead = scene.first_of(&layout.lead, &symptoms);
    let others: Vec<Stated<'_>> = symptoms
        .iter()
        .filter(|(id, _)| lead.is_none_or(|(led, _)| led != *id))
        .copied()
        .collect();
    let telling = scene.first_of(&layout.telling, &others);
    let any = lead.or(telling).or_else(|| symptoms.first().copied());
    let Some(first) = any else {
        return in_own_words(scene);
    };
    let second = telling.filter(|(id, _)| *id != first.0);
    let fitting = candidates(scene, first, second)
        .into_iter()
        .find(|text| text.chars().count() <= LIMIT);
    let mut quotes = vec![];
    gather(&mut quotes, &first.1.evidence);
    if let Some((_, fact)) = second {
        gather(&mut quotes, &fact.evidence);
    }
    Line::new(
        fitting.unwrap_or_else(|| shortened(&scene.sided(first), LIMIT)),
        quotes,
    )
}

/// From the fullest wording to the shortest.
fn candidates(scene: &Scene<'_>, first: Stated<'_>, second: Option<Stated<'_>>) -> Vec<String> {
    let injured = if first.1.course.after_injury == Some(true) {
        "外伤后"
    } else {
        ""
    };
    let how_long = |fact| scene.days(fact).map(duration).unwrap_or_default();
    let (name, long) = (scene.sided(first), how_long(first.1));
    let mut texts = vec![];
    if let Some(second) = second {
        let other = scene.sided(second);
        let since = recent(second.1).unwrap_or_else(|| how_long(second.1));
        if since == long {
            texts.push(format!("{injured}{name}伴{other}{long}"));
            texts.push(format!("{name}伴{other}{long}"));
        } else {
            texts.push(format!("{injured}{name}{long},{other}{since}"));
            texts.push(format!("{name}{long},{other}{since}"));
        }
        texts.push(format!(
            "{}伴{}{long}",
            scene.name(first.0),
            scene.name(second.0)
        ));
        // What is most telling stays, whatever must go.
        texts.push(format!("{other}{since}"));
        texts.push(other);
    }
    texts.push(format!("{injured}{name}{long}"));
    texts.push(format!("{name}{long}"));
    texts
}

/// A sign that is new or worse must not look as old as the pain that it comes with.
fn recent(fact: &Fact) -> Option<String> {
    match (fact.course.onset_days, fact.course.recency) {
        (None, Some(Recency::New14)) => Some("近2周".to_owned()),
        (None, Some(Recency::Worse14)) => Some("近2周加重".to_owned()),
        _ => None,
    }
}

/// Nothing was recognised: what the patient said first.
fn in_own_words(scene: &Scene<'_>) -> Line {
    let said = scene
        .case
        .notes
        .get("chief_complaint")
        .and_then(|notes| notes.first());
    match said {
        Some(evidence) => quoted(evidence),
        None => Line::new("未说明".to_owned(), vec![]),
    }
}

fn quoted(evidence: &Evidence) -> Line {
    let words = shortened(&evidence.text, LIMIT - 2);
    Line::new(format!("「{words}」"), vec![evidence.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Side, Statement};
    use crate::record::samples::{Patient, knowledge};

    fn check(patient: &Patient, expected: &str) {
        let scene = Scene {
            knowledge: knowledge(),
            case: &patient.case,
        };
        let text = write(&scene).text;
        assert_eq!(text, expected);
        assert!(text.chars().count() <= LIMIT);
    }

    #[test]
    fn a_radiating_pain_is_written_with_side_and_duration() {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        check(&patient, "右下肢放射痛3月");
        patient.has("SYM.LBP", Side::Unspecified, Some(100.0));
        patient.has("SYM.LEG_RAD", Side::Right, Some(100.0));
        check(&patient, "腰痛伴右下肢放射痛3月余");
    }

    #[test]
    fn the_most_telling_sign_is_written_with_its_own_time() {
        let mut patient = Patient::default();
        patient.has("SYM.LBP", Side::Unspecified, Some(1100.0));
        patient.has("SYM.LEG_RAD", Side::Left, Some(20.0));
        patient.has("SYM.NUMB_SADDLE", Side::Unspecified, Some(2.0));
        check(&patient, "腰痛3年,鞍区麻木2天");
    }

    #[test]
    fn a_sign_that_is_new_does_not_look_as_old_as_the_pain() {
        let mut patient = Patient::default();
        patient.has("SYM.LBP", Side::Unspecified, Some(180.0));
        patient
            .has("SYM.FECAL_INC", Side::Unspecified, None)
            .recency = Some(Recency::New14);
        patient.measures("duration_days", 180.0);
        check(&patient, "腰痛6月,大便失禁近2周");
    }

    #[test]
    fn without_a_pain_the_sign_stands_alone() {
        let mut patient = Patient::default();
        patient.has("SYM.HAND_CLUMSY", Side::Unspecified, Some(180.0));
        check(&patient, "手笨拙6月");
    }

    #[test]
    fn a_long_complaint_keeps_what_is_most_telling() {
        let mut patient = Patient::default();
        patient.has("SYM.MULTI_JOINT", Side::Bilateral, Some(800.0));
        patient.has("SYM.UNILAT_DEFICIT", Side::Right, Some(0.5));
        let scene = Scene {
            knowledge: knowledge(),
            case: &patient.case,
        };
        let text = write(&scene).text;
        assert!(
            text.contains("偏身无力") && text.chars().count() <= LIMIT,
            "{text}"
        );
    }

    #[test]
    fn an_injury_opens_it_and_the_general_pain_is_left_out() {
        let mut patient = Patient::default();
        patient.has("SYM.PAIN", Side::Unspecified, Some(2.0));
        patient
            .has("SYM.KNEE_PAIN", Side::Left, Some(2.0))
            .after_injury = Some(true);
        check(&patient, "外伤后左膝痛2天");
    }

    #[test]
    fn with_nothing_recognised_the_patient_is_quoted() {
        let mut patient = Patient::default();
        check(&patient, "未说明");
        patient.case.apply(Statement::Note {
            slot: "chief_complaint".into(),
            evidence: crate::record::samples::quote(
                "浑身都不对劲,也说不清楚是哪里,反正就是难受得很",
            ),
        });
        check(&patient, "「浑身都不对劲,也说不清楚是哪里,反…」");
    }
}
