//! Where a patient's speech begins and ends, from the detector's opinion of every 16 ms. Keeps the sound of the utterance.
//!
//! A short pause is reported before the end is certain, so that recognising can begin while the silence is waited for.

use std::collections::VecDeque;

use super::{Detector, FRAME, RATE};

/// Frames of the window in which a beginning is looked for.
const WINDOW: usize = 8;
/// Kept before the beginning and after the end.
const MARGIN_MS: usize = 200;
/// Shorter speech is a cough or a click.
const SHORTEST_MS: usize = 250;
/// After this much silence recognising may begin.
const PAUSE_MS: usize = 200;
/// One utterance at most; the recogniser hears 30 seconds.
const LONGEST_MS: usize = 28_000;

/// How patient the listener is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Silence that ends an utterance, in ms.
    pub end_silence_ms: usize,
    /// A prompt is playing: only clear speech counts, since the microphone hears the prompt, too.
    pub strict: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            end_silence_ms: 500,
            strict: false,
        }
    }
}

/// What the listener noticed.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// Somebody began to speak, this many ms ago.
    Started {
        /// Between the first sound of it and now.
        ms: usize,
    },
    /// A pause that may be the end; the utterance so far.
    Paused(Vec<f32>),
    /// It was not the end.
    Resumed,
    /// The utterance is over. The sound is the one of the last pause unless it was cut for its length.
    Ended(Vec<f32>),
    /// What had begun was too short to be speech.
    Dropped,
}

/// Follows one stream of sound.
#[derive(Debug, Default)]
pub struct Turns {
    detector: Detector,
    /// Samples that do not fill a frame yet.
    rest: Vec<i16>,
    /// Opinions on the last frames.
    recent: VecDeque<f32>,
    /// Sound before the beginning, then the utterance.
    sound: VecDeque<i16>,
    speaking: bool,
    paused: bool,
    /// Frames with speech in the utterance.
    voiced: usize,
    /// Frames without since the last one with.
    silent: usize,
}

impl Turns {
    /// Hears samples of 16 kHz, any number of them.
    pub fn hear(&mut self, samples: &[i16], pace: Pace) -> Vec<TurnEvent> {
        self.rest.extend_from_slice(samples);
        let mut events = vec![];
        let whole = self.rest.len() / FRAME * FRAME;
        let frames: Vec<i16> = self.rest.drain(..whole).collect();
        for frame in frames.chunks_exact(FRAME) {
            let voice = self.detector.voice(frame);
            self.sound.extend(frame);
            events.extend(self.judge(voice, pace));
        }
        events
    }

    /// Ends the utterance now, if there is one: the microphone was closed.
    pub fn finish(&mut self) -> Option<Vec<f32>> {
        let over = (self.speaking && self.voiced >= frames(SHORTEST_MS)).then(|| self.utterance());
        self.reset();
        over
    }

    /// The utterance so far; empty while nobody speaks.
    pub fn so_far(&self) -> Vec<f32> {
        if self.speaking {
            self.utterance()
        } else {
            vec![]
        }
    }

    /// Samples of the utterance so far.
    pub fn samples(&self) -> usize {
        if self.speaking { self.sound.len() } else { 0 }
    }

    /// Whether an utterance was cut for its length.
    pub fn is_cut(sound: &[f32]) -> bool {
        sound.len() >= LONGEST_MS * RATE / 1000
    }

    /// Whether somebody is speaking.
    pub fn is_speaking(&self) -> bool {
        self.speaking
    }

    fn judge(&mut self, voice: f32, pace: Pace) -> Option<TurnEvent> {
        let threshold = if pace.strict { 0.8 } else { 0.5 };
        let voiced = voice >= threshold;
        self.recent.push_back(voice);
        if self.recent.len() > WINDOW {
            self.recent.pop_front();
        }
        if !self.speaking {
            return self.look_for_start(threshold);
        }
        if voiced {
            self.voiced += 1;
            self.silent = 0;
            if self.sound.len() >= LONGEST_MS * RATE / 1000 {
                let utterance = self.utterance();
                self.reset();
                return Some(TurnEvent::Ended(utterance));
            }
            return std::mem::take(&mut self.paused).then_some(TurnEvent::Resumed);
        }
        self.silent += 1;
        if self.silent >= frames(pace.end_silence_ms) {
            let enough = self.voiced >= frames(SHORTEST_MS);
            let utterance = self.utterance();
            self.reset();
            return Some(if enough {
                TurnEvent::Ended(utterance)
            } else {
                TurnEvent::Dropped
            });
        }
        let pause = PAUSE_MS.min(pace.end_silence_ms / 2);
        if !self.paused && self.silent >= frames(pause) && self.voiced >= frames(SHORTEST_MS) {
            self.paused = true;
            return Some(TurnEvent::Paused(self.utterance()));
        }
        None
    }

    /// Three quarters of the last eight frames (128 ms) hold speech.
    fn look_for_start(&mut self, threshold: f32) -> Option<TurnEvent> {
        let keep = (MARGIN_MS * RATE / 1000) + WINDOW * FRAME;
        let surplus = self.sound.len().saturating_sub(keep);
        self.sound.drain(..surplus);
        let voiced = self
            .recent
            .iter()
            .filter(|voice| **voice >= threshold)
            .count();
        if voiced * 4 < WINDOW * 3 {
            return None;
        }
        self.speaking = true;
        self.voiced = voiced;
        self.silent = 0;
        let first = self.recent.iter().position(|voice| *voice >= threshold);
        let ms = (self.recent.len() - first.unwrap_or_default()) * FRAME * 1000 / RATE;
        Some(TurnEvent::Started { ms })
    }

    /// The sound from 200 ms before the beginning to 200 ms after the last speech.
    fn utterance(&self) -> Vec<f32> {
        let tail = (self.silent * FRAME).saturating_sub(MARGIN_MS * RATE / 1000);
        let length = self.sound.len() - tail.min(self.sound.len());
        let sample = |sample: &i16| f32::from(*sample) / 32_768.0;
        self.sound.iter().take(length).map(sample).collect()
    }

    fn reset(&mut self) {
        self.sound.clear();
        self.recent.clear();
        (self.speaking, self.paused, self.voiced, self.silent) = (false, false, 0, 0);
    }
}

fn frames(ms: usize) -> usize {
    (ms * RATE / 1000).div_ceil(FRAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds opinions instead of sound: (probability, ms).
    fn follow(opinions: &[(f32, usize)], pace: Pace) -> Vec<(usize, String)> {
        let mut turns = Turns::default();
        let (mut at, mut found) = (0, vec![]);
        for (voice, ms) in opinions {
            for _ in 0..frames(*ms) {
                at += 1;
                turns.sound.extend([0; FRAME]);
                let name = match turns.judge(*voice, pace) {
                    Some(TurnEvent::Started { .. }) => "started",
                    Some(TurnEvent::Paused(_)) => "paused",
                    Some(TurnEvent::Resumed) => "resumed",
                    Some(TurnEvent::Ended(_)) => "ended",
                    Some(TurnEvent::Dropped) => "dropped",
                    None => continue,
                };
                found.push((at * FRAME * 1000 / RATE, name.to_owned()));
            }
        }
        found
    }

    fn names(found: &[(usize, String)]) -> Vec<&str> {
        found.iter().map(|(_, name)| name.as_str()).collect()
    }

    #[test]
    fn speech_is_noticed_within_150_ms() {
        let found = follow(&[(0.0, 500), (0.9, 400)], Pace::default());
        assert_eq!(names(&found), ["started"]);
        assert!(found[0].0 <= 500 + 16 + 150, "noticed at {} ms", found[0].0);
    }

    #[test]
    fn an_utterance_ends_after_the_silence_asked_for() {
        let pace = Pace {
            end_silence_ms: 800,
            ..Pace::default()
        };
        let found = follow(&[(0.9, 1000), (0.1, 1000)], pace);
        assert_eq!(names(&found), ["started", "paused", "ended"]);
        assert!(
            (1800..1900).contains(&found[2].0),
            "ended at {} ms",
            found[2].0
        );
    }

    #[test]
    fn a_breath_is_no_end() {
        let found = follow(
            &[(0.9, 600), (0.1, 300), (0.9, 600), (0.1, 600)],
            Pace::default(),
        );
        assert_eq!(
            names(&found),
            ["started", "paused", "resumed", "paused", "ended"]
        );
    }

    #[test]
    fn a_cough_is_dropped() {
        let found = follow(&[(0.9, 160), (0.0, 800)], Pace::default());
        assert_eq!(names(&found), ["started", "dropped"]);
    }

    #[test]
    fn while_a_prompt_plays_only_clear_speech_counts() {
        let pace = Pace {
            strict: true,
            ..Pace::default()
        };
        assert!(follow(&[(0.7, 1000)], pace).is_empty());
        assert_eq!(names(&follow(&[(0.9, 400)], pace)), ["started"]);
    }

    #[test]
    fn nobody_talks_for_more_than_28_seconds_in_one_piece() {
        let found = follow(&[(0.9, 60_000)], Pace::default());
        assert_eq!(
            names(&found),
            ["started", "ended", "started", "ended", "started"]
        );
    }
}
