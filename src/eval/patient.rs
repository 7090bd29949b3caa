//! The simulated patient: answers each question with what a vignette knows of its slot.

use std::cell::OnceCell;

use serde_json::Value;

use crate::domain::{
    Assertion, Case, ConceptId, Course, Heard, QuestionId, Said, Side, Statement, day_of,
};
use crate::interview::{self, Mind, State};
use crate::knowledge::{OptionDef, QuestionDef, QuestionKind, StatedFact, Subject};
use crate::nlu::{Clarity, Context};

use super::files::{Known, Vignette};
use super::single::case_of;

/// How answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Answers {
    /// In the patient's words.
    Text,
    /// By tapping the option that the normalised value means.
    Choices,
}

/// From this probability on an option is what the words mean.
const LIKELY: f32 = 0.6;

/// From this probability on what was told of something else is the answer.
const SURE: f32 = 0.9;

/// Slots that tell of the trouble itself.
const OF_THE_TROUBLE: [&str; 9] = [
    "chief_complaint",
    "onset",
    "quality",
    "aggravating",
    "relieving",
    "trend",
    "numbness",
    "weakness",
    "gait",
];

/// What a patient says who does not know.
const DOES_NOT_KNOW: &str = "不太清楚";

/// One simulated patient in a visit.
pub struct Patient<'a> {
    mind: &'a Mind,
    vignette: &'a Vignette,
    answers: Answers,
    /// What each fact tells by itself, for the items of lists.
    told: OnceCell<Vec<(&'a Known, Case)>>,
}

impl<'a> Patient<'a> {
    /// Who knows what the vignette tells.
    pub fn new(mind: &'a Mind, vignette: &'a Vignette, answers: Answers) -> Self {
        Self {
            mind,
            vignette,
            answers,
            told: OnceCell::new(),
        }
    }

    /// The answer to the open question.
    pub fn answer(&self, state: &State) -> Heard {
        let (mind, vignette) = (self.mind, self.vignette);
        let open = state.open.as_ref();
        let said = match open.and_then(|open| mind.knowledge.questions.get(&open.id)) {
            None => Said::Text(DOES_NOT_KNOW.to_owned()),
            Some(question) => match self.fact(state, question) {
                None if question.kind == QuestionKind::Multi => self.tick(state, question),
                None => self
                    .told_elsewhere(state, question)
                    .or_else(|| self.meant_elsewhere(question))
                    .unwrap_or_else(|| does_not_know(question, self.answers)),
                Some(known) => {
                    let tapped = tap(mind, vignette, state, question, known);
                    let silent = is_unsure(question, &tapped);
                    let other = silent
                        .then(|| {
                            let told = self.told_elsewhere(state, question);
                            told.or_else(|| self.meant_elsewhere(question))
                        })
                        .flatten();
                    match (other, self.answers) {
                        (Some(other), _) => other,
                        (None, Answers::Text) => Said::Text(words(known)),
                        (None, Answers::Choices) => tapped,
                    }
                }
            },
        };
        mind.hear(state, said)
    }

    /// The fact that answers a question. One that asks since when a sign is there is about the slot of that sign, or the
    /// beginning of the trouble, whichever tells it.
    fn fact(&self, state: &State, question: &QuestionDef) -> Option<&'a Known> {
        let usual = known(self.vignette, question);
        let length = || self.vignette.facts.get("duration");
        if question.kind == QuestionKind::Duration {
            return usual.or_else(length);
        }
        // A first question has its slot, though its options say when: 胸口现在闷,还是今天闷过.
        let first = question.parent.is_none() && !question.about.is_empty() && usual.is_some();
        if told(self.vignette, question).is_some() || !asks_since_when(question) || first {
            return usual;
        }
        let open = state.open.as_ref();
        let trigger = open.map_or(&[][..], |open| &open.trigger);
        let asks_of = |other: &&QuestionDef| {
            other.parent.is_none() && trigger.iter().any(|id| other.about.contains(id))
        };
        let signs = self.mind.knowledge.questions.values().filter(asks_of);
        // What it asks about itself (突然晕过吗) is told in its own slot first.
        let tells_of_it = |known: &&Known| {
            let told = told_by(self.mind, &known.text);
            question.about.iter().any(|id| has(&told, id))
        };
        let own = usual.filter(tells_of_it);
        // How weakness came is told as how the trouble came; other signs have their own time.
        let beginning: &[&str] = if question.slot.as_str() == "weakness" {
            &["onset"]
        } else {
            &[]
        };
        own.into_iter()
            .chain(signs.filter_map(|sign| known(self.vignette, sign)))
            .chain(usual)
            .chain(
                beginning
                    .iter()
                    .filter_map(|slot| self.vignette.facts.get(*slot)),
            )
            .find(|known| self.option_of(state, question, &known.text).is_some())
            .or(usual)
    }

    /// What another fact tells by itself, where the slot of the question tells nothing: who is asked about wounds on the
    /// feet and has told of one as of the skin does not say that they cannot say.
    fn told_elsewhere(&self, state: &State, question: &QuestionDef) -> Option<Said> {
        let signs = question.options.iter().filter(|option| !denies(option));
        let (option, known) = signs
            .filter_map(|option| Some((option, self.tells(option)?)))
            .next()?;
        if self.answers == Answers::Text {
            return Some(Said::Text(words(known)));
        }
        let tapped = tap(self.mind, self.vignette, state, question, known);
        let told = matches!(&tapped, Said::Choices(_)) && !is_unsure(question, &tapped);
        Some(if told {
            tapped
        } else {
            Said::Choices(vec![option.id.clone()])
        })
    }

    /// What the patient tells of the trouble itself, taken as the answer: who is asked whether a rest helps and has told that standing
    /// still does knows it, whichever slot it stands in.
    fn meant_elsewhere(&self, question: &QuestionDef) -> Option<Said> {
        let witness = self.mind.witness.as_ref()?;
        let of_trigger = question.about.iter().any(|id| id.kind() == "TRIG");
        if !(question.safety || of_trigger) || question.kind != QuestionKind::Choice {
            return None;
        }
        let read = |slot: &&str| {
            let known = self.vignette.facts.get(*slot)?;
            let likely = witness.read(&known.text, 1, Some(question)).likely?;
            let meant = interview::meant(question, &likely);
            let sign = meant
                .first()
                .copied()
                .filter(|one| !denies(one) && !one.unsure)?;
            (likely.of(&sign.id) >= SURE).then_some((likely.of(&sign.id), known, sign))
        };
        let told = OF_THE_TROUBLE.iter().filter_map(read);
        let (_, known, option) = told.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(match self.answers {
            Answers::Text => Said::Text(words(known)),
            Answers::Choices => Said::Choices(vec![option.id.clone()]),
        })
    }

    /// The option that words mean, if they mean one.
    fn option_of(&self, state: &State, question: &QuestionDef, text: &str) -> Option<String> {
        let read = || understood(self.mind, state, question, text);
        let taken = likely(self.mind, question, read(), text);
        let option = taken.or_else(read)?.into_iter().next()?;
        let unsure = question.option(&option).is_some_and(|one| one.unsure);
        (!unsure).then_some(option)
    }

    /// A list puts together what other questions ask one by one: the patient ticks what they would say there, and what
    /// they tell anywhere.
    fn tick(&self, state: &State, question: &QuestionDef) -> Said {
        let (mind, vignette, answers) = (self.mind, self.vignette, self.answers);
        let mut ticked: Vec<(&OptionDef, String)> = vec![];
        let mut knows_any = false;
        for option in &question.options {
            if let Some(known) = self.tells(option) {
                knows_any = true;
                ticked.push((option, words(known)));
                continue;
            }
            for (id, wanted) in &option.stands_for {
                if let Some(known) = self.tells_of(id, wanted) {
                    knows_any = true;
                    ticked.push((option, words(known)));
                    break;
                }
                let Some((other, known)) = asked_singly(mind, vignette, id) else {
                    continue;
                };
                let Said::Choices(given) = tap(mind, vignette, state, other, known) else {
                    continue;
                };
                knows_any |= given
                    .iter()
                    .filter_map(|id| other.option(id))
                    .any(|one| !one.unsure && !one.refused);
                if given.contains(wanted) && !ticked.iter().any(|(one, _)| one.id == option.id) {
                    ticked.push((option, words(known)));
                }
            }
        }
        if ticked.is_empty() && !knows_any {
            return does_not_know(question, answers);
        }
        match answers {
            Answers::Text if ticked.is_empty() => Said::Text("都没有".to_owned()),
            Answers::Text => {
                let told: Vec<String> = ticked.into_iter().map(|(_, words)| words).collect();
                Said::Text(told.join(","))
            }
            Answers::Choices if ticked.is_empty() => {
                let none = question.options.iter().filter(|option| denies(option));
                Said::Choices(none.map(|option| option.id.clone()).collect())
            }
            Answers::Choices => {
                Said::Choices(ticked.iter().map(|(one, _)| one.id.clone()).collect())
            }
        }
    }

    /// The fact that tells by itself what an item of a list says.
    fn tells(&self, option: &OptionDef) -> Option<&'a Known> {
        let states = |case: &Case| {
            let mut stated = interview::affirmed(option).peekable();
            stated.peek().is_some() && stated.all(|id| has(case, id))
        };
        let mut telling = self.told().iter().filter(|(_, case)| states(case));
        telling.next().map(|(known, _)| *known)
    }

    /// The fact that tells by itself what an option of a single question says.
    fn tells_of(&self, question: &QuestionId, option: &str) -> Option<&'a Known> {
        let question = self.mind.knowledge.questions.get(question)?;
        self.tells(question.option(option)?)
    }

    /// What each fact tells by itself.
    fn told(&self) -> &[(&'a Known, Case)] {
        self.told.get_or_init(|| {
            let facts = self.vignette.facts.values();
            facts
                .map(|known| (known, told_by(self.mind, &known.text)))
                .collect()
        })
    }
}

/// What words tell by themselves. As an answer they show whose it is: 我哥是肝癌 as the first words of a visit is a brother's.
fn told_by(mind: &Mind, text: &str) -> Case {
    let now = super::written();
    let mut case = case_of(mind, now, text, None, None, None);
    let answer = case_of(
        mind,
        now,
        text,
        Some(&QuestionId::new(ANY_WORDS)),
        None,
        None,
    );
    let others = |id: &ConceptId| {
        let fact = answer.fact(id.as_str());
        fact.is_some_and(|fact| fact.assertion == Assertion::OtherPerson)
    };
    case.facts.retain(|id, _| !others(id));
    case
}

/// A question that takes any words.
const ANY_WORDS: &str = "Q-WORRY";

/// There now, or lately and over.
fn has(case: &Case, id: &ConceptId) -> bool {
    let lately = || {
        case.fact(id.as_str()).is_some_and(|fact| {
            fact.course.resolved == Some(true)
                && fact.course.onset_days.is_some_and(|days| days <= LATELY)
        })
    };
    case.has(id.as_str()) || lately()
}

/// Days for which something that is over still counts as an answer to "lately".
const LATELY: f64 = 14.0;

/// The option says since when.
fn dates(option: &OptionDef) -> bool {
    let course = |fact: &StatedFact| fact.course != Course::default();
    option
        .sets
        .iter()
        .any(|fact| matches!(fact.subject, Subject::Trigger) || course(fact))
}

/// The question tells its options apart by since when.
fn asks_since_when(question: &QuestionDef) -> bool {
    question
        .options
        .iter()
        .filter(|option| dates(option))
        .count()
        > 1
}

fn known<'v>(vignette: &'v Vignette, question: &QuestionDef) -> Option<&'v Known> {
    let slot = vignette.facts.get(question.slot.as_str());
    // What is told for the question before speaks for this one if both are of one slot.
    let parent = question.parent.as_ref().and_then(|(id, _)| {
        let told = more(vignette, id)?;
        let same = slot.is_none_or(|known| known.more.contains_key(id.as_str()));
        same.then_some(told)
    });
    told(vignette, question).or(parent).or(slot)
}

/// What the vignette tells for this very question.
fn told<'v>(vignette: &'v Vignette, question: &QuestionDef) -> Option<&'v Known> {
    more(vignette, &question.id)
}

fn more<'v>(vignette: &'v Vignette, id: &QuestionId) -> Option<&'v Known> {
    vignette
        .facts
        .values()
        .find_map(|known| known.more.get(id.as_str()))
}

/// A single question behind an item of a list, with what the patient knows of it. What the slot tells in other words
/// is for the question it was written for.
fn asked_singly<'v>(
    mind: &'v Mind,
    vignette: &'v Vignette,
    id: &QuestionId,
) -> Option<(&'v QuestionDef, &'v Known)> {
    let question = mind.knowledge.questions.get(id)?;
    let known = known(vignette, question)?;
    // Where the vignette names no option, its words speak for the questions of the slot.
    let named = || {
        let labels = labels(&known.choice);
        labels.is_empty()
            || labels
                .iter()
                .any(|label| option_named(question, label).is_some())
    };
    (told(vignette, question).is_some() || named()).then_some((question, known))
}

fn does_not_know(question: &QuestionDef, answers: Answers) -> Said {
    match (
        answers,
        question.options.iter().find(|option| option.unsure),
    ) {
        (Answers::Choices, Some(option)) => Said::Choices(vec![option.id.clone()]),
        _ => Said::Text(DOES_NOT_KNOW.to_owned()),
    }
}

fn is_unsure(question: &QuestionDef, said: &Said) -> bool {
    let unsure = |id: &String| question.option(id).is_some_and(|option| option.unsure);
    matches!(said, Said::Choices(ids) if !ids.is_empty() && ids.iter().all(unsure))
}

fn words(known: &Known) -> String {
    if !known.text.is_empty() {
        return known.text.clone();
    }
    let label = labels(&known.choice).join("、");
    if label.is_empty() {
        plain(&known.value)
    } else {
        label
    }
}

/// The option that the normalised value means; free text where there is none.
fn tap(
    mind: &Mind,
    vignette: &Vignette,
    state: &State,
    question: &QuestionDef,
    known: &Known,
) -> Said {
    let by_label: Vec<String> = labels(&known.choice)
        .iter()
        .filter_map(|label| option_named(question, label))
        .collect();
    if !by_label.is_empty() {
        return Said::Choices(limited(question, by_label));
    }
    if let Some(number) = known
        .value
        .as_f64()
        .or_else(|| labels(&known.choice).first()?.parse().ok())
        && matches!(question.kind, QuestionKind::Scale)
        && question.measure.is_some()
    {
        return Said::Choices(vec![format!("{}", number.round())]);
    }
    if let Some(days) = known
        .value
        .as_f64()
        .filter(|_| question.slot.as_str() == "duration")
        && let Some(options) = understood(mind, state, question, &in_days(days))
    {
        return Said::Choices(limited(question, options));
    }
    if let Some(option) = stating(question, &known.value) {
        return Said::Choices(vec![option]);
    }
    let value = plain(&known.value);
    // "yes" to the slot is no yes to each of its follow-ups.
    let own = question.parent.is_none() || told(vignette, question).is_some();
    if let Some(option) = option_named(question, &value).filter(|_| own) {
        return Said::Choices(vec![option]);
    }
    if matches!(
        value.as_str(),
        "none" | "no" | "absent" | "false" | "无" | "没有" | "否" | "正常" | "normal"
    ) && let Some(option) = question
        .options
        .iter()
        .find(|option| denies(option) && (own || !gainsays(state, option)))
    {
        return Said::Choices(vec![option.id.clone()]);
    }
    if question.measure.is_some()
        && matches!(question.kind, QuestionKind::Scale | QuestionKind::Number)
        && let Some(number) = [&value, &known.text]
            .into_iter()
            .find_map(|text| measured(mind, question, text))
    {
        return Said::Choices(vec![format!("{}", number.round())]);
    }
    // Who has what is asked for, or has told of it, does not tap that it is not there.
    let told = told_by(mind, &known.text);
    let has_it = own && question.about.iter().any(|id| has(&told, id));
    let something = has_it || is_something(&known.value);
    let fits = |options: &Vec<String>| {
        let mut chosen = options.iter().filter_map(|id| question.option(id));
        let untrue = |option: &OptionDef| {
            let contradicts = has_it || !own && gainsays(state, option);
            denies(option) && option.measure.is_none() && contradicts
        };
        !chosen.any(untrue)
    };
    // Dates and numbers are read exactly by the lists.
    if question.options.iter().any(dates)
        && let Some(options) = understood(mind, state, question, &known.text).filter(fits)
    {
        return Said::Choices(limited(question, options));
    }
    let listed = understood(mind, state, question, &known.text);
    if let Some(options) = likely(mind, question, listed, &known.text).filter(fits) {
        return Said::Choices(limited(question, options));
    }
    // What the words say in so many words.
    let stated: Vec<String> = question
        .options
        .iter()
        .filter(|option| {
            let mut affirmed = interview::affirmed(option).peekable();
            affirmed.peek().is_some() && affirmed.all(|id| has(&told, id))
        })
        .map(|option| option.id.clone())
        .collect();
    if own && stated.len() == 1 {
        return Said::Choices(stated);
    }
    for text in [&known.text, &value] {
        if let Some(options) = understood(mind, state, question, text).filter(fits) {
            return Said::Choices(limited(question, options));
        }
    }
    // Nothing to tap for what the patient has to tell: it is said.
    if something && own || question.kind == QuestionKind::Text || question.options.is_empty() {
        return Said::Text(words(known));
    }
    does_not_know(question, Answers::Choices)
}

/// The value says that there is something: 「present」 or the concept that there is.
fn is_something(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            matches!(text.as_str(), "present" | "yes" | "true" | "有" | "是")
                || text.starts_with("SYM.")
        }
        Value::Bool(there) => *there,
        Value::Array(items) => items.iter().any(is_something),
        _ => false,
    }
}

/// The option that states the concept which the value names.
fn stating(question: &QuestionDef, value: &Value) -> Option<String> {
    let named = match value {
        Value::String(text) => text,
        _ => return None,
    };
    let states = |option: &&OptionDef| interview::affirmed(option).any(|id| id.as_str() == named);
    let mut stating = question.options.iter().filter(states);
    let option = stating.next()?;
    // Two options that state it differ in more than the value says.
    stating.next().is_none().then(|| option.id.clone())
}

/// The option denies what the patient has told.
fn gainsays(state: &State, option: &OptionDef) -> bool {
    option.sets.iter().any(|fact| match &fact.subject {
        Subject::Concept(id) => fact.assertion == Assertion::Absent && state.case.has(id.as_str()),
        _ => false,
    })
}

/// A length of time in the words that the lists read.
fn in_days(days: f64) -> String {
    if days < 1.0 {
        "今天".to_owned()
    } else {
        format!("{}天", days.round())
    }
}

fn limited(question: &QuestionDef, mut options: Vec<String>) -> Vec<String> {
    if question.kind != QuestionKind::Multi {
        options.truncate(1);
    }
    options
}

fn denies(option: &OptionDef) -> bool {
    !option.unsure
        && !option.refused
        && !option.sets.is_empty()
        && option
            .sets
            .iter()
            .all(|fact| fact.assertion == Assertion::Absent)
}

fn option_named(question: &QuestionDef, label: &str) -> Option<String> {
    let clean = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = clean(label);
    if wanted.is_empty() {
        return None;
    }
    let options = || question.options.iter();
    options()
        .find(|option| option.id == label || clean(&option.label) == wanted)
        .or_else(|| {
            options().find(|option| {
                let shown = clean(&option.label);
                // 「老毛病,近10天明显加重」 begins with 老毛病 and says another thing.
                let rest = wanted.strip_prefix(&shown);
                let same = rest.is_some_and(|rest| rest.chars().count() <= shown.chars().count());
                wanted.chars().count() > 1 && (shown.starts_with(&wanted) || same)
            })
        })
        .map(|option| option.id.clone())
}

fn understood(
    mind: &Mind,
    state: &State,
    question: &QuestionDef,
    text: &str,
) -> Option<Vec<String>> {
    if text.is_empty() {
        return None;
    }
    let trigger: &[ConceptId] = state.open.as_ref().map_or(&[], |open| &open.trigger);
    let known = Case::default();
    let context = alone(question, trigger, &known);
    let answer = mind.reader.understand(text, &context).answer?;
    let usable =
        matches!(answer.clarity, Clarity::Clear | Clarity::Hedged) && !answer.options.is_empty();
    usable.then_some(answer.options)
}

/// A question with nothing known before it.
fn alone<'a>(question: &'a QuestionDef, trigger: &'a [ConceptId], known: &'a Case) -> Context<'a> {
    Context {
        turn: 1,
        today: day_of(super::written()),
        question: Some(question),
        asked_about: trigger,
        region: None,
        known,
        speaker: None,
    }
}

/// The number that words say in answer to a question for one.
fn measured(mind: &Mind, question: &QuestionDef, text: &str) -> Option<f64> {
    let known = Case::default();
    let context = alone(question, &[], &known);
    let statements = mind.reader.understand(text, &context).statements;
    statements
        .into_iter()
        .find_map(|statement| match statement {
            Statement::Measure { name, value, .. } => {
                (Some(name) == question.measure).then_some(value)
            }
            _ => None,
        })
}

/// The options that the patient's words mean, as the lists and the encoder take them together; the encoder alone where the
/// lists read nothing. The patient knows which they are; words alone are often too few to see it.
fn likely(
    mind: &Mind,
    question: &QuestionDef,
    listed: Option<Vec<String>>,
    text: &str,
) -> Option<Vec<String>> {
    let witness = mind.witness.as_ref()?;
    let likely = witness.read(text, 1, Some(question)).likely?;
    if let Some(listed) = listed {
        return interview::agreed(&mind.knowledge, question, &listed, Some(&likely));
    }
    let options = interview::meant(question, &likely);
    // What a further question asks is often not told at all: one sign must be meant, not any of them.
    let probability = if question.parent.is_some() {
        options.iter().map(|option| likely.of(&option.id)).sum()
    } else {
        interview::certainty(question, &likely, &options)
    };
    let ids = options.into_iter().map(|option| option.id.clone());
    (probability >= LIKELY).then(|| ids.collect())
}

fn labels(choice: &Value) -> Vec<String> {
    match choice {
        Value::String(text) if !text.is_empty() => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(labels).collect(),
        _ => vec![],
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "有".to_owned(),
        Value::Bool(false) => "没有".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("、"),
        _ => String::new(),
    }
}

/// Reads a side as the contract writes it; `None` when it is not said.
pub fn side(text: Option<&str>) -> Option<Side> {
    text.and_then(|text| Side::parse(text).ok())
        .filter(|side| *side != Side::Unspecified)
}
