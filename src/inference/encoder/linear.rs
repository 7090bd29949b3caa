//! A linear layer over the rows of a batch, by a product of its own.
//!
//! candle's product packs the weight anew at every call. A turn has few rows, so that costs as much as multiplying: with
//! weights that are not in the cache it took 1.3 times as long for 64 rows, 1.7 for 32 and 2.5–3 for 8. Here the
//! weight is laid out once as the processor reads it, and the widest vectors it has are chosen at run time.

use pulp::{Arch, Simd, WithSimd};

use super::weights::Weights;
use crate::inference::InferenceError;

/// Rows that one pass over a panel takes, the most first. Two vectors are summed up for each row, so with the twelfth
/// row 24 of 32 registers are in use, and with the sixth 12 of 16.
const BLOCKS: [usize; 5] = [12, 6, 4, 2, 1];

/// Columns of a panel at most: two vectors of 16 numbers.
const WIDEST: usize = 32;

/// `rows · weight + bias`.
#[derive(Debug)]
pub(super) struct Linear {
    /// Panels of two vectors' width, `[panels][inputs][width]`; the last is filled up with zeros.
    panels: Vec<f32>,
    /// Filled up like the panels.
    bias: Vec<f32>,
    width: usize,
    inputs: usize,
    outputs: usize,
}

impl Linear {
    /// Loads layers side by side as one product: `{name}.weight` is `[outputs, inputs]` each.
    pub(super) fn load(
        weights: &Weights,
        names: &[String],
        [outputs, inputs]: [usize; 2],
    ) -> Result<Self, InferenceError> {
        let (mut columns, mut bias) = (vec![], vec![]);
        for name in names {
            columns.extend(weights.numbers(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.extend(weights.numbers(&format!("{name}.bias"), &[outputs])?);
        }
        let lanes = Arch::new().dispatch(Lanes);
        Ok(Self::lay_out(&columns, bias, inputs, lanes))
    }

    /// Loads one layer that has no bias.
    pub(super) fn load_unbiased(
        weights: &Weights,
        name: &str,
        [outputs, inputs]: [usize; 2],
    ) -> Result<Self, InferenceError> {
        let columns = weights.numbers(&format!("{name}.weight"), &[outputs, inputs])?;
        let lanes = Arch::new().dispatch(Lanes);
        Ok(Self::lay_out(&columns, vec![0.0; outputs], inputs, lanes))
    }

    /// For vectors of so many numbers.
    fn lay_out(columns: &[f32], mut bias: Vec<f32>, inputs: usize, lanes: usize) -> Self {
        let width = 2 * lanes;
        let outputs = bias.len();
        let padded = outputs.next_multiple_of(width);
        bias.resize(padded, 0.0);
        let mut panels = vec![0.0; padded * inputs];
        for (column, numbers) in columns.chunks_exact(inputs).enumerate() {
            let start = column / width * width * inputs + column % width;
            let places = panels[start..].iter_mut().step_by(width);
            for (place, number) in std::iter::zip(places, numbers) {
                *place = *number;
            }
        }
        Self {
            panels,
            bias,
            width,
            inputs,
            outputs,
        }
    }

    /// Numbers in a row of the result.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// `[rows, inputs]` → `[rows, outputs]`.
    pub(super) fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; rows.len() / self.inputs * self.outputs];
        Arch::new().dispatch(Product {
            rows,
            by: self,
            sums: &mut sums,
        });
        sums
    }
}

/// Asks how many numbers a vector has here.
struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        S::F32_LANES
    }
}

/// One product, to be computed with the vectors of this processor.
struct Product<'a> {
    rows: &'a [f32],
    by: &'a Linear,
    sums: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    /// A panel stays in the near cache while all rows pass over it.
    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let (inputs, width) = (self.by.inputs, self.by.width);
        let count = self.rows.len() / inputs;
        let most = if S::F32_LANES == 16 { 12 } else { 6 };
        for (number, panel) in self.by.panels.chunks_exact(inputs * width).enumerate() {
            let column = number * width;
            let mut first = 0;
            while first < count {
                let fits = |block: &&usize| **block <= most && first + **block <= count;
                let block = *BLOCKS.iter().find(fits).expect("one row fits");
                match block {
                    12 => self.pass::<S, 12>(simd, panel, first, column),
                    6 => self.pass::<S, 6>(simd, panel, first, column),
                    4 => self.pass::<S, 4>(simd, panel, first, column),
                    2 => self.pass::<S, 2>(simd, panel, first, column),
                    _ => self.pass::<S, 1>(simd, panel, first, column),
                }
                first += block;
            }
        }
    }
}

impl Product<'_> {
    /// Some rows by one panel.
    #[inline(always)]
    fn pass<S: Simd, const ROWS: usize>(
        &mut self,
        simd: S,
        panel: &[f32],
        first: usize,
        column: usize,
    ) {
        let (inputs, outputs, width) = (self.by.inputs, self.by.outputs, self.by.width);
        let rows: [&[f32]; ROWS] = std::array::from_fn(|row| {
            &self.rows[(first + row) * inputs..(first + row + 1) * inputs]
        });
        let sums = multiply(simd, rows, panel, &self.by.bias[column..column + width]);
        let taken = width.min(outputs - column);
        for (row, sums) in sums.iter().enumerate() {
            let mut numbers = [0.0; WIDEST];
            S::as_mut_simd_f32s(&mut numbers).0[..2].copy_from_slice(sums);
            let start = (first + row) * outputs + column;
            self.sums[start..start + taken].copy_from_slice(&numbers[..taken]);
        }
    }
}

/// The inner loop: all sums stay in registers.
#[inline(always)]
fn multiply<S: Simd, const ROWS: usize>(
    simd: S,
    rows: [&[f32]; ROWS],
    panel: &[f32],
    bias: &[f32],
) -> [[S::f32s; 2]; ROWS] {
    let bias = S::as_simd_f32s(bias).0;
    let mut sums = [[bias[0], bias[1]]; ROWS];
    let (weights, _) = S::as_simd_f32s(panel).0.as_chunks::<2>();
    for (input, [left, right]) in weights.iter().enumerate() {
        for row in 0..ROWS {
            let x = simd.splat_f32s(rows[row][input]);
            sums[row][0] = simd.mul_add_f32s(x, *left, sums[row][0]);
            sums[row][1] = simd.mul_add_f32s(x, *right, sums[row][1]);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small whole numbers, whose products are exact in any order.
    fn numbers(count: usize, step: usize) -> Vec<f32> {
        (0..count).map(|at| (at * step % 7) as f32 - 3.0).collect()
    }

    /// The product by its definition.
    fn define(rows: &[f32], columns: &[f32], bias: &[f32], inputs: usize) -> Vec<f32> {
        let product = |row: &[f32], column: &[f32]| -> f32 {
            std::iter::zip(row, column).map(|(x, w)| x * w).sum()
        };
        let mut sums = vec![];
        for row in rows.chunks_exact(inputs) {
            let columns = columns.chunks_exact(inputs);
            sums.extend(std::iter::zip(columns, bias).map(|(column, b)| product(row, column) + b));
        }
        sums
    }

    fn check<S: Simd>(simd: S) {
        for (inputs, outputs) in [(1, 1), (5, 31), (8, 32), (3, 45), (16, 64)] {
            let (columns, bias) = (numbers(inputs * outputs, 5), numbers(outputs, 3));
            let linear = Linear::lay_out(&columns, bias.clone(), inputs, S::F32_LANES);
            for count in 0..30 {
                let rows = numbers(count * inputs, 11);
                let mut sums = vec![0.0; count * outputs];
                let product = Product {
                    rows: &rows,
                    by: &linear,
                    sums: &mut sums,
                };
                product.with_simd(simd);
                let expected = define(&rows, &columns, &bias, inputs);
                assert_eq!(sums, expected, "{count} rows, {inputs} → {outputs}");
            }
        }
    }

    struct Check;

    impl WithSimd for Check {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            check(simd);
        }
    }

    #[test]
    fn a_product_is_that_of_the_definition_with_the_vectors_of_this_machine() {
        Arch::new().dispatch(Check);
    }

    #[test]
    fn a_product_is_that_of_the_definition_without_vectors() {
        check(pulp::Scalar::new());
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_product_is_that_of_the_definition_with_vectors_of_eight() {
        match pulp::x86::V3::try_new() {
            Some(simd) => check(simd),
            None => eprintln!("SKIPPED: this machine has no AVX2"),
        }
    }
}
