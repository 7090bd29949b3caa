//! Times the encoder on `models/encoder`: `cargo bench --bench encoder`. Without weights there it says so and ends.
//!
//! Every sentence is a new one, so nothing comes from the cache; splitting into tokens is included.

use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jiwen::inference::{Asked, Encoder, Turn};

/// Letters that sentences are made of, a token each at most.
const LETTERS: &str = "我这腰腿脚背颈肩痛麻胀酸疼久重轻晚早走坐站躺翻咳烧瘦吃药打针没有不是一样";

/// Sentences without end, none like another.
struct Sentences {
    letters: Vec<char>,
    state: u64,
}

impl Sentences {
    fn new() -> Self {
        Self {
            letters: LETTERS.chars().collect(),
            state: 7,
        }
    }

    /// Constants of Knuth's MMIX generator.
    fn next(&mut self, length: usize) -> String {
        let letter = || {
            self.state = self
                .state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            self.letters[(self.state >> 33) as usize % self.letters.len()]
        };
        std::iter::repeat_with(letter).take(length).collect()
    }

    /// Four clauses of ten letters, which also answer a question.
    fn turn(&mut self) -> Turn {
        Turn {
            clauses: (0..4).map(|_| self.next(10)).collect(),
            asked: vec![Asked {
                question: "Q-FEVER".into(),
                wording: self.next(18),
                options: vec!["yes".to_owned(), "no".to_owned()],
                answer: self.next(40),
            }],
            compared: vec![],
            begins: true,
        }
    }
}

fn encoder(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/encoder");
    let encoder = match Encoder::open(&folder) {
        Ok(encoder) => encoder,
        Err(error) => {
            eprintln!("SKIPPED: failed to {error}");
            return;
        }
    };
    let mut sentences = Sentences::new();
    let mut group = criterion.benchmark_group("embed");
    for tokens in [16, 32, 64] {
        for count in [1, 4] {
            let name = BenchmarkId::from_parameter(format!("{count} x {tokens} tokens"));
            group.bench_function(name, |bencher| {
                bencher.iter_batched(
                    // Begin, end and the mark of a word's beginning are tokens, too.
                    || (0..count).map(|_| sentences.next(tokens - 3)).collect(),
                    |texts: Vec<String>| {
                        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                        black_box(encoder.embed(&texts))
                    },
                    BatchSize::SmallInput,
                );
            });
        }
    }
    group.finish();
    criterion.bench_function("read/a turn of 40 letters", |bencher| {
        bencher.iter_batched(
            || sentences.turn(),
            |turn| black_box(encoder.read(&turn)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, encoder);
criterion_main!(benches);
