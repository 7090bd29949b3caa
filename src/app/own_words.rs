//! The hospital's own words while the service runs: what `jiwen lexicon` accepts or takes back counts without a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::MissedTickBehavior;

use super::{AppError, think};
use crate::config::Config;
use crate::contents;
use crate::inference::Worker;
use crate::knowledge::{Files, OWN_WORDS};
use crate::service::Service;

/// How often the file's stamp is looked at.
const EVERY: Duration = Duration::from_millis(500);

/// Time and length of the file; `None` where there is none.
type Stamp = Option<(SystemTime, u64)>;

/// What is looked after.
struct Watch {
    config: Config,
    /// The contents without own words.
    files: Files,
    encoder: Option<Worker>,
    path: PathBuf,
    /// The file when it was last read, whatever came of it; `None` before.
    seen: Option<Stamp>,
    /// The words in force.
    words: Option<String>,
}

/// Looks at the file for as long as the service lives. `own` are the contents in force, `files` those without own words.
pub(super) fn watch(
    service: &Arc<Service>,
    config: &Config,
    files: Files,
    own: &Files,
    encoder: Option<Worker>,
) {
    let mut watch = Watch {
        path: config.store.data.join(OWN_WORDS),
        config: config.clone(),
        words: words(own),
        files,
        encoder,
        seen: None,
    };
    let service = Arc::downgrade(service);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(service) = service.upgrade() else {
                return;
            };
            // Reading, parsing and the encoder take a fraction of a second; turns go on meanwhile.
            let looked = tokio::task::spawn_blocking(move || {
                watch.look(&service);
                watch
            });
            match looked.await {
                Ok(back) => watch = back,
                Err(error) => {
                    tracing::error!(%error, "the hospital's own words are looked at no longer");
                    return;
                }
            }
        }
    });
}

impl Watch {
    fn look(&mut self, service: &Service) {
        let stamp = stamp(&self.path);
        if self.seen == Some(stamp) {
            return;
        }
        self.seen = Some(stamp);
        let own = match contents::with_own_words(&self.files, &self.config.store.data) {
            Ok(own) => own,
            Err(error) => return refuse(service, &error.to_string()),
        };
        let words = words(&own);
        // Back to what is in force, perhaps after something unreadable.
        if words == self.words && service.own_words().1.is_none() {
            return;
        }
        match think(&self.config, &own, self.encoder.as_ref(), &[]) {
            Ok(mind) => {
                self.words = words;
                service.replace_mind(mind);
                let (count, knowledge) = (service.own_words().0, service.knowledge_version());
                tracing::info!(count, knowledge, "the hospital's own words changed");
            }
            Err(AppError::Knowledge { at, .. }) => refuse(service, &at),
            Err(error) => refuse(service, &error.to_string()),
        }
    }
}

/// The place of the fault and not the words there: they came from a patient once.
fn refuse(service: &Service, fault: &str) {
    tracing::error!(
        "{fault}: cannot be used, the own words before it stay in force; `jiwen lexicon list` says more"
    );
    service.keep_words(fault.to_owned());
}

fn words(files: &Files) -> Option<String> {
    files.0.get(&format!("lexicon/{OWN_WORDS}")).cloned()
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}
