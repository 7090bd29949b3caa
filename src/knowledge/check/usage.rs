//! Terms that nothing uses: no word, edge, rule or question.

use std::collections::BTreeSet;

use crate::domain::ConceptId;
use crate::knowledge::Subject;
use crate::knowledge::language::Expr;
use crate::knowledge::source::Files;

use super::Checker;

impl Checker<'_> {
    pub(super) fn unused_terms(&mut self) {
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
        let words = &knowledge.words;
        let sites: Vec<ConceptId> = words
            .parts
            .iter()
            .map(|p| ConceptId::new(&p.site))
            .collect();
        used.extend(&sites);
        used.extend(words.sensations.iter().filter_map(|s| s.quality.as_ref()));
        used.extend(words.compositions.iter().flat_map(|c| &c.concepts));
        used.extend(words.frames.iter().flat_map(|f| &f.concepts));
        used.extend(words.folk.iter().flat_map(|entry| &entry.concepts));
        used.extend(
            words
                .cues
                .triggers
                .keys()
                .chain(words.cues.relievers.keys()),
        );
        // A side is used by every finding that has one; the engine gives it its meaning.
        used.extend(
            knowledge
                .terms
                .values()
                .filter(|t| t.side.is_some())
                .map(|t| &t.id),
        );
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
}

fn line_starting(files: &Files, path: &str, id: &str) -> usize {
    files
        .0
        .get(path)
        .and_then(|content| content.lines().position(|line| line.starts_with(id)))
        .map_or(0, |index| index + 1)
}
