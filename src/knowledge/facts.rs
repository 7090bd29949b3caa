//! The small notation for stated facts used in options and examples: `SYM.LBP[3d,sudden]`, `!SYM.FEVER`,
//! `?SYM.NUMB`, `@[new14]`, `@pain{left}`.

use crate::domain::{Assertion, ConceptId, Course, Recency, Side};

/// What a stated fact is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A concept or derived value.
    Concept(ConceptId),
    /// `@`: the finding(s) that made the question be asked.
    Trigger,
    /// `@pain`: the complaint's pain finding(s).
    Pain,
}

/// A fact as written in the data files.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedFact {
    /// About what.
    pub subject: Subject,
    /// Present, absent, …
    pub assertion: Assertion,
    /// Time course.
    pub course: Course,
    /// Side.
    pub side: Side,
}

impl StatedFact {
    /// Reads the notation.
    ///
    /// # Errors
    /// A sentence naming the part that could not be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (assertion, rest) = match text.chars().next() {
            Some('!') => (Assertion::Absent, &text[1..]),
            Some('?') => (Assertion::Uncertain, &text[1..]),
            Some(_) => (Assertion::Present, text),
            None => return Err("empty fact".to_owned()),
        };
        let head_end = rest.find(['[', '{']).unwrap_or(rest.len());
        let (head, mut tail) = rest.split_at(head_end);
        let subject = match head {
            "@" => Subject::Trigger,
            "@pain" => Subject::Pain,
            id if !id.is_empty()
                && id
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._".contains(c)) =>
            {
                Subject::Concept(ConceptId::new(id))
            }
            other => return Err(format!("`{other}` is not a concept id, `@` or `@pain`")),
        };
        let mut fact = Self {
            subject,
            assertion,
            course: Course::default(),
            side: Side::Unspecified,
        };
        while !tail.is_empty() {
            let (open, close) = if tail.starts_with('[') {
                ('[', ']')
            } else {
                ('{', '}')
            };
            let inner = tail
                .strip_prefix(open)
                .and_then(|t| t.split_once(close))
                .ok_or_else(|| format!("`{text}`: bracket not closed"))?;
            for attribute in inner.0.split(',') {
                fact.attribute(attribute.trim())?;
            }
            tail = inner.1.trim_start();
        }
        Ok(fact)
    }

    fn attribute(&mut self, attribute: &str) -> Result<(), String> {
        match attribute {
            "new14" => self.course.recency = Some(Recency::New14),
            "worse14" => self.course.recency = Some(Recency::Worse14),
            "stable" => self.course.recency = Some(Recency::Stable),
            "sudden" => self.course.sudden = Some(true),
            "gradual" => self.course.sudden = Some(false),
            "rapid" => self.course.rapid = Some(true),
            "severe" => self.course.severe = Some(true),
            "after_injury" => self.course.after_injury = Some(true),
            "resolved" => self.course.resolved = Some(true),
            "past" => self.assertion = Assertion::Past,
            "other" => self.assertion = Assertion::OtherPerson,
            _ => match Side::parse(attribute) {
                Ok(side) => self.side = side,
                Err(_) => self.course.onset_days = Some(parse_span(attribute)?),
            },
        }
        Ok(())
    }
}

/// Reads `3d`, `10h`, `2w`, `6mo`, `5y` as days.
///
/// # Errors
/// A sentence when it is not a number with one of those units.
pub fn parse_span(text: &str) -> Result<f64, String> {
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let days = match unit {
        "h" => 1.0 / 24.0,
        "d" => 1.0,
        "w" => 7.0,
        "mo" => 30.0,
        "y" => 365.0,
        _ => {
            return Err(format!(
                "`{text}` is neither an attribute nor a time such as 3d, 10h, 2w, 6mo, 5y"
            ));
        }
    };
    number
        .parse::<f64>()
        .map(|n| n * days)
        .map_err(|_| format!("`{text}` has no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read() {
        let fact = StatedFact::parse("SYM.LBP[3d,sudden]{left}").expect("parses");
        assert_eq!(fact.course.onset_days, Some(3.0));
        assert_eq!(fact.course.sudden, Some(true));
        assert_eq!(fact.side, Side::Left);
        assert_eq!(
            StatedFact::parse("!SYM.FEVER").map(|f| f.assertion),
            Ok(Assertion::Absent)
        );
        assert_eq!(
            StatedFact::parse("@pain[6mo]").map(|f| f.subject),
            Ok(Subject::Pain)
        );
    }

    #[test]
    fn nonsense_is_named() {
        for bad in ["", "SYM.LBP[soon]", "SYM.LBP[3d", "腰痛"] {
            assert!(StatedFact::parse(bad).is_err(), "{bad}");
        }
    }
}
