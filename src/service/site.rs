//! What differs between hospitals: the names of departments, where to call.
//! What stands in place of the core node is decided in `triage`.

use std::collections::BTreeMap;

use crate::domain::{Assessment, DepartmentChoice};

/// A hospital.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Site {
    /// Name shown to patients and printed on the record.
    pub hospital: String,
    /// Telephone for questions; empty when there is none.
    pub phone: String,
    /// Where to go in an emergency, one sentence.
    pub emergency: String,
    /// Contract name of a department → this hospital's name; empty when it has none.
    pub departments: BTreeMap<String, String>,
    /// Where to send patients whose department this hospital lacks; first choice first.
    pub fallback: Vec<String>,
}

impl Site {
    /// The decision as this hospital can carry it out.
    pub fn apply(&self, mut assessment: Assessment) -> Assessment {
        let mut departments: Vec<DepartmentChoice> = vec![];
        for mut choice in assessment.departments {
            choice.name = self.department(choice.name);
            if departments.iter().all(|other| other.name != choice.name) {
                departments.push(choice);
            }
        }
        assessment.departments = departments;
        assessment
    }

    fn department(&self, name: String) -> String {
        match self.departments.get(&name).map(String::as_str) {
            None => name,
            Some("") => self.fallback.first().cloned().unwrap_or(name),
            Some(ours) => ours.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Route, RouteChoice, Urgency};

    fn assessment(departments: &[&str]) -> Assessment {
        Assessment {
            red_flags: vec![],
            urgency: Urgency::Routine,
            departments: departments
                .iter()
                .map(|name| DepartmentChoice {
                    name: (*name).to_owned(),
                    score: 1.0,
                    rule: "RT-BACK-1".into(),
                    because: String::new(),
                    reasons: vec![],
                    source: String::new(),
                })
                .collect(),
            route: RouteChoice {
                id: Route::MinimallyInvasiveAssessment,
                rule: "R3-1".into(),
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

    #[test]
    fn departments_are_named_as_the_hospital_names_them() {
        let site = Site {
            departments: BTreeMap::from([
                ("脊柱外科".into(), "骨二科".into()),
                ("骨肿瘤科".into(), String::new()),
            ]),
            fallback: vec!["骨二科".into()],
            ..Site::default()
        };
        let names = |departments| -> Vec<String> {
            site.apply(assessment(departments))
                .departments
                .into_iter()
                .map(|choice| choice.name)
                .collect()
        };
        assert_eq!(names(&["脊柱外科", "疼痛科"]), ["骨二科", "疼痛科"]);
        assert_eq!(names(&["骨肿瘤科", "脊柱外科"]), ["骨二科"]);
    }
}
