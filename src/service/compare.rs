//! Stored visits decided again with the knowledge in force: what would come out differently.

use crate::domain::{Assessment, EventBody};
use crate::interview::Mind;
use crate::store::{EventReader, StoredEvent};

use super::replay::replay;
use super::{Site, VisitError};

/// A visit as it was decided and as it would be decided now.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The visit.
    pub visit: String,
    /// Knowledge version with which it was last decided.
    pub knowledge_version: String,
    /// The decision then.
    pub before: Assessment,
    /// The decision now.
    pub now: Assessment,
}

impl Comparison {
    /// True when nothing differs, down to the last quote.
    pub fn is_same(&self) -> bool {
        self.before == self.now
    }

    /// What differs for the patient, in one line each.
    pub fn changes(&self) -> Vec<String> {
        let (before, now) = (&self.before, &self.now);
        let pairs = [
            (
                "urgency",
                before.urgency.to_string(),
                now.urgency.to_string(),
            ),
            (
                "route",
                before.route.id.to_string(),
                now.route.id.to_string(),
            ),
            ("departments", departments(before), departments(now)),
            ("red flags", flags(before), flags(now)),
        ];
        pairs
            .into_iter()
            .filter(|(_, then, now)| then != now)
            .map(|(what, then, now)| format!("{what}: {then} → {now}"))
            .collect()
    }
}

fn departments(assessment: &Assessment) -> String {
    let names: Vec<&str> = assessment
        .departments
        .iter()
        .map(|choice| choice.name.as_str())
        .collect();
    names.join("、")
}

fn flags(assessment: &Assessment) -> String {
    let mut flags: Vec<String> = assessment
        .raised()
        .map(|flag| format!("{} {} {}", flag.rule, flag.status.as_str(), flag.urgency))
        .collect();
    flags.sort();
    if flags.is_empty() {
        "none".to_owned()
    } else {
        flags.join(", ")
    }
}

/// Decides every stored visit that was not erased and had a turn.
///
/// # Errors
/// When the log cannot be read.
pub async fn compare_visits(
    mind: &Mind,
    site: &Site,
    reader: &EventReader,
) -> Result<Vec<Comparison>, VisitError> {
    let mut found = vec![];
    for visit in reader.list_visits().await? {
        let events = reader.list_events(visit).await?;
        let Some((knowledge_version, before)) = decided(&events) else {
            continue;
        };
        let now = match replay(&[mind], site, &events) {
            Ok(live) => live.assessment,
            Err(VisitError::Erased) => continue,
            Err(error) => return Err(error),
        };
        found.extend(now.map(|now| Comparison {
            visit: visit.to_string(),
            knowledge_version,
            before,
            now,
        }));
    }
    Ok(found)
}

/// The last decision, and the version it was made with.
fn decided(events: &[StoredEvent]) -> Option<(String, Assessment)> {
    let bodies = || events.iter().filter_map(|event| event.body.as_ref());
    let opened = bodies().find_map(|body| match body {
        EventBody::Opened {
            knowledge_version, ..
        } => Some(knowledge_version.clone()),
        _ => None,
    })?;
    bodies().rev().find_map(|body| match body {
        EventBody::Turn {
            assessment,
            knowledge_version,
            ..
        } => {
            let version = knowledge_version.clone();
            Some((
                version.unwrap_or_else(|| opened.clone()),
                assessment.clone(),
            ))
        }
        _ => None,
    })
}
