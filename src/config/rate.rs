//! `[rate]`: how many calls one session and one address may make.

use serde::Deserialize;

use super::{ConfigError, layers::Layers};

/// Limits on calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// `JIWEN__RATE__ENABLED`: whether calls are limited.
    pub enabled: bool,
    /// `JIWEN__RATE__TOKEN_PER_SECOND`: calls per second of one session.
    pub token_per_second: u32,
    /// `JIWEN__RATE__TOKEN_BURST`: calls at once of one session.
    pub token_burst: u32,
    /// `JIWEN__RATE__ADDRESS_PER_SECOND`: calls per second from one address.
    pub address_per_second: u32,
    /// `JIWEN__RATE__ADDRESS_BURST`: calls at once from one address.
    pub address_burst: u32,
    /// `JIWEN__RATE__TRUST_PROXY`: take the address from `X-Forwarded-For`.
    pub trust_proxy: bool,
}

impl Rate {
    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        for (field, value) in [
            ("rate.token_per_second", self.token_per_second),
            ("rate.token_burst", self.token_burst),
            ("rate.address_per_second", self.address_per_second),
            ("rate.address_burst", self.address_burst),
        ] {
            layers.in_range(field, value.into(), 1, 1_000_000)?;
        }
        Ok(())
    }
}
