//! Scripted visits (`tests/dialogues/*.toml`): what is said, and what must come of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Assertion, Assessment, Channel, Consent, Opening, Reply, Said, Sex, Timestamp,
};
use crate::interview::{self, Mind, State};

/// A scripted visit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialogue {
    /// What it shows.
    pub title: String,
    /// Years.
    pub age: Option<f64>,
    /// `male` or `female`.
    pub sex: Option<String>,
    /// Region whose words come first.
    pub region: Option<String>,
    /// A relative is asking.
    #[serde(default)]
    pub for_other: bool,
    /// First message.
    pub opening: String,
    /// What is said when this question is asked; with `=` in front, the option tapped.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// What is said to any other question.
    pub otherwise: String,
    /// What must come of it.
    #[serde(default)]
    pub expect: Expected,
}

/// What must come of a scripted visit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Concepts present.
    #[serde(default)]
    pub present: Vec<String>,
    /// Concepts denied.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Concepts that must not be present.
    #[serde(default)]
    pub not_present: Vec<String>,
    /// Sides by concept.
    #[serde(default)]
    pub side: BTreeMap<String, String>,
    /// Flags raised, all of them.
    pub red_flags: Option<Vec<String>>,
    /// Urgency.
    pub urgency: Option<String>,
    /// First department.
    pub department: Option<String>,
    /// Route.
    pub route: Option<String>,
    /// Questions that must have been asked.
    #[serde(default)]
    pub asked: Vec<String>,
    /// Questions that must not have been asked.
    #[serde(default)]
    pub not_asked: Vec<String>,
    /// Most questions.
    pub at_most: Option<u32>,
}

/// One exchange.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What the patient said or tapped.
    pub said: String,
    /// What was answered.
    pub reply: Reply,
}

/// How a scripted visit went.
#[derive(Debug, Clone)]
pub struct Played {
    /// The greeting.
    pub greeting: Reply,
    /// Exchanges in order.
    pub exchanges: Vec<Exchange>,
    /// The state at the end.
    pub state: State,
    /// The decision at the end.
    pub assessment: Option<Assessment>,
}

const TURN_LIMIT: usize = 60;

/// Plays a script.
pub fn play(mind: &Mind, script: &Dialogue, now: Timestamp) -> Played {
    let opening = Opening {
        channel: Channel::Api,
        for_self: !script.for_other,
        age: script.age,
        sex: script.sex.as_deref().and_then(|sex| Sex::parse(sex).ok()),
        region: script.region.clone(),
        patient_ref: None,
        consent: Consent::default(),
    };
    let (mut state, greeting) = interview::open(mind, &opening, now);
    let mut exchanges = vec![];
    let mut assessment = None;
    let mut said = script.opening.clone();
    while !state.is_done() && exchanges.len() < TURN_LIMIT {
        let heard = mind.hear(&state, heard(&said));
        let (next, reply, trace) = interview::step(mind, state, &heard, now);
        state = next;
        assessment = Some(trace.assessment);
        let shown = shown(mind, exchanges.last(), &greeting, &said);
        let answer = reply
            .question
            .as_ref()
            .and_then(|question| script.answers.get(question.id.as_str()));
        said = answer.unwrap_or(&script.otherwise).clone();
        exchanges.push(Exchange { said: shown, reply });
    }
    Played {
        greeting,
        exchanges,
        state,
        assessment,
    }
}

fn heard(said: &str) -> Said {
    match said.strip_prefix('=') {
        Some(option) => Said::Choices(option.split(',').map(str::to_owned).collect()),
        None => Said::Text(said.to_owned()),
    }
}

/// A tap is shown with the words on its button.
fn shown(_mind: &Mind, last: Option<&Exchange>, greeting: &Reply, said: &str) -> String {
    let Some(ids) = said.strip_prefix('=') else {
        return said.to_owned();
    };
    let question = last
        .map_or(greeting, |exchange| &exchange.reply)
        .question
        .as_ref();
    let labels: Vec<&str> = ids
        .split(',')
        .map(|id| {
            question
                .and_then(|q| q.options.iter().find(|option| option.id == id))
                .map_or(id, |option| option.label.as_str())
        })
        .collect();
    format!("[{}]", labels.join("、"))
}

impl Played {
    /// Everything that did not come out as the script says.
    pub fn faults(&self, expect: &Expected) -> Vec<String> {
        let mut faults = vec![];
        let case = &self.state.case;
        let stands = |id: &str| case.fact(id).map(|fact| fact.assertion);
        for id in &expect.present {
            if stands(id) != Some(Assertion::Present) {
                faults.push(format!("{id} must be present, is {:?}", stands(id)));
            }
        }
        for id in &expect.absent {
            if stands(id) != Some(Assertion::Absent) {
                faults.push(format!("{id} must be denied, is {:?}", stands(id)));
            }
        }
        for id in expect
            .not_present
            .iter()
            .filter(|id| stands(id) == Some(Assertion::Present))
        {
            faults.push(format!("{id} must not be present"));
        }
        for (id, side) in &expect.side {
            let found = case.fact(id).map(|fact| fact.side.as_str());
            if found != Some(side.as_str()) {
                faults.push(format!("{id} must be {side}, is {found:?}"));
            }
        }
        faults.extend(self.decision_faults(expect));
        let asked = |id: &String| self.state.asked.contains_key(id.as_str());
        faults.extend(
            expect
                .asked
                .iter()
                .filter(|id| !asked(id))
                .map(|id| format!("{id} was not asked")),
        );
        faults.extend(
            expect
                .not_asked
                .iter()
                .filter(|id| asked(id))
                .map(|id| format!("{id} was asked")),
        );
        if expect
            .at_most
            .is_some_and(|most| self.state.questions_put > most)
        {
            faults.push(format!("{} questions were asked", self.state.questions_put));
        }
        if !self.state.is_done() {
            faults.push("the visit did not end".to_owned());
        }
        faults
    }

    fn decision_faults(&self, expect: &Expected) -> Vec<String> {
        let Some(assessment) = &self.assessment else {
            return vec!["no decision".to_owned()];
        };
        let mut faults = vec![];
        let mut compare = |what: &str, found: &str, wanted: &Option<String>| {
            if wanted.as_deref().is_some_and(|wanted| wanted != found) {
                faults.push(format!(
                    "{what} must be {}, is {found}",
                    wanted.as_deref().unwrap_or_default()
                ));
            }
        };
        compare("urgency", assessment.urgency.as_str(), &expect.urgency);
        compare("route", assessment.route.id.as_str(), &expect.route);
        let first = assessment
            .departments
            .first()
            .map_or("", |choice| choice.name.as_str());
        compare("department", first, &expect.department);
        if let Some(wanted) = &expect.red_flags {
            let mut wanted = wanted.clone();
            let mut found: Vec<String> = assessment
                .raised()
                .filter(|f| !f.id.is_empty())
                .map(|f| f.id.clone())
                .collect();
            found.sort();
            found.dedup();
            wanted.sort();
            if found != wanted {
                faults.push(format!("red flags must be {wanted:?}, are {found:?}"));
            }
        }
        faults
    }
}
