//! A piece of a register's records, in order of arrival.
//!
//! Duty: up to [`LEAF`](super::rows::LEAF) records, found by their places in the leaf or by their identities. Where the
//! identities do not ascend, an order by identity is kept beside them. Inputs: records. Outputs: the same. Neighbours:
//! `rows` strings leaves together.

use super::state::Record;
use crate::value::RowId;

/// Some records that arrived one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leaf {
    records: Vec<Record>,
    /// The places by identity, where that is not the order of arrival.
    order: Option<Vec<u16>>,
}

impl Leaf {
    /// The leaf of these records.
    pub(crate) fn of(records: Vec<Record>) -> Self {
        let order = order_of(records.len(), |at| records.get(at).map(|r| r.id));
        Self { records, order }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The records, in order of arrival.
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The same, to be changed; their identities stay.
    pub(crate) fn records_mut(&mut self) -> &mut [Record] {
        &mut self.records
    }

    /// The smallest and the greatest identity; none where there is no record.
    pub(crate) fn range(&self) -> Option<(RowId, RowId)> {
        let first = self.id(self.by_identity(0))?;
        Some((first, self.id(self.by_identity(self.len().checked_sub(1)?))?))
    }

    /// The place of a record in the leaf.
    pub(crate) fn find(&self, id: RowId) -> Option<usize> {
        let n = self.before(id);
        let at = self.by_identity(n);
        (n < self.len() && self.id(at) == Some(id)).then_some(at)
    }

    /// A record that arrives.
    pub(crate) fn push(&mut self, record: Record) {
        let (at, n) = (self.len(), self.before(record.id));
        if n < at && self.order.is_none() {
            self.order = Some((0..u16::try_from(at).unwrap_or(u16::MAX)).collect());
        }
        if let Some(order) = &mut self.order {
            order.insert(n, u16::try_from(at).unwrap_or(u16::MAX));
        }
        self.records.push(record);
    }

    fn id(&self, at: usize) -> Option<RowId> {
        self.records.get(at).map(|r| r.id)
    }

    /// The place of the n-th by identity.
    fn by_identity(&self, n: usize) -> usize {
        self.order.as_ref().map_or(n, |order| order.get(n).map_or(usize::MAX, |at| usize::from(*at)))
    }

    /// How many have smaller identities.
    fn before(&self, id: RowId) -> usize {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            match self.id(self.by_identity(middle)) {
                Some(other) if other < id => from = middle + 1,
                _ => to = middle,
            }
        }
        from
    }
}

/// The places by identity; none where the identities ascend.
fn order_of(len: usize, id: impl Fn(usize) -> Option<RowId>) -> Option<Vec<u16>> {
    if (1..len).all(|at| id(at - 1) < id(at)) {
        return None;
    }
    let mut order: Vec<u16> = (0..u16::try_from(len).unwrap_or(u16::MAX)).collect();
    order.sort_unstable_by_key(|at| id(usize::from(*at)));
    Some(order)
}
