//! Checks that everything named exists, is reachable, has a source and its examples. Reports all faults at once.
//! Whether the examples come out right is checked by `triage::examples`.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ConceptId, QuestionId};

use super::language::Expr;
use super::rules::{Example, Place};
use super::source::{Faults, Files};
use super::{Knowledge, Relation, Subject};

/// Values that the engine itself computes for route conditions.
pub const ENGINE_VALUES: [&str; 10] = [
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
    checker.graph();
    checker.flags();
    checker.derived();
    checker.routing();
    checker.routes();
    checker.questions();
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

    fn lexicon(&mut self) {
        const PATH: &str = "lexicon/lexicon.csv";
        let lexicon = &self.knowledge.lexicon;
        let decided: BTreeSet<&str> = lexicon
            .ambiguous
            .iter()
            .map(|(word, _)| word.as_str())
            .collect();
        let mut meanings: BTreeMap<(&str, &str), (&[ConceptId], usize)> = BTreeMap::new();
        for entry in &lexicon.entries {
            let unknown: Vec<&ConceptId> =
                entry.concepts.iter().filter(|c| !self.knows(c)).collect();
            for concept in unknown {
                self.faults
                    .push(PATH, entry.line, format!("unknown concept `{concept}`"));
            }
            if !lexicon.regions.iter().any(|(id, _)| *id == entry.region) {
                self.faults.push(
                    PATH,
                    entry.line,
                    format!("unknown region `{}`", entry.region),
                );
            }
            let key = (entry.expression.as_str(), entry.region.as_str());
            match meanings.get(&key) {
                Some((other, line))
                    if *other != entry.concepts.as_slice() && !decided.contains(key.0) =>
                {
                    let message = format!(
                        "`{}` means something else on line {line}; say in ambiguous.csv what decides",
                        key.0
                    );
                    self.faults.push(PATH, entry.line, message);
                }
                _ => {
                    meanings.insert(key, (&entry.concepts, entry.line));
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
            if derived.when.is_none()
                && derived.asked_by.is_empty()
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
                .any(|entry| entry.concepts.contains(name))
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

    fn questions(&mut self) {
        let knowledge = self.knowledge;
        let mut reachable: BTreeSet<&QuestionId> = knowledge.bundles.questions().collect();
        reachable.extend(knowledge.flags.iter().flat_map(|rule| &rule.confirm));
        reachable.extend(
            knowledge
                .routes
                .criteria
                .iter()
                .flat_map(|criterion| &criterion.ask),
        );
        for question in knowledge.questions.values() {
            reachable.extend(&question.unlocks);
            reachable.extend(question.options.iter().flat_map(|option| &option.unlocks));
        }
        for question in knowledge.questions.values() {
            let path = self.path_of(&question.id);
            let id = question.id.as_str();
            if let Some(when) = &question.when {
                self.expression(&path, id, when);
            }
            let unknown: Vec<&ConceptId> =
                question.about.iter().filter(|c| !self.knows(c)).collect();
            for concept in unknown {
                self.at(&path, id, format!("unknown concept `{concept}`"));
            }
            for option in &question.options {
                for fact in &option.sets {
                    if let Subject::Concept(concept) = &fact.subject
                        && !self.knows(concept)
                    {
                        self.at(
                            &path,
                            id,
                            format!("option `{}` sets unknown `{concept}`", option.id),
                        );
                    }
                }
                self.question_ids(&path, id, &option.unlocks);
            }
            self.question_ids(&path, id, &question.unlocks);
            match &question.parent {
                Some((parent, options)) => match knowledge.questions.get(parent) {
                    None => self.at(&path, id, format!("unknown parent `{parent}`")),
                    Some(parent) => {
                        for option in options
                            .iter()
                            .filter(|option| parent.option(option).is_none())
                        {
                            self.at(
                                &path,
                                id,
                                format!("`{}` has no option `{option}`", parent.id),
                            );
                        }
                    }
                },
                None if !reachable.contains(&question.id) => {
                    self.at(&path, id, "nothing ever asks it")
                }
                None => {}
            }
            self.sourced(&path, id, &question.source);
        }
        let bundled: Vec<QuestionId> = knowledge.bundles.questions().cloned().collect();
        self.question_ids("questions/bundles.toml", "bundles", &bundled);
    }

    fn path_of(&self, id: &QuestionId) -> String {
        self.files
            .under("questions/")
            .into_iter()
            .find(|path| self.files.line_of_id(path, id.as_str()) > 0)
            .unwrap_or_else(|| "questions/".to_owned())
    }

    fn unused_terms(&mut self) {
        let knowledge = self.knowledge;
        let mut used: BTreeSet<&ConceptId> = knowledge
            .lexicon
            .entries
            .iter()
            .flat_map(|e| &e.concepts)
            .collect();
        used.extend(
            knowledge
                .graph
                .edges
                .iter()
                .flat_map(|edge| [&edge.from, &edge.to]),
        );
        used.extend(
            knowledge
                .flags
                .iter()
                .flat_map(|rule| rule.expressions().flat_map(Expr::concepts)),
        );
        used.extend(knowledge.questions.values().flat_map(|q| &q.about));
        used.extend(
            knowledge
                .questions
                .values()
                .flat_map(|q| &q.options)
                .flat_map(|o| &o.sets)
                .filter_map(|f| match &f.subject {
                    Subject::Concept(id) => Some(id),
                    _ => None,
                }),
        );
        used.extend(
            knowledge
                .graph
                .diseases
                .values()
                .flat_map(|d| &d.hint_terms),
        );
        used.extend(knowledge.terms.values().filter_map(|t| t.parent.as_ref()));
        let unused: Vec<&ConceptId> = knowledge
            .terms
            .keys()
            .filter(|id| !used.contains(id))
            .collect();
        for id in unused {
            let path = [
                "findings",
                "history",
                "drugs",
                "factors",
                "qualities",
                "times",
                "sites",
                "modifiers",
                "laterality",
            ]
            .into_iter()
            .map(|kind| format!("terms/{kind}.csv"))
            .find(|path| {
                self.files
                    .0
                    .get(path)
                    .is_some_and(|c| c.lines().any(|l| l.starts_with(id.as_str())))
            })
            .unwrap_or_default();
            self.faults.push(
                &path,
                line_starting(self.files, &path, id.as_str()),
                format!("`{id}` is used nowhere"),
            );
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

fn line_starting(files: &Files, path: &str, id: &str) -> usize {
    files
        .0
        .get(path)
        .and_then(|content| content.lines().position(|line| line.starts_with(id)))
        .map_or(0, |index| index + 1)
}
