//! Speech: what must be confirmed, what is a yes, and which sounds are mistaken for each other. Read from `lexicon/spoken.toml`.

use serde::Deserialize;

use super::source::{Faults, Files};

/// Where it is read from.
pub(super) const PATH: &str = "lexicon/spoken.toml";

/// Everything in `lexicon/spoken.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenWords {
    /// How sure a recogniser must be.
    pub confidence: SpokenConfidence,
    /// What is never taken unasked.
    pub confirm: ConfirmWords,
    /// Yes and no to a confirmation.
    pub answer: ConfirmationWords,
    /// What is not worth a confirmation.
    pub again: AgainWords,
    /// Sounds.
    pub sounds: SoundCosts,
    /// `lexicon/spoken_language.csv`.
    #[serde(skip)]
    pub language: Vec<Follows>,
}

/// Which characters follow a context, in what patients say.
#[derive(Debug, Clone)]
pub struct Follows {
    /// Up to two characters; `^` is a boundary and `#` a number.
    pub context: Vec<char>,
    /// Each following character with how often it was seen.
    pub next: Vec<(char, u32)>,
}

/// Mean token probabilities, 0–1.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenConfidence {
    /// Below it the patient says it again.
    pub again: f32,
    /// Below it the text is confirmed.
    pub sure: f32,
    /// A yes counts from here on.
    pub yes: f32,
    /// A yes of one syllable counts from here on.
    pub short_yes: f32,
    /// A no counts from here on.
    pub no: f32,
}

/// What is never taken unasked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmWords {
    /// Words, anywhere in the text.
    pub words: Vec<String>,
    /// Characters that count something.
    pub numerals: String,
    /// Groups of findings that are no danger by themselves.
    pub plain_groups: Vec<String>,
}

/// Answers to 「您是说……,对吗?」.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationWords {
    /// Whole answers that are a yes.
    pub yes: Vec<String>,
    /// Whole answers that are a no.
    pub no: Vec<String>,
    /// Those of `yes` that a cut-off denial sounds like.
    pub short_yes: Vec<String>,
    /// Characters that may stand at the end of an answer.
    pub particles: String,
}

/// What no patient said.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgainWords {
    /// What recognisers make of noise.
    pub invented: Vec<String>,
    /// So many repetitions in a row are a loop.
    pub repeats: usize,
    /// Least share of Chinese characters.
    pub chinese: f32,
}

/// What it costs to hear one sound for another, in nats (the natural logarithm of odds).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundCosts {
    /// Another character of the same sound.
    pub homophone: f32,
    /// Within a word of the graph, a character too many was heard.
    pub insertion: f32,
    /// Within a word of the graph, a character was not heard.
    pub deletion: f32,
    /// A word of the graph by itself.
    pub word: f32,
    /// A repair must gain this.
    pub margin: f32,
    /// A repair that makes a word which is confirmed in any case must gain this.
    pub margin_asked: f32,
    /// So much more where no word of the graph, nor of what the question expects, is made.
    pub margin_other: f32,
    /// The same in addition where a word of the language stood.
    pub margin_word: f32,
    /// The same in addition where a word of the graph stood.
    pub margin_own: f32,
    /// Syllables further apart are never taken for each other.
    pub farthest: f32,
    /// Characters that deny: never heard away.
    pub denials: String,
    /// Characters that count, besides `confirm.numerals`: never heard away.
    pub numerals: String,
    /// Characters that name a side: heard away only as part of a longer word.
    pub sides: String,
    /// Words expected where a number or a time is asked for.
    pub times: String,
    /// Initials.
    pub initials: Vec<SoundPair>,
    /// Finals.
    pub finals: Vec<SoundPair>,
}

/// Two sounds that are taken for each other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundPair {
    /// The two; an initial may be empty, `v` is ü.
    pub of: [String; 2],
    /// Cost everywhere.
    pub cost: f32,
    /// Regions in which they are close.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Cost there.
    pub there: Option<f32>,
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> SpokenWords {
    let mut words: SpokenWords = files.toml(PATH, faults);
    words.language = read_language(files, faults);
    words
}

/// Where the language of patients is read from; written by `eval/speech/language.py`.
const LANGUAGE: &str = "lexicon/spoken_language.csv";

/// Read by hand: it has tens of thousands of rows of two plain cells.
fn read_language(files: &Files, faults: &mut Faults) -> Vec<Follows> {
    let Some(content) = files.0.get(LANGUAGE) else {
        faults.push(LANGUAGE, 0, "file is missing");
        return vec![];
    };
    let mut rows = vec![];
    for (at, line) in content.lines().enumerate().skip(1) {
        let row = line.split_once(',').and_then(|(context, next)| {
            let context: Vec<char> = context.chars().collect();
            Some(Follows {
                next: counts(next).filter(|_| context.len() <= 2)?,
                context,
            })
        });
        match row {
            Some(row) => rows.push(row),
            None => faults.push(
                LANGUAGE,
                at + 1,
                "expected a context of up to two characters, a comma, and characters with counts",
            ),
        }
    }
    rows
}

/// 得31了12 → (得, 31), (了, 12).
fn counts(text: &str) -> Option<Vec<(char, u32)>> {
    let mut found = vec![];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut count = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            count.push(digit);
        }
        if c.is_ascii_digit() {
            return None;
        }
        found.push((c, count.parse().ok()?));
    }
    (!found.is_empty()).then_some(found)
}
