//! Applying a batch to the state, in any order.

use super::children::nested;
use super::sheet::Sheet;
use super::slot::Write;
use super::state::{BatchHead, DeviceHead, Record, Spans, State, Tally};
use super::twin::Aliases;
use super::{Batch, BatchId, Change, Creation, Digest, Operation, Origin, Stamp};
use crate::register::catalog::settings;
use crate::value::order;
use crate::value::{RowId, Text, Value};

impl State {
    /// Adds what `batch` did; `digest` is that of its sealed bytes. Returns whether it was new.
    pub fn apply(&mut self, batch: &Batch, digest: Digest) -> bool {
        self.apply_where(batch, digest, &|_| true)
    }

    /// The same, of the operations that are `wanted` only: for looking at a few records as they would be.
    pub(super) fn apply_where(
        &mut self,
        batch: &Batch,
        digest: Digest,
        wanted: &dyn Fn(&Operation) -> bool,
    ) -> bool {
        if self.batch_index.contains_key(&batch.id) {
            return false;
        }
        let mut head = BatchHead {
            id: batch.id,
            digest,
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
        for operation in &batch.operations {
            head.tally.entry(operation.register.clone()).or_default().count(&operation.change);
        }
        // What came under another name already is not done twice: since then it may have been overwritten.
        let before: Vec<BatchHead> = self.of_root(head.root()).cloned().collect();
        self.add_head(head);
        if !here {
            let stamps = batch.stamps();
            for (operation, stamp) in batch.operations.iter().zip(stamps) {
                if wanted(operation) && !before.iter().any(|head| head.covers(stamp)) {
                    self.operate(batch.id, stamp, operation, &mut keys);
                }
            }
        }
        if batch.operations.iter().any(|o| matches!(o.change, Change::Join { .. })) {
            self.follow_twins();
        }
        if batch.operations.iter().any(|o| &*o.register == settings::KEY) {
            self.declare();
        }
        self.extend_chain(batch, digest);
        true
    }

    fn extend_chain(&mut self, batch: &Batch, digest: Digest) {
        let next_seq = batch.next_seq();
        // The device's clock must go on behind all of them.
        let own = batch.stamp.plus(batch.length() - 1);
        let ends = batch.kind.stamps().iter().map(|run| run.from.plus(run.count.saturating_sub(1)));
        let last = ends.fold(own, |a, b| if (b.millis, b.counter) > (a.millis, a.counter) { b } else { a });
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
        let nested = nested(&self.declared.0, &register).map(AsRef::as_ref);
        let sheet = self.sheets.entry(register).or_insert_with(|| Sheet::among(&self.aliases));
        let known = sheet.rows.place_of(operation.row);
        let at = known.unwrap_or_else(|| sheet.rows.push(Record::unborn(operation.row, Text::from(""))));
        sheet.touch(version, at);
        let parent = sheet.parent_at(nested, at);
        take(sheet, at, (batch, stamp), change, (&self.aliases, &self.spans));
        sheet.moved_under(nested, at, parent);
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
                seen: seen.clone(),
                origin: *origin,
            },
            Change::Move { to, before, reason, seen } => Change::Move {
                to: self.shared(to),
                before: before.clone(),
                reason: reason.clone(),
                seen: seen.clone(),
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

/// What a change does to the record at `at`.
fn take(
    sheet: &mut Sheet,
    at: usize,
    (batch, stamp): (BatchId, Stamp),
    change: Change,
    (aliases, spans): (&Aliases, &Spans),
) {
    let Some(record) = sheet.rows.nth_mut(at) else { return };
    let Some(slot) = change.slot() else {
        if let Change::Create(Creation { kind, fields, origin }) = change {
            record.create(kind, fields, origin.map(|o| (batch, o)), stamp);
            record.follow(aliases, None);
            record.away = aliases.contains_key(&record.id);
        }
        return;
    };
    let (value, seen) = match change {
        Change::Set { value, seen, .. } => (value, seen),
        Change::Move { to, seen, .. } => (Some(Value::Choice(to)), seen),
        Change::Delete { seen } => (Some(Value::Bool(true)), seen),
        Change::Restore { seen } => (Some(Value::Bool(false)), seen),
        Change::Join { verdict, seen, .. } => (Some(verdict.value()), seen),
        Change::Create(_) | Change::Unknown(_) => return,
    };
    let arrived = |stamp: Stamp| spans.find(stamp).is_some();
    record.write(slot, Write { stamp, value, seen: &seen }, &arrived);
    record.follow(aliases, None);
}

impl Record {
    /// A record of which nothing is known but its identity.
    pub(crate) fn unborn(id: RowId, kind: Text) -> Self {
        Self {
            id,
            kind,
            created: None,
            cells: Vec::new(),
            stamps: Vec::new(),
            stage: None,
            gone: None,
            origin: None,
            more: None,
            away: false,
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
        // Changes came first, or a copied profile created the same record twice: of two creations the later
        // value is shown, and whatever was written since has seen both.
        if let Some(created) = self.created {
            self.stamp_unstamped(created);
        }
        for (key, value) in fields {
            let now = self.stamps.iter().find(|(k, _)| *k == key).map(|(_, s)| *s);
            if now.is_none_or(|now| now < stamp && self.is_birth(now)) {
                self.stamp(&key, stamp);
                self.put(key, Some(value));
            }
        }
        match self.created {
            Some(first) if first == stamp => {}
            Some(first) => {
                let later = first.max(stamp);
                if stamp < first {
                    (self.kind, self.origin, self.created) = (kind, origin, Some(stamp));
                }
                let births = &mut self.more_mut().births;
                if !births.contains(&later) {
                    births.push(later);
                    order::sort(births);
                }
            }
            None => (self.kind, self.origin, self.created) = (kind, origin, Some(stamp)),
        }
        let created = self.created;
        let cells = &self.cells;
        self.stamps.retain(|(k, s)| Some(*s) != created || !cells.iter().any(|(c, _)| c == k));
    }

    fn stamp_unstamped(&mut self, stamp: Stamp) {
        let missing: Vec<Text> = self.cells.iter().map(|(k, _)| k.clone()).collect();
        for key in missing {
            if !self.stamps.iter().any(|(k, _)| *k == key) {
                self.stamp(&key, stamp);
            }
        }
    }

    pub(super) fn stamp(&mut self, field: &Text, stamp: Stamp) {
        match self.stamps.binary_search_by(|(k, _)| k.cmp(field)) {
            Ok(at) => self.stamps.get_mut(at).into_iter().for_each(|known| known.1 = stamp),
            Err(at) => self.stamps.insert(at, (field.clone(), stamp)),
        }
    }

    pub(super) fn put(&mut self, field: Text, value: Option<Value>) {
        if let Some(more) = &mut self.more {
            more.written.retain(|(k, _)| *k != field);
        }
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
            Change::Delete { .. } => &mut self.deleted,
            Change::Restore { .. } => &mut self.restored,
            Change::Join { .. } => &mut self.joined,
            Change::Unknown(_) => &mut self.unknown,
        };
        *slot += 1;
    }
}
