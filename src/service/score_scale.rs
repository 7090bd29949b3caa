//! Scales that may be used here, and scoring of answers. Nothing is stored and nobody is named.

use crate::domain::day_of;
use crate::knowledge::{FormItem, Switch};
use crate::pathway::{self, Score, ScoreError};

use super::{Service, now};

/// A scale that is switched on.
#[derive(Debug, Clone, PartialEq)]
pub struct UsableScale {
    /// Id.
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// `patient` or `doctor`.
    pub rated_by: String,
    /// Version of the hospital's form.
    pub version: Option<String>,
    /// Statement of the licence.
    pub licence: String,
    /// Items in order.
    pub items: Vec<UsableItem>,
}

/// An item of it.
#[derive(Debug, Clone, PartialEq)]
pub struct UsableItem {
    /// The licensed text.
    pub text: Option<String>,
    /// Values with their labels.
    pub options: Vec<(i64, String)>,
}

/// A score with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The score.
    pub score: Score,
    /// Version of the hospital's form.
    pub version: Option<String>,
    /// Day of the scoring in +08:00.
    pub day: String,
}

/// Why answers were not scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreFailure {
    /// No such scale, or it is off here.
    Off,
    /// The answers.
    Answers(ScoreError),
}

/// The scales that are switched on today.
pub fn list_scales(service: &Service) -> Vec<UsableScale> {
    let mind = service.mind();
    let (scales, today) = (&mind.knowledge.scales, day_of(now()));
    let on = scales
        .defs
        .iter()
        .filter(|def| scales.switch(def, today) == Switch::On);
    on.map(|def| {
        let form = scales.forms.get(&def.id);
        let items = def.items().enumerate().map(|(index, values)| {
            let item = form.and_then(|form| form.items.get(index));
            UsableItem {
                text: item.map(|item| item.text.clone()),
                options: options(values, item),
            }
        });
        UsableScale {
            id: def.id.clone(),
            name: def.name.clone(),
            rated_by: def.rated_by.clone(),
            version: form.map(|form| form.version.clone()),
            licence: form.map_or(&def.licence, |form| &form.licence).clone(),
            items: items.collect(),
        }
    })
    .collect()
}

fn options(values: &[i64], item: Option<&FormItem>) -> Vec<(i64, String)> {
    let label = |index: usize, value: &i64| {
        let licensed = item.and_then(|item| item.labels.get(index));
        licensed.map_or_else(|| value.to_string(), Clone::clone)
    };
    let values = values.iter().enumerate();
    values
        .map(|(index, value)| (*value, label(index, value)))
        .collect()
}

/// Scores answers in the order of the items.
///
/// # Errors
/// See [`ScoreFailure`].
pub fn score_scale(
    service: &Service,
    id: &str,
    answers: &[Option<i64>],
) -> Result<Scored, ScoreFailure> {
    let mind = service.mind();
    let (scales, today) = (&mind.knowledge.scales, day_of(now()));
    let def = scales.get(id).ok_or(ScoreFailure::Off)?;
    if scales.switch(def, today) != Switch::On {
        return Err(ScoreFailure::Off);
    }
    let form = scales.forms.get(id);
    let values = form.and_then(|form| form.values.as_ref());
    let score = pathway::score(def, answers, values).map_err(ScoreFailure::Answers)?;
    Ok(Scored {
        score,
        version: form.map(|form| form.version.clone()),
        day: today.to_string(),
    })
}
