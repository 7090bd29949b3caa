//! Figures for the management: counts and times over some days, without a patient in them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{Listing, Override, day_of};

use super::Service;
use super::staff::StaffError;

/// Half and nine tenths are below or at these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// Half.
    pub median: u32,
    /// Nine tenths.
    pub p90: u32,
}

/// Counts and times over some days. Erased visits are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Visits opened.
    pub visits: u32,
    /// Of those, finished.
    pub finished: u32,
    /// Visits opened, by day.
    pub by_day: BTreeMap<String, u32>,
    /// Finished visits by urgency.
    pub by_urgency: BTreeMap<String, u32>,
    /// Finished visits by the machine's department.
    pub by_department: BTreeMap<String, u32>,
    /// Finished visits by route.
    pub by_route: BTreeMap<String, u32>,
    /// Visits with a raised flag, by flag.
    pub red_flags: BTreeMap<String, u32>,
    /// Signed-off records whose department the clinician left as it was.
    pub agreed: u32,
    /// Signed-off records.
    pub reviewed: u32,
    /// Decisions replaced, with how often.
    pub overrides: Vec<(Override, u32)>,
    /// Questions of finished visits.
    pub questions: Spread,
    /// Seconds of finished visits.
    pub seconds: Spread,
    /// Visits that a person took over.
    pub handed_over: u32,
    /// Visits by channel.
    pub channels: BTreeMap<String, u32>,
    /// Turns that were spoken.
    pub spoken: u32,
    /// Of those, turns whose words the patient confirmed when asked.
    pub spoken_confirmed: u32,
}

/// Figures of the days from one to another, both included.
///
/// # Errors
/// When the log cannot be read.
pub async fn get_figures(
    service: &Service,
    from: Date,
    until: Date,
) -> Result<Figures, StaffError> {
    let reader = service.log.reader();
    let listings = reader
        .list_for_figures(&from.to_string(), &until.to_string())
        .await?;
    Ok(figures(&listings))
}

/// Adds them up.
pub fn figures(listings: &[Listing]) -> Figures {
    let mut sum = Figures::default();
    let (mut questions, mut seconds) = (vec![], vec![]);
    for one in listings {
        sum.visits += 1;
        count(&mut sum.by_day, day_of(one.opened).to_string());
        count(&mut sum.channels, one.channel.as_str().to_owned());
        sum.spoken += one.spoken;
        sum.spoken_confirmed += one.spoken_confirmed;
        sum.handed_over += u32::from(one.handed_over);
        for flag in &one.red_flags {
            count(&mut sum.red_flags, flag.id.clone());
        }
        if one.done {
            sum.finished += 1;
            questions.push(one.questions);
            seconds.extend(one.seconds);
            if let Some(urgency) = one.urgency {
                count(&mut sum.by_urgency, urgency.to_string());
            }
            if let Some(route) = one.route {
                count(&mut sum.by_route, route.to_string());
            }
            count(&mut sum.by_department, machine_department(one).to_owned());
        }
        if one.review.is_final() {
            sum.reviewed += 1;
            sum.agreed += u32::from(department_override(one).is_none());
            for replaced in &one.overrides {
                count_override(&mut sum.overrides, replaced);
            }
        }
    }
    sum.overrides
        .sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sum.questions = spread(questions);
    sum.seconds = spread(seconds);
    sum
}

fn department_override(one: &Listing) -> Option<&Override> {
    one.overrides.iter().find(|one| one.part == "department")
}

fn machine_department(one: &Listing) -> &str {
    department_override(one).map_or(one.department.as_str(), |replaced| &replaced.from)
}

fn count(into: &mut BTreeMap<String, u32>, key: String) {
    *into.entry(key).or_default() += 1;
}

fn count_override(into: &mut Vec<(Override, u32)>, replaced: &Override) {
    match into.iter_mut().find(|(known, _)| known == replaced) {
        Some((_, count)) => *count += 1,
        None => into.push((replaced.clone(), 1)),
    }
}

/// Nearest rank: the smallest value that so many are not above.
fn spread(mut values: Vec<u32>) -> Spread {
    values.sort_unstable();
    let rank = |tenths: usize| -> u32 {
        let place = (values.len() * tenths).div_ceil(10).max(1) - 1;
        values.get(place).copied().unwrap_or_default()
    };
    Spread {
        median: rank(5),
        p90: rank(9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_the_nearest_rank() {
        assert_eq!(spread(vec![]), Spread::default());
        let of = |values: &[u32]| {
            let spread = spread(values.to_vec());
            (spread.median, spread.p90)
        };
        assert_eq!(of(&[7]), (7, 7));
        assert_eq!(of(&[10, 2, 4, 6, 8, 1, 3, 5, 7, 9]), (5, 9));
        assert_eq!(of(&[1, 2, 3]), (2, 3));
    }
}
