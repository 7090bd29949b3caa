//! Stage 7: clauses that say something of which nothing was understood.

use crate::domain::Doubt;

use super::dictionary::Meaning;
use super::matching::Scan;
use super::measures::evidence;
use super::mention::Mention;
use super::normalise::is_han;

/// Doubts about a text.
pub(super) fn doubts(
    scan: &Scan,
    mentions: &[Mention],
    original: &[char],
    turn: u32,
    answered: bool,
) -> Vec<Doubt> {
    if answered {
        return vec![];
    }
    let mut doubts = vec![];
    for clause in &scan.clauses {
        let content = scan
            .slice(clause.start, clause.end)
            .iter()
            .filter(|c| is_han(**c) && !"的了啊呀吧呢嗯哦我你他她是就都也".contains(**c))
            .count();
        let understood = mentions
            .iter()
            .any(|m| m.span.0 < clause.end && clause.start < m.span.1)
            || scan
                .times
                .iter()
                .any(|t| t.start >= clause.start && t.end <= clause.end)
            || scan.tokens.iter().any(|t| {
                t.start >= clause.start
                    && t.end <= clause.end
                    && matches!(t.meaning, Meaning::Intent(_) | Meaning::Entry(_))
            });
        // Only what may be about the body is worth a doctor's look.
        let bodily = scan.tokens.iter().any(|t| {
            t.start >= clause.start
                && t.end <= clause.end
                && matches!(t.meaning, Meaning::Part(_) | Meaning::Sensation(_))
        });
        if content >= 3 && !understood && (bodily || mentions.is_empty()) {
            let quote = evidence(scan, original, turn, (clause.start, clause.end));
            doubts.push(Doubt {
                turn,
                text: quote.text,
                start: quote.start,
                end: quote.end,
            });
        }
    }
    doubts
}
