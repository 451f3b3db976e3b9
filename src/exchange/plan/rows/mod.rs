//! Rows to drafts.
//!
//! Duty: every data row of a table becomes drafts of records, one for each group of columns with figures; what
//! cannot be read is said with its place. Inputs: what `prepare` made of a table. Outputs: drafts and findings at the
//! desk. Neighbours: `shared` for what a row says once, `period` for when, `draft` for one record, `said` for the
//! findings of single cells, `verify` for the columns that check others.

mod draft;
mod period;
mod said;
mod shared;
mod verify;

use std::collections::HashSet;

pub(super) use self::draft::Arrangement;
use self::draft::draft;
use self::period::place_and_period;
use self::shared::{Shared, places_inside, shared};
use self::verify::verify;
use crate::exchange::book::{Cell, Phase, Progress};
use crate::exchange::layout::RowPart;
use crate::exchange::plan::prepare::{Col, Prepared};
use crate::exchange::plan::{Desk, Fate, PlanError};
use crate::exchange::resolve::{Decision, Town};
use crate::register::reading::Context;
use crate::register::{Message, Severity};
use crate::value::{Period, Text, Value};

/// What is carried from row to row.
struct Carry {
    /// Last cells of the columns that fill down, by their place among the shared ones.
    cells: Vec<Cell>,
    /// Last cells of the shared columns with the values read from them: years and products repeat.
    read: Vec<Option<(Cell, Value)>>,
    /// The same of the columns that give parts of a period, with what was known of it before.
    parts: Vec<Option<(Cell, Option<Period>, Period)>>,
    town: Town,
    town_cell: Option<Text>,
    /// What named the record above last: a list of lines names it once.
    above: Vec<(Text, Value)>,
    /// How many blocks of rows there were so far, by the shared column that says once what they have in common.
    blocks: Vec<u32>,
}

/// Reads every data row of the table.
pub(super) fn read(
    desk: &mut Desk<'_>,
    prepared: &mut Prepared<'_>,
    (done, total): (&mut u64, u64),
    progress: &mut dyn Progress,
) -> Result<(), PlanError> {
    let skipped: HashSet<u32> = desk
        .options
        .decisions
        .iter()
        .filter_map(|d| match d {
            Decision::SkipRow { sheet, row } if *sheet == *prepared.table.sheet => Some(*row),
            _ => None,
        })
        .collect();
    let fresh = |p: &Prepared<'_>| Carry {
        cells: vec![Cell::Empty; p.shared.len()],
        read: vec![None; p.shared.len()],
        parts: vec![None; p.period_parts.len()],
        town: p.town.clone(),
        town_cell: None,
        above: Vec::new(),
        blocks: vec![0; p.shared.len()],
    };
    let before = told(desk);
    let mut carry = fresh(prepared);
    let table = prepared.table;
    for row in &table.rows {
        *done += 1;
        if done.is_multiple_of(2048) && progress.step(*done, total, Phase::Planning).is_break() {
            return Err(PlanError::Cancelled);
        }
        match row.kind {
            RowPart::Data if skipped.contains(&(row.index + 1)) => prepared.counts.skipped += 1,
            RowPart::Data => one(desk, prepared, &mut carry, row.index),
            RowPart::GroupHeading => {
                let blocks = std::mem::take(&mut carry.blocks);
                carry = Carry { blocks, ..fresh(prepared) };
                group_heading(desk, prepared, &mut carry, row.index);
            }
            RowPart::Subtotal | RowPart::Total => {
                carry.cells.fill(Cell::Empty);
                carry.above.clear();
            }
            _ => {}
        }
    }
    if told(desk) == before && prepared.joined.speaks() {
        nothing_read(desk, prepared);
    }
    Ok(())
}

/// What has come of rows so far: records, errors, and rows that wait until their place is known.
fn told(desk: &Desk<'_>) -> (usize, usize, usize) {
    let waiting = desk.places.unknown.iter().map(|unknown| unknown.rows).sum();
    (desk.drafts.len(), desk.report.errors(), waiting)
}

/// A table of rows that gives not one record: nobody should take that for an import.
fn nothing_read(desk: &mut Desk<'_>, prepared: &Prepared<'_>) {
    let Some(first) = prepared.table.data().next() else { return };
    let (rows, place) =
        (prepared.table.data().count(), prepared.table.place(first.index, prepared.table.span().0));
    desk.report.add(Severity::Warning, place, None, "nothing_read", || {
        let headings: Vec<&str> = prepared.headings_of_figures().collect();
        Message::new(
            format!("这张表有{rows}行，一条记录也没有读出：这些行在“{}”里都没有数，或者都不读", headings.join("、")),
            format!("The table has {rows} rows and gave no record: they have no figures under {}, or are left out", headings.join(", ")),
        )
    });
}

/// 一、城关镇: the rows below lie there.
fn group_heading(desk: &Desk<'_>, prepared: &Prepared<'_>, carry: &mut Carry, row: u32) {
    let Some((_, cell)) = prepared.sheet.grid.row(row).next() else { return };
    let words = cell.shown();
    let name = words.rsplit(['、', '.', ')', '）']).next().unwrap_or(&words).trim();
    if ["镇", "乡", "街道", "街道办事处"].iter().any(|e| name.ends_with(e)) {
        carry.town = desk.places.town(name);
    }
}

/// One row: the shared values once, then a draft for each group of columns with figures.
#[inline(never)] // called for every row, see `lib`
fn one(desk: &mut Desk<'_>, prepared: &mut Prepared<'_>, carry: &mut Carry, row: u32) {
    prepared.rows += 1;
    let before = desk.report.errors();
    town(desk, prepared, carry, row);
    let Some(Shared { values: mut shared, inside, open, refused }) = shared(desk, prepared, carry, row)
    else {
        prepared.counts.skipped += 1;
        return;
    };
    place_and_period(desk, prepared, carry, row, &mut shared);
    if !places_inside(desk, prepared, row, &inside, &mut shared) {
        prepared.counts.skipped += 1;
        return;
    }
    let first = desk.drafts.len();
    for g in 0..prepared.groups.len() {
        let Some(group) = prepared.groups.get(g) else { continue };
        let alone = prepared.groups.len() == 1;
        let keep_words = desk.drafts.len() == first;
        if let Some(draft) = draft(desk, prepared, group, row, (&shared, &open, refused), (alone, keep_words))
        {
            desk.drafts.push(draft);
        }
    }
    // A row without this line says what it says.
    if desk.drafts.len() == first && prepared.joined.speaks() {
        // Nothing was reported: said, so that a blank line is not lost silently.
        prepared.counts.skipped += 1;
        let place = prepared.table.place(row, prepared.table.span().0);
        desk.report.add(Severity::Info, place, None, "no_figures", || {
            Message::new("这一行没有数，未读入", "The row has no figures and is not read")
        });
    }
    verify(desk, prepared, row);
    if desk.report.errors() > before {
        for draft in desk.drafts.iter_mut().skip(first) {
            draft.fate = Fate::Skip;
        }
    }
}

fn town(desk: &Desk<'_>, prepared: &Prepared<'_>, carry: &mut Carry, row: u32) {
    let Some(column) = prepared.town_column else { return };
    if let Cell::Text(words) = prepared.sheet.grid.seen(row, column)
        && carry.town_cell.as_ref() != Some(words)
    {
        carry.town = desk.places.town(words);
        carry.town_cell = Some(words.clone());
    }
}

fn around<'a>(prepared: &Prepared<'_>, col: &'a Col) -> Context<'a> {
    Context { unit: col.unit.as_ref(), base: col.base.as_ref(), year: prepared.period.map(Period::year) }
}
