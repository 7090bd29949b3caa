//! A calendar entry for the next date: by when to be seen, from the urgency.

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::Span;
use jiff::tz::TimeZone;

use crate::domain::Urgency;
use crate::service::{Site, VisitRecord};

/// Writes an iCalendar text; `None` while there is no decision.
pub(super) fn write(visit: &str, found: &VisitRecord, site: &Site) -> Option<String> {
    let assessment = found.assessment.as_ref()?;
    let opened = found.opened.to_zoned(TimeZone::fixed(jiff::tz::offset(8)));
    let day = opened
        .date()
        .checked_add(Span::new().days(days_until(assessment.urgency)))
        .ok()?;
    let department = assessment
        .departments
        .first()
        .map_or("门诊", |choice| choice.name.as_str());
    let mut due = Property::new("DTSTART", day.strftime("%Y%m%d").to_string());
    due.add_parameter("VALUE", "DATE");
    let stamp = found.opened.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut event = Event::new();
    event
        .uid(&format!("{visit}@jiwen"))
        .add_property("DTSTAMP", stamp)
        .append_property(due)
        .summary(&format!("就诊:{department}"))
        .description(&format!(
            "最晚在这一天就诊({})。由AI预问诊生成,仅供参考,以医生意见为准。",
            assessment.urgency.chinese()
        ))
        .location(&site.hospital);
    Some(Calendar::new().push(event).done().to_string())
}

/// Days until the last day on which to be seen.
fn days_until(urgency: Urgency) -> i64 {
    match urgency {
        Urgency::Immediate => 0,
        Urgency::Within24h => 1,
        Urgency::Within1w => 7,
        Urgency::Routine | Urgency::SelfCare => 14,
    }
}
