//! Stage 4a: words that mean something when they come together: 擦屁股 … 没感觉, 扣子 … 半天.

use std::collections::BTreeMap;

use crate::domain::ConceptId;

use super::dictionary::Meaning;
use crate::knowledge::Frame;

use super::lore::Lore;
use super::matching::{Scan, Token};
use super::mention::{Mention, Origin};

/// Farthest that the words of one frame may stand apart, in characters.
const REACH: usize = 18;

/// Every frame whose slots are all filled.
pub(super) fn frames(scan: &Scan, lore: &Lore) -> Vec<Mention> {
    let mut hits: BTreeMap<usize, Vec<(usize, Token)>> = BTreeMap::new();
    for token in &scan.tokens {
        for (frame, slot) in lore.slots.get(&token.meaning).into_iter().flatten() {
            hits.entry(*frame).or_default().push((*slot, *token));
        }
    }
    let mut found = vec![];
    for (frame, hits) in hits {
        let frame = &lore.words.frames[frame];
        let filled = |s: usize| hits.iter().any(|(slot, _)| *slot == s);
        let required = |s: &usize| !frame.slots[*s].forbidden;
        if (0..frame.slots.len()).filter(required).any(|s| !filled(s)) {
            continue;
        }
        let key_slot = frame.slots.iter().position(|slot| slot.key).unwrap_or(0);
        for (_, key) in hits.iter().filter(|(slot, _)| *slot == key_slot) {
            if let Some(words) = fill(scan, &hits, key, key_slot, frame) {
                let span = around(&words);
                if felt_elsewhere(scan, lore, &frame.concepts, &words, key) {
                    continue;
                }
                let parts = parts_of(scan, lore, span);
                let part = parts.map(|(first, _)| (first.start, first.end));
                let site = parts
                    .and_then(|(_, last)| Scan::part(&last))
                    .map(|p| ConceptId::new(lore.words.parts[p as usize].site.as_str()));
                found.extend(frame.concepts.iter().map(|concept| {
                    let origin = if lore.words.cues.circumstances.contains(concept) {
                        Origin::Factor
                    } else {
                        Origin::Frame(frame.adds)
                    };
                    let key = (key.start, key.end);
                    let mut mention = Mention::new(concept.clone(), span, key, origin);
                    mention.part = part;
                    mention.site = site.clone();
                    mention.denies = frame.denies;
                    mention
                }));
            }
        }
    }
    nearest(found)
}

/// From the first to the last of the words.
fn around(words: &[(usize, usize)]) -> (usize, usize) {
    let start = words.iter().map(|w| w.0).min().unwrap_or(0);
    let end = words.iter().map(|w| w.1).max().unwrap_or(0);
    (start, end)
}

/// The words that fill the frame, the key first, when every other slot has a word near the key, in its clause or sentence, sharing no character.
fn fill(
    scan: &Scan,
    hits: &[(usize, Token)],
    key: &Token,
    key_slot: usize,
    frame: &Frame,
) -> Option<Vec<(usize, usize)>> {
    let clause = scan.clause_at(key.start);
    let sentence = scan.clauses[clause].sentence;
    let is_forbidden = |(slot, t): &(usize, Token)| {
        let other = scan.clause_at(t.start);
        let reached = other == clause || frame.sentence && scan.clauses[other].sentence == sentence;
        frame.slots[*slot].forbidden && reached
    };
    if hits.iter().any(is_forbidden) {
        return None;
    }
    let required = (0..frame.slots.len()).filter(|s| *s != key_slot && !frame.slots[*s].forbidden);
    let mut used = vec![(key.start, key.end)];
    for slot in required {
        let near = hits
            .iter()
            .filter(|(s, t)| {
                *s == slot
                    && used.iter().all(|(a, b)| !t.overlaps(*a, *b))
                    && allowed(scan, clause, key, t, frame.sentence)
            })
            .min_by_key(|(_, t)| distance(key, t))?;
        used.push((near.1.start, near.1.end));
    }
    Some(used)
}

fn allowed(scan: &Scan, clause: usize, key: &Token, token: &Token, sentence: bool) -> bool {
    let other = scan.clause_at(token.start);
    if distance(key, token) > REACH {
        return false;
    }
    if other == clause {
        return true;
    }
    let same_sentence =
        scan.clauses.get(other).map(|c| c.sentence) == scan.clauses.get(clause).map(|c| c.sentence);
    // Across a comma the key must not have a body part of its own in its clause, before it.
    let own_part = scan.tokens.iter().any(|t| {
        matches!(t.meaning, Meaning::Part(_))
            && scan.clause_at(t.start) == clause
            && t.end <= key.start
    });
    sentence
        && same_sentence
        && other < clause
        && !(own_part && matches!(key.meaning, Meaning::Sensation(_)))
}

fn distance(a: &Token, b: &Token) -> usize {
    if a.start >= b.end {
        a.start - b.end
    } else {
        b.start.saturating_sub(a.end)
    }
}

/// The first part within the words, which the side belongs to, and the last, which is where it goes: 右腿从屁股窜到小腿.
fn parts_of(scan: &Scan, lore: &Lore, span: (usize, usize)) -> Option<(Token, Token)> {
    let is_place = |t: &&Token| matches!(t.meaning, Meaning::Part(i) if lore.words.parts[i as usize].site.starts_with("BP."));
    let within: Vec<&Token> = scan
        .tokens
        .iter()
        .filter(|t| t.start >= span.0 && t.end <= span.1)
        .filter(is_place)
        .collect();
    Some((**within.first()?, **within.last()?))
}

/// 坐马桶看手机看久了,脚麻: the part named right before the sensation says that it is not the frame's place. A part
/// inside the frame's own words (擦屁股) names no other place.
fn felt_elsewhere(
    scan: &Scan,
    lore: &Lore,
    concepts: &[ConceptId],
    words: &[(usize, usize)],
    key: &Token,
) -> bool {
    if !matches!(key.meaning, Meaning::Sensation(_) | Meaning::Class(_)) {
        return false;
    }
    let clause = scan.clause_at(key.start);
    let nearest = scan
        .tokens
        .iter()
        .filter(|t| t.start >= around(words).0 && t.end <= key.start)
        .filter(|t| scan.clause_at(t.start) == clause)
        .filter(|t| !words.iter().any(|(start, end)| t.overlaps(*start, *end)))
        .filter_map(|t| Some((t.end, Scan::part(t)?)))
        .max();
    nearest.is_some_and(|(_, part)| {
        let site = lore.words.parts[part as usize].site.as_str();
        concepts
            .iter()
            .all(|concept| lore.is_elsewhere(concept, site))
    })
}

/// Of several mentions of a frame that rest on the same key, the shortest; of frames with one concept on
/// overlapping words, the first.
fn nearest(mut found: Vec<Mention>) -> Vec<Mention> {
    found.sort_by_key(|m| (m.span.1 - m.span.0, m.span.0));
    let mut kept: Vec<Mention> = vec![];
    for mention in found {
        if !kept
            .iter()
            .any(|k| k.concept == mention.concept && k.overlaps(&mention))
        {
            kept.push(mention);
        }
    }
    kept
}
