//! Stage 1: one spelling for what is said in many, with a map back to the original characters.
//!
//! Traditional to simplified, full width, punctuation, 痛→疼, 儿化, 得慌, runs of one character, fillers and
//! emoji. Dictionary-free; numbers are read later, by `numbers` and `times`.

use std::collections::HashMap;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// A normalised text; every character knows which original characters it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Normal {
    /// Normalised characters.
    pub chars: Vec<char>,
    /// For each of them: first original character and one past the last.
    pub origin: Vec<(usize, usize)>,
}

impl Normal {
    /// The original range that a normalised range covers.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        match (self.origin.get(start), self.origin.get(end.wrapping_sub(1))) {
            (Some(first), Some(last)) if start < end => (first.0, last.1),
            _ => (0, 0),
        }
    }

    /// The normalised text.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }
}

/// Normalises a text.
pub(super) fn normalise(text: &str) -> Normal {
    let mut normal = Normal {
        chars: text.chars().collect(),
        origin: (0..text.chars().count()).map(|i| (i, i + 1)).collect(),
    };
    // Every pass maps characters to fixed points or removes some, so this ends; a removal can make
    // new neighbours, which is why one pass is not enough.
    loop {
        let next = pass(&normal);
        if next.chars == normal.chars {
            return next;
        }
        normal = next;
    }
}

/// A data-file expression as it looks after normalisation.
pub(super) fn normalise_word(text: &str) -> String {
    normalise(text)
        .chars
        .into_iter()
        .filter(|c| !is_pause(*c))
        .collect()
}

/// True for the few punctuation marks that remain: `。` ends a sentence, `?` a question, `,` a clause, `、` lists.
pub(super) fn is_pause(c: char) -> bool {
    matches!(c, '。' | '?' | ',' | '、')
}

/// True for Chinese characters.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}' | '〇')
}

fn pass(input: &Normal) -> Normal {
    let mut out = Normal::default();
    let chars: Vec<char> = input.chars.iter().map(|c| simple(*c)).collect();
    let mut i = 0;
    while i < chars.len() {
        let skip = skipped(&chars, i);
        if skip > 0 {
            i += skip;
            continue;
        }
        let c = chars[i];
        let mapped = match c {
            '\0' => None,
            ' ' => space(&chars, i),
            c => Some(c),
        };
        if let Some(c) = mapped {
            push(&mut out, c, input.origin[i]);
        }
        i += 1;
    }
    while out.chars.first().is_some_and(|c| *c == ',' || *c == '、') {
        out.chars.remove(0);
        out.origin.remove(0);
    }
    out
}

/// Adds a character; a third equal one in a row swallows the run, a pause swallows a weaker pause before it.
fn push(out: &mut Normal, c: char, origin: (usize, usize)) {
    if is_pause(c)
        && let Some(last) = out.chars.last().copied()
        && is_pause(last)
    {
        let strongest = if strength(c) > strength(last) {
            c
        } else {
            last
        };
        let at = out.chars.len() - 1;
        out.chars[at] = strongest;
        return;
    }
    let n = out.chars.len();
    if is_han(c) && n >= 2 && out.chars[n - 1] == c && out.chars[n - 2] == c {
        out.chars.pop();
        out.origin.pop();
        let at = n - 2;
        out.origin[at].1 = origin.1;
        // A fourth and later one must be swallowed as well: the run stays one character long.
        return;
    }
    if is_han(c) && n >= 1 && out.chars[n - 1] == c && out.origin[n - 1].1 - out.origin[n - 1].0 > 2
    {
        let at = n - 1;
        out.origin[at].1 = origin.1;
        return;
    }
    out.chars.push(c);
    out.origin.push(origin);
}

fn strength(c: char) -> u8 {
    match c {
        '、' => 0,
        ',' => 1,
        '?' => 3,
        _ => 2,
    }
}

/// A blank between Chinese words parts clauses; between letters and after them it means nothing.
/// Blanks after every single character are a recogniser's habit.
fn space(chars: &[char], i: usize) -> Option<char> {
    let before = i.checked_sub(1).map(|j| chars[j]);
    let after = chars.get(i + 1).copied();
    let run_before = (0..i).rev().take_while(|j| chars[*j] != ' ').count();
    let run_after = chars[i + 1..].iter().take_while(|c| **c != ' ').count();
    match (before, after) {
        (Some(b), Some(a)) if is_han(b) && is_han(a) && run_before + run_after > 2 => Some(','),
        _ => None,
    }
}

/// How many characters to leave out at `i`.
fn skipped(chars: &[char], i: usize) -> usize {
    let rest = &chars[i..];
    let previous = i.checked_sub(1).map(|j| chars[j]);
    if starts(rest, "得慌") || starts(rest, "的慌") || starts(rest, "哩慌") {
        return if previous.is_some_and(|c| "疼酸麻胀痒沉坠硬".contains(c)) {
            2
        } else {
            0
        };
    }
    if rest[0] == '儿' {
        let kept_before =
            previous.is_none_or(|c| "女婴幼小胎少孤我俺咱你他她您大二三幺孩婴的,。、?".contains(c));
        let kept_after = rest.get(1).is_some_and(|c| "子童科媳歌女孙".contains(*c));
        return usize::from(!kept_before && !kept_after);
    }
    // A filler that is all of a clause may be an answer (「嗯」), so it stays.
    let open = previous.is_none_or(is_pause);
    for filler in FILLERS {
        if starts(rest, filler) {
            let n = filler.chars().count();
            let closed = rest.get(n).is_none_or(|c| is_pause(*c) || *c == ' ');
            let keeps = *filler == "那个"
                && rest
                    .get(n)
                    .is_some_and(|c| "地部位东来事时人方感病药月,。腿手脚".contains(*c));
            return if (open && closed) || keeps { 0 } else { n };
        }
    }
    0
}

const FILLERS: &[&str] = &[
    "嗯",
    "呃",
    "诶",
    "就是说",
    "怎么说呢",
    "那个啥",
    "那啥",
    "那个",
    "哎呀",
    "哎哟",
    "哎",
];

fn starts(rest: &[char], word: &str) -> bool {
    word.chars()
        .enumerate()
        .all(|(at, c)| rest.get(at) == Some(&c))
}

/// A character in its simplified form.
pub(super) fn simplified(c: char) -> char {
    SIMPLIFIED.get(&c).copied().unwrap_or(c)
}

/// A character as it looks after normalisation, where its length stays.
pub(super) fn spelt(c: char) -> char {
    match simple(c) {
        '\0' => c,
        other => other,
    }
}

/// One character in its one spelling; `\0` means "leave out", a blank is decided by its neighbours.
fn simple(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\t' => ' ',
        c => c,
    };
    match c {
        ',' | ':' | '(' | ')' | '"' | '“' | '”' | '「' | '」' | '【' | '】' | '[' | ']' | '<'
        | '>' | '《' | '》' => ',',
        '、' | '/' | '|' => '、',
        '。' | '!' | ';' | '~' | '…' | '\n' | '\r' | '—' | '～' => '。',
        '?' => '?',
        '痛' => '疼',
        '痠' => '酸',
        '痺' => '痹',
        '妳' => '你',
        // Perfective particles of Hunan and Canton do the work of 了.
        '哒' | '咗' => '了',
        '嘅' | '冇' | '唔' | '嚟' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' => ',',
        '\u{fe00}'..='\u{fe0f}' | '\u{200b}'..='\u{200f}' => '\0',
        c if c.is_control() => '\0',
        c if c.is_whitespace() => ' ',
        c if is_han(c) => match SIMPLIFIED.get(&c) {
            Some('痛') => '疼',
            Some(s) => *s,
            None => c,
        },
        c => c,
    }
}

/// Traditional → simplified, character by character; built once from the converter's own table.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    let Ok(converter) = OpenCC::from_config(BuiltinConfig::T2s) else {
        return map; // embedded tables; without them traditional text stays as it is
    };
    for c in '\u{3400}'..='\u{9fff}' {
        let mut buffer = [0u8; 4];
        let converted = converter.convert(c.encode_utf8(&mut buffer));
        let mut chars = converted.chars();
        if let (Some(first), None) = (chars.next(), chars.next())
            && first != c
        {
            map.insert(c, first);
        }
    }
    // The table may map in two steps; follow it, so that normalising twice changes nothing.
    let steps: Vec<(char, char)> = map
        .iter()
        .filter_map(|(from, to)| map.get(to).map(|end| (*from, *end)))
        .collect();
    map.extend(steps);
    map.retain(|from, to| from != to);
    map
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(normalise(text).text(), expected, "{text}");
    }

    #[test]
    fn spellings_become_one() {
        check("腰痛!!", "腰疼。");
        check("手腳痠麻", "手脚酸麻");
        check("腿疼得慌", "腿疼");
        check("脚尖儿麻", "脚尖麻");
        check("我女儿腰疼", "我女儿腰疼");
        check("疼疼疼疼疼", "疼");
        check("嗯腰,呃,有点疼", "腰,呃,有点疼");
        check("嗯", "嗯");
        check("疼8分", "疼8分");
        check("腰疼 腿麻", "腰疼,腿麻");
    }

    #[test]
    fn the_map_points_at_the_original_words() {
        let normal = normalise("我腰痛痛痛得慌");
        let (start, end) = normal.original(1, 3);
        assert_eq!(
            "我腰痛痛痛得慌"
                .chars()
                .skip(start)
                .take(end - start)
                .collect::<String>(),
            "腰痛痛痛"
        );
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,40}|[腰疼痛儿嗯得慌的那个 ,。!女腿]{0,24}") {
            let once = normalise(&text).text();
            prop_assert_eq!(normalise(&once).text(), once);
        }

        #[test]
        fn offsets_point_into_the_original(text in "\\PC{0,40}|[腰疼痛儿嗯得慌的那个 ,。!女腿]{0,24}") {
            let normal = normalise(&text);
            let length = text.chars().count();
            prop_assert_eq!(normal.chars.len(), normal.origin.len());
            prop_assert!(normal.origin.iter().all(|(s, e)| s < e && *e <= length));
            prop_assert!(normal.origin.windows(2).all(|w| w[0].0 <= w[1].0));
        }
    }
}
