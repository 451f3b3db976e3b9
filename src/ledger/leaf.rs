//! A piece of a register's records, in order of arrival.
//!
//! Duty: up to [`LEAF`](super::rows::LEAF) records, found by their places in the leaf or by their identities. A leaf is
//! *packed*, as it lies on the medium, or *open*, as records, or both as long as nothing has changed. A packed leaf
//! opens by itself when somebody looks, so that no reader can see fewer records than there are; one that changes is
//! open only, until its page is written again. Where the identities do not ascend, an order by identity is kept beside
//! them. Inputs: records, or something [`Packed`]. Outputs: records. Neighbours: `rows` strings leaves together;
//! `storage` packs.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use super::brief::Brief;
use super::glance::Look;
use super::state::Record;
use super::twin::Aliases;
use crate::register::Fields as _;
use crate::value::order::{self, Ordered as _};
use crate::value::{RowId, Text, Value};

/// Records as they lie on the medium.
pub(crate) trait Packed: std::fmt::Debug {
    /// How many.
    fn len(&self) -> usize;

    /// The identity of the record at a place.
    fn id(&self, at: usize) -> Option<RowId>;

    /// Whether somebody has said of one of them that it is another record, or that it is not.
    fn has_twins(&self) -> bool;

    /// Whether one of them may be undecided: see [`Record::may_be_disputed`].
    fn may_be_disputed(&self) -> bool;

    /// What is in it, without looking at any record.
    fn brief(&self) -> &Brief;

    /// The checksum of what lies on the medium.
    fn checksum(&self) -> u32;

    /// Whether one of them refers to a row that is `wanted`.
    fn names(&self, wanted: &dyn Fn(RowId) -> bool) -> Result<bool, String>;

    /// The records, in order of arrival, as they are where no row stands for another.
    fn unpack(&self) -> Result<Vec<Record>, String>;

    /// The same, to be read field by field.
    fn columns(&self) -> Result<Box<dyn Columns + '_>, String>;
}

/// Packed records, read field by field.
pub(crate) trait Columns: std::fmt::Debug {
    /// The kind of the record at a place.
    fn kind(&self, at: usize) -> Option<&Text>;

    /// Whether it is created and not removed.
    fn is_live(&self, at: usize) -> bool;

    /// The state that the record at a place was moved to.
    fn stage(&self, at: usize) -> Option<&Text>;

    /// The values of one field by place; none at all where no record has one.
    fn read(&self, field: &str) -> Result<Vec<Option<Value>>, String>;
}

/// Some records that arrived one after the other.
#[derive(Debug, Default)]
pub(crate) struct Leaf {
    /// The same as the records, if these have not changed since.
    packed: Option<Rc<dyn Packed>>,
    /// Empty only where there is something packed.
    open: OnceCell<Vec<Record>>,
    /// The places by identity, where that is not the order of arrival.
    order: Option<Vec<u16>>,
    /// How many live records there are of each kind, once somebody has asked.
    live: OnceCell<Vec<(Text, usize)>>,
    /// What is in it, once somebody has asked while it is not packed.
    brief: OnceCell<Brief>,
    /// Another whenever its records are others, or are shown otherwise.
    edition: u64,
    /// Somebody has looked at the records lately.
    looked: Cell<bool>,
    /// Bytes that the records take while they are as they are packed, roughly.
    size: Cell<usize>,
}

thread_local! {
    /// Bytes of records that were made of what is packed since it was asked last, in whatever state.
    static OPENED: Cell<usize> = const { Cell::new(0) };
    /// The last edition of any leaf.
    static EDITIONS: Cell<u64> = const { Cell::new(0) };
}

/// An edition that no leaf has yet.
fn new_edition() -> u64 {
    EDITIONS.with(|last| {
        last.set(last.get() + 1);
        last.get()
    })
}

/// Records made between two looks at how many are open: an eighth of what may stay so.
const MUCH: usize = super::state::OPEN / 8;

/// Whether so many records were made that it is time to see whether others should be packed again.
pub(crate) fn much_was_opened() -> bool {
    OPENED.with(|opened| opened.get() > MUCH)
}

/// That was seen to.
pub(super) fn seen_to() {
    OPENED.with(|opened| opened.set(0));
}

/// A copy opens what it needs by itself.
impl Clone for Leaf {
    fn clone(&self) -> Self {
        let open = if self.packed.is_some() { OnceCell::new() } else { self.open.clone() };
        let (packed, order) = (self.packed.clone(), self.order.clone());
        Self { packed, open, order, edition: self.edition, ..Self::default() }
    }
}

impl Leaf {
    /// The leaf of these records.
    pub(crate) fn of(records: Vec<Record>) -> Self {
        let order = order_of(records.len(), |at| records.get(at).map(|r| r.id));
        Self { open: OnceCell::from(records), order, edition: new_edition(), ..Self::default() }
    }

    /// The leaf of what is packed.
    pub(crate) fn packed(packed: Rc<dyn Packed>) -> Self {
        let order = order_of(packed.len(), |at| packed.id(at));
        Self { packed: Some(packed), order, edition: new_edition(), ..Self::default() }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        match (self.open.get(), &self.packed) {
            (Some(records), _) => records.len(),
            (None, packed) => packed.as_ref().map_or(0, |p| p.len()),
        }
    }

    /// Whether its records have been made.
    pub(super) fn is_open(&self) -> bool {
        self.open.get().is_some()
    }

    /// The records, in order of arrival. `aliases` are the rows that others stand for.
    pub(crate) fn records(&self, aliases: &Aliases) -> &[Record] {
        self.looked.set(true);
        self.open.get_or_init(|| self.unpack(aliases))
    }

    /// The same, to be changed; their identities stay.
    pub(crate) fn records_mut(&mut self, aliases: &Aliases) -> Option<&mut Vec<Record>> {
        self.records(aliases);
        (self.packed, self.live, self.brief) = (None, OnceCell::new(), OnceCell::new());
        self.edition = new_edition();
        self.open.get_mut()
    }

    /// What is in it.
    pub(super) fn brief(&self) -> &Brief {
        match &self.packed {
            Some(packed) => packed.brief(),
            None => self.brief.get_or_init(|| Brief::of(self.open.get().into_iter().flatten())),
        }
    }

    /// Another whenever its records are others, or are shown otherwise.
    pub(super) const fn edition(&self) -> u64 {
        self.edition
    }

    /// The checksum of what lies on the medium; none where its records have changed since.
    pub(super) fn checksum(&self) -> Option<u32> {
        self.packed.as_ref().map(|packed| packed.checksum())
    }

    fn unpack(&self, aliases: &Aliases) -> Vec<Record> {
        let Some(packed) = &self.packed else { return Vec::new() };
        let mut records = packed.unpack().unwrap_or_else(|why| unreadable(&why));
        if !aliases.is_empty() {
            records.iter_mut().for_each(|r| r.away = aliases.contains_key(&r.id));
        }
        let size = records.iter().map(Record::size).sum();
        self.size.set(size);
        OPENED.with(|opened| opened.set(opened.get().saturating_add(size)));
        records
    }

    /// Whether anybody has looked at its records since this was asked last.
    pub(super) fn was_looked_at(&self) -> bool {
        self.looked.take()
    }

    /// Bytes that packing it again would give back, roughly: nothing where it has changed since it was packed.
    pub(super) fn spare(&self) -> usize {
        if self.is_open() && self.packed.is_some() { self.size.get() } else { 0 }
    }

    /// The records field by field, where they need not be made for that.
    pub(super) fn columns(&self) -> Option<Box<dyn Columns + '_>> {
        let packed = self.packed.as_ref().filter(|_| !self.is_open())?;
        Some(packed.columns().unwrap_or_else(|why| unreadable(&why)))
    }

    /// How many live records of a kind there are; of all kinds where none is named.
    pub(super) fn count(&self, kind: Option<&str>, aliases: &Aliases) -> usize {
        if !self.holds_any(aliases.keys()) {
            return self.brief().count(kind);
        }
        let live = self.live.get_or_init(|| self.count_live(aliases));
        live.iter().filter(|(k, _)| kind.is_none_or(|kind| **k == *kind)).map(|(_, n)| n).sum()
    }

    /// The years of the periods that live records of a kind have in a field.
    pub(super) fn years(&self, kind: &str, field: &str, aliases: &Aliases) -> BTreeSet<i16> {
        if !self.holds_any(aliases.keys()) {
            return self.brief().years(kind, field).into_set();
        }
        let look = Look::at(self, aliases);
        let seen = (0..self.len()).filter_map(|at| look.glimpse(at)).filter(|seen| seen.is_of(kind));
        seen.filter_map(|seen| Some(seen.value(field)?.as_period()?.year())).into_set()
    }

    fn count_live(&self, aliases: &Aliases) -> Vec<(Text, usize)> {
        let mut live: Vec<(Text, usize)> = Vec::new();
        let look = Look::at(self, aliases);
        for kind in (0..self.len()).filter_map(|at| look.glimpse(at)?.live_kind().cloned()) {
            match live.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, n)) => *n += 1,
                None => live.push((kind, 1)),
            }
        }
        live
    }

    /// Whether somebody has said of one of its records that it is another one, or that it is not.
    pub(super) fn may_have_twins(&self) -> bool {
        self.is_open() || self.packed.as_ref().is_some_and(|p| p.has_twins())
    }

    /// Whether one of its records may be undecided, beside those that others stand for.
    pub(super) fn may_be_disputed(&self) -> bool {
        self.is_open() || self.packed.as_ref().is_some_and(|p| p.may_be_disputed())
    }

    /// Whether one of its records is one of `rows`.
    pub(super) fn holds_any<'a>(&self, mut rows: impl Iterator<Item = &'a RowId>) -> bool {
        rows.any(|row| self.find(*row).is_some())
    }

    /// The aliases are others now; `changed` are the rows that these are about. Calls `each` with the place of every
    /// record that is shown otherwise, and whether that is because one of its references leads elsewhere.
    pub(super) fn follow(
        &mut self,
        (aliases, before): (&Aliases, &Aliases),
        changed: &BTreeSet<RowId>,
        mut each: impl FnMut(usize, bool),
    ) {
        if !self.is_open() && !self.concerns(changed) {
            return;
        }
        self.live.take();
        self.records(before);
        let mut rewritten = false;
        for (at, record) in self.open.get_mut().into_iter().flatten().enumerate() {
            let away = aliases.contains_key(&record.id);
            let turned = std::mem::replace(&mut record.away, away) != away;
            let followed = record.follow(aliases, Some(before));
            rewritten |= followed;
            if turned || followed {
                self.edition = new_edition();
                each(at, followed);
            }
        }
        if rewritten {
            (self.packed, self.brief) = (None, OnceCell::new());
        }
    }

    /// Whether one of its records, as they are packed, is one of `rows` or refers to one.
    pub(super) fn concerns(&self, rows: &BTreeSet<RowId>) -> bool {
        let names = self.packed.as_ref().map(|p| p.names(&|row| rows.contains(&row)));
        names.is_some_and(|named| named.unwrap_or_else(|why| unreadable(&why))) || self.holds_any(rows.iter())
    }

    /// These are its records, as they were packed just now.
    pub(super) fn settle(&mut self, packed: Rc<dyn Packed>) {
        if packed.len() == self.len() {
            self.packed = Some(packed);
            self.size.set(self.open.get().into_iter().flatten().map(Record::size).sum());
        }
    }

    /// Forgets the records of which there is something packed.
    pub(super) fn close(&mut self) {
        if self.packed.is_some() {
            self.open.take();
        }
    }

    /// Other rows may stand for its records now.
    pub(super) fn stand_otherwise(&mut self) {
        self.close();
        self.live.take();
        self.edition = new_edition();
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
    pub(crate) fn push(&mut self, record: Record, aliases: &Aliases) {
        let at = self.len();
        let greatest = at.checked_sub(1).and_then(|n| self.id(self.by_identity(n)));
        // What arrives is nearly always the newest.
        let n = if greatest.is_none_or(|id| id < record.id) { at } else { self.before(record.id) };
        if n < at && self.order.is_none() {
            self.order = Some((0..u16::try_from(at).unwrap_or(u16::MAX)).collect());
        }
        if let Some(order) = &mut self.order {
            order.insert(n, u16::try_from(at).unwrap_or(u16::MAX));
        }
        if let Some(records) = self.records_mut(aliases) {
            records.push(record);
        }
    }

    /// The identity of the record at a place.
    pub(super) fn id(&self, at: usize) -> Option<RowId> {
        match self.open.get() {
            Some(records) => records.get(at).map(|r| r.id),
            None => self.packed.as_ref()?.id(at),
        }
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
    order::sort_by_key(&mut order, |at| id(usize::from(*at)));
    Some(order)
}

/// Whoever packs has read it back before, and its checksum fits: this is memory gone bad, or a fault of the program.
/// Records that cannot be read must not look like records that are not there, in no list, sum or file; so the program
/// stops and says so.
#[expect(clippy::panic, reason = "a lost page is better than a total that is silently wrong")]
pub(super) fn unreadable(why: &str) -> ! {
    panic!("a page whose checksum fits cannot be read: {why}")
}
