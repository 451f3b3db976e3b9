//! The tables of a sheet, found without being told where they are (domain §7.1, §7.2).
//!
//! Duty: title, unit line, header of one to three rows, kinds of rows, period, reporter. Inputs: a [`Book`].
//! Outputs: [`FoundTable`]s; what looks odd goes into the report. Neighbours: `mapping` gives the columns a
//! meaning, `totals` verifies the sums, `inspect` prints the result.

mod header;
mod preamble;
mod rows;
pub(super) mod words;

use serde::Serialize;

pub use self::words::Headings;
pub(super) use self::words::is_serial;
use super::book::{Area, Book, BookSheet, address, letters};
use super::finding::Report;
use crate::register::{Message, Severity};
use crate::value::order;
use crate::value::unit::Class;
use crate::value::{Grain, Period, Text, when};

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
    /// The unit line's units, one for each class.
    pub units: Vec<UnitNote>,
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
    /// Where it stands.
    pub cell: String,
}

/// The period of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodNote {
    /// The period.
    pub period: Period,
    /// Who says so.
    pub from: PeriodSource,
}

/// Where a table's period was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodSource {
    /// 标题
    Title,
    /// 表名
    SheetName,
    /// 填报日期
    ReportDate,
    /// 文件名
    FileName,
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

/// The part that a row plays in its table.
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
    /// 说明, 单位负责人
    Note,
    /// Nothing
    Blank,
    /// The name of the group that follows, such as a township
    GroupHeading,
}

impl FoundTable {
    /// The rows with data.
    pub fn data(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|r| r.kind == RowPart::Data)
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
    let above = preamble::read(sheet, block);
    let columns: Vec<Column> = block
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
    let rows::Body { rows, notes } = rows::classify(known, sheet, block, &columns, &above);
    let top = rows.first().map_or(block.top, |r| r.index);
    let bottom = rows.iter().rev().find(|r| r.kind != RowPart::Blank).map_or(block.bottom, |r| r.index);
    let mut made = FoundTable {
        sheet: sheet.name.clone(),
        sheet_index: index,
        range: Area { top, left: block.left(), bottom, right: block.right() },
        title: above.title,
        unit: above.unit,
        units: above.units,
        reporter: above.reporter,
        reported_on: above.reported_on,
        period: None,
        header_rows: (block.top + 1, block.bottom + 1),
        header: columns,
        rows,
        notes,
    };
    made.period = period(book, &made, report);
    // 一季度·面积 and 3月 are periods of the table's year.
    let year = made.period.as_ref().map(|p| p.period.year());
    for column in made.header.iter_mut().filter(|c| c.numeric && c.period.is_none()) {
        column.period = words::part_in(&column.heading, year);
    }
    hidden_rows(&made, report);
    made
}

/// Column > title > sheet name > report date > file name; a contradiction is said.
fn period(book: &Book, table: &FoundTable, report: &mut Report) -> Option<PeriodNote> {
    let one = |text: &str| match when::find_periods(text).as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let title = table.title.as_ref().and_then(|t| one(&t.text));
    let sheet = one(&table.sheet);
    let file = one(&book.name);
    let date = table.reported_on.as_ref().and_then(|d| one(&d.text));
    let year = title.or(file).or(date).map(Period::year);
    // A sheet called 3月 or 一季度 completes the title's year.
    let part = when::period(&table.sheet, year).ok().filter(|p| p.grain() != Grain::Year);
    if let (Some(t), Some(s)) = (title, sheet.or(part)) {
        if t.contains(s) {
            let from = if t == s { PeriodSource::Title } else { PeriodSource::SheetName };
            return Some(PeriodNote { period: s, from });
        }
        if !s.contains(t) {
            report.about_table(
                Severity::Warning,
                &table.sheet,
                "period_conflict",
                Message::new(
                    format!("标题写的是{}，表名是{}，按标题记，请核对", t.zh(), s.zh()),
                    format!("The title says {t}, the sheet's name {s}; the title is taken"),
                ),
            );
        }
    }
    let note = |period, from| Some(PeriodNote { period, from });
    if let Some(p) = title {
        return note(p, PeriodSource::Title);
    }
    if let Some(p) = sheet.or(part) {
        return note(p, PeriodSource::SheetName);
    }
    if let Some(p) = date {
        return note(Period::year_of(p.year()), PeriodSource::ReportDate);
    }
    note(file?, PeriodSource::FileName)
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
            message: Message::new(
                format!("{}列“{}”是隐藏的，也一并读入", column.letters, column.heading),
                format!("Column {} is hidden and was read too", column.letters),
            ),
        });
    }
}
