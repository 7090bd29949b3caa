//! What staff may call: sign-in, worklist, records, reviews, desk, figures, audit. A cookie says who calls.

mod admit;
pub(super) mod find_similar;
pub(super) mod get_audit;
pub(super) mod get_figures;
pub(super) mod keep_desk;
pub(super) mod list_phrases;
pub(super) mod list_visits;
pub(super) mod mark_misunderstood;
pub(super) mod open_record;
pub(super) mod review_record;
pub(super) mod sign_in;
pub(super) mod watch_visits;
pub(super) mod wire;

use axum::Router;
use axum::routing::{get, post};

use super::AppState;

/// Signing in, which is limited more narrowly than everything else.
pub(super) fn sign_in_route() -> Router<AppState> {
    Router::new().route("/v1/staff/sign-in", post(sign_in::sign_in))
}

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/staff/me", get(sign_in::get_me))
        .route("/v1/staff/sign-out", post(sign_in::sign_out))
        .route("/v1/worklist", get(list_visits::list_visits))
        .route("/v1/worklist/events", get(watch_visits::watch_visits))
        .route("/v1/staff/sessions/{id}", get(open_record::open_record))
        .route(
            "/v1/staff/sessions/{id}/similar",
            get(find_similar::find_similar),
        )
        .route(
            "/v1/staff/sessions/{id}/review",
            post(review_record::review_record),
        )
        .route(
            "/v1/staff/sessions/{id}/misunderstood",
            post(mark_misunderstood::mark_misunderstood),
        )
        .route("/v1/staff/sessions/{id}/desk", post(keep_desk::keep_desk))
        .route("/v1/management/summary", get(get_figures::get_figures))
        .route(
            "/v1/management/summary.csv",
            get(get_figures::get_figures_csv),
        )
        .route("/v1/audit", get(get_audit::get_audit))
        .route("/v1/phrases", get(list_phrases::list_phrases))
}
