//! Plain values of the clinic: no I/O, no clock, no knowledge of any disease.
//!
//! Glossary (one word per idea, everywhere):
//!
//! | word | 中文 | meaning |
//! |---|---|---|
//! | visit | 一次问诊 | one conversation with one patient, from opening to record |
//! | turn | 一轮 | what the patient said or tapped once, and the reply to it |
//! | finding | 发现 | one standard concept said to be present, absent, uncertain, past or another person's, with its quote |
//! | fact | 事实 | what all findings about one concept add up to now |
//! | course | 病程 | how one symptom behaves in time: onset, newness, suddenness |
//! | case | 病例 | the fold of everything said so far |
//! | red flag | 红旗 | a sign of danger decided by a rule |
//! | urgency | 紧急级别 | how soon the patient must be seen |
//! | route | 路径 | which way of care: emergency … self-care |
//! | slot | 字段 | a piece of information that a question fills |
//! | record | 预问诊记录 | what the doctor reads |
//! | pathway | 诊疗路径 | the seven stages after the record |
//! | visit code | 就诊码 | eight characters by which staff find a visit |
//! | listing | 列表条目 | what lists and figures say of a visit |
//! | review | 审核 | what a clinician confirmed, edited, struck out or decided otherwise |
//! | desk | 导诊台 | where patients go whom the machine handed to a person |
//! | care plan | 随访计划 | the stage a visit is in, by when to be seen, and the dated contacts |

mod assessment;
mod care_plan;
mod case;
mod code;
mod day;
mod event;
mod finding;
mod hours;
mod ids;
mod listing;
mod reply;
mod review;
mod scale;
mod staff;

pub use assessment::{
    Assessment, Condition, Criterion, CriterionStatus, DepartmentChoice, FlagStatus, Reason,
    RedFlag, RouteChoice,
};
pub use care_plan::{CarePlan, PlanStage, PlannedContact};
pub use case::{Case, Contradiction, Fact, Statement};
pub use code::VisitCode;
pub use day::{day_of, days_later, onset_day, whole_days};
pub use event::{
    Channel, Consent, Event, EventBody, Heard, Leaning, Likely, Opening, Repair, Said, Spoken,
    Timestamp,
};
pub use finding::{Assertion, Course, Evidence, Finding, Recency, Source};
pub use hours::{Door, Hours, OpenSpan};
pub use ids::{ConceptId, QuestionId, RuleId, Slot};
pub use listing::{FlagMark, ListState, Listing, Override, Shown};
pub use reply::{Alert, ChoiceOption, Doubt, Intent, Question, Reply};
pub use review::{Edit, EditAction, ReviewState, ReviewStatus, SignedEdit};
pub use scale::{PainScore, ParseError, Route, Sex, Side, Speaker, Tri, Urgency};
pub use staff::{Action, DeskState, Permission, Role};
