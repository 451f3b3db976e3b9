//! Taking other people's ledgers in (合账).
//!
//! Duty: [`survey`] says what each of several ledgers would bring; [`merge`] adds it up, joins rows that are one
//! thing and drafts the step that records all of it; parts that are not wanted are taken back in the same step.
//! [`plan_undo`] takes a whole merge back. Inputs: the state, ledgers read from files. Outputs: the batches to
//! record, the draft of one step of kind [`BatchKind::Merge`]. Neighbours: `twin` finds the rows that are one,
//! `conflict` lists what is left to decide; the command line and the merge desk call this.
//!
//! Two computers that go on from one copied profile have different batches of one name. The name stays with the
//! one that is known here; the other is recorded under a device of its own ([`BatchKind::Fork`]), the same one
//! whoever merges, and its operations keep the stamps that they had.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::log::seal;
use super::slot::{Slot, Verdict};
use super::state::{Record, State};
use super::twin::draft_joins;
use super::undo::{Overtaken, Undo};
use super::{
    Batch, BatchId, BatchKind, Change, DeviceId, Digest, Draft, Operation, Person, Run, Sealed, Stamp,
};
use crate::value::order::{self, Ordered as _};
use crate::value::{RowId, Text, Value};

/// Another ledger.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The file's name.
    pub name: Text,
    /// Its batches.
    pub log: Vec<Sealed>,
}

/// What one of the ledgers brings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct News {
    /// The file's name.
    pub name: Text,
    /// Operations that were not known before, here or from a file before it.
    pub operations: usize,
    /// Operations that were known.
    pub known: usize,
    /// Who did what is new, with the times of the first and the last step.
    pub people: BTreeMap<Text, (u64, u64, usize)>,
    /// Which rows are touched, by register, with the number of operations.
    pub rows: BTreeMap<Text, BTreeMap<RowId, usize>>,
    /// Devices of which another copy went on by itself.
    pub forked: Vec<DeviceId>,
}

/// The batches that are new, and what each ledger brings.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// In the order in which they were made.
    pub brought: Vec<Sealed>,
    /// One for each ledger, in the order given.
    pub files: Vec<News>,
    /// The batches of each ledger, ours first.
    holds: Vec<BTreeSet<BatchId>>,
}

/// A merge that is ready to be recorded.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The batches to record first.
    pub brought: Vec<Sealed>,
    /// The state with them.
    pub state: State,
    /// The step itself; empty when nothing was brought and nothing is to be joined.
    pub draft: Draft,
    /// How many rows were joined with others.
    pub joined: usize,
}

/// What each ledger would bring to `ours`, whose batches have these digests.
pub fn survey(ours: &BTreeMap<BatchId, Digest>, files: &[Incoming]) -> Survey {
    let mut gathered = Survey { holds: vec![ours.keys().copied().into_set()], ..Survey::default() };
    let mut known = Known { digests: ours.clone(), renamed: BTreeMap::new() };
    for file in files {
        let mut news = News { name: file.name.clone(), ..News::default() };
        let mut holds = BTreeSet::new();
        let mut log: Vec<&Sealed> = file.log.iter().collect();
        order::sort_by_key(&mut log, |s| (s.batch.id, s.digest));
        for sealed in log {
            let own = known.name(sealed, &mut news);
            let sealed = own.as_ref().unwrap_or(sealed);
            let id = sealed.batch.id;
            holds.insert(id);
            if known.digests.contains_key(&id) {
                news.known += sealed.batch.operations.len();
                continue;
            }
            known.digests.insert(id, sealed.digest);
            news.count(&sealed.batch);
            gathered.brought.push(sealed.clone());
        }
        gathered.holds.push(holds);
        gathered.files.push(news);
    }
    order::sort_by_key(&mut gathered.brought, |s| (s.batch.stamp, s.batch.id));
    gathered
}

/// What is known while ledgers are gone through.
struct Known {
    digests: BTreeMap<BatchId, Digest>,
    /// Batches of copied profiles by their digest: their device here, the next number and the digest before.
    renamed: BTreeMap<Digest, (DeviceId, u64, Digest)>,
}

impl Known {
    /// The batch under another name, when its own belongs to another or it goes on from such a one.
    fn name(&mut self, sealed: &Sealed, news: &mut News) -> Option<Sealed> {
        let batch = &sealed.batch;
        let id = batch.id;
        let follows = self.renamed.get(&batch.previous).copied();
        let other = self.digests.get(&id).is_some_and(|d| *d != sealed.digest);
        if !other && follows.is_none() {
            return None;
        }
        let (device, seq, previous) = follows.unwrap_or_else(|| {
            let mut hash = Sha256::new();
            hash.update(id.device.0.to_le_bytes());
            hash.update(sealed.digest.0);
            let digest: [u8; 32] = hash.finalize().into();
            let first = digest.first_chunk::<8>().copied().unwrap_or_default();
            (DeviceId(u64::from_le_bytes(first)), 1, Digest::default())
        });
        if !news.forked.contains(&id.device) {
            news.forked.push(id.device);
        }
        let renamed = seal(Batch {
            id: BatchId { device, seq },
            stamp: Stamp { device, ..batch.stamp },
            kind: BatchKind::Fork {
                of: id,
                digest: sealed.digest,
                was: Box::new(batch.kind.clone()),
                stamps: Run::all((0..batch.operations.len()).map(|n| batch.stamp_of(n))),
            },
            previous,
            ..batch.clone()
        });
        self.renamed.insert(sealed.digest, (device, renamed.batch.next_seq(), renamed.digest));
        Some(renamed)
    }
}

impl News {
    fn count(&mut self, batch: &Batch) {
        let n = batch.operations.len();
        self.operations += n;
        let at = batch.stamp.millis;
        let person = self.people.entry(batch.actor.name.clone()).or_insert((at, at, 0));
        *person = (person.0.min(at), person.1.max(at), person.2 + n);
        for operation in &batch.operations {
            let rows = self.rows.entry(operation.register.clone()).or_default();
            *rows.entry(operation.row).or_default() += 1;
        }
    }

    /// Whether it brings nothing: a renamed or an older copy.
    pub const fn is_empty(&self) -> bool {
        self.operations == 0
    }
}

/// Adds what was surveyed to `ours`. `wanted` says which rows' changes are taken; the others are recorded and taken
/// back in the same step.
pub fn merge(ours: &State, survey: &Survey, wanted: &dyn Fn(&str, RowId) -> bool) -> Merged {
    let mut state = ours.clone();
    for sealed in &survey.brought {
        state.apply(&sealed.batch, sealed.digest);
    }
    let files = survey.files.iter().filter(|f| !f.is_empty()).map(|f| f.name.clone()).collect();
    let brought: Vec<BatchId> = survey.brought.iter().map(|s| s.batch.id).collect();
    let mut draft = Draft::new(BatchKind::Merge { files, brought });
    let mut back = Back { now: &state, then: ours, draft: &mut draft };
    for (register, rows) in survey.files.iter().flat_map(|f| &f.rows) {
        rows.keys().filter(|row| !wanted(register, **row)).for_each(|row| back.row(register, *row));
    }
    let unwanted = std::mem::take(&mut draft.operations);
    let mut scratch = Scratch { state: state.clone(), steps: 0 };
    scratch.step(&unwanted);
    let together = |a: Stamp, b: Stamp| {
        let id = |stamp: Stamp| state.batch_of(stamp).map(|head| head.id);
        let (Some(a), Some(b)) = (id(a), id(b)) else { return true };
        survey.holds.iter().any(|h| h.contains(&a) && h.contains(&b))
    };
    // Places first; what refers to them has one key only once they are one.
    let (mut joined, mut joins) = (0, Vec::new());
    loop {
        let mut round = Draft::new(BatchKind::Edit);
        joined += draft_joins(&scratch.state, &mut round, &together);
        if round.is_empty() {
            break;
        }
        scratch.step(&round.operations);
        joins.extend(round.operations);
    }
    draft.operations = unwanted.into_iter().chain(joins).collect();
    if survey.brought.is_empty() && draft.operations.is_empty() {
        draft.kind = BatchKind::Edit;
    }
    // What the rounds saw of each other has stamps that nobody else knows.
    for seen in draft.operations.iter_mut().filter_map(|o| o.change.seen_mut()) {
        seen.own.retain(|s| s.device != SCRATCH);
        seen.beside.retain(|s| s.device != SCRATCH);
    }
    Merged { brought: survey.brought.clone(), state, draft, joined }
}

/// No device: what is tried out is recorded nowhere.
const SCRATCH: DeviceId = DeviceId(u64::MAX);

/// A state on which steps are tried out.
struct Scratch {
    state: State,
    steps: u64,
}

impl Scratch {
    fn step(&mut self, operations: &[Operation]) {
        if operations.is_empty() {
            return;
        }
        self.steps += 1;
        let last = self.state.devices().values().map(|d| d.last.millis).max().unwrap_or_default();
        let batch = Batch {
            id: BatchId { device: SCRATCH, seq: self.steps },
            stamp: Stamp { millis: last + 1, counter: 0, device: SCRATCH },
            actor: Person::unnamed(""),
            kind: BatchKind::Edit,
            sources: Vec::new(),
            previous: Digest::default(),
            suspect_clock: false,
            operations: operations.to_vec(),
        };
        self.state.apply(&batch, Digest::default());
    }
}

/// Plans the undo of a merge: what it brought is taken back as a whole, except where somebody has gone on from it.
/// `log` is the whole ledger.
pub fn plan_undo<'a>(state: &State, batch: &Batch, log: impl IntoIterator<Item = &'a Sealed>) -> Undo {
    let mut undo = Undo {
        draft: Draft::new(BatchKind::Undo { of: batch.id }),
        overtaken: Vec::new(),
        needed: Vec::new(),
    };
    let BatchKind::Merge { brought, .. } = batch.kind.plain() else { return undo };
    let going: BTreeSet<BatchId> = brought.iter().copied().chain([batch.id]).into_set();
    let mut then = State::new();
    let mut rows: BTreeSet<(Text, RowId)> = BTreeSet::new();
    for sealed in log {
        if going.contains(&sealed.batch.id) {
            rows.extend(sealed.batch.operations.iter().map(|o| (o.register.clone(), o.row)));
        } else {
            then.apply(&sealed.batch, sealed.digest);
        }
    }
    let since =
        |stamp: Stamp| state.batch_of(stamp).is_some_and(|b| !going.contains(&b.id) && b.stamp > batch.stamp);
    for (register, row) in rows {
        let Some(record) = state.record(&register, row) else { continue };
        let changed = |slot: &Slot| record.heads(slot).iter().any(|h| since(h.stamp));
        let new = then.record(&register, row).is_none_or(|t| t.created.is_none());
        let slots = record.written_slots();
        // Somebody has gone on with the record, or has removed it already.
        if let Some(slot) = slots.iter().find(|s| changed(s)).filter(|_| new) {
            let field = if let Slot::Field(field) = slot { Some(field.clone()) } else { None };
            if !record.is_gone() {
                undo.overtaken.push(Overtaken { register, row, field });
            }
            continue;
        }
        for slot in slots.iter().filter(|s| changed(s)) {
            let field = if let Slot::Field(field) = slot { Some(field.clone()) } else { None };
            undo.overtaken.push(Overtaken { register: register.clone(), row, field });
        }
        let mut back = Back { now: state, then: &then, draft: &mut undo.draft };
        back.slots(&register, row, &|slot| !changed(slot));
    }
    undo.spare(state);
    undo
}

/// Brings rows back to what another state says of them, undecided things included.
struct Back<'a> {
    now: &'a State,
    then: &'a State,
    draft: &'a mut Draft,
}

impl Back<'_> {
    fn row(&mut self, register: &str, row: RowId) {
        self.slots(register, row, &|_| true);
    }

    fn slots(&mut self, register: &str, row: RowId, may: &dyn Fn(&Slot) -> bool) {
        let Some(now) = self.now.record(register, row) else { return };
        let then = self.then.record(register, row).filter(|t| t.created.is_some());
        for slot in now.written_slots().iter().filter(|s| may(s)) {
            match (slot, then) {
                (Slot::Twin(other), _) => {
                    let said = then.and_then(|t| t.shown(slot)).map(|h| Verdict::of(h.value.as_ref()));
                    self.draft.join(self.now, register, (row, *other), said.unwrap_or_default());
                }
                (Slot::Field(field), Some(then)) => self.field(register, now, then, field),
                (Slot::State, Some(then)) => self.state(register, now, then),
                _ => {}
            }
        }
        let gone = |r: &Record| r.gone.is_some_and(|(gone, _)| gone);
        let stamps = |r: &Record| r.head_stamps(&Slot::Life);
        let Some(then) = then else {
            if now.created.is_some() && (!gone(now) || stamps(now).len() > 1) {
                self.draft.delete(register, row);
            }
            return;
        };
        let differs = gone(now) != gone(then) || stamps(now).len() > 1;
        if may(&Slot::Life) && differs && stamps(now) != stamps(then) {
            match gone(then) {
                true => self.draft.delete(register, row),
                false => self.draft.restore(register, row),
            }
        }
    }

    /// Also where the value is the same again: what was brought is then overwritten with it in view.
    fn field(&mut self, register: &str, now: &Record, then: &Record, field: &Text) {
        let slot = Slot::Field(field.clone());
        let stamps = |r: &Record| r.head_stamps(&slot);
        if stamps(now) == stamps(then) {
            return;
        }
        let stood: Vec<Option<Value>> = match then.heads(&slot) {
            heads if heads.is_empty() => vec![then.as_written(field).cloned()],
            heads => heads.into_iter().map(|h| h.value).collect(),
        };
        if stood.len() > 1 {
            self.draft.rivals.insert((now.id, slot));
        }
        for value in stood {
            self.draft.settle(now, register, field, value);
        }
    }

    fn state(&mut self, register: &str, now: &Record, then: &Record) {
        let begins = self.now.kind_of(register, then);
        let begins = begins.and_then(|k| k.workflow.as_ref()).map(|w| w.initial());
        let stamps = |r: &Record| r.head_stamps(&Slot::State);
        let (Some(from), Some(to)) = (now.stage(), then.stage().or(begins)) else { return };
        if stamps(now) != stamps(then) {
            self.draft.advance(register, now.id, from, to, None);
        }
    }
}

/// What the change was made over, as its author saw it: the third side of a conflict.
pub fn base_of(batch: &Batch, stamp: Stamp) -> Option<&Change> {
    let n = batch.stamps().position(|s| s == stamp)?;
    batch.operations.get(n).map(|o| &o.change)
}

#[cfg(test)]
mod tests;
