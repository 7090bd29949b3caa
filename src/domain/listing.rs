//! The listing: what lists and figures say of a visit, so that neither has to read its conversation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Channel, DeskState, FlagStatus, ReviewStatus, Route, Sex, Timestamp, Urgency, VisitCode,
};

/// How much of a visit its patient lets staff see on lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Nothing: no consent to a record.
    Hidden,
    /// Code and urgency: a person was called, and nothing else may be read.
    CallOnly,
    /// All of the listing.
    Full,
}

/// A raised flag on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagMark {
    /// Contract id.
    pub id: String,
    /// What is looked at.
    pub name: String,
    /// Where it stands.
    pub status: FlagStatus,
}

/// A decision that a clinician replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// `department`, `route` or `urgency`.
    pub part: String,
    /// The machine's.
    pub from: String,
    /// The clinician's.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// What lists and figures say of a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Visit.
    #[serde(with = "as_text")]
    pub visit: Uuid,
    /// When it was opened.
    pub opened: Timestamp,
    /// When something last happened.
    pub updated: Timestamp,
    /// Where.
    pub channel: Channel,
    /// Years.
    pub age: Option<f64>,
    /// Sex.
    pub sex: Option<Sex>,
    /// The hospital's own reference; empty unless all may be shown.
    pub patient_ref: Option<String>,
    /// 主诉; empty unless all may be shown.
    pub complaint: String,
    /// How soon; `None` before the first turn.
    pub urgency: Option<Urgency>,
    /// Flags raised.
    pub red_flags: Vec<FlagMark>,
    /// First department, the clinician's where one was put in its place; may be empty.
    pub department: String,
    /// Way of care; `None` before the first turn.
    pub route: Option<Route>,
    /// The conversation is over.
    pub done: bool,
    /// A person takes over.
    pub handed_over: bool,
    /// What the desk made of it.
    pub desk: Option<DeskState>,
    /// Where the review stands.
    pub review: ReviewStatus,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Timestamp>,
    /// Under 14.
    pub pediatric: bool,
    /// How much may be shown.
    pub shown: Shown,
    /// Questions put.
    pub questions: u32,
    /// From opening to the last answer, once it is over.
    pub seconds: Option<u32>,
    /// Decisions that a clinician replaced.
    pub overrides: Vec<Override>,
    /// Turns that were spoken.
    #[serde(default)]
    pub spoken: u32,
    /// Of those, turns whose words the patient confirmed when asked.
    #[serde(default)]
    pub spoken_confirmed: u32,
}

impl Listing {
    /// What the patient reads out.
    pub fn code(&self) -> VisitCode {
        VisitCode::of(self.visit.as_u128())
    }

    /// For sorting: the most urgent is the highest, nothing said yet the lowest.
    pub fn rank(&self) -> i64 {
        self.urgency.map_or(-1, |urgency| urgency as i64)
    }
}

/// Which visits a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListState {
    /// Not signed off yet.
    Waiting,
    /// Signed off.
    Confirmed,
    /// Handed to a person, and not done with.
    HandedOver,
    /// All.
    All,
}

impl ListState {
    /// Reads the name used in calls.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "waiting" => Some(Self::Waiting),
            "confirmed" => Some(Self::Confirmed),
            "handed_over" => Some(Self::HandedOver),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

/// An id as its text.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use uuid::Uuid;

    pub fn serialize<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Uuid, D::Error> {
        let text = String::deserialize(from)?;
        Uuid::try_parse(&text).map_err(D::Error::custom)
    }
}
