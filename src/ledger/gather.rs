//! Rows that are one say one thing.
//!
//! Duty: [`settle`] joins rows that are alike, places first, and brings what the rows behind say to the row that stands
//! for all of them: where they contradict each other, all values stand there as a conflict; where only one says
//! something, it is shown. A write that is brought names the one that it repeats ([`Echo`]), so that it is left again
//! when its author has overwritten that one, whoever merges first. Inputs: a state, the draft of a merge or of a
//! decision. Outputs: verdicts and writes in that draft. Neighbours: `twin` finds the rows; `merge` and `conflict`
//! call this.

use std::collections::{BTreeMap, BTreeSet};

use super::slot::{Echo, Head, Slot, Verdict};
use super::state::{Record, State};
use super::twin::alike;
use super::{Batch, BatchId, BatchKind, Change, DeviceId, Digest, Draft, Operation, Person, Seen, Stamp};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value, order};

/// Joins what is alike once `draft` is done; says how many rows more are shown as another one.
pub(super) fn settle(state: &State, draft: &mut Draft) -> usize {
    let mut scratch = Scratch { state: state.clone(), steps: 0 };
    scratch.step(&draft.operations);
    // Places first; what refers to them has one key only once they are one.
    loop {
        let mut round = Draft::new(BatchKind::Edit);
        for group in alike(&scratch.state) {
            let Some((first, others)) = group.rows.split_first() else { continue };
            for row in others {
                round.judge(&scratch.state, &group.register, (*row, *first), Verdict::One);
            }
        }
        if round.is_empty() {
            break;
        }
        scratch.step(&round.operations);
    }
    let before = state.aliases.len();
    let (mut verdicts, mut writes) = (Vec::new(), Draft::new(BatchKind::Edit));
    for (key, rows) in classes(&scratch.state) {
        if let Some(class) = Class::of(state, &scratch.state, key, &rows) {
            let said = class.verdicts();
            if !said.is_empty() || class.is_brought_twice() {
                class.write(&mut writes);
            }
            verdicts.extend(said);
        }
    }
    draft.operations.extend(verdicts);
    draft.operations.extend(writes.operations);
    draft.rivals.extend(writes.rivals);
    // What the rounds saw of each other has stamps that nobody else knows.
    for seen in draft.operations.iter_mut().filter_map(|o| o.change.seen_mut()) {
        seen.own.retain(|s| s.device != SCRATCH);
        seen.beside.retain(|s| s.device != SCRATCH);
        seen.echo = seen.echo.filter(|e| e.stamp.device != SCRATCH);
    }
    scratch.state.aliases.len().saturating_sub(before)
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
            kind: BatchKind::Merge { files: Vec::new(), left: 0 },
            sources: Vec::new(),
            previous: Digest::default(),
            suspect_clock: false,
            operations: operations.to_vec(),
        };
        self.state.apply(&batch, Digest::default());
    }
}

/// Rows that are one, by register; the row that stands for them is the first.
fn classes(state: &State) -> Vec<(&Text, Vec<RowId>)> {
    let mut all = Vec::new();
    for (key, sheet) in state.registers().filter(|_| !state.aliases.is_empty()) {
        let mut classes: BTreeMap<RowId, Vec<RowId>> = BTreeMap::new();
        for record in state.aliases.keys().filter_map(|row| sheet.get(*row)).filter(|r| r.away) {
            let stands = state.canonical(record.id);
            classes.entry(stands).or_insert_with(|| vec![stands]).push(record.id);
        }
        classes.values_mut().for_each(|rows| order::sort(rows));
        all.extend(classes.into_values().map(|rows| (key, rows)));
    }
    all
}

/// A write that is heard in a class: what it says, and which one it is.
#[derive(Clone, PartialEq)]
struct Voice {
    value: Option<Value>,
    echo: Echo,
}

/// Rows that are one, the row that stands for them first. That two are one is said at the later of them: such a verdict
/// brings what the later one says to the earlier one.
struct Class<'a> {
    before: &'a State,
    after: &'a State,
    key: &'a str,
    stands: &'a Record,
    others: Vec<Other<'a>>,
}

/// A row that another stands for.
struct Other<'a> {
    record: &'a Record,
    /// The rows that it was brought to, and what was known of it then.
    brought: BTreeMap<RowId, BTreeSet<Stamp>>,
}

impl Other<'_> {
    /// Writes that were brought nowhere.
    fn unknown(&self, slot: &Slot) -> Vec<Voice> {
        let new = |h: &Head| {
            !self.brought.values().any(|known| known.contains(&h.stamp)) && h.stamp.device != SCRATCH
        };
        self.record.heads(slot).into_iter().filter(new).map(|h| Voice::of(self.record, h)).collect()
    }
}

impl Voice {
    fn of(record: &Record, head: Head) -> Self {
        let own = Echo { row: record.id, stamp: head.stamp };
        Self { value: head.value, echo: head.echo.unwrap_or(own) }
    }
}

impl<'a> Class<'a> {
    /// None where the row that stands for the others is removed: that is asked first.
    fn of(before: &'a State, after: &'a State, key: &'a Text, rows: &[RowId]) -> Option<Self> {
        let there = |row: &RowId| {
            let record = after.record(key, *row)?;
            let removed = record.gone.is_some_and(|(gone, _)| gone);
            (record.created.is_some() && !removed).then_some(record)
        };
        let brought = |record: &Record| {
            let known = before.record(key, record.id);
            let to = |slot: Slot| {
                let Slot::Twin(other) = slot else { return None };
                let one = |h: &Head| Verdict::of(h.value.as_ref()) == Verdict::One;
                let heads: Vec<Head> =
                    known.into_iter().flat_map(|r| r.heads(&slot)).filter(|h| one(h)).collect();
                (!heads.is_empty()).then(|| (other, heads.into_iter().flat_map(|h| h.beside).into_set()))
            };
            known.into_iter().flat_map(Record::written_slots).filter_map(to).into_map()
        };
        let (first, others) = rows.split_first()?;
        let other = |record: &'a Record| Other { record, brought: brought(record) };
        let others = others.iter().filter_map(there).map(other).collect();
        Some(Self { before, after, key, stands: there(first)?, others })
    }

    /// The verdicts that say what is new about the class, and know of everything that was written in it.
    fn verdicts(&self) -> Vec<Operation> {
        let mut draft = Draft::new(BatchKind::Edit);
        for other in &self.others {
            let slots = || other.record.written_slots().into_iter().filter(is_heard);
            let fresh = !other.brought.contains_key(&self.stands.id);
            if fresh || slots().any(|slot| !other.unknown(&slot).is_empty()) {
                draft.judge(self.before, self.key, (other.record.id, self.stands.id), Verdict::One);
            }
        }
        draft.operations
    }

    /// Whether several have brought something to the row that stands, without knowing of each other.
    fn is_brought_twice(&self) -> bool {
        let rests = self.stands.more.iter().flat_map(|m| &m.rests);
        rests.into_iter().any(|r| !r.rivals.is_empty() && r.rivals.iter().any(|h| h.echo.is_some()))
    }

    /// What is said in a slot of one record: the writes that stand, or how it was created.
    fn sources(&self, record: &Record, slot: &Slot) -> Vec<Voice> {
        let heads = record.heads(slot);
        if !heads.is_empty() {
            return heads.into_iter().map(|h| Voice::of(record, h)).collect();
        }
        let made = match slot {
            Slot::Field(field) => record.as_written(field).cloned(),
            Slot::State => {
                let kind = self.after.kind_of(self.key, record);
                kind.and_then(|k| k.workflow.as_ref()).map(|flow| Value::choice(flow.initial()))
            }
            _ => None,
        };
        let echo = record.created.map(|stamp| Echo { row: record.id, stamp });
        made.zip(echo).map(|(value, echo)| Voice { value: Some(value), echo }).into_iter().collect()
    }

    /// What the class says in a slot, the latest write last.
    fn voices(&self, slot: &Slot) -> Vec<Voice> {
        let mut all = self.sources(self.stands, slot);
        for other in &self.others {
            // Of one that was brought to another row, that one tells.
            let new = other.brought.is_empty();
            all.extend(if new { self.sources(other.record, slot) } else { other.unknown(slot) });
        }
        let records = || std::iter::once(self.stands).chain(self.others.iter().map(|o| o.record));
        let every: Vec<(RowId, Voice)> =
            records().flat_map(|r| self.sources(r, slot).into_iter().map(|v| (r.id, v))).collect();
        // What its author has overwritten since is heard no more.
        let stands = |v: &Voice| {
            every.iter().any(|(row, said)| *row == v.echo.row && said.echo == v.echo)
                || !records().any(|r| r.id == v.echo.row)
        };
        let same = |a: &Voice, b: &Voice| self.shown(a) == self.shown(b);
        let rank = |v: &Voice| {
            let others = every.iter().map(|(_, o)| o).filter(|o| same(o, v)).map(|o| o.echo.stamp);
            others.chain([v.echo.stamp]).max()
        };
        let mut ranked: Vec<(Option<Stamp>, Voice)> =
            all.into_iter().filter(stands).map(|v| (rank(&v), v)).collect();
        order::sort_by_key(&mut ranked, |(rank, voice)| (*rank, voice.echo.stamp, voice.echo.row));
        let mut said: Vec<Voice> = Vec::new();
        for (_, voice) in ranked {
            match said.iter_mut().find(|known| same(known, &voice)) {
                Some(earlier) => *earlier = voice,
                None => said.push(voice),
            }
        }
        said
    }

    /// What is said, with its references followed; a word is the same whether it was chosen from a list or written.
    fn shown(&self, voice: &Voice) -> Option<Value> {
        voice.value.as_ref().map(|v| match self.after.canonical_value(v) {
            Value::Choice(word) => Value::Text(word),
            other => other,
        })
    }

    /// Writes into the row that stands what the class says and it does not.
    fn write(&self, draft: &mut Draft) {
        let records = std::iter::once(self.stands).chain(self.others.iter().map(|o| o.record));
        let slots = |r: &Record| {
            let cells = r.cells.iter().map(|(field, _)| Slot::Field(field.clone()));
            cells.chain(r.written_slots()).collect::<Vec<_>>()
        };
        let slots: BTreeSet<Slot> = records.flat_map(slots).filter(is_heard).into_set();
        for slot in slots {
            let (now, said) = (self.sources(self.stands, &slot), self.voices(&slot));
            let values = |voices: &[Voice]| voices.iter().map(|v| self.shown(v)).collect::<Vec<_>>();
            if said.is_empty() || values(&now) == values(&said) {
                continue;
            }
            if said.len() > 1 {
                draft.rivals.insert((self.stands.id, slot.clone()));
            }
            for voice in said {
                self.repeat(draft, &slot, voice);
            }
        }
    }

    fn repeat(&self, draft: &mut Draft, slot: &Slot, voice: Voice) {
        let seen = Seen { own: self.stands.head_stamps(slot), echo: Some(voice.echo), ..Seen::default() };
        draft.push(self.key, self.stands.id, Change::write(slot, voice.value, self.stands, seen));
    }
}

/// Whether rows that are one have the slot in common.
const fn is_heard(slot: &Slot) -> bool {
    matches!(slot, Slot::Field(_) | Slot::State)
}
