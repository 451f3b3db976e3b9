//! What the log has lost and the state still knows, as batches once more (从页面恢复).
//!
//! Duty: the state comes from pages or from memory, and may know more than the log can tell: a record of the log
//! was damaged, or the database was deleted under an open page. Every lost batch is put together again from what
//! it left behind – records, values, states, removals – at the very time of the original, so that histories,
//! past moments and merges with other devices come out as if nothing had happened. What later changes had
//! replaced is gone with the batch. Inputs: the state as shown, and as the log tells it. Outputs: sealed
//! batches of kind [`BatchKind::Rescue`]. Neighbours: `exchange::backup` completes files with them, `storage`
//! records them.
//!
//! They are sealed under a device of their own: the lost ones' names are never used again, and a chain that
//! begins anew has no gap. Their operations keep the stamps that they had, so that whoever saw the lost ones has
//! seen these.

use std::collections::BTreeMap;

use super::log::seal;
use super::slot::{Head, Seen, Slot, Verdict};
use super::state::{BatchHead, Record, State};
use super::{Batch, BatchId, BatchKind, Change, Creation, DeviceId, Operation, Person, Run, Sealed, Stamp};
use crate::value::order::{self, Ordered as _};
use crate::value::{RowId, Text, Value};

/// The first record that two states show differently: other values, another state, or only in one of them.
pub fn difference(a: &State, b: &State) -> Option<(Text, RowId)> {
    shows_less(a, b).or_else(|| shows_less(b, a))
}

/// The first record of `a` that `b` does not show in the same way.
fn shows_less(a: &State, b: &State) -> Option<(Text, RowId)> {
    a.registers().find_map(|(register, sheet)| {
        let other = b.sheet(register);
        let differs = |r: &&Record| {
            let same =
                |o: &Record| !o.is_gone() && o.kind == r.kind && o.cells == r.cells && o.stage() == r.stage();
            !other.and_then(|s| s.get(r.id)).is_some_and(same)
        };
        sheet.live().find(differs).map(|r| (register.clone(), r.id))
    })
}

/// Whether everything that was done in `old` is in `new`, under its own name or put together again.
pub fn covers(new: &State, old: &State) -> bool {
    let again = new.batches.iter().flat_map(|b| b.kind.stands_for()).copied().into_set();
    old.batches.iter().all(|b| new.batch_index.contains_key(&b.id) || again.contains(&b.id))
}

/// Batches of `device` that bring `told`, the state that the log tells, to what `shown` shows. They are applied
/// to `told`. Empty when the log tells everything.
pub fn complete(shown: &State, told: &mut State, device: DeviceId) -> Vec<Sealed> {
    let mut made = Chain { device, told, sealed: Vec::new() };
    made.as_it_was(shown);
    // Two changes of one cell within a millisecond could change places; what is shown has the last word.
    if difference(shown, made.told).is_some() {
        made.at_last(shown);
    }
    made.sealed
}

/// A change that the log does not tell, with the stamp that it had.
type Piece = (Stamp, Operation);

/// What is left of one lost batch.
#[derive(Default)]
struct Remains<'a> {
    head: Option<&'a BatchHead>,
    pieces: Vec<Piece>,
}

struct Chain<'a> {
    device: DeviceId,
    told: &'a mut State,
    sealed: Vec<Sealed>,
}

impl Chain<'_> {
    /// Seals each lost batch again, in its place.
    fn as_it_was(&mut self, shown: &State) {
        let lost = |id: BatchId| !self.told.batch_index.contains_key(&id) && self.told.stand_in(id).is_none();
        let heads: Vec<&BatchHead> = shown.batches.iter().filter(|b| lost(b.id)).collect();
        let mut groups: BTreeMap<Stamp, Remains<'_>> = BTreeMap::new();
        for piece in missing(shown, self.told) {
            let at = piece.0;
            let head = shown.batch_of(at).filter(|b| lost(b.id));
            let group = groups.entry(head.map_or(Stamp { counter: 0, ..at }, |b| b.stamp)).or_default();
            group.head = head;
            group.pieces.push(piece);
        }
        let found: Vec<BatchId> = groups.values().filter_map(|g| g.head).map(|b| b.id).collect();
        let mut nothing_left: Vec<BatchId> =
            heads.iter().map(|b| b.id).filter(|id| !found.contains(id)).collect();
        order::sort(&mut nothing_left);
        let last = groups.len().saturating_sub(1);
        let mut renamed: BTreeMap<BatchId, BatchId> = BTreeMap::new();
        for (n, (at, mut remains)) in groups.into_iter().enumerate() {
            order::sort_by_key(&mut remains.pieces, |(stamp, _)| *stamp);
            let first = remains.pieces.first().map_or(at, |(stamp, _)| *stamp);
            let more = if n == last { std::mem::take(&mut nothing_left) } else { Vec::new() };
            let stamps = Run::all(remains.pieces.iter().map(|(stamp, _)| *stamp));
            let kind = self.kind(remains.head, more, stamps, &renamed);
            let new = self.seal(remains, first, kind);
            renamed.extend(new);
        }
    }

    /// What kind of step it was, with undone batches under the names that they have now.
    fn kind(
        &self,
        head: Option<&BatchHead>,
        more: Vec<BatchId>,
        stamps: Vec<Run>,
        renamed: &BTreeMap<BatchId, BatchId>,
    ) -> BatchKind {
        let was = match head.map(|b| b.kind.plain()) {
            Some(BatchKind::Undo { of }) => BatchKind::Undo {
                of: renamed.get(of).copied().or_else(|| self.told.stand_in(*of)).unwrap_or(*of),
            },
            Some(kind) => kind.clone(),
            None => BatchKind::Edit,
        };
        let earlier = head.map(|b| b.kind.stands_for().to_vec()).unwrap_or_default();
        let of = head.map(|b| b.id).into_iter().chain(earlier).chain(more).collect();
        BatchKind::Rescue { of, was: Box::new(was), stamps }
    }

    /// One more batch after everything else, with what is still not as shown.
    fn at_last(&mut self, shown: &State) {
        let Some(last) = shown.devices.values().chain(self.told.devices.values()).map(|d| d.last).max()
        else {
            return;
        };
        let pieces = missing(shown, self.told);
        let kind = BatchKind::Rescue { of: Vec::new(), was: Box::new(BatchKind::Edit), stamps: Vec::new() };
        let after = Stamp { millis: last.millis + 1, counter: 0, device: self.device };
        self.seal(Remains { head: None, pieces }, after, kind);
    }

    /// Seals, applies and keeps a batch; gives its old and its new name.
    fn seal(&mut self, remains: Remains<'_>, at: Stamp, kind: BatchKind) -> Option<(BatchId, BatchId)> {
        let Remains { head, pieces } = remains;
        if pieces.is_empty() {
            return None;
        }
        let mut operations: Vec<Operation> = pieces.into_iter().map(|(_, operation)| operation).collect();
        // Origins point into the sources of the batch that they came with.
        let sources = head.map(|b| b.sources.clone()).unwrap_or_default();
        for operation in &mut operations {
            if let Change::Create(Creation { origin, .. }) = &mut operation.change {
                *origin = origin.filter(|o| (o.table as usize) < sources.len());
            }
        }
        let chain = self.told.devices.get(&self.device);
        let id = BatchId { device: self.device, seq: chain.map_or(1, |c| c.next_seq) };
        let sealed = seal(Batch {
            id,
            stamp: Stamp { device: self.device, ..at },
            actor: head.map_or_else(|| Person::unnamed(""), |b| b.actor.clone()),
            kind,
            sources,
            previous: chain.map(|c| c.digest).unwrap_or_default(),
            suspect_clock: head.is_some_and(|b| b.suspect_clock),
            operations,
        });
        self.told.apply(&sealed.batch, sealed.digest);
        self.sealed.push(sealed);
        head.map(|b| (b.id, id))
    }
}

/// Everything that `shown` knows and `told` does not.
fn missing(shown: &State, told: &State) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (register, sheet) in shown.registers() {
        let other = told.sheet(register);
        for record in sheet.all() {
            missing_of(&mut pieces, register, record, other.and_then(|s| s.get(record.id)));
        }
    }
    pieces
}

fn missing_of(pieces: &mut Vec<Piece>, register: &Text, record: &Record, told: Option<&Record>) {
    let mut push = |stamp: Stamp, change: Change| {
        pieces.push((stamp, Operation { register: register.clone(), row: record.id, change }));
    };
    let is_made = told.is_some_and(|t| t.created.is_some());
    let stamped = |field: &Text| record.stamps.iter().any(|(f, _)| f == field);
    let as_created = || record.cells.iter().map(|(f, _)| f).filter(|f| !stamped(f));
    let written = |field: &Text| record.as_written(field).cloned();
    if let Some(created) = record.created.filter(|_| !is_made) {
        let fields = as_created().filter_map(|f| Some((f.clone(), written(f)?))).collect();
        let origin = record.origin.map(|(_, origin)| origin);
        push(created, Change::Create(Creation { kind: record.kind.clone(), fields, origin }));
    }
    for slot in record.written_slots() {
        let heads = record.heads(&slot);
        let known = told.map(|t| t.heads(&slot)).unwrap_or_default();
        // Where a record was created twice, one's value may stand as the other's creation.
        let as_made = |h: &Head| match (&slot, told) {
            (Slot::Field(field), Some(t)) => t.is_birth(h.stamp) && t.as_written(field) == h.value.as_ref(),
            _ => false,
        };
        for head in heads.iter().filter(|h| !known.iter().any(|k| k.stamp == h.stamp) && !as_made(h)) {
            // What the ledger that is told still has, and the shown one has no more, was overwritten.
            let over = known.iter().map(|k| k.stamp).filter(|s| !heads.iter().any(|h| h.stamp == *s));
            push(head.stamp, change(&slot, head, over.filter(|s| *s < head.stamp).collect()));
        }
    }
    // Created with a value that the log tells otherwise: only where the log was changed under our feet.
    for field in as_created().filter(|_| is_made) {
        let untouched = told.is_some_and(|t| t.shown(&Slot::Field(field.clone())).is_none());
        let differs = untouched && told.and_then(|t| t.as_written(field)) != record.as_written(field);
        if let Some(created) = record.created.filter(|_| differs) {
            let head = Head { stamp: created, value: written(field), beside: Vec::new(), echo: None };
            push(created, change(&Slot::Field(field.clone()), &head, Vec::new()));
        }
    }
}

/// The write that made a head.
fn change(slot: &Slot, head: &Head, own: Vec<Stamp>) -> Change {
    let seen = Seen { own, beside: head.beside.clone(), echo: head.echo };
    match (slot, &head.value) {
        (Slot::Field(field), value) => {
            Change::Set { field: field.clone(), value: value.clone(), before: None, seen, origin: None }
        }
        (Slot::State, value) => {
            let to = value.as_ref().and_then(Value::as_str).unwrap_or_default();
            Change::Move { to: Text::from(to), before: None, reason: None, seen }
        }
        (Slot::Life, Some(Value::Bool(true))) => Change::Delete { seen },
        (Slot::Life, _) => Change::Restore { seen },
        (Slot::Twin(other), value) => {
            let verdict = Verdict::of(value.as_ref());
            Change::Join { other: *other, verdict, before: Verdict::Open, seen }
        }
    }
}

#[cfg(test)]
mod tests;
