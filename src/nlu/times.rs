//! Time spans in days: 三个多月, 半年, 两三天, 前天, 上礼拜, 去年冬天, 一宿; scores and ages.

use super::numbers::{Number, number};

/// A time as said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Time {
    /// First normalised character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Days ago, or days long.
    pub days: f64,
    /// A point (前天, 三年前) rather than a length (三年了).
    pub point: bool,
    /// 这几天, 最近: no number, only "recently".
    pub vague: bool,
}

/// Every time in the text, left to right, not overlapping; days of the calendar go before.
pub(super) fn times(chars: &[char], named: &[Time]) -> Vec<Time> {
    let mut found = vec![];
    let mut i = 0;
    while i < chars.len() {
        let day = named.iter().find(|day| day.start <= i && i < day.end);
        match day
            .copied()
            .or_else(|| fixed(chars, i))
            .or_else(|| span(chars, i))
        {
            Some(time) => {
                i = time.end;
                found.push(time);
            }
            None => i += 1,
        }
    }
    found
}

/// Words for moments, with days ago.
const MOMENTS: &[(&str, f64)] = &[
    ("刚刚", 0.02),
    ("刚才", 0.02),
    ("今天", 0.3),
    ("今早", 0.3),
    ("今日", 0.3),
    ("今朝", 0.3),
    ("今儿", 0.3),
    ("今个", 0.3),
    ("今晚", 0.1),
    ("昨天", 1.0),
    ("昨晚", 0.6),
    ("昨夜", 0.6),
    ("昨日", 1.0),
    ("昨个", 1.0),
    ("昨儿", 1.0),
    ("夜来", 1.0),
    ("夜儿", 1.0),
    ("夜个", 1.0),
    ("昨暝", 0.6),
    ("昨昏", 0.6),
    ("昨晡", 1.0),
    ("昨暗", 0.6),
    ("寻晚", 0.6),
    ("琴晚", 0.6),
    ("昨夜头", 0.6),
    ("该日", 2.0),
    ("昨黑", 0.6),
    ("今暝", 0.1),
    ("今下昼", 0.2),
    ("晌午", 0.3),
    ("中午", 0.3),
    ("今晌", 0.3),
    ("后晌", 0.3),
    ("下昼", 0.3),
    ("寻日", 1.0),
    ("琴日", 1.0),
    ("前天", 2.0),
    ("前日", 2.0),
    ("前儿", 2.0),
    ("前个", 2.0),
    ("大前天", 3.0),
    ("上礼拜", 7.0),
    ("上个礼拜", 7.0),
    ("上星期", 7.0),
    ("上个星期", 7.0),
    ("上周", 7.0),
    ("上上周", 14.0),
    ("上上个礼拜", 14.0),
    ("这周", 3.0),
    ("这个礼拜", 3.0),
    ("这礼拜", 3.0),
    ("这星期", 3.0),
    ("上个月", 30.0),
    ("上月", 30.0),
    ("这个月", 15.0),
    ("上上个月", 60.0),
    ("去年", 365.0),
    ("旧年", 365.0),
    ("头年", 365.0),
    ("前年", 730.0),
    ("大前年", 1095.0),
    ("今年", 150.0),
    ("开春", 200.0),
    ("年初", 240.0),
    ("前一阵", 30.0),
    ("前阵子", 30.0),
    ("前段时间", 30.0),
];

/// Words for "lately".
const RECENT: &[&str] = &[
    "这几天",
    "这两天",
    "这两日",
    "这几日",
    "呢几日",
    "呢两日",
    "最近几天",
    "最近",
    "近来",
    "这阵子",
    "这一阵",
    "这段时间",
    "近期",
    "这些天",
    "格两天",
    "迭两天",
];

/// Lengths without a number, with the days that one means at least.
const LENGTHS: &[(&str, f64)] = &[
    ("有些日子", 30.0),
    ("有日子了", 30.0),
    ("好些日子", 30.0),
    ("有阵子了", 30.0),
    ("有一阵子了", 30.0),
    ("好一阵子", 30.0),
    ("有段时间了", 30.0),
    ("有一段时间了", 30.0),
    ("好长时间", 60.0),
    ("老长时间", 60.0),
    ("好久了", 60.0),
];

fn fixed(chars: &[char], i: usize) -> Option<Time> {
    let starts = |word: &str| {
        word.chars()
            .enumerate()
            .all(|(k, c)| chars.get(i + k) == Some(&c))
    };
    let make = |word: &str, days: f64, vague: bool| {
        let mut end = i + word.chars().count();
        if chars.get(end) == Some(&'前') {
            end += 1;
        }
        Time {
            start: i,
            end,
            days,
            point: true,
            vague,
        }
    };
    let moment = MOMENTS
        .iter()
        .filter(|(word, _)| starts(word))
        .max_by_key(|(word, _)| word.len());
    let recent = RECENT
        .iter()
        .filter(|word| starts(word))
        .max_by_key(|word| word.len());
    if let Some((word, days)) = LENGTHS.iter().find(|(word, _)| starts(word)) {
        return Some(Time {
            end: i + word.chars().count(),
            point: false,
            ..make(word, *days, false)
        });
    }
    recent
        .map(|word| make(word, 7.0, true))
        .or_else(|| moment.map(|(word, days)| make(word, *days, false)))
}

/// 数 + 单位: 三个多月, 一年半, 两周, 十来天, 一宿.
fn span(chars: &[char], i: usize) -> Option<Time> {
    // A number inside a longer one (二十三 at 十) was already tried from its start; 第三天, 星期三 are no lengths, and 那几天 are
    // days told elsewhere.
    if i > 0 && "第期拜那".contains(chars[i - 1]) {
        return None;
    }
    let n = number(&chars[i..])?;
    let mut at = i + n.len;
    let mut value = n.value;
    let skip = |at: &mut usize, words: &[&str]| -> bool {
        for word in words {
            if word
                .chars()
                .enumerate()
                .all(|(k, c)| chars.get(*at + k) == Some(&c))
            {
                *at += word.chars().count();
                return true;
            }
        }
        false
    };
    skip(&mut at, &["来", "几"]);
    let more = skip(&mut at, &["多"]);
    let counted =
        skip(&mut at, &["个", "隻", "只"]) || "俩仨半大好".contains(chars[i]) || chars[i] == '个';
    let more = skip(&mut at, &["多", "来"]) || more;
    let half = counted && n.value >= 1.0 && skip(&mut at, &["半"]);
    let (unit, len) = unit(&chars[at..], counted || more)?;
    at += len;
    // 一天到晚, 一年到头 are manners of speaking.
    if n.value == 1.0 && chars.get(at) == Some(&'到') {
        return None;
    }
    if more && n.value < 10.0 {
        value += 0.3;
    }
    if half {
        value += 0.5;
    }
    if chars.get(at) == Some(&'半') {
        value += 0.5;
        at += 1;
    }
    skip(&mut at, &["多", "来", "把"]);
    let point =
        skip(&mut at, &["之前", "以前", "前"]) || before(chars, i, &["头", "前"]) && n.len <= 2;
    Some(Time {
        start: i,
        end: at,
        days: value * unit,
        point,
        vague: false,
    })
}

fn before(chars: &[char], i: usize, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let n = word.chars().count();
        i >= n && word.chars().enumerate().all(|(k, c)| chars[i - n + k] == c)
    })
}

/// Days in a unit, with its length in characters.
fn unit(chars: &[char], counted: bool) -> Option<(f64, usize)> {
    const UNITS: &[(&str, f64)] = &[
        ("分钟", 1.0 / 1440.0),
        ("钟头", 1.0 / 24.0),
        ("钟", 1.0 / 24.0),
        ("小时", 1.0 / 24.0),
        ("天", 1.0),
        ("日", 1.0),
        ("号头", 30.0),
        ("暝", 1.0),
        ("暗", 1.0),
        ("宿", 1.0),
        ("晚上", 1.0),
        ("晚", 1.0),
        ("夜", 1.0),
        ("周", 7.0),
        ("礼拜", 7.0),
        ("星期", 7.0),
        ("月", 30.0),
        ("年", 365.0),
        ("载", 365.0),
        ("冬", 365.0),
    ];
    let starts = |word: &str| {
        word.chars()
            .enumerate()
            .all(|(k, c)| chars.get(k) == Some(&c))
    };
    let (word, days) = UNITS.iter().find(|(word, _)| starts(word))?;
    // 三月 is March, 三个月 a length; 3日, 周岁, 年级 are dates and ages.
    let next = chars.get(word.chars().count());
    let wrong = (*word == "月" && !counted) || next.is_some_and(|c| "岁级龄".contains(*c));
    // 俩月, 仨月, 几月 and 半月 need no 个.
    (!wrong || (*word == "月" && !next.is_some_and(|c| "份号".contains(*c)) && counted))
        .then_some((*days, word.chars().count()))
}

/// Distances and times walked: 走两百来米, 走个一站地, 行十分钟. First and one past the last character.
pub(super) fn walks(chars: &[char]) -> Vec<(usize, usize)> {
    const UNITS: &[&str] = &[
        "米", "里", "公里", "站", "步", "条街", "分钟", "截", "段", "圈", "趟", "丈", "阵",
    ];
    let mut found = vec![];
    for start in (0..chars.len()).filter(|i| "走行".contains(chars[*i])) {
        // At most two characters stand between: 走了个, 走上, 走不到.
        let from = (start + 1..=start + 4).find_map(|at| {
            let n = number(chars.get(at..)?)?;
            Some(at + n.len)
        });
        let Some(mut end) = from else { continue };
        while chars.get(end).is_some_and(|c| "来多把几十百".contains(*c)) {
            end += 1;
        }
        let unit = UNITS.iter().find(|unit| {
            unit.chars()
                .enumerate()
                .all(|(k, c)| chars.get(end + k) == Some(&c))
        });
        if let Some(unit) = unit {
            found.push((start, end + unit.chars().count()));
        }
    }
    found
}

/// 八分, 疼到9, 10分, 七八分; `bare` also takes a number standing alone (the answer to "how many").
pub(super) fn score(chars: &[char], bare: bool) -> Option<(u8, usize, usize)> {
    let mut i = 0;
    while i < chars.len() {
        let Some(n) = number(&chars[i..]).filter(|n| n.high <= 10.0) else {
            i += number(&chars[i..]).map_or(1, |n| n.len);
            continue;
        };
        let end = i + n.len;
        let follows = |c: char| chars.get(end) == Some(&c);
        let minutes = follows('分') && chars.get(end + 1).is_some_and(|c| "钟之".contains(*c));
        let counted = chars.get(end).is_some_and(|c| {
            "个天年月条只次点周日回岁米楼块片粒".contains(*c) || c.is_ascii_digit()
        });
        let ordinal = i > 0 && "第零点".contains(chars[i - 1]);
        if (follows('分') && !minutes)
            || before(chars, i, &["疼到", "到了"]) && !counted
            || (bare && !counted && !minutes && !ordinal && solid(chars, i, &n))
        {
            return Some((high_score(&n), i, end + usize::from(follows('分'))));
        }
        i = end;
    }
    None
}

/// A bare number counts when it is not half of an expression such as 一样, 一点, 半天.
fn solid(chars: &[char], i: usize, n: &Number) -> bool {
    let next = chars.get(i + n.len).copied().unwrap_or('。');
    chars[i].is_ascii_digit()
        || !"样直般下些起边定会共半切旦阵".contains(next) && !"几半好个大小若".contains(chars[i])
}

fn high_score(n: &Number) -> u8 {
    // At most 10 by the filter above, so the cast keeps the value.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0..=10 was checked"
    )]
    let score = n.high.round() as u8;
    score
}

/// 38度4, 三十九度一, 烧到39.2: degrees Celsius with their characters.
pub(super) fn temperature(chars: &[char]) -> Option<(f64, usize, usize)> {
    let told = (0..chars.len()).filter_map(|start| {
        if start > 0 && (chars[start - 1].is_ascii_digit() || "十点.".contains(chars[start - 1]))
        {
            return None;
        }
        let n = number(&chars[start..]).filter(|n| (34.0..=43.0).contains(&n.value))?;
        let mut end = start + n.len;
        let degrees = chars.get(end).is_some_and(|c| "度℃".contains(*c));
        if !degrees && !before(chars, start, &["烧到", "体温", "量了", "烧"]) {
            return None;
        }
        end += usize::from(degrees);
        // 38度4, 三十八度五: tenths behind the word.
        let tenths = degrees
            .then(|| number(chars.get(end..)?))
            .flatten()
            .filter(|t| t.value < 10.0 && t.len == 1);
        let value = n.value + tenths.map_or(0.0, |t| t.value / 10.0);
        Some((value, start, end + tenths.map_or(0, |t| t.len)))
    });
    // 37度9变38度3: the highest counts.
    told.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// 五十八岁, 我今年六十二; `bare` also takes a number standing alone.
pub(super) fn age(chars: &[char], bare: bool) -> Option<(f64, usize, usize)> {
    let mut i = 0;
    while i < chars.len() {
        let Some(n) = number(&chars[i..]) else {
            i += 1;
            continue;
        };
        let mut end = i + n.len;
        if chars.get(end).is_some_and(|c| "多来".contains(*c)) {
            end += 1;
        }
        let years = chars.get(end) == Some(&'岁')
            || (chars.get(end) == Some(&'周') && chars.get(end + 1) == Some(&'岁'));
        let said = years
            && !chars
                .get(end + 1)
                .is_some_and(|c| "前时那开起得的就".contains(*c));
        let this_year = before(chars, i, &["今年", "我都", "虚岁", "年纪", "年龄"])
            && !chars.get(end).is_some_and(|c| "个天月次".contains(*c));
        let alone = bare && n.value >= 1.0 && chars[i] != '半' && solid(chars, i, &n);
        if (0.0..=120.0).contains(&n.value)
            && (said || this_year && n.value > 9.0 || alone || (bare && years))
        {
            return Some((n.value.floor(), i, end + usize::from(years)));
        }
        i += n.len;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Vec<f64> {
        let chars: Vec<char> = text.chars().collect();
        times(&chars, &[]).iter().map(|t| t.days.round()).collect()
    }

    #[test]
    fn spans_become_days() {
        for (text, expected) in [
            ("三个多月", vec![99.0]),
            ("半年了", vec![183.0]),
            ("两三天", vec![3.0]),
            ("十来天", vec![12.0]),
            ("一个半月", vec![45.0]),
            ("前天", vec![2.0]),
            ("上礼拜", vec![7.0]),
            ("俩礼拜", vec![14.0]),
            ("仨月", vec![90.0]),
            ("三周", vec![21.0]),
            ("腰疼半年了,前天开始腿麻", vec![183.0, 2.0]),
            ("一年半", vec![548.0]),
            ("三月份", vec![]),
            ("个把月", vec![30.0]),
            ("好几年", vec![1825.0]),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    #[test]
    fn scores_and_ages_are_read() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(score(&chars("七八分吧"), false).map(|s| s.0), Some(8));
        assert_eq!(score(&chars("疼到9"), false).map(|s| s.0), Some(9));
        assert_eq!(score(&chars("和以前一样"), true), None);
        assert_eq!(score(&chars("八"), true).map(|s| s.0), Some(8));
        assert_eq!(age(&chars("我今年六十二"), false).map(|a| a.0), Some(62.0));
        assert_eq!(age(&chars("五十八岁"), false).map(|a| a.0), Some(58.0));
        assert_eq!(age(&chars("三十岁的时候"), false), None);
    }
}
