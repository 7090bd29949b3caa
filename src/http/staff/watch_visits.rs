//! `GET /v1/worklist/events`: tells an open screen which visits changed, as Server-Sent Events. No data of a patient.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;

use crate::domain::Permission;
use crate::http::{ApiError, AppState, Problem};
use crate::service::staff::{StaffError, find_member};
use crate::service::{Listener, Service, Token, Told};

use super::admit::Signed;

/// A sign of life, and a look whether the session still holds.
const BEAT: Duration = Duration::from_secs(15);

/// `event: changed` with `{"session_id"}` for each visit that opens, takes a turn, is reviewed, handed over, changed or
/// erased; a null id asks to read the whole list. Ends when the session does.
#[utoipa::path(
    get, path = "/v1/worklist/events", tag = "staff",
    responses(
        (status = 200, description = "a stream of changes", body = String, content_type = "text/event-stream"),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn watch_visits(
    State(state): State<AppState>,
    signed: Signed,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let token = Token::presented(signed.token.reveal());
    signed.may(Permission::ListVisits)?;
    let listener = state.service.listen().ok_or(StaffError::NotSignedIn)?;
    let stream = unfold((state.service, listener, token), next);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(BEAT)))
}

type Watch = (Arc<Service>, Listener, Token);

/// The next change; none when the session is over or the service stops.
async fn next((service, mut listener, token): Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    loop {
        let told = tokio::time::timeout(BEAT, listener.next()).await;
        if find_member(&service, &token, false).await.is_err() {
            return None;
        }
        let id = match told {
            Err(_) => continue,
            Ok(Told::Over) => return None,
            Ok(Told::Visit(id)) => format!("\"{id}\""),
            Ok(Told::Much) => "null".to_owned(),
        };
        let event = Event::default()
            .event("changed")
            .data(format!("{{\"session_id\":{id}}}"));
        return Some((Ok(event), (service, listener, token)));
    }
}
