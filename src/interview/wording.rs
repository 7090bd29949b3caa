//! What is said: sentences come from `prompts/`, this file only puts them together.

use crate::domain::{
    Alert, Assessment, ChoiceOption, FlagStatus, Intent, Question, RedFlag, Reply, Urgency,
};
use crate::knowledge::{Knowledge, QuestionDef, QuestionKind};

use super::Mind;
use super::state::{Outcome, Phase, State};

/// Keys of sentences that the conversation needs; the checker looks for them.
pub const KEYS: [&str; 30] = [
    "dialogue.greeting.text",
    "dialogue.greeting.relative",
    "dialogue.ack.back",
    "dialogue.ack.contradiction",
    "dialogue.ack.two_voices",
    "dialogue.ack.wait",
    "dialogue.ack.minimise",
    "dialogue.ack.panic",
    "dialogue.ack.abuse",
    "dialogue.ack.off_topic",
    "dialogue.ack.drug",
    "dialogue.ack.diagnosis",
    "dialogue.ack.operation",
    "dialogue.ack.skip",
    "dialogue.ack.not_understood",
    "dialogue.ack.not_sure",
    "dialogue.spoken.confirm",
    "dialogue.spoken.confirm_safety",
    "dialogue.spoken.again",
    "dialogue.spoken.again_noise",
    "dialogue.spoken.taps",
    "dialogue.end.person",
    "dialogue.end.thanks",
    "dialogue.end.emergency",
    "dialogue.handover.called",
    "dialogue.handover.go_on",
    "results.routine.default",
    "red_flags.levels.immediate",
    "red_flags.levels.within_24h",
    "red_flags.levels.within_1w",
];

/// The first reply of a visit.
pub fn greeting(mind: &Mind, state: &State) -> Reply {
    let prompts = &mind.knowledge.prompts;
    let key = if state.opening.for_self {
        "dialogue.greeting.text"
    } else {
        "dialogue.greeting.relative"
    };
    let question = open_question(mind, state);
    let ask = state
        .open
        .as_ref()
        .and_then(|open| mind.knowledge.questions.get(&open.id))
        .map_or("", |q| q.ask.as_str());
    Reply {
        text: paragraphs(&[prompts.line(key), ask]),
        question,
        alert: None,
        done: false,
    }
}

/// The reply to a turn.
pub fn reply(mind: &Mind, state: &State, assessment: &Assessment, intents: &[Intent]) -> Reply {
    let alert = alert(mind, state, assessment);
    if state.is_done() {
        return Reply {
            text: closing(mind, assessment),
            question: None,
            alert,
            done: true,
        };
    }
    let prefix = acknowledgement(mind, state, intents);
    let ask = asked(mind, state, intents);
    let urgent = alert.as_ref().map_or("", |alert| alert.text.as_str());
    let text = paragraphs(&[urgent, &prefix, &ask]);
    Reply {
        text,
        question: open_question(mind, state),
        alert,
        done: false,
    }
}

fn open_question(mind: &Mind, state: &State) -> Option<Question> {
    let open = state.open.as_ref()?;
    let question = mind.knowledge.questions.get(&open.id)?;
    Some(Question {
        id: question.id.clone(),
        slot: question.slot.clone(),
        options: options(question),
        multiple: question.kind == QuestionKind::Multi,
        free_text: true,
    })
}

fn options(question: &QuestionDef) -> Vec<ChoiceOption> {
    if question.kind == QuestionKind::Scale && question.options.iter().all(|option| option.unsure) {
        let numbers = (0..=10).map(|n| ChoiceOption {
            id: n.to_string(),
            label: n.to_string(),
        });
        let rest = question.options.iter().map(|o| ChoiceOption {
            id: o.id.clone(),
            label: o.label.clone(),
        });
        return numbers.chain(rest).collect();
    }
    question
        .options
        .iter()
        .map(|o| ChoiceOption {
            id: o.id.clone(),
            label: o.label.clone(),
        })
        .collect()
}

/// The open question in words: simpler the second time, with its reason when asked for.
fn asked(mind: &Mind, state: &State, intents: &[Intent]) -> String {
    let Some(question) = state
        .open
        .as_ref()
        .and_then(|open| mind.knowledge.questions.get(&open.id))
    else {
        return String::new();
    };
    let attempts = state
        .asked
        .get(&question.id)
        .map_or(1, |progress| progress.attempts);
    let ask = if attempts > 1 && !question.again.is_empty() {
        &question.again
    } else {
        &question.ask
    };
    if intents.contains(&Intent::AskWhy) {
        return paragraphs(&[&question.why, &question.ask]);
    }
    if question.sensitive && attempts == 1 && question.safety {
        return paragraphs(&[&question.why, ask]);
    }
    ask.clone()
}

fn acknowledgement(mind: &Mind, state: &State, intents: &[Intent]) -> String {
    let prompts = &mind.knowledge.prompts;
    let key = intents.iter().find_map(|intent| match intent {
        Intent::Wait => Some("dialogue.ack.wait"),
        Intent::Minimise => Some("dialogue.ack.minimise"),
        Intent::Panic => Some("dialogue.ack.panic"),
        Intent::Abuse => Some("dialogue.ack.abuse"),
        Intent::OffTopic => Some("dialogue.ack.off_topic"),
        Intent::AskDrug => Some("dialogue.ack.drug"),
        Intent::AskDiagnosis => Some("dialogue.ack.diagnosis"),
        Intent::AskOperation => Some("dialogue.ack.operation"),
        Intent::Skip => Some("dialogue.ack.skip"),
        Intent::Back => Some("dialogue.ack.back"),
        _ => None,
    });
    if let Some(key) = key {
        return prompts.line(key).to_owned();
    }
    let open = state.open.as_ref();
    if open.is_some_and(|open| state.contradicted.contains_key(&open.id)) {
        let between = state.case.contradictions.last();
        let key = match between.and_then(|both| state.case.two_voices(both)) {
            Some(_) => "dialogue.ack.two_voices",
            None => "dialogue.ack.contradiction",
        };
        return prompts.line(key).to_owned();
    }
    let repeated = state
        .open
        .as_ref()
        .and_then(|open| state.asked.get(&open.id))
        .is_some_and(|progress| progress.attempts > 1 && progress.outcome == Outcome::Open);
    let asks_back = intents.contains(&Intent::AskWhy) || intents.contains(&Intent::Repeat);
    if repeated && !asks_back {
        prompts.line("dialogue.ack.not_understood").to_owned()
    } else if is_first_unsure(state) {
        prompts.line("dialogue.ack.not_sure").to_owned()
    } else {
        String::new()
    }
}

/// The question just left is the first of this visit that the patient could not answer; said each time, it
/// would only be noise.
fn is_first_unsure(state: &State) -> bool {
    let mut unsure = state
        .asked
        .values()
        .filter(|progress| progress.outcome == Outcome::Unsure);
    match (unsure.next(), unsure.next()) {
        (Some(only), None) => only.turn + u32::from(only.attempts) == state.turn(),
        _ => false,
    }
}

/// Danger that cannot wait: what to do now, then why, then what to mind (redflags §2).
fn alert(mind: &Mind, state: &State, assessment: &Assessment) -> Option<Alert> {
    let announced = state.phase == Phase::Emergency || state.is_done();
    if !announced || assessment.urgency < Urgency::Within24h {
        return None;
    }
    let flag = leading(assessment)?;
    Some(Alert {
        urgency: assessment.urgency,
        text: instruction(&mind.knowledge, flag),
    })
}

fn leading(assessment: &Assessment) -> Option<&RedFlag> {
    assessment
        .raised()
        .find(|flag| flag.urgency == assessment.urgency)
}

fn instruction(knowledge: &Knowledge, flag: &RedFlag) -> String {
    let prompts = &knowledge.prompts;
    let key = |name: &str| format!("red_flags.{}.{name}", flag.rule);
    let level_key = key(&format!("go_{}", flag.urgency));
    let own_level = knowledge
        .flags
        .iter()
        .find(|rule| rule.id == flag.rule)
        .map(|rule| rule.level);
    let go = if prompts.has(&level_key) {
        prompts.line(&level_key)
    } else if own_level == Some(flag.urgency) && flag.status == FlagStatus::Present {
        prompts.line(&key("go")).trim()
    } else {
        prompts.line(&format!("red_flags.levels.{}", flag.urgency))
    };
    paragraphs(&[go, prompts.line(&key("why")), prompts.line(&key("watch"))])
}

/// What is said when the patient calls a person; the question that is open stays open.
pub fn called(mind: &Mind, open: &Reply) -> Reply {
    let prompts = &mind.knowledge.prompts;
    let go_on = if open.done {
        ""
    } else {
        prompts.line("dialogue.handover.go_on")
    };
    Reply {
        text: paragraphs(&[prompts.line("dialogue.handover.called"), go_on]),
        ..open.clone()
    }
}

/// The last words: where, how soon, what to mind; the warning signs for everyone with back or leg trouble.
fn closing(mind: &Mind, assessment: &Assessment) -> String {
    let prompts = &mind.knowledge.prompts;
    let end = if assessment.urgency == Urgency::Immediate {
        "dialogue.end.emergency"
    } else if assessment.route.id == crate::domain::Route::HumanReview {
        "dialogue.end.person"
    } else {
        "dialogue.end.thanks"
    };
    let advice = match leading(assessment).filter(|flag| flag.urgency >= Urgency::Within1w) {
        Some(flag) => instruction(&mind.knowledge, flag),
        None => String::new(),
    };
    let place = place(mind, assessment);
    let net = if assessment.urgency == Urgency::Immediate {
        String::new()
    } else {
        safety_net(mind)
    };
    paragraphs(&[&advice, &place, &net, prompts.line(end)])
}

fn place(mind: &Mind, assessment: &Assessment) -> String {
    let prompts = &mind.knowledge.prompts;
    let name = |index: usize| {
        assessment
            .departments
            .get(index)
            .map_or("", |choice| choice.name.as_str())
    };
    let first = if name(0).is_empty() {
        "导诊台"
    } else {
        name(0)
    };
    let values = [("department", first), ("second", name(1))];
    let mut lines = vec![];
    for part in ["go", "soon", "mind", "bring"] {
        let key = format!("results.{}.{part}", assessment.route.id);
        if prompts.has(&key) {
            lines.push(prompts.filled(&key, &values));
        }
    }
    if lines.is_empty() {
        lines.push(prompts.filled("results.routine.default", &values));
    }
    let reason_key = format!("departments.{first}.reason");
    if prompts.has(&reason_key) {
        lines.push(prompts.line(&reason_key).to_owned());
    }
    lines.join("\n")
}

fn safety_net(mind: &Mind) -> String {
    let prompts = &mind.knowledge.prompts;
    let items = prompts.list("red_flags.safety_net.items");
    if items.is_empty() {
        return String::new();
    }
    let numbered: Vec<String> = items
        .iter()
        .enumerate()
        .map(|(i, item)| format!("{}. {item}", i + 1))
        .collect();
    paragraphs(&[
        prompts.line("red_flags.safety_net.title"),
        &numbered.join("\n"),
    ])
}

fn paragraphs(parts: &[&str]) -> String {
    parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
