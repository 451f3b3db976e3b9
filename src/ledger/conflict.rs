//! Conflicts: what nobody has decided yet.
//!
//! Duty: lists, for a state, every slot in which several writes stand that did not know of each other and say
//! different things; every removal that did not know of a change, and every change that did not know that the record
//! was closed; every pair of live rows with one natural key. They are computed from the state alone, so that they
//! stay until somebody decides and are the same on every device. Inputs: the state. Outputs: [`Conflict`]s in a
//! stable order, the draft of a decision, the state's digest. Neighbours: `slot` keeps the rivals, `twin` the rows.

use sha2::{Digest as _, Sha256};

use super::draft::is_locked;
use super::gather::settle;
use super::slot::{Head, Slot, Verdict, blind};
use super::state::{Record, State};
use super::twin::{decided, same_key, still_asked, twin_rows};
use super::{BatchKind, Digest, Draft, Stamp};
use crate::register::Fields as _;
use crate::value::order::{self, Ordered as _};
use crate::value::{RowId, Text, Value};

/// Something that a person has to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Register key.
    pub register: Text,
    /// The record.
    pub row: RowId,
    /// About what.
    pub about: About,
    /// What stands, earliest first; the last is what is shown.
    pub sides: Vec<Side>,
}

/// What a conflict is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A cell was changed twice.
    Field(Text),
    /// The record was moved to two states.
    State,
    /// It was removed by one and changed by another.
    Life,
    /// It was closed by one and this field changed by another.
    Closed(Text),
    /// It stands behind another row that it was joined with, and whoever joined them had not seen this change.
    Joined(Text),
    /// It and this row have one natural key, or are called one by some and two by others.
    Identity(RowId),
}

/// One of the things that stand against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// What it says.
    pub says: Says,
    /// When; of a row: when it was created.
    pub stamp: Option<Stamp>,
}

/// What a side of a conflict says.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// The cell has this value; none when it was cleared.
    Value(Option<Value>),
    /// The record is in this state.
    State(Text),
    /// The record is removed.
    Removed,
    /// The record stays, with what was changed in it.
    Stays,
    /// This row.
    Row(RowId),
    /// Two rows are one, or two.
    Verdict(Verdict),
}

impl About {
    /// The word that files and the command line use.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Field(_) => "field",
            Self::State => "state",
            Self::Life => "life",
            Self::Closed(_) => "closed",
            Self::Joined(_) => "joined",
            Self::Identity(_) => "identity",
        }
    }

    /// The field, where it is about one.
    pub const fn field(&self) -> Option<&Text> {
        match self {
            Self::Field(field) | Self::Closed(field) | Self::Joined(field) => Some(field),
            _ => None,
        }
    }
}

impl State {
    /// Everything that is undecided, by register, row and slot.
    pub fn conflicts(&self) -> Vec<Conflict> {
        self.registers().flat_map(|(key, _)| self.conflicts_of(key)).collect()
    }

    /// What is undecided in one register.
    pub fn conflicts_of(&self, key: &str) -> Vec<Conflict> {
        let Some((key, sheet)) = self.sheets.get_key_value(key) else { return Vec::new() };
        let mut found = Vec::new();
        sheet.perhaps_disputed(&self.aliases).for_each(|r| self.of_record(key, r, &mut found));
        for kind in self.schema().register(key).into_iter().flat_map(|r| &r.kinds) {
            for (row, other) in same_key(self, key, kind) {
                let side = |id: RowId| Side {
                    says: Says::Row(id),
                    stamp: self.record(key, id).and_then(Record::created),
                };
                let about = About::Identity(other);
                found.push(Conflict {
                    register: key.clone(),
                    row,
                    about,
                    sides: vec![side(row), side(other)],
                });
            }
        }
        order::sort_by(&mut found, |a, b| (a.row, &a.about).cmp(&(b.row, &b.about)));
        found
    }

    /// The same after people here have changed the rows at these `places` in order of arrival: nobody can make a second
    /// row of one key past the gate, so that the other rows need not be looked at. `before` is what was undecided until
    /// then.
    pub fn conflicts_again(&self, key: &str, before: &[Conflict], places: &[usize]) -> Vec<Conflict> {
        let Some((key, sheet)) = self.sheets.get_key_value(key) else { return Vec::new() };
        let touched: Vec<&Record> = places.iter().filter_map(|at| sheet.nth(*at)).collect();
        // Whether the removal of a record is in doubt depends on what stands under it, or did.
        let above = self.schema().register(key).into_iter();
        let above = above.flat_map(|register| touched.iter().filter_map(|r| self.parent_of(register, r)));
        let removals = before.iter().filter(|c| c.about == About::Life).map(|c| c.row);
        let rows = touched.iter().copied().chain(above).map(|r| r.id).chain(removals);
        let changed = rows.flat_map(|row| self.twins_of(row)).into_set();
        let twins = |c: &Conflict| match c.about {
            About::Identity(other) => Some((c.row, other))
                .filter(|_| matches!(c.sides.as_slice(), [a, _] if matches!(a.says, Says::Row(_)))),
            _ => None,
        };
        let stands = |c: &&Conflict| match twins(c) {
            Some((a, b)) if changed.contains(&a) || changed.contains(&b) => still_asked(self, key, a, b),
            Some(_) => true,
            None => !changed.contains(&c.row),
        };
        let mut found: Vec<Conflict> = before.iter().filter(stands).cloned().collect();
        changed.iter().filter_map(|row| sheet.get(*row)).for_each(|r| self.of_record(key, r, &mut found));
        order::sort_by(&mut found, |a, b| (a.row, &a.about).cmp(&(b.row, &b.about)));
        found
    }

    fn of_record(&self, key: &Text, record: &Record, found: &mut Vec<Conflict>) {
        if record.created.is_none() || !record.may_be_disputed() {
            return;
        }
        let mut push = |about: About, sides: Vec<Side>| {
            found.push(Conflict { register: key.clone(), row: record.id, about, sides });
        };
        let removed = record.gone.is_some_and(|(gone, _)| gone);
        let rests = record.more.iter().flat_map(|m| &m.rests).filter(|r| !r.rivals.is_empty());
        for slot in rests.map(|r| &r.slot) {
            let heads = record.heads(slot);
            let says = |h: &Head| self.says(slot, h);
            let Some(shown) = heads.last().map(says) else { continue };
            if heads.iter().all(|h| says(h) == shown) {
                continue;
            }
            let sides = heads.iter().map(|h| Side { says: says(h), stamp: Some(h.said()) }).collect();
            match slot {
                Slot::Field(field) if !removed => push(About::Field(field.clone()), sides),
                Slot::State if !removed => push(About::State, sides),
                Slot::Life => push(About::Life, sides),
                Slot::Twin(other) => push(About::Identity(*other), sides),
                Slot::Field(_) | Slot::State => {}
            }
        }
        self.unaware(key, record, &mut push);
        if record.away {
            self.behind(key, record, &mut push);
        }
    }

    /// Changes of a row that another stands for, made by people who did not know that it does.
    fn behind(&self, key: &Text, record: &Record, push: &mut impl FnMut(About, Vec<Side>)) {
        // Where that one is removed, this is asked about it.
        let stands = self.record(key, self.canonical(record.id)).filter(|s| !s.is_gone());
        let Some(stands) = stands else { return };
        let joins = self.joins_of(key, record.id);
        for slot in record.written_slots() {
            let Slot::Field(field) = &slot else { continue };
            let shown = stands
                .heads(&slot)
                .last()
                .map_or_else(|| Says::Value(stands.value(field).cloned()), |head| self.says(&slot, head));
            let new = |h: &Head| !joins.iter().any(|join| join.beside.contains(&h.stamp));
            let last = record.heads(&slot).into_iter().rfind(|h| new(h) && self.says(&slot, h) != shown);
            if let Some(head) = last {
                let other = Side { says: shown, stamp: stands.stamp_of(field) };
                let side = Side { says: self.says(&slot, &head), stamp: Some(head.stamp) };
                push(About::Joined(field.clone()), vec![side, other]);
            }
        }
    }

    /// The verdicts that make the row one with others.
    fn joins_of(&self, key: &str, row: RowId) -> Vec<Head> {
        let rows = self.twins_of(row);
        let records = rows.iter().filter_map(|r| self.record(key, *r));
        let twins = records.flat_map(|r| {
            let slots = r.written_slots().into_iter().filter(|s| matches!(s, Slot::Twin(_)));
            slots.flat_map(|s| r.heads(&s)).collect::<Vec<_>>()
        });
        twins.filter(|h| Verdict::of(h.value.as_ref()) == Verdict::One).collect()
    }

    /// Changes that an end of the record did not know of, nor they of it.
    fn unaware(&self, key: &Text, record: &Record, push: &mut impl FnMut(About, Vec<Side>)) {
        let lives = record.heads(&Slot::Life);
        let ends: Vec<&Head> = lives.iter().filter(|h| h.value == Some(Value::Bool(true))).collect();
        if let Some(end) = ends.last() {
            let edits = self.around(key, record, &Slot::Life).into_iter().filter(|e| blind(&lives, &ends, e));
            let last = edits.map(|e| e.stamp).max();
            // Put back by one and removed by another is told already.
            let told = lives.iter().any(|h| h.value != end.value);
            // What others have put under it meanwhile.
            let last = last.max(record.is_gone().then(|| self.left_under(key, record.id)).flatten());
            if let Some(stamp) = last.filter(|_| !told) {
                let mut sides = vec![
                    Side { says: Says::Removed, stamp: Some(end.stamp) },
                    Side { says: Says::Stays, stamp: Some(stamp) },
                ];
                order::sort_by_key(&mut sides, |s| s.says != Says::Stays);
                push(About::Life, sides);
            }
        }
        if record.is_gone() {
            return;
        }
        let states = record.heads(&Slot::State);
        let Some(end) = states.last() else { return };
        let word = end.value.as_ref().and_then(Value::as_str).unwrap_or_default();
        if !is_locked(self, key, &record.kind, word) {
            return;
        }
        for slot in record.written_slots() {
            let Slot::Field(field) = &slot else { continue };
            let heads = record.heads(&slot);
            if let Some(edit) = heads.last().filter(|e| blind(&states, &[end], e)) {
                let closed = Side { says: Says::State(Text::from(word)), stamp: Some(end.stamp) };
                let edit = Side { says: self.says(&slot, edit), stamp: Some(edit.stamp) };
                push(About::Closed(field.clone()), vec![closed, edit]);
            }
        }
    }

    /// The writes that stand in a record's other slots. Of its life: in the rows that it stands for as well, which go
    /// and come with it.
    pub(super) fn around(&self, key: &str, record: &Record, slot: &Slot) -> Vec<Head> {
        let stands = *slot == Slot::Life && !record.away && !self.aliases.is_empty();
        let rows = if stands { self.twins_of(record.id) } else { Vec::new() };
        let behind = rows.iter().filter(|row| **row != record.id).filter_map(|row| self.record(key, *row));
        let heads = |r: &Record| {
            let others = r.written_slots().into_iter().filter(|s| s != slot);
            others.flat_map(|s| r.heads(&s)).collect::<Vec<_>>()
        };
        std::iter::once(record).chain(behind).flat_map(heads).collect()
    }

    fn says(&self, slot: &Slot, head: &Head) -> Says {
        match (slot, &head.value) {
            (Slot::Field(_), value) => Says::Value(value.as_ref().map(|v| self.canonical_value(v))),
            (Slot::State, value) => {
                Says::State(Text::from(value.as_ref().and_then(Value::as_str).unwrap_or("")))
            }
            (Slot::Life, Some(Value::Bool(true))) => Says::Removed,
            (Slot::Life, _) => Says::Stays,
            (Slot::Twin(_), value) => Says::Verdict(Verdict::of(value.as_ref())),
        }
    }

    /// The draft that decides a conflict for one of its sides.
    pub fn decide(&self, conflict: &Conflict, side: usize, base: Option<Value>) -> Option<Draft> {
        let record = self.record(&conflict.register, conflict.row)?;
        let says = &conflict.sides.get(side)?.says;
        let mut draft = Draft::new(BatchKind::Decide);
        let (register, row) = (&*conflict.register, conflict.row);
        match (&conflict.about, says) {
            (About::Field(field), Says::Value(value)) => draft.settle(record, register, field, value.clone()),
            (About::State, Says::State(word)) => {
                let now = record.stage().unwrap_or_default().to_owned();
                draft.advance(register, row, &now, word, None);
            }
            (About::Life, Says::Removed) => draft.remove(self, register, row),
            (About::Life, _) => draft.put_back(self, register, row),
            // The change stays, and the closing knows of it now.
            (About::Closed(_), Says::Value(_)) => {
                let now = record.stage().unwrap_or_default().to_owned();
                draft.advance(register, row, &now, &now, None);
            }
            (About::Closed(field), _) => draft.settle(record, register, field, base),
            (About::Joined(field), Says::Value(value)) => {
                let stands = self.record(register, self.canonical(row))?;
                if side == 0 {
                    draft.settle(stands, register, field, value.clone());
                }
                // Said once more, the verdict knows of the change.
                let twin = record.more.iter().flat_map(|m| &m.twins).find(|(_, v, _)| *v == Verdict::One);
                let other = twin.map_or(stands.id, |(other, ..)| *other);
                draft.judge(self, register, (row, other), Verdict::One);
            }
            (About::Identity(other), Says::Row(_)) => {
                // The first side: they are one. The second: they are two.
                let verdict = if side == 0 { Verdict::One } else { Verdict::Two };
                draft = self.judge(register, (row, *other), verdict);
            }
            (About::Identity(other), Says::Verdict(verdict)) => {
                draft.judge(self, register, (row, *other), *verdict);
                settle(self, &mut draft);
            }
            _ => return None,
        }
        Some(draft)
    }

    /// The draft that says of two rows whether they are one. Of two that are one the earlier stands for both: it says what
    /// only the later said, both values stand where they differ, and what names either leads to it.
    pub fn judge(&self, register: &str, rows: (RowId, RowId), verdict: Verdict) -> Draft {
        let mut draft = Draft::new(BatchKind::Decide);
        draft.judge(self, register, rows, verdict);
        if verdict == Verdict::One {
            // With them, what refers to them may have one key.
            settle(self, &mut draft);
        }
        draft
    }

    /// Whether somebody has said of two rows, or of rows that they stand for, whether they are one.
    pub fn is_judged(&self, register: &str, row: RowId, other: RowId) -> bool {
        decided(self, register, row, other)
    }

    /// Whether rows are shown as others: then somebody may contradict themselves.
    pub fn has_joined(&self) -> bool {
        !self.aliases.is_empty()
    }

    /// SHA-256 over everything that a person can see: live records with their states, references followed to the
    /// rows that they are joined with, and what is undecided. It does not depend on clocks or on the order in which
    /// batches arrived.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        for (key, sheet) in self.registers() {
            let mut live: Vec<&Record> = sheet.live().collect();
            order::sort_by_key(&mut live, |r| r.id);
            let declared = self.schema().register(key);
            for record in live {
                let flow = declared.and_then(|r| r.kind(&record.kind)).and_then(|k| k.workflow.as_ref());
                let state = record.stage().unwrap_or_else(|| flow.map_or("", |w| w.initial()));
                line(&mut hash, &(key, record.id, &record.kind, record.cells(), state));
            }
        }
        for conflict in self.conflicts() {
            let mut sides: Vec<String> = conflict.sides.iter().map(|s| format!("{:?}", s.says)).collect();
            order::sort(&mut sides);
            sides.dedup();
            let field = conflict.about.field();
            line(&mut hash, &(&conflict.register, conflict.row, conflict.about.word(), field, sides));
        }
        Digest(hash.finalize().into())
    }

    /// The row that stands for `row`, and the others that are the same.
    pub fn twins_of(&self, row: RowId) -> Vec<RowId> {
        twin_rows(self, row)
    }
}

impl Record {
    /// Whether anything of the record can be undecided: it has rival writes, is removed, or was changed after it was
    /// created and has a state or is joined with others.
    pub(crate) fn may_be_disputed(&self) -> bool {
        let rivals = self.more.as_ref().is_some_and(|more| !more.rests.is_empty());
        let changed = !self.stamps.is_empty() && (self.stage.is_some() || self.more.is_some());
        rivals || self.gone.is_some() || changed
    }
}

fn line(hash: &mut Sha256, content: &impl serde::Serialize) {
    // Plain data has no way to fail.
    hash.update(serde_json::to_vec(content).unwrap_or_default());
    hash.update(b"\n");
}
