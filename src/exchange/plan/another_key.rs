//! Records that a row means although it is told by something else than they are.
//!
//! Duty: a kind may be told by several keys (统一社会信用代码, else 村+名称). A row without the first is the record that
//! agrees with it in the next, unless they differ in a key that both have, in a number that the row shows with its middle
//! hidden, or another row of the file is that record by its own key. Inputs: the records of a kind, the drafts of the
//! file. Outputs: all that a row could mean, and what such a match means: whoever asked refuses to guess. Neighbours:
//! `upsert` asks for what it did not find by the row's own key.

use std::collections::{HashMap, HashSet};

use super::upsert::keys_shown;
use super::{DraftRow, Planned};
use crate::ledger::{Record, State};
use crate::register::{Fields as _, Key, RowKind, Tells};
use crate::value::{RowId, Value, person};

/// Records by every key that they have.
pub(super) struct Others {
    by: HashMap<(usize, Key), Vec<RowId>>,
    /// Those that rows of the file are.
    taken: HashSet<RowId>,
}

/// What a row could mean.
pub(super) struct Found {
    pub rows: Vec<RowId>,
    pub tells: Tells,
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
        // The last is seen first: keep the order of arrival.
        by.values_mut().for_each(|rows| rows.reverse());
        let own = drafts.filter_map(|d| kind.told(&d.fields.as_slice()));
        let strict = own.filter(|(_, tells)| *tells == Tells::One);
        let taken = strict.filter_map(|(key, _)| index.get(&key)).flatten().copied().collect();
        Self { by, taken }
    }

    /// The records that `draft` means by the first of its keys that any of them has.
    pub fn find(&self, state: &State, (planned, kind): (&Planned, &RowKind), draft: &DraftRow) -> Found {
        let mine = kind.keys_of(&draft.fields.as_slice());
        // Two numbers are two contracts, whatever else they share.
        let differs = |record: &Record, found: usize| {
            let its = keys_shown(kind, record);
            let better = its.iter().filter(|(rank, _)| *rank < found);
            better.into_iter().any(|(rank, key)| mine.iter().any(|(r, k)| r == rank && k != key))
        };
        let found = mine.iter().map(|key| {
            let could = |id: &RowId| {
                let record = state.record(&planned.register, *id);
                !self.taken.contains(id) && record.is_some_and(|r| !differs(r, key.0) && fits(draft, r))
            };
            let rows = self.by.get(key).into_iter().flatten().copied().filter(could).collect();
            Found { rows, tells: kind.keys.get(key.0).map_or(Tells::One, |k| k.tells) }
        });
        let nothing = Found { rows: Vec::new(), tells: Tells::One };
        found.into_iter().find(|found| !found.rows.is_empty()).unwrap_or(nothing)
    }

    /// A row of the file is this record.
    pub fn take(&mut self, row: RowId) {
        self.taken.insert(row);
    }
}

/// Whether the numbers that a row shows with their middle hidden may be those of the record.
fn fits(draft: &DraftRow, record: &Record) -> bool {
    let known = |key: &str| record.value(key).and_then(Value::as_str);
    draft.masked.iter().all(|(key, shown)| known(key).is_none_or(|known| person::fits_mask(known, shown)))
}
