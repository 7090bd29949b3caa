//! `POST /v1/staff/sessions/{id}/misunderstood`: words that were understood wrongly.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::domain::Permission;
use crate::http::auth::read_visit;
use crate::http::body::JsonBody;
use crate::http::{ApiError, AppState, Problem};
use crate::service::{Misunderstood, mark_misunderstood as mark};

use super::admit::Signed;
use super::wire::{MarkedPhrase, NewMisunderstood};

/// Notes the place; the words go to an editor only when the patient agreed to `improvement`.
#[utoipa::path(
    post, path = "/v1/staff/sessions/{id}/misunderstood", tag = "staff", request_body = NewMisunderstood,
    params(("id" = String, Path, description = "session"), ("X-Requested-With" = String, Header, description = "`jiwen`")),
    responses(
        (status = 201, description = "noted", body = MarkedPhrase),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role, or the patient did not agree to a record", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "no such words", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn mark_misunderstood(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewMisunderstood>,
) -> Result<impl IntoResponse, ApiError> {
    let member = signed.may(Permission::ReviewRecord)?;
    let marked = Misunderstood {
        turn: new.turn,
        start: new.start,
        end: new.end,
        note: new.note,
        concept: new.concept.unwrap_or_default(),
    };
    let queued = mark(&state.service, &member, read_visit(&id)?, marked).await?;
    Ok((StatusCode::CREATED, Json(MarkedPhrase { queued })))
}
