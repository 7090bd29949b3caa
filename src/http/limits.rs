//! Limits in time and number of calls.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::KeyExtractor;
use tower_governor::{GovernorError, GovernorLayer};

use super::{ApiError, AppState};

/// How many calls are taken.
#[derive(Debug, Clone)]
pub struct RateLimits {
    /// Calls per second of one session.
    pub token_per_second: u32,
    /// Calls at once of one session.
    pub token_burst: u32,
    /// Calls per second from one address.
    pub address_per_second: u32,
    /// Calls at once from one address.
    pub address_burst: u32,
    /// Take the address from `X-Forwarded-For`.
    pub trust_proxy: bool,
}

/// Limits the routes: `sessions`, which take a token, by token, and all of them by address.
pub(super) fn apply(
    opening: Router<AppState>,
    sessions: Router<AppState>,
    rate: Option<&RateLimits>,
) -> Router<AppState> {
    let Some(rate) = rate else {
        return opening.merge(sessions);
    };
    let address = ByAddress {
        trust_proxy: rate.trust_proxy,
    };
    let by_token = ByToken(address);
    let sessions = limit(sessions, by_token, rate.token_per_second, rate.token_burst);
    let all = opening.merge(sessions);
    limit(all, address, rate.address_per_second, rate.address_burst)
}

/// Limits signing in by address, far more narrowly than anything else: 20 tries at once, then one every 3 seconds.
pub(super) fn narrow(routes: Router<AppState>, rate: Option<&RateLimits>) -> Router<AppState> {
    let Some(rate) = rate else {
        return routes;
    };
    let address = ByAddress {
        trust_proxy: rate.trust_proxy,
    };
    limit_every(routes, address, Duration::from_secs(3), 20)
}

fn limit<K>(routes: Router<AppState>, by: K, per_second: u32, burst: u32) -> Router<AppState>
where
    K: KeyExtractor + Send + Sync + 'static,
    K::Key: Send + Sync,
{
    limit_every(
        routes,
        by,
        Duration::from_secs(1) / per_second.max(1),
        burst,
    )
}

fn limit_every<K>(routes: Router<AppState>, by: K, period: Duration, burst: u32) -> Router<AppState>
where
    K: KeyExtractor + Send + Sync + 'static,
    K::Key: Send + Sync,
{
    let config = GovernorConfigBuilder::default()
        .period(period)
        .burst_size(burst.max(1))
        .key_extractor(by)
        .finish()
        .map(Arc::new)
        .expect("period and burst are not zero");
    let limiter = Arc::downgrade(config.limiter());
    tokio::spawn(async move {
        // Callers that have been away are forgotten, else the table only grows.
        let mut every = tokio::time::interval(Duration::from_secs(60));
        loop {
            every.tick().await;
            let Some(limiter) = limiter.upgrade() else {
                break;
            };
            limiter.retain_recent();
        }
    });
    routes.layer(GovernorLayer::new(config).error_handler(refuse))
}

fn refuse(error: GovernorError) -> Response {
    let seconds = match error {
        GovernorError::TooManyRequests { wait_time, .. } => wait_time + 1,
        _ => 1,
    };
    let mut response = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-requests",
        "请求太快",
        format!("请求太快,请等{seconds}秒再试。"),
    )
    .into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

#[derive(Debug, Clone, Copy)]
struct ByAddress {
    trust_proxy: bool,
}

impl KeyExtractor for ByAddress {
    type Key = IpAddr;

    fn extract<T>(&self, request: &axum::http::Request<T>) -> Result<IpAddr, GovernorError> {
        let forwarded = || {
            // The last entry is the one that our own proxy wrote.
            let list = request
                .headers()
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?;
            list.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = || {
            let info = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
            Some(info.0.ip())
        };
        self.trust_proxy
            .then(forwarded)
            .flatten()
            .or_else(peer)
            .ok_or(GovernorError::UnableToExtractKey)
    }
}

/// By token; a call without one will be refused anyway and counts for its address.
#[derive(Debug, Clone, Copy)]
struct ByToken(ByAddress);

impl KeyExtractor for ByToken {
    type Key = [u8; 32];

    fn extract<T>(&self, request: &axum::http::Request<T>) -> Result<[u8; 32], GovernorError> {
        let token = request.headers().get(header::AUTHORIZATION);
        match token {
            Some(token) => Ok(Sha256::digest(token.as_bytes()).into()),
            None => Ok(Sha256::digest(self.0.extract(request)?.to_string()).into()),
        }
    }
}

/// Answers in time or says that it could not. A turn that was begun is finished all the same.
pub(super) async fn within_time(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "系统忙",
            "系统忙,没能及时回复。请稍后再试;如症状很重,请直接到急诊科或拨打120。",
        )
        .into_response(),
    }
}
