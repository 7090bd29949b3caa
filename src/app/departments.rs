//! The hospital's departments: names of the configuration checked against the knowledge, and where others go instead.

use std::collections::BTreeMap;

use crate::config::{Config, Department};
use crate::domain::{ConceptId, Hours, OpenSpan};
use crate::interview::Mind;
use crate::service::Clinic;

use super::AppError;

/// The department that no holiday shuts.
const EMERGENCY: &str = "急诊科";

/// Every department of the configuration is one of the contract's.
///
/// # Errors
/// Names the first that is not.
pub(super) fn check(config: &Config, mind: &Mind) -> Result<(), AppError> {
    let known = names(mind);
    let configured = config.site.departments.iter();
    let named = configured.flat_map(|(name, one)| std::iter::once(name).chain(&one.instead));
    let mut unknown = named.filter(|name| !known.contains(&name.as_str()));
    match unknown.next() {
        None => Ok(()),
        Some(name) => Err(AppError::UnknownDepartment {
            name: name.clone(),
            known: known.join(", "),
        }),
    }
}

/// The contract's names, each once.
fn names(mind: &Mind) -> Vec<&str> {
    let all = mind.knowledge.graph.departments.values();
    let mut names: Vec<&str> = all.map(|one| one.contract_name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The clinics by contract name.
pub(super) fn read(config: &Config, mind: &Mind) -> BTreeMap<String, Clinic> {
    let shut = config.site.closed_days.iter();
    let shut: Vec<_> = shut.filter_map(|day| day.parse().ok()).collect();
    let configured = config.site.departments.iter();
    configured
        .map(|(name, one)| {
            let shut = if name == EMERGENCY {
                vec![]
            } else {
                shut.clone()
            };
            let clinic = Clinic {
                name: one.name.clone(),
                place: one.place.clone(),
                hours: hours(one, shut),
                age_from: one.age_from,
                age_below: one.age_below,
                instead: instead(name, one, mind),
                is_open: one.open,
            };
            (name.clone(), clinic)
        })
        .collect()
}

fn hours(one: &Department, shut: Vec<jiff::civil::Date>) -> Hours {
    let spans = one.hours.iter().map(|span| OpenSpan {
        weekday: span.weekday,
        from: span.from,
        to: span.to,
    });
    Hours {
        spans: spans.collect(),
        shut,
    }
}

/// What the hospital says, else what the catalogue of departments says (departments §4); a transfer to another hospital
/// is arranged by people and names no clinic.
fn instead(name: &str, one: &Department, mind: &Mind) -> Vec<String> {
    if !one.instead.is_empty() {
        return one.instead.clone();
    }
    let departments = &mind.knowledge.graph.departments;
    let mut same = departments.values();
    let own = same.find(|other| other.contract_name == name);
    let ids = own.into_iter().flat_map(|own| &own.fallback);
    let others = ids.filter_map(|id| departments.get(&ConceptId::new(id)));
    let named = others.map(|other| other.contract_name.clone());
    named.filter(|other| other != name).collect()
}
