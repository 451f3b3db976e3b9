//! A second row with the natural key of one that is there.
//!
//! Only rows whose key the draft makes or changes are asked. A reversed entry has given its key away: what is right is
//! entered anew under it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::view::{Seen, View};
use super::{Ground, Refusal};
use crate::ledger::{BatchKind, Change, Draft, Operation, Record, Surroundings};
use crate::register::{Key, Message, RowKind, Schema};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text};

/// The rows of `draft` that would be second ones.
pub(super) fn refused(view: &View<'_>, draft: &Draft) -> Vec<Refusal> {
    // The sample is made by the program.
    if draft.kind == BatchKind::Sample {
        return Vec::new();
    }
    let schema = view.state().schema();
    let mut named: BTreeMap<(&str, &str), Vec<Named>> = BTreeMap::new();
    for (key, seen) in view.each() {
        if let Some((kind, row)) = asked(schema, key, &seen) {
            named.entry((key, kind)).or_default().push(row);
        }
    }
    let mut found = Vec::new();
    let judged = judged(draft);
    for ((key, kind), rows) in named {
        if let Some(kind) = schema.kind(key, kind) {
            of_kind(view, (key, kind), rows, &judged, &mut found);
        }
    }
    found
}

/// The rows of which `draft` itself says whether they are one: that is no second row, but an answer about two.
fn judged(draft: &Draft) -> BTreeSet<(RowId, RowId)> {
    let pair = |operation: &Operation| match operation.change {
        Change::Join { other, .. } => Some((operation.row.max(other), operation.row.min(other))),
        _ => None,
    };
    draft.operations.iter().filter_map(pair).into_set()
}

/// The kind of a row whose key the draft makes or changes, and what is asked of it.
#[inline(never)] // called for every row of an import, see `lib`
fn asked<'s>(schema: &'s Schema, key: &str, seen: &Seen<'_>) -> Option<(&'s str, Named)> {
    let kind = schema.kind(key, seen.kind()?)?;
    let mut parts = kind.keys.iter().flat_map(|k| k.parts.iter().map(|p| &**p));
    let changes = !seen.is_gone() && parts.any(|part| seen.changes(part));
    changes.then(|| (&*kind.key, (seen.id(), name_of(kind, seen))))
}

/// A row whose key the draft makes or changes, and that key where it has one that is strictly its own.
type Named = (RowId, Option<Key>);

fn name_of(kind: &RowKind, seen: &Seen<'_>) -> Option<Key> {
    let stage = seen.stage();
    let reversed = kind.workflow.as_ref().is_some_and(|f| stage.is_some_and(|s| f.is_reversed(s)));
    if seen.is_gone() || reversed {
        return None;
    }
    kind.same(seen).filter(|(_, weak)| !weak).map(|(key, _)| key)
}

fn of_kind(
    view: &View<'_>,
    (key, kind): (&str, &RowKind),
    rows: Vec<Named>,
    judged: &BTreeSet<(RowId, RowId)>,
    found: &mut Vec<Refusal>,
) {
    // A register that nobody has filled yet has nothing that could be meant.
    let nobody = view.state().sheet(key).is_none_or(|sheet| sheet.count() == 0);
    let asked = if nobody { BTreeSet::new() } else { rows.iter().map(|(row, _)| *row).into_set() };
    let mut mine: HashMap<Key, RowId> = HashMap::with_capacity(rows.len());
    let mut twins: Vec<(RowId, RowId)> = Vec::new();
    for (row, name) in rows.into_iter().filter_map(|(row, name)| Some((row, name?))) {
        if let Some(first) = mine.insert(name, row) {
            twins.push((row, first));
        }
    }
    if nobody {
        mine.clear();
    }
    let around = Surroundings::new(view.state());
    for (name, row) in mine.into_iter().into_map() {
        let there = around.with_key(key, &kind.key, &name).into_iter().map(Record::id);
        // The draft may give its key away, or remove it.
        let stays =
            |id: &RowId| !asked.contains(id) && name_of(kind, &view.of(key, *id)).as_ref() == Some(&name);
        twins.extend(there.filter(stays).map(|id| (row, id)));
    }
    twins.retain(|(a, b)| !judged.contains(&((*a).max(*b), (*a).min(*b))));
    let labels: Vec<_> = kind.naming_fields().map(|f| &f.label).collect();
    let join = |words: Vec<&str>| words.join("、");
    let (zh, en) =
        (join(labels.iter().map(|l| &*l.zh).collect()), join(labels.iter().map(|l| &*l.en).collect()));
    found.extend(twins.into_iter().map(|(row, _)| Refusal {
        register: Text::from(key),
        row,
        field: None,
        ground: Ground::Twin,
        message: Message::new(
            format!("已有相同的一行（{zh}相同），请改那一行"),
            format!("A row with the same {en} is there already; change that one"),
        ),
        others: Vec::new(),
        place: None,
    }));
}
