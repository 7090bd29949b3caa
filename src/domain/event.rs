//! Events: what happened, in order, never changed. A visit is the fold of its events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Assessment, DeskState, Edit, Evidence, Finding, QuestionId, Reply, Sex, scale::ParseError,
};

/// An instant in UTC.
pub type Timestamp = jiff::Timestamp;

/// Where the conversation takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// WeChat mini-program.
    Miniprogram,
    /// Hospital kiosk.
    Kiosk,
    /// Web page.
    Web,
    /// Another program.
    Api,
}

impl Channel {
    /// The contract's identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Miniprogram => "miniprogram",
            Self::Kiosk => "kiosk",
            Self::Web => "web",
            Self::Api => "api",
        }
    }

    /// Reads the contract's identifier.
    ///
    /// # Errors
    /// When the text is none of the four.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match text {
            "miniprogram" => Ok(Self::Miniprogram),
            "kiosk" => Ok(Self::Kiosk),
            "web" => Ok(Self::Web),
            "api" => Ok(Self::Api),
            other => Err(ParseError {
                what: "channel",
                expected: "miniprogram, kiosk, web or api",
                got: other.to_owned(),
            }),
        }
    }
}

/// What the patient agreed to, and which version of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Consent {
    /// Version of the consent text shown.
    pub version: String,
    /// Scopes granted: `triage`, `record`, `audio`, `improvement`, `research`.
    pub scopes: Vec<String>,
}

/// What is known when a visit opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Where.
    pub channel: Channel,
    /// False when a relative asks for the patient.
    pub for_self: bool,
    /// Age in years.
    pub age: Option<f64>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Region whose words are tried first (an id of `lexicon/regions.csv`).
    pub region: Option<String>,
    /// The hospital's own reference for the patient; opaque to us.
    pub patient_ref: Option<String>,
    /// Consent given.
    pub consent: Consent,
}

/// What the patient did in a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Typed or spoken words.
    Text(String),
    /// Ids of the options tapped.
    Choices(Vec<String>),
}

/// What was heard: the words or taps, plus a model's opinion of them, if one was asked.
/// The opinion is recorded so that a replay needs no model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// Words or taps.
    pub said: Said,
    /// A model read the words: what it does not speak of below, it finds unlikely.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read: bool,
    /// Findings that the model sees in the words, with its probability as confidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opinion: Vec<Finding>,
    /// What the model takes the words for, as the answer to the open question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<Box<Likely>>,
    /// Departments that a model takes the first words to be for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaning: Option<Box<Leaning>>,
    /// How it was spoken, when a recogniser wrote the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoken: Option<Box<Spoken>>,
}

impl Consent {
    /// Whether the patient agreed to this purpose.
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.iter().any(|given| given == scope)
    }
}

impl Heard {
    /// What was said, with no model asked.
    pub fn plain(said: Said) -> Self {
        Self {
            said,
            read: false,
            opinion: vec![],
            likely: None,
            leaning: None,
            spoken: None,
        }
    }

    /// The same, with how it was spoken.
    #[must_use]
    pub fn with_spoken(mut self, spoken: Option<Spoken>) -> Self {
        self.spoken = spoken.map(Box::new);
        self
    }
}

/// How words were spoken: what the recogniser wrote before anything was put right. The words that count are in [`Heard`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spoken {
    /// The recogniser's own text, simplified.
    pub heard: String,
    /// How sure the recogniser was: mean probability of its tokens, 0–1.
    pub confidence: f32,
    /// The patient said yes to what was understood.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// What was put right, in the order of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
}

/// Words put in place of words that sound like them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// What was heard; empty where a word was missing.
    pub from: String,
    /// What was understood.
    pub to: String,
}

/// What an answer most likely means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likely {
    /// The question.
    pub question: QuestionId,
    /// The likeliest option; nothing when the words rather answer nothing.
    pub option: Option<String>,
    /// Its probability, 0–1.
    pub probability: f32,
    /// Probabilities of the other options that are worth a word.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, f32>,
    /// The model knows some of the question's options only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

impl Likely {
    /// The probability of an option.
    pub fn of(&self, option: &str) -> f32 {
        if self.option.as_deref() == Some(option) {
            return self.probability;
        }
        self.others.get(option).copied().unwrap_or_default()
    }
}

/// Departments that people who begin so go to first, as a model has learned it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaning {
    /// Contract names with their probabilities, 0–1; the likeliest first, never empty.
    pub departments: Vec<(String, f32)>,
    /// The words.
    pub evidence: Evidence,
}

/// What happened.
#[expect(
    clippy::large_enum_variant,
    reason = "one event a turn, moved and not copied"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EventBody {
    /// The visit was opened.
    Opened {
        /// What was known.
        opening: Opening,
        /// The greeting and first question.
        reply: Reply,
        /// Knowledge version that was in force.
        knowledge_version: String,
    },
    /// A turn was taken and answered.
    Turn {
        /// Number of the turn, from 1.
        turn: u32,
        /// Key by which a client may safely repeat the call.
        idempotency_key: Option<String>,
        /// What was heard.
        heard: Heard,
        /// What was understood from it.
        findings: Vec<Finding>,
        /// What was answered.
        reply: Reply,
        /// The decision after this turn.
        assessment: Assessment,
        /// Knowledge version in force, where it is another than at the opening.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        knowledge_version: Option<String>,
    },
    /// A clinician confirmed, changed or struck out lines of the record.
    Reviewed {
        /// Who.
        by: String,
        /// `in_progress`, `confirmed` or `amended`.
        status: String,
        /// One line per change, in plain words.
        changes: Vec<String>,
        /// The edits themselves, each with what stood there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edits: Vec<Edit>,
    },
    /// The patient agreed to something else than at the opening.
    Consented {
        /// What counts from here on.
        consent: Consent,
    },
    /// The patient called a person.
    HandedOver {
        /// Who asked: `patient`, or a member of staff.
        by: String,
        /// Why, in the patient's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The desk took the patient, or is done.
    Desk {
        /// Who.
        by: String,
        /// Where it stands.
        state: DeskState,
        /// A word for colleagues.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// What was said before this in the visit was erased at the patient's wish.
    Erased {
        /// Who asked: `patient`, or a member of staff.
        by: String,
    },
}

/// One event of one visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position within the visit, from 0.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// What.
    pub body: EventBody,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_stored_as_before_and_speech_keeps_the_original() {
        let typed = Heard::plain(Said::Text("腰疼".to_owned()));
        let stored = serde_json::to_string(&typed).expect("can be written");
        assert_eq!(stored, r#"{"said":{"text":"腰疼"}}"#);
        let spoken = typed.clone().with_spoken(Some(Spoken {
            heard: "要疼".to_owned(),
            confidence: 0.5,
            confirmed: true,
            repairs: vec![Repair {
                from: "要".to_owned(),
                to: "腰".to_owned(),
            }],
        }));
        let stored = serde_json::to_string(&spoken).expect("can be written");
        assert_eq!(
            stored,
            r#"{"said":{"text":"腰疼"},"spoken":{"heard":"要疼","confidence":0.5,"confirmed":true,"repairs":[{"from":"要","to":"腰"}]}}"#
        );
        let back: Heard = serde_json::from_str(&stored).expect("can be read");
        assert_eq!(back, spoken);
    }
}
