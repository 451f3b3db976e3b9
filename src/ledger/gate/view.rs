//! The ledger as the changes of a draft leave it, one after the other.
//!
//! Inputs: the state and the operations taken so far. Outputs: records as they would be ([`Seen`]), and the world that
//! rules look into. Nothing is applied.

use rust_decimal::Decimal;

use super::super::world::common_key;
use super::super::{Change, Creation, Operation, Record, Stamp, State, Surroundings};
use crate::register::{Fields, Schema, World};
use crate::value::hash::QuickMap;
use crate::value::{Date, RowId, Text, Value};

/// A state and what a draft has done so far.
pub(super) struct View<'a> {
    state: &'a State,
    /// In the order in which the draft comes to them.
    changed: Vec<((&'a str, RowId), Changed<'a>)>,
    /// Where they stand there.
    places: QuickMap<(&'a str, RowId), usize>,
}

/// What the draft did to one record.
#[derive(Clone, Default)]
struct Changed<'a> {
    made: Option<&'a Creation>,
    set: Vec<(&'a str, Option<&'a Value>)>,
    stage: Option<&'a str>,
    gone: Option<bool>,
}

/// A record as it would be.
#[derive(Clone)]
pub(super) struct Seen<'a> {
    row: RowId,
    record: Option<&'a Record>,
    changed: Changed<'a>,
}

impl<'a> View<'a> {
    /// `state` before any change; room for as many as may come.
    pub(super) fn new(state: &'a State, changes: usize) -> Self {
        let places = QuickMap::with_capacity_and_hasher(changes, Default::default());
        Self { state, changed: Vec::with_capacity(changes), places }
    }

    /// Takes one more change into account.
    pub(super) fn take(&mut self, operation: &'a Operation) {
        let at = (&*operation.register, operation.row);
        let place = *self.places.entry(at).or_insert_with(|| {
            self.changed.push((at, Changed::default()));
            self.changed.len() - 1
        });
        let Some((_, changed)) = self.changed.get_mut(place) else { return };
        match &operation.change {
            Change::Create(creation) => changed.made = Some(creation),
            Change::Set { field, value, .. } => changed.set.push((field, value.as_ref())),
            Change::Move { to, .. } => changed.stage = Some(to),
            Change::Delete { .. } => changed.gone = Some(true),
            Change::Restore { .. } => changed.gone = Some(false),
            Change::Join { .. } | Change::Unknown(_) => {}
        }
    }

    pub(super) const fn state(&self) -> &'a State {
        self.state
    }

    /// A record as it is by now.
    pub(super) fn of(&self, register: &str, row: RowId) -> Seen<'a> {
        let changed = self.changed(register, row).cloned().unwrap_or_default();
        Seen { row, record: self.state.record(register, row), changed }
    }

    fn changed(&self, register: &str, row: RowId) -> Option<&Changed<'a>> {
        let place = self.places.get(&(register, row))?;
        self.changed.get(*place).map(|(_, changed)| changed)
    }

    /// A record that is about to be made.
    pub(super) fn made(row: RowId, creation: &'a Creation) -> Seen<'a> {
        Seen { row, record: None, changed: Changed { made: Some(creation), ..Changed::default() } }
    }

    /// Whether a record is there and not removed.
    pub(super) fn stands(&self, register: &str, row: RowId) -> bool {
        let seen = self.of(register, row);
        seen.kind().is_some() && !seen.is_gone()
    }

    /// Every record that the draft touches, in order, as it is by now.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'a str, Seen<'a>)> {
        self.changed.iter().map(|((register, row), changed)| {
            let record = self.state.record(register, *row);
            (*register, Seen { row: *row, record, changed: changed.clone() })
        })
    }

    /// The records that the draft touches, in order.
    pub(super) fn touched(&self) -> impl Iterator<Item = (&'a str, RowId)> {
        self.changed.iter().map(|(at, _)| *at)
    }

    /// Whether the draft makes, removes or puts back a record, or sets a value of it.
    fn alters(&self, register: &str, row: RowId) -> bool {
        let changed = self.changed(register, row);
        changed.is_some_and(|c| c.made.is_some() || c.gone.is_some() || !c.set.is_empty())
    }

    /// The state that a record of the ledger had, and the one that it gets.
    pub(super) fn moved(&self, register: &str, row: RowId) -> Option<(Option<&'a str>, &'a str)> {
        let to = self.changed(register, row)?.stage?;
        Some((self.state.record(register, row).and_then(Record::stage), to))
    }

    /// Other records, as rules see them.
    pub(super) fn world(&self) -> Pending<'_, 'a> {
        Pending { view: self, around: Surroundings::new(self.state) }
    }
}

impl<'a> Seen<'a> {
    pub(super) const fn record(&self) -> Option<&'a Record> {
        self.record
    }

    pub(super) fn kind(&self) -> Option<&'a Text> {
        let known = self.record.filter(|r| r.created().is_some()).map(Record::kind);
        self.changed.made.map(|c| &c.kind).or(known)
    }

    pub(super) fn stage(&self) -> Option<&'a str> {
        self.changed.stage.or_else(|| self.record?.stage())
    }

    pub(super) const fn id(&self) -> RowId {
        self.row
    }

    pub(super) fn is_gone(&self) -> bool {
        let made = self.changed.made.is_some();
        self.changed.gone.unwrap_or_else(|| !made && self.record.is_none_or(Record::is_gone))
    }

    pub(super) fn created(&self) -> Option<Stamp> {
        self.record?.created()
    }

    /// Whether the draft changes the field, makes the record or puts it back.
    pub(super) fn changes(&self, field: &str) -> bool {
        self.changed.made.is_some()
            || self.changed.gone == Some(false)
            || self.changed.set.iter().any(|(f, _)| *f == field)
    }
}

impl Fields for Seen<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        if let Some((_, value)) = self.changed.set.iter().rev().find(|(field, _)| *field == key) {
            return *value;
        }
        let made = self.changed.made.and_then(|c| c.fields.iter().find(|(field, _)| **field == *key));
        made.map(|(_, value)| value).or_else(|| self.record?.value(key))
    }

    fn row(&self) -> Option<RowId> {
        Some(self.row)
    }
}

/// The world behind a draft: records that it makes are there as well.
pub(super) struct Pending<'v, 'a> {
    view: &'v View<'a>,
    around: Surroundings<'a>,
}

impl World for Pending<'_, '_> {
    fn schema(&self) -> &Schema {
        self.around.schema()
    }

    fn record(&self, register: &str, id: RowId) -> Option<&dyn Fields> {
        self.around.record(register, id)
    }

    fn stands(&self, register: &str, id: RowId) -> bool {
        self.view.stands(register, id)
    }

    fn entry(&self, register: &str, kind: &str, name: &str) -> Option<&dyn Fields> {
        self.around.entry(register, kind, name)
    }

    fn year_before(&self, register: &str, kind: &str, record: &dyn Fields, field: &str) -> Option<Decimal> {
        self.around.year_before(register, kind, record, field)
    }

    fn today(&self) -> Option<Date> {
        // Whether a change may be written does not depend on the day.
        None
    }

    fn alike(
        &self,
        register: &str,
        kind: &str,
        by: &[&'static str],
        record: &dyn Fields,
        show: &mut dyn FnMut(&dyn Fields),
    ) {
        let Some(key) = common_key(by, record) else { return };
        let own = record.row();
        let untouched = |row: RowId| Some(row) != own && !self.view.alters(register, row);
        let standing = self.around.agreeing(register, kind, by, record);
        standing.into_iter().filter(|r| untouched(r.id())).for_each(|r| show(r));
        let altered = |at: &str, row: RowId| at == register && Some(row) != own && self.view.alters(at, row);
        for (_, row) in self.view.touched().filter(|(at, row)| altered(at, *row)) {
            let seen = self.view.of(register, row);
            let there = !seen.is_gone() && seen.kind().is_some_and(|k| **k == *kind);
            if there && common_key(by, &seen).as_ref() == Some(&key) {
                show(&seen);
            }
        }
    }

    fn under(&self, at: &str, kind: &str, parent: RowId, show: &mut dyn FnMut(&dyn Fields)) {
        let untouched = |r: &&Record| !self.view.alters(at, r.id());
        self.view.state.under(at, parent, kind).filter(untouched).for_each(|r| show(r));
        let declared = self.view.state.schema().register(at).and_then(|r| r.kind(kind));
        for (_, row) in self.view.touched().filter(|(of, row)| *of == at && self.view.alters(of, *row)) {
            let seen = self.view.of(at, row);
            let there = !seen.is_gone() && seen.kind().is_some_and(|k| **k == *kind);
            if there && declared.and_then(|k| k.parent_of(&seen)) == Some(parent) {
                show(&seen);
            }
        }
    }
}
