//! `POST /v1/sessions/{id}/consent`: changes or withdraws what the patient agreed to.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::domain;
use crate::service::change_consent as change;

use super::auth::{read_token, read_visit};
use super::body::JsonBody;
use super::wire::{AgreedTo, Consent};
use super::{ApiError, AppState, Problem};

/// Puts this consent in place of the one before, in effect when the answer comes. Without `record` staff no longer see
/// the visit, without `triage` no further turn is taken.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/consent", tag = "sessions", request_body = Consent,
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "in effect", body = AgreedTo),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "erased at the patient's wish", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "no version, or a scope that does not exist", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn change_consent(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(new): JsonBody<Consent>,
) -> Result<Json<AgreedTo>, ApiError> {
    let token = read_token(&headers)?;
    let consent = domain::Consent {
        version: new.version,
        scopes: new.scopes,
    };
    let agreed = change(&state.service, read_visit(&id)?, token, consent).await?;
    Ok(Json(agreed.into()))
}
