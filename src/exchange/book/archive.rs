//! Workbooks that are zip archives: xlsx here; xlsb and ods from here on.
//!
//! Sizes are looked at before anything is unpacked; the cells are read as a stream.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::budget::Budget;
use super::detect::Kind;
use super::gathered::Gathered;
use super::grid::Area;
use super::strings::Strings;
use super::worksheet::{Known, Styles, Worksheet, position};
use super::{BookError, BookSheet, MOST_COLUMNS, MOST_ROWS, MOST_XML, Phase, Progress, xml};

pub(super) type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Unpacked bytes of the whole archive, and how many times its packed size that may be.
const MOST_UNPACKED: u64 = 1 << 30;
const MOST_RATIO: u64 = 1000;

pub(super) fn open(bytes: &[u8]) -> Result<Zip<'_>, BookError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| BookError::damaged("压缩目录", "the archive's directory"))
}

/// The part of this name; names are told apart by no letter's size.
pub(super) fn part<'z, 'b>(zip: &'z mut Zip<'b>, path: &str) -> Option<ZipFile<'z, Cursor<&'b [u8]>>> {
    let place = place(zip, path)?;
    zip.by_index(place).ok()
}

/// Where the part of this name stands in the directory.
pub(super) fn place(zip: &Zip<'_>, path: &str) -> Option<usize> {
    zip.index_for_name(path).or_else(|| names(zip).position(|name| name.eq_ignore_ascii_case(path)))
}

fn names<'a>(zip: &'a Zip<'_>) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
    zip.file_names().filter_map(Result::ok)
}

/// What kind of archive it is.
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, BookError> {
    let zip = open(bytes)?;
    let has = |name: &str| place(&zip, name).is_some();
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

/// A part as far as it may be read: a byte more than that is said to be too large.
pub(super) fn limited<R: Read>(part: R, budget: &Budget) -> std::io::Take<R> {
    part.take(MOST_XML.min(budget.work_left()).saturating_add(1))
}

/// What a pass over a worksheet's tags tells.
#[derive(Default)]
struct Marks {
    size: u64,
    cells: u64,
    found: Gathered,
}

pub(super) fn xlsx(
    bytes: &[u8],
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    let mut zip = open(bytes)?;
    guard(&mut zip, |n| n.starts_with("xl/worksheets/") && n.ends_with(".xml"))?;
    let parts = parts(&mut zip, budget)?;
    let known = known(&mut zip, parts.since_1904, budget)?;
    let mut sheets = Vec::new();
    for part in parts.sheets {
        let marks = scan(&mut zip, (&part.name, &part.path), &known, budget, progress)?;
        sheets.push(marks.found.sheet(&part.name, part.hidden, budget)?);
    }
    Ok(sheets)
}

/// The archive of a format whose parts are all read whole.
pub(super) fn whole(bytes: &[u8]) -> Result<Zip<'_>, BookError> {
    let mut zip = open(bytes)?;
    guard(&mut zip, |_| false)?;
    Ok(zip)
}

/// What `xl/workbook.xml` says.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) sheets: Vec<Part>,
    since_1904: bool,
}

/// One worksheet's part.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) path: String,
    hidden: bool,
}

/// Where a relationship leads.
pub(super) enum Target {
    /// The part of a sheet with cells.
    Cells(String),
    /// A chart or a dialog.
    Other,
}

/// The relationships of the workbook, by their names.
pub(super) fn targets(
    zip: &mut Zip<'_>,
    path: &str,
    budget: &mut Budget,
) -> Result<HashMap<String, Target>, BookError> {
    let mut targets = HashMap::new();
    each_tag(zip, path, budget, &mut |_, tag, budget| {
        if xml::name(tag) == b"Relationship"
            && let (Some(id), Some(target)) = (xml::attribute(tag, "Id"), xml::attribute(tag, "Target"))
        {
            budget.text(id.len().saturating_add(target.len()).saturating_add(size_of::<Target>()), path)?;
            let of_cells = xml::attribute(tag, "Type").is_none_or(|t| t.ends_with("/worksheet"));
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            let target = if of_cells { Target::Cells(path) } else { Target::Other };
            targets.insert(id.to_owned(), target);
        }
        Ok(())
    })?;
    Ok(targets)
}

/// The worksheets with the paths of their parts, in the workbook's order; charts and dialogs are none.
pub(super) fn parts(zip: &mut Zip<'_>, budget: &mut Budget) -> Result<Parts, BookError> {
    let targets = targets(zip, "xl/_rels/workbook.xml.rels", budget)?;
    let mut parts = Parts::default();
    each_tag(zip, "xl/workbook.xml", budget, &mut |_, tag, budget| {
        let name = xml::name(tag);
        if name == b"workbookPr" {
            parts.since_1904 |= xml::attribute(tag, "date1904").is_some_and(truthy);
        }
        if name == b"sheet"
            && let Some(name) = xml::attribute(tag, "name").map(xml::unescape)
        {
            budget.text(name.len().saturating_add(size_of::<BookSheet>()), "xl/workbook.xml")?;
            match xml::attribute(tag, "id").and_then(|id| targets.get(id)) {
                Some(Target::Cells(path)) => {
                    let hidden = xml::attribute(tag, "state").is_some_and(|s| s != "visible");
                    parts.sheets.push(Part { name, path: path.clone(), hidden });
                }
                Some(Target::Other) => {}
                // A sheet that is named and not there may have held figures.
                None => return Err(BookError::damaged_sheet(&name)),
            }
        }
        Ok(())
    })?;
    Ok(parts)
}

type OnTag<'f> = dyn FnMut(&[u8], &[u8], &mut Budget) -> Result<(), BookError> + 'f;

/// Goes through the tags of a part.
fn each_tag(
    zip: &mut Zip<'_>,
    path: &str,
    budget: &mut Budget,
    on_tag: &mut OnTag<'_>,
) -> Result<(), BookError> {
    let file = part(zip, path).ok_or_else(|| BookError::damaged(path, path))?;
    let mut wrong = None;
    let read = xml::tags(limited(file, budget), &mut |before, tag| {
        wrong = on_tag(before, tag, budget).err();
        if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    budget.work(read.map_err(|_| BookError::damaged(path, path))?, path)
}

/// What cells refer to; a workbook may have no shared words and no styles.
fn known(zip: &mut Zip<'_>, since_1904: bool, budget: &mut Budget) -> Result<Known, BookError> {
    let (mut strings, mut styles) = (Strings::default(), Styles::default());
    let path = "xl/sharedStrings.xml";
    if place(zip, path).is_some() {
        each_tag(zip, path, budget, &mut |before, tag, budget| strings.tag(before, tag, budget))?;
    }
    let path = "xl/styles.xml";
    if place(zip, path).is_some() {
        each_tag(zip, path, budget, &mut |_, tag, budget| styles.tag(tag, budget))?;
    }
    Ok(Known::new(strings, styles, since_1904))
}

/// One pass: counts, merged areas, hidden rows and columns, and the cells.
fn scan(
    zip: &mut Zip<'_>,
    (sheet, path): (&str, &str),
    known: &Known,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Marks, BookError> {
    let file = part(zip, path).ok_or_else(|| BookError::damaged_sheet(sheet))?;
    let mut pass = Pass {
        worksheet: Worksheet::new(known, file.size()),
        marks: Marks::default(),
        row: 0,
        ticks: 0,
        stopped: false,
        most_cells: usize::try_from(budget.cells_left()).unwrap_or(usize::MAX),
        progress,
    };
    // Worksheets may be long and empty: how long is counted, and told from what they hold.
    let read = xml::listen(file.take(budget.work_left().saturating_add(1)), &mut pass);
    let Pass { worksheet, mut marks, row, stopped, .. } = pass;
    marks.size = read.map_err(|_| BookError::damaged_sheet(sheet))?;
    if stopped {
        return Err(BookError::Cancelled);
    }
    budget.work(marks.size, sheet)?;
    budget.cells(worksheet.len() as u64, sheet)?;
    budget.words(worksheet.words(), sheet)?;
    within_limits(sheet, &marks, row, worksheet.len())?;
    marks.found.cells = worksheet.finish().ok_or_else(|| BookError::damaged_sheet(sheet))?;
    marks.found.blanks = marks.cells.saturating_sub(marks.found.cells.len() as u64);
    Ok(marks)
}

/// A pass over a worksheet that is under way.
struct Pass<'a> {
    worksheet: Worksheet<'a>,
    marks: Marks,
    /// As the sheet numbers it.
    row: u32,
    ticks: u32,
    stopped: bool,
    most_cells: usize,
    progress: &'a mut dyn Progress,
}

impl xml::Listener for Pass<'_> {
    fn ahead(&mut self, next: &[u8]) -> usize {
        let (bytes, cells) = self.worksheet.plain_cells(next, self.most_cells);
        self.marks.cells += cells;
        bytes
    }

    fn tag(&mut self, before: &[u8], tag: &[u8]) -> ControlFlow<()> {
        let (inside, found) = (self.worksheet.is_inside(), &mut self.marks.found);
        self.worksheet.tag(before, tag);
        // What stands in a cell is no row and no column.
        let name: &[u8] = if inside { b"" } else { xml::name(tag) };
        match name {
            b"c" => self.marks.cells += 1,
            b"row" => {
                let said = xml::attribute(tag, "r").and_then(|r| r.parse().ok());
                self.row = said.unwrap_or(self.row.saturating_add(1));
                if xml::attribute(tag, "hidden").is_some_and(truthy) {
                    found.hidden_rows.push(self.row.saturating_sub(1));
                }
                self.ticks += 1;
                let cells = self.marks.cells;
                self.stopped = self.ticks.is_multiple_of(512)
                    && self.progress.step(cells, cells, Phase::Opening).is_break();
            }
            b"col" => found.hidden_columns.extend(hidden_columns(tag)),
            b"mergeCell" => found.merges.extend(xml::attribute(tag, "ref").and_then(area)),
            _ => {}
        }
        let sheet = &self.worksheet;
        let over = sheet.len() > self.most_cells || sheet.words() > MOST_XML || sheet.is_odd();
        let over = over || self.marks.found.hidden_columns.len() > MOST_SPANS || self.row > MOST_ROWS;
        if self.stopped || over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Declarations of columns in a worksheet: each of them may stand for all columns, and one for each is enough.
const MOST_SPANS: usize = 1 << 20;

fn within_limits(sheet: &str, marks: &Marks, rows: u32, filled: usize) -> Result<(), BookError> {
    if rows > MOST_ROWS {
        let (size, limit) = (format!("{rows}行"), format!("{MOST_ROWS}行"));
        return Err(BookError::TooLarge { sheet: sheet.to_owned(), size, limit });
    }
    if marks.size > MOST_XML && filled > 0 {
        return Err(too_large(sheet, marks.size));
    }
    if marks.found.hidden_columns.len() > MOST_SPANS {
        return Err(BookError::damaged_sheet(sheet));
    }
    Ok(())
}

fn truthy(value: &str) -> bool {
    matches!(value, "1" | "true")
}

fn hidden_columns(tag: &[u8]) -> std::ops::Range<u32> {
    let number = |key| xml::attribute(tag, key).and_then(|v| v.parse::<u32>().ok());
    match (number("min"), number("max")) {
        (Some(min), Some(max)) if xml::attribute(tag, "hidden").is_some_and(truthy) => {
            min.saturating_sub(1)..max.min(MOST_COLUMNS)
        }
        _ => 0..0,
    }
}

fn area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (position(from.as_bytes())?, position(to.as_bytes())?);
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
}
