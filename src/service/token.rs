//! The bearer token of a visit: made once, told once, kept only as its SHA-256.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 32 random bytes in base64url. It does not print.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Draws a new one from the system's generator.
    pub fn draw() -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Takes what a client presents.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text to hand to the client.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// Compares in constant time.
    pub fn opens(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_hash_and_no_other() {
        let (token, other) = (Token::draw(), Token::draw());
        assert_eq!(token.reveal().len(), 43);
        assert!(token.opens(&token.hash()) && !other.opens(&token.hash()));
        assert!(!format!("{token:?}").contains(token.reveal()));
    }
}
