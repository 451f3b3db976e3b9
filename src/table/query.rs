//! A table as people look at it: filtered, sorted, with sums at its foot.
//!
//! Input: a [`Table`], a [`Filter`] and sort keys. Output: row indices; equal rows stand in the order of their
//! identities, so that the same question always gives the same answer.

use rust_decimal::Decimal;

use super::error::QueryError;
use super::filter::Filter;
use super::frame::Table;
use super::law::{self, LeftOut};
use crate::register::Aggregate;

/// One sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Field key or dimension.
    pub key: String,
    /// From the largest to the smallest; missing values come last either way.
    pub descending: bool,
}

/// Which rows in which order.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Which.
    pub filter: Filter,
    /// In which order; the first key counts most.
    pub sort: Vec<SortKey>,
}

/// A sum at the foot of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Footer {
    /// Field key.
    pub key: String,
    /// The sum under the law of adding up; none where the field does not add up or has no value.
    pub value: Option<Decimal>,
    /// How many rows stand behind it.
    pub rows: usize,
    /// What was left out or counts otherwise than written.
    pub left: LeftOut,
}

/// The rows that fulfil the filter, sorted.
pub fn run(table: &Table<'_>, query: &Query) -> Result<Vec<u32>, QueryError> {
    let mut rows = query.filter.rows(table)?;
    sort(table, &mut rows, &query.sort)?;
    Ok(rows)
}

/// Sorts row indices; equal ones keep the order of identities.
pub fn sort(table: &Table<'_>, rows: &mut [u32], keys: &[SortKey]) -> Result<(), QueryError> {
    let columns = keys.iter().map(|k| table.column(&k.key)).collect::<Result<Vec<_>, _>>()?;
    let ranked = |row: u32| -> Vec<u32> {
        columns
            .iter()
            .zip(keys)
            .map(|(column, key)| match column.ranks().get(row as usize).copied().unwrap_or(u32::MAX) {
                u32::MAX => u32::MAX,
                rank if key.descending => u32::MAX - 1 - rank,
                rank => rank,
            })
            .collect()
    };
    match (columns.as_slice(), keys) {
        ([], _) => rows.sort_unstable(),
        ([_], _) => {
            let mut keyed: Vec<(u32, u32)> =
                rows.iter().map(|r| (ranked(*r).first().copied().unwrap_or_default(), *r)).collect();
            keyed.sort_unstable();
            rows.iter_mut().zip(keyed).for_each(|(slot, (_, row))| *slot = row);
        }
        _ => {
            let mut keyed: Vec<(Vec<u32>, u32)> = rows.iter().map(|r| (ranked(*r), *r)).collect();
            keyed.sort_unstable();
            rows.iter_mut().zip(keyed).for_each(|(slot, (_, row))| *slot = row);
        }
    }
    Ok(())
}

/// Sums of the numeric columns over the rows of `filter`, under the law of adding up.
pub fn footer(table: &Table<'_>, filter: &Filter, keys: &[String]) -> Result<Vec<Footer>, QueryError> {
    let (rows, base) = law::counting(table, filter.select(table)?, filter, false)?;
    let time = filter.time(table.kind())?;
    keys.iter()
        .map(|key| {
            let aggregate = table.kind().field(key).map_or(Aggregate::None, |f| f.aggregate);
            if !matches!(aggregate, Aggregate::Flow | Aggregate::Stock) {
                return Ok(Footer { key: key.clone(), value: None, rows: 0, left: LeftOut::default() });
            }
            let (parts, mut left) = law::parts(table, &rows, key, &time)?;
            let parts = law::settle(table, parts, aggregate);
            left.merge(&base);
            let value = law::total(parts.iter().map(|p| p.value));
            Ok(Footer { key: key.clone(), value, rows: parts.len(), left })
        })
        .collect()
}
