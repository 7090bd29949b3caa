//! Questions: structure from `questions/*.toml`, wording from `prompts/questions/*.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{ConceptId, QuestionId, Slot};

use super::facts::StatedFact;
use super::language::Expr;
use super::rules::Place;
use super::source::{Faults, Files};

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One option.
    Choice,
    /// Several options.
    Multi,
    /// A number (age, weeks).
    Number,
    /// 0–10.
    Scale,
    /// How long; dates the complaint.
    Duration,
    /// Free words.
    Text,
    /// A place on the body.
    Site,
}

/// One option with what it states.
#[derive(Debug, Clone)]
pub struct OptionDef {
    /// Id within the question.
    pub id: String,
    /// Words on the button.
    pub label: String,
    /// What choosing it states.
    pub sets: Vec<StatedFact>,
    /// Measure it sets, with its value.
    pub measure: Option<(String, f64)>,
    /// Questions that become candidates.
    pub unlocks: Vec<QuestionId>,
    /// Answers to single questions that an item of a list stands for; choosing it opens those questions.
    pub stands_for: Vec<(QuestionId, String)>,
    /// "cannot say".
    pub unsure: bool,
    /// "do not want to say".
    pub refused: bool,
}

/// A question or follow-up of the bank.
#[derive(Debug, Clone)]
pub struct QuestionDef {
    /// Id.
    pub id: QuestionId,
    /// Contract slot.
    pub slot: Slot,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What it settles.
    pub about: Vec<ConceptId>,
    /// When it applies; `None` = always.
    pub when: Option<Expr>,
    /// Safety question: asked again with options when not understood.
    pub safety: bool,
    /// "Cannot say" is asked once more in other words, also when it was tapped.
    pub insist: bool,
    /// Says why before asking; may be skipped.
    pub sensitive: bool,
    /// Its answer tells what was at some time (a rash from a drug), and no finding of now.
    pub of_old: bool,
    /// It asks about the last so many days; what was before is no.
    pub within_days: Option<f64>,
    /// A list that is asked although some of it is known: who has told of sugar has not been asked about cancer.
    pub whole: bool,
    /// Lower is more important within its class.
    pub rank: i64,
    /// 1 easy – 3 heavy.
    pub burden: u8,
    /// Measure that a number answers.
    pub measure: Option<String>,
    /// Options.
    pub options: Vec<OptionDef>,
    /// Questions that become candidates after any affirming answer.
    pub unlocks: Vec<QuestionId>,
    /// Parent and the options of it after which this follow-up is asked.
    pub parent: Option<(QuestionId, Vec<String>)>,
    /// Where it comes from.
    pub source: String,
    /// What is asked.
    pub ask: String,
    /// Simpler words when the answer was not understood.
    pub again: String,
    /// Answer to 「你问这个干啥」.
    pub why: String,
}

impl QuestionDef {
    /// The option with this id.
    pub fn option(&self, id: &str) -> Option<&OptionDef> {
        self.options.iter().find(|option| option.id == id)
    }
}

/// All questions by id.
pub type Questions = BTreeMap<QuestionId, QuestionDef>;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    question: Vec<RawQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    id: String,
    slot: String,
    kind: QuestionKind,
    #[serde(default)]
    about: Vec<String>,
    #[serde(default)]
    when: String,
    #[serde(default)]
    safety: bool,
    #[serde(default)]
    insist: bool,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    of_old: bool,
    within_days: Option<f64>,
    #[serde(default)]
    whole: bool,
    #[serde(default = "middle_rank")]
    rank: i64,
    #[serde(default = "light_burden")]
    burden: u8,
    measure: Option<String>,
    #[serde(default)]
    unlocks: Vec<String>,
    parent: Option<String>,
    #[serde(default)]
    parent_options: Vec<String>,
    source: String,
    #[serde(default, rename = "note")]
    _note: String,
    #[serde(default)]
    option: Vec<RawOption>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOption {
    id: String,
    #[serde(default)]
    sets: Vec<String>,
    measure: Option<String>,
    value: Option<f64>,
    #[serde(default)]
    unlocks: Vec<String>,
    /// `Q-DRUG#anticoag`
    #[serde(default)]
    stands_for: Vec<String>,
    #[serde(default)]
    unsure: bool,
    #[serde(default)]
    refused: bool,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields)]
struct RawWording {
    ask: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

fn middle_rank() -> i64 {
    500
}

fn light_burden() -> u8 {
    1
}

/// Wording lies in files of the same names as the questions' own.
const WORDING: &str = "prompts/questions/";

pub(super) fn read(files: &Files, faults: &mut Faults) -> Questions {
    let wording = read_wording(files, faults);
    let mut questions = Questions::new();
    for path in files
        .under("questions/")
        .into_iter()
        .filter(|path| !path.ends_with("bundles.toml"))
    {
        let file: RawFile = files.toml(&path, faults);
        for raw in file.question {
            let place = Place {
                files,
                path: &path,
                id: &raw.id,
            };
            let Some((_, words)) = wording.get(&raw.id) else {
                place.fault(faults, format!("has no wording in {WORDING}"));
                continue;
            };
            let question = question(&place, &raw, words, faults);
            if questions.insert(question.id.clone(), question).is_some() {
                place.fault(faults, "is defined twice");
            }
        }
    }
    for (id, (path, _)) in wording
        .iter()
        .filter(|(id, _)| !questions.contains_key(id.as_str()))
    {
        faults.push(
            path,
            files.line_of_id(path, id),
            format!("{id}: no such question"),
        );
    }
    questions
}

/// Wording by question, with the file it stands in.
fn read_wording(files: &Files, faults: &mut Faults) -> BTreeMap<String, (String, RawWording)> {
    let mut wording: BTreeMap<String, (String, RawWording)> = BTreeMap::new();
    for path in files.under(WORDING) {
        let file: BTreeMap<String, RawWording> = files.toml(&path, faults);
        for (id, words) in file {
            if let Some((other, _)) = wording.get(&id) {
                let message = format!("{id}: has its wording in {other}, too");
                faults.push(&path, files.line_of_id(&path, &id), message);
            }
            wording.insert(id, (path.clone(), words));
        }
    }
    wording
}

fn question(
    place: &Place<'_>,
    raw: &RawQuestion,
    words: &RawWording,
    faults: &mut Faults,
) -> QuestionDef {
    let options = raw
        .option
        .iter()
        .map(|option| option_def(place, option, words, faults))
        .collect();
    for label in words
        .labels
        .keys()
        .filter(|id| !raw.option.iter().any(|option| &option.id == *id))
    {
        place.fault(faults, format!("wording for `{label}`, which is no option"));
    }
    QuestionDef {
        id: QuestionId::new(&raw.id),
        slot: Slot::new(&raw.slot),
        kind: raw.kind,
        about: raw.about.iter().map(|id| ConceptId::new(id)).collect(),
        when: if raw.when.trim().is_empty() {
            None
        } else {
            place.expr(&raw.when, faults)
        },
        safety: raw.safety,
        insist: raw.insist,
        sensitive: raw.sensitive,
        of_old: raw.of_old,
        within_days: raw.within_days,
        whole: raw.whole,
        rank: raw.rank,
        burden: raw.burden,
        measure: raw.measure.clone(),
        options,
        unlocks: raw.unlocks.iter().map(|id| QuestionId::new(id)).collect(),
        parent: raw
            .parent
            .as_deref()
            .map(|id| (QuestionId::new(id), raw.parent_options.clone())),
        source: raw.source.clone(),
        ask: words.ask.clone(),
        again: words.again.clone(),
        why: words.why.clone(),
    }
}

fn option_def(
    place: &Place<'_>,
    raw: &RawOption,
    words: &RawWording,
    faults: &mut Faults,
) -> OptionDef {
    let label = words.labels.get(&raw.id).cloned().unwrap_or_default();
    if label.is_empty() {
        place.fault(
            faults,
            format!("option `{}` has no label in {WORDING}", raw.id),
        );
    }
    OptionDef {
        id: raw.id.clone(),
        label,
        sets: raw
            .sets
            .iter()
            .filter_map(|text| {
                StatedFact::parse(text)
                    .map_err(|error| place.fault(faults, error))
                    .ok()
            })
            .collect(),
        measure: raw.measure.clone().zip(raw.value),
        unlocks: raw.unlocks.iter().map(|id| QuestionId::new(id)).collect(),
        stands_for: raw
            .stands_for
            .iter()
            .filter_map(|text| {
                let parts = text.split_once('#');
                if parts.is_none() {
                    place.fault(faults, format!("`{text}` is not QUESTION#option"));
                }
                parts.map(|(question, option)| (QuestionId::new(question), option.to_owned()))
            })
            .collect(),
        unsure: raw.unsure,
        refused: raw.refused,
    }
}
