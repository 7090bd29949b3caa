//! The runners behind `jiwen eval`: they play sets of cases against the same code that serves patients.

mod alike;
mod answers;
mod dialogue;
mod files;
mod names;
mod patient;
mod single;
mod spoken;
mod stats;
mod vignettes;
mod walks;

pub use alike::{AlikeRow, alike};
pub use answers::{AnswerSummary, answers};
pub use dialogue::{Dialogue, Exchange, Expected, Played, play};
pub use files::{
    AnswerCase, DepartmentCase, EvalError, Expect, Known, Phrase, Profile, Vignette, read,
};
pub use patient::Answers;
pub use single::{
    DepartmentSummary, PhraseSummary, case_of, decide, departments, likelier_than_not, phrases,
    question_of,
};
pub use spoken::{Counts, Draw, Speech, SpeechSummary};
pub use stats::{Rate, SetScore, percentile};
pub use vignettes::{Manner, Outcome, Summary, run as vignettes};
pub use walks::{WalkSummary, walks};

use crate::domain::Timestamp;

/// When the sets were written: 五月份 and 过了国庆 count back from it, so that figures do not depend on the day of a run.
/// 28 November 2026, 10 o'clock in China.
pub(super) fn written() -> Timestamp {
    Timestamp::constant(1_795_831_200, 0)
}
