//! Lines of JSONL from a file or standard input, each with its place for one-line errors.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde::de::DeserializeOwned;

/// Bytes read at most.
const LIMIT: u64 = 256 * 1024 * 1024;

/// One line that is not blank.
pub struct Line {
    name: String,
    number: usize,
    text: String,
}

impl Line {
    /// `FILE:LINE`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.name, self.number)
    }

    /// The line as a value; the error names file, line and field.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.text).map_err(|error| anyhow!("{}: {error}", self.place()))
    }
}

/// Reads all lines.
pub fn lines(file: Option<&Path>) -> Result<Vec<Line>> {
    let (name, text) = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("read {}", path.display()))?;
            (path.display().to_string(), text)
        }
        None => ("standard input".to_owned(), standard_input()?),
    };
    let line = |(index, text): (usize, &str)| Line {
        name: name.clone(),
        number: index + 1,
        text: text.to_owned(),
    };
    let blank = |(_, text): &(usize, &str)| text.trim().is_empty();
    Ok(text
        .lines()
        .enumerate()
        .filter(|l| !blank(l))
        .map(line)
        .collect())
}

fn standard_input() -> Result<String> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LIMIT + 1)
        .read_to_string(&mut text)
        .context("read standard input")?;
    if u64::try_from(read).is_ok_and(|read| read > LIMIT) {
        bail!("standard input: more than 256 MiB");
    }
    Ok(text)
}
