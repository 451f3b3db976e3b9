//! Binary workbooks of Excel (.xlsb): zip archives of records.
//!
//! Duty: the same cells as of xlsx, from other bytes. Inputs: the parts of the archive. Outputs: [`BookSheet`]s.
//! Neighbours: `archive` opens the zip and bounds it; `format` says what a number shows.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use super::archive::{Target, Zip, limited, part, place, targets};
use super::budget::Budget;
use super::bytes::{Bytes, error, rk, wide};
use super::format::Look;
use super::gathered::Gathered;
use super::grid::Area;
use super::strings::raise;
use super::{BookError, BookSheet, Cell, MOST_COLUMNS, MOST_ROWS, Phase, Progress, step};
use crate::value::Text;

/// No record is longer: a cell has 32767 letters, and runs of fonts.
const LONGEST: u64 = 1 << 22;
/// Records between two looks at whether the person has broken off.
const STEP: u64 = 4096;

/// Records of a part.
struct Records<R> {
    from: BufReader<R>,
    bytes: Vec<u8>,
}

/// A part that is cut off or unpacks badly.
struct Cut;

impl<R: Read> Records<R> {
    fn of(from: R) -> Self {
        Self { from: BufReader::new(from), bytes: Vec::new() }
    }

    fn byte(&mut self) -> Result<Option<u8>, Cut> {
        let mut one = [0u8];
        match self.from.read(&mut one) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(one.first().copied()),
            Err(_) => Err(Cut),
        }
    }

    /// A number in groups of seven bits, the lowest first.
    fn packed(&mut self, first: u8, most: u32) -> Result<u32, Cut> {
        let (mut n, mut byte) = (u32::from(first & 0x7f), first);
        for group in 1..most {
            if byte & 0x80 == 0 {
                break;
            }
            byte = self.byte()?.ok_or(Cut)?;
            n |= u32::from(byte & 0x7f) << (7 * group);
        }
        Ok(n)
    }

    /// The next record; none at the end.
    fn next(&mut self) -> Result<Option<(u32, &[u8])>, Cut> {
        let Some(first) = self.byte()? else { return Ok(None) };
        // The kind keeps the mark that a second byte follows out of its number.
        let kind = self.packed(first, 2)?;
        let first = self.byte()?.ok_or(Cut)?;
        let length = u64::from(self.packed(first, 4)?);
        if length > LONGEST {
            return Err(Cut);
        }
        self.bytes.clear();
        let read = self.from.by_ref().take(length).read_to_end(&mut self.bytes).map_err(|_| Cut)?;
        if read as u64 != length {
            return Err(Cut);
        }
        Ok(Some((kind, &self.bytes)))
    }
}

type OnRecord<'f> = dyn FnMut(u32, Bytes<'_>, &mut Budget) -> Result<Option<()>, BookError> + 'f;

/// Goes through the records of a part; `name` is said where it is damaged.
fn each(
    zip: &mut Zip<'_>,
    (path, damaged): (&str, &dyn Fn() -> BookError),
    budget: &mut Budget,
    progress: &mut dyn Progress,
    on_record: &mut OnRecord<'_>,
) -> Result<(), BookError> {
    let file = part(zip, path).ok_or_else(damaged)?;
    let mut records = Records::of(limited(file, budget));
    let mut count = 0u64;
    while let Some((kind, bytes)) = records.next().map_err(|Cut| damaged())? {
        budget.work(bytes.len() as u64 + 3, path)?;
        on_record(kind, Bytes(bytes), budget)?.ok_or_else(damaged)?;
        count += 1;
        if count.is_multiple_of(STEP) {
            step(progress, count, count, Phase::Reading)?;
        }
    }
    Ok(())
}

/// What cells refer to.
#[derive(Default)]
struct Known {
    strings: Vec<Text>,
    formats: HashMap<u16, Look>,
    styles: Vec<Look>,
    /// Whether each font is printed above the line.
    raised: Vec<bool>,
    in_styles: bool,
    since_1904: bool,
    sheets: Vec<(String, String, bool)>,
}

/// Words with their length before them.
fn words(bytes: &mut Bytes<'_>) -> Option<String> {
    let length = bytes.u32()? as usize;
    Some(wide(bytes.take(length.checked_mul(2)?)?))
}

impl Known {
    /// Words that may have runs of fonts.
    fn rich(&self, bytes: &mut Bytes<'_>) -> Option<String> {
        let flags = bytes.u8()?;
        let text = words(bytes)?;
        if flags & 1 == 0 {
            return Some(text);
        }
        let count = bytes.u32()?;
        let mut runs = Vec::new();
        for _ in 0..count {
            let (at, font) = (bytes.u16()?, bytes.u16()?);
            let raised = self.raised.get(usize::from(font)).copied().unwrap_or(false);
            runs.push((usize::from(at), raised));
        }
        Some(raise(text, &runs))
    }

    fn style(
        &mut self,
        kind: u32,
        mut bytes: Bytes<'_>,
        budget: &mut Budget,
    ) -> Result<Option<()>, BookError> {
        match kind {
            43 => self.raised.push(bytes.take(6).and_then(|_| bytes.u16()) == Some(1)),
            44 => {
                let (Some(number), Some(code)) = (bytes.u16(), words(&mut bytes)) else { return Ok(None) };
                budget.text(code.len(), "样式")?;
                self.formats.entry(number).or_insert_with(|| Look::of(&code));
            }
            617 => self.in_styles = true,
            618 => self.in_styles = false,
            47 if self.in_styles => {
                budget.words(size_of::<Look>() as u64, "样式")?;
                let Some(number) = bytes.take(2).and_then(|_| bytes.u16()) else { return Ok(None) };
                let own = self.formats.get(&number).cloned();
                self.styles.push(own.unwrap_or_else(|| Look::built_in(u32::from(number))));
            }
            _ => {}
        }
        Ok(Some(()))
    }

    fn book(
        &mut self,
        targets: &HashMap<String, Target>,
        (kind, mut bytes): (u32, Bytes<'_>),
        budget: &mut Budget,
    ) -> Result<Option<()>, BookError> {
        match kind {
            153 => self.since_1904 = bytes.u32().is_some_and(|flags| flags & 1 != 0),
            156 => {
                let (state, _) = (bytes.u32(), bytes.u32());
                let (Some(id), Some(name)) = (words(&mut bytes), words(&mut bytes)) else { return Ok(None) };
                budget.text(name.len(), "目录")?;
                match targets.get(&id) {
                    Some(Target::Cells(path)) => {
                        self.sheets.push((name, path.clone(), state.is_some_and(|s| s != 0)));
                    }
                    Some(Target::Other) => {}
                    None => return Err(BookError::damaged_sheet(&name)),
                }
            }
            _ => {}
        }
        Ok(Some(()))
    }
}

pub(super) fn sheets(
    zip: &mut Zip<'_>,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    let targets = targets(zip, "xl/_rels/workbook.bin.rels", budget)?;
    let mut known = Known::default();
    let lost = |path: &'static str| move || BookError::damaged(path, path);
    let path = "xl/workbook.bin";
    each(zip, (path, &lost(path)), budget, progress, &mut |kind, bytes, budget| {
        known.book(&targets, (kind, bytes), budget)
    })?;
    let path = "xl/styles.bin";
    if place(zip, path).is_some() {
        each(zip, (path, &lost(path)), budget, progress, &mut |kind, bytes, budget| {
            known.style(kind, bytes, budget)
        })?;
    }
    let path = "xl/sharedStrings.bin";
    if place(zip, path).is_some() {
        each(zip, (path, &lost(path)), budget, progress, &mut |kind, mut bytes, budget| {
            if kind == 19 {
                let Some(text) = known.rich(&mut bytes) else { return Ok(None) };
                budget.text(text.len(), path)?;
                known.strings.push(Text::from(text));
            }
            Ok(Some(()))
        })?;
    }
    let list = std::mem::take(&mut known.sheets);
    list.iter()
        .map(|(name, path, hidden)| sheet(zip, (name, path, *hidden), &known, budget, progress))
        .collect()
}

fn sheet(
    zip: &mut Zip<'_>,
    (name, path, hidden): (&str, &str, bool),
    known: &Known,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<BookSheet, BookError> {
    let mut sheet = Sheet::of(known, name);
    let damaged = || BookError::damaged_sheet(name);
    each(zip, (path, &damaged), budget, progress, &mut |kind, bytes, budget| {
        sheet.take(kind, bytes, budget)
    })?;
    // Records that end without the mark of their end may have lost some.
    if !sheet.ended {
        return Err(damaged());
    }
    sheet.found.sheet(name, hidden, budget)
}

/// A worksheet being read.
struct Sheet<'a> {
    known: &'a Known,
    name: &'a str,
    row: u32,
    /// The column after the last cell's.
    next: u32,
    found: Gathered,
    ended: bool,
}

impl<'a> Sheet<'a> {
    fn of(known: &'a Known, name: &'a str) -> Self {
        Self { known, name, row: 0, next: 0, found: Gathered::default(), ended: false }
    }

    fn take(
        &mut self,
        kind: u32,
        mut bytes: Bytes<'_>,
        budget: &mut Budget,
    ) -> Result<Option<()>, BookError> {
        match kind {
            0 => return Ok(self.begin_row(bytes)),
            1..=18 | 62 => {
                let Some(at) = self.place(kind, &mut bytes) else { return Ok(None) };
                let Some(cell) = self.cell(kind, bytes, at, budget)? else { return Ok(None) };
                match cell {
                    Cell::Empty => self.found.blanks += 1,
                    cell => {
                        budget.cells(1, self.name)?;
                        self.found.cells.push(self.row, at.0, cell);
                    }
                }
            }
            60 => self.columns(bytes, budget)?,
            130 => self.ended = true,
            176 => self.found.merges.extend(area(bytes)),
            _ => {}
        }
        Ok(Some(()))
    }

    fn begin_row(&mut self, mut bytes: Bytes<'_>) -> Option<()> {
        const HIDDEN: u8 = 0x10;
        self.row = bytes.u32().filter(|row| *row < MOST_ROWS)?;
        self.next = 0;
        let flags = bytes.take(7).and_then(|_| bytes.u8()).unwrap_or(0);
        if flags & HIDDEN != 0 {
            self.found.hidden_rows.push(self.row);
        }
        Some(())
    }

    /// Column and style; the short kinds have no column of their own.
    fn place(&mut self, kind: u32, bytes: &mut Bytes<'_>) -> Option<(u32, usize)> {
        let column = if (12..=18).contains(&kind) { self.next } else { bytes.u32()? };
        let style = bytes.u32()? & 0x00ff_ffff;
        self.next = column.checked_add(1)?;
        (column < MOST_COLUMNS).then_some((column, style as usize))
    }

    fn cell(
        &self,
        kind: u32,
        mut bytes: Bytes<'_>,
        (_, style): (u32, usize),
        budget: &mut Budget,
    ) -> Result<Option<Cell>, BookError> {
        let number = |n: Option<f64>| n.map(|n| self.number(n, style));
        let mut said = |text: Option<String>| -> Result<Option<Cell>, BookError> {
            let Some(text) = text else { return Ok(None) };
            budget.text(text.len(), self.name)?;
            Ok(Some(Cell::Text(Text::from(text))))
        };
        Ok(match kind {
            1 | 12 => Some(Cell::Empty),
            2 | 13 => number(bytes.u32().map(rk)),
            3 | 11 | 14 => bytes.u8().map(|code| Cell::Error(error(code))),
            4 | 10 | 15 => bytes.u8().map(|b| Cell::Bool(b != 0)),
            5 | 9 | 16 => number(bytes.f64()),
            6 | 8 | 17 => return said(words(&mut bytes)),
            62 => return said(self.known.rich(&mut bytes)),
            _ => {
                let word = bytes.u32().and_then(|n| self.known.strings.get(n as usize));
                word.map(|word| Cell::Text(word.clone()))
            }
        })
    }

    fn number(&self, n: f64, style: usize) -> Cell {
        match self.known.styles.get(style) {
            _ if !n.is_finite() => Cell::Error("#NUM!"),
            Some(look) => look.cell(n, self.known.since_1904),
            None => Cell::Number(n),
        }
    }

    fn columns(&mut self, mut bytes: Bytes<'_>, budget: &mut Budget) -> Result<(), BookError> {
        let (Some(first), Some(last)) = (bytes.u32(), bytes.u32()) else { return Ok(()) };
        let hidden = bytes.take(8).and_then(|_| bytes.u16()).is_some_and(|flags| flags & 1 != 0);
        if hidden {
            let last = last.min(MOST_COLUMNS);
            budget.words(u64::from(last.saturating_sub(first)) * 4, self.name)?;
            self.found.hidden_columns.extend(first..=last);
        }
        Ok(())
    }
}

fn area(mut bytes: Bytes<'_>) -> Option<Area> {
    let (top, bottom, left, right) = (bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?);
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
}
