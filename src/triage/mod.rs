//! Decisions with their reasons: red flags, differential, departments, urgency, route.

mod chain;
mod departments;
mod differential;
mod evaluate;
mod examples;
mod flags;
mod near;
mod route;
mod what_if;

pub use chain::gaps;
pub use departments::{leans, routing_rule};
pub use evaluate::{Policy, View};
pub use examples::{case_of, run_examples};
pub use flags::Asked;
pub use near::{Near, near_rules};
pub use route::{Checked, Node, can_be_asked, checklist};
pub use what_if::{Change, WhatIf, what_if};

use crate::domain::{
    Assessment, Case, Condition, DepartmentChoice, FlagStatus, RedFlag, Route, RouteChoice, Tri,
    Urgency,
};
use crate::knowledge::Knowledge;

/// Decides a case. The view that comes back knows which rules fired.
pub fn decide<'a>(
    knowledge: &'a Knowledge,
    case: &'a Case,
    asked: &Asked,
    node: Node,
) -> (Assessment, View<'a>) {
    let mut view = View::new(knowledge, case);
    let (raised, excluded) = flags::decide(knowledge, &mut view, asked);
    let conditions = differential::conditions(knowledge, &view);
    let settled = settle(knowledge, &mut view, asked, node, &raised, &conditions);
    let flags = report(raised.into_iter().map(|one| one.flag).collect(), excluded);
    (
        Assessment {
            red_flags: flags,
            urgency: settled.urgency,
            departments: settled.departments,
            route: settled.route,
            conditions,
        },
        view,
    )
}

/// How soon, where first and which way: the decision without its reasons, for trying answers out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// How soon.
    pub urgency: Urgency,
    /// Which way.
    pub route: Route,
    /// First department.
    pub department: String,
}

impl From<&Assessment> for Outline {
    fn from(decided: &Assessment) -> Self {
        let first = decided.departments.first();
        Self {
            urgency: decided.urgency,
            route: decided.route.id,
            department: first.map_or_else(String::new, |choice| choice.name.clone()),
        }
    }
}

/// Decides a case as [`decide`] does, and leaves out what only explains it.
pub fn outline(knowledge: &Knowledge, case: &Case, asked: &Asked, node: Node) -> Outline {
    let mut view = View::new(knowledge, case);
    let (raised, _) = flags::decide(knowledge, &mut view, asked);
    let conditions = if routing_rule(knowledge, &view).is_some() {
        vec![]
    } else {
        differential::conditions(knowledge, &view)
    };
    let settled = settle(knowledge, &mut view, asked, node, &raised, &conditions);
    let first = settled.departments.into_iter().next();
    Outline {
        urgency: settled.urgency,
        route: settled.route.id,
        department: first.map_or_else(String::new, |choice| choice.name),
    }
}

struct Settled {
    urgency: Urgency,
    departments: Vec<DepartmentChoice>,
    route: RouteChoice,
}

/// Department, urgency and route from the flags raised.
fn settle(
    knowledge: &Knowledge,
    view: &mut View<'_>,
    asked: &Asked,
    node: Node,
    raised: &[flags::Raised<'_>],
    conditions: &[Condition],
) -> Settled {
    let chosen = departments::choose(knowledge, view, asked, raised, conditions);
    let flag_urgency = raised.iter().map(|one| one.flag.urgency).max();
    let urgency = flag_urgency
        .into_iter()
        .chain(chosen.urgency)
        .max()
        .unwrap_or(Urgency::Routine)
        .max(Urgency::Routine);

    let level = |wanted: Urgency| Tri::from(flag_urgency == Some(wanted));
    let weekly = |spine: bool| {
        Tri::from(raised.iter().any(|one| {
            one.flag.urgency == Urgency::Within1w
                && one.rule.spine == spine
                && !one.rule.red_flag.is_empty()
        }))
    };
    view.set_engine_value("flag_immediate", level(Urgency::Immediate));
    view.set_engine_value("flag_within_24h", level(Urgency::Within24h));
    view.set_engine_value("flag_within_1w_spine", weekly(true));
    view.set_engine_value("flag_within_1w_other", weekly(false));
    view.set_engine_value("other_department", Tri::from(chosen.other_specialty));
    let clear = raised.iter().all(|one| one.rule.red_flag.is_empty()) && !asked.safety_open;
    view.set_engine_value("red_flags_clear", Tri::from(clear));
    let route = route::choose(knowledge, view, asked, node);
    let urgency = if route.id == Route::SelfCare {
        Urgency::SelfCare
    } else {
        urgency
    };
    Settled {
        urgency,
        departments: chosen.departments,
        route,
    }
}

/// A flag is listed as excluded only when no rule of the same id raises it, and once.
fn report(mut flags: Vec<RedFlag>, excluded: Vec<RedFlag>) -> Vec<RedFlag> {
    for flag in excluded {
        if !flags.iter().any(|other| other.id == flag.id) {
            flags.push(flag);
        }
    }
    debug_assert!(
        flags
            .iter()
            .all(|flag| flag.status != FlagStatus::Excluded || !flag.id.is_empty())
    );
    flags
}
