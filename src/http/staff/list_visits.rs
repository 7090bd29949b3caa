//! `GET /v1/worklist`: visits, most urgent first.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::{ListState, Permission};
use crate::http::{ApiError, AppState, Problem};
use crate::service::{WorklistQuery, list_visits as list};

use super::admit::Signed;
use super::wire::{Worklist, read_day};

/// Which visits.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Wanted {
    /// `waiting` (default), `confirmed`, `handed_over` or `all`.
    state: Option<String>,
    /// A visit code or the hospital's reference; searches every day.
    query: Option<String>,
    /// YYYY-MM-DD; today and yesterday when left out.
    day: Option<String>,
}

/// Visits whose patients let staff see a record, most urgent first, then oldest first.
#[utoipa::path(
    get, path = "/v1/worklist", tag = "staff", params(Wanted,
        ("X-Background" = Option<String>, Header, description = "send it with calls that a screen makes by itself: they do not keep the session alive")),
    responses(
        (status = 200, description = "the list", body = Worklist),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "no such state or day", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn list_visits(
    State(state): State<AppState>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Worklist>, ApiError> {
    let member = signed.may(Permission::ListVisits)?;
    let name = wanted.state.as_deref().unwrap_or("waiting");
    let query = WorklistQuery {
        state: ListState::parse(name)
            .ok_or_else(|| ApiError::field("state", "waiting、confirmed、handed_over、all 之一"))?,
        text: wanted.query.unwrap_or_default(),
        day: wanted.day.map(|day| read_day("day", &day)).transpose()?,
    };
    let found = list(&state.service, &member, &query).await?;
    Ok(Json(found.into()))
}
