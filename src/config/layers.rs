//! Layers of settings, each checked against the defaults: same names, same types.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::ConfigError;

/// Tables whose keys the user chooses.
const FREE: [&str; 1] = ["site.departments"];
/// Variables by the names that others know them by.
const ALIASES: [(&str, &str); 1] = [("JIWEN_QDRANT_URL", "JIWEN__SEARCH__QDRANT_URL")];

/// The settings so far, and where each one that is not a default comes from.
pub(super) struct Layers {
    table: Table,
    origins: BTreeMap<String, String>,
}

impl Layers {
    pub fn new(defaults: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            table: parse("the defaults", defaults)?,
            origins: BTreeMap::new(),
        })
    }

    pub fn add_file(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        let layer = parse(name, text)?;
        merge(&mut self.table, layer, "", name, &mut self.origins)
    }

    pub fn add_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        let mut ours: Vec<(String, String)> = variables
            .into_iter()
            .map(|(name, text)| {
                let own = ALIASES.iter().find(|(alias, _)| *alias == name);
                (own.map_or(name, |(_, own)| (*own).to_owned()), text)
            })
            .filter(|(name, _)| name.starts_with("JIWEN__"))
            .collect();
        ours.sort();
        for (name, text) in ours {
            let path = name["JIWEN__".len()..].to_lowercase().replace("__", ".");
            let value = match self.at(&path) {
                Some(present) => {
                    read_text(present, &text).map_err(|expected| ConfigError::Value {
                        origin: name.clone(),
                        field: path.clone(),
                        expected: expected.to_owned(),
                        got: text.clone(),
                    })?
                }
                None => Value::String(text),
            };
            // One value as a layer of its own: the same checks as for a file.
            let layer = path.rsplit('.').fold(value, |value, key| {
                Table::from_iter([(key.to_owned(), value)]).into()
            });
            if let Value::Table(layer) = layer {
                merge(&mut self.table, layer, "", &name, &mut self.origins)?;
            }
        }
        Ok(())
    }

    /// The settings as their Rust type; names and kinds of value are right by now.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        T::deserialize(self.table.clone()).map_err(|error: toml::de::Error| ConfigError::Value {
            origin: "configuration".into(),
            field: "*".into(),
            expected: "readable".into(),
            got: error.message().to_owned(),
        })
    }

    /// Says what is wrong with a value, with the place that it comes from.
    pub fn wrong(&self, field: &str, expected: &str, got: impl ToString) -> ConfigError {
        ConfigError::Value {
            origin: self
                .origins
                .get(field)
                .map_or("the defaults", String::as_str)
                .to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            got: got.to_string(),
        }
    }

    /// Checks the range of a number.
    pub fn in_range(
        &self,
        field: &str,
        value: u64,
        least: u64,
        most: u64,
    ) -> Result<(), ConfigError> {
        if (least..=most).contains(&value) {
            Ok(())
        } else {
            Err(self.wrong(field, &format!("{least} to {most}"), value))
        }
    }

    /// A field's text; empty when it is none.
    pub fn text(&self, field: &str) -> &str {
        self.at(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// The entries of a table whose keys the user chooses.
    pub fn table(&self, field: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.at(field)
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
    }

    fn at(&self, path: &str) -> Option<&Value> {
        let (section, field) = path.split_once('.')?;
        self.table.get(section)?.get(field)
    }
}

fn parse(origin: &str, text: &str) -> Result<Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        ConfigError::Syntax {
            origin: origin.to_owned(),
            line: text
                .get(..start)
                .map_or(1, |head| head.matches('\n').count() + 1),
            message: error.message().replace('\n', "; "),
        }
    })
}

fn merge(
    into: &mut Table,
    layer: Table,
    prefix: &str,
    origin: &str,
    origins: &mut BTreeMap<String, String>,
) -> Result<(), ConfigError> {
    for (key, value) in layer {
        let field = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        let free = FREE.contains(&prefix);
        let mut known: Vec<&str> = into.keys().map(String::as_str).collect();
        known.sort_unstable();
        let known = known.join(", ");
        if free {
            // A whole entry: what it may hold is checked by its own section.
            note_origins(&field, &value, origin, origins);
            into.insert(key, value);
            continue;
        }
        let present = match into.get_mut(&key) {
            Some(present) => present,
            None => {
                return Err(ConfigError::Unknown {
                    origin: origin.to_owned(),
                    field,
                    known,
                });
            }
        };
        match (present, value) {
            (Value::Table(present), Value::Table(value)) => {
                merge(present, value, &field, origin, origins)?;
            }
            (present, value) if present.same_type(&value) => {
                *present = value;
                origins.insert(field, origin.to_owned());
            }
            (present, value) => {
                return Err(ConfigError::Value {
                    origin: origin.to_owned(),
                    field,
                    expected: kind(present).to_owned(),
                    got: kind(&value).to_owned(),
                });
            }
        }
    }
    Ok(())
}

/// Where an entry and its fields come from.
fn note_origins(field: &str, value: &Value, origin: &str, origins: &mut BTreeMap<String, String>) {
    origins.insert(field.to_owned(), origin.to_owned());
    for name in value.as_table().into_iter().flat_map(Table::keys) {
        origins.insert(format!("{field}.{name}"), origin.to_owned());
    }
}

/// Reads an environment variable as the kind of value that the field has.
fn read_text(like: &Value, text: &str) -> Result<Value, &'static str> {
    match like {
        Value::Integer(_) => text.parse().map(Value::Integer).map_err(|_| kind(like)),
        Value::Float(_) => text.parse().map(Value::Float).map_err(|_| kind(like)),
        Value::Boolean(_) => text.parse().map(Value::Boolean).map_err(|_| kind(like)),
        Value::Array(_) => Ok(Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| Value::String(part.to_owned()))
                .collect(),
        )),
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
