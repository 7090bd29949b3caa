//! `[staff]`: how clinicians sign in and stay signed in.

use serde::Deserialize;

use super::{ConfigError, layers::Layers};

/// Signing in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// `JIWEN__STAFF__IDLE_SECONDS`: a session without a call for so long is over, in seconds.
    pub idle_seconds: u32,
    /// `JIWEN__STAFF__LOCK_AFTER`: failures in a row that lock a name.
    pub lock_after: u32,
    /// `JIWEN__STAFF__LOCK_SECONDS`: for so long, in seconds.
    pub lock_seconds: u32,
    /// `JIWEN__STAFF__SECURE_COOKIE`: send the cookie over https only.
    pub secure_cookie: bool,
}

impl Staff {
    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        layers.in_range("staff.idle_seconds", self.idle_seconds.into(), 1, 86_400)?;
        layers.in_range("staff.lock_after", self.lock_after.into(), 1, 100)?;
        layers.in_range("staff.lock_seconds", self.lock_seconds.into(), 1, 86_400)
    }
}
