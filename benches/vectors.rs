//! Vector search: recall@10 against the exact answer, and time, for each index that is built in.
//!
//! `cargo bench --bench vectors --features qdrant-server -- [ROWS…]`; 10,000 and 100,000 rows without an argument. The
//! server takes part where `JIWEN_QDRANT_URL` names one. Rows lie around vectors that the encoder makes of real phrases
//! (`eval/tune/phrases.jsonl`), as complaints of many patients do; vectors of pure chance would lie equally far from each other
//! and have no neighbours worth finding. The same seed gives the same rows. `cpu ms` is the median of what the asking thread itself
//! worked for a question: on a busy machine the other times are those of the neighbours.

use std::path::Path;
use std::time::{Duration, Instant};

use jiwen::inference::Encoder;
use jiwen::search::{Exact, SearchError, Server, Vectors};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// Questions put to each index.
const QUESTIONS: usize = 200;
/// Rows asked for.
const MOST: usize = 10;
/// Rows added at once.
const AT_ONCE: usize = 5_000;
/// Length of the noise, the phrase's vector being 1: a row has a cosine of about 0.86 with its phrase.
const NOISE: f32 = 0.6;

fn main() {
    // `cargo bench` passes options of its own.
    let rows: Vec<usize> = std::env::args()
        .filter_map(|one| one.parse().ok())
        .collect();
    let rows = if rows.is_empty() {
        vec![10_000, 100_000]
    } else {
        rows
    };
    let phrases = phrases();
    let width = phrases[0].len();
    say("rows       index    build s   MiB   p50 ms   p95 ms   cpu ms   recall@10");
    for rows in rows {
        let exact = Exact::new(width);
        let (build, memory) = fill(&exact, &phrases, rows);
        let questions: Vec<Vec<f32>> = (0..QUESTIONS).map(|n| row(&phrases, rows + n)).collect();
        let (answers, times) = ask(&exact, &questions);
        tell(rows, "exact", build, memory, times, 1.0);
        if let Ok(url) = std::env::var("JIWEN_QDRANT_URL") {
            let name = format!("jiwen-bench-{rows}");
            measure("server", rows, &phrases, &questions, &answers, || {
                let server = Server::open(&url, "", &name, width)?;
                Ok((server, Box::new(|| {})))
            });
        } else {
            say("server: SKIPPED, JIWEN_QDRANT_URL names none");
        }
    }
}

/// What is to be done when an index is measured.
type After = Box<dyn FnOnce()>;

fn measure<V: Vectors>(
    name: &str,
    rows: usize,
    phrases: &[Vec<f32>],
    questions: &[Vec<f32>],
    answers: &[Vec<Uuid>],
    open: impl FnOnce() -> Result<(V, After), SearchError>,
) {
    let (index, after) = match open() {
        Ok(opened) => opened,
        Err(error) => return say(&format!("{name}: SKIPPED, {error}")),
    };
    let (build, memory) = fill(&index, phrases, rows);
    let (found, times) = ask(&index, questions);
    let hits = std::iter::zip(&found, answers)
        .map(|(found, exact)| found.iter().filter(|key| exact.contains(key)).count());
    let recall = hits.sum::<usize>() as f64 / (QUESTIONS * MOST) as f64;
    tell(rows, name, build, memory, times, recall);
    drop(index);
    after();
}

/// Adds the rows; how long it took, and by how much the process grew, in MiB.
fn fill(index: &dyn Vectors, phrases: &[Vec<f32>], rows: usize) -> (Duration, f64) {
    let (before, mut spent) = (resident(), Duration::ZERO);
    for start in (0..rows).step_by(AT_ONCE) {
        let some: Vec<_> = (start..rows.min(start + AT_ONCE))
            .map(|number| (Uuid::from_u128(number as u128), row(phrases, number)))
            .collect();
        let started = Instant::now();
        index.put(&some).expect("rows can be added");
        spent += started.elapsed();
    }
    (spent, resident() - before)
}

/// What is found, and the times sorted.
fn ask(index: &dyn Vectors, questions: &[Vec<f32>]) -> (Vec<Vec<Uuid>>, Times) {
    let (mut times, mut worked) = (vec![], vec![]);
    let found = questions
        .iter()
        .map(|question| {
            let (started, before) = (Instant::now(), worked_ms());
            let near = index.nearest(question, MOST).expect("it can be asked");
            times.push(started.elapsed());
            worked.push(worked_ms() - before);
            near.iter().map(|one| one.key).collect()
        })
        .collect();
    times.sort();
    worked.sort_by(f64::total_cmp);
    (found, Times { times, worked })
}

fn tell(rows: usize, name: &str, build: Duration, memory: f64, times: Times, recall: f64) {
    let Times { times, worked } = times;
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    let ms = |share| at(share).as_secs_f64() * 1e3;
    say(&format!(
        "{rows:<10} {name:<8} {:>7.1} {memory:>5.0} {:>8.2} {:>8.2} {:>8.2}   {recall:.3}",
        build.as_secs_f64(),
        ms(50),
        ms(95),
        worked[worked.len() / 2],
    ));
}

#[expect(clippy::print_stdout, reason = "a program that prints a table")]
fn say(line: &str) {
    println!("{line}");
}

/// A row: a phrase's vector with noise, the same for the same number.
fn row(phrases: &[Vec<f32>], number: usize) -> Vec<f32> {
    let mut chance = StdRng::seed_from_u64(number as u64);
    let phrase = &phrases[chance.random_range(0..phrases.len())];
    // Twelve even numbers between 0 and 1 sum to nearly a normal one with mean 6.
    let mut normal = || (0..12).map(|_| chance.random::<f32>()).sum::<f32>() - 6.0;
    let scale = NOISE / (phrase.len() as f32).sqrt();
    phrase.iter().map(|x| x + scale * normal()).collect()
}

/// Vectors of real phrases, each of length 1.
fn phrases() -> Vec<Vec<f32>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let encoder = Encoder::open(&root.join("models/encoder")).expect("the encoder is there");
    let set = std::fs::read_to_string(root.join("eval/tune/phrases.jsonl")).expect("the set");
    let texts: Vec<String> = set
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            row["text"].as_str().expect("a text").to_owned()
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut vectors = encoder.embed(&texts).expect("it reads");
    for vector in &mut vectors {
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
    }
    vectors
}

/// Times of questions, sorted.
struct Times {
    times: Vec<Duration>,
    /// What the thread worked, in milliseconds.
    worked: Vec<f64>,
}

/// What this thread has worked so far, in milliseconds; 0 where the system does not say.
fn worked_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let worked = stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok());
    worked.unwrap_or_default() / 1e6
}

/// Memory of the process, in MiB; 0 where the system does not say.
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|n| n.parse::<f64>().ok());
    pages.unwrap_or_default() * 4096.0 / 1048576.0
}
