//! The care pathway: the first of seven stages, and the dated contacts of the follow-up. Carrying it out is left to
//! the hospital.

mod calendar;
mod scales;

use crate::domain::{
    Assessment, CarePlan, PlanStage, PlannedContact, Timestamp, Urgency, day_of, days_later,
};
use crate::knowledge::{Contact, FollowUp, Knowledge};
use crate::record;

pub use calendar::{PROMPT_KEYS, to_icalendar};
pub use scales::{Change, Score, ScoreError, change, score};

/// Opens the pathway of a visit; day zero is its day in +08:00.
pub fn open(knowledge: &Knowledge, assessment: &Assessment, opened: Timestamp) -> CarePlan {
    let today = day_of(opened);
    let template = template(knowledge, assessment);
    let stages: Vec<PlanStage> = knowledge
        .pathway
        .stages
        .iter()
        .map(|stage| PlanStage {
            id: stage.id,
            name: stage.name.clone(),
        })
        .collect();
    let first = PlanStage {
        id: 1,
        name: String::new(),
    };
    CarePlan {
        opened,
        stage: stages.first().cloned().unwrap_or(first),
        stages,
        route: assessment.route.id,
        urgency: assessment.urgency,
        see_by: days_later(today, days_until(assessment.urgency)),
        department: assessment
            .departments
            .first()
            .map(|choice| choice.name.clone())
            .unwrap_or_default(),
        follow_up: template.map(|found| found.id.clone()),
        follow_up_name: template.map(|found| found.name.clone()).unwrap_or_default(),
        contacts: template.map_or_else(Vec::new, |found| {
            let date = |contact: &Contact| planned(contact, today);
            found.contact.iter().map(date).collect()
        }),
    }
}

/// As JSON.
pub fn to_json(plan: &CarePlan) -> String {
    record::plan_to_json(plan).to_string()
}

/// The template that the route names; a person's review has none.
fn template<'k>(knowledge: &'k Knowledge, assessment: &Assessment) -> Option<&'k FollowUp> {
    let route = knowledge.routes.chosen(&assessment.route)?;
    let templates = &knowledge.pathway.follow_ups;
    templates.iter().find(|one| one.id == route.follow_up)
}

fn planned(contact: &Contact, today: jiff::civil::Date) -> PlannedContact {
    PlannedContact {
        date: days_later(today, contact.day),
        day: contact.day,
        mode: contact.mode.clone(),
        content: contact.content.clone(),
        red_flag_check: contact.red_flag_check,
    }
}

/// Days until the last day on which to be seen.
fn days_until(urgency: Urgency) -> u32 {
    match urgency {
        Urgency::Immediate => 0,
        Urgency::Within24h => 1,
        Urgency::Within1w => 7,
        // 「请在一两周内预约」
        Urgency::Routine | Urgency::SelfCare => 14,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::domain::{Route, RouteChoice};

    fn plan(route: Route, rule: &str) -> CarePlan {
        let (knowledge, _) = Knowledge::read(&contents::embedded());
        let assessment = Assessment {
            red_flags: vec![],
            urgency: Urgency::Routine,
            departments: vec![],
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
        };
        let late_evening_in_london = "2026-11-17T20:00:00Z".parse().expect("a time");
        open(&knowledge, &assessment, late_evening_in_london)
    }

    fn check(route: Route, rule: &str, template: &str) {
        let plan = plan(route, rule);
        assert_eq!(
            plan.follow_up.unwrap_or_default(),
            template,
            "{route} {rule}"
        );
    }

    #[test]
    fn every_route_has_its_template_and_a_replaced_node_its_own() {
        check(Route::Emergency, "R1-1", "F1");
        check(Route::UrgentReferral, "R2-1", "F2");
        check(Route::UrgentReferral, "R4-L3-1", "F4");
        check(Route::MinimallyInvasiveAssessment, "R3-1", "F3");
        check(Route::ReferralAssessment, "R3-1", "F2");
        check(Route::ConservativeIntensified, "R3-1", "F3b");
        check(Route::SelfCare, "R6-1", "F6");
        check(Route::HumanReview, "R0", "");
    }

    #[test]
    fn contacts_are_dated_from_the_day_of_the_visit_in_china() {
        let plan = plan(Route::Conservative, "R5-1");
        let dates: Vec<String> = plan
            .contacts
            .iter()
            .map(|one| one.date.to_string())
            .collect();
        assert_eq!(
            dates,
            ["2026-11-25", "2026-12-02", "2026-12-30", "2027-02-10"]
        );
        assert!(plan.contacts.iter().all(|contact| contact.red_flag_check));
        assert_eq!((plan.stage.id, plan.stages.len()), (1, 7));
        assert_eq!(plan.see_by.to_string(), "2026-12-02");
    }

    #[test]
    fn the_plan_as_json_names_template_and_contacts() {
        let json = to_json(&plan(Route::SelfCare, "R6-1"));
        let part = r#""follow_up":"F6","contacts":[{"date":"2026-11-21","day":3,"mode":"message""#;
        assert!(json.contains(part), "{json}");
    }
}
