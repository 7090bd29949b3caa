//! What `eval/peers/speed.py` compares with its peers: our segmenter and our encoder on texts that it hands over.
//!
//! `cargo bench --bench peers -- SEGMENT|ENCODE FILE ROUNDS`: one line of JSON with the times in nanoseconds. FILE holds a text a line; the encoder's
//! must all be different, since it keeps what it has seen. Not part of `cargo bench` by itself: without these words it ends.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use jieba_rs::Jieba;
use jiwen::inference::Encoder;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let [what, file, rounds] = words.as_slice() else {
        return;
    };
    let text = std::fs::read_to_string(file).expect("FILE is readable");
    let texts: Vec<&str> = text.lines().collect();
    let rounds: usize = rounds.parse().expect("ROUNDS is a number");
    let times: Vec<u128> = match what.as_str() {
        "segment" => segment(&texts, rounds),
        "encode" => encode(&texts),
        other => panic!("`segment` or `encode`, not `{other}`"),
    };
    println!("{}", serde_json::json!({ "nanoseconds": times }));
}

/// The time of each round over all texts, as `src/nlu/segment.rs` cuts them; the dictionary is loaded before.
fn segment(texts: &[&str], rounds: usize) -> Vec<u128> {
    let jieba = Jieba::new();
    let round = || {
        let begun = Instant::now();
        for text in texts {
            black_box(jieba.cut(text, false));
        }
        begun.elapsed().as_nanos()
    };
    (0..rounds).map(|_| round()).collect()
}

/// The time of each text by itself, tokens included.
fn encode(texts: &[&str]) -> Vec<u128> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/encoder");
    let encoder = Encoder::open(&folder).expect("a model in models/encoder");
    let one = |text: &&str| {
        let begun = Instant::now();
        black_box(encoder.embed(&[text]).expect("a vector"));
        begun.elapsed().as_nanos()
    };
    texts.iter().map(one).collect()
}
