//! Chinese and Arabic numerals as patients say them: 三个多, 两三, 十来, 三点五, 一百二, 仨, 俩, 半.

/// A numeral found at the start of some characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// Middle of what was meant: 两三 is 2.5.
    pub value: f64,
    /// Highest value meant: 八九 is 9.
    pub high: f64,
    /// Characters it takes.
    pub len: usize,
}

/// Reads a numeral at the start of `chars`.
pub(super) fn number(chars: &[char]) -> Option<Number> {
    arabic(chars).or_else(|| chinese(chars))
}

fn exact(value: f64, len: usize) -> Number {
    Number {
        value,
        high: value,
        len,
    }
}

fn arabic(chars: &[char]) -> Option<Number> {
    let len = chars
        .iter()
        .take_while(|c| c.is_ascii_digit() || **c == '.')
        .count();
    let text: String = chars[..len].iter().collect();
    let value: f64 = text
        .trim_end_matches('.')
        .parse()
        .ok()
        .filter(|v: &f64| v.is_finite())?;
    // 3-4, 7到8
    let joint = chars.get(len).is_some_and(|c| "-到至~".contains(*c));
    if joint
        && let Some(second) = arabic(chars.get(len + 1..)?)
        && second.value > value
    {
        return Some(Number {
            value: f64::midpoint(value, second.high),
            high: second.high,
            len: len + 1 + second.len,
        });
    }
    Some(exact(value, len))
}

fn chinese(chars: &[char]) -> Option<Number> {
    let first = *chars.first()?;
    if let Some(value) = fixed(chars) {
        return Some(value);
    }
    // 两三, 七八, 三四(十): two neighbouring digits.
    if let (Some(a), Some(b)) = (digit(first), chars.get(1).and_then(|c| digit(*c)))
        && b == a + 1.0
    {
        let scale = chars.get(2).copied().and_then(scale);
        let (factor, len) = scale.map_or((1.0, 2), |s| (s, 3));
        return Some(Number {
            value: (a + 0.5) * factor,
            high: b * factor,
            len,
        });
    }
    let whole = plain(chars)?;
    // 三点五
    if chars.get(whole.len) == Some(&'点')
        && let Some(tenths) = chars.get(whole.len + 1).and_then(|c| digit(*c))
    {
        return Some(exact(whole.value + tenths / 10.0, whole.len + 2));
    }
    Some(whole)
}

/// 十来, 几十, 几, 半, 好几, 个把.
fn fixed(chars: &[char]) -> Option<Number> {
    let starts = |word: &str| {
        word.chars()
            .enumerate()
            .all(|(i, c)| chars.get(i) == Some(&c))
    };
    const FIXED: &[(&str, f64)] = &[
        ("十来", 12.0),
        ("十几", 14.0),
        ("十多", 13.0),
        ("几十", 40.0),
        ("好几十", 50.0),
        ("好几", 5.0),
        ("好多", 6.0),
        ("个把", 1.0),
        ("大半", 0.7),
        ("小半", 0.4),
        ("半", 0.5),
        ("几", 3.0),
        ("若干", 3.0),
    ];
    FIXED
        .iter()
        .filter(|(word, _)| starts(word))
        .max_by_key(|(word, _)| word.len())
        .map(|(word, value)| exact(*value, word.chars().count()))
}

fn plain(chars: &[char]) -> Option<Number> {
    let (mut total, mut current, mut len, mut last_scale) = (0.0, None::<f64>, 0, 1.0);
    for c in chars {
        if let Some(d) = digit(*c) {
            if current.is_some() {
                break;
            }
            current = Some(d);
        } else if let Some(s) = scale(*c) {
            total += current.take().unwrap_or(1.0) * s;
            last_scale = s;
        } else if *c == '零' || *c == '〇' {
            last_scale = 10.0;
            if len == 0 {
                current = Some(0.0);
            }
        } else {
            break;
        }
        len += 1;
        if len >= 6 {
            break;
        }
    }
    if len == 0 {
        return None;
    }
    // 一百二 is 120; 二十三 stays 23.
    let rest = current.map_or(0.0, |d| {
        if last_scale >= 100.0 {
            d * last_scale / 10.0
        } else {
            d
        }
    });
    Some(exact(total + rest, len))
}

fn digit(c: char) -> Option<f64> {
    Some(match c {
        '一' | '壹' => 1.0,
        '二' | '两' | '俩' => 2.0,
        '三' | '仨' => 3.0,
        '四' => 4.0,
        '五' => 5.0,
        '六' => 6.0,
        '七' => 7.0,
        '八' => 8.0,
        '九' => 9.0,
        _ => return None,
    })
}

fn scale(c: char) -> Option<f64> {
    match c {
        '十' => Some(10.0),
        '百' => Some(100.0),
        '千' => Some(1000.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_read() {
        for (text, value) in [
            ("三", 3.0),
            ("十", 10.0),
            ("二十三", 23.0),
            ("五十八岁", 58.0),
            ("两三", 2.5),
            ("三点五", 3.5),
            ("半", 0.5),
            ("十来", 12.0),
            ("一百二", 120.0),
            ("38.5", 38.5),
            ("七八分", 7.5),
            ("三四十", 35.0),
            ("0", 0.0),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(number(&chars).map(|n| n.value), Some(value), "{text}");
        }
        assert_eq!(number(&['腰']), None);
    }

    #[test]
    fn the_higher_of_two_is_kept() {
        let chars: Vec<char> = "八九分".chars().collect();
        assert_eq!(number(&chars).map(|n| n.high), Some(9.0));
    }
}
