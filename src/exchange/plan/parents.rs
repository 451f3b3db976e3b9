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
use crate::value::{RowId, Text, Value};

/// The identity of the record that the n-th draft will make, until it is made: apart from those of places.
pub(super) fn provisional(n: usize) -> RowId {
    RowId::new(0, (1 << 64) + n as u128)
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
        let all: Vec<&(Text, Option<Value>)> = draft.above.iter().collect();
        let said: Vec<&(Text, Option<Value>)> = all.iter().copied().filter(|(_, v)| v.is_some()).collect();
        if said.is_empty() {
            return Vec::new();
        }
        let exactly = look(&all);
        if exactly.is_empty() { look(&said) } else { exactly }
    }
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
