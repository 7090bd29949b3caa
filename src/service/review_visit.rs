//! Reviewing a record: lines confirmed, edited or struck out, decisions agreed with or replaced; the original stays.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{Action, Edit, EditAction, EventBody, Route, Urgency};
use crate::record::{Screen, screen};

use super::add_event::to_the_end;
use super::cache::Live;
use super::get_record::write_record;
use super::open_record::{OpenedRecord, readable, write};
use super::staff::Member;
use super::{ChangeError, Service, check_text, now};

/// Characters of an edited line, and of a reason, at most.
const MAX_LINE: usize = 500;
const MAX_REASON: usize = 200;

/// What a clinician did.
#[derive(Debug, Clone, Default)]
pub struct ReviewRequest {
    /// Lines: id, what was done, and the words instead.
    pub lines: Vec<(String, EditAction, Option<String>)>,
    /// `department`, `route`, `urgency` with what stands instead and why.
    pub decisions: Vec<(&'static str, String, String)>,
    /// The clinician is through with it.
    pub finished: bool,
}

/// Stores a review, with its audit in the same transaction, and shows the record as it stands then.
///
/// # Errors
/// See [`ChangeError`]; nothing of the review is stored then.
pub async fn review_visit(
    service: &Arc<Service>,
    member: Member,
    id: Uuid,
    request: ReviewRequest,
) -> Result<OpenedRecord, ChangeError> {
    let service = Arc::clone(service);
    to_the_end(async move {
        readable(&service, id).await?;
        let visit = service.reach_for_staff(id).await?;
        let _turning = visit.turning.lock().await;
        let live = visit.live();
        if !live.consent.allows("record") {
            return Err(ChangeError::NoConsent("record"));
        }
        let edits = check(&service, id, &live, &request)?;
        let mut entry = member.did(Action::Reviewed, now());
        entry.visit = Some(id);
        entry.detail = counted(&edits, request.finished);
        let body = event(&member, &live, edits, request.finished);
        let next = service
            .add_event(id, &visit, &live, body, Some(entry))
            .await?;
        write(&service, id, &next).await
    })
    .await
}

fn check(
    service: &Service,
    id: Uuid,
    live: &Live,
    request: &ReviewRequest,
) -> Result<Vec<Edit>, ChangeError> {
    if live.assessment.is_none() {
        return Err(ChangeError::NoDecision);
    }
    let record = write_record(service, id, live).record;
    let screen = screen(&service.mind(), &live.state, &record, &live.review);
    let lines = request.lines.iter();
    let decisions = request.decisions.iter();
    lines
        .map(|(line, action, text)| check_line(&screen, line, *action, text.as_deref()))
        .chain(decisions.map(|(part, to, reason)| check_decision(live, part, to, reason)))
        .collect()
}

fn check_line(
    screen: &Screen,
    id: &str,
    action: EditAction,
    text: Option<&str>,
) -> Result<Edit, ChangeError> {
    let line = screen.lines.iter().find(|line| line.id == id);
    let line = line.ok_or_else(|| ChangeError::UnknownLine { id: id.to_owned() })?;
    let to = match action {
        EditAction::Edit => Some(words("lines.text", text.unwrap_or_default(), MAX_LINE)?),
        _ => None,
    };
    Ok(Edit {
        part: line.id.clone(),
        action,
        from: line.text.clone(),
        to,
        reason: None,
    })
}

/// What the machine had decided is agreed with when it is given again.
fn check_decision(live: &Live, part: &str, to: &str, reason: &str) -> Result<Edit, ChangeError> {
    let decided = live.assessment.as_ref().ok_or(ChangeError::NoDecision)?;
    let from = match part {
        "route" => {
            Route::parse(to).map_err(|_| ChangeError::Field {
                field: "route.id",
                expected: "一种就诊路径的编号",
            })?;
            decided.route.id.to_string()
        }
        "urgency" => {
            Urgency::parse(to).map_err(|_| ChangeError::Field {
                field: "urgency.id",
                expected: "immediate、within_24h、within_1w、routine、self_care 之一",
            })?;
            decided.urgency.to_string()
        }
        _ => {
            words("department.name", to, MAX_REASON)?;
            let first = decided.departments.first();
            first.map_or_else(String::new, |choice| choice.name.clone())
        }
    };
    if to.trim() == from {
        return Ok(Edit {
            part: part.to_owned(),
            action: EditAction::Confirm,
            from,
            to: None,
            reason: None,
        });
    }
    Ok(Edit {
        part: part.to_owned(),
        action: EditAction::Change,
        from,
        to: Some(to.trim().to_owned()),
        reason: Some(words("reason", reason, MAX_REASON)?),
    })
}

fn words(field: &'static str, text: &str, most: usize) -> Result<String, ChangeError> {
    let wrong = ChangeError::Field {
        field,
        expected: if most == MAX_LINE {
            "1到500个字"
        } else {
            "1到200个字"
        },
    };
    match check_text(text) {
        Ok(text) if text.chars().count() <= most => Ok(text.trim().to_owned()),
        _ => Err(wrong),
    }
}

fn event(member: &Member, live: &Live, edits: Vec<Edit>, finished: bool) -> EventBody {
    let by = member.display_name.clone();
    let mut after = live.review.clone();
    after.apply(&by, now(), finished, &edits);
    let status = match (
        finished,
        after.parts.values().any(|one| one.edit.is_change()),
    ) {
        (false, _) => "in_progress",
        (true, false) => "confirmed",
        (true, true) => "amended",
    };
    let new = &after.history[live.review.history.len()..];
    EventBody::Reviewed {
        changes: new.iter().map(|one| one.in_words()).collect(),
        by,
        status: status.to_owned(),
        edits,
    }
}

/// `confirm 3, strike 1, finished`: numbers only.
fn counted(edits: &[Edit], finished: bool) -> String {
    let mut parts: Vec<String> = EditAction::ALL
        .iter()
        .filter_map(|action| {
            let count = edits.iter().filter(|edit| edit.action == *action).count();
            (count > 0).then(|| format!("{action} {count}"))
        })
        .collect();
    if finished {
        parts.push("finished".to_owned());
    }
    parts.join(", ")
}
