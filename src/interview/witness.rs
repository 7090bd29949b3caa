//! A model that also has something to say about the patient's words, and the arbiter between it and the word lists.
//!
//! The conversation itself asks no model: whoever takes a turn lets [`Mind::hear`] ask first, and what the model thinks
//! becomes part of what was heard. A replay reads it back and needs no model.

use std::collections::BTreeSet;

use crate::domain::{
    Assertion, Case, ConceptId, Finding, Heard, Leaning, Likely, Said, Side, Source, Statement,
};
use crate::knowledge::{Knowledge, OptionDef, QuestionDef, QuestionKind, StatedFact};

use crate::nlu::Basis;

use super::{Mind, State};

/// What a model makes of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Impression {
    /// It could read the text.
    pub read: bool,
    /// Findings with their probability as confidence.
    pub findings: Vec<Finding>,
    /// The option of the open question that is likeliest meant.
    pub likely: Option<Likely>,
    /// Departments that the words are likely for, where they are the first ones.
    pub leaning: Option<Leaning>,
}

/// Something that reads the patient's words beside the word lists.
pub trait Witness: Send + Sync {
    /// What the text says, in turn `turn`, as the answer to `asked`. Never fails: a witness that cannot speak says nothing.
    fn read(&self, text: &str, turn: u32, asked: Option<&QuestionDef>) -> Impression;
}

/// Weights of the arbiter: the log-odds that a finding is there, from what the lists say and the model's log-odds. A logistic
/// fit as in `eval/training/arbiter.py`, on phrases of which the model has learned nothing (`eval/training/LOG.md`).
const BIAS: f32 = -0.493;
const LISTED: f32 = 0.926;
const MODEL: f32 = 0.864;
const MODEL_WHERE_LISTED: f32 = -0.164;
/// What the model does not speak of has this probability.
const UNSPOKEN: f32 = 0.002;

/// From this probability on a finding counts.
const COUNTS: f32 = 0.4;
/// The same for a sign of danger: what is less sure is asked about instead, where a question is about it.
const COUNTS_AS_DANGER: f32 = 0.75;
/// The same for what an answer tells beside the thing asked: without its question an answer is easily misread.
const COUNTS_IN_ANSWER: f32 = 0.85;
/// The same for history, which was labelled less often than symptoms: 上个医生讲要开刀 is no operation.
const COUNTS_OF_HISTORY: f32 = 0.6;
/// From this probability on a finding that a safety question is about makes that question be asked.
const ASKS: f32 = 0.25;
/// The same for what an answer tells beside the thing asked.
const ASKS_IN_ANSWER: f32 = 0.6;
/// Below this probability what the lists found is only a doubt.
const KEEPS: f32 = 0.35;
/// The model must find a danger that the lists found less likely than this for it to become a question first.
const DOUBTS_A_DANGER: f32 = 0.05;
/// From this probability on the model's reading of a denial is written down.
const READS_A_DENIAL: f32 = 0.5;
/// Texts shorter than this, in characters, are left to the lists: 麻, 有点疼.
const READABLE: usize = 6;
/// Texts shorter than this, in characters, say too little without their question.
const SHORTEST: usize = 4;

/// From this probability on an answer that tells something counts.
const TELLS: f32 = 0.6;
/// From this probability on an answer that denies counts. On a safety question a wrong no is worse than asking again.
const DENIES: f32 = 0.8;
/// From this probability on the model's reading stands against that of the lists.
const CONTESTS: f32 = 0.7;
/// The same where both read a sign, but not the same one.
const CONTESTS_A_SIGN: f32 = 0.8;
/// The same where the lists go by a yes or no alone.
const CONTESTS_A_YES: f32 = 0.5;
/// From this probability of a denial on, a sign that the lists read twice stays a doubt, if the model gives it next to nothing.
const SEES_NONE: f32 = 0.95;
/// Less than this is next to nothing.
const UNSEEN: f32 = 0.02;
/// A yes or no that the model finds less likely is no answer.
const SEES_NO_YES: f32 = 0.1;
/// What the lists read stands where the model finds it at least so likely.
const SHARES: f32 = 0.25;
/// The likeliest of several signs stands out from this probability on.
const STANDS_OUT: f32 = 0.4;
/// An option beside the likeliest counts from this probability on, where several may be meant.
const HAS_SHARE: f32 = 0.3;
/// What the lists read and the model finds less likely than this is asked again, whatever else the model thinks.
const DOUBTS: f32 = 0.05;

impl Mind {
    /// What was said, with what the model thinks of it.
    pub fn hear(&self, state: &State, said: Said) -> Heard {
        let open = state.open.as_ref();
        let asked = open.and_then(|open| self.knowledge.questions.get(&open.id));
        let impression = match (&said, &self.witness) {
            (Said::Text(text), Some(witness)) => witness.read(text, state.turn() + 1, asked),
            _ => Impression::default(),
        };
        Heard {
            said,
            read: impression.read,
            opinion: impression.findings,
            likely: impression.likely.map(Box::new),
            leaning: impression.leaning.map(Box::new),
            spoken: None,
        }
    }
}

/// The question that was open, and what the text was taken for.
pub(super) struct Answered<'a> {
    /// The question.
    pub question: &'a QuestionDef,
    /// The options it was taken for.
    pub options: &'a [String],
}

/// How likely a finding is there, from whether the lists found it and the model's probability.
fn probability(listed: bool, model: f32) -> f32 {
    let model = model.clamp(UNSPOKEN, 1.0 - 1e-4);
    let model = (model / (1.0 - model)).ln();
    let sum = if listed {
        LISTED + (MODEL + MODEL_WHERE_LISTED) * model
    } else {
        MODEL * model
    };
    1.0 / (1.0 + (-BIAS - sum).exp())
}

/// Weighs what the lists found against the model's opinion. What is unlikely becomes a doubt; a danger only where the model sees
/// nothing of it at all, and then it is asked about: a doubt never silences one, so what no question settles stands.
/// What the open question is about is judged with its answer, not here. Returns what is doubted.
pub(super) fn weigh_lists(
    knowledge: &Knowledge,
    said: &mut [Statement],
    answered: Option<&Answered<'_>>,
    opinion: &[Finding],
) -> BTreeSet<ConceptId> {
    let mut doubted: Vec<&mut Finding> = vec![];
    let mut told = answered.is_some();
    for statement in said {
        let Statement::Finding { finding, .. } = statement else {
            continue;
        };
        let asked = answered.is_some_and(|a| a.asks_about(knowledge, &finding.concept));
        let open = is_listed(finding) && is_read(finding) && !asked;
        if open && finding.assertion == Assertion::Present {
            let model = opinion.iter().find(|one| one.concept == finding.concept);
            let denied = model.is_some_and(|one| {
                one.assertion == Assertion::Absent && one.confidence >= READS_A_DENIAL
            });
            let model = model.map_or(0.0, |one| match one.assertion {
                Assertion::Present => one.confidence,
                _ => 1.0 - one.confidence,
            });
            let weighed = probability(true, model);
            let doubtful = if is_danger(knowledge, &finding.concept) {
                model < DOUBTS_A_DANGER || denied
            } else {
                weighed < KEEPS && !knowledge.is_sign_of_danger(&finding.concept)
            };
            if doubtful {
                finding.confidence = weighed;
                finding.assertion = Assertion::Uncertain;
                doubted.push(finding);
                continue;
            }
        }
        told |= is_symptom(finding);
    }
    // Who comes has a complaint: where nothing else was understood, the likeliest reading stands.
    let counts = |one: &Finding| is_symptom(one) && probability(false, one.confidence) >= COUNTS;
    told |= opinion.iter().any(counts);
    let unlikely: Vec<ConceptId> = doubted.iter().map(|one| one.concept.clone()).collect();
    let likeliest = doubted
        .into_iter()
        .filter(|finding| !is_danger(knowledge, &finding.concept))
        .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let stands = likeliest.filter(|_| !told).map(|finding| {
        finding.assertion = Assertion::Present;
        finding.concept.clone()
    });
    unlikely
        .into_iter()
        .filter(|id| Some(id) != stands.as_ref())
        .collect()
}

/// A sign that the lists read in an answer and the model does not see is a doubt until its question is put again.
pub(super) fn doubt_what_is_contested(question: &QuestionDef, statements: &mut [Statement]) {
    for statement in statements {
        if let Statement::Finding { finding, .. } = statement
            && question.about.contains(&finding.concept)
            && finding.assertion == Assertion::Present
            && is_listed(finding)
        {
            finding.assertion = Assertion::Uncertain;
        }
    }
}

/// Words that are enough for the model to see what they are about.
pub(super) fn is_readable(said: &Said) -> bool {
    matches!(said, Said::Text(text) if text.chars().count() >= READABLE)
}

fn is_listed(finding: &Finding) -> bool {
    matches!(finding.source, Source::Lexicon | Source::Phonetic)
}

/// Of a kind that the model reads well.
fn is_read(finding: &Finding) -> bool {
    finding.concept.kind() == "SYM"
}

fn is_symptom(finding: &Finding) -> bool {
    finding.concept.kind() == "SYM" && finding.assertion == Assertion::Present
}

/// Denials that the model alone reads. They are written down and settle nothing: what they deny is asked like the rest.
pub(super) fn denials(said: &[Statement], opinion: &[Finding]) -> Vec<Statement> {
    let affirmed = |id: &ConceptId| {
        said.iter().any(|statement| match statement {
            Statement::Finding { finding, .. } => {
                finding.concept == *id && finding.assertion != Assertion::Uncertain
            }
            _ => false,
        })
    };
    opinion
        .iter()
        .filter(|one| one.assertion == Assertion::Absent && one.confidence >= READS_A_DENIAL)
        .filter(|one| !affirmed(&one.concept))
        .map(|one| Statement::Finding {
            finding: one.clone(),
            replaces: false,
        })
        .collect()
}

/// What of a model's opinion is added: findings that the word lists say nothing about, in this text or before.
pub(super) fn taken_up(
    knowledge: &Knowledge,
    case: &Case,
    said: &[Statement],
    doubted: &BTreeSet<ConceptId>,
    answered: Option<&Answered<'_>>,
    opinion: &[Finding],
    side: Side,
) -> Vec<Statement> {
    // 擦得明白着呢 is an answer to its question and no finding by itself.
    if answered.is_some_and(Answered::denies) {
        return vec![];
    }
    let spoken_of: BTreeSet<&ConceptId> = said
        .iter()
        .filter_map(|statement| match statement {
            Statement::Finding { finding, .. } => Some(&finding.concept),
            _ => None,
        })
        .filter(|id| !doubted.contains(*id))
        .collect();
    opinion
        .iter()
        .filter(|finding| finding.assertion == Assertion::Present)
        .filter(|finding| long_enough(finding))
        .filter(|finding| has_its_word(knowledge, finding))
        .filter(|finding| !answered.is_some_and(|a| a.asks_about(knowledge, &finding.concept)))
        .filter(|finding| !is_covered(knowledge, &spoken_of, &finding.concept))
        .filter(|finding| !is_settled(case, &finding.concept))
        .filter_map(|finding| weigh(knowledge, finding, answered.is_some()))
        .map(|mut finding| {
            // The model says no side; the words may.
            let cues = &knowledge.words.cues;
            if cues.both_sided.contains(&finding.concept) {
                finding.side = Side::Bilateral;
            } else if cues.sided.contains(&finding.concept) {
                finding.side = side;
                // Where both sides are another finding (两腿窜痛), a model's guess makes none.
                let both = |word: &String| finding.evidence.text.contains(word.as_str());
                if side == Side::Unspecified
                    && !cues.bilateral.contains_key(&finding.concept)
                    && cues.sides.both_limbs.iter().any(both)
                {
                    finding.side = Side::Bilateral;
                }
            }
            Statement::Finding {
                finding,
                replaces: false,
            }
        })
        .collect()
}

impl Answered<'_> {
    /// The text was taken for an answer that tells nothing.
    fn denies(&self) -> bool {
        let chosen = self
            .options
            .iter()
            .filter_map(|id| self.question.option(id));
        let mut chosen = chosen.peekable();
        chosen.peek().is_some() && chosen.all(|option| !tells(option))
    }

    /// The question, or the one it follows up, is about this.
    fn asks_about(&self, knowledge: &Knowledge, id: &ConceptId) -> bool {
        let parent = self.question.parent.as_ref();
        let parent = parent.and_then(|(parent, _)| knowledge.questions.get(parent));
        [Some(self.question), parent]
            .into_iter()
            .flatten()
            .any(|question| {
                let mut stated = question.options.iter().flat_map(super::affirmed);
                question.about.contains(id) || stated.any(|other| other == id)
            })
    }
}

fn long_enough(finding: &Finding) -> bool {
    finding.evidence.text.chars().count() >= SHORTEST
}

/// The word lists speak of it, or of a more telling or a more general case of it.
fn is_covered(knowledge: &Knowledge, spoken_of: &BTreeSet<&ConceptId>, id: &ConceptId) -> bool {
    let cases = &knowledge.words.cues.supersedes;
    let tells = |special: &ConceptId, general: &ConceptId| {
        cases
            .get(special)
            .is_some_and(|list| list.contains(general))
    };
    spoken_of
        .iter()
        .any(|other| *other == id || tells(other, id) || tells(id, other))
}

/// 我该信谁, 打死不去看: what is told in a few words only (死, 活, 绳子 …) is not heard where none of them stands.
fn has_its_word(knowledge: &Knowledge, finding: &Finding) -> bool {
    let words = knowledge.policy.needs_word.get(&finding.concept);
    let stands = |word: &String| finding.evidence.text.contains(word.as_str());
    let wished = || knowledge.policy.wishes.iter().any(stands);
    // 打一针封闭就好了, 百度说是夹层; 要不要做腰封 says little of a back.
    let unsure = finding.concept.kind() == "HX" || finding.confidence < COUNTS_AS_DANGER;
    words.is_none_or(|words| words.iter().any(stands)) && !(unsure && wished())
}

/// Something certain is known of it.
fn is_settled(case: &Case, id: &ConceptId) -> bool {
    case.fact(id.as_str())
        .is_some_and(|fact| fact.assertion != Assertion::Uncertain)
}

/// Counts what is likely, and asks about what is possible and dangerous.
fn weigh(knowledge: &Knowledge, finding: &Finding, in_answer: bool) -> Option<Finding> {
    let danger = is_danger(knowledge, &finding.concept);
    let (confidence, enough) = match (in_answer, danger) {
        (true, _) => (finding.confidence, COUNTS_IN_ANSWER),
        (false, true) => (probability(false, finding.confidence), COUNTS_AS_DANGER),
        (false, false) if knowledge.is_sign_of_danger(&finding.concept) => {
            (probability(false, finding.confidence), COUNTS_AS_DANGER)
        }
        (false, false) if finding.concept.kind() == "HX" => (finding.confidence, COUNTS_OF_HISTORY),
        (false, false) => (probability(false, finding.confidence), COUNTS),
    };
    // 扛面袋子腰闪了 is no fall: what happened is asked.
    let injury = knowledge.words.cues.injuries.contains(&finding.concept);
    let counts = confidence >= enough && !injury;
    let asks = danger && confidence >= if in_answer { ASKS_IN_ANSWER } else { ASKS };
    (counts || asks).then(|| Finding {
        assertion: if counts {
            Assertion::Present
        } else {
            Assertion::Uncertain
        },
        confidence,
        ..finding.clone()
    })
}

/// A danger heard only by its sound becomes a question, never a silent guess, and nothing is denied by its sound.
pub(super) fn doubt_what_only_sounds(knowledge: &Knowledge, statements: &mut [Statement]) {
    for statement in statements {
        if let Statement::Finding { finding, .. } = statement
            && finding.source == Source::Phonetic
            && (is_danger(knowledge, &finding.concept) || finding.assertion == Assertion::Absent)
        {
            // How likely it is there: a denial that only sounds like one makes a sign unlikely.
            if finding.assertion == Assertion::Absent {
                finding.confidence = 1.0 - finding.confidence;
            }
            finding.assertion = Assertion::Uncertain;
        }
    }
}

/// Some question settles it, and it is no mere trouble.
pub(super) fn is_danger(knowledge: &Knowledge, concept: &ConceptId) -> bool {
    !settling(knowledge, concept).is_empty()
}

/// The safety questions that settle whether a sign is there; where there is none, the other questions about a sign that a
/// red-flag rule names. Further questions only where no first one asks about it.
pub(super) fn settling<'k>(knowledge: &'k Knowledge, concept: &ConceptId) -> Vec<&'k QuestionDef> {
    let about = knowledge.questions.values();
    let about = about.filter(|question| question.about.contains(concept));
    let (safety, other): (Vec<&QuestionDef>, Vec<&QuestionDef>) =
        about.partition(|question| question.safety);
    let asking = match (safety.is_empty(), knowledge.is_sign_of_danger(concept)) {
        (false, _) => safety,
        (true, true) => other,
        (true, false) => vec![],
    };
    let (first, further): (Vec<&QuestionDef>, Vec<&QuestionDef>) = asking
        .into_iter()
        .partition(|question| question.parent.is_none());
    if first.is_empty() { further } else { first }
}

/// What the lists read.
pub(super) struct Listed<'a> {
    /// The options; empty where they read nothing.
    pub options: &'a [String],
    /// What they read it from.
    pub basis: Basis,
}

/// What to make of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// What the lists read.
    Lists,
    /// These options; one, but for a question that takes several.
    Options(Vec<String>),
    /// Neither is sure enough.
    AskAgain,
}

/// The options that somebody means who says this and knows the options: what the model reads where it is sure, else what lists
/// and model together take it for; `None` where neither is sure.
pub fn agreed(
    knowledge: &Knowledge,
    question: &QuestionDef,
    listed: &[String],
    likely: Option<&Likely>,
) -> Option<Vec<String>> {
    let choice = matches!(question.kind, QuestionKind::Choice | QuestionKind::Multi);
    let likely_here = likely.filter(|one| one.question == question.id && !one.partial);
    if let Some(likely) = likely_here.filter(|_| choice) {
        let best = meant(question, likely);
        if !best.is_empty() && certainty(question, likely, &best) >= CONTESTS_A_SIGN {
            return Some(best.iter().map(|option| option.id.clone()).collect());
        }
    }
    let read = Listed {
        options: listed,
        basis: Basis::Words,
    };
    match judge(knowledge, question, &read, likely, true) {
        Judgement::Options(ids) => Some(ids),
        Judgement::Lists => (!listed.is_empty()).then(|| listed.to_vec()),
        Judgement::AskAgain => None,
    }
}

/// Whether the model takes a text for a sign.
pub(super) fn affirms(question: &QuestionDef, likely: &Likely) -> bool {
    meant(question, likely).into_iter().any(tells_sign)
}

/// Between what the lists take a text for (nothing, when `listed` is empty) and what the model takes it for. Measured on answers
/// that neither had learned (`eval/training/LOG.md`): where they differ and the model is sure, it is right nine times in ten. It may
/// read another sign where the lists read one, and a sign where they read a denial; a danger that the lists read it can at
/// most have asked about once more; then it stands, or stays a doubt where the model sees nothing of it, and is never a denial.
pub(super) fn judge(
    knowledge: &Knowledge,
    question: &QuestionDef,
    listed: &Listed<'_>,
    likely: Option<&Likely>,
    again: bool,
) -> Judgement {
    let likely = likely.filter(|likely| likely.question == question.id);
    let Some(likely) = likely.filter(|_| question.kind != QuestionKind::Text) else {
        return Judgement::Lists;
    };
    let best = meant(question, likely);
    let probability = certainty(question, likely, &best);
    let chosen = || Judgement::Options(best.iter().map(|option| option.id.clone()).collect());
    let options = listed.options;
    let of_lists: Vec<&OptionDef> = options
        .iter()
        .filter_map(|id| question.option(id))
        .collect();
    let choice = matches!(question.kind, QuestionKind::Choice | QuestionKind::Multi);
    // A number or a time that was read is what was said.
    if listed.basis == Basis::Time || !options.is_empty() && (of_lists.is_empty() || !choice) {
        return Judgement::Lists;
    }
    if of_lists.is_empty() {
        let needed = best.iter().map(|option| enough(question, option));
        return match needed.reduce(f32::max) {
            Some(needed) if probability >= needed => chosen(),
            _ => Judgement::Lists,
        };
    }
    let agrees = best.iter().any(|best| options.contains(&best.id));
    let share = options.iter().map(|id| likely.of(id)).fold(0.0, f32::max);
    if agrees || likely.partial || share >= SHARES {
        return Judgement::Lists;
    }
    let signs = |of: &[&OptionDef]| of.iter().any(|option| tells_sign(option));
    let matters = matters(knowledge, question);
    let sure = likely.probability >= CONTESTS && !best.is_empty();
    if matters && silences(question, &of_lists, &best) {
        let contested = (sure || likely.probability >= CONTESTS_A_SIGN) && share < DOUBTS;
        // Said again in the same way it stays a doubt where the model sees nothing of it.
        let sees_none = likely.probability >= SEES_NONE && share < UNSEEN && !best.is_empty();
        let contested = contested && (!again || sees_none);
        return if contested {
            Judgement::AskAgain
        } else {
            Judgement::Lists
        };
    }
    let needed = match (listed.basis, signs(&of_lists) && signs(&best)) {
        (Basis::YesNo, _) => CONTESTS_A_YES,
        (_, true) => CONTESTS_A_SIGN,
        (_, false) => CONTESTS,
    };
    // 能上下动 is no yes to whatever was asked.
    let elsewhere = best.is_empty() && likely.probability >= CONTESTS_A_SIGN;
    let unseen = probability < CONTESTS_A_YES && share < SEES_NO_YES;
    if listed.basis == Basis::YesNo && (elsewhere || unseen) {
        return Judgement::AskAgain;
    }
    let unsure = |option: &&OptionDef| option.unsure || option.refused;
    match probability >= needed && !best.is_empty() {
        true => chosen(),
        false if of_lists.iter().any(unsure) || share >= DOUBTS => Judgement::Lists,
        false if signs(&of_lists) => Judgement::Lists,
        false => Judgement::AskAgain,
    }
}

/// The lists read a danger that the question is about, and the other reading has none.
fn silences(question: &QuestionDef, listed: &[&OptionDef], other: &[&OptionDef]) -> bool {
    let affirms = |options: &[&OptionDef]| {
        let about = |id: &ConceptId| question.about.contains(id);
        options
            .iter()
            .any(|option| super::affirmed(option).any(about))
    };
    let signs = |of: &[&OptionDef]| of.iter().any(|option| tells_sign(option));
    signs(listed) && !signs(other) || affirms(listed) && !affirms(other)
}

/// A safety question, what follows one up (真没劲,还是疼得不敢用力), or a list that stands for some.
fn matters(knowledge: &Knowledge, question: &QuestionDef) -> bool {
    let parent = question.parent.as_ref();
    let parent = parent.and_then(|(id, _)| knowledge.questions.get(id));
    let stands_for = |one: &OptionDef| !one.stands_for.is_empty();
    question.safety
        || parent.is_some_and(|one| one.safety)
        || question.options.iter().any(stands_for)
}

/// How sure the model is of what [`meant`] took the words for. That a sign is told is as sure as all signs together; which
/// one is the likeliest, if it stands out.
pub fn certainty(question: &QuestionDef, likely: &Likely, meant: &[&OptionDef]) -> f32 {
    let of = |option: &OptionDef| likely.of(&option.id);
    let chosen: f32 = meant.iter().map(|option| of(option)).sum();
    let sign = meant.iter().all(|option| tells_sign(option));
    if meant.is_empty() || !sign || chosen < STANDS_OUT {
        return chosen;
    }
    let signs = question.options.iter().filter(|option| tells_sign(option));
    signs.map(of).sum()
}

/// The options that the model takes the words for: the likeliest; of a question that takes several answers all that have
/// their share, for one text may tell two things and the probabilities add up to one.
pub fn meant<'q>(question: &'q QuestionDef, likely: &Likely) -> Vec<&'q OptionDef> {
    let best = likely.option.as_deref().and_then(|id| question.option(id));
    let Some(best) = best else {
        return vec![];
    };
    if question.kind != QuestionKind::Multi || !tells_sign(best) {
        return vec![best];
    }
    let options = question.options.iter();
    options
        .filter(|option| {
            option.id == best.id || tells_sign(option) && likely.of(&option.id) >= HAS_SHARE
        })
        .collect()
}

/// The option tells something: a finding, a time, an item of a list.
pub fn tells_sign(option: &OptionDef) -> bool {
    let denies = |fact: &StatedFact| fact.assertion == Assertion::Absent;
    let tells = !option.stands_for.is_empty() || !option.sets.iter().all(denies);
    tells && !option.unsure && !option.refused
}

/// How sure the model must be where the lists read nothing.
fn enough(question: &QuestionDef, option: &OptionDef) -> f32 {
    if tells_sign(option) || !question.safety && option.stands_for.is_empty() {
        TELLS
    } else {
        DENIES
    }
}

fn tells(option: &OptionDef) -> bool {
    super::affirmed(option).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::domain::Evidence;

    fn said(concept: &str) -> Statement {
        let evidence = Evidence {
            turn: 1,
            text: concept.to_owned(),
            start: 0,
            end: concept.len(),
        };
        Statement::Finding {
            finding: Finding::bare(ConceptId::new(concept), Assertion::Present, evidence),
            replaces: false,
        }
    }

    fn opinion(concept: &str, assertion: Assertion, confidence: f32) -> Finding {
        let Statement::Finding { finding, .. } = said(concept) else {
            unreachable!("a finding was said")
        };
        Finding {
            assertion,
            confidence,
            source: Source::Encoder,
            ..finding
        }
    }

    fn weighed(listed: &[&str], opinion: &[Finding]) -> Vec<Assertion> {
        let (knowledge, _) = Knowledge::read(&contents::embedded());
        let mut statements: Vec<Statement> = listed.iter().map(|id| said(id)).collect();
        weigh_lists(&knowledge, &mut statements, None, opinion);
        let assertion = |statement: &Statement| match statement {
            Statement::Finding { finding, .. } => finding.assertion,
            _ => unreachable!("only findings were said"),
        };
        statements.iter().map(assertion).collect()
    }

    #[test]
    fn what_lists_find_and_the_model_does_not_is_a_doubt_and_a_danger_becomes_a_question() {
        let sees_back = [opinion("SYM.LBP", Assertion::Present, 0.9)];
        assert_eq!(
            weighed(&["SYM.LBP", "SYM.CALF_PAIN", "SYM.FEVER"], &sees_back),
            [
                Assertion::Present,
                Assertion::Uncertain,
                Assertion::Uncertain
            ]
        );
        // A danger that the model thinks possible stands.
        let sees_little = [
            opinion("SYM.LBP", Assertion::Present, 0.9),
            opinion("SYM.FEVER", Assertion::Present, 0.1),
        ];
        assert_eq!(
            weighed(&["SYM.LBP", "SYM.FEVER"], &sees_little),
            [Assertion::Present, Assertion::Present]
        );
    }

    #[test]
    fn a_sign_of_danger_is_doubted_only_where_a_question_settles_it() {
        let sees_back = [opinion("SYM.LBP", Assertion::Present, 0.9)];
        assert_eq!(
            weighed(&["SYM.LBP", "SYM.SPASTIC", "SYM.VESICLE"], &sees_back),
            [Assertion::Present, Assertion::Present, Assertion::Uncertain],
            "stiff legs stand; whether there are blisters is asked"
        );
    }

    #[test]
    fn who_comes_has_a_complaint_but_a_doubted_danger_is_asked() {
        assert_eq!(weighed(&["SYM.CALF_PAIN"], &[]), [Assertion::Present]);
        assert_eq!(weighed(&["SYM.SCROTAL_PAIN"], &[]), [Assertion::Uncertain]);
    }

    #[test]
    fn a_denial_of_the_model_stands_where_the_lists_say_nothing_else() {
        let read = [opinion("SYM.FEVER", Assertion::Absent, 0.9)];
        assert_eq!(denials(&[], &read).len(), 1);
        assert!(denials(&[said("SYM.FEVER")], &read).is_empty());
        let unsure = [opinion("SYM.FEVER", Assertion::Absent, 0.4)];
        assert!(denials(&[], &unsure).is_empty());
    }
}
