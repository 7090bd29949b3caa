//! The encoder against other programs: a tiny random model computed by numpy (`scripts/tiny_encoder.py`), and the real
//! one computed by torch where its weights are there. Its own laws are tested on the tiny one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::*;

/// `parity.json`: what the other program made of some sentences.
#[derive(Deserialize)]
struct Parity {
    sentences: Vec<Single>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Single {
    text: String,
    ids: Vec<u32>,
    pooled: Vec<f32>,
    findings: Vec<Likely>,
}

#[derive(Deserialize)]
struct Likely {
    concept: String,
    output: String,
    p: f32,
}

#[derive(Deserialize)]
struct Pair {
    question: String,
    ask: String,
    text: String,
    ids: Vec<u32>,
    pooled: Vec<f32>,
    options: BTreeMap<String, f32>,
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn tiny() -> Encoder {
    Encoder::open(&folder("tests/data/encoder")).expect("the tiny model is whole")
}

/// Largest difference between two vectors.
fn distance(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    let differences = std::iter::zip(one, other).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

fn check(folder: &Path) {
    let encoder = Encoder::open(folder).expect("the model is whole");
    let text =
        fs::read_to_string(folder.join("parity.json")).expect("the model has reference vectors");
    let parity: Parity = serde_json::from_str(&text).expect("reference vectors have their form");
    assert!(!parity.sentences.is_empty() && !parity.pairs.is_empty());
    for single in &parity.sentences {
        check_single(&encoder, single);
    }
    for pair in &parity.pairs {
        check_pair(&encoder, pair);
    }
}

/// What `departments.json` says of the training framework's answers.
#[derive(Deserialize)]
struct Departments {
    encoder_sha256: String,
    parity: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    clauses: Vec<String>,
    department: String,
    probability: f32,
}

#[test]
fn first_messages_go_where_the_training_framework_sends_them() {
    let folder = folder("models/encoder");
    let Ok(text) = fs::read_to_string(folder.join("departments.json")) else {
        return eprintln!("SKIPPED: no head for departments in {}", folder.display());
    };
    let about: Departments = serde_json::from_str(&text).expect("it has its form");
    let weights = fs::read(folder.join("model.safetensors")).expect("the model");
    let of: String = Sha256::digest(&weights)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(about.encoder_sha256, of, "trained on another encoder");
    let encoder = Encoder::open(&folder).expect("the model is whole");
    assert!(about.parity.len() >= 6);
    for message in about.parity {
        let turn = Turn {
            clauses: message.clauses.clone(),
            begins: true,
            ..Turn::default()
        };
        let opinion = encoder.read(&turn).expect("an opinion");
        let first = &opinion.departments[0];
        assert_eq!(first.name, message.department, "{:?}", message.clauses);
        let apart = (first.probability - message.probability).abs();
        assert!(apart <= 1e-2, "{:?}: {apart} apart", message.clauses);
        let unasked = Turn {
            begins: false,
            ..turn
        };
        let opinion = encoder.read(&unasked).expect("an opinion");
        assert!(opinion.departments.is_empty());
    }
}

fn check_single(encoder: &Encoder, single: &Single) {
    let text = single.text.as_str();
    assert_eq!(
        encoder.tokens.single(text).expect("tokens"),
        single.ids,
        "{text}"
    );
    let vector = &encoder.embed(&[text]).expect("a vector")[0];
    let apart = distance(vector, &single.pooled);
    assert!(apart <= 1e-3, "{text}: {apart} apart");
    let findings = &encoder.findings(&[text]).expect("findings")[0];
    for likely in single.findings.iter().filter(|likely| likely.p >= 0.051) {
        let found = findings
            .iter()
            .find(|found| found.concept.as_str() == likely.concept);
        let found = found.unwrap_or_else(|| panic!("{text}: no {}", likely.concept));
        let p = match likely.output.as_str() {
            "present" => found.present,
            "absent" => found.absent,
            _ => found.other,
        };
        assert!(
            (p - likely.p).abs() <= 1e-3,
            "{text}: {} {p}",
            likely.concept
        );
    }
}

fn check_pair(encoder: &Encoder, pair: &Pair) {
    let ids = encoder.tokens.pair(&pair.ask, &pair.text).expect("tokens");
    let ids = ids.expect("it fits");
    assert_eq!(ids, pair.ids, "{}", pair.text);
    let apart = distance(&encoder.sentences(&[ids])[0].mean, &pair.pooled);
    assert!(apart <= 1e-3, "{}: {apart} apart", pair.text);
    let start = format!("{}#", pair.question);
    let options = pair
        .options
        .keys()
        .filter_map(|name| name.strip_prefix(&start));
    let asked = Asked {
        question: pair.question.as_str().into(),
        wording: pair.ask.clone(),
        options: options.map(str::to_owned).collect(),
        answer: pair.text.clone(),
    };
    let answer = encoder.answer(&asked).expect("an answer");
    assert_eq!(answer.len(), pair.options.len());
    for OptionOpinion {
        option,
        probability,
    } in answer
    {
        let name = option.map_or("none".to_owned(), |option| start.clone() + &option);
        let expected = pair.options[&name];
        assert!(
            (probability - expected).abs() <= 1e-3,
            "{}: {name} {probability}",
            pair.text
        );
    }
}

#[test]
fn a_tiny_model_is_computed_as_by_numpy() {
    check(&folder("tests/data/encoder"));
}

#[test]
fn the_real_model_is_computed_as_in_training() {
    let folder = folder("models/encoder");
    if folder.join("model.safetensors").exists() {
        check(&folder);
    } else {
        eprintln!(
            "SKIPPED: {} has no weights, so the real encoder is not tested",
            folder.display()
        );
    }
}

#[test]
fn a_sentence_has_the_same_vector_alone_and_among_others() {
    let texts = [
        "腰疼",
        "大小便有没有发烧",
        "颈",
        "腰背颈腿疼痛麻有没无力",
        "没有",
    ];
    let together = tiny().embed(&texts).expect("vectors");
    for (text, vector) in std::iter::zip(texts, together) {
        let alone = &tiny().embed(&[text]).expect("a vector")[0];
        let apart = distance(alone, &vector);
        assert!(apart < 1e-5, "{text}: {apart} apart");
    }
}

#[test]
fn what_was_seen_before_is_not_computed_again_and_the_same() {
    let encoder = tiny();
    let once = encoder.embed(&["腰疼", "颈", "腰疼"]).expect("vectors");
    assert_eq!(once[0], once[2]);
    let twice = encoder.embed(&["颈", "麻", "腰疼"]).expect("vectors");
    assert_eq!((&once[1], &once[0]), (&twice[0], &twice[2]));
}

#[test]
fn a_turn_is_what_its_clauses_and_its_answer_are() {
    let encoder = tiny();
    let asked = Asked {
        question: "Q-FEVER".into(),
        wording: "有没有发烧".to_owned(),
        options: ["yes", "no", "unheard-of"].map(str::to_owned).to_vec(),
        answer: "没有,腰疼".to_owned(),
    };
    let turn = Turn {
        clauses: ["没有", "腰疼"].map(str::to_owned).to_vec(),
        asked: vec![
            asked.clone(),
            Asked {
                answer: "没有".repeat(40),
                ..asked.clone()
            },
            asked.clone(),
        ],
        compared: vec!["腰疼".to_owned()],
        begins: false,
    };
    let opinion = encoder.read(&turn).expect("an opinion");
    assert_eq!(opinion.vectors, encoder.embed(&["腰疼"]).expect("a vector"));
    assert_eq!(
        opinion.findings,
        encoder.findings(&["没有", "腰疼"]).expect("findings")
    );
    let alone = encoder.answer(&asked).expect("an answer");
    assert_eq!(
        opinion.answers,
        [alone.clone(), vec![], alone.clone()],
        "each part by itself, and what is too long not at all"
    );
    let sum: f32 = alone.iter().map(|one| one.probability).sum();
    assert_eq!(alone.len(), 3, "two options that it knows, and none");
    assert!((sum - 1.0).abs() < 1e-5);
    let unknown = Asked {
        question: "Q-NEW".into(),
        ..asked
    };
    assert_eq!(encoder.answer(&unknown).expect("an answer"), []);
}

#[test]
fn nothing_said_is_nothing_thought_and_an_empty_sentence_is_no_fault() {
    let encoder = tiny();
    let opinion = encoder.read(&Turn::default()).expect("an opinion");
    assert_eq!(opinion, Opinion::default());
    assert!(
        encoder.embed(&[""]).expect("a vector")[0]
            .iter()
            .all(|x| x.is_finite())
    );
}

#[test]
fn a_model_that_does_not_fit_is_named() {
    let broken = tempfile::tempdir().expect("a folder");
    for name in [
        "config.json",
        "labels.json",
        "tokenizer.json",
        "model.safetensors",
    ] {
        fs::copy(
            folder("tests/data/encoder").join(name),
            broken.path().join(name),
        )
        .expect("a copy");
    }
    let change = |name: &str, from: &str, to: &str| {
        let path = broken.path().join(name);
        let text = fs::read_to_string(&path).expect("a text");
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replace(from, to)).expect("it is written");
        let error = Encoder::open(broken.path())
            .expect_err("it does not fit")
            .to_string();
        fs::write(&path, text).expect("it is written");
        error
    };
    assert!(change("config.json", "\"gelu\"", "\"relu\"").contains("expected gelu"));
    assert!(change("config.json", ": 48", ": 49").contains("encoder.layer.0.intermediate"));
    assert!(change("labels.json", "\"SYM.LBP\", ", "").contains("findings.weight"));
    assert!(change("labels.json", "\"none\"", "\"nothing\"").contains("an option \"none\""));
    assert!(change("labels.json", ": 16", ": 64").contains("64 positions"));
    assert!(change("tokenizer.json", "{", "").contains("tokenizer.json"));
}
