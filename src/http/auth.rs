//! Who calls: the bearer token and the id in the path.

use axum::http::{HeaderMap, StatusCode, header};
use uuid::Uuid;

use crate::service::{Token, VisitError};

use super::ApiError;

/// Reads `Authorization: Bearer …`.
pub(super) fn read_token(headers: &HeaderMap) -> Result<Token, ApiError> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match token {
        Some(token) if !token.is_empty() => Ok(Token::presented(token)),
        _ => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "token-missing",
            "缺少凭证",
            "请在 Authorization 中带上开始问诊时得到的凭证(Bearer token)。",
        )),
    }
}

/// Reads the id; one that cannot be an id is an unknown visit.
pub(super) fn read_visit(id: &str) -> Result<Uuid, ApiError> {
    Uuid::try_parse(id).map_err(|_| VisitError::Unknown.into())
}
