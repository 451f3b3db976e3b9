//! Records that a file names and nobody has listed: made where whoever imports says so (`--create-refs`).
//!
//! Duty: a name in a column of references that no record has becomes a record of which the name is known, in the place of
//! the row that names it first. Where the column may point into several registers nobody guesses into which. Inputs: a
//! target, a name. Outputs: provisional identities; `write` makes the records. Neighbours: `rows` asks for what it did not
//! find; places have their own way (`resolve`).

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{DraftRow, Fate, Plan, Planned};
use crate::exchange::text::fold;
use crate::ledger::{Draft, Origin, State};
use crate::register::{Name, Schema, Sense, Target};
use crate::value::hash::QuickMap;
use crate::value::{RowId, Text, Value, order};

/// A record that will be created because a row names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedRecord {
    /// Its register.
    pub register: Name,
    /// Its kind of rows.
    pub kind: Name,
    /// Its name.
    pub name: Text,
    #[serde(skip)]
    provisional: RowId,
}

/// The records that a file names, each once.
#[derive(Default)]
pub(in crate::exchange) struct NamedRecords {
    pub all: Vec<NamedRecord>,
    known: HashMap<(Name, Name, String), RowId>,
}

/// The identity until it is written: apart from those of places and of drafts.
fn provisional(n: usize) -> RowId {
    RowId::new(0, (1 << 65) + n as u128)
}

impl NamedRecords {
    /// The record that `name` will be; none where the column may mean records of several kinds, or lines of others.
    pub fn make(&mut self, schema: &Schema, target: &Target, name: &str) -> Option<RowId> {
        let mut reached = target.pools().iter().filter_map(|pool| Some((pool, schema.pool(pool)?)));
        let (pool, (register, kind)) = reached.next()?;
        if reached.next().is_some() || pool.is_place() || kind.under.is_some() || name.trim().is_empty() {
            return None;
        }
        let (name, next) = (name.trim(), provisional(self.all.len()));
        let key = (register.key.clone(), kind.key.clone(), fold(name));
        let id = *self.known.entry(key).or_insert(next);
        if id == next {
            let (register, kind) = (register.key.clone(), kind.key.clone());
            self.all.push(NamedRecord { register, kind, name: Text::from(name), provisional: id });
        }
        Some(id)
    }
}

impl Plan {
    /// Makes the records that rows to be written name, each in the place of the first that does.
    pub(super) fn named(
        &self,
        (state, draft): (&State, &mut Draft),
        real: &mut QuickMap<RowId, RowId>,
        new_id: &mut dyn FnMut() -> RowId,
    ) {
        let naming = self.first_naming(state);
        for record in &self.named_records {
            let Some((first, place)) = naming.get(&record.provisional) else { continue };
            let Some(kind) = state.schema().kind(&record.register, &record.kind) else { continue };
            let mut fields = kind.named(&record.name);
            let place = place.map(|id| Value::Ref(real.get(&id).copied().unwrap_or(id)));
            fields.extend(kind.key_of(Sense::Place).map(Text::from).zip(place));
            order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
            let id = new_id();
            real.insert(record.provisional, id);
            draft.create(&record.register, &record.kind, id, fields, Some(*first));
        }
    }

    /// By what is named: the first row to be written that names it, and the place of that row.
    fn first_naming(&self, state: &State) -> HashMap<RowId, (Origin, Option<RowId>)> {
        let mut first = HashMap::new();
        let mut open: HashSet<RowId> = self.named_records.iter().map(|r| r.provisional).collect();
        let written = |row: &&DraftRow| matches!(row.fate, Fate::Insert | Fate::Update { .. });
        for row in self.drafts.iter().filter(written) {
            if open.is_empty() {
                break;
            }
            for id in row.fields.iter().flat_map(|(_, value)| value.refs()).filter(|id| open.remove(id)) {
                let origin = Origin { table: row.source, row: row.row };
                first.insert(*id, (origin, self.place_of(state, row)));
            }
        }
        first
    }

    fn place_of(&self, state: &State, row: &DraftRow) -> Option<RowId> {
        let planned: &Planned = self.tables.get(usize::try_from(row.table).ok()?)?;
        let kind = state.schema().kind(&planned.register, &planned.kind)?;
        row.value(kind.key_of(Sense::Place)?)?.as_ref_id()
    }
}
