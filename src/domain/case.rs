//! The case: what everything said so far adds up to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Assertion, ConceptId, Course, Doubt, Evidence, Finding, Leaning, PainScore, Sex, Side, Slot,
    Source, Speaker,
};

/// One thing that was said, ready to be folded into a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// A finding; `replaces` when the patient corrected themselves (「不对,是右腿」).
    Finding {
        /// The finding.
        finding: Finding,
        /// Takes the place of what was said before.
        replaces: bool,
    },
    /// A number: `age`, `nrs_worst24h`, `leg_nrs`, `duration_days`, …
    Measure {
        /// Name used in rules.
        name: String,
        /// Value in the unit that the name implies.
        value: f64,
        /// The quote.
        evidence: Evidence,
    },
    /// Sex.
    Sex(Sex),
    /// Who is talking.
    Speaker(Speaker),
    /// Words kept for the record under a slot (names of drugs, goals, worries).
    Note {
        /// Slot.
        slot: Slot,
        /// The words.
        evidence: Evidence,
    },
    /// Words that could not be placed.
    Doubt(Doubt),
    /// What a model takes the first words to be for.
    Leaning(Leaning),
}

/// What all findings about one concept add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Where it stands now.
    pub assertion: Assertion,
    /// Side.
    pub side: Side,
    /// Body part, when said.
    pub site: Option<ConceptId>,
    /// Qualities.
    pub quality: Vec<ConceptId>,
    /// Last number given.
    pub severity: Option<PainScore>,
    /// Time course.
    pub course: Course,
    /// Quotes for the present state, oldest first.
    pub evidence: Vec<Evidence>,
    /// Highest confidence among them.
    pub confidence: f32,
    /// Which witness decided.
    pub source: Source,
}

/// The patient said both; kept for the doctor, not overwritten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contradiction {
    /// About what.
    pub concept: ConceptId,
    /// What was said first.
    pub earlier: Evidence,
    /// What was said later.
    pub later: Evidence,
}

/// The fold of everything said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Case {
    /// Sex, when known.
    pub sex: Option<Sex>,
    /// Who is talking; `None` until known.
    pub speaker: Option<Speaker>,
    /// Whose words each turn carries, once somebody spoke for the patient; empty where the patient speaks alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub voices: BTreeMap<u32, Speaker>,
    /// One fact per concept.
    pub facts: BTreeMap<ConceptId, Fact>,
    /// Numbers by name.
    pub measures: BTreeMap<String, f64>,
    /// Quotes of the numbers.
    pub measure_evidence: BTreeMap<String, Evidence>,
    /// Words kept under slots.
    pub notes: BTreeMap<Slot, Vec<Evidence>>,
    /// Every finding, in order.
    pub findings: Vec<Finding>,
    /// Contradictions noted.
    pub contradictions: Vec<Contradiction>,
    /// What could not be placed.
    pub doubts: Vec<Doubt>,
    /// Departments that a model takes the first words to be for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaning: Option<Leaning>,
}

impl Case {
    /// Folds one more statement in.
    pub fn apply(&mut self, statement: Statement) {
        match statement {
            Statement::Finding { finding, replaces } => self.add(finding, replaces),
            Statement::Measure {
                name,
                value,
                evidence,
            } => {
                self.measure_evidence.insert(name.clone(), evidence);
                self.measures.insert(name, value);
            }
            Statement::Sex(sex) => self.sex = Some(sex),
            Statement::Speaker(speaker) => self.speaker = Some(speaker),
            Statement::Note { slot, evidence } => {
                self.notes.entry(slot).or_default().push(evidence)
            }
            Statement::Doubt(doubt) => self.doubts.push(doubt),
            Statement::Leaning(leaning) => self.leaning = Some(leaning),
        }
    }

    /// Whose words a turn carries, where more than one person may have spoken.
    pub fn voice(&self, turn: u32) -> Option<Speaker> {
        self.voices.get(&turn).copied()
    }

    /// Who spoke for the patient, if anybody did.
    pub fn helper(&self) -> Option<Speaker> {
        let mut helpers = self.voices.values();
        helpers
            .find(|voice| **voice != Speaker::Patient)
            .copied()
            .or(self.speaker.filter(|one| *one != Speaker::Patient))
    }

    /// The patient spoke, too.
    pub fn has_two_voices(&self) -> bool {
        self.helper().is_some() && self.voices.values().any(|one| *one == Speaker::Patient)
    }

    /// Two people told the two sides of a contradiction; who first, who later.
    pub fn two_voices(&self, both: &Contradiction) -> Option<(Speaker, Speaker)> {
        let (earlier, later) = (self.voice(both.earlier.turn)?, self.voice(both.later.turn)?);
        (earlier != later).then_some((earlier, later))
    }

    /// Age in years, when known.
    pub fn age(&self) -> Option<f64> {
        self.measures.get("age").copied()
    }

    /// The fact about a concept, if anything was said about it.
    pub fn fact(&self, concept: &str) -> Option<&Fact> {
        self.facts.get(concept)
    }

    /// True when the concept is present now.
    pub fn has(&self, concept: &str) -> bool {
        self.fact(concept)
            .is_some_and(|fact| fact.assertion == Assertion::Present)
    }

    /// Denied: by the patient's answer or plain words, or in words that only a model could read. The latter settles nothing.
    pub fn denies(&self, concept: &str) -> bool {
        match self.fact(concept) {
            Some(fact) if fact.assertion != Assertion::Uncertain => {
                fact.assertion == Assertion::Absent
            }
            _ => {
                let said = |one: &Finding| one.concept.as_str() == concept && read_denial(one);
                self.findings.iter().any(said)
            }
        }
    }

    fn add(&mut self, finding: Finding, replaces: bool) {
        if read_denial(&finding) {
            self.findings.push(finding);
            return;
        }
        match self.facts.get_mut(&finding.concept) {
            None => {
                self.facts
                    .insert(finding.concept.clone(), Fact::from(&finding));
            }
            Some(fact) => {
                if let Some(earlier) = fact.merge(&finding, replaces) {
                    self.contradictions.push(Contradiction {
                        concept: finding.concept.clone(),
                        earlier,
                        later: finding.evidence.clone(),
                    });
                }
            }
        }
        self.findings.push(finding);
    }
}

/// A model alone reads a denial: no model may silence a sign, so it is written down and counts for nothing.
fn read_denial(finding: &Finding) -> bool {
    finding.source == Source::Encoder && finding.assertion == Assertion::Absent
}

impl From<&Finding> for Fact {
    fn from(finding: &Finding) -> Self {
        Self {
            assertion: finding.assertion,
            side: finding.side,
            site: finding.site.clone(),
            quality: finding.quality.clone(),
            severity: finding.severity,
            course: finding.course,
            evidence: vec![finding.evidence.clone()],
            confidence: finding.confidence,
            source: finding.source,
        }
    }
}

impl Fact {
    /// There, and nothing else known of it.
    pub fn present(source: Source, evidence: Vec<Evidence>) -> Self {
        Self {
            assertion: Assertion::Present,
            side: Side::Unspecified,
            site: None,
            quality: vec![],
            severity: None,
            course: Course::default(),
            evidence,
            confidence: 1.0,
            source,
        }
    }

    /// Takes a later finding in; returns the earlier quote when the two contradict each other.
    fn merge(&mut self, finding: &Finding, replaces: bool) -> Option<Evidence> {
        let earlier = self.evidence.last().cloned();
        if self.assertion == finding.assertion {
            self.absorb(finding, replaces);
            return None;
        }
        let contradicts = matches!(
            (self.assertion, finding.assertion),
            (Assertion::Present, Assertion::Absent) | (Assertion::Absent, Assertion::Present)
        );
        if self.yields_to(finding, replaces) {
            let side = if replaces {
                Side::Unspecified
            } else {
                self.side
            };
            *self = Self {
                side: either_side(side, finding.side),
                ..Self::from(finding)
            };
        }
        earlier.filter(|_| contradicts && !replaces)
    }

    /// Whether a finding with another assertion takes the place of this fact.
    /// An answer to the very question, a correction or a clinician decides; in free speech a danger
    /// once named stays until it is asked about, whatever is said in passing.
    fn yields_to(&self, finding: &Finding, replaces: bool) -> bool {
        let decisive = replaces || matches!(finding.source, Source::Choice | Source::Clinician);
        match (self.assertion, finding.assertion) {
            (Assertion::Present, Assertion::Uncertain) => false,
            (Assertion::Present, _) => decisive,
            (_, Assertion::Present) => true,
            (Assertion::Absent, Assertion::Uncertain) => decisive,
            _ => true,
        }
    }

    fn absorb(&mut self, finding: &Finding, replaces: bool) {
        self.side = if replaces && finding.side != Side::Unspecified {
            finding.side
        } else {
            either_side(self.side, finding.side)
        };
        if finding.site.is_some() {
            self.site.clone_from(&finding.site);
        }
        for quality in &finding.quality {
            if !self.quality.contains(quality) {
                self.quality.push(quality.clone());
            }
        }
        self.severity = finding.severity.or(self.severity);
        self.course = self.course.updated_by(finding.course);
        if !self.evidence.contains(&finding.evidence) {
            self.evidence.push(finding.evidence.clone());
        }
        self.confidence = self.confidence.max(finding.confidence);
        if matches!(finding.source, Source::Choice | Source::Clinician) {
            self.source = finding.source;
        }
    }
}

/// Left and right named at different moments are both sides.
fn either_side(first: Side, second: Side) -> Side {
    match (first, second) {
        (side, Side::Unspecified) | (Side::Unspecified, side) => side,
        (a, b) if a == b => a,
        (
            Side::Left | Side::Right | Side::Bilateral,
            Side::Left | Side::Right | Side::Bilateral,
        ) => Side::Bilateral,
        (_, later) => later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(assertion: Assertion, side: Side, source: Source) -> Statement {
        Statement::Finding {
            finding: Finding {
                concept: "SYM.NUMB_LEG".into(),
                assertion,
                side,
                site: None,
                quality: vec![],
                severity: None,
                course: Course::default(),
                evidence: Evidence {
                    turn: 1,
                    text: "腿麻".into(),
                    start: 0,
                    end: 2,
                },
                source,
                confidence: 0.9,
            },
            replaces: false,
        }
    }

    fn fold(statements: Vec<Statement>) -> Case {
        let mut case = Case::default();
        statements
            .into_iter()
            .for_each(|statement| case.apply(statement));
        case
    }

    #[test]
    fn a_denial_in_passing_is_noted_and_does_not_clear_what_was_said() {
        let case = fold(vec![
            finding(Assertion::Present, Side::Left, Source::Lexicon),
            finding(Assertion::Absent, Side::Unspecified, Source::Lexicon),
        ]);
        assert!(case.has("SYM.NUMB_LEG"));
        assert_eq!(case.contradictions.len(), 1);
    }

    #[test]
    fn the_answer_to_the_question_decides() {
        let case = fold(vec![
            finding(Assertion::Present, Side::Left, Source::Lexicon),
            finding(Assertion::Absent, Side::Unspecified, Source::Choice),
        ]);
        assert!(!case.has("SYM.NUMB_LEG"));
    }

    #[test]
    fn left_then_right_is_both_unless_corrected() {
        let both = fold(vec![
            finding(Assertion::Present, Side::Left, Source::Lexicon),
            finding(Assertion::Present, Side::Right, Source::Lexicon),
        ]);
        assert_eq!(
            both.fact("SYM.NUMB_LEG").map(|f| f.side),
            Some(Side::Bilateral)
        );
        let Statement::Finding { finding: right, .. } =
            finding(Assertion::Present, Side::Right, Source::Lexicon)
        else {
            unreachable!()
        };
        let corrected = fold(vec![
            finding(Assertion::Present, Side::Left, Source::Lexicon),
            Statement::Finding {
                finding: right,
                replaces: true,
            },
        ]);
        assert_eq!(
            corrected.fact("SYM.NUMB_LEG").map(|f| f.side),
            Some(Side::Right)
        );
    }

    #[test]
    fn a_denial_that_only_a_model_reads_is_written_down_and_settles_nothing() {
        let denied = finding(Assertion::Absent, Side::Unspecified, Source::Encoder);
        let case = fold(vec![denied.clone()]);
        assert!(case.fact("SYM.NUMB_LEG").is_none());
        assert!(case.denies("SYM.NUMB_LEG"));
        assert_eq!(case.findings.len(), 1);
        let present = finding(Assertion::Present, Side::Left, Source::Lexicon);
        let case = fold(vec![present, denied]);
        assert!(case.has("SYM.NUMB_LEG"));
        assert!(!case.denies("SYM.NUMB_LEG"));
        assert!(case.contradictions.is_empty());
    }
}
