//! Patients put together by hand, for the tests of this room.

// The mark tells the test of layers, too, that what follows is test code.
#[cfg(test)]
use std::sync::OnceLock;

use crate::contents;
use crate::domain::{
    Assertion, Assessment, Case, Channel, Consent, Course, DepartmentChoice, Evidence, Fact,
    Finding, Opening, Route, RouteChoice, Side, Source, Statement, Urgency,
};
use crate::interview::{LeftOut, Mind, State};
use crate::knowledge::Knowledge;
use crate::nlu::Reader;
use crate::triage::Node;

/// The built-in knowledge, read once.
pub fn mind() -> &'static Mind {
    static MIND: OnceLock<Mind> = OnceLock::new();
    MIND.get_or_init(|| {
        let (knowledge, _) = Knowledge::read(&contents::embedded());
        Mind {
            reader: Reader::new(&knowledge),
            knowledge,
            node: Node::Mis,
            witness: None,
            left_out: LeftOut::default(),
        }
    })
}

pub fn knowledge() -> &'static Knowledge {
    &mind().knowledge
}

/// A case that is built finding by finding.
#[derive(Default)]
pub struct Patient {
    pub case: Case,
}

impl Patient {
    /// States a present finding; its course can be changed.
    pub fn has(&mut self, concept: &str, side: Side, days: Option<f64>) -> &mut Course {
        let fact = self.state(concept, Assertion::Present);
        fact.side = side;
        fact.course.onset_days = days;
        &mut fact.course
    }

    /// States a denied finding.
    pub fn denies(&mut self, concept: &str) {
        self.state(concept, Assertion::Absent);
    }

    pub fn state(&mut self, concept: &str, assertion: Assertion) -> &mut Fact {
        let finding = Finding {
            source: Source::Choice,
            ..Finding::bare(concept.into(), assertion, quote(concept))
        };
        self.case.apply(Statement::Finding {
            finding,
            replaces: true,
        });
        self.case.facts.get_mut(concept).expect("just stated")
    }

    pub fn measures(&mut self, name: &str, value: f64) {
        self.case.apply(Statement::Measure {
            name: name.to_owned(),
            value,
            evidence: quote(name),
        });
    }

    pub fn visit(self) -> State {
        let mut state = State::new(Opening {
            channel: Channel::Kiosk,
            for_self: true,
            age: self.case.age(),
            sex: self.case.sex,
            region: None,
            patient_ref: None,
            consent: Consent::default(),
        });
        state.case = self.case;
        state
    }
}

/// Words of the third turn.
pub fn quote(text: &str) -> Evidence {
    Evidence {
        turn: 3,
        text: text.to_owned(),
        start: 0,
        end: text.chars().count(),
    }
}

/// A decision with nothing in it but the way and the department.
pub fn assessment(route: Route, rule: &str) -> Assessment {
    Assessment {
        red_flags: vec![],
        urgency: Urgency::Routine,
        departments: vec![DepartmentChoice {
            name: "脊柱外科".to_owned(),
            score: 1.0,
            rule: "RT-BACK-1".into(),
            because: "腰痛伴腿部神经症状".to_owned(),
            reasons: vec![],
            source: String::new(),
        }],
        route: RouteChoice {
            id: route,
            rule: rule.into(),
            because: vec![],
            reasons: vec![],
            source: String::new(),
            missing: vec![],
            criteria: vec![],
            exclusions: vec![],
        },
        conditions: vec![],
    }
}

/// A visit of 18 November 2026 in China.
pub fn meta(assessment: Option<Assessment>) -> super::RecordMeta {
    let opened = "2026-11-17T20:00:00Z".parse().expect("a time");
    super::RecordMeta {
        visit: "01890000-0000-7000-8000-000000000000".to_owned(),
        opened,
        created: opened,
        hospital: "县医院".to_owned(),
        assessment,
        plan: None,
        review: super::Review::default(),
    }
}
