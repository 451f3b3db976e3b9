//! Records in order of arrival, in leaves.
//!
//! Duty: every record has a place, counted from the first that arrived, and never leaves it; a record is found by its
//! place or by its identity. Records lie in [`Leaf`]s of [`LEAF`], which are also what a ledger's pages hold: a leaf is
//! found by arithmetic, a record in it by its identity, and there is no index over all of them that would grow with the
//! ledger. Inputs: records one by one, or leaves in whole. Outputs: places and records. Neighbours: `sheet` keeps one
//! for each register; `leaf` is one of the pieces.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::brief::Brief;
use super::glance::Pass;
use super::leaf::{Leaf, Packed};
use super::state::Record;
use super::twin::Aliases;
use crate::value::RowId;
use crate::value::order::Ordered as _;

/// Records in one leaf. Large enough that a hundred thousand records are some fifty leaves, small enough that one edit
/// rewrites some hundred kilobytes and a look at one record makes no more than these.
pub const LEAF: usize = 2048;

/// The records of one register.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// All full but the last.
    leaves: Vec<Leaf>,
    /// The smallest and the greatest identity in each leaf.
    ranges: Vec<(RowId, RowId)>,
    /// Every leaf begins behind the greatest identity of the one before, as it is where nothing was merged.
    in_line: bool,
    /// The greatest identity of all.
    greatest: Option<RowId>,
    /// Rows that others stand for: a leaf that opens must know.
    aliases: Rc<Aliases>,
}

impl Rows {
    /// None yet, in a state where these rows are others' aliases.
    pub(super) fn among(aliases: &Rc<Aliases>) -> Self {
        Self { aliases: Rc::clone(aliases), ..Self::default() }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        match self.leaves.split_last() {
            Some((last, full)) => full.len() * LEAF + last.len(),
            None => 0,
        }
    }

    /// The record at a place.
    pub(crate) fn nth(&self, at: usize) -> Option<&Record> {
        self.leaves.get(at / LEAF)?.records(&self.aliases).get(at % LEAF)
    }

    /// The same, to be changed.
    pub(crate) fn nth_mut(&mut self, at: usize) -> Option<&mut Record> {
        self.leaves.get_mut(at / LEAF)?.records_mut(&self.aliases)?.get_mut(at % LEAF)
    }

    /// The place of a record.
    pub(crate) fn place_of(&self, id: RowId) -> Option<usize> {
        if self.greatest.is_none_or(|greatest| greatest < id) {
            return None;
        }
        let within = |(first, last): &(RowId, RowId)| (*first..=*last).contains(&id);
        let find = |n: usize| Some(n * LEAF + self.leaves.get(n)?.find(id)?);
        if self.in_line {
            let n = self.ranges.partition_point(|(_, last)| *last < id);
            return self.ranges.get(n).filter(|range| within(range)).and_then(|_| find(n));
        }
        let ranges = self.ranges.iter().enumerate();
        ranges.filter(|(_, range)| within(range)).find_map(|(n, _)| find(n))
    }

    /// One record.
    pub(crate) fn get(&self, id: RowId) -> Option<&Record> {
        self.nth(self.place_of(id)?)
    }

    /// All of them, in order of arrival.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.of_leaves(|_| true)
    }

    /// Those in the leaves that may have what is wanted.
    pub(super) fn of_leaves(&self, wanted: impl Fn(&Leaf) -> bool) -> impl Iterator<Item = &Record> {
        self.leaves.iter().filter(move |leaf| wanted(leaf)).flat_map(|leaf| leaf.records(&self.aliases))
    }

    /// A pass over all of them.
    pub(super) fn pass(&self) -> Pass<'_> {
        Pass::over(&self.leaves, &self.aliases)
    }

    /// How many live ones there are of a kind; of all kinds where none is named.
    pub(super) fn count(&self, kind: Option<&str>) -> usize {
        self.leaves.iter().map(|leaf| leaf.count(kind, &self.aliases)).sum()
    }

    /// The places in the leaves that may hold what is wanted.
    pub(super) fn places(&self, wanted: impl Fn(&Brief) -> bool) -> impl Iterator<Item = usize> {
        let leaves = self.leaves.iter().enumerate().filter(move |(_, leaf)| wanted(leaf.brief()));
        leaves.flat_map(|(n, leaf)| n * LEAF..n * LEAF + leaf.len())
    }

    /// The years of the periods that live records of a kind have in a field.
    pub(super) fn years(&self, kind: &str, field: &str) -> BTreeSet<i16> {
        self.leaves.iter().flat_map(|leaf| leaf.years(kind, field, &self.aliases)).into_set()
    }

    /// What is in each leaf, and its edition; and its checksum, where it lies on the medium as it is.
    pub(super) fn briefs(&self) -> impl Iterator<Item = (&Brief, u64, Option<u32>)> {
        self.leaves.iter().map(|leaf| (leaf.brief(), leaf.edition(), leaf.checksum()))
    }

    /// The records of one leaf; none where there is no such leaf.
    pub(super) fn leaf(&self, n: usize) -> &[Record] {
        self.leaves.get(n).map(|leaf| leaf.records(&self.aliases)).unwrap_or_default()
    }

    /// How many leaves there are.
    pub(super) fn count_leaves(&self) -> usize {
        self.leaves.len()
    }

    #[cfg(test)]
    pub(super) fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter()
    }

    pub(super) fn leaves_mut(&mut self) -> impl Iterator<Item = &mut Leaf> {
        self.leaves.iter_mut()
    }

    /// The aliases are others now, and the references of all records are followed anew; `changed` are the rows that
    /// this is about. Calls `each` with the place of every record that is shown otherwise, and whether that is because
    /// one of its references leads elsewhere.
    pub(super) fn follow(
        &mut self,
        aliases: &Rc<Aliases>,
        changed: &BTreeSet<RowId>,
        mut each: impl FnMut(usize, bool),
    ) {
        let before = std::mem::replace(&mut self.aliases, Rc::clone(aliases));
        for (n, leaf) in self.leaves.iter_mut().enumerate() {
            leaf.follow((aliases, &before), changed, |at, followed| each(n * LEAF + at, followed));
        }
    }

    /// The records were read as they are where these are the aliases.
    pub(super) fn stand_among(&mut self, aliases: &Rc<Aliases>) {
        self.aliases = Rc::clone(aliases);
        // Those that were looked at before this was known are opened again.
        self.leaves.iter_mut().for_each(Leaf::stand_otherwise);
    }

    /// The n-th leaf was packed as it is now.
    pub(super) fn settle(&mut self, n: usize, packed: Rc<dyn Packed>) {
        self.leaves.get_mut(n).into_iter().for_each(|leaf| leaf.settle(Rc::clone(&packed)));
    }

    /// A record that arrives; its identity must be new. Gives its place.
    pub(crate) fn push(&mut self, record: Record) -> usize {
        let id = record.id;
        match self.leaves.last_mut().filter(|leaf| leaf.len() < LEAF) {
            Some(leaf) => {
                leaf.push(record, &self.aliases);
                if let Some((first, last)) = self.ranges.last_mut() {
                    (*first, *last) = (id.min(*first), id.max(*last));
                }
            }
            None => {
                self.leaves.push(Leaf::of(vec![record]));
                self.ranges.push((id, id));
            }
        }
        self.line_up();
        self.len() - 1
    }

    /// A leaf that follows the others, which must all be full. Says whether they are.
    #[must_use]
    pub(crate) fn push_leaf(&mut self, leaf: Leaf) -> bool {
        let Some(range) = leaf.range() else { return true };
        if leaf.len() > LEAF || self.leaves.last().is_some_and(|last| last.len() != LEAF) {
            return false;
        }
        self.leaves.push(leaf);
        self.ranges.push(range);
        self.line_up();
        true
    }

    /// The last range is new or has grown.
    fn line_up(&mut self) {
        let last = self.ranges.last().copied();
        let before = self.ranges.len().checked_sub(2).and_then(|n| self.ranges.get(n));
        let behind = last.zip(before).is_none_or(|((first, _), (_, end))| *end < first);
        self.in_line = behind && (self.in_line || self.ranges.len() == 1);
        self.greatest = self.greatest.max(last.map(|(_, end)| end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::hash::QuickMap;
    use proptest::prelude::*;

    fn record(n: u128) -> Record {
        Record::unborn(RowId::from_bits(n), "".into())
    }

    fn agrees(rows: &Rows, ids: &[u128]) -> Result<(), TestCaseError> {
        prop_assert_eq!(rows.len(), ids.len());
        prop_assert!(rows.iter().map(|r| r.id.bits()).eq(ids.iter().copied()));
        for (at, id) in ids.iter().enumerate() {
            prop_assert_eq!(rows.place_of(RowId::from_bits(*id)), Some(at));
            prop_assert_eq!(rows.nth(at).map(|r| r.id.bits()), Some(*id));
        }
        prop_assert_eq!(rows.nth(ids.len()).map(|r| r.id), None);
        let known: QuickMap<u128, ()> = ids.iter().map(|id| (*id, ())).collect();
        let near = ids.iter().flat_map(|id| [id.saturating_sub(1), id.saturating_add(1)]);
        for id in near.chain([0, u128::MAX]).filter(|id| !known.contains_key(id)) {
            prop_assert_eq!(rows.place_of(RowId::from_bits(id)), None);
        }
        Ok(())
    }

    /// Identities as they come: runs that ascend, runs of other ledgers in between, single ones anywhere.
    fn arrivals() -> impl Strategy<Value = Vec<u128>> {
        let run = (0u128..40, 1u128..1500, any::<bool>());
        prop::collection::vec(run, 1..8).prop_map(|runs| {
            let mut seen = QuickMap::default();
            let all = runs.into_iter().flat_map(|(from, n, down)| {
                let ids = (0..n).map(move |k| from * 1000 + if down { n - k } else { k });
                ids.collect::<Vec<_>>()
            });
            all.filter(|id| seen.insert(*id, ()).is_none()).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Every record is found by its place and by its identity, and no other, in whatever order they arrived and
        /// whether they came one by one or in leaves.
        #[test]
        fn records_are_found_by_place_and_by_identity(ids in arrivals()) {
            let mut singly = Rows::default();
            for (at, id) in ids.iter().enumerate() {
                prop_assert_eq!(singly.place_of(RowId::from_bits(*id)), None);
                prop_assert_eq!(singly.push(record(*id)), at);
            }
            agrees(&singly, &ids)?;
            let mut whole = Rows::default();
            for leaf in ids.chunks(LEAF) {
                prop_assert!(whole.push_leaf(Leaf::of(leaf.iter().map(|id| record(*id)).collect())));
            }
            agrees(&whole, &ids)?;
        }
    }

    #[test]
    fn a_leaf_behind_one_that_is_not_full_is_refused() {
        let mut rows = Rows::default();
        assert!(rows.push_leaf(Leaf::of(vec![record(1)])));
        assert!(!rows.push_leaf(Leaf::of(vec![record(2)])));
        assert!(!Rows::default().push_leaf(Leaf::of((0..=LEAF as u128).map(record).collect())));
        assert_eq!(rows.len(), 1);
    }
}
