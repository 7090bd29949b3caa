//! Who of the staff calls, and whether they may: the cookie, the header that no other site can send, the role.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};

use crate::domain::Permission;
use crate::http::{ApiError, AppState};
use crate::service::Token;
use crate::service::staff::{Member, StaffError, find_member};

/// Name of the cookie.
const COOKIE: &str = "jiwen_staff";

/// A member of staff who is signed in.
pub(in crate::http) struct Signed {
    pub member: Member,
    pub token: Token,
}

impl Signed {
    /// The member, when their role may do that.
    pub fn may(self, permission: Permission) -> Result<Member, ApiError> {
        if self.member.role.may(permission) {
            Ok(self.member)
        } else {
            Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "role-forbidden",
                "没有这个权限",
                "您的账号不能做这件事。如工作需要,请找管理员开通。",
            ))
        }
    }
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = read_cookie(&parts.headers).ok_or(StaffError::NotSignedIn)?;
        if parts.method != Method::GET {
            check_origin(&parts.headers)?;
        }
        // What a screen does by itself must not keep it signed in.
        let active = !parts.headers.contains_key("x-background");
        let member = find_member(&state.service, &token, active).await?;
        Ok(Self { member, token })
    }
}

/// A page of another site can make a browser send the cookie, but not this header.
pub(super) fn check_origin(headers: &HeaderMap) -> Result<(), ApiError> {
    let value = headers.get("x-requested-with");
    if value.is_some_and(|value| value == "jiwen") {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::FORBIDDEN,
        "header-missing",
        "请求不完整",
        "缺少请求头 X-Requested-With: jiwen。请从本院的页面操作。",
    ))
}

pub(super) fn read_cookie(headers: &HeaderMap) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| Token::presented(value))
}

/// The cookie for a token; without one it is taken away.
pub(super) fn write_cookie(token: Option<&Token>, secure: bool) -> String {
    let value = token.map_or("", Token::reveal);
    let age = if token.is_some() { "" } else { "; Max-Age=0" };
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict{age}{secure}")
}

impl From<StaffError> for ApiError {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::Failed => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-failed",
                "登录失败",
                "账号、密码或验证码不对。请检查后再试;每个验证码只能用一次,用过请等下一个。",
            ),
            StaffError::Locked { seconds } => Self::new(
                StatusCode::LOCKED,
                "locked",
                "账号已锁定",
                format!(
                    "输错次数太多,请{}分钟后再试,或请管理员解锁。",
                    seconds.div_ceil(60)
                ),
            )
            .with("seconds", seconds),
            StaffError::NotSignedIn => Self::new(
                StatusCode::UNAUTHORIZED,
                "not-signed-in",
                "请先登录",
                "您还没有登录,或太久没有操作已自动退出。请重新登录。",
            ),
            StaffError::Read(error) => {
                tracing::error!(%error, "could not read or write what is kept of staff");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "storage-unavailable",
                    "系统忙",
                    "系统暂时读不到数据。请稍后再试。",
                )
            }
        }
    }
}
