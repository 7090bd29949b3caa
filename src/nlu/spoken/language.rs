//! How likely a character follows two others in what patients say: an interpolated three-character model (Witten and Bell, 1991).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::knowledge::Follows;

use super::super::normalise::is_han;
use super::sounds::{SYLLABLES, Syllable};

/// A character of the model; 0 is one that it does not know.
pub(super) type Unit = u16;

/// A boundary in the data file.
const BOUNDARY: char = '^';
/// A number in digits.
const NUMBER: char = '#';
/// So many times, among all, a character is met that was never seen.
const UNSEEN: f32 = 0.02;
/// Among how many such characters that is shared.
const STRANGERS: f32 = 8000.0;

/// The model.
pub(super) struct Language {
    units: HashMap<char, Unit>,
    chars: Vec<char>,
    single: Vec<f32>,
    pairs: Table,
    triples: Table,
    /// How much of a context's mass its followers have, by context of one and of two.
    after_one: HashMap<u64, (f32, f32), Fast>,
    after_two: HashMap<u64, (f32, f32), Fast>,
    /// Characters by syllable, most frequent first.
    by_sound: Vec<Vec<Unit>>,
    /// The boundary.
    pub edge: Unit,
}

type Fast = BuildHasherDefault<Mix>;
type Table = HashMap<u64, f32, Fast>;

/// A hasher for keys that are numbers already.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u64(&mut self, key: u64) {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

impl Language {
    /// Indexes the counts.
    pub fn new(rows: &[Follows]) -> Self {
        let mut language = Self {
            units: HashMap::new(),
            chars: vec!['\0'],
            single: vec![],
            pairs: Table::default(),
            triples: Table::default(),
            after_one: HashMap::default(),
            after_two: HashMap::default(),
            by_sound: vec![vec![]; SYLLABLES],
            edge: 0,
        };
        for row in rows {
            row.context.iter().for_each(|c| language.learn(*c));
            row.next.iter().for_each(|(c, _)| language.learn(*c));
        }
        language.edge = language.unit(BOUNDARY);
        language.single = vec![0.0; language.chars.len()];
        rows.iter().for_each(|row| language.count(row));
        language
    }

    fn learn(&mut self, c: char) {
        if let (false, Ok(next)) = (
            self.units.contains_key(&c),
            Unit::try_from(self.chars.len()),
        ) {
            self.units.insert(c, next);
            self.chars.push(c);
        }
    }

    fn count(&mut self, row: &Follows) {
        let total: u32 = row.next.iter().map(|(_, n)| n).sum();
        let (total, kinds) = (total as f32, row.next.len() as f32);
        let share = (total / (total + kinds), total);
        let context: Vec<Unit> = row.context.iter().map(|c| self.unit(*c)).collect();
        for (c, n) in &row.next {
            let (unit, n) = (self.unit(*c), *n as f32);
            match context[..] {
                [] => {
                    self.single[usize::from(unit)] = n / total * (1.0 - UNSEEN);
                    if let Some(sound) = Syllable::of(*c).filter(|_| is_han(*c)) {
                        self.by_sound[sound.index()].push(unit);
                    }
                }
                [b] => {
                    self.pairs.insert(key(0, b, unit), n / total);
                }
                [a, b] => {
                    self.triples.insert(key(a, b, unit), n / total);
                }
                _ => {}
            }
        }
        match context[..] {
            [b] => {
                self.after_one.insert(key(0, 0, b), share);
            }
            [a, b] => {
                self.after_two.insert(key(0, a, b), share);
            }
            _ => {}
        }
    }

    /// The unit of a character.
    pub fn unit(&self, c: char) -> Unit {
        let c = match c {
            c if c.is_ascii_digit() => NUMBER,
            c if is_han(c) || c == NUMBER => c,
            _ => BOUNDARY,
        };
        self.units.get(&c).copied().unwrap_or_default()
    }

    /// The character of a unit.
    pub fn char(&self, unit: Unit) -> char {
        self.chars[usize::from(unit)]
    }

    /// Characters of a sound, most frequent first.
    pub fn of_sound(&self, sound: usize) -> &[Unit] {
        &self.by_sound[sound]
    }

    /// Minus the logarithm of the probability that `c` follows `a` and `b`.
    pub fn cost(&self, a: Unit, b: Unit, c: Unit) -> f32 {
        let mut likely = self.single[usize::from(c)].max(UNSEEN / STRANGERS);
        if let Some((share, _)) = self.after_one.get(&key(0, 0, b)) {
            let seen = self.pairs.get(&key(0, b, c)).copied().unwrap_or_default();
            likely = share * seen + (1.0 - share) * likely;
        }
        if let Some((share, _)) = self.after_two.get(&key(0, a, b)) {
            let seen = self.triples.get(&key(a, b, c)).copied().unwrap_or_default();
            likely = share * seen + (1.0 - share) * likely;
        }
        -likely.ln()
    }
}

fn key(a: Unit, b: Unit, c: Unit) -> u64 {
    u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c)
}
