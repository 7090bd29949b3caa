//! `code2session`: asks WeChat whose code it is.
//!
//! The address holds the app secret, so no error of the HTTP client is printed: each becomes one of ours.

use std::time::Duration;

use serde::Deserialize;
use ureq::Agent;

/// How long WeChat may take, all in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of an answer at most; a real one has about 150.
const MAX_ANSWER: u64 = 16 * 1024;

/// Why a code was not exchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The code is wrong, too old or used; the client may ask for another.
    #[error("WeChat refused the code ({errcode})")]
    Refused {
        /// WeChat's number.
        errcode: i64,
    },
    /// WeChat refuses this mini-program: id, secret or quota.
    #[error("WeChat refused the mini-program ({errcode}); check wechat.app_id and wechat.secret")]
    NotAllowed {
        /// WeChat's number.
        errcode: i64,
    },
    /// No answer.
    #[error("WeChat cannot be reached: {0}")]
    Unreachable(&'static str),
    /// An answer that cannot be read.
    #[error("WeChat answered something unknown (status {status})")]
    Unreadable {
        /// HTTP status.
        status: u16,
    },
}

/// What is read of the answer. The session key is passed over: it is never in a variable of ours.
#[derive(Deserialize)]
struct Answer {
    openid: Option<String>,
    #[serde(default)]
    errcode: i64,
}

/// Never follows a redirect: the secret goes to the configured host alone.
pub(super) fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into()
}

pub(super) fn exchange(
    agent: &Agent,
    session_url: &str,
    app_id: &str,
    secret: &str,
    code: &str,
) -> Result<String, ExchangeError> {
    let mut response = agent
        .get(session_url)
        .query("appid", app_id)
        .query("secret", secret)
        .query("js_code", code)
        .query("grant_type", "authorization_code")
        .call()
        .map_err(|error| ExchangeError::Unreachable(cause(&error)))?;
    let status = response.status().as_u16();
    let text = response
        .body_mut()
        .with_config()
        .limit(MAX_ANSWER)
        .read_to_string()
        .map_err(|error| ExchangeError::Unreachable(cause(&error)))?;
    // WeChat answers JSON as text/plain, and errors with status 200.
    let answer: Answer =
        serde_json::from_str(&text).map_err(|_| ExchangeError::Unreadable { status })?;
    match (answer.errcode, answer.openid) {
        (0, Some(open_id)) if !open_id.is_empty() => Ok(open_id),
        (0, _) => Err(ExchangeError::Unreadable { status }),
        // 40029 wrong code, 40163 used code, 40226 a code of a risky user.
        // Source: WeChat, 小程序登录 code2Session, 2024.
        (errcode @ (40029 | 40163 | 40226), _) => Err(ExchangeError::Refused { errcode }),
        (errcode, _) => Err(ExchangeError::NotAllowed { errcode }),
    }
}

fn cause(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "no answer in time",
        ureq::Error::HostNotFound => "the host is not known",
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => "no connection",
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "no safe connection",
        ureq::Error::BodyExceedsLimit(_) => "the answer is too long",
        _ => "the request failed",
    }
}
