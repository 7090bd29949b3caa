//! Spoken words: what to make of a recogniser's text before it counts. Puts right what is misheard, and decides whether it is
//! taken, confirmed by the patient, or asked for again.
//!
//! A sign of danger is never taken, nor denied, unconfirmed: neither the words that name one, nor an answer to a safety question,
//! a number or a side. What nobody can misread dangerously is taken at once. Audio, silence and the count of failures are the
//! caller's; after two failures the caller shows large buttons (`dialogue.spoken.taps`).

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::{Assertion, ConceptId, Finding, Repair, Said, Side, Statement};
use crate::knowledge::{Knowledge, QuestionDef, QuestionKind};
use crate::nlu::{self, Clarity, Expected};

use super::step::{Hearing, listen};
use super::witness::settling;
use super::{Mind, State};

/// What a recogniser heard.
#[derive(Debug, Clone, Copy)]
pub struct Utterance<'a> {
    /// Its text, in any script.
    pub text: &'a str,
    /// Mean probability of its tokens, 0–1.
    pub confidence: f32,
    /// Tokens as ranges of characters of `text`, each with its probability; may be empty.
    pub words: &'a [(Range<usize>, f32)],
}

/// What to do with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Weighed {
    /// Take it as what the patient said.
    Take {
        /// The words, put right.
        text: String,
        /// What was put right.
        repairs: Vec<Repair>,
    },
    /// Ask the patient whether that is what they said, and take it only after a yes.
    Confirm {
        /// The words, put right.
        text: String,
        /// What was put right.
        repairs: Vec<Repair>,
        /// The sentence to speak: 您是说“…”,对吗?
        question: String,
        /// The gravest reason.
        why: Why,
    },
    /// Not usable; ask for it once more.
    Again {
        /// The sentence to speak.
        say: String,
    },
}

/// Why words are confirmed, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// They answer a safety question.
    SafetyQuestion,
    /// They name, affirm or deny something that can raise or clear a red flag.
    SafetyWord,
    /// They name a side.
    Side,
    /// They say a number or a time.
    Number,
    /// What was put right changed what they mean.
    Repaired,
    /// The recogniser was unsure.
    Unsure,
}

impl Why {
    /// Its name in logs and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SafetyQuestion => "safety_question",
            Self::SafetyWord => "safety_word",
            Self::Side => "side",
            Self::Number => "number",
            Self::Repaired => "repaired",
            Self::Unsure => "unsure",
        }
    }
}

/// Decides what to make of an utterance that answers the open question. Asks the model, if there is one, so call it where one
/// may wait some milliseconds.
pub fn weigh(mind: &Mind, state: &State, heard: &Utterance<'_>) -> Weighed {
    let text = nlu::simplified(heard.text);
    if let Some(key) = unusable(&mind.knowledge, &text, heard.confidence) {
        return again(mind, key);
    }
    let question = open_question(mind, state);
    let right = mind.reader.put_right(
        &text,
        &Expected {
            question,
            region: state.opening.region.as_deref(),
            words: heard.words,
        },
    );
    let meaning = Meaning::of(mind, state, &right.text);
    let safety = question.is_some_and(settles_danger);
    if safety && meaning.is_nothing() && !says_yes_or_no(&mind.knowledge, &right.text) {
        return again(mind, "dialogue.spoken.again");
    }
    let why = (safety && meaning.answers)
        .then_some(Why::SafetyQuestion)
        .or_else(|| meaning.danger(&mind.knowledge, question, &right.text))
        .or_else(|| {
            let changed = !right.repairs.is_empty() && Meaning::of(mind, state, &text) != meaning;
            changed.then_some(Why::Repaired)
        })
        .or_else(|| {
            (heard.confidence < mind.knowledge.spoken.confidence.sure).then_some(Why::Unsure)
        });
    let (text, repairs) = (right.text, right.repairs);
    match why {
        None => Weighed::Take { text, repairs },
        Some(why) => Weighed::Confirm {
            question: ask(mind, &text, why),
            text,
            repairs,
            why,
        },
    }
}

/// Whether an utterance is a yes or a no to a confirmation; `None` when it is not surely either.
///
/// Strict, because a wrong yes lets a wrong sign through: the whole answer must be a known word, a yes must be sure, and a yes of
/// one syllable very sure, for 「不对」 with its first syllable cut off is heard as 「对」.
pub fn read_confirmation(mind: &Mind, heard: &Utterance<'_>) -> Option<bool> {
    let spoken = &mind.knowledge.spoken;
    let (answer, levels) = (&spoken.answer, &spoken.confidence);
    let words: String = nlu::simplified(heard.text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let bare = words.trim_end_matches(|c| answer.particles.contains(c));
    let is_in = |list: &[String]| list.iter().any(|word| *word == words || *word == bare);
    let least = heard.words.iter().map(|(_, p)| *p).fold(1.0, f32::min);
    let (yes, no) = (is_in(&answer.yes), is_in(&answer.no));
    if no && !yes {
        return (heard.confidence >= levels.no).then_some(false);
    }
    if !yes || no {
        return None;
    }
    let needed = if is_in(&answer.short_yes) {
        levels.short_yes
    } else {
        levels.yes
    };
    (heard.confidence >= needed && least >= levels.yes).then_some(true)
}

fn open_question<'m>(mind: &'m Mind, state: &State) -> Option<&'m QuestionDef> {
    let open = state.open.as_ref()?;
    mind.knowledge.questions.get(&open.id)
}

fn again(mind: &Mind, key: &str) -> Weighed {
    Weighed::Again {
        say: mind.knowledge.prompts.line(key).to_owned(),
    }
}

fn ask(mind: &Mind, text: &str, why: Why) -> String {
    let key = if why <= Why::SafetyWord {
        "dialogue.spoken.confirm_safety"
    } else {
        "dialogue.spoken.confirm"
    };
    let shown = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    mind.knowledge.prompts.filled(key, &[("text", shown)])
}

/// The sentence that asks for it once more, when no patient can have said this.
fn unusable(knowledge: &Knowledge, text: &str, confidence: f32) -> Option<&'static str> {
    let rules = &knowledge.spoken.again;
    let spoken: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if spoken.is_empty() {
        return Some("dialogue.spoken.again");
    }
    let chinese = spoken
        .iter()
        .filter(|c| nlu::is_han(**c) || c.is_ascii_digit());
    let share = chinese.count() as f32 / spoken.len() as f32;
    let invented = || {
        rules
            .invented
            .iter()
            .any(|words| text.contains(words.as_str()))
    };
    if share < rules.chinese || loops(&spoken, rules.repeats) || invented() {
        return Some("dialogue.spoken.again_noise");
    }
    (confidence < knowledge.spoken.confidence.again).then_some("dialogue.spoken.again")
}

/// The same piece of a few characters again and again. 「疼疼疼疼」 a person may say; so one character needs twice as many.
fn loops(spoken: &[char], repeats: usize) -> bool {
    (1..=6).any(|length| {
        let needed = if length == 1 { 2 * repeats } else { repeats };
        let window = length * needed;
        spoken
            .windows(window)
            .any(|run| run.iter().zip(&run[length..]).all(|(a, b)| a == b))
    })
}

/// A safety question, or a list whose items stand for some: 都没有 denies them all.
fn settles_danger(question: &QuestionDef) -> bool {
    let mut options = question.options.iter();
    question.safety || options.any(|option| !option.stands_for.is_empty())
}

/// A bare yes or no that does not fit the question: it is put in other words rather than once more.
fn says_yes_or_no(knowledge: &Knowledge, text: &str) -> bool {
    let answers = &knowledge.words.cues.answers;
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    answers
        .yes
        .iter()
        .chain(&answers.no)
        .any(|word| word == bare)
}

/// What a text would add to the case.
#[derive(PartialEq)]
struct Meaning {
    findings: Vec<(ConceptId, Assertion, Side)>,
    options: Vec<String>,
    /// Tells something or denies something as an answer.
    answers: bool,
    measures: bool,
    times: bool,
    side: Side,
    intents: usize,
}

impl Meaning {
    fn of(mind: &Mind, state: &State, text: &str) -> Self {
        let state = State {
            turn: state.turn + 1,
            ..state.clone()
        };
        let heard = mind.hear(&state, Said::Text(text.to_owned()));
        Self::from(mind, &state, listen(mind, &state, &heard))
    }

    fn from(mind: &Mind, state: &State, hearing: Hearing) -> Self {
        let question = open_question(mind, state);
        let told: Vec<&Finding> = hearing
            .statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Finding { finding, .. } => Some(finding),
                _ => None,
            })
            .collect();
        let chosen = || hearing.options.iter().filter_map(|id| question?.option(id));
        let numbered = question.is_some_and(|question| {
            let kinds = [
                QuestionKind::Number,
                QuestionKind::Scale,
                QuestionKind::Duration,
            ];
            kinds.contains(&question.kind)
        });
        let is_measure = |statement: &Statement| matches!(statement, Statement::Measure { .. });
        Self {
            times: told
                .iter()
                .any(|finding| finding.course.onset_days.is_some()),
            findings: {
                let mut findings: Vec<_> = told
                    .iter()
                    .map(|one| (one.concept.clone(), one.assertion, one.side))
                    .collect();
                findings.sort_by_key(|(id, assertion, side)| {
                    (id.clone(), assertion.as_str(), side.as_str())
                });
                findings.dedup();
                findings
            },
            answers: matches!(hearing.clarity, Clarity::Clear | Clarity::Hedged)
                && chosen().any(|option| !option.unsure && !option.refused),
            measures: hearing.statements.iter().any(is_measure)
                || numbered && !hearing.options.is_empty(),
            side: hearing.side,
            intents: hearing.intents.len()
                + usize::from(matches!(
                    hearing.clarity,
                    Clarity::Unsure | Clarity::Refused
                )),
            options: hearing.options,
        }
    }

    /// Nothing at all was understood, not even that the patient cannot say or wants something.
    fn is_nothing(&self) -> bool {
        self.findings.is_empty() && self.options.is_empty() && !self.measures && self.intents == 0
    }

    /// The gravest reason in the words themselves.
    fn danger(
        &self,
        knowledge: &Knowledge,
        question: Option<&QuestionDef>,
        text: &str,
    ) -> Option<Why> {
        let words = &knowledge.spoken.confirm;
        let dangerous = self.findings.iter().any(|(id, ..)| is_grave(knowledge, id));
        // An item of a list stands for a safety question.
        let stands_for = |id: &String| {
            let option = question.and_then(|question| question.option(id));
            option.is_some_and(|option| !option.stands_for.is_empty())
        };
        let listed = self.options.iter().any(stands_for);
        if dangerous || listed || words.words.iter().any(|word| text.contains(word.as_str())) {
            return Some(Why::SafetyWord);
        }
        let sided = self
            .findings
            .iter()
            .any(|(.., side)| *side != Side::Unspecified);
        let side_question = question.is_some_and(|question| question.slot.as_str() == "side");
        if sided || self.side != Side::Unspecified || side_question && !self.options.is_empty() {
            return Some(Why::Side);
        }
        let counts = text.chars().any(|c| words.numerals.contains(c));
        (self.measures || self.times || counts).then_some(Why::Number)
    }
}

/// It can raise or clear a red flag: a safety question settles it, or a rule of a flag names it and it is no mere pain.
pub fn is_grave(knowledge: &Knowledge, id: &ConceptId) -> bool {
    if !settling(knowledge, id).is_empty() {
        return true;
    }
    let term = knowledge.terms.get(id);
    let plain =
        term.is_some_and(|term| knowledge.spoken.confirm.plain_groups.contains(&term.group));
    !plain && named_by_flags(knowledge).contains(id)
}

/// Concepts that rules of red flags rest on, themselves or through named values.
fn named_by_flags(knowledge: &Knowledge) -> BTreeSet<&ConceptId> {
    let rules = knowledge.flags.iter().flat_map(|rule| rule.expressions());
    let mut waiting: Vec<&ConceptId> = rules.flat_map(|rule| rule.concepts()).collect();
    let mut named = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if named.insert(id) {
            let derived = knowledge.derived.get(id).and_then(|one| one.when.as_ref());
            waiting.extend(derived.into_iter().flat_map(|when| when.concepts()));
        }
    }
    named
}

#[cfg(test)]
mod tests;
