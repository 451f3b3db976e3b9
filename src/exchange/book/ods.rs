//! Workbooks of LibreOffice and WPS in the OpenDocument format: an archive (.ods), or one XML text (.fods).
//!
//! Duty: the same cells as of xlsx, from other tags: rows and cells that stand for many are repeated as far as they hold
//! something. Inputs: the tags of `content.xml`, or of the text. Outputs: [`BookSheet`]s. Neighbours: `archive` opens the
//! zip, `detect` tells the text from a page.

use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;

use super::archive::{Zip, limited, part};
use super::budget::Budget;
use super::format;
use super::gathered::Gathered;
use super::grid::{Area, error_named};
use super::strings::{raised, text_of};
use super::{BookError, BookSheet, Cell, MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS, Phase, Progress, step, xml};
use crate::value::Text;

/// By which one XML text is told from a page, and from documents of the same family that are no workbooks.
pub(super) const NAMESPACE: &str = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
pub(super) const WORKBOOK: &str = "application/vnd.oasis.opendocument.spreadsheet";

const CONTENT: &str = "content.xml";
/// Tags between two looks at whether the person has broken off.
const STEP: u64 = 16_384;

pub(super) fn sheets(
    zip: &mut Zip<'_>,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    if is_encrypted(zip, budget)? {
        return Err(BookError::Protected);
    }
    let file = part(zip, CONTENT).ok_or_else(damaged)?;
    tables(limited(file, budget), budget, progress)
}

/// The tables of one XML text.
pub(super) fn flat(
    text: &str,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    tables(text.as_bytes(), budget, progress)
}

fn damaged() -> BookError {
    BookError::damaged(CONTENT, CONTENT)
}

fn tables(
    from: impl Read,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    let mut content = Content::default();
    let (mut wrong, mut count) = (None, 0u64);
    let read = xml::tags(from, &mut |before, tag| {
        count += 1;
        let mut done = content.tag(before, tag, budget);
        if done.is_ok() && count.is_multiple_of(STEP) {
            done = step(progress, count, count, Phase::Reading);
        }
        wrong = done.err();
        if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    budget.work(read.map_err(|_| damaged())?, CONTENT)?;
    if !content.ended {
        return Err(damaged());
    }
    content.done.into_iter().map(|sheet| sheet.finish(budget)).collect()
}

fn is_encrypted(zip: &mut Zip<'_>, budget: &mut Budget) -> Result<bool, BookError> {
    let manifest = "META-INF/manifest.xml";
    let file = part(zip, manifest).ok_or_else(|| BookError::damaged(manifest, manifest))?;
    let mut found = false;
    let read = xml::tags(limited(file, budget), &mut |_, tag| {
        found |= xml::name(tag) == b"encryption-data";
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    budget.work(read.map_err(|_| BookError::damaged(manifest, manifest))?, manifest)?;
    Ok(found)
}

/// What was found so far.
#[derive(Default)]
struct Content {
    done: Vec<Sheet>,
    /// Styles of tables that are not shown.
    unseen: HashSet<String>,
    /// Styles of words that are printed above the line.
    above: HashSet<String>,
    style: Option<String>,
    sheet: Option<Sheet>,
    cell: Option<Open>,
    /// Inside notes, drawings and what else is no content of a cell: the tag that ends it, and how often it began.
    skipped: Option<(Vec<u8>, u32)>,
    ended: bool,
}

#[derive(Default)]
struct Sheet {
    name: String,
    hidden: bool,
    found: Gathered,
    /// Where the next cell stands.
    row: u32,
    column: u32,
    /// The columns that were declared so far.
    declared: u32,
    /// How many rows the one that is open stands for, and what is in it.
    rows: u32,
    filled: Vec<(u32, Cell)>,
}

/// A cell that is open.
#[derive(Default)]
struct Open {
    sort: Sort,
    /// The value that stands in an attribute.
    value: Option<String>,
    formula: bool,
    words: String,
    paragraphs: u32,
    inside: bool,
    /// The stretches of words that are open, and whether each is printed above the line.
    spans: Vec<bool>,
    repeated: u32,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Sort {
    #[default]
    Nothing,
    Number,
    Percent,
    Words,
    Bool,
    Error,
}

/// Tags in a cell whose content is not the cell's.
const BESIDE: &[&[u8]] =
    &[b"annotation", b"shapes", b"frame", b"custom-shape", b"detective", b"ruby-text", b"tracked-changes"];

fn count(tag: &[u8], key: &str) -> u32 {
    xml::attribute(tag, key).and_then(|n| n.parse::<u32>().ok()).unwrap_or(1).max(1)
}

impl Content {
    fn tag(&mut self, before: &[u8], tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        if let Some((name, depth)) = &mut self.skipped {
            if xml::ends(tag, name) {
                *depth -= 1;
            } else if xml::name(tag) == name && !xml::is_empty(tag) {
                *depth += 1;
            }
            if *depth == 0 {
                self.skipped = None;
            }
            return Ok(());
        }
        if let Some(cell) = &mut self.cell
            && cell.inside
        {
            cell.add(&text_of(before));
            cell.add(&String::from_utf8_lossy(xml::marked_words(tag).unwrap_or_default()));
        }
        let name = xml::name(tag);
        if BESIDE.contains(&name) {
            if !xml::is_empty(tag) {
                self.skipped = Some((name.to_vec(), 1));
            }
            return Ok(());
        }
        match name {
            b"style" => self.style = xml::attribute(tag, "style:name").map(str::to_owned),
            b"table-properties" if xml::attribute(tag, "display") == Some("false") => {
                self.unseen.extend(self.style.take());
            }
            b"text-properties" if is_above(tag) => self.above.extend(self.style.clone()),
            b"table" if self.sheet.is_none() => self.begin(tag, budget)?,
            b"table-column" => self.column(tag, budget)?,
            b"table-row" => self.begin_row(tag)?,
            b"table-cell" | b"covered-table-cell" => self.begin_cell(tag, budget)?,
            b"p" | b"h" | b"s" | b"tab" | b"line-break" => self.words(tag),
            b"span" if !xml::is_empty(tag) => {
                let style = xml::attribute(tag, "style-name");
                let above = style.is_some_and(|style| self.above.contains(style));
                self.cell.iter_mut().for_each(|cell| cell.spans.push(above));
            }
            _ if xml::ends(tag, b"span") => self.cell.iter_mut().for_each(|cell| {
                cell.spans.pop();
            }),
            _ if xml::ends(tag, b"p") || xml::ends(tag, b"h") => {
                self.cell.iter_mut().for_each(|cell| cell.inside = false);
            }
            _ if xml::ends(tag, b"table-cell") || xml::ends(tag, b"covered-table-cell") => {
                self.end_cell(budget)?;
            }
            _ if xml::ends(tag, b"table-row") => self.end_row(budget)?,
            _ if xml::ends(tag, b"table") => self.done.extend(self.sheet.take()),
            _ if xml::ends(tag, b"document-content") || xml::ends(tag, b"document") => {
                self.ended = self.sheet.is_none();
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let name = xml::attribute(tag, "table:name").map(xml::unescape).unwrap_or_default();
        budget.text(name.len().saturating_add(size_of::<Sheet>()), CONTENT)?;
        let style = xml::attribute(tag, "style-name");
        let hidden = style.is_some_and(|style| self.unseen.contains(style));
        let sheet = Sheet { name, hidden, ..Sheet::default() };
        if xml::is_empty(tag) {
            self.done.push(sheet)
        } else {
            self.sheet = Some(sheet)
        }
        Ok(())
    }

    fn column(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        let first = sheet.declared;
        sheet.declared = first.saturating_add(count(tag, "number-columns-repeated")).min(MOST_COLUMNS);
        if is_hidden(tag) {
            budget.words(u64::from(sheet.declared - first) * 4, &sheet.name)?;
            sheet.found.hidden_columns.extend(first..sheet.declared);
        }
        Ok(())
    }

    fn begin_row(&mut self, tag: &[u8]) -> Result<(), BookError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        sheet.rows = count(tag, "number-rows-repeated");
        sheet.column = 0;
        if is_hidden(tag) {
            let end = sheet.row.saturating_add(sheet.rows).min(MOST_ROWS);
            sheet.found.hidden_rows.extend(sheet.row..end);
        }
        if xml::is_empty(tag) {
            sheet.row = sheet.row.saturating_add(sheet.rows);
        }
        Ok(())
    }

    fn end_row(&mut self, budget: &mut Budget) -> Result<(), BookError> {
        self.sheet.as_mut().map_or(Ok(()), |sheet| sheet.end_row(budget))
    }

    fn begin_cell(&mut self, tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        let (down, across) = (count(tag, "number-rows-spanned"), count(tag, "number-columns-spanned"));
        if down > 1 || across > 1 {
            let (top, left) = (sheet.row, sheet.column);
            let (bottom, right) = (top.saturating_add(down - 1), left.saturating_add(across - 1));
            sheet.found.merges.push(Area { top, left, bottom, right });
        }
        self.cell = Some(Open::of(tag));
        if xml::is_empty(tag) { self.end_cell(budget) } else { Ok(()) }
    }

    fn end_cell(&mut self, budget: &mut Budget) -> Result<(), BookError> {
        let (Some(sheet), Some(cell)) = (&mut self.sheet, self.cell.take()) else { return Ok(()) };
        let (first, repeated) = (sheet.column, cell.repeated);
        sheet.column = first.saturating_add(repeated).min(MOST_COLUMNS);
        let found = cell.cell().ok_or_else(|| BookError::damaged_sheet(&sheet.name))?;
        if found.is_blank() {
            return Ok(());
        }
        if let Cell::Text(words) = &found {
            budget.text(words.len(), &sheet.name)?;
        }
        budget.cells(u64::from(sheet.column - first), &sheet.name)?;
        sheet.filled.extend((first..sheet.column).map(|column| (column, found.clone())));
        Ok(())
    }

    /// Tags inside a paragraph that stand for letters.
    fn words(&mut self, tag: &[u8]) {
        let Some(cell) = &mut self.cell else { return };
        match xml::name(tag) {
            b"s" if cell.inside => {
                // No cell has more letters.
                let n = count(tag, "text:c").min(32_767) as usize;
                cell.add(&" ".repeat(n));
            }
            b"tab" if cell.inside => cell.words.push('\t'),
            b"line-break" if cell.inside => cell.words.push('\n'),
            b"p" | b"h" => {
                if cell.paragraphs > 0 {
                    cell.words.push('\n');
                }
                cell.paragraphs += 1;
                cell.inside = !xml::is_empty(tag);
            }
            _ => {}
        }
    }
}

/// `super 58%`, `33% 58%`: how far above the line, and how small.
fn is_above(tag: &[u8]) -> bool {
    let place = xml::attribute(tag, "text-position").and_then(|p| p.split_whitespace().next());
    place.is_some_and(|p| {
        p == "super" || p.strip_suffix('%').and_then(|n| n.parse().ok()).is_some_and(|n: f64| n > 0.0)
    })
}

fn is_hidden(tag: &[u8]) -> bool {
    matches!(xml::attribute(tag, "visibility"), Some("collapse" | "filter"))
}

impl Open {
    fn of(tag: &[u8]) -> Self {
        let is_error = xml::attribute(tag, "calcext:value-type") == Some("error");
        let (sort, key) = match xml::attribute(tag, "office:value-type") {
            _ if is_error => (Sort::Error, ""),
            Some("float" | "currency") => (Sort::Number, "office:value"),
            Some("percentage") => (Sort::Percent, "office:value"),
            Some("date") => (Sort::Words, "office:date-value"),
            Some("time") => (Sort::Words, "office:time-value"),
            Some("string") => (Sort::Words, "office:string-value"),
            Some("boolean") => (Sort::Bool, "office:boolean-value"),
            _ => (Sort::Nothing, ""),
        };
        Self {
            sort,
            value: xml::attribute(tag, key).map(xml::unescape),
            formula: xml::attribute(tag, "formula").is_some(),
            repeated: count(tag, "number-columns-repeated"),
            ..Self::default()
        }
    }

    /// Words that go on; digits above the line are marks.
    fn add(&mut self, words: &str) {
        // What is too much already is refused when the cell ends.
        if self.words.len() > MOST_IN_CELL {
            return;
        }
        if self.spans.contains(&true) {
            self.words.extend(words.chars().map(raised));
        } else {
            self.words.push_str(words);
        }
    }

    /// What stands in it; none where it is not what it says.
    fn cell(self) -> Option<Cell> {
        let number = || self.value.as_ref()?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        Some(match self.sort {
            Sort::Number => format::seen(number()?, &self.words),
            Sort::Percent => Cell::Percent(number()?),
            Sort::Bool => Cell::Bool(self.value.is_some_and(|v| v.eq_ignore_ascii_case("true"))),
            Sort::Error => Cell::Error(error_named(self.words.trim())),
            Sort::Words => Cell::Text(Text::from(self.value.unwrap_or(self.words))),
            Sort::Nothing if self.formula && self.words.trim().is_empty() => Cell::NoValue,
            Sort::Nothing => Cell::Text(Text::from(self.words)),
        })
    }
}

impl Sheet {
    /// Rows that stand for many hold their cells in each of them.
    fn end_row(&mut self, budget: &mut Budget) -> Result<(), BookError> {
        let filled = std::mem::take(&mut self.filled);
        let end = self.row.saturating_add(self.rows);
        if !filled.is_empty() {
            if end > MOST_ROWS {
                return Err(BookError::TooLarge {
                    sheet: self.name.clone(),
                    size: format!("{end}行"),
                    limit: format!("{MOST_ROWS}行"),
                });
            }
            budget.cells(filled.len() as u64 * u64::from(self.rows.saturating_sub(1)), &self.name)?;
            for row in self.row..end {
                filled.iter().for_each(|(column, cell)| self.found.cells.push(row, *column, cell.clone()));
            }
        }
        self.row = end;
        Ok(())
    }

    fn finish(self, budget: &mut Budget) -> Result<BookSheet, BookError> {
        self.found.sheet(&self.name, self.hidden, budget)
    }
}
