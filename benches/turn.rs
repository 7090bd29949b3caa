//! Times one text turn, from the patient's words to the reply: `cargo bench --bench turn`.
#![expect(
    missing_docs,
    reason = "criterion's macros write undocumented functions"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiwen::domain::{Channel, Consent, Heard, Opening, Said, Timestamp};
use jiwen::interview::{self, Mind};
use jiwen::triage::Node;
use jiwen::{contents, nlu};

/// Forty characters, a rich opening in dialect.
const OPENING: &str = "我这个腰杆连到右边脚杆扯起痛,痛了三个多月咯,脚背有点麻,咳嗽的时候更恼火";
const ANSWER: &str = "莫得,跟以前一样的";

fn turn(criterion: &mut Criterion) {
    let mind =
        Mind::load(&contents::embedded(), Node::Mis).expect("the embedded knowledge has no faults");
    let opening = Opening {
        channel: Channel::Api,
        for_self: true,
        age: Some(45.0),
        sex: None,
        region: None,
        patient_ref: None,
        consent: Consent::default(),
    };
    let now = Timestamp::UNIX_EPOCH;
    let say = |text: &str| Heard {
        said: Said::Text(text.to_owned()),
        opinion: vec![],
    };

    criterion.bench_function("understand, 40 characters", |bencher| {
        let known = jiwen::domain::Case::default();
        let context = nlu::Context {
            turn: 1,
            question: None,
            asked_about: &[],
            region: None,
            known: &known,
            speaker: None,
        };
        bencher.iter(|| black_box(mind.reader.understand(black_box(OPENING), &context)));
    });
    criterion.bench_function("first turn", |bencher| {
        bencher.iter_batched(
            || interview::open(&mind, &opening, now).0,
            |state| black_box(interview::step(&mind, state, &say(OPENING), now)),
            BatchSize::SmallInput,
        );
    });
    criterion.bench_function("answer to a safety question", |bencher| {
        let (state, _) = interview::open(&mind, &opening, now);
        let (state, _, _) = interview::step(&mind, state, &say(OPENING), now);
        bencher.iter_batched(
            || state.clone(),
            |state| black_box(interview::step(&mind, state, &say(ANSWER), now)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, turn);
criterion_main!(benches);
