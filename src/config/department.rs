//! One entry of `[site.departments]`: a name, or a table with name, place, hours, ages and what takes its place.

use serde::de::{Deserialize, Deserializer, Error};
use toml::Value;

/// A department as this hospital has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Department {
    /// This hospital's name; empty when it has none.
    pub name: String,
    /// Building and floor, as a patient finds it; may be empty.
    pub place: String,
    /// Opening hours; none when nothing is said of them.
    pub hours: Vec<OpenSpan>,
    /// Youngest age in years.
    pub age_from: Option<u32>,
    /// Takes patients below this age in years.
    pub age_below: Option<u32>,
    /// Contract names of departments that take its place, first choice first.
    pub instead: Vec<String>,
    /// It takes patients at present.
    pub open: bool,
}

/// A stretch of one weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSpan {
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
    /// First minute, from midnight.
    pub from: u16,
    /// One past the last minute, 1440 at most.
    pub to: u16,
}

/// A value that a field of a department does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrongField {
    /// Field within the department; empty for the whole entry.
    pub field: String,
    pub expected: String,
    pub got: String,
}

/// What hours look like.
const HOURS: &str = "hours like \"1-5 08:00-12:00\" (1 is Monday, 7 Sunday)";

impl Department {
    /// Reads an entry.
    pub(super) fn read(value: &Value) -> Result<Self, WrongField> {
        let table = match value {
            Value::String(name) => {
                return Ok(Self {
                    name: name.trim().to_owned(),
                    open: true,
                    ..Self::default()
                });
            }
            Value::Table(table) => table,
            other => return Err(wrong("", "a name or a table", other)),
        };
        let mut department = Self {
            open: true,
            ..Self::default()
        };
        for (field, value) in table {
            match field.as_str() {
                "name" => department.name = text(field, value)?,
                "place" => department.place = text(field, value)?,
                "hours" => department.hours = hours(value)?,
                "age_from" => department.age_from = Some(age(field, value)?),
                "age_below" => department.age_below = Some(age(field, value)?),
                "instead" => department.instead = texts(field, value)?,
                "open" => {
                    let open = value.as_bool();
                    department.open = open.ok_or_else(|| wrong(field, "true or false", value))?;
                }
                _ => {
                    return Err(WrongField {
                        field: field.clone(),
                        expected:
                            "one of age_below, age_from, hours, instead, name, open and place"
                                .to_owned(),
                        got: "an unknown field".to_owned(),
                    });
                }
            }
        }
        if let (Some(from), Some(below)) = (department.age_from, department.age_below)
            && from >= below
        {
            return Err(WrongField {
                field: "age_below".to_owned(),
                expected: "more than `age_from`".to_owned(),
                got: below.to_string(),
            });
        }
        Ok(department)
    }
}

impl<'de> Deserialize<'de> for Department {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value).map_err(|wrong| {
            D::Error::custom(format!(
                "`{}` must be {}, got {}",
                wrong.field, wrong.expected, wrong.got
            ))
        })
    }
}

fn wrong(field: &str, expected: &str, got: &Value) -> WrongField {
    WrongField {
        field: field.to_owned(),
        expected: expected.to_owned(),
        got: got.to_string(),
    }
}

fn text(field: &str, value: &Value) -> Result<String, WrongField> {
    let text = value.as_str().map(|text| text.trim().to_owned());
    text.ok_or_else(|| wrong(field, "a text", value))
}

fn texts(field: &str, value: &Value) -> Result<Vec<String>, WrongField> {
    let list = value.as_array().and_then(|items| {
        let text = |item: &Value| item.as_str().map(|text| text.trim().to_owned());
        items.iter().map(text).collect()
    });
    list.ok_or_else(|| wrong(field, "a list of texts", value))
}

fn age(field: &str, value: &Value) -> Result<u32, WrongField> {
    let age = value.as_integer().and_then(|age| u32::try_from(age).ok());
    age.filter(|age| *age <= 130)
        .ok_or_else(|| wrong(field, "an age in years, 0 to 130", value))
}

fn hours(value: &Value) -> Result<Vec<OpenSpan>, WrongField> {
    let mut spans = vec![];
    for line in texts("hours", value)? {
        let found = read_hours(&line).ok_or_else(|| WrongField {
            field: "hours".to_owned(),
            expected: HOURS.to_owned(),
            got: line.clone(),
        })?;
        spans.extend(found);
    }
    spans.sort_by_key(|span| (span.weekday, span.from));
    Ok(spans)
}

/// `1-5 08:00-12:00`, `6 08:00-12:00`.
fn read_hours(line: &str) -> Option<Vec<OpenSpan>> {
    let (days, times) = line.trim().split_once(' ')?;
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let day = |text: &str| -> Option<u8> {
        let day = text.parse().ok()?;
        (1..=7).contains(&day).then_some(day)
    };
    let (first, last) = (day(first)?, day(last)?);
    let (from, to) = times.trim().split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    (first <= last && from < to).then(|| {
        (first..=last)
            .map(|weekday| OpenSpan { weekday, from, to })
            .collect()
    })
}

/// `08:00` to minutes; `24:00` is the end of the day.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= 24 * 60).then_some(minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_day_by_day() {
        let span = |weekday, from, to| OpenSpan { weekday, from, to };
        let read = read_hours("6-7 08:30-24:00").expect("hours");
        assert_eq!(read, [span(6, 510, 1440), span(7, 510, 1440)]);
        for wrong in [
            "",
            "1-5",
            "0 08:00-12:00",
            "5-1 08:00-12:00",
            "1-8 08:00-12:00",
            "1 12:00-08:00",
            "1 8-12",
            "1 08:60-12:00",
            "1 08:00-24:01",
        ] {
            assert_eq!(read_hours(wrong), None, "{wrong}");
        }
    }
}
