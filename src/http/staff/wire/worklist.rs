//! The worklist on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{DeskState, Listing, Sex, Shown, Urgency};
use crate::service;

/// The list.
#[derive(Serialize, ToSchema)]
pub struct Worklist {
    /// Most urgent first, then oldest first; 500 at most.
    pub visits: Vec<ListedVisit>,
    /// There are more than are shown.
    pub more: bool,
}

/// A visit on the list.
#[derive(Serialize, ToSchema)]
pub struct ListedVisit {
    /// Id.
    pub session_id: String,
    /// What the patient reads out.
    #[schema(example = "7K3M-Q9TD")]
    pub code: String,
    /// When it was opened, RFC 3339.
    pub created: String,
    /// When something last happened.
    pub updated: String,
    /// `miniprogram`, `kiosk`, `web` or `api`.
    pub channel: &'static str,
    /// Years.
    pub age: Option<f64>,
    /// `male` or `female`.
    pub sex: Option<&'static str>,
    /// The hospital's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_ref: Option<String>,
    /// 主诉, at most 20 characters; empty before the first turn.
    #[schema(example = "右下肢放射痛3月")]
    pub complaint: String,
    /// `immediate` … `self_care`; null before the first turn.
    pub urgency: Option<&'static str>,
    /// Flags raised.
    pub red_flags: Vec<ListedFlag>,
    /// First department, a doctor's where one was put in its place.
    pub department: String,
    /// Route; null before the first turn.
    pub route: Option<&'static str>,
    /// The conversation is over.
    pub done: bool,
    /// A person takes over.
    pub handed_over: bool,
    /// `taken` or `done`, once the desk did something.
    pub desk: Option<&'static str>,
    /// Where the review stands.
    pub review: ListedReview,
    /// Under 14.
    pub pediatric: bool,
    /// False where the patient called a person and agreed to no record: only code and urgency are shown.
    pub readable: bool,
}

/// A raised flag.
#[derive(Serialize, ToSchema)]
pub struct ListedFlag {
    /// `cauda_equina`, …
    pub id: String,
    /// What is looked at.
    pub name: String,
    /// `present` or `suspected`.
    pub status: &'static str,
}

/// Where a review stands.
#[derive(Serialize, ToSchema)]
pub struct ListedReview {
    /// `unreviewed`, `in_progress`, `confirmed` or `changed`.
    pub status: &'static str,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl From<service::Worklist> for Worklist {
    fn from(list: service::Worklist) -> Self {
        Self {
            visits: list.visits.into_iter().map(ListedVisit::from).collect(),
            more: list.more,
        }
    }
}

impl From<Listing> for ListedVisit {
    fn from(one: Listing) -> Self {
        let readable = one.shown == Shown::Full;
        let flags = one.red_flags.into_iter().filter(|_| readable);
        Self {
            session_id: one.visit.to_string(),
            code: crate::domain::VisitCode::of(one.visit.as_u128()).to_string(),
            created: one.opened.to_string(),
            updated: one.updated.to_string(),
            channel: one.channel.as_str(),
            age: one.age,
            sex: one.sex.map(Sex::as_str),
            patient_ref: one.patient_ref,
            complaint: one.complaint,
            urgency: one.urgency.map(Urgency::as_str),
            red_flags: flags
                .map(|flag| ListedFlag {
                    id: flag.id,
                    name: flag.name,
                    status: flag.status.as_str(),
                })
                .collect(),
            department: if readable {
                one.department
            } else {
                String::new()
            },
            route: one.route.filter(|_| readable).map(|route| route.as_str()),
            done: one.done,
            handed_over: one.handed_over,
            desk: one.desk.map(DeskState::as_str),
            review: ListedReview {
                status: one.review.as_str(),
                by: one.reviewed_by,
                at: one.reviewed_at.map(|at| at.to_string()),
            },
            pediatric: one.pediatric,
            readable,
        }
    }
}
