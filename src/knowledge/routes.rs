//! The route table, the criteria and exclusions of the minimally invasive node. Read from `rules/routes.toml`.

use serde::Deserialize;

use crate::domain::{QuestionId, Route, RouteChoice, RuleId, Slot};

use super::language::Expr;
use super::rules::{Example, Place, RawExample};
use super::source::{Faults, Files};

/// One row of the decision table.
#[derive(Debug, Clone)]
pub struct RouteRow {
    /// `R3-1`
    pub id: RuleId,
    /// Condition.
    pub when: Expr,
    /// Why, for a doctor.
    pub reason: String,
    /// Guideline.
    pub source: String,
    /// What a technique must cover for this row (`[[indication]]`); empty outside the minimally invasive node.
    pub indication: String,
}

/// What a technique may be used for.
#[derive(Debug, Clone)]
pub struct IndicationDef {
    /// `lumbar_radicular`
    pub id: String,
    /// Chinese name.
    pub name: String,
}

/// One route.
#[derive(Debug, Clone)]
pub struct RouteDef {
    /// `R3`
    pub id: String,
    /// Contract id.
    pub contract: Route,
    /// Chinese name.
    pub name: String,
    /// Rows; one is enough.
    pub rows: Vec<RouteRow>,
    /// What must be known before it.
    pub must_know: Vec<Slot>,
    /// Follow-up template.
    pub follow_up: String,
    /// Examples and near misses.
    pub examples: Vec<Example>,
}

/// One of M1–M7.
#[derive(Debug, Clone)]
pub struct CriterionDef {
    /// `M1`
    pub id: RuleId,
    /// What it asks.
    pub name: String,
    /// The same in a few characters, after 还缺.
    pub short: String,
    /// Condition; `None` = only a doctor can say.
    pub when: Option<Expr>,
    /// Questions that settle it.
    pub ask: Vec<QuestionId>,
}

/// A reason not to enter the minimally invasive node.
#[derive(Debug, Clone)]
pub struct ExclusionDef {
    /// `X1`
    pub id: RuleId,
    /// What it is.
    pub name: String,
    /// Condition; `None` = only a doctor can say.
    pub when: Option<Expr>,
    /// Where to go instead.
    pub goes_to: String,
    /// For the doctor to weigh, not an exclusion by itself.
    pub relative: bool,
}

/// The route table.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// Routes in order of decision.
    pub routes: Vec<RouteDef>,
    /// M1–M7.
    pub criteria: Vec<CriterionDef>,
    /// Exclusions.
    pub exclusions: Vec<ExclusionDef>,
    /// What a technique may be used for.
    pub indications: Vec<IndicationDef>,
}

impl Routes {
    /// The route with this id.
    pub fn get(&self, id: &str) -> Option<&RouteDef> {
        self.routes.iter().find(|route| route.id == id)
    }

    /// The route with this contract id.
    pub fn by_contract(&self, route: Route) -> Option<&RouteDef> {
        self.routes.iter().find(|one| one.contract == route)
    }

    /// The route that a choice comes from: the one whose row decided, unless a hospital's node took its place.
    pub fn chosen(&self, choice: &RouteChoice) -> Option<&RouteDef> {
        self.routes
            .iter()
            .find(|one| {
                one.contract == choice.id && one.rows.iter().any(|row| row.id == choice.rule)
            })
            .or_else(|| self.by_contract(choice.id))
    }
}

const PATH: &str = "rules/routes.toml";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    route: Vec<RawRoute>,
    #[serde(default)]
    criterion: Vec<RawCriterion>,
    #[serde(default)]
    exclusion: Vec<RawExclusion>,
    #[serde(default)]
    indication: Vec<RawIndication>,
    #[serde(default, rename = "nodes")]
    _nodes: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoute {
    id: String,
    contract: String,
    name: String,
    #[serde(default, rename = "target")]
    _target: String,
    #[serde(default, rename = "confirmed_by")]
    _confirmed_by: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default, rename = "note")]
    _note: String,
    #[serde(default)]
    must_know: Vec<String>,
    #[serde(default)]
    follow_up: String,
    #[serde(default)]
    row: Vec<RawRow>,
    #[serde(default)]
    example: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    id: String,
    when: String,
    reason: String,
    source: String,
    #[serde(default)]
    indication: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIndication {
    id: String,
    name: String,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCriterion {
    id: String,
    name: String,
    short: String,
    #[serde(default)]
    when: String,
    #[serde(default, rename = "needs")]
    _needs: Vec<String>,
    #[serde(default)]
    ask: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExclusion {
    id: String,
    name: String,
    #[serde(default)]
    when: String,
    #[serde(default, rename = "doctor_only")]
    _doctor_only: bool,
    goes_to: String,
    #[serde(default)]
    relative: bool,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default, rename = "note")]
    _note: String,
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> Routes {
    let file: RawFile = files.toml(PATH, faults);
    let optional = |place: &Place<'_>, text: &str, faults: &mut Faults| {
        if text.trim().is_empty() {
            None
        } else {
            place.expr(text, faults)
        }
    };
    let mut routes = Routes::default();
    for raw in file.route {
        let place = Place {
            files,
            path: PATH,
            id: &raw.id,
        };
        let contract = match Route::parse(&raw.contract) {
            Ok(route) => route,
            Err(error) => {
                place.fault(faults, error);
                continue;
            }
        };
        let examples = place.examples(raw.example, faults);
        let mut rows = vec![];
        for row in raw.row {
            let place = Place {
                files,
                path: PATH,
                id: &row.id,
            };
            if let Some(when) = place.expr(&row.when, faults) {
                rows.push(RouteRow {
                    id: RuleId::new(&row.id),
                    when,
                    reason: row.reason,
                    source: row.source,
                    indication: row.indication,
                });
            }
        }
        routes.routes.push(RouteDef {
            id: raw.id.clone(),
            contract,
            name: raw.name,
            rows,
            must_know: raw.must_know.iter().map(|slot| Slot::new(slot)).collect(),
            follow_up: raw.follow_up,
            examples,
        });
    }
    routes.indications = file
        .indication
        .into_iter()
        .map(|raw| IndicationDef {
            id: raw.id,
            name: raw.name,
        })
        .collect();
    for raw in file.criterion {
        let place = Place {
            files,
            path: PATH,
            id: &raw.id,
        };
        routes.criteria.push(CriterionDef {
            id: RuleId::new(&raw.id),
            when: optional(&place, &raw.when, faults),
            name: raw.name,
            short: raw.short,
            ask: raw.ask.iter().map(|id| QuestionId::new(id)).collect(),
        });
    }
    for raw in file.exclusion {
        let place = Place {
            files,
            path: PATH,
            id: &raw.id,
        };
        routes.exclusions.push(ExclusionDef {
            id: RuleId::new(&raw.id),
            when: optional(&place, &raw.when, faults),
            name: raw.name,
            goes_to: raw.goes_to,
            relative: raw.relative,
        });
    }
    routes
}
