//! Reading the folder: file contents come in as values, faults go out with file and line.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;

/// One thing that is wrong in a data file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File, relative to the folder.
    pub file: String,
    /// Line, from 1; 0 when it concerns the whole file.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    /// File and line, without what stands there.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Every fault found so far.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes one more.
    pub fn push(&mut self, file: &str, line: usize, message: impl Into<String>) {
        self.0.push(Fault {
            file: file.to_owned(),
            line,
            message: message.into(),
        });
    }
}

/// File contents by path relative to the project (`knowledge-graph/` and `prompts/` merged:
/// prompt files keep their `prompts/` prefix).
#[derive(Debug, Clone, Default)]
pub struct Files(pub BTreeMap<String, String>);

/// One CSV row with its line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: usize,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// A cell by column name, trimmed; empty when the column is missing.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// A cell as an owned text.
pub(super) fn text(row: &Row, column: &str) -> String {
    row.get(column).to_owned()
}

impl Files {
    /// The rows of a CSV file with a header line.
    pub fn csv(&self, path: &str, faults: &mut Faults) -> Vec<Row> {
        let Some(content) = self.0.get(path) else {
            faults.push(path, 0, "file is missing");
            return vec![];
        };
        let mut reader = csv::Reader::from_reader(content.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                faults.push(path, 1, error.to_string());
                return vec![];
            }
        };
        let mut rows = vec![];
        for record in reader.records() {
            match record {
                Ok(record) => rows.push(Row {
                    line: record
                        .position()
                        .map_or(0, |p| usize::try_from(p.line()).unwrap_or(0)),
                    cells: header
                        .iter()
                        .zip(record.iter())
                        .map(|(h, c)| (h.to_owned(), c.to_owned()))
                        .collect(),
                }),
                Err(error) => {
                    let line = error
                        .position()
                        .map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
                    faults.push(path, line, error.to_string());
                }
            }
        }
        rows
    }

    /// A TOML file as a value of its Rust type, which is its schema.
    pub fn toml<T: DeserializeOwned + Default>(&self, path: &str, faults: &mut Faults) -> T {
        let Some(content) = self.0.get(path) else {
            faults.push(path, 0, "file is missing");
            return T::default();
        };
        toml::from_str(content).unwrap_or_else(|error| {
            let line = error.span().map_or(0, |span| line_of(content, span.start));
            faults.push(path, line, error.message().to_owned());
            T::default()
        })
    }

    /// Paths that start with a prefix, sorted.
    pub fn under(&self, prefix: &str) -> Vec<String> {
        self.0
            .keys()
            .filter(|path| path.starts_with(prefix))
            .cloned()
            .collect()
    }

    /// The line on which an entry with this id starts, for naming it in a fault.
    pub fn line_of_id(&self, path: &str, id: &str) -> usize {
        let quoted = format!("\"{id}\"");
        let defines = |line: &str| {
            let key = line.trim_start();
            line.contains(&quoted)
                && ["id", "name", "then", "["]
                    .iter()
                    .any(|start| key.starts_with(start))
        };
        self.0
            .get(path)
            .and_then(|content| content.lines().position(defines))
            .map_or(0, |index| index + 1)
    }
}

fn line_of(content: &str, offset: usize) -> usize {
    content
        .get(..offset)
        .map_or(1, |head| head.matches('\n').count() + 1)
}
