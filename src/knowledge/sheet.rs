//! A TOML file that a hospital writes itself, read field by field: every fault at once, each with its line.
//!
//! A field is named by its path: `name`, `signature.by`, `item.3.text` (the fourth `[[item]]`).

use std::collections::BTreeSet;

use jiff::civil::Date;
use toml::{Table, Value};

use super::source::Fault;

/// The file, and what is wrong with it so far.
pub(super) struct Sheet<'s> {
    name: &'s str,
    text: &'s str,
    table: Value,
    taken: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl<'s> Sheet<'s> {
    /// Parses the text; `name` stands in every fault.
    ///
    /// # Errors
    /// When it is not TOML.
    pub fn open(name: &'s str, text: &'s str) -> Result<Self, Vec<Fault>> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or_default();
            vec![Fault {
                file: name.to_owned(),
                line: before.matches('\n').count() + 1,
                message: error.message().replace('\n', "; "),
            }]
        })?;
        Ok(Self {
            name,
            text,
            table: Value::Table(table),
            taken: BTreeSet::new(),
            faults: vec![],
        })
    }

    /// Whether a field or section is there.
    pub fn has(&self, field: &str) -> bool {
        find(&self.table, field).is_some()
    }

    /// How many tables an array of tables has; a value of another kind is a fault.
    pub fn count(&mut self, field: &str) -> usize {
        match find(&self.table, field) {
            None => 0,
            Some(Value::Array(items)) if items.iter().all(Value::is_table) => items.len(),
            Some(other) => {
                let got = shown(other);
                self.wrong(field, &format!("a list of [[{field}]] tables"), &got);
                0
            }
        }
    }

    /// A text that must be there and not be empty.
    pub fn text(&mut self, field: &str) -> Option<String> {
        let given = self.optional_text(field)?;
        if given.is_empty() {
            let got = if self.has(field) {
                "an empty text"
            } else {
                "nothing"
            };
            self.wrong(field, "a text", got);
            return None;
        }
        Some(given)
    }

    /// A text that may be left out; `None` only where something else stands there.
    pub fn optional_text(&mut self, field: &str) -> Option<String> {
        match self.take(field) {
            None => Some(String::new()),
            Some(Value::String(text)) => Some(text.trim().to_owned()),
            Some(other) => self.wrong_value(field, "a text", &other),
        }
    }

    /// A list of texts, none of them empty; it may be left out.
    pub fn texts(&mut self, field: &str) -> Vec<String> {
        let Some(value) = self.take(field) else {
            return vec![];
        };
        let texts: Option<Vec<String>> = value.as_array().and_then(|items| {
            let text = |item: &Value| Some(item.as_str()?.trim().to_owned());
            items.iter().map(text).collect()
        });
        match texts {
            Some(texts) if texts.iter().all(|text| !text.is_empty()) => texts,
            _ => self
                .wrong_value(field, "a list of texts", &value)
                .unwrap_or_default(),
        }
    }

    /// A whole number within a range; `None` where it is left out or wrong.
    pub fn whole(&mut self, field: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.take(field)?;
        match value.as_integer() {
            Some(number) if (least..=most).contains(&number) => Some(number),
            _ => {
                let expected = format!("a whole number from {least} to {most}");
                self.wrong_value(field, &expected, &value)
            }
        }
    }

    /// A number; `None` where it is left out or wrong.
    pub fn number(&mut self, field: &str) -> Option<f64> {
        let value = self.take(field)?;
        match number_of(&value) {
            Some(number) => Some(number),
            None => self.wrong_value(field, "a number", &value),
        }
    }

    /// Numbers in a list; empty where it is left out or wrong.
    pub fn numbers(&mut self, field: &str) -> Vec<f64> {
        let Some(value) = self.take(field) else {
            return vec![];
        };
        let numbers: Option<Vec<f64>> = value
            .as_array()
            .and_then(|items| items.iter().map(number_of).collect());
        numbers.unwrap_or_else(|| {
            self.wrong_value(field, "a list of numbers", &value)
                .unwrap_or_default()
        })
    }

    /// A switch; `usual` where it is left out or wrong.
    pub fn yes(&mut self, field: &str, usual: bool) -> bool {
        let Some(value) = self.take(field) else {
            return usual;
        };
        match value.as_bool() {
            Some(yes) => yes,
            None => self
                .wrong_value(field, "true or false", &value)
                .unwrap_or(usual),
        }
    }

    /// A day like 2026-11-01, as text or as TOML's own date; `None` where it is left out or wrong.
    pub fn day(&mut self, field: &str) -> Option<Date> {
        let value = self.take(field)?;
        let text = match &value {
            Value::String(text) => text.trim().to_owned(),
            Value::Datetime(day) => day.to_string(),
            other => return self.wrong_value(field, "a day like 2026-11-01", other),
        };
        match text.parse() {
            Ok(day) => Some(day),
            Err(_) => self.wrong_value(field, "a day like 2026-11-01", &value),
        }
    }

    /// Notes a fault of a field.
    pub fn wrong(&mut self, field: &str, expected: &str, got: &str) {
        let message = format!("`{field}` must be {expected}, got {got}");
        let line = self.line(field);
        self.faults.push(Fault {
            file: self.name.to_owned(),
            line,
            message,
        });
    }

    /// Ends the reading: what nobody asked for is a fault, too.
    pub fn finish(mut self) -> Vec<Fault> {
        let mut unknown = vec![];
        leaves(&self.table, "", &mut unknown);
        unknown.retain(|field| {
            let own = |taken: &String| {
                taken == field
                    || field.starts_with(&format!("{taken}."))
                    || taken.starts_with(&format!("{field}."))
            };
            !self.taken.iter().any(own)
        });
        for field in unknown {
            let line = self.line(&field);
            self.faults.push(Fault {
                file: self.name.to_owned(),
                line,
                message: format!("unknown field `{field}`"),
            });
        }
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        self.taken.insert(field.to_owned());
        find(&self.table, field).cloned()
    }

    fn wrong_value<T>(&mut self, field: &str, expected: &str, got: &Value) -> Option<T> {
        self.wrong(field, expected, &shown(got));
        None
    }

    /// The line of a field; where it is missing that of its section, else the first.
    fn line(&self, field: &str) -> usize {
        let (section, key) = field.rsplit_once('.').unwrap_or(("", field));
        let mut here = String::new();
        let mut counted: Vec<(String, usize)> = vec![];
        let mut of_section = 1;
        for (index, line) in self.text.lines().enumerate() {
            let line = line.trim();
            if let Some(name) = line.strip_prefix("[[").and_then(|l| l.split("]]").next()) {
                let name = plain(name);
                let seen = counted.iter_mut().find(|(other, _)| *other == name);
                let number = match seen {
                    Some((_, number)) => {
                        *number += 1;
                        *number
                    }
                    None => {
                        counted.push((name.clone(), 0));
                        0
                    }
                };
                here = format!("{name}.{number}");
            } else if let Some(name) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
                here = plain(name);
            } else if here == section {
                let named = line.split('=').next().map(plain);
                if line.contains('=') && named.as_deref() == Some(key) {
                    return index + 1;
                }
                continue;
            }
            if here == field {
                return index + 1;
            }
            if here == section {
                of_section = index + 1;
            }
        }
        // An element of a list stands on the line of the list.
        if of_section == 1 && key.parse::<usize>().is_ok() && section.contains('.') {
            return self.line(section);
        }
        of_section
    }
}

/// A whole or broken number that is finite.
fn number_of(value: &Value) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "weights and scores are small numbers"
    )]
    let whole = value.as_integer().map(|whole| whole as f64);
    value
        .as_float()
        .or(whole)
        .filter(|number| number.is_finite())
}

/// A key without quotes and spaces.
fn plain(key: &str) -> String {
    let parts = key.split('.').map(|part| part.trim().trim_matches('"'));
    parts.collect::<Vec<_>>().join(".")
}

fn find<'v>(value: &'v Value, field: &str) -> Option<&'v Value> {
    field.split('.').try_fold(value, |value, part| match value {
        Value::Table(table) => table.get(part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

fn leaves(value: &Value, path: &str, into: &mut Vec<String>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Table(table) if !table.is_empty() => {
            for (name, value) in table {
                leaves(value, &below(name), into);
            }
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_table) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, &below(&index.to_string()), into);
            }
        }
        _ if path.is_empty() => {}
        _ => into.push(path.to_owned()),
    }
}

fn shown(value: &Value) -> String {
    value.to_string().replace('\n', " ")
}
