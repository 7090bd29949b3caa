//! The finding on the wire, CONTRACT §2: only known fields appear.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{self, Side, Timestamp, onset_day, whole_days};

/// One concept, what is said about it, and the words it rests on.
#[derive(Serialize, ToSchema)]
pub struct Finding {
    /// Concept of the knowledge graph.
    #[schema(example = "SYM.LBP")]
    pub concept: String,
    /// Chinese name.
    #[schema(example = "腰痛")]
    pub name: String,
    /// `present`, `absent`, `uncertain`, `past` or `other_person`.
    #[schema(example = "present")]
    pub assertion: &'static str,
    /// `left`, `right`, `bilateral` or `midline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// Chinese name of the body part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Chinese names of qualities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<String>,
    /// 0–10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    /// Whole days since it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_days: Option<u32>,
    /// Day on which it began, computed from the duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-08-20")]
    pub onset: Option<String>,
    /// The quote.
    pub evidence: Evidence,
    /// `lexicon`, `encoder`, `alike`, `phonetic`, `choice` or `clinician`.
    pub source: &'static str,
    /// 0–1.
    pub confidence: f64,
}

/// The words that something rests on.
#[derive(Serialize, ToSchema)]
pub struct Evidence {
    /// Number of the turn, from 1; 0 is the opening.
    pub turn: u32,
    /// The patient's words.
    pub text: String,
    /// First character, not byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

impl From<domain::Evidence> for Evidence {
    fn from(evidence: domain::Evidence) -> Self {
        Self {
            turn: evidence.turn,
            text: evidence.text,
            start: evidence.start,
            end: evidence.end,
        }
    }
}

/// The Chinese name of a concept.
pub type Names<'n> = &'n dyn Fn(&domain::ConceptId) -> String;

impl Finding {
    /// The findings of a turn that was taken `at` this time. Derived values are conclusions, not
    /// findings, and stay inside.
    pub fn list(findings: Vec<domain::Finding>, at: Timestamp, names: Names<'_>) -> Vec<Self> {
        findings
            .into_iter()
            .filter(|finding| !finding.concept.is_derived())
            .map(|finding| Self::new(finding, at, names))
            .collect()
    }

    fn new(finding: domain::Finding, at: Timestamp, names: Names<'_>) -> Self {
        let days = finding.course.onset_days.and_then(whole_days);
        Self {
            name: names(&finding.concept),
            assertion: finding.assertion.as_str(),
            side: (finding.side != Side::Unspecified).then(|| finding.side.as_str()),
            site: finding.site.as_ref().map(names),
            quality: finding.quality.iter().map(names).collect(),
            severity: finding.severity.map(domain::PainScore::get),
            duration_days: days,
            onset: days
                .and_then(|days| onset_day(days, at))
                .map(|day| day.to_string()),
            confidence: finding.shown_confidence(),
            evidence: finding.evidence.into(),
            source: finding.source.as_str(),
            concept: finding.concept.to_string(),
        }
    }
}
