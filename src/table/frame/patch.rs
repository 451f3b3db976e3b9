//! A table that goes on when records change.
//!
//! Duty: what a batch created, changed or removed is read anew, through the very builders that read everything; all
//! other cells stay, and a column in which nothing changed stays itself, so that what was worked out from it stands.
//! Inputs: the table before and the state now. Output: the table now, the same as if it were read from the beginning.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::super::column::From;
use super::{Frame, Kept, Table, is_of_year, locked};
use crate::ledger::{Record, State};
use crate::register::Sense;
use crate::table::places::Places;
use crate::value::{RowId, order};

/// The rows of the table now.
struct Rows {
    ids: Arc<[RowId]>,
    at: Arc<[usize]>,
    from: Vec<From>,
    /// Rows came or went, so that the others are counted anew.
    moved: bool,
}

impl Frame {
    /// The table over `state`; none when it is not known any more what has changed since.
    pub(super) fn patched(&self, state: &State, places: &Arc<Places>, version: u64) -> Option<Self> {
        let sheet = state.sheet(&self.register.key)?;
        let ours =
            |r: &Record| !r.is_gone() && **r.kind() == *self.kind.key && is_of_year(&self.kind, r, self.year);
        let touched = sheet.touched_since(self.version)?;
        let changed = touched.into_iter().filter_map(|at| Some((at, sheet.nth(at)?)));
        let mut read: Vec<(RowId, usize)> = Vec::new();
        let mut gone: Vec<RowId> = Vec::new();
        for (at, record) in changed {
            if ours(record) {
                read.push((record.id(), at));
            } else if self.ids.binary_search(&record.id()).is_ok() {
                gone.push(record.id());
            }
        }
        order::sort(&mut read);
        order::sort(&mut gone);
        let rows = self.rows_with(&read, &gone);
        let part = Arc::new(self.part(&read, places));
        let mut columns = BTreeMap::new();
        let table = Table { state, frame: part };
        let before = locked(&self.columns);
        for (key, kept) in before.iter() {
            let stands = kept.until.holds(state) && (!kept.until.places || Arc::ptr_eq(&self.places, places));
            let Some((fresh, asked)) = stands.then(|| table.build(key)).flatten() else { continue };
            // What other records have a hand in is read anew by whoever looks.
            if asked {
                continue;
            }
            let differs = |(row, from): (u32, &From)| match from {
                From::Kept(_) => false,
                From::Read(there) => !kept.column.says(row, &fresh, *there),
            };
            let column = if rows.moved || (0u32..).zip(&rows.from).any(differs) {
                Arc::new(kept.column.joined(&fresh, &rows.from))
            } else {
                Arc::clone(&kept.column)
            };
            columns.insert(key.clone(), Kept { column, until: kept.until.clone() });
        }
        let stays = |key: &str, columns: &BTreeMap<String, Kept>| match (before.get(key), columns.get(key)) {
            (Some(a), Some(b)) => Arc::ptr_eq(&a.column, &b.column),
            (before, _) => before.is_none(),
        };
        let (series, by_year) = (OnceLock::new(), OnceLock::new());
        if !rows.moved {
            let period_stays = self.kind.key_of(Sense::Period).is_none_or(|key| stays(key, &columns));
            let series_stay = self.kind.law.series.iter().all(|key| stays(key, &columns));
            if let Some(known) = self.series.get().filter(|_| series_stay) {
                series.get_or_init(|| Arc::clone(known));
            }
            if let Some(known) = self.by_year.get().filter(|_| period_stays) {
                by_year.get_or_init(|| Arc::clone(known));
            }
        }
        Some(Self {
            register: Arc::clone(&self.register),
            kind: Arc::clone(&self.kind),
            year: self.year,
            ids: rows.ids,
            at: rows.at,
            columns: Mutex::new(columns),
            series,
            by_year,
            answers: Mutex::new(std::mem::take(&mut *locked(&self.answers))),
            places: Arc::clone(places),
            names: Arc::clone(&self.names),
            version,
        })
    }

    /// The records that are read anew, as a table of their own.
    fn part(&self, read: &[(RowId, usize)], places: &Arc<Places>) -> Self {
        Self {
            register: Arc::clone(&self.register),
            kind: Arc::clone(&self.kind),
            year: self.year,
            ids: read.iter().map(|(id, _)| *id).collect(),
            at: read.iter().map(|(_, at)| *at).collect(),
            columns: Mutex::default(),
            series: OnceLock::new(),
            by_year: OnceLock::new(),
            answers: Mutex::default(),
            places: Arc::clone(places),
            names: Arc::clone(&self.names),
            version: self.version,
        }
    }

    /// The rows that stay, with those that are read anew in their places.
    fn rows_with(&self, read: &[(RowId, usize)], gone: &[RowId]) -> Rows {
        let new = read.iter().any(|(id, _)| self.ids.binary_search(id).is_err());
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if !new && gone.is_empty() {
            let mut from: Vec<From> = (0..self.ids.len()).map(|n| From::Kept(number(n))).collect();
            for (n, (id, _)) in read.iter().enumerate() {
                if let Some(slot) = self.ids.binary_search(id).ok().and_then(|row| from.get_mut(row)) {
                    *slot = From::Read(number(n));
                }
            }
            return Rows { ids: Arc::clone(&self.ids), at: Arc::clone(&self.at), from, moved: false };
        }
        let stays = |id: &RowId| {
            gone.binary_search(id).is_err() && read.binary_search_by(|(r, _)| r.cmp(id)).is_err()
        };
        let kept = self.ids.iter().zip(&*self.at).enumerate().filter(|(_, (id, _))| stays(id));
        let mut rows: Vec<(RowId, usize, From)> =
            kept.map(|(n, (id, at))| (*id, *at, From::Kept(number(n)))).collect();
        rows.extend(read.iter().enumerate().map(|(n, (id, at))| (*id, *at, From::Read(number(n)))));
        order::sort_by_key(&mut rows, |(id, ..)| *id);
        Rows {
            ids: rows.iter().map(|(id, ..)| *id).collect(),
            at: rows.iter().map(|(_, at, _)| *at).collect(),
            from: rows.into_iter().map(|(.., from)| from).collect(),
            moved: true,
        }
    }
}

#[cfg(test)]
mod tests;
