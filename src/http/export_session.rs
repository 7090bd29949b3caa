//! `GET /v1/sessions/{id}/export`: everything held about a session.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

use crate::service::export_visit;

use super::auth::{read_token, read_visit};
use super::wire::ExportedSession;
use super::{ApiError, AppState, Problem};

/// Everything held about the session, as a file to take along.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/export", tag = "sessions",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "what is held", body = ExportedSession),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "erased at the patient's wish", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn export_session(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let token = read_token(&headers)?;
    let export = export_visit(&state.service, read_visit(&id)?, &token).await?;
    let file = "attachment; filename=\"jiwen-export.json\"";
    Ok((
        [(header::CONTENT_DISPOSITION, file)],
        Json(ExportedSession::new(&state.service, export)),
    ))
}
