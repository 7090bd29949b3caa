//! One visit on one screen, on the wire.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{self, CriterionStatus, Evidence, ReviewState, SignedEdit, Urgency, VisitCode};
use crate::record::{self, Audience, BodyMark, Named, Quote, ScreenFlag, ScreenLine, Why};
use crate::service;

/// Everything for one screen.
#[derive(Serialize, ToSchema)]
pub struct OpenedRecord {
    /// Id.
    pub session_id: String,
    /// What the patient reads out.
    #[schema(example = "7K3M-Q9TD")]
    pub code: String,
    /// When it was opened, RFC 3339.
    pub created: String,
    /// Age and sex.
    pub patient: ShownPatient,
    /// `self`, `relative` or `parent`.
    pub speaker: String,
    /// `immediate` … `self_care`; null before the first turn.
    pub urgency: Option<String>,
    /// The record as JSON, with conditions.
    #[schema(value_type = Object)]
    pub record: Value,
    /// The record line by line, in the order of its sections.
    pub lines: Vec<RecordLine>,
    /// Every red flag with where it stands.
    pub red_flags: Vec<ShownFlag>,
    /// Departments, first choice first.
    pub departments: Vec<ShownDepartment>,
    /// The route; null before the first turn.
    pub route: Option<ShownRoute>,
    /// What the hospital's technique profile makes of the visit; null where it is not about that.
    pub technique: Option<ShownTechnique>,
    /// M1–M7.
    pub mis_checklist: Vec<ShownCriterion>,
    /// Conditions to think of; for clinicians only.
    pub conditions: Vec<Condition>,
    /// Asked and not answered.
    pub unknown: Vec<ShownName>,
    /// Never asked.
    pub not_asked: Vec<ShownName>,
    /// The conversation.
    pub turns: Vec<ShownTurn>,
    /// What began when, longest ago first.
    pub timeline: Vec<ShownTime>,
    /// What hurts where.
    pub body: Vec<ShownBody>,
    /// What was denied.
    pub negatives: Vec<String>,
    /// Text for the hospital's own system, as the doctor left it.
    pub plain_text: String,
    /// Where the review stands.
    pub review: OpenedReview,
    /// The patient agreed that phrases may be used to improve understanding.
    pub improvement: bool,
    /// A person takes over.
    pub handed_over: bool,
    /// Why the patient called a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_reason: Option<String>,
}

/// Age and sex.
#[derive(Serialize, ToSchema)]
pub struct ShownPatient {
    /// Years.
    pub age: Option<f64>,
    /// `male` or `female`.
    pub sex: Option<String>,
}

/// Words of the patient.
#[derive(Serialize, ToSchema)]
pub struct ShownQuote {
    /// Number of the turn, from 1; 0 is the opening.
    pub turn: u32,
    /// The words.
    pub text: String,
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Who understood them: `lexicon`, `encoder`, `alike`, `phonetic`, `choice`; null where no finding rests on exactly these.
    pub source: Option<&'static str>,
}

/// A line that can be confirmed, edited or struck out.
#[derive(Serialize, ToSchema)]
pub struct RecordLine {
    /// Ten hexadecimal digits; another text is another line.
    pub id: String,
    /// Title of its section.
    #[schema(example = "现病史")]
    pub section: String,
    /// What the machine wrote.
    pub text: String,
    /// Chinese name of the finding, when it rests on a single one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// `present`, `absent`, `uncertain`, `past` or `other_person`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assertion: Option<&'static str>,
    /// The lowest confidence among its findings, 0–1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Worth a second look.
    pub low_confidence: bool,
    /// The words it rests on.
    pub quotes: Vec<ShownQuote>,
    /// `open`, `confirmed`, `edited` or `struck`.
    pub state: &'static str,
    /// The doctor's words in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_text: Option<String>,
}

/// A red flag.
#[derive(Serialize, ToSchema)]
pub struct ShownFlag {
    /// Contract id.
    pub id: String,
    /// What is looked at.
    pub name: String,
    /// `present`, `suspected`, `excluded` or `unknown`.
    pub status: &'static str,
    /// Urgency it asks for, when it is raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<&'static str>,
    /// The words it rests on.
    pub because: Vec<ShownQuote>,
    /// Rules that decided it.
    pub rule: String,
    /// Guideline.
    pub source: String,
}

/// One reason.
#[derive(Serialize, ToSchema)]
pub struct ShownReason {
    /// Rule.
    pub rule: String,
    /// Finding, or the rule's sentence where it rests on none.
    pub text: String,
    /// Guideline or convention.
    pub source: String,
    /// The words.
    pub quotes: Vec<ShownQuote>,
}

/// A department.
#[derive(Serialize, ToSchema)]
pub struct ShownDepartment {
    /// This hospital's name.
    pub name: String,
    /// 0–1.
    pub score: f64,
    /// The rule's sentence.
    pub why: String,
    /// Its reasons.
    pub because: Vec<ShownReason>,
}

/// The route.
#[derive(Serialize, ToSchema)]
pub struct ShownRoute {
    /// Contract id.
    pub id: &'static str,
    /// Chinese name.
    pub name: String,
    /// Its reasons.
    pub because: Vec<ShownReason>,
    /// What it should know and does not.
    pub missing: Vec<ShownName>,
    /// What speaks against the core node.
    pub exclusions: Vec<String>,
}

/// An identifier with its Chinese name.
#[derive(Serialize, ToSchema)]
pub struct ShownName {
    /// Identifier.
    pub id: String,
    /// Chinese name.
    pub name: String,
}

/// The minimally invasive assessment and the profile behind it.
#[derive(Serialize, ToSchema)]
pub struct ShownTechnique {
    /// Meets the conditions, lacks something, or something else comes first.
    #[schema(example = "微创评估:还缺影像一致")]
    pub outcome: String,
    /// Name, version and signature.
    pub profile: String,
    /// `missing`, `example`, `unsigned`, `expired` or `in_force`.
    pub standing: &'static str,
    /// Levels and limits in the team's own words.
    pub limits: Vec<String>,
}

/// One of M1–M7.
#[derive(Serialize, ToSchema)]
pub struct ShownCriterion {
    /// `M1` … `M7`.
    pub id: String,
    /// What it asks.
    pub text: String,
    /// `met`, `not_met` or `verify`.
    pub status: &'static str,
    /// What was said of it.
    pub because: Vec<ShownQuote>,
}

/// A condition to think of.
#[derive(Serialize, ToSchema)]
pub struct Condition {
    /// Chinese name.
    pub name: String,
    /// Reference code.
    pub icd10: String,
    /// Only the order means something.
    pub score: f64,
    /// Findings for it.
    #[serde(rename = "for")]
    pub supporting: Vec<String>,
    /// Findings against it.
    pub against: Vec<String>,
}

/// A turn.
#[derive(Serialize, ToSchema)]
pub struct ShownTurn {
    /// Number, from 1.
    pub turn: u32,
    /// When, RFC 3339.
    pub at: String,
    /// What was asked.
    pub question: String,
    /// Words, or labels of the options tapped.
    pub said: String,
    /// Whether it was tapped.
    pub tapped: bool,
    /// What a recogniser wrote before it was put right, when it was spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<String>,
    /// What was answered.
    pub reply: String,
}

/// When something began.
#[derive(Serialize, ToSchema)]
pub struct ShownTime {
    /// What.
    pub label: String,
    /// Whole days before the visit.
    pub days: u32,
    /// YYYY-MM-DD.
    pub date: String,
}

/// What was said of one place.
#[derive(Serialize, ToSchema)]
pub struct ShownBody {
    /// `BP.*`.
    #[schema(example = "BP.LUMBAR")]
    pub site: String,
    /// Chinese name.
    pub name: String,
    /// `left`, `right`, `bilateral`, `midline` or `unspecified`.
    pub side: &'static str,
    /// Chinese names of findings.
    pub concepts: Vec<String>,
}

/// Where the review stands.
#[derive(Serialize, ToSchema)]
pub struct OpenedReview {
    /// `unreviewed`, `in_progress`, `confirmed` or `changed`.
    pub status: &'static str,
    /// Who last worked on it.
    pub by: Option<String>,
    /// When, RFC 3339.
    pub at: Option<String>,
    /// The doctor's department, where it differs.
    pub department: Option<Replaced>,
    /// The doctor's route.
    pub route: Option<Replaced>,
    /// The doctor's urgency.
    pub urgency: Option<Replaced>,
    /// Every change ever made, oldest first.
    pub changes: Vec<Change>,
}

/// A decision that a doctor replaced.
#[derive(Serialize, ToSchema)]
pub struct Replaced {
    /// The machine's.
    pub from: String,
    /// The doctor's.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
}

/// A change with what stood there before.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// Id of a line, or `department`, `route`, `urgency`.
    pub part: String,
    /// `edit`, `strike` or `change`.
    pub action: &'static str,
    /// What the machine wrote.
    pub from: String,
    /// What stands there.
    pub to: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// The same in words.
    pub text: String,
}

impl From<service::OpenedRecord> for OpenedRecord {
    fn from(opened: service::OpenedRecord) -> Self {
        let written = record::to_json(&opened.record, Audience::Clinician);
        let record: Value = serde_json::from_str(&written).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let screen = opened.screen;
        Self {
            session_id: opened.visit.to_string(),
            code: VisitCode::of(opened.visit.as_u128()).to_string(),
            created: opened.opened.to_string(),
            patient: ShownPatient {
                age: record["patient"]["age"].as_f64(),
                sex: text(&record["patient"]["sex"]),
            },
            speaker: text(&record["speaker"]).unwrap_or_default(),
            urgency: text(&record["assessment"]["urgency"]),
            record,
            lines: all(screen.lines),
            red_flags: all(screen.red_flags),
            departments: screen
                .departments
                .into_iter()
                .map(|one| ShownDepartment {
                    name: one.name,
                    score: one.score,
                    why: one.why,
                    because: all(one.because),
                })
                .collect(),
            route: screen.route.map(|route| ShownRoute {
                id: route.id.as_str(),
                name: route.name,
                because: all(route.because),
                missing: all(route.missing),
                exclusions: route.exclusions,
            }),
            technique: screen.technique.map(|note| ShownTechnique {
                outcome: note.outcome,
                profile: note.profile,
                standing: note.standing.as_str(),
                limits: note.limits,
            }),
            mis_checklist: screen
                .checklist
                .into_iter()
                .map(|(checked, quotes)| ShownCriterion {
                    id: checked.criterion.id.to_string(),
                    text: checked.criterion.name,
                    status: match checked.criterion.status {
                        CriterionStatus::Met => "met",
                        CriterionStatus::NotMet => "not_met",
                        CriterionStatus::ToVerify => "verify",
                    },
                    because: all(quotes),
                })
                .collect(),
            conditions: all(screen.conditions),
            unknown: all(screen.unknown),
            not_asked: all(screen.not_asked),
            turns: all(opened.turns),
            timeline: screen
                .timeline
                .into_iter()
                .map(|mark| ShownTime {
                    label: mark.label,
                    days: mark.days,
                    date: mark.date,
                })
                .collect(),
            body: all(screen.body),
            negatives: screen.negatives,
            plain_text: screen.plain_text,
            review: opened.review.into(),
            improvement: opened.improvement,
            handed_over: opened.handed_over,
            call_reason: opened.call_reason,
        }
    }
}

fn all<A, B: From<A>>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(B::from).collect()
}

impl From<Quote> for ShownQuote {
    fn from(quote: Quote) -> Self {
        let Evidence {
            turn,
            text,
            start,
            end,
        } = quote.evidence;
        Self {
            turn,
            text,
            start,
            end,
            source: quote.source,
        }
    }
}

impl From<ScreenLine> for RecordLine {
    fn from(line: ScreenLine) -> Self {
        let (finding, assertion) = line.finding.unzip();
        Self {
            id: line.id,
            section: line.section,
            text: line.text,
            finding,
            assertion,
            confidence: line.confidence,
            low_confidence: line.low_confidence,
            quotes: all(line.quotes),
            state: line.state.as_str(),
            edited_text: line.edited,
        }
    }
}

impl From<ScreenFlag> for ShownFlag {
    fn from(flag: ScreenFlag) -> Self {
        Self {
            id: flag.id,
            name: flag.name,
            status: flag.status,
            urgency: flag.urgency.map(Urgency::as_str),
            because: all(flag.because),
            rule: flag.rule,
            source: flag.source,
        }
    }
}

impl From<Why> for ShownReason {
    fn from(why: Why) -> Self {
        Self {
            rule: why.rule,
            text: why.text,
            source: why.source,
            quotes: all(why.quotes),
        }
    }
}

impl From<Named> for ShownName {
    fn from(named: Named) -> Self {
        Self {
            id: named.id,
            name: named.name,
        }
    }
}

impl From<domain::Condition> for Condition {
    fn from(one: domain::Condition) -> Self {
        Self {
            name: one.name,
            icd10: one.icd10,
            score: one.score,
            supporting: one.supporting,
            against: one.against,
        }
    }
}

impl From<service::ReadTurn> for ShownTurn {
    fn from(one: service::ReadTurn) -> Self {
        Self {
            turn: one.turn,
            at: one.at.to_string(),
            question: one.question,
            said: one.said,
            tapped: one.tapped,
            heard: one.heard,
            reply: one.reply,
        }
    }
}

impl From<BodyMark> for ShownBody {
    fn from(mark: BodyMark) -> Self {
        Self {
            site: mark.site,
            name: mark.name,
            side: mark.side.as_str(),
            concepts: mark.concepts,
        }
    }
}

impl From<ReviewState> for OpenedReview {
    fn from(review: ReviewState) -> Self {
        let replaced = |part: &str| {
            let signed = review.instead_of(part)?;
            Some(Replaced {
                from: signed.edit.from.clone(),
                to: signed.edit.to.clone().unwrap_or_default(),
                reason: signed.edit.reason.clone().unwrap_or_default(),
                by: signed.by.clone(),
            })
        };
        Self {
            status: review.status.as_str(),
            department: replaced("department"),
            route: replaced("route"),
            urgency: replaced("urgency"),
            by: review.by,
            at: review.at.map(|at| at.to_string()),
            changes: all(review.history),
        }
    }
}

impl From<SignedEdit> for Change {
    fn from(signed: SignedEdit) -> Self {
        Self {
            text: signed.in_words(),
            part: signed.edit.part,
            action: signed.edit.action.as_str(),
            from: signed.edit.from,
            to: signed.edit.to,
            reason: signed.edit.reason,
            by: signed.by,
            at: signed.at.to_string(),
        }
    }
}
