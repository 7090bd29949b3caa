//! The record as plain text, to be copied into the hospital's own system.

use crate::domain::day_of;

use super::scene::shortened;
use super::{Audience, Record};

/// Order of reading: danger, complaint, history, negatives, what is open, drugs, the rest (interop §4).
pub(super) const ORDER: [(&str, &str); 13] = [
    ("建议", "建议"),
    ("红旗核对", "红旗"),
    ("主诉", "主诉"),
    ("现病史", "现病史"),
    ("伴随阴性", "阴性"),
    ("未问或不清楚", "待问"),
    ("用药", "用药"),
    ("过敏", "过敏"),
    ("既往史", "既往"),
    ("个人史", "个人"),
    ("既往治疗与反应", "治疗"),
    ("影像(患者所述)", "影像"),
    ("功能与期望", "功能与期望"),
];

/// Sections that nobody asked about are named in one line, so that they cost no reading.
const UNASKED: &str = "未问";

/// Longest text, in characters. Source: interop §4, 900 at the 95th percentile.
const LIMIT: usize = 900;

/// Sections from here on are shortened when the text would grow too long; drugs and allergy never are.
const SHORTENED: [&str; 5] = ["既往", "个人", "治疗", "影像", "功能与期望"];

/// Writes it.
pub fn to_text(record: &Record, audience: Audience) -> String {
    let full = written(record, audience, usize::MAX);
    if full.chars().count() <= LIMIT {
        return full;
    }
    let shorter = written(record, audience, 60);
    if shorter.chars().count() <= LIMIT {
        return shorter;
    }
    written(record, audience, 30)
}

/// The text, with at most so many characters in each section that may be shortened.
fn written(record: &Record, audience: Audience, most: usize) -> String {
    let day = day_of(record.meta.opened);
    let mut lines = vec![format!("【预问诊】{},{day}", record.who())];
    let mut unasked = vec![];
    for (title, label) in ORDER {
        let section = record.section(title);
        let mut text = section.map_or_else(String::new, |section| section.text(audience));
        if SHORTENED.contains(&label) {
            text = shortened(&text, most);
        }
        if text == UNASKED {
            unasked.push(label);
        } else if !text.is_empty() {
            lines.push(format!("【{label}】{text}"));
        }
    }
    if !unasked.is_empty() {
        lines.push(format!("【未问】{}", unasked.join("、")));
    }
    lines.push(record.footer());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Assertion, Criterion, CriterionStatus, Route, Sex, Side};
    use crate::record::build;
    use crate::record::samples::{Patient, assessment, knowledge, meta, mind};

    fn usual() -> Patient {
        let mut patient = Patient::default();
        patient.case.sex = Some(Sex::Female);
        patient.measures("age", 45.0);
        patient.has("SYM.LBP", Side::Unspecified, Some(100.0));
        patient.has("SYM.LEG_RAD", Side::Right, Some(100.0));
        patient.has("SYM.NUMB_FOOT", Side::Right, Some(14.0));
        for id in [
            "TRIG.COUGH",
            "TRIG.SIT",
            "REL.LIE",
            "MED.NSAID",
            "HX.PRIOR_PT",
        ] {
            patient.state(id, Assertion::Present);
        }
        for id in [
            "SYM.NUMB_SADDLE",
            "SYM.URIN_RET",
            "SYM.FEVER",
            "HX.ALLERGY",
            "HX.CANCER",
        ] {
            patient.denies(id);
        }
        patient.measures("nrs_worst24h", 7.0);
        patient
    }

    fn decided() -> crate::domain::Assessment {
        let mut decided = assessment(Route::MinimallyInvasiveAssessment, "R3-1");
        decided.route.criteria = knowledge()
            .routes
            .criteria
            .iter()
            .map(|def| Criterion {
                id: def.id.clone(),
                name: def.name.clone(),
                status: CriterionStatus::ToVerify,
            })
            .collect();
        decided
    }

    #[test]
    fn a_usual_visit_costs_450_characters_to_read() {
        let record = build(mind(), &usual().visit(), &meta(Some(decided())));
        let text = to_text(&record, Audience::Clinician);
        assert!(text.chars().count() <= 450, "{}", text.chars().count());
        assert!(text.starts_with("【预问诊】女,45岁,本人述,2026-11-18\n【建议】常规门诊:脊柱外科"));
        assert!(text.contains("【过敏】否认药物或造影剂过敏"));
        assert!(text.contains("AI生成") && text.contains("未经查体"));
    }

    #[test]
    fn a_visit_with_everything_in_it_stays_under_900_characters() {
        let mut patient = usual();
        let present = |id: &&crate::domain::ConceptId| {
            ["SYM", "HX", "MED", "TRIG", "REL", "TIME"].contains(&id.kind())
        };
        for (index, id) in knowledge().terms.keys().filter(present).enumerate() {
            let assertion = match index % 4 {
                0 => Assertion::Absent,
                1 => Assertion::Uncertain,
                _ => Assertion::Present,
            };
            patient.state(id.as_str(), assertion);
        }
        let words = crate::record::samples::quote(&"又说了很多别的话".repeat(9));
        for id in ["SYM.LBP", "SYM.FEVER", "SYM.WEAK_LEG"] {
            patient
                .case
                .contradictions
                .push(crate::domain::Contradiction {
                    concept: id.into(),
                    earlier: words.clone(),
                    later: words.clone(),
                });
        }
        let record = build(mind(), &patient.visit(), &meta(Some(decided())));
        let text = to_text(&record, Audience::Clinician);
        assert!(text.chars().count() <= 900, "{}", text.chars().count());
    }
}
