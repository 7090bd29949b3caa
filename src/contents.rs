//! Where the knowledge comes from: the copy inside the binary, or a hospital's own folder.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::knowledge::{Files, OWN_WORDS};

static KNOWLEDGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/knowledge-graph");
static PROMPTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/prompts");

/// A knowledge folder that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("read {path}: {source}", path = path.display())]
pub struct ContentsError {
    path: PathBuf,
    source: std::io::Error,
}

/// The contents inside the binary.
pub fn embedded() -> Files {
    let mut files = Files::default();
    embed(&KNOWLEDGE, "", &mut files);
    embed(&PROMPTS, "prompts/", &mut files);
    files
}

fn embed(dir: &Dir<'_>, prefix: &str, files: &mut Files) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let Some(content) = file.contents_utf8().filter(|_| is_data(&path)) {
            files
                .0
                .insert(format!("{prefix}{path}"), content.to_owned());
        }
    }
    for inner in dir.dirs() {
        embed(inner, prefix, files);
    }
}

/// The contents of a folder that holds `knowledge-graph/` and `prompts/`.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn folder(root: &Path) -> Result<Files, ContentsError> {
    let mut files = Files::default();
    read_folder(&root.join("knowledge-graph"), "", &mut files)?;
    read_folder(&root.join("prompts"), "prompts/", &mut files)?;
    Ok(files)
}

/// The contents with the hospital's own words from its data folder, if there are any.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn with_own_words(files: &Files, data: &Path) -> Result<Files, ContentsError> {
    let path = data.join(OWN_WORDS);
    let mut files = files.clone();
    match std::fs::read_to_string(&path) {
        Ok(content) => files.0.insert(format!("lexicon/{OWN_WORDS}"), content),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => return Err(ContentsError { path, source }),
    };
    Ok(files)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), ContentsError> {
    let error = |path: &Path| {
        let path = path.to_owned();
        move |source| ContentsError { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(error(folder))? {
        let path = entry.map_err(error(folder))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files)?;
        } else if is_data(&name) {
            let content = std::fs::read_to_string(&path).map_err(error(&path))?;
            files.0.insert(format!("{prefix}{name}"), content);
        }
    }
    Ok(())
}

fn is_data(path: &str) -> bool {
    [".toml", ".csv"].iter().any(|end| path.ends_with(end))
}
