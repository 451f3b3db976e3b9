//! The cells of a worksheet of a zip archive, read in the pass that counts them.
//!
//! Duty: numbers as their format shows them, words wherever they stand, formulas that were never computed. Inputs: tags
//! and what stands before them. Output: the cells. Neighbours: `archive` makes the pass; `xml` finds the tags; `format`
//! says what a style shows.

use std::collections::HashMap;

use super::budget::Budget;
use super::format::Look;
use super::grid::{Builder, error_named};
use super::strings::{Runs, Strings, text_of};
use super::{BookError, Cell, MOST_COLUMNS, MOST_ROWS, plain, xml};
use crate::value::Text;

/// What cells refer to.
#[derive(Debug, Default)]
pub(super) struct Known {
    strings: Vec<Text>,
    /// How numbers are shown, by style.
    styles: Vec<Look>,
    /// Days are counted from 1904 on.
    since_1904: bool,
}

/// Takes `xl/styles.xml` tag by tag.
#[derive(Debug, Default)]
pub(super) struct Styles {
    own: HashMap<u32, Look>,
    inside: bool,
    found: Vec<Look>,
}

impl Styles {
    pub(super) fn tag(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        match xml::name(tag) {
            b"cellXfs" => self.inside = true,
            b"numFmt" => {
                let id = xml::attribute(tag, "numFmtId").and_then(|id| id.parse().ok());
                let code = xml::attribute(tag, "formatCode").map(xml::unescape);
                if let Some((id, code)) = id.zip(code) {
                    budget.text(code.len(), "样式")?;
                    self.own.entry(id).or_insert_with(|| Look::of(&code));
                }
            }
            b"xf" if self.inside => {
                let id = xml::attribute(tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                budget.words(size_of::<Look>() as u64, "样式")?;
                let own = self.own.get(&id).cloned();
                self.found.push(own.unwrap_or_else(|| Look::built_in(id)));
            }
            _ if xml::ends(tag, b"cellXfs") => self.inside = false,
            _ => {}
        }
        Ok(())
    }
}

impl Known {
    pub(super) fn new(strings: Strings, styles: Styles, since_1904: bool) -> Self {
        Self { strings: strings.found, styles: styles.found, since_1904 }
    }
}

/// Bytes of XML that a filled cell takes at least, nearly always.
const BYTES: u64 = 32;

/// A worksheet being read.
#[derive(Debug)]
pub(super) struct Worksheet<'a> {
    known: &'a Known,
    builder: Builder,
    /// Row and column that come next where a tag does not say its own, from 0.
    next: (u32, u32),
    cell: Head,
    runs: Runs,
    /// What stands in `v`, where it is more than a number.
    value: Option<String>,
    /// The cell, where `v` was a number or that of a shared word: most are, and no text is made of them.
    ready: Option<Cell>,
    place: Place,
    formula: bool,
    /// Something was no number, no shared word, or stands outside of every sheet.
    odd: bool,
    /// Bytes of the words that stand in the cells themselves.
    words: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Cell,
    Value,
    Words,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    row: u32,
    column: u32,
    style: usize,
    sort: Sort,
}

/// What `t` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Number,
    Shared,
    Words,
    Bool,
    Error,
}

impl<'a> Worksheet<'a> {
    /// `size`: bytes of its XML, as far as somebody says.
    pub(super) fn new(known: &'a Known, size: u64) -> Self {
        Self {
            known,
            builder: Builder::with_room(size / BYTES),
            next: (0, 0),
            cell: Head { row: 0, column: 0, style: 0, sort: Sort::Number },
            runs: Runs::default(),
            value: None,
            ready: None,
            place: Place::Outside,
            formula: false,
            odd: false,
            words: 0,
        }
    }

    /// Reads the cells that stand next, as long as they are plain and the sheet has no more than `most`: how many bytes
    /// they take, and how many they are.
    pub(super) fn plain_cells(&mut self, next: &[u8], most: usize) -> (usize, u64) {
        let (mut at, mut cells) = (0, 0);
        while self.place == Place::Outside && self.builder.len() <= most {
            let Some(found) = next.get(at..).and_then(plain::cell) else { break };
            let sort = if found.shared { Sort::Shared } else { Sort::Number };
            self.cell = Head { row: found.row, column: found.column, style: found.style as usize, sort };
            self.next = (found.row, found.column.saturating_add(1));
            self.odd |= found.row >= MOST_ROWS || found.column >= MOST_COLUMNS;
            let Some(cell) = self.direct(found.value) else { break };
            self.builder.push(found.row, found.column, cell);
            (at, cells) = (at + found.length, cells + 1);
        }
        (at, cells)
    }

    /// The next tag, and what stands before it.
    pub(super) fn tag(&mut self, before: &[u8], tag: &[u8]) {
        match (self.place, tag) {
            // Nearly all tags of a worksheet are these, written so.
            (Place::Outside, [b'c', b' ', ..]) => return self.open(tag),
            (Place::Cell, b"v") => return self.place = Place::Value,
            (Place::Cell, b"/c") => return self.close(),
            _ => {}
        }
        match self.place {
            Place::Outside => match xml::name(tag) {
                b"c" => self.open(tag),
                b"row" => {
                    let said = xml::attribute(tag, "r").and_then(|r| r.parse::<u32>().ok());
                    let row = said.and_then(|r| r.checked_sub(1)).unwrap_or(self.next.0);
                    self.next = (row, 0);
                    self.cell.row = row;
                }
                _ if xml::ends(tag, b"row") => self.next = (self.next.0.saturating_add(1), 0),
                _ => {}
            },
            Place::Value if xml::ends(tag, b"v") => {
                self.ready = self.direct(before);
                if self.ready.is_none() {
                    self.value.get_or_insert_default().push_str(&text_of(before));
                }
                self.place = Place::Cell;
            }
            Place::Value => self.odd = true,
            Place::Words if xml::ends(tag, b"is") => {
                self.value = Some(self.runs.take());
                self.place = Place::Cell;
            }
            Place::Words => self.runs.tag(before, tag),
            Place::Cell => match xml::name(tag) {
                b"f" => self.formula = true,
                b"v" if !xml::is_empty(tag) => self.place = Place::Value,
                b"is" if !xml::is_empty(tag) => self.place = Place::Words,
                _ if xml::ends(tag, b"c") => self.close(),
                _ => {}
            },
        }
    }

    /// `c r="D14" s="1" t="s"`
    fn open(&mut self, tag: &[u8]) {
        let mut head = Head { row: self.next.0, column: self.next.1, style: 0, sort: Sort::Number };
        let mut put = |key: &[u8], value: &[u8]| match key {
            b"r" => {
                if let Some((row, column)) = position(value) {
                    (head.row, head.column) = (row, column);
                }
            }
            b"s" => head.style = number(value).unwrap_or(0) as usize,
            b"t" => head.sort = Sort::of(value),
            _ => {}
        };
        if !short(tag, &mut put) {
            for key in ["r", "s", "t"] {
                xml::attribute(tag, key).into_iter().for_each(|value| put(key.as_bytes(), value.as_bytes()));
            }
        }
        self.next = (head.row, head.column.saturating_add(1));
        self.odd |= head.row >= MOST_ROWS || head.column >= MOST_COLUMNS;
        self.cell = head;
        (self.value, self.ready, self.formula) = (None, None, false);
        self.place = if xml::is_empty(tag) { Place::Outside } else { Place::Cell };
    }

    /// A plain number, or the number of a shared word.
    fn direct(&self, text: &[u8]) -> Option<Cell> {
        match self.cell.sort {
            Sort::Shared => {
                let word = self.known.strings.get(number(text)? as usize)?;
                Some(Cell::Text(word.clone()))
            }
            Sort::Number => Some(self.shown(plain::number(text).or_else(|| long_number(text))?)),
            _ => None,
        }
    }

    fn shown(&self, n: f64) -> Cell {
        let look = self.known.styles.get(self.cell.style);
        look.map_or(Cell::Number(n), |look| look.cell(n, self.known.since_1904))
    }

    fn close(&mut self) {
        self.place = Place::Outside;
        if let Some(cell) = self.ready.take() {
            return self.builder.push(self.cell.row, self.cell.column, cell);
        }
        let value = self.value.take();
        self.words += value.as_ref().map_or(0, |v| v.len() as u64);
        let empty = value.as_ref().is_none_or(|v| v.trim().is_empty());
        // A formula that gives "" has been computed.
        let computed = self.cell.sort == Sort::Words && value.is_some();
        let cell = match value {
            _ if empty && self.formula && !computed => Some(Cell::NoValue),
            Some(value) if !empty => self.read(value),
            _ => return,
        };
        match cell {
            Some(cell) => self.builder.push(self.cell.row, self.cell.column, cell),
            None => self.odd = true,
        }
    }

    fn read(&self, value: String) -> Option<Cell> {
        Some(match self.cell.sort {
            Sort::Shared | Sort::Number => self.direct(value.trim().as_bytes())?,
            Sort::Words => Cell::Text(Text::from(value)),
            Sort::Bool => Cell::Bool(matches!(value.trim(), "1" | "true")),
            Sort::Error => Cell::Error(error_named(value.trim())),
        })
    }

    /// Bytes of words in the cells so far.
    pub(super) const fn words(&self) -> u64 {
        self.words
    }

    /// Whether it cannot be read, whatever follows.
    pub(super) const fn is_odd(&self) -> bool {
        self.odd
    }

    /// Whether the next tag stands in a cell.
    pub(super) fn is_inside(&self) -> bool {
        self.place != Place::Outside
    }

    /// Cells so far.
    pub(super) fn len(&self) -> usize {
        self.builder.len()
    }

    /// The cells; nothing when one of them was not what it says.
    pub(super) fn finish(self) -> Option<Builder> {
        (!self.odd && self.place == Place::Outside).then_some(self.builder)
    }
}

/// Gives the attributes of a tag in which nothing stands but `key="value"` with one letter each, as nearly every program
/// writes cells; false for any other.
fn short(tag: &[u8], put: &mut dyn FnMut(&[u8], &[u8])) -> bool {
    let Some(mut rest) = tag.strip_prefix(b"c") else { return false };
    rest = rest.strip_suffix(b"/").unwrap_or(rest).trim_ascii_end();
    while !rest.is_empty() {
        let [b' ', key, b'=', b'"', after @ ..] = rest else { return false };
        let Some(end) = memchr::memchr(b'"', after) else { return false };
        let (value, next) = (after.get(..end).unwrap_or_default(), after.get(end + 1..).unwrap_or_default());
        put(&[*key], value);
        rest = next;
    }
    true
}

impl Sort {
    fn of(kind: &[u8]) -> Self {
        match kind {
            b"s" => Self::Shared,
            b"str" | b"inlineStr" | b"d" => Self::Words,
            b"b" => Self::Bool,
            b"e" => Self::Error,
            _ => Self::Number,
        }
    }
}

/// A number of many digits or with a power of ten.
fn long_number(text: &[u8]) -> Option<f64> {
    let plain = |b: u8| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let text = std::str::from_utf8(text).ok().filter(|t| !t.is_empty() && t.bytes().all(plain))?;
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

fn number(digits: &[u8]) -> Option<u32> {
    let add =
        |n: u32, b: &u8| n.checked_mul(10)?.checked_add(u32::from(b.checked_sub(b'0').filter(|d| *d < 10)?));
    (!digits.is_empty()).then(|| digits.iter().try_fold(0, add)).flatten()
}

/// `D14` → (13, 3)
pub(super) fn position(text: &[u8]) -> Option<(u32, u32)> {
    let split = text.iter().position(u8::is_ascii_digit)?;
    let (letters, digits) = text.split_at_checked(split)?;
    let letter = |n: u32, b: &u8| {
        let place = b.to_ascii_uppercase().checked_sub(b'A').filter(|d| *d < 26)?;
        n.checked_mul(26)?.checked_add(u32::from(place) + 1)
    };
    let column = letters.iter().try_fold(0, letter)?.checked_sub(1)?;
    Some((number(digits)?.checked_sub(1)?, column))
}
