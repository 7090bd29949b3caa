//! `jiwen eval`: runs a set, prints the table, writes the report.

use std::path::Path;

use anyhow::{Context, Result};
use jiwen::eval::{self, Answers, Manner, Rate, Speech};
use jiwen::interview::{Mind, Skill};
use jiwen::search::Embed;
use serde_json::{Value, json};

/// Which kind of set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Whole patients.
    Vignettes,
    /// Phrases with their terms.
    Phrases,
    /// Messages with their department.
    Departments,
    /// Answers to questions with their option.
    Answers,
    /// Patients who digress, do not know and correct themselves: does every visit end?
    Walks,
    /// Phrases put before each other: how near must a clause be to an accepted phrase to mean the same? Needs the encoder.
    Alike,
}

/// Walks over the vignettes of a file.
const WALKS: usize = 5000;
/// Seed of the first walk; the next has the next number.
const SEED: u64 = 20_261_127;

/// Runs a set; returns the table and the report. With `every`, vignettes without a miss are listed, too.
pub fn run(
    mind: &Mind,
    kind: Kind,
    file: &Path,
    manner: Manner,
    every: bool,
    encoder: Option<&dyn Embed>,
) -> Result<(Vec<(String, String)>, Value)> {
    let (table, summary, misses) = match kind {
        Kind::Vignettes => {
            let (summary, outcomes) = eval::vignettes(mind, &eval::read(file)?, manner);
            let misses: Vec<Value> = outcomes
                .iter()
                .filter(|outcome| every || outcome.miss().is_some())
                .map(|outcome| {
                    let miss = outcome.miss();
                    let cause = miss.as_ref().map(|_| outcome.cause());
                    json!({"miss": miss, "cause": cause, "outcome": outcome})
                })
                .collect();
            (
                vignette_table(&summary),
                serde_json::to_value(&summary),
                misses,
            )
        }
        Kind::Phrases => {
            let (summary, misses) = eval::phrases(mind, &eval::read(file)?, manner);
            (
                phrase_table(&summary),
                serde_json::to_value(&summary),
                texts(misses),
            )
        }
        Kind::Departments => {
            let (summary, misses) = eval::departments(mind, &eval::read(file)?, manner);
            (
                department_table(&summary),
                serde_json::to_value(&summary),
                texts(misses),
            )
        }
        Kind::Answers => {
            let (summary, misses) = eval::answers(mind, &eval::read(file)?);
            (
                answer_table(&summary),
                serde_json::to_value(&summary),
                texts(misses),
            )
        }
        Kind::Walks => {
            let summary = eval::walks(mind, &eval::read(file)?, WALKS, SEED);
            let faults = texts(summary.faults.clone());
            (walk_table(&summary), serde_json::to_value(&summary), faults)
        }
        Kind::Alike => {
            let encoder = encoder.context("compare phrases: there is no encoder")?;
            let (rows, examples) = eval::alike(mind, encoder, &eval::read(file)?)?;
            (
                alike_table(&rows, examples),
                serde_json::to_value(&rows),
                vec![],
            )
        }
    };
    let mut report = json!({
        "set": file.file_name().map(|name| name.to_string_lossy().into_owned()),
        "answers": if manner.answers == Answers::Text { "text" } else { "choices" },
        "knowledge_version": mind.version(),
        "software_version": env!("CARGO_PKG_VERSION"),
        "summary": summary.context("write the summary")?,
        "misses": misses,
    });
    if manner.speech != Speech::None {
        report["speech"] = format!("{:?}", manner.speech).to_lowercase().into();
        report["mistaken"] = manner.mistaken.into();
    }
    Ok((table, report))
}

/// Says in the report what was left out, if anything was.
pub fn note_left_out(report: &mut Value, skills: &[Skill]) {
    let values = skills.iter().filter_map(clap::ValueEnum::to_possible_value);
    let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
    if !names.is_empty() {
        report["without"] = names.into();
    }
}

fn texts(lines: Vec<String>) -> Vec<Value> {
    lines
        .into_iter()
        .map(|line| json!({ "miss": line }))
        .collect()
}

fn row(name: &str, rate: Rate) -> (String, String) {
    (name.to_owned(), rate.to_string())
}

fn alike_table(rows: &[eval::AlikeRow], examples: usize) -> Vec<(String, String)> {
    let head = ("examples".to_owned(), examples.to_string());
    let rows = rows.iter().flat_map(|one| {
        [
            row(&format!("cosine {:.2} precision", one.least), one.precision),
            row("            recall", one.recall),
        ]
    });
    std::iter::once(head).chain(rows).collect()
}

fn vignette_table(s: &eval::Summary) -> Vec<(String, String)> {
    let (median, p90, most) = s.questions;
    let mut rows = vec![
        ("vignettes".to_owned(), s.cases.to_string()),
        row("red-flag sensitivity", s.sensitivity),
        row("red-flag specificity", s.specificity),
        row("under-triage", s.under_triage),
        row("over-triage", s.over_triage),
        row("hazardous misses", s.hazardous),
        (
            "  their rate is below (one-sided 95 %)".to_owned(),
            format!("{:5.1} %", 100.0 * s.hazardous_below),
        ),
        row("department first choice", s.department),
        row("route", s.route),
        row("term precision", s.term_precision),
        row("term recall", s.term_recall),
        ("term F1".to_owned(), format!("{:.3}", s.term_f1)),
        row("negation", s.negation),
        (
            "questions median / p90 / max".to_owned(),
            format!("{median} / {p90} / {most}"),
        ),
        row("slots asked of facts", s.slots),
        row("ended by itself", s.ended),
        row("chain without a gap", s.chains),
        row("replays identically", s.replays),
    ];
    rows.extend(s.speech.iter().flat_map(speech_rows));
    rows.extend(
        s.by_flag
            .iter()
            .map(|(flag, rate)| row(&format!("  {flag}"), *rate)),
    );
    rows
}

fn speech_rows(s: &eval::SpeechSummary) -> Vec<(String, String)> {
    let (median, p90, most) = s.confirmations;
    let total = &s.total;
    let count = |name: &str, n: u32| (format!("  {name}"), n.to_string());
    vec![
        count("utterances", total.utterances),
        count("taken at once", total.taken),
        count("confirmations", total.confirmations),
        (
            "  confirmations a visit, median / p90 / max".to_owned(),
            format!("{median} / {p90} / {most}"),
        ),
        count("said no to", total.refused),
        count("said yes to by mistake", total.mistaken),
        count("asked for again", total.again),
        count("tapped after two failures", total.taps),
        count("first words lost", total.lost),
        row(
            "wrong sign of danger at any turn",
            s.patients_with_wrong_safety,
        ),
        count("turns with a wrong sign present", total.wrong_present),
        count("turns with a wrong sign absent", total.wrong_absent),
        count("of both, not confirmed", total.wrong_unconfirmed),
    ]
}

fn walk_table(s: &eval::WalkSummary) -> Vec<(String, String)> {
    let mut rows = vec![
        ("walks".to_owned(), s.walks.to_string()),
        row("ended by itself", s.ended),
        ("  with a decision".to_owned(), s.decided.to_string()),
        row("cauda equina questions put or known", s.cauda_equina),
        row("chain without a gap", s.chains),
        ("turns of the longest".to_owned(), s.longest.to_string()),
    ];
    rows.extend(
        s.faults
            .iter()
            .take(20)
            .map(|line| ("  fault".to_owned(), line.clone())),
    );
    rows
}

fn phrase_table(s: &eval::PhraseSummary) -> Vec<(String, String)> {
    let mut rows = vec![
        ("phrases".to_owned(), s.cases.to_string()),
        row("term precision", s.precision),
        row("term recall", s.recall),
        ("term F1".to_owned(), format!("{:.3}", s.f1)),
        row("negation", s.negation),
        row("denied taken as present", s.negation_inverted),
        row("side", s.side),
    ];
    rows.extend(
        s.by_region
            .iter()
            .map(|(region, f1)| (format!("  F1 {region}"), format!("{f1:.3}"))),
    );
    if !s.unknown_names.is_empty() {
        rows.push((
            "names not in the graph".to_owned(),
            s.unknown_names.len().to_string(),
        ));
    }
    rows
}

fn answer_table(s: &eval::AnswerSummary) -> Vec<(String, String)> {
    vec![
        ("answers".to_owned(), s.cases.to_string()),
        row("option meant", s.right),
        row("option meant, or asked again", s.right_or_asked_again),
        row("safety questions", s.safety_right),
        row(
            "safety questions, or asked again",
            s.safety_right_or_asked_again,
        ),
        row("sign taken as denial", s.sign_taken_as_denial),
        (
            "unknown question or option".to_owned(),
            s.unknown.to_string(),
        ),
    ]
}

fn department_table(s: &eval::DepartmentSummary) -> Vec<(String, String)> {
    let mut rows = vec![
        ("messages".to_owned(), s.cases.to_string()),
        row("first department", s.first),
        row("among the two shown", s.shown),
    ];
    rows.extend(
        s.by_department
            .iter()
            .map(|(name, rate)| row(&format!("  {name}"), *rate)),
    );
    rows
}
