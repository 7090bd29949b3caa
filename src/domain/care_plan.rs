//! The plan that a visit opens: the stage of the pathway, by when to be seen, and the follow-up contacts.

use jiff::civil::Date;

use super::{Route, Timestamp, Urgency};

/// A stage of the care pathway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStage {
    /// 1–7.
    pub id: u8,
    /// Chinese name.
    pub name: String,
}

/// One contact of the follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedContact {
    /// When, in the hospital's calendar.
    pub date: Date,
    /// Days after the visit.
    pub day: u32,
    /// `video`, `phone` or `message`.
    pub mode: String,
    /// What is asked.
    pub content: Vec<String>,
    /// The five red-flag questions come first.
    pub red_flag_check: bool,
}

/// What comes after a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarePlan {
    /// When the visit was opened; its day in +08:00 is day zero.
    pub opened: Timestamp,
    /// The stage it is in.
    pub stage: PlanStage,
    /// All stages, in order.
    pub stages: Vec<PlanStage>,
    /// Way of care.
    pub route: Route,
    /// How soon to be seen.
    pub urgency: Urgency,
    /// The last day on which to be seen.
    pub see_by: Date,
    /// Department to go to; empty when none was named.
    pub department: String,
    /// Follow-up template (`F2`); `None` when a person takes over.
    pub follow_up: Option<String>,
    /// Name of the template.
    pub follow_up_name: String,
    /// Contacts in order.
    pub contacts: Vec<PlannedContact>,
}
