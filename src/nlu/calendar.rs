//! Days of the calendar as people name them: 五月份, 去年腊月, 端午那阵, 打谷子的时候, 上礼拜三. They become days ago.

use icu_calendar::Date as CalendarDate;
use icu_calendar::cal::ChineseTraditional;
use icu_calendar::types::Month;
use jiff::civil::{Date, Weekday};

use crate::knowledge::CalendarDay;

use super::numbers::number;
use super::times::Time;

/// Every such day in the text, left to right, not overlapping. What lies ahead is none.
pub(super) fn days(chars: &[char], words: &[CalendarDay], today: Date) -> Vec<Time> {
    let mut found = vec![];
    let mut at = 0;
    while at < chars.len() {
        match day(chars, at, words, today) {
            Some(day) => {
                at = day.end;
                found.push(day);
            }
            None => at += 1,
        }
    }
    found
}

/// A day of some year, not yet placed.
struct Named {
    month: u8,
    day: u8,
    lunar: bool,
    end: usize,
    /// It dates by itself, without 那阵, 以后 or a year.
    alone: bool,
}

fn day(chars: &[char], start: usize, words: &[CalendarDay], today: Date) -> Option<Time> {
    if let Some(day) = weekday(chars, start, today) {
        return Some(day);
    }
    if let Some(year) = numbered_year(chars, start, today) {
        return Some(year);
    }
    let (year, at) = match year(chars, start) {
        Some((years, at)) => (Some(years), at),
        None => (None, start),
    };
    let named = word(chars, at, words).or_else(|| month(chars, at))?;
    let dates = year.is_some() || named.alone || is_dating(chars, at, named.end);
    if !dates || lies_ahead(chars, start) {
        return None;
    }
    let days = days_ago(&named, year, today)?;
    Some(Time {
        start,
        end: named.end,
        days,
        point: true,
        vague: false,
    })
}

/// 2021年 and 二〇二一年 as a time, not beside a month.
fn numbered_year(chars: &[char], start: usize, today: Date) -> Option<Time> {
    const DIGITS: &str = "零一二三四五六七八九";
    let digit = |c: &char| match c {
        '〇' | 'O' => Some(0),
        c => c.to_digit(10).or_else(|| {
            let at = DIGITS.chars().position(|one| one == *c)?;
            u32::try_from(at).ok()
        }),
    };
    let before = start.checked_sub(1).map(|at| chars[at]);
    if before.as_ref().and_then(digit).is_some() {
        return None;
    }
    let length = chars[start..].iter().map_while(digit).take(5).count();
    let digits: Vec<u32> = chars[start..start + length]
        .iter()
        .filter_map(digit)
        .collect();
    let end = start + length;
    let year = match digits.as_slice() {
        [_, _, _, _] => digits.iter().fold(0, |year, digit| 10 * year + digit),
        // 一九年, 二〇年春天; 一二年, 二三年 and 20年 may be lengths.
        [tens, ones] => {
            let named = chars
                .get(end + 1)
                .is_some_and(|c| "那春夏秋冬初底末上下做开查得的就".contains(*c));
            let spelt = !chars[start].is_ascii_digit();
            let length = *ones == tens + 1 || !spelt;
            if length && !named {
                return None;
            }
            2000 + 10 * tens + ones
        }
        _ => return None,
    };
    let ago = i32::from(today.year()) - i32::try_from(year).ok()?;
    let is_year = chars.get(end) == Some(&'年') && (0..=120).contains(&ago);
    is_year.then(|| Time {
        start,
        end: end + 1,
        days: (f64::from(ago) * 365.0).max(f64::from(today.day_of_year()) / 2.0),
        point: true,
        vague: false,
    })
}

/// 去年 and its like: how many years ago, and where it ends.
fn year(chars: &[char], start: usize) -> Option<(i16, usize)> {
    const YEARS: &[(&str, i16)] = &[
        ("大前年", 3),
        ("前年", 2),
        ("去年", 1),
        ("旧年", 1),
        ("头年", 1),
        ("上年", 1),
        ("今年", 0),
    ];
    let (word, years) = YEARS.iter().find(|(word, _)| stands(chars, start, word))?;
    let mut end = start + word.chars().count();
    let between = |at: usize| {
        let words = ["的", "个", "嘅", "农历", "阴历", "阳历", "老历"];
        words.into_iter().find(|word| stands(chars, at, word))
    };
    while let Some(word) = between(end) {
        end += word.chars().count();
    }
    Some((*years, end))
}

/// 五月份, 10月3号, 八月初五, 六月里. 五个月 is a length and 三月大 an age.
fn month(chars: &[char], start: usize) -> Option<Named> {
    let before = start.checked_sub(1).map(|at| chars[at]);
    if before
        .is_some_and(|c| "个第孕怀满几零一二三四五六七八九十百".contains(c) || c.is_ascii_digit())
    {
        return None;
    }
    let n = number(chars.get(start..)?)?;
    // 六七月间 is the sixth at least.
    let month = whole(n.value.floor()).filter(|month| (1..=12).contains(month))?;
    let after = start + n.len;
    if chars.get(after) != Some(&'月') {
        return None;
    }
    let end = after + 1;
    let parts: &[(&str, u8)] = &[
        ("份", 15),
        ("间", 15),
        ("里", 15),
        ("头", 5),
        ("初头", 5),
        ("上旬", 5),
        ("中旬", 15),
        ("中", 15),
        ("下旬", 25),
        ("底", 27),
        ("末", 27),
    ];
    let named = |day, lunar, end, alone| {
        Some(Named {
            month,
            day,
            lunar,
            end,
            alone,
        })
    };
    // 初五 is a day of the traditional calendar, 5号 one of the other.
    let lunar = chars.get(end) == Some(&'初');
    let from = end + usize::from(lunar);
    if let Some(day) = chars.get(from..).and_then(number)
        && let Some(date) = whole(day.value).filter(|date| (1..=31).contains(date))
    {
        let end = from + day.len;
        if chars.get(end).is_some_and(|c| "号日".contains(*c)) {
            return named(date, false, end + 1, true);
        }
        if lunar
            || (10..=30).contains(&date)
                && !chars.get(end).is_some_and(|c| "天个几多岁月".contains(*c))
        {
            return named(date, true, end, true);
        }
    }
    if let Some((part, day)) = parts.iter().find(|(part, _)| stands(chars, end, part)) {
        return named(*day, false, end + part.chars().count(), true);
    }
    if lunar {
        return named(5, false, end + 1, true);
    }
    let length = chars.get(end).is_some_and(|c| "大龄子饼球经".contains(*c));
    (!length).then_some(Named {
        month,
        day: 15,
        lunar: false,
        end,
        alone: false,
    })
}

fn word(chars: &[char], start: usize, words: &[CalendarDay]) -> Option<Named> {
    let row = words
        .iter()
        .find(|row| stands(chars, start, &row.expression))?;
    Some(Named {
        month: row.month,
        day: row.day,
        lunar: row.lunar,
        end: start + row.expression.chars().count(),
        alone: row.alone,
    })
}

/// 上礼拜三, 周五, 这个星期天: the last one, or the one of the week before.
fn weekday(chars: &[char], start: usize, today: Date) -> Option<Time> {
    let before = start.checked_sub(1).map(|at| chars[at]);
    if before.is_some_and(|c| "每下逢隔到至做单双一两二三四五六七八九十几个".contains(c))
    {
        return None;
    }
    let mut weeks = 0;
    let mut at = start;
    while chars.get(at) == Some(&'上') {
        weeks += 1;
        at += 1;
    }
    if weeks == 0 && chars.get(at).is_some_and(|c| "这本呢".contains(*c)) {
        at += 1;
    }
    if at > start && chars.get(at) == Some(&'个') {
        at += 1;
    }
    let unit = ["礼拜", "星期", "周"]
        .iter()
        .find(|unit| stands(chars, at, unit))?;
    at += unit.chars().count();
    let wanted = match chars.get(at)? {
        '一' | '1' => Weekday::Monday,
        '二' | '2' => Weekday::Tuesday,
        '三' | '3' => Weekday::Wednesday,
        '四' | '4' => Weekday::Thursday,
        '五' | '5' => Weekday::Friday,
        '六' | '6' | '末' => Weekday::Saturday,
        '日' | '天' | '7' => Weekday::Sunday,
        _ => return None,
    };
    let end = at + 1;
    // 周一到周五, 周三五 are a timetable; 一周一次 and 周五十 no days.
    if chars
        .get(end)
        .is_some_and(|c| "到至、一二三四五六十次个岁片粒颗针回趟天".contains(*c))
    {
        return None;
    }
    let since_monday = |day: Weekday| f64::from(day.to_monday_zero_offset());
    let back = since_monday(today.weekday()) - since_monday(wanted);
    let days = if weeks > 0 {
        back + 7.0 * f64::from(weeks)
    } else if back < 0.0 {
        back + 7.0
    } else {
        back
    };
    Some(Time {
        start,
        end,
        days: days.max(0.3),
        point: true,
        vague: false,
    })
}

/// 打端午, 过了中秋, 收麦那阵, 国庆以后: something is dated by it.
fn is_dating(chars: &[char], start: usize, end: usize) -> bool {
    const BEFORE: &[&str] = &[
        "打", "从", "自", "自从", "过了", "过完", "过咗", "过仔", "过哒", "刚过", "到了", "赶",
        "是", "在", "吃了", "上",
    ];
    const AFTER: &[&str] = &[
        "那",
        "嗰",
        "格",
        "个辰光",
        "辰光",
        "前后",
        "前头",
        "后",
        "以后",
        "之后",
        "过后",
        "过了",
        "起",
        "开始",
        "左右",
        "边",
        "期间",
        "时候",
        "的时候",
        "时",
        "光景",
        "累的",
        "累着",
        "累坏",
        "累狠",
        "的事",
        "就",
        "到现在",
        "到而家",
        "回来",
        "完",
    ];
    let before = |word: &&str| {
        let length = word.chars().count();
        start >= length && stands(chars, start - length, word)
    };
    // 中秋也拉过一回: a verb that is over.
    let over = || {
        let mut near = (end + 1..chars.len().min(end + 4)).filter(|at| chars[*at] == '过');
        near.any(|at| !chars.get(at + 1).is_some_and(|c| "年节完了后".contains(*c)))
    };
    BEFORE.iter().any(before) || AFTER.iter().any(|word| stands(chars, end, word)) || over()
}

/// 想好好过年, 等开了春再看, 明年五月.
fn lies_ahead(chars: &[char], start: usize) -> bool {
    let from = start.saturating_sub(5);
    chars[from..start]
        .iter()
        .any(|c| "等想盼再要明".contains(*c))
}

/// Days since the day: in the year that was said, or else the last time it was.
fn days_ago(named: &Named, years: Option<i16>, today: Date) -> Option<f64> {
    let in_year = |years: i16| {
        let date = date(named, today.year() - years)?;
        let ago = f64::from((today - date).get_days());
        (ago >= 0.0).then_some(ago.max(0.3))
    };
    match years {
        Some(years) => in_year(years),
        // 十一月初十 in November: the traditional day is yet to come, so the other calendar is meant.
        None => in_year(0).or_else(|| {
            let solar = Named {
                lunar: false,
                ..*named
            };
            let recent = date(&solar, today.year())
                .map(|date| f64::from((today - date).get_days()))
                .filter(|ago| named.lunar && (0.0..=LATELY).contains(ago));
            recent.or_else(|| in_year(1))
        }),
    }
}

/// Days for which a day that may be of either calendar is taken for the nearer one.
const LATELY: f64 = 120.0;

fn date(named: &Named, year: i16) -> Option<Date> {
    if !named.lunar {
        let last = Date::new(year, i8::try_from(named.month).ok()?, 1)
            .ok()?
            .days_in_month();
        let day = i8::try_from(named.day).ok()?.min(last);
        return Date::new(year, i8::try_from(named.month).ok()?, day).ok();
    }
    let month = Month::new(named.month);
    let of = |day: u8| {
        CalendarDate::try_new(
            i32::from(year).into(),
            month,
            day,
            ChineseTraditional::new(),
        )
        .ok()
    };
    // A month of the moon has 29 or 30 days.
    let date = of(named.day)
        .or_else(|| of(29))?
        .to_calendar(icu_calendar::Iso);
    let part = |number: u8| i8::try_from(number).ok();
    Date::new(
        i16::try_from(date.era_year().year).ok()?,
        part(date.month().ordinal)?,
        part(date.day_of_month().0)?,
    )
    .ok()
}

fn whole(value: f64) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    ((0.0..=31.0).contains(&value) && value.fract() == 0.0).then_some(value as u8)
}

fn stands(chars: &[char], at: usize, word: &str) -> bool {
    word.chars()
        .enumerate()
        .all(|(i, c)| chars.get(at + i) == Some(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Saturday; the tenth month of the moon began on the 9th.
    const TODAY: Date = jiff::civil::date(2026, 11, 28);

    fn read(text: &str) -> Vec<f64> {
        let word = |expression: &str, (month, day), lunar, alone| CalendarDay {
            expression: expression.to_owned(),
            month,
            day,
            lunar,
            alone,
            line: 1,
        };
        let words = [
            word("八月节", (8, 15), true, true),
            word("端午", (5, 5), true, false),
            word("腊月", (12, 15), true, true),
            word("过年", (1, 1), true, false),
            word("霜降", (10, 23), false, true),
            word("收麦", (6, 5), false, false),
        ];
        let chars: Vec<char> = text.chars().collect();
        let found = days(&chars, &words, TODAY);
        found.iter().map(|day| day.days).collect()
    }

    #[test]
    fn months_feasts_and_harvests_are_days_ago() {
        assert_eq!(read("五月份开始的"), [197.0]);
        assert_eq!(read("11月3号摔的"), [25.0]);
        assert_eq!(read("今年十月底"), [32.0]);
        assert_eq!(read("八月节前后烧过几天"), [64.0]);
        assert_eq!(read("打端午就疼"), [162.0]);
        assert_eq!(read("八月初五那天"), [74.0]);
        assert_eq!(read("霜降那天闪的"), [36.0]);
        assert_eq!(read("收麦那阵累的"), [176.0]);
        assert_eq!(read("十二月"), [0.0; 0]);
        assert_eq!(read("去年十二月"), [348.0]);
        assert_eq!(read("去年腊月"), [299.0]);
        assert_eq!(read("二〇年春天"), [2190.0]);
        assert_eq!(read("一九年那回"), [2555.0]);
        assert_eq!(read("疼了二三年了"), [0.0; 0], "a length");
        // The tenth of the eleventh moon is yet to come.
        assert_eq!(read("十一月初十前后"), [18.0]);
        assert_eq!(read("从十二月起"), [348.0]);
        assert_eq!(read("2021年打到现在"), [5.0 * 365.0]);
        assert_eq!(read("二零二一年"), [5.0 * 365.0]);
    }

    #[test]
    fn weekdays_are_the_last_ones() {
        assert_eq!(read("礼拜三后晌"), [3.0]);
        assert_eq!(read("上礼拜三"), [10.0]);
        assert_eq!(read("上个星期天"), [6.0]);
        assert_eq!(read("周六早上"), [0.3]);
        assert_eq!(read("每周三打球,周一到周五上班,一周一次"), [0.0; 0]);
    }

    #[test]
    fn lengths_and_what_lies_ahead_are_no_days() {
        assert_eq!(read("疼了三个月,怀孕五月,五月大的孩子"), [0.0; 0]);
        assert_eq!(read("想让他好好过年,收麦累人"), [0.0; 0]);
    }
}
