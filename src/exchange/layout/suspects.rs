//! Rows of data that are sums, means or differences of other rows, whatever they are called.
//!
//! Duty: a row called after the township among villages, and a row whose every figure is the sum or the mean of the
//! rows above it (or the sum of those below) are suspected; a township's row that adds up is a subtotal. Inputs: a table
//! whose rows are told apart by their words. Outputs: [`Suspect`]s, and kinds of rows. Neighbours: `rows` knows the
//! words, `totals` adds up, `plan` asks.

use serde::Serialize;

use super::words::Headings;
use super::{FoundTable, RowPart};
use crate::exchange::book::BookSheet;
use crate::exchange::cell::decimal;
use crate::exchange::question::{self, DATA, TOTAL, Topic};
use crate::exchange::resolve::Decision;
use crate::exchange::text::{Known, place_kind};
use crate::exchange::totals;

/// A row that may be no data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suspect {
    /// From 0.
    #[serde(skip)]
    pub row: u32,
    /// The column that it became, where the table was laid out anew.
    #[serde(skip)]
    pub column: Option<u32>,
    /// Its first cell.
    pub cell: String,
    /// What it is called.
    pub name: String,
    /// What speaks against it.
    pub why: Why,
}

/// Why a row is suspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Every figure is the sum of the rows above.
    SumAbove,
    /// Every figure is the sum of the rows below.
    SumBelow,
    /// Every figure is the sum of the rows that come next.
    SumNext,
    /// Every figure is the mean of the rows above.
    Mean,
    /// Every figure is the difference of the two rows above.
    Difference,
    /// It is called after a township, and the other rows after villages.
    Town,
}

/// A coincidence of fewer figures than this is none.
const FIGURES: usize = 2;
/// With a single column of figures, so many rows must add up.
const ROWS: usize = 3;
/// Rows that one heads with their sum: what a part of a town reports. Every row is tried as a head, and where the rows
/// that follow are zeros or negative no sum ever grows too large.
const LED: usize = 300;

/// Takes over a person's answers.
pub(super) fn told(table: &mut FoundTable, decisions: &[Decision]) {
    let sheet = table.sheet.clone();
    let answer = |cell: &str| question::answered(decisions, Topic::Row, &sheet, cell);
    for suspect in table.suspects.iter().filter(|s| answer(&s.cell) == Some(TOTAL)) {
        match suspect.column {
            Some(column) => table.header.retain(|c| c.index != column),
            None => {
                let row = table.rows.iter_mut().find(|r| r.index == suspect.row);
                let kind = if suspect.why == Why::SumNext { RowPart::Subtotal } else { RowPart::Total };
                row.into_iter().for_each(|r| r.kind = kind);
            }
        }
    }
    table.suspects.retain(|s| !matches!(answer(&s.cell), Some(TOTAL | DATA)));
}

/// Looks through the rows of data.
pub(super) fn find(known: &Headings, sheet: &BookSheet, table: &mut FoundTable) {
    let towns = towns(known, sheet, table);
    let places: Vec<u32> = towns.iter().map(|(row, _)| *row).collect();
    for (row, _) in &towns {
        set(table, *row, RowPart::Subtotal);
    }
    let checks = totals::check(sheet, table);
    for (row, name) in towns {
        let agrees = |cell: &str| checks.iter().filter(|c| c.cell == cell).all(|c| c.agrees);
        let own: Vec<String> = table.header.iter().map(|c| table.at(row, c.index)).collect();
        let compared = checks.iter().filter(|c| own.contains(&c.cell)).count();
        if compared > 0 && !own.iter().all(|cell| agrees(cell)) {
            set(table, row, RowPart::Data);
            suspect(table, row, name, Why::Town);
        } else if compared == 0 {
            // A township's name and not a figure: its villages follow.
            set(table, row, RowPart::GroupHeading);
        }
    }
    sums(sheet, table, &places);
}

fn set(table: &mut FoundTable, row: u32, kind: RowPart) {
    table.rows.iter_mut().filter(|r| r.index == row).for_each(|r| r.kind = kind);
}

fn suspect(table: &mut FoundTable, row: u32, name: String, why: Why) {
    let cell = table.at(row, table.span().0);
    table.suspects.push(Suspect { row, column: None, cell, name, why });
}

/// Rows whose place is a township, where most rows' places are villages.
fn towns(known: &Headings, sheet: &BookSheet, table: &FoundTable) -> Vec<(u32, String)> {
    let key = table.header.iter().find(|c| !c.numeric && known.is_key(&c.heading));
    let Some(key) = key.map(|c| c.index) else { return Vec::new() };
    let (mut towns, mut villages) = (Vec::new(), 0usize);
    let kinds = Known::default();
    for row in table.data() {
        let Some(name) = sheet.grid.get(row.index, key).text() else { continue };
        match kinds.of(name, place_kind) {
            Some("村" | "社区" | "村民小组") => villages += 1,
            // Somebody of the township, or something that is there: a row like the others.
            Some("乡镇" | "街道") if says_much(sheet, table, row.index) => {}
            Some("乡镇" | "街道") => towns.push((row.index, name.trim().to_owned())),
            _ if ["县", "区", "市"].iter().any(|e| name.trim().ends_with(e)) => {
                towns.push((row.index, name.trim().to_owned()));
            }
            _ => {}
        }
    }
    if villages > towns.len() { towns } else { Vec::new() }
}

/// So many words, its name among them, no sum has and no heading of a group.
const WORDS: usize = 4;

/// Whether a row is described in words, as a sum is not.
fn says_much(sheet: &BookSheet, table: &FoundTable, row: u32) -> bool {
    let words = table.header.iter().filter(|c| !c.numeric && sheet.grid.get(row, c.index).text().is_some());
    words.count() >= WORDS
}

/// Figures of rows of data that follow each other, by place among the columns that add up.
struct Block {
    width: usize,
    rows: Vec<u32>,
    /// Row after row, nothing for what is no figure.
    figures: Vec<Option<f64>>,
}

impl Block {
    fn row(&self, at: usize) -> Option<&[Option<f64>]> {
        self.figures.chunks(self.width).nth(at)
    }

    /// Without these rows, by their places in order.
    fn without(&self, places: &[usize]) -> Self {
        let mut left = Self { width: self.width, rows: Vec::new(), figures: Vec::new() };
        for (_, (row, figures)) in self.each().enumerate().filter(|(at, _)| places.binary_search(at).is_err())
        {
            left.rows.push(row);
            left.figures.extend_from_slice(figures);
        }
        left
    }

    /// Rows that are the sum of those that come next, by their places: 红岩片 over its villages.
    fn leads(&self) -> Vec<usize> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < self.rows.len() {
            match self.led(at) {
                Some(rows) => {
                    found.push(at);
                    at += rows + 1;
                }
                None => at += 1,
            }
        }
        found
    }

    /// How many rows after that one it is the sum of.
    fn led(&self, at: usize) -> Option<usize> {
        let first = self.row(at).filter(|row| figures(row) >= FIGURES)?;
        let mut sums = vec![0.0; self.width];
        for (n, row) in self.figures.chunks(self.width).skip(at + 1).take(LED).enumerate() {
            sums.iter_mut().zip(row).for_each(|(s, v)| *s += v.unwrap_or(0.0));
            if n > 0 && fits(first, sums.iter().copied(), true) >= FIGURES {
                return Some(n + 1);
            }
            let over = |(printed, sum): (&Option<f64>, &f64)| {
                let printed = printed.unwrap_or(0.0);
                *sum > printed + printed.abs().max(1.0) * 1e-9
            };
            if first.iter().zip(&sums).any(over) {
                return None;
            }
        }
        None
    }

    fn each(&self) -> impl Iterator<Item = (u32, &[Option<f64>])> {
        self.rows.iter().copied().zip(self.figures.chunks(self.width))
    }
}

fn sums(sheet: &BookSheet, table: &mut FoundTable, known: &[u32]) {
    let columns: Vec<u32> = totals::adding(table).map(|c| c.index).collect();
    if columns.is_empty() {
        return;
    }
    let mut found: Vec<(u32, Why)> = Vec::new();
    let mut block = Block { width: columns.len(), rows: Vec::new(), figures: Vec::new() };
    for row in &table.rows {
        match row.kind {
            RowPart::Data => {
                block.rows.push(row.index);
                block.figures.extend(columns.iter().map(|c| as_float(sheet, row.index, *c)));
            }
            RowPart::Subtotal | RowPart::Total | RowPart::GroupHeading => {
                in_block(&block, &mut found);
                block.rows.clear();
                block.figures.clear();
            }
            _ => {}
        }
    }
    in_block(&block, &mut found);
    let left = table.span().0;
    for (row, why) in found {
        if !known.contains(&row) {
            let name = (left..left + 3).map(|c| sheet.grid.get(row, c)).find_map(|c| c.text().cloned());
            suspect(table, row, name.map(|n| n.trim().to_owned()).unwrap_or_default(), why);
        }
    }
}

fn as_float(sheet: &BookSheet, row: u32, column: u32) -> Option<f64> {
    use crate::exchange::book::Cell;
    match sheet.grid.get(row, column) {
        Cell::Number(n) | Cell::Percent(n) => Some(*n),
        Cell::Text(_) => decimal(sheet.grid.get(row, column), None).and_then(|d| d.try_into().ok()),
        _ => None,
    }
}

/// How many figures of a row are not zero.
fn figures(row: &[Option<f64>]) -> usize {
    row.iter().filter(|figure| figure.is_some_and(|n| n != 0.0)).count()
}

/// Half of the last printed digit.
fn half(n: f64) -> f64 {
    let places = (0..5).find(|d| ((n * 10f64.powi(*d)).round() - n * 10f64.powi(*d)).abs() < 1e-6);
    0.5 * 10f64.powi(-places.unwrap_or(5)) + 1e-9
}

/// How many figures of a row are what is expected of them; nothing when one is not.
fn fits(row: &[Option<f64>], expected: impl Iterator<Item = f64>, exact: bool) -> usize {
    let mut good = 0;
    for (printed, want) in row.iter().zip(expected) {
        let printed = printed.unwrap_or(0.0);
        let room = if exact { want.abs().max(1.0) * 1e-9 } else { half(printed) };
        if (printed - want).abs() > room {
            return 0;
        }
        good += usize::from(printed != 0.0);
    }
    good
}

fn in_block(block: &Block, found: &mut Vec<(u32, Why)>) {
    let (Some(first_row), Some(first)) = (block.rows.first(), block.row(0)) else { return };
    let zero = vec![0.0; block.width];
    let add = |sums: &mut Vec<f64>, row: &[Option<f64>]| {
        sums.iter_mut().zip(row).for_each(|(s, v)| *s += v.unwrap_or(0.0));
    };
    let enough = |good: usize, rows: usize, last: bool| {
        good >= FIGURES && rows >= 2 || good == 1 && block.width == 1 && rows >= ROWS && last
    };
    let mut below = zero.clone();
    block.each().skip(1).for_each(|(_, row)| add(&mut below, row));
    if enough(fits(first, below.iter().copied(), true), block.rows.len() - 1, true) {
        found.push((*first_row, Why::SumBelow));
        return;
    }
    let leads = block.leads();
    found.extend(leads.iter().filter_map(|at| Some((*block.rows.get(*at)?, Why::SumNext))));
    let left = (!leads.is_empty()).then(|| block.without(&leads));
    let block = left.as_ref().unwrap_or(block);
    // All rows that are data so far, and those since the last sum.
    let (mut all, mut since) = (zero.clone(), zero.clone());
    let (mut n_all, mut n_since) = (0usize, 0usize);
    for (at, (row, figures)) in block.each().enumerate() {
        let last = at + 1 == block.rows.len();
        let whole = enough(fits(figures, all.iter().copied(), true), n_all, last);
        let part = enough(fits(figures, since.iter().copied(), true), n_since, last);
        let mean = all.iter().map(|s| s / (n_all.max(1)) as f64);
        let why = if whole || part {
            Some(Why::SumAbove)
        } else if n_all >= ROWS && fits(figures, mean, false) >= FIGURES {
            Some(Why::Mean)
        } else if last && is_difference(block, at) {
            Some(Why::Difference)
        } else {
            None
        };
        match why {
            Some(why) => {
                found.push((row, why));
                (since, n_since) = (zero.clone(), 0);
            }
            None => {
                add(&mut all, figures);
                add(&mut since, figures);
                (n_all, n_since) = (n_all + 1, n_since + 1);
            }
        }
    }
}

/// The last row of a block is what the one before has more than the one before that.
fn is_difference(block: &Block, at: usize) -> bool {
    let row = |back: usize| at.checked_sub(back).and_then(|n| block.row(n));
    let (Some(now), Some(one), Some(two)) = (row(0), row(1), row(2)) else { return false };
    let pair =
        |flip: f64| one.iter().zip(two).map(move |(a, b)| flip * (a.unwrap_or(0.0) - b.unwrap_or(0.0)));
    fits(now, pair(1.0), true) > FIGURES || fits(now, pair(-1.0), true) > FIGURES
}
