//! What is counted of visits. Labels are identifiers of the contract, never words of a patient.

use metrics::{counter, describe_counter, describe_histogram, histogram};

use crate::domain::{Assessment, Reply};
use crate::speech::{Job, Recognised};

use super::voice::Out;

/// Names the measures for `/metrics`.
pub fn describe() {
    describe_counter!("jiwen_visits_opened_total", "Visits opened.");
    describe_counter!(
        "jiwen_visits_finished_total",
        "Visits that reached their end, by urgency and route."
    );
    describe_counter!("jiwen_turns_total", "Turns taken and stored.");
    describe_counter!("jiwen_questions_total", "Questions put, by slot.");
    describe_counter!(
        "jiwen_red_flags_total",
        "Red flags raised, once a visit, by id and status."
    );
    describe_counter!("jiwen_alerts_total", "Alerts shown, by urgency.");
    describe_counter!(
        "jiwen_voice_utterances_total",
        "What became of what patients said by voice, by outcome."
    );
    describe_histogram!(
        "jiwen_voice_recognise_seconds",
        "Time to recognise an utterance."
    );
    describe_histogram!("jiwen_voice_sound_seconds", "Length of utterances.");
    describe_histogram!(
        "jiwen_turn_think_seconds",
        "Time to understand, decide and choose the next question."
    );
    describe_histogram!(
        "jiwen_turn_store_seconds",
        "Time until the turn is on the disk."
    );
}

/// Counts what happens in conversations by voice.
pub fn count_voice(out: &Out) {
    let outcome = match out {
        Out::Final(..) => "understood",
        Out::Confirm { .. } => "confirm_asked",
        Out::Take(_, Some(spoken)) if spoken.confirmed => "confirmed",
        Out::Take(_, Some(_)) => "taken",
        Out::Fallback(why, _) => why.as_str(),
        Out::SpeechStarted { .. } => "started",
        _ => return,
    };
    counter!("jiwen_voice_utterances_total", "outcome" => outcome).increment(1);
}

pub(super) fn time_recognition(heard: &Recognised, job: Job) {
    let job = match job {
        Job::Final => "final",
        Job::Partial => "partial",
    };
    histogram!("jiwen_voice_recognise_seconds", "job" => job).record(heard.elapsed);
    histogram!("jiwen_voice_sound_seconds", "job" => job).record(heard.sound);
}

pub(super) fn count_opened(reply: &Reply) {
    counter!("jiwen_visits_opened_total").increment(1);
    count_reply(reply);
}

/// Counts a turn; `already` are the flags counted before in this visit.
pub(super) fn count_turn(
    reply: &Reply,
    assessment: &Assessment,
    already: &std::collections::BTreeSet<String>,
) {
    counter!("jiwen_turns_total").increment(1);
    count_reply(reply);
    for flag in assessment.raised() {
        if !flag.id.is_empty() && !already.contains(&flag.id) {
            counter!("jiwen_red_flags_total", "id" => flag.id.clone(), "status" => flag.status.as_str())
                .increment(1);
        }
    }
    if reply.done {
        counter!(
            "jiwen_visits_finished_total",
            "urgency" => assessment.urgency.as_str(),
            "route" => assessment.route.id.as_str()
        )
        .increment(1);
    }
}

pub(super) fn time_turn(think: std::time::Duration, store: std::time::Duration) {
    histogram!("jiwen_turn_think_seconds").record(think);
    histogram!("jiwen_turn_store_seconds").record(store);
}

fn count_reply(reply: &Reply) {
    if let Some(question) = &reply.question {
        counter!("jiwen_questions_total", "slot" => question.slot.as_str().to_owned()).increment(1);
    }
    if let Some(alert) = &reply.alert {
        counter!("jiwen_alerts_total", "urgency" => alert.urgency.as_str()).increment(1);
    }
}
