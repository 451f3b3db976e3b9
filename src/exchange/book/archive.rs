//! Workbooks that are zip archives: xlsx, xlsb, ods.
//!
//! Sizes are looked at before anything is unpacked; the cells are read as a stream.

use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;

use calamine::{DataRef, Reader as _, SheetVisible};
use zip::ZipArchive;

use super::detect::Kind;
use super::grid::{Area, Builder};
use super::plain::{Known, Plain, Strings, Styles};
use super::{BookError, BookSheet, Cell, MOST_CELLS, MOST_ROWS, MOST_XML, Phase, Progress, step, xml};
use crate::value::Text;

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Unpacked bytes of the whole archive, and how many times its packed size that may be.
const MOST_UNPACKED: u64 = 1 << 30;
const MOST_RATIO: u64 = 1000;

fn open(bytes: &[u8]) -> Result<Zip<'_>, BookError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| BookError::damaged("压缩目录", "the archive's directory"))
}

fn names<'a>(zip: &'a Zip<'_>) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
    zip.file_names().filter_map(Result::ok)
}

/// What kind of archive it is.
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, BookError> {
    let zip = open(bytes)?;
    let has = |name: &str| zip.index_for_name(name).is_some();
    let other = |what, what_en| Err(BookError::NotAWorkbook { what, what_en });
    if has("xl/workbook.xml") {
        Ok(Kind::Xlsx)
    } else if has("xl/workbook.bin") {
        Ok(Kind::Xlsb)
    } else if has("word/document.xml") {
        other("Word 文档", "a Word document")
    } else if has("ppt/presentation.xml") {
        other("演示文稿", "a presentation")
    } else if has("manifest.json") && names(&zip).any(|n| n.starts_with("log/")) {
        other(
            "台账文件（.xcz），请到“交换”点“读入台账文件”",
            "a ledger file (.xcz); read it under Exchange, Read a ledger file",
        )
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        Ok(Kind::Ods)
    } else if names(&zip).any(|n| n.ends_with(".xml") && n.starts_with("xl/")) {
        Err(BookError::damaged("缺少 xl/workbook.xml", "xl/workbook.xml is missing"))
    } else {
        other("压缩包，请先解压", "a zip archive; unpack it first")
    }
}

/// Refuses archives that unpack to more than can be held.
fn guard(zip: &mut Zip<'_>, sheet_part: fn(&str) -> bool) -> Result<(), BookError> {
    let mut total = 0u64;
    for i in 0..zip.len() {
        let Ok(file) = zip.by_index_raw(i) else { continue };
        let name = file.name().map(|n| n.into_owned()).unwrap_or_default();
        let (size, packed) = (file.size(), file.compressed_size());
        // Worksheets may be long and empty: they are counted while they stream by.
        if sheet_part(&name) {
            continue;
        }
        total = total.saturating_add(size);
        let bomb = size > (64 << 20) && size / packed.max(1) > MOST_RATIO;
        if size > MOST_XML || total > MOST_UNPACKED || bomb {
            return Err(too_large(&name, size));
        }
    }
    Ok(())
}

fn too_large(name: &str, size: u64) -> BookError {
    BookError::TooLarge {
        sheet: name.to_owned(),
        size: format!("展开后{}MB", size >> 20),
        limit: format!("{}MB", MOST_XML >> 20),
    }
}

/// What a pass over a worksheet's tags tells.
#[derive(Default)]
struct Marks {
    size: u64,
    values: u64,
    cells: u64,
    hidden_rows: Vec<u32>,
    hidden_columns: Vec<u32>,
    merges: Vec<Area>,
    /// Formulas that were never computed.
    no_value: Vec<(u32, u32)>,
    /// The cells, where nothing but plain ones stands there.
    plain: Option<Builder>,
}

pub(super) fn xlsx(bytes: &[u8], progress: &mut dyn Progress) -> Result<Vec<BookSheet>, BookError> {
    let mut zip = open(bytes)?;
    guard(&mut zip, |n| n.starts_with("xl/worksheets/") && n.ends_with(".xml"))?;
    let paths = sheet_paths(&mut zip)?;
    let known = known(&mut zip);
    let mut marks: HashMap<String, Marks> = HashMap::new();
    for (name, path) in &paths {
        marks.insert(name.clone(), scan(&mut zip, name, path, &known, progress)?);
    }
    drop(zip);
    let total: u64 = marks.values().map(|m| m.values).sum();
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(|_| BookError::damaged_book())?;
    let mut done = 0u64;
    let mut sheets = Vec::new();
    for meta in book.sheets_metadata().to_vec() {
        if !matches!(meta.typ, calamine::SheetType::WorkSheet) {
            continue;
        }
        let mut mark = marks.remove(&meta.name).unwrap_or_default();
        let mut sheet = BookSheet::new(&meta.name);
        sheet.hidden = meta.visible != SheetVisible::Visible;
        sheet.blank_cells = mark.cells.saturating_sub(mark.values);
        if mark.values > 0 || mark.size == 0 {
            let builder = match mark.plain.take() {
                Some(builder) => builder,
                None => cells(&mut book, &meta.name, (&mut done, total), progress)?,
            };
            sheet.grid = with_no_value(builder, &mark.no_value);
            sheet.grid.merge(mark.merges);
        }
        sheet.hidden_rows = mark.hidden_rows;
        sheet.hidden_columns = mark.hidden_columns;
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Sheet names with the paths of their parts, in the workbook's order.
fn sheet_paths(zip: &mut Zip<'_>) -> Result<Vec<(String, String)>, BookError> {
    let mut targets: HashMap<String, String> = HashMap::new();
    each_tag(zip, "xl/_rels/workbook.xml.rels", &mut |_, tag| {
        if xml::name(tag) == b"Relationship"
            && let (Some(id), Some(target)) = (xml::attribute(tag, "Id"), xml::attribute(tag, "Target"))
        {
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            targets.insert(id.to_owned(), path);
        }
    })?;
    let mut sheets = Vec::new();
    each_tag(zip, "xl/workbook.xml", &mut |_, tag| {
        if xml::name(tag) == b"sheet"
            && let (Some(name), Some(id)) = (xml::attribute(tag, "name"), xml::attribute(tag, "id"))
            && let Some(path) = targets.get(id)
        {
            sheets.push((xml::unescape(name), path.clone()));
        }
    })?;
    Ok(sheets)
}

fn each_tag(zip: &mut Zip<'_>, path: &str, on_tag: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), BookError> {
    let file = zip.by_name(path).map_err(|_| BookError::damaged(path, path))?;
    xml::tags(file.take(MOST_XML), &mut |before, tag| {
        on_tag(before, tag);
        ControlFlow::Continue(())
    })
    .map_err(|_| BookError::damaged(path, path))?;
    Ok(())
}

/// What plain cells refer to. Where it is missing or damaged, no cell is a plain one.
fn known(zip: &mut Zip<'_>) -> Known {
    let (mut strings, mut styles) = (Strings::default(), Styles::default());
    let _ = each_tag(zip, "xl/sharedStrings.xml", &mut |before, tag| strings.tag(before, tag));
    let _ = each_tag(zip, "xl/styles.xml", &mut |_, tag| styles.tag(tag));
    Known::new(strings, styles)
}

/// One fast pass: counts, merged areas, hidden rows and columns, and the cells where they are plain.
fn scan(
    zip: &mut Zip<'_>,
    sheet: &str,
    path: &str,
    known: &Known,
    progress: &mut dyn Progress,
) -> Result<Marks, BookError> {
    let mut marks = Marks::default();
    let mut plain = Plain::new(known);
    let Ok(file) = zip.by_name(path) else { return Ok(marks) };
    let size = file.size();
    let mut row = 0u32;
    // The cell's tag is kept as it is and read only where a formula stands in it: most cells have none.
    let mut cell: Vec<u8> = Vec::with_capacity(64);
    let (mut formula, mut valued, mut stopped) = (false, false, false);
    let mut ticks = 0u32;
    // A little more than declared is a lie about the size; a lot more is never read.
    let limited = file.take(MOST_XML.max(size).saturating_add(1));
    let read = xml::tags(limited, &mut |before, tag| {
        plain.tag(before, tag);
        match xml::name(tag) {
            b"c" => {
                cell.clear();
                cell.extend_from_slice(tag);
                (formula, valued) = (false, false);
                marks.cells += 1;
            }
            b"v" | b"is" => {
                valued = true;
                marks.values += 1;
            }
            b"f" => formula = true,
            b"row" => {
                row = xml::attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                if xml::attribute(tag, "hidden").is_some_and(truthy) {
                    marks.hidden_rows.push(row.saturating_sub(1));
                }
                ticks += 1;
                stopped = ticks.is_multiple_of(512)
                    && progress.step(marks.cells, marks.cells, Phase::Opening).is_break();
            }
            b"col" => hidden_columns(tag, &mut marks.hidden_columns),
            b"mergeCell" => marks.merges.extend(xml::attribute(tag, "ref").and_then(area)),
            _ => {}
        }
        if formula && !valued && tag.starts_with(b"/") && xml::name(tag.get(1..).unwrap_or_default()) == b"c"
        {
            marks.no_value.extend(xml::attribute(&cell, "r").and_then(position));
        }
        let over = marks.values > MOST_CELLS as u64;
        if stopped || over || row > MOST_ROWS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    marks.size = read.map_err(|_| BookError::damaged_sheet(sheet))?;
    if stopped {
        return Err(BookError::Cancelled);
    }
    marks.values += marks.no_value.len() as u64;
    within_limits(sheet, &marks, row)?;
    marks.plain = plain.finish();
    Ok(marks)
}

fn within_limits(sheet: &str, marks: &Marks, rows: u32) -> Result<(), BookError> {
    let too_many =
        |size: String, limit: String| Err(BookError::TooLarge { sheet: sheet.to_owned(), size, limit });
    if marks.values > MOST_CELLS as u64 {
        return too_many(format!("超过{MOST_CELLS}个有内容的格子"), format!("{MOST_CELLS}个"));
    }
    if rows > MOST_ROWS {
        return too_many(format!("{rows}行"), format!("{MOST_ROWS}行"));
    }
    if marks.size > MOST_XML && marks.values > 0 {
        return Err(too_large(sheet, marks.size));
    }
    Ok(())
}

fn truthy(value: &str) -> bool {
    matches!(value, "1" | "true")
}

fn hidden_columns(tag: &[u8], into: &mut Vec<u32>) {
    let number = |key| xml::attribute(tag, key).and_then(|v| v.parse::<u32>().ok());
    if !xml::attribute(tag, "hidden").is_some_and(truthy) {
        return;
    }
    if let (Some(min), Some(max)) = (number("min"), number("max")) {
        into.extend((min..=max.min(16_384)).map(|c| c.saturating_sub(1)));
    }
}

/// `D14` → (13, 3)
fn position(text: &str) -> Option<(u32, u32)> {
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (column, row) = text.split_at_checked(split)?;
    let mut n = 0u32;
    for b in column.bytes() {
        let digit = b.to_ascii_uppercase().checked_sub(b'A').filter(|d| *d < 26)?;
        n = n.checked_mul(26)?.checked_add(u32::from(digit) + 1)?;
    }
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, n.checked_sub(1)?))
}

fn area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (position(from)?, position(to)?);
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
}

fn cells(
    book: &mut calamine::Xlsx<Cursor<&[u8]>>,
    name: &str,
    (done, total): (&mut u64, u64),
    progress: &mut dyn Progress,
) -> Result<Builder, BookError> {
    let damaged = |_: calamine::XlsxError| BookError::damaged_sheet(name);
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    let percents: Vec<bool> = reader
        .styles()
        .iter()
        .map(|s| s.number_format.as_ref().is_some_and(|f| f.format_code.contains('%')))
        .collect();
    let mut shared: HashMap<usize, Text> = HashMap::new();
    let mut builder = Builder::default();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::SharedString(s) => {
                Cell::Text(shared.entry(s.as_ptr() as usize).or_insert_with(|| Text::from(*s)).clone())
            }
            DataRef::String(s) => Cell::Text(Text::from(s.as_str())),
            DataRef::Float(f) if percents.get(style).copied().unwrap_or(false) => Cell::Percent(*f),
            DataRef::Float(f) => Cell::Number(*f),
            DataRef::Int(i) => Cell::Number(*i as f64),
            DataRef::Bool(b) => Cell::Bool(*b),
            DataRef::DateTime(d) => Cell::Date(d.as_f64()),
            DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => Cell::Text(Text::from(s.as_str())),
            DataRef::Error(e) => Cell::Error(error_name(e)),
        };
        builder.push(row, column, value);
        *done += 1;
        if done.is_multiple_of(16_384) {
            step(progress, *done, total, Phase::Reading)?;
        }
        if builder.len() > MOST_CELLS {
            return Err(BookError::TooLarge {
                sheet: name.to_owned(),
                size: format!("超过{MOST_CELLS}个有内容的格子"),
                limit: format!("{MOST_CELLS}个"),
            });
        }
    }
    Ok(builder)
}

fn with_no_value(mut builder: Builder, cells: &[(u32, u32)]) -> super::Grid {
    cells.iter().for_each(|(row, column)| builder.push(*row, *column, Cell::NoValue));
    builder.finish()
}

pub(super) const fn error_name(e: &calamine::CellErrorType) -> &'static str {
    use calamine::CellErrorType as E;
    match e {
        E::Div0 => "#DIV/0!",
        E::NA => "#N/A",
        E::Name => "#NAME?",
        E::Null => "#NULL!",
        E::Num => "#NUM!",
        E::Ref => "#REF!",
        E::Value | E::GettingData => "#VALUE!",
    }
}

pub(super) fn xlsb(bytes: &[u8], progress: &mut dyn Progress) -> Result<Vec<BookSheet>, BookError> {
    guard(&mut open(bytes)?, |_| false)?;
    let mut book = calamine::Xlsb::new(Cursor::new(bytes)).map_err(|_| BookError::damaged_book())?;
    let metas = book.sheets_metadata().to_vec();
    super::ole::ranges(&metas, progress, &mut |name| {
        book.worksheet_range(name).map_err(|_| BookError::damaged_sheet(name))
    })
}

pub(super) fn ods(bytes: &[u8], progress: &mut dyn Progress) -> Result<Vec<BookSheet>, BookError> {
    guard(&mut open(bytes)?, |_| false)?;
    let mut book = calamine::Ods::new(Cursor::new(bytes)).map_err(|_| BookError::damaged_book())?;
    let metas = book.sheets_metadata().to_vec();
    super::ole::ranges(&metas, progress, &mut |name| {
        book.worksheet_range(name).map_err(|_| BookError::damaged_sheet(name))
    })
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{Format, Formula, Workbook};

    use super::*;
    use crate::exchange::book::{Grid, Quiet};

    fn shown(grid: &Grid) -> Vec<String> {
        (0..grid.height()).map(|r| format!("{:?}", grid.row(r).collect::<Vec<_>>())).collect()
    }

    /// Every sheet that the fast pass read, held against what the workbook reader finds in it; gives how many it read.
    fn compared(bytes: &[u8]) -> usize {
        let mut zip = open(bytes).unwrap();
        let (paths, known) = (sheet_paths(&mut zip).unwrap(), known(&mut zip));
        let mut book = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
        let mut read = 0;
        for (name, path) in paths {
            let marks = scan(&mut zip, &name, &path, &known, &mut Quiet).unwrap();
            let Some(plain) = marks.plain else { continue };
            let slow = cells(&mut book, &name, (&mut 0, 0), &mut Quiet).unwrap();
            assert_eq!(shown(&plain.finish()), shown(&slow.finish()), "{name}");
            read += 1;
        }
        read
    }

    #[test]
    fn plain_cells_are_those_that_the_workbook_reader_finds() {
        let mut book = Workbook::new();
        let (percent, money) =
            (Format::new().set_num_format("0.0%"), Format::new().set_num_format("#,##0.00"));
        let sheet = book.add_worksheet();
        for (column, word) in ["村名", "面积（亩）", "", "村名", "a<b"].into_iter().enumerate() {
            sheet.write(0, column as u16, word).unwrap();
        }
        for (row, n) in [0.0, -1.5, 0.1 + 0.2, 1e21, 1e-7, 123_456_789.123, 42.0].into_iter().enumerate() {
            let row = row as u32 * 2 + 1;
            sheet.write(row, 0, "清凉村").unwrap();
            sheet.write(row, 1, n).unwrap();
            sheet.write_with_format(row, 2, n, &percent).unwrap();
            sheet.write_with_format(row, 3, n, &money).unwrap();
            sheet.write_blank(row, 4, &money).unwrap();
            sheet.write(row, 27, Formula::new("=B2*2").set_result("7.5")).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        // One word is escaped in the file: where it stands, the sheet is left to the workbook reader.
        assert_eq!(compared(&bytes), 0);
        book.worksheet_from_index(0).unwrap().write(0, 4, "甲乙").unwrap();
        assert_eq!(compared(&book.save_to_buffer().unwrap()), 1);
    }

    #[test]
    fn sheets_with_more_than_numbers_and_words_are_left_to_the_workbook_reader() {
        let day = Format::new().set_num_format("yyyy\"年\"m\"月\"");
        let odd: [&dyn Fn(&mut rust_xlsxwriter::Worksheet); 4] = [
            &|s| _ = s.write_with_format(1, 0, 45_000.0, &day).unwrap(),
            &|s| _ = s.write(1, 0, true).unwrap(),
            &|s| _ = s.write(1, 0, Formula::new("=\"a\"").set_result("a")).unwrap(),
            &|s| _ = s.write(1, 0, " 甲").unwrap(),
        ];
        for (n, write) in odd.into_iter().enumerate() {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            sheet.write(0, 0, "标题").unwrap();
            write(sheet);
            assert_eq!(compared(&book.save_to_buffer().unwrap()), 0, "{n}");
        }
    }

    #[test]
    fn every_sample_reads_the_same_both_ways() {
        let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import");
        let mut books = 0;
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "xlsx") {
                compared(&std::fs::read(&path).unwrap());
                books += 1;
            }
        }
        assert!(books > 0, "no samples");
    }
}
