//! Words of speech: that no yes is also a no, that thresholds are in order, and that sounds and regions exist.

use std::collections::BTreeSet;

use crate::knowledge::SoundPair;
use crate::knowledge::spoken::PATH;

use super::Checker;

const INITIALS: [&str; 24] = [
    "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh",
    "r", "z", "c", "s", "y", "w",
];
/// Finals as `src/nlu/spoken/sounds.rs` cuts them: `v` is ü, and y and w are initials.
const FINALS: [&str; 35] = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie",
    "iao", "iu", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un",
    "uang", "v", "ve", "van", "vn",
];

impl Checker<'_> {
    pub(super) fn spoken(&mut self) {
        self.spoken_answers();
        self.spoken_thresholds();
        self.spoken_groups();
        let costs = &self.knowledge.spoken.sounds;
        self.sounds("initials", &INITIALS, &costs.initials);
        self.sounds("finals", &FINALS, &costs.finals);
    }

    fn spoken_answers(&mut self) {
        let spoken = &self.knowledge.spoken;
        let yes: BTreeSet<&String> = spoken.answer.yes.iter().collect();
        for word in spoken.answer.no.iter().filter(|word| yes.contains(word)) {
            self.spoken_fault(word, format!("`{word}` is a yes and a no"));
        }
        for word in &spoken.answer.short_yes {
            if !yes.contains(word) {
                self.spoken_fault(word, format!("`{word}` is a short yes and no yes"));
            }
        }
        let short = |word: &&String| word.chars().count() == 1;
        for word in spoken.answer.yes.iter().filter(short) {
            if !spoken.answer.short_yes.contains(word) {
                let message = format!("`{word}` has one syllable and is missing in short_yes");
                self.spoken_fault(word, message);
            }
        }
        let words = &spoken.confirm.words;
        for list in [
            &spoken.answer.yes,
            &spoken.answer.no,
            words,
            &spoken.again.invented,
        ] {
            let mut seen = BTreeSet::new();
            for word in list {
                if word.is_empty() || !seen.insert(word) {
                    self.spoken_fault(word, format!("`{word}` is empty or stands twice"));
                }
            }
        }
    }

    fn spoken_thresholds(&mut self) {
        let levels = &self.knowledge.spoken.confidence;
        let all = [
            levels.again,
            levels.sure,
            levels.yes,
            levels.short_yes,
            levels.no,
        ];
        if !all.iter().all(|level| (0.0..=1.0).contains(level)) {
            self.faults
                .push(PATH, 0, "[confidence] is not between 0 and 1");
        }
        if levels.again > levels.sure || levels.yes > levels.short_yes || levels.no > levels.yes {
            let message = "[confidence] must have again <= sure and no <= yes <= short_yes";
            self.faults.push(PATH, 0, message);
        }
        let again = &self.knowledge.spoken.again;
        if again.repeats < 2 || !(0.0..=1.0).contains(&again.chinese) {
            let message = "[again] needs repeats of 2 or more and a share of 0 to 1";
            self.faults.push(PATH, 0, message);
        }
    }

    fn spoken_groups(&mut self) {
        let knowledge = self.knowledge;
        for group in &knowledge.spoken.confirm.plain_groups {
            if !knowledge.terms.values().any(|term| term.group == *group) {
                self.spoken_fault(group, format!("no finding is of the group `{group}`"));
            }
        }
    }

    fn sounds(&mut self, what: &str, known: &[&str], pairs: &[SoundPair]) {
        let mut seen = BTreeSet::new();
        for pair in pairs {
            let [one, other] = &pair.of;
            let name = format!("{what} `{one}` and `{other}`");
            if !known.contains(&one.as_str()) || !known.contains(&other.as_str()) {
                self.spoken_fault(one, format!("{name}: no such sound"));
            }
            if one == other || !seen.insert((one.min(other), one.max(other))) {
                self.spoken_fault(one, format!("{name} stand twice"));
            }
            let cheap = pair.there.unwrap_or(pair.cost);
            if pair.cost < 0.0 || cheap < 0.0 || pair.there.is_some() == pair.regions.is_empty() {
                let message = format!("{name}: costs are at least 0, and `there` needs `regions`");
                self.spoken_fault(one, message);
            }
            for region in &pair.regions {
                let regions = &self.knowledge.lexicon.regions;
                if !regions.iter().any(|(id, _)| id == region) {
                    self.spoken_fault(region, format!("{name}: unknown region `{region}`"));
                }
            }
        }
    }

    /// Names the first line on which the word stands.
    fn spoken_fault(&mut self, word: &str, message: String) {
        let quoted = format!("\"{word}\"");
        let content = self.files.0.get(PATH);
        let line = content.and_then(|text| text.lines().position(|line| line.contains(&quoted)));
        self.faults.push(PATH, line.map_or(0, |at| at + 1), message);
    }
}
