//! The conversation: choice of the next question, its wording, and one pure function per turn.

mod answer;
mod choose;
mod spoken;
mod state;
mod step;
mod witness;
mod wording;
mod worth;

pub use answer::affirmed;
pub use choose::open_safety_questions;
pub use spoken::{Utterance, Weighed, Why, is_grave, read_confirmation, weigh};
pub use state::{OpenQuestion, Outcome, Phase, Progress, State};
pub use step::{Trace, answered, checklist, hear, open, step, what_if};
pub use witness::{Impression, Witness, certainty, meant};
pub use wording::{KEYS as PROMPT_KEYS, called};

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

    /// Version of the knowledge in force.
    pub fn version(&self) -> &str {
        &self.knowledge.version
    }
}
