//! Words: that every meaning exists, that none is ambiguous without saying so, and that answers belong to
//! questions.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ConceptId;
use crate::knowledge::words::OWN;
use crate::knowledge::{Choice, LexiconEntry};

use super::Checker;

impl Checker<'_> {
    pub(super) fn lexicon(&mut self) {
        const PATH: &str = "lexicon/lexicon.csv";
        let lexicon = &self.knowledge.lexicon;
        let decided: BTreeSet<&str> = lexicon
            .ambiguous
            .iter()
            .map(|(word, _)| word.as_str())
            .collect();
        let mut meanings: BTreeMap<(&str, &str), (&[ConceptId], usize)> = BTreeMap::new();
        for entry in &lexicon.entries {
            let unknown: Vec<&ConceptId> =
                entry.concepts.iter().filter(|c| !self.knows(c)).collect();
            for concept in unknown {
                self.faults
                    .push(PATH, entry.line, format!("unknown concept `{concept}`"));
            }
            if !lexicon.regions.iter().any(|(id, _)| *id == entry.region) {
                self.faults.push(
                    PATH,
                    entry.line,
                    format!("unknown region `{}`", entry.region),
                );
            }
            let key = (entry.expression.as_str(), entry.region.as_str());
            match meanings.get(&key) {
                Some((other, line))
                    if *other != entry.concepts.as_slice() && !decided.contains(key.0) =>
                {
                    let message = format!(
                        "`{}` means something else on line {line}; say in ambiguous.csv what decides",
                        key.0
                    );
                    self.faults.push(PATH, entry.line, message);
                }
                _ => {
                    meanings.insert(key, (&entry.concepts, entry.line));
                }
            }
        }
    }

    pub(super) fn words(&mut self) {
        self.folk();
        self.composition();
        self.frames();
        self.answers();
        self.cues();
    }

    fn folk(&mut self) {
        let known = |entry: &LexiconEntry| (entry.expression.clone(), entry.region.clone());
        let mut seen: BTreeSet<(String, String)> =
            self.knowledge.lexicon.entries.iter().map(known).collect();
        for entry in &self.knowledge.words.folk {
            let path = if entry.own { OWN } else { "lexicon/folk.csv" };
            self.meanings(path, entry.line, &entry.concepts);
            let regions = &self.knowledge.lexicon.regions;
            if !regions.iter().any(|(id, _)| *id == entry.region) {
                let message = format!("unknown region `{}`", entry.region);
                self.faults.push(path, entry.line, message);
            }
            if !seen.insert(known(entry)) {
                let message = format!("`{}` stands in the lexicon already", entry.expression);
                self.faults.push(path, entry.line, message);
            }
        }
    }

    fn meanings(&mut self, path: &str, line: usize, concepts: &[ConceptId]) {
        let unknown: Vec<&ConceptId> = concepts.iter().filter(|c| !self.knows(c)).collect();
        for concept in unknown {
            self.faults
                .push(path, line, format!("unknown concept `{concept}`"));
        }
    }

    fn composition(&mut self) {
        let words = &self.knowledge.words;
        let sensations: BTreeSet<&str> = words
            .sensations
            .iter()
            .map(|s| s.sensation.as_str())
            .collect();
        let sites: BTreeSet<&str> = words.parts.iter().map(|p| p.site.as_str()).collect();
        for part in words.parts.iter().filter(|p| p.site.starts_with("BP.")) {
            self.meanings(
                "lexicon/parts.csv",
                part.line,
                &[ConceptId::new(&part.site)],
            );
        }
        for word in &words.sensations {
            let quality: Vec<ConceptId> = word.quality.clone().into_iter().collect();
            self.meanings("lexicon/sensations.csv", word.line, &quality);
        }
        for row in &words.compositions {
            const PATH: &str = "lexicon/compose.csv";
            self.meanings(PATH, row.line, &row.concepts);
            if !sensations.contains(row.sensation.as_str()) {
                let message = format!("no word has the sensation `{}`", row.sensation);
                self.faults.push(PATH, row.line, message);
            }
            let site = row.site.as_str();
            if site != "*" && !sites.contains(site) && !self.knows(&ConceptId::new(site)) {
                self.faults
                    .push(PATH, row.line, format!("no word has the site `{site}`"));
            }
        }
    }

    fn frames(&mut self) {
        let words = &self.knowledge.words;
        for frame in &words.frames {
            self.meanings(frame.file, frame.line, &frame.concepts);
            for choice in frame.slots.iter().flat_map(|slot| &slot.choices) {
                let missing = match choice {
                    Choice::Class(name) => !words.cues.classes.contains_key(name),
                    Choice::Sensation(name) => {
                        !words.sensations.iter().any(|s| s.sensation == *name)
                    }
                    Choice::Site(name) => {
                        !self.knows(&ConceptId::new(name))
                            && !words.parts.iter().any(|p| p.site == *name)
                    }
                    Choice::Word(word) => word.is_empty(),
                };
                if missing {
                    self.faults.push(
                        frame.file,
                        frame.line,
                        format!("`{choice:?}` does not exist"),
                    );
                }
            }
        }
    }

    fn answers(&mut self) {
        const PATH: &str = "lexicon/answers.csv";
        let mut meanings: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for phrase in &self.knowledge.words.answers {
            let (question, option) = (phrase.question.as_str(), phrase.option.as_str());
            match self.knowledge.questions.get(question) {
                None => {
                    self.faults
                        .push(PATH, phrase.line, format!("unknown question `{question}`"))
                }
                Some(asked) if asked.option(option).is_none() => {
                    let message = format!("`{question}` has no option `{option}`");
                    self.faults.push(PATH, phrase.line, message);
                }
                Some(_) => {}
            }
            let key = (question, phrase.expression.as_str());
            if meanings
                .insert(key, option)
                .is_some_and(|other| other != option)
            {
                let message = format!("`{}` means two options of `{question}`", key.1);
                self.faults.push(PATH, phrase.line, message);
            }
        }
    }

    fn cues(&mut self) {
        let cues = &self.knowledge.words.cues;
        let concepts: Vec<ConceptId> = cues
            .triggers
            .keys()
            .chain(cues.relievers.keys())
            .chain(
                cues.supersedes
                    .iter()
                    .flat_map(|(c, weaker)| std::iter::once(c).chain(weaker)),
            )
            .chain(cues.bilateral.iter().flat_map(|(one, both)| [one, both]))
            .chain(&cues.placeless)
            .chain(&cues.sided)
            .chain(&cues.both_sided)
            .chain(&cues.injuries)
            .chain(&cues.circumstances)
            .chain(&cues.site_findings)
            .cloned()
            .collect();
        self.meanings("lexicon/cues.toml", 0, &concepts);
    }
}
