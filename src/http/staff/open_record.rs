//! `GET /v1/staff/sessions/{id}`: one visit on one screen.

use axum::Json;
use axum::extract::{Path, State};

use crate::domain::Permission;
use crate::http::auth::read_visit;
use crate::http::{ApiError, AppState, Problem};
use crate::service::open_record as open;

use super::admit::Signed;
use super::wire::OpenedRecord;

/// The record with its words, reasons down to their source, checklist, conditions and review. Noted in the audit.
#[utoipa::path(
    get, path = "/v1/staff/sessions/{id}", tag = "staff",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "everything for one screen", body = OpenedRecord),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role, or the patient did not agree to a record", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "erased at the patient's wish", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn open_record(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<OpenedRecord>, ApiError> {
    let member = signed.may(Permission::ReadRecord)?;
    let opened = open(&state.service, &member, read_visit(&id)?).await?;
    Ok(Json(opened.into()))
}
