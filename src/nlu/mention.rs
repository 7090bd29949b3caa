//! A candidate finding on its way through the stages.

use crate::domain::{Assertion, ConceptId, Course, PainScore, Side};
use crate::knowledge::{Certainty, Cues};

/// A concept with the words it rests on.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// What it means.
    pub concept: ConceptId,
    /// All its words, in normalised characters.
    pub span: (usize, usize),
    /// The word whose denial denies it.
    pub key: (usize, usize),
    /// Body part.
    pub site: Option<ConceptId>,
    /// Words of the part.
    pub part: Option<(usize, usize)>,
    /// Qualities.
    pub quality: Vec<ConceptId>,
    /// How sure the words are.
    pub certainty: Certainty,
    /// Made of which rule; frames win over composition on the same words.
    pub origin: Origin,
    /// The words say that all is well: denied unless they are themselves denied.
    pub denies: bool,
    /// Filled by context.
    pub assertion: Assertion,
    /// Filled by sides.
    pub side: Side,
    /// Filled by course.
    pub course: Course,
    /// Score beside it.
    pub severity: Option<PainScore>,
    /// Takes the place of what was said before.
    pub replaces: bool,
}

/// Where a mention comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The lexicon.
    Entry,
    /// A frame; `true` when it leaves the meaning of its words standing.
    Frame(bool),
    /// Part and sensation.
    Composed,
    /// A sensation whose part was not said.
    Bare,
    /// A trigger or reliever, or how it happened.
    Factor,
}

impl Mention {
    /// A mention of which only the words are known.
    pub fn new(
        concept: ConceptId,
        span: (usize, usize),
        key: (usize, usize),
        origin: Origin,
    ) -> Self {
        Self {
            concept,
            span,
            key,
            site: None,
            part: None,
            quality: vec![],
            certainty: Certainty::High,
            origin,
            denies: false,
            assertion: Assertion::Present,
            side: Side::Unspecified,
            course: Course::default(),
            severity: None,
            replaces: false,
        }
    }

    /// A symptom, not history or trigger.
    pub fn is_symptom(&self) -> bool {
        let felt = self.origin != Origin::Factor;
        self.concept.kind() == "SYM" || self.concept.is_derived() && felt
    }

    /// True when the two share a character.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.span.0 < other.span.1 && other.span.0 < self.span.1
    }
}

/// Drops mentions whose words mean something more telling.
pub(super) fn prune(mentions: &mut Vec<Mention>, cues: &Cues) {
    // In two passes: what a frame explains goes first, lest it take a weaker mention with it and then go itself.
    drop_where(mentions, |m, other| {
        let framed = matches!(m.origin, Origin::Composed | Origin::Bare)
            && other.origin == Origin::Frame(false)
            && !other.denies
            && m.concept != other.concept
            && overlap(m.key, other.key);
        // 有劲 in 没有劲 is no word of well-being.
        let inside = m.denies && !other.denies && other.key.0 <= m.key.0 && m.key.1 <= other.key.1;
        inside || framed
    });
    drop_where(mentions, |m, other| {
        let same_words = overlap(m.key, other.key) || overlap(m.span, other.span);
        let telling = cues
            .supersedes
            .get(&other.concept)
            .is_some_and(|weaker| weaker.contains(&m.concept));
        let placed = cues.placeless.contains(&m.concept)
            && !cues.placeless.contains(&other.concept)
            && other.is_symptom()
            && overlap(m.key, other.span);
        // 不是不麻,脚麻: what is told without a place is the thing told with its place.
        let told_again = telling
            && cues.placeless.contains(&m.concept)
            && m.assertion == Assertion::Present
            && other.assertion == Assertion::Present;
        let same = m.concept == other.concept && overlap(m.key, other.key);
        // Denying the more telling thing does not deny the other, so both denials stay.
        let both_there = m.assertion == other.assertion && !m.denies;
        (telling && same_words && both_there)
            || told_again
            || placed
            || (same && rank(m) > rank(other))
    });
}

fn rank(m: &Mention) -> usize {
    let origin = match m.origin {
        Origin::Composed => 0,
        Origin::Entry => 1,
        Origin::Frame(_) => 2,
        Origin::Bare => 3,
        Origin::Factor => 4,
    };
    origin * 10_000 + m.span.0
}

fn overlap(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

fn drop_where(mentions: &mut Vec<Mention>, weaker: impl Fn(&Mention, &Mention) -> bool) {
    let keep: Vec<bool> = mentions
        .iter()
        .enumerate()
        .map(|(i, m)| {
            !mentions
                .iter()
                .enumerate()
                .any(|(j, other)| i != j && weaker(m, other))
        })
        .collect();
    let mut keep = keep.into_iter();
    mentions.retain(|_| keep.next().unwrap_or(true));
}
