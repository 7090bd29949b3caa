//! Refuses what a recogniser invents: loops, subtitles it has learnt, words out of noise, the echo of our own prompt.
//!
//! Confidence alone does not find loops: they are as sure as right texts. Limits are data, in `models/guard.toml`.

use std::collections::HashSet;

use serde::Deserialize;

use super::{Recognised, SpeechError};

/// The limits in use.
const LIMITS: &str = include_str!("../../models/guard.toml");

/// Why a text is not taken for the patient's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No words.
    Empty,
    /// The same over and over, or more text than anybody speaks in the time.
    Loop,
    /// Words the recogniser writes when there is nothing to hear.
    Invented,
    /// Noise, or speech that could not be made out.
    Unclear,
    /// Our own prompt, heard through the microphone.
    Echo,
    /// Another language.
    Foreign,
}

/// Judges recognised texts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    inventions: Vec<String>,
    most_tokens_a_second: f32,
    most_characters_a_second: f32,
    most_repeats: usize,
    least_confidence: f32,
    most_no_speech: f32,
    sure: f32,
    echo_share: f32,
    echo_length: usize,
}

impl Judge {
    /// With the limits of `models/guard.toml`.
    ///
    /// # Errors
    /// When that file is broken.
    pub fn new() -> Result<Self, SpeechError> {
        toml::from_str(LIMITS).map_err(|error| SpeechError::Recognise(error.to_string()))
    }

    /// Why a text must not count; nothing when it may. `prompt` is what was being said aloud meanwhile.
    pub fn doubt(&self, heard: &Recognised, prompt: Option<&str>) -> Option<Doubt> {
        let letters: Vec<char> = heard
            .text
            .chars()
            .filter(|sign| sign.is_alphanumeric())
            .collect();
        let han = letters.iter().filter(|sign| is_han(**sign)).count();
        let latin = letters
            .iter()
            .filter(|sign| sign.is_ascii_alphabetic())
            .count();
        let seconds = heard.sound.as_secs_f32().max(0.5);
        if letters.is_empty() {
            return Some(Doubt::Empty);
        }
        if self
            .inventions
            .iter()
            .any(|words| heard.text.contains(words.as_str()))
        {
            return Some(Doubt::Invented);
        }
        if heard.tokens as f32 > self.most_tokens_a_second * seconds + 4.0
            || letters.len() as f32 > self.most_characters_a_second * seconds + 4.0
            || longest_repeat(&letters) > self.most_repeats
        {
            return Some(Doubt::Loop);
        }
        // CT, MRI and CA199 are said; a sentence of English is not.
        if latin > 8 && latin > 2 * han {
            return Some(Doubt::Foreign);
        }
        if prompt.is_some_and(|prompt| self.is_echo(&letters, prompt)) {
            return Some(Doubt::Echo);
        }
        let unsure = heard.no_speech > self.most_no_speech && heard.confidence < self.sure;
        (unsure || heard.confidence < self.least_confidence).then_some(Doubt::Unclear)
    }

    /// Most pairs of neighbouring characters stand in the prompt, too. An answer repeats a word of it, not its run.
    fn is_echo(&self, letters: &[char], prompt: &str) -> bool {
        if letters.len() < self.echo_length {
            return false;
        }
        let spoken: Vec<char> = prompt
            .chars()
            .filter(|sign| sign.is_alphanumeric())
            .collect();
        let pairs: HashSet<&[char]> = spoken.windows(2).collect();
        let shared = letters
            .windows(2)
            .filter(|pair| pairs.contains(pair))
            .count();
        shared as f32 >= self.echo_share * (letters.len() - 1) as f32
    }
}

fn is_han(sign: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&sign)
}

/// How often one to four characters follow themselves at most.
fn longest_repeat(letters: &[char]) -> usize {
    let run = |size: usize, start: usize| {
        let unit = &letters[start..start + size];
        letters[start..]
            .chunks(size)
            .take_while(|chunk| chunk == &unit)
            .count()
    };
    (1..=4)
        .flat_map(|size| (0..(letters.len() + 1).saturating_sub(size)).map(move |at| (size, at)))
        .map(|(size, at)| run(size, at))
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn heard(text: &str, seconds: f32, confidence: f32) -> Recognised {
        Recognised {
            text: text.to_owned(),
            confidence,
            tokens: text.chars().count(),
            sound: Duration::from_secs_f32(seconds),
            ..Recognised::default()
        }
    }

    fn check(text: &str, seconds: f32, confidence: f32, expected: Option<Doubt>) {
        let judge = Judge::new().expect("the limits are well formed");
        assert_eq!(
            judge.doubt(&heard(text, seconds, confidence), None),
            expected,
            "{text}"
        );
    }

    #[test]
    fn plain_speech_is_taken() {
        check("腰疼三个月了,右腿发麻。", 3.0, 0.8, None);
        check("疼疼疼疼", 2.0, 0.7, None);
        check("没有", 0.6, 0.7, None);
        check("做过CT和MRI", 2.5, 0.7, None);
    }

    #[test]
    fn inventions_are_refused() {
        check("请不吝点赞 订阅 转发", 3.0, 0.9, Some(Doubt::Invented));
        check("谢谢观看", 1.0, 0.9, Some(Doubt::Invented));
        check("腰疼腰疼腰疼腰疼腰疼腰疼腰疼", 4.0, 0.95, Some(Doubt::Loop));
        check(
            "今天我们来讲一讲这个腰椎间盘突出的治疗方法有哪些",
            1.0,
            0.9,
            Some(Doubt::Loop),
        );
        check("Thank you for watching", 3.0, 0.9, Some(Doubt::Foreign));
        check("!!!", 3.0, 0.9, Some(Doubt::Empty));
        check("一二五七", 3.0, 0.2, Some(Doubt::Unclear));
    }

    #[test]
    fn words_out_of_noise_are_refused_only_where_the_recogniser_is_unsure() {
        let judge = Judge::new().expect("the limits are well formed");
        let noise = Recognised {
            no_speech: 0.8,
            ..heard("好的好的", 2.0, 0.5)
        };
        assert_eq!(judge.doubt(&noise, None), Some(Doubt::Unclear));
        let quiet = Recognised {
            no_speech: 0.8,
            ..heard("腿麻", 2.0, 0.8)
        };
        assert_eq!(judge.doubt(&quiet, None), None);
    }

    #[test]
    fn our_own_prompt_is_an_echo_and_an_answer_with_its_words_is_not() {
        let judge = Judge::new().expect("the limits are well formed");
        let prompt = "大小便有没有控制不住,或者尿不出来?";
        let doubt = |text| judge.doubt(&heard(text, 3.0, 0.9), Some(prompt));
        assert_eq!(doubt("大小便有没有控制不住或者尿"), Some(Doubt::Echo));
        assert_eq!(doubt("大小便正常没有控制不住的时候"), None);
        assert_eq!(doubt("没有"), None);
    }
}
