//! A model as a witness: what it may add, what it may not, and that the real one speaks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiwen::app;
use jiwen::config::Config;
use jiwen::contents;
use jiwen::domain::{
    Assertion, Channel, Consent, Evidence, Finding, Likely, Opening, QuestionId, Said, Source,
    Timestamp,
};
use jiwen::eval;
use jiwen::interview::{self, Impression, Mind, State, Witness};
use jiwen::knowledge::QuestionDef;
use jiwen::triage::Node;

/// Says the same of every text.
struct Says {
    concept: &'static str,
    probability: f32,
    option: Option<(&'static str, &'static str, f32)>,
}

impl Witness for Says {
    fn read(&self, text: &str, turn: u32, _: Option<&QuestionDef>) -> Impression {
        let evidence = Evidence {
            turn,
            text: text.to_owned(),
            start: 0,
            end: text.chars().count(),
        };
        Impression {
            read: true,
            findings: vec![Finding {
                source: Source::Encoder,
                confidence: self.probability,
                ..Finding::bare(self.concept.into(), Assertion::Present, evidence)
            }],
            likely: self.option.map(|(question, option, probability)| Likely {
                question: question.into(),
                option: Some(option.to_owned()),
                probability,
                others: BTreeMap::new(),
                partial: false,
            }),
            leaning: None,
        }
    }
}

fn mind(witness: Says) -> Mind {
    let mut mind = Mind::load(&contents::embedded(), Node::Mis).expect("no faults");
    mind.witness = Some(Box::new(witness));
    mind
}

fn says(concept: &'static str, probability: f32) -> Says {
    Says {
        concept,
        probability,
        option: None,
    }
}

/// A visit of somebody of 45.
pub(super) fn open(mind: &Mind) -> State {
    let opening = Opening {
        channel: Channel::Api,
        for_self: true,
        age: Some(45.0),
        sex: None,
        region: None,
        patient_ref: None,
        consent: Consent::default(),
    };
    interview::open(mind, &opening, Timestamp::UNIX_EPOCH).0
}

fn turn(mind: &Mind, state: State, text: &str) -> State {
    let heard = mind.hear(&state, Said::Text(text.to_owned()));
    interview::step(mind, state, &heard, Timestamp::UNIX_EPOCH).0
}

fn stands(state: &State, concept: &str) -> Option<Assertion> {
    state.case.fact(concept).map(|fact| fact.assertion)
}

fn asked(state: &State) -> Option<QuestionId> {
    state.open.as_ref().map(|open| open.id.clone())
}

#[test]
fn what_is_likely_counts_and_what_is_possible_and_dangerous_is_asked() {
    let sure = mind(says("SYM.FOOT_DROP", 0.95));
    let state = turn(&sure, open(&sure), "这阵子腰不大对头");
    assert_eq!(stands(&state, "SYM.FOOT_DROP"), Some(Assertion::Present));

    let unsure = mind(says("SYM.NUMB_SADDLE", 0.5));
    let state = turn(&unsure, open(&unsure), "这阵子腰不大对头");
    assert_eq!(
        stands(&state, "SYM.NUMB_SADDLE"),
        Some(Assertion::Uncertain)
    );
    assert_eq!(asked(&state), Some("Q-SADDLE".into()));

    let vague = mind(says("SYM.NUMB_SADDLE", 0.2));
    let state = turn(&vague, open(&vague), "这阵子腰不大对头");
    assert_eq!(stands(&state, "SYM.NUMB_SADDLE"), None);
}

#[test]
fn the_word_lists_are_not_overruled() {
    let mind = mind(says("SYM.URIN_INC", 0.99));
    let state = turn(&mind, open(&mind), "腰疼,没有尿失禁");
    assert_eq!(stands(&state, "SYM.URIN_INC"), Some(Assertion::Absent));
}

#[test]
fn an_answer_is_read_with_its_question() {
    // A model that hears numbness in an answer about numbness hears the question.
    let echo = mind(says("SYM.NUMB_SADDLE", 0.99));
    let mut state = open(&echo);
    state.open = Some(interview::OpenQuestion {
        id: "Q-SADDLE".into(),
        trigger: vec![],
    });
    let state = turn(&echo, state, "擦得明白着呢");
    assert_ne!(stands(&state, "SYM.NUMB_SADDLE"), Some(Assertion::Present));
}

#[test]
fn a_denial_of_danger_needs_more_certainty_than_a_sign() {
    let answered = |option, probability| {
        let mind = mind(Says {
            concept: "SYM.COUGH_UNKNOWN",
            probability: 0.0,
            option: Some(("Q-SADDLE", option, probability)),
        });
        let mut state = turn(&mind, open(&mind), "腰疼");
        state.open = Some(interview::OpenQuestion {
            id: "Q-SADDLE".into(),
            trigger: vec![],
        });
        stands(&turn(&mind, state, "棉花糖"), "SYM.NUMB_SADDLE")
    };
    assert_eq!(answered("same", 0.75), None);
    assert_eq!(answered("same", 0.95), Some(Assertion::Absent));
    assert_eq!(answered("clear", 0.8), Some(Assertion::Present));
}

/// How the numbness stands after each time that this was said, while its question was open.
fn said_to_saddle(option: &'static str, probability: f32, text: &str) -> Vec<Option<Assertion>> {
    let mind = mind(Says {
        concept: "SYM.LBP",
        probability: 0.0,
        option: Some(("Q-SADDLE", option, probability)),
    });
    let mut state = turn(&mind, open(&mind), "腰疼");
    let mut stood = vec![];
    while asked(&state) == Some("Q-SADDLE".into()) && stood.len() < 5 {
        state = turn(&mind, state, text);
        stood.push(stands(&state, "SYM.NUMB_SADDLE"));
    }
    stood
}

#[test]
fn a_danger_that_the_lists_read_is_asked_again_and_never_denied_by_the_model() {
    let contested = said_to_saddle("same", 0.9, "下身是麻的");
    assert_eq!(
        contested,
        [Some(Assertion::Uncertain), Some(Assertion::Present)],
        "said again it stands"
    );
    let sees_none = said_to_saddle("same", 0.99, "下身是麻的");
    assert_eq!(
        sees_none,
        [Some(Assertion::Uncertain), Some(Assertion::Uncertain)],
        "it stays a doubt and is no denial"
    );
}

#[test]
fn a_sign_that_the_model_reads_stands_against_a_denial_of_the_lists() {
    let read = said_to_saddle("clear", 0.75, "跟以前一样,没啥");
    assert_eq!(read, [Some(Assertion::Present)]);
    let unsure = said_to_saddle("clear", 0.4, "跟以前一样,没啥");
    assert_ne!(unsure[0], Some(Assertion::Present));
}

#[test]
fn a_sign_that_the_lists_found_is_not_doubted_by_a_silent_model() {
    let silent = mind(says("SYM.KNEE_PAIN", 0.01));
    let state = turn(&silent, open(&silent), "腰疼八年了,活着没意思,想死");
    assert_eq!(
        stands(&state, "SYM.SELF_HARM"),
        Some(Assertion::Present),
        "no model silences this"
    );
}

#[test]
fn the_model_in_the_repository_speaks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = Config::load(None).expect("defaults");
    config.models.encoder = root.join("models/encoder");
    if !config.models.encoder.join("model.safetensors").exists() {
        println!("SKIPPED: models/encoder is not there");
        return;
    }
    let mind: Arc<Mind> = app::load_mind(&config, &contents::embedded()).expect("loads");
    if mind.witness.is_none() {
        println!("SKIPPED: built without the feature `neural`");
        return;
    }
    let heard = mind.hear(
        &open(&mind),
        Said::Text("擦屁股跟擦别人的肉一样,一点感觉没有".to_owned()),
    );
    let saddle = heard
        .opinion
        .iter()
        .find(|finding| finding.concept.as_str() == "SYM.NUMB_SADDLE");
    assert!(saddle.is_some_and(|one| one.confidence > 0.5), "{heard:?}");
}

#[test]
fn of_two_things_told_at_once_both_count_where_several_may_be_meant() {
    let mind = mind(says("SYM.LBP", 0.1));
    let likely = |question: &str, others: &[(&str, f32)], option: &str, probability: f32| Likely {
        question: question.into(),
        option: Some(option.to_owned()),
        probability,
        others: others
            .iter()
            .map(|(id, share)| ((*id).to_owned(), *share))
            .collect(),
        partial: false,
    };
    let meant = |likely: &Likely| -> Vec<String> {
        let question = &mind.knowledge.questions[&likely.question];
        let options = interview::meant(question, likely);
        options.iter().map(|option| option.id.clone()).collect()
    };
    let both = likely("Q-BELLY", &[("rigid", 0.4), ("none", 0.02)], "pain", 0.5);
    assert_eq!(meant(&both), ["pain", "rigid"]);
    let denial = likely("Q-BELLY", &[("pain", 0.3)], "none", 0.6);
    assert_eq!(meant(&denial), ["none"]);
    let one = likely("Q-SADDLE", &[("slight", 0.4)], "clear", 0.5);
    assert_eq!(meant(&one), ["clear"], "a question with one answer");
}

#[test]
fn a_question_back_is_no_answer_whatever_the_model_takes_it_for() {
    for (option, asked_again) in [("same", true), ("clear", false)] {
        let mind = mind(Says {
            option: Some(("Q-SADDLE", option, 0.99)),
            ..says("SYM.LBP", 0.0)
        });
        let state = turn(&mind, open(&mind), "腰疼三个月,右腿发麻");
        let asked = |state: &State| state.open.as_ref().map(|open| open.id.to_string());
        assert_eq!(asked(&state).as_deref(), Some("Q-SADDLE"));
        let after = turn(&mind, state, "为什么问这个");
        let still = asked(&after).as_deref() == Some("Q-SADDLE");
        assert_eq!(still, asked_again, "{option}: {:?}", asked(&after));
    }
}

#[test]
fn a_denial_that_only_sounds_like_one_makes_no_sign_likely() {
    let mind = Mind::load(&contents::embedded(), Node::Mis).expect("no faults");
    let heard = |text: &str| {
        let case = eval::case_of(&mind, Timestamp::UNIX_EPOCH, text, None, None, None);
        let fact = eval::likelier_than_not(case).fact("SYM.NECK_PAIN").cloned();
        fact.map(|fact| fact.assertion)
    };
    assert_ne!(heard("搏子不疼"), Some(Assertion::Present));
    assert_eq!(heard("脖子疼"), Some(Assertion::Present));
}
