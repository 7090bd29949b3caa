//! The rule language: text → typed tree. Meaning is given in `triage::evaluate`.
//!
//! Grammar and qualifiers are described in `knowledge-graph/README.md`.

mod parser;

use std::fmt;

use crate::domain::{ConceptId, RuleId, Sex, Side};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A concept, with what must hold for its course.
    Concept(ConceptId, Qualifiers),
    /// A derived value.
    Derived(ConceptId),
    /// Another rule fires.
    Rule(RuleId),
    /// A number compares.
    Compare(String, Comparison, f64),
    /// Sex is.
    Sex(Sex),
    /// All hold.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// So many hold.
    Count(Comparison, usize, Vec<Expr>),
    /// Does not hold.
    Not(Box<Expr>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `>`
    MoreThan,
    /// `<=`
    AtMost,
    /// `<`
    LessThan,
    /// `=` or `==`
    Equal,
}

impl Comparison {
    /// Applies it.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::AtLeast => left >= right,
            Self::MoreThan => left > right,
            Self::AtMost => left <= right,
            Self::LessThan => left < right,
            Self::Equal => (left - right).abs() < 1e-9,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::MoreThan => ">",
            Self::AtMost => "<=",
            Self::LessThan => "<",
            Self::Equal => "=",
        }
    }
}

/// All groups must hold; within a group one is enough.
pub type Qualifiers = Vec<Vec<Qualifier>>;

/// What must hold for the course of one symptom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Qualifier {
    /// New or worse within 14 days.
    New14,
    /// New or worse within 6 weeks.
    New,
    /// Long-standing and unchanged.
    Stable,
    /// Came in seconds to minutes.
    Sudden,
    /// Clearly worse within hours to 7 days.
    Rapid,
    /// 7 or more of 10.
    Severe,
    /// Began with or after the injury.
    AfterInjury,
    /// Was there, gone now.
    Resolved,
    /// On that side.
    Side(Side),
    /// Days since it began or worsened.
    Since(Comparison, f64),
}

/// Why a text is not a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at `{near}`: {message}")]
pub struct LanguageError {
    /// The text from where reading stopped.
    pub near: String,
    /// What was expected.
    pub message: String,
}

impl Expr {
    /// Parses a condition.
    ///
    /// # Errors
    /// Names the place where reading stopped and what was expected there.
    pub fn parse(text: &str) -> Result<Self, LanguageError> {
        parser::parse(text)
    }

    /// Calls `visit` on every leaf.
    pub fn each_leaf<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        match self {
            Self::And(items) | Self::Or(items) | Self::Count(_, _, items) => {
                items.iter().for_each(|item| item.each_leaf(visit));
            }
            Self::Not(inner) => inner.each_leaf(visit),
            leaf => visit(leaf),
        }
    }

    /// Ids of concepts and derived values used.
    pub fn concepts(&self) -> Vec<&ConceptId> {
        let mut found = vec![];
        self.each_leaf(&mut |leaf| {
            if let Self::Concept(id, _) | Self::Derived(id) = leaf {
                found.push(id);
            }
        });
        found
    }

    /// Ids of rules used.
    pub fn rules(&self) -> Vec<&RuleId> {
        let mut found = vec![];
        self.each_leaf(&mut |leaf| {
            if let Self::Rule(id) = leaf {
                found.push(id);
            }
        });
        found
    }

    fn qualified(self, qualifiers: &Qualifiers) -> Self {
        let each = |items: Vec<Self>| {
            items
                .into_iter()
                .map(|item| item.qualified(qualifiers))
                .collect()
        };
        match self {
            Self::Concept(id, mut own) => {
                own.extend(qualifiers.iter().cloned());
                Self::Concept(id, own)
            }
            Self::And(items) => Self::And(each(items)),
            Self::Or(items) => Self::Or(each(items)),
            Self::Count(comparison, n, items) => Self::Count(comparison, n, each(items)),
            Self::Not(inner) => Self::Not(Box::new(inner.qualified(qualifiers))),
            other => other,
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, items: &[Expr], glue: &str| {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    f.write_str(glue)?;
                }
                write!(f, "{item}")?;
            }
            Ok(())
        };
        match self {
            Self::Concept(id, qualifiers) => {
                write!(f, "{id}")?;
                if qualifiers.is_empty() {
                    return Ok(());
                }
                let groups: Vec<String> = qualifiers
                    .iter()
                    .map(|group| {
                        group
                            .iter()
                            .map(ToString::to_string)
                            .collect::<Vec<_>>()
                            .join("|")
                    })
                    .collect();
                write!(f, "[{}]", groups.join(","))
            }
            Self::Derived(id) => write!(f, "{id}"),
            Self::Rule(id) => write!(f, "{id}"),
            Self::Compare(name, comparison, value) => {
                write!(f, "{name}{}{value}", comparison.sign())
            }
            Self::Sex(sex) => write!(f, "sex={sex}"),
            Self::And(items) => {
                f.write_str("(")?;
                join(f, items, " AND ")?;
                f.write_str(")")
            }
            Self::Or(items) => {
                f.write_str("ANY(")?;
                join(f, items, ", ")?;
                f.write_str(")")
            }
            Self::Count(comparison, n, items) => {
                write!(f, "COUNT{}{n}(", comparison.sign())?;
                join(f, items, ", ")?;
                f.write_str(")")
            }
            Self::Not(inner) => write!(f, "NOT {inner}"),
        }
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New14 => f.write_str("new14"),
            Self::New => f.write_str("new"),
            Self::Stable => f.write_str("stable"),
            Self::Sudden => f.write_str("sudden"),
            Self::Rapid => f.write_str("rapid"),
            Self::Severe => f.write_str("severe"),
            Self::AfterInjury => f.write_str("after_injury"),
            Self::Resolved => f.write_str("resolved"),
            Self::Side(side) => write!(f, "{side}"),
            Self::Since(comparison, days) => write!(f, "{}{days}d", comparison.sign()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter_than_or_and_not_tighter_than_and() {
        let expr = Expr::parse("SYM.A OR SYM.B AND NOT SYM.C").expect("parses");
        assert_eq!(expr.to_string(), "ANY(SYM.A, (SYM.B AND NOT SYM.C))");
    }

    #[test]
    fn a_qualifier_behind_a_list_applies_to_each() {
        let expr = Expr::parse("ANY[new14](SYM.A, ANY(SYM.B, x))[<=6w, sudden|after_injury]")
            .expect("parses");
        assert_eq!(
            expr.to_string(),
            "ANY(SYM.A[new14,<=42d,sudden|after_injury], ANY(SYM.B[new14,<=42d,sudden|after_injury], x))"
        );
    }

    #[test]
    fn counts_comparisons_and_rules_are_read() {
        let expr =
            Expr::parse("COUNT>=2(SYM.A, age>=45) AND NOT RF-CES-1 AND sex=male").expect("parses");
        assert_eq!(expr.rules().len(), 1);
    }

    #[test]
    fn what_is_printed_reads_back_the_same() {
        for text in [
            "(SYM.A OR SYM.B) AND COUNT==3(SYM.C, SYM.D, nrs_worst24h>=7)",
            "SYM.X[>14d, stable]",
        ] {
            let expr = Expr::parse(text).expect("parses");
            assert_eq!(Expr::parse(&expr.to_string()), Ok(expr));
        }
    }

    #[test]
    fn errors_name_the_place() {
        for bad in [
            "",
            "SYM.A AND",
            "ANY(SYM.A",
            "LBP",
            "SYM.A[soon]",
            "true_weakness[new14]",
            "SYM.A SYM.B",
        ] {
            assert!(Expr::parse(bad).is_err(), "{bad}");
        }
    }
}
