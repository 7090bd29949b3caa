//! Red-flag rules, derived values and inferences. Read from `rules/`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::{ConceptId, QuestionId, RuleId, Sex, Tri, Urgency};

use super::facts::StatedFact;
use super::language::Expr;
use super::source::{Faults, Files};

/// An example that comes with a rule and runs as a test.
#[derive(Debug, Clone)]
pub struct Example {
    /// What a patient would say.
    pub says: String,
    /// Facts it comes down to.
    pub facts: Vec<StatedFact>,
    /// Measures, `age` among them.
    pub measures: BTreeMap<String, f64>,
    /// Sex.
    pub sex: Option<Sex>,
    /// True for an example, false for a near miss.
    pub fires: bool,
    /// Level expected.
    pub level: Option<Urgency>,
}

/// A further row of a red-flag rule.
#[derive(Debug, Clone)]
pub struct FlagRow {
    /// Condition.
    pub when: Expr,
    /// Level it gives.
    pub level: Urgency,
    /// Departments instead of the rule's; empty = the rule's.
    pub departments: Vec<String>,
}

/// A red-flag rule.
#[derive(Debug, Clone)]
pub struct FlagRule {
    /// `RF-CES-1`
    pub id: RuleId,
    /// Chinese name.
    pub name: String,
    /// Contract id; empty for RF-DEFAULT.
    pub red_flag: String,
    /// Level when `when` holds.
    pub level: Urgency,
    /// Condition.
    pub when: Expr,
    /// Rows looked at in order when `when` does not hold.
    pub otherwise: Vec<FlagRow>,
    /// Rows that raise the level of a rule that holds.
    pub escalate: Vec<FlagRow>,
    /// Questions that settle it.
    pub confirm: Vec<QuestionId>,
    /// Departments, first choice first.
    pub departments: Vec<String>,
    /// Departments told by the hospital.
    pub notify: Vec<String>,
    /// Signs taken as new when their time stays unknown (redflags §0 ①).
    pub hard: Vec<ConceptId>,
    /// Those signs are then taken as sudden, too.
    pub hard_is_sudden: bool,
    /// Holds when a missing time is no reason for suspicion: the patient said how it goes.
    pub calm: Option<Expr>,
    /// A within-a-week flag of the spine (routes §1).
    pub spine: bool,
    /// Guideline.
    pub source: String,
    /// Explanation.
    pub note: String,
    /// Examples and near misses.
    pub examples: Vec<Example>,
    /// File it stands in.
    pub file: String,
}

/// A named value used in rules.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Lower-case name.
    pub name: ConceptId,
    /// Chinese name for the record.
    pub title: String,
    /// How it is computed, when not stated.
    pub when: Option<Expr>,
    /// Value when neither stated nor computed.
    pub default: Tri,
    /// A confirmation: while it is the only thing missing, the flag is suspected (redflags §0 ②).
    pub confirmation: bool,
    /// Questions that state it.
    pub asked_by: Vec<QuestionId>,
    /// It holds when one of these was asked twice without an answer.
    pub unanswered: Vec<QuestionId>,
    /// Where it comes from.
    pub source: String,
}

/// A concept that follows from others (alignment §4, last paragraph).
#[derive(Debug, Clone)]
pub struct Inference {
    /// Concept that follows.
    pub then: ConceptId,
    /// Condition.
    pub when: Expr,
    /// Concept whose side, time and quote it takes over.
    pub like: Option<ConceptId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    #[serde(default)]
    pub says: String,
    #[serde(default)]
    pub facts: Vec<String>,
    pub age: Option<f64>,
    pub sex: Option<String>,
    #[serde(default)]
    pub measures: BTreeMap<String, f64>,
    #[serde(default)]
    pub fires: bool,
    pub level: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFlagFile {
    #[serde(default)]
    rule: Vec<RawFlag>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlag {
    id: String,
    name: String,
    red_flag: String,
    level: String,
    when: String,
    #[serde(default)]
    confirm: Vec<String>,
    #[serde(default)]
    departments: Vec<String>,
    #[serde(default)]
    notify: Vec<String>,
    #[serde(default)]
    hard: Vec<String>,
    #[serde(default)]
    hard_is_sudden: bool,
    #[serde(default)]
    calm: String,
    #[serde(default)]
    spine: bool,
    source: String,
    #[serde(default)]
    note: String,
    #[serde(default, rename = "else")]
    otherwise: Vec<RawRow>,
    #[serde(default)]
    escalate: Vec<RawRow>,
    #[serde(default)]
    example: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    when: String,
    level: String,
    #[serde(default)]
    departments: Vec<String>,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawDerivedFile {
    #[serde(default)]
    derived: Vec<RawDerived>,
    #[serde(default)]
    infer: Vec<RawInference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDerived {
    name: String,
    title: String,
    #[serde(default)]
    when: String,
    default: String,
    #[serde(default)]
    confirmation: bool,
    #[serde(default)]
    asked_by: Vec<String>,
    #[serde(default)]
    unanswered: Vec<String>,
    source: String,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInference {
    then: String,
    when: String,
    like: Option<String>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawPolicy {
    unspecific: Vec<String>,
    speaks: Vec<String>,
    #[serde(default)]
    needs_word: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    wishes: Vec<String>,
    no_department: String,
    source: String,
    leaning: LeaningPolicy,
}

/// From which probability on a model's leaning comes before rules of so late a rank.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leans {
    /// Rules from this rank on; the differential, and no rule at all, come after all of them.
    pub from_rank: i64,
    /// Probability, 0–1.
    pub least: f32,
}

/// What a model says of the first words, beside the department rules.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaningPolicy {
    /// For the first words alone, in any order.
    pub over: Vec<Leans>,
    /// The same once questions were answered, of which the model knows nothing.
    pub over_answered: Vec<Leans>,
    /// Departments of the spine pathway; the others are another specialty (route R7).
    pub spine_pathway: Vec<String>,
    /// Why, for a doctor.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
}

/// How incomplete evidence is weighed.
#[derive(Debug, Clone, Default)]
pub struct EvidencePolicy {
    /// Signs too common to speak for a danger by themselves (redflags §0 ②③).
    pub unspecific: BTreeSet<ConceptId>,
    /// What speaks for a danger beside a sign other than pain, without being one (redflags §0 ②).
    pub speaks: BTreeSet<ConceptId>,
    /// What a model adds only where one of these words stands in what it read.
    pub needs_word: BTreeMap<ConceptId, Vec<String>>,
    /// Words of what is asked for, read or heard of: a model's history beside them is none.
    pub wishes: Vec<String>,
    /// Department where nothing speaks for any.
    pub no_department: String,
    /// Where the policy comes from.
    pub source: String,
    /// What a model says of the first words.
    pub leaning: LeaningPolicy,
}

pub(super) fn read_policy(files: &Files, faults: &mut Faults) -> EvidencePolicy {
    let policy: RawPolicy = files.toml("rules/policy.toml", faults);
    let ids = |list: &[String]| list.iter().map(|id| ConceptId::new(id)).collect();
    EvidencePolicy {
        unspecific: ids(&policy.unspecific),
        speaks: ids(&policy.speaks),
        needs_word: (policy.needs_word.into_iter())
            .map(|(id, words)| (ConceptId::new(&id), words))
            .collect(),
        wishes: policy.wishes,
        no_department: policy.no_department,
        source: policy.source,
        leaning: policy.leaning,
    }
}

impl LeaningPolicy {
    /// The probability that is needed to come before a rule of this rank; `None` where the rule stands whatever a model says.
    pub fn needed(&self, rank: i64, answered: bool) -> Option<f32> {
        let over = if answered {
            &self.over_answered
        } else {
            &self.over
        };
        let reached = over.iter().filter(|leans| leans.from_rank <= rank);
        let last = reached.max_by_key(|leans| leans.from_rank);
        last.map(|leans| leans.least)
    }
}

/// Where an entry stands, for faults.
pub(super) struct Place<'a> {
    pub files: &'a Files,
    pub path: &'a str,
    pub id: &'a str,
}

impl Place<'_> {
    pub(super) fn fault(&self, faults: &mut Faults, message: impl std::fmt::Display) {
        let line = self.files.line_of_id(self.path, self.id);
        faults.push(self.path, line, format!("{}: {message}", self.id));
    }

    pub(super) fn expr(&self, text: &str, faults: &mut Faults) -> Option<Expr> {
        match Expr::parse(text) {
            Ok(expr) => Some(expr),
            Err(error) => {
                self.fault(faults, error);
                None
            }
        }
    }

    pub(super) fn urgency(&self, text: &str, faults: &mut Faults) -> Option<Urgency> {
        Urgency::parse(text)
            .map_err(|error| self.fault(faults, error))
            .ok()
    }

    pub(super) fn examples(&self, raw: Vec<RawExample>, faults: &mut Faults) -> Vec<Example> {
        raw.into_iter()
            .map(|raw| {
                let facts = raw
                    .facts
                    .iter()
                    .filter_map(|text| {
                        StatedFact::parse(text)
                            .map_err(|e| self.fault(faults, e))
                            .ok()
                    })
                    .collect();
                let sex = raw
                    .sex
                    .as_deref()
                    .and_then(|s| Sex::parse(s).map_err(|e| self.fault(faults, e)).ok());
                let mut measures = raw.measures;
                measures.extend(raw.age.map(|age| ("age".to_owned(), age)));
                Example {
                    says: raw.says,
                    facts,
                    measures,
                    sex,
                    fires: raw.fires,
                    level: raw.level.and_then(|level| self.urgency(&level, faults)),
                }
            })
            .collect()
    }
}

pub(super) fn read_flags(files: &Files, faults: &mut Faults) -> Vec<FlagRule> {
    let mut rules = vec![];
    for path in files.under("rules/red_flags/") {
        let file: RawFlagFile = files.toml(&path, faults);
        for raw in file.rule {
            let place = Place {
                files,
                path: &path,
                id: &raw.id,
            };
            let rows = |rows: Vec<RawRow>, faults: &mut Faults| -> Vec<FlagRow> {
                rows.into_iter()
                    .filter_map(|row| {
                        Some(FlagRow {
                            when: place.expr(&row.when, faults)?,
                            level: place.urgency(&row.level, faults)?,
                            departments: row.departments,
                        })
                    })
                    .collect()
            };
            let otherwise = rows(raw.otherwise, faults);
            let escalate = rows(raw.escalate, faults);
            let (Some(when), Some(level)) = (
                place.expr(&raw.when, faults),
                place.urgency(&raw.level, faults),
            ) else {
                continue;
            };
            let calm = match raw.calm.is_empty() {
                true => None,
                false => place.expr(&raw.calm, faults),
            };
            let examples = place.examples(raw.example, faults);
            rules.push(FlagRule {
                id: RuleId::new(&raw.id),
                name: raw.name,
                red_flag: raw.red_flag,
                level,
                when,
                otherwise,
                escalate,
                confirm: raw.confirm.iter().map(|q| QuestionId::new(q)).collect(),
                departments: raw.departments,
                notify: raw.notify,
                hard: raw.hard.iter().map(|c| ConceptId::new(c)).collect(),
                hard_is_sudden: raw.hard_is_sudden,
                calm,
                spine: raw.spine,
                source: raw.source,
                note: raw.note,
                examples,
                file: path.clone(),
            });
        }
    }
    in_dependency_order(rules, faults)
}

/// Rules that others name come first, so that one pass decides all.
fn in_dependency_order(mut rules: Vec<FlagRule>, faults: &mut Faults) -> Vec<FlagRule> {
    let mut ordered: Vec<FlagRule> = vec![];
    while !rules.is_empty() {
        let ready = rules.iter().position(|rule| {
            used_rules(rule).iter().all(|id| {
                !rules
                    .iter()
                    .any(|other| &other.id == id && other.id != rule.id)
            })
        });
        let Some(index) = ready else {
            let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            faults.push(
                &rules[0].file,
                0,
                format!("rules refer to each other in a circle: {}", ids.join(", ")),
            );
            break;
        };
        ordered.push(rules.remove(index));
    }
    ordered
}

/// Ids of all rules that a rule's conditions name.
pub(super) fn used_rules(rule: &FlagRule) -> Vec<RuleId> {
    rule.expressions()
        .flat_map(|expr| expr.rules().into_iter().cloned())
        .collect()
}

impl FlagRule {
    /// Every condition in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.when)
            .chain(self.otherwise.iter().map(|row| &row.when))
            .chain(self.escalate.iter().map(|row| &row.when))
    }
}

pub(super) fn read_derived(
    files: &Files,
    faults: &mut Faults,
) -> (BTreeMap<ConceptId, Derived>, Vec<Inference>) {
    let mut derived = BTreeMap::new();
    let mut inferences = vec![];
    for path in files
        .under("rules/")
        .into_iter()
        .filter(|p| p.starts_with("rules/derived") || p.starts_with("rules/infer"))
    {
        let file: RawDerivedFile = files.toml(&path, faults);
        for raw in file.derived {
            let place = Place {
                files,
                path: &path,
                id: &raw.name,
            };
            let when = if raw.when.trim().is_empty() {
                None
            } else {
                place.expr(&raw.when, faults)
            };
            let default = match raw.default.as_str() {
                "unknown" => Tri::Unknown,
                "absent" => Tri::Absent,
                other => {
                    place.fault(
                        faults,
                        format!("default must be unknown or absent, got `{other}`"),
                    );
                    continue;
                }
            };
            let name = ConceptId::new(&raw.name);
            let value = Derived {
                name: name.clone(),
                title: raw.title,
                when,
                default,
                confirmation: raw.confirmation,
                asked_by: raw.asked_by.iter().map(|q| QuestionId::new(q)).collect(),
                unanswered: raw.unanswered.iter().map(|q| QuestionId::new(q)).collect(),
                source: raw.source,
            };
            if derived.insert(name, value).is_some() {
                place.fault(faults, "is defined twice");
            }
        }
        for raw in file.infer {
            let place = Place {
                files,
                path: &path,
                id: &raw.then,
            };
            if let Some(when) = place.expr(&raw.when, faults) {
                inferences.push(Inference {
                    then: ConceptId::new(&raw.then),
                    when,
                    like: raw.like.as_deref().map(ConceptId::new),
                });
            }
        }
    }
    (derived, inferences)
}
