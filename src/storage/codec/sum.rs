//! CRC-32 (IEEE 802.3), eight bytes at a time.
//!
//! The tables are computed when they are first wanted: as data they are sixteen kilobytes of noise, which no
//! compression makes smaller and everyone would have to fetch before the first screen.

use std::sync::LazyLock;

/// The polynomial, lowest bit first.
const POLYNOMIAL: u32 = 0xEDB8_8320;
/// Bytes taken at a time, each with a table of its own.
const STEP: usize = 8;

type Table = [u32; 256];

static TABLES: LazyLock<[Table; STEP]> = LazyLock::new(tables);

/// What one byte does to the sum, when none to seven bytes follow it.
fn tables() -> [Table; STEP] {
    let mut first = [0; 256];
    for (n, sum) in (0..).zip(&mut first) {
        *sum = (0..8).fold(n, |sum: u32, _| (sum >> 1) ^ if sum & 1 == 1 { POLYNOMIAL } else { 0 });
    }
    let mut all = [first; STEP];
    let mut before = first;
    for table in all.iter_mut().skip(1) {
        *table = before.map(|sum| shifted(&first, sum));
        before = *table;
    }
    all
}

/// The sum after another byte that is zero.
fn shifted(table: &Table, sum: u32) -> u32 {
    (sum >> 8) ^ looked_up(table, sum.to_le_bytes()[0])
}

fn looked_up(table: &Table, byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default() // a table has every byte
}

/// CRC-32 of several pieces one after another.
pub fn crc32(pieces: &[&[u8]]) -> u32 {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &*TABLES;
    let mut sum = u32::MAX;
    for piece in pieces {
        let (eights, rest) = piece.as_chunks::<STEP>();
        for [a, b, c, d, e, f, g, h] in eights {
            let [i, j, k, l] = (sum ^ u32::from_le_bytes([*a, *b, *c, *d])).to_le_bytes();
            sum = looked_up(t7, i)
                ^ looked_up(t6, j)
                ^ looked_up(t5, k)
                ^ looked_up(t4, l)
                ^ looked_up(t3, *e)
                ^ looked_up(t2, *f)
                ^ looked_up(t1, *g)
                ^ looked_up(t0, *h);
        }
        for byte in rest {
            sum = shifted(t0, sum ^ u32::from(*byte));
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::crc32;
    use proptest::prelude::*;

    /// Bit by bit, as the polynomial is defined.
    fn slowly(bytes: &[u8]) -> u32 {
        let next = |sum: u32, byte: &u8| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 }
            })
        };
        !bytes.iter().fold(u32::MAX, next)
    }

    #[test]
    fn is_the_sum_that_everyone_computes() {
        assert_eq!(crc32(&[b"123456789"]), 0xCBF4_3926, "the check value of CRC-32");
        assert_eq!(crc32(&[]), 0);
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(head in any::<[u8; 4]>(), body in proptest::collection::vec(any::<u8>(), 0..99)) {
            let whole = [&head[..], &body].concat();
            prop_assert_eq!(crc32(&[&head, &body]), slowly(&whole));
        }
    }
}
