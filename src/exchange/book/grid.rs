//! The cells of one sheet: only the filled ones, row by row, and the merged areas over them.

use std::collections::HashMap;

use serde::Serialize;

use super::BookError;
use crate::value::order;
use crate::value::{Text, number};

/// What one cell holds, as the file says it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words, and numbers that were typed as words.
    Text(Text),
    /// A number.
    Number(f64),
    /// A number with a percent format: 0.36 shown as 36 %.
    Percent(f64),
    /// A number with a date format: a serial of the 1900 system.
    Date(f64),
    /// Yes or no.
    Bool(bool),
    /// `#REF!` and its kin.
    Error(&'static str),
    /// A formula that was never computed.
    NoValue,
}

/// A rectangle of cells, rows and columns from 0, all ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

/// Filled cells in order of rows and columns.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Where each row begins in `cells`; one more than rows.
    starts: Vec<u32>,
    columns: Vec<u16>,
    cells: Vec<Cell>,
    width: u32,
    merges: Vec<Area>,
    /// Cells covered by a merged area, to the area.
    covered: HashMap<(u32, u16), u32>,
}

/// Takes cells in any order; files nearly always give them in order.
#[derive(Debug, Default)]
pub(super) struct Builder {
    rows: Vec<u32>,
    columns: Vec<u16>,
    cells: Vec<Cell>,
    unsorted: bool,
    /// There are marks that repeat what stands above.
    dittos: bool,
}

/// Asks for room for so many cells.
type Room<'a> = dyn FnMut(u64) -> Result<(), BookError> + 'a;

/// A merged area larger than this is a format over the page, not a heading.
const MOST_COVERED: u64 = 200_000;

impl Cell {
    /// Whether nothing stands there; blanks count as nothing.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(t) => t.chars().all(char::is_whitespace),
            _ => false,
        }
    }

    /// Its words, when it holds words.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Text(t) => Some(t),
            _ => None,
        }
    }

    /// Whether it holds a number, also one typed as words.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number(_) | Self::Percent(_) => true,
            Self::Text(t) => {
                t.len() <= 60
                    && t.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
                    && number::parse(t).is_ok_and(|p| !is_year(&p))
            }
            _ => false,
        }
    }

    /// As it would be shown, for titles and messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty | Self::NoValue => String::new(),
            Self::Text(t) => t.to_string(),
            Self::Number(n) => number::from_f64(*n).map_or_else(|_| n.to_string(), |d| d.to_string()),
            Self::Percent(n) => {
                number::from_f64(*n * 100.0).map_or_else(|_| n.to_string(), |d| format!("{d}%"))
            }
            Self::Date(n) => {
                crate::value::when::date_of_number(*n).map_or_else(|_| n.to_string(), |d| d.date.to_string())
            }
            Self::Bool(b) => if *b { "是" } else { "否" }.to_owned(),
            Self::Error(e) => (*e).to_owned(),
        }
    }
}

/// Errors as every program writes them where a cell can hold nothing but words: in lists, on pages, pasted as values.
const ERRORS: &[&str] = &["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// The error that the words name, as one of [`ERRORS`].
fn error_in(words: &str) -> Option<&'static str> {
    // Most words are settled by their first letter.
    let named = words.trim_start().starts_with('#');
    named.then(|| ERRORS.iter().find(|e| e.eq_ignore_ascii_case(words.trim())).copied())?
}

/// The error of a name that is said to be one.
pub(super) fn error_named(name: &str) -> &'static str {
    error_in(name).unwrap_or("#VALUE!")
}

/// 2024年 is a period and no figure.
fn is_year(parsed: &number::Parsed) -> bool {
    parsed.unit.as_deref() == Some("年") && parsed.face >= crate::value::Decimal::from(1900)
}

impl Area {
    /// Whether the cell lies inside.
    pub const fn contains(&self, row: u32, column: u32) -> bool {
        self.top <= row && row <= self.bottom && self.left <= column && column <= self.right
    }

    const fn size(&self) -> u64 {
        (self.bottom.saturating_sub(self.top) as u64 + 1) * (self.right.saturating_sub(self.left) as u64 + 1)
    }
}

/// `A1:I34`
impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", address(self.top, self.left), address(self.bottom, self.right))
    }
}

impl Serialize for Area {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// Column letters: 0 → A, 27 → AB.
pub fn letters(column: u32) -> String {
    let mut n = column + 1;
    let mut out = Vec::new();
    while n > 0 {
        let digit = u8::try_from((n - 1) % 26).unwrap_or(0);
        out.push(char::from(b'A' + digit));
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

/// `D14`
pub fn address(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), row + 1)
}

const NOTHING: &Cell = &Cell::Empty;

/// 同上, 〃: a hand's way to write what stands above once more.
fn is_ditto(cell: &Cell) -> bool {
    cell.text().is_some_and(|words| matches!(words.trim(), "同上" | "〃" | "〞" | "″" | "々"))
}

impl Grid {
    /// Marks that repeat what stands above become that.
    fn repeat(&mut self) {
        for row in 1..self.height() {
            let (from, to) = self.span(row);
            for at in from..to {
                let marked = self.cells.get(at).is_some_and(is_ditto);
                let Some(column) = self.columns.get(at).copied().filter(|_| marked) else { continue };
                let above = self.get(row - 1, u32::from(column)).clone();
                if let Some(cell) = self.cells.get_mut(at).filter(|_| !above.is_blank()) {
                    *cell = above;
                }
            }
        }
    }

    /// Of cells that are there already, by row and column.
    pub(in crate::exchange) fn of(cells: Vec<(u32, u32, Cell)>) -> Self {
        let mut builder = Builder::default();
        cells.into_iter().for_each(|(row, column, cell)| builder.push(row, column, cell));
        builder.finish()
    }

    /// Whether no cell is filled.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// One more than the last row with a filled cell.
    pub fn height(&self) -> u32 {
        u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// One more than the last column with a filled cell.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Number of filled cells.
    pub fn filled(&self) -> usize {
        self.cells.len()
    }

    /// Merged areas.
    pub fn merges(&self) -> &[Area] {
        &self.merges
    }

    /// What stands in the cell itself.
    pub fn get(&self, row: u32, column: u32) -> &Cell {
        let (from, to) = self.span(row);
        let Some(columns) = self.columns.get(from..to) else { return NOTHING };
        let Ok(column) = u16::try_from(column) else { return NOTHING };
        // Rows are mostly filled from their first cell on: the guess saves the search.
        let guess = usize::from(column.saturating_sub(columns.first().copied().unwrap_or(0)));
        let at = match columns.get(guess) {
            Some(c) if *c == column => guess,
            _ => match columns.binary_search(&column) {
                Ok(at) => at,
                Err(_) => return NOTHING,
            },
        };
        self.cells.get(from + at).unwrap_or(NOTHING)
    }

    /// What a person sees there: a merged area shows its first cell everywhere.
    pub fn seen(&self, row: u32, column: u32) -> &Cell {
        let own = self.get(row, column);
        if self.covered.is_empty() || !own.is_blank() {
            return own;
        }
        self.merge_at(row, column).map_or(own, |m| self.get(m.top, m.left))
    }

    /// The merged area over the cell.
    pub fn merge_at(&self, row: u32, column: u32) -> Option<&Area> {
        let column = u16::try_from(column).ok()?;
        let at = self.covered.get(&(row, column))?;
        self.merges.get(usize::try_from(*at).ok()?)
    }

    /// The filled cells of one row, in order.
    pub fn row(&self, row: u32) -> impl Iterator<Item = (u32, &Cell)> + Clone {
        let (from, to) = self.span(row);
        let columns = self.columns.get(from..to).unwrap_or_default();
        let cells = self.cells.get(from..to).unwrap_or_default();
        columns.iter().map(|c| u32::from(*c)).zip(cells)
    }

    fn span(&self, row: u32) -> (usize, usize) {
        let at = |r: usize| self.starts.get(r).map(|s| *s as usize);
        let r = row as usize;
        match (at(r), at(r + 1)) {
            (Some(from), Some(to)) => (from, to),
            _ => (0, 0),
        }
    }

    /// Remembers merged areas, as far as they cover the filled part of the sheet; what they cover takes room.
    pub(super) fn merge(&mut self, areas: Vec<Area>, room: &mut Room<'_>) -> Result<(), BookError> {
        let (height, width) = (self.height(), self.width);
        for mut area in areas {
            if area.top >= height || area.left >= width.max(1) || area.size() < 2 {
                continue;
            }
            area.bottom = area.bottom.min(height.saturating_sub(1));
            let shown = Area { right: area.right.min(width.saturating_sub(1)), ..area };
            if shown.size() + self.covered.len() as u64 > MOST_COVERED {
                continue;
            }
            room(shown.size())?;
            let index = u32::try_from(self.merges.len()).unwrap_or(u32::MAX);
            for row in shown.top..=shown.bottom {
                for column in shown.left..=shown.right {
                    if let Ok(column) = u16::try_from(column) {
                        self.covered.insert((row, column), index);
                    }
                }
            }
            self.merges.push(shown);
        }
        Ok(())
    }
}

/// Cells that room is made for before any was read: what says how many there are may be wrong.
const MOST_ROOM: u64 = 1 << 21;

impl Builder {
    /// With room for about so many cells: they need not be moved as they become more.
    pub fn with_room(cells: u64) -> Self {
        let cells = usize::try_from(cells.min(MOST_ROOM)).unwrap_or(0);
        Self {
            rows: Vec::with_capacity(cells),
            columns: Vec::with_capacity(cells),
            cells: Vec::with_capacity(cells),
            unsorted: false,
            dittos: false,
        }
    }

    /// Adds a filled cell; blanks are left out, and words that name an error are one.
    pub fn push(&mut self, row: u32, column: u32, cell: Cell) {
        let Ok(column) = u16::try_from(column) else { return };
        let cell = match cell.text().and_then(|words| error_in(words)) {
            Some(error) => Cell::Error(error),
            None => cell,
        };
        if cell.is_blank() {
            return;
        }
        self.dittos |= is_ditto(&cell);
        let before = self.rows.last().copied().zip(self.columns.last().copied());
        self.unsorted |= before.is_some_and(|b| b >= (row, column));
        self.rows.push(row);
        self.columns.push(column);
        self.cells.push(cell);
    }

    /// Cells so far.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// One more than the last row.
    pub fn height(&self) -> u32 {
        self.rows.iter().max().map_or(0, |row| row.saturating_add(1))
    }

    /// The grid; where a cell was given twice, the later one stays.
    pub fn finish(mut self) -> Grid {
        if self.unsorted {
            self.sort();
        }
        let height = self.rows.last().map_or(0, |r| r + 1);
        let mut starts = Vec::with_capacity(height as usize + 1);
        let mut at = 0usize;
        for row in 0..height {
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
            while self.rows.get(at) == Some(&row) {
                at += 1;
            }
        }
        starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        let width = self.columns.iter().copied().max().map_or(0, |c| u32::from(c) + 1);
        let mut grid = Grid { starts, columns: self.columns, cells: self.cells, width, ..Grid::default() };
        if self.dittos {
            grid.repeat();
        }
        grid
    }

    fn sort(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let columns = std::mem::take(&mut self.columns);
        let cells = std::mem::take(&mut self.cells);
        let mut all: Vec<((u32, u16), Cell)> = rows.into_iter().zip(columns).zip(cells).collect();
        order::sort_by_key(&mut all, |(at, _)| *at);
        for ((row, column), cell) in all {
            if self.rows.last() == Some(&row) && self.columns.last() == Some(&column) {
                if let Some(last) = self.cells.last_mut() {
                    *last = cell;
                }
                continue;
            }
            self.rows.push(row);
            self.columns.push(column);
            self.cells.push(cell);
        }
    }
}
