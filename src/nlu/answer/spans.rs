//! Options that are ranges: of years, of points, of time.

use crate::knowledge::{OptionDef, QuestionDef};

use super::View;

impl View<'_> {
    /// The option whose label is a span of time that fits the time said: 两个多月 → 6-12周.
    pub(super) fn by_time(&self) -> Vec<String> {
        let times = self.scan.times.iter().filter(|t| !t.vague);
        times
            .flat_map(|t| by_span(self.question, t.days))
            .take(1)
            .collect()
    }
}

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
pub(super) fn by_span(question: &QuestionDef, days: f64) -> Vec<String> {
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
