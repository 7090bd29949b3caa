//! What counts, what is asked again, and what is repeated; the recogniser is played.

use std::sync::LazyLock;
use std::time::Duration;

use crate::contents;
use crate::domain::{Alert, Channel, Consent, Heard, Opening, Timestamp, Urgency};
use crate::interview;
use crate::triage::Node;

use super::*;

static MIND: LazyLock<Mind> = LazyLock::new(|| {
    Mind::load(&contents::embedded(), Node::Mis).expect("the built-in knowledge has no faults")
});

/// A visit that was just opened, heard through an open microphone.
struct Scene {
    exchange: Exchange,
    state: State,
    now: u64,
}

impl Scene {
    fn new() -> Self {
        let opening = Opening {
            channel: Channel::Kiosk,
            for_self: true,
            age: Some(62.0),
            sex: None,
            region: None,
            patient_ref: None,
            consent: Consent::default(),
        };
        let (state, reply) = interview::open(&MIND, &opening, Timestamp::UNIX_EPOCH);
        let mut exchange = Exchange::new(Judge::new().expect("the limits are well formed"));
        exchange.start(Microphone::Auto, 500, 0);
        let said = exchange.resume(&MIND, &reply, true, 0);
        assert!(
            matches!(&said[..], [Out::Speak { text, .. }] if text.contains("AI")),
            "C12"
        );
        Self {
            exchange,
            state,
            now: 0,
        }
    }

    /// Says something that the recogniser writes as `text`.
    fn say(&mut self, text: &str, confidence: f32) -> Vec<Out> {
        self.now += 3000;
        let [Out::Recognise { ticket, .. }] = &self.exchange.ended(vec![0.0])[..] else {
            panic!("an utterance is recognised");
        };
        let heard = Recognised {
            text: text.to_owned(),
            confidence,
            tokens: text.chars().count(),
            sound: Duration::from_secs(3),
            ..Recognised::default()
        };
        assert!(self.exchange.recognised(*ticket, Ok(heard)).is_empty());
        assert!(self.exchange.has_words());
        self.exchange.settle(&MIND, &self.state, self.now)
    }

    /// Takes a reply as the service would give it.
    fn reply(&mut self, reply: Reply) -> Vec<Out> {
        let heard = Heard::plain(Said::Text("腰疼".to_owned()));
        let (.., trace) = interview::step(&MIND, self.state.clone(), &heard, Timestamp::UNIX_EPOCH);
        let taken = TurnTaken {
            turn: 1,
            at: Timestamp::UNIX_EPOCH,
            reply,
            findings: vec![],
            assessment: trace.assessment,
        };
        self.exchange.taken(&taken, self.now)
    }
}

fn taken(out: &[Out]) -> Option<(String, bool)> {
    out.iter().find_map(|one| match one {
        Out::Take(Said::Text(text), spoken) => Some((
            text.clone(),
            spoken.as_ref().is_some_and(|spoken| spoken.confirmed),
        )),
        _ => None,
    })
}

fn is_confirm(out: &[Out]) -> bool {
    out.iter().any(|one| matches!(one, Out::Confirm { .. }))
}

fn fallback(out: &[Out]) -> Option<Fallback> {
    out.iter().find_map(|one| match one {
        Out::Fallback(why, _) => Some(*why),
        _ => None,
    })
}

#[test]
fn plain_words_heard_clearly_are_taken() {
    let out = Scene::new().say("腰疼", 0.9);
    assert_eq!(taken(&out), Some(("腰疼".to_owned(), false)));
}

#[test]
fn a_sign_of_danger_counts_only_after_a_yes() {
    for (answer, confidence, counts) in [("是的", 0.95, true), ("说错了", 0.9, false)] {
        let mut scene = Scene::new();
        let out = scene.say("下身发麻尿不出来", 0.95);
        assert!(is_confirm(&out) && taken(&out).is_none(), "{out:?}");
        let out = scene.say(answer, confidence);
        assert_eq!(
            taken(&out).is_some_and(|(_, confirmed)| confirmed),
            counts,
            "{answer}: {out:?}"
        );
        assert!(!scene.exchange.is_confirming());
    }
}

#[test]
fn an_unsure_yes_is_no_yes() {
    let mut scene = Scene::new();
    scene.say("下身发麻尿不出来", 0.95);
    let out = scene.say("对", 0.6);
    assert!(taken(&out).is_none(), "{out:?}");
}

#[test]
fn a_tap_answers_a_confirmation_and_a_typed_turn_takes_its_place() {
    let mut scene = Scene::new();
    scene.say("下身发麻尿不出来", 0.95);
    let yes = scene
        .exchange
        .typed(Said::Choices(vec!["yes".to_owned()]), &MIND);
    assert_eq!(taken(&yes), Some(("下身发麻尿不出来".to_owned(), true)));
    let mut scene = Scene::new();
    scene.say("下身发麻尿不出来", 0.95);
    let typed = scene
        .exchange
        .typed(Said::Text("没有,就是腰疼".to_owned()), &MIND);
    assert_eq!(
        typed,
        [Out::Take(Said::Text("没有,就是腰疼".to_owned()), None)]
    );
    assert!(!scene.exchange.is_confirming());
}

#[test]
fn two_failures_bring_buttons() {
    let mut scene = Scene::new();
    let first = scene.say("", 0.0);
    assert!(matches!(&first[..], [Out::Speak { .. }]), "{first:?}");
    assert_eq!(
        fallback(&scene.say("一个吧", 0.2)),
        Some(Fallback::NotUnderstood)
    );
}

#[test]
fn our_own_prompt_is_not_the_patient() {
    let mut scene = Scene::new();
    let prompt = scene.exchange.prompt.clone();
    scene.exchange.played(prompt.id, Playback::Started, 0);
    let echo: String = prompt
        .text
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .skip(20)
        .take(14)
        .collect();
    assert!(scene.say(&echo, 0.9).is_empty(), "{echo}");
}

#[test]
fn an_alert_is_repeated_until_it_is_acknowledged() {
    let mut scene = Scene::new();
    let alert = "请现在就去急诊。";
    let out = scene.reply(Reply {
        text: "请现在就动身。".to_owned(),
        question: None,
        alert: Some(Alert {
            urgency: Urgency::Immediate,
            text: alert.to_owned(),
        }),
        done: true,
    });
    assert!(matches!(&out[..], [Out::Speak { text, .. }] if text.contains(alert)));
    assert!(scene.exchange.tick(&MIND, 14_000).is_empty());
    for at in [15_000, 30_000] {
        let again = scene.exchange.tick(&MIND, at);
        assert!(
            matches!(&again[..], [Out::Speak { text, repeat: true, .. }] if text.contains(alert))
        );
    }
    scene.exchange.acknowledged();
    assert!(scene.exchange.tick(&MIND, 90_000).is_empty());
}

#[test]
fn silence_is_met_once_a_question() {
    let mut scene = Scene::new();
    assert!(scene.exchange.tick(&MIND, 9_000).is_empty());
    assert_eq!(
        fallback(&scene.exchange.tick(&MIND, 10_000)),
        Some(Fallback::Silence)
    );
    assert!(scene.exchange.tick(&MIND, 60_000).is_empty());
}

#[test]
fn when_too_many_are_speaking_the_patient_is_told_and_nothing_counts() {
    let mut scene = Scene::new();
    let [Out::Recognise { ticket, .. }] = &scene.exchange.ended(vec![0.0])[..] else {
        panic!("an utterance is recognised");
    };
    scene.exchange.recognised(*ticket, Err(true));
    let out = scene.exchange.settle(&MIND, &scene.state, 1000);
    assert_eq!(out, [Out::Error("busy")]);
}
