//! Answers in context: which option a text is taken for.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::QuestionId;
use crate::interview::{self, Mind};
use crate::knowledge::{OptionDef, QuestionDef};

use super::files::AnswerCase;
use super::single::nobody;
use super::stats::Rate;

/// Figures over answers.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerSummary {
    /// Answers.
    pub cases: usize,
    /// Taken for the option meant; what answers nothing, for nothing.
    pub right: Rate,
    /// The same, with "asked again" not counted as wrong.
    pub right_or_asked_again: Rate,
    /// Answers to safety questions taken for the option meant.
    pub safety_right: Rate,
    /// The same, with "asked again" not counted as wrong.
    pub safety_right_or_asked_again: Rate,
    /// Signs told to safety questions that were taken for a denial: the dangerous error.
    pub sign_taken_as_denial: Rate,
    /// Right by question.
    pub by_question: BTreeMap<String, Rate>,
    /// Answers whose question or option the data do not know.
    pub unknown: usize,
}

/// Runs answers; the second value lists each that was taken for something else.
pub fn answers(mind: &Mind, cases: &[AnswerCase]) -> (AnswerSummary, Vec<String>) {
    let (mut all, mut kind, mut safety, mut kind_safety, mut signs) =
        (vec![], vec![], vec![], vec![], vec![]);
    let mut by_question: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let mut misses = vec![];
    let mut unknown = 0;
    for case in cases {
        let id = QuestionId::from(case.question.as_str());
        let Some(question) = mind.knowledge.questions.get(&id) else {
            unknown += 1;
            continue;
        };
        let meant = case.option.as_deref().map(|option| question.option(option));
        if matches!(meant, Some(None)) {
            unknown += 1;
            continue;
        }
        let taken = interview::answered(mind, &nobody(), super::written(), &id, &case.text);
        let right = match &case.option {
            Some(option) => taken.contains(option),
            None => taken.is_empty(),
        };
        let harmless = right || taken.is_empty();
        all.push(right);
        kind.push(harmless);
        if question.safety {
            safety.push(right);
            kind_safety.push(harmless);
            if meant.flatten().is_some_and(tells) {
                signs.push(denies(question, &taken));
            }
        }
        by_question
            .entry(case.question.clone())
            .or_default()
            .push(right);
        if !harmless {
            let option = case.option.as_deref().unwrap_or("-");
            misses.push(format!(
                "{}: {} {} for {option}",
                case.id,
                case.question,
                taken.join(",")
            ));
        }
    }
    let rates = by_question.into_iter();
    let summary = AnswerSummary {
        cases: cases.len(),
        right: Rate::of(all),
        right_or_asked_again: Rate::of(kind),
        safety_right: Rate::of(safety),
        safety_right_or_asked_again: Rate::of(kind_safety),
        sign_taken_as_denial: Rate::of(signs),
        by_question: rates.map(|(id, hits)| (id, Rate::of(hits))).collect(),
        unknown,
    };
    (summary, misses)
}

fn tells(option: &OptionDef) -> bool {
    interview::affirmed(option).next().is_some()
}

fn denies(question: &QuestionDef, taken: &[String]) -> bool {
    let mut taken = taken.iter().filter_map(|id| question.option(id)).peekable();
    taken.peek().is_some()
        && taken.all(|option| !tells(option) && !option.unsure && !option.refused)
}
