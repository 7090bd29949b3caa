//! Days in calls, as the hospital counts them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::{day_of, days_later, onset_day};
use crate::http::ApiError;

/// Days of one question at most.
const LONGEST: u32 = 366;

/// Reads `YYYY-MM-DD`.
pub(in crate::http::staff) fn read_day(field: &str, text: &str) -> Result<Date, ApiError> {
    text.parse()
        .map_err(|_| ApiError::field(field, "日期,如 2026-11-27"))
}

/// First and last day; without them the last so many days until today.
pub(in crate::http::staff) fn read_days(
    from: Option<&str>,
    to: Option<&str>,
    days: u32,
) -> Result<(Date, Date), ApiError> {
    let now = Timestamp::now();
    let to = to.map_or(Ok(day_of(now)), |text| read_day("to", text))?;
    let earlier = onset_day(days, now).unwrap_or(to).min(to);
    let from = from.map_or(Ok(earlier), |text| read_day("from", text))?;
    // A year at a time: each visit of these days is read.
    if from > to || days_later(from, LONGEST) < to {
        return Err(ApiError::field("from", "不晚于 to、且不早于 to 一年的日期"));
    }
    Ok((from, to))
}
