//! Looking at many records without making them.
//!
//! Duty: a pass over a sheet in order of arrival shows each record as a [`Glimpse`]: its identity, kind, state and
//! values. Where a leaf is open that is the record itself; where it is packed, the fields that are asked for are read
//! as columns, and all others stay packed. So a list, a sum or an index over a million rows costs what it asks for, not
//! what there is. Inputs: a sheet. Outputs: glimpses, and how many records there are of each kind. Neighbours: `leaf`
//! declares what packed records can be asked; the tables, the indexes and the search for equal keys pass over sheets.

use std::cell::OnceCell;

use super::leaf::{Columns, Leaf, unreadable};
use super::rows::LEAF;
use super::state::Record;
use super::twin::Aliases;
use crate::register::Fields;
use crate::value::{RowId, Text, Value};

/// A record, seen in passing.
#[derive(Debug, Clone, Copy)]
pub struct Glimpse<'r>(Way<'r>);

#[derive(Debug, Clone, Copy)]
enum Way<'r> {
    Open(&'r Record),
    Packed(&'r Glance<'r>, RowId, usize),
}

impl<'r> Glimpse<'r> {
    /// Its identity.
    pub const fn id(&self) -> RowId {
        match self.0 {
            Way::Open(record) => record.id(),
            Way::Packed(_, id, _) => id,
        }
    }

    /// Whether it is live and of this kind.
    pub fn is_of(&self, kind: &str) -> bool {
        self.live_kind().is_some_and(|k| **k == *kind)
    }

    /// Its kind.
    pub fn kind(&self) -> Option<&'r Text> {
        match self.0 {
            Way::Open(record) => Some(record.kind()),
            Way::Packed(glance, _, at) => glance.columns.kind(at),
        }
    }

    /// Its kind; none when it is removed, not yet created, or shown as the row that it is one with.
    pub fn live_kind(&self) -> Option<&'r Text> {
        let gone = match self.0 {
            Way::Open(record) => record.is_gone(),
            Way::Packed(glance, id, at) => !glance.columns.is_live(at) || glance.aliases.contains_key(&id),
        };
        self.kind().filter(|_| !gone)
    }

    /// The state it was moved to; none while it is where new records begin.
    pub fn stage(&self) -> Option<&'r Text> {
        match self.0 {
            Way::Open(record) => record.stage.as_ref().map(|(word, _)| word),
            Way::Packed(glance, _, at) => glance.columns.stage(at),
        }
    }
}

impl Fields for Glimpse<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        match self.0 {
            Way::Open(record) => record.value(key),
            Way::Packed(glance, _, at) => glance.column(key).get(at)?.as_ref(),
        }
    }

    fn row(&self) -> Option<RowId> {
        Some(self.id())
    }
}

/// One packed leaf that is being looked at.
#[derive(Debug)]
pub(super) struct Glance<'a> {
    columns: Box<dyn Columns + 'a>,
    aliases: &'a Aliases,
    first: Link,
}

/// The columns that were asked for, one after the other: each stays where it is while others are read.
type Link = OnceCell<Box<Read>>;

#[derive(Debug)]
struct Read {
    field: Text,
    values: Vec<Option<Value>>,
    next: Link,
}

impl Glance<'_> {
    fn column(&self, field: &str) -> &[Option<Value>] {
        let mut link = &self.first;
        loop {
            let read = link.get_or_init(|| {
                let values = self.columns.read(field).unwrap_or_else(|why| unreadable(&why));
                Box::new(Read { field: Text::from(field), values, next: OnceCell::new() })
            });
            if *read.field == *field {
                return &read.values;
            }
            link = &read.next;
        }
    }
}

/// A leaf, however it can be looked at for the least.
pub(super) enum Look<'a> {
    Open(&'a [Record]),
    Packed(Glance<'a>, &'a Leaf),
}

impl<'a> Look<'a> {
    pub(super) fn at(leaf: &'a Leaf, aliases: &'a Aliases) -> Self {
        match leaf.columns() {
            Some(columns) => Self::Packed(Glance { columns, aliases, first: OnceCell::new() }, leaf),
            None => Self::Open(leaf.records(aliases)),
        }
    }

    /// The record at a place in the leaf.
    pub(super) fn glimpse(&self, at: usize) -> Option<Glimpse<'_>> {
        match self {
            Self::Open(records) => records.get(at).map(|record| Glimpse(Way::Open(record))),
            Self::Packed(glance, leaf) => leaf.id(at).map(|id| Glimpse(Way::Packed(glance, id, at))),
        }
    }
}

/// A pass over the leaves of a sheet: the one that was looked at last is kept, so that places should ascend.
pub struct Pass<'a> {
    leaves: &'a [Leaf],
    aliases: &'a Aliases,
    now: Option<(usize, Look<'a>)>,
}

impl<'a> Pass<'a> {
    pub(super) const fn over(leaves: &'a [Leaf], aliases: &'a Aliases) -> Self {
        Self { leaves, aliases, now: None }
    }

    /// The record at a place.
    pub fn at(&mut self, place: usize) -> Option<Glimpse<'_>> {
        let n = place / LEAF;
        if self.now.as_ref().is_none_or(|(now, _)| *now != n) {
            self.now = Some((n, Look::at(self.leaves.get(n)?, self.aliases)));
        }
        self.now.as_ref()?.1.glimpse(place % LEAF)
    }

    /// Shows all records with their places.
    pub fn all(mut self, mut show: impl FnMut(usize, Glimpse<'_>)) {
        let count = self.leaves.split_last().map_or(0, |(last, full)| full.len() * LEAF + last.len());
        for place in 0..count {
            if let Some(glimpse) = self.at(place) {
                show(place, glimpse);
            }
        }
    }
}
