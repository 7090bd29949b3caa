//! What clients send. Read loosely, then checked field by field with a problem for each.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{self, Opening, Said};
use crate::http::ApiError;
use axum::http::StatusCode;

/// Opens a session.
#[derive(Deserialize, ToSchema)]
pub struct NewSession {
    /// `miniprogram`, `kiosk`, `web` or `api`.
    #[schema(example = "web")]
    pub channel: String,
    /// False when somebody asks for the patient.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub for_self: bool,
    /// What is known of the patient.
    #[serde(default)]
    pub patient: Patient,
    /// What the patient agreed to.
    #[serde(default)]
    pub consent: Consent,
}

/// What is known of the patient; all of it may be left out.
#[derive(Deserialize, Default, ToSchema)]
pub struct Patient {
    /// Years.
    #[schema(example = 62)]
    pub age: Option<f64>,
    /// `male` or `female`.
    #[schema(example = "female")]
    pub sex: Option<String>,
    /// The hospital's own reference; opaque here.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Region whose words are tried first.
    pub region: Option<String>,
}

/// Consent, each purpose on its own.
#[derive(Deserialize, Default, ToSchema)]
pub struct Consent {
    /// Version of the text that was shown.
    #[serde(default)]
    #[schema(example = "1")]
    pub version: String,
    /// `triage` (needed), `record`, `audio`, `improvement`, `research`.
    #[serde(default)]
    #[schema(example = json!(["triage", "record"]))]
    pub scopes: Vec<String>,
}

/// A turn: words or taps, one of the two.
#[derive(Deserialize, ToSchema)]
pub struct NewTurn {
    /// Words, at most 2,000 characters.
    #[schema(example = "腰疼三个多月了,左腿也发麻")]
    pub text: Option<String>,
    /// Ids of the options tapped.
    pub choices: Option<Vec<String>>,
}

fn yes() -> bool {
    true
}

/// Characters in a hospital's reference or a region at most.
const MAX_REFERENCE: usize = 200;

impl NewSession {
    /// The opening, when every field holds what it should.
    pub fn into_opening(self) -> Result<Opening, ApiError> {
        let short = |field, text: Option<String>| match text {
            Some(text) if text.chars().count() > MAX_REFERENCE => {
                Err(ApiError::field(field, "不超过200个字"))
            }
            text => Ok(text.filter(|text| !text.trim().is_empty())),
        };
        Ok(Opening {
            channel: domain::Channel::parse(&self.channel)
                .map_err(|_| ApiError::field("channel", "miniprogram、kiosk、web、api 之一"))?,
            for_self: self.for_self,
            age: self.patient.age,
            sex: self
                .patient
                .sex
                .map(|sex| domain::Sex::parse(&sex))
                .transpose()
                .map_err(|_| ApiError::field("patient.sex", "male 或 female"))?,
            region: short("patient.region", self.patient.region)?,
            patient_ref: short("patient.ref", self.patient.reference)?,
            consent: domain::Consent {
                version: short("consent.version", Some(self.consent.version))?.unwrap_or_default(),
                scopes: self.consent.scopes,
            },
        })
    }
}

impl NewTurn {
    /// Words or taps, when it is one of the two.
    pub fn into_said(self) -> Result<Said, ApiError> {
        match (self.text, self.choices) {
            (Some(text), None) => Ok(Said::Text(text)),
            (None, Some(choices)) => Ok(Said::Choices(choices)),
            _ => Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "text-or-choices",
                "文字和选项只能二选一",
                "请发送文字(text)或选项(choices),二者之一。",
            )),
        }
    }
}
