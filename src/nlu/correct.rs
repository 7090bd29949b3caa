//! Stage 5e: 「左腿疼,不对,是右腿」 is one finding on the right.

use crate::domain::{Assertion, Side};

use super::dictionary::Cue;
use super::matching::{Scan, Token};
use super::mention::Mention;

/// Lets what follows a word of correction replace what preceded it.
pub(super) fn correct(scan: &Scan, mentions: &mut Vec<Mention>) {
    if scan.normal.chars.len() < 3 {
        return;
    }
    for cue in scan.cues(Cue::Correction).copied().collect::<Vec<_>>() {
        if !stands_alone(scan, &cue) {
            continue;
        }
        let said_before: Vec<usize> = (0..mentions.len())
            .filter(|i| mentions[*i].span.1 <= cue.start && mentions[*i].is_symptom())
            .collect();
        let after: Vec<usize> = (0..mentions.len())
            .filter(|i| {
                mentions[*i].span.0 >= cue.end
                    && mentions[*i].is_symptom()
                    && mentions[*i].assertion == Assertion::Present
            })
            .collect();
        if let Some(&new) = after.first() {
            replace(mentions, &said_before, new);
        } else if let Some(side) = side_after(scan, cue.end) {
            for i in said_before.iter().rev().take(1) {
                mentions[*i].side = side;
                mentions[*i].replaces = true;
            }
            if said_before.is_empty() {
                continue;
            }
        }
    }
    not_this_but_that(scan, mentions);
}

/// A correction is a clause of its own, or opens one.
fn stands_alone(scan: &Scan, cue: &Token) -> bool {
    cue.start == 0
        || scan.clauses.iter().any(|c| c.start == cue.start)
        || scan.normal.chars[cue.start - 1] == '啊'
        || scan
            .clauses
            .iter()
            .any(|c| c.start + 1 == cue.start || c.start + 2 == cue.start)
}

/// The new finding takes the place of the nearest earlier one of the same family.
fn replace(mentions: &mut Vec<Mention>, before: &[usize], new: usize) {
    let family = |m: &Mention| {
        m.concept
            .as_str()
            .rsplit_once('_')
            .map_or(m.concept.as_str().to_owned(), |(_, tail)| tail.to_owned())
    };
    mentions[new].replaces = true;
    let wanted = (mentions[new].concept.clone(), family(&mentions[new]));
    let old = before.iter().rev().find(|i| {
        mentions[**i].concept == wanted.0
            || family(&mentions[**i]) == wanted.1
            || mentions[**i].concept.kind() == "SYM"
    });
    if let Some(&old) = old {
        mentions.remove(old);
    }
}

fn side_after(scan: &Scan, from: usize) -> Option<Side> {
    let end = scan
        .clauses
        .iter()
        .filter(|c| c.start <= from + 2)
        .map(|c| c.end)
        .next_back()
        .unwrap_or(from);
    [
        (Cue::Left, Side::Left),
        (Cue::Right, Side::Right),
        (Cue::Both, Side::Bilateral),
    ]
    .into_iter()
    .filter_map(|(cue, side)| {
        scan.cues(cue)
            .find(|t| t.start >= from && t.end <= end)
            .map(|t| (t.start, side))
    })
    .min_by_key(|(start, _)| *start)
    .map(|(_, side)| side)
}

/// 不是左腿是右腿: the side after the last 是 counts.
fn not_this_but_that(scan: &Scan, mentions: &mut [Mention]) {
    let text = scan.normal.text();
    for (deny, affirm, side) in [
        ("不是左", "是右", Side::Right),
        ("不是右", "是左", Side::Left),
    ] {
        let Some(at) = text.find(deny) else { continue };
        if text[at + deny.len()..].contains(affirm) {
            for mention in mentions
                .iter_mut()
                .filter(|m| matches!(m.side, Side::Left | Side::Right | Side::Bilateral))
            {
                mention.side = side;
                mention.replaces = true;
                if mention.assertion == Assertion::Absent {
                    mention.assertion = Assertion::Present;
                }
            }
        }
    }
}
