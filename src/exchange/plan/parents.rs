//! Which record a row stands under.
//!
//! Duty: a line stands under the record of its own row; elsewhere what a row says of the record above (合同·编号, 合同·乙方) finds the one record of the ledger, or of the same file,
//! that says all of it. None or several is an error of the row: nobody guesses. Inputs: the state, the drafts that were
//! settled before. Outputs: identities; those of records that the file brings are provisional. Neighbours: `upsert` asks
//! for every row of a kind that stands under another; `write` makes provisional identities real.

use std::collections::{HashMap, HashSet};

use super::{DraftRow, Fate, Planned};
use crate::ledger::State;
use crate::register::{Fields, Key, Name, Register, RowKind, key};
use crate::value::{RowId, Text, Value, person};

/// The identity of the record that the n-th draft will make, until it is made: apart from those of places.
pub(super) fn provisional(n: usize) -> RowId {
    RowId::new(0, (1 << 64) + n as u128)
}

/// Which draft will make the record of that identity.
fn nth(id: RowId) -> Option<usize> {
    usize::try_from(id.bits().checked_sub(1 << 64)?).ok()
}

/// A kind of rows, and the fields that rows have said of its records.
type Asked = (Name, Name, Vec<Text>);

/// Records of one kind by what rows have said of them so far.
#[derive(Default)]
pub(super) struct Parents {
    by: HashMap<Asked, HashMap<Key, Vec<RowId>>>,
    /// Drafts by table and row, once a line asks.
    rows: Option<HashMap<(u32, u32), usize>>,
    /// Drafts that repeat an earlier one.
    twins: HashMap<usize, usize>,
}

/// A record with what a draft changes in it.
struct Changed<'a> {
    record: &'a dyn Fields,
    draft: &'a DraftRow,
}

impl Fields for Changed<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        let said = self.draft.fields.iter().find(|(k, _)| **k == *key).map(|(_, v)| v);
        said.or_else(|| self.record.value(key))
    }
}

impl Parents {
    /// The records of `kind` that say what `draft` says of them: those that leave blank what it leaves blank come before
    /// all others.
    pub fn find(
        &mut self,
        (state, drafts, tables): (&State, &[DraftRow], &[Planned]),
        (register, kind): (&Register, &RowKind),
        draft: &DraftRow,
    ) -> Vec<RowId> {
        let mut look = |said: &[&(Text, Option<Value>)]| -> Vec<RowId> {
            let fields: Vec<Text> = said.iter().map(|(field, _)| field.clone()).collect();
            let at = (register.key.clone(), kind.key.clone(), fields.clone());
            let index =
                self.by.entry(at).or_insert_with(|| index(state, drafts, tables, (register, kind), &fields));
            let wanted = key::of(said.iter().map(|(_, value)| value.as_ref()));
            index.get(&wanted).cloned().unwrap_or_default()
        };
        let (hidden, all): (Vec<_>, Vec<_>) =
            draft.above.iter().partition(|(key, value)| masked(kind, key, value));
        let said: Vec<&(Text, Option<Value>)> = all.iter().copied().filter(|(_, v)| v.is_some()).collect();
        if said.is_empty() {
            return Vec::new();
        }
        let exactly = look(&all);
        let mut found = if exactly.is_empty() { look(&said) } else { exactly };
        // A number that is shown with its middle hidden tells apart those whose number it cannot be.
        let fits = |id: &RowId, key: &Text, shown: &str| {
            let record = state.record(&register.key, *id).and_then(|r| r.value(key));
            let known = record.or_else(|| drafts.get(nth(*id)?)?.value(key));
            known.and_then(Value::as_str).is_none_or(|known| person::fits_mask(known, shown))
        };
        let shown = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
        for (key, value) in hidden {
            let Some(shown) = shown(value) else { continue };
            found.retain(|id| fits(id, key, &shown));
        }
        found
    }
}

/// Whether what a row says of the record above is a number with its middle hidden.
fn masked(kind: &RowKind, key: &str, value: &Option<Value>) -> bool {
    let text = value.as_ref().and_then(Value::as_str);
    text.zip(kind.field(key)).is_some_and(|(text, field)| field.hides(text))
}

impl Parents {
    /// The n-th draft says of a record what the earlier one says.
    pub fn same(&mut self, n: usize, earlier: usize) {
        self.twins.insert(n, earlier);
    }

    /// The record of the row beside which a line stands; none where that row is left out.
    pub fn beside(&mut self, drafts: &[DraftRow], row: (u32, u32)) -> Option<RowId> {
        let rows = self.rows.get_or_insert_with(|| {
            drafts.iter().enumerate().rev().map(|(n, d)| ((d.table, d.line), n)).collect()
        });
        let n = *rows.get(&row)?;
        let n = self.twins.get(&n).copied().unwrap_or(n);
        match &drafts.get(n)?.fate {
            Fate::Insert => Some(provisional(n)),
            Fate::Update { row, .. } | Fate::Unchanged { row } => Some(*row),
            Fate::Skip => None,
        }
    }
}

/// What would stand under a record that is left out after all is left out too.
pub(super) fn orphans(drafts: &mut [DraftRow]) {
    loop {
        let skipped = drafts.iter().enumerate().filter(|(_, d)| d.fate == Fate::Skip);
        let gone: HashSet<RowId> = skipped.map(|(n, _)| provisional(n)).collect();
        if gone.is_empty() {
            return;
        }
        let orphan = |d: &DraftRow| {
            d.fate == Fate::Insert
                && d.fields.iter().any(|(_, v)| v.refs().iter().any(|id| gone.contains(id)))
        };
        let mut left = 0;
        drafts.iter_mut().filter(|d| orphan(d)).for_each(|d| {
            d.fate = Fate::Skip;
            left += 1;
        });
        if left == 0 {
            return;
        }
    }
}

/// What is told beside rows of which nothing is written is not written either.
pub(super) fn unnamed(tables: &[Planned], drafts: &mut [DraftRow]) {
    if !tables.iter().any(|t| t.joined.named) {
        return;
    }
    let live = |d: &&DraftRow| d.fate != Fate::Skip;
    let named: HashSet<RowId> = drafts.iter().filter(live).flat_map(DraftRow::refs).collect();
    let speaking = |n: u32| tables.iter().find(|t| t.joined.beside.iter().any(|(_, table)| *table == n));
    let at = |t: &Planned| {
        tables.iter().position(|other| std::ptr::eq(other, t)).and_then(|n| u32::try_from(n).ok())
    };
    let own: HashMap<u32, u32> =
        (0..).zip(tables).filter_map(|(n, _): (u32, _)| Some((n, at(speaking(n)?)?))).collect();
    let written: HashSet<(u32, u32)> = drafts.iter().filter(live).map(|d| (d.table, d.line)).collect();
    for (n, draft) in drafts.iter_mut().enumerate() {
        let Some(own) = own.get(&draft.table) else { continue };
        let needed = match &draft.fate {
            Fate::Insert => named.contains(&provisional(n)),
            Fate::Update { row, .. } => written.contains(&(*own, draft.line)) || named.contains(row),
            Fate::Unchanged { .. } | Fate::Skip => true,
        };
        if !needed {
            draft.fate = Fate::Skip;
        }
    }
}

fn index(
    state: &State,
    drafts: &[DraftRow],
    tables: &[Planned],
    (register, kind): (&Register, &RowKind),
    fields: &[Text],
) -> HashMap<Key, Vec<RowId>> {
    let mut found: HashMap<Key, Vec<RowId>> = HashMap::new();
    let mut note = |record: &dyn Fields, id: RowId| {
        let rows = found.entry(key::of(fields.iter().map(|f| record.value(f)))).or_default();
        if !rows.contains(&id) {
            rows.push(id);
        }
    };
    for record in state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key)) {
        note(record, record.id());
    }
    for (n, draft) in drafts.iter().enumerate() {
        let planned = tables.get(usize::try_from(draft.table).unwrap_or(usize::MAX));
        if !planned.is_some_and(|p| p.register == register.key && p.kind == kind.key) {
            continue;
        }
        match &draft.fate {
            Fate::Insert => note(&draft.fields.as_slice(), provisional(n)),
            Fate::Update { row, .. } | Fate::Unchanged { row } => {
                if let Some(record) = state.record(&register.key, *row) {
                    note(&Changed { record, draft }, *row);
                }
            }
            Fate::Skip => {}
        }
    }
    found
}
