//! Workbooks of Excel 97–2003 and WPS (.xls, .et), and what else hides in the same container.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, SheetVisible};

use super::grid::{Area, Builder};
use super::{BookError, BookSheet, Cell, MOST_CELLS, Phase, Progress, archive, compound, step};
use crate::value::Text;

/// Whether the container's directory names an entry called `name` (UTF-16LE).
fn names(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wide.len()).any(|w| w == wide)
}

pub(super) fn xls(bytes: &[u8], progress: &mut dyn Progress) -> Result<Vec<BookSheet>, BookError> {
    if names(bytes, "EncryptedPackage") || names(bytes, "EncryptionInfo") {
        return Err(BookError::Protected);
    }
    if !names(bytes, "Workbook") && !names(bytes, "Book") {
        let (what, what_en) = if names(bytes, "WordDocument") {
            ("旧版 Word 文档", "an old Word document")
        } else if names(bytes, "PowerPoint Document") {
            ("旧版演示文稿", "an old presentation")
        } else {
            return Err(BookError::damaged("找不到工作簿", "there is no workbook in it"));
        };
        return Err(BookError::NotAWorkbook { what, what_en });
    }
    if !compound::whole(bytes) {
        return Err(BookError::damaged("后面的部分缺了", "its end is missing"));
    }
    let mut book = opened(bytes)?;
    let metas = book.sheets_metadata().to_vec();
    let mut sheets = ranges(&metas, progress, &mut |name| {
        book.worksheet_range(name).map_err(|_| BookError::damaged_sheet(name))
    })?;
    for sheet in &mut sheets {
        let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        let area = |d: &calamine::Dimensions| Area {
            top: d.start.0,
            left: d.start.1,
            bottom: d.end.0,
            right: d.end.1,
        };
        sheet.grid.merge(merges.iter().map(area).collect());
    }
    Ok(sheets)
}

/// On some damaged files the library panics instead of saying so; to a person they are damaged files. (In the
/// browser nothing can be caught: the worker ends, and the page says which file it was.)
fn opened(bytes: &[u8]) -> Result<calamine::Xls<Cursor<&[u8]>>, BookError> {
    let open = || calamine::Xls::new(Cursor::new(bytes));
    let tried = std::panic::catch_unwind(open).map_err(|_| BookError::damaged_book())?;
    tried.map_err(|e: calamine::XlsError| match e {
        calamine::XlsError::Password => BookError::Protected,
        _ => BookError::damaged_book(),
    })
}

/// Sheets of the formats whose cells come all at once.
pub(super) fn ranges(
    metas: &[calamine::Sheet],
    progress: &mut dyn Progress,
    read: &mut dyn FnMut(&str) -> Result<Range<Data>, BookError>,
) -> Result<Vec<BookSheet>, BookError> {
    let mut sheets = Vec::new();
    for (n, meta) in metas.iter().enumerate() {
        if !matches!(meta.typ, calamine::SheetType::WorkSheet) {
            continue;
        }
        step(progress, n as u64, metas.len() as u64, Phase::Reading)?;
        let range = read(&meta.name)?;
        let mut sheet = BookSheet::new(&meta.name);
        sheet.hidden = meta.visible != SheetVisible::Visible;
        let (top, left) = range.start().unwrap_or_default();
        let mut builder = Builder::default();
        for (row, column, value) in range.used_cells() {
            let (row, column) = (u32::try_from(row), u32::try_from(column));
            let (Ok(row), Ok(column)) = (row, column) else { continue };
            builder.push(top.saturating_add(row), left.saturating_add(column), cell(value));
            if builder.len() > MOST_CELLS {
                return Err(BookError::TooLarge {
                    sheet: meta.name.clone(),
                    size: format!("超过{MOST_CELLS}个有内容的格子"),
                    limit: format!("{MOST_CELLS}个"),
                });
            }
        }
        sheet.grid = builder.finish();
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn cell(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(i) => Cell::Number(*i as f64),
        Data::Float(f) => Cell::Number(*f),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => Cell::Text(Text::from(s.as_str())),
        Data::Bool(b) => Cell::Bool(*b),
        Data::DateTime(d) => Cell::Date(d.as_f64()),
        Data::Error(e) => Cell::Error(archive::error_name(e)),
    }
}
