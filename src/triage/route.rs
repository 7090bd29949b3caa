//! The route: rows of the table in order of decision; the minimally invasive node is replaceable.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Criterion, CriterionStatus, QuestionId, Reason, Route, RouteChoice, RuleId, Slot, Tri,
};
use crate::knowledge::{Knowledge, QuestionDef, RouteDef, RouteRow};

use super::evaluate::{Policy, View};
use super::flags::Asked;

/// What a hospital has in place of the minimally invasive node (routes §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// 微创适应证评估
    #[default]
    Mis,
    /// 转诊评估
    Referral,
    /// 保守治疗强化
    EnhancedConservative,
}

impl Node {
    fn route(self) -> Route {
        match self {
            Self::Mis => Route::MinimallyInvasiveAssessment,
            Self::Referral => Route::ReferralAssessment,
            Self::EnhancedConservative => Route::ConservativeIntensified,
        }
    }
}

/// Chooses the route.
pub fn choose(
    knowledge: &Knowledge,
    view: &mut View<'_>,
    asked: &Asked,
    node: Node,
) -> RouteChoice {
    let policy = Policy {
        concluding: true,
        ..Policy::default()
    };
    set_thresholds(knowledge, view);
    let criteria = criteria(knowledge, view, &policy);
    let exclusions: Vec<String> = knowledge
        .routes
        .exclusions
        .iter()
        .filter(|one| !one.relative)
        .filter(|one| {
            one.when
                .as_ref()
                .is_some_and(|when| view.evaluate(when, &policy).holds())
        })
        .map(|one| format!("{} → {}", one.name, one.goes_to))
        .collect();
    view.set_engine_value("mis_excluded", Tri::from(!exclusions.is_empty()));
    let unmet = criteria
        .iter()
        .take(4)
        .any(|one| one.status == CriterionStatus::NotMet);
    view.set_engine_value("mis_criteria_met", Tri::from(!unmet));
    view.set_engine_value("needs_more", Tri::from(asked.nothing_known));

    let (def, row) = first_row(knowledge, view, &policy);
    let contract = match def.map(|def| def.contract) {
        Some(Route::MinimallyInvasiveAssessment) if node == Node::Mis => {
            where_covered(knowledge, view, row)
        }
        Some(Route::MinimallyInvasiveAssessment) => node.route(),
        Some(other) => other,
        None => Route::HumanReview,
    };
    let shown = def.is_some_and(|def| def.contract == Route::MinimallyInvasiveAssessment);
    RouteChoice {
        id: contract,
        rule: row.map_or_else(|| RuleId::new("R0"), |row| row.id.clone()),
        because: row
            .map(|row| vec![format!("{}({})", row.reason, row.source)])
            .unwrap_or_default(),
        reasons: row.map_or_else(Vec::new, |row| view.reasons(&row.when, &policy)),
        source: row.map_or("routes §1", |row| &row.source).to_owned(),
        missing: knowledge
            .routes
            .by_contract(contract)
            .map_or_else(Vec::new, |def| missing(knowledge, view, def, asked)),
        criteria: if shown { criteria } else { vec![] },
        exclusions,
    }
}

/// The node, where the hospital's technique covers what the row is for; else what takes its place. A node without any
/// profile is one that the caller vouches for.
fn where_covered(knowledge: &Knowledge, view: &View<'_>, row: Option<&RouteRow>) -> Route {
    let technique = &knowledge.technique;
    let covered = match (&technique.profile, row) {
        (Some(profile), Some(row)) => profile.covers(&row.indication, view.measure("age")),
        _ => true,
    };
    if covered {
        Route::MinimallyInvasiveAssessment
    } else {
        technique.instead
    }
}

/// What the thresholds of the hospital's technique make of the case.
fn set_thresholds(knowledge: &Knowledge, view: &mut View<'_>) {
    let profile = knowledge.technique.profile.as_ref();
    let below = |measure: &str, least: Option<u32>| {
        let told = view.measure(measure);
        let short = least.zip(told);
        Tri::from(short.is_some_and(|(least, told)| told < f64::from(least)))
    };
    let too_short = below(
        "conservative_weeks",
        profile.map(|one| one.conservative_weeks),
    );
    let too_mild = below("nrs_worst24h", profile.map(|one| one.pre_assessment_nrs));
    let cervical = profile.is_some_and(|one| one.covers("cervical_radicular", None));
    view.set_engine_value("site_conservative_too_short", too_short);
    view.set_engine_value("site_pain_too_mild", too_mild);
    view.set_engine_value("site_cervical_mis", Tri::from(cervical));
}

fn first_row<'k>(
    knowledge: &'k Knowledge,
    view: &View<'_>,
    policy: &Policy,
) -> (Option<&'k RouteDef>, Option<&'k RouteRow>) {
    for def in &knowledge.routes.routes {
        if let Some(row) = def
            .rows
            .iter()
            .find(|row| view.evaluate(&row.when, policy).holds())
        {
            return (Some(def), Some(row));
        }
    }
    (None, None)
}

fn criteria(knowledge: &Knowledge, view: &View<'_>, policy: &Policy) -> Vec<Criterion> {
    knowledge
        .routes
        .criteria
        .iter()
        .map(|def| Criterion {
            id: def.id.clone(),
            name: def.name.clone(),
            status: match def.when.as_ref().map(|when| view.evaluate(when, policy)) {
                Some(Tri::Present) => CriterionStatus::Met,
                Some(Tri::Absent) => CriterionStatus::NotMet,
                _ => CriterionStatus::ToVerify,
            },
        })
        .collect()
}

/// A criterion with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The criterion and where it stands.
    pub criterion: Criterion,
    /// What was said for or against it.
    pub because: Vec<Reason>,
}

/// M1–M7, whatever the route: a clinician may think of the core node where the rules do not.
pub fn checklist(knowledge: &Knowledge, view: &View<'_>) -> Vec<Checked> {
    let policy = Policy {
        concluding: true,
        ..Policy::default()
    };
    let defs = knowledge.routes.criteria.iter();
    criteria(knowledge, view, &policy)
        .into_iter()
        .zip(defs)
        .map(|(criterion, def)| Checked {
            because: match (&def.when, criterion.status) {
                (None, _) => vec![],
                (Some(when), CriterionStatus::Met) => view.reasons(when, &policy),
                (Some(when), _) => view.said_about(when),
            },
            criterion,
        })
        .collect()
}

/// Slots that the route should know and that no answer and no finding has filled.
fn missing(knowledge: &Knowledge, view: &View<'_>, def: &RouteDef, asked: &Asked) -> Vec<Slot> {
    let answered = |id: &QuestionId| asked.answered.contains(id);
    let filled = |question: &QuestionDef| {
        let measured = |name: &String| view.measure(name).is_some();
        answered(&question.id)
            || question.measure.as_ref().is_some_and(measured)
            || question
                .about
                .iter()
                .any(|id| view.fact(id.as_str()).is_some())
    };
    def.must_know
        .iter()
        .filter(|slot| {
            let mut questions = knowledge.questions.values();
            !questions.any(|question| &question.slot == *slot && filled(question))
                && can_be_asked(knowledge, view, slot, &answered)
        })
        .cloned()
        .collect()
}

/// Whether there is anything to ask about a slot. A question that is ruled out is not missing (pregnancy of a man),
/// nor are follow-ups whose main question was answered (when the last anticoagulant was taken, of who takes none).
pub fn can_be_asked(
    knowledge: &Knowledge,
    view: &View<'_>,
    slot: &Slot,
    answered: &dyn Fn(&QuestionId) -> bool,
) -> bool {
    let questions = knowledge.questions.values();
    let (main, further): (Vec<&QuestionDef>, Vec<&QuestionDef>) = questions
        .filter(|question| &question.slot == slot)
        .partition(|question| question.parent.is_none());
    if main.is_empty() {
        let open = |question: &&QuestionDef| {
            let parent = question.parent.as_ref();
            parent.is_some_and(|(parent, _)| !answered(parent))
        };
        return further.is_empty() || further.iter().any(open);
    }
    let applies = |question: &&QuestionDef| match &question.when {
        Some(when) => view.evaluate(when, &Policy::default()),
        None => Tri::Present,
    };
    let apply: Vec<Tri> = main.iter().map(applies).collect();
    apply.contains(&Tri::Present) || !apply.contains(&Tri::Absent)
}
