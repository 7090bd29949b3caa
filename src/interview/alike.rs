//! What it takes that a clause counts as said like an accepted phrase, beside the nearness of their vectors.

use std::ops::Range;

use crate::knowledge::Cues;

/// Words that turn a sentence round. They weigh little in a vector, so they are compared by themselves.
#[derive(Debug, Clone)]
pub struct Turning {
    denials: Vec<String>,
    /// Past, other people, doubts and fears.
    elsewhere: Vec<String>,
}

impl Turning {
    /// Collects them.
    pub fn new(cues: &Cues) -> Self {
        let denial = &cues.negation;
        let elsewhere = [
            &cues.past.times,
            &cues.past.definite,
            &cues.past.resolved,
            &cues.others.family,
            &cues.others.strangers,
            &cues.unreal.before,
            &cues.hedge.before,
        ];
        Self {
            denials: [&denial.wide[..], &denial.tight, &denial.after].concat(),
            elsewhere: elsewhere.into_iter().flatten().cloned().collect(),
        }
    }

    /// Clause and phrase both deny or neither does, and the clause speaks of nobody and no time that the phrase does not.
    pub fn agree(&self, clause: &str, phrase: &str) -> bool {
        let has = |words: &[String], text: &str| words.iter().any(|word| text.contains(&**word));
        has(&self.denials, clause) == has(&self.denials, phrase)
            && (!has(&self.elsewhere, clause) || has(&self.elsewhere, phrase))
    }
}

/// Every clause by itself; ranges of characters.
pub fn clauses(characters: &[char]) -> Vec<Range<usize>> {
    let mut clauses = vec![];
    let mut from = 0;
    for at in 0..=characters.len() {
        if characters.get(at).is_none_or(|c| is_pause(*c)) {
            clauses.extend((at > from).then_some(from..at));
            from = at + 1;
        }
    }
    clauses
}

/// Where a clause ends.
pub fn is_pause(c: char) -> bool {
    is_stop(c) || matches!(c, ',' | '\u{ff0c}' | '、' | '…' | ' ' | ':' | '\u{ff1a}')
}

/// Where a sentence ends.
pub fn is_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '!' | '\u{ff01}' | '?' | '\u{ff1f}' | ';' | '\u{ff1b}' | '\n'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::knowledge::Knowledge;

    #[test]
    fn clauses_are_compared_one_by_one() {
        let characters: Vec<char> = "腰疼,左腿麻。 没发烧".chars().collect();
        assert_eq!(clauses(&characters), [0..2, 3..6, 8..11]);
        assert!(clauses(&[]).is_empty());
    }

    #[test]
    fn what_is_turned_round_is_not_alike() {
        let knowledge = Knowledge::load(&contents::embedded()).expect("no faults");
        let turning = Turning::new(&knowledge.words.cues);
        for (clause, phrase, alike) in [
            ("腰里老扯皮筋", "腰里扯皮筋", true),
            ("腰里没有扯皮筋", "腰里扯皮筋", false),
            ("脚抬得起来", "脚抬不起来", false),
            ("我妈腰里扯皮筋", "腰里扯皮筋", false),
            ("以前腰里扯皮筋", "腰里扯皮筋", false),
            ("怕腰里扯皮筋", "腰里扯皮筋", false),
        ] {
            assert_eq!(turning.agree(clause, phrase), alike, "{clause}");
        }
    }
}
