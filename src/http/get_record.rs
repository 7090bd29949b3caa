//! `GET /v1/sessions/{id}/record`: the pre-visit record in the form that `Accept` asks for.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::record::{self, Audience};
use crate::service::get_record as get;

use super::auth::{read_token, read_visit};
use super::forms::choose_form;
use super::get_pathway::{no_decision, write_calendar};
use super::{ApiError, AppState, Problem};

/// Forms of the record, the preferred one first.
const FORMS: [&str; 4] = [
    "application/json",
    "text/html",
    "text/plain",
    "text/calendar",
];

/// The pre-visit record, as JSON, printable page, plain text, or calendar of the next dates.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/record", tag = "sessions",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 200, description = "the record", content(
            (serde_json::Value = "application/json"), (String = "text/html"),
            (String = "text/plain"), (String = "text/calendar"))),
        (status = 401, description = "token missing or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "no such form", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "no decision yet, so no date", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(super) async fn get_record(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = read_token(&headers)?;
    let form = choose_form(&headers, &FORMS)?;
    let found = get(&state.service, read_visit(&id)?, &token).await?;
    // Whoever holds the session's token is the patient, or stands in for them.
    let reader = Audience::Patient;
    let body = match form {
        "text/html" => record::to_html(&found.record, reader),
        "text/plain" => record::to_text(&found.record, reader),
        "text/calendar" => {
            let plan = found.plan.as_ref().ok_or_else(no_decision)?;
            write_calendar(&state, &id, plan)
        }
        _ => record::to_json(&found.record, reader),
    };
    let content_type = format!("{form}; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, content_type)], body).into_response())
}
