//! How rows add up (domain §3.0).
//!
//! Duty: from rows to contributions. (a) Within a series, a row for a longer period already contains the
//! shorter ones: those stay out. (b) Stocks take the latest value of each series, flows are summed. (c) A lump
//! sum received for several years counts one slice a year, in its own year and in the following ones. (d) Rows
//! set aside (预计), ended rows and numbers worded as forecasts stay out unless they are asked for. A reversed entry
//! (红冲) counts: its mirror takes it out again.
//! (e) What the kind keeps apart (收入, 支出) is never added together.
//! Inputs: a table and row indices. Outputs: [`Part`]s, whose sum is the number shown, and what was
//! [`LeftOut`], to be said beside it.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::column::{Column, dimension};
use super::error::QueryError;
use super::filter::{Filter, Time};
use super::frame::Table;
use super::kept::kept;
use crate::ledger::Record;
use crate::register::{Aggregate, Sense};
use crate::value::hash::QuickMap;
use crate::value::{Grain, Period};

/// What one row contributes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The row.
    pub row: u32,
    /// When it counts: the row's period, for a slice of a lump sum that of its year.
    pub period: Option<Period>,
    /// How much; money in 元.
    pub value: Decimal,
}

/// Rows that stay out of a number, or count otherwise than they are written. Each list is in order of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Contained in a row for a longer period of the same series.
    pub covered: Vec<u32>,
    /// For a longer period than was asked for.
    pub longer: Vec<u32>,
    /// Set aside by the kind's law (预计).
    pub aside: Vec<u32>,
    /// Ended (撤并).
    pub ended: Vec<u32>,
    /// Of a place that was removed: neither they nor the place count.
    pub homeless: Vec<u32>,
    /// Numbers worded as forecasts.
    pub forecast: Vec<u32>,
    /// Worded numbers that count with their face value.
    pub worded: Vec<u32>,
    /// Lump sums of which a slice counts.
    pub sliced: Vec<u32>,
}

/// How many rows stay out of a number, or count otherwise than they are written: as [`LeftOut`] lists them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is said at the list of the same name")]
pub struct LeftCounts {
    pub covered: usize,
    pub longer: usize,
    pub aside: usize,
    pub ended: usize,
    pub homeless: usize,
    pub forecast: usize,
    pub worded: usize,
    pub sliced: usize,
}

kept!(LeftCounts { covered, longer, aside, ended, homeless, forecast, worded, sliced });

impl LeftOut {
    /// How many there are of each.
    pub const fn counts(&self) -> LeftCounts {
        LeftCounts {
            covered: self.covered.len(),
            longer: self.longer.len(),
            aside: self.aside.len(),
            ended: self.ended.len(),
            homeless: self.homeless.len(),
            forecast: self.forecast.len(),
            worded: self.worded.len(),
            sliced: self.sliced.len(),
        }
    }

    /// Adds what another number left out; each row is named once.
    pub fn merge(&mut self, other: &Self) {
        let join = |into: &mut Vec<u32>, from: &[u32]| {
            into.extend_from_slice(from);
            into.sort_unstable();
            into.dedup();
        };
        join(&mut self.covered, &other.covered);
        join(&mut self.longer, &other.longer);
        join(&mut self.aside, &other.aside);
        join(&mut self.ended, &other.ended);
        join(&mut self.homeless, &other.homeless);
        join(&mut self.forecast, &other.forecast);
        join(&mut self.worded, &other.worded);
        join(&mut self.sliced, &other.sliced);
    }
}

/// The rows that count at all: ended rows leave, those of removed places, and those set aside unless the filter asks for them or
/// `asked` says that the person does.
pub fn counting(
    table: &Table<'_>,
    rows: Vec<u32>,
    filter: &Filter,
    asked: bool,
) -> Result<(Vec<u32>, LeftOut), QueryError> {
    let mut left = LeftOut::default();
    let mut rows = rows;
    if table.kind().of(Sense::Place).is_some() || table.kind().under.is_some() {
        let org = table.sense(Sense::Place)?;
        let places = table.places();
        let mut gone: QuickMap<u32, bool> = QuickMap::default();
        let homeless = |r: &u32| {
            *gone
                .entry(org.code(*r))
                .or_insert_with(|| org.refers(*r).is_some_and(|id| places.get(id).is_none()))
        };
        let (state, register) = (table.state(), table.register());
        let child = table.kind().under.is_some();
        // Only child rows are opened for it: all others would be, at every sum.
        let orphan = |r: &u32| {
            let parent = || table.record(*r).and_then(|record| state.parent_of(register, record));
            child && parent().is_none_or(Record::is_gone)
        };
        let mut homeless = homeless;
        left.homeless = rows.iter().copied().filter(|r| orphan(r) || homeless(r)).collect();
        if !left.homeless.is_empty() {
            rows.retain(|r| left.homeless.binary_search(r).is_err());
        }
    }
    if table.kind().periodic() && filter.state.is_none() && !filter.names(dimension::STATE) {
        let state = table.column(dimension::STATE)?;
        let flow = table.kind().workflow.as_ref();
        let words = state.which(|w| flow.is_some_and(|flow| flow.is_over(w)));
        let ended = |r: u32| words.get(state.code(r) as usize).copied().unwrap_or_default();
        left.ended = rows.iter().copied().filter(|r| ended(*r)).collect();
        rows.retain(|r| !ended(*r));
    }
    if let Some((key, words)) = table.kind().law.aside
        && !asked
        && !filter.names(key)
    {
        let column = table.column(key)?;
        let words = column.which(|w| words.contains(&w));
        let aside = |r: u32| words.get(column.code(r) as usize).copied().unwrap_or_default();
        left.aside = rows.iter().copied().filter(|r| aside(*r)).collect();
        rows.retain(|r| !aside(*r));
    }
    Ok((rows, left))
}

/// What the rows contribute to sums over `field` within `time`. Rows must already be those that
/// [`counting`] keeps.
pub fn parts(
    table: &Table<'_>,
    rows: &[u32],
    field: &str,
    time: &Time,
) -> Result<(Vec<Part>, LeftOut), QueryError> {
    let column = table.column(field)?;
    let mut left = LeftOut::default();
    let is_forecast = |r: u32| column.forecast.binary_search(&r).is_ok();
    left.forecast = rows.iter().copied().filter(|r| is_forecast(*r)).collect();
    let valued: Vec<(u32, Decimal)> =
        rows.iter().filter(|r| !is_forecast(**r)).filter_map(|r| Some((*r, column.number(*r)?))).collect();
    let parts = if table.kind().periodic() {
        let valued = uncovered(table, valued, time, &mut left)?;
        spread(table, valued, field, time, &mut left)?
    } else {
        valued.into_iter().map(|(row, value)| Part { row, period: None, value }).collect()
    };
    left.worded = parts.iter().map(|p| p.row).filter(|r| column.worded.binary_search(r).is_ok()).collect();
    left.worded.dedup();
    if time.asks() {
        drop_elsewhere(table, &mut left, time)?;
    }
    Ok((parts, left))
}

/// What was left out in other years is not said.
fn drop_elsewhere(table: &Table<'_>, left: &mut LeftOut, time: &Time) -> Result<(), QueryError> {
    let Ok(period) = table.sense(Sense::Period) else { return Ok(()) };
    let near = |r: &u32| {
        let year = period.period(*r).map(|p| Period::year_of(p.year()));
        time.last_year().is_none_or(|y| year.is_some_and(|p| p.year() == y))
    };
    left.covered.retain(near);
    left.longer.retain(near);
    left.forecast.retain(near);
    Ok(())
}

/// Law (a): drops rows for longer periods than asked for, and rows that a longer one contains.
fn uncovered(
    table: &Table<'_>,
    valued: Vec<(u32, Decimal)>,
    time: &Time,
    left: &mut LeftOut,
) -> Result<Vec<(u32, Decimal)>, QueryError> {
    let (period, series, longest) = (table.sense(Sense::Period)?, table.series(), time.longest());
    let of = |r: u32| series.get(r as usize).copied().unwrap_or(r);
    let mut fitting = valued;
    let mut grains = 0u8;
    fitting.retain(|(row, _)| match period.period(*row) {
        Some(p) if p.grain() < longest => {
            left.longer.push(*row);
            false
        }
        Some(p) => {
            grains |= 1 << p.grain() as u8;
            true
        }
        None => true,
    });
    // Rows that are all for a year, or all for a month, cannot contain each other.
    if grains.count_ones() < 2 {
        return Ok(fitting);
    }
    let mut present: QuickMap<(u32, i16), u32> = QuickMap::default();
    for (row, _) in &fitting {
        if let Some(p) = period.period(*row) {
            *present.entry((of(*row), p.year())).or_default() |= bit(p);
        }
    }
    fitting.retain(|(row, _)| {
        let Some(p) = period.period(*row) else { return true };
        let there = present.get(&(of(*row), p.year())).copied().unwrap_or_default();
        let covered = there & around(p) != 0;
        if covered {
            left.covered.push(*row);
        }
        !covered
    });
    Ok(fitting)
}

/// One bit for each of the 19 periods of a year.
const fn bit(period: Period) -> u32 {
    let before = match period.grain() {
        Grain::Year => 0,
        Grain::Half => 1,
        Grain::Quarter => 3,
        Grain::Month => 7,
    };
    1 << (before + period.index() as u32 - 1)
}

/// The periods that contain this one, itself left out.
fn around(period: Period) -> u32 {
    [Grain::Year, Grain::Half, Grain::Quarter]
        .into_iter()
        .filter(|g| *g < period.grain())
        .filter_map(|g| period.widen(g))
        .map(bit)
        .sum()
}

/// Law (c): a lump sum becomes one slice a year. Slices reach as far as the last year asked for, or the last
/// year with any row.
fn spread(
    table: &Table<'_>,
    valued: Vec<(u32, Decimal)>,
    field: &str,
    time: &Time,
    left: &mut LeftOut,
) -> Result<Vec<Part>, QueryError> {
    let period = table.sense(Sense::Period)?;
    let years = match table.kind().law.spread {
        Some((amount, years)) if amount == field => Some(table.column(years)?),
        _ => None,
    };
    let last_row = valued.iter().filter_map(|(r, _)| period.period(*r)).map(Period::year).max();
    let horizon = time.last_year().or(last_row).unwrap_or(i16::MAX);
    let mut parts = Vec::with_capacity(valued.len());
    for (row, value) in valued {
        let when = period.period(row);
        let count = years.as_ref().and_then(|y| y.number(row)).and_then(|n| n.to_i64()).unwrap_or(1);
        let (Some(first), true) = (when, count > 1) else {
            if time.admits(when) {
                parts.push(Part { row, period: when, value });
            }
            continue;
        };
        let before = parts.len();
        for n in 0..count {
            let Some(at) = shifted(first, n).filter(|p| p.year() <= horizon) else { break };
            if time.admits(Some(at)) {
                parts.push(Part { row, period: Some(at), value: slice(value, n, count) });
            }
        }
        if parts.len() > before {
            left.sliced.push(row);
        }
    }
    Ok(parts)
}

fn shifted(period: Period, years: i64) -> Option<Period> {
    let year = i64::from(period.year()).checked_add(years)?;
    Period::new(i16::try_from(year).ok()?, period.grain(), period.index())
}

/// The n-th of `count` slices of `yuan`, to the 分; all slices together are the whole amount.
fn slice(yuan: Decimal, n: i64, count: i64) -> Decimal {
    let fen = (yuan * Decimal::ONE_HUNDRED).trunc().to_i128().unwrap_or_default();
    let until = |k: i64| (fen * i128::from(k)).div_euclid(i128::from(count.max(1)));
    Decimal::try_from_i128_with_scale(until(n + 1) - until(n), 2).unwrap_or_default()
}

/// Law (b): of a stock, the latest parts of each series; of a flow, all.
pub fn settle(table: &Table<'_>, parts: Vec<Part>, aggregate: Aggregate) -> Vec<Part> {
    if aggregate != Aggregate::Stock {
        return parts;
    }
    let series = table.series();
    let of = |r: u32| series.get(r as usize).copied().unwrap_or(r);
    let end = |p: &Part| p.period.map(|p| i32::from(p.year()) * 12 + i32::from(p.last_month()));
    let mut latest: QuickMap<u32, Option<i32>> = QuickMap::default();
    for part in &parts {
        let slot = latest.entry(of(part.row)).or_default();
        *slot = (*slot).max(end(part));
    }
    parts.into_iter().filter(|p| latest.get(&of(p.row)).is_some_and(|l| *l == end(p))).collect()
}

/// Every column that a sum over `field` is found from.
pub(super) fn columns(table: &Table<'_>, field: &str) -> Vec<Arc<Column>> {
    let law = &table.kind().law;
    let period = table.kind().key_of(Sense::Period);
    let spread = law.spread.filter(|(amount, _)| *amount == field).map(|(_, years)| years);
    let apart = law.apart.filter(|(sum, _)| *sum == field).map(|(_, word)| word);
    let keys = [Some(field), period, spread, apart].into_iter().flatten();
    keys.chain(law.series.iter().map(|key| &**key)).filter_map(|key| table.column(key).ok()).collect()
}

/// The column whose words keep sums over `field` apart, where the kind declares one.
pub fn apart(table: &Table<'_>, field: &str) -> Result<Option<Arc<Column>>, QueryError> {
    let by = table.kind().law.apart.filter(|(sum, _)| *sum == field);
    by.map(|(_, word)| table.column(word)).transpose()
}

/// Whether these parts have different words there: their sum would mean nothing.
pub fn mixes(words: &Column, parts: &[Part]) -> bool {
    parts.first().is_some_and(|first| parts.iter().any(|p| words.code(p.row) != words.code(first.row)))
}

/// The exact sum; none when there is nothing to add, or more than 28 digits.
pub fn total(values: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    let mut sum: Option<(i128, u32)> = None;
    for value in values {
        let (mut have, mut scale) = sum.unwrap_or((0, value.scale()));
        let mut add = value.mantissa();
        while scale < value.scale() {
            (have, scale) = (have.checked_mul(10)?, scale + 1);
        }
        for _ in value.scale()..scale {
            add = add.checked_mul(10)?;
        }
        sum = Some((have.checked_add(add)?, scale));
    }
    let (mut have, mut scale) = sum?;
    while scale > 0 && have % 10 == 0 {
        (have, scale) = (have / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(have, scale).ok()
}
