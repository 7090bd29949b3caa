//! The hospital's technique profile: read once at the start, and said where it does not hold.

use std::io::ErrorKind;
use std::path::Path;

use crate::config::{Config, CoreNode};
use crate::domain::{Route, Timestamp, day_of};
use crate::interview::Mind;
use crate::knowledge::{Technique, TechniqueProfile};
use crate::triage::Node;

use super::AppError;

/// The value of `site.technique_profile` that keeps the built-in example.
const EXAMPLE: &str = "example";

/// Reads the profile that the configuration names. A file that is not there counts as no profile: the service runs, and
/// what takes the place of the node is used.
///
/// # Errors
/// When the file is there and cannot be read, or has faults; all of them are named.
pub(super) fn adopt(mind: &mut Mind, config: &Config) -> Result<(), AppError> {
    let site = &config.site;
    let profile = match site.technique_profile.trim() {
        "" => None,
        EXAMPLE => mind.knowledge.technique.profile.clone(),
        path => read(mind, Path::new(path))?,
    };
    let instead = match site.replacement {
        CoreNode::EnhancedConservative => Route::ConservativeIntensified,
        _ => Route::ReferralAssessment,
    };
    mind.knowledge.adopt(Technique { profile, instead });
    if mind.node == Node::Mis {
        let now = Timestamp::now();
        let said = mind.knowledge.technique.in_words(day_of(now));
        if mind.node_at(now) == Node::Mis {
            tracing::info!("{said}");
        } else {
            tracing::warn!("{said}");
        }
    }
    Ok(())
}

fn read(mind: &Mind, path: &Path) -> Result<Option<TechniqueProfile>, AppError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(source) if source.kind() == ErrorKind::NotFound => {
            tracing::warn!("technique profile {}: no such file", path.display());
            return Ok(None);
        }
        Err(source) => {
            let path = path.to_owned();
            return Err(AppError::SiteFileUnreadable { path, source });
        }
    };
    let today = day_of(Timestamp::now());
    let name = path.display().to_string();
    TechniqueProfile::read(&name, &text, today, &mind.knowledge)
        .map(Some)
        .map_err(AppError::SiteFile)
}
