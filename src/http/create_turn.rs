//! `POST /v1/sessions/{id}/turns`: takes a turn.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::service::{TurnRequest, take_turn};

use super::auth::{read_token, read_visit};
use super::body::JsonBody;
use super::wire::{NewTurn, TurnAnswer};
use super::{ApiError, AppState, Problem};

/// Characters in an idempotency key at most.
const MAX_KEY: usize = 128;

/// Takes a turn: words, or option ids of the open question. Once answered, it is stored for good.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/turns", tag = "sessions", request_body = NewTurn,
    params(
        ("id" = String, Path, description = "session"),
        ("Idempotency-Key" = Option<String>, Header, description = "makes repeating the call safe: the stored answer comes back"),
    ),
    responses(
        (status = 200, description = "taken and stored", body = TurnAnswer),
        (status = 400, description = "not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "the visit is over, or another turn is under way", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "more than the body limit", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "empty, too long, or no such option", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn create_turn(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewTurn>,
) -> Result<Json<TurnAnswer>, ApiError> {
    let request = TurnRequest {
        token: read_token(&headers)?,
        visit: read_visit(&id)?,
        idempotency_key: read_key(&headers)?,
        said: new.into_said()?,
        spoken: None,
    };
    let taken = take_turn(&state.service, request).await?;
    Ok(Json(TurnAnswer::new(&state.service, taken)))
}

fn read_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) if (1..=MAX_KEY).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::field("Idempotency-Key", "1到128个ASCII字符")),
    }
}
