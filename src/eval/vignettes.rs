//! Whole patients: what came out against what had to.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{Assertion, Assessment, ConceptId, Heard, Opening, QuestionId, Said, Urgency};
use crate::interview::{self, Mind, State};
use crate::triage;

use super::files::Vignette;
use super::names::Names;
use super::patient::{Answers, Patient};
use super::spoken::{Counts, Speech, SpeechSummary, Voice};
use super::stats::{Rate, SetScore, percentile};

/// A visit that has not ended after so many turns is broken off and counted as a miss.
const TURN_LIMIT: u32 = 60;

/// What came out of one vignette.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Id.
    pub id: String,
    /// Region.
    pub region: String,
    /// Flags raised.
    pub red_flags: BTreeSet<String>,
    /// Flags expected.
    pub expected_flags: BTreeSet<String>,
    /// Urgency reached.
    pub urgency: String,
    /// Urgency expected.
    pub expected_urgency: String,
    /// First department.
    pub department: String,
    /// Departments that are right.
    pub expected_department: Vec<String>,
    /// Route reached.
    pub route: String,
    /// Route expected.
    pub expected_route: String,
    /// Questions put after the opening.
    pub questions: u32,
    /// The visit ended by itself.
    pub ended: bool,
    /// Questions in order, each with what was answered; taps in square brackets.
    pub asked: Vec<String>,
    /// Rules that decided.
    pub rules: Vec<String>,
    /// Terms expected and not found.
    pub missed_terms: Vec<String>,
    /// Concepts found and not expected.
    pub extra_terms: Vec<String>,
    /// Where the chain from quote to source is broken.
    pub gaps: Vec<String>,
    /// The same words lead to the same state and decision once more.
    pub replays: bool,
    /// What happened to the patient's speech.
    #[serde(skip_serializing_if = "is_silent")]
    pub speech: Counts,
    #[serde(skip)]
    found: BTreeSet<ConceptId>,
    #[serde(skip)]
    expected: BTreeSet<ConceptId>,
    #[serde(skip)]
    negations: Vec<bool>,
    #[serde(skip)]
    slots: (usize, usize),
}

fn is_silent(counts: &Counts) -> bool {
    *counts == Counts::default()
}

/// How the patients of a run answer.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Words or taps.
    pub answers: Answers,
    /// How spoken words reach the machine.
    pub speech: Speech,
    /// Share of wrong confirmations that a patient says yes to.
    pub mistaken: f64,
}

/// Figures over a set of vignettes.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Vignettes.
    pub cases: usize,
    /// Any flag raised where one was expected.
    pub sensitivity: Rate,
    /// No flag raised where none was expected.
    pub specificity: Rate,
    /// Less urgent than expected.
    pub under_triage: Rate,
    /// More urgent than expected.
    pub over_triage: Rate,
    /// Expected immediate, answered routine or self-care.
    pub hazardous: Rate,
    /// First department acceptable.
    pub department: Rate,
    /// Route as expected.
    pub route: Rate,
    /// Term precision.
    pub term_precision: Rate,
    /// Term recall.
    pub term_recall: Rate,
    /// Term F1.
    pub term_f1: f64,
    /// Terms expected to be denied that are.
    pub negation: Rate,
    /// Questions: median, 90th percentile, maximum.
    pub questions: (u32, u32, u32),
    /// Slots asked of the facts available.
    pub slots: Rate,
    /// Visits that ended by themselves.
    pub ended: Rate,
    /// Expected immediate, answered routine or self-care: one-sided 95 % upper bound of their rate.
    pub hazardous_below: f64,
    /// Decisions whose chain from quote to source has no gap.
    pub chains: Rate,
    /// Visits that replay identically.
    pub replays: Rate,
    /// Sensitivity by flag.
    pub by_flag: BTreeMap<String, Rate>,
    /// What happened to the patients' speech, when they spoke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech: Option<SpeechSummary>,
}

/// Runs the vignettes.
pub fn run(mind: &Mind, vignettes: &[Vignette], manner: Manner) -> (Summary, Vec<Outcome>) {
    let names = Names::new(&mind.knowledge);
    let outcomes = in_parallel(vignettes, |v| play(mind, &names, v, manner));
    (summarise(&outcomes), outcomes)
}

/// Maps over the items on as many threads as there are cores; the order stays.
pub(super) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let running: Vec<_> = items
            .chunks(share)
            .map(|chunk| scope.spawn(|| chunk.iter().map(&work).collect::<Vec<R>>()))
            .collect();
        running
            .into_iter()
            .flat_map(|one| match one.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

fn play(mind: &Mind, names: &Names, vignette: &Vignette, manner: Manner) -> Outcome {
    let opening = vignette.visit();
    let now = super::written();
    let (mut state, _) = interview::open(mind, &opening, now);
    let (speech, mistaken) = (manner.speech, manner.mistaken);
    let mut voice = Voice::new(mind, &vignette.spoken, speech, mistaken, &vignette.id);
    let mut heard = mind.hear(&state, Said::Text(vignette.opening.clone()));
    heard = voice.hear(&state, heard, || None);
    let mut all: Vec<Heard> = vec![];
    let patient = Patient::new(mind, vignette, manner.answers);
    let fingers = Patient::new(mind, vignette, Answers::Choices);
    let mut asked = vec![];
    let mut last: Option<Assessment> = None;
    while !state.is_done() && state.turn() < TURN_LIMIT {
        let (next, reply, trace) = interview::step(mind, state, &heard, now);
        state = next;
        last = Some(trace.assessment);
        all.push(heard.clone());
        if let Some(question) = &reply.question {
            let tap = || {
                let tapped = fingers.answer(&state);
                matches!(tapped.said, Said::Choices(_)).then_some(tapped)
            };
            heard = voice.hear(&state, patient.answer(&state), tap);
            let said = match &heard.said {
                Said::Text(text) => text.clone(),
                Said::Choices(ids) => format!("[{}]", ids.join(", ")),
            };
            asked.push((question.id.clone(), said));
        }
    }
    let replays = replay(mind, &opening, &all) == (state.clone(), last.clone());
    Outcome {
        replays,
        speech: voice.counts,
        ..outcome(mind, names, vignette, &state, last.as_ref(), asked)
    }
}

/// The visit once more from what was heard, as a stored visit is read back.
fn replay(mind: &Mind, opening: &Opening, all: &[Heard]) -> (State, Option<Assessment>) {
    let now = super::written();
    let (mut state, _) = interview::open(mind, opening, now);
    let mut last = None;
    for heard in all {
        let (next, _, trace) = interview::step(mind, state, heard, now);
        (state, last) = (next, Some(trace.assessment));
    }
    (state, last)
}

fn outcome(
    mind: &Mind,
    names: &Names,
    vignette: &Vignette,
    state: &State,
    assessment: Option<&Assessment>,
    asked: Vec<(QuestionId, String)>,
) -> Outcome {
    let expect = &vignette.expect;
    let raised: BTreeSet<String> = assessment
        .into_iter()
        .flat_map(Assessment::raised)
        .filter(|flag| !flag.id.is_empty())
        .map(|flag| flag.id.clone())
        .collect();
    let expected: BTreeSet<ConceptId> = expect
        .terms
        .iter()
        .filter_map(|name| names.concept(name))
        .collect();
    let found: BTreeSet<ConceptId> = names.comparable(present(state), &expected);
    let negations = expect
        .negated
        .iter()
        .filter_map(|name| names.concept(name))
        .map(|id| state.case.denies(id.as_str()))
        .collect();
    let slots_asked: BTreeSet<&str> = asked
        .iter()
        .filter_map(|(id, _)| mind.knowledge.questions.get(id))
        .map(|question| question.slot.as_str())
        .collect();
    let filled = vignette
        .facts
        .keys()
        .filter(|slot| slots_asked.contains(slot.as_str()))
        .count();
    let rules = assessment.into_iter().flat_map(|a| {
        a.raised()
            .map(|flag| format!("{} {} {}", flag.rule, flag.status.as_str(), flag.urgency))
            .chain(a.departments.first().map(|d| d.rule.to_string()))
            .chain([a.route.rule.to_string()])
    });
    Outcome {
        id: vignette.id.clone(),
        region: vignette.region.clone(),
        red_flags: raised,
        expected_flags: expect
            .red_flags
            .iter()
            .filter(|flag| *flag != "none")
            .cloned()
            .collect(),
        urgency: assessment.map_or_else(String::new, |a| a.urgency.to_string()),
        expected_urgency: expect.urgency.clone(),
        department: assessment
            .and_then(|a| a.departments.first())
            .map_or_else(String::new, |d| d.name.clone()),
        expected_department: expect.department.clone(),
        route: assessment.map_or_else(String::new, |a| a.route.id.to_string()),
        expected_route: expect.route.clone(),
        questions: state.questions_put,
        ended: state.is_done(),
        rules: rules.collect(),
        missed_terms: expected
            .difference(&found)
            .map(ToString::to_string)
            .collect(),
        extra_terms: found
            .difference(&expected)
            .map(ToString::to_string)
            .collect(),
        asked: asked
            .into_iter()
            .map(|(id, said)| format!("{id} {said}"))
            .collect(),
        gaps: assessment.map_or_else(Vec::new, |assessment| {
            triage::gaps(&mind.knowledge, &state.case, assessment)
        }),
        replays: false,
        speech: Counts::default(),
        found,
        expected,
        negations,
        slots: (filled, vignette.facts.len()),
    }
}

fn present(state: &State) -> BTreeSet<ConceptId> {
    state
        .case
        .facts
        .iter()
        .filter(|(_, f)| f.assertion == Assertion::Present)
        .map(|(id, _)| id.clone())
        .collect()
}

fn summarise(outcomes: &[Outcome]) -> Summary {
    let level = |text: &str| Urgency::parse(text).ok();
    let with_level: Vec<(Urgency, Urgency)> = outcomes
        .iter()
        .filter_map(|o| {
            Some((
                level(&o.urgency).unwrap_or(Urgency::SelfCare),
                level(&o.expected_urgency)?,
            ))
        })
        .collect();
    let hazardous = Rate::of(
        with_level
            .iter()
            .filter(|(_, expected)| *expected == Urgency::Immediate)
            .map(|(got, _)| *got <= Urgency::Routine),
    );
    let mut terms = SetScore::default();
    outcomes
        .iter()
        .for_each(|o| terms.add(&o.found, &o.expected));
    let questions: Vec<u32> = outcomes.iter().map(|o| o.questions).collect();
    let mut by_flag: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for outcome in outcomes {
        for flag in &outcome.expected_flags {
            by_flag
                .entry(flag.clone())
                .or_default()
                .push(outcome.red_flags.contains(flag));
        }
    }
    Summary {
        cases: outcomes.len(),
        sensitivity: Rate::of(
            outcomes
                .iter()
                .filter(|o| !o.expected_flags.is_empty())
                .map(|o| !o.red_flags.is_empty()),
        ),
        specificity: Rate::of(
            outcomes
                .iter()
                .filter(|o| o.expected_flags.is_empty())
                .map(|o| o.red_flags.is_empty()),
        ),
        under_triage: Rate::of(with_level.iter().map(|(got, expected)| got < expected)),
        over_triage: Rate::of(with_level.iter().map(|(got, expected)| got > expected)),
        hazardous,
        department: Rate::of(
            outcomes
                .iter()
                .filter(|o| !o.expected_department.is_empty())
                .map(|o| o.expected_department.contains(&o.department)),
        ),
        route: Rate::of(outcomes.iter().map(|o| o.route == o.expected_route)),
        term_precision: terms.precision(),
        term_recall: terms.recall(),
        term_f1: terms.f1(),
        negation: Rate::of(outcomes.iter().flat_map(|o| o.negations.iter().copied())),
        questions: (
            percentile(&questions, 0.5),
            percentile(&questions, 0.9),
            percentile(&questions, 1.0),
        ),
        slots: Rate::new(
            outcomes.iter().map(|o| o.slots.0).sum(),
            outcomes.iter().map(|o| o.slots.1).sum(),
        ),
        ended: Rate::of(outcomes.iter().map(|o| o.ended)),
        hazardous_below: hazardous.upper_bound(),
        chains: Rate::of(outcomes.iter().map(|o| o.gaps.is_empty())),
        replays: Rate::of(outcomes.iter().map(|o| o.replays)),
        by_flag: by_flag
            .into_iter()
            .map(|(flag, hits)| (flag, Rate::of(hits)))
            .collect(),
        speech: outcomes.iter().any(|o| !is_silent(&o.speech)).then(|| {
            let all: Vec<Counts> = outcomes.iter().map(|o| o.speech.clone()).collect();
            SpeechSummary::of(&all)
        }),
    }
}

impl Outcome {
    /// Where a miss comes from, as far as the program can tell: words, questions or rules.
    pub fn cause(&self) -> String {
        let level = |text: &str| Urgency::parse(text).ok();
        let (got, wanted) = (level(&self.urgency), level(&self.expected_urgency));
        let missed = self.red_flags.is_empty() && !self.expected_flags.is_empty();
        let raised = !self.red_flags.is_empty() && self.expected_flags.is_empty();
        let found_less = || format!("not found: {}", self.missed_terms.join(", "));
        let found_more = || format!("read into the words: {}", self.extra_terms.join(", "));
        let suspected = self.rules.iter().any(|rule| rule.contains(" suspected "));
        if !self.ended {
            "the visit did not end".to_owned()
        } else if missed || got < wanted {
            if self.missed_terms.is_empty() {
                "found, but a time, a degree or a second sign that the rule needs was not asked or not understood"
                    .to_owned()
            } else {
                found_less()
            }
        } else if raised || got > wanted {
            if suspected {
                "suspected, because a safety question stayed without an answer or a sign without its time".to_owned()
            } else if self.extra_terms.is_empty() {
                "the rule holds for what was told".to_owned()
            } else {
                found_more()
            }
        } else if !self.missed_terms.is_empty() {
            format!("department or route, with {}", found_less())
        } else {
            "department or route by the rules named".to_owned()
        }
    }

    /// What is wrong with it, in one line; `None` when nothing is.
    pub fn miss(&self) -> Option<String> {
        let mut wrong = vec![];
        if self.red_flags.is_empty() != self.expected_flags.is_empty() {
            wrong.push(format!(
                "flags {:?} for {:?}",
                self.red_flags, self.expected_flags
            ));
        }
        if self.urgency != self.expected_urgency {
            wrong.push(format!(
                "urgency {} for {}",
                self.urgency, self.expected_urgency
            ));
        }
        if !self.expected_department.is_empty()
            && !self.expected_department.contains(&self.department)
        {
            wrong.push(format!(
                "department {} for {}",
                self.department,
                self.expected_department.join("|")
            ));
        }
        if self.route != self.expected_route {
            wrong.push(format!("route {} for {}", self.route, self.expected_route));
        }
        if !self.ended {
            wrong.push("did not end".to_owned());
        }
        wrong.extend(self.gaps.iter().map(|gap| format!("chain: {gap}")));
        if !self.replays {
            wrong.push("does not replay".to_owned());
        }
        (!wrong.is_empty()).then(|| {
            format!(
                "{}: {} [{}]",
                self.id,
                wrong.join("; "),
                self.rules.join(", ")
            )
        })
    }
}
