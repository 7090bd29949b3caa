//! Which questions belong together, and how many may be asked. Read from `questions/bundles.toml`.

use serde::Deserialize;

use crate::domain::QuestionId;

use super::language::Expr;
use super::rules::Place;
use super::source::{Faults, Files};

/// Questions that are asked when a condition holds, in order.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Id.
    pub id: String,
    /// Condition; `None` = always.
    pub when: Option<Expr>,
    /// Questions, in order.
    pub ask: Vec<QuestionId>,
    /// Its answers count only together, so each is asked even if it changes nothing by itself.
    pub together: bool,
}

/// Caps and bundles of the interview.
#[derive(Debug, Clone, Default)]
pub struct Bundles {
    /// P1: the safety questions of each region.
    pub safety: Vec<Bundle>,
    /// Illnesses and drugs that make a sign dangerous: after the safety questions, before what only they speak for.
    pub history: Vec<Bundle>,
    /// P2: site, time, severity.
    pub basics: Vec<Bundle>,
    /// P3 and P4: what each region and route needs.
    pub detail: Vec<Bundle>,
    /// P5: rounding off.
    pub extra: Vec<Bundle>,
    /// Asked after an emergency was announced (S1).
    pub emergency: Vec<QuestionId>,
    /// Asked before an urgent conclusion (S2).
    pub urgent: Vec<QuestionId>,
    /// Caps.
    pub caps: Caps,
}

/// How many questions may be asked (S4). Source: interview §2, project convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Anyone.
    pub normal: u32,
    /// From 65 years.
    pub elder: u32,
    /// Over 80 years.
    pub very_old: u32,
    /// Extra questions stop here.
    pub comfortable: u32,
    /// After an emergency.
    pub emergency: u32,
    /// After an urgent flag.
    pub urgent: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            normal: 18,
            elder: 14,
            very_old: 10,
            comfortable: 10,
            emergency: 3,
            urgent: 5,
        }
    }
}

impl Caps {
    /// The cap for an age.
    pub fn for_age(&self, age: Option<f64>) -> u32 {
        match age {
            Some(age) if age > 80.0 => self.very_old,
            Some(age) if age >= 65.0 => self.elder,
            _ => self.normal,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    safety: Vec<RawBundle>,
    #[serde(default)]
    history: Vec<RawBundle>,
    #[serde(default)]
    basics: Vec<RawBundle>,
    #[serde(default)]
    detail: Vec<RawBundle>,
    #[serde(default)]
    extra: Vec<RawBundle>,
    #[serde(default)]
    emergency: Vec<String>,
    #[serde(default)]
    urgent: Vec<String>,
    caps: Option<Caps>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBundle {
    id: String,
    #[serde(default)]
    when: String,
    ask: Vec<String>,
    #[serde(default)]
    together: bool,
    #[serde(default, rename = "source")]
    _source: String,
}

const PATH: &str = "questions/bundles.toml";

pub(super) fn read(files: &Files, faults: &mut Faults) -> Bundles {
    let file: RawFile = files.toml(PATH, faults);
    let mut bundles = |raw: Vec<RawBundle>| -> Vec<Bundle> {
        raw.into_iter()
            .map(|raw| {
                let place = Place {
                    files,
                    path: PATH,
                    id: &raw.id,
                };
                let when = if raw.when.trim().is_empty() {
                    None
                } else {
                    place.expr(&raw.when, faults)
                };
                Bundle {
                    id: raw.id.clone(),
                    when,
                    ask: ids(&raw.ask),
                    together: raw.together,
                }
            })
            .collect()
    };
    Bundles {
        safety: bundles(file.safety),
        history: bundles(file.history),
        basics: bundles(file.basics),
        detail: bundles(file.detail),
        extra: bundles(file.extra),
        emergency: ids(&file.emergency),
        urgent: ids(&file.urgent),
        caps: file.caps.unwrap_or_default(),
    }
}

fn ids(texts: &[String]) -> Vec<QuestionId> {
    texts.iter().map(|text| QuestionId::new(text)).collect()
}

impl Bundles {
    /// Every bundle, in the order in which they are looked at.
    pub fn all(&self) -> impl Iterator<Item = &Bundle> {
        self.safety
            .iter()
            .chain(&self.history)
            .chain(&self.basics)
            .chain(&self.detail)
            .chain(&self.extra)
    }

    /// Every question named anywhere.
    pub fn questions(&self) -> impl Iterator<Item = &QuestionId> {
        self.all()
            .flat_map(|bundle| &bundle.ask)
            .chain(&self.emergency)
            .chain(&self.urgent)
    }
}
