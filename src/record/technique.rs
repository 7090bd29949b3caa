//! What the hospital's technique profile makes of the visit: meets the conditions of the assessment, lacks something, or
//! something else comes first (routes §3.3). Never that an operation is possible.

use crate::domain::{
    Assessment, CriterionStatus, Route, RouteChoice, RuleId, Timestamp, Urgency, day_of,
};
use crate::interview::{Mind, State};
use crate::knowledge::{Knowledge, Standing};
use crate::triage::{Node, Policy, View};

use super::Line;

/// What is said about the assessment, and the profile behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct TechniqueNote {
    /// 微创评估:还缺影像一致; patients may read it.
    pub outcome: String,
    /// The list of criteria says the same (待医生核实M2), so that the text need not repeat it.
    in_criteria: bool,
    /// 技术档案LUSE 0.1:示例未签字; for the text of clinicians, which must stay short.
    line: String,
    /// 技术档案:LUSE 0.1(示例,未签字,请医生核实); for clinicians.
    pub profile: String,
    /// Where the profile stood when the visit was opened.
    pub standing: Standing,
    /// Levels and limits in the team's own words.
    pub limits: Vec<String>,
}

/// The note, for a visit that may be one for the technique: its row decided, or the complaint is of its kind (M1).
pub(super) fn note(
    mind: &Mind,
    state: &State,
    decided: Option<&Assessment>,
    opened: Timestamp,
) -> Option<TechniqueNote> {
    let decided = decided.filter(|decided| decided.urgency < Urgency::Within24h)?;
    let knowledge = &mind.knowledge;
    let by_table = is_assessment(&decided.route);
    if mind.node != Node::Mis || !by_table && !is_its_complaint(knowledge, state) {
        return None;
    }
    let day = day_of(opened);
    let profile = knowledge.technique.profile.as_ref();
    let mut limits: Vec<String> = vec![];
    if let Some(profile) = profile {
        limits.push(format!("节段:{}", profile.levels.join("、")));
        limits.extend(profile.limits.iter().cloned());
    }
    Some(TechniqueNote {
        outcome: outcome(knowledge, decided, by_table),
        in_criteria: by_table && !open_criteria(&decided.route).is_empty(),
        line: in_short(mind, state, decided, opened),
        profile: in_words(mind, state, decided, opened),
        standing: knowledge.technique.standing(day),
        limits,
    })
}

/// As lines of the record.
pub(super) fn lines(note: &TechniqueNote) -> Vec<Line> {
    let outcome = (!note.in_criteria).then(|| Line::new(note.outcome.clone(), vec![]));
    let profile = Line::new(note.line.clone(), vec![]).for_clinicians();
    outcome.into_iter().chain([profile]).collect()
}

/// A row of the minimally invasive node decided, whatever stands in its place.
fn is_assessment(choice: &RouteChoice) -> bool {
    matches!(
        choice.id,
        Route::MinimallyInvasiveAssessment
            | Route::ReferralAssessment
            | Route::ConservativeIntensified
    )
}

fn is_its_complaint(knowledge: &Knowledge, state: &State) -> bool {
    let policy = Policy {
        concluding: true,
        ..Policy::default()
    };
    let view = View::new(knowledge, &state.case);
    let first = knowledge.routes.criteria.first();
    first
        .and_then(|criterion| criterion.when.as_ref())
        .is_some_and(|when| view.evaluate(when, &policy).holds())
}

fn outcome(knowledge: &Knowledge, decided: &Assessment, by_table: bool) -> String {
    let route = &decided.route;
    if !by_table {
        return format!("微创评估:目前更适合先{}", name(knowledge, route.id));
    }
    let what = match route.id {
        Route::MinimallyInvasiveAssessment => "微创评估",
        Route::ReferralAssessment => "转诊评估",
        _ => return format!("微创评估:目前更适合先{}", name(knowledge, route.id)),
    };
    let short = |id: &RuleId| {
        let mut defs = knowledge.routes.criteria.iter();
        defs.find(|def| &def.id == id).map(|def| def.short.as_str())
    };
    let open: Vec<&str> = open_criteria(route).into_iter().filter_map(short).collect();
    if open.is_empty() {
        format!("{what}:符合去门诊评估的条件")
    } else {
        format!("{what}:还缺{}", open.join("、"))
    }
}

/// Criteria that are not met, or that a doctor must verify.
fn open_criteria(choice: &RouteChoice) -> Vec<&RuleId> {
    let open = choice.criteria.iter();
    open.filter(|one| one.status != CriterionStatus::Met)
        .map(|one| &one.id)
        .collect()
}

/// The name of a route without what stands in brackets.
fn name(knowledge: &Knowledge, route: Route) -> &str {
    let def = knowledge.routes.by_contract(route);
    def.map_or("人工导诊", |def| {
        def.name.split('(').next().unwrap_or(&def.name)
    })
}

fn in_words(mind: &Mind, state: &State, decided: &Assessment, opened: Timestamp) -> String {
    let knowledge = &mind.knowledge;
    let technique = &knowledge.technique;
    let instead = name(knowledge, technique.instead);
    let Some(profile) = &technique.profile else {
        return format!("技术档案:无,未开放微创评估,改{instead}");
    };
    let signed = profile.signature_in_chinese(day_of(opened));
    let named = format!("技术档案:{} {}({signed})", profile.name, profile.version);
    if state.node != Node::Mis {
        return format!("{named},未开放微创评估,改{instead}");
    }
    match left_out(knowledge, &decided.route) {
        Some(indication) => format!("{named},未列「{indication}」或年龄在外,改{instead}"),
        None => named,
    }
}

fn in_short(mind: &Mind, state: &State, decided: &Assessment, opened: Timestamp) -> String {
    let knowledge = &mind.knowledge;
    let technique = &knowledge.technique;
    let Some(profile) = &technique.profile else {
        return format!("无技术档案,改{}", name(knowledge, technique.instead));
    };
    let signed = profile.signature_in_short(day_of(opened));
    let named = format!("技术档案{} {}:{signed}", profile.name, profile.version);
    let left_out = left_out(knowledge, &decided.route).is_some();
    if state.node != Node::Mis || left_out {
        return format!("{named},改{}", name(knowledge, technique.instead));
    }
    named
}

/// The indication that the profile does not cover, where that took the node away.
fn left_out<'k>(knowledge: &'k Knowledge, choice: &RouteChoice) -> Option<&'k str> {
    if choice.id == Route::MinimallyInvasiveAssessment {
        return None;
    }
    let rows = knowledge.routes.routes.iter().flat_map(|def| &def.rows);
    let row = rows
        .into_iter()
        .find(|row| row.id == choice.rule && !row.indication.is_empty())?;
    let mut known = knowledge.routes.indications.iter();
    known
        .find(|one| one.id == row.indication)
        .map(|one| one.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Criterion, Side};
    use crate::knowledge::{Technique, TechniqueProfile};
    use crate::record::samples::{Patient, assessment, meta, mind};
    use crate::record::{Audience, build, to_json, to_text};
    use crate::{contents, interview::Mind};

    const SIGNED: &str = r#"
format = 1
name = "单通道软镜"
version = "2.1"
team = "脊柱外科"
indications = ["lumbar_radicular"]
levels = ["L4-5"]
[signature]
by = "王主任"
on = "2026-11-01"
valid_until = "2027-10-31"
"#;

    fn with(profile: Option<&str>) -> Mind {
        let mut mind = Mind::load(&contents::embedded(), Node::Mis).expect("no faults");
        let today = "2026-11-18".parse().expect("a day");
        let profile = profile.map(|text| {
            TechniqueProfile::read("my.toml", text, today, &mind.knowledge).expect("valid")
        });
        mind.knowledge.adopt(Technique {
            profile,
            ..Technique::default()
        });
        mind
    }

    fn patient(node: Node) -> State {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        patient.measures("leg_nrs", 7.0);
        patient.measures("back_nrs", 3.0);
        let mut state = patient.visit();
        state.node = node;
        state
    }

    fn decided(route: Route, open: &[&str]) -> Assessment {
        let mut decided = assessment(route, "R3-1");
        decided.route.criteria = ["M1", "M2", "M7"]
            .into_iter()
            .map(|id| Criterion {
                id: id.into(),
                name: String::new(),
                status: if open.contains(&id) {
                    CriterionStatus::ToVerify
                } else {
                    CriterionStatus::Met
                },
            })
            .collect();
        decided
    }

    fn noted(mind: &Mind, node: Node, decided: &Assessment) -> Option<TechniqueNote> {
        note(mind, &patient(node), Some(decided), meta(None).opened)
    }

    #[test]
    fn it_says_meets_lacks_or_something_else_first_and_promises_no_operation() {
        let mind = mind();
        let mis = Route::MinimallyInvasiveAssessment;
        for (decided, expected) in [
            (decided(mis, &[]), "微创评估:符合去门诊评估的条件"),
            (
                decided(mis, &["M2", "M7"]),
                "微创评估:还缺影像一致、用药过敏病史",
            ),
            (
                assessment(Route::Conservative, "R5-1"),
                "微创评估:目前更适合先保守治疗",
            ),
        ] {
            let note = noted(mind, Node::Mis, &decided).expect("a complaint for it");
            assert_eq!(note.outcome, expected);
            assert!(!note.outcome.contains("手术"), "{}", note.outcome);
            assert!(note.profile.contains("示例,未签字,请医生核实"));
        }
    }

    #[test]
    fn an_emergency_is_not_told_about_the_technique() {
        let mut urgent = assessment(Route::UrgentReferral, "R2-1");
        urgent.urgency = Urgency::Within24h;
        assert_eq!(noted(mind(), Node::Mis, &urgent), None);
    }

    #[test]
    fn name_version_and_signature_stand_in_the_doctors_record_only() {
        let mind = with(Some(SIGNED));
        let decided = decided(Route::MinimallyInvasiveAssessment, &[]);
        let record = build(&mind, &patient(Node::Mis), &meta(Some(decided)));
        let doctors = to_text(&record, Audience::Clinician);
        let line =
            "微创评估:符合去门诊评估的条件;技术档案单通道软镜 2.1:王主任签字,有效至2027-10-31";
        assert!(doctors.contains(line), "{doctors}");
        let json = to_json(&record, Audience::Clinician);
        let whole = "技术档案:单通道软镜 2.1(王主任于2026-11-01签字,有效至2027-10-31)";
        assert!(json.contains(whole), "{json}");
        assert!(!to_json(&record, Audience::Patient).contains("技术档案"));
        assert!(!to_text(&record, Audience::Patient).contains("技术档案"));
    }

    #[test]
    fn without_a_profile_in_force_the_record_says_why_and_what_comes_instead() {
        let referred = decided(Route::ReferralAssessment, &["M2"]);
        let unsigned = SIGNED.replace("王主任", "");
        for (profile, expected) in [
            (None, "技术档案:无,未开放微创评估,改转诊评估"),
            (
                Some(unsigned.as_str()),
                "技术档案:单通道软镜 2.1(未签字),未开放微创评估,改转诊评估",
            ),
        ] {
            let note = noted(&with(profile), Node::Referral, &referred).expect("a note");
            assert_eq!(note.profile, expected);
            assert_eq!(note.outcome, "转诊评估:还缺影像一致");
        }
    }

    #[test]
    fn an_indication_that_the_profile_leaves_out_is_named() {
        let mut referred = decided(Route::ReferralAssessment, &[]);
        referred.route.rule = "R3-2".into();
        let note = noted(&with(Some(SIGNED)), Node::Mis, &referred).expect("a note");
        assert!(
            note.profile.contains("未列「神经源性跛行"),
            "{}",
            note.profile
        );
    }
}
