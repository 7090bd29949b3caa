//! `GET /v1/staff/sessions/{id}/similar`: earlier visits like this one.

use axum::Json;
use axum::extract::{Path, State};

use crate::domain::Permission;
use crate::http::auth::read_visit;
use crate::http::{ApiError, AppState, Problem};
use crate::service::find_similar as find;

use super::admit::Signed;
use super::wire::SimilarVisits;

/// Finished earlier visits whose main complaint is like this one's, the most alike first, five at most, with what the lists
/// show of them. Only visits whose patients agreed to a record. What was shown is noted in the audit.
#[utoipa::path(
    get, path = "/v1/staff/sessions/{id}/similar", tag = "staff",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "earlier visits", body = SimilarVisits),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role, or the patient did not agree to a record", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "erased at the patient's wish", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn find_similar(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<SimilarVisits>, ApiError> {
    let member = signed.may(Permission::ReadRecord)?;
    let found = find(&state.service, &member, read_visit(&id)?).await?;
    Ok(Json(SimilarVisits::new(found)))
}
