//! Every expression of every list in one automaton, with what each may mean.

use std::collections::{BTreeMap, HashMap};

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use crate::knowledge::{Choice, Cues, Knowledge, LexiconEntry};

use super::normalise::normalise_word;

/// What an expression may mean; an expression may mean several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// Entry of the lexicon, then of `folk.csv`.
    Entry(u32),
    /// Row of `parts.csv`.
    Part(u32),
    /// Row of `sensations.csv`.
    Sensation(u32),
    /// A list of `cues.toml`.
    Cue(Cue),
    /// `[classes]`, by position.
    Class(u32),
    /// A literal word of a frame.
    Literal(u32),
    /// `[triggers]` then `[relievers]`, by position.
    Factor(u32),
    /// `[intents]`, by position.
    Intent(u32),
}

macro_rules! cues {
    ($($cue:ident => $($path:ident).+),+ $(,)?) => {
        /// A list of `cues.toml`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) enum Cue { Idiom, $($cue),+ }

        fn lists(cues: &Cues) -> Vec<(Cue, &[String])> {
            vec![(Cue::Idiom, cues.idioms.extra.as_slice()), $((Cue::$cue, cues.$($path).+.as_slice())),+]
        }
    };
}

cues! {
    NegWide => negation.wide, NegTight => negation.tight, NegAfter => negation.after, NoTrigger => negation.after_trigger, Bridge => negation.bridges,
    AskedYesNo => negation.questions, Posture => negation.postures,
    Hedge => hedge.before, Guess => hedge.guesses, Simile => hedge.similes, Meant => deliberate.words, NotMeant => deliberate.not_words,
    PastTime => past.times, PastDefinite => past.definite, Continuing => past.continuing, Now => past.now, Resolved => past.resolved,
    NotResolved => past.not_resolved,
    Family => others.family, Stranger => others.strangers, Oneself => others.oneself, Likewise => others.likewise, Deceased => others.deceased,
    Helper => others.helper, TakesOver => others.takes_over, Disputes => others.disputes, Relays => others.relays, ParentSays => others.parents_say, Female => others.female, Male => others.male,
    Unreal => unreal.before, UnrealFinal => unreal.r#final,
    Left => sides.left, Right => sides.right, Both => sides.both, Middle => sides.middle, One => sides.one, Spread => sides.spread,
    Sudden => course.sudden, Gradual => course.gradual, Rapid => course.rapid, Worse => course.worse, Recent => course.recent,
    Stable => course.stable, Unchanged => course.unchanged, Severe => course.severe, Injury => course.injury, Onset => course.onset, NotCourse => course.not_course,
    Correction => correction.cues,
    Yes => answers.yes, No => answers.no, Unsure => answers.unsure, Refuse => answers.refuse, Little => answers.little,
    Much => answers.much, Same => answers.same, Different => answers.different,
}

/// The automaton and its meanings.
pub(super) struct Dictionary {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    meanings: Vec<Vec<Meaning>>,
    /// Length in characters of each pattern.
    lengths: Vec<usize>,
    /// Lexicon entries, then folk entries.
    pub entries: Vec<LexiconEntry>,
    /// Word → texts that veto it after and before.
    pub vetoes: HashMap<String, (Vec<String>, Vec<String>)>,
    /// Names of `[classes]` in the order of [`Meaning::Class`].
    pub classes: Vec<String>,
    /// Literal words of frames in the order of [`Meaning::Literal`].
    pub literals: HashMap<String, u32>,
    /// Expressions for the segmenter.
    pub own_words: Vec<String>,
}

impl Dictionary {
    /// Gathers every list.
    pub fn new(knowledge: &Knowledge) -> Self {
        let mut gather = Gather::default();
        let words = &knowledge.words;
        let entries: Vec<LexiconEntry> = knowledge
            .lexicon
            .entries
            .iter()
            .chain(&words.folk)
            .cloned()
            .collect();
        for (i, entry) in entries.iter().enumerate() {
            let idiom = entry.concepts.iter().any(|c| c.as_str() == "MOD.IDIOM");
            gather.add(
                &entry.expression,
                if idiom {
                    Meaning::Cue(Cue::Idiom)
                } else {
                    Meaning::Entry(index(i))
                },
            );
        }
        for veto in knowledge.lexicon.vetoes.iter().filter(|v| v.swallows) {
            gather.add(&veto.word, Meaning::Cue(Cue::Idiom));
        }
        gather.all(words.parts.iter().map(|p| &p.expression), Meaning::Part);
        gather.all(
            words.sensations.iter().map(|s| &s.expression),
            Meaning::Sensation,
        );
        for (cue, list) in lists(&words.cues) {
            list.iter()
                .for_each(|word| gather.add(word, Meaning::Cue(cue)));
        }
        relatives(&words.cues, &mut gather);
        for (i, list) in words.cues.classes.values().enumerate() {
            list.iter()
                .for_each(|word| gather.add(word, Meaning::Class(index(i))));
        }
        for (i, list) in words
            .cues
            .triggers
            .values()
            .chain(words.cues.relievers.values())
            .enumerate()
        {
            list.iter()
                .for_each(|word| gather.add(word, Meaning::Factor(index(i))));
        }
        for (i, list) in words.cues.intents.values().enumerate() {
            list.iter()
                .for_each(|word| gather.add(word, Meaning::Intent(index(i))));
        }
        let literals = literals(knowledge);
        for (word, id) in &literals {
            gather.add(word, Meaning::Literal(*id));
        }
        gather.build(
            entries,
            vetoes(knowledge),
            words.cues.classes.keys().cloned().collect(),
            literals,
        )
    }

    /// Every occurrence of every expression: start, end (characters) and pattern.
    pub fn occurrences(&self, text: &str) -> Vec<(usize, usize, usize)> {
        // Byte offset → character offset.
        let mut at = vec![0usize; text.len() + 1];
        let mut count = 0;
        for (byte, _) in text.char_indices() {
            at[byte] = count;
            count += 1;
        }
        at[text.len()] = count;
        self.automaton
            .find_overlapping_iter(text)
            .map(|m| {
                let pattern = m.value() as usize;
                let end = at[m.end()];
                (end - self.lengths[pattern], end, pattern)
            })
            .collect()
    }

    /// What a pattern may mean.
    pub fn meanings(&self, pattern: usize) -> &[Meaning] {
        &self.meanings[pattern]
    }
}

#[derive(Default)]
struct Gather {
    patterns: BTreeMap<String, Vec<Meaning>>,
}

impl Gather {
    fn add(&mut self, expression: &str, meaning: Meaning) {
        let word = normalise_word(expression);
        // An expression that normalisation reduces to one character has lost what told it apart.
        if word.is_empty() || (word.chars().count() == 1 && expression.chars().count() > 2) {
            return;
        }
        let meanings = self.patterns.entry(word).or_default();
        if !meanings.contains(&meaning) {
            meanings.push(meaning);
        }
    }

    fn all<'a>(&mut self, words: impl Iterator<Item = &'a String>, make: impl Fn(u32) -> Meaning) {
        words
            .enumerate()
            .for_each(|(i, word)| self.add(word, make(index(i))));
    }

    fn build(
        self,
        entries: Vec<LexiconEntry>,
        vetoes: HashMap<String, (Vec<String>, Vec<String>)>,
        classes: Vec<String>,
        literals: HashMap<String, u32>,
    ) -> Dictionary {
        let domain = |meanings: &[Meaning]| {
            meanings.iter().any(|m| {
                matches!(
                    m,
                    Meaning::Entry(_) | Meaning::Part(_) | Meaning::Sensation(_)
                )
            })
        };
        let own_words = self
            .patterns
            .iter()
            .filter(|(w, m)| w.chars().count() > 1 && domain(m))
            .map(|(w, _)| w.clone())
            .collect();
        let lengths = self.patterns.keys().map(|w| w.chars().count()).collect();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values(
                self.patterns
                    .keys()
                    .enumerate()
                    .map(|(i, word)| (word.as_str(), index(i))),
            )
            .expect("patterns are non-empty and distinct, being keys of a map");
        Dictionary {
            automaton,
            meanings: self.patterns.into_values().collect(),
            lengths,
            entries,
            vetoes,
            classes,
            literals,
            own_words,
        }
    }
}

/// 我 + 二大爷, 俺家 + 闺女: every owner with every relative.
fn relatives(cues: &Cues, gather: &mut Gather) {
    let others = &cues.others;
    let kinds: [(&[String], Option<Cue>); 3] = [
        (&others.kinswomen, Some(Cue::Female)),
        (&others.kinsmen, Some(Cue::Male)),
        (&others.kin, None),
    ];
    for (kin, sex) in kinds {
        for (owner, relative) in others
            .owners
            .iter()
            .flat_map(|o| kin.iter().map(move |k| (o, k)))
        {
            let person = format!("{owner}{relative}");
            gather.add(&person, Meaning::Cue(Cue::Family));
            if let Some(sex) = sex {
                gather.add(&person, Meaning::Cue(sex));
            }
        }
    }
}

fn literals(knowledge: &Knowledge) -> HashMap<String, u32> {
    let mut literals = HashMap::new();
    let choices = knowledge
        .words
        .frames
        .iter()
        .flat_map(|f| &f.slots)
        .flat_map(|s| &s.choices);
    for choice in choices {
        if let Choice::Word(word) = choice {
            let next = index(literals.len());
            literals.entry(normalise_word(word)).or_insert(next);
        }
    }
    literals
}

fn vetoes(knowledge: &Knowledge) -> HashMap<String, (Vec<String>, Vec<String>)> {
    let mut map: HashMap<String, (Vec<String>, Vec<String>)> = HashMap::new();
    for veto in &knowledge.lexicon.vetoes {
        let entry = map.entry(normalise_word(&veto.word)).or_default();
        entry.0.extend(veto.next.iter().map(|w| normalise_word(w)));
        entry
            .1
            .extend(veto.previous.iter().map(|w| normalise_word(w)));
    }
    for [word, next, previous] in &knowledge.words.cues.vetoes.rows {
        let entry = map.entry(normalise_word(word)).or_default();
        entry.0.extend(next.chars().map(String::from));
        entry.1.extend(previous.chars().map(String::from));
    }
    map
}

pub(super) fn index(i: usize) -> u32 {
    u32::try_from(i).expect("the data files hold fewer than 2^32 rows")
}
