//! Stage 3: which expressions stand where. Longest first within a kind, vetoes and idioms applied, the
//! patient's region preferred.

use std::collections::HashMap;

use jiff::civil::Date;

use super::calendar;
use super::dictionary::{Cue, Dictionary, Meaning, index};
use super::lore::Lore;
use super::normalise::{Normal, is_pause};
use super::paces::{Pace, paces};
use super::segment::Segmenter;
use super::times::{Time, times, walks};

/// An expression at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// First normalised character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What it means here.
    pub meaning: Meaning,
}

impl Token {
    /// True when the two share a character.
    pub fn overlaps(&self, start: usize, end: usize) -> bool {
        self.start < end && start < self.end
    }
}

/// A stretch between pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clause {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Number of its sentence.
    pub sentence: usize,
    /// Ends with a question mark.
    pub asked: bool,
}

/// A text with everything found in it.
pub(super) struct Scan {
    /// The text.
    pub normal: Normal,
    /// Tokens by start, longer first.
    pub tokens: Vec<Token>,
    /// Clauses (parted by `,` and stronger, not by `、`).
    pub clauses: Vec<Clause>,
    /// Times.
    pub times: Vec<Time>,
    /// Times that are compared with the next.
    pub paces: Vec<Pace>,
}

impl Scan {
    /// The clause at a character.
    pub fn clause_at(&self, position: usize) -> usize {
        self.clauses
            .iter()
            .position(|c| position < c.end)
            .unwrap_or(self.clauses.len().saturating_sub(1))
    }

    /// The characters of a range, as far as there are any; empty when the range is turned round.
    pub fn slice(&self, start: usize, end: usize) -> &[char] {
        let end = end.min(self.normal.chars.len());
        self.normal.chars.get(start..end).unwrap_or_default()
    }

    /// Tokens of one cue.
    pub fn cues(&self, cue: Cue) -> impl Iterator<Item = &Token> {
        self.tokens
            .iter()
            .filter(move |t| t.meaning == Meaning::Cue(cue))
    }

    /// True when a cue stands within a range.
    pub fn has(&self, cue: Cue, start: usize, end: usize) -> bool {
        self.cues(cue).any(|t| t.start >= start && t.end <= end)
    }

    /// The sentence around a clause: first and one past the last character.
    pub fn sentence(&self, clause: usize) -> (usize, usize) {
        let Some(this) = self.clauses.get(clause) else {
            return (0, 0);
        };
        let mut same = self.clauses.iter().filter(|c| c.sentence == this.sentence);
        let first = same.next().unwrap_or(this);
        (first.start, same.next_back().unwrap_or(first).end)
    }

    /// The sites of a part token.
    pub fn part(token: &Token) -> Option<u32> {
        match token.meaning {
            Meaning::Part(i) => Some(i),
            _ => None,
        }
    }
}

/// Finds everything.
pub(super) fn scan(
    normal: Normal,
    dictionary: &Dictionary,
    segmenter: &Segmenter,
    lore: &Lore,
    region: Option<&str>,
    today: Date,
) -> Scan {
    let text = normal.text();
    let words = segmenter.words(&normal.chars);
    let mut tokens = vec![];
    for (start, end, pattern) in dictionary.occurrences(&text) {
        if vetoed(&normal.chars, dictionary, start, end) {
            continue;
        }
        tokens.extend(dictionary.meanings(pattern).iter().map(|meaning| Token {
            start,
            end,
            meaning: *meaning,
        }));
    }
    swallow_idioms(&mut tokens);
    drop_torn(&mut tokens);
    if let Some(class) = dictionary.classes.iter().position(|name| name == WALK) {
        let walks = walks(&normal.chars).into_iter();
        tokens.extend(walks.map(|(start, end)| Token {
            start,
            end,
            meaning: Meaning::Class(index(class)),
        }));
    }
    let paces = paces(&normal.chars);
    let named = calendar::days(&normal.chars, &lore.words.calendar, today);
    let mut times = times(&normal.chars, &named);
    times.retain(|time| {
        !paces
            .iter()
            .any(|one| one.start < time.end && time.start < one.end)
    });
    tokens.extend(paces.iter().flat_map(|pace| how_it_goes(pace, &times)));
    let kept = resolve(&tokens, dictionary, lore, region, &normal.chars, &words);
    let clauses = clauses(&normal.chars);
    Scan {
        tokens: kept,
        clauses,
        times,
        paces,
        normal,
    }
}

/// Days from which on 一天不如一天 is a manner of speaking and no change within days: 右手半年了,一天不如一天.
const LONG: f64 = 42.0;

/// What a comparison of times says of the course.
fn how_it_goes(pace: &Pace, times: &[Time]) -> Vec<Token> {
    let long = times.iter().any(|time| !time.vague && time.days > LONG);
    let lately = times.iter().any(|time| time.vague || time.days <= LATELY);
    let within_days = pace.days.is_some_and(|days| days <= LATELY) && (lately || !long);
    let cues: &[Cue] = match (pace.better, within_days) {
        (true, _) => &[],
        (false, true) => &[Cue::Worse, Cue::Rapid],
        (false, false) => &[Cue::Worse, Cue::Gradual],
    };
    let token = |cue: &Cue| Token {
        start: pace.start,
        end: pace.end,
        meaning: Meaning::Cue(*cue),
    };
    cues.iter().map(token).collect()
}

/// Days of which one says 这几天.
const LATELY: f64 = 14.0;

fn vetoed(chars: &[char], dictionary: &Dictionary, start: usize, end: usize) -> bool {
    let word: String = chars[start..end].iter().collect();
    let Some((next, previous)) = dictionary.vetoes.get(&word) else {
        return false;
    };
    let follows = |w: &String| {
        !w.is_empty()
            && w.chars()
                .enumerate()
                .all(|(i, c)| chars.get(end + i) == Some(&c))
    };
    let precedes = |w: &String| {
        let n = w.chars().count();
        n > 0
            && start >= n
            && w.chars()
                .enumerate()
                .all(|(i, c)| chars[start - n + i] == c)
    };
    next.iter().any(follows) || previous.iter().any(precedes)
}

/// Whatever an idiom touches is gone; of two idioms the longer stays by itself.
/// A longer expression of the lexicon around the idiom wins over it (强直性脊柱炎 over 强直).
fn swallow_idioms(tokens: &mut Vec<Token>) {
    let idioms: Vec<Token> = tokens
        .iter()
        .filter(|t| t.meaning == Meaning::Cue(Cue::Idiom))
        .copied()
        .collect();
    let live = |idiom: &Token| {
        !tokens.iter().any(|t| {
            t.end - t.start > idiom.end - idiom.start
                && t.start <= idiom.start
                && t.end >= idiom.end
                && matches!(
                    t.meaning,
                    Meaning::Entry(_) | Meaning::Part(_) | Meaning::Sensation(_)
                )
        })
    };
    let idioms: Vec<Token> = idioms.into_iter().filter(live).collect();
    tokens.retain(|t| {
        t.meaning == Meaning::Cue(Cue::Idiom)
            || !idioms.iter().any(|i| {
                let covers = t.start <= i.start && t.end >= i.end;
                // 手术 and 脚手架 are no hand and no foot, but words that a frame asks for.
                let asked_for = matches!(t.meaning, Meaning::Literal(_) | Meaning::Class(_));
                let wins = covers && (asked_for || t.end - t.start > i.end - i.start);
                t.overlaps(i.start, i.end) && !wins
            })
    });
}

/// The class of `cues.toml` that a walked distance belongs to.
const WALK: &str = "walkfar";

/// Tokens that tear another word: 头疼 in 大腿前头疼, where the part ends inside it; 没觉 in 没觉得麻, where the
/// denial reaches over it to what is denied.
fn drop_torn(tokens: &mut Vec<Token>) {
    let all = tokens.clone();
    let is_part = |t: &&Token| matches!(t.meaning, Meaning::Part(_));
    let is_denial = |t: &&Token| matches!(t.meaning, Meaning::Cue(Cue::NegWide));
    let tells = |t: &Token| matches!(t.meaning, Meaning::Sensation(_) | Meaning::Entry(_));
    tokens.retain(|t| {
        let torn = matches!(t.meaning, Meaning::Entry(_))
            && all
                .iter()
                .filter(is_part)
                .any(|p| p.start < t.start && t.start < p.end && p.end < t.end);
        let denial = tells(t)
            && all.iter().filter(is_denial).any(|d| {
                let covers =
                    d.start <= t.start && t.end <= d.end && d.end - d.start > t.end - t.start;
                covers
                    && all
                        .iter()
                        .any(|o| tells(o) && o.start >= d.end && o.start <= d.end + 2)
            });
        // 没|见红, not 没见|红: a denial that ends inside a finding gives way to the shorter one before it.
        let shorter = matches!(t.meaning, Meaning::Cue(Cue::NegWide))
            && all.iter().filter(|o| tells(o)).any(|o| {
                let torn = t.start < o.start && o.start < t.end && t.end < o.end;
                torn && all
                    .iter()
                    .any(|d| is_negation(d) && d.start == t.start && d.end == o.start)
            });
        !torn && !denial && !shorter
    });
}

fn is_negation(token: &Token) -> bool {
    matches!(token.meaning, Meaning::Cue(Cue::NegWide | Cue::NegTight))
}

/// Longest-first within each kind.
fn resolve(
    tokens: &[Token],
    dictionary: &Dictionary,
    lore: &Lore,
    region: Option<&str>,
    chars: &[char],
    words: &[(usize, usize)],
) -> Vec<Token> {
    let mut by_kind: HashMap<u32, Vec<Token>> = HashMap::new();
    for token in tokens {
        if small_inside_word(token, tokens, chars, words)
            || (is_whole(token, dictionary) && !stands_alone(token, tokens, chars, words))
        {
            continue;
        }
        by_kind.entry(kind(token.meaning)).or_default().push(*token);
    }
    let mut kept = vec![];
    for (kind, mut group) in by_kind {
        if kind >= FREE {
            kept.extend(group);
            continue;
        }
        let rank = |t: &Token| preference(t, dictionary, lore, region);
        group.sort_by_key(|t| (t.start, usize::MAX - t.end, rank(t)));
        let mut reach = 0;
        for token in group {
            if token.start >= reach {
                reach = token.end;
                kept.push(token);
            }
        }
    }
    kept.sort_by_key(|t| (t.start, usize::MAX - t.end, t.meaning));
    kept
}

/// Kinds from here on keep every occurrence, overlapping ones too.
const FREE: u32 = 1000;

fn kind(meaning: Meaning) -> u32 {
    match meaning {
        Meaning::Entry(_) => 0,
        Meaning::Part(_) => 1,
        Meaning::Sensation(_) => 2,
        // Denials compete with each other: 没有 is not also 没.
        Meaning::Cue(Cue::NegWide | Cue::NegTight) => 3,
        Meaning::Cue(cue) => 10 + cue as u32,
        Meaning::Factor(i) => 100 + i,
        Meaning::Class(i) => FREE + i,
        Meaning::Literal(_) => FREE + 500,
        Meaning::Intent(i) => FREE + 600 + i,
    }
}

/// Lower is better: the patient's region, its parent, general, then other regions; high certainty first.
fn preference(
    token: &Token,
    dictionary: &Dictionary,
    lore: &Lore,
    region: Option<&str>,
) -> (u8, u8) {
    let said_in = match token.meaning {
        Meaning::Entry(i) => &dictionary.entries[i as usize].region,
        Meaning::Part(i) => &lore.words.parts[i as usize].region,
        _ => return (0, 0),
    };
    let parent = |id: &str| {
        lore.regions
            .iter()
            .find(|(r, _)| r == id)
            .and_then(|(_, p)| p.as_deref())
    };
    let place = match region {
        Some(region) if said_in == region => 0,
        Some(region) if parent(region) == Some(said_in) || parent(said_in) == Some(region) => 1,
        _ if said_in == "general" => 2,
        _ => 3,
    };
    let certainty = match token.meaning {
        Meaning::Entry(i) => 2 - dictionary.entries[i as usize].certainty as u8,
        _ => 0,
    };
    (place, certainty)
}

fn is_whole(token: &Token, dictionary: &Dictionary) -> bool {
    matches!(token.meaning, Meaning::Entry(i) if dictionary.entries[i as usize].whole_word)
}

/// One character that is a piece of an ordinary word (手 in 手机) is not the body part.
fn small_inside_word(
    token: &Token,
    tokens: &[Token],
    chars: &[char],
    words: &[(usize, usize)],
) -> bool {
    if token.end - token.start > 1
        || !matches!(
            token.meaning,
            Meaning::Part(_) | Meaning::Sensation(_) | Meaning::Entry(_)
        )
    {
        return false;
    }
    let Some(&(start, end)) = words.get(token.start) else {
        return false;
    };
    end - start > 1
        && (start..end).any(|i| i != token.start && !is_ours(i, start, end, tokens, chars))
}

/// A character that belongs to one of our words inside the same segment, or to nothing in particular.
fn is_ours(i: usize, start: usize, end: usize, tokens: &[Token], chars: &[char]) -> bool {
    LOOSE.contains(chars[i])
        || tokens.iter().any(|t| {
            t.start <= i
                && i < t.end
                // A part may begin before the segment: 背心头 in 背心|头疼.
                && (t.start >= start || matches!(t.meaning, Meaning::Part(_)))
                && t.end <= end
                && matches!(
                    t.meaning,
                    Meaning::Part(_) | Meaning::Sensation(_) | Meaning::Entry(_) | Meaning::Cue(_)
                )
        })
}

/// Characters that may stand beside a one-character word without making it another word.
const LOOSE: &str = "的了得着很有点好老就也都不没上下里这那边侧又会还一再发个只条双两左右半太更最真挺蛮几啊呀呢吧嘛咯哒咧唻哩嘞完过起到";

fn stands_alone(token: &Token, tokens: &[Token], chars: &[char], words: &[(usize, usize)]) -> bool {
    let cut = words.get(token.start).is_some_and(|w| w.0 == token.start)
        && words.get(token.end - 1).is_some_and(|w| w.1 == token.end);
    let edge = |position: Option<usize>| {
        position
            .and_then(|p| chars.get(p).map(|c| (p, *c)))
            .is_none_or(|(p, c)| {
                is_pause(c)
                    || LOOSE.contains(c)
                    || tokens.iter().any(|t| {
                        t.start <= p
                            && p < t.end
                            && !t.overlaps(token.start, token.end)
                            && matches!(
                                t.meaning,
                                Meaning::Part(_) | Meaning::Sensation(_) | Meaning::Cue(_)
                            )
                    })
            })
    };
    let free = edge(token.start.checked_sub(1)) && edge(Some(token.end));
    if token.end - token.start == 1 {
        free
    } else {
        cut || free
    }
}

/// Nobody speaks so long in one breath; a flood of words without a stop is cut, or what is read clause by clause would take
/// minutes.
const LONGEST_CLAUSE: usize = 160;

fn clauses(chars: &[char]) -> Vec<Clause> {
    let mut clauses = vec![];
    let (mut start, mut sentence) = (0, 0);
    for (i, c) in chars.iter().enumerate() {
        if i - start == LONGEST_CLAUSE {
            clauses.push(Clause {
                start,
                end: i,
                sentence,
                asked: false,
            });
            start = i;
            sentence += 1;
        }
        if matches!(c, ',' | '。' | '?') {
            if i > start {
                clauses.push(Clause {
                    start,
                    end: i,
                    sentence,
                    asked: *c == '?',
                });
            }
            start = i + 1;
            if *c != ',' {
                sentence += 1;
            }
        }
    }
    if start < chars.len() {
        clauses.push(Clause {
            start,
            end: chars.len(),
            sentence,
            asked: false,
        });
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_without_a_stop_is_cut() {
        let flood: Vec<char> = "腰疼".repeat(500).chars().collect();
        let cut = clauses(&flood);
        assert_eq!(cut.len(), 7);
        assert!(
            cut.iter()
                .all(|clause| clause.end - clause.start <= LONGEST_CLAUSE)
        );
        assert!(cut.windows(2).all(|pair| pair[0].end == pair[1].start));
    }
}
