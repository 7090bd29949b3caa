//! Yes and no, the same and different: what a short answer says about the thing asked.

use std::collections::BTreeSet;

use crate::domain::{Assertion, ConceptId};
use crate::knowledge::{OptionDef, QuestionKind, Subject};
use crate::nlu::dictionary::Cue;
use crate::nlu::matching::Token;
use crate::nlu::mention::Mention;
use crate::nlu::normalise::normalise_word;
use crate::nlu::{Answer, Basis, Clarity};

use super::{View, is_denying, nothing};

impl View<'_> {
    /// Yes, no, the same, different.
    pub(super) fn by_yes_or_no(&self) -> Answer {
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
            Some(Polarity::Hedged | Polarity::Yes)
                if affirming.is_empty() || denying.is_empty() =>
            {
                nothing()
            }
            // 有,八个月 to 「没有、可能、有」.
            Some(Polarity::Yes) if plain_yes(&affirming).is_some() => Answer {
                options: plain_yes(&affirming).into_iter().collect(),
                clarity: Clarity::Clear,
                basis: Basis::YesNo,
            },
            // 有 to 「一条腿、两条腿还是手」 does not say which.
            Some(Polarity::Hedged | Polarity::Yes)
                if !shares(&affirming) && self.text.chars().count() > BARE =>
            {
                nothing()
            }
            Some(Polarity::Hedged) => Answer {
                options: vec![self.pick(&affirming)],
                clarity: Clarity::Hedged,
                basis: Basis::YesNo,
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
                    basis: Basis::YesNo,
                }
            }
            Some(Polarity::No) if !denying.is_empty() => Answer {
                options: vec![plainest(&denying).id.clone()],
                clarity: Clarity::Clear,
                basis: Basis::YesNo,
            },
            _ if self.has(Cue::Hedge) && !self.question.options.is_empty() => Answer {
                options: self.options(|o| o.unsure),
                clarity: Clarity::Unsure,
                basis: Basis::YesNo,
            },
            _ => nothing(),
        }
    }

    /// 冇撞亲, 跌跤倒呒没跌: a denial and nothing affirmed, to a question about what happened or was taken, where no
    /// denial is itself a sign (没知觉, 没尿).
    pub(super) fn by_bare_denial(&self) -> Vec<String> {
        let history = self
            .question
            .options
            .iter()
            .flat_map(|o| &o.sets)
            .filter_map(|fact| match &fact.subject {
                Subject::Concept(id) => Some(id.kind()),
                _ => None,
            })
            .all(|kind| matches!(kind, "HX" | "MED" | ""));
        let named = self
            .question
            .about
            .iter()
            .any(|id| matches!(id.kind(), "HX" | "MED"))
            || self.question.slot.as_str() == "trauma";
        let present = |m: &Mention| m.assertion == Assertion::Present;
        let says_no = history
            && named
            && self.text.chars().count() <= LONGEST
            && self.has(Cue::NegWide)
            && !self.has(Cue::Unsure)
            && !self.has(Cue::Hedge)
            && !self.mentions.iter().any(present);
        if !says_no {
            return vec![];
        }
        let denying: Vec<&OptionDef> = self
            .question
            .options
            .iter()
            .filter(|o| is_denying(o))
            .collect();
        match denying[..] {
            [] => vec![],
            _ => vec![plainest(&denying).id.clone()],
        }
    }

    /// 没摔没撞,就搬东西闪的 to a question about what came of a fall: there was none.
    pub(super) fn by_no_injury(&self) -> Vec<String> {
        let injuries = &self.lore.words.cues.injuries;
        let asks_what_happened = injuries.iter().any(|id| self.question.about.contains(id));
        let denied = self
            .scan
            .cues(Cue::NegWide)
            .chain(self.scan.cues(Cue::NegTight));
        let none = denied
            .filter_map(|no| self.scan.normal.chars.get(no.end))
            .any(|c| FALLS.contains(*c));
        let tells = self
            .mentions
            .iter()
            .any(|m| m.is_symptom() && m.assertion == Assertion::Present);
        if self.question.slot.as_str() != "trauma" || asks_what_happened || !none || tells {
            return vec![];
        }
        self.options(is_denying)
    }

    /// 说话利索,嘴不歪,看东西不重影 to 「手抬得平吗」: who goes through signs, denies two of them at least and tells of none,
    /// would have told this one. Not of stool, urine and what is felt below, where each is asked by itself.
    pub(super) fn by_other_denials(&self) -> Vec<String> {
        if APART.contains(&self.question.slot.as_str()) {
            return vec![];
        }
        let signs = || self.mentions.iter().filter(|m| m.is_symptom());
        let clauses: BTreeSet<usize> = signs()
            .filter(|m| m.assertion == Assertion::Absent)
            .map(|m| self.scan.clause_at(m.key.0))
            .collect();
        let tells = signs().any(|m| m.assertion != Assertion::Absent)
            || self.has(Cue::Unsure)
            || self.has(Cue::Hedge)
            || self.differs();
        if clauses.len() < 2 || tells {
            return vec![];
        }
        self.options(is_denying)
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
            if self.differs() {
                return Some(if self.has(Cue::Hedge) {
                    Polarity::Hedged
                } else {
                    Polarity::Yes
                });
            }
            if first(Cue::Same).is_some() || first(Cue::Different).is_some() {
                return Some(Polarity::No);
            }
        }
        if first(Cue::Same).is_some() && short && self.opening(Cue::Yes).is_none() {
            return Some(Polarity::No);
        }
        let (yes, no) = (
            self.opening(Cue::Yes)
                .filter(|yes| self.is_yes_to_this(*yes)),
            self.opening(Cue::No),
        );
        let said = match (yes, no) {
            (Some(y), Some(n)) if n.0 < y.0 || (n.0 == y.0 && n.1 >= y.1) => Some(Polarity::No),
            (Some(_), _) => Some(Polarity::Yes),
            (None, Some(_)) => Some(Polarity::No),
            // 有点用, 松一点点 tell of a treatment; 走是能走,有点瘸 tells of something else.
            (None, None) => {
                let little = self.has(Cue::Little) && short;
                let relief = self.text.contains(['用', '效', '松', '轻', '缓', '好']);
                let tells = |m: &Mention| {
                    matches!(m.concept.kind(), "SYM" | "HX") && !self.concerns(&m.concept)
                };
                let other = self.mentions.iter().any(tells);
                (little && !relief && !other).then_some(Polarity::Yes)
            }
        }?;
        let hedged = self.has(Cue::Hedge);
        let turned = match (said, normal_is_yes) {
            // 能动一点: able only in part.
            (Polarity::Yes, true) if first(Cue::Little).is_some() && ask.contains('能') => {
                return None;
            }
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

    /// 有变化, but not the one in 没有变化, 没有不一样, 没感觉有啥不同.
    pub(super) fn differs(&self) -> bool {
        let within_same = |start: usize, end: usize| {
            self.scan.cues(Cue::Same).any(|same| {
                same.start <= start && end <= same.end && same.end - same.start > end - start
            })
        };
        let denied = |start: usize| {
            self.scan.cues(Cue::NegWide).any(|no| {
                let between = self.scan.slice(no.end.min(start), start);
                no.end <= start && between.iter().all(|c| BETWEEN_NO_AND_CHANGE.contains(*c))
            })
        };
        self.scan
            .cues(Cue::Different)
            .any(|t| !within_same(t.start, t.end) && !denied(t.start))
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
            start - clause.start <= 5
                && self.scan.slice(clause.start, start).iter().all(|c| {
                    "嗯呃啊哦这那个我倒是好像都也还真就目前现在确实真的应该可能哎诶一直从来哪来要说讲话恁你您问起"
                        .contains(*c)
                })
        };
        let ask = self.question.ask.replace("可能", "");
        // 能 is a yes to 能控制住吗, not to 走路瘸不瘸.
        let bears = |t: &&Token| {
            let word: String = self.scan.slice(t.start, t.end).iter().collect();
            let modal = ["能", "会", "可以", "行", "得行", "好"];
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

    /// 偶尔理疗, 有点瘸 to something else asked: the yes is of what the text goes on to name.
    fn is_yes_to_this(&self, (start, length): (usize, usize)) -> bool {
        let clause = self.scan.clauses[self.scan.clause_at(start)];
        let rest = self.scan.slice(start + length, clause.end);
        let bare = rest
            .iter()
            .all(|c| "了的啊呀吧呢嘛哦喔过咯哩咧嘞哒啦".contains(*c));
        let named = |m: &&Mention| {
            matches!(m.concept.kind(), "SYM" | "HX")
                && self.scan.clause_at(m.key.0) == self.scan.clause_at(start)
        };
        let mut named = self.mentions.iter().filter(named).peekable();
        bare || named.peek().is_none() || named.any(|m| self.concerns(&m.concept))
    }

    /// What follows a yes or no word must not turn it into something else: 会计, 能不能, 没睡好.
    fn closes(&self, end: usize) -> bool {
        let clause = self.scan.clauses[self.scan.clause_at(end.saturating_sub(1))];
        let rest = self.scan.slice(end, clause.end);
        // 有点用, 有效 are no yes.
        if rest.iter().take(2).any(|c| "用效".contains(*c)) {
            return false;
        }
        rest.len() <= 1
            || rest.iter().take(2).all(|c| {
                "了的啊呀吧呢嘛哦喔过咯哩咧嘞哒啦这那种个回事情况有点这方面感觉问题毛病现象什么啥一"
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

/// First characters of falls and blows.
const FALLS: &str = "摔撞磕碰跌绊掼跶崴跋砸";

/// Slots of the signs of the cauda equina.
const APART: [&str; 2] = ["bladder_bowel", "saddle"];

/// What may stand between a denial and the change that it denies: 没(觉出有什么)不一样.
const BETWEEN_NO_AND_CHANGE: &str = "有得什么啥子乜样感觉到出着见哪里儿任何太大多个的";

/// Characters up to which a yes is only a yes.
const BARE: usize = 3;

/// Characters up to which a text with a denial is only that.
const LONGEST: usize = 18;

/// The option that is itself a yes.
fn plain_yes(affirming: &[&OptionDef]) -> Option<String> {
    let yes = |o: &&&OptionDef| matches!(o.label.as_str(), "有" | "是" | "会" | "能");
    affirming.iter().find(yes).map(|o| o.id.clone())
}

/// The options are degrees of one thing.
fn shares(options: &[&OptionDef]) -> bool {
    let stated = |o: &OptionDef| -> Vec<ConceptId> {
        o.sets
            .iter()
            .filter(|fact| fact.assertion != Assertion::Absent)
            .filter_map(|fact| match &fact.subject {
                Subject::Concept(id) => Some(id.clone()),
                _ => None,
            })
            .collect()
    };
    let Some((first, rest)) = options.split_first() else {
        return false;
    };
    let common = stated(first);
    common.is_empty()
        || common
            .iter()
            .any(|id| rest.iter().all(|o| stated(o).contains(id)))
}

/// How the label of a normal answer may begin.
const YES_HEADS: [&str; 4] = ["一样", "能", "稳", "会"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polarity {
    Yes,
    No,
    Hedged,
}

/// The option that a bare no means: the one that is itself a bare no, else the first that denies.
fn plainest<'a>(denying: &[&'a OptionDef]) -> &'a OptionDef {
    let bare = |o: &&&OptionDef| o.label.starts_with(['没', '不', '无', '都', '否']);
    denying.iter().find(bare).unwrap_or(&denying[0])
}
