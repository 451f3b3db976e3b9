//! Making a batch: a draft of changes, a device's identity, clock and chance.

use super::clock::caught_up;
use super::log::seal;
use super::state::State;
use super::{
    Batch, BatchId, BatchKind, Change, Clock, Creation, DeviceId, Operation, Origin, Sealed, Skew, Source,
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
}

impl Draft {
    /// No changes yet.
    pub const fn new(kind: BatchKind) -> Self {
        Self { kind, sources: Vec::new(), operations: Vec::new() }
    }

    /// The changes of a batch that was sealed and could not be recorded.
    pub fn of(batch: Batch) -> Self {
        Self { kind: batch.kind, sources: batch.sources, operations: batch.operations }
    }

    /// Whether there is nothing to record.
    pub const fn is_empty(&self) -> bool {
        self.operations.is_empty()
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
        let record = state.record(register, row);
        let before = record.and_then(|r| r.value(field)).cloned();
        if before == value {
            return;
        }
        let seen = record.and_then(|r| r.stamp_of(field));
        self.push(register, row, Change::Set { field: Text::from(field), value, before, seen, origin });
    }

    /// A move to another state. `now` is the record's present one.
    pub fn advance(&mut self, register: &str, row: RowId, now: &str, to: &str, reason: Option<&str>) {
        let change = Change::Move {
            to: Text::from(to),
            before: Some(Text::from(now)),
            reason: reason.map(Text::from),
        };
        self.push(register, row, change);
    }

    /// A removal.
    pub fn delete(&mut self, register: &str, row: RowId) {
        self.push(register, row, Change::Delete);
    }

    /// Putting back.
    pub fn restore(&mut self, register: &str, row: RowId) {
        self.push(register, row, Change::Restore);
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
    /// The name shown as the actor (本机：柳河镇审核员).
    pub actor: Text,
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
    pub fn new(device: DeviceId, actor: &str, state: &State, entropy: Box<dyn Entropy>) -> Self {
        let mut clock = Clock::new(device);
        for head in state.devices().values() {
            clock.observe(head.last);
        }
        Self { device, actor: Text::from(actor), clock, entropy, block: Block::default() }
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

    /// Seals `draft` as this device's next batch. Nothing is recorded yet: the caller stores the bytes and
    /// then applies the batch.
    pub fn seal(&mut self, state: &State, draft: Draft, now: u64) -> Sealed {
        for head in state.devices().values() {
            self.clock.observe(head.last);
        }
        let count = u32::try_from(draft.operations.len()).unwrap_or(u32::MAX).max(1);
        let (stamp, skew) = self.clock.tick(now, count);
        // Earlier steps may have been ahead: then this one is right, and is not noted as wrong.
        let own = || -> Vec<super::Stamp> {
            state.batches().filter(|b| b.id.device == self.device).map(|b| b.stamp).collect()
        };
        let suspect_clock = skew != Skew::Fine && !caught_up(&own(), now);
        let chain = state.devices().get(&self.device);
        seal(Batch {
            id: BatchId { device: self.device, seq: chain.map_or(1, |c| c.next_seq) },
            stamp,
            actor: self.actor.clone(),
            kind: draft.kind,
            sources: draft.sources,
            previous: chain.map(|c| c.digest).unwrap_or_default(),
            suspect_clock,
            operations: draft.operations,
        })
    }
}

impl std::fmt::Debug for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Author")
            .field("device", &self.device)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}
