//! Conditions to think of: evidence for and against each disease, for clinicians only.

use std::collections::BTreeMap;

use crate::domain::{Assertion, ConceptId, Condition};
use crate::knowledge::{Disease, Knowledge, Relation};

use super::evaluate::View;

/// Weights are ordinal: they order conditions and say nothing about probability.
/// Source: project convention, after concepts §0 (典型 supports, 可能 supports weakly, 反证 lowers).
const TYPICAL: f64 = 2.0;
const POSSIBLE: f64 = 1.0;
const AGAINST: f64 = -2.0;
const TYPICAL_DENIED: f64 = -0.5;
const HINT: f64 = 0.5;
const SHOWN: usize = 5;

struct Tally<'k> {
    disease: &'k Disease,
    score: f64,
    supporting: Vec<String>,
    against: Vec<String>,
}

/// The conditions with the highest scores, best first; at most five.
pub fn conditions(knowledge: &Knowledge, view: &View<'_>) -> Vec<Condition> {
    let mut tallies: BTreeMap<&ConceptId, Tally<'_>> = BTreeMap::new();
    for edge in &knowledge.graph.edges {
        let weight = match edge.relation {
            Relation::HasTypical => TYPICAL,
            Relation::HasPossible => POSSIBLE,
            Relation::Against => AGAINST,
            _ => continue,
        };
        let Some(fact) = view.fact(edge.to.as_str()) else {
            continue;
        };
        let Some(disease) = knowledge.graph.diseases.get(&edge.from) else {
            continue;
        };
        let tally = tallies.entry(&edge.from).or_insert_with(|| Tally {
            disease,
            score: 0.0,
            supporting: vec![],
            against: vec![],
        });
        let name = knowledge.name(&edge.to).to_owned();
        match fact.assertion {
            Assertion::Present if weight > 0.0 => {
                tally.score += weight;
                tally.supporting.push(name);
            }
            Assertion::Present => {
                tally.score += weight;
                tally.against.push(name);
            }
            Assertion::Absent if edge.relation == Relation::HasTypical => {
                tally.score += TYPICAL_DENIED;
                tally.against.push(format!("无{name}"));
            }
            _ => {}
        }
    }
    let mut found: Vec<Tally<'_>> = tallies
        .into_values()
        .filter(|tally| !tally.supporting.is_empty())
        .collect();
    for tally in &mut found {
        tally.score += background(tally.disease, view);
    }
    found.retain(|tally| tally.score > 1.0);
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.disease.id.cmp(&b.disease.id))
    });
    found.truncate(SHOWN);
    found.into_iter().map(shown).collect()
}

/// Age, sex, triggers and history that point to a disease or away from it.
fn background(disease: &Disease, view: &View<'_>) -> f64 {
    let mut score = 0.0;
    if let Some(age) = view.measure("age") {
        let (low, high) = disease.ages;
        if low.is_some() || high.is_some() {
            let fits = low.is_none_or(|low| age >= low) && high.is_none_or(|high| age <= high);
            score += if fits { HINT } else { -HINT };
        }
    }
    if let (Some(known), Some(likely)) = (view.case().sex, disease.sex) {
        score += if known == likely {
            HINT / 2.0
        } else {
            -HINT / 2.0
        };
    }
    let hints = disease
        .hint_terms
        .iter()
        .filter(|term| view.case().has(term.as_str()))
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a handful of terms")]
    let hints = hints as f64;
    score + HINT * hints
}

fn shown(tally: Tally<'_>) -> Condition {
    Condition {
        id: tally.disease.id.clone(),
        name: tally.disease.name.clone(),
        icd10: tally.disease.icd10.clone(),
        score: (tally.score * 100.0).round() / 100.0,
        supporting: tally.supporting,
        against: tally.against,
    }
}
