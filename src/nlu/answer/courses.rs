//! Since when and how it goes, as the answer to a question that dates a sign: 五个月前开始,一点点变差.

use crate::domain::{Assertion, Course, Recency};
use crate::knowledge::{OptionDef, Subject};
use crate::nlu::dictionary::Cue;

use super::View;

/// Days up to which something is recent (redflags §0, TIME.NEW14).
const RECENT: f64 = 14.0;

/// What the text says about the course.
struct Told {
    days: Option<f64>,
    worse: bool,
    same: bool,
    sudden: bool,
    rapid: bool,
}

impl View<'_> {
    /// The option whose course fits best, when the question dates a sign and the text tells a course.
    pub(super) fn by_course(&self) -> Vec<String> {
        let told = self.told();
        let scored = self.question.options.iter().filter_map(|option| {
            let course = dated(option)?;
            let declines = option
                .sets
                .iter()
                .any(|f| f.assertion == Assertion::Present && progressive(&f.course))
                || progressive(&course);
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

    /// Days told in the text; else what is known already of the sign asked about.
    fn days(&self) -> Option<f64> {
        let said = self.scan.times.iter().find(|t| !t.vague).map(|t| t.days);
        let pace = || {
            let found = PACES.iter().find(|(word, _)| self.text.contains(word));
            found.map(|(_, days)| *days)
        };
        let known = || {
            let facts = self.context.asked_about.iter();
            facts
                .filter_map(|id| self.context.known.fact(id.as_str()))
                .find_map(|fact| fact.course.onset_days)
        };
        said.or_else(pace).or_else(known)
    }

    fn told(&self) -> Told {
        let any = |cue: Cue| self.scan.cues(cue).next().is_some();
        // 没再重 is no worsening; in 老毛病,就这礼拜更重 the worsening counts.
        let worse = self
            .scan
            .cues(Cue::Worse)
            .any(|t| !denied(self.scan.slice(t.start.saturating_sub(3), t.start)));
        Told {
            days: self.days(),
            worse,
            same: (any(Cue::Stable) || any(Cue::Same)) && !worse,
            sudden: any(Cue::Sudden),
            rapid: any(Cue::Rapid),
        }
    }
}

/// How long a comparison of times spans: 一月比一月差 takes months.
const PACES: [(&str, f64); 4] = [
    ("月比", 90.0),
    ("周比", 28.0),
    ("礼拜比", 28.0),
    ("年比", 400.0),
];

/// A denial stands right before.
fn denied(before: &[char]) -> bool {
    before.iter().any(|c| "没冇无呒未不唔勿毋".contains(*c))
}

/// The course that an option states of the sign asked about.
fn dated(option: &OptionDef) -> Option<Course> {
    option
        .sets
        .iter()
        .find(|fact| fact.subject == Subject::Trigger && fact.course != Course::default())
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
    // A worsening and a sudden start are not chosen for somebody who told of none.
    if declines && !told.worse && !told.rapid {
        score -= 1;
    }
    if course.sudden == Some(true) && !told.sudden {
        score -= 1;
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
