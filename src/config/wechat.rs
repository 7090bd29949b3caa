//! `[wechat]`: signing in with a WeChat mini-program. Off while `app_id` is empty.

use std::path::PathBuf;

use serde::Deserialize;

use super::{ConfigError, Secret, layers::Layers};

/// The mini-program at WeChat.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeChat {
    /// `JIWEN__WECHAT__APP_ID`: id of the mini-program; empty for no sign-in.
    pub app_id: String,
    /// `JIWEN__WECHAT__SESSION_URL`: where a code is exchanged.
    pub session_url: String,
    /// `JIWEN__WECHAT__SECRET`: the app secret; only from the environment, or leave it in a file.
    pub secret: Secret,
    /// `JIWEN__WECHAT__SECRET_FILE`: a file that holds the app secret; read when the service starts.
    pub secret_file: PathBuf,
}

impl WeChat {
    pub(super) fn check(&self, layers: &Layers) -> Result<(), ConfigError> {
        if self.app_id.is_empty() {
            return Ok(());
        }
        let is_address = ["https://", "http://"]
            .iter()
            .any(|start| self.session_url.starts_with(start));
        if !is_address {
            return Err(layers.wrong(
                "wechat.session_url",
                "an http or https address",
                &self.session_url,
            ));
        }
        if self.secret.reveal().is_empty() == self.secret_file.as_os_str().is_empty() {
            return Err(layers.wrong(
                "wechat.secret",
                "set, or else wechat.secret_file, since wechat.app_id is",
                "neither or both",
            ));
        }
        Ok(())
    }
}
