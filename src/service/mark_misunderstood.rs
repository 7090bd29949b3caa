//! Marking words that were understood wrongly. The words themselves go to an editor only with the patient's consent.

use uuid::Uuid;

use crate::domain::{Action, EventBody, Said};
use crate::store::Phrase;

use super::open_record::readable;
use super::staff::{Member, StaffError};
use super::{ChangeError, Service, check_text, now};

/// Characters of a note at most.
const MAX_NOTE: usize = 200;

/// Words of a turn that were understood wrongly.
#[derive(Debug, Clone)]
pub struct Misunderstood {
    /// Turn, from 1.
    pub turn: u32,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// What is wrong.
    pub note: String,
    /// What it should have been understood as; may be empty.
    pub concept: String,
}

/// Notes it; true when the words went into the queue.
///
/// # Errors
/// See [`ChangeError`]; nothing is stored then.
pub async fn mark_misunderstood(
    service: &Service,
    member: &Member,
    id: Uuid,
    marked: Misunderstood,
) -> Result<bool, ChangeError> {
    let live = readable(service, id).await?;
    let text = words(service, id, &marked).await?;
    let note = check_text(&marked.note).unwrap_or_default();
    if note.chars().count() > MAX_NOTE || marked.concept.chars().count() > MAX_NOTE {
        return Err(ChangeError::Field {
            field: "note",
            expected: "不超过200个字",
        });
    }
    let mut entry = member.did(Action::Misunderstood, now());
    entry.visit = Some(id);
    entry.detail = format!("turn {} {}-{}", marked.turn, marked.start, marked.end);
    if !live.consent.allows("improvement") {
        service.log.staff().note(&entry).await?;
        return Ok(false);
    }
    let phrase = Phrase {
        at: entry.at,
        visit: id,
        turn: marked.turn,
        start: marked.start,
        end: marked.end,
        text,
        note,
        concept: marked.concept,
        by: member.name.clone(),
    };
    let last = live.next_seq.saturating_sub(1);
    Ok(service
        .log
        .staff()
        .add_phrase(&phrase, last, &entry)
        .await?)
}

async fn words(service: &Service, id: Uuid, marked: &Misunderstood) -> Result<String, ChangeError> {
    let events = service.log.reader().list_events(id).await?;
    let said = events.into_iter().find_map(|event| match event.body? {
        EventBody::Turn { turn, heard, .. } if turn == marked.turn => Some(heard.said),
        _ => None,
    });
    let Some(Said::Text(text)) = said else {
        return Err(ChangeError::Field {
            field: "turn",
            expected: "病人说了话的一轮",
        });
    };
    let length = marked.end.saturating_sub(marked.start);
    let found: String = text
        .chars()
        .skip(usize::try_from(marked.start).unwrap_or(usize::MAX))
        .take(usize::try_from(length).unwrap_or(0))
        .collect();
    if length == 0 || found.chars().count() != usize::try_from(length).unwrap_or(0) {
        return Err(ChangeError::Field {
            field: "start",
            expected: "这一轮话里的一段,end 大于 start",
        });
    }
    Ok(found)
}

/// The queue of phrases, for an editor.
///
/// # Errors
/// When it cannot be read, or the audit not written.
pub async fn list_phrases(service: &Service, member: &Member) -> Result<Vec<Phrase>, StaffError> {
    let book = service.log.staff();
    book.note(&member.did(Action::PhrasesRead, now())).await?;
    Ok(book.list_phrases().await?)
}
