//! Base 64 without padding (RFC 4648 §4): bytes where only text can be kept.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text of `bytes`.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or_default());
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for n in 0..=chunk.len() {
            let digit = (bits >> (18 - 6 * n)) & 63;
            text.push(char::from(DIGITS.get(digit as usize).copied().unwrap_or(b'A'))); // there are 64
        }
    }
    text
}

/// The bytes of a text; none where it is not one of ours.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for n in 0..4 {
            let digit = match chunk.get(n) {
                Some(c) => DIGITS.iter().position(|d| d == c)? as u32,
                None => 0,
            };
            bits = (bits << 6) | digit;
        }
        let [_, rest @ ..] = bits.to_be_bytes();
        // Two digits make a byte, three make two; one alone makes none.
        let whole = chunk.len().checked_sub(1).filter(|n| *n > 0)?;
        bytes.extend(rest.iter().take(whole));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use proptest::prelude::*;

    #[test]
    fn is_what_the_standard_says() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        for wrong in ["Z", "Zm9v=", "Zm 9", "台账"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }
}
