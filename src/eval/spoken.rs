//! A patient who speaks: what a recogniser wrote of their words goes in, is put right, and is confirmed or said once more.
//!
//! The set carries the noisy draws of each text (`eval/speech/noise.py`). Three machines are compared: one that takes the recogniser's text
//! as it is, one that puts it right, and one that also asks back as `interview::weigh` decides. The patient says yes to what means
//! the same as what they said and reads like it, says it once more otherwise, and then taps.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::domain::{Assertion, Heard, Said, Side, Spoken};
use crate::interview::{self, Mind, State, Utterance, Weighed};
use crate::nlu::Expected;

use super::stats::Rate;

/// What a recogniser wrote.
#[derive(Debug, Clone, Deserialize)]
pub struct Draw {
    /// Text.
    pub text: String,
    /// Mean probability of its tokens, 0–1.
    pub confidence: f32,
}

/// What a recogniser wrote, for each text that the patient may say; one draw a time that it is said.
pub type Draws = BTreeMap<String, Vec<Draw>>;

/// How what is spoken reaches the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Speech {
    /// It is typed, without any error.
    None,
    /// As the recogniser wrote it.
    Raw,
    /// Put right.
    Repaired,
    /// Put right, and confirmed where it matters.
    Asked,
}

/// So often a patient says something before they tap.
const SAYS: usize = 2;
/// The first words have no taps: they are said until they are understood, this often.
const SAYS_FIRST: usize = 4;
/// A text shown that is less like what was said is not said yes to, whatever it means.
const ALIKE: f64 = 0.6;

/// What happened to one patient's speech.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Times the patient spoke, repetitions counted.
    pub utterances: u32,
    /// Answers taken without asking.
    pub taken: u32,
    /// Confirmations asked.
    pub confirmations: u32,
    /// Confirmations that the patient said no to.
    pub refused: u32,
    /// Wrong confirmations that the patient said yes to by mistake.
    pub mistaken: u32,
    /// Not usable, asked for again.
    pub again: u32,
    /// Answers given by tapping after two failures.
    pub taps: u32,
    /// First words that never came through.
    pub lost: u32,
    /// Turns after which a sign of danger stood present, absent, or on a side, that the true words do not tell.
    pub wrong_safety: u32,
    /// Those of them in which a sign stood present.
    pub wrong_present: u32,
    /// Those in which a sign stood absent.
    pub wrong_absent: u32,
    /// Those that were taken without being confirmed.
    pub wrong_unconfirmed: u32,
}

/// Figures over many patients.
#[derive(Debug, Clone, Serialize)]
pub struct SpeechSummary {
    /// Sums.
    pub total: Counts,
    /// Confirmations a patient: median, 90th percentile, most.
    pub confirmations: (u32, u32, u32),
    /// Patients with a wrong sign of danger at any turn.
    pub patients_with_wrong_safety: Rate,
}

impl SpeechSummary {
    /// Sums up.
    pub fn of(all: &[Counts]) -> Self {
        let mut total = Counts::default();
        for one in all {
            total.add(one);
        }
        let confirmations: Vec<u32> = all.iter().map(|one| one.confirmations).collect();
        let at = |share| super::percentile(&confirmations, share);
        Self {
            total,
            confirmations: (at(0.5), at(0.9), at(1.0)),
            patients_with_wrong_safety: Rate::of(all.iter().map(|one| one.wrong_safety > 0)),
        }
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.utterances += other.utterances;
        self.taken += other.taken;
        self.confirmations += other.confirmations;
        self.refused += other.refused;
        self.mistaken += other.mistaken;
        self.again += other.again;
        self.taps += other.taps;
        self.lost += other.lost;
        self.wrong_safety += other.wrong_safety;
        self.wrong_present += other.wrong_present;
        self.wrong_absent += other.wrong_absent;
        self.wrong_unconfirmed += other.wrong_unconfirmed;
    }
}

/// Between a patient and the machine.
pub struct Voice<'a> {
    mind: &'a Mind,
    draws: &'a Draws,
    speech: Speech,
    /// Share of wrong confirmations that the patient says yes to.
    mistaken: f64,
    /// Tells patients apart.
    seed: String,
    /// How often each text was said.
    said: BTreeMap<String, usize>,
    /// What happened.
    pub counts: Counts,
}

impl<'a> Voice<'a> {
    /// Of one patient.
    pub fn new(mind: &'a Mind, draws: &'a Draws, speech: Speech, mistaken: f64, id: &str) -> Self {
        Self {
            mind,
            draws,
            speech,
            mistaken,
            seed: id.to_owned(),
            said: BTreeMap::new(),
            counts: Counts::default(),
        }
    }

    /// What the machine takes of what the patient says; `tap` is what they tap when speaking fails, if they can.
    pub fn hear(
        &mut self,
        state: &State,
        said: Heard,
        tap: impl FnOnce() -> Option<Heard>,
    ) -> Heard {
        let Said::Text(text) = &said.said else {
            return said;
        };
        if self.speech == Speech::None {
            return said;
        }
        let heard = match self.speech {
            Speech::Asked => self.asked(state, text, tap),
            _ => self.once(state, text),
        };
        self.compare(state, &said, &heard);
        heard
    }

    /// The next draw of a text; parts of a list are drawn each by itself.
    fn draw(&mut self, text: &str) -> Draw {
        self.counts.utterances += 1;
        let times = self.said.entry(text.to_owned()).or_default();
        let turn = *times;
        *times += 1;
        let of = |part: &str| {
            let draws = self.draws.get(part).filter(|draws| !draws.is_empty())?;
            Some(draws[turn % draws.len()].clone())
        };
        if let Some(whole) = of(text) {
            return whole;
        }
        let parts: Vec<Draw> = text
            .split(',')
            .map(|part| {
                of(part).unwrap_or_else(|| Draw {
                    text: part.to_owned(),
                    confidence: 0.8,
                })
            })
            .collect();
        Draw {
            confidence: parts.iter().map(|one| one.confidence).fold(1.0, f32::min),
            text: parts
                .into_iter()
                .map(|one| one.text)
                .collect::<Vec<_>>()
                .join(","),
        }
    }

    fn once(&mut self, state: &State, text: &str) -> Heard {
        let draw = self.draw(text);
        self.counts.taken += 1;
        let open = state.open.as_ref();
        let right = if self.speech == Speech::Raw {
            draw.text
        } else {
            let expected = Expected {
                question: open.and_then(|open| self.mind.knowledge.questions.get(&open.id)),
                region: state.opening.region.as_deref(),
                words: &[],
            };
            self.mind.reader.put_right(&draw.text, &expected).text
        };
        self.mind.hear(state, Said::Text(right))
    }

    fn asked(&mut self, state: &State, text: &str, tap: impl FnOnce() -> Option<Heard>) -> Heard {
        let tap = tap();
        let says = if tap.is_some() { SAYS } else { SAYS_FIRST };
        for time in 0..says {
            let draw = self.draw(text);
            let utterance = Utterance {
                text: &draw.text,
                confidence: draw.confidence,
                words: &[],
            };
            match interview::weigh(self.mind, state, &utterance) {
                Weighed::Again { .. } => self.counts.again += 1,
                Weighed::Take { text, repairs } => {
                    self.counts.taken += 1;
                    let spoken = spoken(&draw, false, repairs);
                    let heard = self.mind.hear(state, Said::Text(text));
                    return heard.with_spoken(Some(spoken));
                }
                Weighed::Confirm {
                    text: shown,
                    repairs,
                    ..
                } => {
                    self.counts.confirmations += 1;
                    let right = self.same(state, text, &shown);
                    let slips = !right && self.slips(state.turn(), time);
                    self.counts.mistaken += u32::from(slips);
                    if right || slips {
                        let heard = self.mind.hear(state, Said::Text(shown));
                        return heard.with_spoken(Some(spoken(&draw, true, repairs)));
                    }
                    self.counts.refused += 1;
                }
            }
        }
        if let Some(tapped) = tap {
            self.counts.taps += 1;
            return tapped;
        }
        self.counts.lost += 1;
        self.mind.hear(state, Said::Text("不太清楚".to_owned()))
    }

    /// The patient says yes by mistake.
    fn slips(&self, turn: u32, time: usize) -> bool {
        let mut hasher = DefaultHasher::new();
        (&self.seed, turn, time).hash(&mut hasher);
        let share = (hasher.finish() % 10_000) as f64 / 10_000.0;
        share < self.mistaken
    }

    /// The patient says yes: it reads like what they said, tells nothing that they did not say, and has every sign of danger that they
    /// told. That an everyday word in it is garbled they may not notice.
    fn same(&self, state: &State, said: &str, shown: &str) -> bool {
        if said == shown {
            return true;
        }
        if alike(said, shown) < ALIKE {
            return false;
        }
        let of = |text: &str| {
            let heard = self.mind.hear(state, Said::Text(text.to_owned()));
            told(self.mind, state, &heard)
        };
        let (truth, taken) = (of(said), of(shown));
        taken.facts.is_subset(&truth.facts)
            && self.grave(&taken) == self.grave(&truth)
            && taken.chosen == truth.chosen
            && taken
                .measures
                .iter()
                .all(|one| truth.measures.contains(one))
    }

    fn grave(&self, told: &Told) -> BTreeSet<Fact> {
        let knowledge = &self.mind.knowledge;
        let facts = told.facts.iter();
        facts
            .filter(|fact| interview::is_grave(knowledge, &fact.0.as_str().into()))
            .cloned()
            .collect()
    }

    /// Notes signs of danger that came out and are not in the true words. Taps are the patient's own doing.
    fn compare(&mut self, state: &State, said: &Heard, heard: &Heard) {
        if said.said == heard.said || matches!(heard.said, Said::Choices(_)) {
            return;
        }
        let truth = self.grave(&told(self.mind, state, said));
        let taken = self.grave(&told(self.mind, state, heard));
        let wrong: Vec<&Fact> = taken.difference(&truth).collect();
        let stands = |assertion: Assertion| wrong.iter().any(|fact| fact.1 == assertion.as_str());
        let (present, absent) = (stands(Assertion::Present), stands(Assertion::Absent));
        let confirmed = heard.spoken.as_ref().is_some_and(|spoken| spoken.confirmed);
        self.counts.wrong_present += u32::from(present);
        self.counts.wrong_absent += u32::from(absent);
        self.counts.wrong_safety += u32::from(present || absent);
        self.counts.wrong_unconfirmed += u32::from((present || absent) && !confirmed);
    }
}

fn spoken(draw: &Draw, confirmed: bool, repairs: Vec<crate::domain::Repair>) -> Spoken {
    Spoken {
        heard: draw.text.clone(),
        confidence: draw.confidence,
        confirmed,
        repairs,
    }
}

type Fact = (String, &'static str, &'static str);

/// What a turn adds up to.
#[derive(PartialEq)]
struct Told {
    facts: BTreeSet<Fact>,
    measures: Vec<(String, u64)>,
    chosen: Vec<String>,
}

fn told(mind: &Mind, state: &State, heard: &Heard) -> Told {
    let (after, _, _) = interview::step(mind, state.clone(), heard, super::written());
    let side = |side: Side| side.as_str();
    let facts = after.case.facts.iter();
    let open = state.open.as_ref();
    Told {
        facts: facts
            .map(|(id, fact)| (id.to_string(), fact.assertion.as_str(), side(fact.side)))
            .collect(),
        measures: after
            .case
            .measures
            .iter()
            .map(|(name, value)| (name.clone(), value.to_bits()))
            .collect(),
        chosen: open
            .and_then(|open| after.chosen.get(&open.id))
            .cloned()
            .unwrap_or_default(),
    }
}

/// Share of characters that two texts have in common, by edit distance; marks do not count.
fn alike(one: &str, other: &str) -> f64 {
    let plain = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<Vec<char>>()
    };
    let (one, other) = (plain(one), plain(other));
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    let longest = one.len().max(other.len()).max(1);
    1.0 - row[other.len()] as f64 / longest as f64
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn texts_are_alike_by_their_characters() {
        assert_eq!(alike("腰疼", "腰疼。"), 1.0);
        assert_eq!(alike("腰疼三天", "要疼三天"), 0.75);
        assert_eq!(alike("腰疼", "膝盖"), 0.0);
        assert_eq!(alike("", ""), 1.0);
    }
}
