//! Stage 4b: entries of the lexicon, and body part + sensation → symptom: 腰和腿都疼, 两条腿又麻又胀.

use crate::domain::ConceptId;
use crate::knowledge::Certainty;

use super::dictionary::{Cue, Dictionary, Meaning};
use super::lore::Lore;
use super::matching::{Scan, Token};
use super::mention::{Mention, Origin};
use super::normalise::is_pause;

/// Mentions of lexicon entries that are findings by themselves.
pub(super) fn entries(scan: &Scan, dictionary: &Dictionary, lore: &Lore) -> Vec<Mention> {
    let mut mentions = vec![];
    for token in &scan.tokens {
        let Meaning::Entry(i) = token.meaning else {
            continue;
        };
        let entry = &dictionary.entries[i as usize];
        let site = entry.concepts.iter().find(|c| c.kind() == "BP").cloned();
        let quality: Vec<ConceptId> = entry
            .concepts
            .iter()
            .filter(|c| c.kind() == "QUAL")
            .cloned()
            .collect();
        let alone = entry.concepts.len() == 1;
        for concept in &entry.concepts {
            let kind = concept.kind();
            let site_told = !alone && lore.words.cues.site_findings.contains(concept);
            if matches!(kind, "BP" | "LAT" | "MOD" | "DEPT") && !site_told {
                continue;
            }
            let mut mention = Mention::new(
                concept.clone(),
                (token.start, token.end),
                (token.start, token.end),
                Origin::Entry,
            );
            mention.certainty = entry.certainty;
            mention.site.clone_from(&site);
            if kind == "SYM" {
                mention.quality.clone_from(&quality);
            }
            mentions.push(mention);
        }
    }
    mentions
}

/// Places of the body that are the whole complaint: 「腰。」 opens with pain there.
pub(super) fn bare_places(scan: &Scan, lore: &Lore) -> Vec<Mention> {
    let parts: Vec<(&Token, &str)> = scan
        .tokens
        .iter()
        .filter_map(|token| {
            let part = &lore.words.parts[Scan::part(token)? as usize];
            Some((token, part.site.as_str()))
        })
        .collect();
    let covered = |at: usize| parts.iter().any(|(t, _)| t.start <= at && at < t.end);
    let rest: String = (0..scan.normal.chars.len())
        .filter(|at| !covered(*at) && !is_pause(scan.normal.chars[*at]))
        .map(|at| scan.normal.chars[at])
        .collect();
    if !made_of(&rest, &lore.words.cues.bare_complaint) {
        return vec![];
    }
    let mention = |(token, site): &(&Token, &str)| {
        let span = (token.start, token.end);
        let place = site.starts_with("BP.").then(|| ConceptId::new(site));
        let make = |concept: &ConceptId| {
            let mut mention = Mention::new(concept.clone(), span, span, Origin::Composed);
            mention.certainty = Certainty::Medium;
            mention.part = Some(span);
            mention.site.clone_from(&place);
            mention
        };
        let concepts = lore.compose(site, PAIN, "").unwrap_or_default();
        concepts.iter().map(make).collect::<Vec<_>>()
    };
    parts.iter().flat_map(mention).collect()
}

/// The sensation of somebody who names only a place.
const PAIN: &str = "pain";

/// The text is a row of these words and nothing else.
fn made_of(text: &str, words: &[String]) -> bool {
    text.is_empty()
        || words.iter().filter(|word| !word.is_empty()).any(|word| {
            text.strip_prefix(word.as_str())
                .is_some_and(|rest| made_of(rest, words))
        })
}

/// Mentions made of a part and a sensation.
pub(super) fn composed(scan: &Scan, dictionary: &Dictionary, lore: &Lore) -> Vec<Mention> {
    let parts: Vec<Token> = scan
        .tokens
        .iter()
        .filter(|t| matches!(t.meaning, Meaning::Part(_)))
        .copied()
        .collect();
    let sensations: Vec<Token> = scan
        .tokens
        .iter()
        .filter(|t| matches!(t.meaning, Meaning::Sensation(_)))
        .copied()
        .collect();
    let mut mentions = vec![];
    for sensation in &sensations {
        if within_entry(scan, dictionary, lore, sensation) {
            // The lexicon has spoken for these words, but not for parts listed before them: 腰和腿疼.
            distribute(scan, lore, &parts, sensation, dictionary, &mut mentions);
            continue;
        }
        let near = parts_for(scan, lore, &parts, &sensations, sensation);
        if near.is_empty() {
            mentions.extend(pair(scan, lore, None, sensation));
        }
        for part in near {
            mentions.extend(pair(scan, lore, Some(&part), sensation));
        }
    }
    mentions
}

/// True when the sensation is a piece of an entry that is a finding with a place.
fn within_entry(scan: &Scan, dictionary: &Dictionary, lore: &Lore, sensation: &Token) -> bool {
    scan.tokens.iter().any(|t| match t.meaning {
        Meaning::Entry(i) if t.start <= sensation.start && t.end >= sensation.end => {
            let telling = |c: &ConceptId| {
                matches!(c.kind(), "SYM" | "HX" | "DIS" | "MED")
                    && !lore.words.cues.placeless.contains(c)
            };
            dictionary.entries[i as usize].concepts.iter().any(telling)
        }
        _ => false,
    })
}

fn distribute(
    scan: &Scan,
    lore: &Lore,
    parts: &[Token],
    sensation: &Token,
    dictionary: &Dictionary,
    mentions: &mut Vec<Mention>,
) {
    let around = scan.tokens.iter().find(|t| {
        matches!(t.meaning, Meaning::Entry(_))
            && t.start <= sensation.start
            && t.end >= sensation.end
            && within_entry(scan, dictionary, lore, sensation)
    });
    let Some(inner) = around.and_then(|e| {
        parts
            .iter()
            .find(|p| p.start == e.start && p.end <= sensation.start)
    }) else {
        return;
    };
    for part in list_before(scan, parts, inner) {
        mentions.extend(pair(scan, lore, Some(&part), sensation));
    }
}

/// The parts that a sensation belongs to.
fn parts_for(
    scan: &Scan,
    lore: &Lore,
    parts: &[Token],
    sensations: &[Token],
    sensation: &Token,
) -> Vec<Token> {
    let clause = scan.clause_at(sensation.start);
    let mut earlier = parts
        .iter()
        .rev()
        .filter(|p| p.end <= sensation.start && scan.clause_at(p.start) == clause);
    let nearest = earlier.next();
    // 拐子外头那坨骨头痛: bone and flesh are where the part before them is.
    let before = match nearest {
        Some(tissue) if !is_place(lore, tissue) => earlier
            .next()
            .filter(|p| is_place(lore, p) && tissue.start - p.end <= 4)
            .or(nearest),
        other => other,
    };
    let after = parts
        .iter()
        .find(|p| p.start >= sensation.end && scan.clause_at(p.start) == clause);
    if let Some(part) = before {
        let mut list = list_before(scan, parts, part);
        list.push(*part);
        return list;
    }
    if let Some(part) = after.filter(|p| {
        follows(scan, sensation, p)
            && !sensations
                .iter()
                .any(|s| s.start >= p.end && scan.clause_at(s.start) == clause)
    }) {
        return vec![*part];
    }
    let carried = carried(scan, parts, clause);
    if carried.is_empty() {
        named_after(scan, parts, sensations, clause)
    } else {
        carried
    }
}

/// A part of the body, not a tissue that is everywhere.
fn is_place(lore: &Lore, token: &Token) -> bool {
    Scan::part(token).is_some_and(|p| lore.words.parts[p as usize].site.starts_with("BP."))
}

/// 麻得不厉害,右小腿外侧: the next clause only says where.
fn named_after(scan: &Scan, parts: &[Token], sensations: &[Token], clause: usize) -> Vec<Token> {
    let here = scan.clauses[clause].sentence;
    let next = scan.clauses.get(clause + 1);
    let Some(next) = next.filter(|next| next.sentence == here) else {
        return vec![];
    };
    let inside = |t: &&Token| t.start >= next.start && t.end <= next.end;
    if next.end - next.start > 8 || sensations.iter().any(|s| inside(&s)) {
        return vec![];
    }
    parts.iter().filter(inside).take(1).copied().collect()
}

/// 麻的是脚趾, 疼在腰上, 发麻的那条腿: little stands between.
fn follows(scan: &Scan, sensation: &Token, part: &Token) -> bool {
    let between: String = scan.slice(sensation.end, part.start).iter().collect();
    between.chars().count() <= 5
        && (between.is_empty()
            || between
                .chars()
                .all(|c| "的是在都那这条个只边左右两里就得到疼着最".contains(c)))
}

/// Nothing in this clause: the parts of the clause before, when it is the same sentence or the one before.
fn carried(scan: &Scan, parts: &[Token], clause: usize) -> Vec<Token> {
    let here = scan.clauses.get(clause).copied();
    for back in 1..=3 {
        let Some(at) = clause.checked_sub(back) else {
            break;
        };
        let near = scan
            .clauses
            .get(at)
            .zip(here)
            .is_some_and(|(a, b)| b.sentence - a.sentence <= 1);
        // 胸口也不闷,就是晾衣裳扯起痛: what was only denied does not lend its place to what follows.
        let denied = scan.clauses.get(at).zip(here).is_some_and(|(a, b)| {
            let only = scan.slice(b.start, b.end).starts_with(&['就', '是']);
            let denial = |cue: Cue| scan.has(cue, a.start, a.end);
            only && (denial(Cue::NegWide) || denial(Cue::NegTight))
        });
        let last = parts.iter().rev().find(|p| scan.clause_at(p.start) == at);
        if let Some(part) = last.filter(|_| near && !denied) {
            let mut list = list_before(scan, parts, part);
            list.push(*part);
            return list;
        }
    }
    vec![]
}

/// Parts listed before this one: 腰和腿, 手、脚.
fn list_before(scan: &Scan, parts: &[Token], last: &Token) -> Vec<Token> {
    let mut list = vec![];
    let mut at = *last;
    while let Some(previous) = parts.iter().rev().find(|p| p.end <= at.start) {
        if !joined(scan, previous, &at) {
            break;
        }
        list.insert(0, *previous);
        at = *previous;
    }
    list
}

fn joined(scan: &Scan, a: &Token, b: &Token) -> bool {
    let between = scan.slice(a.end, b.start);
    let linking =
        |c: &char| "和跟与同连着还有带加以及、都也左右两边条只的个双里上部到处".contains(*c);
    let links = between.iter().any(|c| "和跟与同连带及、加".contains(*c))
        || between.is_empty()
        || ends_with(between, "还有");
    between.len() <= 6 && links && between.iter().all(linking) && !ends_with(between, "到")
}

fn ends_with(chars: &[char], word: &str) -> bool {
    let text: String = chars.iter().collect();
    text.ends_with(word)
}

/// The concepts of one part with one sensation.
fn pair(scan: &Scan, lore: &Lore, part: Option<&Token>, sensation: &Token) -> Vec<Mention> {
    let Meaning::Sensation(s) = sensation.meaning else {
        return vec![];
    };
    let word = &lore.words.sensations[s as usize];
    let site = part
        .and_then(Scan::part)
        .map(|p| lore.words.parts[p as usize].site.as_str());
    let side = part.map_or("", |p| number_of_sides(scan, p, sensation));
    let concepts = lore
        .compose(site.unwrap_or("*"), &word.sensation, side)
        .or_else(|| lore.compose("*", &word.sensation, ""));
    let span = part.map_or((sensation.start, sensation.end), |p| {
        (p.start.min(sensation.start), p.end.max(sensation.end))
    });
    let make = |concept: &ConceptId| {
        let mut mention = Mention::new(
            concept.clone(),
            span,
            (sensation.start, sensation.end),
            if part.is_some() {
                Origin::Composed
            } else {
                Origin::Bare
            },
        );
        mention.certainty = Certainty::High;
        mention.part = part.map(|p| (p.start, p.end));
        mention.site = site.filter(|s| s.starts_with("BP.")).map(ConceptId::new);
        mention.quality = word.quality.clone().into_iter().collect();
        mention
    };
    // 重, 紧, 难受, 坏了 without a part say nothing; 疼 and 麻 do.
    let plain = word.sensation != "pain" && sensation.end - sensation.start > 1
        || word.expression.contains(['疼', '痛', '麻', '痹']);
    if part.is_none() && !plain {
        vec![]
    } else {
        concepts.unwrap_or_default().iter().map(make).collect()
    }
}

/// `bilateral`, `one` or empty, from words right around the part.
fn number_of_sides(scan: &Scan, part: &Token, sensation: &Token) -> &'static str {
    let near = |cue: Cue| {
        scan.cues(cue).any(|t| {
            let before = t.end <= part.start
                && part.start - t.end <= 2
                && !scan.slice(t.end, part.start).iter().any(|c| is_pause(*c));
            let inside = t.start >= part.start && t.end <= part.end;
            let between = t.start >= part.end && t.end <= sensation.start;
            before || inside || between
        })
    };
    if near(Cue::Both) {
        "bilateral"
    } else if near(Cue::One) || near(Cue::Left) || near(Cue::Right) {
        "one"
    } else {
        ""
    }
}
