//! The hash chain: what is hashed, byte by byte. Knows nothing of SQL.
//!
//! Canonical bytes of an event, hashed with SHA-256; integers big-endian, texts UTF-8 with a `u32` length before them:
//!
//! | field | bytes |
//! |---|---|
//! | mark | `jiwen-event-1` |
//! | prev_hash | 32, the `hash` of the event before it in the whole log; zeros for the first |
//! | position | `u64`, from 1 over the whole log |
//! | visit | text |
//! | seq | `u32`, from 0 within the visit |
//! | at | text as stored |
//! | kind | text |
//! | body_hash | 32, SHA-256 of the 16 bytes of salt followed by the stored JSON text |
//!
//! The body enters through its hash alone, so it can be erased later and the chain still holds; the
//! salt goes with it, so that the hash left behind cannot confirm a guess of what was said.

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// Random bytes hashed before a body.
pub type Salt = [u8; 16];

/// What the first event follows.
pub const GENESIS: Hash = [0; 32];

/// The fields of an event that its hash covers.
pub(super) struct Link<'a> {
    pub prev: &'a Hash,
    pub position: u64,
    pub visit: &'a str,
    pub seq: u32,
    pub at: &'a str,
    pub kind: &'a str,
    pub body_hash: &'a Hash,
}

impl Link<'_> {
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"jiwen-event-1");
        hasher.update(self.prev);
        hasher.update(self.position.to_be_bytes());
        put_text(&mut hasher, self.visit);
        hasher.update(self.seq.to_be_bytes());
        put_text(&mut hasher, self.at);
        put_text(&mut hasher, self.kind);
        hasher.update(self.body_hash);
        hasher.finalize().into()
    }
}

/// The hash by which a body enters the chain.
pub(super) fn hash_body(salt: &[u8], body: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(body);
    hasher.finalize().into()
}

pub(super) fn put_text(hasher: &mut Sha256, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_documented_one() {
        // Made with Python: hashlib.sha256(b"jiwen-event-1" + bytes(32) + (1).to_bytes(8, "big")
        //   + b"\0\0\0\x01v" + bytes(4) + b"\0\0\0\x01t" + b"\0\0\0\x06opened" + bytes(32))
        let hash = Link {
            prev: &GENESIS,
            position: 1,
            visit: "v",
            seq: 0,
            at: "t",
            kind: "opened",
            body_hash: &[0; 32],
        }
        .hash();
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "dd2739dc1de09f5a01a94602e97c3454a5285b649c006ac7ba4356a149fbc907"
        );
    }
}
