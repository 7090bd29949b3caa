//! What finds similar visits and terms: the encoder makes vectors, an index of the configured kind holds them.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::inference::Worker;
use crate::search::{Embed, Exact, SearchError, Server, Vectors};
use crate::service::Similar;

use super::alike::embed;

/// A text whose vector says how many numbers vectors have.
const ANY: &str = "腰疼";

/// The encoder as a maker of vectors.
pub(super) struct Embedder(pub Worker);

impl Embed for Embedder {
    fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, SearchError> {
        embed(&self.0, texts).map_err(|error| SearchError::Engine {
            place: "the encoder".to_owned(),
            message: error.to_string(),
        })
    }
}

/// Opens the index; `None` where the configuration wants none, or the server with it cannot be reached: visits go on without.
/// Waits; not for a thread of the async runtime.
///
/// # Errors
/// The program was built without that index.
pub(super) fn open(config: &Config, encoder: &Worker) -> Result<Option<Similar>, SearchError> {
    let search = &config.search;
    if search.visits == 0 {
        return Ok(None);
    }
    let embed = Embedder(encoder.clone());
    let width = embed.embed(vec![ANY.to_owned()])?;
    let width = width.first().map_or(0, Vec::len);
    let name = || name(&config.models.encoder);
    let index: Box<dyn Vectors> = if !search.qdrant_url.is_empty() {
        let key = search.qdrant_key.reveal();
        match Server::open(&search.qdrant_url, key, &name(), width) {
            Err(error @ SearchError::Engine { .. }) => {
                tracing::warn!(%error, "similar visits cannot be looked for");
                return Ok(None);
            }
            opened => Box::new(opened?),
        }
    } else {
        Box::new(Exact::new(width))
    };
    Ok(Some(Similar {
        index,
        embed: Box::new(embed),
        visits: search.visits,
    }))
}

/// Vectors of another encoder mean something else, so those of each have a place of their own.
fn name(encoder: &Path) -> String {
    let weights = std::fs::read(encoder.join("model.safetensors")).unwrap_or_default();
    let hash = Sha256::digest(&weights);
    let start: String = hash
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("jiwen-visits-{start}")
}
