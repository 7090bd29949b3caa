//! The audit, for an auditor.

use jiff::civil::Date;

use crate::domain::{Action, days_later};
use crate::store::StoredEntry;

use super::staff::{Member, StaffError};
use super::{Service, now};

/// Entries of one answer at most.
const MOST: u32 = 1000;

/// Entries of some days, oldest first, after a position; true when there are more. That it was read is noted, too.
///
/// # Errors
/// When the audit cannot be read or written.
pub async fn read_audit(
    service: &Service,
    member: &Member,
    from: Date,
    until: Date,
    after: i64,
) -> Result<(Vec<StoredEntry>, bool), StaffError> {
    let book = service.log.staff();
    let mut entry = member.did(Action::AuditRead, now());
    entry.detail = format!("{from} to {until}");
    book.note(&entry).await?;
    let (start, end) = (midnight(from), midnight(days_later(until, 1)));
    let mut entries = book.list_entries(&start, &end, after, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = entries.len() > most;
    entries.truncate(most);
    Ok((entries, more))
}

/// The instant at which a day begins in +08:00, in UTC.
fn midnight(day: Date) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    day.to_zoned(zone)
        .map_or_else(|_| day.to_string(), |start| start.timestamp().to_string())
}
