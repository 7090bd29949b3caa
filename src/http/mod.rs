//! HTTP: routes, wire types, errors. Decides nothing about a visit.
//!
//! A request passes, from the outside in: security headers, counting and one log line, panics
//! caught, time limit, rate limits, body limit, then the action. Nothing of a request's path
//! parameters, headers or body is logged.

mod auth;
mod body;
mod call_person;
mod change_consent;
mod create_session;
mod create_turn;
mod erase_session;
mod error;
mod export_session;
mod find_session;
mod forms;
mod get_pathway;
mod get_record;
mod health;
mod limits;
mod observe;
mod openapi;
mod page;
mod scales;
mod staff;
mod voice;
mod wechat_login;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;

use crate::service::Service;
use crate::wechat::WeChat;

pub use error::{ApiError, Problem};
pub use limits::RateLimits;
pub use observe::install_metrics;
pub use openapi::document as openapi_document;

/// What the actions share.
#[derive(Clone)]
pub(super) struct AppState {
    pub service: Arc<Service>,
    pub metrics: PrometheusHandle,
    pub wechat: Option<Arc<WeChat>>,
    /// Cookies of staff go over https only.
    pub secure_cookie: bool,
}

/// How requests are taken.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A request is answered within this time.
    pub timeout: Duration,
    /// Largest body, in bytes.
    pub body_bytes: usize,
    /// Limits on calls; `None` for no limits.
    pub rate: Option<RateLimits>,
    /// Sign-in with WeChat; `None` for none.
    pub wechat: Option<Arc<WeChat>>,
    /// Cookies of staff go over https only.
    pub secure_cookie: bool,
}

/// The whole service as a router. Serve it with connection info: limits go by the peer's address.
pub fn router(service: Arc<Service>, metrics: PrometheusHandle, settings: &Settings) -> Router {
    let opening = Router::new()
        .route("/v1/sessions", post(create_session::create_session))
        .route("/v1/wechat/login", post(wechat_login::wechat_login));
    let sessions = Router::new()
        .route(
            "/v1/sessions/{id}",
            get(find_session::find_session).delete(erase_session::erase_session),
        )
        .route(
            "/v1/sessions/{id}/export",
            get(export_session::export_session),
        )
        .route("/v1/sessions/{id}/handover", post(call_person::call_person))
        .route(
            "/v1/sessions/{id}/consent",
            post(change_consent::change_consent),
        )
        .route("/v1/sessions/{id}/turns", post(create_turn::create_turn))
        .route("/v1/sessions/{id}/record", get(get_record::get_record))
        .route("/v1/sessions/{id}/pathway", get(get_pathway::get_pathway))
        .route("/v1/sessions/{id}/voice", get(voice::open_voice));
    let signing_in = limits::narrow(staff::sign_in_route(), settings.rate.as_ref());
    let opening = opening.merge(signing_in).merge(staff::routes());
    limits::apply(opening, sessions, settings.rate.as_ref())
        .route("/healthz", get(health::get_health))
        .route("/readyz", get(health::get_readiness))
        .route("/metrics", get(health::get_metrics))
        .route("/v1/site", get(page::get_site))
        .route("/v1/scales", get(scales::list_scales))
        .route("/v1/scales/{id}/score", post(scales::score_scale))
        .merge(page::routes())
        .merge(openapi::routes())
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(AppState {
            service,
            metrics,
            wechat: settings.wechat.clone(),
            secure_cookie: settings.secure_cookie,
        })
        .layer(DefaultBodyLimit::max(settings.body_bytes))
        .layer(from_fn_with_state(settings.timeout, limits::within_time))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn(observe::observe))
        .layer(from_fn(page::add_headers))
}
