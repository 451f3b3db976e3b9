//! Workbooks as one XML text (SpreadsheetML of Excel 2003), as many systems write under the name .xls.
//!
//! Duty: the same cells as of xlsx, from other tags. Inputs: the text. Outputs: [`BookSheet`]s. Neighbours: `detect` tells
//! it from a page; `format` says what a number shows.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::budget::Budget;
use super::format::Look;
use super::gathered::Gathered;
use super::grid::{Area, error_named};
use super::strings::{raised, text_of};
use super::{BookError, BookSheet, Cell, MOST_COLUMNS, MOST_ROWS, Phase, Progress, step, xml};
use crate::value::{Date, Text};

/// By which such a text is told from other XML.
pub(super) const NAMESPACE: &str = "urn:schemas-microsoft-com:office:spreadsheet";
/// Tags between two looks at whether the person has broken off.
const STEP: u64 = 16_384;

pub(super) fn sheets(
    text: &str,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    budget.work(text.len() as u64, "Workbook")?;
    let mut book = Workbook::default();
    let (mut wrong, mut count) = (None, 0u64);
    let read = xml::tags(text.as_bytes(), &mut |before, tag| {
        count += 1;
        let mut done = book.tag(before, tag, budget);
        if done.is_ok() && count.is_multiple_of(STEP) {
            done = step(progress, count, count, Phase::Reading);
        }
        wrong = done.err();
        if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    if read.is_err() || !book.ended {
        return Err(BookError::damaged("后面的部分缺了", "its end is missing"));
    }
    book.done.into_iter().map(|sheet| sheet.finish(budget)).collect()
}

#[derive(Default)]
struct Workbook {
    styles: HashMap<String, Look>,
    /// The style that is being declared.
    style: Option<String>,
    since_1904: bool,
    done: Vec<Sheet>,
    sheet: Option<Sheet>,
    cell: Option<Open>,
    /// Inside a comment, whose words are not the cell's.
    comment: bool,
    ended: bool,
}

#[derive(Default)]
struct Sheet {
    name: String,
    hidden: bool,
    found: Gathered,
    row: u32,
    column: u32,
    /// The column that is declared next, and the styles of those before.
    declared: u32,
    column_styles: Vec<Option<Text>>,
    row_style: Option<String>,
    /// Rows that the open one stands for.
    rows: u32,
}

#[derive(Default)]
struct Open {
    style: Option<String>,
    sort: Sort,
    words: String,
    /// It has data, even if none is in it.
    has_data: bool,
    /// Inside the data; digits above the line.
    inside: bool,
    raised: bool,
    formula: bool,
    across: u32,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Sort {
    #[default]
    Words,
    Number,
    Day,
    Bool,
    Error,
}

fn number(tag: &[u8], key: &str) -> Option<u32> {
    xml::attribute(tag, key).and_then(|n| n.trim().parse().ok())
}

/// Formats that have a name instead of a code.
fn look(code: &str) -> Look {
    match code {
        "Percent" => Look::built_in(9),
        "General" | "General Number" | "Currency" | "Euro Currency" | "Fixed" | "Standard" | "Scientific"
        | "Yes/No" | "True/False" | "On/Off" => Look::default(),
        named if named.ends_with(" Date") || named.ends_with(" Time") => Look::built_in(14),
        code => Look::of(code),
    }
}

impl Workbook {
    fn tag(&mut self, before: &[u8], tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        if self.comment {
            self.comment = !xml::ends(tag, b"Comment");
            return Ok(());
        }
        self.words(before, tag);
        match xml::name(tag) {
            b"Style" => self.style = xml::attribute(tag, "ID").map(str::to_owned),
            b"NumberFormat" => self.format(tag, budget)?,
            b"Date1904" => self.since_1904 = true,
            b"Worksheet" => self.begin(tag, budget)?,
            b"Visible" => {}
            b"Column" => self.column(tag, budget)?,
            b"Row" => self.begin_row(tag, budget)?,
            b"Cell" => self.begin_cell(tag, budget)?,
            b"Comment" => self.comment = !xml::is_empty(tag),
            b"Data" => self.cell.iter_mut().for_each(|cell| cell.begin_data(tag)),
            b"Sup" => self.cell.iter_mut().for_each(|cell| cell.raised = !xml::is_empty(tag)),
            _ if xml::ends(tag, b"Sup") => self.cell.iter_mut().for_each(|cell| cell.raised = false),
            _ if xml::ends(tag, b"Visible") => self.hide(before),
            _ if xml::ends(tag, b"Data") => self.cell.iter_mut().for_each(|cell| cell.inside = false),
            _ if xml::ends(tag, b"Cell") => self.end_cell(budget)?,
            _ if xml::ends(tag, b"Row") => self.sheet.iter_mut().for_each(Sheet::end_row),
            _ if xml::ends(tag, b"Worksheet") => self.done.extend(self.sheet.take()),
            _ if xml::ends(tag, b"Workbook") => self.ended = self.sheet.is_none(),
            _ => {}
        }
        Ok(())
    }

    fn words(&mut self, before: &[u8], tag: &[u8]) {
        let Some(cell) = self.cell.as_mut().filter(|cell| cell.inside) else { return };
        let marked = String::from_utf8_lossy(xml::marked_words(tag).unwrap_or_default());
        for text in [text_of(before).as_str(), &marked] {
            match cell.raised {
                true => cell.words.extend(text.chars().map(raised)),
                false => cell.words.push_str(text),
            }
        }
    }

    fn format(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        if let (Some(style), Some(code)) = (&self.style, xml::attribute(tag, "Format")) {
            budget.text(style.len().saturating_add(code.len()), "Styles")?;
            self.styles.insert(style.clone(), look(&xml::unescape(code)));
        }
        Ok(())
    }

    fn begin(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let name = xml::attribute(tag, "Name").map(xml::unescape).unwrap_or_default();
        budget.text(name.len().saturating_add(size_of::<Sheet>()), "Workbook")?;
        let sheet = Sheet { name, ..Sheet::default() };
        if xml::is_empty(tag) {
            self.done.push(sheet)
        } else {
            self.sheet = Some(sheet)
        }
        Ok(())
    }

    fn hide(&mut self, said: &[u8]) {
        if let Some(sheet) = &mut self.sheet {
            sheet.hidden = said.starts_with(b"SheetHidden") || said.starts_with(b"SheetVeryHidden");
        }
    }

    fn column(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        let first =
            number(tag, "Index").and_then(|n| n.checked_sub(1)).unwrap_or(sheet.declared).min(MOST_COLUMNS);
        let last = first.saturating_add(number(tag, "Span").unwrap_or(0)).min(MOST_COLUMNS);
        sheet.declared = last + 1;
        if xml::attribute(tag, "Hidden") == Some("1") {
            budget.words(u64::from(last - first + 1) * 4, &sheet.name)?;
            sheet.found.hidden_columns.extend(first..=last);
        }
        if let Some(style) = xml::attribute(tag, "StyleID").map(Text::from) {
            budget.text(style.len(), &sheet.name)?;
            budget.work(u64::from(last - first + 1) * 8, &sheet.name)?;
            sheet.column_styles.resize(sheet.column_styles.len().max(last as usize + 1), None);
            let those = sheet.column_styles.get_mut(first as usize..=last as usize);
            those.into_iter().flatten().for_each(|slot| *slot = Some(style.clone()));
        }
        Ok(())
    }

    fn begin_row(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        sheet.row = number(tag, "Index").and_then(|n| n.checked_sub(1)).unwrap_or(sheet.row);
        sheet.rows = number(tag, "Span").unwrap_or(0).saturating_add(1);
        sheet.column = 0;
        sheet.row_style = xml::attribute(tag, "StyleID").map(str::to_owned);
        if sheet.row >= MOST_ROWS {
            return Err(BookError::TooLarge {
                sheet: sheet.name.clone(),
                size: format!("{}行", sheet.row),
                limit: format!("{MOST_ROWS}行"),
            });
        }
        if xml::attribute(tag, "Hidden") == Some("1") {
            let end = sheet.row.saturating_add(sheet.rows).min(MOST_ROWS);
            budget.words(u64::from(end - sheet.row) * 4, &sheet.name)?;
            sheet.found.hidden_rows.extend(sheet.row..end);
        }
        if xml::is_empty(tag) {
            sheet.end_row();
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        let column = number(tag, "Index").and_then(|n| n.checked_sub(1));
        sheet.column = column.unwrap_or(sheet.column).min(MOST_COLUMNS);
        let across = number(tag, "MergeAcross").unwrap_or(0);
        let down = number(tag, "MergeDown").unwrap_or(0);
        if across > 0 || down > 0 {
            let (top, left) = (sheet.row, sheet.column);
            let (bottom, right) = (top.saturating_add(down), left.saturating_add(across));
            sheet.found.merges.push(Area { top, left, bottom, right });
        }
        self.cell = Some(Open {
            style: xml::attribute(tag, "StyleID").map(str::to_owned),
            formula: xml::attribute(tag, "Formula").is_some(),
            across,
            ..Open::default()
        });
        if xml::is_empty(tag) { self.end_cell(budget) } else { Ok(()) }
    }

    fn end_cell(&mut self, budget: &mut Budget) -> Result<(), BookError> {
        let (Some(sheet), Some(cell)) = (&mut self.sheet, self.cell.take()) else { return Ok(()) };
        let (row, column) = (sheet.row, sheet.column);
        sheet.column = column.saturating_add(cell.across).saturating_add(1);
        let style = cell.style.as_deref().or(sheet.row_style.as_deref());
        let style = style.or_else(|| sheet.column_styles.get(column as usize)?.as_deref());
        let look = style.and_then(|style| self.styles.get(style));
        let found = cell.cell(look, self.since_1904).ok_or_else(|| BookError::damaged_sheet(&sheet.name))?;
        if !found.is_blank() {
            if let Cell::Text(words) = &found {
                budget.text(words.len(), &sheet.name)?;
            }
            budget.cells(1, &sheet.name)?;
            sheet.found.cells.push(row, column, found);
        }
        Ok(())
    }
}

impl Open {
    fn begin_data(&mut self, tag: &[u8]) {
        self.sort = match xml::attribute(tag, "Type") {
            Some("Number") => Sort::Number,
            Some("DateTime") => Sort::Day,
            Some("Boolean") => Sort::Bool,
            Some("Error") => Sort::Error,
            _ => Sort::Words,
        };
        self.has_data = true;
        self.inside = !xml::is_empty(tag);
    }

    /// What stands in it; none where it is not what it says.
    fn cell(self, look: Option<&Look>, since_1904: bool) -> Option<Cell> {
        let said = self.words.trim();
        // Words of no letter have been computed.
        let computed = self.has_data && self.sort == Sort::Words;
        if said.is_empty() && self.formula && !computed {
            return Some(Cell::NoValue);
        }
        Some(match self.sort {
            _ if said.is_empty() => Cell::Empty,
            Sort::Number => {
                let n = said.parse::<f64>().ok().filter(|n| n.is_finite())?;
                look.map_or(Cell::Number(n), |look| look.cell(n, since_1904))
            }
            Sort::Day => day(said),
            Sort::Bool => Cell::Bool(matches!(said, "1" | "true")),
            Sort::Error => Cell::Error(error_named(said)),
            Sort::Words => Cell::Text(Text::from(self.words)),
        })
    }
}

/// `2024-03-05T00:00:00.000`: without the hours where there are none.
fn day(said: &str) -> Cell {
    let (date, time) = said.split_once('T').unwrap_or((said, ""));
    let none = time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    let shown = if none && date.parse::<Date>().is_ok() { date } else { said };
    Cell::Text(Text::from(shown))
}

impl Sheet {
    fn end_row(&mut self) {
        self.row = self.row.saturating_add(self.rows);
    }

    fn finish(self, budget: &mut Budget) -> Result<BookSheet, BookError> {
        self.found.sheet(&self.name, self.hidden, budget)
    }
}
