//! The likeliest words behind a recogniser's text: a beam search over what each character may have been.
//!
//! Every character may be itself or one that sounds like it, and every stretch may be a word of the graph that sounds nearly so. What
//! a reading costs is how badly it was heard (`spoken.toml`) plus how little patients say it (`language.rs`).

use std::ops::Range;

use crate::knowledge::SoundCosts;

use super::language::{Language, Unit};
use super::sounds::{Distances, Syllable};
use super::vocabulary::{LONGEST, Vocabulary, Word};

/// Readings kept at each place.
const BEAM: usize = 10;
/// Readings so much worse than the best are dropped, in nats.
const HOPELESS: f32 = 14.0;
/// Characters looked at for each sound, and for all sounds together.
const OF_A_SOUND: usize = 12;
const OF_ALL: usize = 30;
/// A syllable that sounds quite different inside a word of so many characters.
const STRANGE: f32 = 6.5;
const STRANGE_FROM: usize = 4;
/// A word of the graph that is heard worse than this, per character, is another word.
const WORST: f32 = 2.6;
/// What a side costs in addition where it is part of a longer word: 左骨神经.
const SIDE: f32 = 2.0;
/// What it is worth that the characters are a word of the graph: they are judged together then, not one by one.
pub(super) const OURS: f32 = 0.5;
/// How sure a token is that says nothing of it.
const USUAL: f32 = 0.9;

/// A character as it was heard.
pub(super) struct HeardChar {
    /// The character.
    pub c: char,
    /// Its unit in the language.
    pub unit: Unit,
    /// Its sound; none for what is not Chinese.
    pub sound: Option<Syllable>,
    /// Probability of its token, if the recogniser tells.
    pub sure: Option<f32>,
    /// Denials, numerals, sides: never heard away.
    pub kept: Kept,
    /// A word of the graph by itself, which no denial may take the place of.
    pub means: bool,
}

/// Why a character stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It need not.
    No,
    /// It turns a meaning round or counts.
    Always,
    /// It is a side, and may be part of a longer word only.
    Side,
}

/// What the search needs to know.
pub(super) struct Means<'a> {
    pub language: &'a Language,
    pub vocabulary: &'a Vocabulary,
    pub costs: &'a SoundCosts,
    pub distances: &'a Distances,
    /// A character that denies.
    pub denies: &'a dyn Fn(char) -> bool,
    /// Characters that the open question makes likely.
    pub expected: &'a dyn Fn(char) -> bool,
}

/// A stretch of the heard text and what it is read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// Where, in characters.
    pub at: Range<usize>,
    /// As what.
    pub chars: Vec<char>,
    /// What hearing it so costs.
    pub channel: f32,
    /// It is a word of the graph.
    pub word: bool,
}

/// What being expected is worth.
const EXPECTED: f32 = 0.7;

struct Reading {
    a: Unit,
    b: Unit,
    cost: f32,
    /// Place of its last piece among all pieces, and of the one before.
    last: Option<usize>,
}

/// The likeliest reading as pieces from left to right; pieces that are as heard are among them.
pub(super) fn read(heard: &[HeardChar], means: &Means<'_>) -> Vec<Piece> {
    let mut pieces: Vec<(Piece, Option<usize>)> = vec![];
    let mut places: Vec<Vec<Reading>> = (0..=heard.len()).map(|_| vec![]).collect();
    places[0].push(Reading {
        a: 0,
        b: means.language.edge,
        cost: 0.0,
        last: None,
    });
    let syllables: Vec<Option<Syllable>> = heard.iter().map(|one| one.sound).collect();
    for at in 0..heard.len() {
        let readings = pruned(std::mem::take(&mut places[at]));
        for (unit, c, channel) in candidates(&heard[at], means) {
            let mut best: Vec<Reading> = vec![];
            for reading in &readings {
                let language = means.language.cost(reading.a, reading.b, unit);
                best.push(Reading {
                    a: reading.b,
                    b: unit,
                    cost: reading.cost + channel + language,
                    last: reading.last,
                });
            }
            extend(&mut pieces, &mut places[at + 1], best, |_| Piece {
                at: at..at + 1,
                chars: vec![c],
                channel,
                word: false,
            });
        }
        for length in 2..=LONGEST.min(heard.len() - at) {
            let stretch = &heard[at..at + length];
            let Some(sounds) = syllables[at..at + length]
                .iter()
                .copied()
                .collect::<Option<Vec<Syllable>>>()
            else {
                break;
            };
            for word in means.vocabulary.near(&sounds) {
                let Some(channel) = aligned(stretch, word, means) else {
                    continue;
                };
                let best = readings
                    .iter()
                    .map(|reading| spoken_word(reading, word, channel, means))
                    .collect();
                extend(&mut pieces, &mut places[at + length], best, |_| Piece {
                    at: at..at + length,
                    chars: word.chars.clone(),
                    channel,
                    word: true,
                });
            }
        }
    }
    let last = pruned(std::mem::take(&mut places[heard.len()]));
    // The end of the text is a boundary, too.
    let end = |one: &Reading| one.cost + means.language.cost(one.a, one.b, means.language.edge);
    let best = last.iter().min_by(|a, b| end(a).total_cmp(&end(b)));
    let mut found = vec![];
    let mut next = best.and_then(|one| one.last);
    while let Some(at) = next {
        found.push(pieces[at].0.clone());
        next = pieces[at].1;
    }
    found.reverse();
    found
}

fn extend(
    pieces: &mut Vec<(Piece, Option<usize>)>,
    place: &mut Vec<Reading>,
    readings: Vec<Reading>,
    piece: impl Fn(()) -> Piece,
) {
    let best = place
        .iter()
        .map(|one| one.cost)
        .fold(f32::INFINITY, f32::min);
    for mut reading in readings {
        if reading.cost > best + HOPELESS {
            continue;
        }
        pieces.push((piece(()), reading.last));
        reading.last = Some(pieces.len() - 1);
        place.push(reading);
    }
}

/// The best few, one for each two last characters.
fn pruned(mut readings: Vec<Reading>) -> Vec<Reading> {
    readings.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut kept: Vec<Reading> = vec![];
    for reading in readings {
        let best = kept.first().map_or(reading.cost, |one| one.cost);
        if kept.len() == BEAM || reading.cost > best + HOPELESS {
            break;
        }
        if !kept
            .iter()
            .any(|one| (one.a, one.b) == (reading.a, reading.b))
        {
            kept.push(reading);
        }
    }
    kept
}

/// What it costs that a character is not the one heard, and what it costs that it is.
fn odds(one: &HeardChar) -> (f32, f32) {
    let sure = one.sure.unwrap_or(USUAL).clamp(0.3, 0.99);
    // Half of the way: recognisers are surer of themselves than they should be.
    let shift = (((1.0 - USUAL) / (1.0 - sure)).ln() / 2.0).clamp(-1.0, 1.2);
    (-sure.ln(), shift)
}

/// What a single character may have been, with what hearing it so costs.
fn candidates(one: &HeardChar, means: &Means<'_>) -> Vec<(Unit, char, f32)> {
    let (keep, shift) = odds(one);
    let mut found = vec![(one.unit, one.c, keep)];
    let (Some(sound), Kept::No) = (one.sound, one.kept) else {
        return found;
    };
    let mut near: Vec<(f32, Unit, char)> = vec![];
    for index in 0..super::sounds::SYLLABLES {
        let units = means.language.of_sound(index);
        let Some(other) = units
            .first()
            .and_then(|unit| Syllable::of(means.language.char(*unit)))
        else {
            continue;
        };
        let Some(distance) = means.distances.between(sound, other) else {
            continue;
        };
        for unit in units.iter().take(OF_A_SOUND) {
            let c = means.language.char(*unit);
            let turned = (means.denies)(c) && (distance > 0.0 || one.means);
            if c == one.c || turned {
                continue;
            }
            let expected = if (means.expected)(c) { EXPECTED } else { 0.0 };
            near.push((
                means.costs.homophone + distance + shift - expected,
                *unit,
                c,
            ));
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.extend(
        near.into_iter()
            .take(OF_ALL)
            .map(|(cost, unit, c)| (unit, c, cost)),
    );
    found
}

fn spoken_word(reading: &Reading, word: &Word, channel: f32, means: &Means<'_>) -> Reading {
    let (mut a, mut b, mut language) = (reading.a, reading.b, 0.0);
    for c in &word.chars {
        let unit = means.language.unit(*c);
        language += means.language.cost(a, b, unit);
        (a, b) = (b, unit);
    }
    Reading {
        a,
        b,
        cost: reading.cost + channel + language.min(means.costs.word) - OURS,
        last: reading.last,
    }
}

/// What it costs to hear a word as this stretch; `None` when it is not it, or too far away.
fn aligned(stretch: &[HeardChar], word: &Word, means: &Means<'_>) -> Option<f32> {
    let (m, n) = (stretch.len(), word.chars.len());
    let same = m == n && stretch.iter().zip(&word.chars).all(|(one, c)| one.c == *c);
    if same {
        return None;
    }
    let mut table = vec![f32::INFINITY; (m + 1) * (n + 1)];
    let cell = |i: usize, j: usize| i * (n + 1) + j;
    table[0] = 0.0;
    for i in 0..=m {
        for j in 0..=n {
            let here = table[cell(i, j)];
            if here.is_infinite() {
                continue;
            }
            if i < m && j < n {
                let to = &mut table[cell(i + 1, j + 1)];
                *to = to.min(here + heard_as(&stretch[i], word, j, means));
            }
            if i < m && stretch[i].kept == Kept::No {
                let to = &mut table[cell(i + 1, j)];
                *to = to.min(here + means.costs.insertion);
            }
            if j < n && !(means.denies)(word.chars[j]) {
                let to = &mut table[cell(i, j + 1)];
                *to = to.min(here + means.costs.deletion);
            }
        }
    }
    let cost = table[cell(m, n)];
    (cost <= WORST * n as f32).then_some(cost)
}

fn heard_as(one: &HeardChar, word: &Word, at: usize, means: &Means<'_>) -> f32 {
    let (keep, shift) = odds(one);
    let c = word.chars[at];
    if one.c == c {
        return keep;
    }
    let distance = one
        .sound
        .and_then(|sound| means.distances.between(sound, word.sounds[at]));
    let long = word.chars.len() >= STRANGE_FROM;
    match (one.kept, distance) {
        (Kept::Always, _) => f32::INFINITY,
        _ if (means.denies)(c) && (one.means || distance != Some(0.0)) => f32::INFINITY,
        (Kept::Side, Some(0.0)) if long => means.costs.homophone + SIDE,
        (Kept::Side, _) => f32::INFINITY,
        (Kept::No, Some(distance)) => means.costs.homophone + distance + shift,
        (Kept::No, None) if long => STRANGE,
        (Kept::No, None) => f32::INFINITY,
    }
}
