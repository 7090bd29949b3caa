//! Evaluation files (JSONL), as the contract's section 4 has them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::{Opening, Sex};

use super::single::nobody;
use super::spoken::{Draw, Draws};

/// Why an evaluation file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The file cannot be read.
    #[error("read {path}: {source}", path = path.display())]
    Read {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// A line is not what it must be.
    #[error("{path}:{line}: {message}", path = path.display())]
    Line {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong, with the field.
        message: String,
    },
}

/// A whole patient.
#[derive(Debug, Clone, Deserialize)]
pub struct Vignette {
    /// Id.
    pub id: String,
    /// Region of the wording.
    #[serde(default)]
    pub region: String,
    /// Age and sex.
    #[serde(default)]
    pub profile: Profile,
    /// First message.
    pub opening: String,
    /// What the patient knows, by slot.
    #[serde(default)]
    pub facts: BTreeMap<String, Known>,
    /// What must come out.
    pub expect: Expect,
    /// What a recogniser wrote of each text that the patient may say.
    #[serde(default)]
    pub spoken: Draws,
}

impl Vignette {
    /// How the patient opens a visit.
    pub(super) fn visit(&self) -> Opening {
        let sex = self.profile.sex.as_deref();
        Opening {
            age: self.profile.age,
            sex: sex.and_then(|sex| Sex::parse(sex).ok()),
            ..nobody()
        }
    }
}

/// Age and sex.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Profile {
    /// Years.
    pub age: Option<f64>,
    /// `male` or `female`.
    pub sex: Option<String>,
}

/// What a patient knows about a slot.
#[derive(Debug, Clone, Deserialize)]
pub struct Known {
    /// In the patient's words.
    #[serde(default)]
    pub text: String,
    /// Normalised value.
    #[serde(default)]
    pub value: Value,
    /// Label (or id, or several) of the option it means.
    #[serde(default)]
    pub choice: Value,
    /// Answers to single questions of the slot.
    #[serde(default)]
    pub more: BTreeMap<String, Known>,
}

/// What must come out of a vignette.
#[derive(Debug, Clone, Deserialize)]
pub struct Expect {
    /// Terms present.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Terms denied.
    #[serde(default)]
    pub negated: Vec<String>,
    /// Flags, or `["none"]`.
    #[serde(default)]
    pub red_flags: Vec<String>,
    /// Urgency.
    pub urgency: String,
    /// Departments that are right.
    #[serde(default)]
    pub department: Vec<String>,
    /// Route.
    pub route: String,
}

/// A phrase with its terms.
#[derive(Debug, Clone, Deserialize)]
pub struct Phrase {
    /// Id.
    pub id: String,
    /// Region.
    #[serde(default)]
    pub region: String,
    /// Text.
    pub text: String,
    /// Terms present.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Terms denied.
    #[serde(default)]
    pub negated: Vec<String>,
    /// Side.
    pub side: Option<String>,
    /// What a recogniser wrote of it.
    #[serde(default)]
    pub spoken: Vec<Draw>,
}

/// An answer to a question with the option that it means.
#[derive(Debug, Clone, Deserialize)]
pub struct AnswerCase {
    /// Id.
    pub id: String,
    /// Id of the question.
    pub question: String,
    /// Text.
    pub text: String,
    /// Id of the option; nothing when the text does not answer the question.
    pub option: Option<String>,
}

/// A single message with its department.
#[derive(Debug, Clone, Deserialize)]
pub struct DepartmentCase {
    /// Id.
    pub id: String,
    /// Text.
    pub text: String,
    /// The department acceptable; several separated by `|`.
    pub mapped_department: String,
    /// Age, when known.
    pub age: Option<f64>,
    /// Sex, when known.
    pub sex: Option<String>,
    /// What a recogniser wrote of it.
    #[serde(default)]
    pub spoken: Vec<Draw>,
}

/// Reads a JSONL file.
///
/// # Errors
/// Names the file, the line and the field.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, EvalError> {
    let content = std::fs::read_to_string(path).map_err(|source| EvalError::Read {
        path: path.to_owned(),
        source,
    })?;
    content
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|error| EvalError::Line {
                path: path.to_owned(),
                line: index + 1,
                message: error.to_string(),
            })
        })
        .collect()
}
