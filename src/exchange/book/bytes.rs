//! Little-endian numbers out of bytes, and the ways in which Excel packs them.
//!
//! Duty: nothing is read that is not there. Inputs: bytes. Outputs: numbers and slices, or none where the bytes end.
//! Neighbours: the readers of the binary formats.

/// Bytes that are read from front to back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `n` bytes.
    pub(super) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }
}

/// A number in thirty bits, perhaps a hundredth of it.
pub(super) fn rk(packed: u32) -> f64 {
    let whole = packed & 2 != 0;
    let n = if whole {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 { n / 100.0 } else { n }
}

/// The name of an error value by its code.
pub(super) const fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#VALUE!",
    }
}

/// Words in pairs of bytes; what is no character becomes the mark for that.
pub(super) fn wide(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|two| Bytes(two).u16());
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        for (packed, n) in [
            (0x3ff0_0000, 1.0),
            (0x3ff0_0001, 0.01),
            (0x004b_5646, 1_234_321.0),
            (0x004b_5647, 12_343.21),
            (0xffff_fffe, -1.0),
            (0, 0.0),
        ] {
            assert_eq!(rk(packed), n, "{packed:x}");
        }
    }

    #[test]
    fn nothing_is_read_beyond_the_end() {
        let mut bytes = Bytes(&[1, 0, 2]);
        assert_eq!((bytes.u16(), bytes.u16(), bytes.u8(), bytes.u8()), (Some(1), None, Some(2), None));
        assert_eq!(Bytes(&[]).take(usize::MAX), None);
        assert_eq!(wide(&[0x2d, 0x4e, 0x00, 0xd8, 0x41]), "中\u{fffd}");
    }
}
