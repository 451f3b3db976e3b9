//! The cells of a BIFF worksheet.
//!
//! Duty: numbers as their format shows them, words, merged areas, hidden rows and columns; formulas of which nobody knows
//! whether they were computed are kept apart. Inputs: records. Outputs: [`Sheet`]. Neighbours: `mod` finds the sheets.

use super::super::budget::Budget;
use super::super::bytes::{Bytes, error, rk};
use super::super::format::Look;
use super::super::gathered::Gathered;
use super::super::grid::Area;
use super::super::{BookError, Cell};
use super::globals::Globals;
use super::record::{Content, Record, Version};
use crate::value::Text;

/// A worksheet being read.
pub(super) struct Sheet<'a> {
    book: &'a Globals,
    name: &'a str,
    /// The looks of the styles that were met.
    looks: Vec<Option<Look>>,
    pub(super) found: Gathered,
    /// A formula whose words are in a record of their own.
    waiting: Option<At>,
    /// Formulas that give nothing: computed to nothing, or never computed.
    pub(super) without: Vec<(u32, u32)>,
    /// A formula has a value.
    pub(super) computed: bool,
}

#[derive(Debug, Clone, Copy)]
struct At {
    row: u32,
    column: u32,
    style: u16,
}

/// What the record has beyond the cell's place: none where it is not what it says.
type Taken = Option<Option<Cell>>;

/// Columns of a sheet.
const COLUMNS: u16 = 256;
/// The value is computed when the file is opened.
const ON_OPENING: u16 = 2;

impl<'a> Sheet<'a> {
    pub(super) fn new(book: &'a Globals, name: &'a str) -> Self {
        Self {
            book,
            name,
            looks: Vec::new(),
            found: Gathered::default(),
            waiting: None,
            without: Vec::new(),
            computed: false,
        }
    }

    /// Takes a record; none where it is not what it says.
    pub(super) fn take(&mut self, record: Record<'_>, budget: &mut Budget) -> Result<Option<()>, BookError> {
        let mut bytes = Bytes(record.bytes);
        match record.kind {
            0x00bd => return self.numbers(bytes, budget),
            0x00be => self.found.blanks += blanks(bytes).unwrap_or(0),
            0x0001 | 0x0201 => self.found.blanks += 1,
            0x0208 => self.row(bytes),
            0x007d => self.columns(bytes),
            0x00e5 => self.areas(bytes),
            0x0007 | 0x0207 => return self.words_of_formula(record, budget),
            0x0002 | 0x0003 | 0x0203 | 0x027e | 0x0004 | 0x0204 | 0x00d6 | 0x00fd | 0x0005 | 0x0205
            | 0x0006 | 0x0206 | 0x0406 => {
                self.waiting = None;
                let Some(at) = self.place(&mut bytes) else { return Ok(None) };
                let Some(cell) = self.cell(record, bytes, at) else { return Ok(None) };
                if let Some(cell) = cell {
                    self.put(at, cell, budget)?;
                }
            }
            _ => {}
        }
        Ok(Some(()))
    }

    fn put(&mut self, at: At, cell: Cell, budget: &mut Budget) -> Result<(), BookError> {
        budget.cells(1, self.name)?;
        self.found.cells.push(at.row, at.column, cell);
        Ok(())
    }

    fn place(&self, bytes: &mut Bytes<'_>) -> Option<At> {
        let (row, column) = (bytes.u16()?, bytes.u16()?);
        let style = match self.book.version {
            Version::Two => u16::from(bytes.take(3)?.get(1)? & 0x3f),
            _ => bytes.u16()?,
        };
        Some(At { row: u32::from(row), column: u32::from(column), style })
    }

    fn number(&mut self, n: f64, style: u16) -> Cell {
        if !n.is_finite() {
            return Cell::Error("#NUM!");
        }
        let at = usize::from(style);
        if self.looks.len() <= at {
            self.looks.resize(at + 1, None);
        }
        let (book, since_1904) = (self.book, self.book.since_1904);
        match self.looks.get_mut(at) {
            Some(look) => look.get_or_insert_with(|| book.look(style)).cell(n, since_1904),
            None => Cell::Number(n),
        }
    }

    /// What stands in the cell; `bytes` are those after its place.
    fn cell(&mut self, record: Record<'_>, mut bytes: Bytes<'_>, at: At) -> Taken {
        Some(Some(match record.kind {
            0x0002 => self.number(f64::from(bytes.u16()?), at.style),
            0x0003 | 0x0203 => self.number(bytes.f64()?, at.style),
            0x027e => self.number(rk(bytes.u32()?), at.style),
            0x0005 | 0x0205 => {
                let (value, wrong) = (bytes.u8()?, bytes.u8()?);
                if wrong == 0 { Cell::Bool(value != 0) } else { Cell::Error(error(value)) }
            }
            0x00fd => Cell::Text(self.book.strings.get(bytes.u32()? as usize)?.clone()),
            0x0006 | 0x0206 | 0x0406 => return self.formula(bytes, at),
            _ => {
                let before = record.bytes.len() - bytes.0.len();
                let mut content = Content::of(record);
                content.skip(before)?;
                let length = match self.book.version {
                    Version::Two => usize::from(content.u8()?),
                    _ => usize::from(content.u16()?),
                };
                let words = self.book.worded(&mut content, length)?;
                Cell::Text(Text::from(self.book.said(words)))
            }
        }))
    }

    fn formula(&mut self, mut bytes: Bytes<'_>, at: At) -> Taken {
        let value = bytes.take(8)?;
        let flags = bytes.u16().unwrap_or(0);
        let [kind, _, code, .., 0xff, 0xff] = value else {
            let n = Bytes(value).f64()?;
            if n == 0.0 && flags & ON_OPENING != 0 && self.book.version == Version::Eight {
                // Kept as the zero that it says, until it is known that nothing was ever computed here.
                self.without.push((at.row, at.column));
            } else {
                self.computed = true;
            }
            return Some(Some(self.number(n, at.style)));
        };
        let found = match *kind {
            0 => {
                self.waiting = Some(at);
                None
            }
            1 => Some(Cell::Bool(*code != 0)),
            2 => Some(Cell::Error(error(*code))),
            // Words of no letter: an answer, or what some programs write where they cannot compute.
            3 if self.book.version == Version::Eight && !gives_words(bytes) => {
                self.without.push((at.row, at.column));
                return Some(None);
            }
            _ => None,
        };
        self.computed = true;
        Some(found)
    }

    fn words_of_formula(&mut self, record: Record<'_>, budget: &mut Budget) -> Result<Option<()>, BookError> {
        let Some(at) = self.waiting.take() else { return Ok(Some(())) };
        let mut content = Content::of(record);
        let length = match self.book.version {
            Version::Two => content.u8().map(usize::from),
            _ => content.u16().map(usize::from),
        };
        let Some(words) = length.and_then(|n| self.book.worded(&mut content, n)) else { return Ok(None) };
        budget.text(words.text.len(), self.name)?;
        self.put(at, Cell::Text(Text::from(words.text)), budget)?;
        Ok(Some(()))
    }

    /// Several numbers side by side.
    fn numbers(&mut self, mut bytes: Bytes<'_>, budget: &mut Budget) -> Result<Option<()>, BookError> {
        let (Some(row), Some(first)) = (bytes.u16(), bytes.u16()) else { return Ok(None) };
        let mut column = u32::from(first);
        // The last column stands behind them.
        while bytes.0.len() >= 6 {
            let (Some(style), Some(packed)) = (bytes.u16(), bytes.u32()) else { return Ok(None) };
            let cell = self.number(rk(packed), style);
            self.put(At { row: u32::from(row), column, style }, cell, budget)?;
            column += 1;
        }
        Ok(Some(()))
    }

    fn row(&mut self, mut bytes: Bytes<'_>) {
        const HIDDEN: u16 = 0x20;
        let row = bytes.u16();
        if let (Some(row), Some(_), Some(flags)) = (row, bytes.take(10), bytes.u16())
            && flags & HIDDEN != 0
        {
            self.found.hidden_rows.push(u32::from(row));
        }
    }

    fn columns(&mut self, mut bytes: Bytes<'_>) {
        const HIDDEN: u16 = 1;
        let (Some(first), Some(last)) = (bytes.u16(), bytes.u16()) else { return };
        let flags = bytes.take(4).and_then(|_| bytes.u16()).unwrap_or(0);
        if flags & HIDDEN != 0 && self.found.hidden_columns.len() < usize::from(COLUMNS) {
            self.found.hidden_columns.extend((first..=last.min(COLUMNS)).map(u32::from));
        }
    }

    fn areas(&mut self, mut bytes: Bytes<'_>) {
        let _ = bytes.u16();
        while let (Some(top), Some(bottom), Some(left), Some(right)) =
            (bytes.u16(), bytes.u16(), bytes.u16(), bytes.u16())
        {
            let [top, bottom, left, right] = [top, bottom, left, right].map(u32::from);
            if top <= bottom && left <= right {
                self.found.merges.push(Area { top, left, bottom, right });
            }
        }
    }
}

fn blanks(mut bytes: Bytes<'_>) -> Option<u64> {
    let first = bytes.take(4).and_then(|b| Bytes(b.get(2..)?).u16())?;
    let last = Bytes(bytes.0.last_chunk::<2>()?).u16()?;
    Some(u64::from(last.checked_sub(first)?) + 1)
}

/// Whether a formula may give words: it has some in it, or something here that is not looked into. `bytes` are those
/// after the flags.
fn gives_words(mut bytes: Bytes<'_>) -> bool {
    let tokens = bytes.take(4).and_then(|_| bytes.u16()).and_then(|n| bytes.take(usize::from(n)));
    let Some(tokens) = tokens else { return true };
    let mut tokens = Bytes(tokens);
    while let Some(token) = tokens.u8() {
        // The class of an operand is in its upper bits.
        let base = if token >= 0x40 { (token & 0x1f) | 0x20 } else { token };
        let length = match base {
            0x03..=0x07 | 0x09..=0x16 => 0,
            0x1c | 0x1d => 1,
            0x1e | 0x21 => 2,
            0x19 | 0x22 => 3,
            0x23..=0x24 | 0x2a | 0x2c => 4,
            0x26..=0x28 | 0x39 | 0x3a | 0x3c => 6,
            0x1f | 0x25 | 0x2b | 0x2d => 8,
            0x3b | 0x3d => 10,
            _ => return true,
        };
        if tokens.take(length).is_none() {
            return true;
        }
    }
    false
}
