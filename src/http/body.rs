//! Reading a JSON body, with problems for everything that it may be instead.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::ApiError;

/// A JSON body of a known form; unknown fields are passed over.
pub(super) struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, ApiError> {
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        "body-too-large",
                        "内容太大",
                        "发送的内容太大。请分成几段,一段一段地发送。",
                    ),
                    _ => ApiError::new(
                        StatusCode::BAD_REQUEST,
                        "body-unreadable",
                        "内容没有收全",
                        "内容没有收全,请再发送一次。",
                    ),
                })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| problem(&error))
    }
}

/// Says where it is wrong. What stands there is not quoted: it may be the patient's words.
fn problem(error: &serde_json::Error) -> ApiError {
    let place = format!("第{}行第{}列", error.line(), error.column());
    let problem = match error.classify() {
        Category::Data => ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong-type",
            "内容的类型不对",
            match expected(&error.to_string()) {
                Some(expected) => format!("{place}的类型不对,应为 {expected}。接口说明见 /docs。"),
                None => format!("{place}的类型不对。接口说明见 /docs。"),
            },
        ),
        _ => ApiError::new(
            StatusCode::BAD_REQUEST,
            "malformed-json",
            "不是有效的JSON",
            format!("{place}不是有效的JSON,请检查后再发送。接口说明见 /docs。"),
        ),
    };
    problem
        .with("line", error.line())
        .with("column", error.column())
}

/// The part of serde's message that quotes nothing: the type it wanted, or the field it misses.
fn expected(message: &str) -> Option<String> {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(head, _)| head);
    if message.starts_with("missing field") {
        return Some(message.to_owned());
    }
    let (_, expected) = message.rsplit_once(", expected ")?;
    expected
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _`".contains(c))
        .then(|| expected.to_owned())
}
