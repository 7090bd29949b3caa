//! A helper and the patient both speak: who said what is kept, and a danger that one of them told stands until asked.

use jiwen::domain::{Assertion, Channel, Consent, Heard, Opening, Reply, Said, Speaker, Timestamp};
use jiwen::interview::{self, State};
use jiwen::pathway;
use jiwen::record::{self, Audience, RecordMeta, Review};
use serde_json::Value;

use crate::support::test_mind;

/// A visit opened by a daughter for her mother.
fn opened() -> (State, Reply) {
    let opening = Opening {
        channel: Channel::Api,
        for_self: false,
        age: Some(70.0),
        sex: None,
        region: None,
        patient_ref: None,
        consent: Consent::default(),
    };
    interview::open(&test_mind(), &opening, Timestamp::UNIX_EPOCH)
}

fn say(state: State, text: &str) -> (State, Reply) {
    let heard = Heard::plain(Said::Text(text.to_owned()));
    let (state, reply, _) = interview::step(&test_mind(), state, &heard, Timestamp::UNIX_EPOCH);
    (state, reply)
}

fn said(texts: &[&str]) -> (State, Reply) {
    texts
        .iter()
        .fold(opened(), |(state, _), text| say(state, text))
}

const TOLD: &str = "我妈腰疼三天,擦屁股那里发麻,没感觉";

#[test]
fn who_speaks_is_known_turn_by_turn() {
    for (text, expected) in [
        ("她还发烧", Speaker::Relative),
        ("我自己说,我腰疼三天", Speaker::Patient),
        ("她说得不对,我不麻", Speaker::Patient),
        ("她说得不对,她其实有点麻", Speaker::Relative),
        ("我妈说她不麻", Speaker::Patient),
        ("她自己说不麻", Speaker::Patient),
        ("医生说她腰不好", Speaker::Relative),
    ] {
        let (state, _) = said(&[TOLD, text]);
        assert_eq!(state.case.voice(1), Some(Speaker::Relative), "{text}");
        assert_eq!(state.case.voice(2), Some(expected), "{text}");
    }
}

#[test]
fn who_relays_stays_the_helper_and_who_takes_over_goes_on() {
    let (state, _) = said(&[TOLD, "我妈说她不麻", "还有点发烧"]);
    assert_eq!(state.case.voice(3), Some(Speaker::Relative));
    let (state, _) = said(&[TOLD, "我自己说吧", "还有点发烧"]);
    assert_eq!(state.case.voice(3), Some(Speaker::Patient));
    let (state, _) = said(&[TOLD, "我自己说吧", "我替她说,她还发烧"]);
    assert_eq!(state.case.voice(3), Some(Speaker::Relative));
}

#[test]
fn a_danger_that_the_helper_told_stands_until_the_patient_was_asked_about_it() {
    for denial in ["她说得不对,我下身不麻", "我妈说她下身不麻"] {
        let (state, reply) = said(&[TOLD, denial]);
        let fact = state.case.fact("SYM.NUMB_SADDLE").expect("told");
        assert_eq!(fact.assertion, Assertion::Present, "{denial}");
        let both = state.case.contradictions.last().expect("kept");
        let voices = state.case.two_voices(both);
        assert_eq!(
            voices,
            Some((Speaker::Relative, Speaker::Patient)),
            "{denial}"
        );
        let question = reply.question.expect("a question");
        assert_eq!(question.slot.as_str(), "saddle", "{denial}");
        assert!(
            reply.text.contains("您和家里人说的不太一样"),
            "{}",
            reply.text
        );
        let (state, _) = say(state, "没有,和平时一样");
        let fact = state.case.fact("SYM.NUMB_SADDLE").expect("told");
        assert_eq!(fact.assertion, Assertion::Absent, "{denial}");
    }
}

#[test]
fn a_danger_that_the_patient_tells_counts_whatever_the_helper_said() {
    let (state, _) = said(&["我妈腰疼三天,下身不麻", "她说得不对,我擦屁股那里发麻"]);
    assert!(state.case.has("SYM.NUMB_SADDLE"));
    let both = state.case.contradictions.last().expect("kept");
    assert!(state.case.two_voices(both).is_some());
}

fn record_of(state: &State) -> record::Record {
    let mind = test_mind();
    let now = "2026-11-18T02:00:00Z".parse().expect("a time");
    let assessment = state.assessment.clone();
    let meta = RecordMeta {
        visit: "01890000-0000-7000-8000-000000000000".to_owned(),
        opened: now,
        created: now,
        hospital: "县医院".to_owned(),
        plan: assessment
            .as_ref()
            .map(|decided| pathway::open(&mind.knowledge, decided, now)),
        assessment,
        review: Review::default(),
    };
    record::build(&mind, state, &meta)
}

#[test]
fn the_doctors_record_shows_what_each_of_them_said() {
    let (state, _) = said(&[TOLD, "她说得不对,我下身不麻"]);
    let record = record_of(&state);
    let text = record::to_text(&record, Audience::Clinician);
    assert!(text.contains("家属代述、本人补充"), "{text}");
    assert!(text.contains("说法不一:鞍区麻木(家属说「"), "{text}");
    assert!(text.contains(";本人说「"), "{text}");
    let json: Value =
        serde_json::from_str(&record::to_json(&record, Audience::Clinician)).expect("JSON");
    assert_eq!(json["speaker"], "relative");
    assert_eq!(json["contradictions"][0]["earlier_by"], "relative");
    assert_eq!(json["contradictions"][0]["later_by"], "self");
}

#[test]
fn who_speaks_for_oneself_alone_has_no_voices() {
    let mind = test_mind();
    let (mut state, _) = opened();
    state.opening.for_self = true;
    let (state, _) = interview::open(&mind, &state.opening, Timestamp::UNIX_EPOCH);
    let (state, _) = say(state, "我腰疼三天,我妈说我坐太久");
    assert!(state.case.voices.is_empty());
    let json = record::to_json(&record_of(&state), Audience::Clinician);
    assert!(json.contains("\"speaker\":\"self\""));
}
