//! Members of staff: accounts, signing in with a second factor, sessions that end by themselves.
//!
//! Whatever they do with a record is in the audit before they see the result.

mod accounts;
mod password;
mod session;
mod sign_in;
mod totp;

use crate::domain::{Action, Role, Timestamp};
use crate::store::{Entry, ReadError};

pub use crate::store::StaffBook;

pub use accounts::{
    AccountError, Credentials, Listed, MIN_PASSWORD, add_account, list_accounts, remove_account,
    reset_account, show_code, unlock_account,
};
pub use session::{find_member, sign_out};
pub use sign_in::{SignIn, SignedIn, sign_in};

/// How staff sign in and stay signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaffRules {
    /// Without a call for so long, a session is over; seconds.
    pub idle_seconds: u32,
    /// Failures in a row that lock a name.
    pub lock_after: u32,
    /// For so long; seconds.
    pub lock_seconds: u32,
}

impl Default for StaffRules {
    /// Source: interop §7 C6.
    fn default() -> Self {
        Self {
            idle_seconds: 15 * 60,
            lock_after: 5,
            lock_seconds: 15 * 60,
        }
    }
}

/// A member of staff who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What is typed to sign in, and stands in the audit.
    pub name: String,
    /// What colleagues see.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
}

impl Member {
    /// What they did, for the audit.
    pub(super) fn did(&self, action: Action, at: Timestamp) -> Entry {
        Entry {
            at,
            who: self.name.clone(),
            role: self.role.to_string(),
            action,
            visit: None,
            detail: String::new(),
        }
    }
}

/// Why somebody is not signed in, or not any more.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Name, password or code is wrong; which one is not told.
    #[error("sign in: name, password or code is wrong")]
    Failed,
    /// Too many failures.
    #[error("sign in: locked for {seconds} more seconds")]
    Locked {
        /// For so long.
        seconds: u32,
    },
    /// No session, or one that is over.
    #[error("not signed in")]
    NotSignedIn,
    /// The book failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}
