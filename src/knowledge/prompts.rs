//! Every sentence shown or spoken to a patient, by key: `file.section.name`. Read from `prompts/*.toml`.

use std::collections::BTreeMap;

use super::source::{Faults, Files};

/// Sentences by key.
#[derive(Debug, Clone, Default)]
pub struct Prompts {
    lines: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
}

impl Prompts {
    /// The sentence under a key; empty when there is none.
    pub fn line(&self, key: &str) -> &str {
        self.lines.get(key).map_or("", String::as_str)
    }

    /// The sentences under a key.
    pub fn list(&self, key: &str) -> &[String] {
        self.lists.get(key).map_or(&[], Vec::as_slice)
    }

    /// The sentence with `{name}` replaced by its value.
    pub fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        values
            .iter()
            .fold(self.line(key).to_owned(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
    }

    /// Every sentence under a key of its own.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.values().map(String::as_str)
    }

    /// True when the key has a sentence.
    pub fn has(&self, key: &str) -> bool {
        self.lines.contains_key(key)
    }
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> Prompts {
    let mut prompts = Prompts::default();
    for path in files
        .under("prompts/")
        .into_iter()
        .filter(|p| p.ends_with(".toml") && !p.starts_with("prompts/questions/"))
    {
        let name = path
            .trim_start_matches("prompts/")
            .trim_end_matches(".toml")
            .to_owned();
        let table: toml::Table = files.toml(&path, faults);
        flatten(&name, &toml::Value::Table(table), &mut prompts);
    }
    prompts
}

fn flatten(key: &str, value: &toml::Value, prompts: &mut Prompts) {
    match value {
        toml::Value::Table(table) => {
            for (name, inner) in table {
                flatten(&format!("{key}.{name}"), inner, prompts);
            }
        }
        toml::Value::Array(items) => {
            let lines = items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect();
            prompts.lists.insert(key.to_owned(), lines);
        }
        toml::Value::String(text) => {
            prompts.lines.insert(key.to_owned(), text.trim().to_owned());
        }
        other => {
            prompts.lines.insert(key.to_owned(), other.to_string());
        }
    }
}
