//! Since when and how it goes, as the answer to a question that dates a sign: 五个月前开始,一点点变差.

use crate::domain::{Assertion, ConceptId, Course, Recency};
use crate::knowledge::{OptionDef, StatedFact, Subject};
use crate::nlu::dictionary::Cue;
use crate::nlu::matching::Token;
use crate::nlu::times::Time;

use super::View;

/// Days up to which something is recent (redflags §0, TIME.NEW14).
const RECENT: f64 = 14.0;

/// Said of a time at which it did not come.
const FREE: [&str; 5] = ["没犯", "没再犯", "没发作", "没疼", "没闷"];

/// What the text says about the course.
struct Told {
    days: Option<f64>,
    worse: bool,
    /// It was never so before.
    novel: bool,
    same: bool,
    /// It is said that it did not get worse.
    steady: bool,
    sudden: bool,
    rapid: bool,
}

impl View<'_> {
    /// The option whose course fits best, when the question dates a sign and the text tells a course.
    pub(super) fn by_course(&self) -> Vec<String> {
        let (told, sign) = (self.told(), self.dated_sign());
        let of = |option: &'_ OptionDef, said: Assertion| -> Vec<ConceptId> {
            let facts = option.sets.iter().filter(|fact| fact.assertion == said);
            facts
                .filter_map(|fact| match &fact.subject {
                    Subject::Concept(id) => Some(id.clone()),
                    _ => None,
                })
                .collect()
        };
        // What one option tells and another denies besides the time: that it got worse.
        let denied: Vec<ConceptId> = (self.question.options.iter())
            .flat_map(|option| of(option, Assertion::Absent))
            .collect();
        let scored = self.question.options.iter().filter_map(|option| {
            let course = dated(option, sign)?;
            let declines = option
                .sets
                .iter()
                .any(|f| f.assertion == Assertion::Present && progressive(&f.course))
                || progressive(&course)
                || of(option, Assertion::Present)
                    .iter()
                    .any(|id| denied.contains(id));
            let score = fit(&course, declines, &told);
            (score > 0).then_some((score, option))
        });
        // The first of equals, which stands higher in the list.
        let best = scored.fold(
            None,
            |best: Option<(i32, &OptionDef)>, (score, option)| match best {
                Some((highest, _)) if highest >= score => best,
                _ => Some((score, option)),
            },
        );
        best.map(|(_, option)| option.id.clone())
            .into_iter()
            .collect()
    }

    /// The sign that the options tell apart by its course alone: 脚抬不起来 for two days, for weeks, for years.
    pub(super) fn dated_sign(&self) -> Option<&ConceptId> {
        let mut stating = self.question.options.iter().filter(|o| !o.sets.is_empty());
        let (first, second) = (stating.next()?, stating.next()?);
        let dates = |option: &OptionDef, id: &ConceptId| {
            let mut facts = option.sets.iter();
            facts.any(|fact| has_course(fact) && fact.subject == Subject::Concept(id.clone()))
        };
        first.sets.iter().find_map(|fact| match &fact.subject {
            Subject::Concept(id) => (dates(first, id)
                && dates(second, id)
                && stating.clone().all(|option| dates(option, id)))
            .then_some(id),
            _ => None,
        })
    }

    /// The question dates a sign and the text tells days: 两个月前开始的,以前没有 is not new, although it never was before.
    pub(super) fn tells_days(&self) -> bool {
        let asks = self.dated_sign().is_some()
            || self
                .question
                .options
                .iter()
                .any(|option| dated(option, None).is_some());
        asks && self.times().next().is_some()
    }

    /// Times told in the text. 腿疼是半个月前闹的,脚是昨儿早上就那样: where the question is not about pain, those of the pain
    /// are left out if there are others.
    fn times(&self) -> impl Iterator<Item = &Time> {
        let of_pain = |time: &&Time| {
            let clause = self.scan.clauses[self.scan.clause_at(time.start)];
            let words = self.scan.slice(clause.start, clause.end);
            words.contains(&'疼') && !words.contains(&'不')
        };
        // 今天昨天都没犯: a time at which nothing was.
        let free = |time: &Time| {
            let clause = self.scan.clauses[self.scan.clause_at(time.start)];
            let rest: String = self.scan.slice(time.end, clause.end).iter().collect();
            FREE.iter().any(|word| rest.contains(word))
        };
        let told = move || {
            let times = self.scan.times.iter().filter(|t| !t.vague);
            times.filter(move |t| !free(t))
        };
        let about_pain = self.question.ask.contains(['疼', '痛']);
        let others = !about_pain && told().any(|t| !of_pain(&t));
        told().filter(move |t| !others || !of_pain(t))
    }

    /// Days told in the text; else what is known already of the sign asked about.
    fn days(&self) -> Option<f64> {
        let said = self.times().next().map(|t| t.days);
        let pace = || self.scan.paces.iter().find_map(|pace| pace.days);
        let known = || {
            let facts = self.context.asked_about.iter().chain(self.dated_sign());
            facts
                .filter_map(|id| self.context.known.fact(id.as_str()))
                .find_map(|fact| fact.course.onset_days)
        };
        said.or_else(pace).or_else(known)
    }

    /// 大前天还能上三楼,今天一层都上不去: able some days ago, not able now.
    fn fails_step_by_step(&self) -> bool {
        let able = DAYS_AGO.iter().filter_map(|word| {
            let at = self.text.find(word)? + word.len();
            let still = self.text[at..]
                .find('还')
                .filter(|gap| self.text[at..at + gap].chars().count() <= 4)?;
            Some(at + still)
        });
        able.min()
            .is_some_and(|at| NOW.iter().any(|word| self.text[at..].contains(word)))
    }

    /// 一点一点差, 慢慢地没力.
    fn declines(&self) -> bool {
        let declines = &self.lore.words.cues.course.declines;
        self.scan.cues(Cue::Gradual).any(|t| {
            let rest: String = self.scan.slice(t.end, t.end + 5).iter().collect();
            let rest = rest.trim_start_matches(['的', '地', '就', '往']);
            declines.iter().any(|word| rest.starts_with(word.as_str()))
        })
    }

    fn told(&self) -> Told {
        let any = |cue: Cue| self.scan.cues(cue).next().is_some();
        // 没再重 is no worsening; in 老毛病,就这礼拜更重 and 抬不高,慢慢往下走 the worsening counts.
        let before = |t: &Token| {
            let clause = self.scan.clauses[self.scan.clause_at(t.start)];
            self.scan.slice(clause.start, t.start)
        };
        let denied = |t: &Token| {
            let before = before(t);
            denied(&before[before.len().saturating_sub(3)..])
        };
        // 也不是这几天突然坏的.
        let corrected = |t: &Token| {
            let before: String = before(t).iter().collect();
            NOT_SO.iter().any(|word| before.contains(word))
        };
        let worse = self.scan.cues(Cue::Worse).any(|t| !denied(t))
            || self.differs()
            || self.declines()
            || self.fails_step_by_step();
        let improves = IMPROVES.iter().any(|word| self.text.contains(word))
            || self.scan.paces.iter().any(|pace| pace.better);
        let days = self.days();
        let novel = NEVER_BEFORE.iter().any(|word| self.text.contains(word))
            && days.is_none_or(|days| days <= RECENT);
        Told {
            days,
            worse,
            novel,
            // 以前不会这样, 大便照旧: what is as ever is something else.
            same: (any(Cue::Stable) || any(Cue::Same)) && !worse && !novel,
            steady: (any(Cue::Worse) || any(Cue::Stable) || improves) && !worse,
            sudden: self.scan.cues(Cue::Sudden).any(|t| !corrected(t)),
            rapid: any(Cue::Rapid) || self.fails_step_by_step(),
        }
    }
}

/// Said of what gets better.
const IMPROVES: [&str; 7] = [
    "越来越好",
    "见好",
    "好转",
    "好多了",
    "好些了",
    "轻多了",
    "松多了",
];

/// Days that one counts back to.
const DAYS_AGO: [&str; 12] = [
    "大前天",
    "前天",
    "昨天",
    "前日",
    "昨日",
    "寻日",
    "昨儿",
    "前儿",
    "上礼拜",
    "上周",
    "前几天",
    "几天前",
];

/// Words for this day.
const NOW: [&str; 9] = [
    "今天", "今朝", "今儿", "今日", "今早", "今晚", "现在", "而家", "这会",
];

/// Said of what was never so before.
const NEVER_BEFORE: [&str; 14] = [
    "以前不会",
    "以前唔会",
    "以前勿会",
    "以前没",
    "以前从来没",
    "以前冇",
    "从前没",
    "从前不",
    "原先没",
    "原来没",
    "原来不会",
    "头一回",
    "头一次",
    "第一次",
];

/// What follows in the clause is not how it was.
const NOT_SO: [&str; 6] = ["不是", "勿是", "弗是", "唔系", "毋是", "没有哪"];

/// A denial stands right before.
fn denied(before: &[char]) -> bool {
    before.iter().any(|c| "没冇无呒未不唔勿毋".contains(*c))
}

fn has_course(fact: &StatedFact) -> bool {
    fact.course != Course::default()
}

/// The course that an option states of the sign asked about.
fn dated(option: &OptionDef, sign: Option<&ConceptId>) -> Option<Course> {
    let of = |fact: &StatedFact| match &fact.subject {
        Subject::Trigger => true,
        Subject::Concept(id) => sign == Some(id),
        Subject::Pain => false,
    };
    let mut facts = option.sets.iter();
    facts
        .find(|fact| of(fact) && has_course(fact))
        .map(|fact| fact.course)
}

fn progressive(course: &Course) -> bool {
    course.rapid == Some(true) || course.recency == Some(Recency::Worse14)
}

/// Points for what agrees, minus points for what does not; nothing told gives nothing.
fn fit(course: &Course, declines: bool, told: &Told) -> i32 {
    let mut score = 0;
    if let Some(days) = told.days {
        score += match (course.onset_days, course.recency) {
            (Some(onset), _) => near(onset, days),
            (None, Some(Recency::New14)) => 2 * sign(days <= RECENT),
            (None, Some(Recency::Stable)) => 2 * sign(days > RECENT),
            (None, Some(Recency::Worse14)) => i32::from(days > RECENT) - 1,
            (None, None) => 0,
        };
    }
    if told.worse {
        score += 2 * sign(declines);
    }
    if told.steady && told.days.is_some() {
        score += 2 * sign(!declines);
    }
    // A worsening and a sudden start are not chosen for somebody who told of none.
    if declines && !told.worse && !told.rapid {
        score -= 1;
    }
    if course.sudden == Some(true) && !told.sudden {
        score -= 1;
    }
    if told.novel {
        score += 2 * sign(course.recency == Some(Recency::New14));
    }
    if told.same {
        score += 2 * sign(course.recency == Some(Recency::Stable));
    }
    if told.sudden {
        score += sign(course.sudden == Some(true));
    }
    if told.rapid {
        score += sign(course.rapid == Some(true));
    }
    score
}

fn sign(agrees: bool) -> i32 {
    if agrees { 1 } else { -1 }
}

/// 3 within a factor of 2, 1 within a factor of 4, else against it.
fn near(onset: f64, days: f64) -> i32 {
    let ratio = (onset.max(0.3) / days.max(0.3)).max(days.max(0.3) / onset.max(0.3));
    if ratio <= 2.0 {
        3
    } else if ratio <= 4.0 {
        1
    } else {
        -2
    }
}
