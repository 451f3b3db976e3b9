//! Rows that are one thing.
//!
//! Duty: rows of which somebody has said that they are one are shown as the one with the smallest identity; the
//! others are not live, and references to any of them lead to it. Which rows those are follows from the verdicts
//! alone, in whatever order they came; a reference keeps beside it what was written, so that taking a verdict back
//! leads back to it. And: which live rows have one natural key, and which of those agree in all that both say.
//! Inputs: verdicts and records. Outputs: the rows that stand for others; drafts of verdicts. Neighbours: `slot`
//! keeps the verdicts, `merge` joins what agrees, `conflict` lists what does not.

use std::collections::{BTreeMap, HashMap};

use super::slot::{Slot, Verdict};
use super::state::{Record, State};
use super::{Draft, Stamp};
use crate::register::{Fields as _, Key, RowKind};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value, order};

/// By row, the row that stands for it; rows that stand for themselves are not listed.
pub(crate) type Aliases = BTreeMap<RowId, RowId>;

impl State {
    /// Follows every reference anew after verdicts have come or gone.
    pub(crate) fn follow_twins(&mut self) {
        let aliases = aliases(self);
        if aliases == self.aliases {
            return;
        }
        let before = std::mem::replace(&mut self.aliases, aliases);
        for (key, sheet) in &mut self.sheets {
            let mut changed = Vec::new();
            let mut followers = false;
            for (at, record) in sheet.rows.values_mut().enumerate() {
                let away = self.aliases.contains_key(&record.id);
                let turned = std::mem::replace(&mut record.away, away) != away;
                let followed = record.follow(&self.aliases, Some(&before));
                if turned || followed {
                    changed.push(at);
                }
                followers |= followed;
                if followed {
                    self.stirred.push((key.clone(), at));
                }
            }
            changed.into_iter().for_each(|at| sheet.touch(self.version, at));
            if followers {
                sheet.note_parents(&self.declared.0, key);
            }
        }
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
    let records = state.sheets.values().flat_map(|s| s.rows.values());
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
    let others = state.aliases.iter().filter(|(_, to)| **to == first).map(|(from, _)| *from);
    std::iter::once(first).chain(others).collect()
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
    let Some(sheet) = state.sheet(key).filter(|_| kind.keys.iter().any(|k| !k.weak)) else {
        return Vec::new();
    };
    let mut groups: HashMap<Key, Vec<RowId>> = HashMap::new();
    for record in sheet.of_kind(&kind.key) {
        if let Some((bytes, false)) = kind.same(record) {
            groups.entry(bytes).or_default().push(record.id);
        }
    }
    let mut pairs = Vec::new();
    for mut rows in groups.into_values().filter(|rows| rows.len() > 1) {
        order::sort(&mut rows);
        for (n, row) in rows.iter().enumerate() {
            let earlier = rows.get(..n).unwrap_or_default();
            pairs.extend(earlier.iter().find(|o| !decided(state, key, *row, **o)).map(|o| (*row, *o)));
        }
    }
    order::sort(&mut pairs);
    pairs
}

/// Whether somebody has said, of two rows or of rows that they stand for, that they are two; or said both.
fn decided(state: &State, key: &str, row: RowId, other: RowId) -> bool {
    let (rows, others) = (twin_rows(state, row), twin_rows(state, other));
    let said = |a: RowId, b: RowId| {
        let verdicts = state.record(key, a.max(b)).map(|r| r.heads(&Slot::Twin(a.min(b))));
        verdicts.is_some_and(|heads| heads.iter().any(|h| Verdict::of(h.value.as_ref()) != Verdict::Open))
    };
    rows.iter().any(|a| others.iter().any(|b| said(*a, *b)))
}

/// Whether two rows agree in everything that both say.
fn agree(state: &State, key: &str, a: &Record, b: &Record) -> bool {
    let begins = state.kind_of(key, a).and_then(|k| k.workflow.as_ref());
    let state =
        |r: &Record| r.stage().map_or_else(|| begins.map_or("", |w| w.initial()).to_owned(), str::to_owned);
    let same = |(field, value): &(Text, Value)| b.value(field).is_none_or(|other| other == value);
    a.kind == b.kind && state(a) == state(b) && a.cells.iter().all(same)
}

/// Joins rows with one key that agree, and fills in what only one of them says. `together` says of two creations
/// whether one ledger has had both all along: then nobody asks whether they are one.
pub(super) fn draft_joins(
    state: &State,
    draft: &mut Draft,
    together: &dyn Fn(Stamp, Stamp) -> bool,
) -> usize {
    let mut joined = 0;
    for (key, _) in state.registers() {
        for kind in state.schema().register(key).into_iter().flat_map(|r| &r.kinds) {
            let mut filled: Vec<RowId> = Vec::new();
            for (row, other) in same_key(state, key, kind) {
                let (Some(a), Some(b)) = (state.record(key, other), state.record(key, row)) else { continue };
                let apart = match (a.created, b.created) {
                    (Some(a), Some(b)) => !together(a, b),
                    _ => false,
                };
                // A row that is filled in in this round may no longer agree with a third: the next round looks.
                if !apart || !agree(state, key, a, b) || filled.contains(&other) {
                    continue;
                }
                draft.join(state, key, (row, other), Verdict::One);
                joined += 1;
                for (field, value) in b.cells.iter().filter(|(f, _)| a.value(f).is_none()) {
                    draft.set(state, key, other, field, Some(value.clone()), None);
                    filled.push(other);
                }
            }
        }
    }
    joined
}
