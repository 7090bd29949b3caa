//! The finding: the unit that everything is built from.

use serde::{Deserialize, Serialize};

use super::{ConceptId, PainScore, Side, scale::ParseError};

/// What the patient says about a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assertion {
    /// Has it now.
    Present,
    /// Says it is not there.
    Absent,
    /// Cannot say, or hedges.
    Uncertain,
    /// Had it, over now.
    Past,
    /// Somebody else has it.
    OtherPerson,
}

impl Assertion {
    /// The contract's identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Uncertain => "uncertain",
            Self::Past => "past",
            Self::OtherPerson => "other_person",
        }
    }

    /// Reads the contract's identifier.
    ///
    /// # Errors
    /// When the text is none of the five.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        [
            Self::Present,
            Self::Absent,
            Self::Uncertain,
            Self::Past,
            Self::OtherPerson,
        ]
        .into_iter()
        .find(|value| value.as_str() == text)
        .ok_or_else(|| ParseError {
            what: "assertion",
            expected: "present, absent, uncertain, past or other_person",
            got: text.to_owned(),
        })
    }
}

/// Which part of the program found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A word list, with composition and context.
    Lexicon,
    /// The transformer.
    Encoder,
    /// A phrase that a clinician accepted, of which the words are alike.
    Alike,
    /// Sound-alike matching.
    Phonetic,
    /// A tapped option, or free text understood as one.
    Choice,
    /// A clinician.
    Clinician,
}

impl Source {
    /// The contract's identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lexicon => "lexicon",
            Self::Encoder => "encoder",
            Self::Alike => "alike",
            Self::Phonetic => "phonetic",
            Self::Choice => "choice",
            Self::Clinician => "clinician",
        }
    }
}

/// The words that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Number of the turn, from 1; 0 is what the session was opened with.
    pub turn: u32,
    /// The patient's own words (or the label tapped).
    pub text: String,
    /// First character in the text of that turn; characters, not bytes.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// New, worse, or as it always was: what 「两周内」 asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Recency {
    /// Appeared within 14 days.
    New14,
    /// Old, clearly worse within 14 days.
    Worse14,
    /// Long-standing and unchanged.
    Stable,
}

/// How one symptom behaves in time. `None` is "not said".
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Course {
    /// Days since it began or worsened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onset_days: Option<f64>,
    /// Within 14 days, or stable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recency: Option<Recency>,
    /// Came in seconds to minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sudden: Option<bool>,
    /// Clearly worse within hours to 7 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rapid: Option<bool>,
    /// 7 or more of 10, or "cannot bear it".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severe: Option<bool>,
    /// Began with or after the injury.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_injury: Option<bool>,
    /// Was there, gone now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<bool>,
}

impl Course {
    /// What is newly known replaces what was; what was not said stays.
    pub fn updated_by(self, newer: Self) -> Self {
        // A new date makes an older "stable / new" statement stale, unless it says so itself.
        let recency = newer.recency.or(if newer.onset_days.is_some() {
            None
        } else {
            self.recency
        });
        Self {
            onset_days: newer.onset_days.or(self.onset_days),
            recency: recency.or(self
                .recency
                .filter(|_| newer.onset_days.is_none_or(|d| d > 14.0))),
            sudden: newer.sudden.or(self.sudden),
            rapid: newer.rapid.or(self.rapid),
            severe: newer.severe.or(self.severe),
            after_injury: newer.after_injury.or(self.after_injury),
            resolved: newer.resolved.or(self.resolved),
        }
    }

    /// True when nothing is known about when it began or whether it is new.
    pub fn has_no_time(&self) -> bool {
        self.onset_days.is_none() && self.recency.is_none() && self.rapid.is_none()
    }
}

/// One concept, what is said about it, and the words it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Concept of the knowledge graph, or a derived value stated directly.
    pub concept: ConceptId,
    /// Present, absent, …
    pub assertion: Assertion,
    /// Side of the body.
    pub side: Side,
    /// Body part (`BP.*`), when said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<ConceptId>,
    /// Qualities (`QUAL.*`), when said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<ConceptId>,
    /// 0–10, when the patient gave a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<PainScore>,
    /// Time course.
    #[serde(default)]
    pub course: Course,
    /// The quote.
    pub evidence: Evidence,
    /// Which witness found it.
    pub source: Source,
    /// 0–1.
    pub confidence: f32,
}

impl Finding {
    /// A finding of which only the concept and its quote are known.
    pub fn bare(concept: ConceptId, assertion: Assertion, evidence: Evidence) -> Self {
        Self {
            concept,
            assertion,
            side: Side::Unspecified,
            site: None,
            quality: vec![],
            severity: None,
            course: Course::default(),
            evidence,
            source: Source::Lexicon,
            confidence: 1.0,
        }
    }

    /// The confidence as people read it: `0.97`, not the `0.9700000286` that a widened `f32` prints as.
    pub fn shown_confidence(&self) -> f64 {
        (f64::from(self.confidence) * 100.0).round() / 100.0
    }
}
