//! The record as JSON, CONTRACT §5. Conditions and names of illnesses are for clinicians.

use serde_json::{Map, Value, json};

use crate::domain::{
    Assessment, Condition, DepartmentChoice, Evidence, RedFlag, Side, Spoken, Timestamp, VisitCode,
    onset_day, whole_days,
};

use super::advice::status_chinese;
use super::plan::plan_to_json;
use super::{Audience, FlagCheck, Line, NamedFinding, Record, Review, SOFTWARE_VERSION};

/// Writes it.
pub fn to_json(record: &Record, audience: Audience) -> String {
    value(record, audience).to_string()
}

pub(super) fn value(record: &Record, audience: Audience) -> Value {
    let meta = &record.meta;
    let sections: Map<String, Value> = record
        .sections
        .iter()
        .map(|section| (section.title.clone(), section.text(audience).into()))
        .collect();
    let findings = record.findings.iter();
    let mut value = json!({
        "session_id": meta.visit,
        "code": code(&meta.visit),
        "created": meta.created.to_string(),
        "opened": meta.opened.to_string(),
        "hospital": meta.hospital,
        "knowledge_version": record.knowledge_version,
        "software_version": SOFTWARE_VERSION,
        "patient": patient(record),
        "speaker": record.speaker.as_str(),
        "findings": findings.map(|one| finding(one, meta.opened)).collect::<Vec<_>>(),
        "sections": sections,
        "quotes": quotes(record, audience),
        "red_flag_table": record.flags.iter().map(flag_check).collect::<Vec<_>>(),
        "assessment": meta.assessment.as_ref().map(|one| assessment(one, audience)),
        "reasons": shown(&record.chains, audience),
        "pathway": meta.plan.as_ref().map(plan_to_json),
        "unknown": texts(&record.unknown),
        "not_asked": texts(&record.not_asked),
        "contradictions": contradictions(record),
        "doubts": record.doubts.iter().map(|doubt| json!({
            "turn": doubt.turn, "text": doubt.text, "start": doubt.start, "end": doubt.end,
        })).collect::<Vec<_>>(),
        "review": review(&meta.review, audience),
        "notice": record.footer(),
        "AIGC": label(record),
    });
    if let Some(note) = record
        .technique
        .as_ref()
        .filter(|_| audience == Audience::Clinician)
    {
        value["technique"] = json!({
            "outcome": note.outcome,
            "profile": note.profile,
            "standing": note.standing.as_str(),
            "limits": note.limits,
        });
    }
    if !record.spoken.is_empty() {
        value["spoken"] = record.spoken.iter().map(spoken).collect();
    }
    value
}

/// What a recogniser wrote in a turn, before it was put right.
fn spoken((turn, spoken): (&u32, &Spoken)) -> Value {
    let repairs = spoken.repairs.iter();
    json!({
        "turn": turn,
        "heard": spoken.heard,
        "confidence": (f64::from(spoken.confidence) * 100.0).round() / 100.0,
        "confirmed": spoken.confirmed,
        "repairs": repairs.map(|one| json!({"from": one.from, "to": one.to})).collect::<Vec<_>>(),
    })
}

/// The mark of generated content. Source: 《人工智能生成合成内容标识办法》2025, GB 45438-2025.
pub(super) fn label(record: &Record) -> Value {
    json!({
        "Label": "1",
        "ContentProducer": format!("jiwen {SOFTWARE_VERSION}"),
        "ProduceID": format!("{}-{}", record.meta.visit, record.meta.created.as_millisecond()),
    })
}

/// What the patient reads out; null where the id is none of ours.
fn code(visit: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(visit).ok()?;
    Some(VisitCode::of(id.as_u128()).to_string())
}

fn patient(record: &Record) -> Value {
    let age = record.age.and_then(whole_years);
    json!({"age": age, "sex": record.sex.map(|sex| sex.as_str())})
}

/// Infants keep their fraction of a year.
fn whole_years(age: f64) -> Option<Value> {
    if age < 1.0 {
        return serde_json::Number::from_f64(age).map(Value::Number);
    }
    whole_days(age).map(Value::from)
}

/// CONTRACT §2: only known fields appear.
fn finding(one: &NamedFinding, at: Timestamp) -> Value {
    let finding = &one.finding;
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("concept", finding.concept.as_str().into());
    put("name", one.name.as_str().into());
    put("assertion", finding.assertion.as_str().into());
    if finding.side != Side::Unspecified {
        put("side", finding.side.as_str().into());
    }
    if let Some(site) = &one.site {
        put("site", site.as_str().into());
    }
    if !one.quality.is_empty() {
        put("quality", one.quality.clone().into());
    }
    if let Some(score) = finding.severity {
        put("severity", score.get().into());
    }
    if let Some(days) = finding.course.onset_days.and_then(whole_days) {
        put("duration_days", days.into());
        if let Some(day) = onset_day(days, at) {
            put("onset", day.to_string().into());
        }
    }
    put("evidence", evidence(&finding.evidence));
    put("source", finding.source.as_str().into());
    put("confidence", finding.shown_confidence().into());
    Value::Object(fields)
}

fn evidence(quote: &Evidence) -> Value {
    json!({"turn": quote.turn, "text": quote.text, "start": quote.start, "end": quote.end})
}

fn evidences(quotes: &[Evidence]) -> Vec<Value> {
    quotes.iter().map(evidence).collect()
}

/// For each section the words it rests on, so that a line can open its quote.
fn quotes(record: &Record, audience: Audience) -> Map<String, Value> {
    record
        .sections
        .iter()
        .map(|section| {
            let lines = section.lines.iter().filter(|line| line.is_for(audience));
            let quotes: Vec<Value> = lines.flat_map(|line| evidences(&line.quotes)).collect();
            (section.title.clone(), quotes.into())
        })
        .collect()
}

fn flag_check(check: &FlagCheck) -> Value {
    json!({
        "id": check.id,
        "name": check.name,
        "status": check.status_id(),
        "urgency": check.urgency.map(|urgency| urgency.as_str()),
        "rules": texts(&check.rules),
        "because": evidences(&check.quotes),
        "source": check.source,
    })
}

fn assessment(decided: &Assessment, audience: Audience) -> Value {
    let flags = decided.red_flags.iter();
    let choices = decided.departments.iter();
    let mut fields = json!({
        // RF-DEFAULT only sets a time limit and has no id.
        "red_flags": flags.filter(|flag| !flag.id.is_empty()).map(red_flag).collect::<Vec<_>>(),
        "urgency": decided.urgency.as_str(),
        "departments": choices.map(|one| department(one, audience)).collect::<Vec<_>>(),
        "route": route(decided, audience),
    });
    if audience == Audience::Clinician {
        let conditions: Vec<Value> = decided.conditions.iter().map(condition).collect();
        fields["conditions"] = conditions.into();
    }
    fields
}

fn red_flag(flag: &RedFlag) -> Value {
    let mut because: Vec<&Evidence> = vec![];
    for quote in flag.because.iter().flat_map(|reason| &reason.evidence) {
        if !because.contains(&quote) {
            because.push(quote);
        }
    }
    json!({
        "id": flag.id,
        "status": flag.status.as_str(),
        "because": because.into_iter().map(evidence).collect::<Vec<_>>(),
        "source": flag.source,
        "rule": flag.rule.as_str(),
        "urgency": flag.urgency.as_str(),
    })
}

fn department(choice: &DepartmentChoice, audience: Audience) -> Value {
    let mut fields = json!({
        "name": choice.name, "score": choice.score, "because": choice.because,
    });
    // A department found by the likeliest condition carries that condition's id.
    if audience == Audience::Clinician || !choice.rule.as_str().starts_with("DIS.") {
        fields["rule"] = choice.rule.as_str().into();
    }
    fields
}

fn route(decided: &Assessment, audience: Audience) -> Value {
    let route = &decided.route;
    let criteria = route.criteria.iter();
    let mut fields = json!({
        "id": route.id.as_str(),
        "rule": route.rule.as_str(),
        "because": route.because,
        "missing": texts(&route.missing),
        "criteria": criteria.map(|one| json!({
            "id": one.id.as_str(), "name": one.name, "status": status_chinese(one.status),
        })).collect::<Vec<_>>(),
    });
    if audience == Audience::Clinician {
        fields["exclusions"] = route.exclusions.clone().into();
    }
    fields
}

fn condition(one: &Condition) -> Value {
    json!({
        "name": one.name, "icd10": one.icd10, "score": one.score,
        "for": one.supporting, "against": one.against,
    })
}

fn contradictions(record: &Record) -> Vec<Value> {
    record
        .contradictions
        .iter()
        .map(|(name, both)| {
            json!({
                "concept": both.concept.as_str(),
                "name": name,
                "earlier": evidence(&both.earlier),
                "later": evidence(&both.later),
                "earlier_by": by(record, both.earlier.turn),
                "later_by": by(record, both.later.turn),
            })
        })
        .collect()
}

/// Who said it, where helper and patient both spoke.
fn by(record: &Record, turn: u32) -> Option<&'static str> {
    record.voices.get(&turn).map(|voice| voice.as_str())
}

/// What clinicians wrote may name an illness, so patients are told that the record was reviewed and not how.
fn review(review: &Review, audience: Audience) -> Value {
    let changes = match audience {
        Audience::Clinician => review.changes.as_slice(),
        Audience::Patient => &[],
    };
    json!({
        "status": review.status,
        "by": review.by,
        "at": review.at.map(|at| at.to_string()),
        "changes": changes,
    })
}

fn shown(lines: &[Line], audience: Audience) -> Vec<&str> {
    let shown = lines.iter().filter(|line| line.is_for(audience));
    shown.map(|line| line.text.as_str()).collect()
}

fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Assertion, Route, Sex};
    use crate::record::build;
    use crate::record::samples::{Patient, assessment, meta, mind};

    #[test]
    fn what_a_recogniser_wrote_stands_beside_what_was_understood() {
        let mut state = Patient::default().visit();
        let plain = value(&build(mind(), &state, &meta(None)), Audience::Clinician);
        assert!(plain.get("spoken").is_none());
        state.spoken.insert(
            1,
            Spoken {
                heard: "屁股马".to_owned(),
                confidence: 0.75,
                confirmed: true,
                repairs: vec![],
            },
        );
        let written = value(&build(mind(), &state, &meta(None)), Audience::Clinician);
        assert_eq!(
            written["spoken"][0],
            json!({"turn": 1, "heard": "屁股马", "confidence": 0.75, "confirmed": true, "repairs": []})
        );
    }

    fn written(audience: Audience) -> Value {
        let mut patient = Patient::default();
        patient.case.sex = Some(Sex::Female);
        patient.measures("age", 45.0);
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        patient.state("TRIG.COUGH", Assertion::Present);
        patient.denies("SYM.FEVER");
        patient.state("true_weakness", Assertion::Absent);
        let mut decided = assessment(Route::MinimallyInvasiveAssessment, "R3-1");
        decided.route.exclusions = vec!["活动性感染 → R2".to_owned()];
        decided.conditions = vec![Condition {
            id: "DIS.LDH".into(),
            name: "腰椎间盘突出症".to_owned(),
            icd10: "M51.2".to_owned(),
            score: 3.0,
            supporting: vec!["下肢放射痛".to_owned()],
            against: vec![],
        }];
        decided.departments[0].rule = "DIS.LDH".into();
        value(
            &build(mind(), &patient.visit(), &meta(Some(decided))),
            audience,
        )
    }

    #[test]
    fn conditions_reach_clinicians_and_never_patients() {
        let patient = written(Audience::Patient);
        assert!(patient["assessment"].get("conditions").is_none());
        let text = patient.to_string();
        for word in ["间盘突出", "DIS.", "活动性感染", "M51"] {
            assert!(!text.contains(word), "{word}");
        }
        let clinician = written(Audience::Clinician);
        assert_eq!(clinician["assessment"]["conditions"][0]["icd10"], "M51.2");
    }

    #[test]
    fn the_fields_of_the_contract_are_there() {
        let record = written(Audience::Patient);
        assert_eq!(record["patient"], json!({"age": 45, "sex": "female"}));
        assert_eq!(record["speaker"], "self");
        assert_eq!(record["sections"]["主诉"], "右下肢放射痛3月");
        let expected = json!({"status": "unreviewed", "by": null, "at": null, "changes": []});
        assert_eq!(record["review"], expected);
        let titles: Vec<&String> = record["sections"]
            .as_object()
            .expect("sections")
            .keys()
            .collect();
        assert_eq!(titles.len(), 13, "{titles:?}");
        assert_eq!(record["red_flag_table"][0]["status"], "unknown");
        assert!(
            record["not_asked"]
                .as_array()
                .is_some_and(|slots| !slots.is_empty())
        );
    }

    #[test]
    fn a_finding_has_only_known_fields_and_derived_values_stay_inside() {
        let record = written(Audience::Patient);
        let findings = record["findings"].as_array().expect("findings");
        assert_eq!(findings.len(), 3);
        assert_eq!(findings[0]["name"], "下肢放射痛(坐骨神经痛)");
        assert!(findings[1].get("side").is_none());
    }
}
