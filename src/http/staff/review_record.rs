//! `POST /v1/staff/sessions/{id}/review`: a doctor confirms, edits and strikes out lines, and decides.

use axum::Json;
use axum::extract::{Path, State};

use crate::domain::Permission;
use crate::http::auth::read_visit;
use crate::http::body::JsonBody;
use crate::http::{ApiError, AppState, Problem};
use crate::service::review_visit;

use super::admit::Signed;
use super::wire::{NewReview, OpenedRecord};

/// Stores a review; originals stay. The answer is the record as it stands then.
#[utoipa::path(
    post, path = "/v1/staff/sessions/{id}/review", tag = "staff", request_body = NewReview,
    params(("id" = String, Path, description = "session"), ("X-Requested-With" = String, Header, description = "`jiwen`")),
    responses(
        (status = 200, description = "stored", body = OpenedRecord),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role, or the patient did not agree to a record", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "a line is not as it was read, or nothing was decided yet", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a field is wrong, or a reason is missing", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn review_record(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewReview>,
) -> Result<Json<OpenedRecord>, ApiError> {
    let member = signed.may(Permission::ReviewRecord)?;
    let request = new.into_request()?;
    let opened = review_visit(&state.service, member, read_visit(&id)?, request).await?;
    Ok(Json(opened.into()))
}
