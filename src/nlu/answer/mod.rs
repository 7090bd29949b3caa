//! Stage 6: what a text means as the answer to the open question.
//!
//! In this order: refusal, "cannot say", an option's own words, what the findings in the text say about what the
//! options state, numbers, and last yes or no. Where a denial would be a guess it stays unsure: on a
//! safety question a wrong no is worse than asking again.

mod courses;
mod normals;
mod polarity;
mod spans;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::domain::{Assertion, ConceptId, Fact, Side};
use crate::knowledge::{OptionDef, QuestionDef, QuestionKind, StatedFact, Subject};

use super::dictionary::Cue;
use super::lore::Lore;
use super::matching::Scan;
use super::measures::Measure;
use super::mention::Mention;
use super::normalise::{is_pause, normalise_word};
use super::{Answer, Basis, Clarity, Context, sides};

/// Said nothing that answers.
pub(super) fn nothing() -> Answer {
    Answer {
        options: vec![],
        clarity: Clarity::NotAnAnswer,
        basis: Basis::Words,
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
            basis: Basis::Words,
        };
    }
    if let Some(answer) = numbers(&view, measures) {
        return answer;
    }
    if question.kind == QuestionKind::Text {
        return text_answer(&view);
    }
    if let Some(options) = question.within_days.and_then(|days| view.by_window(days)) {
        return Answer {
            basis: Basis::Time,
            ..view.chosen(options)
        };
    }
    // Where the options differ by their course alone, naming the sign chooses none.
    let said = match view.dated_sign() {
        Some(_) => view.by_course(),
        None => view.by_findings(),
    };
    if view.tells_days() {
        let fitting = view.by_course();
        if !fitting.is_empty() {
            return view.chosen(fitting);
        }
    }
    if let Some(options) = phrases(&view).filter(|options| !view.gainsaid(options)) {
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
            basis: Basis::Words,
        };
    }
    if !said.is_empty() {
        return view.chosen(said);
    }
    let named = view.by_label();
    // 膝盖冇事 names the knee and denies it.
    let denied = view.has(Cue::Same)
        && named
            .iter()
            .any(|id| question.option(id).is_some_and(|o| !is_denying(o)));
    if !named.is_empty() && !denied && !view.gainsaid(&named) {
        return view.chosen(named);
    }
    for more in [
        view.by_normal(),
        view.by_course(),
        view.by_time(),
        view.by_no_injury(),
        view.by_bare_denial(),
        view.by_other_denials(),
        view.by_named_side(),
    ] {
        if !more.is_empty() {
            return view.chosen(more);
        }
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
        self.scan.cues(cue).any(|t| match t.end - t.start {
            // 过 refuses when it is all that is said, not in 没摔过.
            1 => self.text.chars().count() == 1,
            2 => t.start <= 4,
            _ => true,
        })
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
                basis: Basis::Words,
            };
        }
        Answer {
            options,
            clarity: if hedged {
                Clarity::Hedged
            } else {
                Clarity::Clear
            },
            basis: Basis::Words,
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

    /// 右边, to whether the other side is affected, too: the side that is known already, and no other.
    fn by_named_side(&self) -> Vec<String> {
        let named = sides::of_text(self.scan).is_some_and(|side| {
            let known = |fact: &Fact| fact.assertion == Assertion::Present && fact.side == side;
            self.context.known.facts.values().any(known)
        });
        if !named || self.text.contains(['也', '都', '还', '两', '双']) {
            return vec![];
        }
        let both = &self.lore.words.cues.both_sided;
        self.options(|option| {
            is_denying(option)
                && option
                    .sets
                    .iter()
                    .any(|fact| matches!(&fact.subject, Subject::Concept(id) if both.contains(id)))
        })
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
            if self.question.kind == QuestionKind::Multi {
                return self.told_in_full(&affirmed, &present);
            }
            let best = affirmed[0].0;
            let tied: Vec<&OptionDef> = affirmed
                .iter()
                .filter(|(s, _)| *s == best)
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

    /// Of options of which several may be true those that the text tells by name and in full; only where there is none those of
    /// which a more telling case is told, or a part: 袜套样的麻 is one thing, and not numb hands, feet and legs besides.
    fn told_in_full(
        &self,
        affirmed: &[&(i32, &OptionDef)],
        present: &BTreeSet<&ConceptId>,
    ) -> Vec<String> {
        let stated = |option: &OptionDef| -> Vec<ConceptId> {
            let facts = option.sets.iter();
            facts
                .filter(|fact| fact.assertion == Assertion::Present)
                .flat_map(|fact| self.subject(fact))
                .collect()
        };
        let by_name = |option: &OptionDef| stated(option).iter().all(|id| present.contains(id));
        let in_full = |option: &OptionDef| {
            let told = |id: &ConceptId| present.iter().any(|p| self.tells(p, id));
            stated(option).iter().all(told)
        };
        let ids = |wanted: &dyn Fn(&OptionDef) -> bool| -> Vec<String> {
            let options = affirmed.iter().filter(|(_, option)| wanted(option));
            options.map(|(_, option)| option.id.clone()).collect()
        };
        [ids(&by_name), ids(&in_full), ids(&|_| true)]
            .into_iter()
            .find(|ids| !ids.is_empty())
            .unwrap_or_default()
    }

    /// The text denies what the options affirm: 两条腿有劲 is no weakness of both legs.
    fn gainsaid(&self, options: &[String]) -> bool {
        let denied = |id: &ConceptId| {
            let of = |m: &&Mention| m.concept == *id;
            let mut found = self.mentions.iter().filter(of).peekable();
            found.peek().is_some() && found.all(|m| m.assertion == Assertion::Absent)
        };
        options
            .iter()
            .filter_map(|id| self.question.option(id))
            .flat_map(|option| &option.sets)
            .filter(|fact| fact.assertion == Assertion::Present)
            .any(|fact| self.subject(fact).iter().any(denied))
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
            .filter(|f| f.subject != Subject::Trigger)
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
                    // 膝盖肿 is not 又红又热又肿.
                    Assertion::Present => score -= 1,
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

    /// 爬楼(肩膀胸口都不疼): nothing comes of what stands before.
    fn opens_with_no_trigger(&self, behind: &str) -> bool {
        let denials = &self.lore.words.cues.negation.after_trigger;
        denials.iter().any(|word| {
            behind.find(word.as_str()).is_some_and(|at| {
                let between = &behind[..at];
                between.chars().count() <= LIST
                    && !between.contains(['疼', '痛', '酸', '麻', '就', '才'])
            })
        })
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
        let behind = &self.text[byte + name.len()..];
        (!ends_in_denial(&self.text[..byte]) && !opens_with_denial(behind)).then_some((at, length))
    }
}

/// 面上、眼边、耳边都冇: a list that ends in a denial.
fn opens_with_denial(behind: &str) -> bool {
    let denials = ["都冇", "都没有", "都没得", "都呒没", "都无", "都没"];
    let near = |word: &&str| {
        behind
            .find(*word)
            .is_some_and(|at| behind[..at].chars().count() <= LIST)
    };
    denials.iter().any(near)
}

/// Characters up to which a list goes on to its denial.
const LIST: usize = 10;

/// The option is what the pain comes of.
fn names_trigger(option: &OptionDef) -> bool {
    option.sets.iter().any(|fact| match &fact.subject {
        Subject::Concept(id) => id.kind() == "TRIG",
        _ => false,
    })
}

/// What stands before a name denies it.
fn ends_in_denial(before: &str) -> bool {
    before.ends_with([
        '不', '没', '无', '冇', '唔', '勿', '毋', '莫', '么', '冒', '袂', '呒', '未',
    ]) || [
        "没有", "没得", "莫得", "冇得", "从没", "不是", "不会", "唔会", "勿会", "没再",
    ]
    .iter()
    .any(|denial| before.ends_with(denial))
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
                options: spans::by_range(view.question, value),
                clarity: if view.has(Cue::Hedge) {
                    Clarity::Hedged
                } else {
                    Clarity::Clear
                },
                basis: Basis::Words,
            })
        }
        QuestionKind::Duration => {
            let days = wanted("duration_days")?.value;
            Some(Answer {
                options: spans::by_span(view.question, days),
                clarity: Clarity::Clear,
                basis: Basis::Words,
            })
        }
        // 量了三十七度四: the option whose range holds it.
        _ => {
            let options = view.question.options.iter();
            let (name, _) = options
                .filter_map(|option| option.measure.as_ref())
                .next()?;
            let options = spans::by_range(view.question, wanted(name)?.value);
            (!options.is_empty()).then_some(Answer {
                options,
                clarity: Clarity::Clear,
                basis: Basis::Words,
            })
        }
    }
}

/// Words that only this question gives a meaning. The longest counts, or, where several options may be true, every one
/// that does not stand inside a longer one. What is told comes before an idiom that reassures beside it.
fn phrases(view: &View<'_>) -> Option<Vec<String>> {
    let mut found: Vec<(usize, usize, &OptionDef)> = view
        .lore
        .words
        .answers
        .iter()
        .filter(|phrase| phrase.question == view.question.id.as_str())
        .filter_map(|phrase| {
            let words = normalise_word(&phrase.expression);
            let at = view.text.find(&words)?;
            let option = view.question.option(&phrase.option)?;
            let behind = &view.text[at + words.len()..];
            let denied = ends_in_denial(&view.text[..at])
                || names_trigger(option) && view.opens_with_no_trigger(behind);
            (!denied).then_some((at, at + words.len(), option))
        })
        .collect();
    found.sort_by_key(|(from, to, _)| Reverse(to - from));
    let several = view.question.kind == QuestionKind::Multi;
    let mut taken: Vec<(usize, usize)> = vec![];
    let mut denying = vec![];
    let mut told = vec![];
    for (from, to, option) in found {
        if taken.iter().any(|(start, end)| from < *end && *start < to) {
            continue;
        }
        taken.push((from, to));
        let options = if is_denying(option) {
            &mut denying
        } else {
            &mut told
        };
        if !options.contains(&option.id) && (several || options.is_empty()) {
            options.push(option.id.clone());
        }
    }
    denying.truncate(1);
    [told, denying]
        .into_iter()
        .find(|options| !options.is_empty())
}

/// Free words answer a text question whenever they say anything.
fn text_answer(view: &View<'_>) -> Answer {
    if view.unsure() && !view.has_finding() {
        return Answer {
            options: view.options(|o| o.unsure),
            clarity: Clarity::Unsure,
            basis: Basis::Words,
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
        basis: Basis::Words,
    }
}
