//! Sentences seen before, by their token ids. Most answers to most questions are the same few.

use std::collections::HashMap;
use std::sync::Arc;

/// What the body makes of a sentence.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    /// `[tokens, hidden]`.
    pub(super) tokens: Vec<f32>,
    /// Their mean, `[hidden]`.
    pub(super) mean: Vec<f32>,
}

/// Two generations: a sentence met again moves into the young one, and when that is full the old one is dropped.
/// So what was used lately stays, without a list to keep in order.
#[derive(Debug)]
pub(super) struct Cache {
    young: HashMap<Vec<u32>, Arc<Read>>,
    old: HashMap<Vec<u32>, Arc<Read>>,
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

    pub(super) fn get(&mut self, sentence: &[u32]) -> Option<Arc<Read>> {
        if let Some(read) = self.young.get(sentence) {
            return Some(Arc::clone(read));
        }
        let (sentence, read) = self.old.remove_entry(sentence)?;
        self.insert(sentence, Arc::clone(&read));
        Some(read)
    }

    pub(super) fn keep(&mut self, sentence: &[u32], read: Arc<Read>) {
        self.insert(sentence.to_vec(), read);
    }

    fn insert(&mut self, sentence: Vec<u32>, read: Arc<Read>) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(sentence, read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let mut cache = Cache::new(4);
        let read = Arc::new(Read {
            tokens: vec![1.0],
            mean: vec![1.0],
        });
        cache.keep(&[1000], Arc::clone(&read));
        cache.keep(&[2000], Arc::clone(&read));
        for number in 0..20 {
            assert!(cache.get(&[1000]).is_some(), "after {number}");
            cache.keep(&[number], Arc::clone(&read));
            assert!(cache.young.len() + cache.old.len() <= 4);
        }
        assert!(cache.get(&[2000]).is_none());
    }
}
