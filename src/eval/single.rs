//! Single texts: phrases with their terms, and messages with their department.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{
    Assertion, Assessment, Case, Channel, ConceptId, Consent, Opening, QuestionId, Said, Sex,
    Source, Timestamp,
};
use crate::interview::{self, Mind};
use crate::triage::{self, Asked};

use super::files::{DepartmentCase, Phrase};
use super::names::Names;
use super::patient::side;
use super::spoken::{Draw, Draws, Speech, Voice};
use super::stats::{Rate, SetScore};
use super::vignettes::Manner;

/// From this probability on a sign is likelier there than not.
const LIKELIER: f32 = 0.5;

/// The case that one text adds up to, heard alone or as the answer to a question at `now`.
pub fn case_of(
    mind: &Mind,
    now: Timestamp,
    text: &str,
    question: Option<&QuestionId>,
    age: Option<f64>,
    sex: Option<Sex>,
) -> Case {
    let opening = Opening {
        age,
        sex,
        ..nobody()
    };
    interview::hear(mind, &opening, now, question, text)
}

/// The case without a conversation that could ask: a sign that a model or the sound of a word makes likelier than not is there,
/// with its probability beside it. In a visit it stays a question (`docs/ARCHITECTURE.md`), and no rule rests on it here either:
/// whoever decides takes the case as it was.
#[must_use]
pub fn likelier_than_not(mut case: Case) -> Case {
    let guessed = |source: Source, assertion: Assertion, confidence: f32| {
        matches!(source, Source::Encoder | Source::Phonetic)
            && assertion == Assertion::Uncertain
            && confidence >= LIKELIER
    };
    for fact in case.facts.values_mut() {
        if guessed(fact.source, fact.assertion, fact.confidence) {
            fact.assertion = Assertion::Present;
        }
    }
    for finding in &mut case.findings {
        if guessed(finding.source, finding.assertion, finding.confidence) {
            finding.assertion = Assertion::Present;
        }
    }
    case
}

/// The case that one text adds up to when it is said as the first words of a visit.
fn case_of_spoken(
    mind: &Mind,
    (id, text): (&str, &str),
    draws: &[Draw],
    (age, sex): (Option<f64>, Option<Sex>),
    manner: Manner,
) -> Case {
    if manner.speech == Speech::None {
        return case_of(mind, super::written(), text, None, age, sex);
    }
    let opening = Opening {
        age,
        sex,
        ..nobody()
    };
    let (state, _) = interview::open(mind, &opening, super::written());
    let draws = Draws::from([(text.to_owned(), draws.to_vec())]);
    let mut voice = Voice::new(mind, &draws, manner.speech, manner.mistaken, id);
    let said = mind.hear(&state, Said::Text(text.to_owned()));
    match voice.hear(&state, said, || None).said {
        Said::Text(heard) => case_of(mind, super::written(), &heard, None, age, sex),
        Said::Choices(_) => Case::default(),
    }
}

/// A visitor of whom nothing is known.
pub(super) fn nobody() -> Opening {
    Opening {
        channel: Channel::Api,
        for_self: true,
        age: None,
        sex: None,
        region: None,
        patient_ref: None,
        consent: Consent::default(),
    }
}

/// The main question of a slot: the one that is put first.
pub fn question_of<'m>(mind: &'m Mind, slot: &str) -> Option<&'m QuestionId> {
    let of_slot = || {
        let questions = mind.knowledge.questions.values();
        questions.filter(|question| question.slot.as_str() == slot)
    };
    let main = of_slot()
        .filter(|question| question.parent.is_none())
        .min_by_key(|question| question.rank);
    // The anticoagulant is told when drugs are asked about; its own question is a further one.
    let further = || of_slot().find_map(|question| Some(&question.parent.as_ref()?.0));
    main.map(|question| &question.id).or_else(further)
}

/// The decision from a single text: the visit ends with it, and the safety questions stay open.
pub fn decide(mind: &Mind, case: &Case) -> Assessment {
    let asked = Asked {
        concluding: true,
        safety_open: true,
        leaning: true,
        ..Asked::default()
    };
    let node = mind.node_at(Timestamp::now());
    triage::decide(&mind.knowledge, case, &asked, node).0
}

/// Figures over phrases.
#[derive(Debug, Clone, Serialize)]
pub struct PhraseSummary {
    /// Phrases.
    pub cases: usize,
    /// Term precision.
    pub precision: Rate,
    /// Term recall.
    pub recall: Rate,
    /// Term F1.
    pub f1: f64,
    /// Terms expected to be denied that are.
    pub negation: Rate,
    /// Denied terms that were taken as present.
    pub negation_inverted: Rate,
    /// Sides that are right, where one is expected.
    pub side: Rate,
    /// F1 by region.
    pub by_region: BTreeMap<String, f64>,
    /// Expected names that the graph does not know.
    pub unknown_names: BTreeSet<String>,
}

/// Runs phrases; the second value lists each miss.
pub fn phrases(mind: &Mind, phrases: &[Phrase], manner: Manner) -> (PhraseSummary, Vec<String>) {
    let names = Names::new(&mind.knowledge);
    let mut all = SetScore::default();
    let mut regions: BTreeMap<String, SetScore> = BTreeMap::new();
    let (mut denied, mut inverted, mut sides) = (vec![], vec![], vec![]);
    let mut unknown = BTreeSet::new();
    let mut misses = vec![];
    for phrase in phrases {
        let said = (phrase.id.as_str(), phrase.text.as_str());
        let case = case_of_spoken(mind, said, &phrase.spoken, (None, None), manner);
        let case = likelier_than_not(case);
        let expected: BTreeSet<ConceptId> = phrase
            .terms
            .iter()
            .filter_map(|name| {
                let id = names.concept(name);
                if id.is_none() {
                    unknown.insert(name.clone());
                }
                id
            })
            .collect();
        let present = with_assertion(&case, Assertion::Present);
        let found = names.comparable(present.clone(), &expected);
        all.add(&found, &expected);
        regions
            .entry(phrase.region.clone())
            .or_default()
            .add(&found, &expected);
        for id in phrase.negated.iter().filter_map(|name| names.concept(name)) {
            denied.push(case.denies(id.as_str()));
            inverted.push(present.contains(&id));
        }
        if let Some(side) = side(phrase.side.as_deref()) {
            sides.push(
                found
                    .iter()
                    .any(|id| case.fact(id.as_str()).is_some_and(|fact| fact.side == side)),
            );
        }
        if found != expected {
            let list = |ids: Vec<&ConceptId>| {
                ids.iter()
                    .map(|id| id.as_str())
                    .collect::<Vec<_>>()
                    .join(",")
            };
            misses.push(format!(
                "{}: missed [{}] extra [{}]",
                phrase.id,
                list(expected.difference(&found).collect()),
                list(found.difference(&expected).collect())
            ));
        }
    }
    let summary = PhraseSummary {
        cases: phrases.len(),
        precision: all.precision(),
        recall: all.recall(),
        f1: all.f1(),
        negation: Rate::of(denied),
        negation_inverted: Rate::of(inverted),
        side: Rate::of(sides),
        by_region: regions
            .into_iter()
            .map(|(region, score)| (region, score.f1()))
            .collect(),
        unknown_names: unknown,
    };
    (summary, misses)
}

fn with_assertion(case: &Case, assertion: Assertion) -> BTreeSet<ConceptId> {
    case.facts
        .iter()
        .filter(|(_, fact)| fact.assertion == assertion)
        .map(|(id, _)| id.clone())
        .collect()
}

/// Figures over department messages.
#[derive(Debug, Clone, Serialize)]
pub struct DepartmentSummary {
    /// Messages.
    pub cases: usize,
    /// First department right.
    pub first: Rate,
    /// Right among the two shown.
    pub shown: Rate,
    /// By expected department.
    pub by_department: BTreeMap<String, Rate>,
}

/// Runs department messages; the second value lists each miss.
pub fn departments(
    mind: &Mind,
    cases: &[DepartmentCase],
    manner: Manner,
) -> (DepartmentSummary, Vec<String>) {
    let (mut first, mut shown) = (vec![], vec![]);
    let mut by_department: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let mut misses = vec![];
    for one in cases {
        let sex = one.sex.as_deref().and_then(|sex| Sex::parse(sex).ok());
        let said = (one.id.as_str(), one.text.as_str());
        let case = case_of_spoken(mind, said, &one.spoken, (one.age, sex), manner);
        let assessment = decide(mind, &case);
        let right: Vec<&str> = one.mapped_department.split('|').collect();
        let names: Vec<&str> = assessment
            .departments
            .iter()
            .map(|choice| choice.name.as_str())
            .collect();
        let hit = names.first().is_some_and(|name| right.contains(name));
        first.push(hit);
        shown.push(names.iter().any(|name| right.contains(name)));
        by_department
            .entry(right[0].to_owned())
            .or_default()
            .push(hit);
        if !hit {
            let rule = assessment
                .departments
                .first()
                .map_or("-", |choice| choice.rule.as_str());
            misses.push(format!(
                "{}: {} for {} [{rule}]",
                one.id,
                names.join("|"),
                one.mapped_department
            ));
        }
    }
    let summary = DepartmentSummary {
        cases: cases.len(),
        first: Rate::of(first),
        shown: Rate::of(shown),
        by_department: by_department
            .into_iter()
            .map(|(name, hits)| (name, Rate::of(hits)))
            .collect(),
    };
    (summary, misses)
}
