//! Self-attention inside each sentence of a batch. Sentences lie one behind the other without padding, so none can see
//! another and nothing needs a mask.

use std::ops::Range;

use pulp::Arch;

use super::pointwise::softmax;

/// Sizes of the heads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Heads side by side in a row.
    pub(super) heads: usize,
    /// Numbers of one head.
    pub(super) width: usize,
}

impl Shape {
    fn hidden(self) -> usize {
        self.heads * self.width
    }
}

/// Queries, keys and values of a batch beside each other, `[tokens, 3 · hidden]`.
pub(super) struct Joined<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) sentences: &'a [Range<usize>],
    pub(super) shape: Shape,
}

impl Joined<'_> {
    /// What these tokens take from their sentences: `[tokens, hidden]`.
    pub(super) fn attend(&self, tokens: Range<usize>) -> Vec<f32> {
        let hidden = self.shape.hidden();
        let mut mixed = vec![0.0; tokens.len() * hidden];
        for sentence in self.sentences {
            let part = sentence.start.max(tokens.start)..sentence.end.min(tokens.end);
            if !part.is_empty() {
                let at = (part.start - tokens.start) * hidden;
                self.attend_within(sentence, part, &mut mixed[at..]);
            }
        }
        mixed
    }

    /// The same for tokens of one sentence, head by head.
    fn attend_within(&self, sentence: &Range<usize>, tokens: Range<usize>, mixed: &mut [f32]) {
        let row = 3 * self.shape.hidden();
        let asking = &self.numbers[tokens.start * row..tokens.end * row];
        let asked = &self.numbers[sentence.start * row..sentence.end * row];
        Arch::new().dispatch(
            #[inline(always)]
            || {
                for head in 0..self.shape.heads {
                    mix(asking, asked, head * self.shape.width, self.shape, mixed);
                }
            },
        );
    }
}

/// One head, whose numbers begin at `at` in each third of a row.
#[inline(always)]
fn mix(asking: &[f32], asked: &[f32], at: usize, shape: Shape, mixed: &mut [f32]) {
    let (hidden, width) = (shape.hidden(), shape.width);
    let keys = turned_keys(asked, hidden + at, shape);
    let scale = 1.0 / (width as f32).sqrt();
    let mut scores = vec![0.0; asked.len() / (3 * hidden)];
    let rows = std::iter::zip(
        asking.chunks_exact(3 * hidden),
        mixed.chunks_exact_mut(hidden),
    );
    for (asking, mixed) in rows {
        scores.fill(0.0);
        for (x, keys) in std::iter::zip(&asking[at..at + width], keys.chunks_exact(scores.len())) {
            add_scaled(&mut scores, keys, x * scale);
        }
        softmax(&mut scores);
        for (share, asked) in std::iter::zip(&scores, asked.chunks_exact(3 * hidden)) {
            add_scaled(
                &mut mixed[at..at + width],
                &asked[2 * hidden + at..][..width],
                *share,
            );
        }
    }
}

/// The keys of one head as `[width, tokens]`, so that scores of all tokens are summed up side by side.
#[inline(always)]
fn turned_keys(asked: &[f32], at: usize, shape: Shape) -> Vec<f32> {
    let tokens = asked.len() / (3 * shape.hidden());
    let mut keys = vec![0.0; tokens * shape.width];
    for (token, row) in asked.chunks_exact(3 * shape.hidden()).enumerate() {
        let places = keys[token..].iter_mut().step_by(tokens);
        for (place, x) in std::iter::zip(places, &row[at..at + shape.width]) {
            *place = *x;
        }
    }
    keys
}

#[inline(always)]
fn add_scaled(sums: &mut [f32], row: &[f32], scale: f32) {
    for (sum, x) in std::iter::zip(sums, row) {
        *sum += x * scale;
    }
}
