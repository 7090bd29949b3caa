//! `[server]`: where and how requests are taken.

use std::net::SocketAddr;

use serde::Deserialize;

use super::{ConfigError, layers::Layers};

/// HTTP settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// `JIWEN__SERVER__LISTEN`: address and port; port 0 takes any free one.
    pub listen: String,
    /// `JIWEN__SERVER__TIMEOUT_SECONDS`: a request is answered within this time, in seconds.
    pub timeout_seconds: u64,
    /// `JIWEN__SERVER__DRAIN_SECONDS`: time for running requests after SIGTERM, in seconds.
    pub drain_seconds: u64,
    /// `JIWEN__SERVER__BODY_BYTES`: largest request body, in bytes.
    pub body_bytes: u64,
}

impl Server {
    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        if self.listen.parse::<SocketAddr>().is_err() {
            return Err(layers.wrong(
                "server.listen",
                "an address and port like 127.0.0.1:8080",
                &self.listen,
            ));
        }
        layers.in_range("server.timeout_seconds", self.timeout_seconds, 1, 600)?;
        layers.in_range("server.drain_seconds", self.drain_seconds, 0, 600)?;
        layers.in_range("server.body_bytes", self.body_bytes, 1024, 1 << 30)
    }
}
