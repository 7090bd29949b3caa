//! whisper.cpp, set for short Mandarin utterances on two cores.
//!
//! The settings rest on measurements with the base model: a context cut to the utterance is three times as fast as the
//! full one at the same error rate; a prompt with clinical words put words into texts that nobody said; other
//! temperatures after a loop cost seconds and gave nonsense. So: greedy, no prompt, no second try.

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperError,
    WhisperState, WhisperTokenId,
};

use super::super::RATE;
use super::cores::free_cores;
use super::{Recognised, SpeechError, weights};

/// Whisper hears 30 seconds at once.
const LONGEST: usize = 30 * RATE;
/// Shorter sound is not recognised by whisper.cpp; silence is put behind it.
const SHORTEST: usize = RATE + RATE / 10;
/// Steps of the encoder per second of sound.
const STEPS: usize = 50;
/// Steps at least. Five real clips of 3 to 8 seconds had as many errors with 320 as with 512, in two thirds of the time.
const LEAST_STEPS: usize = 320;
/// Steps of 30 seconds.
const MOST_STEPS: usize = 1500;
/// A loop runs to the limit of tokens, so the limit grows with the sound. Clear speech has three to five a second.
const TOKENS_A_SECOND: usize = 8;

/// A loaded model with the memory for one recognition at a time.
pub struct Recogniser {
    state: WhisperState,
    most_threads: u32,
    first_special: WhisperTokenId,
}

impl std::fmt::Debug for Recogniser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recogniser").finish_non_exhaustive()
    }
}

impl Recogniser {
    /// Loads weights in whisper.cpp's form; `threads` cores are used at most while it works.
    ///
    /// # Errors
    /// When the file is missing, broken or no such model, or the processor is too old for this build.
    pub fn open(weights: &Path, threads: u32) -> Result<Self, SpeechError> {
        check_processor()?;
        weights::check_weights(weights)?;
        whisper_rs::install_logging_hooks();
        let broken = |error: WhisperError| SpeechError::Weights {
            path: weights.to_owned(),
            found: error.to_string(),
        };
        let context = WhisperContext::new_with_params(weights, WhisperContextParameters::default())
            .map_err(broken)?;
        if !context.is_multilingual() {
            return Err(SpeechError::Weights {
                path: weights.to_owned(),
                found: "an English-only model".to_owned(),
            });
        }
        Ok(Self {
            first_special: context.token_eot(),
            state: context.create_state().map_err(broken)?,
            most_threads: threads,
        })
    }

    /// Recognises up to 30 seconds of sound; what is longer is cut. `stop` is asked now and then.
    ///
    /// # Errors
    /// [`SpeechError::Stopped`] when `stop` says so; otherwise as whisper.cpp fails.
    pub fn recognise(
        &mut self,
        samples: &[f32],
        stop: impl Fn() -> bool + 'static,
    ) -> Result<Recognised, SpeechError> {
        let started = Instant::now();
        let heard = &samples[..samples.len().min(LONGEST)];
        let sound = Duration::from_secs_f64(heard.len() as f64 / RATE as f64);
        if heard.is_empty() {
            return Ok(Recognised::default());
        }
        let mut padded = heard.to_vec();
        padded.resize(heard.len().max(SHORTEST), 0.0);
        let stop = std::rc::Rc::new(stop);
        let asked = std::rc::Rc::clone(&stop);
        let mut parameters = self.parameters(heard.len());
        // whisper-rs calls the closure through a pointer to a boxed one, so a boxed one is what it must get.
        parameters
            .set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(Some(
                Box::new(move || asked()) as Box<dyn FnMut() -> bool>,
            ));
        let done = self.state.full(parameters, &padded);
        if stop() {
            return Err(SpeechError::Stopped);
        }
        done.map_err(|error| SpeechError::Recognise(error.to_string()))?;
        let mut recognised = self.read_text();
        (recognised.sound, recognised.elapsed) = (sound, started.elapsed());
        Ok(recognised)
    }

    fn parameters<'p>(&self, samples: usize) -> FullParams<'p, 'p> {
        let mut parameters = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        parameters.set_n_threads(i32::try_from(free_cores(self.most_threads)).unwrap_or(1));
        // Never `yue`: the base model has no token for it and would translate.
        parameters.set_language(Some("zh"));
        parameters.set_no_timestamps(true);
        parameters.set_single_segment(true);
        parameters.set_no_context(true);
        parameters.set_temperature_inc(0.0);
        parameters.set_suppress_nst(true);
        parameters.set_print_special(false);
        parameters.set_print_progress(false);
        parameters.set_print_realtime(false);
        parameters.set_print_timestamps(false);
        let steps = (samples * STEPS).div_ceil(RATE);
        let steps = (steps + steps * 3 / 10)
            .max(LEAST_STEPS)
            .next_multiple_of(64);
        parameters.set_audio_ctx(steps.min(MOST_STEPS) as i32);
        parameters
            .set_max_tokens((TOKENS_A_SECOND * samples.div_ceil(RATE) + TOKENS_A_SECOND) as i32);
        parameters
    }

    fn read_text(&self) -> Recognised {
        let (mut bytes, mut spans, mut logs) = (vec![], vec![], vec![]);
        let mut no_speech = 0.0_f32;
        for segment in self.state.as_iter() {
            no_speech = no_speech.max(segment.no_speech_probability());
            for token in (0..segment.n_tokens()).filter_map(|at| segment.get_token(at)) {
                if token.token_id() >= self.first_special {
                    continue;
                }
                let start = bytes.len();
                bytes.extend_from_slice(token.to_bytes().unwrap_or_default());
                let probability = token.token_probability().clamp(1e-6, 1.0);
                spans.push((start..bytes.len(), probability));
                logs.push(probability.ln());
            }
        }
        let raw = String::from_utf8_lossy(&bytes).into_owned();
        let text = simplify(raw.trim());
        let same_length = text.chars().count() == raw.chars().count();
        let mean = logs.iter().sum::<f32>() / logs.len().max(1) as f32;
        Recognised {
            words: if same_length {
                words(&raw, &spans)
            } else {
                vec![]
            },
            text,
            confidence: if logs.is_empty() { 0.0 } else { mean.exp() },
            tokens: logs.len(),
            no_speech,
            ..Recognised::default()
        }
    }
}

/// Spans of bytes to spans of characters. A character may be made of several tokens; its least probability counts.
fn words(text: &str, spans: &[(Range<usize>, f32)]) -> Vec<(Range<usize>, f32)> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut found: Vec<(Range<usize>, f32)> = vec![];
    for (span, probability) in spans {
        let first = starts
            .partition_point(|at| *at <= span.start)
            .saturating_sub(1);
        let end = starts.partition_point(|at| *at < span.end);
        match found.last_mut() {
            Some((last, least)) if first < last.end => {
                *least = least.min(*probability);
                last.end = last.end.max(end);
            }
            _ => found.push((first..end, *probability)),
        }
    }
    found
}

/// Whisper writes traditional characters as often as not.
fn simplify(text: &str) -> String {
    static CONVERTER: LazyLock<Option<OpenCC>> =
        LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
    CONVERTER
        .as_ref()
        .map_or_else(|| text.to_owned(), |converter| converter.convert(text))
}

/// whisper.cpp chooses its instructions when it is built (`.cargo/config.toml`). On an older processor it would die.
fn check_processor() -> Result<(), SpeechError> {
    #[cfg(target_arch = "x86_64")]
    if option_env!("GGML_AVX2") != Some("OFF") {
        let has = [
            ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
            ("FMA", std::arch::is_x86_feature_detected!("fma")),
            ("F16C", std::arch::is_x86_feature_detected!("f16c")),
        ];
        if let Some((name, _)) = has.into_iter().find(|(_, here)| !here) {
            return Err(SpeechError::Processor(name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_of_two_tokens_has_the_lesser_probability() {
        let text = "腰疼";
        let spans = [(0..2, 0.9), (2..3, 0.2), (3..6, 0.8)];
        assert_eq!(words(text, &spans), [(0..1, 0.2), (1..2, 0.8)]);
    }

    #[test]
    fn traditional_characters_are_simplified() {
        assert_eq!(simplify("腰間盤突出壓迫神經"), "腰间盘突出压迫神经");
    }
}
