//! The screens, embedded as `scripts/web.sh` built them: `/`, `/patient`, `/kiosk`, `/doctor`, `/manage` and their assets.
//! No page asks another machine for anything.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use include_dir::{Dir, include_dir};
use serde::Serialize;
use tower_http::compression::CompressionLayer;
use utoipa::ToSchema;

use super::{AppState, error};

static SCREENS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/clients/web/dist");

/// Address and file of each screen.
const PAGES: [(&str, &str); 5] = [
    ("/", "index.html"),
    ("/patient", "patient.html"),
    ("/kiosk", "kiosk.html"),
    ("/doctor", "doctor.html"),
    ("/manage", "manage.html"),
];

/// What `/` says of a program that was built without screens.
const MISSING: &str = "这个程序没有带界面。The screens were not built: run scripts/web.sh (it needs Node 20) and build again.\n";

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
    let pages = PAGES
        .into_iter()
        .fold(Router::new(), |router, (address, file)| {
            router.route(address, get(move || async move { page(file) }))
        });
    pages
        .route("/assets/{*path}", get(get_asset))
        .layer(CompressionLayer::new())
}

fn page(file: &str) -> Response {
    find(file).unwrap_or_else(|| (StatusCode::NOT_FOUND, MISSING).into_response())
}

/// Names of assets hold a hash of their content, so they may be kept for ever.
async fn get_asset(Path(path): Path<String>) -> Response {
    let Some(mut response) = find(&format!("assets/{path}")) else {
        return error::not_found().await.into_response();
    };
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, forever);
    response
}

fn find(path: &str) -> Option<Response> {
    let file = SCREENS.get_file(path)?;
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    };
    let mut response = file.contents().into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Some(response)
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

/// Nothing is framed or sent elsewhere, and nothing but hashed assets is kept; only `/docs` needs scripts in its markup.
/// The microphone is for our own pages.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let is_docs = request.uri().path().starts_with("/docs");
    let mut response = next.run(request).await;
    let policy = if is_docs {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    } else {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(self)",
        ),
    ] {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
