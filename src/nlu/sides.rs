//! Stage 5c: which side, and from one side to both.

use crate::domain::{ConceptId, Side};
use crate::knowledge::Cues;

use super::dictionary::{Cue, Meaning};
use super::matching::{Scan, Token};
use super::mention::{Mention, Origin};

/// Gives every mention its side; adds `LAT.UNI2BI` where both came after one.
pub(super) fn sides(scan: &Scan, mentions: &mut Vec<Mention>, cues: &Cues) {
    for mention in mentions.iter_mut() {
        if !mention.is_symptom() {
            continue;
        }
        mention.side = match side_of(scan, mention) {
            Side::Unspecified if cues.both_sided.contains(&mention.concept) => Side::Bilateral,
            Side::Unspecified if cues.sided.contains(&mention.concept) => {
                only_side(scan, scan.clause_at(mention.key.0))
            }
            side => side,
        };
        let bilateral = mention.side == Side::Bilateral;
        if bilateral && let Some(wider) = cues.bilateral.get(&mention.concept) {
            mention.concept = wider.clone();
        }
    }
    if let Some(span) = spread(scan) {
        mentions.push(Mention::new(
            ConceptId::new("LAT.UNI2BI"),
            span,
            span,
            Origin::Factor,
        ));
        let clause = scan.clause_at(span.0);
        for mention in mentions.iter_mut().filter(|m| {
            m.is_symptom()
                && scan.clause_at(m.key.0).abs_diff(clause) <= 1
                && m.side != Side::Midline
        }) {
            mention.side = Side::Bilateral;
        }
    }
}

/// From one side to both: said outright, or the other side joins later (先是右边,上个礼拜开始左边也…).
fn spread(scan: &Scan) -> Option<(usize, usize)> {
    if let Some(token) = scan.cues(Cue::Spread).next() {
        return Some((token.start, token.end));
    }
    let joins = |one: Cue, other: Cue| {
        let later = scan.cues(other).find(|t| {
            let clause = scan.clauses[scan.clause_at(t.start)];
            let too = scan
                .slice(t.end, clause.end)
                .iter()
                .take(4)
                .any(|c| "也都".contains(*c));
            let begins = scan.has(Cue::Onset, clause.start, clause.end)
                || scan.has(Cue::Now, clause.start, clause.end)
                || scan.has(Cue::Recent, clause.start, clause.end);
            too && begins
        })?;
        let earlier = scan
            .cues(one)
            .any(|t| scan.clause_at(t.start) < scan.clause_at(later.start));
        let alone = !scan.cues(other).any(|t| t.start < later.start);
        (earlier && alone).then_some((later.start, later.end))
    };
    joins(Cue::Right, Cue::Left).or_else(|| joins(Cue::Left, Cue::Right))
}

fn side_of(scan: &Scan, mention: &Mention) -> Side {
    let clause_index = scan.clause_at(mention.key.0);
    let clause = scan.clauses[clause_index];
    let anchor = mention.part.unwrap_or(mention.span);
    let words: Vec<(Token, Side)> = named(scan)
        .into_iter()
        .filter(|(t, _)| t.start >= clause.start && t.end <= clause.end)
        .collect();
    // Inside the words themselves, then right before the part, then between, then after.
    let inside = words
        .iter()
        .filter(|(t, _)| t.start >= mention.span.0.min(anchor.0) && t.end <= mention.span.1)
        // 腰杆连到右边脚杆扯起痛: the side belongs to the part right behind it, and to what reaches there.
        .filter(|(t, _)| {
            matches!(mention.origin, Origin::Frame(_)) || !other_part_at(scan, t.end, mention.part)
        });
    if let Some(side) = combine(inside.map(|(_, s)| *s)) {
        return side;
    }
    let before = words
        .iter()
        .rev()
        .filter(|(t, _)| t.end <= anchor.0 && !part_between(scan, t.end, anchor.0));
    if let Some((_, side)) = before.clone().next() {
        let all: Vec<Side> = before.map(|(_, s)| *s).collect();
        return if all.len() > 1 && all.contains(&Side::Left) && all.contains(&Side::Right) {
            Side::Bilateral
        } else {
            *side
        };
    }
    let after = words
        .iter()
        .filter(|(t, _)| t.start >= mention.span.1 && !part_between(scan, mention.span.1, t.start));
    if let Some(side) = combine(after.map(|(_, s)| *s)) {
        return side;
    }
    alone_in_neighbour(scan, clause_index).unwrap_or(Side::Unspecified)
}

/// 右腿从屁股窜到脚后跟: the side that the sentence of a clause speaks of, if it is one only; else 两条腿 in the clause.
fn only_side(scan: &Scan, clause: usize) -> Side {
    let (start, end) = scan.sentence(clause);
    if let Some(side) = one_side(scan, start, end) {
        return side;
    }
    let here = scan.clauses[clause];
    let both = scan.cues(Cue::Both).any(|token| {
        token.start >= here.start && token.end <= here.end && counts_limbs(scan, token)
    });
    if both {
        Side::Bilateral
    } else {
        Side::Unspecified
    }
}

/// The only side of a text.
pub(super) fn of_text(scan: &Scan) -> Option<Side> {
    one_side(scan, 0, scan.normal.chars.len())
}

/// Left or right, when a stretch speaks of one of them and not of both.
fn one_side(scan: &Scan, start: usize, end: usize) -> Option<Side> {
    match (
        scan.has(Cue::Left, start, end),
        scan.has(Cue::Right, start, end),
    ) {
        (true, false) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        _ => None,
    }
}

/// 两条腿, 俩脚, 双手: a word for two right before a limb; 三个月左右 and 对 are none.
fn counts_limbs(scan: &Scan, token: &Token) -> bool {
    let starts_with_two = scan
        .slice(token.start, token.end)
        .first()
        .is_some_and(|c| "两俩双".contains(*c));
    starts_with_two && counts_a_part(scan, token)
}

fn named(scan: &Scan) -> Vec<(Token, Side)> {
    let list = |cue: Cue, side: Side| scan.cues(cue).map(move |t| (*t, side)).collect::<Vec<_>>();
    let mut all = list(Cue::Left, Side::Left);
    all.extend(list(Cue::Right, Side::Right));
    all.extend(
        list(Cue::Both, Side::Bilateral)
            .into_iter()
            .filter(|(t, _)| counts_a_part(scan, t)),
    );
    all.extend(list(Cue::Middle, Side::Midline));
    all.sort_by_key(|(t, _)| (t.start, usize::MAX - t.end));
    // 左右 and 左右两边 are one thing said once.
    let mut kept: Vec<(Token, Side)> = vec![];
    for (token, side) in all {
        if !kept.iter().any(|(k, _)| {
            k.overlaps(token.start, token.end) && k.end - k.start >= token.end - token.start
        }) {
            kept.push((token, side));
        }
    }
    kept
}

/// 两 and 俩 mean both sides only before a part (两条腿) or with 边 and 侧; 两天, 两个月 do not.
fn counts_a_part(scan: &Scan, token: &Token) -> bool {
    let text: String = scan.slice(token.start, token.end).iter().collect();
    if text.contains(['边', '侧', '头', '面', '旁'])
        || text.chars().any(|c| "腿脚手肩膝肢".contains(c))
        || text.contains("左右")
    {
        return true;
    }
    scan.tokens.iter().any(|t| {
        matches!(t.meaning, Meaning::Part(_)) && t.start >= token.end && t.start <= token.end + 1
    })
}

fn combine(mut sides: impl Iterator<Item = Side>) -> Option<Side> {
    let first = sides.next()?;
    Some(sides.fold(first, |a, b| match (a, b) {
        (a, b) if a == b => a,
        (Side::Left, Side::Right) | (Side::Right, Side::Left) => Side::Bilateral,
        (a, _) => a,
    }))
}

fn other_part_at(scan: &Scan, at: usize, own: Option<(usize, usize)>) -> bool {
    own.is_some()
        && scan.tokens.iter().any(|t| {
            matches!(t.meaning, Meaning::Part(_))
                && t.start >= at
                && t.start <= at + 1
                && own != Some((t.start, t.end))
                && own.is_some_and(|(_, end)| end <= t.start)
        })
}

fn part_between(scan: &Scan, start: usize, end: usize) -> bool {
    scan.tokens
        .iter()
        .any(|t| matches!(t.meaning, Meaning::Part(_)) && t.start >= start && t.end <= end)
}

/// 腿疼,左边的: a following clause that is nothing but a side.
fn alone_in_neighbour(scan: &Scan, clause: usize) -> Option<Side> {
    let next = scan.clauses.get(clause + 1)?;
    let side = combine(
        named(scan)
            .into_iter()
            .filter(|(t, _)| t.start >= next.start && t.end <= next.end)
            .map(|(_, s)| s),
    )?;
    let findings = scan.tokens.iter().any(|t| {
        t.start >= next.start
            && t.end <= next.end
            && matches!(
                t.meaning,
                Meaning::Sensation(_) | Meaning::Entry(_) | Meaning::Part(_)
            )
    });
    (!findings && next.end - next.start <= 7).then_some(side)
}
