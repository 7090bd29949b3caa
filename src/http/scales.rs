//! `GET /v1/scales`, `POST /v1/scales/{id}/score`: questionnaires that may be used here, and their scores. Nothing is
//! kept, and no name of a range is told: that is for clinicians (routes §6.1).

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pathway::ScoreError;
use crate::service::{self, ScoreFailure};

use super::body::JsonBody;
use super::{ApiError, AppState, Problem};

/// A questionnaire.
#[derive(Serialize, ToSchema)]
pub(super) struct Scale {
    /// Id.
    #[schema(example = "ODI")]
    id: String,
    /// Chinese name.
    name: String,
    /// `patient` or `doctor`.
    rated_by: String,
    /// Version of the hospital's form; null where none is needed.
    version: Option<String>,
    /// Statement of the licence; where none is needed the owner's terms.
    licence: String,
    /// Items in order.
    items: Vec<ScaleItem>,
}

/// An item.
#[derive(Serialize, ToSchema)]
pub(super) struct ScaleItem {
    /// The licensed text; null where the scale needs none.
    text: Option<String>,
    /// Values that an answer may have, with their labels.
    options: Vec<ScaleOption>,
}

/// A value with its label.
#[derive(Serialize, ToSchema)]
pub(super) struct ScaleOption {
    /// Value.
    value: i64,
    /// The licensed label, else the number.
    label: String,
}

/// Answers to score.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScaleAnswers {
    /// In the order of the items; null is an item left out.
    answers: Vec<Option<i64>>,
}

/// A score.
#[derive(Serialize, ToSchema)]
pub(super) struct ScaleScore {
    /// Id of the scale.
    scale: String,
    /// Version of the hospital's form.
    version: Option<String>,
    /// Day of the scoring, YYYY-MM-DD.
    day: String,
    /// Score in the scale's own range; null where it has no single number.
    score: Option<f64>,
    /// Code of levels (EQ-5D-5L).
    profile: Option<String>,
    /// Value of the profile, where the hospital brings a value set.
    utility: Option<f64>,
    /// Items answered.
    answered: usize,
    /// Items of the scale.
    items: usize,
}

/// The questionnaires that may be used here.
#[utoipa::path(get, path = "/v1/scales", tag = "scales", responses((status = 200, description = "switched on here", body = Vec<Scale>)))]
pub(super) async fn list_scales(State(state): State<AppState>) -> Json<Vec<Scale>> {
    let scales = service::list_scales(&state.service).into_iter();
    Json(scales.map(Scale::from).collect())
}

/// Scores answers; nothing is stored.
#[utoipa::path(
    post, path = "/v1/scales/{id}/score", tag = "scales", request_body = ScaleAnswers,
    params(("id" = String, Path, description = "scale")),
    responses(
        (status = 200, description = "the score", body = ScaleScore),
        (status = 400, description = "not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "no such scale, or it is off here", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "answers that cannot be scored", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn score_scale(
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonBody(given): JsonBody<ScaleAnswers>,
) -> Result<Json<ScaleScore>, ApiError> {
    match service::score_scale(&state.service, &id, &given.answers) {
        Ok(scored) => Ok(Json(ScaleScore {
            scale: id,
            version: scored.version,
            day: scored.day,
            score: scored.score.value,
            profile: scored.score.profile,
            utility: scored.score.utility,
            answered: scored.score.answered,
            items: scored.score.items,
        })),
        Err(ScoreFailure::Off) => Err(super::error::not_found().await),
        Err(ScoreFailure::Answers(error)) => Err(ApiError::field("answers", &in_chinese(&error))),
    }
}

fn in_chinese(error: &ScoreError) -> String {
    match error {
        ScoreError::Count { expected, .. } => format!("{expected}个回答,没答的写 null"),
        ScoreError::Value { item, allowed, .. } => format!("第{item}题是 {allowed} 之一"),
        ScoreError::TooFew { needed, .. } => format!("至少答{needed}题"),
        ScoreError::NotScored => "本系统计分的量表".to_owned(),
    }
}

impl From<service::UsableScale> for Scale {
    fn from(scale: service::UsableScale) -> Self {
        let items = scale.items.into_iter().map(|item| ScaleItem {
            text: item.text,
            options: item
                .options
                .into_iter()
                .map(|(value, label)| ScaleOption { value, label })
                .collect(),
        });
        Self {
            id: scale.id,
            name: scale.name,
            rated_by: scale.rated_by,
            version: scale.version,
            licence: scale.licence,
            items: items.collect(),
        }
    }
}
