//! Counts with their uncertainty.

use std::fmt;

use serde::Serialize;

/// A proportion with its 95 % Wilson interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// How many.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
    /// `hits / of`; 0 when there are none.
    pub rate: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Standard normal quantile for a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

impl Rate {
    /// Computes the rate and its interval.
    ///
    /// Source: Wilson EB, JASA 1927;22:209–212.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn new(hits: usize, of: usize) -> Self {
        if of == 0 {
            return Self {
                hits,
                of,
                rate: 0.0,
                low: 0.0,
                high: 1.0,
            };
        }
        let (n, p) = (of as f64, hits as f64 / of as f64);
        let denominator = 1.0 + Z * Z / n;
        let centre = (p + Z * Z / (2.0 * n)) / denominator;
        let half = Z / denominator * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Self {
            hits,
            of,
            rate: p,
            low: (centre - half).max(0.0),
            high: (centre + half).min(1.0),
        }
    }

    /// One-sided 95 % upper bound of the rate, exact: the rate at which so few hits have a chance of 5 %.
    ///
    /// Source: Clopper CJ, Pearson ES, Biometrika 1934;26:404–413; 0 of 299 gives 1 %.
    pub fn upper_bound(&self) -> f64 {
        if self.hits >= self.of {
            return 1.0;
        }
        let (mut low, mut high) = (self.rate, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if at_most(self.hits, self.of, middle) > 0.05 {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// Counts a list of outcomes.
    pub fn of(outcomes: impl IntoIterator<Item = bool>) -> Self {
        let (mut hits, mut of) = (0, 0);
        for outcome in outcomes {
            of += 1;
            hits += usize::from(outcome);
        }
        Self::new(hits, of)
    }
}

/// The chance of at most `hits` in `of` tries, each with chance `p`.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn at_most(hits: usize, of: usize, p: f64) -> f64 {
    let mut term = of as f64 * (1.0 - p).ln();
    let mut sum = term.exp();
    for k in 1..=hits {
        term += ((of - k + 1) as f64 / k as f64).ln() + (p / (1.0 - p)).ln();
        sum += term.exp();
    }
    sum
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 0 {
            return f.write_str("-");
        }
        write!(
            f,
            "{:5.1} % ({}/{}; {:.1}–{:.1})",
            self.rate * 100.0,
            self.hits,
            self.of,
            self.low * 100.0,
            self.high * 100.0
        )
    }
}

/// Precision, recall and F1 over sets, micro-averaged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct SetScore {
    /// Found and expected.
    pub true_positive: usize,
    /// Found, not expected.
    pub false_positive: usize,
    /// Expected, not found.
    pub false_negative: usize,
}

impl SetScore {
    /// Adds one case.
    pub fn add<T: Ord>(
        &mut self,
        found: &std::collections::BTreeSet<T>,
        expected: &std::collections::BTreeSet<T>,
    ) {
        let shared = found.intersection(expected).count();
        self.true_positive += shared;
        self.false_positive += found.len() - shared;
        self.false_negative += expected.len() - shared;
    }

    /// Share of what was found that was expected.
    pub fn precision(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Share of what was expected that was found.
    pub fn recall(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision().rate, self.recall().rate);
        if p + r == 0.0 {
            0.0
        } else {
            2.0 * p * r / (p + r)
        }
    }
}

/// The value below which a share of the sorted values lies (nearest rank).
pub fn percentile(values: &[u32], share: f64) -> u32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a short list"
    )]
    let rank = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(rank - 1).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_interval_agrees_with_a_published_example() {
        // Newcombe, Stat Med 1998;17:857, table I: 81/263 → 0.2553 to 0.3662 (method 3, score).
        let rate = Rate::new(81, 263);
        assert!(
            (rate.low - 0.2553).abs() < 1e-4 && (rate.high - 0.3662).abs() < 1e-4,
            "{rate:?}"
        );
    }

    #[test]
    fn no_miss_in_299_bounds_the_rate_by_one_percent() {
        assert!((Rate::new(0, 299).upper_bound() - 0.01).abs() < 1e-4);
        // Clopper-Pearson, one-sided: 1 of 10 gives 0.3942.
        assert!((Rate::new(1, 10).upper_bound() - 0.3942).abs() < 1e-4);
    }

    #[test]
    fn the_median_of_five_is_the_third() {
        assert_eq!(percentile(&[5, 1, 4, 2, 3], 0.5), 3);
    }
}
