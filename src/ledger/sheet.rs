//! The records of one register.
//!
//! Duty: the records in order of arrival, which of them stand under which, and which changed lately. Inputs: records as
//! they arrive and change. Outputs: records by place, by identity and by kind; the places of what changed since a
//! version. Neighbours: `rows` keeps the records, `children` the index by parent; `apply` changes them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::glance::Pass;
use super::leaf::{Leaf, Packed};
use super::rows::Rows;
use super::state::Record;
use super::twin::Aliases;
use crate::value::RowId;
use crate::value::hash::QuickMap;

/// The records of one register.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// In order of arrival.
    pub(super) rows: Rows,
    /// Where a kind stands under another: by parent, the places of the records under it in order of arrival, removed ones
    /// included.
    pub(super) children: QuickMap<RowId, Vec<usize>>,
    /// Changes with every batch that touches the register.
    pub(crate) version: u64,
    /// Which records changed lately: the version that did it, and the record's place in order of arrival.
    touched: Vec<(u64, usize)>,
    /// The version since which `touched` tells everything.
    told_since: u64,
}

/// Years in a leaf, on average, up to which years lie apart: where one ends in a leaf, the next begins in it.
const MIXED: usize = 2;

/// Changed records that are remembered: beyond, whoever keeps something of a register reads it anew sooner than
/// bit by bit.
const TOUCHED: usize = 20_000;

impl Sheet {
    /// One record, removed or not.
    pub fn get(&self, id: RowId) -> Option<&Record> {
        self.rows.get(id)
    }

    /// The place of a record in order of arrival.
    pub fn place_of(&self, id: RowId) -> Option<usize> {
        self.rows.place_of(id)
    }

    /// The records that are not removed, in order of arrival.
    pub fn live(&self) -> impl Iterator<Item = &Record> {
        self.rows.iter().filter(|r| !r.is_gone())
    }

    /// The live records of one kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Record> + 'a {
        self.live().filter(move |r| &*r.kind == kind)
    }

    /// All records, removed ones included.
    pub fn all(&self) -> impl Iterator<Item = &Record> {
        self.rows.iter()
    }

    /// A pass over all records, removed ones included, which opens none: for whoever looks at many.
    pub fn pass(&self) -> Pass<'_> {
        self.rows.pass()
    }

    /// The places of the leaves in which live records of a kind have a period of this year in a field, ascending: all
    /// such records are there, and others.
    pub fn places_of_year<'a>(
        &'a self,
        kind: &'a str,
        field: &'a str,
        year: i16,
    ) -> impl Iterator<Item = usize> {
        self.rows.places(move |brief| brief.has(kind, field, year))
    }

    /// Whether the live records of a kind lie apart by the years that they have in a field: most leaves have rows of one
    /// year, as where a ledger grows year by year, so that reading one year leaves most of them shut.
    pub fn lies_apart(&self, kind: &str, field: &str) -> bool {
        let years =
            self.rows.briefs().map(|(brief, ..)| brief.years(kind, field).count()).filter(|years| *years > 0);
        let (leaves, years) = years.fold((0, 0), |(leaves, all), years| (leaves + 1, all + years));
        years <= leaves * MIXED
    }

    /// The places of the leaves in which live records of a kind were moved to a state, ascending: all such records are
    /// there, and others.
    pub fn places_in_stage<'a>(&'a self, kind: &'a str, stage: &'a str) -> impl Iterator<Item = usize> {
        self.rows.places(move |brief| brief.has_stage(kind, stage))
    }

    /// The years of the periods that live records of a kind have in a field.
    pub fn years(&self, kind: &str, field: &str) -> BTreeSet<i16> {
        self.rows.years(kind, field)
    }

    /// How many live records there are.
    pub fn count_live(&self) -> usize {
        self.rows.count(None)
    }

    /// How many live records of a kind there are.
    pub fn count_of(&self, kind: &str) -> usize {
        self.rows.count(Some(kind))
    }

    /// How many records there are, removed ones included.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The n-th record in order of arrival, removed ones included.
    pub fn nth(&self, n: usize) -> Option<&Record> {
        self.rows.nth(n)
    }

    /// A sheet without records, in a state where these rows are others' aliases.
    pub(super) fn among(aliases: &Rc<Aliases>) -> Self {
        Self { rows: Rows::among(aliases), ..Self::default() }
    }

    /// How many leaves the records lie in.
    pub(crate) fn leaves(&self) -> usize {
        self.rows.count_leaves()
    }

    /// How many leaves are open.
    #[cfg(test)]
    pub(crate) fn open_leaves(&self) -> usize {
        self.rows.leaves().filter(|leaf| leaf.is_open()).count()
    }

    /// The leaves that the records lie in.
    pub(super) fn leaves_mut(&mut self) -> impl Iterator<Item = &mut Leaf> {
        self.rows.leaves_mut()
    }

    /// The records of one leaf; none where there is no such leaf.
    pub(crate) fn leaf(&self, n: usize) -> &[Record] {
        self.rows.leaf(n)
    }

    /// A leaf that follows the others, of a sheet that is read as it is. Says whether the others are full, as they must
    /// be.
    #[must_use]
    pub(crate) fn add_leaf(&mut self, packed: Rc<dyn Packed>) -> bool {
        self.rows.push_leaf(Leaf::packed(packed))
    }

    /// The n-th leaf was packed as it is now: its records need not be kept open.
    pub(crate) fn settle(&mut self, n: usize, packed: Rc<dyn Packed>) {
        self.rows.settle(n, packed);
    }

    /// The records of which somebody may have said that they are another one, or not, and others.
    pub(super) fn perhaps_twins(&self) -> impl Iterator<Item = &Record> {
        self.rows.of_leaves(Leaf::may_have_twins)
    }

    /// The records that may be one of these rows or refer to one, and others.
    pub(super) fn perhaps_naming<'a>(
        &'a self,
        rows: &'a BTreeSet<RowId>,
    ) -> impl Iterator<Item = &'a Record> {
        self.rows.of_leaves(|leaf| leaf.is_open() || leaf.concerns(rows))
    }

    /// The records that may be undecided, and others; `aliases` may be too.
    pub(super) fn perhaps_disputed<'a>(&'a self, aliases: &'a Aliases) -> impl Iterator<Item = &'a Record> {
        self.rows.of_leaves(|leaf| leaf.may_be_disputed() || leaf.holds_any(aliases.keys()))
    }

    /// Changes with every batch that touches the register.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The records that changed after `version`, by their places in order of arrival, each once; none where that is
    /// too long ago to be told.
    pub fn touched_since(&self, version: u64) -> Option<Vec<usize>> {
        if version < self.told_since {
            return None;
        }
        let after = self.touched.partition_point(|(when, _)| *when <= version);
        let mut places: Vec<usize> = self.touched.iter().skip(after).map(|(_, at)| *at).collect();
        places.sort_unstable();
        places.dedup();
        Some(places)
    }

    /// The sheet was read as it is at `version`.
    pub(crate) fn stands_at(&mut self, version: u64) {
        self.version = version;
        self.told_since = version;
        self.touched.clear();
    }

    /// The record at `at` changes with `version`.
    pub(super) fn touch(&mut self, version: u64, at: usize) {
        self.version = version;
        if self.touched.len() >= TOUCHED {
            self.touched.clear();
            self.told_since = version;
        }
        if self.touched.last() != Some(&(version, at)) {
            self.touched.push((version, at));
        }
    }
}
