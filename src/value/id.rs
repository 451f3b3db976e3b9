//! Record identity: a ULID, sortable by its time of birth and unique without a server.

use std::fmt;
use std::str::FromStr;

use super::date::serde_as_text;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The identity of one record, for ever: 48 bits of milliseconds, 80 bits of chance, written as 26 letters
/// of Crockford's base 32.
///
/// Packed, because a number of 128 bits wants a place at every sixteenth byte, and every value of every cell would take
/// a third more memory for it.
#[repr(Rust, packed(8))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(u128);

/// Text that is no record identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a record identity: {0}")]
pub struct IdError(String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl RowId {
    /// From its parts: the time in milliseconds and 80 random bits (higher bits are ignored).
    pub const fn new(millis: u64, random: u128) -> Self {
        Self(((millis as u128) << 80) | (random & ((1 << 80) - 1)))
    }

    /// The raw 128 bits.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// The one that follows it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// From raw bits.
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(26);
        // Wide numbers are slow to shift in wasm: twelve letters at a time are taken from a narrow one.
        for (part, letters) in [(self.0 >> 120, 2), (self.0 >> 60, 12), (self.0, 12)] {
            let part = part as u64;
            for place in (0..letters).rev() {
                let digit = (part >> (place * 5)) & 31;
                text.push(ALPHABET.get(digit as usize).copied().map_or('0', char::from));
            }
        }
        f.write_str(&text)
    }
}

impl FromStr for RowId {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let bad = || IdError(s.to_owned());
        if s.len() != 26 || s.as_bytes().first().is_none_or(|b| *b > b'7') {
            return Err(bad());
        }
        let mut bits = 0u128;
        for letters in s.as_bytes().rchunks(12).rev() {
            let mut part = 0u64;
            for b in letters {
                let digit = ALPHABET.iter().position(|a| *a == b.to_ascii_uppercase()).ok_or_else(bad)?;
                part = (part << 5) | digit as u64;
            }
            bits = (bits << 60) | u128::from(part);
        }
        Ok(Self(bits))
    }
}

serde_as_text!(RowId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_and_back_in_the_same_order(a in any::<u128>(), b in any::<u128>()) {
            let (x, y) = (RowId::from_bits(a), RowId::from_bits(b));
            prop_assert_eq!(x.to_string().parse::<RowId>().unwrap(), x);
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in
            ["", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAU"]
        {
            assert!(bad.parse::<RowId>().is_err(), "{bad}");
        }
    }
}
