//! Days as the hospital counts them. China has one time zone and no summer time.

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Timestamp;

/// The day of an instant in +08:00.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).date()
}

/// The day so many days later; the same day at the end of the calendar.
pub fn days_later(day: Date, days: u32) -> Date {
    day.saturating_add(Span::new().days(i64::from(days)))
}

/// The day on which something began that has lasted so many days at `at`.
pub fn onset_day(days: u32, at: Timestamp) -> Option<Date> {
    day_of(at)
        .checked_sub(Span::new().days(i64::from(days)))
        .ok()
}

/// Whole days of a duration. Hours count as the same day. Nobody has had a pain for 200 years.
pub fn whole_days(days: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    (0.0..=73_000.0)
        .contains(&days)
        .then(|| days.floor() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_onset_is_counted_back_in_the_hospitals_calendar() {
        let late_evening_in_london = "2026-11-17T20:00:00Z".parse().expect("a time");
        let onset = onset_day(90, late_evening_in_london).map(|day| day.to_string());
        assert_eq!(onset.as_deref(), Some("2026-08-20"));
    }

    #[test]
    fn a_duration_is_a_whole_number_of_days_or_nothing() {
        assert_eq!(whole_days(0.25), Some(0));
        assert_eq!(whole_days(90.9), Some(90));
        assert_eq!(whole_days(-1.0), None);
        assert_eq!(whole_days(f64::NAN), None);
    }
}
