//! `DELETE /v1/sessions/{id}`: erases a session at the patient's wish.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use crate::service::erase_visit;

use super::auth::{read_token, read_visit};
use super::{ApiError, AppState, Problem};

/// Erases what was said and everything made of it, in this call. What stays is a chain of hashes without words, and who
/// read the record. A repeated call succeeds.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 204, description = "erased"),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn erase_session(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let token = read_token(&headers)?;
    erase_visit(&state.service, read_visit(&id)?, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
