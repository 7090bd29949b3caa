//! A model that also has something to say about the patient's words.
//!
//! The conversation itself asks no model: whoever takes a turn lets [`Mind::hear`] ask first, and what the model thinks
//! becomes part of what was heard. A replay reads it back and needs no model.

use std::collections::BTreeSet;

use crate::domain::{Assertion, Case, ConceptId, Finding, Heard, Likely, Said, Statement};
use crate::knowledge::{Knowledge, QuestionDef};

use super::{Mind, State};

/// What a model makes of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Impression {
    /// Findings with their probability as confidence.
    pub findings: Vec<Finding>,
    /// The option of the open question that is likeliest meant.
    pub likely: Option<Likely>,
}

/// Something that reads the patient's words beside the word lists.
pub trait Witness: Send + Sync {
    /// What the text says, in turn `turn`, as the answer to `asked`. Never fails: a witness that cannot speak says nothing.
    fn read(&self, text: &str, turn: u32, asked: Option<&QuestionDef>) -> Impression;
}

/// From this probability on a finding counts.
const COUNTS: f32 = 0.7;
/// The same where a safety question is about it: what is less sure is asked about instead.
const COUNTS_AS_DANGER: f32 = 0.85;
/// The same for what an answer tells beside the thing asked: without its question an answer is easily misread.
const COUNTS_IN_ANSWER: f32 = 0.85;
/// From this probability on a finding that a safety question is about makes that question be asked.
const ASKS: f32 = 0.35;
/// Texts shorter than this, in characters, say too little without their question.
const SHORTEST: usize = 5;
/// From this probability on an answer that tells something counts.
const TELLS: f32 = 0.7;
/// From this probability on a sign that the model hears in a denial makes the question be asked again.
const CONTESTS: f32 = 0.85;
/// From this probability on an answer that denies counts. On a safety question a wrong no is worse than asking again.
const DENIES: f32 = 0.9;

impl Mind {
    /// What was said, with what the model thinks of it.
    pub fn hear(&self, state: &State, said: Said) -> Heard {
        let open = state.open.as_ref();
        let asked = open.and_then(|open| self.knowledge.questions.get(&open.id));
        let impression = match (&said, &self.witness) {
            (Said::Text(text), Some(witness)) => witness.read(text, state.turn() + 1, asked),
            _ => Impression::default(),
        };
        Heard {
            said,
            opinion: impression.findings,
            likely: impression.likely.map(Box::new),
        }
    }
}

/// The question that was open, and what the text was taken for.
pub(super) struct Answered<'a> {
    /// The question.
    pub question: &'a QuestionDef,
    /// The options it was taken for.
    pub options: &'a [String],
}

/// What of a model's opinion is taken up: findings that the word lists say nothing about, in this text or before. A model
/// adds and never removes.
pub(super) fn taken_up(
    knowledge: &Knowledge,
    case: &Case,
    said: &[Statement],
    answered: Option<&Answered<'_>>,
    opinion: &[Finding],
) -> Vec<Statement> {
    // 擦得明白着呢 is an answer to its question and no finding by itself.
    if answered.is_some_and(Answered::denies) {
        return vec![];
    }
    let spoken_of: BTreeSet<&ConceptId> = said
        .iter()
        .filter_map(|statement| match statement {
            Statement::Finding { finding, .. } => Some(&finding.concept),
            _ => None,
        })
        .collect();
    opinion
        .iter()
        .filter(|finding| finding.assertion == Assertion::Present)
        .filter(|finding| long_enough(finding))
        .filter(|finding| !answered.is_some_and(|a| a.asks_about(knowledge, &finding.concept)))
        .filter(|finding| !is_covered(knowledge, &spoken_of, &finding.concept))
        .filter(|finding| !is_settled(case, &finding.concept))
        .filter_map(|finding| weigh(knowledge, finding, answered.is_some()))
        .map(|finding| Statement::Finding {
            finding,
            replaces: false,
        })
        .collect()
}

impl Answered<'_> {
    /// The text was taken for an answer that tells nothing.
    fn denies(&self) -> bool {
        let chosen = self
            .options
            .iter()
            .filter_map(|id| self.question.option(id));
        let mut chosen = chosen.peekable();
        chosen.peek().is_some() && chosen.all(|option| super::affirmed(option).next().is_none())
    }

    /// The question, or the one it follows up, is about this.
    fn asks_about(&self, knowledge: &Knowledge, id: &ConceptId) -> bool {
        let parent = self.question.parent.as_ref();
        let parent = parent.and_then(|(parent, _)| knowledge.questions.get(parent));
        [Some(self.question), parent]
            .into_iter()
            .flatten()
            .any(|question| {
                let mut stated = question.options.iter().flat_map(super::affirmed);
                question.about.contains(id) || stated.any(|other| other == id)
            })
    }
}

fn long_enough(finding: &Finding) -> bool {
    finding.evidence.text.chars().count() >= SHORTEST
}

/// The word lists speak of it, or of a more telling or a more general case of it.
fn is_covered(knowledge: &Knowledge, spoken_of: &BTreeSet<&ConceptId>, id: &ConceptId) -> bool {
    let cases = &knowledge.words.cues.supersedes;
    let tells = |special: &ConceptId, general: &ConceptId| {
        cases
            .get(special)
            .is_some_and(|list| list.contains(general))
    };
    spoken_of
        .iter()
        .any(|other| *other == id || tells(other, id) || tells(id, other))
}

/// Something certain is known of it.
fn is_settled(case: &Case, id: &ConceptId) -> bool {
    case.fact(id.as_str())
        .is_some_and(|fact| fact.assertion != Assertion::Uncertain)
}

/// Counts what is likely, and asks about what is possible and dangerous.
fn weigh(knowledge: &Knowledge, finding: &Finding, in_answer: bool) -> Option<Finding> {
    let danger = knowledge
        .questions
        .values()
        .any(|q| q.safety && q.parent.is_none() && q.about.contains(&finding.concept));
    let enough = match (in_answer, danger) {
        (true, _) => COUNTS_IN_ANSWER,
        (false, true) => COUNTS_AS_DANGER,
        (false, false) => COUNTS,
    };
    if finding.confidence >= enough {
        return Some(finding.clone());
    }
    (danger && !in_answer && finding.confidence >= ASKS).then(|| Finding {
        assertion: Assertion::Uncertain,
        ..finding.clone()
    })
}

/// The option that the model takes the text for, when it is sure enough for what the option says.
pub(super) fn likely_option(question: &QuestionDef, likely: Option<&Likely>) -> Option<String> {
    let likely = likely.filter(|likely| likely.question == question.id)?;
    let option = question.option(&likely.option)?;
    let tells = super::affirmed(option).next().is_some();
    let enough = if tells || !question.safety {
        TELLS
    } else {
        DENIES
    };
    (likely.probability >= enough).then(|| option.id.clone())
}

/// The model takes the text for an answer that tells something.
pub(super) fn hears_a_sign(question: &QuestionDef, likely: Option<&Likely>) -> bool {
    likely.is_some_and(|likely| {
        let option = question.option(&likely.option);
        let tells = option.is_some_and(|option| super::affirmed(option).next().is_some());
        likely.question == question.id && likely.probability >= CONTESTS && tells
    })
}
