//! What a use case may answer instead of a result: the caller's mistakes and ours apart.

use crate::store::{AppendError, ReadError};

use super::SaidError;

/// Why a visit was not opened; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The scope `triage` is missing, or the version of the consent text.
    #[error("open a visit: no consent to triage")]
    NoConsent,
    /// A scope that does not exist.
    #[error("open a visit: unknown consent scope")]
    UnknownScope,
    /// Under 14 and alone.
    #[error("open a visit: a guardian is needed")]
    NeedsGuardian,
    /// Not an age.
    #[error("open a visit: age must be 0 to 130 years")]
    BadAge,
    /// The log failed.
    #[error("open a visit: {0}")]
    Append(#[from] AppendError),
}

/// Why a visit cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// There is no such visit.
    #[error("no such visit")]
    Unknown,
    /// The token is not this visit's.
    #[error("wrong token")]
    WrongToken,
    /// Its contents were erased.
    #[error("the visit was erased")]
    Erased,
    /// The log failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Why a turn was not taken; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The visit cannot be reached.
    #[error("take a turn: {0}")]
    Visit(#[from] VisitError),
    /// The patient took the consent back.
    #[error("take a turn: no consent to triage")]
    NoConsent,
    /// The visit is over.
    #[error("take a turn: the visit is over")]
    Closed,
    /// Another turn of this visit is being taken.
    #[error("take a turn: another turn is under way")]
    Conflict,
    /// The words or taps cannot be taken.
    #[error("take a turn: {0}")]
    Said(#[from] SaidError),
    /// The idempotency key came before with something else.
    #[error("take a turn: the idempotency key was used for another answer")]
    KeyReused,
    /// The log failed.
    #[error("take a turn: {0}")]
    Append(AppendError),
    /// The turn was lost inside the program.
    #[error("take a turn: the turn broke off")]
    BrokenOff,
}

/// Why something beside a turn was not done to a visit; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The visit cannot be reached.
    #[error("change a visit: {0}")]
    Visit(#[from] VisitError),
    /// The consent names no version of its text.
    #[error("change a visit: the consent has no version")]
    NoVersion,
    /// A scope that does not exist.
    #[error("change a visit: unknown consent scope")]
    UnknownScope,
    /// The patient did not agree to what this needs.
    #[error("change a visit: no consent to {0}")]
    NoConsent(&'static str),
    /// Nothing was said yet that could be reviewed.
    #[error("change a visit: nothing was decided yet")]
    NoDecision,
    /// No person was called.
    #[error("change a visit: it was not handed to a person")]
    NotHandedOver,
    /// Not a line of the record as it stands.
    #[error("change a visit: no such line")]
    UnknownLine {
        /// The id that was sent.
        id: String,
    },
    /// A field of the request that does not hold what it should.
    #[error("change a visit: {field} must be {expected}")]
    Field {
        /// Field.
        field: &'static str,
        /// What it takes, in Chinese.
        expected: &'static str,
    },
    /// The log failed.
    #[error("change a visit: {0}")]
    Append(#[from] AppendError),
    /// It was lost inside the program.
    #[error("change a visit: it broke off")]
    BrokenOff,
}

impl From<ReadError> for ChangeError {
    fn from(error: ReadError) -> Self {
        Self::Visit(error.into())
    }
}
