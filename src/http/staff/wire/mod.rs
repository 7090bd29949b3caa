//! What goes over the wire between the service and screens of staff.

mod audit;
mod days;
mod figures;
mod screen;
mod sent;
mod similar;
mod worklist;

pub(in crate::http) use audit::{Audit, AuditItem, PhraseItem, PhraseQueue};
pub(super) use days::{read_day, read_days};
pub(in crate::http) use figures::{
    Agreement, DayCount, OverrideCount, SpreadOf, Summary, VoiceCount,
};
pub(in crate::http) use screen::{
    Change, Condition, OpenedRecord, OpenedReview, RecordLine, Replaced, ShownBody, ShownCriterion,
    ShownDepartment, ShownFlag, ShownName, ShownPatient, ShownQuote, ShownReason, ShownRoute,
    ShownTechnique, ShownTime, ShownTurn,
};
pub(in crate::http) use sent::{
    Decision, MarkedPhrase, Me, NamedDecision, NewDesk, NewLineEdit, NewMisunderstood, NewReview,
    NewSignIn,
};
pub(in crate::http) use similar::{ChangedDecision, SimilarVisit, SimilarVisits};
pub(in crate::http) use worklist::{ListedFlag, ListedReview, ListedVisit, Worklist};
