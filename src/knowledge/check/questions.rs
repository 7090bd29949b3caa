//! Questions: that all they name exists, that each can be asked, and that each has its source.

use std::collections::BTreeSet;

use crate::domain::{ConceptId, QuestionId};
use crate::knowledge::Subject;

use super::Checker;

impl Checker<'_> {
    pub(super) fn questions(&mut self) {
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
                for (single, answer) in &option.stands_for {
                    let known = knowledge
                        .questions
                        .get(single)
                        .and_then(|q| q.option(answer));
                    if known.is_none() {
                        let message = format!(
                            "option `{}` stands for unknown `{single}#{answer}`",
                            option.id
                        );
                        self.at(&path, id, message);
                    }
                }
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
        const BUNDLES: &str = "questions/bundles.toml";
        let bundled: Vec<QuestionId> = knowledge.bundles.questions().cloned().collect();
        self.question_ids(BUNDLES, "bundles", &bundled);
        for bundle in knowledge.bundles.all() {
            if let Some(when) = &bundle.when {
                self.expression(BUNDLES, &bundle.id, when);
            }
        }
    }

    fn path_of(&self, id: &QuestionId) -> String {
        self.files
            .under("questions/")
            .into_iter()
            .find(|path| self.files.line_of_id(path, id.as_str()) > 0)
            .unwrap_or_else(|| "questions/".to_owned())
    }
}
