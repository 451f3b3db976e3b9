//! Workbooks that are zip archives: xlsx, xlsb, ods.
//!
//! Sizes are looked at before anything is unpacked; the cells are read as a stream.

use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;

use calamine::Reader as _;
use zip::ZipArchive;

use super::detect::Kind;
use super::grid::{Area, Builder};
use super::strings::Strings;
use super::worksheet::{Known, Styles, Worksheet, position};
use super::{BookError, BookSheet, MOST_CELLS, MOST_ROWS, MOST_XML, Phase, Progress, xml};

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
    /// Its cells.
    filled: Builder,
}

pub(super) fn xlsx(bytes: &[u8], progress: &mut dyn Progress) -> Result<Vec<BookSheet>, BookError> {
    let mut zip = open(bytes)?;
    guard(&mut zip, |n| n.starts_with("xl/worksheets/") && n.ends_with(".xml"))?;
    let parts = parts(&mut zip)?;
    let known = known(&mut zip, parts.since_1904)?;
    let mut sheets = Vec::new();
    for part in parts.sheets {
        let marks = scan(&mut zip, &part.name, &part.path, &known, progress)?;
        let mut sheet = BookSheet::new(&part.name);
        sheet.hidden = part.hidden;
        sheet.blank_cells = marks.cells.saturating_sub(marks.values);
        sheet.grid = marks.filled.finish();
        sheet.grid.merge(marks.merges);
        sheet.hidden_rows = marks.hidden_rows;
        sheet.hidden_columns = marks.hidden_columns;
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// What `xl/workbook.xml` says.
#[derive(Default)]
struct Parts {
    sheets: Vec<Part>,
    since_1904: bool,
}

/// One worksheet's part.
struct Part {
    name: String,
    path: String,
    hidden: bool,
}

/// The worksheets with the paths of their parts, in the workbook's order; charts and dialogs are none.
fn parts(zip: &mut Zip<'_>) -> Result<Parts, BookError> {
    // None for a sheet that is a chart or a dialog.
    let mut targets: HashMap<String, Option<String>> = HashMap::new();
    each_tag(zip, "xl/_rels/workbook.xml.rels", &mut |_, tag| {
        if xml::name(tag) == b"Relationship"
            && let (Some(id), Some(target)) = (xml::attribute(tag, "Id"), xml::attribute(tag, "Target"))
        {
            let of_cells = xml::attribute(tag, "Type").is_none_or(|t| t.ends_with("/worksheet"));
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            targets.insert(id.to_owned(), of_cells.then_some(path));
        }
    })?;
    let mut lacking = None;
    let mut parts = Parts::default();
    each_tag(zip, "xl/workbook.xml", &mut |_, tag| {
        let name = xml::name(tag);
        if name == b"workbookPr" {
            parts.since_1904 |= xml::attribute(tag, "date1904").is_some_and(truthy);
        }
        if name == b"sheet"
            && let Some(name) = xml::attribute(tag, "name").map(xml::unescape)
        {
            match xml::attribute(tag, "id").and_then(|id| targets.get(id)) {
                Some(Some(path)) => {
                    let hidden = xml::attribute(tag, "state").is_some_and(|s| s != "visible");
                    parts.sheets.push(Part { name, path: path.clone(), hidden });
                }
                Some(None) => {}
                None => lacking = Some(name),
            }
        }
    })?;
    // A sheet that is named and not there may have held figures.
    lacking.map_or(Ok(parts), |name| Err(BookError::damaged_sheet(&name)))
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

/// What cells refer to; a workbook may have no shared words and no styles.
fn known(zip: &mut Zip<'_>, since_1904: bool) -> Result<Known, BookError> {
    let (mut strings, mut styles) = (Strings::default(), Styles::default());
    if zip.index_for_name("xl/sharedStrings.xml").is_some() {
        each_tag(zip, "xl/sharedStrings.xml", &mut |before, tag| strings.tag(before, tag))?;
    }
    if zip.index_for_name("xl/styles.xml").is_some() {
        each_tag(zip, "xl/styles.xml", &mut |_, tag| styles.tag(tag))?;
    }
    Ok(Known::new(strings, styles, since_1904))
}

/// One pass: counts, merged areas, hidden rows and columns, and the cells.
fn scan(
    zip: &mut Zip<'_>,
    sheet: &str,
    path: &str,
    known: &Known,
    progress: &mut dyn Progress,
) -> Result<Marks, BookError> {
    let mut marks = Marks::default();
    let mut worksheet = Worksheet::new(known);
    let file = zip.by_name(path).map_err(|_| BookError::damaged_sheet(sheet))?;
    let size = file.size();
    let mut row = 0u32;
    let mut stopped = false;
    let mut ticks = 0u32;
    // A little more than declared is a lie about the size; a lot more is never read.
    let limited = file.take(MOST_XML.max(size).saturating_add(1));
    let read = xml::tags(limited, &mut |before, tag| {
        worksheet.tag(before, tag);
        match xml::name(tag) {
            b"c" => marks.cells += 1,
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
        let over = worksheet.len() > MOST_CELLS;
        if stopped || over || row > MOST_ROWS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    marks.size = read.map_err(|_| BookError::damaged_sheet(sheet))?;
    if stopped {
        return Err(BookError::Cancelled);
    }
    marks.values = worksheet.len() as u64;
    within_limits(sheet, &marks, row)?;
    marks.filled = worksheet.finish().ok_or_else(|| BookError::damaged_sheet(sheet))?;
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

fn area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (position(from.as_bytes())?, position(to.as_bytes())?);
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
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
    use crate::exchange::book::{Cell, Quiet};

    /// Every sheet held against what another reader finds in it; gives how many cells were compared.
    fn compared(bytes: &[u8]) -> usize {
        let mut book = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
        let mut read = 0;
        for sheet in xlsx(bytes, &mut Quiet).unwrap() {
            let range = book.worksheet_range(&sheet.name).unwrap();
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let own = sheet.grid.get(top + row as u32, left + column as u32);
                let place = format!("{} {row} {column} {own:?} {value:?}", sheet.name);
                match (own, value) {
                    (Cell::Text(t), calamine::Data::String(s)) => assert_eq!(&**t, s, "{place}"),
                    (Cell::Number(a) | Cell::Percent(a), calamine::Data::Float(b)) => {
                        assert_eq!(a, b, "{place}")
                    }
                    (Cell::Number(a), calamine::Data::Int(b)) => assert_eq!(*a, *b as f64, "{place}"),
                    (Cell::Date(a), calamine::Data::DateTime(b)) => assert_eq!(*a, b.as_f64(), "{place}"),
                    (Cell::Bool(a), calamine::Data::Bool(b)) => assert_eq!(a, b, "{place}"),
                    (Cell::Error(a), calamine::Data::Error(b)) => assert_eq!(*a, error_name(b), "{place}"),
                    (Cell::Empty, calamine::Data::String(s)) => assert!(s.trim().is_empty(), "{place}"),
                    _ => panic!("{place}"),
                }
                read += 1;
            }
        }
        read
    }

    #[test]
    fn cells_are_those_that_another_reader_finds() {
        let mut book = Workbook::new();
        let (percent, money) =
            (Format::new().set_num_format("0.0%"), Format::new().set_num_format("#,##0.00"));
        let day = Format::new().set_num_format("yyyy\"年\"m\"月\"");
        let sheet = book.add_worksheet();
        for (column, word) in ["村名", "面积（亩）", "", "村名", "a<b", " 甲"].into_iter().enumerate()
        {
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
        sheet.write_with_format(30, 0, 45_000.0, &day).unwrap();
        sheet.write(30, 1, true).unwrap();
        sheet.write(30, 2, Formula::new("=\"a\"").set_result("a")).unwrap();
        sheet.write(30, 3, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        assert!(compared(&book.save_to_buffer().unwrap()) > 40);
    }

    #[test]
    fn every_sample_reads_the_same_both_ways() {
        let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import");
        let mut cells = 0;
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "xlsx") {
                cells += compared(&std::fs::read(&path).unwrap());
            }
        }
        assert!(cells > 1000, "no samples");
    }
}
