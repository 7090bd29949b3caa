//! Days in calls, as the hospital counts them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::{day_of, onset_day};
use crate::http::ApiError;

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
    if from > to {
        return Err(ApiError::field("from", "不晚于 to 的日期"));
    }
    Ok((from, to))
}
