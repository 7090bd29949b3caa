//! Reading a text aloud: recorded sentences where a hospital has them, otherwise espeak-ng through pinyin.
//!
//! espeak-ng is a program of its own (GPL-3.0) and is only called. It misreads Chinese characters and reads pinyin right,
//! so it gets pinyin. Where neither can speak, the text is on the screen all the same.

mod pinyin;
mod wave;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use super::SpeechError;

use pinyin::Pinyin;

/// Texts are read in one piece up to this many characters.
const LONGEST: usize = 400;

/// How it speaks.
#[derive(Debug, Clone)]
pub struct SpeakerSettings {
    /// Folder of recorded sentences, named as [`sentences`] names them.
    pub recorded: PathBuf,
    /// The program espeak-ng.
    pub espeak: PathBuf,
    /// Words per minute, 80–300.
    pub speed: u32,
    /// Loudness, 0–200; 100 is usual.
    pub volume: u32,
}

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// A person, recorded.
    Recorded,
    /// espeak-ng.
    Espeak,
}

impl Voice {
    /// Name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Espeak => "espeak",
        }
    }
}

/// Reads texts aloud.
#[derive(Debug)]
pub struct Speaker {
    settings: SpeakerSettings,
    pinyin: Pinyin,
    has_espeak: bool,
}

impl Speaker {
    /// Looks for its voices; `polyphones` is the content of `models/polyphones.toml`.
    ///
    /// # Errors
    /// When the table of readings is broken.
    pub fn new(settings: SpeakerSettings, polyphones: &str) -> Result<Self, SpeechError> {
        let version = Command::new(&settings.espeak)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        Ok(Self {
            pinyin: Pinyin::parse(polyphones)?,
            has_espeak: version.is_ok_and(|status| status.success()),
            settings,
        })
    }

    /// Whether any text can be spoken.
    pub fn can_speak(&self) -> bool {
        self.has_espeak
    }

    /// The text as a WAV file (16 bit, mono), or nothing where no voice has it. Blocks for some 50 ms.
    ///
    /// # Errors
    /// When a recorded file is broken or espeak-ng fails.
    pub fn speak(&self, text: &str) -> Result<Option<(Vec<u8>, Voice)>, SpeechError> {
        if let Some(wave) = self.recorded(text)? {
            return Ok(Some((wave, Voice::Recorded)));
        }
        if !self.has_espeak {
            return Ok(None);
        }
        self.espeak(text).map(|wave| Some((wave, Voice::Espeak)))
    }

    /// Recorded sentences, joined; nothing unless there is one for each.
    fn recorded(&self, text: &str) -> Result<Option<Vec<u8>>, SpeechError> {
        let files: Vec<PathBuf> = split(text)
            .map(|sentence| self.settings.recorded.join(file_name(sentence)))
            .collect();
        if files.is_empty() || !files.iter().all(|file| file.exists()) {
            return Ok(None);
        }
        let read =
            |file: &PathBuf| std::fs::read(file).map_err(|source| SpeechError::read(file, source));
        let waves = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        wave::join(&waves).map(Some)
    }

    fn espeak(&self, text: &str) -> Result<Vec<u8>, SpeechError> {
        let text: String = text.chars().take(LONGEST).collect();
        let failed = |reason: String| {
            SpeechError::Speak(format!("{}: {reason}", self.settings.espeak.display()))
        };
        let mut child = Command::new(&self.settings.espeak)
            .args(["-v", "cmn-latn-pinyin", "--stdout", "--stdin"])
            .args(["-s", &self.settings.speed.clamp(80, 300).to_string()])
            .args(["-a", &self.settings.volume.clamp(0, 200).to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        if let Some(mut input) = child.stdin.take() {
            input
                .write_all(self.pinyin.read(&text).as_bytes())
                .map_err(|error| failed(error.to_string()))?;
        }
        let output = child
            .wait_with_output()
            .map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(output.status.to_string()));
        }
        // espeak-ng does not know the length when it writes the head.
        wave::join(&[output.stdout])
    }
}

/// Sentences that may be recorded, each with the name of its file in the folder of recordings.
pub fn sentences<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<(String, String)> {
    let all: BTreeSet<&str> = texts.flat_map(split).collect();
    all.into_iter()
        .map(|sentence| (file_name(sentence), sentence.to_owned()))
        .collect()
}

/// A text at its full stops. A sentence is recorded once, whatever stands around it.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['。', '?', '!', '\u{ff1f}', '\u{ff01}', '\n'])
        .map(str::trim)
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
}

fn file_name(sentence: &str) -> String {
    let plain: String = sentence
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .collect();
    let digest = Sha256::digest(plain.as_bytes());
    let name: String = digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{name}.wav")
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLYPHONES: &str = include_str!("../../../models/polyphones.toml");

    fn speaker(folder: &std::path::Path, espeak: &str) -> Speaker {
        let settings = SpeakerSettings {
            recorded: folder.to_owned(),
            espeak: PathBuf::from(espeak),
            speed: 140,
            volume: 100,
        };
        Speaker::new(settings, POLYPHONES).expect("the table is well formed")
    }

    #[test]
    fn a_text_is_spoken_by_a_person_only_where_each_sentence_was_recorded() {
        let folder = tempfile::tempdir().expect("a folder");
        let speaker = speaker(folder.path(), "no-such-program");
        let text = "好,我记下了。小便和以前一样吗?";
        assert_eq!(
            speaker.speak(text).expect("no error"),
            None,
            "nobody can speak"
        );
        let wave = wave::write(&[1, 2, 3], 16_000);
        for (file, _) in sentences([text].into_iter()) {
            std::fs::write(folder.path().join(file), &wave).expect("it is written");
        }
        let (joined, voice) = speaker.speak(text).expect("no error").expect("a voice");
        assert_eq!(voice, Voice::Recorded);
        assert_eq!(joined, wave::write(&[1, 2, 3, 1, 2, 3], 16_000));
        assert_eq!(
            speaker.speak("小便和以前一样吗?还有呢?").expect("no error"),
            None
        );
    }

    #[test]
    fn espeak_speaks_where_it_is_installed() {
        let folder = tempfile::tempdir().expect("a folder");
        let speaker = speaker(folder.path(), "espeak-ng");
        if !speaker.can_speak() {
            eprintln!("skipped: espeak-ng is not installed");
            return;
        }
        let (wave, voice) = speaker
            .speak("您哪里最不舒服?")
            .expect("no error")
            .expect("a voice");
        assert_eq!(voice, Voice::Espeak);
        let seconds = (wave.len() - 44) as f32 / 2.0 / 22_050.0;
        assert!(
            (0.8..5.0).contains(&seconds),
            "{seconds} s for seven syllables"
        );
    }
}
