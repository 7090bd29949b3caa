//! Every row compared: exact, in memory, nothing to build or to tune. At 384 numbers a row takes 1.5 KB.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::sync::{PoisonError, RwLock};

use uuid::Uuid;

use super::{Near, SearchError, Vectors, unit};

/// Products summed side by side, so that the compiler makes vector instructions of them.
const LANES: usize = 16;

/// Rows in memory.
#[derive(Debug)]
pub struct Exact {
    width: usize,
    rows: RwLock<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    keys: Vec<Uuid>,
    /// `[keys, width]`, each row of length 1.
    numbers: Vec<f32>,
    /// Where each key stands.
    places: HashMap<Uuid, usize>,
}

impl Exact {
    /// No rows yet; each will have so many numbers.
    pub fn new(width: usize) -> Self {
        Self {
            width,
            rows: RwLock::default(),
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Rows> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Rows> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vectors for Exact {
    fn put(&self, rows: &[(Uuid, Vec<f32>)]) -> Result<(), SearchError> {
        let new = rows
            .iter()
            .map(|(key, row)| Ok((*key, unit(row, self.width)?)));
        let new = new.collect::<Result<Vec<_>, SearchError>>()?;
        let mut kept = self.write();
        for (key, row) in new {
            if let Some(place) = kept.places.get(&key).copied() {
                kept.numbers[place * self.width..][..self.width].copy_from_slice(&row);
            } else {
                let place = kept.keys.len();
                kept.places.insert(key, place);
                kept.keys.push(key);
                kept.numbers.extend(row);
            }
        }
        Ok(())
    }

    fn remove(&self, keys: &[Uuid]) -> Result<(), SearchError> {
        let mut kept = self.write();
        for key in keys {
            let Some(place) = kept.places.remove(key) else {
                continue;
            };
            // The last row takes the free place.
            let last = kept.keys.len() - 1;
            let start = last * self.width;
            kept.numbers
                .copy_within(start..start + self.width, place * self.width);
            kept.numbers.truncate(start);
            kept.keys.swap_remove(place);
            if place != last {
                let moved = kept.keys[place];
                kept.places.insert(moved, place);
            }
        }
        Ok(())
    }

    fn nearest(&self, vector: &[f32], most: usize) -> Result<Vec<Near>, SearchError> {
        let wanted = unit(vector, self.width)?;
        if most == 0 {
            return Ok(vec![]);
        }
        let kept = self.read();
        // The farthest of the best so far lies on top.
        let mut best: BinaryHeap<Reverse<Found>> = BinaryHeap::with_capacity(most + 1);
        for (place, row) in kept.numbers.chunks_exact(self.width).enumerate() {
            let cosine = dot(&wanted, row);
            let enters = best.len() < most
                || best
                    .peek()
                    .is_some_and(|Reverse(last)| cosine > last.cosine);
            if enters {
                best.push(Reverse(Found { cosine, place }));
                if best.len() > most {
                    best.pop();
                }
            }
        }
        let found = best.into_sorted_vec().into_iter();
        Ok(found
            .map(|Reverse(one)| Near {
                key: kept.keys[one.place],
                cosine: one.cosine,
            })
            .collect())
    }

    fn keys(&self) -> Result<Vec<Uuid>, SearchError> {
        Ok(self.read().keys.clone())
    }
}

/// A row among the best; of equal ones the earlier is the nearer.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Found {
    cosine: f32,
    place: usize,
}

impl Eq for Found {}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        let nearer = self.cosine.total_cmp(&other.cosine);
        nearer.then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in std::iter::zip(a, b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = std::iter::zip(a_rest, b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            std::iter::zip(a, b).map(|(a, b)| f64::from(a * b)).sum()
        };
        (dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()) as f32
    }

    proptest! {
        #[test]
        fn the_nearest_are_those_of_a_plain_sort(
            rows in prop::collection::vec(prop::collection::vec(-1.0_f32..1.0, 19), 1..40),
            wanted in prop::collection::vec(-1.0_f32..1.0, 19),
            most in 0_usize..12,
        ) {
            let index = Exact::new(19);
            let keyed: Vec<_> = rows.iter().cloned().enumerate().map(|(n, row)| (key(n), row)).collect();
            index.put(&keyed).expect("the width fits");
            let found = index.nearest(&wanted, most).expect("the width fits");
            let mut plain: Vec<f32> = rows.iter().map(|row| cosine(&wanted, row)).collect();
            plain.sort_by(|a, b| b.total_cmp(a));
            prop_assert_eq!(found.len(), most.min(rows.len()));
            for (one, expected) in std::iter::zip(&found, plain) {
                prop_assert!((one.cosine - expected).abs() < 1e-5);
                let row = &keyed.iter().find(|(key, _)| *key == one.key).expect("a row").1;
                prop_assert!((cosine(&wanted, row) - one.cosine).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_row_put_again_is_replaced_and_one_removed_is_gone() {
        let index = Exact::new(2);
        let row = |number, x, y| (key(number), vec![x, y]);
        index
            .put(&[row(1, 1.0, 0.0), row(2, 0.0, 1.0), row(3, 3.0, 3.0)])
            .expect("the width fits");
        index.remove(&[key(1), key(9)]).expect("always");
        index.put(&[row(2, -1.0, 0.0)]).expect("the width fits");
        let found = index.nearest(&[2.0, 0.0], 5).expect("the width fits");
        let found: Vec<(Uuid, f32)> = found.iter().map(|one| (one.key, one.cosine)).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].0, key(3));
        assert!((found[0].1 - 0.5_f32.sqrt()).abs() < 1e-6);
        assert_eq!(found[1], (key(2), -1.0));
        let mut keys = index.keys().expect("always");
        keys.sort();
        assert_eq!(keys, [key(2), key(3)]);
    }

    #[test]
    fn a_vector_of_another_width_is_refused_whole() {
        let index = Exact::new(2);
        let rows = [(key(1), vec![1.0, 0.0]), (key(2), vec![1.0])];
        let error = index.put(&rows).expect_err("one is too short");
        assert_eq!(
            error.to_string(),
            "compare vectors: expected 2 numbers, got 1"
        );
        assert!(index.keys().expect("always").is_empty());
        assert!(index.nearest(&[1.0; 3], 1).is_err());
    }
}
