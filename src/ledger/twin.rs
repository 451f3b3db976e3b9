//! Rows that are one thing.
//!
//! Duty: rows of which somebody has said that they are one are shown as the one with the smallest identity; the
//! others are not live, and references to any of them lead to it. Which rows those are follows from the verdicts
//! alone, in whatever order they came; a reference keeps beside it what was written, so that taking a verdict back
//! leads back to it. And: which rows have one natural key or perhaps have it, and which of those agree.
//! Inputs: verdicts and records. Outputs: the rows that stand for others; rows that are alike. Neighbours: `slot`
//! keeps the verdicts, `gather` joins what agrees, `conflict` lists what does not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::sheet::Sheet;
use super::slot::{Head, Slot, Verdict};
use super::state::{Record, State};
use crate::register::{Fields, Key, RowKind, Sense, Workflow};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value, order};

/// By row, the row that stands for it; rows that stand for themselves are not listed.
pub(crate) type Aliases = BTreeMap<RowId, RowId>;

impl State {
    /// Follows every reference anew after verdicts have come or gone.
    pub(crate) fn follow_twins(&mut self) {
        let aliases = aliases(self);
        if aliases == *self.aliases {
            return;
        }
        let before = self.stand_for(aliases);
        let differs = |row: &&RowId| self.aliases.get(row) != before.get(row);
        let rows: BTreeSet<RowId> =
            self.aliases.keys().chain(before.keys()).filter(differs).copied().collect();
        for (key, sheet) in &mut self.sheets {
            let mut changed = Vec::new();
            let mut followers = false;
            sheet.rows.follow(&self.aliases, &rows, |at, followed| {
                changed.push(at);
                followers |= followed;
                if followed {
                    self.stirred.push((key.clone(), at));
                }
            });
            changed.into_iter().for_each(|at| sheet.touch(self.version, at));
            if followers {
                sheet.note_parents(&self.declared.0, key);
            }
        }
    }

    /// Takes note of the rows that others stand for, of a state that was read as it is: its records know already where
    /// their references lead.
    pub(crate) fn note_twins(&mut self) {
        let aliases = aliases(self);
        self.stand_for(aliases);
        for sheet in self.sheets.values_mut() {
            sheet.rows.stand_among(&self.aliases);
        }
    }

    /// Gives the aliases so far.
    fn stand_for(&mut self, aliases: Aliases) -> Rc<Aliases> {
        self.behind.clear();
        for (row, stands) in &aliases {
            self.behind.entry(*stands).or_default().push(*row);
        }
        std::mem::replace(&mut self.aliases, Rc::new(aliases))
    }

    /// The row that stands for `row`: itself, unless it is joined with one of a smaller identity.
    pub fn canonical(&self, row: RowId) -> RowId {
        self.aliases.get(&row).copied().unwrap_or(row)
    }

    /// A value with its references followed.
    pub(crate) fn canonical_value(&self, value: &Value) -> Value {
        followed(value, &self.aliases).unwrap_or_else(|| value.clone())
    }
}

/// Every row that stands for another, from all verdicts.
fn aliases(state: &State) -> Aliases {
    let mut up = Aliases::new();
    let top = |up: &Aliases, mut row: RowId| {
        while let Some(next) = up.get(&row) {
            row = *next;
        }
        row
    };
    let records = state.sheets.values().flat_map(Sheet::perhaps_twins);
    for record in records {
        for (other, verdict, _) in record.more.iter().flat_map(|m| &m.twins) {
            if *verdict == Verdict::One {
                let (a, b) = (top(&up, record.id), top(&up, *other));
                if a != b {
                    up.insert(a.max(b), a.min(b));
                }
            }
        }
    }
    up.keys().map(|row| (*row, top(&up, *row))).into_map()
}

/// The rows that `row` is one with, itself included, the smallest identity first.
pub(super) fn twin_rows(state: &State, row: RowId) -> Vec<RowId> {
    let first = state.canonical(row);
    let others = state.behind.get(&first).into_iter().flatten();
    std::iter::once(&first).chain(others).copied().collect()
}

impl Record {
    /// Follows its references; says whether any now leads elsewhere. `before` are the aliases that it followed so
    /// far, where they were others.
    pub(crate) fn follow(&mut self, aliases: &Aliases, before: Option<&Aliases>) -> bool {
        if aliases.is_empty() && before.is_none_or(|b| b.is_empty()) {
            return false;
        }
        let mut changed = false;
        for at in 0..self.cells.len() {
            let Some((field, shown)) = self.cells.get(at) else { continue };
            if !names_rows(shown) {
                continue;
            }
            let field = field.clone();
            let written = self.as_written(&field).cloned();
            let Some(written) = written else { continue };
            let leads = followed(&written, aliases);
            let Some((_, shown)) = self.cells.get_mut(at) else { continue };
            let now = leads.clone().unwrap_or_else(|| written.clone());
            if *shown != now {
                *shown = now;
                changed = true;
            }
            self.keep_written(&field, leads.map(|_| written));
        }
        changed
    }

    fn keep_written(&mut self, field: &Text, value: Option<Value>) {
        let known = self.more.as_ref().is_some_and(|m| m.written.iter().any(|(k, _)| k == field));
        if !known && value.is_none() {
            return;
        }
        let written = &mut self.more_mut().written;
        written.retain(|(k, _)| k != field);
        if let Some(value) = value {
            let at = written.binary_search_by(|(k, _)| k.cmp(field)).unwrap_or_else(|at| at);
            written.insert(at, (field.clone(), value));
        }
        self.tidy();
    }
}

const fn names_rows(value: &Value) -> bool {
    matches!(value, Value::Ref(_) | Value::Refs(_))
}

/// The value with its references followed; none when they lead nowhere else.
fn followed(value: &Value, aliases: &Aliases) -> Option<Value> {
    match value {
        Value::Ref(id) => aliases.get(id).map(|to| Value::Ref(*to)),
        Value::Refs(ids) if ids.iter().any(|id| aliases.contains_key(id)) => {
            let mut rows: Vec<RowId> = Vec::new();
            for id in ids.iter().map(|id| aliases.get(id).unwrap_or(id)) {
                if !rows.contains(id) {
                    rows.push(*id);
                }
            }
            Some(Value::Refs(rows))
        }
        _ => None,
    }
}

/// Pairs of live rows of a kind with one strong natural key of which nobody has said what they are: each row with
/// an earlier one.
pub(super) fn same_key(state: &State, key: &str, kind: &RowKind) -> Vec<(RowId, RowId)> {
    let Some(sheet) = state.sheet(key).filter(|_| kind.keys.iter().any(|k| !k.is_weak())) else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for mut rows in sharing_a_key(kind, sheet) {
        order::sort(&mut rows);
        for (n, row) in rows.iter().enumerate() {
            let earlier = rows.get(..n).unwrap_or_default();
            pairs.extend(earlier.iter().find(|o| !decided(state, key, *row, **o)).map(|o| (*row, *o)));
        }
    }
    pairs.extend(perhaps_one(state, key, kind));
    order::sort(&mut pairs);
    pairs.dedup();
    pairs
}

/// Whether it is still asked of two rows whether they are one.
pub(super) fn still_asked(state: &State, key: &str, row: RowId, other: RowId) -> bool {
    let live = |id: RowId| state.record(key, id).filter(|r| !r.is_gone());
    let (Some(a), Some(b)) = (live(row), live(other)) else { return false };
    let Some(kind) = state.kind_of(key, a) else { return false };
    let same = kind.same(a).filter(|(_, weak)| !weak);
    let one = same.is_some() && same == kind.same(b);
    (one || kind.is_place(key) && is_doubtful(kind, a, b)) && !decided(state, key, row, other)
}

/// The live rows of a kind that have one strong natural key, where there is more than one. Of a register of a million
/// rows only the hashes of their keys are kept.
fn sharing_a_key(kind: &RowKind, sheet: &Sheet) -> Vec<Vec<RowId>> {
    let flow = kind.workflow.as_ref();
    let mut hashes: Vec<(u64, usize)> = Vec::new();
    sheet.pass().all(|at, seen| {
        let reversed = |flow: &Workflow| seen.stage().is_some_and(|word| flow.is_reversed(word));
        if seen.is_of(&kind.key) && !flow.is_some_and(reversed) {
            let key = kind.same(&seen).filter(|(_, weak)| !weak);
            hashes.extend(key.map(|(key, _)| (super::world::hash(&key), at)));
        }
    });
    hashes.sort_unstable();
    let alike = hashes.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1);
    let records = alike.flat_map(|run| run.iter().filter_map(|(_, at)| sheet.nth(*at)));
    by_key(kind, records).into_values().filter(|rows| rows.len() > 1).collect()
}

/// Rows by their strong natural key. A reversed entry has given its key away.
fn by_key<'a>(kind: &RowKind, records: impl Iterator<Item = &'a Record>) -> HashMap<Key, Vec<RowId>> {
    let mut groups: HashMap<Key, Vec<RowId>> = HashMap::new();
    let flow = kind.workflow.as_ref();
    for record in records {
        if flow.is_some_and(|f| record.stage().is_some_and(|word| f.is_reversed(word))) {
            continue;
        }
        if let Some((bytes, false)) = kind.same(record) {
            groups.entry(bytes).or_default().push(record.id);
        }
    }
    groups
}

/// A place as it is called, without what lies above it and without its code.
struct Called<'a>(&'a Record, [Option<&'a str>; 2]);

impl Fields for Called<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        if self.1.contains(&Some(key)) { None } else { self.0.value(key) }
    }
}

/// Pairs of live places of one name of which one does not say where it lies, or which code it has: they may be one.
/// Each with the first of which nobody has said what they are.
fn perhaps_one(state: &State, key: &str, kind: &RowKind) -> Vec<(RowId, RowId)> {
    let Some(sheet) = state.sheet(key).filter(|_| kind.is_place(key)) else { return Vec::new() };
    let (above, code) = (kind.key_of(Sense::Above), kind.key_of(Sense::Code));
    let mut groups: HashMap<Key, Vec<&Record>> = HashMap::new();
    for record in sheet.of_kind(&kind.key) {
        if let Some((name, false)) = kind.same(&Called(record, [above, code])) {
            groups.entry(name).or_default().push(record);
        }
    }
    let mut pairs = Vec::new();
    for mut rows in groups.into_values().filter(|rows| rows.len() > 1) {
        order::sort_by_key(&mut rows, |r| r.id);
        for (n, row) in rows.iter().enumerate() {
            let doubtful =
                |other: &&&Record| is_doubtful(kind, row, other) && !decided(state, key, row.id, other.id);
            let earlier = rows.get(..n).unwrap_or_default();
            pairs.extend(earlier.iter().find(doubtful).map(|o| (row.id, o.id)));
        }
    }
    pairs
}

/// Whether two places of one name may be one because one of them does not say where it lies, or which code it has.
fn is_doubtful(kind: &RowKind, a: &Record, b: &Record) -> bool {
    let fits = |field: Option<&str>| {
        let said = |r: &Record| field.and_then(|f| r.value(f)).cloned();
        let (a, b) = (said(a), said(b));
        a.is_none() || b.is_none() || a == b
    };
    let (above, code) = (kind.key_of(Sense::Above), kind.key_of(Sense::Code));
    let name = |r: &Record| kind.same(&Called(r, [above, code]));
    // Where both say the same, or different codes, nothing is in doubt.
    name(a) == name(b) && kind.same(a) != kind.same(b) && fits(above) && fits(code)
}

/// Whether somebody has said, of two rows or of rows that they stand for, that they are two; or said both.
pub(super) fn decided(state: &State, key: &str, row: RowId, other: RowId) -> bool {
    let (rows, others) = (twin_rows(state, row), twin_rows(state, other));
    let said = |a: RowId, b: RowId| {
        verdicts(state, key, a, b).iter().any(|h| Verdict::of(h.value.as_ref()) != Verdict::Open)
    };
    rows.iter().any(|a| others.iter().any(|b| said(*a, *b)))
}

/// What was said of two rows.
fn verdicts(state: &State, key: &str, a: RowId, b: RowId) -> Vec<Head> {
    state.record(key, a.max(b)).map(|r| r.heads(&Slot::Twin(a.min(b)))).unwrap_or_default()
}

/// More rows of one key are a fault of whoever made them, and nothing that a program should judge.
const MOST_TWINS: usize = 256;

/// Rows of a register that are one thing as far as a program can tell.
pub(super) struct Alike {
    pub register: Text,
    /// The earliest identity first.
    pub rows: Vec<RowId>,
}

/// Rows that were created apart under one key, that contradict each other in nothing that they were created with, and
/// of which no person has said anything; and those that agree with one of these. Who knows more rows or more changes of
/// them finds the same rows alike and perhaps further ones, never fewer: so it does not matter in which pieces and in
/// which order ledgers are merged.
pub(super) fn alike(state: &State) -> Vec<Alike> {
    let mut found = Vec::new();
    for (key, sheet) in state.registers() {
        for kind in state.schema().register(key).into_iter().flat_map(|r| &r.kinds) {
            if kind.keys.iter().all(|k| k.is_weak()) {
                continue;
            }
            let there = |r: &&Record| {
                r.created.is_some() && *r.kind == *kind.key && !r.gone.is_some_and(|(gone, _)| gone)
            };
            let groups = by_key(kind, sheet.all().filter(there)).into_values();
            for mut rows in groups.filter(|rows| (2..=MOST_TWINS).contains(&rows.len())) {
                order::sort(&mut rows);
                for rows in connected(state, key, &rows) {
                    found.push(Alike { register: key.clone(), rows });
                }
            }
        }
    }
    order::sort_by(&mut found, |a, b| (&a.register, &a.rows).cmp(&(&b.register, &b.rows)));
    found
}

/// The rows that agree directly or through others, where that says something new.
fn connected(state: &State, key: &str, rows: &[RowId]) -> Vec<Vec<RowId>> {
    let records: Vec<&Record> = rows.iter().filter_map(|row| state.record(key, *row)).collect();
    let mut left: Vec<&Record> = records.clone();
    let mut parts = Vec::new();
    while let Some(first) = left.first().copied() {
        let (mut part, mut next) = (vec![first.id], vec![first]);
        left.remove(0);
        while let Some(row) = next.pop() {
            let (near, far): (Vec<&Record>, Vec<&Record>) =
                left.into_iter().partition(|other| is_alike(state, key, row, other));
            left = far;
            part.extend(near.iter().map(|r| r.id));
            next.extend(near);
        }
        order::sort(&mut part);
        let stands: BTreeSet<RowId> = part.iter().map(|row| state.canonical(*row)).collect();
        if stands.len() > 1 {
            parts.push(part);
        }
    }
    parts
}

/// Whether two values say the same: a word is the same whether it was chosen from a list or written.
fn means(a: &Value, b: &Value) -> bool {
    a == b || a.as_str().is_some_and(|word| Some(word) == b.as_str())
}

/// Whether two rows of one key were created apart and contradict each other in nothing. What was written since is
/// compared where they are one.
fn is_alike(state: &State, key: &str, a: &Record, b: &Record) -> bool {
    let apart = a.created.map(|s| s.device) != b.created.map(|s| s.device);
    let as_created = |r: &Record, field: &Text| r.stamps.binary_search_by(|(k, _)| k.cmp(field)).is_err();
    let fits = |(field, value): &(Text, Value)| {
        !as_created(a, field)
            || !as_created(b, field)
            || b.value(field).is_none_or(|other| means(other, value))
    };
    let by_program = |h: &Head| state.batch_of(h.stamp).is_some_and(|b| b.kind.is_merge());
    apart && a.cells.iter().all(fits) && verdicts(state, key, a.id, b.id).iter().all(by_program)
}
