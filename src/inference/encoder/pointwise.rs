//! What happens to numbers one by one or row by row: layer norm, gelu, softmax. Written as plain loops over slices
//! without branches or library calls, so that the compiler turns them into vector instructions; `Arch::dispatch` picks
//! the widest at run time, for what is inlined into it.

use pulp::Arch;

/// `2^23 + 2^22`: added to a number below 2²², it leaves the nearest integer in the low bits.
const ROUND: f32 = 12_582_912.0;

/// eˣ for x ≤ 0, within 2 units in the last place of f32; below -87 it is 0 for all purposes.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    // ln 2 in two parts, so that the rest keeps its digits.
    let rest = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    // Taylor would need one term more; coefficients from Cephes expf (S. Moshier, 1992).
    let tail = 1.987_569_1e-4;
    let tail = tail * rest + 1.398_2e-3;
    let tail = tail * rest + 8.333_452e-3;
    let tail = tail * rest + 4.166_579_6e-2;
    let tail = tail * rest + 1.666_666_5e-1;
    let tail = tail * rest + 0.5;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    (tail * rest * rest + rest + 1.0) * power
}

/// x · Φ(x), the exact gelu, within 1e-6. Source: Abramowitz and Stegun (1964), 7.1.26, error of erf 1.5e-7.
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = (x * std::f32::consts::FRAC_1_SQRT_2).abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let series = ((((1.061_405_4 * t - 1.453_152) * t + 1.421_413_8) * t - 0.284_496_74) * t
        + 0.254_829_6)
        * t;
    let erf = 1.0 - series * exp(-z * z);
    0.5 * (x + x.abs() * erf)
}

/// gelu of every number.
pub(super) fn gelu_all(numbers: &mut [f32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for x in numbers {
                *x = gelu(*x);
            }
        },
    );
}

/// Turns scores into weights that sum to 1.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32]) {
    let most = scores.iter().fold(f32::MIN, |most, x| most.max(*x));
    for x in scores.iter_mut() {
        *x = exp(*x - most);
    }
    let scale = 1.0 / scores.iter().sum::<f32>();
    for x in scores {
        *x *= scale;
    }
}

/// Layer norm: each row gets mean 0 and variance 1, then a gain and a bias.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) epsilon: f32,
}

impl Norm {
    /// norm(row + other) for every row, where `other` is as large as `rows`: the end of a residual step.
    pub(super) fn add_and_apply(&self, rows: &mut [f32], other: &[f32]) {
        Arch::new().dispatch(
            #[inline(always)]
            || {
                for (x, other) in std::iter::zip(&mut *rows, other) {
                    *x += other;
                }
                for row in rows.chunks_exact_mut(self.gain.len()) {
                    self.apply(row);
                }
            },
        );
    }

    /// Norms one row.
    #[inline(always)]
    pub(super) fn apply(&self, row: &mut [f32]) {
        let count = row.len() as f32;
        let mean = sum(row, |x| x) / count;
        let variance = sum(row, |x| (x - mean) * (x - mean)) / count;
        let scale = 1.0 / (variance + self.epsilon).sqrt();
        let affine = std::iter::zip(&self.gain, &self.bias);
        for (x, (gain, bias)) in std::iter::zip(row, affine) {
            *x = (*x - mean) * scale * gain + bias;
        }
    }
}

/// Sum of products, in sixteen parallel sums as in [`sum`].
pub(super) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let ((left, left_rest), (right, right_rest)) = (one.as_chunks::<16>(), other.as_chunks::<16>());
    let mut sums = [0.0; 16];
    for (left, right) in std::iter::zip(left, right) {
        for (sum, (x, y)) in std::iter::zip(&mut sums, std::iter::zip(left, right)) {
            *sum += x * y;
        }
    }
    let rest = std::iter::zip(left_rest, right_rest).map(|(x, y)| x * y);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

/// Sum of a function over a row, in sixteen parallel sums: one sum cannot be vectorised, since order changes rounding.
#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = row.as_chunks::<16>();
    let mut sums = [0.0; 16];
    for block in blocks {
        for (sum, x) in std::iter::zip(&mut sums, block) {
            *sum += of(*x);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|x| of(*x)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_that_of_the_library() {
        for step in 0..8700 {
            let x = step as f32 * -0.01;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 3e-7, "exp({x}): relative error {error}");
        }
    }

    #[test]
    fn gelu_has_known_values() {
        // scipy.special: x * ndtr(x).
        let known = [
            (-6.0, -5.919_526e-9),
            (-2.0, -0.045_500_264),
            (-0.5, -0.154_268_77),
            (0.0, 0.0),
            (0.1, 0.053_982_784),
            (1.0, 0.841_344_8),
            (3.0, 2.995_950_3),
            (30.0, 30.0),
        ];
        for (x, expected) in known {
            assert!((gelu(x) - expected).abs() < 1e-6, "gelu({x}) = {}", gelu(x));
        }
    }

    #[test]
    fn softmax_sums_to_one_and_keeps_the_order() {
        let mut scores = [1.0, -200.0, 3.0, 2.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(scores[2] > scores[3] && scores[3] > scores[0] && scores[0] > scores[1]);
    }

    #[test]
    fn a_normed_row_has_mean_zero_and_variance_one() {
        let norm = Norm {
            gain: vec![1.0; 19],
            bias: vec![0.0; 19],
            epsilon: 1e-12,
        };
        let mut row: Vec<f32> = (0..19).map(|i| (i * i) as f32).collect();
        norm.apply(&mut row);
        let mean = row.iter().sum::<f32>() / 19.0;
        let variance = row.iter().map(|x| x * x).sum::<f32>() / 19.0;
        assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-5);
    }
}
