//! What a question is worth: how far its answers could move the decision, by the effort it takes to answer (interview §2 P3).

use crate::domain::{ConceptId, Evidence, Statement};
use crate::knowledge::{Knowledge, QuestionDef, QuestionKind};
use crate::triage::{self, Asked, Node, Outline};

use super::answer;
use super::state::State;

/// What a step of urgency, another route and another department weigh against each other. Source: project convention; the
/// specification asks for "information gain × level of the rule ÷ burden".
const URGENCY: f64 = 3.0;
const ROUTE: f64 = 2.0;
const DEPARTMENT: f64 = 1.0;
/// Answers tried for a question that is answered with a number: points of pain, and days.
const POINTS: [f64; 3] = [2.0, 6.0, 9.0];
const DAYS: [f64; 4] = [4.0, 25.0, 60.0, 400.0];

/// The decision as it would be if the visit ended now, to hold answers against.
pub struct Worth<'a> {
    knowledge: &'a Knowledge,
    state: &'a State,
    node: Node,
    asked: Asked,
    now: Outline,
}

impl<'a> Worth<'a> {
    /// Decides the case as it stands.
    pub fn new(knowledge: &'a Knowledge, state: &'a State, node: Node) -> Self {
        let asked = state.asked_for_rules(true);
        let now = triage::outline(knowledge, &state.case, &asked, node);
        Self {
            knowledge,
            state,
            node,
            asked,
            now,
        }
    }

    /// The mean change that its answers would bring, each answer as likely as the other; 0 when none changes anything.
    pub fn of(&self, question: &QuestionDef, trigger: &[ConceptId]) -> f64 {
        let answers = self.answers(question, trigger);
        if answers.is_empty() {
            return 0.0;
        }
        let change = |statements: &Vec<Statement>| {
            let mut case = self.state.case.clone();
            for statement in statements {
                case.apply(statement.clone());
            }
            self.distance(&triage::outline(
                self.knowledge,
                &case,
                &self.asked,
                self.node,
            ))
        };
        #[expect(clippy::cast_precision_loss, reason = "a handful of options")]
        let many = answers.len() as f64;
        let total: f64 = answers.iter().map(change).sum();
        total / many / f64::from(question.burden.max(1))
    }

    /// What each answer would state.
    fn answers(&self, question: &QuestionDef, trigger: &[ConceptId]) -> Vec<Vec<Statement>> {
        let evidence = Evidence {
            turn: self.state.turn,
            text: String::new(),
            start: 0,
            end: 0,
        };
        let number = |name: &str, value: f64| {
            vec![Statement::Measure {
                name: name.to_owned(),
                value,
                evidence: evidence.clone(),
            }]
        };
        match (question.kind, &question.measure) {
            (QuestionKind::Scale, Some(name)) => {
                POINTS.iter().map(|value| number(name, *value)).collect()
            }
            (QuestionKind::Duration, _) => DAYS
                .iter()
                .map(|value| number("duration_days", *value))
                .collect(),
            _ => question
                .options
                .iter()
                .filter(|option| !option.unsure && !option.refused)
                .map(|option| {
                    answer::statements(self.knowledge, &self.state.case, option, trigger, &evidence)
                })
                .filter(|statements| !statements.is_empty())
                .collect(),
        }
    }

    fn distance(&self, then: &Outline) -> f64 {
        let steps = (then.urgency as i16 - self.now.urgency as i16).abs();
        let mut distance = URGENCY * f64::from(steps);
        if then.route != self.now.route {
            distance += ROUTE;
        }
        if then.department != self.now.department {
            distance += DEPARTMENT;
        }
        distance
    }
}
