//! The log read again: what happened to a cell or a record, where a value came from, how things stood at a
//! past moment.

use super::state::{BatchHead, State};
use super::{Batch, BatchId, BatchKind, Change, Origin, Person, Sealed, Stamp};
use crate::value::order;
use crate::value::{RowId, Text, Value};

/// One thing that happened to a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// In which batch.
    pub batch: BatchId,
    /// When.
    pub stamp: Stamp,
    /// Who.
    pub actor: Person,
    /// What kind of step.
    pub kind: BatchKind,
    /// What happened.
    pub change: Change,
    /// Where it was imported from.
    pub place: Option<Place>,
}

/// A place in a workbook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// File name.
    pub file: Text,
    /// Sheet name.
    pub sheet: Text,
    /// Cell address such as `F14`, or a row number when the column is not known.
    pub cell: String,
}

/// Everything that happened to one record, oldest first. `batches` may come in any order.
pub fn row_history<'a>(
    batches: impl IntoIterator<Item = &'a Batch>,
    register: &str,
    row: RowId,
) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for batch in batches {
        for (n, operation) in batch.operations.iter().enumerate() {
            if operation.row == row && &*operation.register == register {
                events.push(Event {
                    batch: batch.id,
                    stamp: batch.stamp_of(n),
                    actor: batch.actor.clone(),
                    kind: batch.kind.clone(),
                    change: operation.change.clone(),
                    place: place_in(batch, &operation.change),
                });
            }
        }
    }
    order::sort_by_key(&mut events, |e| e.stamp);
    events
}

/// The values that stood in one cell, oldest first: each event with the value from then on.
pub fn cell_history<'a>(
    batches: impl IntoIterator<Item = &'a Batch>,
    register: &str,
    row: RowId,
    field: &str,
) -> Vec<(Event, Option<Value>)> {
    row_history(batches, register, row)
        .into_iter()
        .filter_map(|event| {
            let value = match &event.change {
                Change::Create(c) => c.fields.iter().find(|(k, _)| &**k == field).map(|(_, v)| v.clone()),
                Change::Set { field: f, value, .. } if &**f == field => value.clone(),
                _ => return None,
            };
            Some((event, value))
        })
        .collect()
}

/// Where the record's value in `field` was imported from; none when it was typed.
pub fn origin_of(state: &State, register: &str, row: RowId, field: &str) -> Option<Place> {
    let record = state.record(register, row)?;
    let (batch, origin) = record.origin()?;
    // A cell changed after the import no longer comes from the workbook.
    if record.stamp_of(field) != record.created() {
        return None;
    }
    let head: &BatchHead = state.batch(batch)?;
    place(&head.sources, origin, Some(field))
}

fn place_in(batch: &Batch, change: &Change) -> Option<Place> {
    match change {
        Change::Create(c) => place(&batch.sources, c.origin?, None),
        Change::Set { origin, field, .. } => place(&batch.sources, (*origin)?, Some(field)),
        _ => None,
    }
}

/// Where a value stands in the workbook it was imported from.
pub(super) fn place(sources: &[super::Source], origin: Origin, field: Option<&str>) -> Option<Place> {
    let source = sources.get(origin.table as usize)?;
    let cell = field.and_then(|f| source.cell(f, origin.row)).unwrap_or_else(|| origin.row.to_string());
    Some(Place { file: source.file.clone(), sheet: source.sheet.clone(), cell })
}

/// The state as it stood at `moment` (milliseconds since 1970-01-01 UTC): every batch made until then.
pub fn replay_until<'a>(log: impl IntoIterator<Item = &'a Sealed>, moment: u64) -> State {
    let mut state = State::new();
    for sealed in log {
        if sealed.batch.stamp.millis <= moment {
            state.apply(&sealed.batch, sealed.digest);
        }
    }
    state
}

impl State {
    /// The draft that makes of this state what `past` was: what has come since is removed, what has gone is put
    /// back, changed cells get their old values and records the state (填报中, 已审核 …) they were in.
    pub fn draft_restoring(&self, past: &State, moment: u64) -> super::Draft {
        let mut draft = super::Draft::new(BatchKind::Restore { moment });
        for (register, sheet) in self.registers() {
            for now in sheet.all() {
                restore_record(&mut draft, self, register, now, past.record(register, now.id));
            }
        }
        draft
    }
}

fn restore_record(
    draft: &mut super::Draft,
    state: &State,
    register: &str,
    now: &super::Record,
    then: Option<&super::Record>,
) {
    use crate::register::Fields as _;
    let Some(then) = then.filter(|t| !t.is_gone()) else {
        if !now.is_gone() {
            draft.delete(register, now.id);
        }
        return;
    };
    if now.is_gone() {
        draft.restore(register, now.id);
    }
    for (field, _) in now.cells() {
        if then.value(field).is_none() {
            draft.set(state, register, now.id, field, None, None);
        }
    }
    for (field, value) in then.cells() {
        draft.set(state, register, now.id, field, Some(value.clone()), None);
    }
    // A record that was never moved is where its kind begins, though nothing says so in the log.
    let kind = state.kind_of(register, now);
    let begins = kind.and_then(|k| k.workflow.as_ref()).map(|w| w.initial());
    if let (Some(to), Some(from)) = (then.stage().or(begins), now.stage().or(begins))
        && to != from
    {
        draft.advance(register, now.id, from, to, None);
    }
}
