//! The state of a visit: what was said, what was asked, what is open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Assessment, Case, ConceptId, Opening, QuestionId, Spoken, Timestamp};
use crate::triage::{Asked, Node};

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Asked, no answer yet.
    Open,
    /// Answered.
    Answered,
    /// "Cannot say", or not understood twice.
    Unsure,
    /// Did not want to answer.
    Refused,
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How often it was put.
    pub attempts: u8,
    /// How it stands.
    pub outcome: Outcome,
    /// Turn in which it was first put (0 = at the opening).
    pub turn: u32,
}

/// The question that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// Which.
    pub id: QuestionId,
    /// The concepts that made it be asked; `@` in its options.
    pub trigger: Vec<ConceptId>,
}

/// Where the visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Asking.
    Interview,
    /// An emergency was announced; only what helps to get there is asked.
    Emergency,
    /// Over.
    Done,
}

/// Everything that a next turn needs; the fold of a visit's events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// What the visit was opened with.
    pub opening: Opening,
    /// What stood in place of the minimally invasive node when the visit was opened; it stays for the whole visit.
    #[serde(default)]
    pub node: Node,
    /// What was said.
    pub case: Case,
    /// Turns taken.
    pub turn: u32,
    /// When the last one was taken: 五月份 and 前天 count back from it.
    #[serde(default)]
    pub at: Timestamp,
    /// Where it stands.
    pub phase: Phase,
    /// Questions asked.
    pub asked: BTreeMap<QuestionId, Progress>,
    /// Questions put to the patient so far, repeats not counted.
    pub questions_put: u32,
    /// The open question.
    pub open: Option<OpenQuestion>,
    /// Candidates opened by answers, with what opened them.
    pub unlocked: Vec<OpenQuestion>,
    /// Options taken, by question.
    pub chosen: BTreeMap<QuestionId, Vec<String>>,
    /// Questions in a row that were given up without an answer.
    pub misses: u8,
    /// Safety questions whose sign was told and then denied in passing; true once they were put about it.
    pub contradicted: BTreeMap<QuestionId, bool>,
    /// Words of the last turn.
    pub last_said: Option<String>,
    /// How turns were spoken, by turn; what was typed or tapped is not here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub spoken: BTreeMap<u32, Spoken>,
    /// The decision after the last turn.
    pub assessment: Option<Assessment>,
}

impl State {
    /// True when the visit is over.
    pub fn is_done(&self) -> bool {
        self.phase == Phase::Done
    }

    /// Turns taken.
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// True when the question was put and needs no more putting.
    pub fn is_settled(&self, id: &QuestionId) -> bool {
        self.asked
            .get(id)
            .is_some_and(|progress| progress.outcome != Outcome::Open)
    }

    /// What red-flag rules may know about questions.
    pub fn asked_for_rules(&self, concluding: bool) -> Asked {
        let with = |holds: &dyn Fn(&Progress) -> bool| {
            self.asked
                .iter()
                .filter(|(_, progress)| holds(progress))
                .map(|(id, _)| id.clone())
                .collect()
        };
        Asked {
            answered: with(&|p| p.outcome == Outcome::Answered),
            unanswered: with(&|p| {
                p.outcome == Outcome::Refused || p.outcome == Outcome::Unsure && p.attempts > 1
            }),
            given_up: with(&|p| matches!(p.outcome, Outcome::Refused | Outcome::Unsure)),
            concluding,
            ..Asked::default()
        }
    }
}

impl State {
    /// A visit in which nothing was said yet.
    pub fn new(opening: Opening) -> Self {
        Self {
            opening,
            node: Node::default(),
            case: Case::default(),
            turn: 0,
            at: Timestamp::UNIX_EPOCH,
            phase: Phase::Interview,
            asked: BTreeMap::new(),
            questions_put: 0,
            open: None,
            unlocked: vec![],
            chosen: BTreeMap::new(),
            misses: 0,
            contradicted: BTreeMap::new(),
            last_said: None,
            spoken: BTreeMap::new(),
            assessment: None,
        }
    }
}
