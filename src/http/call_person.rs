//! `POST /v1/sessions/{id}/handover`: calls a person.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::service::call_person as call;

use super::auth::{read_token, read_visit};
use super::body::JsonBody;
use super::wire::{CalledPerson, NewCall};
use super::{ApiError, AppState, Problem};

/// Calls a person: the visit shows on the desk of the nurses. The open question stays open.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/handover", tag = "sessions", request_body = NewCall,
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "somebody is called", body = CalledPerson),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "erased at the patient's wish", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "the reason is too long", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn call_person(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewCall>,
) -> Result<Json<CalledPerson>, ApiError> {
    let token = read_token(&headers)?;
    let reply = call(&state.service, read_visit(&id)?, token, new.reason).await?;
    Ok(Json(CalledPerson {
        reply: reply.into(),
    }))
}
