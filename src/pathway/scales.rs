//! Scoring of scales: pure functions from answers to a score. Fewer than four fifths answered is not scored; no score is
//! a diagnosis, and its name (`band`) reaches clinicians only (routes §6.1).

use crate::knowledge::{ScaleDef, ScaleMethod, ValueSet};

/// A score.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The score, a whole number in the scale's own range; `None` where a scale has no single number (EQ-5D-5L).
    pub value: Option<f64>,
    /// The same as percent of the full score (NDI × 2).
    pub percent: Option<f64>,
    /// Code of levels (EQ-5D-5L), one digit a dimension.
    pub profile: Option<String>,
    /// Value of the profile, three decimals, where the hospital brings a value set.
    pub utility: Option<f64>,
    /// Name of its range; for clinicians.
    pub band: Option<String>,
    /// Items answered.
    pub answered: usize,
    /// Items of the scale.
    pub items: usize,
}

/// How a score differs from an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Now minus then.
    pub difference: f64,
    /// The difference as percent of the earlier score; `None` where that was nothing.
    pub percent: Option<f64>,
    /// Better by as much as is held to matter; `None` where the scale says nothing of it.
    pub is_meaningful: Option<bool>,
    /// Rate of recovery in percent (JOA): what was won of what could be won; `None` where nothing could.
    pub recovery: Option<f64>,
}

/// Answers that cannot be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// Not as many answers as items.
    #[error("expected {expected} answers, got {got}")]
    Count {
        /// Items.
        expected: usize,
        /// Answers.
        got: usize,
    },
    /// A value that an item does not have.
    #[error("answer {item} must be one of {allowed}, got {got}")]
    Value {
        /// From 1.
        item: usize,
        /// Values that it has.
        allowed: String,
        /// What came.
        got: i64,
    },
    /// Too much is missing.
    #[error("{answered} of {items} items answered, at least {needed} are needed")]
    TooFew {
        /// Answered.
        answered: usize,
        /// Items.
        items: usize,
        /// Needed.
        needed: usize,
    },
    /// This program does not score it.
    #[error("not scored by this program")]
    NotScored,
}

/// Scores answers in the order of the items; `None` is an item left out.
///
/// Source: routes §6.1; ODI: Fairbank & Pynsent 2000 (missing items leave the denominator); NDI: Vernon 2008 (one missing
/// item takes the mean of the others); JOA and EQ-5D have no rule for missing items.
///
/// # Errors
/// See [`ScoreError`].
pub fn score(
    def: &ScaleDef,
    answers: &[Option<i64>],
    values: Option<&ValueSet>,
) -> Result<Score, ScoreError> {
    let items: Vec<&[i64]> = def.items().collect();
    if def.method == ScaleMethod::None {
        return Err(ScoreError::NotScored);
    }
    check(&items, answers)?;
    let answered = answers.iter().flatten().count();
    let needed = needed(def, items.len());
    if answered < needed {
        return Err(ScoreError::TooFew {
            answered,
            items: items.len(),
            needed,
        });
    }
    let total: f64 = answers.iter().flatten().map(|one| number(*one)).sum();
    let most = |answer: &Option<i64>, allowed: &&[i64]| {
        let top = allowed.last().copied().unwrap_or_default();
        answer.map_or(0.0, |_| number(top))
    };
    let could: f64 = answers.iter().zip(&items).map(|(a, i)| most(a, i)).sum();
    let full: f64 = items
        .iter()
        .map(|allowed| number(allowed.last().copied().unwrap_or_default()))
        .sum();
    let value = match def.method {
        ScaleMethod::Percent => Some((total / could * 100.0).round()),
        ScaleMethod::SumOneImputed => {
            // Scores of a part are at most a few hundred.
            let share = total / count(answered);
            Some((total + share * count(items.len() - answered)).round())
        }
        ScaleMethod::Single | ScaleMethod::Sum => Some(total),
        ScaleMethod::Profile | ScaleMethod::None => None,
    };
    let is_profile = def.method == ScaleMethod::Profile;
    Ok(Score {
        value,
        percent: value
            .filter(|_| def.method == ScaleMethod::SumOneImputed)
            .map(|value| (value / full * 100.0).round()),
        profile: is_profile.then(|| answers.iter().flatten().map(i64::to_string).collect()),
        utility: values
            .filter(|_| is_profile)
            .map(|values| utility(values, &items, answers)),
        band: value.and_then(|value| band(def, value)),
        answered,
        items: items.len(),
    })
}

/// How a score differs from an earlier one of the same scale.
pub fn change(def: &ScaleDef, before: f64, now: f64) -> Change {
    // JOA counts what a patient can do, the others what a patient cannot.
    let better = if def.recovery_from.is_some() {
        now - before
    } else {
        before - now
    };
    let percent = (before.abs() > f64::EPSILON).then(|| (now - before) / before.abs() * 100.0);
    let by_points = def.change_points.map(|points| better >= points);
    let by_percent = def.change_percent.map(|least| {
        let gained = percent.map_or(0.0, f64::abs);
        better > 0.0 && gained >= least
    });
    let is_meaningful = match (by_points, by_percent) {
        (None, None) => None,
        (points, percent) => Some(points == Some(true) || percent == Some(true)),
    };
    Change {
        difference: now - before,
        percent: percent.map(f64::round),
        is_meaningful,
        recovery: def
            .recovery_from
            .filter(|full| *full > before)
            .map(|full| ((now - before) / (full - before) * 100.0).round()),
    }
}

fn check(items: &[&[i64]], answers: &[Option<i64>]) -> Result<(), ScoreError> {
    if items.len() != answers.len() {
        return Err(ScoreError::Count {
            expected: items.len(),
            got: answers.len(),
        });
    }
    for (index, (allowed, answer)) in items.iter().zip(answers).enumerate() {
        if let Some(got) = answer.filter(|answer| !allowed.contains(answer)) {
            let allowed: Vec<String> = allowed.iter().map(i64::to_string).collect();
            return Err(ScoreError::Value {
                item: index + 1,
                allowed: allowed.join(", "),
                got,
            });
        }
    }
    Ok(())
}

/// How many items must be answered; at least one.
fn needed(def: &ScaleDef, items: usize) -> usize {
    let share = (items * def.least_answered).div_ceil(100).max(1);
    match def.method {
        ScaleMethod::Percent => share,
        ScaleMethod::SumOneImputed => share.max(items.saturating_sub(1)),
        ScaleMethod::Single | ScaleMethod::Sum | ScaleMethod::Profile | ScaleMethod::None => items,
    }
}

fn utility(values: &ValueSet, items: &[&[i64]], answers: &[Option<i64>]) -> f64 {
    let lost = |((row, allowed), answer): ((&Vec<f64>, &&[i64]), &Option<i64>)| {
        let level = allowed.iter().position(|value| Some(*value) == *answer)?;
        row.get(level.checked_sub(1)?).copied()
    };
    let rows = values.decrements.iter().zip(items).zip(answers);
    let lost: f64 = rows.filter_map(lost).sum();
    ((values.full_health - lost) * 1000.0).round() / 1000.0
}

fn band(def: &ScaleDef, value: f64) -> Option<String> {
    let within = |from: i64, to: i64| (number(from)..=number(to)).contains(&value);
    let mut bands = def.bands.iter();
    bands
        .find(|band| within(band.from, band.to))
        .map(|band| band.name.clone())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "values of items are small numbers"
)]
fn number(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a scale has a few items")]
fn count(items: usize) -> f64 {
    items as f64
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;
    use crate::contents;
    use crate::knowledge::{Knowledge, Scales};

    fn def(id: &str) -> &'static ScaleDef {
        static SCALES: OnceLock<Scales> = OnceLock::new();
        let scales = SCALES.get_or_init(|| Knowledge::read(&contents::embedded()).0.scales);
        scales.get(id).expect("a scale")
    }

    /// Digits are answers, `-` is an item left out.
    fn answers(text: &str) -> Vec<Option<i64>> {
        let digit = |c: char| c.to_digit(10).map(i64::from);
        text.chars().map(digit).collect()
    }

    fn value(id: &str, text: &str) -> Option<f64> {
        score(def(id), &answers(text), None).expect("a score").value
    }

    /// Worked by hand from the published rules.
    #[test]
    fn scores_come_out_as_the_published_rules_have_them() {
        assert_eq!(value("NRS", "7"), Some(7.0));
        assert_eq!(value("ODI", "2222222222"), Some(40.0));
        // 18 of 45 points that nine items could give.
        assert_eq!(value("ODI", "222222222-"), Some(40.0));
        // 19 of 40 is 47.5, rounded half up.
        assert_eq!(value("ODI", "33322222--"), Some(48.0));
        assert_eq!(value("NDI", "2222222222"), Some(20.0));
        // 22 in nine items, and their mean 2.44 for the tenth.
        assert_eq!(value("NDI", "33332222-2"), Some(24.0));
        assert_eq!(value("JOA-C", "442223"), Some(17.0));
        let joa = [3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, -6].map(Some);
        assert_eq!(
            score(def("JOA-L"), &joa, None).expect("a score").value,
            Some(23.0)
        );
        let ndi = score(def("NDI"), &answers("2222222222"), None).expect("a score");
        assert_eq!((ndi.percent, ndi.band.as_deref()), (Some(40.0), Some("中")));
    }

    #[test]
    fn a_profile_has_a_code_and_a_value_only_with_the_hospitals_value_set() {
        let answers = answers("21232");
        let code = score(def("EQ-5D-5L"), &answers, None).expect("a code");
        assert_eq!(code.profile.as_deref(), Some("21232"));
        assert_eq!((code.value, code.utility), (None, None));
        // Made-up numbers: the published ones are the hospital's to bring.
        let values = ValueSet {
            source: "made up".to_owned(),
            full_health: 1.0,
            decrements: vec![vec![0.1, 0.2, 0.3, 0.4]; 5],
        };
        let valued = score(def("EQ-5D-5L"), &answers, Some(&values)).expect("a value");
        assert_eq!(valued.utility, Some(0.5));
        let healthy = score(def("EQ-5D-5L"), &[Some(1); 5], Some(&values)).expect("a value");
        assert_eq!(healthy.utility, Some(1.0));
    }

    #[test]
    fn wrong_answers_are_refused_with_their_place() {
        let wrong = |id: &str, text: &str| {
            let error = score(def(id), &answers(text), None).expect_err("refused");
            error.to_string()
        };
        assert_eq!(wrong("ODI", "222"), "expected 10 answers, got 3");
        assert_eq!(
            wrong("ODI", "2229222222"),
            "answer 4 must be one of 0, 1, 2, 3, 4, 5, got 9"
        );
        assert_eq!(
            wrong("EQ-5D-5L", "11011"),
            "answer 3 must be one of 1, 2, 3, 4, 5, got 0"
        );
        assert_eq!(
            wrong("ODI", "2222222---"),
            "7 of 10 items answered, at least 8 are needed"
        );
        assert_eq!(
            wrong("NDI", "22222222--"),
            "8 of 10 items answered, at least 9 are needed"
        );
        assert_eq!(
            wrong("JOA-C", "44222-"),
            "5 of 6 items answered, at least 6 are needed"
        );
        assert_eq!(wrong("MACNAB", "1"), "not scored by this program");
    }

    #[test]
    fn a_change_is_better_when_disability_falls_or_function_rises() {
        let odi = change(def("ODI"), 44.0, 30.0);
        assert_eq!(
            (odi.difference, odi.is_meaningful, odi.recovery),
            (-14.0, Some(true), None)
        );
        assert_eq!(change(def("ODI"), 30.0, 44.0).is_meaningful, Some(false));
        // Two points or 30 %.
        assert_eq!(change(def("NRS"), 3.0, 2.0).is_meaningful, Some(true));
        assert_eq!(change(def("NRS"), 8.0, 7.0).is_meaningful, Some(false));
        let joa = change(def("JOA-L"), 14.0, 23.0);
        assert_eq!((joa.recovery, joa.is_meaningful), (Some(60.0), None));
        assert_eq!(change(def("JOA-L"), 29.0, 29.0).recovery, None);
    }

    const SCORED: [&str; 7] = ["NRS", "ODI", "NDI", "JOA-L", "JOA-C", "mJOA", "EQ-5D-5L"];

    /// A scale with answers that its items have, some left out.
    fn filled() -> impl Strategy<Value = (&'static str, Vec<Option<i64>>)> {
        prop::sample::select(&SCORED[..]).prop_flat_map(|id| {
            let items: Vec<BoxedStrategy<Option<i64>>> = def(id)
                .items()
                .map(|allowed| {
                    let values = prop::sample::select(allowed.to_vec());
                    prop_oneof![9 => values.prop_map(Some), 1 => Just(None)].boxed()
                })
                .collect();
            (Just(id), items)
        })
    }

    fn range(id: &str) -> (f64, f64) {
        let ends = |items: &[i64]| (number(items[0]), number(items[items.len() - 1]));
        let (low, high) = def(id)
            .items()
            .map(ends)
            .fold((0.0, 0.0), |sum, end| (sum.0 + end.0, sum.1 + end.1));
        match def(id).method {
            ScaleMethod::Percent => (0.0, 100.0),
            _ => (low, high),
        }
    }

    proptest! {
        #[test]
        fn a_score_is_a_whole_number_within_its_range((id, answers) in filled()) {
            if let Ok(score) = score(def(id), &answers, None) {
                let (low, high) = range(id);
                prop_assert_eq!(score.value.is_some(), id != "EQ-5D-5L");
                if let Some(value) = score.value {
                    prop_assert!((low..=high).contains(&value), "{id} {value}");
                    prop_assert_eq!(value, value.round());
                }
                prop_assert_eq!(score.answered, answers.iter().flatten().count());
            }
        }

        #[test]
        fn fewer_than_four_fifths_are_never_scored((id, answers) in filled(), drop in 0usize..20) {
            let mut answers = answers;
            let items = answers.len();
            answers.iter_mut().take(drop).for_each(|answer| *answer = None);
            let answered = answers.iter().flatten().count();
            let scored = score(def(id), &answers, None);
            if answered * 100 < items * 80 {
                let refused = matches!(scored, Err(ScoreError::TooFew { .. }));
                prop_assert!(refused, "{id} {answered}/{items}");
            } else if answered == items {
                prop_assert!(scored.is_ok());
            }
        }

        #[test]
        fn a_worse_answer_never_lowers_a_score((id, answers) in filled(), at in 0usize..14) {
            let mut worse = answers.clone();
            let at = at % worse.len();
            let allowed = def(id).items().nth(at).map(<[i64]>::to_vec).unwrap_or_default();
            let Some(answer) = worse[at] else { return Ok(()) };
            worse[at] = allowed.into_iter().find(|value| *value > answer).or(Some(answer));
            let both = (score(def(id), &answers, None), score(def(id), &worse, None));
            if let (Ok(before), Ok(after)) = both {
                prop_assert!(after.value >= before.value, "{id}");
            }
        }

        #[test]
        fn an_item_left_out_of_equal_answers_changes_nothing(level in 0i64..=5, out in 0usize..10) {
            for id in ["ODI", "NDI"] {
                let full = vec![Some(level); 10];
                let mut less = full.clone();
                less[out] = None;
                let value = |answers: &[Option<i64>]| {
                    score(def(id), answers, None).ok().and_then(|score| score.value)
                };
                prop_assert_eq!(value(&less), value(&full));
            }
        }
    }
}
