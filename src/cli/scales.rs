//! `jiwen scales`: which scales may be used, and scoring of answers. For the hospital's staff: names of ranges are shown.

use std::io::Write;

use anyhow::{Context, Result, anyhow, bail};
use jiwen::domain::{Timestamp, day_of};
use jiwen::knowledge::{ScaleDef, Scales, Switch};
use jiwen::pathway::{change, score};
use serde_json::{Value, json};

/// What is asked for.
#[derive(clap::Subcommand)]
pub enum ScalesCommand {
    /// List the scales, and whether each may be used here.
    List,
    /// Score answers in the order of the items; `-` is an item left out.
    Score {
        /// Id of the scale (`ODI`).
        id: String,
        /// One answer for each item.
        #[arg(required = true, allow_hyphen_values = true)]
        answers: Vec<String>,
        /// An earlier score of the same scale, to compare with; give it before the id.
        #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
        before: Option<f64>,
    },
}

/// Does it.
pub fn run(
    scales: &Scales,
    command: &ScalesCommand,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<()> {
    match command {
        ScalesCommand::List => list(scales, as_json, out),
        ScalesCommand::Score {
            id,
            answers,
            before,
        } => {
            let value = scored(scales, id, answers, *before)?;
            if as_json {
                writeln!(out, "{value}")?;
            } else {
                let fields = value.as_object().into_iter().flatten();
                for (name, value) in fields.filter(|(_, value)| !value.is_null()) {
                    writeln!(out, "{name:<12} {}", plain(value))?;
                }
            }
            Ok(())
        }
    }
}

fn list(scales: &Scales, as_json: bool, out: &mut dyn Write) -> Result<()> {
    let today = day_of(Timestamp::now());
    for def in &scales.defs {
        let why = match scales.switch(def, today) {
            Switch::On => None,
            Switch::Off(why) => Some(why),
        };
        let on = if why.is_none() { "on" } else { "off" };
        if as_json {
            let line = json!({
                "id": def.id, "name": def.name, "items": def.items().count(),
                "on": why.is_none(), "why": why, "licence": def.licence,
            });
            writeln!(out, "{line}")?;
        } else {
            let why = why.unwrap_or_default();
            writeln!(out, "{:<10} {on:<4} {} {why}", def.id, def.name)?;
        }
    }
    Ok(())
}

fn scored(scales: &Scales, id: &str, answers: &[String], before: Option<f64>) -> Result<Value> {
    let def = find(scales, id)?;
    let now = Timestamp::now();
    if let Switch::Off(why) = scales.switch(def, day_of(now)) {
        bail!("`{id}` is off: {why}");
    }
    let answers = answers
        .iter()
        .enumerate()
        .map(|(index, text)| match text.as_str() {
            "-" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| anyhow!("answer {} must be a number or -, got {text}", index + 1)),
        })
        .collect::<Result<Vec<Option<i64>>>>()?;
    let form = scales.forms.get(id);
    let values = form.and_then(|form| form.values.as_ref());
    let score = score(def, &answers, values).with_context(|| format!("score `{id}`"))?;
    let compared = before.zip(score.value);
    let compared = compared.map(|(before, now)| change(def, before, now));
    Ok(json!({
        "scale": id,
        "version": form.map(|form| &form.version),
        "day": day_of(now).to_string(),
        "score": score.value,
        "percent": score.percent,
        "profile": score.profile,
        "utility": score.utility,
        "values": values.map(|values| &values.source),
        "band": score.band,
        "answered": score.answered,
        "items": score.items,
        "change": compared.as_ref().map(|one| one.difference),
        "change_percent": compared.as_ref().and_then(|one| one.percent),
        "meaningful": compared.as_ref().and_then(|one| one.is_meaningful),
        "recovery_percent": compared.as_ref().and_then(|one| one.recovery),
    }))
}

fn find<'s>(scales: &'s Scales, id: &str) -> Result<&'s ScaleDef> {
    scales.get(id).ok_or_else(|| {
        let known: Vec<&str> = scales.defs.iter().map(|def| def.id.as_str()).collect();
        anyhow!("unknown scale `{id}`; there are {}", known.join(", "))
    })
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
