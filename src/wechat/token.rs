//! The token between sign-in and visit: hash of the person, end of life, signature. Nothing is stored for it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::key::{BYTES, Key};

/// What a token starts with, so that a hospital's own reference is never taken for one.
pub const PREFIX: &str = "wx1.";

/// Bytes before the signature: the hash, and seconds since 1970 in big-endian.
const SIGNED: usize = BYTES + 8;

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not written by this service.
    #[error("the token is not ours")]
    NotOurs,
    /// Too old.
    #[error("the token is too old")]
    Expired,
}

pub(super) fn write(key: &Key, person: &[u8; BYTES], until: u64) -> String {
    let mut bytes = person.to_vec();
    bytes.extend(until.to_be_bytes());
    let signature = key.sign(&bytes);
    bytes.extend(signature);
    format!("{PREFIX}{}", encode(&bytes))
}

pub(super) fn read(key: &Key, token: &str, now: u64) -> Result<[u8; BYTES], TokenError> {
    let bytes = token
        .strip_prefix(PREFIX)
        .and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or(TokenError::NotOurs)?;
    let (signed, signature) = bytes.split_at_checked(SIGNED).ok_or(TokenError::NotOurs)?;
    if !key.is_signed(signed, signature) {
        return Err(TokenError::NotOurs);
    }
    let (person, until) = signed
        .split_first_chunk::<BYTES>()
        .ok_or(TokenError::NotOurs)?;
    let until = until.try_into().map_or(0, u64::from_be_bytes);
    if now < until {
        Ok(*person)
    } else {
        Err(TokenError::Expired)
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        let folder = tempfile::tempdir().expect("a folder");
        Key::read_or_make(&folder.path().join("wechat.key")).expect("a key")
    }

    #[test]
    fn a_token_is_read_by_its_own_key_until_its_end() {
        let (key, person) = (key(), [7; BYTES]);
        let token = write(&key, &person, 1000);
        assert_eq!(read(&key, &token, 999), Ok(person));
        assert_eq!(read(&key, &token, 1000), Err(TokenError::Expired));
        assert_eq!(read(&self::key(), &token, 0), Err(TokenError::NotOurs));
    }

    #[test]
    fn a_changed_token_is_not_ours() {
        let key = key();
        let token = write(&key, &[7; BYTES], 1000);
        for wrong in ["", "wx1.", "wx1.AAAA", "M1", &token[..token.len() - 1]] {
            assert_eq!(read(&key, wrong, 0), Err(TokenError::NotOurs), "{wrong}");
        }
        let other = token.replacen("Bw", "Cw", 1);
        assert_ne!(other, token);
        assert_eq!(read(&key, &other, 0), Err(TokenError::NotOurs));
    }
}
