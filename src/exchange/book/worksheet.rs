//! The cells of a worksheet of a zip archive, read in the pass that counts them.
//!
//! Duty: numbers as their format shows them, words wherever they stand, formulas that were never computed. Inputs: tags
//! and what stands before them. Output: the cells. Neighbours: `archive` makes the pass; `xml` finds the tags; `format`
//! says what a style shows.

use super::format::Look;
use super::grid::Builder;
use super::strings::{Runs, Strings, text_of};
use super::{Cell, xml};
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
    own: Vec<(u32, Look)>,
    inside: bool,
    found: Vec<Look>,
}

impl Styles {
    pub(super) fn tag(&mut self, tag: &[u8]) {
        match xml::name(tag) {
            b"cellXfs" => self.inside = true,
            b"numFmt" => {
                let id = xml::attribute(tag, "numFmtId").and_then(|id| id.parse().ok());
                let code = xml::attribute(tag, "formatCode").map(xml::unescape);
                self.own.extend(id.zip(code).map(|(id, code)| (id, Look::of(&code))));
            }
            b"xf" if self.inside => {
                let id = xml::attribute(tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                self.found.push(self.look(id));
            }
            _ if xml::ends(tag, b"cellXfs") => self.inside = false,
            _ => {}
        }
    }

    fn look(&self, id: u32) -> Look {
        let own = self.own.iter().find(|(own, _)| *own == id);
        own.map_or_else(|| Look::built_in(id), |(_, look)| look.clone())
    }
}

impl Known {
    pub(super) fn new(strings: Strings, styles: Styles, since_1904: bool) -> Self {
        Self { strings: strings.found, styles: styles.found, since_1904 }
    }
}

/// A worksheet being read.
#[derive(Debug)]
pub(super) struct Worksheet<'a> {
    known: &'a Known,
    builder: Builder,
    /// Row and column that come next where a tag does not say its own, from 0.
    next: (u32, u32),
    cell: Head,
    runs: Runs,
    /// What stands in `v`, as far as it was read.
    value: Option<String>,
    place: Place,
    formula: bool,
    /// Something was no number, or no shared word.
    odd: bool,
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
    pub(super) fn new(known: &'a Known) -> Self {
        Self {
            known,
            builder: Builder::default(),
            next: (0, 0),
            cell: Head { row: 0, column: 0, style: 0, sort: Sort::Number },
            runs: Runs::default(),
            value: None,
            place: Place::Outside,
            formula: false,
            odd: false,
        }
    }

    /// The next tag, and what stands before it.
    pub(super) fn tag(&mut self, before: &[u8], tag: &[u8]) {
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
                self.value.get_or_insert_default().push_str(&text_of(before));
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
        let at = xml::attribute(tag, "r").and_then(position).unwrap_or(self.next);
        let style = xml::attribute(tag, "s").and_then(|s| s.parse().ok()).unwrap_or(0);
        let sort = match xml::attribute(tag, "t") {
            Some("s") => Sort::Shared,
            Some("str" | "inlineStr" | "d") => Sort::Words,
            Some("b") => Sort::Bool,
            Some("e") => Sort::Error,
            _ => Sort::Number,
        };
        self.cell = Head { row: at.0, column: at.1, style, sort };
        self.next = (at.0, at.1.saturating_add(1));
        (self.value, self.formula) = (None, false);
        self.place = if xml::is_empty(tag) { Place::Outside } else { Place::Cell };
    }

    fn close(&mut self) {
        self.place = Place::Outside;
        let value = self.value.take();
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
            Sort::Shared => Cell::Text(self.known.strings.get(value.trim().parse::<usize>().ok()?)?.clone()),
            Sort::Words => Cell::Text(Text::from(value)),
            Sort::Bool => Cell::Bool(matches!(value.trim(), "1" | "true")),
            Sort::Error => Cell::Error(error_named(value.trim())),
            Sort::Number => {
                let n = value.trim().parse::<f64>().ok().filter(|n| n.is_finite())?;
                match self.known.styles.get(self.cell.style) {
                    Some(look) => look.cell(n, self.known.since_1904),
                    None => Cell::Number(n),
                }
            }
        })
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

/// The error values by their names.
pub(super) fn error_named(name: &str) -> &'static str {
    const NAMES: &[&str] = &["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!"];
    NAMES.iter().find(|n| n.eq_ignore_ascii_case(name)).copied().unwrap_or("#VALUE!")
}

/// `D14` → (13, 3)
pub(super) fn position(text: &str) -> Option<(u32, u32)> {
    let bytes = text.as_bytes();
    let split = bytes.iter().position(u8::is_ascii_digit)?;
    let (letters, digits) = bytes.split_at_checked(split)?;
    let letter = |n: u32, b: &u8| {
        let place = b.to_ascii_uppercase().checked_sub(b'A').filter(|d| *d < 26)?;
        n.checked_mul(26)?.checked_add(u32::from(place) + 1)
    };
    let digit =
        |n: u32, b: &u8| n.checked_mul(10)?.checked_add(u32::from(b.checked_sub(b'0').filter(|d| *d < 10)?));
    let column = letters.iter().try_fold(0, letter)?.checked_sub(1)?;
    Some((digits.iter().try_fold(0, digit)?.checked_sub(1)?, column))
}
