//! The service's own key: hashes openids and signs tokens. A file of 32 random bytes beside the data.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of the key, of a hash and of a signature.
pub(super) const BYTES: usize = 32;

/// The key; it does not print.
pub(super) struct Key([u8; BYTES]);

/// Why there is no key; one line.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("{}: {source}", path.display())]
    File {
        /// File.
        path: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{}: expected {BYTES} bytes, got {got}", path.display())]
    Length {
        /// File.
        path: PathBuf,
        /// How many bytes it has.
        got: usize,
    },
}

impl Key {
    pub fn read_or_make(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File {
            path: path.to_owned(),
            source,
        };
        match fs::read(path) {
            Ok(bytes) => <[u8; BYTES]>::try_from(bytes.as_slice())
                .map(Self)
                .map_err(|_| KeyError::Length {
                    path: path.to_owned(),
                    got: bytes.len(),
                }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key: [u8; BYTES] = rand::random();
                write_private(path, &key).map_err(failed)?;
                Ok(Self(key))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// What stands for a person; another mini-program's openid gives another hash.
    pub fn hash_person(&self, app_id: &str, open_id: &str) -> [u8; BYTES] {
        let mac = self
            .mac(b"person")
            .chain_update(app_id)
            .chain_update([0])
            .chain_update(open_id);
        mac.finalize().into_bytes().into()
    }

    pub fn sign(&self, message: &[u8]) -> [u8; BYTES] {
        let mac = self.mac(b"token").chain_update(message);
        mac.finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let mac = self.mac(b"token").chain_update(message);
        mac.verify_slice(signature).is_ok()
    }

    /// One key for two purposes: the purpose comes first in what is hashed.
    fn mac(&self, purpose: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&self.0)
            .expect("HMAC takes a key of any length")
            .chain_update(purpose)
            .chain_update([0])
    }
}

/// Written whole or not at all, and readable by the service alone.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)
}
