//! Passwords: hashed with argon2id, compared off the runtime's threads.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use rand::Rng;

/// Letters and digits that cannot be mistaken for each other.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Characters of a password that the program makes: 4 groups of 4, 79 bits.
const GROUPS: usize = 4;

/// Hashes with argon2id: 19 MiB, two passes. Source: OWASP Password Storage Cheat Sheet (2024); RFC 9106.
pub(super) fn hash(password: &str) -> String {
    let salt: [u8; 16] = rand::random();
    let salt = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
    Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .expect("the default parameters are valid")
        .to_string()
}

/// Whether the password is the one that was hashed. Without an account the same work is done, so that the time taken does
/// not tell whether there is one.
pub(super) fn verify(password: &str, hashed: Option<&str>) -> bool {
    static NOBODY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash("nobody")).as_str();
    let parsed = PasswordHash::new(hashed.unwrap_or_else(nobody));
    let right = parsed.is_ok_and(|parsed| {
        Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok()
    });
    right && hashed.is_some()
}

/// A password that nobody has to think of: `k7mq-x2nd-…`.
pub(super) fn draw() -> String {
    let mut random = rand::rng();
    let mut group = || -> String {
        (0..4)
            .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
            .collect()
    };
    let groups: Vec<String> = (0..GROUPS).map(|_| group()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_and_no_other() {
        let password = draw();
        assert_eq!(password.len(), 19);
        let hashed = hash(&password);
        assert!(
            hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hashed}"
        );
        assert!(verify(&password, Some(&hashed)));
        assert!(!verify("another one", Some(&hashed)));
        assert!(!verify("nobody", None));
        assert!(!verify(&password, Some("not a hash")));
    }
}
