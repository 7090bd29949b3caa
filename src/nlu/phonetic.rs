//! Stage 2b: words that sound like ours and are not: 要间盘图出 → 腰间盘突出, 屁古 → 屁股.
//!
//! Speech recognition and pinyin typing write the sound. Sounds that dialects mix up count as one: z/zh, c/ch, s/sh,
//! n/l/r, h/f before u, -n/-ng; tones do not count. A repair never changes the length of the text, so every finding keeps
//! its place and its quote in the patient's own words.

use std::collections::HashMap;
use std::ops::Range;

use pinyin::ToPinyin;

use super::dictionary::{Dictionary, Meaning};
use super::normalise::is_han;

/// Words of more characters are not looked for.
const LONGEST: usize = 8;
/// Characters that say little by themselves: 要疼 need not be a misheard 腰疼.
const FUNCTION: &str = "有是的了一我你他她它就要会很都也在这那还和跟给把被让到得着过去来上下里个又再才只能想说看做吃比像如";
/// Characters that deny.
const DENIALS: &str = "不没无冇莫勿未唔毋弗别";
/// Readings that are rarer than another one of the character, and usual here.
const READINGS: [(char, &str); 9] = [
    ('椎', "zhui"),
    ('便', "bian"),
    ('重', "zhong"),
    ('血', "xue"),
    ('壳', "ke"),
    ('觉', "jue"),
    ('露', "lou"),
    ('落', "luo"),
    ('大', "da"),
];

/// A sound, counted from 1; 0 is what has none.
type Sound = u16;

/// The words of the dictionary by their sound.
pub(super) struct Phonetic {
    sounds: HashMap<String, Sound>,
    words: HashMap<Vec<Sound>, Vec<Vec<char>>>,
}

impl Phonetic {
    /// Indexes words. Those of two characters are easily met by chance, so only `short` ones of them count.
    pub fn new<'a>(
        words: impl Iterator<Item = &'a str>,
        short: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut index = Self {
            sounds: HashMap::new(),
            words: HashMap::new(),
        };
        let long = words.filter(|word| word.chars().count() > 2);
        let short = short.filter(|word| word.chars().count() == 2);
        for word in long.chain(short) {
            let chars: Vec<char> = word.chars().collect();
            if !(2..=LONGEST).contains(&chars.len()) || !chars.iter().all(|c| is_han(*c)) {
                continue;
            }
            let Some(key) = chars
                .iter()
                .map(|c| index.learn(*c))
                .collect::<Option<Vec<Sound>>>()
            else {
                continue;
            };
            index.words.entry(key).or_default().push(chars);
        }
        index
    }

    /// Puts our words where their sounds stand; gives the places. `words` is the word that each character is in.
    pub fn repair(
        &self,
        chars: &mut [char],
        words: &[(usize, usize)],
        dictionary: &Dictionary,
    ) -> Vec<Range<usize>> {
        let sounds: Vec<Sound> = chars.iter().map(|c| self.sound(*c)).collect();
        let (single, known): (Vec<Range<usize>>, Vec<Range<usize>>) = known(chars, dictionary)
            .into_iter()
            .partition(|word| word.len() == 1);
        let mut repaired: Vec<Range<usize>> = vec![];
        let mut at = 0;
        while at < chars.len() {
            let longest = LONGEST.min(chars.len() - at);
            let found = (2..=longest).rev().find_map(|length| {
                let place = at..at + length;
                let word = self.meant(&chars[place.clone()], &sounds[place.clone()])?;
                let changed = place
                    .clone()
                    .filter(|at| word[at - place.start] != chars[*at]);
                let means_something = changed
                    .clone()
                    .any(|at| single.iter().any(|one| one.start == at));
                (plausible(chars, &place, word, words)
                    && !breaks(&known, &place)
                    && !means_something)
                    .then(|| (place, word.to_vec()))
            });
            match found {
                Some((place, word)) => {
                    at = place.end;
                    chars[place.clone()].copy_from_slice(&word);
                    repaired.push(place);
                }
                None => at += 1,
            }
        }
        repaired
    }

    /// The word of these sounds that shares most characters, unless the text has the word or a namesake shares as many.
    fn meant(&self, text: &[char], sounds: &[Sound]) -> Option<&[char]> {
        if sounds.contains(&0) {
            return None;
        }
        let namesakes = self.words.get(sounds)?;
        let most = namesakes.iter().map(|word| shared(word, text)).max()?;
        let mut best = namesakes.iter().filter(|word| shared(word, text) == most);
        let word = best.next()?;
        (most < text.len() && best.next().is_none()).then_some(word)
    }

    fn learn(&mut self, c: char) -> Option<Sound> {
        let sound = reading(c)?;
        let next = Sound::try_from(self.sounds.len() + 1).ok()?;
        Some(*self.sounds.entry(sound).or_insert(next))
    }

    fn sound(&self, c: char) -> Sound {
        let sound = reading(c).and_then(|sound| self.sounds.get(&sound));
        sound.copied().unwrap_or_default()
    }
}

fn shared(word: &[char], text: &[char]) -> usize {
    std::iter::zip(word, text).filter(|(a, b)| a == b).count()
}

/// A character's sound with what dialects mix up made one.
fn reading(c: char) -> Option<String> {
    let usual = READINGS.iter().find(|(one, _)| *one == c);
    let plain = match usual {
        Some((_, sound)) => sound,
        None => c.to_pinyin()?.plain(),
    };
    let (initial, rest) = match plain {
        p if p.starts_with("zh") || p.starts_with("ch") || p.starts_with("sh") => {
            (&p[..1], &p[2..])
        }
        p if p.starts_with(['n', 'r']) => ("l", &p[1..]),
        p if p.starts_with("hu") && p.len() > 2 => ("f", &p[2..]),
        p => ("", p),
    };
    let rest = rest
        .strip_suffix('g')
        .filter(|r| r.ends_with('n'))
        .unwrap_or(rest);
    Some(format!("{initial}{rest}"))
}

/// Places of words that mean something to us.
fn known(chars: &[char], dictionary: &Dictionary) -> Vec<Range<usize>> {
    let text: String = chars.iter().collect();
    let occurrences = dictionary.occurrences(&text).into_iter();
    let domain = |pattern: usize| {
        dictionary.meanings(pattern).iter().any(|meaning| {
            matches!(
                meaning,
                Meaning::Entry(_) | Meaning::Part(_) | Meaning::Sensation(_)
            )
        })
    };
    occurrences
        .filter(|(start, end, pattern)| end - start > 1 || domain(*pattern))
        .map(|(start, end, _)| start..end)
        .collect()
}

/// The repair would destroy a word that we have.
fn breaks(known: &[Range<usize>], place: &Range<usize>) -> bool {
    known.iter().any(|word| {
        let inside = word.start >= place.start && word.end <= place.end;
        word.start < place.end && place.start < word.end && (!inside || *word == *place)
    })
}

/// Likely misheard: most of a long word stands there, or of a short one the rest makes no word of the language.
fn plausible(
    chars: &[char],
    place: &Range<usize>,
    word: &[char],
    words: &[(usize, usize)],
) -> bool {
    let text = &chars[place.clone()];
    let differ: Vec<usize> = (0..word.len()).filter(|k| word[*k] != text[*k]).collect();
    let functional = |k: &usize| FUNCTION.contains(text[*k]);
    let whole = |at: usize| {
        let (start, end) = words[at];
        end - start > 1 && (start < place.start || end > place.end)
    };
    // A word that reaches over the edge is a word of another thing said.
    if place.clone().any(whole) {
        return false;
    }
    let inner_word = |k: &usize| {
        let (start, end) = words[place.start + k];
        end - start > 1
    };
    // 腰不酸 is no 腰部酸: what turns a meaning round is never a mishearing.
    if differ
        .iter()
        .any(|k| DENIALS.contains(text[*k]) || DENIALS.contains(word[*k]))
    {
        return false;
    }
    match word.len() {
        2 | 3 => differ.len() == 1 && !differ.iter().any(|k| functional(k) || inner_word(k)),
        // 俺是憋不住 is no 屎憋不住.
        length => differ.len() < length && !differ.iter().all(functional),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dialects_mix_up_is_one_sound() {
        for (one, other) in [
            ('股', '古'),
            ('腰', '要'),
            ('刺', '次'),
            ('耻', '次'),
            ('脑', '老'),
            ('肩', '江'),
            ('肤', '夫'),
        ] {
            assert_eq!(reading(one), reading(other), "{one} {other}");
        }
        assert_ne!(reading('腿'), reading('脚'));
        assert_eq!(reading('x'), None);
    }
}
