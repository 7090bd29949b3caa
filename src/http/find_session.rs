//! `GET /v1/sessions/{id}`: the conversation so far.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::service::get_visit;

use super::auth::{read_token, read_visit};
use super::wire::Session;
use super::{ApiError, AppState, Problem};

/// The conversation so far, for going on with it.
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "the conversation", body = Session),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "erased at the patient's wish", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn find_session(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Session>, ApiError> {
    let token = read_token(&headers)?;
    let conversation = get_visit(&state.service, read_visit(&id)?, &token).await?;
    Ok(Json(conversation.into()))
}
