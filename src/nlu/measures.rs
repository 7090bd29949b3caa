//! Numbers and persons: age, scores, durations, sex; triggers and relievers; intents.

use crate::domain::{Assertion, ConceptId, Evidence, Intent, PainScore, Sex};
use crate::knowledge::{QuestionDef, QuestionKind};

use super::dictionary::{Cue, Meaning};
use super::lore::Lore;
use super::matching::{Scan, Token};
use super::mention::{Mention, Origin};
use super::times::{age, score, temperature};

/// A number with its name and words (normalised characters).
pub(super) struct Measure {
    /// Name used in rules.
    pub name: String,
    /// Value.
    pub value: f64,
    /// Words.
    pub span: (usize, usize),
}

/// What numbers are known already, so that others in passing are not taken for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The length of the complaint.
    pub dated: bool,
    /// The patient's age: in 生完崽以后,崽一岁多 it is somebody else's.
    pub aged: bool,
}

/// Numbers in the text; an open question for a number also takes a bare one.
pub(super) fn measures(
    scan: &Scan,
    question: Option<&QuestionDef>,
    mentions: &mut [Mention],
    Known { dated, aged }: Known,
) -> Vec<Measure> {
    let chars = &scan.normal.chars;
    let kind = question.map(|q| q.kind);
    let named = question.and_then(|q| q.measure.clone());
    let mut found = vec![];
    if kind == Some(QuestionKind::Scale) {
        let name = named.clone().unwrap_or_else(|| WORST.to_owned());
        let told = if name == WORST {
            worst(chars)
        } else {
            score(chars, true)
        };
        if let Some((value, start, end)) = told {
            found.push(Measure {
                name,
                value: f64::from(value),
                span: (start, end),
            });
        }
    } else if let Some((value, start, end)) = score(chars, false) {
        grade(scan, mentions, value, start);
        found.push(Measure {
            name: WORST.to_owned(),
            value: f64::from(value),
            span: (start, end),
        });
    }
    let asks_number = kind == Some(QuestionKind::Number);
    if let Some((value, start, end)) = age(chars, asks_number).filter(|_| asks_number || !aged) {
        let name = named
            .filter(|_| asks_number)
            .unwrap_or_else(|| "age".to_owned());
        found.push(Measure {
            name,
            value,
            span: (start, end),
        });
    }
    if let Some((value, start, end)) = temperature(chars) {
        found.push(Measure {
            name: TEMPERATURE.to_owned(),
            value,
            span: (start, end),
        });
    }
    found.extend(duration(scan, kind, mentions, dated));
    found
}

/// Name of the worst pain of the day in rules.
const WORST: &str = "nrs_worst24h";

/// 腿八分,腰四分: of several scores the highest is the worst pain. A bare number stands only where no score is named.
fn worst(chars: &[char]) -> Option<(u8, usize, usize)> {
    let (mut found, mut from): (Vec<(u8, usize, usize)>, usize) = (vec![], 0);
    while let Some((value, start, end)) = score(&chars[from..], false) {
        // 满分十分 is the scale, not the pain.
        let scale = chars[..from + start].ends_with(&['满', '分']);
        if !scale {
            found.push((value, from + start, from + end));
        }
        from += end;
    }
    found
        .into_iter()
        .max_by_key(|(value, start, _)| (*value, std::cmp::Reverse(*start)))
        .or_else(|| score(chars, true))
}

/// Name of the body temperature in rules.
pub(super) const TEMPERATURE: &str = "temperature";

/// Fever or none, from a temperature that was told.
pub(super) fn fever(scan: &Scan, lore: &Lore, mentions: &mut Vec<Mention>) {
    let Some((value, start, end)) = temperature(&scan.normal.chars) else {
        return;
    };
    for (concept, from) in &lore.words.cues.fever {
        if mentions.iter().any(|m| m.concept == *concept) {
            continue;
        }
        let span = (start, end);
        let mut mention = Mention::new(concept.clone(), span, span, Origin::Entry);
        mention.assertion = if value >= *from {
            Assertion::Present
        } else {
            Assertion::Absent
        };
        mentions.push(mention);
    }
}

/// A score beside a pain is that pain's.
fn grade(scan: &Scan, mentions: &mut [Mention], value: u8, at: usize) {
    let clause = scan.clause_at(at);
    let near = mentions
        .iter_mut()
        .filter(|m| m.is_symptom() && scan.clause_at(m.key.0) == clause)
        .min_by_key(|m| m.key.0.abs_diff(at));
    if let Some(mention) = near {
        mention.severity = PainScore::parse(i64::from(value)).ok();
        mention.course.severe = Some(value >= 7).filter(|s| *s).or(mention.course.severe);
    }
}

/// The length of the complaint: the answer to the question, or the first dated symptom of a first message.
fn duration(
    scan: &Scan,
    kind: Option<QuestionKind>,
    mentions: &[Mention],
    dated: bool,
) -> Option<Measure> {
    let make = |days: f64, span| Measure {
        name: "duration_days".to_owned(),
        value: days,
        span,
    };
    if kind == Some(QuestionKind::Duration) {
        let time = scan
            .times
            .iter()
            .find(|t| !t.vague && t.days > 0.005)
            .or(scan.times.first());
        return time.map(|t| make(t.days, (t.start, t.end)));
    }
    if dated {
        return None;
    }
    let first = mentions
        .iter()
        .filter(|m| m.is_symptom() && m.assertion == Assertion::Present)
        .find(|m| m.course.onset_days.is_some());
    first.and_then(|m| m.course.onset_days.map(|days| make(days, m.span)))
}

/// 女 58岁, 我是男的.
pub(super) fn sex(scan: &Scan) -> Option<Sex> {
    for clause in &scan.clauses {
        let text: String = scan.slice(clause.start, clause.end).iter().collect();
        let bare = text
            .trim_start_matches("我是")
            .trim_start_matches("本人")
            .trim_start_matches("是")
            .trim_end_matches(['的', '啊', '性', '士', '人', '生', '呢', '吧']);
        let with_age = |c: char| {
            text.starts_with(c)
                && text
                    .chars()
                    .nth(1)
                    .is_some_and(|n| n.is_ascii_digit() || "二三四五六七八九十性".contains(n))
        };
        if matches!(
            bare,
            "女" | "女同志" | "个女" | "女娃" | "女孩" | "女孩子" | "个女人"
        ) || with_age('女')
        {
            return Some(Sex::Female);
        }
        if matches!(
            bare,
            "男" | "男同志" | "个男" | "男娃" | "男孩" | "男孩子" | "爷们" | "个男人"
        ) || with_age('男')
        {
            return Some(Sex::Male);
        }
    }
    None
}

/// Triggers and relievers that the text ties to a symptom.
pub(super) fn factors(scan: &Scan, lore: &Lore, mentions: &mut Vec<Mention>) {
    let mut found: Vec<Mention> = vec![];
    for token in &scan.tokens {
        let Meaning::Factor(i) = token.meaning else {
            continue;
        };
        let concept: &ConceptId = &lore.factors[i as usize];
        let clause = scan.clause_at(token.start);
        let near = mentions.iter().any(|m| {
            m.is_symptom()
                && m.assertion != Assertion::OtherPerson
                && scan.clause_at(m.key.0).abs_diff(clause) <= 2
        });
        let reliever = concept.kind() == "REL";
        if (near && (tells_all(scan, token) || bears_on(scan, token.end, clause)) || reliever)
            && !found.iter().any(|m| m.concept == *concept)
        {
            found.push(Mention::new(
                concept.clone(),
                (token.start, token.end),
                (token.start, token.end),
                Origin::Factor,
            ));
        }
    }
    mentions.extend(found);
}

/// 跟活动没关系, 翻不了身: the words themselves say how it bears on the pain; so does 疼得 before them.
fn tells_all(scan: &Scan, token: &Token) -> bool {
    let own = scan
        .slice(token.start, token.end)
        .iter()
        .any(|c| "不没冇".contains(*c));
    own || token.start > 1 && scan.normal.chars[token.start - 1] == '得'
}

/// Behind the trigger something hurts, worsens or follows: 一咳嗽就…, 走路疼.
fn bears_on(scan: &Scan, from: usize, clause: usize) -> bool {
    let end = scan.clauses[clause].end;
    let hurts = scan.tokens.iter().any(|t| {
        t.start >= from
            && t.end <= end
            && matches!(
                t.meaning,
                Meaning::Sensation(_) | Meaning::Entry(_) | Meaning::Cue(Cue::Worse | Cue::Severe)
            )
    });
    let text: String = scan.slice(from, end).iter().collect();
    let denied = text.contains('不')
        && !text.contains("不行")
        && !text.contains("不了")
        && !text.contains("不起")
        && !text.contains("不能");
    let worst = ["要命", "最疼", "更", "就重", "加重", "厉害"]
        .iter()
        .any(|word| text.contains(word));
    (hurts || worst) && (!denied || text.contains('就'))
}

/// What the patient wants besides answering.
pub(super) fn intents(scan: &Scan, lore: &Lore) -> Vec<Intent> {
    let mut intents = vec![];
    for token in &scan.tokens {
        let Meaning::Intent(i) = token.meaning else {
            continue;
        };
        // 你是真人还是机器 asks for no person (真人).
        let longer = |other: &Token| {
            matches!(other.meaning, Meaning::Intent(_))
                && other.end - other.start > token.end - token.start
                && other.start <= token.start
                && token.end <= other.end
        };
        if scan.tokens.iter().any(longer) {
            continue;
        }
        let intent = named(&lore.intents[i as usize]);
        if let Some(intent) = intent.filter(|i| !intents.contains(i)) {
            intents.push(intent);
        }
    }
    intents
}

fn named(name: &str) -> Option<Intent> {
    Some(match name {
        "ask_why" => Intent::AskWhy,
        "repeat" => Intent::Repeat,
        "skip" => Intent::Skip,
        "wait" => Intent::Wait,
        "back" => Intent::Back,
        "stop" => Intent::Stop,
        "person" => Intent::Person,
        "ask_drug" => Intent::AskDrug,
        "ask_diagnosis" => Intent::AskDiagnosis,
        "ask_operation" => Intent::AskOperation,
        "abuse" => Intent::Abuse,
        "panic" => Intent::Panic,
        "minimise" => Intent::Minimise,
        "off_topic" => Intent::OffTopic,
        _ => return None,
    })
}

/// The original words of a normalised range.
pub(super) fn evidence(
    scan: &Scan,
    original: &[char],
    turn: u32,
    span: (usize, usize),
) -> Evidence {
    let (start, end) = scan.normal.original(span.0, span.1);
    Evidence {
        turn,
        text: original[start..end].iter().collect(),
        start,
        end,
    }
}
