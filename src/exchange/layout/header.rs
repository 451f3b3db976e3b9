//! Where headers are, and what their columns are called.

use super::words::{self, Headings};
use crate::exchange::book::{Area, BookSheet, Cell};
use crate::exchange::text::{Known, fold};
use crate::value::{Text, unit};

/// A header with its columns: one table begins under it.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// First and last row of the header.
    pub top: u32,
    pub bottom: u32,
    /// The row where the next table's title or header begins; the sheet's height when there is none.
    pub end: u32,
    /// The row after the table before it.
    pub start: u32,
    pub columns: Vec<Heading>,
    /// No other table stands beside it.
    pub alone: bool,
}

/// A column's heading.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    pub index: u32,
    pub heading: String,
    /// From a header row that holds nothing but units.
    pub unit: Option<String>,
}

impl Block {
    pub fn left(&self) -> u32 {
        self.columns.first().map_or(0, |c| c.index)
    }

    pub fn right(&self) -> u32 {
        self.columns.last().map_or(0, |c| c.index)
    }

    pub fn covers(&self, column: u32) -> bool {
        self.left() <= column && column <= self.right()
    }
}

/// Statistical forms have groups, products, prices, figures, units and numbers of columns one under the other.
const MOST_HEADER_ROWS: u32 = 6;
const MOST_COLUMNS: u32 = 600;

/// What is remembered about words that were already judged.
struct Judge<'a> {
    headings: &'a Headings,
    known: Known<bool>,
}

impl Judge<'_> {
    fn heads(&self, text: &Text) -> bool {
        self.known.of(text, |text| self.headings.heads(text))
    }
}

/// Every header of the sheet, side by side ones split, in order.
pub(super) fn blocks(sheet: &BookSheet, words: &Headings) -> Vec<Block> {
    let grid = &sheet.grid;
    let judge = Judge { headings: words, known: Known::default() };
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut row = 0;
    while row < grid.height() {
        if begins(sheet, row, &judge) && may_follow(sheet, &found, row) {
            let top = climb(sheet, row, found.last().map_or(0, |(_, b)| b + 1), &judge);
            let bottom = extend(sheet, top, row, &judge);
            if !repeats(sheet, found.last(), (top, bottom)) {
                found.push((top, bottom));
            }
            row = bottom + 1;
        } else {
            row += 1;
        }
    }
    if found.is_empty() {
        found.extend(plainest(sheet));
    }
    let mut out = Vec::new();
    for (n, (top, bottom)) in found.iter().enumerate() {
        let start = n.checked_sub(1).and_then(|b| found.get(b)).map_or(0, |(_, b)| b + 1);
        let end =
            found.get(n + 1).map_or(grid.height(), |(next, _)| super::preamble::begin(sheet, *next, *bottom));
        let columns = headings(sheet, *top, *bottom, end);
        let beside = side_by_side(words, sheet, columns, *bottom, end);
        let alone = beside.len() == 1;
        for columns in beside {
            out.push(Block { top: *top, bottom: *bottom, end, start, columns, alone });
        }
    }
    out
}

/// Under a table only a title, a blank row or the same headings begin another: rows of words do not.
fn may_follow(sheet: &BookSheet, found: &[(u32, u32)], row: u32) -> bool {
    let Some((first, last)) = found.first().zip(found.last()) else { return true };
    if super::preamble::begin(sheet, row, last.1) < row
        || sheet.grid.row(row.saturating_sub(1)).next().is_none()
    {
        return true;
    }
    let known: Vec<String> =
        (first.0..=first.1).flat_map(|r| sheet.grid.row(r).map(|(_, c)| c.shown())).collect();
    let (mut same, mut all) = (0usize, 0usize);
    for (_, cell) in sheet.grid.row(row) {
        all += 1;
        same += usize::from(known.contains(&cell.shown()));
    }
    same * 2 >= all
}

/// A header that is printed again on a new page, without a title of its own, belongs to the table before.
fn repeats(sheet: &BookSheet, before: Option<&(u32, u32)>, now: (u32, u32)) -> bool {
    let Some((top, bottom)) = before else { return false };
    if bottom - top != now.1 - now.0 {
        return false;
    }
    let same = (0..=bottom - top).all(|k| {
        let a = sheet.grid.row(top + k).map(|(c, v)| (c, v.shown()));
        let b = sheet.grid.row(now.0 + k).map(|(c, v)| (c, v.shown()));
        a.eq(b)
    });
    // A title or a unit line in between means a table of its own.
    same && super::preamble::begin(sheet, now.0, *bottom) == now.0
}

fn is_year(cell: &Cell) -> bool {
    match cell {
        Cell::Number(n) => (1990.0..=2100.0).contains(n) && n.fract() == 0.0,
        Cell::Text(t) => {
            t.trim().len() == 4 && t.trim().parse::<u16>().is_ok_and(|y| (1990..=2100).contains(&y))
        }
        _ => false,
    }
}

/// At least two headings, no numbers but years, and more than half of the words known as headings.
fn begins(sheet: &BookSheet, row: u32, judge: &Judge<'_>) -> bool {
    // Most rows of a sheet hold figures: one of them decides, before any word is read.
    if sheet.grid.row(row).any(|(_, c)| c.text().is_none() && !is_year(c)) {
        return false;
    }
    let (mut texts, mut heads, mut years) = (0usize, 0usize, 0usize);
    for (_, cell) in sheet.grid.row(row) {
        if is_year(cell) {
            years += 1;
            continue;
        }
        match cell {
            Cell::Text(t) => {
                if texts == 0 && (super::rows::total_word(t).is_some() || words::is_footer(t)) {
                    return false;
                }
                // A CSV has its figures as words.
                if cell.is_number() {
                    return false;
                }
                texts += 1;
                if texts > 4 && heads == 0 && judge.headings.place_kind(t).is_none() {
                    return false;
                }
                heads += usize::from(judge.heads(t));
            }
            _ => return false,
        }
    }
    if (heads + years) * 2 <= texts + years || heads + years < 2 {
        heads += names_of_places(sheet, row, judge.headings);
    }
    // A lone pair of words such as 单位 and 备注 under a table is no header: something must follow.
    let follows = (row + 1..=row + 6).any(|r| sheet.grid.row(r).count() >= 2);
    let enough = heads + years >= 2 && (heads + years) * 2 > texts + years && texts > 0;
    enough && follows
}

/// How many cells of a row are names of places over columns of figures. Villages that stand in a list have none
/// under them.
fn names_of_places(sheet: &BookSheet, row: u32, known: &Headings) -> usize {
    let named: Vec<(u32, &Text)> = sheet
        .grid
        .row(row)
        .filter_map(|(c, cell)| Some((c, cell.text()?)))
        .filter(|(_, t)| known.place_kind(t).is_some_and(|kind| kind != "村民小组"))
        .collect();
    let distinct = named.iter().all(|(c, t)| !named.iter().any(|(o, other)| o != c && other == t));
    let figures = |c: u32| (row + 1..=row + 3).any(|r| sheet.grid.get(r, c).is_number());
    let over = named.iter().filter(|(c, _)| figures(*c)).count();
    if named.len() >= 2 && distinct && over * 2 > named.len() { named.len() } else { 0 }
}

/// The header's first row: names of groups or products over known headings are no headings themselves.
fn climb(sheet: &BookSheet, row: u32, from: u32, judge: &Judge<'_>) -> u32 {
    let merges = sheet.grid.merges().iter();
    let reaching =
        merges.filter(|m| m.top < row && m.bottom >= row && m.top >= from && row - m.top < MOST_HEADER_ROWS);
    let top = reaching.filter(|m| sheet.grid.get(m.top, m.left).text().is_some()).map(|m| m.top).min();
    if let Some(top) = top {
        return top;
    }
    let priced = (from..row).rev().take_while(|r| is_price_row(sheet, *r)).last().unwrap_or(row);
    let Some(above) = priced.checked_sub(1).filter(|a| *a >= from) else { return row };
    let cells: Vec<&Cell> = sheet.grid.row(above).map(|(_, c)| c).collect();
    let worded = cells.len() >= 2
        && cells
            .iter()
            .all(|c| is_year(c) || c.text().is_some_and(|t| !c.is_number() && !t.contains(['：', ':'])));
    let known = cells.iter().any(|c| c.text().is_some_and(|t| judge.heads(t)));
    let first_blank = sheet.grid.row(above).next().is_some_and(|(c, _)| sheet.grid.get(row, c).is_blank());
    if worded && known && first_blank { above } else { row }
}

fn extend(sheet: &BookSheet, top: u32, from: u32, judge: &Judge<'_>) -> u32 {
    let mut bottom = from;
    while bottom + 1 < top + MOST_HEADER_ROWS && continues(sheet, top, bottom, judge) {
        bottom += 1;
    }
    bottom
}

fn continues(sheet: &BookSheet, top: u32, bottom: u32, judge: &Judge<'_>) -> bool {
    let row = bottom + 1;
    let grid = &sheet.grid;
    let own: Vec<(u32, &Cell)> = grid.row(row).collect();
    if own.is_empty() {
        return reaches_past(sheet, top, row);
    }
    if numbering(own.iter().map(|(_, cell)| *cell)) {
        return true;
    }
    if is_price_row(sheet, row) {
        return heads_below(sheet, row + 1, judge);
    }
    let worded = own.iter().all(|(_, c)| is_year(c) || matches!(c, Cell::Text(_)) && !c.is_number());
    if !worded {
        return false;
    }
    if own.iter().any(|(_, c)| {
        c.text()
            .is_some_and(|t| super::rows::total_word(t).is_some() && own.first().is_some_and(|f| f.1 == *c))
    }) {
        return false;
    }
    let heads = own.iter().filter(|(_, c)| is_year(c) || c.text().is_some_and(|t| judge.heads(t))).count()
        + names_of_places(sheet, row, judge.headings);
    if reaches_past(sheet, top, row) {
        return true;
    }
    let under_group = own
        .iter()
        .any(|(c, _)| grid.merge_at(bottom, *c).is_some_and(|m| m.right > m.left && m.bottom == bottom));
    let first_blank = grid.row(bottom).next().is_some_and(|(c, _)| grid.get(row, c).is_blank());
    let fills_blanks = own.iter().any(|(c, _)| grid.seen(bottom, *c).is_blank());
    (under_group || first_blank && fills_blanks) && heads * 2 > own.len()
        || own.len() >= 2 && own.iter().all(|(_, c)| c.text().is_some_and(|t| unit::find(t).is_some()))
}

/// 单价（元/公斤） | 2.6 | 2.4: what products are reckoned at, between their names and their figures.
pub(super) fn is_price_row(sheet: &BookSheet, row: u32) -> bool {
    let mut cells = sheet.grid.row(row);
    let priced = cells.next().and_then(|(_, c)| c.text()).is_some_and(|t| words::is_price(t));
    let mut figures = cells.peekable();
    priced && figures.peek().is_some() && figures.all(|(_, c)| c.is_number())
}

/// Whether a row of words that head columns follows.
fn heads_below(sheet: &BookSheet, row: u32, judge: &Judge<'_>) -> bool {
    let mut texts = sheet.grid.row(row).map(|(_, c)| c.text()).peekable();
    texts.peek().is_some() && texts.all(|t| t.is_some_and(|t| judge.heads(t)))
}

/// A heading that began in the header reaches into `row`.
fn reaches_past(sheet: &BookSheet, top: u32, row: u32) -> bool {
    let merges = sheet.grid.merges().iter();
    merges
        .filter(|m| m.top >= top && m.top < row && m.bottom >= row)
        .any(|m| m.bottom <= top + MOST_HEADER_ROWS)
}

/// 甲 乙 1 2 3 …: numbers of columns, as statistical forms have them.
pub(super) fn numbering<'c>(own: impl Iterator<Item = &'c Cell> + Clone) -> bool {
    // 01, (2) and 3=1+2 number columns as well.
    let numeral = |t: &str| {
        let plain = t.trim().trim_matches(['(', ')', '（', '）', '〔', '〕']);
        plain.split(['=', '＝']).next().and_then(|n| n.trim().parse::<i64>().ok())
    };
    let number = |c: &Cell| match c {
        Cell::Number(n) if n.fract() == 0.0 => Some(*n as i64),
        Cell::Text(t) => numeral(t),
        _ => None,
    };
    let named = |t: &Text| {
        matches!(t.trim(), "甲" | "乙" | "丙" | "丁" | "戊" | "栏次" | "代码" | "行次" | "序号" | "—" | "-")
    };
    let (mut numbers, mut words) = (Vec::new(), 0usize);
    for cell in own.clone() {
        match number(cell) {
            Some(n) => numbers.push(n),
            None if cell.text().is_some_and(named) => words += 1,
            // Most rows are settled by their first cell.
            None => return false,
        }
    }
    let coded = || own.clone().any(|c| c.text().is_some_and(|t| t.trim().starts_with(['0', '(', '（'])));
    numbers.first().is_some_and(|n| matches!(n, 0..=2) || coded())
        && numbers.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1))
        && match words {
            0 => numbers.len() >= 5 || numbers.len() >= 3 && coded(),
            1 => numbers.len() >= 2,
            _ => true,
        }
}

/// Where no word is known: the first row of at least three different short words with data under it.
fn plainest(sheet: &BookSheet) -> Option<(u32, u32)> {
    (0..sheet.grid.height().min(15)).find_map(|row| {
        let cells: Vec<&Cell> = sheet.grid.row(row).map(|(_, c)| c).collect();
        let short = cells.iter().all(|c| c.text().is_some_and(|t| t.chars().count() <= 20) && !c.is_number());
        let below = sheet.grid.row(row + 1).count();
        (cells.len() >= 2 && short && below * 2 >= cells.len()).then_some((row, row))
    })
}

/// Joins the rows of the header column by column.
fn headings(sheet: &BookSheet, top: u32, bottom: u32, end: u32) -> Vec<Heading> {
    let grid = &sheet.grid;
    let width = grid.width().min(MOST_COLUMNS);
    let mut out = Vec::new();
    for column in 0..width {
        let mut parts: Vec<String> = Vec::new();
        let mut unit = None;
        for row in top..=bottom {
            let words = part(sheet, row, column, top, bottom);
            let numbers =
                row > top && (numbering(grid.row(row).map(|(_, cell)| cell)) || is_price_row(sheet, row));
            if words.is_empty() || numbers {
                continue;
            }
            // A row of units under the names.
            if row > top && unit::find(&words).is_some() && !parts.is_empty() {
                unit = unit::find(&words).map(|u| u.name);
            } else if parts.last() != Some(&words) {
                parts.push(words);
            }
        }
        let heading = parts.join("·");
        let filled = || (bottom + 1..end.min(bottom + 40)).any(|r| !grid.get(r, column).is_blank());
        if !heading.is_empty() || filled() {
            out.push(Heading { index: column, heading, unit });
        }
    }
    out
}

fn undotted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut depth = 0usize;
    let mut plain = String::new();
    for c in words.flat_map(str::chars) {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        plain.push(if c == '·' && depth > 0 { '/' } else { c });
    }
    plain
}

/// The words of one header cell: merged cells show everywhere, and a group's name counts for the blank
/// cells to its right that have a heading below.
fn part(sheet: &BookSheet, row: u32, column: u32, top: u32, bottom: u32) -> String {
    let grid = &sheet.grid;
    // A dot within brackets parts units (元/亩·年), not a group from its column.
    let clean = |c: &Cell| undotted(c.shown().split_whitespace());
    let seen = grid.seen(row, column);
    if !seen.is_blank() {
        return clean(seen);
    }
    if row == bottom || grid.merge_at(row, column).is_some() {
        return String::new();
    }
    let has_child = |c: u32| (row + 1..=bottom).any(|r| !grid.get(r, c).is_blank());
    if !has_child(column) || (top..row).any(|r| !grid.seen(r, column).is_blank()) {
        return String::new();
    }
    for left in (0..column).rev() {
        if !has_child(left) {
            return String::new();
        }
        let cell = grid.seen(row, left);
        if !cell.is_blank() {
            return clean(cell);
        }
    }
    String::new()
}

/// Splits where a blank column separates two tables, or where the village's column comes again.
fn side_by_side(
    known: &Headings,
    sheet: &BookSheet,
    columns: Vec<Heading>,
    bottom: u32,
    end: u32,
) -> Vec<Vec<Heading>> {
    let mut runs: Vec<Vec<Heading>> = Vec::new();
    for heading in columns {
        let gap = runs.last().and_then(|r| r.last()).is_none_or(|l| l.index + 1 != heading.index);
        let again = runs.last().is_some_and(|run| starts_again(known, run, &heading));
        match runs.last_mut() {
            Some(run) if !gap && !again => run.push(heading),
            _ => runs.push(vec![heading]),
        }
    }
    let keyed = |run: &Vec<Heading>| run.iter().any(|h| known.is_key(&h.heading));
    if runs.iter().filter(|r| keyed(r)).count() < 2 {
        return vec![runs.into_iter().flatten().collect::<Vec<_>>()]
            .into_iter()
            .filter(|r: &Vec<Heading>| !r.is_empty())
            .collect();
    }
    let mut out: Vec<Vec<Heading>> = Vec::new();
    for run in runs {
        let filled = run
            .iter()
            .any(|h| (bottom + 1..end.min(bottom + 40)).any(|r| !sheet.grid.get(r, h.index).is_blank()));
        match out.last_mut() {
            Some(before) if !keyed(&run) => before.extend(run),
            _ if filled => out.push(run),
            _ => {}
        }
    }
    out
}

fn starts_again(known: &Headings, run: &[Heading], heading: &Heading) -> bool {
    let same = |h: &Heading| fold(&h.heading) == fold(&heading.heading);
    let key = known.is_key(&heading.heading) || words::is_serial(&heading.heading);
    // 序号 村名 … 序号 村名: the serial column begins the second table.
    key && run.iter().any(same) && run.iter().any(|h| known.is_key(&h.heading))
}

/// The merged area that a title would take over the block.
pub(super) fn overlaps(area: &Area, block: &Block) -> bool {
    area.left <= block.right() && area.right >= block.left()
}
