//! The reply on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain;

/// What is said to the patient.
#[derive(Serialize, ToSchema)]
pub struct Reply {
    /// Text to show or speak.
    pub text: String,
    /// The open question; null when done.
    pub question: Option<Question>,
    /// A warning that must not be overlooked.
    pub alert: Option<Alert>,
    /// The visit is over.
    pub done: bool,
}

/// The open question.
#[derive(Serialize, ToSchema)]
pub struct Question {
    /// Id in the question bank.
    pub id: String,
    /// The slot it fills.
    pub slot: String,
    /// Options to tap; may be empty.
    pub options: Vec<ChoiceOption>,
    /// More than one may be tapped.
    pub multiple: bool,
    /// Free text is welcome.
    pub free_text: bool,
}

/// One option.
#[derive(Serialize, ToSchema)]
pub struct ChoiceOption {
    /// Id within its question.
    pub id: String,
    /// Words on the button.
    pub label: String,
}

/// A warning.
#[derive(Serialize, ToSchema)]
pub struct Alert {
    /// `immediate`, `within_24h`, …
    pub urgency: &'static str,
    /// What to do now.
    pub text: String,
}

impl From<domain::Reply> for Reply {
    fn from(reply: domain::Reply) -> Self {
        Self {
            text: reply.text,
            question: reply.question.map(Question::from),
            alert: reply.alert.map(|alert| Alert {
                urgency: alert.urgency.as_str(),
                text: alert.text,
            }),
            done: reply.done,
        }
    }
}

impl From<domain::Question> for Question {
    fn from(question: domain::Question) -> Self {
        Self {
            id: question.id.to_string(),
            slot: question.slot.to_string(),
            options: question
                .options
                .into_iter()
                .map(|option| ChoiceOption {
                    id: option.id,
                    label: option.label,
                })
                .collect(),
            multiple: question.multiple,
            free_text: question.free_text,
        }
    }
}
