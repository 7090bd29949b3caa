//! `POST /v1/wechat/login`: a code of `wx.login` becomes a token for `patient.ref`.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Opening;
use crate::wechat::{ExchangeError, PREFIX, REFERENCE, TOKEN_LIFE, TokenError, WeChat};

use super::body::JsonBody;
use super::{ApiError, AppState, Problem};

/// Characters in a code at most; WeChat's have 32.
const MAX_CODE: usize = 128;

/// Signs in.
#[derive(Deserialize, ToSchema)]
pub struct WeChatCode {
    /// What `wx.login` gave.
    pub code: String,
}

/// Stands for the patient when a session is opened.
#[derive(Serialize, ToSchema)]
pub struct WeChatRef {
    /// Send it as `patient.ref` of `POST /v1/sessions`.
    pub ref_token: String,
    /// How long it is good for.
    pub expires_seconds: u64,
}

/// Exchanges a code of `wx.login` for a short-lived token. No visit needs it.
#[utoipa::path(
    post, path = "/v1/wechat/login", tag = "sessions", request_body = WeChatCode,
    responses(
        (status = 200, description = "signed in", body = WeChatRef),
        (status = 404, description = "no mini-program is configured", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "the code is wrong, too old or used", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "WeChat cannot be asked", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn wechat_login(
    State(state): State<AppState>,
    JsonBody(WeChatCode { code }): JsonBody<WeChatCode>,
) -> Result<Json<WeChatRef>, ApiError> {
    let wechat = state.wechat.ok_or_else(off)?;
    if code.is_empty() || code.len() > MAX_CODE {
        return Err(ApiError::field("code", "wx.login 给的 code"));
    }
    let ref_token = tokio::task::spawn_blocking(move || wechat.sign_in(&code, now()))
        .await
        .map_err(|_| unavailable())??;
    Ok(Json(WeChatRef {
        ref_token,
        expires_seconds: TOKEN_LIFE.as_secs(),
    }))
}

/// Puts what is stored in the place of a token. Nobody may claim such a reference without one.
pub(super) fn resolve_ref(
    wechat: Option<&Arc<WeChat>>,
    opening: &mut Opening,
) -> Result<(), ApiError> {
    let Some(reference) = &mut opening.patient_ref else {
        return Ok(());
    };
    if reference.starts_with(REFERENCE) {
        return Err(ApiError::field(
            "patient.ref",
            "微信登录得到的 ref_token,或医院自己的编号",
        ));
    }
    if reference.starts_with(PREFIX) {
        *reference = wechat.ok_or_else(off)?.read_token(reference, now())?;
    }
    Ok(())
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn off() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "wechat-off",
        "没有开通微信登录",
        "本院没有开通微信登录。不登录也可以直接开始。",
    )
}

fn unavailable() -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "wechat-unavailable",
        "微信登录暂时不通",
        "微信登录暂时不通。不登录也可以直接开始。",
    )
}

impl From<ExchangeError> for ApiError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Refused { .. } => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "wechat-code-invalid",
                "微信登录没有成功",
                "微信登录没有成功,请再试一次。不登录也可以直接开始。",
            ),
            error => {
                tracing::warn!(%error, "no sign-in with WeChat");
                unavailable()
            }
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(_: TokenError) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "wechat-token-expired",
            "微信登录已过期",
            "微信登录已过期,请重新登录,或不登录直接开始。",
        )
    }
}
