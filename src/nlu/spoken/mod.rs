//! What a speech recogniser misheard, put right against the graph's vocabulary and the language of patients.
//!
//! Unlike `phonetic.rs`, which helps the reading of any text and keeps its length, this rewrites a recogniser's text before it is shown
//! to the patient and read: 要间盘图出 → 腰间盘突出, 坐神经疼 → 坐骨神经疼. Good Chinese stays: a repair must gain more than a margin and must
//! make one of our words. What denies, counts or names a side is never heard away.

mod language;
mod lattice;
mod sounds;
mod vocabulary;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use crate::domain::{QuestionId, Repair};
use crate::knowledge::{Knowledge, QuestionDef, QuestionKind, SoundCosts};

use super::dictionary::{Cue, Dictionary, Meaning};
use super::normalise;
use super::segment::Segmenter;

use language::Language;
use lattice::{HeardChar, Kept, Means, Piece};
use sounds::{Distances, Syllable};
use vocabulary::Vocabulary;

/// What is known when words are put right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected<'a> {
    /// The question that they answer.
    pub question: Option<&'a QuestionDef>,
    /// The patient's region, an id of `lexicon/regions.csv`.
    pub region: Option<&'a str>,
    /// Tokens of the recogniser as ranges of characters, each with its probability; may be empty.
    pub words: &'a [(Range<usize>, f32)],
}

/// Words as they are likely to have been spoken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PutRight {
    /// The words.
    pub text: String,
    /// What is different, in the order of the text.
    pub repairs: Vec<Repair>,
}

/// A recogniser's text in simplified characters; its length stays.
pub fn simplified(text: &str) -> String {
    text.chars().map(normalise::simplified).collect()
}

/// Longer texts are put right only up to here, in characters: nobody speaks so long to a machine in one breath.
const LONGEST_TEXT: usize = 200;

/// Characters looked at on both sides of a repair, and the shortest stretch that can be part of a longer word.
const AROUND: usize = 4;

/// What repairing needs, indexed once.
pub(super) struct Ear {
    language: Language,
    vocabulary: Vocabulary,
    costs: SoundCosts,
    denials: String,
    numerals: String,
    sides: String,
    /// Words of one character that are always confirmed.
    confirmed: HashSet<char>,
    /// Expressions and characters that answer a question.
    answers: BTreeMap<QuestionId, Answers>,
    regions: Vec<(String, Option<String>)>,
}

#[derive(Default)]
struct Answers {
    expressions: Vec<String>,
    chars: HashSet<char>,
}

impl Ear {
    /// Indexes.
    pub fn new(knowledge: &Knowledge, dictionary: &Dictionary) -> Self {
        let spoken = &knowledge.spoken;
        Self {
            language: Language::new(&spoken.language),
            vocabulary: Vocabulary::new(dictionary.own_words.iter().map(String::as_str)),
            costs: spoken.sounds.clone(),
            denials: spoken.sounds.denials.clone(),
            numerals: spoken.confirm.numerals.clone() + &spoken.sounds.numerals,
            sides: spoken.sounds.sides.clone(),
            confirmed: single(&spoken.confirm.words),
            answers: answers(knowledge),
            regions: knowledge.lexicon.regions.clone(),
        }
    }

    /// Puts right what was misheard. Text that is good as it is stays.
    pub fn put_right(
        &self,
        heard: &str,
        expected: &Expected<'_>,
        dictionary: &Dictionary,
        segmenter: &Segmenter,
    ) -> PutRight {
        let chars: Vec<char> = heard.chars().collect();
        let unchanged = || PutRight {
            text: heard.to_owned(),
            repairs: vec![],
        };
        if chars.len() > LONGEST_TEXT || !chars.iter().any(|c| normalise::is_han(*c)) {
            return unchanged();
        }
        let distances = Distances::new(&self.costs, &self.with_parents(expected.region));
        let known = Known::of(&chars, dictionary, segmenter);
        let line = self.line(&chars, expected, &known);
        let question = expected.question.and_then(|one| self.answers.get(&one.id));
        let means = Means {
            language: &self.language,
            vocabulary: &self.vocabulary,
            costs: &self.costs,
            distances: &distances,
            denies: &|c| self.denials.contains(c),
            expected: &|c| question.is_some_and(|answers| answers.chars.contains(&c)),
        };
        let mut pieces = joined(lattice::read(&line, &means), &chars);
        self.revert(&mut pieces, &chars, &known, question, dictionary);
        let changed = |piece: &&Piece| piece.chars[..] != chars[piece.at.clone()];
        if !pieces.iter().any(|piece| changed(&piece)) {
            return unchanged();
        }
        let repairs = pieces.iter().filter(changed).map(|piece| Repair {
            from: chars[piece.at.clone()].iter().collect(),
            to: piece.chars.iter().collect(),
        });
        PutRight {
            repairs: repairs.collect(),
            text: pieces.iter().flat_map(|piece| &piece.chars).collect(),
        }
    }

    fn with_parents<'a>(&'a self, region: Option<&'a str>) -> Vec<&'a str> {
        let mut found = vec![];
        let mut next = region;
        while let Some(id) = next.filter(|id| !found.contains(id)) {
            found.push(id);
            let row = self.regions.iter().find(|(one, _)| one == id);
            next = row.and_then(|(_, parent)| parent.as_deref());
        }
        found
    }

    fn line(&self, chars: &[char], expected: &Expected<'_>, known: &Known) -> Vec<HeardChar> {
        let kept = |c: char| {
            if self.denials.contains(c) || self.numerals.contains(c) {
                Kept::Always
            } else if self.sides.contains(c) {
                Kept::Side
            } else {
                Kept::No
            }
        };
        let sure = |at: usize| {
            let token = expected.words.iter().find(|(range, _)| range.contains(&at));
            token.map(|(_, sure)| *sure)
        };
        let one = |(at, c): (usize, &char)| HeardChar {
            c: *c,
            unit: self.language.unit(*c),
            sound: Syllable::of(*c).filter(|_| normalise::is_han(*c)),
            sure: sure(at),
            kept: kept(*c),
            means: known.covers(at),
        };
        chars.iter().enumerate().map(one).collect()
    }

    /// Takes back what gains too little; what makes no word of ours must gain more.
    fn revert(
        &self,
        pieces: &mut [Piece],
        heard: &[char],
        known: &Known,
        question: Option<&Answers>,
        dictionary: &Dictionary,
    ) {
        for at in 0..pieces.len() {
            let place = pieces[at].at.clone();
            let was = &heard[place.clone()];
            if pieces[at].chars[..] == *was {
                continue;
            }
            let as_heard = Piece {
                at: place.clone(),
                chars: was.to_vec(),
                channel: 0.0,
                word: false,
            };
            let with = self.cost(pieces);
            let repaired = std::mem::replace(&mut pieces[at], as_heard);
            let gain = self.cost(pieces) - with;
            let lost = differing(&repaired, was);
            // What is confirmed in any case may be guessed more freely: 鸟不出来.
            let asked = repaired.chars.iter().any(|c| self.confirmed.contains(c));
            let mut needed = if asked {
                self.costs.margin_asked
            } else {
                self.costs.margin
            };
            if lost.iter().any(|at| known.is_in_own(*at)) {
                needed += self.costs.margin_own;
            }
            let breaks = lost.iter().any(|at| known.is_in_word(*at));
            if breaks {
                needed += self.costs.margin_word;
            }
            let after = pieces[at + 1..]
                .iter()
                .flat_map(|piece| &piece.chars)
                .copied();
            let before = pieces[..at].iter().flat_map(|piece| &piece.chars).copied();
            let before: Vec<char> = before.collect();
            let start = before.len();
            let text: Vec<char> = before
                .into_iter()
                .chain(repaired.chars.iter().copied())
                .chain(after)
                .collect();
            let place = start..start + repaired.chars.len();
            let meant = || {
                makes_a_word(&text, &place, question, dictionary)
                    || self.nearly_a_word(&text, &place)
            };
            // What makes no word of ours may not cost a good word of the language.
            let plain = || !breaks && gain >= needed + self.costs.margin_other;
            if gain >= needed && (plain() || meant()) {
                pieces[at] = repaired;
            }
        }
    }

    /// The new words are part of a longer word of the graph but for one character: 腰间盘突出 for 腰椎间盘突出.
    fn nearly_a_word(&self, text: &[char], place: &Range<usize>) -> bool {
        let starts = place.start.saturating_sub(AROUND)..=place.start;
        let last = text.len().min(place.end + AROUND);
        starts.into_iter().any(|start| {
            (place.end..=last)
                .filter(|end| (AROUND..=vocabulary::LONGEST).contains(&(end - start)))
                .any(|end| {
                    let stretch = &text[start..end];
                    let sounds: Option<Vec<Syllable>> =
                        stretch.iter().map(|c| Syllable::of(*c)).collect();
                    let near = sounds.map(|sounds| self.vocabulary.near(&sounds));
                    near.into_iter()
                        .flatten()
                        .any(|word| lacks_one(&word.chars, stretch))
                })
        })
    }

    /// What pieces cost, heard and said.
    fn cost(&self, pieces: &[Piece]) -> f32 {
        let (mut a, mut b) = (0, self.language.edge);
        let mut cost = 0.0;
        for piece in pieces {
            let mut language = 0.0;
            for c in &piece.chars {
                let unit = self.language.unit(*c);
                language += self.language.cost(a, b, unit);
                (a, b) = (b, unit);
            }
            cost += piece.channel
                + if piece.word {
                    language.min(self.costs.word) - lattice::OURS
                } else {
                    language
                };
        }
        cost + self.language.cost(a, b, self.language.edge)
    }
}

/// The words of one character.
fn single(words: &[String]) -> HashSet<char> {
    let one = |word: &String| {
        let mut chars = word.chars();
        chars.next().filter(|_| chars.next().is_none())
    };
    words.iter().filter_map(one).collect()
}

/// What each question expects to hear: its labels and the phrases known to answer it; of numbers, the words for them.
fn answers(knowledge: &Knowledge) -> BTreeMap<QuestionId, Answers> {
    let mut found: BTreeMap<QuestionId, Answers> = BTreeMap::new();
    let answers = &knowledge.words.cues.answers;
    for (id, question) in &knowledge.questions {
        let mut expressions: Vec<String> =
            question.options.iter().map(|o| o.label.clone()).collect();
        match question.kind {
            QuestionKind::Number | QuestionKind::Scale | QuestionKind::Duration => {
                expressions.push(knowledge.spoken.sounds.times.clone());
            }
            QuestionKind::Choice | QuestionKind::Multi if question.safety => {
                expressions.extend(answers.yes.iter().chain(&answers.no).cloned());
            }
            _ => {}
        }
        found.entry(id.clone()).or_default().expressions = expressions;
    }
    for phrase in &knowledge.words.answers {
        if let Some(answers) = found.get_mut(phrase.question.as_str()) {
            answers.expressions.push(phrase.expression.clone());
        }
    }
    for answers in found.values_mut() {
        let chars = answers.expressions.iter().flat_map(|one| one.chars());
        answers.chars = chars.filter(|c| normalise::is_han(*c)).collect();
    }
    found
}

/// Changed pieces that touch become one, so that they are judged together.
fn joined(pieces: Vec<Piece>, heard: &[char]) -> Vec<Piece> {
    let mut found: Vec<Piece> = vec![];
    let changed = |piece: &Piece| piece.chars[..] != heard[piece.at.clone()];
    for piece in pieces {
        match found.last_mut() {
            Some(last) if changed(last) && changed(&piece) && !last.word && !piece.word => {
                last.at.end = piece.at.end;
                last.chars.extend(piece.chars);
                last.channel += piece.channel;
            }
            _ => found.push(piece),
        }
    }
    found
}

/// One is the other with a single character left out.
fn lacks_one(word: &[char], stretch: &[char]) -> bool {
    word.len() == stretch.len() + 1
        && (0..word.len()).any(|at| word[..at] == stretch[..at] && word[at + 1..] == stretch[at..])
}

/// Places of the heard text that a piece changes.
fn differing(piece: &Piece, was: &[char]) -> Vec<usize> {
    let same_length = piece.chars.len() == was.len();
    let differs =
        |at: &usize| !same_length || piece.chars[at - piece.at.start] != was[at - piece.at.start];
    piece.at.clone().filter(differs).collect()
}

/// The new words are among those that mean something to us, or answer the question.
fn makes_a_word(
    text: &[char],
    place: &Range<usize>,
    question: Option<&Answers>,
    dictionary: &Dictionary,
) -> bool {
    let plain: String = text.iter().map(|c| normalise::spelt(*c)).collect();
    let touches = |start: usize, end: usize| start < place.end && place.start < end;
    let known = dictionary
        .occurrences(&plain)
        .into_iter()
        .any(|(start, end, pattern)| {
            let meanings = dictionary.meanings(pattern);
            let domain = meanings.iter().any(is_domain);
            let idle = |one: &Meaning| matches!(one, Meaning::Intent(_) | Meaning::Cue(Cue::Idiom));
            touches(start, end) && (domain || end - start > 1 && !meanings.iter().all(idle))
        });
    let near: String = text[place.start.saturating_sub(1)..(place.end + 1).min(text.len())]
        .iter()
        .collect();
    known
        || question.is_some_and(|answers| {
            let says = |one: &String| one.contains(&near) || near.contains(one.as_str());
            answers.expressions.iter().any(says)
        })
}

fn is_domain(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Entry(_) | Meaning::Part(_) | Meaning::Sensation(_)
    )
}

/// Which stretches of the heard text are words already.
struct Known {
    /// Words of the graph.
    own: Vec<Range<usize>>,
    /// Words of the language of more than one character.
    words: Vec<(usize, usize)>,
}

impl Known {
    fn of(chars: &[char], dictionary: &Dictionary, segmenter: &Segmenter) -> Self {
        let plain: Vec<char> = chars.iter().map(|c| normalise::spelt(*c)).collect();
        let text: String = plain.iter().collect();
        let own = dictionary
            .occurrences(&text)
            .into_iter()
            .filter(|(_, _, pattern)| dictionary.meanings(*pattern).iter().any(is_domain));
        Self {
            own: own.map(|(start, end, _)| start..end).collect(),
            words: segmenter.words(&plain),
        }
    }

    /// The character is a word of the graph or in one.
    fn covers(&self, at: usize) -> bool {
        self.own.iter().any(|word| word.contains(&at))
    }

    /// The character is in a longer word of the graph.
    fn is_in_own(&self, at: usize) -> bool {
        self.own
            .iter()
            .any(|word| word.len() > 1 && word.contains(&at))
    }

    /// The character is in a longer word of the language.
    fn is_in_word(&self, at: usize) -> bool {
        let word = self.words.get(at);
        word.is_some_and(|(start, end)| end - start > 1)
    }
}
