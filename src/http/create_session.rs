//! `POST /v1/sessions`: opens a session.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::service::open_visit;

use super::body::JsonBody;
use super::wechat_login::resolve_ref;
use super::wire::{NewSession, OpenedSession};
use super::{ApiError, AppState, Problem};

/// Opens a session. Without consent to `triage`, or under 14 without a guardian, nothing is stored.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", request_body = NewSession,
    responses(
        (status = 201, description = "opened", body = OpenedSession),
        (status = 400, description = "not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "consent or guardian missing", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a field is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create_session(
    State(state): State<AppState>,
    JsonBody(new): JsonBody<NewSession>,
) -> Result<impl IntoResponse, ApiError> {
    let mut opening = new.into_opening()?;
    resolve_ref(state.wechat.as_ref(), &mut opening)?;
    let opened = open_visit(&state.service, opening).await?;
    let location = format!("/v1/sessions/{}", opened.visit);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(OpenedSession::from(opened)),
    ))
}
