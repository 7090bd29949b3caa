//! Stage 6: what a text means as the answer to the open question.
//!
//! In this order: refusal, "cannot say", an option's own words, what the findings in the text say about what the
//! options state, numbers, and last yes or no. Where a denial would be a guess it stays unsure: on a
//! safety question a wrong no is worse than asking again.

use std::collections::BTreeSet;

use crate::domain::{Assertion, ConceptId, Side};
use crate::knowledge::{OptionDef, QuestionDef, QuestionKind, StatedFact, Subject};

use super::dictionary::Cue;
use super::lore::Lore;
use super::matching::Scan;
use super::measures::Measure;
use super::mention::Mention;
use super::normalise::{is_pause, normalise_word};
use super::{Answer, Clarity, Context};

/// Said nothing that answers.
pub(super) fn nothing() -> Answer {
    Answer {
        options: vec![],
        clarity: Clarity::NotAnAnswer,
    }
}

/// The meaning of a text for the open question.
pub(super) fn answer(
    scan: &Scan,
    question: &QuestionDef,
    context: &Context<'_>,
    mentions: &[Mention],
    measures: &[Measure],
    lore: &Lore,
) -> Answer {
    let view = View::new(scan, question, context, mentions, lore);
    if view.leads(Cue::Refuse) && !view.has_finding() {
        return Answer {
            options: view.options(|o| o.refused),
            clarity: Clarity::Refused,
        };
    }
    if let Some(answer) = numbers(&view, measures) {
        return answer;
    }
    if question.kind == QuestionKind::Text {
        return text_answer(&view);
    }
    let said = view.by_findings();
    if let Some(options) = phrases(&view) {
        let denies = |id: &String| question.option(id).is_some_and(is_denying);
        // A reassuring idiom does not hide what is said beside it: 跟以前差不多,就是有点麻.
        let told = said.iter().find(|id| !denies(id)).cloned();
        return view.chosen(match told {
            Some(told) if options.iter().all(denies) => vec![told],
            _ => options,
        });
    }
    if view.unsure() && said.is_empty() {
        return Answer {
            options: view.options(|o| o.unsure),
            clarity: Clarity::Unsure,
        };
    }
    if !said.is_empty() {
        return view.chosen(said);
    }
    let named = view.by_label();
    if !named.is_empty() {
        return view.chosen(named);
    }
    let spans = view.by_time();
    if !spans.is_empty() {
        return view.chosen(spans);
    }
    view.by_yes_or_no()
}

/// The text and question as the rules below look at them.
struct View<'a> {
    scan: &'a Scan,
    question: &'a QuestionDef,
    context: &'a Context<'a>,
    mentions: &'a [Mention],
    lore: &'a Lore,
    text: String,
}

impl<'a> View<'a> {
    fn new(
        scan: &'a Scan,
        question: &'a QuestionDef,
        context: &'a Context<'a>,
        mentions: &'a [Mention],
        lore: &'a Lore,
    ) -> Self {
        let text = scan
            .normal
            .chars
            .iter()
            .filter(|c| !is_pause(**c))
            .collect();
        Self {
            scan,
            question,
            context,
            mentions,
            lore,
            text,
        }
    }

    fn options(&self, wanted: impl Fn(&OptionDef) -> bool) -> Vec<String> {
        self.question
            .options
            .iter()
            .filter(|o| wanted(o))
            .map(|o| o.id.clone())
            .take(1)
            .collect()
    }

    fn has(&self, cue: Cue) -> bool {
        self.scan.cues(cue).next().is_some()
    }

    fn leads(&self, cue: Cue) -> bool {
        self.scan
            .cues(cue)
            .any(|t| t.start <= 4 || t.end - t.start >= 3)
    }

    fn has_finding(&self) -> bool {
        self.mentions.iter().any(Mention::is_symptom)
    }

    /// 说不清, 没注意, not 不知道想尿 (which is a finding).
    fn unsure(&self) -> bool {
        let inside_finding = |start: usize, end: usize| {
            self.mentions
                .iter()
                .any(|m| m.is_symptom() && m.span.0 < end && start < m.span.1)
        };
        self.scan
            .cues(Cue::Unsure)
            .any(|t| !inside_finding(t.start, t.end))
    }

    /// Chooses, hedged when the text hedges.
    fn chosen(&self, mut options: Vec<String>) -> Answer {
        if self.question.kind != QuestionKind::Multi {
            options.truncate(1);
        }
        let denies = options
            .iter()
            .filter_map(|id| self.question.option(id))
            .all(is_denying);
        let hedged = self.has(Cue::Hedge) && !denies
            || self
                .mentions
                .iter()
                .any(|m| m.assertion == Assertion::Uncertain && self.concerns(&m.concept));
        if hedged && denies && self.question.safety {
            return Answer {
                options: self.options(|o| o.unsure),
                clarity: Clarity::Unsure,
            };
        }
        Answer {
            options,
            clarity: if hedged {
                Clarity::Hedged
            } else {
                Clarity::Clear
            },
        }
    }

    /// The concept is one that some option states.
    fn concerns(&self, concept: &ConceptId) -> bool {
        self.question
            .options
            .iter()
            .flat_map(|o| &o.sets)
            .any(|fact| self.subject(fact).contains(concept))
    }

    fn subject(&self, fact: &StatedFact) -> Vec<ConceptId> {
        match &fact.subject {
            Subject::Concept(id) => vec![id.clone()],
            Subject::Trigger => self.context.asked_about.to_vec(),
            Subject::Pain => vec![],
        }
    }

    /// Options whose facts the text states.
    fn by_findings(&self) -> Vec<String> {
        let held = |wanted: Assertion| -> BTreeSet<&ConceptId> {
            self.mentions
                .iter()
                .filter(|m| {
                    m.assertion == wanted
                        || (wanted == Assertion::Present && m.assertion == Assertion::Uncertain)
                })
                .map(|m| &m.concept)
                .collect()
        };
        let present = held(Assertion::Present);
        let absent = held(Assertion::Absent);
        let mut scored: Vec<(i32, &OptionDef)> = self
            .question
            .options
            .iter()
            .filter_map(|option| {
                let score = self.support(option, &present, &absent);
                (score > 0).then_some((score, option))
            })
            .collect();
        // Affirmations first: a denial of one thing is no denial of the rest.
        scored.sort_by_key(|(score, option)| (is_denying(option), -score));
        let affirmed: Vec<&(i32, &OptionDef)> =
            scored.iter().filter(|(_, o)| !is_denying(o)).collect();
        if !affirmed.is_empty() {
            let best = affirmed[0].0;
            let tied: Vec<&OptionDef> = affirmed
                .iter()
                .filter(|(s, _)| *s == best || self.question.kind == QuestionKind::Multi)
                .map(|(_, o)| *o)
                .collect();
            return self.by_degree(&tied);
        }
        let denied: Vec<String> = scored.iter().map(|(_, o)| o.id.clone()).collect();
        if self.question.kind == QuestionKind::Multi {
            denied.into_iter().take(1).collect()
        } else {
            denied
        }
    }

    fn support(
        &self,
        option: &OptionDef,
        present: &BTreeSet<&ConceptId>,
        absent: &BTreeSet<&ConceptId>,
    ) -> i32 {
        let mut score = 0;
        let facts: Vec<(Assertion, Vec<ConceptId>, Side)> = option
            .sets
            .iter()
            .filter(|f| f.subject != Subject::Trigger || self.course_fits(f))
            .map(|f| (f.assertion, self.subject(f), f.side))
            .collect();
        let denials = facts
            .iter()
            .filter(|(a, _, _)| *a == Assertion::Absent)
            .count();
        for (assertion, concepts, side) in &facts {
            for concept in concepts {
                let said_present = present.iter().any(|p| self.tells(p, concept));
                let said_absent = absent.iter().any(|a| self.tells(concept, a));
                let exact = present.contains(concept);
                match assertion {
                    Assertion::Present | Assertion::Uncertain if exact => score += 3,
                    Assertion::Present | Assertion::Uncertain if said_present => score += 2,
                    Assertion::Present if absent.contains(concept) => score -= 3,
                    Assertion::Absent if said_present => score -= 4,
                    Assertion::Absent if said_absent => score += 1,
                    _ => {}
                }
                if *side != Side::Unspecified && self.mentions.iter().any(|m| m.side == *side) {
                    score += 1;
                }
            }
        }
        // A denial of several things needs at least half of them denied on a safety question.
        let denied = facts
            .iter()
            .filter(|(a, c, _)| {
                *a == Assertion::Absent && c.iter().any(|c| absent.iter().any(|x| self.tells(c, x)))
            })
            .count();
        if is_denying(option) && self.question.safety && denied * 2 < denials {
            return 0;
        }
        score
    }

    /// An option that only says since when is meant only when the time said is that time.
    fn course_fits(&self, fact: &StatedFact) -> bool {
        let wanted = fact.course;
        let about = |m: &&Mention| self.context.asked_about.contains(&m.concept);
        self.mentions.iter().filter(about).any(|m| {
            let said = m.course;
            (wanted.recency.is_some() && wanted.recency == said.recency)
                || (wanted.sudden.is_some() && wanted.sudden == said.sudden)
                || (wanted.rapid.is_some() && wanted.rapid == said.rapid)
        })
    }

    /// One concept is the other or a more telling case of it, so that having it is having the other, and
    /// lacking the other is lacking it.
    fn tells(&self, special: &ConceptId, general: &ConceptId) -> bool {
        let cases = &self.lore.words.cues.supersedes;
        special == general || cases.get(special).is_some_and(|c| c.contains(general))
    }

    /// Among options that state the same, 有点 takes the lighter and 很 the heavier.
    fn by_degree(&self, tied: &[&OptionDef]) -> Vec<String> {
        if self.question.kind == QuestionKind::Multi || tied.len() < 2 {
            return tied.iter().map(|o| o.id.clone()).collect();
        }
        let labelled = |cues: &[&str]| {
            tied.iter()
                .find(|o| cues.iter().any(|c| o.label.contains(c)))
                .map(|o| o.id.clone())
        };
        let little = self.has(Cue::Little) || self.has(Cue::Hedge);
        let light = labelled(&["有点", "一点", "轻", "稍"]);
        let heavy = labelled(&["明显", "很", "重", "完全"]);
        let by_word = self.by_label();
        let own = by_word
            .iter()
            .find(|id| tied.iter().any(|o| o.id == **id))
            .cloned();
        let chosen = if little { light } else { heavy }
            .or(own)
            .unwrap_or_else(|| tied[0].id.clone());
        vec![chosen]
    }

    /// Options whose label the text contains, or that contain the text; the longest wins.
    fn by_label(&self) -> Vec<String> {
        let mut found: Vec<(usize, usize, &OptionDef)> = vec![];
        for option in self
            .question
            .options
            .iter()
            .filter(|o| !o.unsure && !o.refused)
        {
            for name in names(&option.label) {
                if let Some((at, length)) = self.occurs(&name) {
                    found.push((length, at, option));
                }
            }
        }
        found.sort_by_key(|(length, at, _)| (usize::MAX - length, *at));
        if self.question.kind == QuestionKind::Multi {
            let mut seen = BTreeSet::new();
            let affirmed: Vec<String> = found
                .iter()
                .filter(|(_, _, o)| !is_denying(o))
                .filter(|(_, _, o)| seen.insert(o.id.clone()))
                .map(|(_, _, o)| o.id.clone())
                .collect();
            if !affirmed.is_empty() {
                return affirmed;
            }
        }
        found
            .first()
            .map(|(_, _, o)| o.id.clone())
            .into_iter()
            .collect()
    }

    /// The option whose label is a span of time that fits the time said: 两个多月 → 6-12周.
    fn by_time(&self) -> Vec<String> {
        let times = self.scan.times.iter().filter(|t| !t.vague);
        times
            .flat_map(|t| by_span(self.question, t.days))
            .take(1)
            .collect()
    }

    /// Where a name stands in the text, not denied. Short names must be most of the text.
    fn occurs(&self, name: &str) -> Option<(usize, usize)> {
        let length = name.chars().count();
        if self.text == name {
            return Some((0, length + 10));
        }
        let yes_no_word = matches!(
            name,
            "有" | "没有"
                | "会"
                | "不会"
                | "能"
                | "不能"
                | "是"
                | "否"
                | "不"
                | "对"
                | "好"
                | "没"
                | "差"
                | "在"
                | "疼"
                | "不疼"
        );
        let byte = self.text.find(name)?;
        let at = self.text[..byte].chars().count();
        if yes_no_word || (length == 1 && self.text.chars().count() > 6) {
            return None;
        }
        (!ends_in_denial(&self.text[..byte])).then_some((at, length))
    }

    /// Yes, no, the same, different.
    fn by_yes_or_no(&self) -> Answer {
        let denying: Vec<&OptionDef> = self
            .question
            .options
            .iter()
            .filter(|o| is_denying(o))
            .collect();
        let affirming: Vec<&OptionDef> = self
            .question
            .options
            .iter()
            .filter(|o| !o.unsure && !o.refused && !is_denying(o))
            .collect();
        match self.polarity() {
            // A yes to 「从哪天开始」 answers nothing.
            Some(Polarity::Hedged | Polarity::Yes) if affirming.is_empty() || denying.is_empty() => {
                nothing()
            }
            Some(Polarity::Hedged) => Answer {
                options: vec![self.pick(&affirming)],
                clarity: Clarity::Hedged,
            },
            Some(Polarity::Yes)
                if affirming.len() == 1
                    || self.has(Cue::Little)
                    || self.has(Cue::Much)
                    || self.question.kind != QuestionKind::Multi =>
            {
                Answer {
                    options: vec![self.pick(&affirming)],
                    clarity: Clarity::Clear,
                }
            }
            Some(Polarity::No) if denying.len() == 1 => Answer {
                options: vec![denying[0].id.clone()],
                clarity: Clarity::Clear,
            },
            _ if self.has(Cue::Hedge) && !self.question.options.is_empty() => Answer {
                options: self.options(|o| o.unsure),
                clarity: Clarity::Unsure,
            },
            _ => nothing(),
        }
    }

    fn pick(&self, options: &[&OptionDef]) -> String {
        self.by_degree(options)
            .into_iter()
            .next()
            .unwrap_or_else(|| options[0].id.clone())
    }

    /// The sense of a short answer as to the thing asked about.
    fn polarity(&self) -> Option<Polarity> {
        let first = |cue: Cue| {
            self.scan
                .cues(cue)
                .map(|t| (t.start, usize::MAX - t.end))
                .min()
        };
        let short = self.text.chars().count() <= 12;
        let ask = &self.question.ask;
        let normal_is_yes = self.normal_is_yes();
        if ask.contains("一样") || ask.contains("变") {
            if first(Cue::Different).is_some() {
                return Some(if self.has(Cue::Hedge) {
                    Polarity::Hedged
                } else {
                    Polarity::Yes
                });
            }
            if first(Cue::Same).is_some() {
                return Some(Polarity::No);
            }
        }
        if first(Cue::Same).is_some() && short && first(Cue::Yes).is_none() {
            return Some(Polarity::No);
        }
        let (yes, no) = (self.opening(Cue::Yes), self.opening(Cue::No));
        let said = match (yes, no) {
            (Some(y), Some(n)) if n.0 < y.0 || (n.0 == y.0 && n.1 >= y.1) => Some(Polarity::No),
            (Some(_), _) => Some(Polarity::Yes),
            (None, Some(_)) => Some(Polarity::No),
            (None, None) => self.has(Cue::Little).then_some(Polarity::Yes),
        }?;
        let hedged = self.has(Cue::Hedge);
        let turned = match (said, normal_is_yes) {
            // 能动一点: able only in part.
            (Polarity::Yes, true) if first(Cue::Little).is_some() && ask.contains('能') => return None,
            (Polarity::Yes, true) if first(Cue::Little).is_none() => Polarity::No,
            // 「没有」 to 「能控制住吗」 may mean "no trouble" as well as "cannot".
            (Polarity::No, true) if self.only_says_none() => return None,
            (Polarity::No, true) => Polarity::Yes,
            (said, _) => said,
        };
        match turned {
            Polarity::Yes if hedged => Some(Polarity::Hedged),
            Polarity::No if hedged && self.question.safety => None,
            // A long text that merely opens with 没 says more than no.
            Polarity::No
                if self.question.safety && self.text.chars().count() > 16 && self.has_finding() =>
            {
                None
            }
            turned => Some(turned),
        }
    }

    /// The question asks for what is normal, so that yes denies the trouble: 和以前一样吗, 能控制住吗, 稳不稳.
    fn normal_is_yes(&self) -> bool {
        let ask = self.question.ask.replace("可能", "");
        let denying = self.question.options.iter().filter(|o| is_denying(o));
        denying
            .filter_map(|o| {
                YES_HEADS
                    .iter()
                    .find(|head| o.label.trim_start_matches('都').starts_with(**head))
            })
            .any(|head| ask.contains(head))
    }

    fn only_says_none(&self) -> bool {
        !self.text.starts_with(['不', '唔', '勿', '毋', '弗', '袂'])
    }

    /// A word of the list that opens the text or a clause of it, or is all of it: (start, length).
    fn opening(&self, cue: Cue) -> Option<(usize, usize)> {
        let fillers = |start: usize| {
            let clause = self.scan.clauses[self.scan.clause_at(start)];
            start - clause.start <= 3
                && self.scan.slice(clause.start, start).iter().all(|c| {
                    "嗯呃啊哦这那个我倒是好像都也还真就目前现在确实真的应该可能哎诶一直从来哪来"
                        .contains(*c)
                })
        };
        let ask = self.question.ask.replace("可能", "");
        // 能 is a yes to 能控制住吗, not to 走路瘸不瘸.
        let bears = |t: &&super::matching::Token| {
            let word: String = self.scan.slice(t.start, t.end).iter().collect();
            let modal = ["能", "会", "可以", "行", "得行"];
            let own = modal.iter().find(|m| word.starts_with(**m));
            cue != Cue::Yes || own.is_none_or(|m| ask.contains(m))
        };
        self.scan
            .cues(cue)
            .filter(bears)
            .filter(|t| fillers(t.start) && self.closes(t.end))
            .map(|t| (t.start, t.end - t.start))
            .min_by_key(|(start, length)| (*start, usize::MAX - length))
    }

    /// What follows a yes or no word must not turn it into something else: 会计, 能不能, 没睡好.
    fn closes(&self, end: usize) -> bool {
        let clause = self.scan.clauses[self.scan.clause_at(end.saturating_sub(1))];
        let rest = self.scan.slice(end, clause.end);
        rest.len() <= 1
            || rest.iter().take(2).all(|c| {
                "了的啊呀吧呢嘛哦喔过咯哩咧嘞哒啦这那种个事情况有点这方面感觉问题毛病现象什么啥一"
                    .contains(*c)
            })
            || self.concerns_rest(end, clause.end)
    }

    /// The rest repeats what was asked.
    fn concerns_rest(&self, start: usize, end: usize) -> bool {
        let rest: String = self.scan.slice(start, end).iter().collect();
        let asked = normalise_word(&self.question.ask);
        rest.chars().count() >= 1
            && rest
                .chars()
                .filter(|c| asked.contains(*c) || "了的过啊也".contains(*c))
                .count()
                * 3
                >= rest.chars().count() * 2
    }
}

/// What stands before a name denies it.
fn ends_in_denial(before: &str) -> bool {
    before.ends_with(['不', '没', '无', '冇', '唔', '勿', '毋', '莫'])
        || ["没有", "没得", "莫得", "冇得", "从没", "不是", "不会", "唔会", "勿会", "没再"]
            .iter()
            .any(|denial| before.ends_with(denial))
}

/// How the label of a normal answer may begin.
const YES_HEADS: [&str; 4] = ["一样", "能", "稳", "会"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polarity {
    Yes,
    No,
    Hedged,
}

/// States only that things are not so (or, with nothing stated, is named so).
fn is_denying(option: &OptionDef) -> bool {
    if option.unsure || option.refused {
        return false;
    }
    if option.sets.is_empty() {
        return [
            "没有",
            "不会",
            "没",
            "都没有",
            "一样",
            "能",
            "不疼",
            "不",
            "稳",
            "正常",
            "都正常",
            "好的",
            "否",
            "不僵",
            "没吃",
            "没拍",
            "没看过",
            "不窜",
        ]
        .contains(&option.label.as_str());
    }
    option
        .sets
        .iter()
        .all(|fact| fact.assertion == Assertion::Absent)
}

/// The names in a label: 摔倒或坐了个墩 → 摔倒, 坐了个墩.
fn names(label: &str) -> Vec<String> {
    let base = label
        .split(['(', '(', ':', ':', '_'])
        .next()
        .unwrap_or(label);
    let mut names: Vec<String> = vec![normalise_word(base)];
    for piece in base.split(['/', '、', ',', ',', '或', '和']) {
        names.push(normalise_word(piece));
    }
    names.retain(|n| !n.is_empty());
    names.dedup();
    names
}

/// Numbers for scales, ages and durations.
fn numbers(view: &View<'_>, measures: &[Measure]) -> Option<Answer> {
    let kind = view.question.kind;
    let wanted = |name: &str| measures.iter().find(|m| m.name == name);
    match kind {
        QuestionKind::Scale | QuestionKind::Number => {
            let name = view.question.measure.as_deref().unwrap_or("nrs_worst24h");
            let value = wanted(name)?.value;
            Some(Answer {
                options: by_range(view.question, value),
                clarity: if view.has(Cue::Hedge) {
                    Clarity::Hedged
                } else {
                    Clarity::Clear
                },
            })
        }
        QuestionKind::Duration => {
            let days = wanted("duration_days")?.value;
            Some(Answer {
                options: by_span(view.question, days),
                clarity: Clarity::Clear,
            })
        }
        _ => None,
    }
}

/// Options named by a range of years or points: <12, 12-17, 80+.
fn by_range(question: &QuestionDef, value: f64) -> Vec<String> {
    let fits =
        |o: &&OptionDef| range(&o.label).is_some_and(|(low, high)| value >= low && value <= high);
    question
        .options
        .iter()
        .find(fits)
        .map(|o| o.id.clone())
        .into_iter()
        .collect()
}

fn range(label: &str) -> Option<(f64, f64)> {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .parse::<f64>()
            .ok()
    };
    if let Some((low, high)) = label.split_once(['-', '–', '~', '到']) {
        return Some((digits(low)?, digits(high)?));
    }
    let value = digits(label)?;
    if label.contains('<') || label.contains("以下") || label.contains("不到") {
        Some((f64::MIN, value - 0.01))
    } else if label.contains('+') || label.contains('>') || label.contains("以上") {
        Some((value, f64::MAX))
    } else {
        Some((value, value))
    }
}

/// The option whose stated time, or whose label, fits the days.
fn by_span(question: &QuestionDef, days: f64) -> Vec<String> {
    let fits =
        |o: &&OptionDef| span(&o.label).is_some_and(|(low, high)| days >= low && days < high);
    question
        .options
        .iter()
        .find(fits)
        .map(|o| o.id.clone())
        .into_iter()
        .collect()
}

/// <1周, 1-6周, >3个月, 今天, 几天, 几周, 几个月, 几年 as days.
fn span(label: &str) -> Option<(f64, f64)> {
    let named = [
        ("今天", 0.0, 1.0),
        ("几天", 1.0, 7.0),
        ("几周", 7.0, 30.0),
        ("几个月", 30.0, 365.0),
        ("几年", 365.0, f64::MAX),
    ];
    if let Some((_, low, high)) = named.iter().find(|(name, _, _)| label.contains(name)) {
        return Some((*low, *high));
    }
    let unit = if label.contains('年') {
        365.0
    } else if label.contains('月') {
        30.0
    } else if label.contains('周') || label.contains("星期") {
        7.0
    } else if label.contains('天') {
        1.0
    } else if label.contains("小时") || label.contains("钟头") {
        1.0 / 24.0
    } else if label.contains('分') {
        1.0 / 1440.0
    } else {
        return None;
    };
    let (low, high) = range(label)?;
    let high = if high < f64::MAX {
        high * unit + 0.5
    } else {
        high
    };
    Some((if low > f64::MIN { low * unit } else { low }, high))
}

/// Words that only this question gives a meaning.
fn phrases(view: &View<'_>) -> Option<Vec<String>> {
    let mut best: Option<(usize, &str)> = None;
    for phrase in view
        .lore
        .words
        .answers
        .iter()
        .filter(|p| p.question == view.question.id.as_str())
    {
        let words = normalise_word(&phrase.expression);
        let length = words.chars().count();
        if let Some(byte) = view.text.find(&words)
            && best.is_none_or(|(n, _)| length > n)
            && !ends_in_denial(&view.text[..byte])
            && view.question.option(&phrase.option).is_some()
        {
            best = Some((length, phrase.option.as_str()));
        }
    }
    best.map(|(_, option)| vec![option.to_owned()])
}

/// Free words answer a text question whenever they say anything.
fn text_answer(view: &View<'_>) -> Answer {
    if view.unsure() && !view.has_finding() {
        return Answer {
            options: view.options(|o| o.unsure),
            clarity: Clarity::Unsure,
        };
    }
    let named = view.by_label();
    let says = view.text.chars().count() >= 2 || view.has_finding();
    Answer {
        options: named,
        clarity: if says {
            Clarity::Clear
        } else {
            Clarity::NotAnAnswer
        },
    }
}
