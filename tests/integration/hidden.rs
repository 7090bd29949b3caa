//! Dangers that the opening hides: a patient names only where it hurts and taps what is true when asked.
//!
//! Each example of a red-flag rule becomes such a patient. The interview must ask its way to the flag.

use jiwen::domain::{
    Assertion, Case, Channel, ConceptId, Consent, Course, Fact, FlagStatus, Heard, Opening,
    Recency, Said, Side, Timestamp, Urgency,
};
use jiwen::interview::{self, Mind, State};
use jiwen::knowledge::{
    Example, FlagRule, OptionDef, QuestionDef, QuestionKind, StatedFact, Subject,
};
use jiwen::triage::{self, View};

use crate::support::test_mind;

/// Share of the hidden dangers that must be found.
const FOUND: f64 = 0.84;

#[test]
fn the_interview_finds_dangers_that_the_opening_hides() {
    let mind = test_mind();
    let mut missed = vec![];
    let mut played = 0;
    for rule in mind
        .knowledge
        .flags
        .iter()
        .filter(|rule| rule.level >= Urgency::Within1w && !rule.red_flag.is_empty())
    {
        for example in rule.examples.iter().filter(|example| example.fires) {
            let patient = Patient::new(&mind, example);
            let Some(opening) = patient.opening() else {
                continue;
            };
            played += 1;
            let (state, asked) = patient.play(&opening);
            if !raised(&state, rule, example.level) {
                missed.push(format!(
                    "{} 「{}」 as 「{opening}」: {}",
                    rule.id,
                    example.says,
                    asked.join(" ")
                ));
            }
        }
    }
    println!("{} of {played} found", played - missed.len());
    assert!(played > 80, "{played}");
    let found = (played - missed.len()) as f64 / played as f64;
    assert!(found >= FOUND, "{found:.3}\n{}", missed.join("\n"));
}

fn raised(state: &State, rule: &FlagRule, level: Option<Urgency>) -> bool {
    state.assessment.as_ref().is_some_and(|assessment| {
        let flagged = assessment
            .red_flags
            .iter()
            .any(|flag| flag.id == rule.red_flag && flag.status != FlagStatus::Excluded);
        // Another danger that is as urgent ends the visit before this one is asked about.
        flagged || assessment.urgency >= Urgency::Within24h.max(level.unwrap_or(rule.level))
    })
}

struct Patient<'m> {
    mind: &'m Mind,
    truth: Case,
}

impl<'m> Patient<'m> {
    fn new(mind: &'m Mind, example: &Example) -> Self {
        Self {
            mind,
            truth: triage::case_of(example),
        }
    }

    /// Where it hurts, and nothing else; `None` where no pain is in the example.
    fn opening(&self) -> Option<String> {
        let pain = |id: &&ConceptId| {
            let term = self.mind.knowledge.terms.get(*id);
            self.truth.has(id.as_str()) && term.is_some_and(|term| term.group == "pain")
        };
        let where_it_hurts = ["SYM.LBP", "SYM.NECK_PAIN", "SYM.THOR_PAIN"];
        let first = self
            .truth
            .facts
            .keys()
            .filter(pain)
            .min_by_key(|id| !where_it_hurts.contains(&id.as_str()))?;
        let name = self.mind.knowledge.name(first);
        let (before, rest) = name.split_once(['(', '(']).unwrap_or((name, ""));
        let after = rest.split_once([')', ')']).map_or("", |(_, after)| after);
        // 胸背痛 is the doctor's word for it.
        Some(format!("{before}{after}").replace("胸背痛", "后背疼"))
    }

    fn play(&self, words: &str) -> (State, Vec<String>) {
        let opening = Opening {
            channel: Channel::Api,
            for_self: true,
            age: self.truth.age().or(Some(50.0)),
            sex: self.truth.sex,
            region: None,
            patient_ref: None,
            consent: Consent::default(),
        };
        let now = Timestamp::default();
        let (mut state, _) = interview::open(self.mind, &opening, now);
        let mut heard = say(words.to_owned());
        let mut asked = vec![];
        for _ in 0..60 {
            let (next, _, _) = interview::step(self.mind, state, &heard, now);
            state = next;
            let Some(open) = state.open.clone() else {
                break;
            };
            let question = &self.mind.knowledge.questions[&open.id];
            let options = self.options(question, &open.trigger);
            asked.push(format!("{}{options:?}", question.id));
            heard = match (question.kind, options.is_empty()) {
                (QuestionKind::Duration, _) => say(format!("{}天", self.days().max(1.0))),
                (QuestionKind::Scale, _) => choose(vec![format!("{}", self.score(question))]),
                (_, true) => say("不太清楚".to_owned()),
                (_, false) => choose(options),
            };
        }
        (state, asked)
    }

    /// How long the complaint has lasted: the latest onset that the example gives a pain.
    fn days(&self) -> f64 {
        let told = self.truth.measures.get("duration_days").copied();
        told.unwrap_or_else(|| {
            self.truth
                .facts
                .iter()
                .filter(|(id, _)| id.kind() == "SYM")
                .filter_map(|(_, fact)| fact.course.onset_days)
                .reduce(f64::max)
                .unwrap_or_else(|| {
                    let sudden = |fact: &Fact| fact.course.sudden == Some(true);
                    let new = |fact: &Fact| fact.course.recency == Some(Recency::New14);
                    match &self.truth.facts {
                        facts if facts.values().any(sudden) => 1.0,
                        facts if facts.values().any(new) => 7.0,
                        _ => 20.0,
                    }
                })
        })
    }

    fn score(&self, question: &QuestionDef) -> f64 {
        let told = question
            .measure
            .as_ref()
            .and_then(|name| self.truth.measures.get(name).copied());
        let severe = self
            .truth
            .facts
            .values()
            .any(|fact| fact.course.severe == Some(true));
        told.unwrap_or(if severe { 8.0 } else { 5.0 })
    }

    /// The options that are true of this patient; the denying one where none is.
    fn options(&self, question: &QuestionDef, trigger: &[ConceptId]) -> Vec<String> {
        let mut fitting: Vec<(i32, &OptionDef)> = question
            .options
            .iter()
            .filter(|option| !option.unsure && !option.refused)
            .map(|option| (self.fits(option, trigger), option))
            .filter(|(score, option)| *score > 0 || self.opens(option))
            .collect();
        fitting.sort_by_key(|(score, _)| -score);
        if question.kind == QuestionKind::Multi
            && fitting
                .iter()
                .any(|(_, one)| affirms(one) || self.opens(one))
        {
            fitting.retain(|(_, one)| affirms(one) || self.opens(one));
        } else {
            fitting.truncate(1);
        }
        fitting
            .iter()
            .map(|(_, option)| option.id.clone())
            .collect()
    }

    /// An item of a list that stands for an answer that is true of this patient.
    fn opens(&self, option: &OptionDef) -> bool {
        option.stands_for.iter().any(|(id, wanted)| {
            let question = &self.mind.knowledge.questions[id];
            let answer = question.option(wanted);
            answer.is_some_and(|one| self.fits(one, &[]) >= 25)
        })
    }

    fn fits(&self, option: &OptionDef, trigger: &[ConceptId]) -> i32 {
        let measured = option.measure.as_ref().map_or(0, |(name, value)| {
            match self.truth.measures.get(name) {
                Some(told) if (told - value).abs() / told.max(1.0) < 0.7 => 30,
                Some(_) => -90,
                None => 0,
            }
        });
        measured
            + option
                .sets
                .iter()
                .map(|fact| self.fit(fact, trigger))
                .sum::<i32>()
    }

    fn fit(&self, fact: &StatedFact, trigger: &[ConceptId]) -> i32 {
        match &fact.subject {
            Subject::Concept(id) => self.fit_concept(id, fact),
            Subject::Trigger => trigger
                .iter()
                .filter_map(|id| self.truth.fact(id.as_str()))
                .map(|truth| same_course(self.dated(truth.course), fact.course))
                .max()
                .unwrap_or(0),
            Subject::Pain => {
                let course = self
                    .pains()
                    .map(|pain| same_course(self.dated(pain.course), fact.course))
                    .max()
                    .unwrap_or(0);
                course + 10 * i32::from(fact.side != Side::Unspecified && self.side() == fact.side)
            }
        }
    }

    fn pains(&self) -> impl Iterator<Item = &Fact> {
        self.truth
            .facts
            .iter()
            .filter(|(id, fact)| {
                let term = self.mind.knowledge.terms.get(*id);
                term.is_some_and(|term| term.group == "pain")
                    && fact.assertion == Assertion::Present
            })
            .map(|(_, fact)| fact)
    }

    fn side(&self) -> Side {
        if self.truth.has("SYM.LEG_RAD_BIL") {
            return Side::Bilateral;
        }
        self.pains()
            .map(|pain| pain.side)
            .find(|side| *side != Side::Unspecified)
            .unwrap_or(Side::Right)
    }

    /// What has no date of its own began with the complaint.
    fn dated(&self, course: Course) -> Course {
        let known = course.onset_days.is_some() || course.recency.is_some();
        Course {
            onset_days: course.onset_days.or((!known).then(|| self.days())),
            ..course
        }
    }

    fn fit_concept(&self, id: &ConceptId, fact: &StatedFact) -> i32 {
        let view = View::new(&self.mind.knowledge, &self.truth);
        let present = |id: &ConceptId| {
            view.fact(id.as_str())
                .filter(|truth| truth.assertion == Assertion::Present)
        };
        let cases = &self.mind.knowledge.words.cues.supersedes;
        let there = present(id).or_else(|| {
            let telling = cases.iter().filter(|(_, general)| general.contains(id));
            telling.map(|(special, _)| special).find_map(present)
        });
        let there = there.or_else(|| {
            let worse = id.as_str() == "TIME.WORSENING";
            worse.then(|| present(&"SYM.PROG_PAIN".into())).flatten()
        });
        // Values that follow from others, and times and triggers that an example need not list, are left open.
        if there.is_none() && (id.is_derived() || !matches!(id.kind(), "SYM" | "HX" | "MED")) {
            return 0;
        }
        match (fact.assertion, there) {
            (Assertion::Present | Assertion::Uncertain, Some(truth)) => {
                let exact = i32::from(self.truth.has(id.as_str()));
                30 + 5 * exact + same_course(self.dated(truth.course), fact.course)
            }
            (Assertion::Absent, None) => 10,
            // An operation is also something done to the spine: examples name one of the two.
            (Assertion::Present, None) if id.kind() == "HX" => -20,
            (Assertion::Absent, Some(_)) | (Assertion::Present, None) => -90,
            _ => 0,
        }
    }
}

fn affirms(option: &OptionDef) -> bool {
    interview::affirmed(option).next().is_some()
}

/// How well what an option says about time agrees with the truth.
fn same_course(truth: Course, said: Course) -> i32 {
    let mut score = 0;
    if let (Some(is), Some(told)) = (truth.onset_days, said.onset_days) {
        let apart = ((is + 0.01) / (told + 0.01)).ln().abs();
        score += 30 - (apart * 20.0).min(60.0) as i32;
    }
    let flags = [
        (truth.sudden, said.sudden),
        (truth.rapid, said.rapid),
        (truth.severe, said.severe),
        (truth.resolved, said.resolved),
    ];
    for (is, told) in flags {
        score += match (is, told) {
            (Some(is), Some(told)) if is == told => 20,
            (None | Some(false), Some(true)) => -20,
            (None, Some(false)) => 10,
            _ => 0,
        };
    }
    score
        + match (truth.recency, said.recency) {
            (Some(is), Some(told)) if is == told => 30,
            (Some(_), Some(_)) => -30,
            (None, Some(told)) => recency_fits(truth, told),
            _ => 0,
        }
}

fn recency_fits(truth: Course, told: Recency) -> i32 {
    match (truth.onset_days, told) {
        (Some(days), Recency::New14) if days <= 14.0 => 30,
        (Some(days), Recency::Stable) if days > 14.0 => 20,
        (Some(_), Recency::New14 | Recency::Stable) => -20,
        (None, Recency::New14) => 10,
        (_, Recency::Worse14) | (None, Recency::Stable) => -10,
    }
}

fn say(text: String) -> Heard {
    Heard::plain(Said::Text(text))
}

fn choose(options: Vec<String>) -> Heard {
    Heard::plain(Said::Choices(options))
}
