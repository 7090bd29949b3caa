//! The body: a BERT encoder in f32 on the processor, from token ids to one vector for each token and their mean.
//!
//! Architecture: Devlin et al., "BERT" (2019); names of tensors as Hugging Face writes them. A batch is one matrix
//! `[tokens of all sentences, hidden]`, so every product is taken once for the whole turn.

use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;

use super::attention::{Joined, Shape};
use super::cache::Read;
use super::labels::read_json;
use super::linear::Linear;
use super::pointwise::{Norm, gelu_all};
use super::tokens::{Batch, Layout};
use super::weights::Weights;
use crate::inference::InferenceError;

/// Rows below which a second core does not help.
const FEWEST: usize = 8;

/// What `config.json` says; other fields do not change the result.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: String,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    position_embedding_type: Option<String>,
}

impl Config {
    fn read(path: &Path, layout: Layout) -> Result<Self, InferenceError> {
        let config: Self = read_json(path)?;
        match config.fault(layout) {
            None => Ok(config),
            Some((expected, found)) => Err(InferenceError::Unsupported {
                path: path.to_owned(),
                expected,
                found,
            }),
        }
    }

    /// What this program does not compute: what it does, what was found.
    fn fault(&self, layout: Layout) -> Option<(String, String)> {
        let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
        let position = self
            .position_embedding_type
            .as_deref()
            .unwrap_or("absolute");
        if self.hidden_act != "gelu" || position != "absolute" {
            let found = format!("{}, {position} positions", self.hidden_act);
            return Some(("gelu, absolute positions".to_owned(), found));
        }
        if hidden == 0 || heads == 0 || !hidden.is_multiple_of(heads) {
            let found = format!("{heads} for {hidden}");
            return Some(("heads that divide the hidden size".to_owned(), found));
        }
        (layout.max_tokens > self.max_position_embeddings).then(|| {
            let expected = format!("{} positions, as in the labels", layout.max_tokens);
            (expected, self.max_position_embeddings.to_string())
        })
    }
}

/// The encoder.
#[derive(Debug)]
pub(super) struct Bert {
    /// `[vocabulary, hidden]`.
    words: Vec<f32>,
    /// `[positions, hidden]`, with the vector of token type 0 added: there is no other type here.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    config: Config,
}

/// One layer.
#[derive(Debug)]
struct Layer {
    /// Queries, keys and values in one product.
    joined: Linear,
    output: Linear,
    output_norm: Norm,
    up: Linear,
    down: Linear,
    down_norm: Norm,
}

impl Bert {
    pub(super) fn load(
        weights: &Weights,
        config: &Path,
        layout: Layout,
    ) -> Result<Self, InferenceError> {
        let config = Config::read(config, layout)?;
        let hidden = config.hidden_size;
        let table = |name: &str, rows| {
            weights.numbers(
                &format!("embeddings.{name}_embeddings.weight"),
                &[rows, hidden],
            )
        };
        let mut positions = table("position", config.max_position_embeddings)?;
        let types = table("token_type", config.type_vocab_size)?;
        for row in positions.chunks_exact_mut(hidden) {
            add(row, &types);
        }
        Ok(Self {
            words: table("word", config.vocab_size)?,
            positions,
            norm: load_norm(weights, "embeddings.LayerNorm", &config)?,
            layers: (0..config.num_hidden_layers)
                .map(|number| Layer::load(weights, number, &config))
                .collect::<Result<_, _>>()?,
            config,
        })
    }

    /// Numbers in a vector.
    pub(super) fn width(&self) -> usize {
        self.config.hidden_size
    }

    /// Different tokens.
    pub(super) fn vocabulary(&self) -> usize {
        self.config.vocab_size
    }

    /// Reads each sentence.
    pub(super) fn read(&self, batch: &Batch) -> Vec<Read> {
        let width = self.width();
        let mut rows = self.look_up(batch);
        for layer in &self.layers {
            layer.apply(&mut rows, &batch.sentences, self.shape());
        }
        let spans = batch.sentences.iter();
        spans
            .map(|span| rows[span.start * width..span.end * width].to_vec())
            .map(|tokens| Read {
                mean: mean(&tokens, width),
                tokens,
            })
            .collect()
    }

    fn shape(&self) -> Shape {
        Shape {
            heads: self.config.num_attention_heads,
            width: self.width() / self.config.num_attention_heads,
        }
    }

    /// Word and position of each token, normed.
    fn look_up(&self, batch: &Batch) -> Vec<f32> {
        let width = self.width();
        let row =
            |table: &[f32], at: usize| -> Vec<f32> { table[at * width..(at + 1) * width].to_vec() };
        let mut rows = vec![];
        for span in &batch.sentences {
            for (position, id) in batch.ids[span.clone()].iter().enumerate() {
                let mut sum = row(&self.words, *id as usize);
                add(&mut sum, &row(&self.positions, position));
                self.norm.apply(&mut sum);
                rows.extend(sum);
            }
        }
        rows
    }
}

impl Layer {
    fn load(weights: &Weights, number: usize, config: &Config) -> Result<Self, InferenceError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let name = |end: &str| format!("encoder.layer.{number}.{end}");
        let linear = |ends: &[&str], shape| {
            let names: Vec<String> = ends.iter().map(|end| name(end)).collect();
            Linear::load(weights, &names, shape)
        };
        let joined = ["query", "key", "value"].map(|part| format!("attention.self.{part}"));
        Ok(Self {
            joined: linear(&joined.each_ref().map(String::as_str), [hidden, hidden])?,
            output: linear(&["attention.output.dense"], [hidden, hidden])?,
            output_norm: load_norm(weights, &name("attention.output.LayerNorm"), config)?,
            up: linear(&["intermediate.dense"], [inner, hidden])?,
            down: linear(&["output.dense"], [hidden, inner])?,
            down_norm: load_norm(weights, &name("output.LayerNorm"), config)?,
        })
    }

    /// Each core takes its share of the rows. They meet once, since attention needs the keys and values of all.
    fn apply(&self, rows: &mut [f32], sentences: &[Range<usize>], shape: Shape) {
        let hidden = self.output.outputs();
        let share = share(rows.len() / hidden);
        let numbers: Vec<Vec<f32>> = rows
            .par_chunks(share * hidden)
            .map(|rows| self.joined.apply(rows))
            .collect();
        let joined = Joined {
            numbers: &numbers.concat(),
            sentences,
            shape,
        };
        let shares = rows.par_chunks_mut(share * hidden).enumerate();
        shares.for_each(|(number, rows)| {
            let first = number * share;
            let mixed = joined.attend(first..first + rows.len() / hidden);
            self.finish(rows, &mixed);
        });
    }

    /// What follows attention, row by row.
    fn finish(&self, rows: &mut [f32], mixed: &[f32]) {
        self.output_norm
            .add_and_apply(rows, &self.output.apply(mixed));
        let mut inner = self.up.apply(rows);
        gelu_all(&mut inner);
        self.down_norm.add_and_apply(rows, &self.down.apply(&inner));
    }
}

/// Rows for each core, and not so few that reading the weights twice costs more than is won.
fn share(rows: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads()).max(FEWEST)
}

fn load_norm(weights: &Weights, name: &str, config: &Config) -> Result<Norm, InferenceError> {
    let part = |end: &str| weights.numbers(&format!("{name}.{end}"), &[config.hidden_size]);
    Ok(Norm {
        gain: part("weight")?,
        bias: part("bias")?,
        epsilon: config.layer_norm_eps,
    })
}

fn add(sums: &mut [f32], row: &[f32]) {
    for (sum, x) in std::iter::zip(sums, row) {
        *sum += x;
    }
}

pub(super) fn mean(rows: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        add(&mut sums, row);
    }
    let count = (rows.len() / width) as f32;
    sums.iter().map(|sum| sum / count).collect()
}
