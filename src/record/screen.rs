//! The record on one screen for a clinician: each line with its words and where its review stands, reasons down to their
//! source, checklist, body, timeline. Plain values; `http` writes them.

use crate::domain::{
    Assertion, Condition, Edit, Evidence, Fact, Finding, Reason, ReviewState, Route, Side, Slot,
    Urgency, onset_day, whole_days,
};
use crate::interview::{Checked, Mind, State, checklist};
use crate::knowledge::Relation;

use super::revised::pieces;
use super::scene::{Scene, Stated};
use super::{Audience, FlagCheck, LineState, Record, Section, TechniqueNote, line_id};

/// Below this confidence a line is marked (interop §4: low confidence is marked, high is not).
const LOW: f64 = 0.75;

/// A quote with the witness that understood it.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The words.
    pub evidence: Evidence,
    /// `lexicon`, `encoder`, …; `None` where no finding rests on exactly these words.
    pub source: Option<&'static str>,
}

/// One line that can be reviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenLine {
    /// Ten hexadecimal digits.
    pub id: String,
    /// Title of its section.
    pub section: String,
    /// What the machine wrote.
    pub text: String,
    /// The finding, when it rests on a single one: Chinese name and assertion.
    pub finding: Option<(String, &'static str)>,
    /// The lowest confidence among the findings it rests on, 0–1.
    pub confidence: Option<f64>,
    /// Worth a second look.
    pub low_confidence: bool,
    /// The patient's words.
    pub quotes: Vec<Quote>,
    /// Where it stands.
    pub state: LineState,
    /// The clinician's words in its place.
    pub edited: Option<String>,
}

/// A row of the red-flag table.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenFlag {
    /// Contract id.
    pub id: String,
    /// What is looked at.
    pub name: String,
    /// `present`, `suspected`, `excluded` or `unknown`.
    pub status: &'static str,
    /// Urgency it asks for, when it is raised.
    pub urgency: Option<Urgency>,
    /// The words it rests on.
    pub because: Vec<Quote>,
    /// Rules that decided it.
    pub rule: String,
    /// Guideline.
    pub source: String,
}

/// One reason: a finding with its words, the rule that used it, and where the rule comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Rule.
    pub rule: String,
    /// Finding, or the rule's sentence where it rests on none.
    pub text: String,
    /// Guideline or convention.
    pub source: String,
    /// The words.
    pub quotes: Vec<Quote>,
}

/// A department with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenDepartment {
    /// This hospital's name.
    pub name: String,
    /// 0–1.
    pub score: f64,
    /// The rule's sentence.
    pub why: String,
    /// Its reasons.
    pub because: Vec<Why>,
}

/// An identifier with its Chinese name.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Identifier.
    pub id: String,
    /// Chinese name.
    pub name: String,
}

/// The route with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenRoute {
    /// Contract id.
    pub id: Route,
    /// Chinese name.
    pub name: String,
    /// Its reasons.
    pub because: Vec<Why>,
    /// What it should know and does not.
    pub missing: Vec<Named>,
    /// What speaks against the core node.
    pub exclusions: Vec<String>,
}

/// When something began.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeMark {
    /// What.
    pub label: String,
    /// Whole days before the visit.
    pub days: u32,
    /// The day.
    pub date: String,
}

/// What was said of one place of the body.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyMark {
    /// `BP.*`.
    pub site: String,
    /// Chinese name.
    pub name: String,
    /// `left`, `right`, `bilateral`, `midline` or `unspecified`.
    pub side: Side,
    /// Chinese names of findings.
    pub concepts: Vec<String>,
}

/// Everything for one screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    /// Lines, in the order of the sections.
    pub lines: Vec<ScreenLine>,
    /// Every flag of the contract.
    pub red_flags: Vec<ScreenFlag>,
    /// First choice first.
    pub departments: Vec<ScreenDepartment>,
    /// `None` before the first turn.
    pub route: Option<ScreenRoute>,
    /// What the technique profile makes of the visit.
    pub technique: Option<TechniqueNote>,
    /// M1–M7.
    pub checklist: Vec<(Checked, Vec<Quote>)>,
    /// For clinicians only.
    pub conditions: Vec<Condition>,
    /// Asked and not answered.
    pub unknown: Vec<Named>,
    /// Never asked.
    pub not_asked: Vec<Named>,
    /// What began when, longest ago first.
    pub timeline: Vec<TimeMark>,
    /// The body.
    pub body: Vec<BodyMark>,
    /// What was denied.
    pub negatives: Vec<String>,
    /// Text for the hospital's own system.
    pub plain_text: String,
}

/// Puts the screen together.
pub fn screen(mind: &Mind, state: &State, record: &Record, review: &ReviewState) -> Screen {
    let scene = Scene {
        knowledge: &mind.knowledge,
        case: &state.case,
    };
    let decided = record.meta.assessment.as_ref();
    let departments = decided.map_or(&[][..], |decided| decided.departments.as_slice());
    let checked = checklist(mind, state).into_iter().map(|one| {
        let quotes = quotes_of_reasons(&scene, &one.because);
        (one, quotes)
    });
    Screen {
        lines: lines(&scene, record, review),
        red_flags: record.flags.iter().map(|row| flag(&scene, row)).collect(),
        departments: departments
            .iter()
            .map(|choice| ScreenDepartment {
                name: choice.name.clone(),
                score: choice.score,
                why: choice.because.clone(),
                because: whys(
                    &scene,
                    choice.rule.as_str(),
                    &choice.reasons,
                    &choice.source,
                    &choice.because,
                ),
            })
            .collect(),
        route: decided.map(|decided| route(&scene, &decided.route)),
        technique: record.technique.clone(),
        checklist: checked.collect(),
        conditions: decided.map_or_else(Vec::new, |decided| decided.conditions.clone()),
        unknown: slots(&scene, &record.unknown),
        not_asked: slots(&scene, &record.not_asked),
        timeline: timeline(&scene, record),
        body: body(&scene),
        negatives: negatives(record),
        plain_text: record.revised_text(review),
    }
}

fn lines(scene: &Scene<'_>, record: &Record, review: &ReviewState) -> Vec<ScreenLine> {
    let shown = |section: &'_ Section| -> Vec<ScreenLine> {
        let lines = section.lines.iter();
        lines
            .filter(|line| line.is_for(Audience::Clinician))
            .flat_map(pieces)
            .map(|(text, quotes)| {
                let id = line_id(&section.title, &text);
                let edit = review.parts.get(&id).map(|signed| &signed.edit);
                line(scene, &section.title, id, text, &quotes, edit)
            })
            .collect()
    };
    record.sections().iter().flat_map(shown).collect()
}

fn line(
    scene: &Scene<'_>,
    section: &str,
    id: String,
    text: String,
    words: &[Evidence],
    edit: Option<&Edit>,
) -> ScreenLine {
    let rests_on =
        |finding: &&Finding| !finding.concept.is_derived() && words.contains(&finding.evidence);
    let findings: Vec<&Finding> = scene.case.findings.iter().filter(rests_on).collect();
    let mut concepts: Vec<_> = findings.iter().map(|finding| &finding.concept).collect();
    concepts.sort_unstable();
    concepts.dedup();
    let single = match (concepts.as_slice(), findings.last()) {
        ([concept], Some(last)) => Some((scene.name(concept), last.assertion.as_str())),
        _ => None,
    };
    let confidence = findings
        .iter()
        .map(|finding| finding.shown_confidence())
        .min_by(f64::total_cmp);
    let state = LineState::after(edit);
    ScreenLine {
        id,
        section: section.to_owned(),
        text,
        finding: single,
        confidence,
        low_confidence: confidence.is_some_and(|confidence| confidence < LOW),
        quotes: quotes(scene, words),
        state,
        edited: edit
            .filter(|_| state == LineState::Edited)
            .and_then(|edit| edit.to.clone()),
    }
}

fn quotes(scene: &Scene<'_>, words: &[Evidence]) -> Vec<Quote> {
    words
        .iter()
        .map(|evidence| {
            let by = scene.case.findings.iter();
            let mut by = by.filter(|finding| &finding.evidence == evidence);
            Quote {
                evidence: evidence.clone(),
                source: by.next().map(|finding| finding.source.as_str()),
            }
        })
        .collect()
}

fn quotes_of_reasons(scene: &Scene<'_>, reasons: &[Reason]) -> Vec<Quote> {
    let mut words: Vec<Evidence> = vec![];
    for evidence in reasons.iter().flat_map(|reason| &reason.evidence) {
        if !words.contains(evidence) {
            words.push(evidence.clone());
        }
    }
    quotes(scene, &words)
}

fn flag(scene: &Scene<'_>, row: &FlagCheck) -> ScreenFlag {
    let rules: Vec<&str> = row.rules.iter().map(|rule| rule.as_str()).collect();
    ScreenFlag {
        id: row.id.clone(),
        name: row.name.clone(),
        status: row.status_id(),
        urgency: row.urgency,
        because: quotes(scene, &row.quotes),
        rule: rules.join("、"),
        source: row.source.clone(),
    }
}

/// One reason for each finding; the rule's own sentence where it rests on none.
fn whys(
    scene: &Scene<'_>,
    rule: &str,
    reasons: &[Reason],
    source: &str,
    sentence: &str,
) -> Vec<Why> {
    let why = |text: String, quotes: Vec<Quote>| Why {
        rule: rule.to_owned(),
        text,
        source: source.to_owned(),
        quotes,
    };
    if reasons.is_empty() {
        return vec![why(sentence.to_owned(), vec![])];
    }
    reasons
        .iter()
        .map(|reason| {
            let name = if reason.name.is_empty() {
                scene.name(&reason.concept)
            } else {
                reason.name.clone()
            };
            why(name, quotes(scene, &reason.evidence))
        })
        .collect()
}

fn route(scene: &Scene<'_>, choice: &crate::domain::RouteChoice) -> ScreenRoute {
    let def = scene.knowledge.routes.chosen(choice);
    let sentence = choice.because.join(";");
    ScreenRoute {
        id: choice.id,
        name: def.map_or("人工导诊", |def| def.name.as_str()).to_owned(),
        because: whys(
            scene,
            choice.rule.as_str(),
            &choice.reasons,
            &choice.source,
            &sentence,
        ),
        missing: slots(scene, &choice.missing),
        exclusions: choice.exclusions.clone(),
    }
}

fn slots(scene: &Scene<'_>, slots: &[Slot]) -> Vec<Named> {
    slots
        .iter()
        .map(|slot| Named {
            id: slot.to_string(),
            name: scene
                .layout()
                .slots
                .get(slot)
                .map_or_else(|| slot.to_string(), Clone::clone),
        })
        .collect()
}

/// Symptoms and injuries of which it was said when they began.
fn timeline(scene: &Scene<'_>, record: &Record) -> Vec<TimeMark> {
    let injuries = &scene.layout().injuries;
    let dated = |(id, fact): Stated<'_>| -> Option<TimeMark> {
        let days = fact.course.onset_days.and_then(whole_days)?;
        Some(TimeMark {
            label: scene.sided((id, fact)),
            days,
            date: onset_day(days, record.meta.opened)?.to_string(),
        })
    };
    let facts = scene.case.facts.iter();
    let mut marks: Vec<TimeMark> = facts
        .filter(|(id, fact)| is_there(fact) && (id.kind() == "SYM" || injuries.contains(id)))
        .filter_map(dated)
        .collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.days));
    marks
}

fn is_there(fact: &Fact) -> bool {
    fact.assertion == Assertion::Present && fact.course.resolved != Some(true)
}

/// Symptoms by place: the place that was said, else where the finding is by its name.
fn body(scene: &Scene<'_>) -> Vec<BodyMark> {
    let mut marks: Vec<BodyMark> = vec![];
    for (id, fact) in scene.symptoms() {
        let graph = &scene.knowledge.graph;
        let sites: Vec<_> = match &fact.site {
            Some(site) => vec![site],
            None => graph
                .from(id, Relation::LocatedAt)
                .map(|edge| &edge.to)
                .collect(),
        };
        for site in sites {
            let name = scene.name(id);
            let same = |mark: &&mut BodyMark| mark.site == site.as_str() && mark.side == fact.side;
            match marks.iter_mut().find(same) {
                Some(mark) => mark.concepts.push(name),
                None => marks.push(BodyMark {
                    site: site.to_string(),
                    name: scene.name(site),
                    side: fact.side,
                    concepts: vec![name],
                }),
            }
        }
    }
    marks
}

fn negatives(record: &Record) -> Vec<String> {
    let section = record.section("伴随阴性");
    let lines = section.map_or(&[][..], |section| section.lines.as_slice());
    lines
        .iter()
        .flat_map(pieces)
        .map(|(text, _)| text)
        .collect()
}
