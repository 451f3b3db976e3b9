//! Cells as nearly every program writes nearly all of them, read at once instead of tag by tag.
//!
//! Duty: `<c r="D14" s="1" t="s"><v>12</v></c>` is known by its first letters, and numbers of few digits are read without
//! a detour. Inputs: what stands next in a worksheet's XML. Outputs: the cell's parts; nothing for every other form, which
//! is read tag by tag. Neighbours: `worksheet` reads both.

/// A cell in which nothing stands but a number, or that of a shared word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    /// From 0.
    pub row: u32,
    /// From 0.
    pub column: u32,
    pub style: u32,
    /// The value is the number of a shared word.
    pub shared: bool,
    pub value: &'a [u8],
    /// Bytes from the beginning of the cell to its end.
    pub length: usize,
}

/// The cell that stands at the beginning of `text`.
pub(super) fn cell(text: &[u8]) -> Option<Plain<'_>> {
    let mut rest = Rest(text);
    rest.skip(b"<c r=\"")?;
    let column = rest.letters()?.checked_sub(1)?;
    let row = rest.digits()?.checked_sub(1)?;
    rest.skip(b"\"")?;
    let style = if rest.skip(b" s=\"").is_some() {
        let style = rest.digits()?;
        rest.skip(b"\"")?;
        style
    } else {
        0
    };
    let shared = rest.skip(b" t=\"s\"").is_some();
    rest.skip(b"><v>")?;
    let value = rest.value()?;
    rest.skip(b"</v></c>")?;
    Some(Plain { row, column, style, shared, value, length: text.len() - rest.0.len() })
}

/// What is left to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn skip<const N: usize>(&mut self, word: &[u8; N]) -> Option<()> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        (first == word).then(|| self.0 = rest)
    }

    /// Adds up what `digit` makes of the bytes as long as it makes something of them; none of no byte, or of too many.
    fn number(&mut self, base: u32, most: usize, digit: impl Fn(u8) -> Option<u32>) -> Option<u32> {
        let (mut n, mut at) = (0u32, 0usize);
        while let Some(d) = self.0.get(at).and_then(|b| digit(*b)) {
            (n, at) = (n * base + d, at + 1);
            if at > most {
                return None;
            }
        }
        self.0 = self.0.get(at..)?;
        (at > 0).then_some(n)
    }

    /// A → 1, AB → 28; no sheet has columns of more letters.
    fn letters(&mut self) -> Option<u32> {
        const MOST: usize = 3;
        self.number(26, MOST, |b| b.is_ascii_uppercase().then(|| u32::from(b - b'A') + 1))
    }

    /// Nine digits fit into a number; rows and styles have fewer.
    fn digits(&mut self) -> Option<u32> {
        const MOST: usize = 9;
        self.number(10, MOST, |b| b.is_ascii_digit().then(|| u32::from(b - b'0')))
    }

    /// What stands before the next tag, unless it is longer than numbers are.
    fn value(&mut self) -> Option<&'a [u8]> {
        const MOST: usize = 32;
        let end = self.0.iter().take(MOST).position(|b| *b == b'<')?;
        let (value, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(value)
    }
}

/// The number that a few digits with at most one point say; none for every other form.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    /// As many digits are exact in a double, and so is each of these powers: the quotient of both is the double nearest
    /// to what is written, which every other way gives as well.
    const MOST: usize = 15;
    const POWERS: [f64; MOST + 1] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, text) = text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest));
    let (mut n, mut digits, mut places) = (0u64, 0usize, None);
    for byte in text {
        match byte {
            b'0'..=b'9' if digits < MOST => {
                n = n * 10 + u64::from(byte - b'0');
                digits += 1;
            }
            b'.' if places.is_none() => places = Some(digits),
            _ => return None,
        }
    }
    let power = POWERS.get(places.map_or(0, |before| digits - before)).filter(|_| digits > 0)?;
    let n = n as f64 / power;
    Some(if negative { -n } else { n })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_cell_is_read_to_its_end_and_no_further() {
        let text = b"<c r=\"AB14\" s=\"7\" t=\"s\"><v>12</v></c><c r=\"AC14\">";
        let found = cell(text).unwrap();
        assert_eq!((found.row, found.column, found.style, found.shared), (13, 27, 7, true));
        assert_eq!((found.value, found.length), (&b"12"[..], text.len() - b"<c r=\"AC14\">".len()));
        let found = cell(b"<c r=\"A1\"><v>-3.5</v></c>").unwrap();
        assert_eq!((found.row, found.column, found.style, found.shared), (0, 0, 0, false));
    }

    #[test]
    fn every_other_form_is_left_to_be_read_tag_by_tag() {
        for text in [
            "<c r=\"A1\" t=\"str\"><v>12</v></c>",
            "<c r=\"A1\"><f>1+1</f><v>2</v></c>",
            "<c r=\"A1\"/>",
            "<c r=\"a1\"><v>1</v></c>",
            "<c r=\"A0\"><v>1</v></c>",
            "<c r=\"ABCD1\"><v>1</v></c>",
            "<c r=\"A1234567890\"><v>1</v></c>",
            "<c t=\"s\" r=\"A1\"><v>1</v></c>",
            "<c r=\"A1\"><v>1</v>",
            "<c r=\"A1\"><v>1</v></c",
            "<x:c r=\"A1\"><v>1</v></c>",
            "",
        ] {
            assert_eq!(cell(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_the_one_that_the_library_reads(text in "-?[0-9]{0,16}(\\.[0-9]{0,16})?") {
            if let Some(n) = number(text.as_bytes()) {
                prop_assert_eq!(n.to_bits(), text.parse::<f64>().unwrap().to_bits());
            }
        }

        #[test]
        fn a_double_of_few_digits_is_read_as_it_was_printed(n in -9_999_999_999i64..9_999_999_999, places in 0i32..6) {
            let written = n as f64 / 10f64.powi(places);
            prop_assert_eq!(number(written.to_string().as_bytes()), Some(written));
        }
    }
}
