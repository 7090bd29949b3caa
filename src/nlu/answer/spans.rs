//! Options that are ranges: of years, of points, of time.

use crate::knowledge::{OptionDef, QuestionDef};

use super::{View, is_denying};
use crate::nlu::times::Time;

impl View<'_> {
    /// What a told time says to a question about the last so many days: before them is no; within them is yes where no more than
    /// that is asked.
    pub(super) fn by_window(&self, days: f64) -> Option<Vec<String>> {
        let told = self.scan.times.iter().filter(|t| !t.vague).map(|t| t.days);
        let newest = told.reduce(f64::min)?;
        if newest > days {
            return Some(self.options(is_denying)).filter(|options| !options.is_empty());
        }
        let affirms = |o: &&OptionDef| !o.unsure && !o.refused && !is_denying(o);
        let mut affirming = self.question.options.iter().filter(affirms);
        let only = affirming.next().filter(|_| affirming.next().is_none())?;
        Some(vec![only.id.clone()])
    }

    /// The option whose label is a span of time that fits the time said: 两个多月 → 6-12周.
    pub(super) fn by_time(&self) -> Vec<String> {
        // 每周一片, 一礼拜一片 is how often.
        let how_often = |time: &Time| {
            let (start, end) = (time.start, time.end);
            let before = self.scan.slice(start.saturating_sub(1), start + 1);
            let dose = self.scan.slice(end, end + 5);
            before.contains(&'每')
                || dose
                    .windows(2)
                    .any(|two| two[0] == '一' && "片粒颗次针支包丸回".contains(two[1]))
        };
        // 爬坡手杆疼,这一年都那样 to 「今天、这几天还是没有」: beside a "no" a time alone is no yes.
        let of_sign = self.question.about.iter().any(|id| id.kind() == "SYM");
        let beside_no = of_sign && self.question.options.iter().any(is_denying);
        let long = self.text.chars().count() > SHORT;
        let times = self.scan.times.iter().filter(|t| !t.vague && !how_often(t));
        let times = times.filter(|_| !(beside_no && long));
        times
            .flat_map(|t| by_span(self.question, t.days))
            .take(1)
            .collect()
    }
}

/// Characters up to which a text with a time says little more.
const SHORT: usize = 14;

/// Options named by a range of years or points: <12, 12-17, 80+.
pub(super) fn by_range(question: &QuestionDef, value: f64) -> Vec<String> {
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
    let digit = |c: char| {
        let small = "一二三四五六七八九".chars().position(|n| n == c);
        let small = small.and_then(|at| char::from_digit(u32::try_from(at).ok()? + 1, 10));
        c.is_ascii_digit().then_some(c).or(small)
    };
    let digits = |text: &str| {
        let found: String = text.chars().filter_map(digit).collect();
        found.parse::<f64>().ok()
    };
    let between = label.split_once(['-', '–', '~', '到']);
    if let Some((low, high)) = between.filter(|_| !label.contains("不到")) {
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

/// The option whose label is a span of time that fits the days, where the question asks for one: two options at least are
/// spans. 这几天大便黑 in a list of signs is none.
pub(super) fn by_span(question: &QuestionDef, days: f64) -> Vec<String> {
    let spans: Vec<(&OptionDef, (f64, f64))> = question
        .options
        .iter()
        .filter_map(|option| Some((option, span(&option.label)?)))
        .collect();
    let fits = |(_, (low, high)): &&(&OptionDef, (f64, f64))| days >= *low && days < *high;
    if spans.len() < 2 {
        return vec![];
    }
    let fitting = spans.iter().find(fits);
    fitting
        .map(|(option, _)| option.id.clone())
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
