//! The sentence encoder: what a trained model makes of the patient's words. It proposes; rules decide.
//!
//! [`Encoder`] reads a folder of weights and gives probabilities, [`Worker`] runs it off the async runtime behind a
//! bounded queue. Turning probabilities into findings, and deciding, is left to others. Only this room names candle.
//! Without the feature `neural` the types stay and opening a model says that it was not built in, so no caller needs
//! to know how the program was built.

#[cfg_attr(not(feature = "neural"), path = "absent.rs")]
mod encoder;
mod error;
mod worker;

pub use encoder::Encoder;
pub use error::InferenceError;
pub use worker::Worker;

use crate::domain::{ConceptId, QuestionId};

/// What is put before the model: the clauses of one turn and, if a question was open, the turn as its answer, or its parts.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// Clauses of the turn, in their order.
    pub clauses: Vec<String>,
    /// The open question with each part of what was said to it; empty where none is open.
    pub asked: Vec<Asked>,
    /// Texts whose vectors are wanted, to be compared with those of other texts.
    pub compared: Vec<String>,
    /// The clauses are what somebody begins with: which departments is it for?
    pub begins: bool,
}

/// A question with what was said to it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub question: QuestionId,
    /// The question as the patient read it.
    pub wording: String,
    /// Ids of the options that may be chosen.
    pub options: Vec<String>,
    /// The answer, or a part of one that is too long to be read at once.
    pub answer: String,
}

/// What the model makes of a turn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opinion {
    /// For each clause the concepts that may be spoken of.
    pub findings: Vec<Vec<ConceptOpinion>>,
    /// For each part of the answer the options of its question and "none of these", the likeliest first; empty where the model
    /// does not know the question or the part is too long for it.
    pub answers: Vec<Vec<OptionOpinion>>,
    /// For each text to be compared the mean over all its tokens, not normalised, `[texts][hidden]`.
    pub vectors: Vec<Vec<f32>>,
    /// Departments that people who begin so go to first, the likeliest first; empty where that was not asked or the model has not
    /// learned it.
    pub departments: Vec<DepartmentOpinion>,
}

/// How likely the first words are for a department. The probabilities of all departments sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct DepartmentOpinion {
    /// Its contract name.
    pub name: String,
    /// Probability, 0–1.
    pub probability: f32,
}

/// How likely a clause speaks of a concept, and how. The three are independent probabilities, 0–1.
#[derive(Debug, Clone, PartialEq)]
pub struct ConceptOpinion {
    /// The concept.
    pub concept: ConceptId,
    /// The patient has it.
    pub present: f32,
    /// The patient denies it.
    pub absent: f32,
    /// It is named otherwise: another person's, past, feared, asked about.
    pub other: f32,
}

/// How likely an option is what was answered. The probabilities of one answer sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionOpinion {
    /// Id of the option, or none of them.
    pub option: Option<String>,
    /// Probability, 0–1.
    pub probability: f32,
}
