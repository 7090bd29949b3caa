//! The plan as a calendar: by when to be seen, and each contact, as whole-day entries in plain words.

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::civil::Date;

use crate::domain::{CarePlan, PlannedContact};
use crate::knowledge::Prompts;

/// Keys of sentences that the calendar needs; the checker looks for them.
pub const PROMPT_KEYS: [&str; 10] = [
    "pathway.visit.title",
    "pathway.visit.text",
    "pathway.visit.no_department",
    "pathway.contact.title",
    "pathway.contact.text",
    "pathway.contact.red_flags",
    "pathway.contact.worse",
    "pathway.mode.video",
    "pathway.mode.phone",
    "pathway.mode.message",
];

/// Writes an iCalendar text. The same visit gives the same ids, so a second import replaces the first.
pub fn to_icalendar(plan: &CarePlan, visit: &str, hospital: &str, prompts: &Prompts) -> String {
    let mut calendar = Calendar::new();
    calendar.push(appointment(plan, visit, hospital, prompts));
    for (index, contact) in plan.contacts.iter().enumerate() {
        calendar.push(follow_up(plan, visit, index, contact, prompts));
    }
    calendar.done().to_string()
}

fn appointment(plan: &CarePlan, visit: &str, hospital: &str, prompts: &Prompts) -> Event {
    let department = if plan.department.is_empty() {
        prompts.line("pathway.visit.no_department")
    } else {
        plan.department.as_str()
    };
    let values = [
        ("department", department),
        ("urgency", plan.urgency.chinese()),
    ];
    let mut event = whole_day(plan, &format!("{visit}@jiwen"), plan.see_by);
    event
        .summary(&prompts.filled("pathway.visit.title", &values))
        .description(&prompts.filled("pathway.visit.text", &values));
    if !hospital.is_empty() {
        event.location(hospital);
    }
    event.done()
}

fn follow_up(
    plan: &CarePlan,
    visit: &str,
    index: usize,
    contact: &PlannedContact,
    prompts: &Prompts,
) -> Event {
    let mode = format!("pathway.mode.{}", contact.mode);
    let day = contact.day.to_string();
    let values = [("mode", prompts.line(&mode)), ("day", day.as_str())];
    let mut parts = vec![prompts.filled("pathway.contact.text", &values)];
    if contact.red_flag_check {
        parts.push(prompts.line("pathway.contact.red_flags").to_owned());
    }
    parts.push(prompts.line("pathway.contact.worse").to_owned());
    let uid = format!("{visit}-{}@jiwen", index + 1);
    let mut event = whole_day(plan, &uid, contact.date);
    event
        .summary(&prompts.filled("pathway.contact.title", &values))
        .description(&parts.concat());
    event.done()
}

fn whole_day(plan: &CarePlan, uid: &str, day: Date) -> Event {
    let mut start = Property::new("DTSTART", day.strftime("%Y%m%d").to_string());
    start.add_parameter("VALUE", "DATE");
    let stamp = plan.opened.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut event = Event::new();
    event
        .uid(uid)
        .add_property("DTSTAMP", stamp)
        .append_property(start.done());
    event.done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::domain::{PlanStage, Route, Urgency};
    use crate::knowledge::Knowledge;

    fn plan() -> CarePlan {
        let contact = |day: i8| PlannedContact {
            date: jiff::civil::date(2026, 11, 18 + day),
            day: 3,
            mode: "phone".to_owned(),
            content: vec!["NRS".to_owned()],
            red_flag_check: true,
        };
        CarePlan {
            opened: "2026-11-17T20:00:00Z".parse().expect("a time"),
            stage: PlanStage {
                id: 1,
                name: String::new(),
            },
            stages: vec![],
            route: Route::UrgentReferral,
            urgency: Urgency::Within24h,
            see_by: jiff::civil::date(2026, 11, 19),
            department: "脊柱外科".to_owned(),
            follow_up: Some("F2".to_owned()),
            follow_up_name: String::new(),
            contacts: vec![contact(1), contact(3)],
        }
    }

    /// Long lines are folded by the format; a reader unfolds them.
    fn written() -> String {
        let (knowledge, _) = Knowledge::read(&contents::embedded());
        let text = to_icalendar(&plan(), "v1", "县医院", &knowledge.prompts);
        text.replace("\r\n ", "")
    }

    #[test]
    fn the_calendar_has_the_visit_and_each_contact_on_whole_days() {
        let text = written();
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 3);
        for line in [
            "DTSTART;VALUE=DATE:20261119",
            "DTSTART;VALUE=DATE:20261121",
            "DTSTAMP:20261117T200000Z",
            "UID:v1@jiwen",
            "UID:v1-2@jiwen",
            "SUMMARY:就诊:脊柱外科",
            "LOCATION:县医院",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[test]
    fn the_words_are_plain_and_the_same_visit_gives_the_same_text() {
        let text = written().replace("PRODID", "");
        assert!(text.contains("AI") && text.contains("电话"));
        for word in ["NRS", "ODI", "pathway.", "{"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        assert_eq!(written(), written());
    }
}
