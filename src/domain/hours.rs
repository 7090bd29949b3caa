//! When a clinic is open, week by week. The instant is an argument, as everywhere in this room.

use jiff::civil::Date;

use super::{Timestamp, day_of, days_later};

/// A stretch of one weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
    /// First minute, from midnight.
    pub from: u16,
    /// One past the last minute, 1440 at most.
    pub to: u16,
}

/// The opening hours of a clinic; none means that nothing is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// Stretches, in the order of the week.
    pub spans: Vec<OpenSpan>,
    /// Days on which it stays shut in spite of them.
    pub shut: Vec<Date>,
}

/// Whether a clinic is open at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Nobody said when it is open.
    Unknown,
    /// Open.
    Open,
    /// Shut; when it opens next, if it does within three weeks: the day and the minute of the day.
    Shut(Option<(Date, u16)>),
}

/// Days looked ahead: a week without hours and a long holiday.
const AHEAD: u32 = 21;

impl Hours {
    /// Whether it is open, by the clock of China.
    pub fn door(&self, at: Timestamp) -> Door {
        if self.spans.is_empty() {
            return Door::Unknown;
        }
        let (today, minute) = (day_of(at), minute_of(at));
        let open = |span: &OpenSpan| span.from <= minute && minute < span.to;
        if self.on(today).any(|span| open(&span)) {
            return Door::Open;
        }
        let next = (0..=AHEAD).find_map(|days| {
            let day = days_later(today, days);
            let opens = self.on(day).map(|span| span.from);
            let later = opens.filter(|from| days > 0 || *from > minute);
            Some((day, later.min()?))
        });
        Door::Shut(next)
    }

    /// The stretches of a day.
    fn on(&self, day: Date) -> impl Iterator<Item = OpenSpan> {
        let weekday = day.weekday().to_monday_one_offset();
        let shut = self.shut.contains(&day);
        let spans = self.spans.iter().copied();
        spans.filter(move |span| !shut && i16::from(span.weekday) == i16::from(weekday))
    }
}

/// The minute of the day in +08:00.
fn minute_of(at: Timestamp) -> u16 {
    let time = at
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
        .time();
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday to Friday, mornings and afternoons; shut on the 1st of January 2027, a Friday.
    fn clinic() -> Hours {
        let span = |weekday, from, to| OpenSpan { weekday, from, to };
        Hours {
            spans: (1..=5)
                .flat_map(|day| [span(day, 8 * 60, 12 * 60), span(day, 14 * 60, 17 * 60)])
                .collect(),
            shut: vec!["2027-01-01".parse().expect("a day")],
        }
    }

    #[test]
    fn a_clinic_is_open_shut_or_opens_later() {
        let at = |text: &str| format!("2026-11-{text}:00+08:00").parse().expect("a time");
        let day = |text: &str| text.parse().expect("a day");
        let (hours, friday, monday) = (clinic(), day("2026-11-20"), day("2026-11-23"));
        for (when, expected) in [
            ("20T08:00", Door::Open),
            ("20T11:59", Door::Open),
            ("20T07:59", Door::Shut(Some((friday, 480)))),
            ("20T12:00", Door::Shut(Some((friday, 840)))),
            ("20T17:00", Door::Shut(Some((monday, 480)))),
            ("21T10:00", Door::Shut(Some((monday, 480)))),
        ] {
            assert_eq!(hours.door(at(when)), expected, "{when}");
        }
    }

    #[test]
    fn a_holiday_is_stepped_over_and_no_hours_say_nothing() {
        let before = "2026-12-31T18:00:00+08:00".parse().expect("a time");
        let monday = "2027-01-04".parse().expect("a day");
        assert_eq!(clinic().door(before), Door::Shut(Some((monday, 480))));
        assert_eq!(Hours::default().door(before), Door::Unknown);
    }
}
