//! Words for composition, frames and context. Read from `lexicon/parts.csv`, `sensations.csv`, `compose.csv`,
//! `frames.csv`, `normals.csv`, `folk.csv`, `answers.csv` and `cues.toml`; `nlu` gives them their effect.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::ConceptId;

use super::lexicon::{Certainty, LexiconEntry};
use super::source::{Faults, Files, Row, text};

/// A word for a part of the body.
#[derive(Debug, Clone)]
pub struct PartWord {
    /// What is said.
    pub expression: String,
    /// `BP.*`, or a lower-case place that only composition knows (`half`, `limbs`, `wound`).
    pub site: String,
    /// Region id, or `general`.
    pub region: String,
    /// Line in the file.
    pub line: usize,
}

/// A word for a sensation.
#[derive(Debug, Clone)]
pub struct SensationWord {
    /// What is said.
    pub expression: String,
    /// Class used in `compose.csv`: pain, numb, weak, …
    pub sensation: String,
    /// Quality that it tells.
    pub quality: Option<ConceptId>,
    /// Line in the file.
    pub line: usize,
}

/// What a sensation at a site means.
#[derive(Debug, Clone)]
pub struct Composition {
    /// Site; `*` when none was said.
    pub site: String,
    /// Sensation class.
    pub sensation: String,
    /// `bilateral`, `one`, or empty for any side.
    pub side: String,
    /// Concepts; none when the pair means nothing here.
    pub concepts: Vec<ConceptId>,
    /// Line in the file.
    pub line: usize,
}

/// One alternative of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// These very words.
    Word(String),
    /// `$name`: a class of `cues.toml`.
    Class(String),
    /// `@name`: any word of a sensation class.
    Sensation(String),
    /// `#site`: any word for that part or a part of it.
    Site(String),
}

/// Words that must all stand in one clause (or sentence).
#[derive(Debug, Clone)]
pub struct Slot {
    /// Negation of this one negates the whole.
    pub key: bool,
    /// None of its words may stand in the clause of the key.
    pub forbidden: bool,
    /// Alternatives.
    pub choices: Vec<Choice>,
}

/// Words that mean something when they come together, in any order.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What it means.
    pub concepts: Vec<ConceptId>,
    /// The words say that all is well, so the concepts are denied: 走路很稳.
    pub denies: bool,
    /// All must be there.
    pub slots: Vec<Slot>,
    /// May span the clauses of a sentence.
    pub sentence: bool,
    /// Does not stand in for what the same words mean by themselves.
    pub adds: bool,
    /// File it stands in.
    pub file: &'static str,
    /// Line in it.
    pub line: usize,
}

/// Words that answer one question and that no general rule can place.
#[derive(Debug, Clone)]
pub struct AnswerPhrase {
    /// Question id.
    pub question: String,
    /// Option id.
    pub option: String,
    /// What is said.
    pub expression: String,
    /// Line in the file.
    pub line: usize,
}

/// Everything the context stages need.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Parts of the body.
    pub parts: Vec<PartWord>,
    /// Sensations.
    pub sensations: Vec<SensationWord>,
    /// Site × sensation → concepts.
    pub compositions: Vec<Composition>,
    /// Frames.
    pub frames: Vec<Frame>,
    /// Expressions in addition to the specification's lexicon.
    pub folk: Vec<LexiconEntry>,
    /// Answers.
    pub answers: Vec<AnswerPhrase>,
    /// Days of the year that have a name.
    pub calendar: Vec<CalendarDay>,
    /// Cues.
    pub cues: Cues,
}

/// A row of `lexicon/calendar.csv`: what people date by, 端午, 霜降, 收麦.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// The expression.
    pub expression: String,
    /// Month, 1–12.
    pub month: u8,
    /// Day, 1–31; of what lasts longer the middle.
    pub day: u8,
    /// Of the traditional calendar.
    pub lunar: bool,
    /// It is hardly said but to date something.
    pub alone: bool,
    /// Line in the file.
    pub line: usize,
}

/// `lexicon/cues.toml`; every list is a list of expressions.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cues {
    /// Denial.
    pub negation: Negation,
    /// Doubt.
    pub hedge: Hedge,
    /// What was meant to be so.
    pub deliberate: Deliberate,
    /// What was once.
    pub past: Past,
    /// Who is meant.
    pub others: Others,
    /// Feared, asked, imagined.
    pub unreal: Unreal,
    /// Words to swallow.
    pub idioms: Idioms,
    /// Neighbours that veto a word.
    pub vetoes: NeighbourVetoes,
    /// Left, right, both.
    pub sides: Sides,
    /// Time course.
    pub course: CourseWords,
    /// 「不对」「说错了」
    pub correction: Correction,
    /// Yes, no, cannot say.
    pub answers: AnswerWords,
    /// What the patient wants besides answering; keys are intents in snake case.
    pub intents: BTreeMap<String, Vec<String>>,
    /// `$name` of `frames.csv`.
    pub classes: BTreeMap<String, Vec<String>>,
    /// `TRIG.*` → words.
    pub triggers: BTreeMap<ConceptId, Vec<String>>,
    /// `REL.*` → words.
    pub relievers: BTreeMap<ConceptId, Vec<String>>,
    /// Concepts that say "somewhere" and give way to the same thing at a place.
    pub placeless: Vec<ConceptId>,
    /// Findings that have a side.
    pub sided: Vec<ConceptId>,
    /// Findings that are of both sides.
    pub both_sided: Vec<ConceptId>,
    /// Never only somebody else's: asked about where they seem to be.
    pub own_or_asked: Vec<ConceptId>,
    /// History that happened at a moment and gives its date to what began with it: injuries.
    pub injuries: Vec<ConceptId>,
    /// Derived values that tell how it happened or what a report says, and are felt by nobody: they take no side and no time.
    pub circumstances: Vec<ConceptId>,
    /// Words that may stand beside a place of the body that is the whole complaint.
    pub bare_complaint: Vec<String>,
    /// Sites that are findings by themselves when an expression names them beside a symptom.
    pub site_findings: Vec<ConceptId>,
    /// Concept that a body temperature of so many degrees Celsius means.
    pub fever: BTreeMap<ConceptId, f64>,
    /// More telling concepts and the ones they make redundant when both rest on the same words.
    #[serde(default)]
    pub supersedes: BTreeMap<ConceptId, Vec<ConceptId>>,
    /// Concept → what it becomes when both sides are meant.
    #[serde(default)]
    pub bilateral: BTreeMap<ConceptId, ConceptId>,
}

/// Words of denial.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Negation {
    /// Reach over lists.
    pub wide: Vec<String>,
    /// Reach only what follows at once.
    pub tight: Vec<String>,
    /// Stand after what they deny.
    pub after: Vec<String>,
    /// After what the pain might come of: 爬楼不疼.
    pub after_trigger: Vec<String>,
    /// May stand between the denial and what is denied.
    pub bridges: Vec<String>,
    /// Questions that contain a denial.
    pub questions: Vec<String>,
    /// Conditions under which something is not felt: no denial of the thing itself.
    pub postures: Vec<String>,
}

/// Words of doubt.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// Stand before what is doubted.
    pub before: Vec<String>,
    /// 准是: a guess at an injury.
    pub guesses: Vec<String>,
    /// Make it a comparison.
    pub similes: Vec<String>,
}

/// What somebody did on purpose and is no sign.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliberate {
    /// Findings that are none then.
    pub concepts: Vec<ConceptId>,
    /// Say that it was meant.
    pub words: Vec<String>,
    /// Contain such a word and deny it.
    pub not_words: Vec<String>,
}

/// Words for what was once.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// Once.
    pub times: Vec<String>,
    /// Certainly over.
    pub definite: Vec<String>,
    /// Still so.
    pub continuing: Vec<String>,
    /// At present.
    pub now: Vec<String>,
    /// Gone now.
    pub resolved: Vec<String>,
    /// Look like gone and are not.
    pub not_resolved: Vec<String>,
}

/// Words for people.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Others {
    /// One may speak for them.
    pub family: Vec<String>,
    /// Words that make the next ones a relative: 我, 俺家.
    pub owners: Vec<String>,
    /// Women of the family, said behind an owner.
    pub kinswomen: Vec<String>,
    /// Men of the family.
    pub kinsmen: Vec<String>,
    /// Relatives of either sex.
    pub kin: Vec<String>,
    /// One only mentions them.
    pub strangers: Vec<String>,
    /// The speaker.
    #[serde(rename = "self")]
    pub oneself: Vec<String>,
    /// Make a relative somebody merely mentioned.
    pub likewise: Vec<String>,
    /// 癌走的: of somebody who has died.
    pub deceased: Vec<String>,
    /// Say that one asks for another.
    pub helper: Vec<String>,
    /// The patient speaks in place of a helper.
    pub takes_over: Vec<String>,
    /// The same, when what follows is told of oneself.
    pub disputes: Vec<String>,
    /// A helper passes on what the patient says.
    pub relays: Vec<String>,
    /// Children, for whom a parent speaks.
    pub parents_say: Vec<String>,
    /// Women.
    pub female: Vec<String>,
    /// Men.
    pub male: Vec<String>,
}

/// Words for what is not so.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreal {
    /// What follows is feared, asked or imagined.
    pub before: Vec<String>,
    /// What precedes is asked about in general: 踩棉花是什么感觉.
    pub r#final: Vec<String>,
}

/// Words to swallow.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idioms {
    /// In addition to `MOD.IDIOM` of the lexicon.
    pub extra: Vec<String>,
}

/// Neighbour vetoes in addition to `vetoes.csv`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighbourVetoes {
    /// Word, characters that veto when they follow, characters that veto when they precede.
    pub rows: Vec<[String; 3]>,
}

/// Words for sides.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sides {
    /// Left.
    pub left: Vec<String>,
    /// Right.
    pub right: Vec<String>,
    /// Both.
    pub both: Vec<String>,
    /// Both of a pair of limbs, in one word, as written.
    pub both_limbs: Vec<String>,
    /// Middle.
    pub middle: Vec<String>,
    /// One, whichever.
    pub one: Vec<String>,
    /// From one to both.
    pub spread: Vec<String>,
}

/// Words for the time course.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseWords {
    /// In seconds to minutes.
    pub sudden: Vec<String>,
    /// Slowly.
    pub gradual: Vec<String>,
    /// Worse within days.
    pub rapid: Vec<String>,
    /// Worse.
    pub worse: Vec<String>,
    /// What something does slowly when it gets worse: 慢慢(差), 一点点(没力).
    pub declines: Vec<String>,
    /// Lately.
    pub recent: Vec<String>,
    /// As ever.
    pub stable: Vec<String>,
    /// 从那以后没变: of these, what says so of a sign told before, and plays nothing down.
    pub unchanged: Vec<String>,
    /// Unbearable.
    pub severe: Vec<String>,
    /// Since an injury.
    pub injury: Vec<String>,
    /// Began.
    pub onset: Vec<String>,
    /// A time after these is not the symptom's.
    pub not_course: Vec<String>,
}

/// Words of correction.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// 不对, 说错了.
    pub cues: Vec<String>,
}

/// Words of answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerWords {
    /// Yes.
    pub yes: Vec<String>,
    /// No.
    pub no: Vec<String>,
    /// Cannot say.
    pub unsure: Vec<String>,
    /// Does not want to say.
    pub refuse: Vec<String>,
    /// A little.
    pub little: Vec<String>,
    /// A lot.
    pub much: Vec<String>,
    /// As before.
    pub same: Vec<String>,
    /// Not as before.
    pub different: Vec<String>,
}

/// Reads the files of words.
pub(super) fn read(files: &Files, faults: &mut Faults) -> Words {
    Words {
        parts: read_parts(files, faults),
        sensations: read_sensations(files, faults),
        compositions: read_compositions(files, faults),
        frames: read_frames(files, faults),
        folk: read_folk(files, faults),
        answers: files
            .csv("lexicon/answers.csv", faults)
            .iter()
            .map(|row| AnswerPhrase {
                question: text(row, "question"),
                option: text(row, "option"),
                expression: text(row, "expression"),
                line: row.line,
            })
            .collect(),
        calendar: read_calendar(files, faults),
        cues: files.toml("lexicon/cues.toml", faults),
    }
}

fn read_calendar(files: &Files, faults: &mut Faults) -> Vec<CalendarDay> {
    const PATH: &str = "lexicon/calendar.csv";
    let mut days = vec![];
    for row in files.csv(PATH, faults) {
        let number = |column| row.get(column).parse::<u8>().unwrap_or_default();
        let day = CalendarDay {
            expression: text(&row, "expression"),
            month: number("month"),
            day: number("day"),
            lunar: row.get("lunar") == "1",
            alone: row.get("alone") == "1",
            line: row.line,
        };
        let is_day = (1..=12).contains(&day.month) && (1..=31).contains(&day.day);
        if is_day && !day.expression.is_empty() {
            days.push(day);
        } else {
            faults.push(
                PATH,
                row.line,
                "a row needs an expression, a month 1–12 and a day 1–31",
            );
        }
    }
    // The longest stands first: 八月十五 before 八月.
    days.sort_by_key(|day| std::cmp::Reverse(day.expression.chars().count()));
    days
}

fn read_parts(files: &Files, faults: &mut Faults) -> Vec<PartWord> {
    let rows = files.csv("lexicon/parts.csv", faults);
    rows.iter()
        .map(|row| PartWord {
            expression: text(row, "expression"),
            site: text(row, "site"),
            region: text(row, "region"),
            line: row.line,
        })
        .collect()
}

fn read_sensations(files: &Files, faults: &mut Faults) -> Vec<SensationWord> {
    let word = |row: &Row| SensationWord {
        expression: text(row, "expression"),
        sensation: text(row, "sensation"),
        quality: Some(row.get("quality"))
            .filter(|q| !q.is_empty())
            .map(ConceptId::new),
        line: row.line,
    };
    files
        .csv("lexicon/sensations.csv", faults)
        .iter()
        .map(word)
        .collect()
}

fn concepts(cell: &str) -> Vec<ConceptId> {
    cell.split('+')
        .filter(|c| !c.is_empty())
        .map(ConceptId::new)
        .collect()
}

fn read_compositions(files: &Files, faults: &mut Faults) -> Vec<Composition> {
    let rows = files.csv("lexicon/compose.csv", faults);
    rows.iter()
        .map(|row| Composition {
            site: text(row, "site"),
            sensation: text(row, "sensation"),
            side: text(row, "side"),
            concepts: concepts(row.get("concept")),
            line: row.line,
        })
        .collect()
}

fn read_frames(files: &Files, faults: &mut Faults) -> Vec<Frame> {
    let mut frames = frames_of(files, "lexicon/frames.csv", "concept", faults);
    frames.extend(frames_of(files, "lexicon/normals.csv", "denies", faults));
    frames
}

fn frames_of(files: &Files, path: &'static str, meaning: &str, faults: &mut Faults) -> Vec<Frame> {
    let mut frames = vec![];
    for row in files.csv(path, faults) {
        let slots: Vec<Slot> = row.get("slots").split(';').map(slot).collect();
        if slots.iter().filter(|slot| slot.key).count() != 1 {
            faults.push(path, row.line, "exactly one slot must be marked with `*`");
            continue;
        }
        frames.push(Frame {
            concepts: concepts(row.get(meaning)),
            denies: meaning == "denies",
            slots,
            sentence: row.get("scope") == "sentence",
            adds: row.get("adds") == "1",
            file: path,
            line: row.line,
        });
    }
    frames
}

fn slot(cell: &str) -> Slot {
    let key = cell.starts_with('*');
    let forbidden = cell.starts_with('!');
    let words = cell.trim_start_matches(['*', '!']);
    let choice = |word: &str| match word.chars().next() {
        Some('$') => Choice::Class(word[1..].to_owned()),
        Some('@') => Choice::Sensation(word[1..].to_owned()),
        Some('#') => Choice::Site(word[1..].to_owned()),
        _ => Choice::Word(word.to_owned()),
    };
    Slot {
        key,
        forbidden,
        choices: words
            .split('|')
            .filter(|w| !w.is_empty())
            .map(choice)
            .collect(),
    }
}

/// The file with a hospital's own words, in its data folder; `jiwen lexicon` writes it.
pub const OWN_WORDS: &str = "own_words.csv";
/// Where it stands among the contents.
pub(super) const OWN: &str = "lexicon/own_words.csv";
/// How its first line begins.
const OWN_COLUMNS: &str = "expression,concept,region,certainty,whole_word,";

/// Expressions beside the specification's list: ours, and the hospital's own that were not taken back.
fn read_folk(files: &Files, faults: &mut Faults) -> Vec<LexiconEntry> {
    let entry = |row: &Row, own: bool| LexiconEntry {
        expression: text(row, "expression"),
        concepts: concepts(row.get("concept")),
        region: Some(row.get("region"))
            .filter(|r| !r.is_empty())
            .unwrap_or("general")
            .to_owned(),
        certainty: match row.get("certainty") {
            "low" => Certainty::Low,
            "medium" => Certainty::Medium,
            _ => Certainty::High,
        },
        whole_word: row.get("whole_word") == "1",
        own,
        line: row.line,
    };
    let rows = files.csv("lexicon/folk.csv", faults);
    let mut entries: Vec<LexiconEntry> = rows.iter().map(|row| entry(row, false)).collect();
    if let Some(content) = files.0.get(OWN) {
        // What is left of a broken file must not pass for a file without words.
        if !content.starts_with(OWN_COLUMNS) {
            faults.push(OWN, 1, format!("expected the columns {OWN_COLUMNS}…"));
            return entries;
        }
        let rows = files.csv(OWN, faults);
        let standing = rows.iter().filter(|row| row.get("taken_back").is_empty());
        entries.extend(standing.map(|row| entry(row, true)));
    }
    entries
}
