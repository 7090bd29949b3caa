//! 建议: department, urgency and route, each with its chain from quote to guideline.

use crate::domain::{Assessment, Criterion, CriterionStatus, DepartmentChoice, Reason};
use crate::knowledge::Expr;
use crate::triage::{Policy, View};

use super::Line;
use super::scene::{Scene, gather, shortened};

/// Lines of the section, and the chains behind them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Advice {
    pub lines: Vec<Line>,
    pub chains: Vec<Line>,
}

/// Writes it; before the first decision there is nothing to suggest.
pub(super) fn write(scene: &Scene<'_>, assessment: Option<&Assessment>) -> Advice {
    let Some(decided) = assessment else {
        return Advice {
            lines: vec![Line::new("尚无建议".to_owned(), vec![])],
            chains: vec![],
        };
    };
    let view = View::new(scene.knowledge, scene.case);
    let mut advice = Advice::default();
    flag_chains(scene, decided, &mut advice);
    for choice in decided.departments.iter().take(1) {
        department_chain(scene, &view, choice, &mut advice);
    }
    let names: Vec<&str> = decided
        .departments
        .iter()
        .map(|choice| choice.name.as_str())
        .collect();
    let quotes = advice.chains.iter().fold(vec![], |mut all, chain| {
        gather(&mut all, &chain.quotes);
        all
    });
    let to = if names.is_empty() {
        "导诊台".to_owned()
    } else {
        names.join("、")
    };
    let first = format!("{}:{to}", decided.urgency.chinese());
    advice.lines.push(Line::new(first, quotes));
    route(scene, &view, decided, &mut advice);
    advice
}

/// 「擦屁股没感觉」→鞍区麻木→RF-CES-1→GIRFT 2023
fn chain(scene: &Scene<'_>, reasons: &[Reason], rule: &str, source: &str) -> Line {
    let mut quotes = vec![];
    let steps: Vec<String> = reasons
        .iter()
        .take(4)
        .map(|reason| {
            gather(&mut quotes, &reason.evidence);
            let words: Vec<String> = reason
                .evidence
                .iter()
                .take(1)
                .map(|quote| format!("「{}」→", shortened(&quote.text, 20)))
                .collect();
            let known = scene.knowledge.terms.contains_key(&reason.concept);
            let name = if known || reason.name.is_empty() {
                scene.name(&reason.concept)
            } else {
                reason.name.clone()
            };
            format!("{}{name}", words.join(""))
        })
        .collect();
    let mut text = steps.join(" + ");
    for end in [rule, source] {
        if !end.is_empty() {
            text = if text.is_empty() {
                end.to_owned()
            } else {
                format!("{text}→{end}")
            };
        }
    }
    Line::new(text, quotes)
}

fn flag_chains(scene: &Scene<'_>, decided: &Assessment, advice: &mut Advice) {
    for flag in decided.raised() {
        let rule = flag.rule.as_str();
        let chain = chain(scene, &flag.because, rule, &flag.source);
        advice.chains.push(chain);
    }
}

/// A department chosen by the likeliest condition has no rule; that chain is for clinicians.
fn department_chain(
    scene: &Scene<'_>,
    view: &View<'_>,
    choice: &DepartmentChoice,
    advice: &mut Advice,
) {
    let rules = &scene.knowledge.routing;
    match rules.iter().find(|rule| rule.id == choice.rule) {
        Some(rule) => {
            let reasons = reasons(view, &rule.when);
            let id = rule.id.as_str();
            let chain = chain(scene, &reasons, id, &rule.source);
            advice.chains.push(chain);
        }
        None if choice.rule.as_str().starts_with("DIS.") => {
            let text = format!("{}({})", choice.because, choice.rule);
            advice.chains.push(Line::new(text, vec![]).for_clinicians());
        }
        None => {}
    }
}

fn reasons(view: &View<'_>, when: &Expr) -> Vec<Reason> {
    view.reasons(
        when,
        &Policy {
            concluding: true,
            ..Policy::default()
        },
    )
}

fn route(scene: &Scene<'_>, view: &View<'_>, decided: &Assessment, advice: &mut Advice) {
    let route = &decided.route;
    let def = scene.knowledge.routes.chosen(route);
    let name = def.map_or("人工导诊", |def| def.name.as_str());
    let row = def.and_then(|def| def.rows.iter().find(|row| row.id == route.rule));
    // A choice that was changed afterwards, as to a person's review, brings its reason along.
    let brought = route.because.first().map_or("", String::as_str);
    let why = row.map_or(brought, |row| row.reason.as_str());
    let because = if why.is_empty() {
        String::new()
    } else {
        format!(",{why}")
    };
    let text = format!("路径:{name}({}{because})", route.rule);
    advice.lines.push(Line::new(text, vec![]));
    if let Some(row) = row {
        let reasons = reasons(view, &row.when);
        let id = row.id.as_str();
        let chain = chain(scene, &reasons, id, &row.source);
        advice.chains.push(chain);
    }
    if !route.criteria.is_empty() {
        advice.lines.push(criteria(&route.criteria));
    }
    // What speaks against the node names illnesses.
    if !route.criteria.is_empty() && !route.exclusions.is_empty() {
        let text = format!("排除情形:{}", route.exclusions.join(";"));
        advice.lines.push(Line::new(text, vec![]).for_clinicians());
    }
}

/// 评估条件:符合M1、M3;待医生核实M2
fn criteria(criteria: &[Criterion]) -> Line {
    let parts: Vec<String> = [
        CriterionStatus::Met,
        CriterionStatus::NotMet,
        CriterionStatus::ToVerify,
    ]
    .into_iter()
    .filter_map(|status| {
        let ids: Vec<&str> = criteria
            .iter()
            .filter(|one| one.status == status)
            .map(|one| one.id.as_str())
            .collect();
        let word = status_chinese(status);
        (!ids.is_empty()).then(|| format!("{word}{}", ids.join("、")))
    })
    .collect();
    Line::new(format!("评估条件:{}", parts.join(";")), vec![])
}

/// 符合, 不符合, 待医生核实.
pub(super) fn status_chinese(status: CriterionStatus) -> &'static str {
    match status {
        CriterionStatus::Met => "符合",
        CriterionStatus::NotMet => "不符合",
        CriterionStatus::ToVerify => "待医生核实",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Route, Side};
    use crate::record::samples::{Patient, assessment, knowledge};

    fn advise(decided: &Assessment) -> Advice {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        let scene = Scene {
            knowledge: knowledge(),
            case: &patient.case,
        };
        write(&scene, Some(decided))
    }

    #[test]
    fn the_criteria_are_met_not_met_or_for_the_doctor() {
        let mut decided = assessment(Route::MinimallyInvasiveAssessment, "R3-1");
        decided.route.criteria = [
            ("M1", CriterionStatus::Met),
            ("M2", CriterionStatus::ToVerify),
            ("M3", CriterionStatus::NotMet),
        ]
        .into_iter()
        .map(|(id, status)| Criterion {
            id: id.into(),
            name: String::new(),
            status,
        })
        .collect();
        let advice = advise(&decided);
        assert_eq!(advice.lines[0].text, "常规门诊:脊柱外科");
        let expected = "评估条件:符合M1;不符合M3;待医生核实M2";
        assert_eq!(advice.lines[2].text, expected);
    }

    #[test]
    fn a_chain_goes_from_quote_to_rule() {
        let advice = advise(&assessment(Route::MinimallyInvasiveAssessment, "R3-1"));
        let all: Vec<&str> = advice
            .chains
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        let found = all
            .iter()
            .any(|text| text.contains("「SYM.LEG_RAD」→下肢放射痛") && text.contains("R3-1"));
        assert!(found, "{all:?}");
    }

    #[test]
    fn a_department_found_by_a_condition_does_not_name_it_to_patients() {
        let mut decided = assessment(Route::Conservative, "R5-1");
        decided.departments[0].rule = "DIS.LDH".into();
        let advice = advise(&decided);
        let open = |line: &&Line| !line.for_clinicians && line.text.contains("DIS.");
        assert_eq!(advice.chains.iter().find(open), None);
    }
}
