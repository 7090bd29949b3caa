//! The graph: diseases, departments and typed edges. Read from `graph/*.csv`.

use std::collections::BTreeMap;

use crate::domain::{ConceptId, Sex};

use super::source::{Faults, Files, text};

/// How one node relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A disease typically shows this finding.
    HasTypical,
    /// A disease may show it.
    HasPossible,
    /// The finding speaks against the disease.
    Against,
    /// A disease is treated in this department (ranked).
    TreatedIn,
    /// A finding is located at this body part.
    LocatedAt,
    /// A finding must be told apart from another.
    RequiresClarify,
    /// A finding is a special case of another.
    Implies,
}

impl Relation {
    /// The name in the data files.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("HAS_TYPICAL", Self::HasTypical),
        ("HAS_POSSIBLE", Self::HasPossible),
        ("AGAINST", Self::Against),
        ("TREATED_IN", Self::TreatedIn),
        ("LOCATED_AT", Self::LocatedAt),
        ("REQUIRES_CLARIFY", Self::RequiresClarify),
        ("IMPLIES", Self::Implies),
    ];

    /// The name in the data files.
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(_, relation)| *relation == self)
            .map_or("", |(name, _)| name)
    }
}

/// One typed edge.
#[derive(Debug, Clone)]
pub struct Edge {
    /// From node.
    pub from: ConceptId,
    /// Relation.
    pub relation: Relation,
    /// To node.
    pub to: ConceptId,
    /// Order among edges of the same kind; 0 when unordered.
    pub rank: u32,
    /// `high`, `medium` or `low`.
    pub certainty: String,
    /// Guideline.
    pub source: String,
    /// Line in `graph/edges.csv`.
    pub line: usize,
}

/// A disease, for ordering and for clinicians; never shown to a patient.
#[derive(Debug, Clone)]
pub struct Disease {
    /// `DIS.LDH`
    pub id: ConceptId,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// WHO ICD-10 (2019) reference code.
    pub icd10: String,
    /// Ages at which it is commoner, years.
    pub ages: (Option<f64>, Option<f64>),
    /// Sex in which it is commoner.
    pub sex: Option<Sex>,
    /// Triggers, relievers and history that point to it.
    pub hint_terms: Vec<ConceptId>,
    /// Who gets it, in words.
    pub hint: String,
}

/// A department.
#[derive(Debug, Clone)]
pub struct Department {
    /// `DEPT.SPINE`
    pub id: ConceptId,
    /// Name within the specification.
    pub name: String,
    /// Name used outwardly.
    pub contract_name: String,
    /// English name.
    pub english: String,
    /// What it takes.
    pub takes: String,
    /// Departments to go to where a hospital has none.
    pub fallback: Vec<String>,
}

/// Diseases, departments and edges.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Diseases by id.
    pub diseases: BTreeMap<ConceptId, Disease>,
    /// Departments by id.
    pub departments: BTreeMap<ConceptId, Department>,
    /// Edges in file order.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// Edges that leave a node with a relation, in rank order.
    pub fn from<'a>(
        &'a self,
        node: &'a ConceptId,
        relation: Relation,
    ) -> impl Iterator<Item = &'a Edge> {
        self.edges
            .iter()
            .filter(move |edge| &edge.from == node && edge.relation == relation)
    }
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> Graph {
    let mut graph = Graph::default();
    for row in files.csv("graph/diseases.csv", faults) {
        let id = ConceptId::new(row.get("id"));
        let number = |column: &str| row.get(column).parse::<f64>().ok();
        let disease = Disease {
            id: id.clone(),
            name: text(&row, "name"),
            english: text(&row, "english"),
            icd10: text(&row, "icd10"),
            ages: (number("age_low"), number("age_high")),
            sex: Sex::parse(row.get("sex")).ok(),
            hint_terms: row
                .get("hint_terms")
                .split('|')
                .filter(|t| !t.is_empty())
                .map(ConceptId::new)
                .collect(),
            hint: text(&row, "hint"),
        };
        if graph.diseases.insert(id.clone(), disease).is_some() {
            faults.push(
                "graph/diseases.csv",
                row.line,
                format!("`{id}` is defined twice"),
            );
        }
    }
    for row in files.csv("graph/departments.csv", faults) {
        let id = ConceptId::new(row.get("id"));
        let department = Department {
            id: id.clone(),
            name: text(&row, "name"),
            contract_name: text(&row, "contract_name"),
            english: text(&row, "english"),
            takes: text(&row, "takes"),
            fallback: row
                .get("fallback")
                .split('|')
                .filter(|t| !t.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        graph.departments.insert(id, department);
    }
    for row in files.csv("graph/edges.csv", faults) {
        let Some((_, relation)) = Relation::NAMES
            .iter()
            .find(|(name, _)| *name == row.get("relation"))
        else {
            faults.push(
                "graph/edges.csv",
                row.line,
                format!("unknown relation `{}`", row.get("relation")),
            );
            continue;
        };
        graph.edges.push(Edge {
            from: ConceptId::new(row.get("from")),
            relation: *relation,
            to: ConceptId::new(row.get("to")),
            rank: row.get("rank").parse().unwrap_or(0),
            certainty: text(&row, "certainty"),
            source: text(&row, "source"),
            line: row.line,
        });
    }
    graph
        .edges
        .sort_by(|a, b| (&a.from, a.relation, a.rank).cmp(&(&b.from, b.relation, b.rank)));
    graph
}
