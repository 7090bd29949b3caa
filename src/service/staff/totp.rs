//! The second factor: codes by time. Source: RFC 6238 with SHA-1, 30-second steps and six digits, as every authenticator
//! app has it; RFC 4226 §5.3 for the truncation.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds of one step.
const STEP: i64 = 30;
/// Steps that a clock may be off, each way.
const DRIFT: i64 = 1;
/// Digits of a code.
const DIGITS: usize = 6;
/// Source: RFC 4648 §6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step of an instant, in seconds of Unix time.
pub fn step_of(seconds: i64) -> i64 {
    seconds.div_euclid(STEP)
}

/// The code of a step.
pub fn code(secret: &[u8], step: i64) -> String {
    let number = truncated(secret, step) % 10_u32.pow(6);
    format!("{number:0width$}", width = DIGITS)
}

/// The step whose code this is, around the one of now; the latest that fits.
pub fn matching_step(secret: &[u8], given: &str, seconds: i64) -> Option<i64> {
    let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let now = step_of(seconds);
    // All are compared, so that the time taken tells nothing.
    let matches = |step: &i64| {
        use subtle::ConstantTimeEq;
        bool::from(code(secret, *step).as_bytes().ct_eq(given.as_bytes()))
    };
    let fitting: Vec<i64> = (now - DRIFT..=now + DRIFT).filter(matches).collect();
    fitting.last().copied()
}

/// The secret as apps take it, without padding.
pub fn base32(secret: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in secret {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(digit(bits >> count));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(digit(bits << (5 - count)));
    }
    text
}

fn digit(bits: u32) -> char {
    char::from(BASE32[usize::from((bits & 31) as u8)])
}

/// What an authenticator app reads from a QR code. Source: Google Authenticator, "Key Uri Format".
pub fn uri(name: &str, secret: &[u8]) -> String {
    let name: String = name.bytes().map(percent).collect();
    format!(
        "otpauth://totp/Jiwen:{name}?secret={}&issuer=Jiwen&algorithm=SHA1&digits=6&period=30",
        base32(secret)
    )
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn truncated(secret: &[u8], step: i64) -> u32 {
    let mut mac =
        <Hmac<Sha1> as KeyInit>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let four = [hash[at], hash[at + 1], hash[at + 2], hash[at + 3]];
    u32::from_be_bytes(four) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // RFC 6238 appendix B, SHA-1: eight digits there, of which an app shows the last six.
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = step_of(seconds);
            assert_eq!(truncated(secret, step) % 100_000_000, expected, "{seconds}");
            assert_eq!(code(secret, step), format!("{:06}", expected % 1_000_000));
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off() {
        let secret = b"12345678901234567890";
        let code = code(secret, 100);
        for (seconds, expected) in [
            (2_969, None),
            (2_970, Some(100)),
            (3_000, Some(100)),
            (3_059, Some(100)),
            (3_060, None),
        ] {
            assert_eq!(matching_step(secret, &code, seconds), expected, "{seconds}");
        }
        assert_eq!(matching_step(secret, "", 3_000), None);
    }

    #[test]
    fn a_secret_is_written_as_apps_read_it() {
        // RFC 4648 §10, without padding.
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(
            uri("li hua", b"foobar"),
            "otpauth://totp/Jiwen:li%20hua?secret=MZXW6YTBOI&issuer=Jiwen&algorithm=SHA1&digits=6&period=30"
        );
    }
}
