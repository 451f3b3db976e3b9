//! Records that a row means although it is told by something else than they are.
//!
//! Duty: a kind may be told by several keys (统一社会信用代码, else 村+名称). A row without the first is the record that
//! agrees with it in the next, unless they differ in a key that both have, or another row of the file is that record by
//! its own key. Inputs: the records of a kind, the drafts of the file. Outputs: all that a row could mean: whoever asked
//! refuses to guess. Neighbours: `upsert` asks for what it did not find by the row's own key.

use std::collections::{HashMap, HashSet};

use super::upsert::keys_shown;
use super::{DraftRow, Planned};
use crate::ledger::State;
use crate::register::{Key, RowKind};
use crate::value::RowId;

/// Records by every key that they have.
pub(super) struct Others {
    by: HashMap<(usize, Key), Vec<RowId>>,
    /// Those that rows of the file are by their own keys.
    taken: HashSet<RowId>,
}

impl Others {
    /// For the records of `kind`; `index` has them by their own keys, `drafts` are the rows of that kind.
    pub fn of<'d>(
        state: &State,
        (planned, kind): (&Planned, &RowKind),
        index: &HashMap<Key, Vec<RowId>>,
        drafts: impl Iterator<Item = &'d DraftRow>,
    ) -> Self {
        let mut by: HashMap<(usize, Key), Vec<RowId>> = HashMap::new();
        if let Some(sheet) = state.sheet(&planned.register) {
            sheet.pass().all(|_, seen| {
                if seen.is_of(&kind.key) {
                    for key in keys_shown(kind, &seen) {
                        by.entry(key).or_default().push(seen.id());
                    }
                }
            });
        }
        let own = drafts.filter_map(|d| kind.same(&d.fields.as_slice()));
        let taken = own.filter_map(|(key, _)| index.get(&key)).flatten().copied().collect();
        Self { by, taken }
    }

    /// The records that `draft` means by the first of its keys that any of them has; a single one is taken from here on.
    pub fn find(
        &mut self,
        state: &State,
        (planned, kind): (&Planned, &RowKind),
        draft: &DraftRow,
    ) -> Vec<RowId> {
        let mine = kind.keys_of(&draft.fields.as_slice());
        // Two numbers are two contracts, whatever else they share.
        let differs = |id: &RowId, found: usize| {
            let its = state.record(&planned.register, *id).map(|r| keys_shown(kind, r)).unwrap_or_default();
            let better = its.iter().filter(|(rank, _)| *rank < found);
            better.into_iter().any(|(rank, key)| mine.iter().any(|(r, k)| r == rank && k != key))
        };
        let found = mine.iter().map(|key| -> Vec<RowId> {
            let could = |id: &RowId| !self.taken.contains(id) && !differs(id, key.0);
            self.by.get(key).into_iter().flatten().copied().filter(could).collect()
        });
        let found = found.into_iter().find(|all| !all.is_empty()).unwrap_or_default();
        if let [one] = found.as_slice() {
            self.taken.insert(*one);
        }
        found
    }
}
