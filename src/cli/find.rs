//! `jiwen kg find`: the concepts and diseases nearest to a text by its vector, with their ICD-10 codes.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jiwen::domain::ConceptId;
use jiwen::knowledge::Knowledge;
use jiwen::search::{Embed, Exact, Vectors};
use serde_json::{Value, json};
use uuid::Uuid;

/// Texts put before the encoder at once.
const AT_ONCE: usize = 64;
/// Rows looked at for each answer shown: a concept has many wordings.
const WORDINGS: usize = 16;

/// A concept or disease near to a text.
pub struct Found {
    id: ConceptId,
    name: String,
    icd10: String,
    /// The wording that is nearest.
    by: String,
    score: f32,
}

/// A wording and what it stands for.
type Wording = (String, ConceptId);

/// For each text the nearest, the nearest first, `most` at most.
pub fn find(
    knowledge: &Knowledge,
    encoder: &dyn Embed,
    texts: &[String],
    most: usize,
) -> Result<Vec<Vec<Found>>> {
    let wordings = wordings(knowledge);
    let index = index(encoder, &wordings)?;
    let vectors = encoder.embed(texts.to_vec())?;
    vectors
        .iter()
        .map(|vector| {
            let near = index.nearest(vector, most * WORDINGS)?;
            let mut found: Vec<Found> = vec![];
            for one in near {
                let at = usize::try_from(one.key.as_u128())?;
                let (by, id) = &wordings[at];
                if found.iter().all(|other| other.id != *id) && found.len() < most {
                    found.push(Found {
                        id: id.clone(),
                        name: knowledge.name(id).to_owned(),
                        icd10: icd10(knowledge, id),
                        by: by.clone(),
                        score: one.cosine,
                    });
                }
            }
            Ok(found)
        })
        .collect()
}

fn index(encoder: &dyn Embed, wordings: &[Wording]) -> Result<Exact> {
    let mut index: Option<Exact> = None;
    for (number, some) in wordings.chunks(AT_ONCE).enumerate() {
        let vectors = encoder.embed(some.iter().map(|(text, _)| text.clone()).collect())?;
        let width = vectors.first().map_or(0, Vec::len);
        let first = (number * AT_ONCE) as u128;
        let keys = (first..).map(Uuid::from_u128);
        let rows: Vec<_> = keys.zip(vectors).collect();
        index.get_or_insert_with(|| Exact::new(width)).put(&rows)?;
    }
    index.context("the knowledge graph has no words")
}

/// Names of findings, history, drugs and diseases, and what patients say for them.
fn wordings(knowledge: &Knowledge) -> Vec<Wording> {
    let wanted = |id: &ConceptId| matches!(id.kind(), "SYM" | "HX" | "MED");
    let terms = knowledge.terms.values();
    let names = terms
        .filter(|term| wanted(&term.id))
        .map(|term| (term.name.clone(), term.id.clone()));
    let diseases = knowledge.graph.diseases.values();
    let diseases = diseases.map(|one| (one.name.clone(), one.id.clone()));
    let own = knowledge.words.folk.iter().filter(|word| word.own);
    let said = knowledge.lexicon.entries.iter().chain(own);
    let said = said.filter_map(|word| match &word.concepts[..] {
        [id] if wanted(id) => Some((word.expression.clone(), id.clone())),
        _ => None,
    });
    let all = names.chain(diseases).chain(said);
    // The same word may stand for one concept in several regions.
    let once: BTreeMap<Wording, ()> = all.map(|one| (one, ())).collect();
    once.into_keys().collect()
}

fn icd10(knowledge: &Knowledge, id: &ConceptId) -> String {
    let term = knowledge.terms.get(id).map(|term| &term.icd10);
    let disease = knowledge.graph.diseases.get(id).map(|one| &one.icd10);
    term.or(disease).cloned().unwrap_or_default()
}

impl Found {
    /// One line for a person.
    pub fn line(&self) -> String {
        let code = if self.icd10.is_empty() {
            "-"
        } else {
            &self.icd10
        };
        let (score, id, name, by) = (self.score, &self.id, &self.name, &self.by);
        format!("{score:.2}  {id}  {name}  ICD-10 {code}  ({by})")
    }

    /// The same for a program.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id.as_str(), "name": self.name, "icd10": self.icd10, "wording": self.by,
            "score": (f64::from(self.score) * 1000.0).round() / 1000.0,
        })
    }
}
