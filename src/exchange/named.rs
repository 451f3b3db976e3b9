//! The records that a name means, for references into any register.
//!
//! Duty: a name is a record's identity, its title, another name or its number, folded; all that it could mean is
//! returned, and whoever asked refuses to guess. Inputs: the state, a target, a name. Outputs: identities. Neighbours:
//! `resolve` for the places of an import, which may be created; `plan` and `typed` ask here for everything else.

use std::collections::HashMap;

use super::text::fold;
use crate::ledger::State;
use crate::register::{Fields as _, Name, Pool, Register, RowKind, Sense, Target};
use crate::table::Places;
use crate::value::{RowId, Value};

/// Names that were looked up, by kind of rows: read once for a whole file.
#[derive(Default)]
pub(super) struct Named {
    known: HashMap<(Name, Name), HashMap<String, Vec<RowId>>>,
    places: Option<Places>,
}

impl Named {
    /// The records of `target` that `name` means.
    pub fn find(&mut self, state: &State, target: &Target, name: &str) -> Vec<RowId> {
        let name = name.trim();
        if let Ok(id) = name.parse::<RowId>()
            && state.home(target, id).is_some_and(|(_, r)| !r.is_gone())
        {
            return vec![id];
        }
        let mut found = Vec::new();
        for pool in target.pools() {
            let Some((register, kind)) = state.schema().pool(pool) else { continue };
            let meant = if pool.is_place() {
                self.places.get_or_insert_with(|| Places::of(state)).resolve(name)
            } else {
                self.of_kind(state, register, kind).get(&fold(name)).cloned().unwrap_or_default()
            };
            let takes = |id: &RowId| state.record(&register.key, *id).is_some_and(|r| pool.takes(kind, r));
            found.extend(meant.into_iter().filter(takes));
        }
        found
    }

    fn of_kind(
        &mut self,
        state: &State,
        register: &Register,
        kind: &RowKind,
    ) -> &HashMap<String, Vec<RowId>> {
        self.known.entry((register.key.clone(), kind.key.clone())).or_insert_with(|| {
            let mut names: HashMap<String, Vec<RowId>> = HashMap::new();
            for record in state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key)) {
                let title = record.value(&kind.title).and_then(Value::as_str);
                let code = kind.said(record, Sense::Code).and_then(Value::as_str);
                let aliases = match kind.said(record, Sense::Aliases) {
                    Some(Value::Many(all)) => all.as_slice(),
                    _ => &[],
                };
                for name in title.into_iter().chain(code).chain(aliases.iter().map(|a| &**a)) {
                    let rows = names.entry(fold(name)).or_default();
                    if rows.last() != Some(&record.id()) {
                        rows.push(record.id());
                    }
                }
            }
            names
        })
    }
}

/// Whether names of `target` are those of places and of nothing else.
pub(super) fn only_places(target: &Target) -> bool {
    target.pools().iter().all(Pool::is_place)
}
