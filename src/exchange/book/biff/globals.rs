//! What the sheets of a BIFF workbook refer to: words, number formats, the first day, the list of sheets.
//!
//! Inputs: records. Outputs: [`Globals`]. Neighbours: `sheet` reads cells with it; `format` says what a number shows.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::super::BookError;
use super::super::budget::Budget;
use super::super::bytes::Bytes;
use super::super::format::Look;
use super::super::strings::raise;
use super::record::{Content, Record, Version, Worded, code_page};
use crate::value::Text;

/// What a cell may refer to.
#[derive(Debug)]
pub(super) struct Globals {
    pub(super) version: Version,
    pub(super) page: &'static Encoding,
    pub(super) since_1904: bool,
    /// Formats that the file declares: by number, or by place in the older generations.
    formats: HashMap<u16, Look>,
    /// Format of each style.
    styles: Vec<u16>,
    /// Whether each font is printed above the line.
    raised: Vec<bool>,
    pub(super) strings: Vec<Text>,
    pub(super) sheets: Vec<Bound>,
    pub(super) protected: bool,
}

/// A sheet's entry in the list.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) at: usize,
    pub(super) hidden: bool,
}

/// The kind of sheet that has cells.
const WORKSHEET: u8 = 0;

impl Globals {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            page: WINDOWS_1252,
            since_1904: false,
            formats: HashMap::new(),
            styles: Vec::new(),
            raised: Vec::new(),
            strings: Vec::new(),
            sheets: Vec::new(),
            protected: false,
        }
    }

    /// Takes a record; none where it is not what it says.
    pub(super) fn take(&mut self, record: Record<'_>, budget: &mut Budget) -> Result<Option<()>, BookError> {
        let mut bytes = Bytes(record.bytes);
        match record.kind {
            0x002f => self.protected = true,
            0x0042 => self.page = bytes.u16().and_then(code_page).unwrap_or(self.page),
            0x0022 => self.since_1904 = bytes.u16() == Some(1),
            0x0031 => self.raised.push(record.bytes.get(8) == Some(&1)),
            0x0043 | 0x0243 | 0x0443 | 0x00e0 => {
                budget.words(2, "样式")?;
                self.styles.push(self.style(record.bytes).unwrap_or(0));
            }
            0x001e | 0x041e => {
                budget.text(record.bytes.len(), "样式")?;
                let found = self.format(record);
                self.formats.extend(found);
            }
            0x0085 => {
                budget.text(record.bytes.len(), "目录")?;
                return Ok(self.bound(record));
            }
            // The list of an Excel 4 workbook: the sheet follows.
            0x008f => {
                budget.text(record.bytes.len(), "目录")?;
                let at = record.end;
                let mut content = Content::of(record);
                let named = content.skip(4).and_then(|()| content.u8());
                let named = named.and_then(|n| content.coded(usize::from(n), self.page));
                self.sheets.extend(named.map(|w| Bound { name: w.text, at, hidden: false }));
            }
            0x00fc => return self.words(record, budget),
            _ => {}
        }
        Ok(Some(()))
    }

    fn style(&self, bytes: &[u8]) -> Option<u16> {
        match self.version {
            Version::Two => bytes.get(2).map(|b| u16::from(b & 0x3f)),
            Version::Three | Version::Four => bytes.get(1).map(|b| u16::from(*b)),
            Version::Five | Version::Eight => Bytes(bytes.get(2..)?).u16(),
        }
    }

    fn format(&self, record: Record<'_>) -> Option<(u16, Look)> {
        let mut content = Content::of(record);
        let place = u16::try_from(self.formats.len()).ok()?;
        let (number, words) = match self.version {
            Version::Two | Version::Three => (place, content.u8().map(usize::from)),
            Version::Four => (place, content.skip(2).and_then(|()| content.u8()).map(usize::from)),
            Version::Five => (content.u16()?, content.u8().map(usize::from)),
            Version::Eight => (content.u16()?, content.u16().map(usize::from)),
        };
        let code = self.worded(&mut content, words?)?;
        Some((number, Look::of(&code.text)))
    }

    /// Words of which the length is known.
    pub(super) fn worded(&self, content: &mut Content<'_>, length: usize) -> Option<Worded> {
        match self.version {
            Version::Eight => content.unicode(length),
            _ => content.coded(length, self.page),
        }
    }

    /// The words with their raised digits told apart.
    pub(super) fn said(&self, words: Worded) -> String {
        // There is no font four.
        let raised = |font: usize| self.raised.get(if font > 4 { font - 1 } else { font }).copied();
        let runs: Vec<(usize, bool)> =
            words.runs.iter().map(|(at, font)| (*at, raised(*font).unwrap_or(false))).collect();
        raise(words.text, &runs)
    }

    fn bound(&mut self, record: Record<'_>) -> Option<()> {
        let mut content = Content::of(record);
        let at = content.u32()? as usize;
        let (shown, kind) = (content.u8()?, content.u8()?);
        let length = usize::from(content.u8()?);
        let name = self.worded(&mut content, length)?.text;
        if kind == WORKSHEET {
            self.sheets.push(Bound { name, at, hidden: shown & 3 != 0 });
        }
        Some(())
    }

    fn words(&mut self, record: Record<'_>, budget: &mut Budget) -> Result<Option<()>, BookError> {
        let mut content = Content::of(record);
        if content.skip(8).is_none() {
            return Ok(None);
        }
        // How many there are is said as well, and not always rightly.
        while !content.is_at_end() {
            let Some(length) = content.u16() else { return Ok(None) };
            let Some(words) = content.unicode(usize::from(length)) else { return Ok(None) };
            budget.text(words.text.len(), "文字")?;
            let text = self.said(words);
            self.strings.push(Text::from(text));
        }
        Ok(Some(()))
    }

    /// How numbers of a style are shown.
    pub(super) fn look(&self, style: u16) -> Look {
        let format = match self.version {
            // The cells of the oldest generation say it themselves.
            Version::Two => style,
            _ => self.styles.get(usize::from(style)).copied().unwrap_or(0),
        };
        match self.formats.get(&format) {
            Some(look) => look.clone(),
            None if self.version >= Version::Five => Look::built_in(u32::from(format)),
            None => Look::default(),
        }
    }
}
