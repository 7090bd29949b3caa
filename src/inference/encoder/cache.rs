//! Vectors of sentences seen before, by their token ids. Most answers to most questions are the same few.

use std::collections::HashMap;
use std::sync::Arc;

/// The vector of a sentence.
pub(super) type Vector = Arc<[f32]>;

/// Two generations: a sentence met again moves into the young one, and when that is full the old one is dropped.
/// So what was used lately stays, without a list to keep in order.
#[derive(Debug)]
pub(super) struct Cache {
    young: HashMap<Vec<u32>, Vector>,
    old: HashMap<Vec<u32>, Vector>,
    half: usize,
}

impl Cache {
    pub(super) fn new(places: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            half: (places / 2).max(1),
        }
    }

    pub(super) fn get(&mut self, sentence: &[u32]) -> Option<Vector> {
        if let Some(vector) = self.young.get(sentence) {
            return Some(Arc::clone(vector));
        }
        let (sentence, vector) = self.old.remove_entry(sentence)?;
        self.insert(sentence, Arc::clone(&vector));
        Some(vector)
    }

    pub(super) fn keep(&mut self, sentence: &[u32], vector: Vector) {
        self.insert(sentence.to_vec(), vector);
    }

    fn insert(&mut self, sentence: Vec<u32>, vector: Vector) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(sentence, vector);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let mut cache = Cache::new(4);
        let vector: Vector = Arc::from([1.0]);
        cache.keep(&[1000], Arc::clone(&vector));
        cache.keep(&[2000], Arc::clone(&vector));
        for number in 0..20 {
            assert!(cache.get(&[1000]).is_some(), "after {number}");
            cache.keep(&[number], Arc::clone(&vector));
            assert!(cache.young.len() + cache.old.len() <= 4);
        }
        assert!(cache.get(&[2000]).is_none());
    }
}
