//! `GET /v1/audit`: who of the staff did what, for an auditor.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::Permission;
use crate::http::{ApiError, AppState, Problem};
use crate::service::read_audit;

use super::admit::Signed;
use super::wire::{Audit, read_days};

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Wanted {
    /// First day, YYYY-MM-DD; a week ago when left out.
    from: Option<String>,
    /// Last day; today when left out.
    to: Option<String>,
    /// Entries after this position.
    after: Option<i64>,
}

/// Entries of some days, oldest first, 1,000 at most; `jiwen audit verify` walks their hash chain.
#[utoipa::path(
    get, path = "/v1/audit", tag = "staff", params(Wanted),
    responses(
        (status = 200, description = "entries", body = Audit),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "no such day", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn get_audit(
    State(state): State<AppState>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Audit>, ApiError> {
    let member = signed.may(Permission::ReadAudit)?;
    let (from, to) = read_days(wanted.from.as_deref(), wanted.to.as_deref(), 7)?;
    let after = wanted.after.unwrap_or_default();
    let (entries, more) = read_audit(&state.service, &member, from, to, after).await?;
    Ok(Json(Audit::new(entries, more)))
}
