//! What stands over a header: title, unit line, who reports and when.

use super::header::{Block, overlaps};
use super::words;
use super::{Note, RowPart, UnitNote, units};
use crate::exchange::book::{Area, BookSheet, Cell, address};
use crate::exchange::text::{bare, fold, simplified};
use crate::value::order;
use crate::value::unit::Unit;
use crate::value::{number, when};

/// What was read over the header.
#[derive(Debug, Default)]
pub(super) struct Preamble {
    pub title: Option<Note>,
    pub unit: Option<String>,
    pub units: Vec<UnitNote>,
    /// Units that stand over another table of the same rows.
    pub hints: Vec<UnitNote>,
    /// Lines that say nothing but a period, and what follows 所属期：
    pub periods: Vec<Note>,
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
    Period,
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
    ("统计年度:", Says::Period),
    ("所属年度:", Says::Period),
    ("所属期间:", Says::Period),
    ("所属期:", Says::Period),
    ("报告期:", Says::Period),
    ("统计期间:", Says::Period),
    ("期间:", Says::Period),
    ("年度:", Says::Period),
    ("年份:", Says::Period),
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
    let footer = texts
        .first()
        .is_some_and(|t| words::is_footer(t) || words::goes_on(t) || super::rows::total_word(t).is_some());
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
    let own = |column: u32| belongs(sheet, block, row, column);
    for (column, cell) in sheet.grid.row(row).filter(|(c, _)| !own(*c)) {
        let text = cell.shown();
        add(&mut out.hints, units::stated(&text), &address(row, column), &text);
    }
    let cells: Vec<(u32, &Cell)> = sheet.grid.row(row).filter(|(c, _)| own(*c)).collect();
    let mut kind = if cells.is_empty() { RowPart::Blank } else { RowPart::Note };
    for (n, (column, cell)) in cells.iter().enumerate() {
        let text = cell.shown();
        let place = address(row, *column);
        let said = labels(&text);
        if said.is_empty() {
            let taken =
                n.checked_sub(1).and_then(|b| cells.get(b)).is_some_and(|(_, b)| open_label(b).is_some());
            let stated = units::stated(&text);
            if !stated.is_empty() {
                say_units(out, stated, &text, &place);
                if kind != RowPart::Title {
                    kind = RowPart::UnitLine;
                }
            }
            if only_when(&text) {
                out.periods.push(Note { text: text.trim().to_owned(), cell: place.clone() });
            }
            if !taken && better_title(out.title.as_ref(), &text) && !only_units(&text) {
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

/// A cell over the block, or in a merged area that reaches over it. A table that has its rows for itself owns what
/// stands over it, however far to the right.
fn belongs(sheet: &BookSheet, block: &Block, row: u32, column: u32) -> bool {
    let own = Area { top: row, left: column, bottom: row, right: column };
    let area = sheet.grid.merge_at(row, column).copied().unwrap_or(own);
    block.alone || overlaps(&area, block)
}

/// A name of a table before any other line, no papers' numbers, and of its like the longer one.
fn better_title(before: Option<&Note>, text: &str) -> bool {
    let text = text.trim();
    let long = text.chars().count();
    let numbered = ["附件", "附表"].iter().any(|p| text.starts_with(p)) && long <= 6;
    let rank = |text: &str| (words::names_a_table(text), !is_official(text), text.chars().count());
    long >= 2 && !numbered && before.is_none_or(|b| rank(&b.text) < rank(text))
}

/// 批准文号, 有效期至 and their kin, as statistical forms print them in their corner.
fn is_official(text: &str) -> bool {
    const MARKS: &[&str] =
        &["文号", "批准", "有效期", "备案", "机关", "表号", "核定", "依据", "根据", "印发", "统计法", "〔"];
    let folded = fold(text);
    MARKS.iter().any(|m| folded.contains(m))
}

/// （2024年度）, 2024年1-6月: a line that says when, and nothing else.
fn only_when(text: &str) -> bool {
    let folded = fold(text);
    let inside = folded.replace(['(', ')'], "");
    let named = folded.contains(['年', '月', '季']) || inside.chars().all(|c| c.is_ascii_digit());
    named
        && [inside.clone(), bare(&folded)].iter().any(|t| when::period(t, None).is_ok())
        && !inside.contains('日')
}

/// （万元） is no title.
pub(super) fn only_units(text: &str) -> bool {
    let stated = units::stated(text);
    let named: usize = stated.iter().map(|u| u.name.chars().count()).sum();
    !stated.is_empty() && bare(&fold(text)).chars().count() <= named + 8 && !words::names_a_table(text)
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
    let folded: String = number::normalise_words(text).chars().map(simplified).collect();
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
        Says::Period => out.periods.push(Note { text: value.to_owned(), cell }),
        Says::Date if out.reported_on.is_none() => {
            out.reported_on = Some(Note { text: value.to_owned(), cell });
        }
        _ => {}
    }
}

/// 亩、吨、万元. Words that are no unit name the reporter.
fn units(out: &mut Preamble, value: &str, cell: String) {
    let found = units::stated(value);
    if found.is_empty() {
        if out.reporter.is_none() {
            out.reporter = Some(Note { text: value.to_owned(), cell });
        }
        return;
    }
    say_units(out, found, value, &cell);
}

fn say_units(out: &mut Preamble, found: Vec<Unit>, said: &str, cell: &str) {
    out.unit = Some(said.trim().to_owned());
    add(&mut out.units, found, cell, said);
}

/// The first unit of each class counts; another one of that class says that nobody knows.
pub(super) fn add(to: &mut Vec<UnitNote>, found: Vec<Unit>, cell: &str, said: &str) {
    for unit in found {
        match to.iter_mut().find(|u| u.class == unit.class) {
            Some(known) => known.doubtful |= known.unit != unit.name,
            None => to.push(UnitNote {
                unit: unit.name,
                class: unit.class,
                cell: cell.to_owned(),
                said: said.trim().to_owned(),
                doubtful: false,
                told: false,
            }),
        }
    }
}
