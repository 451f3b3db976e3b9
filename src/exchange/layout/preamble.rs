//! What stands over a header: title, unit line, who reports and when.

use super::header::{Block, overlaps};
use super::words;
use super::{Note, RowPart, UnitNote};
use crate::exchange::book::{Area, BookSheet, Cell, address};
use crate::value::order;
use crate::value::{number, unit};

/// What was read over the header.
#[derive(Debug, Default)]
pub(super) struct Preamble {
    pub title: Option<Note>,
    pub unit: Option<String>,
    pub units: Vec<UnitNote>,
    pub reporter: Option<Note>,
    pub reported_on: Option<Note>,
    /// Rows from the first that belongs to the table, with their kinds.
    pub rows: Vec<(u32, RowPart)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Unit,
    Reporter,
    Date,
    Nothing,
}

/// Labels of the lines over a table, the longer ones first.
const LABELS: &[(&str, Says)] = &[
    ("填报单位(盖章):", Says::Reporter),
    ("填表单位(盖章):", Says::Reporter),
    ("单位(盖章):", Says::Reporter),
    ("填报单位:", Says::Reporter),
    ("填表单位:", Says::Reporter),
    ("制表单位:", Says::Reporter),
    ("报送单位:", Says::Reporter),
    ("编制单位:", Says::Reporter),
    ("单位名称:", Says::Reporter),
    ("填报乡镇:", Says::Reporter),
    ("所属乡镇:", Says::Reporter),
    ("乡镇:", Says::Reporter),
    ("行政村:", Says::Reporter),
    ("村名:", Says::Reporter),
    ("村:", Says::Reporter),
    ("计量单位:", Says::Unit),
    ("金额单位:", Says::Unit),
    ("货币单位:", Says::Unit),
    ("面积单位:", Says::Unit),
    ("单位:", Says::Unit),
    ("填报日期:", Says::Date),
    ("填表日期:", Says::Date),
    ("填报时间:", Says::Date),
    ("报出日期:", Says::Date),
    ("统计时间:", Says::Date),
    ("截止日期:", Says::Date),
    ("截止时间:", Says::Date),
    ("日期:", Says::Date),
    ("时间:", Says::Date),
    ("填表人:", Says::Nothing),
    ("填报人:", Says::Nothing),
    ("审核人:", Says::Nothing),
    ("制表人:", Says::Nothing),
    ("负责人:", Says::Nothing),
    ("联系电话:", Says::Nothing),
    ("电话:", Says::Nothing),
];

const MOST_ROWS: u32 = 6;

/// The first row over the header at `top` that belongs to its table, at the earliest after `after`.
pub(super) fn begin(sheet: &BookSheet, top: u32, after: u32) -> u32 {
    let mut first = top;
    let mut blanks = 0;
    let mut row = top;
    while row > after + 1 && top - row < MOST_ROWS {
        row -= 1;
        match line(sheet, row) {
            Line::Blank => {
                blanks += 1;
                if blanks > 1 || first != top {
                    break;
                }
            }
            Line::Words => first = row,
            Line::Other => break,
        }
    }
    first
}

enum Line {
    Blank,
    Words,
    Other,
}

/// Whether a row can stand over a table: labels, or one sentence and nothing else.
fn line(sheet: &BookSheet, row: u32) -> Line {
    let cells: Vec<(u32, &Cell)> = sheet.grid.row(row).collect();
    if cells.is_empty() {
        return Line::Blank;
    }
    if cells.iter().any(|(_, c)| matches!(c, Cell::Number(_) | Cell::Percent(_))) {
        return Line::Other;
    }
    let texts: Vec<String> = cells.iter().map(|(_, c)| plain(c)).collect();
    let labelled = texts.iter().any(|t| LABELS.iter().any(|(l, s)| *s != Says::Nothing && t.contains(l)));
    let footer = texts.first().is_some_and(|t| words::is_footer(t) || super::rows::total_word(t).is_some());
    // Titles of tables side by side stand in one row, each a sentence.
    let sentences = texts.len() <= 3 && texts.iter().all(|t| t.chars().count() >= 4) || texts.len() == 1;
    if !footer && (labelled || sentences) { Line::Words } else { Line::Other }
}

/// NFKC without blanks: `填 报 单 位：` becomes `填报单位:`.
fn plain(cell: &Cell) -> String {
    crate::exchange::text::fold(&cell.shown())
}

pub(super) fn read(sheet: &BookSheet, block: &Block) -> Preamble {
    let first = if block.start == 0 {
        // The first table of a sheet owns everything over it.
        (0..block.top).find(|r| sheet.grid.row(*r).next().is_some()).unwrap_or(block.top)
    } else {
        begin(sheet, block.top, block.start.saturating_sub(1))
    };
    let mut out = Preamble::default();
    for row in first..block.top {
        let kind = read_row(sheet, block, row, &mut out);
        out.rows.push((row, kind));
    }
    out
}

fn read_row(sheet: &BookSheet, block: &Block, row: u32, out: &mut Preamble) -> RowPart {
    let cells: Vec<(u32, &Cell)> =
        sheet.grid.row(row).filter(|(c, _)| belongs(sheet, block, row, *c)).collect();
    let mut kind = if cells.is_empty() { RowPart::Blank } else { RowPart::Note };
    for (n, (column, cell)) in cells.iter().enumerate() {
        let text = cell.shown();
        let place = address(row, *column);
        let said = labels(&text);
        if said.is_empty() {
            let taken =
                n.checked_sub(1).and_then(|b| cells.get(b)).is_some_and(|(_, b)| open_label(b).is_some());
            if !taken && better_title(out.title.as_ref(), &text) {
                out.title = Some(Note { text: text.trim().to_owned(), cell: place });
                kind = RowPart::Title;
            }
            continue;
        }
        if kind != RowPart::Title {
            kind = RowPart::UnitLine;
        }
        for (says, value) in said {
            // 填报单位： | 某镇 – the value stands in the next cell.
            let next = cells.get(n + 1).filter(|(_, c)| labels(&c.shown()).is_empty());
            let (value, place) = match (value.is_empty(), next) {
                (true, Some((c, cell))) => (cell.shown(), address(row, *c)),
                _ => (value, place.clone()),
            };
            note(out, says, &value, place);
        }
        // 2024年收支情况表（单位：万元）
        if let Some(title) = title_before_label(&text)
            && better_title(out.title.as_ref(), &title)
        {
            out.title = Some(Note { text: title, cell: address(row, *column) });
            kind = RowPart::Title;
        }
    }
    kind
}

/// A cell over the block, or in a merged area that reaches over it; the right end of a unit line may hang
/// over the last column.
fn belongs(sheet: &BookSheet, block: &Block, row: u32, column: u32) -> bool {
    let alone = block.columns.len() as u32 >= sheet.grid.width().saturating_sub(2);
    let own = Area { top: row, left: column, bottom: row, right: column };
    let area = sheet.grid.merge_at(row, column).copied().unwrap_or(own);
    alone || overlaps(&area, block)
}

fn better_title(before: Option<&Note>, text: &str) -> bool {
    let text = text.trim();
    let long = text.chars().count();
    let numbered = ["附件", "附表"].iter().any(|p| text.starts_with(p)) && long <= 6;
    long >= 2 && !numbered && before.is_none_or(|b| b.text.chars().count() < long)
}

fn open_label(cell: &Cell) -> Option<Says> {
    match labels(&cell.shown()).as_slice() {
        [.., (says, value)] if value.is_empty() => Some(*says),
        _ => None,
    }
}

fn title_before_label(text: &str) -> Option<String> {
    let at = text.find(['（', '(']).filter(|at| text.get(*at..).is_some_and(|t| t.contains("单位")))?;
    let title = text.get(..at)?.trim();
    (title.chars().count() >= 4).then(|| title.to_owned())
}

/// The labels of a text with what stands behind each.
fn labels(text: &str) -> Vec<(Says, String)> {
    let folded: String = number::normalise_words(text);
    let mut at: Vec<(usize, usize, Says)> = Vec::new();
    for (label, says) in LABELS {
        for (from, word) in folded.match_indices(label) {
            let to = from + word.len();
            if at.iter().all(|(f, t, _)| to <= *f || from >= *t) {
                at.push((from, to, *says));
            }
        }
    }
    order::sort_by_key(&mut at, |(from, ..)| *from);
    let ends: Vec<usize> = at.iter().skip(1).map(|(f, ..)| *f).chain([folded.len()]).collect();
    at.iter()
        .zip(ends)
        .map(|((_, to, says), end)| {
            let value = folded.get(*to..end).unwrap_or_default();
            (*says, value.trim_end_matches([')', ']', ',', ';', '。']).to_owned())
        })
        .collect()
}

fn note(out: &mut Preamble, says: Says, value: &str, cell: String) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    match says {
        Says::Unit => units(out, value, cell),
        Says::Reporter if out.reporter.is_none() => {
            out.reporter = Some(Note { text: value.to_owned(), cell });
        }
        Says::Date if out.reported_on.is_none() => {
            out.reported_on = Some(Note { text: value.to_owned(), cell });
        }
        _ => {}
    }
}

/// 亩、吨、万元: the first unit of each class counts. Words that are no unit name the reporter.
fn units(out: &mut Preamble, value: &str, cell: String) {
    let whole = unit::find(value);
    let parts: Vec<unit::Unit> = match whole {
        Some(one) => vec![one],
        None => value.split(['、', ',', '，', ';', '/', '和', ' ', '|']).filter_map(unit::find).collect(),
    };
    if parts.is_empty() {
        if out.reporter.is_none() {
            out.reporter = Some(Note { text: value.to_owned(), cell });
        }
        return;
    }
    out.unit = Some(value.to_owned());
    for part in parts {
        if out.units.iter().all(|u| u.class != part.class) {
            out.units.push(UnitNote { unit: part.name, class: part.class, cell: cell.clone() });
        }
    }
}
