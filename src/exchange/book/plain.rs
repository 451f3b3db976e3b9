//! The cells of a worksheet as nearly every program writes them, read in the pass that counts them.
//!
//! Duty: numbers and shared words without a detour; a sheet in which anything else stands – dates, words in the cell
//! itself, a number format that is not plainly one of numbers – is left to the workbook reader as a whole, which takes
//! several times as long. Inputs: tags and what stands before them. Output: the cells, or nothing. Neighbours:
//! `archive` makes the pass; `xml` finds the tags.

use super::grid::Builder;
use super::{Cell, xml};
use crate::value::Text;

/// What cells refer to.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Shared words; none where they are not plain text.
    strings: Vec<Option<Text>>,
    /// How numbers are shown, by style; none where they may be more than numbers.
    styles: Vec<Option<Look>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Number,
    Percent,
}

/// Built-in formats of numbers. Those of days and times, and those that differ from place to place, are not among them.
const NUMBERS: &[u32] = &[0, 1, 2, 3, 4, 11, 12, 13, 37, 38, 39, 40, 41, 42, 43, 44, 48, 49];
const PERCENTS: &[u32] = &[9, 10];

/// Takes `xl/styles.xml` tag by tag.
#[derive(Debug, Default)]
pub(super) struct Styles {
    own: Vec<(u32, Option<Look>)>,
    inside: bool,
    found: Vec<Option<Look>>,
}

impl Styles {
    pub(super) fn tag(&mut self, tag: &[u8]) {
        match tag {
            b"/cellXfs" => self.inside = false,
            _ => match xml::name(tag) {
                b"cellXfs" => self.inside = true,
                b"numFmt" => {
                    let id = xml::attribute(tag, "numFmtId").and_then(|id| id.parse().ok());
                    let look = xml::attribute(tag, "formatCode").and_then(look_of);
                    self.own.extend(id.map(|id| (id, look)));
                }
                b"xf" if self.inside => {
                    let id = xml::attribute(tag, "numFmtId").map_or(Some(0), |id| id.parse().ok());
                    self.found.push(id.and_then(|id| self.look(id)));
                }
                _ => {}
            },
        }
    }

    fn look(&self, id: u32) -> Option<Look> {
        match self.own.iter().find(|(own, _)| *own == id) {
            Some((_, look)) => *look,
            None if NUMBERS.contains(&id) => Some(Look::Number),
            None if PERCENTS.contains(&id) => Some(Look::Percent),
            None => None,
        }
    }
}

/// A format made of digits and nothing that could be a day.
fn look_of(code: &str) -> Option<Look> {
    let plain = |c: char| matches!(c, '0' | '#' | '?' | '.' | ',' | '%' | '_' | ' ' | ';' | '-' | '(' | ')');
    let percent = if code.contains('%') { Look::Percent } else { Look::Number };
    (code == "General" || code.chars().all(plain)).then_some(percent)
}

/// Takes `xl/sharedStrings.xml` tag by tag.
#[derive(Debug, Default)]
pub(super) struct Strings {
    found: Vec<Option<Text>>,
    now: Option<Text>,
    odd: bool,
    inside: bool,
}

impl Strings {
    pub(super) fn tag(&mut self, before: &[u8], tag: &[u8]) {
        match tag {
            b"si" => (self.now, self.odd, self.inside) = (None, false, true),
            b"/si" => {
                let text = self.now.take().filter(|_| !self.odd);
                self.found.push(text);
                self.inside = false;
            }
            b"/t" => {
                let text = plain_text(before).filter(|t| t.trim() == *t).map(Text::from);
                self.odd |= text.is_none() || self.now.is_some();
                self.now = text;
            }
            _ if !self.inside => {
                if xml::name(tag) == b"si" {
                    // Without anything in it, or with an attribute: left to the workbook reader.
                    self.found.push(None);
                }
            }
            _ => self.odd |= xml::name(tag) != b"t" || tag.ends_with(b"/"),
        }
    }
}

/// Text in which nothing stands for anything else.
fn plain_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let escaped = text.contains(['&', '\r']) || text.contains("_x");
    (!escaped).then_some(text)
}

impl Known {
    pub(super) fn new(strings: Strings, styles: Styles) -> Self {
        Self { strings: strings.found, styles: styles.found }
    }
}

/// A worksheet being read.
#[derive(Debug)]
pub(super) struct Plain<'a> {
    known: &'a Known,
    builder: Builder,
    stage: Within,
    cell: Head,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Before the cells.
    Before,
    /// Between cells.
    Between,
    /// In a cell: nothing of its value yet.
    Cell,
    /// In its formula.
    Formula,
    /// In its value.
    Value,
    /// Its value was read.
    Read,
    /// The cells are over.
    After,
    /// Something stands here that is left to the workbook reader.
    Odd,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    row: u32,
    column: u32,
    shared: bool,
    look: Look,
}

impl<'a> Plain<'a> {
    pub(super) fn new(known: &'a Known) -> Self {
        let cell = Head { row: 0, column: 0, shared: false, look: Look::Number };
        Self { known, builder: Builder::default(), stage: Within::Before, cell }
    }

    /// The next tag, and what stands before it.
    pub(super) fn tag(&mut self, before: &[u8], tag: &[u8]) {
        self.stage = match (self.stage, tag) {
            (Within::Odd, _) => return,
            (Within::Between, [b'c', b' ', ..]) => match self.head(tag) {
                Some(head) => {
                    self.cell = head;
                    if tag.ends_with(b"/") { Within::Between } else { Within::Cell }
                }
                None => Within::Odd,
            },
            (Within::Cell, b"v") => Within::Value,
            (Within::Value, b"/v") => match self.value(before) {
                Some(value) => {
                    self.builder.push(self.cell.row, self.cell.column, value);
                    Within::Read
                }
                None => Within::Odd,
            },
            (Within::Cell | Within::Read, b"/c") => Within::Between,
            (Within::Cell, [b'f', ..]) if xml::name(tag) == b"f" => {
                if tag.ends_with(b"/") {
                    Within::Cell
                } else {
                    Within::Formula
                }
            }
            (Within::Formula, b"/f") => Within::Cell,
            (Within::Between, b"/row") => Within::Between,
            (Within::Between, b"/sheetData") => Within::After,
            (Within::Between, _) if xml::name(tag) == b"row" => Within::Between,
            (Within::Before, b"sheetData") => Within::Between,
            (Within::Before | Within::After, [b'!', ..]) => Within::Odd,
            (Within::Before | Within::After, _) => self.stage,
            _ => Within::Odd,
        };
    }

    /// `c r="D14" s="1" t="s"`
    fn head(&self, tag: &[u8]) -> Option<Head> {
        let mut head = Head { row: u32::MAX, column: 0, shared: false, look: Look::Number };
        let mut rest = tag.get(1..)?;
        rest = rest.strip_suffix(b"/").unwrap_or(rest).trim_ascii_end();
        while !rest.is_empty() {
            let [b' ', key, b'=', b'"', after @ ..] = rest else { return None };
            let end = after.iter().position(|b| *b == b'"')?;
            let (value, next) = (after.get(..end)?, after.get(end + 1..)?);
            match key {
                b'r' => (head.row, head.column) = position(value)?,
                b's' => head.look = (*self.known.styles.get(number(value)? as usize)?)?,
                b't' => head.shared = shared(value)?,
                _ => return None,
            }
            rest = next;
        }
        (head.row != u32::MAX).then_some(head)
    }

    fn value(&self, text: &[u8]) -> Option<Cell> {
        if self.cell.shared {
            let word = self.known.strings.get(number(text)? as usize)?.as_ref()?;
            return Some(Cell::Text(word.clone()));
        }
        let plain = |b: &u8| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        let text = std::str::from_utf8(text).ok().filter(|t| t.as_bytes().iter().all(plain))?;
        let number = text.parse().ok()?;
        Some(match self.cell.look {
            Look::Number => Cell::Number(number),
            Look::Percent => Cell::Percent(number),
        })
    }

    /// The cells, when all of them were read.
    pub(super) fn finish(self) -> Option<Builder> {
        (self.stage == Within::After).then_some(self.builder)
    }
}

/// Whether the value is the number of a shared word; none for every other type.
fn shared(kind: &[u8]) -> Option<bool> {
    match kind {
        b"s" => Some(true),
        b"n" => Some(false),
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    let add = |n: u32, b: &u8| {
        let digit = b.checked_sub(b'0').filter(|d| *d < 10)?;
        n.checked_mul(10)?.checked_add(u32::from(digit))
    };
    (!digits.is_empty()).then(|| digits.iter().try_fold(0, add)).flatten()
}

/// `D14` → (13, 3)
fn position(text: &[u8]) -> Option<(u32, u32)> {
    let split = text.iter().position(u8::is_ascii_digit)?;
    let (letters, digits) = text.split_at_checked(split)?;
    let letter = |n: u32, b: &u8| {
        let place = b.checked_sub(b'A').filter(|d| *d < 26)?;
        n.checked_mul(26)?.checked_add(u32::from(place) + 1)
    };
    let column = letters.iter().try_fold(0, letter)?.checked_sub(1)?;
    Some((number(digits)?.checked_sub(1)?, column))
}
