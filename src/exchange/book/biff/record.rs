//! The records of a BIFF stream, and the words in them.
//!
//! Duty: one record after the other, together with what continues it. Inputs: the stream's bytes. Outputs: kinds and
//! bytes; texts in Unicode or in the code page of the file. Neighbours: `globals` and `sheet` know what records mean.

use encoding_rs::Encoding;

use super::super::bytes::{Bytes, wide};

/// Kinds of records.
pub(super) mod kind {
    pub(in super::super) const EOF: u16 = 0x000a;
    pub(in super::super) const CONTINUE: u16 = 0x003c;
    pub(in super::super) const BOF: [u16; 4] = [0x0809, 0x0409, 0x0209, 0x0009];
}

/// The generation of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// Excel 2.
    Two,
    /// Excel 3.
    Three,
    /// Excel 4.
    Four,
    /// Excel 5 and 95.
    Five,
    /// Excel 97 to 2003, WPS.
    Eight,
}

impl Version {
    /// What the first record of a stream says.
    pub(super) fn of(stream: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(stream);
        let (id, length, version) = (bytes.u16()?, bytes.u16()?, bytes.u16()?);
        Some(match id {
            0x0009 => Self::Two,
            0x0209 => Self::Three,
            0x0409 => Self::Four,
            0x0809 if version == 0x0600 => Self::Eight,
            0x0809 => Self::Five,
            _ => return None,
        })
        .filter(|_| (4..=32).contains(&length))
    }
}

/// A record: its kind, where it begins, its bytes and those of the records that continue it.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) bytes: &'a [u8],
    pub(super) more: Vec<&'a [u8]>,
    /// Where the next record begins.
    pub(super) end: usize,
}

/// Records from a place on. They end with nothing at the end of the stream, and with an error where one is cut off.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: Bytes<'a>,
    length: usize,
}

/// A record that is not all there.
#[derive(Debug)]
pub(super) struct Cut;

impl<'a> Records<'a> {
    /// From byte `at` of the stream on.
    pub(super) fn from(stream: &'a [u8], at: usize) -> Option<Self> {
        Some(Self { rest: Bytes(stream.get(at..)?), length: stream.len() })
    }

    fn one(&mut self) -> Result<Option<(u16, &'a [u8])>, Cut> {
        let Some(kind) = self.rest.u16() else { return Ok(None) };
        let length = self.rest.u16().ok_or(Cut)?;
        Ok(Some((kind, self.rest.take(usize::from(length)).ok_or(Cut)?)))
    }

    pub(super) fn next(&mut self) -> Result<Option<Record<'a>>, Cut> {
        let Some((kind, bytes)) = self.one()? else { return Ok(None) };
        let mut more = Vec::new();
        while Bytes(self.rest.0).u16() == Some(kind::CONTINUE) {
            more.extend(self.one()?.map(|(_, bytes)| bytes));
        }
        Ok(Some(Record { kind, bytes, more, end: self.length - self.rest.0.len() }))
    }
}

/// What a record and its continuations hold, read from front to back.
#[derive(Debug)]
pub(super) struct Content<'a> {
    now: Bytes<'a>,
    more: std::vec::IntoIter<&'a [u8]>,
}

/// Words, and which fonts they have from which letter on.
#[derive(Debug, Default)]
pub(super) struct Worded {
    pub(super) text: String,
    pub(super) runs: Vec<(usize, usize)>,
}

/// A letter takes two bytes.
const WIDE: u8 = 1;
/// Asian phonetic hints follow.
const HINTS: u8 = 4;
/// Runs of fonts follow.
const RUNS: u8 = 8;

impl<'a> Content<'a> {
    pub(super) fn of(record: Record<'a>) -> Self {
        Self { now: Bytes(record.bytes), more: record.more.into_iter() }
    }

    /// Goes on to the next continuation where this one is at its end; none at the very end.
    fn forward(&mut self) -> Option<()> {
        while self.now.0.is_empty() {
            self.now = Bytes(self.more.next()?);
        }
        Some(())
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.forward().is_none()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.forward()?;
        self.now.u8()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.forward()?;
        self.now.u16()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.forward()?;
        self.now.u32()
    }

    /// Bytes that nothing is read from.
    pub(super) fn skip(&mut self, mut n: usize) -> Option<()> {
        while n > 0 {
            self.forward()?;
            let step = n.min(self.now.0.len());
            self.now.take(step)?;
            n -= step;
        }
        Some(())
    }

    /// Words of the newest generation: their length is known, and how they are packed comes first.
    pub(super) fn unicode(&mut self, length: usize) -> Option<Worded> {
        let flags = self.u8()?;
        let runs = if flags & RUNS == 0 { 0 } else { usize::from(self.u16()?) };
        let hints = if flags & HINTS == 0 { 0 } else { self.u32()? as usize };
        let mut worded = Worded { text: self.letters(length, flags & WIDE != 0)?, runs: Vec::new() };
        for _ in 0..runs {
            worded.runs.push((usize::from(self.u16()?), usize::from(self.u16()?)));
        }
        self.skip(hints)?;
        Some(worded)
    }

    /// Letters: each continuation says anew how wide they are.
    fn letters(&mut self, mut left: usize, mut two: bool) -> Option<String> {
        let mut text = String::new();
        while left > 0 {
            if self.now.0.is_empty() {
                self.forward()?;
                two = self.now.u8()? & WIDE != 0;
            }
            let width = if two { 2 } else { 1 };
            let n = left.min(self.now.0.len() / width);
            let bytes = self.now.take(n * width)?;
            if two {
                text.push_str(&wide(bytes));
            } else {
                text.extend(bytes.iter().map(|b| char::from(*b)));
            }
            left -= n;
            // A lone byte is no letter.
            (left == 0 || self.now.0.is_empty()).then_some(())?;
        }
        Some(text)
    }

    /// Words of the older generations: bytes in the file's code page.
    pub(super) fn coded(&mut self, length: usize, page: &'static Encoding) -> Option<Worded> {
        let text = page.decode_without_bom_handling(self.now.take(length)?).0.into_owned();
        Some(Worded { text, runs: Vec::new() })
    }
}

/// The encoding of a code page.
pub(super) fn code_page(number: u16) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        54936 => "gb18030".to_owned(),
        65001 => "utf-8".to_owned(),
        // Apple's own, and what old Excel calls so.
        10000 | 0x8000 => "macintosh".to_owned(),
        0x8001 => "windows-1252".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes())
}
