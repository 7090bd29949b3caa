//! What holds for every case, whatever was said: danger added never makes a visit less urgent, the order and the repetition
//! of what was said change nothing, an absence that was stated never raises a flag. And every condition in a rule matters.

use std::collections::BTreeSet;

use jiwen::domain::{
    Assertion, Assessment, Case, ConceptId, Course, Evidence, Finding, Recency, Route, Source,
    Statement, Urgency,
};
use jiwen::knowledge::{Comparison, Expr, Knowledge};
use jiwen::triage::{self, Asked, Node};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::test_mind;

/// Findings that rules speak of, by id.
fn spoken_of(knowledge: &Knowledge) -> Vec<ConceptId> {
    let finding = |id: &&ConceptId| matches!(id.kind(), "SYM" | "HX" | "MED" | "TRIG");
    knowledge
        .flags
        .iter()
        .flat_map(|rule| rule.when.concepts())
        .filter(finding)
        .cloned()
        .collect::<BTreeSet<ConceptId>>()
        .into_iter()
        .collect()
}

/// Findings whose absence speaks for a danger somewhere (no numbness in motor neurone disease), or that explain one away
/// (a cold with back ache): what stands under a NOT, through the derived values.
fn count_against(knowledge: &Knowledge) -> BTreeSet<ConceptId> {
    let mut found = BTreeSet::new();
    let rules = knowledge.flags.iter().flat_map(|rule| {
        std::iter::once(&rule.when)
            .chain(rule.otherwise.iter().map(|row| &row.when))
            .chain(rule.escalate.iter().map(|row| &row.when))
    });
    for when in rules {
        negated(knowledge, when, false, 0, &mut found);
    }
    found
}

fn negated(
    knowledge: &Knowledge,
    expr: &Expr,
    under_not: bool,
    depth: usize,
    into: &mut BTreeSet<ConceptId>,
) {
    match expr {
        Expr::And(items) | Expr::Or(items) => {
            for item in items {
                negated(knowledge, item, under_not, depth, into);
            }
        }
        Expr::Count(comparison, _, items) => {
            let upper = matches!(
                comparison,
                Comparison::AtMost | Comparison::LessThan | Comparison::Equal
            );
            for item in items {
                negated(knowledge, item, under_not || upper, depth, into);
            }
        }
        Expr::Not(inner) => negated(knowledge, inner, !under_not, depth, into),
        Expr::Concept(id, _) if under_not => {
            into.insert(id.clone());
        }
        Expr::Derived(id) if depth < 6 => {
            if under_not {
                into.insert(id.clone());
            }
            let when = knowledge
                .derived
                .get(id)
                .and_then(|derived| derived.when.as_ref());
            if let Some(when) = when {
                negated(knowledge, when, under_not, depth + 1, into);
            }
        }
        _ => {}
    }
}

fn finding(concept: &ConceptId, assertion: Assertion, course: Course) -> Statement {
    let words = format!("{concept} {assertion:?}");
    Statement::Finding {
        finding: Finding {
            course,
            source: Source::Choice,
            ..Finding::bare(
                concept.clone(),
                assertion,
                Evidence {
                    turn: 1,
                    end: words.chars().count(),
                    text: words,
                    start: 0,
                },
            )
        },
        replaces: false,
    }
}

fn course(kind: u8) -> Course {
    match kind {
        0 => Course::default(),
        1 => Course {
            onset_days: Some(3.0),
            recency: Some(Recency::New14),
            ..Course::default()
        },
        2 => Course {
            onset_days: Some(1.0),
            sudden: Some(true),
            severe: Some(true),
            ..Course::default()
        },
        _ => Course {
            onset_days: Some(700.0),
            recency: Some(Recency::Stable),
            ..Course::default()
        },
    }
}

fn decide(statements: &[Statement], age: f64) -> Assessment {
    let mind = test_mind();
    let mut case = Case::default();
    case.measures.insert("age".to_owned(), age);
    for statement in statements {
        case.apply(statement.clone());
    }
    let asked = Asked {
        concluding: true,
        ..Asked::default()
    };
    triage::decide(&mind.knowledge, &case, &asked, Node::Mis).0
}

/// The urgency of the red flags. What a department's rule alone makes urgent (dark urine and no complaint of spine or limb) is
/// left out: such a rule steps back where there is a complaint that has rules of its own.
fn level(assessment: &Assessment) -> Urgency {
    let flags = assessment.raised().map(|flag| flag.urgency);
    flags.max().unwrap_or(Urgency::Routine)
}

type Outline = (Urgency, Route, Vec<String>, BTreeSet<(String, String)>);

fn outline(assessment: &Assessment) -> Outline {
    (
        assessment.urgency,
        assessment.route.id,
        assessment
            .departments
            .iter()
            .map(|choice| choice.name.clone())
            .collect(),
        assessment
            .raised()
            .map(|flag| (flag.rule.to_string(), flag.status.as_str().to_owned()))
            .collect(),
    )
}

/// Findings by their number in [`spoken_of`], each with a course; no concept twice.
fn cases() -> impl Strategy<Value = Vec<(usize, u8)>> {
    proptest::collection::btree_map(0_usize..400, 0_u8..4, 1..9)
        .prop_map(|picked| picked.into_iter().collect())
}

fn statements(picked: &[(usize, u8)], all: &[ConceptId]) -> Vec<Statement> {
    let mut seen = BTreeSet::new();
    picked
        .iter()
        .filter_map(|(number, kind)| {
            let id = all.get(number % all.len())?;
            seen.insert(id.clone())
                .then(|| finding(id, Assertion::Present, course(*kind)))
        })
        .collect()
}

/// The same cases each time, so that a change is judged by what it changes; `PROPTEST_CASES=20000 PROPTEST_MAX_GLOBAL_REJECTS=99999 PROPTEST_RNG_SEED=7`
/// looks further.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_danger_added_never_lowers_the_urgency(picked in cases(), more in 0_usize..400, age in 12_u8..90) {
        let mind = test_mind();
        let all = spoken_of(&mind.knowledge);
        let against = count_against(&mind.knowledge);
        let said = statements(&picked, &all);
        let before = level(&decide(&said, f64::from(age)));
        let danger = all.get(more % all.len()).filter(|id| id.kind() == "SYM" && !against.contains(*id));
        prop_assume!(danger.is_some());
        let danger = danger.expect("assumed");
        let present = said.iter().any(|one| matches!(one, Statement::Finding { finding, .. } if &finding.concept == danger));
        prop_assume!(!present);
        let mut with = said.clone();
        with.push(finding(danger, Assertion::Present, course(1)));
        let after = level(&decide(&with, f64::from(age)));
        prop_assert!(after >= before, "{danger} turns {before} into {after} for {said:?}");
    }

    #[test]
    fn order_and_repetition_change_nothing(picked in cases(), turn in 0_usize..8, age in 12_u8..90) {
        let all = spoken_of(&test_mind().knowledge);
        let said = statements(&picked, &all);
        let first = outline(&decide(&said, f64::from(age)));
        let mut turned = said.clone();
        turned.rotate_left(turn % said.len().max(1));
        turned.reverse();
        prop_assert_eq!(&outline(&decide(&turned, f64::from(age))), &first);
        let twice: Vec<Statement> = said.iter().chain(&said).cloned().collect();
        prop_assert_eq!(&outline(&decide(&twice, f64::from(age))), &first);
    }

    #[test]
    fn a_stated_absence_never_raises(picked in cases(), less in 0_usize..400, age in 12_u8..90) {
        let mind = test_mind();
        let all = spoken_of(&mind.knowledge);
        let against = count_against(&mind.knowledge);
        let said = statements(&picked, &all);
        let absent = all.get(less % all.len()).filter(|id| !against.contains(*id));
        prop_assume!(absent.is_some());
        let absent = absent.expect("assumed");
        let present = said.iter().any(|one| matches!(one, Statement::Finding { finding, .. } if &finding.concept == absent));
        prop_assume!(!present);
        let before = decide(&said, f64::from(age));
        let mut with = said.clone();
        with.push(finding(absent, Assertion::Absent, Course::default()));
        let after = decide(&with, f64::from(age));
        prop_assert!(after.urgency <= before.urgency, "no {absent} turns {} into {} for {said:?}", before.urgency, after.urgency);
    }
}

/// Truth of a condition when each leaf, counted from left to right, is what the assignment says.
fn truth(expr: &Expr, assignment: &[bool], next: &mut usize) -> bool {
    match expr {
        Expr::And(items) => {
            let all: Vec<bool> = items
                .iter()
                .map(|item| truth(item, assignment, next))
                .collect();
            all.into_iter().all(|one| one)
        }
        Expr::Or(items) => {
            let all: Vec<bool> = items
                .iter()
                .map(|item| truth(item, assignment, next))
                .collect();
            all.into_iter().any(|one| one)
        }
        Expr::Count(comparison, n, items) => {
            let all: Vec<bool> = items
                .iter()
                .map(|item| truth(item, assignment, next))
                .collect();
            let held = all.into_iter().filter(|one| *one).count();
            comparison.holds(held as f64, *n as f64)
        }
        Expr::Not(inner) => !truth(inner, assignment, next),
        _ => {
            *next += 1;
            assignment[*next - 1]
        }
    }
}

/// Leaves that are the same condition have one value.
fn leaves(expr: &Expr) -> (Vec<String>, Vec<usize>) {
    let mut names: Vec<String> = vec![];
    let mut of_leaf = vec![];
    expr.each_leaf(&mut |leaf| {
        let name = leaf.to_string();
        let index = names
            .iter()
            .position(|other| *other == name)
            .unwrap_or_else(|| {
                names.push(name.clone());
                names.len() - 1
            });
        of_leaf.push(index);
    });
    (names, of_leaf)
}

#[test]
fn every_condition_in_a_rule_matters() {
    let mind = test_mind();
    let knowledge = &mind.knowledge;
    let flags = knowledge.flags.iter().flat_map(|rule| {
        std::iter::once(&rule.when)
            .chain(rule.otherwise.iter().map(|row| &row.when))
            .chain(rule.escalate.iter().map(|row| &row.when))
            .map(|when| (rule.id.to_string(), when))
    });
    let routing = knowledge
        .routing
        .iter()
        .map(|rule| (rule.id.to_string(), &rule.when));
    let rows = knowledge
        .routes
        .routes
        .iter()
        .flat_map(|def| &def.rows)
        .map(|row| (row.id.to_string(), &row.when));
    let mut idle = vec![];
    let mut conditions = 0;
    for (id, when) in flags.chain(routing).chain(rows) {
        let (names, of_leaf) = leaves(when);
        for (at, name) in names.iter().enumerate() {
            conditions += 1;
            if !can_matter(when, &of_leaf, &names, at) {
                idle.push(format!("{id}: {name}"));
            }
        }
    }
    assert!(conditions > 900, "{conditions}");
    assert!(
        idle.is_empty(),
        "of {conditions} conditions these change nothing:\n{}",
        idle.join("\n")
    );
}

/// Looks for a case in which the rule turns on this condition alone: walks from random cases with a fixed seed.
fn can_matter(when: &Expr, of_leaf: &[usize], names: &[String], at: usize) -> bool {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let value = |values: &[bool]| {
        let assignment: Vec<bool> = of_leaf.iter().map(|index| values[*index]).collect();
        truth(when, &assignment, &mut 0)
    };
    (0..6000).any(|round| {
        // From few to many conditions that hold.
        let share = 1 + round % 15;
        // Other rules rarely fire, or a rule that wants none of forty would never be seen.
        let mut values: Vec<bool> = names
            .iter()
            .map(|name| draw() % 16 < share && (!name.starts_with("RF-") || draw() % 64 == 0))
            .collect();
        values[at] = true;
        let with = value(&values);
        values[at] = false;
        with != value(&values)
    })
}
