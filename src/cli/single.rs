//! `jiwen understand` and `jiwen triage`: JSONL of texts in, JSONL of findings or decisions out.

use anyhow::{Context as _, Result};
use jiwen::domain::{Assessment, Sex, Timestamp};
use jiwen::eval;
use jiwen::http::wire::Finding;
use jiwen::interview::Mind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::input::Line;

#[derive(Deserialize)]
struct Text {
    id: Value,
    text: String,
    /// The slot of the question that the text answers.
    slot: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    id: Value,
    text: String,
    age: Option<f64>,
    sex: Option<String>,
}

/// Findings of one line.
pub fn understand(mind: &Mind, line: &Line) -> Result<Value> {
    let text: Text = line.parse()?;
    let question = match &text.slot {
        None => None,
        Some(slot) => match eval::question_of(mind, slot) {
            Some(question) => Some(question),
            None => anyhow::bail!(
                "{}: `slot` is `{slot}`, which no question fills",
                line.place()
            ),
        },
    };
    let case = eval::case_of(mind, Timestamp::now(), &text.text, question, None, None);
    let assessment = eval::decide(mind, &case);
    let case = match question {
        // An answer that is not clear is asked again.
        Some(_) => case,
        None => eval::likelier_than_not(case),
    };
    Ok(json!({
        "id": text.id,
        "findings": Finding::list(case.findings, Timestamp::now(), &|concept| {
            mind.knowledge.name(concept).to_owned()
        }),
        "red_flags": red_flags(&assessment),
    }))
}

/// The decision from one line alone.
pub fn triage(mind: &Mind, line: &Line) -> Result<Value> {
    let message: Message = line.parse()?;
    let sex = message
        .sex
        .as_deref()
        .map(Sex::parse)
        .transpose()
        .with_context(|| line.place())?;
    if message.age.is_some_and(|age| !(0.0..=130.0).contains(&age)) {
        anyhow::bail!("{}: `age` must be 0 to 130", line.place());
    }
    let case = eval::case_of(
        mind,
        Timestamp::now(),
        &message.text,
        None,
        message.age,
        sex,
    );
    let assessment = eval::decide(mind, &case);
    Ok(json!({
        "id": message.id,
        "departments": assessment.departments.iter().map(|choice| &choice.name).collect::<Vec<_>>(),
        "urgency": assessment.urgency.as_str(),
        "route": assessment.route.id.as_str(),
        "red_flags": red_flags(&assessment),
        "reasons": super::explain::lines(&mind.knowledge, &assessment),
    }))
}

/// Flags raised, as the contract names them, each once.
fn red_flags(assessment: &Assessment) -> Vec<&str> {
    let mut ids: Vec<&str> = vec![];
    for flag in assessment.raised().filter(|flag| !flag.id.is_empty()) {
        if !ids.contains(&flag.id.as_str()) {
            ids.push(&flag.id);
        }
    }
    ids
}
