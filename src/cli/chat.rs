//! `jiwen chat`: the same conversation in a terminal. Reads lines from a pipe, too, so that a visit can be scripted.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use jiwen::domain::{Assessment, Channel, Consent, Opening, Reply, Said, Sex, Timestamp};
use jiwen::eval::{self, Dialogue};
use jiwen::interview::{self, Mind, State};
use jiwen::pathway;
use jiwen::record::{self, Audience, RecordMeta, Review};
use jiwen::service::Site;

/// What is known before the first word.
#[derive(clap::Args)]
pub struct ChatArguments {
    /// Play the patient of this script (TOML) instead of asking at the terminal.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Age in years.
    #[arg(long)]
    age: Option<f64>,
    /// `male` or `female`.
    #[arg(long, value_parser = |text: &str| Sex::parse(text))]
    sex: Option<Sex>,
    /// Region whose words are tried first.
    #[arg(long)]
    region: Option<String>,
    /// You ask for somebody else.
    #[arg(long)]
    for_other: bool,
}

/// Holds the conversation and prints the record that the doctor would get.
pub fn run(
    mind: &Mind,
    site: &Site,
    arguments: &ChatArguments,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    if let Some(path) = &arguments.script {
        let (visit, faults) = play(mind, path, out)?;
        show_record(mind, site, visit, out)?;
        anyhow::ensure!(
            faults.is_empty(),
            "{}: {}",
            path.display(),
            faults.join("; ")
        );
        return Ok(ExitCode::SUCCESS);
    }
    let visit = talk(mind, site, arguments, out)?;
    if visit.0.turn() > 0 {
        show_record(mind, site, visit, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The state at the end and the last decision.
type Visit = (State, Option<Assessment>);

fn show_record(
    mind: &Mind,
    site: &Site,
    (state, assessment): Visit,
    out: &mut dyn Write,
) -> Result<()> {
    let now = Timestamp::now();
    let age = state.case.age().or(state.opening.age);
    let assessment = assessment.map(|assessment| site.apply(assessment, age));
    let meta = RecordMeta {
        visit: "terminal".to_owned(),
        opened: now,
        created: now,
        hospital: site.hospital.clone(),
        plan: assessment
            .as_ref()
            .map(|decided| pathway::open(&mind.knowledge, decided, now)),
        assessment,
        review: Review::default(),
    };
    let record = record::build(mind, &state, &meta);
    writeln!(out, "\n{}", record::to_text(&record, Audience::Clinician))?;
    Ok(())
}

/// Plays a script and prints what was said; the second value is what did not come out as written.
fn play(mind: &Mind, path: &Path, out: &mut dyn Write) -> Result<(Visit, Vec<String>)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let script: Dialogue =
        toml::from_str(&text).with_context(|| format!("read {}", path.display()))?;
    let played = eval::play(mind, &script, Timestamp::now());
    writeln!(out, "== {}", script.title)?;
    show(&played.greeting, out)?;
    for exchange in &played.exchanges {
        writeln!(out, "> {}", exchange.said)?;
        show(&exchange.reply, out)?;
    }
    let faults = played.faults(&script.expect);
    Ok(((played.state, played.assessment), faults))
}

/// Talks until the visit ends or the input does; returns the state and the last decision.
fn talk(mind: &Mind, site: &Site, patient: &ChatArguments, out: &mut dyn Write) -> Result<Visit> {
    let opening = Opening {
        channel: Channel::Api,
        for_self: !patient.for_other,
        age: patient.age,
        sex: patient.sex,
        region: patient.region.clone(),
        patient_ref: None,
        consent: Consent {
            version: "terminal".to_owned(),
            scopes: vec!["triage".to_owned(), "record".to_owned()],
        },
    };
    let (mut state, mut reply) = interview::open(mind, &opening, Timestamp::now());
    let mut assessment = None;
    let mut lines = Lines::new();
    show(&reply, out)?;
    while !state.is_done() {
        let Some(line) = lines.next()? else { break };
        if line.trim().is_empty() {
            continue;
        }
        if !lines.echoes {
            writeln!(out, "> {line}")?;
        }
        let heard = mind.hear(&state, said(&line, &reply));
        let (next, answered, trace) = interview::step(mind, state, &heard, Timestamp::now());
        let now = Timestamp::now();
        let (told, applied) = site.carry_out(mind, &next, answered, trace.assessment.clone());
        let shown = site.advise(&mind.knowledge.prompts, told, Some(&applied), now);
        (state, reply, assessment) = (next, shown, Some(trace.assessment));
        show(&reply, out)?;
    }
    Ok((state, assessment))
}

/// A number picks an option; several are separated by commas or spaces. Anything else is what was said.
fn said(line: &str, reply: &Reply) -> Said {
    let Some(question) = reply
        .question
        .as_ref()
        .filter(|question| !question.options.is_empty())
    else {
        return Said::Text(line.to_owned());
    };
    let is_scale = question
        .options
        .first()
        .is_some_and(|option| option.id == "0");
    let picked: Option<Vec<String>> = line
        .split([',', ',', '、', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let number: usize = part.parse().ok()?;
            let index = if is_scale {
                number
            } else {
                number.checked_sub(1)?
            };
            question.options.get(index).map(|option| option.id.clone())
        })
        .collect();
    match picked {
        Some(ids) if !ids.is_empty() => Said::Choices(ids),
        _ => Said::Text(line.to_owned()),
    }
}

fn show(reply: &Reply, out: &mut dyn Write) -> Result<()> {
    writeln!(out)?;
    if let Some(alert) = &reply.alert {
        writeln!(out, "!! {} !!", alert.urgency.chinese())?;
    }
    writeln!(out, "{}", reply.text)?;
    if let Some(question) = &reply.question {
        let is_scale = question
            .options
            .first()
            .is_some_and(|option| option.id == "0");
        let shown: Vec<String> = question
            .options
            .iter()
            .enumerate()
            .map(|(index, option)| {
                if is_scale && option.id.parse::<u8>().is_ok() {
                    option.label.clone()
                } else {
                    format!(
                        "[{}] {}",
                        if is_scale { index } else { index + 1 },
                        option.label
                    )
                }
            })
            .collect();
        if !shown.is_empty() {
            writeln!(out, "  {}", shown.join("  "))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Lines from a person (with history and editing) or from a pipe.
struct Lines {
    editor: Option<rustyline::DefaultEditor>,
    echoes: bool,
}

impl Lines {
    fn new() -> Self {
        let editor = if std::io::stdin().is_terminal() {
            rustyline::DefaultEditor::new().ok()
        } else {
            None
        };
        Self {
            echoes: editor.is_some(),
            editor,
        }
    }

    fn next(&mut self) -> Result<Option<String>> {
        match &mut self.editor {
            Some(editor) => match editor.readline("> ") {
                Ok(line) => Ok(Some(line)),
                Err(
                    rustyline::error::ReadlineError::Eof
                    | rustyline::error::ReadlineError::Interrupted,
                ) => Ok(None),
                Err(error) => Err(error.into()),
            },
            None => {
                let mut line = String::new();
                let read = std::io::stdin().lock().read_line(&mut line)?;
                Ok((read > 0).then(|| line.trim_end().to_owned()))
            }
        }
    }
}
