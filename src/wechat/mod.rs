//! Signing in with a WeChat mini-program: a code of `wx.login` becomes an opaque reference.
//!
//! WeChat answers a code with the openid and a session key. The session key is dropped while the answer
//! is read. Of the openid only its HMAC is kept, so nobody can find a person by what is stored. The
//! client gets a short-lived token for that hash and presents it as `patient.ref` when it opens a visit.

mod code;
mod key;
mod token;

use std::path::Path;
use std::time::Duration;

pub use code::ExchangeError;
pub use key::KeyError;
pub use token::{PREFIX, TokenError};

/// How long a reference token is good for.
pub const TOKEN_LIFE: Duration = Duration::from_secs(600);

/// What a stored reference of a WeChat patient starts with.
pub const REFERENCE: &str = "wechat:";

/// The mini-program at WeChat, and the key of this service. It does not print.
pub struct WeChat {
    app_id: String,
    secret: String,
    session_url: String,
    agent: ureq::Agent,
    key: key::Key,
}

impl WeChat {
    /// Takes the settings; the service's own key is read from `key_file`, and made on the first start.
    ///
    /// # Errors
    /// When the key cannot be read or made.
    pub fn open(
        app_id: String,
        secret: String,
        session_url: String,
        key_file: &Path,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            app_id,
            secret,
            session_url,
            agent: code::agent(),
            key: key::Key::read_or_make(key_file)?,
        })
    }

    /// Exchanges a code for a token that is good until [`TOKEN_LIFE`] after `now` (seconds since 1970).
    /// Waits for WeChat: call it off the runtime's threads.
    ///
    /// # Errors
    /// When WeChat refuses the code or cannot be reached.
    pub fn sign_in(&self, code: &str, now: u64) -> Result<String, ExchangeError> {
        let open_id = code::exchange(
            &self.agent,
            &self.session_url,
            &self.app_id,
            &self.secret,
            code,
        )?;
        let person = self.key.hash_person(&self.app_id, &open_id);
        Ok(token::write(&self.key, &person, now + TOKEN_LIFE.as_secs()))
    }

    /// The reference to store for a token that [`WeChat::sign_in`] gave.
    ///
    /// # Errors
    /// When it is not ours or too old.
    pub fn read_token(&self, token: &str, now: u64) -> Result<String, TokenError> {
        let person = token::read(&self.key, token, now)?;
        Ok(format!("{REFERENCE}{}", token::encode(&person)))
    }
}

impl std::fmt::Debug for WeChat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WeChat(…)")
    }
}
