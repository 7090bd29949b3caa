//! Figures on the wire, and as a table.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::{Figures, Service, Spread};

/// Counts and times over some days.
#[derive(Serialize, ToSchema)]
pub struct Summary {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Visits opened and not erased.
    pub visits: u32,
    /// Of those, finished.
    pub finished: u32,
    /// Visits opened, by day; days without one are left out.
    pub by_day: Vec<DayCount>,
    /// Finished visits by urgency.
    pub by_urgency: BTreeMap<String, u32>,
    /// Finished visits by the machine's department.
    pub by_department: BTreeMap<String, u32>,
    /// Finished visits by route.
    pub by_route: BTreeMap<String, u32>,
    /// Visits with a raised flag, by flag.
    pub red_flags: BTreeMap<String, u32>,
    /// How often doctors left the department as it was.
    pub department_agreement: Agreement,
    /// Decisions that doctors replaced, most frequent first.
    pub overrides: Vec<OverrideCount>,
    /// Questions of finished visits.
    pub questions: SpreadOf,
    /// Seconds of finished visits.
    pub seconds: SpreadOf,
    /// Visits that a person took over.
    pub handed_over: u32,
    /// Visits by channel.
    pub channels: BTreeMap<String, u32>,
    /// What was said by voice.
    pub voice: VoiceCount,
    /// Knowledge in force.
    pub knowledge_version: String,
    /// Version of the program.
    pub software_version: &'static str,
}

/// Visits of a day.
#[derive(Serialize, ToSchema)]
pub struct DayCount {
    /// YYYY-MM-DD in +08:00.
    pub day: String,
    /// Visits opened.
    pub visits: u32,
}

/// How often doctors agreed.
#[derive(Serialize, ToSchema)]
pub struct Agreement {
    /// Left as it was.
    pub agreed: u32,
    /// Signed-off records.
    pub of: u32,
}

/// What was said by voice. What was asked for again or given up is in `/metrics` (`jiwen_voice_utterances_total`).
#[derive(Serialize, ToSchema)]
pub struct VoiceCount {
    /// Turns that were spoken.
    pub utterances: u32,
    /// Of those, turns whose words the patient confirmed when asked.
    pub confirmed: u32,
}

/// A decision that was replaced.
#[derive(Serialize, ToSchema)]
pub struct OverrideCount {
    /// `department`, `route` or `urgency`.
    pub part: String,
    /// The machine's.
    pub from: String,
    /// The doctor's.
    pub to: String,
    /// Why.
    pub reason: String,
    /// How often.
    pub count: u32,
}

/// Half and nine tenths are below or at these.
#[derive(Serialize, ToSchema)]
pub struct SpreadOf {
    /// Half.
    pub median: u32,
    /// Nine tenths.
    pub p90: u32,
}

impl Summary {
    /// The figures with the versions in force.
    pub fn new(service: &Service, from: Date, to: Date, figures: Figures) -> Self {
        let spread = |one: Spread| SpreadOf {
            median: one.median,
            p90: one.p90,
        };
        let days = figures.by_day.into_iter();
        let overrides = figures.overrides.into_iter();
        Self {
            from: from.to_string(),
            to: to.to_string(),
            visits: figures.visits,
            finished: figures.finished,
            by_day: days.map(|(day, visits)| DayCount { day, visits }).collect(),
            by_urgency: figures.by_urgency,
            by_department: figures.by_department,
            by_route: figures.by_route,
            red_flags: figures.red_flags,
            department_agreement: Agreement {
                agreed: figures.agreed,
                of: figures.reviewed,
            },
            overrides: overrides
                .map(|(one, count)| OverrideCount {
                    part: one.part,
                    from: one.from,
                    to: one.to,
                    reason: one.reason,
                    count,
                })
                .collect(),
            questions: spread(figures.questions),
            seconds: spread(figures.seconds),
            handed_over: figures.handed_over,
            channels: figures.channels,
            voice: VoiceCount {
                utterances: figures.spoken,
                confirmed: figures.spoken_confirmed,
            },
            knowledge_version: service.knowledge_version(),
            software_version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// The same as `figure,key,value`, with the mark by which spreadsheets know UTF-8.
    pub fn to_csv(&self) -> String {
        let mut rows: Vec<(&str, String, String)> = vec![
            ("from", String::new(), self.from.clone()),
            ("to", String::new(), self.to.clone()),
            ("visits", String::new(), self.visits.to_string()),
            ("finished", String::new(), self.finished.to_string()),
            ("handed_over", String::new(), self.handed_over.to_string()),
            (
                "department_agreed",
                String::new(),
                self.department_agreement.agreed.to_string(),
            ),
            (
                "department_reviewed",
                String::new(),
                self.department_agreement.of.to_string(),
            ),
            (
                "questions",
                "median".into(),
                self.questions.median.to_string(),
            ),
            ("questions", "p90".into(), self.questions.p90.to_string()),
            ("seconds", "median".into(), self.seconds.median.to_string()),
            ("seconds", "p90".into(), self.seconds.p90.to_string()),
            (
                "voice",
                "utterances".into(),
                self.voice.utterances.to_string(),
            ),
            (
                "voice",
                "confirmed".into(),
                self.voice.confirmed.to_string(),
            ),
        ];
        for day in &self.by_day {
            rows.push(("by_day", day.day.clone(), day.visits.to_string()));
        }
        for (figure, counts) in [
            ("by_urgency", &self.by_urgency),
            ("by_department", &self.by_department),
            ("by_route", &self.by_route),
            ("red_flags", &self.red_flags),
            ("channels", &self.channels),
        ] {
            let counts = counts.iter();
            rows.extend(counts.map(|(key, count)| (figure, key.clone(), count.to_string())));
        }
        for one in &self.overrides {
            let key = format!("{} {} → {}: {}", one.part, one.from, one.to, one.reason);
            rows.push(("overrides", key, one.count.to_string()));
        }
        rows.push((
            "knowledge_version",
            String::new(),
            self.knowledge_version.clone(),
        ));
        rows.push((
            "software_version",
            String::new(),
            self.software_version.to_owned(),
        ));
        table(&rows)
    }
}

fn table(rows: &[(&str, String, String)]) -> String {
    let mut text = String::from("\u{feff}figure,key,value\r\n");
    for (figure, key, value) in rows {
        text.push_str(&format!("{figure},{},{}\r\n", cell(key), cell(value)));
    }
    text
}

/// Quoted where it must be; nothing that a spreadsheet would take for a formula.
fn cell(text: &str) -> String {
    let safe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if safe.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_row() {
        assert_eq!(cell("脊柱外科"), "脊柱外科");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    }
}
