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
        mention.side = side_of(scan, mention);
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
