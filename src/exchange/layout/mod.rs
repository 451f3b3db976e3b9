//! The tables of a sheet, found without being told where they are (domain §7.1, §7.2).
//!
//! Duty: title, unit line, header of one to three rows, kinds of rows, period, reporter. Inputs: a [`Book`].
//! Outputs: [`FoundTable`]s; what looks odd goes into the report. Neighbours: `mapping` gives the columns a
//! meaning, `totals` verifies the sums, `inspect` prints the result.

mod header;
mod period;
mod preamble;
mod rows;
mod suspects;
mod turn;
mod units;
pub(super) mod words;

use std::sync::Arc;

use serde::Serialize;

pub use self::period::{PeriodNote, PeriodSource};
pub use self::suspects::{Suspect, Why};
pub use self::turn::Turn;
use self::turn::Turned;
pub use self::words::Headings;
pub(super) use self::words::{is_code, is_serial};
use super::book::{Area, Book, BookSheet, address, letters};
use super::finding::Report;
use super::question::{self, Topic};
use super::resolve::Decision;
use crate::register::{Message, Severity};
use crate::value::order;
use crate::value::unit::{self, Class};
use crate::value::{Period, Text, when};

/// A table as it was found on a sheet; what the ledger shows is a [`crate::table::Table`].
#[derive(Debug, Clone, Serialize)]
pub struct FoundTable {
    /// Sheet name.
    pub sheet: Text,
    /// Its place in [`Book::sheets`].
    #[serde(skip)]
    pub sheet_index: usize,
    /// Everything that belongs to it, title and notes included.
    pub range: Area,
    /// Title over the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Note>,
    /// The words of the unit line: 亩、吨、万元.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The units that the words around it state, one for each class.
    pub units: Vec<UnitNote>,
    /// Units that stand over another table beside it, or in the name of the sheet or the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<UnitNote>,
    /// 填报单位
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Note>,
    /// 填报日期, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<Note>,
    /// What the whole table speaks of, when no column says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodNote>,
    /// First and last row of the header, as the sheet numbers them.
    pub header_rows: (u32, u32),
    /// Its columns.
    pub header: Vec<Column>,
    /// Its rows from the title on.
    pub rows: Vec<Row>,
    /// Notes under the table.
    pub notes: Vec<Note>,
    /// Rows that may be sums of others, whatever they are called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
    /// Names over its columns that were taken for villages, though nobody knows them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guessed: Vec<String>,
    /// Laid out anew, because its records do not stand in the rows of the sheet.
    #[serde(skip)]
    turned: Option<Arc<Turned>>,
}

/// Words at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The words.
    pub text: String,
    /// `A1`
    pub cell: String,
}

/// One unit of the unit line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitNote {
    /// 万元
    pub unit: String,
    /// What it measures.
    pub class: Class,
    /// Where it stands; empty when a person says it.
    pub cell: String,
    /// The words that state it.
    pub said: String,
    /// Another unit of its class is stated as well.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// A person says so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

/// One column.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// From 0.
    #[serde(skip)]
    pub index: u32,
    /// `D`
    #[serde(rename = "column")]
    pub letters: String,
    /// Heading, the rows of the header joined with `·`, units and periods as written.
    pub heading: String,
    /// The unit in its heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The period in its heading (2023年产值).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// It holds mostly numbers.
    pub numeric: bool,
    /// Hidden by whoever made the file; read all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    /// From 0; printed as the sheet numbers it.
    #[serde(rename = "row", serialize_with = "from_one")]
    pub index: u32,
    /// What it is.
    pub kind: RowPart,
    /// Hidden by whoever made the file; read all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

fn from_one<S: serde::Serializer>(n: &u32, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_u32(n + 1)
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowPart {
    /// Title
    Title,
    /// 单位：万元, 填报单位, 填报日期
    UnitLine,
    /// Header, also one that is repeated on a new page
    Header,
    /// Data
    Data,
    /// 小计: a check, never data
    Subtotal,
    /// 合计: a check, never data
    Total,
    /// 其中: part of another row, never data
    OfWhich,
    /// 平均, 村均
    Average,
    /// 上年同期, 比上年增减: stands beside other rows, never data
    Comparison,
    /// 单价: what the products above or below are reckoned at, no data of a village
    Price,
    /// 说明, 单位负责人
    Note,
    /// Nothing
    Blank,
    /// The name of the group that follows, such as a township
    GroupHeading,
}

impl FoundTable {
    /// The sheet as the table is read: the one in the book, or the table's cells laid out anew.
    pub fn sheet_in<'a>(&'a self, book: &'a Book) -> Option<&'a BookSheet> {
        match &self.turned {
            Some(turned) => Some(&turned.sheet),
            None => book.sheets.get(self.sheet_index),
        }
    }

    /// How it stands on its sheet, when its records do not stand in rows.
    pub fn turn(&self) -> Option<Turn> {
        self.turned.as_ref().map(|t| t.how)
    }

    /// The rows as the sheet has them.
    pub fn rows_of_sheet(&self) -> &[Row] {
        self.turned.as_ref().map_or(&self.rows, |t| &t.rows)
    }

    /// First and last row of the header, as the sheet numbers them.
    pub fn header_of_sheet(&self) -> (u32, u32) {
        self.turned.as_ref().map_or(self.header_rows, |t| t.header_rows)
    }

    /// Where a cell of the table as it is read stands on the sheet.
    pub(super) fn cell(&self, row: u32, column: u32) -> (u32, u32) {
        self.turned.as_ref().map_or((row, column), |t| t.cell(row, column))
    }

    /// The same, by its address.
    pub(super) fn at(&self, row: u32, column: u32) -> String {
        let (row, column) = self.cell(row, column);
        address(row, column)
    }

    /// The same, with the sheet: the place of a finding.
    pub(super) fn place(&self, row: u32, column: u32) -> (&Text, u32, u32) {
        let (row, column) = self.cell(row, column);
        (&self.sheet, row, column)
    }

    /// The place of a column's heading.
    pub(super) fn heading_place(&self, column: u32) -> (&Text, u32, u32) {
        self.place(self.header_rows.1.saturating_sub(1), column)
    }

    /// The rows with data.
    pub fn data(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|r| r.kind == RowPart::Data)
    }

    /// Takes over what a person has answered about it.
    pub fn told(&mut self, decisions: &[Decision]) {
        let unit = question::of_table(decisions, Topic::Unit, self).and_then(unit::find);
        if let Some(unit) = unit {
            self.units.retain(|u| u.class != unit.class);
            self.units.push(UnitNote {
                said: unit.name.clone(),
                unit: unit.name,
                class: unit.class,
                cell: String::new(),
                doubtful: false,
                told: true,
            });
        }
        let period = question::of_table(decisions, Topic::Period, self);
        if let Some(period) = period.and_then(|p| when::period(p, None).ok()) {
            self.period = Some(PeriodNote::told(period));
            self.periods_of_columns();
        }
        suspects::told(self, decisions);
    }

    /// 一季度·面积, 3月 and 上年 are periods of the table's year.
    fn periods_of_columns(&mut self) {
        let period = self.period.as_ref().map(|p| p.period);
        for column in self.header.iter_mut().filter(|c| c.numeric) {
            let own = words::period_in(&column.heading);
            column.period = own.or_else(|| period::of_heading(&column.heading, period));
        }
    }

    /// Whether some column's period depends on the table's.
    pub(super) fn lends_period(&self) -> bool {
        self.header.iter().any(|c| c.period.is_some() && words::period_in(&c.heading).is_none())
    }

    /// Units in notes under the table hold for it; those in the names of sheet and file are hints.
    fn units_elsewhere(&mut self, file: &str) {
        for note in &self.notes {
            let found = units::noted(&note.text);
            let missing = found.into_iter().filter(|f| !self.units.iter().any(|u| u.class == f.class));
            let missing: Vec<_> = missing.collect();
            preamble::add(&mut self.units, missing, &note.cell, &note.text);
        }
        for name in [&*self.sheet, file.rsplit_once('.').map_or(file, |(stem, _)| stem)] {
            preamble::add(&mut self.hints, units::stated(name), "", name);
        }
    }

    /// First and last column.
    pub(super) fn span(&self) -> (u32, u32) {
        let first = self.header.first().map_or(0, |c| c.index);
        (first, self.header.last().map_or(first, |c| c.index))
    }
}

/// Every table of the workbook, visible sheets first.
pub fn tables(book: &Book, words: &Headings, report: &mut Report) -> Vec<FoundTable> {
    let mut order: Vec<(usize, &BookSheet)> = book.sheets.iter().enumerate().collect();
    order::sort_by_key(&mut order, |(n, s)| (s.hidden, *n));
    let mut found = Vec::new();
    for (index, sheet) in order {
        if sheet.grid.is_empty() {
            continue;
        }
        let before = found.len();
        for block in header::blocks(sheet, words) {
            found.push(table(book, words, (index, sheet), &block, report));
        }
        if sheet.hidden && found.len() > before {
            report.about_table(
                Severity::Info,
                &sheet.name,
                "hidden_sheet",
                Message::new(
                    format!("表“{}”是隐藏的，也一并读入", sheet.name),
                    format!("Sheet {} is hidden and was read too", sheet.name),
                ),
            );
        }
    }
    found
}

fn table(
    book: &Book,
    known: &Headings,
    (index, sheet): (usize, &BookSheet),
    block: &header::Block,
    report: &mut Report,
) -> FoundTable {
    let mut above = preamble::read(sheet, block);
    let mut columns: Vec<Column> = block
        .columns
        .iter()
        .map(|h| Column {
            index: h.index,
            letters: letters(h.index),
            heading: h.heading.clone(),
            unit: words::unit_in(&h.heading).or_else(|| h.unit.clone()),
            period: words::period_in(&h.heading),
            numeric: rows::mostly_numbers(sheet, block, h.index),
            hidden: sheet.hidden_columns.binary_search(&h.index).is_ok(),
        })
        .collect();
    corner(block, &mut columns, &mut above);
    let rows::Body { rows, notes } = rows::classify(known, sheet, block, &columns, &above);
    let top = rows.first().map_or(block.top, |r| r.index);
    let bottom = rows.iter().rev().find(|r| r.kind != RowPart::Blank).map_or(block.bottom, |r| r.index);
    let mut made = FoundTable {
        sheet: sheet.name.clone(),
        sheet_index: index,
        range: Area { top, left: block.left(), bottom, right: block.right() },
        title: above.title.clone(),
        unit: above.unit.clone(),
        units: above.units.clone(),
        hints: above.hints.clone(),
        reporter: above.reporter.clone(),
        reported_on: above.reported_on.clone(),
        period: None,
        header_rows: (block.top + 1, block.bottom + 1),
        header: columns,
        rows,
        notes,
        suspects: Vec::new(),
        guessed: Vec::new(),
        turned: None,
    };
    made.period = period::decide(&above, &sheet.name, &book.name);
    made.units_elsewhere(&book.name);
    made.periods_of_columns();
    suspects::find(known, sheet, &mut made);
    hidden_rows(&made, report);
    prices(&made, report);
    turn::turned(known, sheet, &made).unwrap_or(made)
}

/// 单位：万元 in the header's corner is said of the table, and names no column.
fn corner(block: &header::Block, columns: &mut [Column], above: &mut preamble::Preamble) {
    let Some(first) = columns.first_mut().filter(|c| !c.numeric) else { return };
    let stated = units::stated(&first.heading);
    if !stated.is_empty() && preamble::only_units(&first.heading) {
        preamble::add(&mut above.units, stated, &address(block.top, first.index), &first.heading);
        first.heading.clear();
        first.unit = None;
    }
}

/// A row of prices is read over, which is said.
fn prices(table: &FoundTable, report: &mut Report) {
    for row in table.rows.iter().filter(|r| r.kind == RowPart::Price) {
        let message = Message::new(
            format!("第{}行是单价，不是哪个村的数，没有读入", row.index + 1),
            format!("Row {} holds prices, no figures of a village; it is not read", row.index + 1),
        );
        report.add(Severity::Warning, table.place(row.index, table.span().0), None, "price_row", || message);
    }
}

fn hidden_rows(table: &FoundTable, report: &mut Report) {
    let hidden: Vec<&Row> = table.rows.iter().filter(|r| r.hidden && r.kind == RowPart::Data).collect();
    if let Some(first) = hidden.first() {
        let n = hidden.len();
        report.push(super::CellFinding {
            severity: Severity::Info,
            sheet: table.sheet.clone(),
            cell: address(first.index, table.span().0),
            field: None,
            rule: Text::from("hidden_rows"),
            ask: None,
            listed: false,
            message: Message::new(
                format!("有{n}行数据是隐藏的（第{}行起），也一并读入", first.index + 1),
                format!("{n} hidden rows were read too, from row {}", first.index + 1),
            ),
        });
    }
    for column in table.header.iter().filter(|c| c.hidden) {
        report.push(super::CellFinding {
            severity: Severity::Info,
            sheet: table.sheet.clone(),
            cell: address(table.header_rows.1.saturating_sub(1), column.index),
            field: None,
            rule: Text::from("hidden_column"),
            ask: None,
            listed: false,
            message: Message::new(
                format!("{}列“{}”是隐藏的，也一并读入", column.letters, column.heading),
                format!("Column {} is hidden and was read too", column.letters),
            ),
        });
    }
}
