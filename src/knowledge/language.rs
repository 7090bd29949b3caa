//! The rule language: text → typed tree. Meaning is given in `triage::evaluate`.
//!
//! Grammar and qualifiers are described in `knowledge-graph/README.md`.

use std::fmt;

use crate::domain::{ConceptId, RuleId, Sex, Side};

use super::facts::parse_span;

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
        let mut parser = Parser { rest: text };
        let expr = parser.or()?;
        parser.space();
        if parser.rest.is_empty() {
            Ok(expr)
        } else {
            Err(parser.error("expected AND, OR or the end"))
        }
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

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn or(&mut self) -> Result<Expr, LanguageError> {
        let mut items = vec![self.and()?];
        while self.word("OR") {
            items.push(self.and()?);
        }
        Ok(single_or(items, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, LanguageError> {
        let mut items = vec![self.not()?];
        while self.word("AND") {
            items.push(self.not()?);
        }
        Ok(single_or(items, Expr::And))
    }

    fn not(&mut self) -> Result<Expr, LanguageError> {
        if self.word("NOT") {
            return Ok(Expr::Not(Box::new(self.not()?)));
        }
        self.atom()
    }

    fn atom(&mut self) -> Result<Expr, LanguageError> {
        if self.sign("(") {
            let inner = self.or()?;
            self.expect(")")?;
            let qualifiers = self.qualifiers()?;
            return Ok(inner.qualified(&qualifiers));
        }
        if self.word("ANY") {
            return self.list(Expr::Or);
        }
        if self.word("COUNT") {
            let comparison = self.comparison()?;
            let n = self.number()?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "counts are small and positive"
            )]
            return self.list(move |items| Expr::Count(comparison, n as usize, items));
        }
        self.term()
    }

    fn list(&mut self, build: impl FnOnce(Vec<Expr>) -> Expr) -> Result<Expr, LanguageError> {
        let mut qualifiers = self.qualifiers()?;
        self.expect("(")?;
        let mut items = vec![self.or()?];
        while self.sign(",") {
            items.push(self.or()?);
        }
        self.expect(")")?;
        qualifiers.extend(self.qualifiers()?);
        Ok(build(items).qualified(&qualifiers))
    }

    fn term(&mut self) -> Result<Expr, LanguageError> {
        self.space();
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err(self.error("expected a concept, derived value, rule or comparison"));
        }
        let start = self.rest;
        self.rest = rest;
        if name.contains('.') {
            let qualifiers = self.qualifiers()?;
            return Ok(Expr::Concept(ConceptId::new(name), qualifiers));
        }
        if name.contains('-') {
            return Ok(Expr::Rule(RuleId::new(name)));
        }
        if name == "sex" {
            self.expect("=")?;
            for sex in Sex::ALL {
                if self.word(sex.as_str()) {
                    return Ok(Expr::Sex(*sex));
                }
            }
            return Err(self.error("expected male or female"));
        }
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            self.rest = start;
            return Err(self.error("a concept needs its prefix (SYM., HX., …)"));
        }
        self.space();
        if self.rest.starts_with(['<', '>', '=']) {
            let comparison = self.comparison()?;
            return Ok(Expr::Compare(name.to_owned(), comparison, self.number()?));
        }
        // Qualifiers do not apply to derived values; a bracket here would be silently lost.
        self.space();
        if self.rest.starts_with('[') {
            return Err(self.error("a derived value takes no qualifier"));
        }
        Ok(Expr::Derived(ConceptId::new(name)))
    }

    fn qualifiers(&mut self) -> Result<Qualifiers, LanguageError> {
        if !self.sign("[") {
            return Ok(vec![]);
        }
        let Some((inner, rest)) = self.rest.split_once(']') else {
            return Err(self.error("bracket not closed"));
        };
        let groups = inner
            .split(',')
            .map(|group| {
                group
                    .split('|')
                    .map(|text| qualifier(text.trim()))
                    .collect()
            })
            .collect::<Result<Qualifiers, LanguageError>>()?;
        self.rest = rest;
        Ok(groups)
    }

    fn comparison(&mut self) -> Result<Comparison, LanguageError> {
        for (sign, comparison) in SIGNS {
            if self.sign(sign) {
                return Ok(comparison);
            }
        }
        Err(self.error("expected >=, >, <=, < or ="))
    }

    fn number(&mut self) -> Result<f64, LanguageError> {
        self.space();
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let value = number
            .parse()
            .map_err(|_| self.error("expected a number"))?;
        self.rest = rest;
        Ok(value)
    }

    fn word(&mut self, word: &str) -> bool {
        self.space();
        let Some(rest) = self.rest.strip_prefix(word) else {
            return false;
        };
        if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.') {
            return false;
        }
        self.rest = rest;
        true
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.space();
        self.rest.strip_prefix(sign).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn expect(&mut self, sign: &str) -> Result<(), LanguageError> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.error(&format!("expected `{sign}`")))
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn error(&self, message: &str) -> LanguageError {
        let near: String = self.rest.chars().take(24).collect();
        LanguageError {
            near,
            message: message.to_owned(),
        }
    }
}

const SIGNS: [(&str, Comparison); 6] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("==", Comparison::Equal),
    (">", Comparison::MoreThan),
    ("<", Comparison::LessThan),
    ("=", Comparison::Equal),
];

fn single_or(mut items: Vec<Expr>, build: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match items.len() {
        1 => items.remove(0),
        _ => build(items),
    }
}

fn qualifier(text: &str) -> Result<Qualifier, LanguageError> {
    let error = |message: &str| LanguageError {
        near: text.to_owned(),
        message: message.to_owned(),
    };
    Ok(match text {
        "new14" => Qualifier::New14,
        "new" => Qualifier::New,
        "stable" => Qualifier::Stable,
        "sudden" => Qualifier::Sudden,
        "rapid" => Qualifier::Rapid,
        "severe" => Qualifier::Severe,
        "after_injury" => Qualifier::AfterInjury,
        "resolved" => Qualifier::Resolved,
        _ => {
            if let Ok(side) = Side::parse(text) {
                return Ok(Qualifier::Side(side));
            }
            let Some((comparison, span)) = SIGNS
                .iter()
                .find_map(|(sign, c)| text.strip_prefix(sign).map(|rest| (*c, rest)))
            else {
                return Err(error("is not a qualifier"));
            };
            Qualifier::Since(
                comparison,
                parse_span(span.trim()).map_err(|message| error(&message))?,
            )
        }
    })
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
