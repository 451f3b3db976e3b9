//! Applying a batch to the state, in any order.

use super::state::{BatchHead, DeviceHead, Record, State, Tally};
use super::{Batch, BatchId, Change, Creation, Digest, Operation, Origin, Stamp};
use crate::register::Fields as _;
use crate::value::order;
use crate::value::{RowId, Text, Value};

impl State {
    /// Adds what `batch` did; `digest` is that of its sealed bytes. Returns whether it was new.
    pub fn apply(&mut self, batch: &Batch, digest: Digest) -> bool {
        if self.batch_index.contains_key(&batch.id) {
            return false;
        }
        let mut head = BatchHead {
            id: batch.id,
            stamp: batch.stamp,
            actor: batch.actor.clone(),
            kind: batch.kind.clone(),
            sources: batch.sources.clone(),
            tally: Default::default(),
            suspect_clock: batch.suspect_clock,
        };
        self.version += 1;
        let mut keys = Vec::new();
        // What it stands for is here already, with its own stamps and origins.
        let here = batch.kind.stands_for().first().is_some_and(|of| self.batch_index.contains_key(of));
        for (n, operation) in batch.operations.iter().enumerate() {
            head.tally.entry(operation.register.clone()).or_default().count(&operation.change);
            if !here {
                self.operate(batch.id, batch.stamp_of(n), operation, &mut keys);
            }
        }
        self.batch_index.insert(batch.id, u32::try_from(self.batches.len()).unwrap_or(u32::MAX));
        self.batches.push(head);
        self.extend_chain(batch, digest);
        true
    }

    fn extend_chain(&mut self, batch: &Batch, digest: Digest) {
        let next_seq = batch.id.seq + batch.operations.len() as u64;
        let last = batch.stamp_of(batch.operations.len().saturating_sub(1));
        let head = self.devices.entry(batch.id.device).or_insert(DeviceHead { next_seq: 0, digest, last });
        if next_seq > head.next_seq {
            *head = DeviceHead { next_seq, digest, last };
        }
    }

    /// `keys` are those of the creation before, in its order: the next one nearly always has the same.
    fn operate(&mut self, batch: BatchId, stamp: Stamp, operation: &Operation, keys: &mut Vec<Text>) {
        let version = self.version;
        let change = self.with_shared_words(&operation.change, keys);
        let register = self.shared(&operation.register);
        let sheet = self.sheets.entry(register).or_default();
        sheet.version = version;
        let record = sheet.rows.entry(operation.row).or_insert_with(|| Record::unborn(operation.row));
        match change {
            Change::Create(Creation { kind, fields, origin }) => {
                record.create(kind, fields, origin.map(|o| (batch, o)), stamp)
            }
            Change::Set { field, value, .. } => record.set(field, value, stamp),
            Change::Move { to, .. } => later(&mut record.stage, to, stamp),
            Change::Delete => later(&mut record.gone, true, stamp),
            Change::Restore => later(&mut record.gone, false, stamp),
            Change::Unknown(_) => {}
        }
    }

    /// Field keys and the words of choices repeat in every record: one copy serves all.
    fn with_shared_words(&mut self, change: &Change, keys: &mut Vec<Text>) -> Change {
        match change {
            Change::Create(c) => {
                keys.truncate(c.fields.len());
                let pair = |(n, (k, v)): (usize, &(Text, Value))| {
                    (self.shared_again(k, n, keys), self.shared_value(v))
                };
                let fields = c.fields.iter().enumerate().map(pair).collect();
                Change::Create(Creation { kind: self.shared(&c.kind), fields, origin: c.origin })
            }
            Change::Set { field, value, before, seen, origin } => Change::Set {
                field: self.shared(field),
                value: value.as_ref().map(|v| self.shared_value(v)),
                before: before.clone(),
                seen: *seen,
                origin: *origin,
            },
            other => other.clone(),
        }
    }

    /// The one copy of a key, which is probably the n-th of `before`.
    fn shared_again(&mut self, key: &Text, n: usize, before: &mut Vec<Text>) -> Text {
        match before.get_mut(n) {
            Some(known) if *known == *key => known.clone(),
            Some(other) => {
                *other = self.shared(key);
                other.clone()
            }
            None => {
                let shared = self.shared(key);
                before.push(shared.clone());
                shared
            }
        }
    }

    fn shared_value(&mut self, value: &Value) -> Value {
        match value {
            Value::Choice(word) => Value::Choice(self.shared(word)),
            other => other.clone(),
        }
    }
}

/// The later stamp wins.
fn later<T>(slot: &mut Option<(T, Stamp)>, value: T, stamp: Stamp) {
    if slot.as_ref().is_none_or(|(_, s)| *s < stamp) {
        *slot = Some((value, stamp));
    }
}

impl Record {
    fn unborn(id: RowId) -> Self {
        Self {
            id,
            kind: Text::from(""),
            created: None,
            cells: Vec::new(),
            stamps: Vec::new(),
            stage: None,
            gone: None,
            origin: None,
        }
    }

    fn create(
        &mut self,
        kind: Text,
        mut fields: Vec<(Text, Value)>,
        origin: Option<(BatchId, Origin)>,
        stamp: Stamp,
    ) {
        order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
        fields.dedup_by(|b, a| a.0 == b.0);
        if self.created.is_none() && self.stamps.is_empty() {
            (self.kind, self.cells, self.origin, self.created) = (kind, fields, origin, Some(stamp));
            return;
        }
        // Changes came first, or a copied profile created the same record twice: every value is weighed by its
        // own stamp, so that the order of arrival does not matter.
        if let Some(created) = self.created {
            self.stamp_unstamped(created);
        }
        for (key, value) in fields {
            self.set(key, Some(value), stamp);
        }
        if self.created.is_none_or(|s| stamp < s) {
            (self.kind, self.origin, self.created) = (kind, origin, Some(stamp));
        }
        let created = self.created;
        let cells = &self.cells;
        self.stamps.retain(|(k, s)| Some(*s) != created || !cells.iter().any(|(c, _)| c == k));
    }

    fn stamp_unstamped(&mut self, stamp: Stamp) {
        let missing: Vec<Text> = self.cells.iter().map(|(k, _)| k.clone()).collect();
        for key in missing {
            if let Err(at) = self.stamps.binary_search_by(|(k, _)| k.cmp(&key)) {
                self.stamps.insert(at, (key, stamp));
            }
        }
    }

    fn set(&mut self, field: Text, value: Option<Value>, stamp: Stamp) {
        match self.stamps.binary_search_by(|(k, _)| k.cmp(&field)) {
            Ok(at) => match self.stamps.get_mut(at) {
                Some(slot) if slot.1 < stamp => slot.1 = stamp,
                _ => return,
            },
            Err(_) if self.value(&field).is_some() && self.created.is_some_and(|c| stamp < c) => return,
            Err(at) => self.stamps.insert(at, (field.clone(), stamp)),
        }
        self.put(field, value);
    }

    fn put(&mut self, field: Text, value: Option<Value>) {
        match (self.cells.binary_search_by(|(k, _)| k.cmp(&field)), value) {
            (Ok(at), Some(v)) => {
                if let Some(cell) = self.cells.get_mut(at) {
                    cell.1 = v;
                }
            }
            (Ok(at), None) => {
                self.cells.remove(at);
            }
            (Err(at), Some(v)) => self.cells.insert(at, (field, v)),
            (Err(_), None) => {}
        }
    }
}

impl Tally {
    fn count(&mut self, change: &Change) {
        let slot = match change {
            Change::Create(_) => &mut self.created,
            Change::Set { .. } => &mut self.set,
            Change::Move { .. } => &mut self.moved,
            Change::Delete => &mut self.deleted,
            Change::Restore => &mut self.restored,
            Change::Unknown(_) => &mut self.unknown,
        };
        *slot += 1;
    }
}
