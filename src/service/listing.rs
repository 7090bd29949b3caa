//! What lists and figures say of a visit, from what is known of it now.

use uuid::Uuid;

use crate::domain::{FlagMark, Listing, Override, Shown, Timestamp};
use crate::record;

use super::cache::Live;
use super::replay::replay;
use super::{GUARDIAN_AGE, Service, VisitError};

/// Puts it together; what the patient does not let staff see stays out of it.
pub(super) fn listing(service: &Service, visit: Uuid, live: &Live) -> Listing {
    let (state, decided) = (&live.state, live.assessment.as_ref());
    let age = state.case.age().or(state.opening.age);
    let handed_over = live.is_handed_over();
    let shown = match (live.consent.allows("record"), handed_over) {
        (true, _) => Shown::Full,
        (false, true) => Shown::CallOnly,
        (false, false) => Shown::Hidden,
    };
    let full = shown == Shown::Full;
    let replaced = live.review.instead_of("department");
    let replaced = replaced.and_then(|signed| signed.edit.to.clone());
    let department = decided.and_then(|decided| decided.departments.first());
    Listing {
        visit,
        opened: live.opened,
        updated: live.updated,
        channel: state.opening.channel,
        age: age.filter(|_| full),
        sex: state.case.sex.or(state.opening.sex).filter(|_| full),
        patient_ref: state.opening.patient_ref.clone().filter(|_| full),
        complaint: if full && state.turn() > 0 {
            record::main_complaint(&service.mind(), state)
        } else {
            String::new()
        },
        urgency: decided.map(|decided| decided.urgency),
        red_flags: flags(service, live),
        department: replaced
            .or_else(|| department.map(|choice| choice.name.clone()))
            .unwrap_or_default(),
        route: decided.map(|decided| decided.route.id),
        done: state.is_done(),
        handed_over,
        desk: live.desk,
        review: live.review.status,
        reviewed_by: live.review.by.clone(),
        reviewed_at: live.review.at,
        pediatric: age.is_some_and(|age| age < GUARDIAN_AGE),
        shown,
        questions: state.questions_put,
        seconds: state
            .is_done()
            .then(|| seconds(live.opened, live.last_turn)),
        overrides: overrides(live),
        spoken: count(state.spoken.len()),
        spoken_confirmed: count(state.spoken.values().filter(|one| one.confirmed).count()),
    }
}

fn count(turns: usize) -> u32 {
    u32::try_from(turns).unwrap_or(u32::MAX)
}

fn seconds(from: Timestamp, until: Timestamp) -> u32 {
    u32::try_from(until.as_second() - from.as_second()).unwrap_or_default()
}

/// Flags raised, once each, named by what is looked at.
fn flags(service: &Service, live: &Live) -> Vec<FlagMark> {
    let mind = service.mind();
    let labels = &mind.knowledge.layout.red_flag;
    let mut marks: Vec<FlagMark> = vec![];
    for flag in live.assessment.iter().flat_map(|decided| decided.raised()) {
        match marks.iter_mut().find(|mark| mark.id == flag.id) {
            Some(mark) => mark.status = mark.status.max(flag.status),
            None if flag.id.is_empty() => {}
            None => {
                let label = labels.iter().find(|label| label.id == flag.id);
                marks.push(FlagMark {
                    id: flag.id.clone(),
                    name: label.map_or(&flag.name, |label| &label.name).clone(),
                    status: flag.status,
                });
            }
        }
    }
    marks
}

fn overrides(live: &Live) -> Vec<Override> {
    let parts = ["department", "route", "urgency"].into_iter();
    parts
        .filter_map(|part| live.review.instead_of(part))
        .map(|signed| Override {
            part: signed.edit.part.clone(),
            from: signed.edit.from.clone(),
            to: signed.edit.to.clone().unwrap_or_default(),
            reason: signed.edit.reason.clone().unwrap_or_default(),
        })
        .collect()
}

/// Lists the visits of before there were listings; once, after an update. A visit that goes on meanwhile lists itself.
///
/// # Errors
/// When the log cannot be read or written; a visit that cannot be read is left out.
pub async fn list_old_visits(service: &Service) -> Result<usize, VisitError> {
    let reader = service.log.reader();
    let mut listed = 0;
    for visit in reader.list_unlisted().await? {
        let events = reader.list_events(visit).await?;
        let Ok(live) = replay(&[&service.mind()], &service.site, &events) else {
            continue;
        };
        let row = listing(service, visit, &live);
        let last = live.next_seq.saturating_sub(1);
        service.log.staff().put_missing_listing(&row, last).await?;
        listed += 1;
    }
    Ok(listed)
}
