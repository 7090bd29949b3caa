//! The visit code: what a patient reads out and a member of staff types, 8 characters that cannot be mistaken for others.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::scale::ParseError;

/// Crockford's base 32: no I, L, O, U. Source: <https://www.crockford.com/base32.html>.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bits of the code: 8 characters of 5 bits.
const BITS: u128 = (1 << 40) - 1;

/// The last 40 bits of a visit's id, written `XXXX-XXXX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VisitCode(u64);

impl VisitCode {
    /// The code of the visit with this id (a UUID as a number; its last 62 bits are random).
    pub fn of(id: u128) -> Self {
        Self(u64::try_from(id & BITS).expect("40 bits fit into 64"))
    }

    /// Reads a code as people type it: small letters, with or without the dash, `O` for `0`, `I` and `L` for `1`.
    ///
    /// # Errors
    /// When it is not 8 characters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError {
            what: "visit code",
            expected: "8 letters and digits like 7K3M-Q9TD",
            got: text.to_owned(),
        };
        let mut value: u64 = 0;
        let mut count = 0;
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|own| char::from(*own) == c);
            value = (value << 5)
                | digit
                    .and_then(|d| u64::try_from(d).ok())
                    .ok_or_else(wrong)?;
            count += 1;
            if count > 8 {
                return Err(wrong());
            }
        }
        if count == 8 {
            Ok(Self(value))
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for VisitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..8).rev() {
            let digit = (self.0 >> (place * 5)) & 31;
            let digit = usize::try_from(digit).expect("5 bits fit");
            write!(f, "{}", char::from(ALPHABET[digit]))?;
            if place == 4 {
                write!(f, "-")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_last_forty_bits() {
        // Python: n = 0x0123456789ABCDEF0123456789ABCDEF & (2**40 - 1) = 0x6789ABCDEF in Crockford's base 32.
        let code = VisitCode::of(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF);
        assert_eq!(code.to_string(), "CY4T-QKFF");
        assert_eq!(VisitCode::of(0).to_string(), "0000-0000");
        assert_eq!(VisitCode::of(u128::MAX).to_string(), "ZZZZ-ZZZZ");
    }

    #[test]
    fn people_may_type_it_as_they_read_it() {
        let code = VisitCode::parse("CY4T-QKFF").expect("a code");
        assert_eq!(VisitCode::parse("cy4t qkff"), Ok(code));
        assert_eq!(VisitCode::parse("OIlo-0000"), VisitCode::parse("0110-0000"));
        for wrong in ["", "CY4T", "CY4T-QKFF-0", "CY4T-QKFU", "病"] {
            assert!(VisitCode::parse(wrong).is_err(), "{wrong}");
        }
    }
}
