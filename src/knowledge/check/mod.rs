//! Checks that everything named exists, is reachable, has a source and its examples. Reports all faults at once.
//! Whether the examples come out right is checked by `triage::examples`.

mod layout;
mod questions;
mod spoken;
mod usage;
mod words;

use std::collections::BTreeSet;

use crate::domain::{ConceptId, QuestionId, Route};

use super::language::Expr;
use super::rules::{Example, Place};
use super::source::{Faults, Files};
use super::{Knowledge, Relation, RouteRow, Subject};

/// Values that the engine itself computes for route conditions.
pub const ENGINE_VALUES: [&str; 12] = [
    "flag_immediate",
    "flag_within_24h",
    "flag_within_1w_spine",
    "flag_within_1w_other",
    "other_department",
    "red_flags_clear",
    "mis_criteria_met",
    "mis_excluded",
    "needs_more",
    "site_cervical_mis",
    "site_conservative_too_short",
    "site_pain_too_mild",
];

/// Of these, what follows from the hospital's technique profile; absent unless an example says otherwise.
pub const SITE_VALUES: [&str; 3] = [
    "site_cervical_mis",
    "site_conservative_too_short",
    "site_pain_too_mild",
];

/// Measures that rules may compare.
const MEASURES: [&str; 12] = [
    "age",
    "onset_age",
    "nrs_worst24h",
    "back_nrs",
    "leg_nrs",
    "rest_nrs",
    "duration_days",
    "conservative_weeks",
    "visits_3mo",
    "stiffness_minutes",
    "temperature",
    "pregnancy_weeks",
];

struct Checker<'c> {
    knowledge: &'c Knowledge,
    files: &'c Files,
    faults: &'c mut Faults,
}

pub(super) fn references(knowledge: &Knowledge, files: &Files, faults: &mut Faults) {
    let mut checker = Checker {
        knowledge,
        files,
        faults,
    };
    checker.terms();
    checker.lexicon();
    checker.words();
    checker.spoken();
    checker.graph();
    checker.flags();
    checker.derived();
    checker.routing();
    checker.routes();
    checker.policy();
    checker.questions();
    checker.layout();
    checker.unused_terms();
}

impl Checker<'_> {
    fn at(&mut self, path: &str, id: &str, message: impl std::fmt::Display) {
        Place {
            files: self.files,
            path,
            id,
        }
        .fault(self.faults, message);
    }

    fn knows(&self, id: &ConceptId) -> bool {
        let knowledge = self.knowledge;
        knowledge.terms.contains_key(id)
            || knowledge.derived.contains_key(id)
            || knowledge.graph.diseases.contains_key(id)
            || knowledge.graph.departments.contains_key(id)
            || ENGINE_VALUES.contains(&id.as_str())
    }

    fn terms(&mut self) {
        for term in self.knowledge.terms.values() {
            let mut seen = BTreeSet::from([&term.id]);
            let mut next = term.parent.as_ref();
            while let Some(parent) = next {
                if !seen.insert(parent) {
                    self.at(
                        "terms/sites.csv",
                        term.id.as_str(),
                        "its parents form a circle",
                    );
                    break;
                }
                match self.knowledge.terms.get(parent) {
                    Some(found) => next = found.parent.as_ref(),
                    None => {
                        self.at(
                            "terms/sites.csv",
                            term.id.as_str(),
                            format!("unknown parent `{parent}`"),
                        );
                        break;
                    }
                }
            }
        }
    }

    fn graph(&mut self) {
        const PATH: &str = "graph/edges.csv";
        let graph = &self.knowledge.graph;
        for edge in &graph.edges {
            for node in [&edge.from, &edge.to] {
                if !self.knows(node) && !graph.departments.contains_key(node) {
                    self.faults
                        .push(PATH, edge.line, format!("unknown node `{node}`"));
                }
            }
            if edge.source.is_empty() {
                self.faults.push(PATH, edge.line, "edge has no source");
            }
        }
        for disease in graph.diseases.values() {
            if graph
                .from(&disease.id, Relation::TreatedIn)
                .next()
                .is_none()
            {
                self.at(
                    "graph/diseases.csv",
                    disease.id.as_str(),
                    "no department treats it",
                );
            }
            let unknown: Vec<&ConceptId> = disease
                .hint_terms
                .iter()
                .filter(|term| !self.knows(term))
                .collect();
            for term in unknown {
                self.at(
                    "graph/diseases.csv",
                    disease.id.as_str(),
                    format!("unknown term `{term}`"),
                );
            }
        }
    }

    fn flags(&mut self) {
        let ids: BTreeSet<&str> = self
            .knowledge
            .flags
            .iter()
            .map(|rule| rule.id.as_str())
            .collect();
        for rule in &self.knowledge.flags {
            for expr in rule.expressions() {
                self.expression(&rule.file, rule.id.as_str(), expr);
                for other in expr
                    .rules()
                    .into_iter()
                    .filter(|id| !ids.contains(id.as_str()))
                {
                    self.at(
                        &rule.file,
                        rule.id.as_str(),
                        format!("unknown rule `{other}`"),
                    );
                }
            }
            let unknown: Vec<&ConceptId> = rule.hard.iter().filter(|id| !self.knows(id)).collect();
            for id in unknown {
                self.at(
                    &rule.file,
                    rule.id.as_str(),
                    format!("unknown hard sign `{id}`"),
                );
            }
            self.question_ids(&rule.file, rule.id.as_str(), &rule.confirm);
            self.department_names(
                &rule.file,
                rule.id.as_str(),
                rule.departments.iter().chain(&rule.notify),
            );
            self.sourced(&rule.file, rule.id.as_str(), &rule.source);
            self.examples(&rule.file, rule.id.as_str(), &rule.examples);
        }
    }

    fn derived(&mut self) {
        for derived in self.knowledge.derived.values() {
            let path = if self
                .files
                .line_of_id("rules/derived.toml", derived.name.as_str())
                > 0
            {
                "rules/derived.toml"
            } else {
                "rules/derived_routing.toml"
            };
            if let Some(when) = &derived.when {
                self.expression(path, derived.name.as_str(), when);
            }
            if self.circular(&derived.name, &mut vec![]) {
                self.at(path, derived.name.as_str(), "is defined by itself");
            }
            self.question_ids(path, derived.name.as_str(), &derived.asked_by);
            self.sourced(path, derived.name.as_str(), &derived.source);
            self.question_ids(path, derived.name.as_str(), &derived.unanswered);
            if derived.when.is_none()
                && derived.asked_by.is_empty()
                && derived.unanswered.is_empty()
                && !self.is_stated(&derived.name)
            {
                self.at(
                    path,
                    derived.name.as_str(),
                    "nothing can ever state or compute it",
                );
            }
        }
        for inference in &self.knowledge.inferences {
            self.expression(
                "rules/inferences.toml",
                inference.then.as_str(),
                &inference.when,
            );
        }
    }

    fn is_stated(&self, name: &ConceptId) -> bool {
        let subject = Subject::Concept(name.clone());
        self.knowledge
            .questions
            .values()
            .flat_map(|question| &question.options)
            .any(|option| option.sets.iter().any(|fact| fact.subject == subject))
            || self
                .knowledge
                .lexicon
                .entries
                .iter()
                .chain(&self.knowledge.words.folk)
                .any(|entry| entry.concepts.contains(name))
            || self
                .knowledge
                .words
                .frames
                .iter()
                .any(|frame| frame.concepts.contains(name))
    }

    fn circular(&self, name: &ConceptId, path: &mut Vec<ConceptId>) -> bool {
        if path.contains(name) {
            return true;
        }
        let Some(when) = self
            .knowledge
            .derived
            .get(name)
            .and_then(|derived| derived.when.as_ref())
        else {
            return false;
        };
        path.push(name.clone());
        let found = when
            .concepts()
            .into_iter()
            .any(|used| self.circular(used, path));
        path.pop();
        found
    }

    fn routing(&mut self) {
        const PATH: &str = "rules/departments.toml";
        for rule in &self.knowledge.routing {
            let id = rule.id.as_str();
            self.expression(PATH, id, &rule.when);
            self.department_names(PATH, id, std::iter::once(&rule.first).chain(&rule.then));
            self.sourced(PATH, id, &rule.source);
            self.examples(PATH, id, &rule.examples);
        }
    }

    fn policy(&mut self) {
        const PATH: &str = "rules/policy.toml";
        let policy = &self.knowledge.policy;
        let unknown = policy.unspecific.iter().filter(|id| !self.knows(id));
        for id in unknown.collect::<Vec<_>>() {
            self.at(PATH, "unspecific", format!("unknown concept `{id}`"));
        }
        let words = policy.needs_word.keys();
        let unknown: Vec<&ConceptId> = words.filter(|id| !self.knows(id)).collect();
        for id in unknown {
            self.at(PATH, "needs_word", format!("unknown concept `{id}`"));
        }
        self.department_names(
            PATH,
            "no_department",
            std::iter::once(&policy.no_department),
        );
        let leaning = &policy.leaning;
        self.department_names(PATH, "spine_pathway", leaning.spine_pathway.iter());
        let mut all = leaning.over.iter().chain(&leaning.over_answered);
        if all.any(|one| !(0.0..=1.0).contains(&one.least)) {
            self.at(PATH, "over", "`least` is a probability, 0 to 1".to_owned());
        }
        if !leaning.over.is_empty() {
            self.sourced(PATH, "leaning", &leaning.source);
        }
    }

    fn routes(&mut self) {
        const PATH: &str = "rules/routes.toml";
        let templates: BTreeSet<&str> = self
            .knowledge
            .pathway
            .follow_ups
            .iter()
            .map(|f| f.id.as_str())
            .collect();
        for route in &self.knowledge.routes.routes {
            for row in &route.rows {
                self.expression(PATH, row.id.as_str(), &row.when);
                self.indication(PATH, route.contract, row);
            }
            if !route.follow_up.is_empty() && !templates.contains(route.follow_up.as_str()) {
                self.at(
                    PATH,
                    &route.id,
                    format!("unknown follow-up template `{}`", route.follow_up),
                );
            }
        }
        for criterion in &self.knowledge.routes.criteria {
            if let Some(when) = &criterion.when {
                self.expression(PATH, criterion.id.as_str(), when);
            }
            self.question_ids(PATH, criterion.id.as_str(), &criterion.ask);
        }
        for exclusion in &self.knowledge.routes.exclusions {
            if let Some(when) = &exclusion.when {
                self.expression(PATH, exclusion.id.as_str(), when);
            }
        }
    }

    /// A row of the minimally invasive node says what a technique must cover for it; other rows do not.
    fn indication(&mut self, path: &str, route: Route, row: &RouteRow) {
        let mut known = self.knowledge.routes.indications.iter();
        let is_known = known.any(|one| one.id == row.indication);
        let wanted = route == Route::MinimallyInvasiveAssessment;
        if wanted != is_known || !wanted && !row.indication.is_empty() {
            let message = format!("unknown or misplaced indication `{}`", row.indication);
            self.at(path, row.id.as_str(), message);
        }
    }

    fn expression(&mut self, path: &str, id: &str, expr: &Expr) {
        let mut messages = vec![];
        expr.each_leaf(&mut |leaf| match leaf {
            Expr::Concept(concept, _) | Expr::Derived(concept) if !self.knows(concept) => {
                messages.push(format!("unknown `{concept}`"));
            }
            Expr::Compare(name, _, _) if !MEASURES.contains(&name.as_str()) => {
                messages.push(format!("unknown measure `{name}`"));
            }
            _ => {}
        });
        for message in messages {
            self.at(path, id, message);
        }
    }

    fn question_ids(&mut self, path: &str, id: &str, questions: &[QuestionId]) {
        for question in questions
            .iter()
            .filter(|question| !self.knowledge.questions.contains_key(*question))
        {
            self.at(path, id, format!("unknown question `{question}`"));
        }
    }

    fn department_names<'n>(
        &mut self,
        path: &str,
        id: &str,
        names: impl Iterator<Item = &'n String>,
    ) {
        for name in names {
            if !self
                .knowledge
                .graph
                .departments
                .values()
                .any(|department| &department.contract_name == name)
            {
                self.at(path, id, format!("unknown department `{name}`"));
            }
        }
    }

    fn sourced(&mut self, path: &str, id: &str, source: &str) {
        if source.trim().is_empty() {
            self.at(path, id, "has no source");
        }
    }

    fn examples(&mut self, path: &str, id: &str, examples: &[Example]) {
        let fires = examples.iter().filter(|example| example.fires).count();
        if fires < 1 || examples.len() - fires < 2 {
            self.at(
                path,
                id,
                format!(
                    "needs an example and two near misses, has {fires} and {}",
                    examples.len() - fires
                ),
            );
        }
    }
}
