//! `GET /v1/phrases`: words that doctors marked as understood wrongly, for an editor.

use axum::Json;
use axum::extract::State;

use crate::domain::Permission;
use crate::http::{ApiError, AppState, Problem};
use crate::service::list_phrases as list;

use super::admit::Signed;
use super::wire::PhraseQueue;

/// The queue, oldest first; no phrase of a patient who did not agree to `improvement`.
#[utoipa::path(
    get, path = "/v1/phrases", tag = "staff",
    responses(
        (status = 200, description = "the queue", body = PhraseQueue),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "not for this role", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn list_phrases(
    State(state): State<AppState>,
    signed: Signed,
) -> Result<Json<PhraseQueue>, ApiError> {
    let member = signed.may(Permission::ReadPhrases)?;
    let phrases = list(&state.service, &member).await?;
    Ok(Json(phrases.into()))
}
