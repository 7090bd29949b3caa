//! Random walks: patients who do not know, digress, correct themselves and talk of other things. Whatever they say, the
//! visit ends, in a decision or with a person, and no question about the cauda equina is skipped.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde::Serialize;

use crate::domain::{Opening, QuestionId, Route, Said, Urgency};
use crate::interview::{self, Mind, State};
use crate::triage::{self, View};

use super::files::Vignette;
use super::patient::{Answers, Patient};
use super::stats::Rate;
use super::vignettes::in_parallel;

/// A walk that has not ended after so many turns has found a loop.
const TURN_LIMIT: u32 = 120;
/// Share of questions answered with "cannot say".
const UNSURE: f64 = 0.20;
/// Share of questions at which something else is said.
const DISTURBED: f64 = 0.15;
/// Share of questions at which the patient asks for a person or to stop.
const LEAVES: f64 = 0.005;
/// Share of walks that answer by tapping.
const TAPS: f64 = 0.4;

const CANNOT_SAY: [&str; 7] = [
    "不清楚",
    "不晓得",
    "说不清",
    "记不得了",
    "不太清楚",
    "没注意",
    "唔知喎",
];
const LEAVE: [&str; 3] = ["不想答了", "我要找人工", "太累了,不说了"];

/// How the walks ended.
#[derive(Debug, Clone, Serialize)]
pub struct WalkSummary {
    /// Walks.
    pub walks: usize,
    /// Walks that ended by themselves.
    pub ended: Rate,
    /// Of these, with a decision; the others with a person.
    pub decided: usize,
    /// Visits for the back or leg, ended by no emergency and not left, whose cauda equina questions were all put or known.
    pub cauda_equina: Rate,
    /// Decisions whose chain from quote to source has no gap.
    pub chains: Rate,
    /// Turns of the longest walk.
    pub longest: u32,
    /// What went wrong, one line a walk.
    pub faults: Vec<String>,
}

struct Walked {
    ended: bool,
    decided: bool,
    skipped: Option<Vec<QuestionId>>,
    gaps: Vec<String>,
    turns: u32,
    name: String,
}

/// Walks `count` times, over the vignettes in turn.
pub fn walks(mind: &Mind, vignettes: &[Vignette], count: usize, seed: u64) -> WalkSummary {
    let numbers: Vec<u64> = (0..count as u64).collect();
    let walked = in_parallel(&numbers, |number| {
        let index = usize::try_from(*number).unwrap_or_default() % vignettes.len().max(1);
        vignettes
            .get(index)
            .map(|vignette| walk(mind, vignette, seed.wrapping_add(*number)))
    });
    let walked: Vec<Walked> = walked.into_iter().flatten().collect();
    let fault = |one: &Walked| {
        let skipped = one.skipped.iter().flatten();
        let skipped: Vec<String> = skipped.map(|id| format!("never asked {id}")).collect();
        let endless = (!one.ended).then(|| "did not end".to_owned());
        let all: Vec<String> = skipped
            .into_iter()
            .chain(one.gaps.iter().cloned())
            .chain(endless)
            .collect();
        (!all.is_empty()).then(|| format!("{}: {}", one.name, all.join("; ")))
    };
    WalkSummary {
        walks: walked.len(),
        ended: Rate::of(walked.iter().map(|one| one.ended)),
        decided: walked.iter().filter(|one| one.decided).count(),
        cauda_equina: Rate::of(
            walked
                .iter()
                .filter_map(|one| one.skipped.as_ref())
                .map(Vec::is_empty),
        ),
        chains: Rate::of(walked.iter().map(|one| one.gaps.is_empty())),
        longest: walked.iter().map(|one| one.turns).max().unwrap_or(0),
        faults: walked.iter().filter_map(fault).collect(),
    }
}

fn walk(mind: &Mind, vignette: &Vignette, seed: u64) -> Walked {
    let mut random = StdRng::seed_from_u64(seed);
    let disturbances: Vec<&str> = include_str!("disturbances.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    let answers = if random.random_bool(TAPS) {
        Answers::Choices
    } else {
        Answers::Text
    };
    let opening = Opening {
        for_self: random.random_bool(0.8),
        ..vignette.visit()
    };
    let now = super::written();
    let (mut state, _) = interview::open(mind, &opening, now);
    let patient = Patient::new(mind, vignette, answers);
    let mut heard = mind.hear(&state, Said::Text(vignette.opening.clone()));
    let mut assessment = None;
    let mut left = false;
    while !state.is_done() && state.turn() < TURN_LIMIT {
        let (next, _, trace) = interview::step(mind, state, &heard, now);
        state = next;
        assessment = Some(trace.assessment);
        let draw: f64 = random.random();
        let instead = if draw < LEAVES {
            left = true;
            LEAVE.choose(&mut random).copied()
        } else if draw < LEAVES + UNSURE {
            CANNOT_SAY.choose(&mut random).copied()
        } else if draw < LEAVES + UNSURE + DISTURBED {
            disturbances.choose(&mut random).copied()
        } else {
            None
        };
        heard = match instead {
            Some(words) => mind.hear(&state, Said::Text(words.to_owned())),
            None => patient.answer(&state),
        };
    }
    let emergency = assessment
        .as_ref()
        .is_some_and(|one| one.urgency == Urgency::Immediate);
    let person = assessment
        .as_ref()
        .is_some_and(|one| one.route.id == Route::HumanReview);
    Walked {
        ended: state.is_done(),
        decided: state.is_done() && !person,
        skipped: (!emergency && !left && state.is_done())
            .then(|| never_asked(mind, &state))
            .flatten(),
        gaps: assessment.map_or_else(Vec::new, |one| {
            triage::gaps(&mind.knowledge, &state.case, &one)
        }),
        turns: state.turn(),
        name: format!("{} seed {seed}", vignette.id),
    }
}

/// Questions about the cauda equina that a visit for the back or leg ended without; `None` for other visits.
fn never_asked(mind: &Mind, state: &State) -> Option<Vec<QuestionId>> {
    let knowledge = &mind.knowledge;
    let view = View::new(knowledge, &state.case);
    let asks: Vec<&QuestionId> = knowledge
        .flags
        .iter()
        .filter(|rule| rule.red_flag == "cauda_equina")
        .flat_map(|rule| &rule.confirm)
        .collect();
    let wanted = interview::open_safety_questions(knowledge, state, &view);
    let of_region = knowledge
        .bundles
        .safety
        .iter()
        .filter(|bundle| bundle.ask.iter().any(|id| asks.contains(&id)))
        .filter_map(|bundle| bundle.when.as_ref())
        .any(|when| view.evaluate(when, &triage::Policy::default()).holds());
    of_region.then(|| {
        wanted
            .into_iter()
            .filter(|question| asks.contains(&&question.id))
            .filter(|question| !state.asked.contains_key(&question.id))
            .map(|question| question.id.clone())
            .collect()
    })
}
