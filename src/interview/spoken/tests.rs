use std::sync::LazyLock;

use super::*;
use crate::contents;
use crate::domain::{Channel, Consent, Opening, Timestamp};
use crate::interview::{OpenQuestion, open};
use crate::triage::Node;

static MIND: LazyLock<Mind> = LazyLock::new(|| {
    Mind::load(&contents::embedded(), Node::Mis).unwrap_or_else(|faults| panic!("{faults:?}"))
});

fn visit(question: &str) -> State {
    let opening = Opening {
        channel: Channel::Kiosk,
        for_self: true,
        age: Some(60.0),
        sex: None,
        region: None,
        patient_ref: None,
        consent: Consent::default(),
    };
    let (mut state, _) = open(&MIND, &opening, Timestamp::UNIX_EPOCH);
    state.open = Some(OpenQuestion {
        id: question.into(),
        trigger: vec![],
    });
    state
}

fn heard(text: &str, confidence: f32) -> Utterance<'_> {
    Utterance {
        text,
        confidence,
        words: &[],
    }
}

fn weighed(question: &str, text: &str) -> Weighed {
    weigh(&MIND, &visit(question), &heard(text, 0.9))
}

/// Takes the text as it is.
fn taken(question: &str, text: &str) {
    let found = weighed(question, text);
    assert!(
        matches!(&found, Weighed::Take { text: t, .. } if t == text),
        "{text}: {found:?}"
    );
}

fn confirmed(question: &str, text: &str, why: Why) {
    let found = weighed(question, text);
    assert!(
        matches!(&found, Weighed::Confirm { why: w, .. } if *w == why),
        "{text}: {found:?}"
    );
}

fn asked_again(question: &str, text: &str) {
    let found = weighed(question, text);
    assert!(matches!(found, Weighed::Again { .. }), "{text}: {found:?}");
}

fn repaired(question: &str, text: &str, expected: &str) {
    let question = MIND.knowledge.questions.get(question);
    let expecting = Expected {
        question,
        ..Expected::default()
    };
    assert_eq!(
        MIND.reader.put_right(text, &expecting).text,
        expected,
        "{text}"
    );
}

#[test]
fn what_is_plain_is_taken_at_once() {
    taken("Q-CC", "腰疼");
    taken("Q-CC", "脖子疼");
    taken("Q-CC", "膝盖疼");
}

#[test]
fn danger_sides_and_numbers_are_confirmed() {
    confirmed("Q-CC", "屁股麻", Why::SafetyWord);
    confirmed("Q-CC", "尿不出来", Why::SafetyWord);
    confirmed("Q-CC", "左腿疼", Why::Side);
    confirmed("Q-CC", "腰疼三个月了", Why::Number);
}

#[test]
fn every_answer_to_a_safety_question_is_confirmed() {
    confirmed("Q-SADDLE", "一样的", Why::SafetyQuestion);
    confirmed("Q-SADDLE", "隔着一层布", Why::SafetyQuestion);
    confirmed("Q-WEAK", "没有", Why::SafetyQuestion);
    // A list that denies dangers all at once.
    confirmed("Q-SCREEN/back", "都没有", Why::SafetyQuestion);
}

#[test]
fn unsure_words_are_confirmed() {
    let found = weigh(&MIND, &visit("Q-CC"), &heard("腰疼", 0.5));
    assert!(
        matches!(
            found,
            Weighed::Confirm {
                why: Why::Unsure,
                ..
            }
        ),
        "{found:?}"
    );
    let found = weigh(&MIND, &visit("Q-CC"), &heard("腰疼", 0.2));
    assert!(matches!(found, Weighed::Again { .. }), "{found:?}");
}

#[test]
fn what_no_patient_says_is_asked_for_again() {
    for text in [
        "",
        "。",
        "Thank you for watching",
        "谢谢观看",
        "谢谢大家谢谢大家谢谢大家谢谢大家",
        "the the the the",
        "腰椎腰椎腰椎腰椎腰椎",
        "啦啦啦啦啦啦啦啦啦",
        "字幕由某某提供",
    ] {
        asked_again("Q-CC", text);
    }
    asked_again("Q-SADDLE", "今天天上有云彩飘过");
}

#[test]
fn a_question_shows_what_was_understood() {
    let Weighed::Confirm { question, text, .. } = weighed("Q-CC", "屁股马") else {
        panic!("is confirmed");
    };
    assert_eq!(text, "屁股麻");
    assert!(question.contains("“屁股麻”"), "{question}");
}

#[test]
fn only_a_clear_yes_is_a_yes() {
    let read = |text, sure| read_confirmation(&MIND, &heard(text, sure));
    for text in ["对的", "是的。", "对对对", "没错", "嗯,是的", "對的"] {
        assert_eq!(read(text, 0.9), Some(true), "{text}");
    }
    for text in [
        "不对",
        "不是",
        "说错了",
        "错了",
        "不对不对。",
        "没有",
        "唔系",
    ] {
        assert_eq!(read(text, 0.8), Some(false), "{text}");
    }
    // 「不对」 may be heard as 「对」: a short yes must be very sure, and nothing half right counts.
    assert_eq!(read("对", 0.85), None);
    assert_eq!(read("对", 0.95), Some(true));
    assert_eq!(read("对的", 0.6), None);
    for text in [
        "不",
        "部队",
        "对不对",
        "有点对",
        "对,不是",
        "步对",
        "嗯",
        "腰疼",
        "对了一半",
        "",
    ] {
        assert_ne!(read(text, 0.95), Some(true), "{text}");
    }
    let words = [(0..1, 0.4), (1..2, 0.95)];
    let cut = Utterance {
        text: "对的",
        confidence: 0.9,
        words: &words,
    };
    assert_eq!(read_confirmation(&MIND, &cut), None);
}

#[test]
fn what_is_misheard_is_put_right() {
    for (heard, meant) in [
        ("要间盘图出", "腰间盘突出"),
        ("要疼", "腰疼"),
        ("屁股马", "屁股麻"),
        ("坐神经疼", "坐骨神经疼"),
        ("做骨神经疼", "坐骨神经疼"),
        ("左骨神经疼", "坐骨神经疼"),
        ("退麻", "腿麻"),
        ("膝该疼", "膝盖疼"),
        ("脖自疼", "脖子疼"),
        ("小边有点费劲", "小便有点费劲"),
        ("鸟不出来", "尿不出来"),
        ("膝盖也马", "膝盖也麻"),
    ] {
        repaired("Q-CC", heard, meant);
    }
}

#[test]
fn good_chinese_stays() {
    for text in [
        "我要疼死了",
        "要间隔一会儿才行",
        "我是来看病的",
        "今天天气好",
        "他把门关上了",
        "我想问一下医生在不在",
        "腰疼",
        "不麻",
        "麻",
        "没有麻",
        "不是麻是疼",
        "左腿疼",
        "右腿疼",
        "疼了四天",
        "疼了十天",
        "腰部麻",
        "胃疼",
        "尿得出",
        "尿不出",
        "能走",
        "不能走",
        "大便干",
        "谢谢",
        "我要走了",
        "我老公说要来",
        "前天晚上开始的",
        "有一点",
        "没有",
        "有",
        "会",
        "不会",
        "没事",
        "没尿血",
        "疼得要命",
    ] {
        repaired("Q-CC", text, text);
        repaired("Q-SADDLE", text, text);
    }
}

#[test]
fn what_denies_counts_or_names_a_side_is_never_heard_away() {
    let kept = "不没无未左右双两二三四五六七八九十一";
    for text in [
        "不马",
        "没发少",
        "右退疼",
        "左退马",
        "两退马",
        "四天了",
        "十天了",
        "不疼也不马",
        "没有法烧",
        "屁股不马",
        "尿没有问体",
    ] {
        let right = MIND.reader.put_right(text, &Expected::default()).text;
        for c in kept.chars() {
            let count = |text: &str| text.chars().filter(|one| *one == c).count();
            assert!(count(&right) >= count(text), "{text} -> {right}");
        }
        let denials = |text: &str| text.chars().filter(|c| "不没无未".contains(*c)).count();
        assert_eq!(denials(&right), denials(text), "{text} -> {right}");
    }
}
