//! `jiwen lexicon`: phrases that doctors marked as understood wrongly become words of this hospital.
//!
//! The words stand in `own_words.csv` in the data folder, each with who accepted it and when. A row is never deleted: what
//! is taken back says by whom and since when. They are part of the knowledge version, so `jiwen replay` shows which
//! stored decisions they change.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Subcommand;
use jiwen::domain::{Assertion, Case, ConceptId, Timestamp};
use jiwen::eval::{self, Answers, Manner, Phrase, Speech};
use jiwen::interview::Mind;
use jiwen::knowledge::{Files, OWN_WORDS};
use jiwen::service::staff::StaffBook;
use serde::{Deserialize, Serialize};

/// Characters of a phrase.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=20;
/// How the phrases of a set are put.
const TYPED: Manner = Manner {
    answers: Answers::Text,
    speech: Speech::None,
    mistaken: 0.0,
};
/// Suggestions shown for a phrase.
const SUGGESTIONS: usize = 3;

/// What to do with words.
#[derive(Subcommand)]
pub enum LexiconCommand {
    /// List what doctors marked as understood wrongly, with what it is understood as and what it might mean.
    Review,
    /// Make a phrase a word of this hospital.
    Accept {
        /// What patients say, without marks: 腰杆子崴了.
        phrase: String,
        /// What it means, as in `jiwen kg show`: SYM.LBP.
        concept: String,
        /// Who accepts it.
        #[arg(long)]
        author: String,
        /// Sets of phrases that must not be understood worse.
        #[arg(long, value_name = "FILE")]
        check: Vec<PathBuf>,
    },
    /// List the words of this hospital.
    List,
    /// Take a word back; its row stays.
    TakeBack {
        /// The phrase.
        phrase: String,
        /// Who takes it back.
        #[arg(long)]
        author: String,
    },
}

/// One row of `own_words.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OwnWord {
    expression: String,
    concept: String,
    region: String,
    certainty: String,
    whole_word: String,
    author: String,
    accepted: String,
    taken_back: String,
    taken_back_by: String,
}

/// Does it. `files` are the contents with the own words in `data` so far, `mind` what was made of them.
pub async fn run(
    data: &Path,
    files: &Files,
    mind: &Mind,
    book: &StaffBook,
    command: &LexiconCommand,
    out: &mut dyn Write,
) -> Result<()> {
    let path = data.join(OWN_WORDS);
    match command {
        LexiconCommand::Review => review(mind, book, out).await,
        LexiconCommand::List => {
            for word in read(&path)? {
                let state = if word.taken_back.is_empty() {
                    String::new()
                } else {
                    format!(
                        "   taken back {} by {}",
                        word.taken_back, word.taken_back_by
                    )
                };
                let (phrase, concept) = (&word.expression, &word.concept);
                writeln!(
                    out,
                    "{phrase}   {concept}   {} by {}{state}",
                    word.accepted, word.author
                )?;
            }
            Ok(())
        }
        LexiconCommand::Accept {
            phrase,
            concept,
            author,
            check,
        } => {
            let load = |files: &Files| {
                Mind::load(files, mind.node).map_err(|faults| {
                    let first = faults.first().map(ToString::to_string).unwrap_or_default();
                    anyhow::anyhow!("`{phrase}` does not fit: {first}")
                })
            };
            // By the word lists alone: what the encoder happens to guess is no reason against a word.
            let before = load(files)?;
            let word = proposed(&before, phrase, concept, author)?;
            let mut words = read(&path)?;
            let stands = |one: &OwnWord| one.expression == *phrase && one.taken_back.is_empty();
            if let Some(one) = words.iter().find(|one| stands(one)) {
                bail!(
                    "`{phrase}` means {} here; take that back first",
                    one.concept
                );
            }
            words.push(word);
            // Loading checks the whole knowledge with the new word in it.
            let after = load(&with_rows(files, &words)?)?;
            for file in check {
                compare(&before, &after, file, out)?;
            }
            write_rows(&path, &words)?;
            writeln!(
                out,
                "`{phrase}` means {concept}, in a running service within seconds; {} words in {}",
                words.len(),
                path.display()
            )?;
            Ok(())
        }
        LexiconCommand::TakeBack { phrase, author } => {
            let mut words = read(&path)?;
            let Some(word) = words
                .iter_mut()
                .find(|one| one.expression == *phrase && one.taken_back.is_empty())
            else {
                bail!("`{phrase}` is no word of this hospital; see `jiwen lexicon list`");
            };
            word.taken_back = today();
            word.taken_back_by.clone_from(author);
            write_rows(&path, &words)?;
            writeln!(
                out,
                "`{phrase}` means nothing of its own any more, in a running service within seconds"
            )?;
            Ok(())
        }
    }
}

async fn review(mind: &Mind, book: &StaffBook, out: &mut dyn Write) -> Result<()> {
    let phrases = book.list_phrases().await?;
    if phrases.is_empty() {
        writeln!(out, "nothing is marked as understood wrongly")?;
    }
    for phrase in phrases {
        writeln!(
            out,
            "{}   marked {} by {}",
            phrase.text,
            day(phrase.at),
            phrase.by
        )?;
        if !phrase.concept.is_empty() || !phrase.note.is_empty() {
            writeln!(out, "    the doctor: {} {}", phrase.concept, phrase.note)?;
        }
        let case = tokio::task::block_in_place(|| {
            eval::case_of(mind, Timestamp::now(), &phrase.text, None, None, None)
        });
        writeln!(
            out,
            "    understood as: {}",
            names(mind, &understood(&case))
        )?;
        writeln!(
            out,
            "    might mean: {}",
            names(mind, &suggested(mind, &phrase.text))
        )?;
    }
    Ok(())
}

fn understood(case: &Case) -> Vec<ConceptId> {
    let present = case
        .findings
        .iter()
        .filter(|one| one.assertion == Assertion::Present);
    present.map(|one| one.concept.clone()).collect()
}

/// What the encoder finds likeliest, however unlikely.
fn suggested(mind: &Mind, text: &str) -> Vec<ConceptId> {
    let Some(witness) = &mind.witness else {
        return vec![];
    };
    // The model answers from a thread of its own; this one may wait for it.
    let mut found = tokio::task::block_in_place(|| witness.read(text, 1, None).findings);
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found
        .into_iter()
        .map(|one| one.concept)
        .take(SUGGESTIONS)
        .collect()
}

fn names(mind: &Mind, concepts: &[ConceptId]) -> String {
    let name = |id: &ConceptId| format!("{id} {}", mind.knowledge.name(id));
    match concepts {
        [] => "nothing".to_owned(),
        _ => concepts.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

fn proposed(mind: &Mind, phrase: &str, concept: &str, author: &str) -> Result<OwnWord> {
    let length = phrase.chars().count();
    ensure!(
        LENGTH.contains(&length) && phrase.chars().all(char::is_alphanumeric),
        "`{phrase}`: 2 to 20 characters without marks or blanks"
    );
    let id = ConceptId::new(concept);
    ensure!(
        mind.knowledge.terms.contains_key(&id) && matches!(id.kind(), "SYM" | "HX" | "MED"),
        "`{concept}` is no symptom, history or drug of the knowledge graph; see `jiwen kg show`"
    );
    ensure!(!author.trim().is_empty(), "--author is empty");
    let known = understood(&eval::case_of(
        mind,
        Timestamp::now(),
        phrase,
        None,
        None,
        None,
    ));
    ensure!(!known.contains(&id), "`{phrase}` means {concept} already");
    Ok(OwnWord {
        expression: phrase.to_owned(),
        concept: concept.to_owned(),
        region: "general".to_owned(),
        certainty: "high".to_owned(),
        whole_word: "0".to_owned(),
        author: author.trim().to_owned(),
        accepted: today(),
        taken_back: String::new(),
        taken_back_by: String::new(),
    })
}

/// Stops when a set of phrases is understood worse, by the word lists alone.
fn compare(before: &Mind, after: &Mind, file: &Path, out: &mut dyn Write) -> Result<()> {
    let set: Vec<Phrase> = eval::read(file)?;
    let score = |mind: &Mind| eval::phrases(mind, &set, TYPED).0;
    let (old, new) = (score(before), score(after));
    writeln!(
        out,
        "{}: F1 {:.4} before, {:.4} after",
        file.display(),
        old.f1,
        new.f1
    )?;
    ensure!(
        new.f1 >= old.f1 && new.negation_inverted.hits <= old.negation_inverted.hits,
        "{}: understood worse with it; nothing was changed",
        file.display()
    );
    Ok(())
}

fn read(path: &Path) -> Result<Vec<OwnWord>> {
    if !path.exists() {
        return Ok(vec![]);
    }
    let mut reader =
        csv::Reader::from_path(path).with_context(|| format!("read {}", path.display()))?;
    let rows = reader
        .deserialize()
        .collect::<Result<Vec<OwnWord>, csv::Error>>();
    rows.with_context(|| format!("read {}", path.display()))
}

fn rows(words: &[OwnWord]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(vec![]);
    for word in words {
        writer.serialize(word)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn with_rows(files: &Files, words: &[OwnWord]) -> Result<Files> {
    let mut files = files.clone();
    files.0.insert(format!("lexicon/{OWN_WORDS}"), rows(words)?);
    Ok(files)
}

/// Whole or not at all.
fn write_rows(path: &Path, words: &[OwnWord]) -> Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, rows(words)?).with_context(|| format!("write {}", new.display()))?;
    fs::rename(&new, path).with_context(|| format!("write {}", path.display()))?;
    Ok(())
}

fn today() -> String {
    day(Timestamp::now())
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
