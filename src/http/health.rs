//! `GET /healthz`, `/readyz`, `/metrics`: for the machines that watch this one.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::AppState;

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "alive", body = String, content_type = "text/plain")))]
pub(super) async fn get_health() -> &'static str {
    "ok\n"
}

/// Visits can be read and written.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, description = "ready", body = String, content_type = "text/plain"),
    (status = 503, description = "the event log cannot be read", body = String, content_type = "text/plain"),
))]
pub(super) async fn get_readiness(State(state): State<AppState>) -> Response {
    if state.service.is_ready().await {
        let encoder = if state.service.has_witness() {
            "encoder in use"
        } else {
            "no encoder: word lists and rules only"
        };
        let voice = match &state.service.voice().worker {
            Some(worker) => worker.status().to_string(),
            None => "no weights: patients type or tap".to_owned(),
        };
        let knowledge = state.service.knowledge_version();
        let node = state.service.node_in_words();
        let words = match state.service.own_words() {
            (count, None) => format!("{count} in force"),
            (count, Some(fault)) => format!("{fault}: cannot be used, {count} before it in force"),
        };
        format!(
            "ready\nknowledge {knowledge}\n{encoder}\nvoice {voice}\n{node}\nown words {words}\n"
        )
        .into_response()
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the event log cannot be read\n",
        )
            .into_response()
    }
}

/// Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Prometheus text format", body = String, content_type = "text/plain")))]
pub(super) async fn get_metrics(State(state): State<AppState>) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        state.metrics.render(),
    )
}
