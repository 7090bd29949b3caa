//! Reading a condition: precedence, lists, qualifiers, comparisons.

use crate::domain::{ConceptId, RuleId, Sex, Side};

use super::super::facts::parse_span;
use super::{Comparison, Expr, LanguageError, Qualifier, Qualifiers};

/// Parses a whole text.
pub(super) fn parse(text: &str) -> Result<Expr, LanguageError> {
    let mut parser = Parser { rest: text };
    let expr = parser.or()?;
    parser.space();
    if parser.rest.is_empty() {
        Ok(expr)
    } else {
        Err(parser.error("expected AND, OR or the end"))
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
