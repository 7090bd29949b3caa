//! Terms: every concept that may be recognised, stored or reasoned over. Read from `terms/*.csv`.

use std::collections::BTreeMap;

use crate::domain::{ConceptId, Side};

use super::source::{Faults, Files, text};

/// A concept with its names.
#[derive(Debug, Clone)]
pub struct Term {
    /// `SYM.LBP`, `BP.LUMBAR`, …
    pub id: ConceptId,
    /// Standard Chinese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Definition, or examples for a drug class.
    pub definition: String,
    /// ICD-10 reference code, for findings.
    pub icd10: String,
    /// `pain`, `sensory`, `motor`, `sphincter`, `mechanical`, `systemic` for findings; else the file's name.
    pub group: String,
    /// Parent, for sites.
    pub parent: Option<ConceptId>,
    /// Side, for laterality terms.
    pub side: Option<Side>,
}

/// All terms by id.
pub type Terms = BTreeMap<ConceptId, Term>;

const FILES: [&str; 8] = [
    "findings",
    "sites",
    "laterality",
    "qualities",
    "factors",
    "times",
    "history",
    "drugs",
];

pub(super) fn read(files: &Files, faults: &mut Faults) -> Terms {
    let mut terms = Terms::new();
    for kind in FILES.into_iter().chain(["modifiers"]) {
        let path = format!("terms/{kind}.csv");
        for row in files.csv(&path, faults) {
            let id = ConceptId::new(row.get("id"));
            let side = row.get("side");
            let term = Term {
                id: id.clone(),
                name: text(&row, "name"),
                english: text(&row, "english"),
                definition: [
                    row.get("definition"),
                    row.get("examples"),
                    row.get("hint"),
                    row.get("note"),
                ]
                .into_iter()
                .find(|cell| !cell.is_empty())
                .unwrap_or_default()
                .to_owned(),
                icd10: text(&row, "icd10"),
                group: if kind == "findings" {
                    text(&row, "group")
                } else {
                    kind.to_owned()
                },
                parent: Some(row.get("parent"))
                    .filter(|p| !p.is_empty())
                    .map(ConceptId::new),
                side: match (side.is_empty(), Side::parse(side)) {
                    (true, _) => None,
                    (false, Ok(side)) => Some(side),
                    (false, Err(error)) => {
                        faults.push(&path, row.line, error.to_string());
                        None
                    }
                },
            };
            if terms.insert(id.clone(), term).is_some() {
                faults.push(&path, row.line, format!("`{id}` is defined twice"));
            }
        }
    }
    terms
}
