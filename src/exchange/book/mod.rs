//! The bytes of a file as sheets of cells.
//!
//! Duty: tell what a file is by its content, refuse what is no workbook with a sentence that helps, and read
//! the cells of xlsx, xls, xlsb, ods, fods, SpreadsheetML, CSV, TSV and pasted tables. Every reader is our own or counts what
//! it is given: whatever the bytes are, reading ends, and within a [`Budget`]. Inputs: bytes and a name. Outputs: [`Book`]
//! or [`BookError`]. Neighbours: `layout` looks for tables in the sheets.

mod archive;
mod biff;
mod budget;
mod bytes;
mod compound;
mod detect;
mod error;
mod format;
mod gathered;
mod grid;
mod html;
mod marked;
mod ods;
mod ole;
mod plain;
mod spreadsheetml;
mod strings;
mod text;
mod worksheet;
mod xlsb;
mod xml;

use std::ops::ControlFlow;

use serde::Serialize;

pub use budget::{Amounts, Budget, MOST};
pub use error::BookError;
pub use grid::{Area, Cell, Grid, address, letters};
pub use marked::{Note, marked};

use crate::value::Text;

/// A file that is longer is not read: with what is in it, it would not fit into the page.
pub const MOST_BYTES: u64 = 200_000_000;
/// A file of words without an archive around them that is longer is not read: its words are held twice while it is.
pub const MOST_WORDS: u64 = 96 << 20;
/// Bytes of the words in a cell. Programs for tables hold half as many; each is looked at many times.
pub const MOST_IN_CELL: usize = 256 << 10;
/// More cells with content than this, of all sheets together, are not read: the page would run out of memory.
pub const MOST_CELLS: usize = 3_000_000;
/// A worksheet whose text is longer than this is not read.
pub const MOST_XML: u64 = 256 << 20;
/// Rows of a sheet in every format that exists.
pub const MOST_ROWS: u32 = 1_048_576;
/// Columns of a sheet in every format that exists.
pub const MOST_COLUMNS: u32 = 16_384;

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Excel 2007 and later
    Xlsx,
    /// Excel binary
    Xlsb,
    /// Excel 97–2003, WPS .et
    Xls,
    /// OpenDocument
    Ods,
    /// Comma- or tab-separated text
    Text,
    /// One XML text of Excel 2003, as many systems write
    #[serde(rename = "spreadsheetml")]
    SpreadsheetMl,
    /// A table copied from a page, or a page saved as .xls
    Html,
}

/// A workbook.
#[derive(Debug, Clone)]
pub struct Book {
    /// File name.
    pub name: Text,
    /// How it was written.
    pub format: Format,
    /// Sheets in order.
    pub sheets: Vec<BookSheet>,
}

/// One sheet of a workbook.
#[derive(Debug, Clone)]
pub struct BookSheet {
    /// Its name.
    pub name: Text,
    /// Hidden by whoever made the file.
    pub hidden: bool,
    /// Its cells.
    pub grid: Grid,
    /// Hidden rows, from 0, sorted.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns, from 0, sorted.
    pub hidden_columns: Vec<u32>,
    /// Cells that have a format and no content; a sheet may consist of them.
    pub blank_cells: u64,
}

impl BookSheet {
    /// Whether it has formats and nothing else.
    pub fn is_format_only(&self) -> bool {
        self.grid.is_empty() && self.blank_cells > 0
    }

    /// Whether row `r` is hidden.
    pub fn row_hidden(&self, r: u32) -> bool {
        self.hidden_rows.binary_search(&r).is_ok()
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Looking at the file
    Opening,
    /// Reading cells
    Reading,
    /// Turning rows into drafts
    Planning,
}

/// Is told how far the work has come; breaking off cancels it.
pub trait Progress {
    /// `done` of `total` steps of `what`.
    fn step(&mut self, done: u64, total: u64, what: Phase) -> ControlFlow<()>;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&mut self, _: u64, _: u64, _: Phase) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Reads a workbook. `name` is used for messages and for the period that it may carry, never to decide what
/// the file is.
pub fn read(bytes: &[u8], name: &str, progress: &mut dyn Progress) -> Result<Book, BookError> {
    read_within(bytes, name, &mut Budget::default(), progress)
}

/// The same within a budget of the caller's.
pub fn read_within(
    bytes: &[u8],
    name: &str,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Book, BookError> {
    step(progress, 0, 1, Phase::Opening)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(BookError::TooLarge {
            sheet: name.to_owned(),
            size: format!("{}MB", bytes.len() / 1_000_000),
            limit: format!("{}MB", MOST_BYTES / 1_000_000),
        });
    }
    let (format, sheets) = match detect::detect(bytes)? {
        detect::Kind::Xlsx => (Format::Xlsx, archive::xlsx(bytes, budget, progress)?),
        detect::Kind::Xlsb => (Format::Xlsb, xlsb::sheets(&mut archive::whole(bytes)?, budget, progress)?),
        detect::Kind::Ods => (Format::Ods, ods::sheets(&mut archive::whole(bytes)?, budget, progress)?),
        detect::Kind::Ole => (Format::Xls, ole::xls(bytes, budget, progress)?),
        detect::Kind::Biff => (Format::Xls, biff::sheets(bytes, budget, progress)?),
        detect::Kind::SpreadsheetMl(words) => {
            (Format::SpreadsheetMl, spreadsheetml::sheets(&words, budget, progress)?)
        }
        detect::Kind::OpenDocument(words) => (Format::Ods, ods::flat(&words, budget, progress)?),
        detect::Kind::Html(page) => (Format::Html, html::sheets(&page, budget)?),
        detect::Kind::Text(words) => (Format::Text, vec![text::sheet(&words, name, budget, progress)?]),
    };
    let book = Book { name: Text::from(name), format, sheets };
    book.must_have_data()?;
    Ok(book)
}

fn step(progress: &mut dyn Progress, done: u64, total: u64, what: Phase) -> Result<(), BookError> {
    match progress.step(done, total, what) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(BookError::Cancelled),
    }
}

impl Book {
    fn must_have_data(&self) -> Result<(), BookError> {
        if self.sheets.iter().any(|s| !s.grid.is_empty()) {
            return Ok(());
        }
        match self.sheets.iter().find(|s| s.is_format_only()) {
            Some(sheet) => {
                Err(BookError::FormatOnly { sheet: sheet.name.to_string(), cells: sheet.blank_cells })
            }
            None => Err(BookError::NoData),
        }
    }
}
