//! Times one text turn, from the patient's words to the reply: `cargo bench --bench turn`.
//!
//! A turn is understanding, folding into the case, every red-flag rule, departments, route and the choice of the
//! next question. Writing it to disk and HTTP come on top: `make load` measures those.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jiwen::domain::{Case, Channel, Consent, Heard, Opening, Said, Timestamp};
use jiwen::interview::{self, Mind, State};
use jiwen::triage::Node;
use jiwen::{contents, nlu};

/// A rich opening in dialect.
const OPENING: &str = "我这个腰杆连到右边脚杆扯起痛,痛了三个多月咯,脚背有点麻,咳嗽的时候更恼火";

/// What brings the visit to its middle: safety questions answered, history still open.
const BEFORE: [&str; 4] = ["跟以前一样", "一样的", "莫得,有劲", "没有发烧"];

/// What is said then: a word, a sentence, and a patient who tells everything at once.
const SAID: [&str; 4] = [
    "没有",
    "莫得,跟以前一样的",
    "照了磁共振,说四五节突出,吃了两个多月的止痛药,也做了理疗牵引,没得用,走两百米就要歇",
    "我说详细点哈,三个月前搬东西闪了一下,开头只是腰痛,歇两天就好些,后头慢慢扯到屁股、大腿后面、小腿外侧,\
         脚背发麻,坐久了、咳嗽、打喷嚏都恼火,躺平好一些,晚上翻身会痛醒,没有发烧,大小便正常,也没得外伤,\
         高血压吃药控制,不吃阿司匹林,青霉素过敏",
];

fn say(text: &str) -> Heard {
    Heard::plain(Said::Text(text.to_owned()))
}

fn length(text: &str) -> BenchmarkId {
    BenchmarkId::from_parameter(format!("{} characters", text.chars().count()))
}

fn opened(mind: &Mind, now: Timestamp) -> State {
    let opening = Opening {
        channel: Channel::Api,
        for_self: true,
        age: Some(45.0),
        sex: None,
        region: None,
        patient_ref: None,
        consent: Consent::default(),
    };
    interview::open(mind, &opening, now).0
}

fn middle(mind: &Mind, now: Timestamp) -> State {
    let mut state = opened(mind, now);
    for text in [OPENING].iter().chain(&BEFORE) {
        state = interview::step(mind, state, &say(text), now).0;
    }
    assert!(!state.is_done(), "the visit goes on");
    state
}

fn turn(criterion: &mut Criterion) {
    let mind =
        Mind::load(&contents::embedded(), Node::Mis).expect("the embedded knowledge has no faults");
    let now = Timestamp::UNIX_EPOCH;

    let mut group = criterion.benchmark_group("understand");
    for text in SAID {
        let known = Case::default();
        let context = nlu::Context {
            today: jiwen::domain::day_of(now),
            turn: 1,
            question: None,
            asked_about: &[],
            region: None,
            known: &known,
            speaker: None,
        };
        group.bench_with_input(length(text), text, |bencher, text| {
            bencher.iter(|| black_box(mind.reader.understand(black_box(text), &context)));
        });
    }
    group.finish();

    criterion.bench_function("turn/the first", |bencher| {
        bencher.iter_batched(
            || opened(&mind, now),
            |state| black_box(interview::step(&mind, state, &say(OPENING), now)),
            BatchSize::SmallInput,
        );
    });
    let state = middle(&mind, now);
    let mut group = criterion.benchmark_group("turn/in the middle");
    for text in SAID {
        group.bench_with_input(length(text), text, |bencher, text| {
            bencher.iter_batched(
                || state.clone(),
                |state| black_box(interview::step(&mind, state, &say(text), now)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, turn);
criterion_main!(benches);
