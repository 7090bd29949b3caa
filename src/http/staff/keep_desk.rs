//! `POST /v1/staff/sessions/{id}/desk`: a nurse takes a patient whom the machine handed over, or is done.

use axum::Json;
use axum::extract::{Path, State};

use crate::domain::{DeskState, Permission};
use crate::http::auth::read_visit;
use crate::http::body::JsonBody;
use crate::http::{ApiError, AppState, Problem};
use crate::service::keep_desk as keep;

use super::admit::Signed;
use super::wire::{ListedVisit, NewDesk};

/// Notes where the patient stands at the desk; the answer is the visit's row of the worklist.
#[utoipa::path(
    post, path = "/v1/staff/sessions/{id}/desk", tag = "staff", request_body = NewDesk,
    params(("id" = String, Path, description = "session"), ("X-Requested-With" = String, Header, description = "`jiwen`")),
    responses(
        (status = 200, description = "noted", body = ListedVisit),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "no person was called", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a field is wrong", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn keep_desk(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewDesk>,
) -> Result<Json<ListedVisit>, ApiError> {
    let member = signed.may(Permission::KeepDesk)?;
    let stands =
        DeskState::parse(&new.state).map_err(|_| ApiError::field("state", "taken 或 done"))?;
    let row = keep(&state.service, member, read_visit(&id)?, stands, new.note).await?;
    Ok(Json(row.into()))
}
