//! `GET /v1/sessions/{id}/pathway`: the stage that the visit is in and its follow-up dates.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::CarePlan;
use crate::pathway;
use crate::service::get_record;

use super::auth::{read_token, read_visit};
use super::forms::choose_form;
use super::{ApiError, AppState, Problem};

/// Forms of the plan, the preferred one first.
const FORMS: [&str; 2] = ["application/json", "text/calendar"];

/// Stage of the care pathway, by when to be seen, follow-up template and dated contacts; or the same as a calendar.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/pathway", tag = "sessions",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "the care plan", content(
            (serde_json::Value = "application/json"), (String = "text/calendar"))),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "no such form", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "no decision yet, so no plan", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn get_pathway(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = read_token(&headers)?;
    let form = choose_form(&headers, &FORMS)?;
    let found = get_record(&state.service, read_visit(&id)?, &token).await?;
    let plan = found.plan.as_ref().ok_or_else(no_decision)?;
    let body = match form {
        "text/calendar" => write_calendar(&state, &id, plan),
        _ => pathway::to_json(plan),
    };
    let content_type = format!("{form}; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, content_type)], body).into_response())
}

/// The plan as this hospital's calendar.
pub(super) fn write_calendar(state: &AppState, id: &str, plan: &CarePlan) -> String {
    let (hospital, mind) = (&state.service.site().hospital, state.service.mind());
    pathway::to_icalendar(plan, id, hospital, &mind.knowledge.prompts)
}

/// The answer while there is no decision.
pub(super) fn no_decision() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "no-decision",
        "还没有结果",
        "还没有得出就诊建议,请先回答几个问题。",
    )
}
