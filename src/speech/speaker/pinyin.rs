//! Text to pinyin with tones, for a voice that cannot read characters. Readings of polyphones are data, in
//! `models/polyphones.toml`.

use std::collections::BTreeMap;

use chinese_number::{ChineseCase, ChineseCountMethod, ChineseVariant, NumberToChinese};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use pinyin::ToPinyin;
use serde::Deserialize;

use super::SpeechError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<String, String>,
    characters: BTreeMap<char, String>,
}

/// Reads characters.
pub struct Pinyin {
    finder: CharwiseDoubleArrayAhoCorasick<u32>,
    readings: Vec<String>,
    characters: BTreeMap<char, String>,
}

impl std::fmt::Debug for Pinyin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pinyin").finish_non_exhaustive()
    }
}

impl Pinyin {
    /// Reads the table and checks that each word has a reading for each of its characters.
    pub fn parse(table: &str) -> Result<Self, SpeechError> {
        let broken =
            |reason: String| SpeechError::Speak(format!("models/polyphones.toml: {reason}"));
        let table: Table = toml::from_str(table).map_err(|error| broken(error.to_string()))?;
        for (word, reading) in &table.words {
            if word.chars().count() != reading.split(' ').count() {
                return Err(broken(format!(
                    "`{word}` has {} readings",
                    reading.split(' ').count()
                )));
            }
        }
        let (words, readings): (Vec<String>, Vec<String>) = table.words.into_iter().unzip();
        let finder = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .map_err(|error| broken(error.to_string()))?;
        Ok(Self {
            finder,
            readings,
            characters: table.characters,
        })
    }

    /// Syllables with their tones, punctuation kept for its pauses.
    pub fn read(&self, text: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        for found in self.finder.leftmost_find_iter(text) {
            self.spell(&text[at..found.start()], &mut out);
            out.push_str(&self.readings[found.value() as usize]);
            out.push(' ');
            at = found.end();
        }
        self.spell(&text[at..], &mut out);
        out
    }

    fn spell(&self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits > 0 {
                let (number, after) = rest.split_at(digits);
                self.spell(&in_words(number, after), out);
                rest = after;
                // Between two numbers a dash means "to" and a dot is read.
                let mut next = after.chars();
                let between = match (next.next(), next.next()) {
                    (Some('-' | '~'), Some('0'..='9')) => "到",
                    (Some('.'), Some('0'..='9')) => "点",
                    _ => continue,
                };
                self.spell(between, out);
                rest = &after[1..];
                continue;
            }
            match (self.characters.get(&sign), sign.to_pinyin()) {
                (Some(reading), _) => out.push_str(reading),
                (None, Some(reading)) => {
                    let reading = reading.with_tone_num_end();
                    out.push_str(reading);
                    // The light tone has no number there, and espeak-ng wants one.
                    if !reading.ends_with(|end: char| end.is_ascii_digit()) {
                        out.push('5');
                    }
                }
                (None, None) => out.push_str(pause(sign)),
            }
            out.push(' ');
            rest = &rest[sign.len_utf8()..];
        }
    }
}

/// A number as it is spoken: 10 is 十, 2 of something is 两.
fn in_words(number: &str, after: &str) -> String {
    let counted = after.starts_with(['个', '天', '周', '年', '次', '条', '种', '只', '位']);
    match number.parse::<u32>() {
        Ok(2) if counted => "两".to_owned(),
        Ok(value) => value
            .to_chinese(
                ChineseVariant::Simple,
                ChineseCase::Lower,
                ChineseCountMethod::TenThousand,
            )
            .unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// What is no Chinese character: marks are pauses.
fn pause(sign: char) -> &'static str {
    match sign {
        '。' | '.' | '!' | '\u{ff01}' | '\n' => ".",
        '?' | '\u{ff1f}' => "?",
        ',' | '、' | ';' | ':' | '(' | ')' => ",",
        // The same in full width.
        '\u{ff0c}' | '\u{ff1b}' | '\u{ff1a}' | '\u{ff08}' | '\u{ff09}' => ",",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let pinyin = Pinyin::parse(include_str!("../../../models/polyphones.toml"))
            .expect("the table is well formed");
        let read = pinyin.read(text);
        let syllables: Vec<&str> = read.split_whitespace().collect();
        assert_eq!(syllables.join(" "), expected, "{text}");
    }

    #[test]
    fn polyphones_are_read_as_a_doctor_reads_them() {
        check("腰椎", "yao1 zhui1");
        check("大便小便", "da4 bian4 xiao3 bian4");
        check("再重复一遍", "zai4 chong2 fu4 yi1 bian4");
        check("疼得重吗", "teng2 de5 zhong4 ma5");
        check("睡觉的感觉", "shui4 jiao4 de5 gan3 jue2");
        check("马上打120。", "ma3 shang4 da3 yao1 er4 ling2 .");
        check("还在长个子吗?", "hai2 zai4 zhang3 ge4 zi5 ma5 ?");
    }

    #[test]
    fn numbers_are_read_as_they_are_spoken() {
        check("0到10分", "ling2 dao4 shi2 fen1");
        check("6-12周", "liu4 dao4 shi2 er4 zhou1");
        check("37.5度", "san1 shi2 qi1 dian3 wu3 du4");
        check("2个月,12天", "liang3 ge4 yue4 , shi2 er4 tian1");
        check("105", "yi1 bai3 ling2 wu3");
        check("第2.", "di4 er4 .");
    }
}
