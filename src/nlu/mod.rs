//! From everyday words to findings: normalise → segment → match → compose → context → answer.
//!
//! [`Reader::understand`] never fails: it returns what it understood and a list of doubts. Words live in
//! `knowledge-graph/lexicon/`; the stages here only know kinds of words. What a finding means for the
//! patient, and what an option states, are left to others.

mod answer;
mod calendar;
mod compose;
mod context;
mod correct;
mod course;
mod dictionary;
mod doubts;
mod frames;
mod lore;
mod matching;
mod measures;
mod mention;
mod normalise;
mod numbers;
mod paces;
mod phonetic;
mod segment;
mod sides;
mod skill;
mod spoken;
mod subject;
mod times;

use std::ops::Range;

use jiff::civil::Date;

use crate::domain::{
    Assertion, Case, ConceptId, Doubt, Evidence, Finding, Intent, Side, Source, Speaker, Statement,
};
use crate::knowledge::{Certainty, Cues, Knowledge, QuestionDef, QuestionKind};

use dictionary::Dictionary;
use lore::Lore;
use matching::Scan;
use mention::{Mention, Origin};
use phonetic::Phonetic;
use segment::Segmenter;

pub use normalise::is_han;
pub use skill::{LeftOut, Skill};
pub use spoken::{Expected, PutRight, simplified};

/// Reads texts. Built once; immutable; shared between threads.
pub struct Reader {
    dictionary: Dictionary,
    segmenter: Segmenter,
    phonetic: Phonetic,
    ear: spoken::Ear,
    lore: Lore,
    left_out: LeftOut,
}

/// What a text is read against.
#[derive(Debug)]
pub struct Context<'a> {
    /// Number of the turn.
    pub turn: u32,
    /// The day on which it is said.
    pub today: Date,
    /// The question that is open.
    pub question: Option<&'a QuestionDef>,
    /// Concepts that `@` means in the question's options.
    pub asked_about: &'a [ConceptId],
    /// The patient's region, an id of `lexicon/regions.csv`.
    pub region: Option<&'a str>,
    /// What is known so far.
    pub known: &'a Case,
    /// Who is talking, when known.
    pub speaker: Option<Speaker>,
}

/// What was understood of a text.
#[derive(Debug, Default)]
pub struct Understanding {
    /// Findings, numbers, sex, speaker. What the chosen options state is not among them.
    pub statements: Vec<Statement>,
    /// What the text means as the answer to the open question.
    pub answer: Option<Answer>,
    /// What the patient wants besides.
    pub intents: Vec<Intent>,
    /// Clauses of which nothing was understood.
    pub doubts: Vec<Doubt>,
    /// Words too unsure to be evidence: ask back.
    pub asks_back: Vec<AskBack>,
    /// The only side that the text speaks of.
    pub side: Option<Side>,
    /// A helper passes on the patient's own words.
    pub relays: bool,
}

/// What a text means as an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Ids of the options meant.
    pub options: Vec<String>,
    /// How clearly.
    pub clarity: Clarity,
    /// What the reading rests on.
    pub basis: Basis,
}

/// What an answer was read from; a model may contest the weaker sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A time that was told: 四个多月以前扎的 is no to 最近三个月.
    Time,
    /// What the text says of the thing asked about.
    Words,
    /// No more than a yes or a no somewhere in it.
    YesNo,
}

/// How clear an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clarity {
    /// Said outright.
    Clear,
    /// 「好像有点」: the affirming option, with a doubt.
    Hedged,
    /// 「说不清」
    Unsure,
    /// 「不想说」
    Refused,
    /// Something else was said.
    NotAnAnswer,
}

/// A word of low certainty: a question back, never evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskBack {
    /// The word.
    pub word: String,
    /// What it may mean.
    pub concept: ConceptId,
    /// The quote.
    pub evidence: Evidence,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

/// What hearing a word only by its sound leaves of its certainty.
const BY_SOUND: f32 = 0.85;

impl Reader {
    /// Builds the automaton, the segmenter and the indexes.
    pub fn new(knowledge: &Knowledge) -> Self {
        Self::without(knowledge, LeftOut::default())
    }

    /// The same for an evaluation that leaves skills out.
    pub fn without(knowledge: &Knowledge, left_out: LeftOut) -> Self {
        let reduced = left_out.reduce(knowledge);
        let knowledge = &*reduced;
        let dictionary = Dictionary::new(knowledge);
        let lore = Lore::new(knowledge, &dictionary);
        let segmenter = Segmenter::new(dictionary.own_words.iter().map(String::as_str));
        let parts = knowledge.words.parts.iter().map(|p| p.expression.as_str());
        Self {
            phonetic: if left_out.has(Skill::Sound) {
                Phonetic::new([].into_iter(), [].into_iter())
            } else {
                Phonetic::new(dictionary.own_words.iter().map(String::as_str), parts)
            },
            ear: spoken::Ear::new(knowledge, &dictionary),
            dictionary,
            segmenter,
            lore,
            left_out,
        }
    }

    /// Puts right what a speech recogniser misheard. Text that is good as it is stays.
    pub fn put_right(&self, heard: &str, expected: &Expected<'_>) -> PutRight {
        if self.left_out.has(Skill::Sound) {
            return PutRight {
                text: heard.to_owned(),
                repairs: vec![],
            };
        }
        self.ear
            .put_right(heard, expected, &self.dictionary, &self.segmenter)
    }

    /// Understands a text; never fails.
    pub fn understand(&self, text: &str, context: &Context<'_>) -> Understanding {
        let original: Vec<char> = text.chars().collect();
        let mut normal = normalise::normalise(text);
        let words = self.segmenter.words(&normal.chars);
        let misheard = self
            .phonetic
            .repair(&mut normal.chars, &words, &self.dictionary);
        let scan = matching::scan(
            normal,
            &self.dictionary,
            &self.segmenter,
            &self.lore,
            context.region,
            context.today,
        );
        if scan.clauses.is_empty() {
            return Understanding {
                answer: context.question.map(|_| answer::nothing()),
                ..Understanding::default()
            };
        }
        let mut mentions = self.mentions(&scan);
        let opening =
            context.turn <= 1 && context.known.findings.is_empty() && is_first(context.question);
        if opening && mentions.is_empty() {
            mentions = compose::bare_places(&scan, &self.lore);
            sides::sides(&scan, &mut mentions, &self.lore.words.cues);
        }
        let voice = subject::attribute(
            &scan,
            &mut mentions,
            (context.speaker, opening),
            &self.lore.words.cues,
        );
        let mut mentions = merge(mentions, &self.lore.words.cues);
        let known = measures::Known {
            dated: context.known.measures.contains_key("duration_days"),
            aged: context.known.age().is_some(),
        };
        let measures = measures::measures(&scan, context.question, &mut mentions, known);
        let mut intents = measures::intents(&scan, &self.lore);
        // 要等一会儿才尿得出来 tells a symptom and asks for no pause.
        if mentions.iter().any(Mention::is_symptom) {
            intents.retain(|intent| *intent != crate::domain::Intent::Wait);
        }
        let answer = context.question.map(|q| {
            if self.left_out.has(Skill::Answers) && q.kind != QuestionKind::Text {
                answer::nothing()
            } else {
                answer::answer(&scan, q, context, &mentions, &measures, &self.lore)
            }
        });
        let (asks_back, mentions): (Vec<Mention>, Vec<Mention>) = mentions
            .into_iter()
            .partition(|m| m.certainty == Certainty::Low);
        let mut statements: Vec<Statement> = mentions
            .iter()
            .map(|m| statement(&scan, &original, context.turn, m, &misheard))
            .collect();
        statements.extend(measures.into_iter().map(|m| Statement::Measure {
            evidence: measures::evidence(&scan, &original, context.turn, m.span),
            name: m.name,
            value: m.value,
        }));
        statements.extend(voice.speaker.map(Statement::Speaker));
        statements.extend(measures::sex(&scan).or(voice.sex).map(Statement::Sex));
        let answered = answer
            .as_ref()
            .is_some_and(|a| a.clarity != Clarity::NotAnAnswer);
        Understanding {
            side: sides::of_text(&scan),
            relays: voice.relays,
            doubts: doubts::doubts(
                &scan,
                &mentions,
                &original,
                context.turn,
                answered || !intents.is_empty(),
            ),
            asks_back: asks_back
                .into_iter()
                .map(|m| ask_back(&scan, &original, context.turn, m))
                .collect(),
            statements,
            answer,
            intents,
        }
    }

    /// Everything meant, with assertion, side and course; the same thing as often as it is said, for one may be another person's.
    fn mentions(&self, scan: &Scan) -> Vec<Mention> {
        let cues = &self.lore.words.cues;
        let mut mentions = compose::entries(scan, &self.dictionary, &self.lore);
        mentions.extend(compose::composed(scan, &self.dictionary, &self.lore));
        mentions.extend(frames::frames(scan, &self.lore));
        context::assert(scan, &mut mentions, cues);
        mention::prune(&mut mentions, cues);
        sides::sides(scan, &mut mentions, cues);
        course::course(scan, &mut mentions);
        correct::correct(scan, &mut mentions);
        measures::factors(scan, &self.lore, &mut mentions);
        measures::fever(scan, &self.lore, &mut mentions);
        mention::prune(&mut mentions, cues);
        context::end_what_is_gone(scan, &mut mentions);
        mentions
    }
}

/// Nothing is asked yet but what the trouble is.
fn is_first(question: Option<&QuestionDef>) -> bool {
    question.is_none_or(|question| question.slot.as_str() == "chief_complaint")
}

/// One mention per concept and assertion; a thing said to be there is not also denied by the way.
fn merge(mentions: Vec<Mention>, cues: &Cues) -> Vec<Mention> {
    let mut kept: Vec<Mention> = vec![];
    for mention in mentions {
        match kept
            .iter_mut()
            .find(|k| k.concept == mention.concept && k.assertion == mention.assertion)
        {
            Some(same) => {
                same.side = sides_together(same, &mention);
                same.course = mention.course.updated_by(same.course);
                same.severity = same.severity.or(mention.severity);
                for quality in mention.quality {
                    if !same.quality.contains(&quality) {
                        same.quality.push(quality);
                    }
                }
                same.replaces |= mention.replaces;
            }
            None => kept.push(mention),
        }
    }
    let present: Vec<ConceptId> = kept
        .iter()
        .filter(|m| m.assertion == Assertion::Present)
        .map(|m| m.concept.clone())
        .collect();
    let has_place = kept.iter().any(|m| {
        m.is_symptom()
            && m.assertion == Assertion::Present
            && m.concept.as_str().ends_with("PAIN")
            && !cues.placeless.contains(&m.concept)
    });
    lend_course(&mut kept, cues);
    kept.retain(|m| {
        let contradicted = matches!(
            m.assertion,
            Assertion::Absent | Assertion::Uncertain | Assertion::Past
        ) && present.contains(&m.concept);
        let bare_pain = cues.placeless.contains(&m.concept)
            && m.concept.as_str().ends_with("PAIN")
            && m.origin == Origin::Bare
            && has_place;
        !contradicted && !bare_pain
    });
    kept
}

/// 腰疼么…啥也没干,猛地一下疼上来: how a pain came that names no place is how the only one came that names one.
fn lend_course(mentions: &mut [Mention], cues: &Cues) {
    let pain = |m: &Mention| {
        m.assertion == Assertion::Present && m.concept.as_str().ends_with("PAIN") && m.is_symptom()
    };
    let bare = |m: &Mention| pain(m) && cues.placeless.contains(&m.concept);
    let told = mentions.iter().find(|m| bare(m)).map(|m| m.course);
    let placed = |m: &Mention| pain(m) && !cues.placeless.contains(&m.concept);
    let mut only = mentions.iter_mut().filter(|m| placed(m));
    if let (Some(course), Some(one), None) = (told, only.next(), only.next()) {
        one.course = course.updated_by(one.course);
    }
}

fn sides_together(a: &Mention, b: &Mention) -> crate::domain::Side {
    use crate::domain::Side;
    match (a.side, b.side) {
        (side, Side::Unspecified) | (Side::Unspecified, side) => side,
        (a, b) if a == b => a,
        (Side::Left, Side::Right) | (Side::Right, Side::Left) => Side::Bilateral,
        (a, _) => a,
    }
}

fn statement(
    scan: &Scan,
    original: &[char],
    turn: u32,
    mention: &Mention,
    misheard: &[Range<usize>],
) -> Statement {
    let by_sound = misheard
        .iter()
        .any(|place| place.start < mention.span.1 && mention.span.0 < place.end);
    let confidence = match (mention.certainty, mention.origin) {
        (Certainty::High, Origin::Entry | Origin::Composed) => 0.95,
        (Certainty::High, _) => 0.9,
        _ => 0.8,
    };
    Statement::Finding {
        finding: Finding {
            concept: mention.concept.clone(),
            assertion: mention.assertion,
            side: mention.side,
            site: mention.site.clone(),
            quality: mention.quality.clone(),
            severity: mention.severity,
            course: mention.course,
            evidence: measures::evidence(scan, original, turn, mention.span),
            source: if by_sound {
                Source::Phonetic
            } else {
                Source::Lexicon
            },
            confidence: if by_sound {
                confidence * BY_SOUND
            } else {
                confidence
            },
        },
        replaces: mention.replaces,
    }
}

fn ask_back(scan: &Scan, original: &[char], turn: u32, mention: Mention) -> AskBack {
    let evidence = measures::evidence(scan, original, turn, mention.span);
    AskBack {
        word: evidence.text.clone(),
        concept: mention.concept,
        evidence,
    }
}

#[cfg(test)]
mod tests;
