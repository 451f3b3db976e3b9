//! A plan as one draft of the ledger: places, products and records in one batch.

use std::collections::HashMap;

use super::parents::provisional;
use super::{DraftRow, Fate, Plan, PlanError, Planned};
use crate::exchange::resolve::is_provisional;
use crate::ledger::{BatchKind, Draft, Origin, State};
use crate::register::catalog::{PLACE_KIND, PLACE_REGISTER, VILLAGES};
use crate::register::{RowKind, Sense};
use crate::value::hash::QuickMap;
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value};

impl Plan {
    /// The changes, to be sealed as one batch. `new_id` gives identities to new records; `state` must be the
    /// one that the plan was made against.
    pub fn into_draft(self, state: &State, new_id: &mut dyn FnMut() -> RowId) -> Result<Draft, PlanError> {
        if !self.is_writable() {
            return Err(PlanError::NotWritable);
        }
        let mut draft = Draft::new(BatchKind::Import { file: self.file.clone() });
        draft.sources.clone_from(&self.sources);
        let mut real: QuickMap<RowId, RowId> = QuickMap::default();
        let used = self.used_places(state);
        // A workbook of places (an exported R01) may bring the very place that its other rows name.
        let mut brought: HashMap<usize, RowId> = HashMap::new();
        let schema = std::sync::Arc::clone(state.schema());
        let declared = schema.of_places().ok_or(PlanError::NotWritable)?;
        let described = self.described(declared);
        for place in &self.new_places {
            let Some(spoken) = used.get(&place.provisional) else { continue };
            let id = new_id();
            real.insert(place.provisional, id);
            if let Some(at) = described.get(&(&*place.name, &*place.kind)) {
                brought.insert(*at, id);
                continue;
            }
            let mut fields = vec![(Text::from(&*declared.title), Value::text(&place.name))];
            let mut say = |sense, value: Value| {
                fields.extend(declared.key_of(sense).map(|key| (Text::from(key), value)));
            };
            say(Sense::Sort, Value::choice(&place.kind));
            // Parents come before their villages.
            let parent = place.parent.map(|p| real.get(&p).copied().unwrap_or(p));
            parent.into_iter().for_each(|p| say(Sense::Above, Value::Ref(p)));
            // It owes what the file reports of it, and nothing else until somebody says so.
            if VILLAGES.contains(&&*place.kind) && !spoken.reports.is_empty() {
                say(Sense::Owes, Value::Many(spoken.reports.clone()));
            }
            order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
            draft.create(PLACE_REGISTER, PLACE_KIND, id, fields, Some(spoken.first));
        }
        self.products(state, &mut draft, new_id);
        self.named((state, &mut draft), &mut real, new_id);
        for n in self.stood_under() {
            let id = brought.get(&n).copied().unwrap_or_else(&mut *new_id);
            brought.insert(n, id);
            real.insert(provisional(n), id);
        }
        for (n, row) in self.drafts.into_iter().enumerate() {
            let Some(planned) = self.tables.get(usize::try_from(row.table).unwrap_or(usize::MAX)) else {
                continue;
            };
            let mut new_id = || brought.get(&n).copied().unwrap_or_else(&mut *new_id);
            put(&mut draft, (state, planned), row, &real, &mut new_id);
        }
        for (register, row, field) in &self.withdrawn.cells {
            draft.set(state, register, *row, field, None, None);
        }
        for (register, row) in &self.withdrawn.rows {
            draft.delete(register, *row);
        }
        Ok(draft)
    }

    /// The drafts that create places, by name and kind; of two the first.
    fn described(&self, declared: &RowKind) -> HashMap<(&str, &str), usize> {
        let ours = |t: &Planned| declared.is_place(&t.register) && t.kind == declared.key;
        let tables: Vec<bool> = self.tables.iter().map(ours).collect();
        let sort = declared.key_of(Sense::Sort);
        let mut found = HashMap::new();
        for (n, draft) in self.drafts.iter().enumerate() {
            let ours = usize::try_from(draft.table).ok().and_then(|t| tables.get(t)) == Some(&true);
            if !ours || draft.fate != Fate::Insert {
                continue;
            }
            let says = |key: &str| draft.fields.iter().find(|(k, _)| **k == *key)?.1.as_str();
            if let Some(key) = says(&declared.title).zip(sort.and_then(says)) {
                found.entry(key).or_insert(n);
            }
        }
        found
    }

    /// The new records of the file that others of it stand under.
    fn stood_under(&self) -> Vec<usize> {
        let joined = |t: &Planned| t.joined.upon.is_some() || !t.joined.beside.is_empty();
        let lines: Vec<bool> = self.tables.iter().map(joined).collect();
        let line = |d: &DraftRow| usize::try_from(d.table).ok().and_then(|t| lines.get(t)) == Some(&true);
        let named = self.drafts.iter().filter(|d| d.fate != Fate::Skip && (!d.above.is_empty() || line(d)));
        let named = named.flat_map(|d| d.fields.iter().flat_map(|(_, v)| v.refs())).copied().into_set();
        (0..self.drafts.len()).filter(|n| named.contains(&provisional(*n))).collect()
    }

    /// Provisional places that rows to be written speak of, with their parents.
    fn used_places(&self, state: &State) -> QuickMap<RowId, Spoken> {
        let mut used: QuickMap<RowId, Spoken> = QuickMap::default();
        let reported: Vec<Option<Text>> = self.tables.iter().map(|t| t.reported(state)).collect();
        for row in self.drafts.iter().filter(|d| matches!(d.fate, Fate::Insert | Fate::Update { .. })) {
            let first = Origin { table: row.source, row: row.row };
            let reported = usize::try_from(row.table).ok().and_then(|t| reported.get(t)?.as_ref());
            let places = row.fields.iter().flat_map(|(_, v)| v.refs());
            for place in places.filter(|id| is_provisional(**id)) {
                let spoken = used.entry(*place).or_insert_with(|| Spoken { first, reports: Vec::new() });
                match reported {
                    Some(name) if !spoken.reports.contains(name) => spoken.reports.push(name.clone()),
                    _ => {}
                }
            }
        }
        for place in self.new_places.iter().rev() {
            let Some(first) = used.get(&place.provisional).map(|s| s.first) else { continue };
            if let Some(parent) = place.parent.filter(|p| is_provisional(*p)) {
                used.entry(parent).or_insert_with(|| Spoken { first, reports: Vec::new() });
            }
        }
        used
    }

    fn products(&self, state: &State, draft: &mut Draft, new_id: &mut dyn FnMut() -> RowId) {
        let Some((register, kind)) = state.schema().products() else { return };
        for product in &self.products {
            let mut fields = kind.named(&product.name);
            let sort = kind.key_of(Sense::Sort);
            fields.extend(sort.map(|s| (Text::from(s), Value::choice(product.sector))));
            order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
            draft.create(&register.key, &kind.key, new_id(), fields, None);
        }
    }
}

/// Takes one row of the file over.
#[inline(never)] // called for every row, see `lib`
fn put(
    draft: &mut Draft,
    (state, planned): (&State, &Planned),
    row: DraftRow,
    real: &QuickMap<RowId, RowId>,
    new_id: &mut dyn FnMut() -> RowId,
) {
    let origin = Some(Origin { table: row.source, row: row.row });
    match row.fate {
        Fate::Insert => {
            let mut fields = row.fields;
            fields.iter_mut().for_each(|(_, v)| settle(v, real));
            draft.create(&planned.register, &planned.kind, new_id(), fields, origin);
        }
        Fate::Update { row: id, changes } => {
            for change in changes {
                let mut value = change.after;
                settle(&mut value, real);
                draft.set(state, &planned.register, id, &change.field, Some(value), origin);
            }
        }
        Fate::Unchanged { .. } | Fate::Skip => {}
    }
}

/// What a file says of a place that it does not describe.
struct Spoken {
    /// The first row that speaks of it.
    first: Origin,
    /// The registers that it reports there, by name.
    reports: Vec<Text>,
}

impl Planned {
    /// The name of the register, when its rows are what villages report by period.
    fn reported(&self, state: &State) -> Option<Text> {
        let register = state.schema().register(&self.register)?;
        register.kind(&self.kind)?.periodic().then(|| Text::from(&*register.label.zh))
    }
}

/// Provisional identities become real ones.
fn settle(value: &mut Value, real: &QuickMap<RowId, RowId>) {
    match value {
        Value::Ref(id) => *id = real.get(id).copied().unwrap_or(*id),
        Value::Refs(ids) => ids.iter_mut().for_each(|id| *id = real.get(id).copied().unwrap_or(*id)),
        _ => {}
    }
}
