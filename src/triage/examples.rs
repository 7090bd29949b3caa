//! Runs the examples that come with rules: each must fire, each near miss must not.

use crate::domain::{Case, ConceptId, Evidence, Finding, Source, Statement};
use crate::knowledge::{Example, Fault, Files, Knowledge, StatedFact, Subject};

use super::evaluate::{Policy, View};
use super::flags::{Asked, decide};

/// Runs every example; returns those that come out wrong.
pub fn run_examples(knowledge: &Knowledge, files: &Files) -> Vec<Fault> {
    let mut faults = vec![];
    for rule in &knowledge.flags {
        for example in &rule.examples {
            let case = case_of(example);
            let mut view = View::new(knowledge, &case);
            let (raised, _) = decide(knowledge, &mut view, &Asked::default());
            let found = raised
                .iter()
                .find(|one| one.rule.id == rule.id)
                .map(|one| one.flag.urgency);
            let wrong = match (example.fires, found, example.level) {
                (true, None, _) => Some("must fire and does not".to_owned()),
                (false, Some(level), _) => Some(format!("must not fire and gives {level}")),
                (true, Some(level), Some(expected)) if level != expected => {
                    Some(format!("must give {expected} and gives {level}"))
                }
                _ => None,
            };
            faults.extend(wrong.map(|message| {
                fault(files, &rule.file, rule.id.as_str(), &example.says, &message)
            }));
        }
    }
    for rule in &knowledge.routing {
        for example in &rule.examples {
            let case = case_of(example);
            let view = View::new(knowledge, &case);
            let holds = view
                .evaluate(
                    &rule.when,
                    &Policy {
                        concluding: true,
                        ..Policy::default()
                    },
                )
                .holds();
            if holds != example.fires {
                let message = if example.fires {
                    "must fire and does not"
                } else {
                    "must not fire and does"
                };
                faults.push(fault(
                    files,
                    "rules/departments.toml",
                    rule.id.as_str(),
                    &example.says,
                    message,
                ));
            }
        }
    }
    for case in &knowledge.routing_cases {
        let facts = case_of(&case.example);
        let view = View::new(knowledge, &facts);
        let chosen = super::departments::routing_rule(knowledge, &view);
        let first = chosen.map_or("none", |rule| rule.first.as_str());
        if first != case.first {
            let by = chosen.map_or("no rule", |rule| rule.id.as_str());
            let message = format!("must go to {} and goes to {first} by {by}", case.first);
            faults.push(fault(
                files,
                "rules/departments.toml",
                "case",
                &case.example.says,
                &message,
            ));
        }
    }
    for route in &knowledge.routes.routes {
        for example in &route.examples {
            let mut case = case_of(example);
            let engine: Vec<(String, bool)> = take_engine_values(&mut case);
            let mut view = View::new(knowledge, &case);
            for name in crate::knowledge::SITE_VALUES {
                view.set_engine_value(name, crate::domain::Tri::Absent);
            }
            for (name, value) in &engine {
                view.set_engine_value(name, crate::domain::Tri::from(*value));
            }
            let policy = Policy {
                concluding: true,
                ..Policy::default()
            };
            let holds = route
                .rows
                .iter()
                .any(|row| view.evaluate(&row.when, &policy).holds());
            if holds != example.fires {
                let message = if example.fires {
                    "must hold and does not"
                } else {
                    "must not hold and does"
                };
                faults.push(fault(
                    files,
                    "rules/routes.toml",
                    &route.id,
                    &example.says,
                    message,
                ));
            }
        }
    }
    faults
}

/// The case that an example's facts add up to.
pub fn case_of(example: &Example) -> Case {
    let mut case = Case {
        sex: example.sex,
        ..Case::default()
    };
    let evidence = Evidence {
        turn: 1,
        text: example.says.clone(),
        start: 0,
        end: example.says.chars().count(),
    };
    for fact in &example.facts {
        if let Subject::Concept(concept) = &fact.subject {
            case.apply(Statement::Finding {
                finding: finding(concept, fact, &evidence),
                replaces: false,
            });
        }
    }
    for (name, value) in &example.measures {
        case.apply(Statement::Measure {
            name: name.clone(),
            value: *value,
            evidence: evidence.clone(),
        });
    }
    case
}

/// Engine values may be listed among an example's facts; they are not said by a patient.
fn take_engine_values(case: &mut Case) -> Vec<(String, bool)> {
    let names: Vec<ConceptId> = case
        .facts
        .keys()
        .filter(|id| crate::knowledge::ENGINE_VALUES.contains(&id.as_str()))
        .cloned()
        .collect();
    names
        .into_iter()
        .map(|name| {
            let present = case.has(name.as_str());
            case.facts.remove(&name);
            (name.to_string(), present)
        })
        .collect()
}

fn finding(concept: &ConceptId, fact: &StatedFact, evidence: &Evidence) -> Finding {
    Finding {
        side: fact.side,
        course: fact.course,
        source: Source::Choice,
        ..Finding::bare(concept.clone(), fact.assertion, evidence.clone())
    }
}

fn fault(files: &Files, path: &str, id: &str, says: &str, message: &str) -> Fault {
    let line = files
        .0
        .get(path)
        .and_then(|content| {
            content
                .lines()
                .position(|line| !says.is_empty() && line.contains(says))
        })
        .map_or_else(|| files.line_of_id(path, id), |index| index + 1);
    Fault {
        file: path.to_owned(),
        line,
        message: format!("{id}: 「{says}」 {message}"),
    }
}
