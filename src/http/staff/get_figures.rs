//! `GET /v1/management/summary` and `.csv`: figures without patients.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::Permission;
use crate::http::{ApiError, AppState, Problem};
use crate::service::get_figures as count;

use super::admit::Signed;
use super::wire::{Summary, read_days};

/// Which days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Wanted {
    /// First day, YYYY-MM-DD; 30 days ago when left out.
    from: Option<String>,
    /// Last day; today when left out.
    to: Option<String>,
}

/// Counts and times over some days; no text of a patient.
#[utoipa::path(
    get, path = "/v1/management/summary", tag = "staff", params(Wanted),
    responses(
        (status = 200, description = "figures", body = Summary),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "no such day", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn get_figures(
    State(state): State<AppState>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Summary>, ApiError> {
    Ok(Json(summary(&state, signed, &wanted).await?))
}

/// The same as a table `figure,key,value`, for a spreadsheet.
#[utoipa::path(
    get, path = "/v1/management/summary.csv", tag = "staff", params(Wanted),
    responses(
        (status = 200, description = "figures", body = String, content_type = "text/csv"),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "no such day", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn get_figures_csv(
    State(state): State<AppState>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, ApiError> {
    let summary = summary(&state, signed, &wanted).await?;
    let name = format!(
        "attachment; filename=\"jiwen-{}-{}.csv\"",
        summary.from, summary.to
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, summary.to_csv()))
}

async fn summary(state: &AppState, signed: Signed, wanted: &Wanted) -> Result<Summary, ApiError> {
    signed.may(Permission::ReadFigures)?;
    let (from, to) = read_days(wanted.from.as_deref(), wanted.to.as_deref(), 30)?;
    let figures = count(&state.service, from, to).await?;
    Ok(Summary::new(&state.service, from, to, figures))
}
