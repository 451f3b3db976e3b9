//! Leading back to what stood before, undecided things included.
//!
//! Duty: a merge, a decision, and whatever else put an end to a conflict is not taken back change by change: what stood
//! before is read from the log, and comes back with everything that was undecided in it. Inputs: the state, the step,
//! the log. Outputs: an [`Undo`]. Neighbours: `undo` takes all other steps back; `merge` leaves with it what is not
//! wanted.

use std::collections::BTreeSet;

use super::draft::is_locked;
use super::slot::{Head, Slot, Verdict, blind};
use super::state::{Record, State};
use super::undo::{Overtaken, Undo, plan_undo};
use super::{Batch, BatchHead, BatchId, BatchKind, Change, Draft, Sealed, Seen, Stamp};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value};

/// Whether it takes the log to take `batch` back.
pub fn needs_log(state: &State, batch: &Batch) -> bool {
    let judged = |kind: &BatchKind| matches!(kind, BatchKind::Merge { .. } | BatchKind::Decide);
    let ended = |o: &super::Operation| o.change.seen().is_some_and(|seen| seen.own.len() > 1);
    judged(state.done(&batch.kind)) || batch.operations.iter().any(ended)
}

/// Plans the undo of any batch. `log` is the whole ledger, which is looked at only where it [is needed](needs_log).
pub fn take_back(state: &State, batch: &Batch, log: &[Sealed]) -> Undo {
    if !needs_log(state, batch) {
        return plan_undo(state, batch);
    }
    let files = match batch.kind.plain() {
        BatchKind::Merge { files, .. } => files.as_slice(),
        _ => &[],
    };
    let brought = files.iter().flat_map(|f| f.brought.iter().copied());
    let mut going: BTreeSet<BatchId> = brought.chain([batch.id]).into_set();
    going.extend(idle_since(state, batch));
    let gone = log.iter().map(|s| &s.batch).filter(|b| going.contains(&b.id));
    let rows = gone.flat_map(|b| b.operations.iter().map(|o| (o.register.clone(), o.row))).into_set();
    let then = without(state, log, &going, &rows);
    let mut undo = Undo::of(batch.id);
    let since =
        |stamp: Stamp| state.batch_of(stamp).is_some_and(|b| !going.contains(&b.id) && b.stamp > batch.stamp);
    for (register, row) in rows {
        let Some(record) = state.record(&register, row) else { continue };
        let changed = |slot: &Slot| record.heads(slot).iter().any(|h| since(h.stamp));
        let overtaken = |slot: &Slot| {
            let field = if let Slot::Field(field) = slot { Some(field.clone()) } else { None };
            Overtaken { register: register.clone(), row, field }
        };
        let new = then.record(&register, row).is_none_or(|t| t.created.is_none());
        let slots = record.written_slots();
        // Somebody has gone on with the record, or has removed it already.
        if let Some(slot) = slots.iter().find(|s| changed(s)).filter(|_| new) {
            if !record.is_gone() {
                undo.overtaken.push(overtaken(slot));
            }
            continue;
        }
        undo.overtaken.extend(slots.iter().filter(|s| changed(s)).map(overtaken));
        let mut back = Back { now: state, then: &then, draft: &mut undo.draft };
        back.slots(&register, row, &|slot| !changed(slot));
    }
    undo.spare(state);
    undo
}

/// Later steps that were taken back, and those that took them back: together they have changed nothing.
fn idle_since(state: &State, batch: &Batch) -> Vec<BatchId> {
    let later = |id: BatchId| state.batch(id).is_some_and(|b| b.stamp > batch.stamp && b.id != batch.id);
    let idle = |b: &&BatchHead| {
        later(b.id)
            && (state.is_undone(b.id) || b.kind.undoes().is_some_and(|of| later(of) && state.is_undone(of)))
    };
    state.batches().filter(idle).map(|b| b.id).collect()
}

/// What the log says of `rows`, and of those that are one with them, without some of its batches.
pub(super) fn without(
    state: &State,
    log: &[Sealed],
    going: &BTreeSet<BatchId>,
    rows: &BTreeSet<(Text, RowId)>,
) -> State {
    let one = |(key, row): &(Text, RowId)| {
        let all = if state.aliases.is_empty() { vec![*row] } else { state.twins_of(*row) };
        all.into_iter().map(|row| (key.clone(), row)).collect::<Vec<_>>()
    };
    let rows = rows.iter().flat_map(one).chain(rows.iter().cloned()).into_set();
    let mut then = State::new();
    for sealed in log.iter().filter(|s| !going.contains(&s.batch.id)) {
        then.apply_where(&sealed.batch, sealed.digest, &|o| rows.contains(&(o.register.clone(), o.row)));
    }
    then
}

/// Brings rows back to what another state says of them, undecided things included.
pub(super) struct Back<'a> {
    pub now: &'a State,
    pub then: &'a State,
    pub draft: &'a mut Draft,
}

impl Back<'_> {
    pub fn row(&mut self, register: &str, row: RowId) {
        self.slots(register, row, &|_| true);
    }

    pub fn slots(&mut self, register: &str, row: RowId, may: &dyn Fn(&Slot) -> bool) {
        let Some(now) = self.now.record(register, row) else { return };
        let then = self.then.record(register, row).filter(|t| t.created.is_some());
        let removed = |r: &Record| r.gone.is_some_and(|(gone, _)| gone);
        for slot in now.written_slots().iter().filter(|s| may(s)) {
            let stands = match slot {
                Slot::Twin(_) => true,
                // One that was there neither way needs no word about it.
                Slot::Life => then.is_some_and(|t| removed(now) || removed(t) || now.heads(slot).len() > 1),
                Slot::Field(_) | Slot::State => then.is_some(),
            };
            if stands {
                self.slot(register, now, then, slot);
            }
        }
        let alive = now.created.is_some() && (!removed(now) || now.head_stamps(&Slot::Life).len() > 1);
        if then.is_none() && alive {
            self.draft.delete(register, row);
        }
    }

    /// Also where the value is the same again: what was done is then overwritten with it in view.
    fn slot(&mut self, register: &str, now: &Record, then: Option<&Record>, slot: &Slot) {
        let stood = then.map(|t| t.heads(slot)).unwrap_or_default();
        let own = now.head_stamps(slot);
        if stood.iter().map(|h| h.stamp).eq(own.iter().copied()) {
            return;
        }
        let stood: Vec<(Option<Value>, Option<Head>)> = match stood.is_empty() {
            true => vec![(self.as_created(register, now, then, slot), None)],
            false => stood.into_iter().map(|h| (h.value.clone(), Some(h))).collect(),
        };
        let at = (now.id, slot.clone());
        if stood.len() > 1 {
            self.draft.rivals.insert(at.clone());
        }
        for (value, head) in stood {
            let beside = head.as_ref().zip(then).and_then(|(h, t)| self.unseen(register, now, t, slot, h));
            if beside.is_some() {
                self.draft.given.insert(at.clone());
            }
            let echo = head.and_then(|h| h.echo);
            let seen = Seen { own: own.clone(), beside: beside.unwrap_or_default(), echo };
            let change = Change::write(slot, value, now, seen);
            self.draft.push(register, now.id, change);
        }
    }

    /// What a slot says before anybody writes it.
    fn as_created(&self, key: &str, now: &Record, then: Option<&Record>, slot: &Slot) -> Option<Value> {
        match slot {
            Slot::Field(field) => then.and_then(|t| t.as_written(field)).cloned(),
            Slot::State => {
                let kind = self.now.kind_of(key, now);
                kind.and_then(|k| k.workflow.as_ref()).map(|flow| Value::choice(flow.initial()))
            }
            Slot::Life => Some(Value::Bool(false)),
            Slot::Twin(_) => Some(Verdict::Open.value()),
        }
    }

    /// What a write knew of the record's other slots, where something that it did not know of was asked about.
    fn unseen(&self, key: &str, now: &Record, then: &Record, slot: &Slot, head: &Head) -> Option<Vec<Stamp>> {
        let ends = |slot: &Slot, value: Option<&Value>| match slot {
            Slot::Life => value == Some(&Value::Bool(true)),
            Slot::State => {
                value.and_then(Value::as_str).is_some_and(|word| is_locked(self.now, key, &then.kind, word))
            }
            _ => false,
        };
        match slot {
            Slot::Twin(_) => Some(head.beside.clone()),
            Slot::Field(_) => {
                let closing = [Slot::Life, Slot::State].into_iter().flat_map(|s| {
                    let heads = then.heads(&s);
                    heads.into_iter().filter(|h| ends(&s, h.value.as_ref())).collect::<Vec<_>>()
                });
                closing
                    .into_iter()
                    .any(|end| blind(std::slice::from_ref(&end), &[&end], head))
                    .then(|| head.beside.clone())
            }
            Slot::Life | Slot::State if !ends(slot, head.value.as_ref()) => None,
            Slot::Life | Slot::State => {
                let edits = self.then.around(key, then, slot);
                let unseen: BTreeSet<Stamp> = edits
                    .iter()
                    .filter(|e| blind(std::slice::from_ref(head), &[head], e))
                    .map(|e| e.stamp)
                    .into_set();
                let known = self.now.around(key, now, slot).into_iter().map(|e| e.stamp);
                (!unseen.is_empty()).then(|| known.filter(|s| !unseen.contains(s)).collect())
            }
        }
    }
}
