//! The sentence encoder as a witness of the conversation: texts become clauses, probabilities become findings.

use std::ops::Range;

use crate::config::Config;
use crate::domain::{Assertion, ConceptId, Evidence, Finding, Leaning, Likely, Source};
use crate::inference::{Asked, Encoder, InferenceError, Opinion, OptionOpinion, Turn, Worker};
use crate::interview::{
    FIRST_QUESTION, Impression, Witness, clauses, is_pause, is_stop, tells_sign,
};
use crate::knowledge::QuestionDef;

use super::alike::Alike;

/// Probabilities of findings below this are not worth recording.
const LEAST: f32 = 0.05;
/// Denials below this are not worth recording.
const LEAST_DENIED: f32 = 0.3;
/// How likely a clause that is like an accepted phrase means the same: a danger is asked about, the rest counts. Measured by
/// `eval/alike.py` on the tune half (`eval/reports/alike.json`).
const ALIKE: f32 = 0.8;
/// The same for options.
const LEAST_OPTION: f32 = 0.02;
/// Characters that the encoder reads at once: clauses are joined up to this length, as it was trained.
const LONGEST: usize = 36;
/// Characters of a question and an answer that it surely reads at once: hardly a character is more than one token of 64.
const READ: usize = 60;
/// A clause so short means little by itself; it is read with what stands before it in its sentence: 想复查下.
const ALONE: usize = 6;
/// A longer clause, as in speech without pauses, is read in windows that share so many characters.
const SHARED: usize = 8;

/// A loaded encoder behind its queue, with the phrases that were accepted.
pub struct EncoderWitness {
    worker: Worker,
    alike: Option<Alike>,
}

/// Opens the model; `None` where there is none.
///
/// # Errors
/// [`InferenceError`] when a model is there and cannot be used.
pub fn open(config: &Config) -> Result<Option<Worker>, InferenceError> {
    let folder = &config.models.encoder;
    let absent = || {
        let folder = folder.display();
        tracing::info!("no encoder in {folder}: word lists and rules read alone");
        Ok(None)
    };
    if !folder.join("model.safetensors").exists() {
        return absent();
    }
    let encoder = match Encoder::open(folder) {
        Err(InferenceError::NotBuilt { .. }) => return absent(),
        opened => opened?,
    };
    let places = usize::try_from(config.models.queue).unwrap_or(usize::MAX);
    let worker = Worker::start(encoder, places).map_err(|source| InferenceError::Read {
        path: folder.clone(),
        source,
    })?;
    Ok(Some(worker))
}

impl EncoderWitness {
    /// Reads with this encoder, and by these examples where there are any.
    pub fn new(worker: Worker, alike: Option<Alike>) -> Self {
        Self { worker, alike }
    }
}

impl Witness for EncoderWitness {
    fn read(&self, text: &str, turn: u32, asked: Option<&QuestionDef>) -> Impression {
        let characters: Vec<char> = text.chars().collect();
        let pieces = pieces(&characters, LONGEST);
        let slice = |piece: &Range<usize>| characters[piece.clone()].iter().collect::<String>();
        // One by one, as phrases are accepted; beside the rest of its sentence a clause would be like none.
        let apart = match &self.alike {
            Some(_) => clauses(&characters)
                .into_iter()
                .flat_map(|clause| windows(clause, LONGEST))
                .collect(),
            None => vec![],
        };
        let put = Turn {
            clauses: pieces.iter().map(slice).collect(),
            compared: apart.iter().map(slice).collect(),
            asked: asked.map_or(vec![], |question| answers(question, &characters)),
            begins: asked.is_none_or(|question| question.id.as_str() == FIRST_QUESTION),
        };
        match self.worker.ask_blocking(put) {
            Ok(opinion) => {
                let mut findings = findings(&opinion, &pieces, &characters, turn);
                if let Some(alike) = &self.alike {
                    let like = examples(alike, &opinion, &apart, &characters, turn);
                    add(&mut findings, like);
                }
                Impression {
                    read: true,
                    findings,
                    likely: asked.and_then(|question| likely(question, &opinion)),
                    leaning: leaning(opinion, text, turn),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the encoder did not read a turn");
                Impression::default()
            }
        }
    }
}

/// The text as the answer to the question; in parts where it is too long to be read with the question at once.
fn answers(question: &QuestionDef, characters: &[char]) -> Vec<Asked> {
    if question.options.is_empty() {
        return vec![];
    }
    let room = READ.saturating_sub(question.ask.chars().count());
    let parts = if characters.len() <= room {
        std::iter::once(0..characters.len()).collect()
    } else {
        // A wording that leaves no room still gets parts that go on; what the encoder cannot take it leaves unread.
        pieces(characters, room.clamp(2 * SHARED, LONGEST))
    };
    let ids: Vec<String> = question.options.iter().map(|one| one.id.clone()).collect();
    let asked = |part: Range<usize>| Asked {
        question: question.id.clone(),
        wording: question.ask.clone(),
        options: ids.clone(),
        answer: characters[part].iter().collect(),
    };
    parts.into_iter().map(asked).collect()
}

/// Clauses, joined while they stay short; a longer one is cut into windows. Ranges of characters.
fn pieces(characters: &[char], longest: usize) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = vec![];
    let mut from = 0;
    for at in 0..=characters.len() {
        let ends = characters.get(at).is_none_or(|c| is_pause(*c));
        if !ends {
            continue;
        }
        if at > from {
            let closed = from > 0 && characters[..from].last().is_some_and(|c| is_stop(*c));
            match pieces.last_mut() {
                Some(last) if !closed && at - last.start <= with_last(longest, at - from) => {
                    last.end = at
                }
                _ => pieces.push(from..at),
            }
        }
        from = at + 1;
    }
    pieces
        .into_iter()
        .flat_map(|piece| windows(piece, longest))
        .collect()
}

fn with_last(longest: usize, clause: usize) -> usize {
    if clause <= ALONE {
        longest + ALONE
    } else {
        longest
    }
}

fn windows(piece: Range<usize>, longest: usize) -> Vec<Range<usize>> {
    let mut windows = vec![];
    let mut start = piece.start;
    while piece.end - start > longest {
        windows.push(start..start + longest);
        start += longest - SHARED;
    }
    windows.push(start..piece.end);
    windows
}

/// What is likely present or denied, each concept once, from the piece that says it most clearly.
fn findings(
    opinion: &Opinion,
    pieces: &[Range<usize>],
    characters: &[char],
    turn: u32,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = vec![];
    for (piece, concepts) in std::iter::zip(pieces, &opinion.findings) {
        for one in concepts.iter().filter(|one| is_said(&one.concept)) {
            // Rather denied, or somebody else's: as good as not spoken of.
            let (assertion, probability) = if one.absent.max(one.other) < one.present {
                (Assertion::Present, one.present)
            } else if one.other <= one.absent {
                (Assertion::Absent, one.absent)
            } else {
                continue;
            };
            let least = match assertion {
                Assertion::Present => LEAST,
                _ => LEAST_DENIED,
            };
            if probability < least {
                continue;
            }
            let evidence = Evidence {
                turn,
                text: characters[piece.clone()].iter().collect(),
                start: piece.start,
                end: piece.end,
            };
            let read = Finding {
                assertion,
                ..finding(&one.concept, probability, evidence)
            };
            match found.iter_mut().find(|other| other.concept == one.concept) {
                Some(other) if !outweighs(&read, other) => {}
                Some(other) => *other = read,
                None => found.push(read),
            }
        }
    }
    found
}

/// What is there in one clause counts, whatever another denies.
fn outweighs(one: &Finding, other: &Finding) -> bool {
    let rank = |finding: &Finding| finding.assertion == Assertion::Present;
    (rank(one), one.confidence) > (rank(other), other.confidence)
}

/// What clauses are like that were accepted.
fn examples(
    alike: &Alike,
    opinion: &Opinion,
    clauses: &[Range<usize>],
    characters: &[char],
    turn: u32,
) -> Vec<Finding> {
    let read = std::iter::zip(clauses, &opinion.vectors);
    read.filter_map(|(clause, vector)| {
        let text: String = characters[clause.clone()].iter().collect();
        let (concept, _) = alike.find(&text, vector)?;
        let evidence = Evidence {
            turn,
            text,
            start: clause.start,
            end: clause.end,
        };
        Some(Finding {
            source: Source::Alike,
            ..finding(concept, ALIKE, evidence)
        })
    })
    .collect()
}

/// Each concept once, from the witness that is surer of it.
fn add(findings: &mut Vec<Finding>, more: Vec<Finding>) {
    for one in more {
        match findings
            .iter_mut()
            .find(|other| other.concept == one.concept)
        {
            Some(other) if other.confidence >= one.confidence => {}
            Some(other) => *other = one,
            None => findings.push(one),
        }
    }
}

/// Symptoms and history; qualities, triggers and times were labelled too sparsely to be trusted.
fn is_said(concept: &ConceptId) -> bool {
    matches!(concept.kind(), "SYM" | "HX")
}

fn finding(concept: &ConceptId, probability: f32, evidence: Evidence) -> Finding {
    Finding {
        source: Source::Encoder,
        confidence: probability,
        ..Finding::bare(concept.clone(), Assertion::Present, evidence)
    }
}

/// Departments that the whole text is likely for.
fn leaning(opinion: Opinion, text: &str, turn: u32) -> Option<Leaning> {
    let departments = opinion.departments.into_iter();
    let departments: Vec<(String, f32)> =
        departments.map(|one| (one.name, one.probability)).collect();
    let evidence = Evidence {
        turn,
        text: text.to_owned(),
        start: 0,
        end: text.chars().count(),
    };
    (!departments.is_empty()).then_some(Leaning {
        departments,
        evidence,
    })
}

/// The options of the question with their probabilities, from all parts of the answer.
fn likely(question: &QuestionDef, opinion: &Opinion) -> Option<Likely> {
    let parts: Vec<&[OptionOpinion]> = opinion
        .answers
        .iter()
        .map(Vec::as_slice)
        .filter(|part| !part.is_empty())
        .collect();
    let known = parts.first()?.len();
    let together = match parts.as_slice() {
        [whole] => whole.to_vec(),
        _ => joined(question, &parts),
    };
    let (best, others) = together.split_first()?;
    let others = others
        .iter()
        .filter(|one| one.probability >= LEAST_OPTION)
        .filter_map(|one| Some((one.option.clone()?, one.probability)));
    Some(Likely {
        question: question.id.clone(),
        option: best.option.clone(),
        probability: best.probability,
        others: others.collect(),
        partial: known <= question.options.len(),
    })
}

/// What several parts of one answer say, the likeliest first: a sign is there that one part tells; where none does, the
/// denial of one part counts, and nothing was answered only where no part answers.
fn joined(question: &QuestionDef, parts: &[&[OptionOpinion]]) -> Vec<OptionOpinion> {
    let is_sign = |one: &OptionOpinion| {
        let option = one.option.as_deref().and_then(|id| question.option(id));
        option.is_some_and(tells_sign)
    };
    let over = |one: &OptionOpinion, best: fn(f32, f32) -> f32| {
        let all = parts.iter().flat_map(|part| part.iter());
        let same = all.filter(|other| other.option == one.option);
        same.map(|other| other.probability).reduce(best)
    };
    let mut together: Vec<OptionOpinion> = parts[0].to_vec();
    for one in &mut together {
        let best = if one.option.is_some() {
            f32::max
        } else {
            f32::min
        };
        one.probability = over(one, best).unwrap_or_default();
    }
    let signs = together.iter().filter(|one| is_sign(one));
    let surest = signs.map(|one| one.probability).fold(0.0, f32::max);
    for one in together.iter_mut().filter(|one| !is_sign(one)) {
        one.probability *= 1.0 - surest;
    }
    let sum: f32 = together.iter().map(|one| one.probability).sum();
    for one in &mut together {
        one.probability /= sum.max(f32::EPSILON);
    }
    together.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    together
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::domain::QuestionId;
    use crate::knowledge::Knowledge;

    fn cut(text: &str) -> Vec<String> {
        let characters: Vec<char> = text.chars().collect();
        pieces(&characters, LONGEST)
            .into_iter()
            .map(|piece| characters[piece].iter().collect())
            .collect()
    }

    #[test]
    fn short_clauses_are_read_together_and_sentences_apart() {
        assert_eq!(cut("腰疼,左腿麻"), ["腰疼,左腿麻"]);
        assert_eq!(cut("腰疼。左腿麻"), ["腰疼", "左腿麻"]);
        assert_eq!(
            cut("三个月前搬东西闪了一下腰一直没好利索,后来慢慢扯到屁股和大腿后面还有小腿肚子,"),
            [
                "三个月前搬东西闪了一下腰一直没好利索",
                "后来慢慢扯到屁股和大腿后面还有小腿肚子"
            ]
        );
        assert!(cut(",。").is_empty());
        let long = "我这个腰疼了好多年".repeat(8);
        let windows = cut(&long);
        assert!(windows.iter().all(|one| one.chars().count() <= LONGEST));
        assert!(long.ends_with(windows.last().expect("windows")));
    }

    #[test]
    fn a_long_answer_is_read_in_parts_and_a_sign_in_one_of_them_counts() {
        let (knowledge, _) = Knowledge::read(&contents::embedded());
        let question = &knowledge.questions[&QuestionId::new("Q-TRAUMA")];
        let short: Vec<char> = "没摔过".chars().collect();
        assert_eq!(answers(question, &short).len(), 1);
        let long: Vec<char> = "走路稳当着呢,".repeat(12).chars().collect();
        assert!(answers(question, &long).len() > 1);

        let part = |fall: f32, denied: f32| {
            let one = |option: Option<&str>, probability| OptionOpinion {
                option: option.map(str::to_owned),
                probability,
            };
            vec![
                one(Some("fall"), fall),
                one(Some("none"), denied),
                one(None, 1.0 - fall - denied),
            ]
        };
        let read = |parts: &[Vec<OptionOpinion>]| {
            let parts: Vec<&[OptionOpinion]> = parts.iter().map(Vec::as_slice).collect();
            joined(question, &parts)
        };
        let told = read(&[part(0.9, 0.05), part(0.0, 0.1), part(0.0, 0.9)]);
        assert_eq!(told[0].option.as_deref(), Some("fall"));
        assert!(told[0].probability > 0.8, "{told:?}");
        let denied = read(&[part(0.02, 0.9), part(0.01, 0.1)]);
        assert_eq!(denied[0].option.as_deref(), Some("none"));
        let nothing = read(&[part(0.02, 0.05), part(0.01, 0.1)]);
        assert_eq!(nothing[0].option, None);
        for read in [told, denied, nothing] {
            let sum: f32 = read.iter().map(|one| one.probability).sum();
            assert!((sum - 1.0).abs() < 1e-5);
        }
    }
}
