//! `GET /v1/sessions/{id}/record`: the pre-visit record in the form that `Accept` asks for.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::record;
use crate::service::get_record as get;

use super::auth::{read_token, read_visit};
use super::{ApiError, AppState, Problem, calendar};

/// Forms of the record, the preferred one first.
const FORMS: [&str; 4] = [
    "application/json",
    "text/html",
    "text/plain",
    "text/calendar",
];

/// The pre-visit record, as JSON, printable page, plain text, or calendar entry of the next date.
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
    let form = choose_form(&headers)?;
    let found = get(&state.service, read_visit(&id)?, &token).await?;
    let body = match form {
        "text/html" => record::to_html(&found.record),
        "text/plain" => record::to_text(&found.record),
        "text/calendar" => calendar::write(&id, &found, state.service.site()).ok_or_else(|| {
            ApiError::new(
                StatusCode::CONFLICT,
                "no-decision",
                "还没有结果",
                "还没有得出就诊建议,请先回答几个问题。",
            )
        })?,
        _ => record::to_json(&found.record),
    };
    let content_type = format!("{form}; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, content_type)], body).into_response())
}

/// The first form in the client's order that there is; weights decide before order.
fn choose_form(headers: &HeaderMap) -> Result<&'static str, ApiError> {
    let accept: Vec<String> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|item| item.trim().to_ascii_lowercase())
        .filter(|item| !item.is_empty())
        .collect();
    if accept.is_empty() {
        return Ok(FORMS[0]);
    }
    let mut wanted: Vec<(f32, &str)> = accept
        .iter()
        .map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let form = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            (weight, form)
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted
        .iter()
        .find_map(|(_, form)| FORMS.into_iter().find(|ours| matches_form(form, ours)))
        .ok_or_else(|| {
            let fhir = accept
                .iter()
                .any(|item| item.starts_with("application/fhir+json"));
            ApiError::new(
                StatusCode::NOT_ACCEPTABLE,
                "not-acceptable",
                "没有这种格式",
                if fhir {
                    "FHIR 格式还没有提供,请改用 application/json、text/html 或 text/plain。"
                } else {
                    "请改用 application/json、text/html、text/plain 或 text/calendar。"
                },
            )
            .with("available", FORMS.to_vec())
        })
}

fn matches_form(wanted: &str, ours: &str) -> bool {
    match wanted.strip_suffix("/*") {
        Some("*") => true,
        Some(family) => {
            ours.starts_with(family) && ours.as_bytes().get(family.len()) == Some(&b'/')
        }
        None => wanted == ours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header"));
        assert_eq!(choose_form(&headers).ok(), expected, "{accept}");
    }

    #[test]
    fn the_form_is_the_one_that_the_client_likes_best() {
        check("*/*", Some("application/json"));
        check(
            "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
            Some("text/html"),
        );
        check(
            "application/fhir+json, text/plain;q=0.5",
            Some("text/plain"),
        );
        check("text/*", Some("text/html"));
        check("application/fhir+json", None);
        check("application/json;q=0", None);
    }
}
