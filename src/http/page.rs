//! `/`: a small page for patients, without requests to any other machine; and headers for all pages.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use utoipa::ToSchema;

use super::AppState;

/// What a patient's screen says of the hospital.
#[derive(Serialize, ToSchema)]
pub(super) struct SiteInfo {
    /// Name.
    hospital: String,
    /// Telephone; may be empty.
    phone: String,
    /// Where to go in an emergency.
    emergency: String,
}

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/",
            get(|| file("text/html", include_str!("page/index.html"))),
        )
        .route(
            "/page/app.js",
            get(|| file("text/javascript", include_str!("page/app.js"))),
        )
        .route(
            "/page/style.css",
            get(|| file("text/css", include_str!("page/style.css"))),
        )
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    let mut response = text.into_response();
    if let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8")) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

/// What a patient's screen says of the hospital.
#[utoipa::path(get, path = "/v1/site", tag = "operation", responses((status = 200, description = "the hospital", body = SiteInfo)))]
pub(super) async fn get_site(State(state): State<AppState>) -> Json<SiteInfo> {
    let site = state.service.site();
    Json(SiteInfo {
        hospital: site.hospital.clone(),
        phone: site.phone.clone(),
        emergency: site.emergency.clone(),
    })
}

/// Nothing is cached, framed or sent elsewhere; only `/docs` needs styles in its markup.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let is_docs = request.uri().path().starts_with("/docs");
    let mut response = next.run(request).await;
    let policy = if is_docs {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    } else {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=()",
        ),
    ] {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
