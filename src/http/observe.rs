//! One log line and a few numbers for each request: route template, method, status, time. No more.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use uuid::Uuid;

use crate::service::describe_measures;

/// Upper bounds in seconds.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0,
];

static METRICS: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// Installs the recorder of this process; a second call gives the same one.
///
/// # Errors
/// When another recorder is installed.
pub fn install_metrics() -> Result<PrometheusHandle, BuildError> {
    let mut installed = METRICS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = installed.as_ref() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS)?
        .install_recorder()?;
    describe_counter!(
        "jiwen_http_requests_total",
        "Requests by route, method and status."
    );
    describe_histogram!("jiwen_http_request_seconds", "Time to answer, by route.");
    describe_measures();
    Ok(installed.insert(handle).clone())
}

/// Counts, times and logs a request, and gives it an id. A client's own id is not taken over: it
/// could hold anything.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::new_v4().to_string();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    counter!(
        "jiwen_http_requests_total",
        "route" => route.clone(), "method" => method.to_string(), "status" => status.to_string()
    )
    .increment(1);
    histogram!("jiwen_http_request_seconds", "route" => route.clone()).record(took);
    tracing::info!(
        request_id = %id, %method, route, status,
        took_ms = took.as_secs_f64() * 1000.0,
        "answered a request"
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
