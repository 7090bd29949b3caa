//! Everything held about a session, and the answers of the calls that change it beside a turn.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{self, Said};
use crate::record::{self, Audience};
use crate::service::{Export, ExportedEvent, Happened, Service};

use super::{Assessment, Finding, Reply};

/// Calls a person.
#[derive(Deserialize, ToSchema)]
pub struct NewCall {
    /// Why, in the patient's words; at most 200 characters.
    pub reason: Option<String>,
}

/// A person is called.
#[derive(Serialize, ToSchema)]
pub struct CalledPerson {
    /// What is said; the question that was open is still open.
    pub reply: Reply,
}

/// What is agreed to from now on.
#[derive(Serialize, ToSchema)]
pub struct AgreedTo {
    /// Version of the text that was shown.
    pub version: String,
    /// `triage`, `record`, `audio`, `improvement`, `research`.
    pub scopes: Vec<String>,
}

impl From<domain::Consent> for AgreedTo {
    fn from(consent: domain::Consent) -> Self {
        Self {
            version: consent.version,
            scopes: consent.scopes,
        }
    }
}

/// Everything held about a session.
#[derive(Serialize, ToSchema)]
pub struct ExportedSession {
    /// Id.
    pub session_id: String,
    /// What the patient reads out.
    #[schema(example = "7K3M-Q9TD")]
    pub code: String,
    /// When it was opened, RFC 3339.
    pub created: String,
    /// `miniprogram`, `kiosk`, `web` or `api`.
    pub channel: &'static str,
    /// False when somebody asks for the patient.
    pub for_self: bool,
    /// Years, as given at the opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<f64>,
    /// Sex, as given at the opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<&'static str>,
    /// The hospital's own reference.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Region whose words are tried first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What was agreed to at the opening.
    pub consent_at_opening: AgreedTo,
    /// What is agreed to now.
    pub consent: AgreedTo,
    /// Knowledge version at the opening.
    pub knowledge_version: String,
    /// The greeting.
    pub greeting: Reply,
    /// What happened, in order.
    pub events: Vec<ExportedThing>,
    /// The record as the patient may read it.
    #[schema(value_type = Object)]
    pub record: Value,
    /// The mark of generated content.
    #[serde(rename = "AIGC")]
    #[schema(value_type = Object)]
    pub label: Value,
}

/// One thing that happened; what is not part of it is left out.
#[derive(Serialize, ToSchema, Default)]
pub struct ExportedThing {
    /// When, RFC 3339.
    pub at: String,
    /// `turn`, `consented`, `handed_over`, `desk` or `reviewed`.
    pub what: &'static str,
    /// Number of the turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Option ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// What a recogniser wrote, when it was spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<String>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// What was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<Finding>>,
    /// The decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// What was agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<AgreedTo>,
    /// Why a person was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where desk or review stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl ExportedSession {
    /// What is held, with names of concepts from the knowledge in force.
    pub fn new(service: &Service, export: Export) -> Self {
        let record: Value =
            serde_json::from_str(&record::to_json(&export.record, Audience::Patient))
                .unwrap_or_default();
        let opening = export.opening;
        Self {
            code: domain::VisitCode::of(export.visit.as_u128()).to_string(),
            session_id: export.visit.to_string(),
            created: export.opened.to_string(),
            channel: opening.channel.as_str(),
            for_self: opening.for_self,
            age: opening.age,
            sex: opening.sex.map(domain::Sex::as_str),
            reference: opening.patient_ref,
            region: opening.region,
            consent_at_opening: opening.consent.into(),
            consent: export.consent.into(),
            knowledge_version: export.knowledge_version,
            greeting: export.greeting.into(),
            events: export
                .events
                .into_iter()
                .map(|event| thing(service, event))
                .collect(),
            label: record["AIGC"].clone(),
            record,
        }
    }
}

fn thing(service: &Service, event: ExportedEvent) -> ExportedThing {
    let at = event.at;
    let empty = ExportedThing {
        at: at.to_string(),
        ..ExportedThing::default()
    };
    match event.what {
        Happened::Turn {
            turn,
            said,
            heard,
            reply,
            findings,
            assessment,
        } => {
            let (text, choices) = match said {
                Said::Text(text) => (Some(text), None),
                Said::Choices(choices) => (None, Some(choices)),
            };
            let name = |concept: &domain::ConceptId| service.name(concept);
            ExportedThing {
                what: "turn",
                turn: Some(turn),
                text,
                choices,
                heard,
                reply: Some(reply.into()),
                findings: Some(Finding::list(findings, at, &name)),
                assessment: Some(assessment.into()),
                ..empty
            }
        }
        Happened::Consented(consent) => ExportedThing {
            what: "consented",
            consent: Some(consent.into()),
            ..empty
        },
        Happened::HandedOver { reason } => ExportedThing {
            what: "handed_over",
            reason,
            ..empty
        },
        Happened::Desk(state) => ExportedThing {
            what: "desk",
            status: Some(state.to_string()),
            ..empty
        },
        Happened::Reviewed { status } => ExportedThing {
            what: "reviewed",
            status: Some(status),
            ..empty
        },
    }
}
