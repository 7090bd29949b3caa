//! One turn: a pure function from what is known and what was heard to what is known and what is said.

use std::collections::BTreeSet;

use crate::domain::{
    Assertion, Assessment, Case, ConceptId, Evidence, Finding, Heard, Intent, Likely, Opening,
    QuestionId, Reply, Said, Sex, Side, Speaker, Statement, Timestamp, Urgency, day_of,
};
use crate::knowledge::{Knowledge, OptionDef, QuestionDef, QuestionKind};
use crate::nlu::{Answer, Clarity, Context, Skill};
use crate::triage::{self, Asked, View, WhatIf};

use super::state::{OpenQuestion, Outcome, Phase, Progress, State};
use super::witness::Judgement;
use super::{Mind, answer, choose, witness, wording};

/// What a turn produced besides the reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Findings of this turn.
    pub findings: Vec<Finding>,
    /// The decision after it.
    pub assessment: Assessment,
}

/// The question with which every visit begins.
pub const FIRST_QUESTION: &str = "Q-CC";
/// A question is put twice at most.
const ATTEMPTS: u8 = 2;
/// So many questions in a row given up without any answer, and a person takes over (S6).
const MISSES: u8 = 3;

/// Opens a visit.
pub fn open(mind: &Mind, opening: &Opening, now: Timestamp) -> (State, Reply) {
    let mut state = begin(opening);
    state.at = now;
    state.node = mind.node_at(now);
    let first = OpenQuestion {
        id: FIRST_QUESTION.into(),
        trigger: vec![],
    };
    put(mind, &mut state, first);
    let reply = wording::greeting(mind, &state);
    (state, reply)
}

/// The case that one text adds up to, heard alone or as the answer to a question.
pub fn hear(
    mind: &Mind,
    opening: &Opening,
    now: Timestamp,
    question: Option<&QuestionId>,
    text: &str,
) -> Case {
    let (mut state, heard) = hear_once(mind, opening, now, question, text);
    for statement in listen(mind, &state, &heard).statements {
        state.case.apply(statement);
    }
    state.case
}

/// The options of a question that a text is taken for; none where the question would be put again.
pub fn answered(
    mind: &Mind,
    opening: &Opening,
    now: Timestamp,
    question: &QuestionId,
    text: &str,
) -> Vec<String> {
    let (state, heard) = hear_once(mind, opening, now, Some(question), text);
    let hearing = listen(mind, &state, &heard);
    match hearing.clarity {
        Clarity::NotAnAnswer => vec![],
        _ => hearing.options,
    }
}

fn hear_once(
    mind: &Mind,
    opening: &Opening,
    now: Timestamp,
    question: Option<&QuestionId>,
    text: &str,
) -> (State, Heard) {
    let mut state = begin(opening);
    state.at = now;
    state.open = question.map(|id| OpenQuestion {
        id: id.clone(),
        trigger: vec![],
    });
    let heard = mind.hear(&state, Said::Text(text.to_owned()));
    state.turn = 1;
    (state, heard)
}

/// What the opening tells.
fn begin(opening: &Opening) -> State {
    let mut state = State::new(opening.clone());
    let evidence = Evidence {
        turn: 0,
        text: String::new(),
        start: 0,
        end: 0,
    };
    if let Some(age) = opening.age {
        state.case.apply(Statement::Measure {
            name: "age".to_owned(),
            value: age,
            evidence,
        });
    }
    if let Some(sex) = opening.sex {
        state.case.apply(Statement::Sex(sex));
    }
    if !opening.for_self {
        state.case.apply(Statement::Speaker(Speaker::Relative));
    }
    state
}

/// Takes a turn.
pub fn step(mind: &Mind, mut state: State, heard: &Heard, now: Timestamp) -> (State, Reply, Trace) {
    state.turn += 1;
    state.at = now;
    let hearing = listen(mind, &state, heard);
    note_voice(&mut state, &hearing);
    for statement in &hearing.statements {
        let statement = between_voices(mind, &state, statement.clone());
        state.case.apply(statement);
    }
    note_contradictions(mind, &mut state);
    settle(mind, &mut state, &hearing);
    state.last_said = hearing.said.clone();
    if let Some(spoken) = &heard.spoken {
        state.spoken.insert(state.turn, (**spoken).clone());
    }
    let leave = hearing
        .intents
        .iter()
        .any(|i| matches!(i, Intent::Stop | Intent::Person));
    let (assessment, next) = think(mind, &mut state, leave);
    state.assessment = Some(assessment.clone());
    match next {
        Some(question) => put(mind, &mut state, question),
        None => {
            state.open = None;
            state.phase = Phase::Done;
        }
    }
    let reply = wording::reply(mind, &state, &assessment, &hearing.intents);
    let findings = state
        .case
        .findings
        .iter()
        .filter(|f| f.evidence.turn == state.turn)
        .cloned()
        .collect();
    (
        state,
        reply,
        Trace {
            findings,
            assessment,
        },
    )
}

/// Whose words the turn carries, once somebody speaks for the patient.
fn note_voice(state: &mut State, hearing: &Hearing) {
    let newly = hearing.statements.iter().rev().find_map(|one| match one {
        Statement::Speaker(speaker) => Some(*speaker),
        _ => None,
    });
    let speaks = newly.or(state.case.speaker);
    let voice = if hearing.relays {
        Some(Speaker::Patient)
    } else {
        speaks
    };
    if let Some(voice) = voice {
        state.case.voices.insert(state.turn, voice);
    }
}

/// What one person says of a danger does not put another's words right in passing: both are kept, the more dangerous
/// stands, and its question is put once.
fn between_voices(mind: &Mind, state: &State, statement: Statement) -> Statement {
    let Statement::Finding {
        finding,
        replaces: true,
    } = statement
    else {
        return statement;
    };
    let told = state.case.fact(finding.concept.as_str());
    let earlier = told.filter(|fact| fact.assertion != finding.assertion);
    let earlier = earlier.and_then(|fact| state.case.voice(fact.evidence.last()?.turn));
    let now = state.case.voice(state.turn);
    let is_danger = || !witness::settling(&mind.knowledge, &finding.concept).is_empty();
    let another = earlier.is_some() && now.is_some() && earlier != now && is_danger();
    Statement::Finding {
        finding,
        replaces: !another,
    }
}

/// A danger that was told stands when it is denied in passing; its question is put once more, and then what is said counts.
fn note_contradictions(mind: &Mind, state: &mut State) {
    let case = &state.case;
    let denied = case
        .findings
        .iter()
        .filter(|finding| finding.evidence.turn == state.turn)
        .filter(|finding| finding.assertion == Assertion::Absent)
        .map(|finding| &finding.concept)
        .filter(|concept| case.has(concept.as_str()));
    // One that is always fit to ask rather than one with a condition of its own.
    let question = |concept| {
        let settling = witness::settling(&mind.knowledge, concept);
        settling.into_iter().min_by_key(|q| q.when.is_some())
    };
    for question in denied.filter_map(question) {
        state
            .contradicted
            .entry(question.id.clone())
            .or_insert(false);
    }
}

/// Decides, chooses the next question, and decides again for good when there is none.
fn think(mind: &Mind, state: &mut State, leave: bool) -> (Assessment, Option<OpenQuestion>) {
    let knowledge = &mind.knowledge;
    let (running, next) = {
        let (running, view) = triage::decide(
            knowledge,
            &state.case,
            &state.asked_for_rules(false),
            state.node,
        );
        if running.urgency == Urgency::Immediate {
            state.phase = Phase::Emergency;
        } else if state.phase == Phase::Emergency && state.case.has_two_voices() {
            // A helper had told the danger, and the patient, asked about it, does not have it.
            state.phase = Phase::Interview;
        }
        let looking = State {
            assessment: Some(running.clone()),
            ..state.clone()
        };
        let next = if leave {
            None
        } else {
            choose::between_voices(knowledge, &looking, &view)
                .or_else(|| again(&looking, &view))
                .or_else(|| choose::next(knowledge, &looking, &view, state.node))
                // Who is not understood is handed to a person, but not before the dangers were asked about.
                .filter(|open| state.misses < MISSES || is_safety(knowledge, open))
                .or_else(|| choose::safety_left(knowledge, &looking, &view))
        };
        (running, next)
    };
    if next.is_some() {
        return (running, next);
    }
    let leave = leave || state.misses >= MISSES;
    (conclude(mind, state, leave), None)
}

/// What the rules may know about the questions of a visit that ends here.
fn asked_at_the_end(knowledge: &Knowledge, state: &State) -> Asked {
    let view = View::new(knowledge, &state.case);
    Asked {
        safety_open: !choose::open_safety_questions(knowledge, state, &view).is_empty(),
        nothing_known: answer::complaint(knowledge, &state.case).is_empty()
            && !anything_present(state)
            && triage::routing_rule(knowledge, &view).is_none()
            && !triage::leans(knowledge, &state.case),
        leaning: true,
        ..state.asked_for_rules(true)
    }
}

/// The single changes to what was said that would bring another decision, were the visit to end here.
pub fn what_if(mind: &Mind, state: &State) -> Vec<WhatIf> {
    let knowledge = &mind.knowledge;
    let asked = asked_at_the_end(knowledge, state);
    let (decided, _) = triage::decide(knowledge, &state.case, &asked, state.node);
    triage::what_if(knowledge, &state.case, &asked, state.node, &decided)
}

/// M1–M7 with what each rests on, were the visit to end here; for clinicians.
pub fn checklist(mind: &Mind, state: &State) -> Vec<triage::Checked> {
    let knowledge = &mind.knowledge;
    let asked = asked_at_the_end(knowledge, state);
    let (_, view) = triage::decide(knowledge, &state.case, &asked, state.node);
    triage::checklist(knowledge, &view)
}

/// The decision with which a visit ends: what is unknown now stays unknown.
fn conclude(mind: &Mind, state: &State, leave: bool) -> Assessment {
    let knowledge = &mind.knowledge;
    let asked = asked_at_the_end(knowledge, state);
    let (mut assessment, _) = triage::decide(knowledge, &state.case, &asked, state.node);
    // A person takes over where the machine stopped early; a danger already seen keeps its way.
    if (asked.nothing_known || leave) && assessment.urgency < Urgency::Within1w {
        assessment.route.id = crate::domain::Route::HumanReview;
        assessment.urgency = assessment.urgency.max(Urgency::Routine);
    }
    assessment
}

fn anything_present(state: &State) -> bool {
    state
        .case
        .facts
        .iter()
        .any(|(id, fact)| id.kind() == "SYM" && fact.assertion == Assertion::Present)
}

fn is_safety(knowledge: &Knowledge, open: &OpenQuestion) -> bool {
    let question = knowledge.questions.get(&open.id);
    question.is_some_and(|question| question.safety)
}

/// The open question once more, when it got no answer.
fn again(state: &State, _view: &View<'_>) -> Option<OpenQuestion> {
    let open = state.open.as_ref()?;
    let progress = state.asked.get(&open.id)?;
    (progress.outcome == Outcome::Open && state.phase == Phase::Interview).then(|| open.clone())
}

fn put(mind: &Mind, state: &mut State, question: OpenQuestion) {
    let turn = state.turn;
    let known = mind.knowledge.questions.contains_key(&question.id);
    debug_assert!(known, "the checker has seen every question id");
    let mut first_time = false;
    let progress = state.asked.entry(question.id.clone()).or_insert_with(|| {
        first_time = true;
        Progress {
            attempts: 0,
            outcome: Outcome::Open,
            turn,
        }
    });
    progress.attempts = progress.attempts.saturating_add(1);
    if first_time && question.id.as_str() != FIRST_QUESTION {
        state.questions_put += 1;
    }
    if let Some(put) = state.contradicted.get_mut(&question.id) {
        *put = true;
    }
    state.open = Some(question);
}

/// What was heard, as statements and as an answer to the open question.
pub(super) struct Hearing {
    pub(super) statements: Vec<Statement>,
    pub(super) options: Vec<String>,
    pub(super) clarity: Clarity,
    pub(super) intents: Vec<Intent>,
    pub(super) tapped: bool,
    /// The words, when there were words.
    pub(super) said: Option<String>,
    /// The only side that the words speak of.
    pub(super) side: Side,
    /// A helper passes on the patient's own words.
    pub(super) relays: bool,
}

pub(super) fn listen(mind: &Mind, state: &State, heard: &Heard) -> Hearing {
    let question = state
        .open
        .as_ref()
        .and_then(|open| mind.knowledge.questions.get(&open.id));
    let mut hearing = match &heard.said {
        Said::Choices(ids) => tapped(mind, state, question, ids),
        Said::Text(text) => spoken(mind, state, question, text, heard.likely.as_deref()),
    };
    let answered = question
        .filter(|question| question.id.as_str() != FIRST_QUESTION)
        .map(|question| witness::Answered {
            question,
            options: &hearing.options,
        });
    let mut doubted = BTreeSet::new();
    if heard.read && !mind.left_out.has(Skill::Arbiter) && witness::is_readable(&heard.said) {
        let said = &mut hearing.statements;
        doubted = witness::weigh_lists(&mind.knowledge, said, answered.as_ref(), &heard.opinion);
    }
    let mut opinion = witness::taken_up(
        &mind.knowledge,
        &state.case,
        &hearing.statements,
        &doubted,
        answered.as_ref(),
        &heard.opinion,
        hearing.side,
    );
    opinion.extend(witness::denials(&hearing.statements, &heard.opinion));
    hearing.statements.extend(opinion);
    let leaning = heard.leaning.as_deref().cloned();
    hearing.statements.extend(leaning.map(Statement::Leaning));
    hearing
}

/// What the text says as the answer to the question, from the lists and the model.
fn take_answer(
    mind: &Mind,
    state: &State,
    question: &QuestionDef,
    given: Answer,
    likely: Option<&Likely>,
    evidence: &Evidence,
    hearing: &mut Hearing,
) {
    let again = state
        .asked
        .get(&question.id)
        .is_some_and(|progress| progress.attempts >= ATTEMPTS);
    let settled = mind.left_out.has(Skill::Contest) && !given.options.is_empty();
    let likely = likely.filter(|_| !settled);
    let listed = witness::Listed {
        options: &given.options,
        basis: given.basis,
    };
    match witness::judge(&mind.knowledge, question, &listed, likely, again) {
        Judgement::AskAgain => {
            hearing.clarity = Clarity::NotAnAnswer;
            witness::doubt_what_is_contested(question, &mut hearing.statements);
        }
        Judgement::Options(ids) if denied_in_words(question, &ids, hearing) => {
            hearing.clarity = Clarity::NotAnAnswer;
        }
        Judgement::Options(ids) => {
            hearing.clarity = Clarity::Clear;
            for option in ids.iter().filter_map(|id| question.option(id)) {
                take(mind, state, option, evidence, hearing);
            }
        }
        Judgement::Lists => {
            hearing.clarity = given.clarity;
            let options: Vec<&OptionDef> = given
                .options
                .iter()
                .filter_map(|id| question.option(id))
                .collect();
            let denies = !options.is_empty()
                && options
                    .iter()
                    .all(|option| answer::affirmed(option).next().is_none());
            if question.safety && denies && given.clarity == Clarity::Hedged {
                // 「好像没有」 does not rule a danger out; it is asked once more with options.
                hearing.clarity = Clarity::Unsure;
                return;
            }
            for option in options {
                take(mind, state, option, evidence, hearing);
            }
        }
    }
}

/// Every sign of the options is one that the words deny: 不闷,不气短 is no shortness of breath, whatever the model thinks.
fn denied_in_words(question: &QuestionDef, ids: &[String], hearing: &Hearing) -> bool {
    let said = |id: &ConceptId, wanted: fn(Assertion) -> bool| {
        hearing.statements.iter().any(|statement| match statement {
            Statement::Finding { finding, .. } => {
                finding.concept == *id && wanted(finding.assertion)
            }
            _ => false,
        })
    };
    let denied = |id: &ConceptId| {
        said(id, |a| a == Assertion::Absent) && !said(id, |a| a != Assertion::Absent)
    };
    let mut signs = ids
        .iter()
        .filter_map(|id| question.option(id))
        .flat_map(answer::affirmed)
        .peekable();
    signs.peek().is_some() && signs.all(denied)
}

fn tapped(mind: &Mind, state: &State, question: Option<&QuestionDef>, ids: &[String]) -> Hearing {
    let mut hearing = Hearing {
        statements: vec![],
        options: vec![],
        clarity: Clarity::Clear,
        intents: vec![],
        tapped: true,
        said: None,
        side: Side::Unspecified,
        relays: false,
    };
    let Some(question) = question else {
        return hearing;
    };
    for id in ids {
        if let Some(option) = question.option(id) {
            let evidence = whole(state.turn, &option.label);
            take(mind, state, option, &evidence, &mut hearing);
        } else if let (Some(measure), Ok(value)) = (&question.measure, id.parse::<f64>()) {
            let evidence = whole(state.turn, id);
            hearing.options.push(id.clone());
            hearing.statements.push(Statement::Measure {
                name: measure.clone(),
                value,
                evidence,
            });
        }
    }
    if hearing.options.is_empty() {
        hearing.clarity = Clarity::NotAnAnswer;
    }
    hearing
}

fn take(
    mind: &Mind,
    state: &State,
    option: &OptionDef,
    evidence: &Evidence,
    hearing: &mut Hearing,
) {
    let trigger = state.open.as_ref().map_or(&[][..], |open| &open.trigger);
    hearing.options.push(option.id.clone());
    let stated = answer::statements(&mind.knowledge, &state.case, option, trigger, evidence);
    // A number that was said is closer than the middle of the option's range.
    let said: Vec<String> = hearing.statements.iter().filter_map(measure_name).collect();
    hearing.statements.extend(
        stated
            .into_iter()
            .filter(|s| measure_name(s).is_none_or(|name| !said.contains(&name))),
    );
    if let Ok(sex) = Sex::parse(&option.id) {
        hearing.statements.push(Statement::Sex(sex));
    }
    if option.unsure {
        hearing.clarity = Clarity::Unsure;
    }
    if option.refused {
        hearing.clarity = Clarity::Refused;
    }
}

fn measure_name(statement: &Statement) -> Option<String> {
    match statement {
        Statement::Measure { name, .. } => Some(name.clone()),
        _ => None,
    }
}

fn spoken(
    mind: &Mind,
    state: &State,
    question: Option<&QuestionDef>,
    text: &str,
    likely: Option<&Likely>,
) -> Hearing {
    let trigger = state.open.as_ref().map_or(&[][..], |open| &open.trigger);
    let understanding = mind.reader.understand(
        text,
        &Context {
            turn: state.turn,
            today: day_of(state.at),
            question,
            asked_about: trigger,
            region: state.opening.region.as_deref(),
            known: &state.case,
            speaker: state.case.speaker,
        },
    );
    let mut hearing = Hearing {
        statements: understanding.statements,
        options: vec![],
        clarity: Clarity::NotAnAnswer,
        intents: understanding.intents,
        tapped: false,
        said: Some(text.to_owned()),
        side: understanding.side.unwrap_or(Side::Unspecified),
        relays: understanding.relays,
    };
    if question.is_some_and(|question| question.of_old) {
        let finding = |statement: &Statement| matches!(statement, Statement::Finding { .. });
        hearing.statements.retain(|statement| !finding(statement));
    }
    hearing
        .statements
        .extend(understanding.doubts.into_iter().map(Statement::Doubt));
    witness::doubt_what_only_sounds(&mind.knowledge, &mut hearing.statements);
    let evidence = whole(state.turn, text);
    if let (Some(question), Some(given)) = (question, understanding.answer) {
        // A question back is no answer, whatever the model takes it for; only a sign of danger in it is kept.
        let asks = given.options.is_empty() && asks_something(&hearing.intents);
        let likely = likely.filter(|likely| !asks || witness::affirms(question, likely));
        take_answer(
            mind,
            state,
            question,
            given,
            likely,
            &evidence,
            &mut hearing,
        );
    }
    if let Some(question) = question {
        let keeps = matches!(question.kind, QuestionKind::Text) || !question.safety;
        let words = !text.trim().is_empty()
            && !matches!(hearing.clarity, Clarity::Unsure | Clarity::Refused);
        if keeps && words {
            hearing.statements.push(Statement::Note {
                slot: question.slot.clone(),
                evidence,
            });
        }
    }
    // A word that is only a candidate opens the question that settles it, and is no evidence itself.
    for ask in &understanding.asks_back {
        if witness::settling(&mind.knowledge, &ask.concept).is_empty() {
            hearing
                .statements
                .push(Statement::Doubt(crate::domain::Doubt {
                    turn: ask.evidence.turn,
                    text: ask.evidence.text.clone(),
                    start: ask.evidence.start,
                    end: ask.evidence.end,
                }));
        } else {
            hearing.statements.push(Statement::Finding {
                finding: candidate(ask),
                replaces: false,
            });
        }
    }
    hearing
}

fn candidate(ask: &crate::nlu::AskBack) -> Finding {
    Finding {
        confidence: 0.3,
        ..Finding::bare(
            ask.concept.clone(),
            Assertion::Uncertain,
            ask.evidence.clone(),
        )
    }
}

fn whole(turn: u32, text: &str) -> Evidence {
    Evidence {
        turn,
        text: text.to_owned(),
        start: 0,
        end: text.chars().count(),
    }
}

/// Notes how the open question stands after what was heard.
fn settle(mind: &Mind, state: &mut State, hearing: &Hearing) {
    let Some(open) = state.open.clone() else {
        return;
    };
    let Some(question) = mind.knowledge.questions.get(&open.id) else {
        return;
    };
    let attempts = state
        .asked
        .get(&open.id)
        .map_or(1, |progress| progress.attempts);
    let outcome = outcome(state, question, hearing, attempts);
    // Follow-ups and questions still open do not count: the patient may be on the way to an answer.
    let missed = hearing.clarity == Clarity::NotAnAnswer && outcome == Outcome::Unsure;
    if outcome == Outcome::Answered {
        state.misses = 0;
    } else if missed && question.parent.is_none() {
        state.misses = state.misses.saturating_add(1);
    }
    if let Some(progress) = state.asked.get_mut(&open.id) {
        progress.outcome = outcome;
    }
    if outcome == Outcome::Answered {
        state
            .chosen
            .insert(open.id.clone(), hearing.options.clone());
        unlock(state, question, &hearing.options);
    } else if outcome == Outcome::Unsure {
        // A list that someone cannot answer is asked item by item.
        let unsure: Vec<String> = question
            .options
            .iter()
            .filter(|option| option.unsure)
            .map(|option| option.id.clone())
            .collect();
        unlock(state, question, &unsure);
        // Follow-ups may ask about what could not be said.
        state.chosen.insert(open.id.clone(), unsure);
    }
    let uncertain = state
        .case
        .facts
        .iter()
        .filter(|(_, fact)| fact.assertion == Assertion::Uncertain)
        .flat_map(|(id, _)| witness::settling(&mind.knowledge, id));
    for question in uncertain {
        if !state.unlocked.iter().any(|one| one.id == question.id) {
            state.unlocked.push(OpenQuestion {
                id: question.id.clone(),
                trigger: vec![],
            });
        }
    }
}

fn outcome(state: &State, question: &QuestionDef, hearing: &Hearing, attempts: u8) -> Outcome {
    let again = |last: Outcome| {
        if attempts < ATTEMPTS {
            Outcome::Open
        } else {
            last
        }
    };
    if hearing.intents.contains(&Intent::Skip) {
        return Outcome::Refused;
    }
    let measured = question
        .measure
        .as_ref()
        .is_some_and(|m| state.case.measures.contains_key(m))
        || (question.kind == QuestionKind::Duration
            && state.case.measures.contains_key("duration_days"))
        || (question.slot.as_str() == "sex" && state.case.sex.is_some());
    let reported = question.about.iter().any(|id| {
        state
            .case
            .findings
            .iter()
            .any(|f| &f.concept == id && f.evidence.turn == state.turn)
            && state
                .case
                .fact(id.as_str())
                .is_some_and(|f| f.assertion != Assertion::Uncertain)
    });
    let repeated = state.last_said.is_some() && state.last_said == hearing.said;
    match hearing.clarity {
        _ if measured => Outcome::Answered,
        Clarity::Clear | Clarity::Hedged => Outcome::Answered,
        Clarity::Refused => Outcome::Refused,
        // Who taps "cannot say" has seen the options; only what matters most is asked in other words.
        Clarity::Unsure if question.insist => again(Outcome::Unsure),
        Clarity::Unsure if question.safety && !hearing.tapped => again(Outcome::Unsure),
        Clarity::Unsure => Outcome::Unsure,
        Clarity::NotAnAnswer if reported => Outcome::Answered,
        Clarity::NotAnAnswer if asks_something(&hearing.intents) && !repeated => Outcome::Open,
        // The same words that answered the question before will not answer this one better.
        Clarity::NotAnAnswer if question.parent.is_some() && repeated => Outcome::Unsure,
        Clarity::NotAnAnswer if question.safety => again(Outcome::Unsure),
        Clarity::NotAnAnswer => match question.kind {
            QuestionKind::Text | QuestionKind::Choice | QuestionKind::Multi => Outcome::Answered,
            _ => again(Outcome::Unsure),
        },
    }
}

/// The patient asks or pauses; the question stays open and no attempt is lost, unless the same is said again.
fn asks_something(intents: &[Intent]) -> bool {
    intents.iter().any(|intent| {
        matches!(
            intent,
            Intent::AskWhy
                | Intent::Repeat
                | Intent::Wait
                | Intent::AskDrug
                | Intent::AskDiagnosis
                | Intent::AskOperation
                | Intent::Abuse
                | Intent::OffTopic
        )
    })
}

fn unlock(state: &mut State, question: &QuestionDef, taken: &[String]) {
    let mut trigger: Vec<ConceptId> = vec![];
    let mut opened: Vec<crate::domain::QuestionId> = vec![];
    for option in taken.iter().filter_map(|id| question.option(id)) {
        trigger.extend(answer::affirmed(option).cloned());
        opened.extend(option.stands_for.iter().map(|(id, _)| id.clone()));
        opened.extend(option.unlocks.iter().cloned());
        if answer::affirmed(option).next().is_some() {
            opened.extend(question.unlocks.iter().cloned());
        }
    }
    for id in opened {
        if !state.unlocked.iter().any(|one| one.id == id) {
            state.unlocked.push(OpenQuestion {
                id,
                trigger: trigger.clone(),
            });
        }
    }
}
