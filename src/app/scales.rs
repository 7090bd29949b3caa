//! The hospital's forms of scales under licence, read once at the start.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::Config;
use crate::interview::Mind;
use crate::knowledge::{Fault, ScaleForm};

use super::AppError;

/// Reads the forms that the configuration names.
///
/// # Errors
/// When one cannot be read or has faults; all of them are named. Two forms of one scale are a fault.
pub(super) fn read(config: &Config, mind: &Mind) -> Result<BTreeMap<String, ScaleForm>, AppError> {
    let (mut forms, mut faults) = (BTreeMap::new(), vec![]);
    for file in &config.scales.files {
        let text =
            std::fs::read_to_string(file).map_err(|source| AppError::SiteFileUnreadable {
                path: PathBuf::from(file),
                source,
            })?;
        match mind.knowledge.scales.read_form(file, &text) {
            Ok(form) if forms.contains_key(&form.scale) => faults.push(Fault {
                file: file.clone(),
                line: 1,
                message: format!("`scale` must be another one, `{}` has a form", form.scale),
            }),
            Ok(form) => {
                forms.insert(form.scale.clone(), form);
            }
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        Ok(forms)
    } else {
        Err(AppError::SiteFile(faults))
    }
}
