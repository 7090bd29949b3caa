//! Syllables, and what it costs to hear one for another.

use pinyin::ToPinyin;

use crate::knowledge::{SoundCosts, SoundPair};

/// Initials; y and w are initials here.
const INITIALS: [&str; 24] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r",
    "z", "c", "s", "y", "w", "",
];
/// Finals; `v` is ü.
const FINALS: [&str; 35] = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie",
    "iao", "iu", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un",
    "uang", "v", "ve", "van", "vn",
];
/// How many syllables there can be; most are never said.
pub(super) const SYLLABLES: usize = INITIALS.len() * FINALS.len();

/// Readings that are rarer than another one of the character, and usual here.
const READINGS: [(char, &str); 14] = [
    ('椎', "zhui"),
    ('便', "bian"),
    ('重', "zhong"),
    ('血', "xue"),
    ('壳', "ke"),
    ('觉', "jue"),
    ('露', "lou"),
    ('落', "luo"),
    ('大', "da"),
    ('着', "zhe"),
    ('得', "de"),
    ('地', "de"),
    ('系', "xi"),
    ('弹', "tan"),
];

/// A syllable without its tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Syllable(u16);

impl Syllable {
    /// How a character is read.
    pub fn of(c: char) -> Option<Self> {
        let usual = READINGS.iter().find(|(one, _)| *one == c);
        match usual {
            Some((_, sound)) => Self::parse(sound),
            None => Self::parse(c.to_pinyin()?.plain()),
        }
    }

    fn parse(plain: &str) -> Option<Self> {
        let initial = INITIALS.iter().position(|one| plain.starts_with(one))?;
        let front = matches!(INITIALS[initial], "j" | "q" | "x" | "y");
        let rest = plain[INITIALS[initial].len()..].replace('ü', "v");
        let rest = match rest.as_str() {
            "u" | "ue" | "uan" | "un" if front => rest.replacen('u', "v", 1),
            _ => rest,
        };
        let last = FINALS.iter().position(|one| *one == rest)?;
        u16::try_from(initial * FINALS.len() + last).ok().map(Self)
    }

    /// Its place in a table of [`SYLLABLES`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    fn initial(self) -> usize {
        self.index() / FINALS.len()
    }

    fn last(self) -> usize {
        self.index() % FINALS.len()
    }

    /// The syllable with what dialects mix up made one.
    pub fn folded(self) -> Self {
        let initial = match INITIALS[self.initial()] {
            "zh" => "z",
            "ch" => "c",
            "sh" => "s",
            "n" | "r" => "l",
            other => other,
        };
        let last = FINALS[self.last()];
        let (initial, last) = match (initial, last) {
            ("h", "ua") => ("f", "a"),
            ("h", "uan" | "uang") => ("f", "an"),
            ("h", "ui") => ("f", "ei"),
            ("h", "un") => ("f", "en"),
            (initial, last) => (initial, last.strip_suffix('g').unwrap_or(last)),
        };
        let place = |list: &[&str], one: &str| list.iter().position(|other| *other == one);
        let found = place(&INITIALS, initial).zip(place(&FINALS, last));
        let folded = found.and_then(|(a, b)| u16::try_from(a * FINALS.len() + b).ok());
        folded.map_or(self, Self)
    }
}

/// Distances between syllables for one region.
pub(super) struct Distances {
    initials: Vec<f32>,
    finals: Vec<f32>,
    farthest: f32,
}

impl Distances {
    /// For the regions given, the patient's own and those it belongs to.
    pub fn new(costs: &SoundCosts, regions: &[&str]) -> Self {
        Self {
            initials: table(&INITIALS, &costs.initials, regions),
            finals: table(&FINALS, &costs.finals, regions),
            farthest: costs.farthest,
        }
    }

    /// What it costs to hear one for the other; `None` when they are too far apart.
    pub fn between(&self, one: Syllable, other: Syllable) -> Option<f32> {
        if one == other {
            return Some(0.0);
        }
        let initial = self.initials[one.initial() * INITIALS.len() + other.initial()];
        let last = self.finals[one.last() * FINALS.len() + other.last()];
        let last = if rounded(one, other) || rounded(other, one) {
            0.0
        } else {
            last
        };
        Some(initial + last).filter(|cost| *cost <= self.farthest)
    }
}

/// hui and fei: h before u is f, and the u goes with it.
fn rounded(one: Syllable, other: Syllable) -> bool {
    let (a, b) = (FINALS[one.last()], FINALS[other.last()]);
    let plain = match a {
        "ui" => "ei",
        "un" => "en",
        a => a.strip_prefix('u').unwrap_or(""),
    };
    INITIALS[one.initial()] == "h"
        && INITIALS[other.initial()] == "f"
        && !plain.is_empty()
        && plain == b
}

fn table(sounds: &[&str], pairs: &[SoundPair], regions: &[&str]) -> Vec<f32> {
    let size = sounds.len();
    let mut table = vec![f32::INFINITY; size * size];
    (0..size).for_each(|at| table[at * size + at] = 0.0);
    let place = |one: &str| sounds.iter().position(|other| *other == one);
    for pair in pairs {
        let here = pair
            .regions
            .iter()
            .any(|one| regions.contains(&one.as_str()));
        let cost = pair.there.filter(|_| here).unwrap_or(pair.cost);
        if let (Some(a), Some(b)) = (place(&pair.of[0]), place(&pair.of[1])) {
            table[a * size + b] = cost;
            table[b * size + a] = cost;
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(c: char) -> Syllable {
        Syllable::of(c).unwrap_or_else(|| panic!("{c} has a sound"))
    }

    #[test]
    fn every_common_character_has_a_syllable() {
        for c in '\u{4e00}'..'\u{9f00}' {
            if let Some(sound) = c.to_pinyin() {
                let plain = sound.plain();
                let odd = ["m", "n", "ng", "hm", "hng", "ê", "yo", "lo", "lüan"];
                let known = Syllable::of(c).is_some() || odd.contains(&plain);
                assert!(known, "{c} {plain}");
            }
        }
    }

    #[test]
    fn what_dialects_mix_up_folds_into_one() {
        for (one, other) in [
            ('腰', '要'),
            ('刺', '吃'),
            ('脑', '老'),
            ('肩', '江'),
            ('辉', '飞'),
        ] {
            assert_eq!(of(one).folded(), of(other).folded(), "{one} {other}");
        }
        assert_ne!(of('腿').folded(), of('脚').folded());
    }
}
