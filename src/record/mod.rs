//! The pre-visit record: what the doctor reads, and the patient may take along. Confirming it is left to a doctor.
//!
//! [`build`] puts the sections together from the case; [`to_json`], [`to_html`] and [`to_text`] write them down.
//! Nothing here reads a clock: the times come in [`RecordMeta`].

mod advice;
mod complaint;
mod flags;
mod gaps;
mod history;
mod html;
mod json;
mod listed;
mod negatives;
mod plan;
mod revised;
#[cfg(test)]
mod samples;
mod scene;
mod screen;
mod technique;
mod text;

use std::collections::BTreeMap;

use crate::domain::{
    Assessment, CarePlan, Contradiction, Doubt, Evidence, Finding, Sex, Slot, Speaker, Spoken,
    Timestamp,
};
use crate::interview::{Mind, State};

pub use flags::FlagCheck;
pub use html::to_html;
pub use json::to_json;
pub use plan::{mode_chinese, plan_to_json};
pub use revised::{LineState, line_id};
pub use screen::{
    BodyMark, Named, Quote, Screen, ScreenDepartment, ScreenFlag, ScreenLine, ScreenRoute,
    TimeMark, Why, screen,
};
pub use technique::TechniqueNote;
pub use text::to_text;

use scene::Scene;

/// Who will read it. Conditions and what names an illness reach clinicians only (C9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The patient, or whoever holds the patient's token.
    Patient,
    /// A doctor or nurse.
    Clinician,
}

/// What the record says of itself.
#[derive(Debug, Clone)]
pub struct RecordMeta {
    /// Visit.
    pub visit: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// When the record was made.
    pub created: Timestamp,
    /// Name of the hospital.
    pub hospital: String,
    /// The decision as this hospital carries it out; `None` before the first turn.
    pub assessment: Option<Assessment>,
    /// What comes next; `None` before the first turn.
    pub plan: Option<CarePlan>,
    /// What a clinician made of it.
    pub review: Review,
}

/// Whether a clinician has confirmed the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// `unreviewed`, `confirmed` or `amended`.
    pub status: String,
    /// Who.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// One line per change.
    pub changes: Vec<String>,
}

impl Default for Review {
    fn default() -> Self {
        Self {
            status: "unreviewed".to_owned(),
            by: None,
            at: None,
            changes: vec![],
        }
    }
}

/// One line with the words it rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// What is written.
    pub text: String,
    /// The patient's words.
    pub quotes: Vec<Evidence>,
    /// Left out for patients.
    pub for_clinicians: bool,
    /// The pieces that it is put together from, when each has words of its own.
    pub parts: Option<Parts>,
}

/// Pieces of a line, and how they are joined.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// Before the first.
    pub before: &'static str,
    /// Between two.
    pub between: &'static str,
    /// After the last.
    pub after: &'static str,
    /// The pieces with the words they rest on.
    pub pieces: Vec<(String, Vec<Evidence>)>,
}

impl Line {
    fn new(text: String, quotes: Vec<Evidence>) -> Self {
        Self {
            text,
            quotes,
            for_clinicians: false,
            parts: None,
        }
    }

    fn of_parts(parts: Parts, quotes: Vec<Evidence>) -> Self {
        Self {
            parts: Some(parts.clone()),
            ..Self::new(parts.text(), quotes)
        }
    }

    fn for_clinicians(mut self) -> Self {
        self.for_clinicians = true;
        self
    }

    fn is_for(&self, audience: Audience) -> bool {
        audience == Audience::Clinician || !self.for_clinicians
    }
}

impl Parts {
    fn text(&self) -> String {
        let texts: Vec<&str> = self.pieces.iter().map(|(text, _)| text.as_str()).collect();
        format!("{}{}{}", self.before, texts.join(self.between), self.after)
    }
}

/// A titled part of the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Chinese title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Section {
    /// The lines for an audience as one text.
    fn text(&self, audience: Audience) -> String {
        let lines = self.lines.iter().filter(|line| line.is_for(audience));
        let texts: Vec<&str> = lines.map(|line| line.text.as_str()).collect();
        texts.join(";").replace("。;", "。")
    }
}

/// The pre-visit record.
#[derive(Debug, Clone)]
pub struct Record {
    meta: RecordMeta,
    knowledge_version: String,
    age: Option<f64>,
    sex: Option<Sex>,
    speaker: Speaker,
    /// Whose words each turn carries, where helper and patient both spoke.
    voices: BTreeMap<u32, Speaker>,
    findings: Vec<NamedFinding>,
    sections: Vec<Section>,
    flags: Vec<FlagCheck>,
    chains: Vec<Line>,
    unknown: Vec<Slot>,
    not_asked: Vec<Slot>,
    contradictions: Vec<(String, Contradiction)>,
    doubts: Vec<Doubt>,
    spoken: BTreeMap<u32, Spoken>,
    technique: Option<TechniqueNote>,
}

/// A finding with the Chinese names of what it refers to.
#[derive(Debug, Clone)]
struct NamedFinding {
    finding: Finding,
    name: String,
    site: Option<String>,
    quality: Vec<String>,
}

/// Builds it from what is known by now; at any moment of a visit.
pub fn build(mind: &Mind, state: &State, meta: &RecordMeta) -> Record {
    let scene = Scene {
        knowledge: &mind.knowledge,
        case: &state.case,
    };
    let decided = meta.assessment.as_ref();
    let flags = flags::table(scene.knowledge, decided);
    let gaps = gaps::find(&scene, state, decided);
    let mut advice = advice::write(&scene, decided);
    let technique = technique::note(mind, state, decided, meta.opened);
    advice
        .lines
        .extend(technique.iter().flat_map(technique::lines));
    let relative = (!state.opening.for_self).then_some(Speaker::Relative);
    let case = &state.case;
    Record {
        meta: meta.clone(),
        knowledge_version: mind.version().to_owned(),
        age: case.age().or(state.opening.age),
        sex: case.sex.or(state.opening.sex),
        speaker: case
            .helper()
            .or(case.speaker)
            .or(relative)
            .unwrap_or(Speaker::Patient),
        voices: if case.has_two_voices() {
            case.voices.clone()
        } else {
            BTreeMap::new()
        },
        findings: findings(&scene),
        sections: sections(&scene, state, &flags, &gaps, &advice),
        flags,
        chains: advice.chains,
        unknown: gaps.unknown,
        not_asked: gaps.not_asked,
        contradictions: case
            .contradictions
            .iter()
            .map(|one| (scene.name(&one.concept), one.clone()))
            .collect(),
        doubts: case.doubts.clone(),
        spoken: state.spoken.clone(),
        technique,
    }
}

/// 主诉 alone, for lists.
pub fn main_complaint(mind: &Mind, state: &State) -> String {
    let scene = Scene {
        knowledge: &mind.knowledge,
        case: &state.case,
    };
    complaint::write(&scene).text
}

/// Derived values are conclusions, not findings.
fn findings(scene: &Scene<'_>) -> Vec<NamedFinding> {
    let name = |id| scene.knowledge.name(id).to_owned();
    scene
        .case
        .findings
        .iter()
        .filter(|finding| !finding.concept.is_derived())
        .map(|finding| NamedFinding {
            name: name(&finding.concept),
            site: finding.site.as_ref().map(name),
            quality: finding.quality.iter().map(name).collect(),
            finding: finding.clone(),
        })
        .collect()
}

fn sections(
    scene: &Scene<'_>,
    state: &State,
    flags: &[FlagCheck],
    gaps: &gaps::Gaps,
    advice: &advice::Advice,
) -> Vec<Section> {
    let section = |title: &str, lines: Vec<Line>| Section {
        title: title.to_owned(),
        lines,
    };
    let mut sections = vec![
        section("主诉", vec![complaint::write(scene)]),
        section("现病史", vec![history::write(scene)]),
        section("伴随阴性", vec![negatives::write(scene)]),
        section("红旗核对", flags::lines(flags)),
    ];
    for def in &scene.layout().section {
        let line = listed::write(scene, state, def);
        sections.push(section(&def.title, vec![line]));
    }
    sections.push(section("未问或不清楚", gaps::lines(scene, gaps)));
    sections.push(section("建议", advice.lines.clone()));
    sections
}

impl Record {
    fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|one| one.title == title)
    }

    /// 女,45岁,本人述
    fn who(&self) -> String {
        let sex = match self.sex {
            Some(Sex::Female) => "女",
            Some(Sex::Male) => "男",
            None => "性别未说",
        };
        let age = self.age.map_or("年龄未说".to_owned(), |age| {
            format!("{:.0}岁", age.floor())
        });
        let speaker = match self.speaker {
            Speaker::Patient => "本人述",
            Speaker::Relative => "家属代述",
            Speaker::Parent => "家长代述",
        };
        let also = if self.voices.is_empty() {
            ""
        } else {
            "、本人补充"
        };
        format!("{sex},{age},{speaker}{also}")
    }

    /// What every form ends with. Source: compliance C12 (AI shown), interview §6 (not examined).
    fn footer(&self) -> String {
        let told = match self.speaker {
            Speaker::Patient => "患者自述",
            Speaker::Relative => "家属代述",
            Speaker::Parent => "家长代述",
        };
        format!(
            "由{told},未经查体;影像为患者所述;AI生成,仅供参考,由医生确认。知识{} 软件{SOFTWARE_VERSION}",
            self.knowledge_version
        )
    }
}

/// Version of the program.
const SOFTWARE_VERSION: &str = env!("CARGO_PKG_VERSION");
