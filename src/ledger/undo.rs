//! Taking a batch back: a further batch of inverse operations. Redo is the undo of an undo.

use std::collections::{BTreeMap, BTreeSet};

use super::references::{Pointer, dangling};
use super::slot::{Slot, Verdict};
use super::state::State;
use super::{Batch, BatchId, BatchKind, Change, Creation, Draft, Record};
use crate::register::Fields as _;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, order};

/// What an undo would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Undo {
    /// The inverse operations, last one first.
    pub draft: Draft,
    /// What is left as it is, because somebody changed it since.
    pub overtaken: Vec<Overtaken>,
    /// Records that stay because others, which stay too, point at them.
    pub needed: Vec<Pointer>,
}

/// A record or cell that was changed after the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaken {
    /// Register key.
    pub register: Text,
    /// The record.
    pub row: RowId,
    /// The cell; none for the record as a whole.
    pub field: Option<Text>,
}

/// Plans the undo of `batch` on top of `state`. Cells and records that were changed since are left alone and
/// listed: taking them back silently would lose somebody's work.
pub fn plan_undo(state: &State, batch: &Batch) -> Undo {
    let mut undo = Undo::of(batch.id);
    // What a record became within the batch that made it goes with the record.
    let made: BTreeSet<RowId> =
        batch.operations.iter().filter(|o| matches!(o.change, Change::Create(_))).map(|o| o.row).into_set();
    let rescued = !batch.kind.stands_for().is_empty();
    let mut stages: BTreeMap<RowId, &str> = BTreeMap::new();
    for operation in batch.operations.iter().rev() {
        let (register, row) = (&operation.register, operation.row);
        let Some(record) = state.record(register, row) else { continue };
        let overtaken =
            |field: Option<&Text>| Overtaken { register: register.clone(), row, field: field.cloned() };
        match &operation.change {
            Change::Create(_) if record.is_gone() => {}
            // What is closed is not left lying: the gate refuses the whole step and says why.
            Change::Create(_) if is_closed(state, register, record) => undo.draft.delete(register, row),
            Change::Create(c) if changed_since(batch, record, c) => undo.overtaken.push(overtaken(None)),
            Change::Create(_) => undo.draft.delete(register, row),
            Change::Set { .. } | Change::Move { .. } if made.contains(&row) => {}
            // Said once more beside what another row says, where rows became one: there is nothing to take back.
            Change::Set { value, before, .. } if value == before => {}
            // What stood there before is lost with the batch: clearing the cell would take more than it gave.
            Change::Set { field, .. } if rescued => undo.overtaken.push(overtaken(Some(field))),
            Change::Set { field, value, before, .. } => {
                let now = record.value(field);
                if now == value.as_ref() {
                    undo.draft.set(state, register, row, field, before.clone(), None);
                } else if now != before.as_ref() {
                    undo.overtaken.push(overtaken(Some(field)));
                }
            }
            Change::Move { to, before: Some(before), .. }
                if stages.get(&row).copied().or(record.stage()) == Some(to) =>
            {
                undo.step_back(state, (register, record), to, before);
                stages.insert(row, before);
            }
            Change::Delete { .. } if record.is_gone() => undo.draft.restore(register, row),
            Change::Restore { .. } if !record.is_gone() => undo.draft.delete(register, row),
            Change::Delete { .. } | Change::Restore { .. } => {}
            Change::Join { other, verdict, before, .. } => {
                let now = record.shown(&Slot::Twin(*other)).map(|h| Verdict::of(h.value.as_ref()));
                if now == Some(*verdict) {
                    undo.draft.join(state, register, (row, *other), *before);
                } else if now != Some(*before) {
                    undo.overtaken.push(overtaken(None));
                }
            }
            Change::Move { .. } | Change::Unknown(_) => undo.overtaken.push(overtaken(None)),
        }
    }
    undo.spare(state);
    undo
}

impl Undo {
    pub(super) const fn of(of: BatchId) -> Self {
        Self { draft: Draft::new(BatchKind::Undo { of }), overtaken: Vec::new(), needed: Vec::new() }
    }

    /// Takes a move back. What went through several states within the batch goes back at once where a declared step leads
    /// straight to where it began: out of a closed state there is often no other way.
    fn step_back(&mut self, state: &State, (register, record): (&Text, &Record), from: &str, to: &str) {
        let flow = state.kind_of(register, record).and_then(|k| k.workflow.as_ref());
        let last = self.draft.operations.iter_mut().rev().find(|o| o.row == record.id());
        if let Some(Change::Move { to: through, before: Some(end), .. }) = last.map(|o| &mut o.change)
            && **through == *from
            && flow.is_some_and(|f| f.step(end, through).is_none() && f.step(end, to).is_some())
        {
            *through = Text::from(to);
            return;
        }
        self.draft.advance(register, record.id(), from, to, None);
    }

    /// Leaves records that others need; what stays may itself need more.
    pub(super) fn spare(&mut self, state: &State) {
        loop {
            let held = dangling(state, &self.draft);
            if held.is_empty() {
                break;
            }
            let stay: BTreeSet<(&str, RowId)> = held.iter().map(|p| (&*p.at, p.target)).into_set();
            self.draft.operations.retain(|o| {
                !matches!(o.change, Change::Delete { .. }) || !stay.contains(&(&*o.register, o.row))
            });
            self.needed.extend(held);
        }
        order::sort(&mut self.needed);
    }
}

/// Whether nobody changes the record in the state that it is in.
fn is_closed(state: &State, key: &str, record: &Record) -> bool {
    let flow = state.kind_of(key, record).and_then(|k| k.workflow.as_ref());
    flow.is_some_and(|f| record.stage().and_then(|word| f.stage(word)).is_some_and(|s| s.locked))
}

/// Whether the record no longer is what the batch made of it.
fn changed_since(batch: &Batch, record: &Record, creation: &Creation) -> bool {
    let made = |field: &str| {
        let later = batch.operations.iter().rev().find_map(|o| match &o.change {
            Change::Set { field: f, value, .. } if o.row == record.id() && &**f == field => {
                Some(value.as_ref())
            }
            _ => None,
        });
        later.unwrap_or_else(|| creation.fields.iter().find(|(k, _)| &**k == field).map(|(_, v)| v))
    };
    let moved =
        batch.operations.iter().any(|o| o.row == record.id() && matches!(o.change, Change::Move { .. }));
    let untouched = record.stamps.is_empty();
    (record.stage().is_some() && !moved)
        || (!untouched && record.stamps.iter().any(|(field, _)| record.value(field) != made(field)))
}
