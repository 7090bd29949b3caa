//! What screens of staff send, and short answers to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::EditAction;
use crate::http::ApiError;
use crate::service::staff::Member;
use crate::service::{ReviewRequest, Service};

/// Signs in.
#[derive(Deserialize, ToSchema)]
pub struct NewSignIn {
    /// Name of the account.
    pub name: String,
    /// Password.
    pub password: String,
    /// Six digits of the authenticator app.
    pub code: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Name of the account.
    pub name: String,
    /// What colleagues see.
    pub display_name: String,
    /// `nurse`, `doctor`, `editor`, `admin` or `auditor`.
    pub role: &'static str,
    /// Without a call for so long the session ends; seconds.
    pub idle_seconds: u32,
}

impl Me {
    /// The member as a screen shows them.
    pub fn new(service: &Service, member: &Member) -> Self {
        Self {
            name: member.name.clone(),
            display_name: member.display_name.clone(),
            role: member.role.as_str(),
            idle_seconds: service.staff_rules().idle_seconds,
        }
    }
}

/// A review of a record.
#[derive(Deserialize, ToSchema)]
pub struct NewReview {
    /// Lines that were looked at.
    #[serde(default)]
    pub lines: Vec<NewLineEdit>,
    /// Another department; giving the machine's agrees with it.
    pub department: Option<NamedDecision>,
    /// Another route.
    pub route: Option<Decision>,
    /// Another urgency.
    pub urgency: Option<Decision>,
    /// `confirmed` when the doctor is through with the record, else `in_progress`.
    #[schema(example = "confirmed")]
    pub status: String,
}

/// What was done to one line.
#[derive(Deserialize, ToSchema)]
pub struct NewLineEdit {
    /// Id of the line.
    pub id: String,
    /// `confirm`, `edit` or `strike`.
    #[schema(example = "confirm")]
    pub action: String,
    /// The words instead, for `edit`.
    pub text: Option<String>,
}

/// A department with a reason.
#[derive(Deserialize, ToSchema)]
pub struct NamedDecision {
    /// Name of the department.
    pub name: String,
    /// Why; needed where it differs from the machine's.
    #[serde(default)]
    pub reason: String,
}

/// A route or urgency with a reason.
#[derive(Deserialize, ToSchema)]
pub struct Decision {
    /// Contract id.
    pub id: String,
    /// Why; needed where it differs from the machine's.
    #[serde(default)]
    pub reason: String,
}

impl NewReview {
    /// The review, when every field holds what it should.
    pub fn into_request(self) -> Result<ReviewRequest, ApiError> {
        let finished = match self.status.as_str() {
            "confirmed" => true,
            "in_progress" => false,
            _ => return Err(ApiError::field("status", "confirmed 或 in_progress")),
        };
        let line = |one: NewLineEdit| match EditAction::parse(&one.action) {
            Ok(action) if action != EditAction::Change => Ok((one.id, action, one.text)),
            _ => Err(ApiError::field(
                "lines.action",
                "confirm、edit、strike 之一",
            )),
        };
        let department = self
            .department
            .map(|one| ("department", one.name, one.reason));
        let route = self.route.map(|one| ("route", one.id, one.reason));
        let urgency = self.urgency.map(|one| ("urgency", one.id, one.reason));
        Ok(ReviewRequest {
            lines: self.lines.into_iter().map(line).collect::<Result<_, _>>()?,
            decisions: [department, route, urgency].into_iter().flatten().collect(),
            finished,
        })
    }
}

/// Words that were understood wrongly.
#[derive(Deserialize, ToSchema)]
pub struct NewMisunderstood {
    /// Turn, from 1.
    pub turn: u32,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// What is wrong.
    #[serde(default)]
    pub note: String,
    /// What it should have been understood as.
    pub concept: Option<String>,
}

/// It is noted.
#[derive(Serialize, ToSchema)]
pub struct MarkedPhrase {
    /// The words went to an editor; false without the patient's consent to `improvement`.
    pub queued: bool,
}

/// Where a patient stands at the desk.
#[derive(Deserialize, ToSchema)]
pub struct NewDesk {
    /// `taken` or `done`.
    #[schema(example = "taken")]
    pub state: String,
    /// A word for colleagues; at most 200 characters.
    pub note: Option<String>,
}
