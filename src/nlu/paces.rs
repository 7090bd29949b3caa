//! Comparisons of one time with the next: 一天比一天差, 一年不如一年, 一晚重过一晚. They say how it goes and are no time themselves.

use super::normalise::is_pause;

/// Such a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// First normalised character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Days over which one speaks so; none for 一回比一回.
    pub days: Option<f64>,
    /// It gets better.
    pub better: bool,
}

/// Units, and over how many days one compares by them.
const UNITS: &[(&str, Option<f64>)] = &[
    ("天", Some(5.0)),
    ("日", Some(5.0)),
    ("晚", Some(5.0)),
    ("夜", Some(5.0)),
    ("宿", Some(5.0)),
    ("周", Some(28.0)),
    ("礼拜", Some(28.0)),
    ("星期", Some(28.0)),
    ("月", Some(90.0)),
    ("年", Some(400.0)),
    ("回", None),
    ("次", None),
    ("趟", None),
    ("阵", None),
];

/// Said of what gets better.
const BETTER: &str = "好轻松强少稳";

/// Longest that stands between the two times: 差过, 赶不上.
const BETWEEN: usize = 3;

/// Every comparison in the text, left to right.
pub(super) fn paces(chars: &[char]) -> Vec<Pace> {
    let mut found = vec![];
    let mut at = 0;
    while at < chars.len() {
        match pace(chars, at) {
            Some(pace) => {
                at = pace.end;
                found.push(pace);
            }
            None => at += 1,
        }
    }
    found
}

fn pace(chars: &[char], start: usize) -> Option<Pace> {
    let (days, first) = time(chars, start)?;
    (1..=BETWEEN).find_map(|gap| {
        let second = first + gap;
        let (_, end) = time(chars, second).filter(|(other, _)| *other == days)?;
        let between: String = chars[first..second].iter().collect();
        if chars[first..second].iter().any(|c| is_pause(*c)) {
            return None;
        }
        let after = chars.get(end).copied().unwrap_or(' ');
        let compares = between.starts_with('比') || between == "不如" || between == "赶不上";
        let worsens = between.starts_with(|c| WORSE.contains(c));
        let improves = between.starts_with(|c| BETTER.contains(c)) && between.ends_with('过');
        // 一天好一天坏, 一天重一天轻: up and down, neither.
        let swings = !compares && !between.ends_with('过') && BETTER.contains(after);
        let better = improves || between == "比" && BETTER.contains(after);
        (compares || improves || worsens && !swings).then_some(Pace {
            start,
            end,
            days,
            better,
        })
    })
}

/// Said of what gets worse, between the two times: 一天重一天, 一日差过一日.
const WORSE: &str = "差重凶狠坏衰弱痛疼麻紧难";

/// 一天, 一个月: how long, and where it ends.
fn time(chars: &[char], start: usize) -> Option<(Option<f64>, usize)> {
    (chars.get(start) == Some(&'一')).then_some(())?;
    let unit = if chars.get(start + 1) == Some(&'个') {
        start + 2
    } else {
        start + 1
    };
    UNITS.iter().find_map(|(word, days)| {
        let length = word.chars().count();
        let stands = chars
            .get(unit..unit + length)?
            .iter()
            .copied()
            .eq(word.chars());
        stands.then_some((*days, unit + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Option<f64>, bool)> {
        let chars: Vec<char> = text.chars().collect();
        let found = paces(&chars);
        found.iter().map(|pace| (pace.days, pace.better)).collect()
    }

    #[test]
    fn times_are_compared() {
        assert_eq!(read("腿一天比一天没力"), [(Some(5.0), false)]);
        assert_eq!(read("一天比一天好了"), [(Some(5.0), true)]);
        assert_eq!(read("一个月比一个月差,"), [(Some(90.0), false)]);
        assert_eq!(read("一年不如一年"), [(Some(400.0), false)]);
        assert_eq!(read("一晚重过一晚"), [(Some(5.0), false)]);
        assert_eq!(read("一日好过一日"), [(Some(5.0), true)]);
        assert_eq!(read("一回比一回凶"), [(None, false)]);
        assert_eq!(read("一天好一天坏,一天重一天轻"), []);
        assert_eq!(read("一天吃一次,一天一片,疼了一天"), []);
    }
}
