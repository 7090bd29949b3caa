//! Choosing the form of an answer from what `Accept` asks for.

use axum::http::{HeaderMap, StatusCode, header};

use super::ApiError;

/// The first form in the client's order that there is; weights decide before order.
pub(super) fn choose_form(
    headers: &HeaderMap,
    forms: &[&'static str],
) -> Result<&'static str, ApiError> {
    let accept: Vec<String> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|item| item.trim().to_ascii_lowercase())
        .filter(|item| !item.is_empty())
        .collect();
    if accept.is_empty() {
        return forms.first().copied().ok_or_else(|| refuse(false, forms));
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
        .find_map(|(_, form)| forms.iter().copied().find(|ours| matches_form(form, ours)))
        .ok_or_else(|| {
            let is_fhir = |item: &String| item.starts_with("application/fhir+json");
            refuse(accept.iter().any(is_fhir), forms)
        })
}

fn refuse(wants_fhir: bool, forms: &[&'static str]) -> ApiError {
    let instead = format!("请改用 {}。", forms.join("、"));
    ApiError::new(
        StatusCode::NOT_ACCEPTABLE,
        "not-acceptable",
        "没有这种格式",
        if wants_fhir {
            format!("FHIR 格式还没有提供,{instead}")
        } else {
            instead
        },
    )
    .with("available", forms.to_vec())
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

    const FORMS: [&str; 4] = [
        "application/json",
        "text/html",
        "text/plain",
        "text/calendar",
    ];

    fn check(accept: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header"));
        assert_eq!(choose_form(&headers, &FORMS).ok(), expected, "{accept}");
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
