//! Making a batch: a draft of changes, a device's identity, clock and chance.

use std::collections::{BTreeSet, HashMap};

use super::clock::caught_up;
use super::log::{lines as lines_of, seal, seal_lines};
use super::slot::{Seen, Slot};
use super::state::{Record, State};
use super::{
    Admitted, Batch, BatchId, BatchKind, Change, Clock, Creation, DeviceId, Operation, Origin, Person,
    Refused, Sealed, Skew, Source, Stamp, Verdict, admit,
};
use crate::register::Fields as _;
use crate::value::{RowId, Text, Value};

/// Random bits, injected so that tests and samples come out the same every time.
pub trait Entropy {
    /// 64 random bits.
    fn bits(&mut self) -> u64;
}

/// A small generator for tests and for the sample county (SplitMix64).
#[derive(Debug, Clone, Copy)]
pub struct Seeded(pub u64);

impl Entropy for Seeded {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Changes that are not yet recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What kind of step.
    pub kind: BatchKind,
    /// Tables that rows came from.
    pub sources: Vec<Source>,
    /// The changes, in order.
    pub operations: Vec<Operation>,
    /// Slots in which several changes stand against each other, as they did before.
    pub(super) rivals: BTreeSet<(RowId, Slot)>,
    /// Slots of which it is said already what their writes saw beside them.
    pub(super) given: BTreeSet<(RowId, Slot)>,
}

impl Draft {
    /// No changes yet.
    pub const fn new(kind: BatchKind) -> Self {
        Self {
            kind,
            sources: Vec::new(),
            operations: Vec::new(),
            rivals: BTreeSet::new(),
            given: BTreeSet::new(),
        }
    }

    /// The changes of a batch that was sealed and could not be recorded.
    pub fn of(batch: Batch) -> Self {
        let (first, count) = (batch.stamp, batch.length());
        let inside = |s: &Stamp| {
            (s.device, s.millis) == (first.device, first.millis)
                && (first.counter..first.counter.saturating_add(count)).contains(&s.counter)
        };
        let mut operations = batch.operations;
        // Its own stamps will be others.
        for seen in operations.iter_mut().filter_map(|o| o.change.seen_mut()) {
            seen.own.retain(|s| !inside(s));
            seen.beside.retain(|s| !inside(s));
        }
        Self { operations, sources: batch.sources, ..Self::new(batch.kind) }
    }

    /// Whether there is nothing to record. That ledgers were merged or a number was shown is worth recording where nothing
    /// changes with it.
    pub const fn is_empty(&self) -> bool {
        self.operations.is_empty() && !self.kind.tells()
    }

    /// Takes in what another draft of the same step wants.
    pub fn append(&mut self, other: Self) {
        self.operations.extend(other.operations);
        self.rivals.extend(other.rivals);
        self.given.extend(other.given);
    }

    /// A new record.
    pub fn create(
        &mut self,
        register: &str,
        kind: &str,
        row: RowId,
        fields: Vec<(Text, Value)>,
        origin: Option<Origin>,
    ) {
        // As with the register: the kind is nearly always that of the record before.
        let kind = match self.operations.last().map(|o| &o.change) {
            Some(Change::Create(last)) if *last.kind == *kind => last.kind.clone(),
            _ => Text::from(kind),
        };
        self.push(register, row, Change::Create(Creation { kind, fields, origin }));
    }

    /// A changed value; what stands there now is taken from `state`. Setting what already stands there is no
    /// change and is left out.
    pub fn set(
        &mut self,
        state: &State,
        register: &str,
        row: RowId,
        field: &str,
        value: Option<Value>,
        origin: Option<Origin>,
    ) {
        let before = state.record(register, row).and_then(|r| r.value(field)).cloned();
        self.set_over(state, (register, row, field), before, value, origin);
    }

    /// The same over a value that `state` does not show yet: one that is still being recorded.
    pub fn set_over(
        &mut self,
        state: &State,
        (register, row, field): (&str, RowId, &str),
        before: Option<Value>,
        value: Option<Value>,
        origin: Option<Origin>,
    ) {
        if before == value {
            return;
        }
        let field = Text::from(field);
        let own = state
            .record(register, row)
            .map(|r| r.head_stamps(&Slot::Field(field.clone())))
            .unwrap_or_default();
        let seen = Seen { own, ..Seen::default() };
        self.push(register, row, Change::Set { field, value, before, seen, origin });
    }

    /// A verdict whether two rows are one. Repeating the one that stands is no change and is left out.
    pub fn join(&mut self, state: &State, register: &str, rows: (RowId, RowId), verdict: Verdict) {
        let (row, other) = (rows.0.max(rows.1), rows.0.min(rows.1));
        let shown = state.record(register, row).and_then(|r| r.shown(&Slot::Twin(other)));
        if row != other && shown.map(|h| Verdict::of(h.value.as_ref())).unwrap_or_default() != verdict {
            self.judge(state, register, (row, other), verdict);
        }
    }

    /// The same, where others have said something else and this ends it.
    pub(super) fn judge(&mut self, state: &State, register: &str, rows: (RowId, RowId), verdict: Verdict) {
        let (row, other) = (rows.0.max(rows.1), rows.0.min(rows.1));
        let slot = Slot::Twin(other);
        let known = state.record(register, row);
        let before = known.and_then(|r| r.shown(&slot)).map(|h| Verdict::of(h.value.as_ref()));
        let before = before.unwrap_or_default();
        let own = known.map(|r| r.head_stamps(&slot)).unwrap_or_default();
        let seen = Seen { own, ..Seen::default() };
        self.push(register, row, Change::Join { other, verdict, before, seen });
    }

    /// A value that ends a conflict, also where it is the one that is shown.
    pub(super) fn settle(&mut self, record: &Record, register: &str, field: &Text, value: Option<Value>) {
        let own = record.head_stamps(&Slot::Field(field.clone()));
        let (before, field) = (record.value(field).cloned(), field.clone());
        let seen = Seen { own, ..Seen::default() };
        self.push(register, record.id(), Change::Set { field, value, before, seen, origin: None });
    }

    /// A move to another state. `now` is the record's present one.
    pub fn advance(&mut self, register: &str, row: RowId, now: &str, to: &str, reason: Option<&str>) {
        let change = Change::Move {
            to: Text::from(to),
            before: Some(Text::from(now)),
            reason: reason.map(Text::from),
            seen: Seen::default(),
        };
        self.push(register, row, change);
    }

    /// A removal.
    pub fn delete(&mut self, register: &str, row: RowId) {
        self.push(register, row, Change::Delete { seen: Seen::default() });
    }

    /// Putting back.
    pub fn restore(&mut self, register: &str, row: RowId) {
        self.push(register, row, Change::Restore { seen: Seen::default() });
    }

    pub(super) fn push(&mut self, register: &str, row: RowId, change: Change) {
        // The register's text is shared with the operation before, which nearly always names the same one.
        let register = match self.operations.last() {
            Some(last) if &*last.register == register => last.register.clone(),
            _ => Text::from(register),
        };
        self.operations.push(Operation { register, row, change });
    }
}

/// Who makes batches here: the device, the name it goes by, its clock and its source of chance.
pub struct Author {
    /// This installation.
    pub device: DeviceId,
    /// Who acts here.
    pub actor: Person,
    clock: Clock,
    entropy: Box<dyn Entropy>,
    block: Block,
}

/// Identities of one moment: the first by chance, the others follow it.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    millis: u64,
    next: u128,
    left: u32,
}

/// Identities in one block. Asking the browser for chance costs as much as planning a row, and identities that follow
/// each other take no room in the log.
const BLOCK: u32 = 4096;

impl Author {
    /// An author whose clock has seen everything in `state`.
    pub fn new(device: DeviceId, actor: Person, state: &State, entropy: Box<dyn Entropy>) -> Self {
        let mut clock = Clock::new(device);
        for head in state.devices().values() {
            clock.observe(head.last);
        }
        Self { device, actor, clock, entropy, block: Block::default() }
    }

    /// A new record's identity at wall time `now` (milliseconds since 1970-01-01 UTC).
    pub fn row_id(&mut self, now: u64) -> RowId {
        if self.block.left == 0 || self.block.millis != now {
            let random = (u128::from(self.entropy.bits()) << 64) | u128::from(self.entropy.bits());
            self.block = Block { millis: now, next: random, left: BLOCK };
        }
        let id = RowId::new(now, self.block.next);
        self.block.next = self.block.next.wrapping_add(1);
        self.block.left -= 1;
        id
    }

    /// Takes `draft` through the gate and seals it.
    pub fn write(&mut self, state: &State, draft: Draft, now: u64) -> Result<Sealed, Refused> {
        let admitted = self.admitted(state, draft)?;
        Ok(self.seal(state, admitted, now))
    }

    /// Takes `draft` through the gate, so that less is left to do when somebody says that it is to be written.
    pub fn prepare(&self, state: &State, draft: Draft) -> Result<Ready, Refused> {
        let mut draft = self.admitted(state, draft)?.into_draft();
        // What was created says nothing of when; every other line does.
        let lines = draft.operations.iter().all(|o| matches!(o.change, Change::Create(_)));
        let lines = lines.then(|| lines_of(&mut draft.operations));
        Ok(Ready { draft, lines, actor: self.actor.clone(), version: state.version() })
    }

    /// Seals what was prepared; anew through the gate, where it was prepared for another state or for somebody else.
    pub fn write_ready(&mut self, state: &State, ready: Ready, now: u64) -> Result<Sealed, Refused> {
        let Ready { draft, lines, actor, version } = ready;
        if version != state.version() || actor != self.actor {
            return self.write(state, draft, now);
        }
        let batch = self.batch(state, draft, now);
        Ok(match lines {
            Some(lines) => seal_lines(batch, &lines),
            None => seal(batch),
        })
    }

    fn admitted(&self, state: &State, mut draft: Draft) -> Result<Admitted, Refused> {
        if draft.kind == BatchKind::Edit {
            follow_own(state, &mut draft, self.device);
        }
        admit(state, &self.actor, draft)
    }

    /// Seals what the gate has admitted on top of `state` as this device's next batch. Nothing is recorded yet: the
    /// caller stores the bytes and then applies the batch.
    pub fn seal(&mut self, state: &State, admitted: Admitted, now: u64) -> Sealed {
        seal(self.batch(state, admitted.into_draft(), now))
    }

    fn batch(&mut self, state: &State, mut draft: Draft, now: u64) -> Batch {
        for head in state.devices().values() {
            self.clock.observe(head.last);
        }
        let count = u32::try_from(draft.operations.len()).unwrap_or(u32::MAX).max(1);
        if now <= self.clock.millis() {
            self.clock.leap(self.entropy.bits());
        }
        let (stamp, skew) = self.clock.tick(now, count);
        tell_seen(state, &mut draft, stamp);
        // Earlier steps may have been ahead: then this one is right, and is not noted as wrong.
        let own = || -> Vec<super::Stamp> {
            state.batches().filter(|b| b.id.device == self.device).map(|b| b.stamp).collect()
        };
        let suspect_clock = skew != Skew::Fine && !caught_up(&own(), now);
        let chain = state.devices().get(&self.device);
        Batch {
            id: BatchId { device: self.device, seq: chain.map_or(1, |c| c.next_seq) },
            stamp,
            actor: self.actor.clone(),
            kind: draft.kind,
            sources: draft.sources,
            previous: chain.map(|c| c.digest).unwrap_or_default(),
            suspect_clock,
            operations: draft.operations,
        }
    }
}

/// A draft that the gate has let through, for one state of the ledger and one person. Only [`Author::prepare`] makes one.
#[derive(Debug, Clone)]
pub struct Ready {
    draft: Draft,
    /// Its lines, where they say nothing of when it is sealed.
    lines: Option<Vec<u8>>,
    actor: Person,
    version: u64,
}

impl Ready {
    /// Changes in it.
    pub fn operations(&self) -> usize {
        self.draft.operations.len()
    }
}

/// Who types on while the step before is still on its way has drafted over what stood before that step. It is their
/// own and they have seen it: what stood there is what that step wrote, which undoing this one brings back.
fn follow_own(state: &State, draft: &mut Draft, device: DeviceId) {
    let mut done: BTreeSet<(RowId, Slot)> = BTreeSet::new();
    for operation in &mut draft.operations {
        let Some(slot) = operation.change.slot() else { continue };
        let first = done.insert((operation.row, slot.clone()));
        let Some(record) = state.record(&operation.register, operation.row).filter(|_| first) else {
            continue;
        };
        let Change::Set { field, before, seen, .. } = &mut operation.change else { continue };
        let heads = record.head_stamps(&slot);
        if !heads.is_empty() && heads.iter().all(|stamp| stamp.device == device) {
            *before = record.value(field).cloned();
            seen.own = heads;
        }
    }
}

/// Says of every change which writes its author saw: what `state` shows, and what was done before in the same draft,
/// which begins at `first`. A change that was drafted over another value than `state` shows has not seen that one.
fn tell_seen(state: &State, draft: &mut Draft, first: Stamp) {
    let (operations, rivals, given) = (&mut draft.operations, &draft.rivals, &draft.given);
    let mut done: HashMap<RowId, Vec<(Slot, Stamp)>> = HashMap::new();
    for (operation, stamp) in operations.iter_mut().zip((0u32..).map(|n| first.plus(n))) {
        let Some(slot) = operation.change.slot() else { continue };
        let record = state.record(&operation.register, operation.row);
        let before = done.entry(operation.row).or_default();
        let is_rival = !rivals.is_empty() && rivals.contains(&(operation.row, slot.clone()));
        let earlier = before.iter().rfind(|(s, _)| *s == slot && !is_rival).map(|(_, stamp)| *stamp);
        let saw = saw(record, &operation.change);
        let mut beside = beside(state, record, before, &operation.register, &operation.change);
        if let Change::Join { other, .. } = operation.change {
            let other = state.record(&operation.register, other);
            let known =
                |r: &Record| r.written_slots().iter().flat_map(|s| r.head_stamps(s)).collect::<Vec<_>>();
            beside.extend(other.map(known).unwrap_or_default());
        }
        let is_given = !given.is_empty() && given.contains(&(operation.row, slot.clone()));
        if let Some(seen) = operation.change.seen_mut() {
            match earlier {
                Some(earlier) => seen.own = vec![earlier],
                None if saw && seen.own.is_empty() => {
                    seen.own = record.map(|r| r.head_stamps(&slot)).unwrap_or_default();
                }
                None => {}
            }
            if seen.beside.is_empty() && !is_given {
                seen.beside = beside;
            }
        }
        before.push((slot, stamp));
    }
}

/// Whether the change was drafted over what stands there.
fn saw(record: Option<&Record>, change: &Change) -> bool {
    let Some(record) = record else { return false };
    match change {
        Change::Set { field, before, .. } => record.value(field) == before.as_ref(),
        Change::Move { before, .. } => record.stage().is_none_or(|now| before.as_deref() == Some(now)),
        _ => true,
    }
}

/// What of the record's other slots the change knows of, where that matters: an end of the record, or a change
/// after it.
fn beside(
    state: &State,
    record: Option<&Record>,
    before: &[(Slot, Stamp)],
    register: &str,
    change: &Change,
) -> Vec<Stamp> {
    let Some(slot) = change.slot() else { return Vec::new() };
    let ends = match change {
        Change::Delete { .. } | Change::Restore { .. } | Change::Join { .. } => true,
        Change::Move { to, .. } => record.is_some_and(|r| is_locked(state, register, &r.kind, to)),
        _ => false,
    };
    let earlier = || before.iter().filter(|(s, _)| *s != slot).map(|(_, stamp)| *stamp);
    let Some(record) = record else { return if ends { earlier().collect() } else { Vec::new() } };
    if ends {
        let known = state.around(register, record, &slot);
        let known = known.iter().map(|h| h.stamp).filter(|s| !record.is_birth(*s));
        return known.chain(earlier()).collect();
    }
    let removed = record.gone.filter(|(gone, _)| *gone).map(|_| Slot::Life);
    let closed =
        record.stage().filter(|now| is_locked(state, register, &record.kind, now)).map(|_| Slot::State);
    let over: Vec<Slot> = removed.into_iter().chain(closed).filter(|s| *s != slot).collect();
    let known = over.iter().flat_map(|s| record.head_stamps(s));
    if over.is_empty() { Vec::new() } else { known.chain(earlier()).collect() }
}

/// Whether records of the kind may not be changed in this state.
pub(super) fn is_locked(known: &State, key: &str, kind: &str, state: &str) -> bool {
    let flow = known.schema().kind(key, kind).and_then(|k| k.workflow.as_ref());
    flow.and_then(|w| w.stage(state)).is_some_and(|s| s.locked)
}

impl std::fmt::Debug for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Author")
            .field("device", &self.device)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}
