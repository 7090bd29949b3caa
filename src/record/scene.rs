//! A case as the record's writers look at it: names as a doctor writes them, and what is present.

use crate::domain::{Assertion, Case, ConceptId, Evidence, Fact, Side};
use crate::knowledge::{Knowledge, Layout};

/// Quotes kept with one line; the first ones are the oldest.
const QUOTES: usize = 6;

/// A case with the wording for it.
#[derive(Clone, Copy)]
pub(super) struct Scene<'s> {
    pub knowledge: &'s Knowledge,
    pub case: &'s Case,
}

/// A concept with what is known of it.
pub(super) type Stated<'s> = (&'s ConceptId, &'s Fact);

impl<'s> Scene<'s> {
    pub fn layout(&self) -> &'s Layout {
        &self.knowledge.layout
    }

    /// The record's own wording, or the term's name up to a bracket or slash.
    pub fn name(&self, id: &ConceptId) -> String {
        if let Some(short) = self.layout().short.get(id) {
            return short.clone();
        }
        let name = self.knowledge.name(id);
        let cut = name.split(['(', '(', '/']).next().unwrap_or(name);
        cut.to_owned()
    }

    /// The name with the side that was said: 右下肢放射痛, 左侧腰痛.
    pub fn sided(&self, (id, fact): Stated<'_>) -> String {
        let name = self.placed(id, fact);
        if !self.takes_side(id) || name.starts_with('双') {
            return name;
        }
        let limb = |word: &String| name.starts_with(word.as_str());
        let side = match (fact.side, self.layout().limb_words.iter().any(limb)) {
            (Side::Left, true) => "左",
            (Side::Right, true) => "右",
            (Side::Bilateral, true) => "双",
            (Side::Left | Side::Right | Side::Bilateral, false) => fact.side.chinese(),
            (Side::Midline | Side::Unspecified, _) => "",
        };
        format!("{side}{name}")
    }

    /// A finding that does not say where takes the name of the place said with it.
    fn placed(&self, id: &ConceptId, fact: &Fact) -> String {
        match &fact.site {
            Some(site) if self.takes_side(id) && !self.knowledge.is_located(id) => {
                format!("{}{}", self.name(site), self.name(id))
            }
            _ => self.name(id),
        }
    }

    fn takes_side(&self, id: &ConceptId) -> bool {
        ["pain", "sensory", "motor"].contains(&self.group(id))
    }

    /// Group of a finding (`pain`, `sensory`, …); empty for anything else.
    pub fn group(&self, id: &ConceptId) -> &'s str {
        self.knowledge
            .terms
            .get(id)
            .map_or("", |term| term.group.as_str())
    }

    /// Facts of one kind (`SYM`, `TRIG`) with this assertion, in the order of their ids.
    pub fn stated(&self, kind: &str, assertion: Assertion) -> Vec<Stated<'s>> {
        self.case
            .facts
            .iter()
            .filter(|(id, fact)| id.kind() == kind && fact.assertion == assertion)
            .collect()
    }

    /// Symptoms present; what a more exact one implies is left out.
    pub fn symptoms(&self) -> Vec<Stated<'s>> {
        let mut found = self.stated("SYM", Assertion::Present);
        found.retain(|(id, fact)| {
            let implied = self.layout().implied.get(*id).is_some_and(|by| {
                by.iter().any(|exact| {
                    self.case
                        .fact(exact.as_str())
                        .is_some_and(|other| implies(other, fact))
                })
            });
            !implied && fact.course.resolved != Some(true)
        });
        found
    }

    /// The first of a list that is present.
    pub fn first_of(&self, ids: &[ConceptId], among: &[Stated<'s>]) -> Option<Stated<'s>> {
        ids.iter()
            .find_map(|id| among.iter().find(|(other, _)| *other == id).copied())
    }

    /// Days since a finding began: its own time, else the complaint's, else the injury's.
    pub fn days(&self, fact: &Fact) -> Option<f64> {
        let complaint = self.case.measures.get("duration_days").copied();
        fact.course
            .onset_days
            .or(complaint)
            .or_else(|| self.injury_days())
    }

    /// What came with an injury is as old as that, when nothing else was said.
    fn injury_days(&self) -> Option<f64> {
        let injuries = self.layout().injuries.iter();
        injuries
            .filter_map(|id| self.case.fact(id.as_str()))
            .filter(|fact| fact.assertion == Assertion::Present)
            .find_map(|fact| fact.course.onset_days)
    }
}

/// The exact finding stands, and says at least as much about the side.
fn implies(exact: &Fact, general: &Fact) -> bool {
    exact.assertion == Assertion::Present
        && (general.side == Side::Unspecified
            || exact.side == general.side
            || exact.side == Side::Bilateral)
}

/// How long, as a doctor writes it: 6小时, 3天, 2周, 3月余, 2年.
pub(super) fn duration(days: f64) -> String {
    if days < 1.0 {
        let hours = (days * 24.0).round().max(1.0);
        return format!("{hours:.0}小时");
    }
    let days = days.floor();
    let (unit, length, rest) = match days {
        d if d < 14.0 => ("天", 1.0, 1.0),
        d if d < 30.0 && d % 7.0 == 0.0 => ("周", 7.0, 7.0),
        d if d < 30.0 => ("天", 1.0, 1.0),
        42.0 => ("周", 7.0, 7.0),
        d if d < 360.0 => ("月", 30.0, 7.0),
        _ => ("年", 365.0, 30.0),
    };
    let count = (days / length).floor().max(1.0);
    let more = if days - count * length >= rest {
        "余"
    } else {
        ""
    };
    format!("{count:.0}{unit}{more}")
}

/// Adds quotes that are not there yet.
pub(super) fn gather(into: &mut Vec<Evidence>, more: &[Evidence]) {
    for evidence in more {
        if into.len() < QUOTES && !evidence.text.is_empty() && !into.contains(evidence) {
            into.push(evidence.clone());
        }
    }
}

/// The first characters of a quote; an ellipsis says that there is more.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= characters {
        return flat;
    }
    let kept: String = flat.chars().take(characters.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_as_doctors_write_it() {
        let cases = [
            (0.25, "6小时"),
            (3.0, "3天"),
            (14.0, "2周"),
            (20.0, "20天"),
            (30.0, "1月"),
            (45.0, "1月余"),
            (90.0, "3月"),
            (100.0, "3月余"),
            (182.0, "6月"),
            (365.0, "1年"),
            (730.0, "2年"),
            (900.0, "2年余"),
        ];
        for (days, expected) in cases {
            assert_eq!(duration(days), expected, "{days}");
        }
    }
}
