//! The conversation: choice of the next question, its wording, and one pure function per turn.

mod alike;
mod answer;
mod choose;
mod spoken;
mod state;
mod step;
mod witness;
mod wording;
mod worth;

pub use alike::{Turning, clauses, is_pause, is_stop};
pub use answer::affirmed;
pub use choose::open_safety_questions;
pub use spoken::{Utterance, Weighed, Why, is_grave, read_confirmation, weigh};
pub use state::{OpenQuestion, Outcome, Phase, Progress, State};
pub use step::{FIRST_QUESTION, Trace, answered, checklist, hear, open, step, what_if};
pub use witness::{Impression, Witness, agreed, certainty, meant, tells_sign};
pub use wording::{KEYS as PROMPT_KEYS, called};

use crate::domain::{Route, Timestamp, day_of};
use crate::knowledge::{Fault, Files, Knowledge};
use crate::nlu::Reader;
pub use crate::nlu::{LeftOut, Skill};
pub use crate::triage::{Checked, WhatIf};

use crate::triage::Node;

/// What a conversation thinks with: knowledge, reader, and what the hospital has. Immutable and shared.
pub struct Mind {
    /// The knowledge graph.
    pub knowledge: Knowledge,
    /// Understands words.
    pub reader: Reader,
    /// What stands in place of the minimally invasive node.
    pub node: Node,
    /// A model that reads the words, too; a visit goes on without it.
    pub witness: Option<Box<dyn Witness>>,
    /// What an evaluation leaves out; nothing in a service.
    pub left_out: LeftOut,
}

impl Mind {
    /// Parses the files and builds the indexes.
    ///
    /// # Errors
    /// Every fault of the knowledge graph.
    pub fn load(files: &Files, node: Node) -> Result<Self, Vec<Fault>> {
        Self::load_without(files, node, LeftOut::default())
    }

    /// The same for an evaluation that leaves skills out.
    ///
    /// # Errors
    /// Every fault of the knowledge graph.
    pub fn load_without(files: &Files, node: Node, left_out: LeftOut) -> Result<Self, Vec<Fault>> {
        let knowledge = Knowledge::load(files)?;
        let reader = Reader::without(&knowledge, left_out.clone());
        Ok(Self {
            knowledge,
            reader,
            node,
            witness: None,
            left_out,
        })
    }

    /// What stands in place of the node for a visit opened at `now`: the node as configured, unless the technique
    /// profile is not in force on that day.
    pub fn node_at(&self, now: Timestamp) -> Node {
        let technique = &self.knowledge.technique;
        if self.node != Node::Mis || technique.standing(day_of(now)).is_offered() {
            return self.node;
        }
        match technique.instead {
            Route::ConservativeIntensified => Node::EnhancedConservative,
            _ => Node::Referral,
        }
    }

    /// The hospital is configured to do the minimally invasive assessment itself.
    pub fn is_done_here(&self) -> bool {
        self.node == Node::Mis
    }

    /// Version of the knowledge in force.
    pub fn version(&self) -> &str {
        &self.knowledge.version
    }
}
