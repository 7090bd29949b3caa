//! Answers of the session routes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Said, VisitCode};
use crate::service;

use super::{AgreedTo, Assessment, Finding, Reply};

/// A session just opened.
#[derive(Serialize, ToSchema)]
pub struct OpenedSession {
    /// Id.
    pub session_id: String,
    /// What the patient reads out to a member of staff.
    #[schema(example = "7K3M-Q9TD")]
    pub code: String,
    /// Bearer token; told once.
    pub token: String,
    /// Greeting and first question.
    pub reply: Reply,
}

/// The answer to a turn.
#[derive(Serialize, ToSchema)]
pub struct TurnAnswer {
    /// Number of the turn, from 1.
    pub turn: u32,
    /// What is said to the patient.
    pub reply: Reply,
    /// What was understood from this turn.
    pub findings: Vec<Finding>,
    /// The decision so far.
    pub assessment: Assessment,
}

/// The conversation so far.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Id.
    pub session_id: String,
    /// What the patient reads out to a member of staff.
    #[schema(example = "7K3M-Q9TD")]
    pub code: String,
    /// When it was opened, RFC 3339.
    pub created: String,
    /// The greeting.
    pub greeting: Reply,
    /// Turns, oldest first.
    pub turns: Vec<PastTurn>,
    /// What is open now.
    pub reply: Reply,
    /// The decision so far; null before the first turn.
    pub assessment: Option<Assessment>,
    /// The visit is over.
    pub done: bool,
    /// What is agreed to now.
    pub consent: AgreedTo,
    /// A person takes over.
    pub handed_over: bool,
}

/// A turn that was taken.
#[derive(Serialize, ToSchema)]
pub struct PastTurn {
    /// Number, from 1.
    pub turn: u32,
    /// When, RFC 3339.
    pub at: String,
    /// Words, when it was words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the recogniser wrote before it was put right, when it was speech.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<String>,
    /// Option ids, when it was taps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// What was answered.
    pub reply: Reply,
}

impl From<service::OpenedVisit> for OpenedSession {
    fn from(opened: service::OpenedVisit) -> Self {
        Self {
            session_id: opened.visit.to_string(),
            code: VisitCode::of(opened.visit.as_u128()).to_string(),
            token: opened.token.reveal().to_owned(),
            reply: opened.reply.into(),
        }
    }
}

impl TurnAnswer {
    /// The answer, with names of concepts from the knowledge in force.
    pub fn new(service: &service::Service, taken: service::TurnTaken) -> Self {
        Self {
            turn: taken.turn,
            findings: Finding::list(taken.findings, taken.at, &|concept| service.name(concept)),
            reply: taken.reply.into(),
            assessment: taken.assessment.into(),
        }
    }
}

impl From<service::Conversation> for Session {
    fn from(conversation: service::Conversation) -> Self {
        Self {
            session_id: conversation.visit.to_string(),
            code: VisitCode::of(conversation.visit.as_u128()).to_string(),
            created: conversation.opened.to_string(),
            greeting: conversation.greeting.into(),
            turns: conversation.turns.into_iter().map(PastTurn::from).collect(),
            done: conversation.reply.done,
            reply: conversation.reply.into(),
            assessment: conversation.assessment.map(Assessment::from),
            consent: conversation.consent.into(),
            handed_over: conversation.handed_over,
        }
    }
}

impl From<service::PastTurn> for PastTurn {
    fn from(past: service::PastTurn) -> Self {
        let (text, choices) = match past.said {
            Said::Text(text) => (Some(text), None),
            Said::Choices(choices) => (None, Some(choices)),
        };
        Self {
            turn: past.turn,
            at: past.at.to_string(),
            text,
            heard: past.spoken.map(|spoken| spoken.heard),
            choices,
            reply: past.reply.into(),
        }
    }
}
