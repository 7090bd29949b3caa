//! The worklist: visits that patients let staff see, most urgent first.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;

use crate::domain::{Action, ListState, Listing, VisitCode, day_of, days_later};
use crate::store::ListQuery;

use super::staff::{Member, StaffError};
use super::{Service, now};

/// Rows of one list at most; nobody reads more.
const MOST: u32 = 500;
/// A screen that reloads by itself is noted once in this time; milliseconds.
const NOTED_EVERY_MS: i64 = 10 * 60 * 1000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct WorklistQuery {
    /// Where visits stand.
    pub state: ListState,
    /// A visit code or the hospital's reference; empty for all.
    pub text: String,
    /// One day; without it today and yesterday, or any day when a text is given.
    pub day: Option<Date>,
}

/// The list.
#[derive(Debug, Clone)]
pub struct Worklist {
    /// Most urgent first, then oldest first.
    pub visits: Vec<Listing>,
    /// There are more than are shown.
    pub more: bool,
}

/// When who was last noted as having seen a list.
#[derive(Default)]
pub(super) struct Noted(Mutex<HashMap<String, i64>>);

impl Noted {
    /// True when it is time to note it again.
    fn is_due(&self, who: &str, at_ms: i64) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = noted
            .get(who)
            .is_none_or(|last| at_ms - last >= NOTED_EVERY_MS);
        if due {
            noted.insert(who.to_owned(), at_ms);
        }
        due
    }
}

/// Reads the list. A search is noted each time, the list itself once in ten minutes: screens reload it at every turn.
///
/// # Errors
/// When the log cannot be read or the audit not written.
pub async fn list_visits(
    service: &Service,
    member: &Member,
    query: &WorklistQuery,
) -> Result<Worklist, StaffError> {
    let at = now();
    let text = query.text.trim();
    if !text.is_empty() || service.noted.is_due(&member.name, at.as_millisecond()) {
        let mut entry = member.did(Action::Listed, at);
        if !text.is_empty() {
            entry.detail = "search".to_owned();
        }
        service.log.staff().note(&entry).await?;
    }
    let today = day_of(at);
    let (from, until) = match query.day {
        Some(day) => (day.to_string(), day.to_string()),
        None if text.is_empty() => {
            let yesterday = today.yesterday().unwrap_or(today);
            (yesterday.to_string(), days_later(today, 1).to_string())
        }
        None => ("0000".to_owned(), "9999".to_owned()),
    };
    let mut visits = service
        .log
        .reader()
        .list_listings(&ListQuery {
            state: query.state,
            code: VisitCode::parse(text).map_or_else(|_| String::new(), |code| code.to_string()),
            reference: text.to_owned(),
            from,
            until,
            most: MOST + 1,
        })
        .await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = visits.len() > most;
    visits.truncate(most);
    Ok(Worklist { visits, more })
}
