//! What a workbook holds, before anything is planned: the answer of `xingcun inspect`.

use serde::Serialize;

use super::book::{Book, Format};
use super::finding::{CellFinding, Report};
use super::layout::{self, FoundTable, Turn};
use super::mapping::{Lexicon, Mapping, layout_fingerprint, suggest};
use super::totals::{self, TotalCheck};
use crate::value::Text;

/// Everything that was recognised.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// File name.
    pub file: Text,
    /// How it was written.
    pub format: Format,
    /// Its sheets.
    pub sheets: Vec<SheetNote>,
    /// Its tables.
    pub tables: Vec<TableView>,
    /// What was noticed.
    pub findings: Vec<CellFinding>,
}

/// One sheet in a word.
#[derive(Debug, Clone, Serialize)]
pub struct SheetNote {
    /// Its name.
    pub name: Text,
    /// Hidden.
    pub hidden: bool,
    /// Rows up to the last filled one.
    pub rows: u32,
    /// Columns up to the last filled one.
    pub columns: u32,
    /// Only formats, no content.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub format_only: bool,
}

/// One table with what it was taken for.
#[derive(Debug, Clone, Serialize)]
pub struct TableView {
    /// Where it is and what its rows are.
    #[serde(flatten)]
    pub table: FoundTable,
    /// How its records stand, when not in rows; the header then is of the table as it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
    /// By which its layout is remembered.
    pub fingerprint: String,
    /// The register it was taken for, and its columns; none when no register fits.
    pub mapping: Option<Mapping>,
    /// Its printed sums.
    pub totals: Vec<TotalCheck>,
}

fn view(book: &Book, mut table: FoundTable, register: Option<&str>, words: &Lexicon) -> Option<TableView> {
    let sheet = table.sheet_in(book)?;
    let (mapping, totals) = (suggest(sheet, &table, register, words), totals::check(sheet, &table));
    let (fingerprint, turn) = (layout_fingerprint(&table), table.turn());
    table.rows = table.rows_of_sheet().to_vec();
    table.header_rows = table.header_of_sheet();
    Some(TableView { table, turn, fingerprint, mapping, totals })
}

/// Finds the tables of a workbook and suggests what they are. `register` forces one.
pub fn inspect(book: &Book, register: Option<&str>, words: &Lexicon) -> Inspection {
    let mut report = Report::default();
    let tables = layout::tables(book, &words.headings, &mut report);
    let views = tables.into_iter().filter_map(|table| view(book, table, register, words)).collect();
    let note = |s: &super::BookSheet| SheetNote {
        name: s.name.clone(),
        hidden: s.hidden,
        rows: s.grid.height(),
        columns: s.grid.width(),
        format_only: s.is_format_only(),
    };
    Inspection {
        file: book.name.clone(),
        format: book.format,
        sheets: book.sheets.iter().map(note).collect(),
        tables: views,
        findings: report.finish(),
    }
}
