//! Who points at whom.
//!
//! Duty: which live records name one, and which would name a record that is no longer there once a draft is recorded.
//! Whoever deletes asks before, and leaves what is still needed. Inputs: the state and a draft. Outputs: [`Pointer`]s, in order of
//! registers, rows and fields. Neighbours: `undo` spares what others need; the pages refuse a removal with the list.
//!
//! Files that are merged may still bring such a state; then the rules say so, and totals leave those rows out.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Record, State};
use super::{Change, Draft};
use crate::register::{Field, Fields as _, Target};
use crate::value::{RowId, Text, Value, order};

/// A field of a live record that names another record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer {
    /// Register of the record that points.
    pub register: Text,
    /// The record that points.
    pub row: RowId,
    /// Its field.
    pub field: Text,
    /// Register of the record that is pointed at.
    pub at: Text,
    /// The record that is pointed at.
    pub target: RowId,
}

/// What a draft takes away and changes.
#[derive(Default)]
struct Changes<'a> {
    going: BTreeMap<&'a str, BTreeSet<RowId>>,
    set: BTreeMap<(&'a str, RowId, &'a str), Option<&'a Value>>,
}

impl<'a> Changes<'a> {
    fn of(draft: &'a Draft) -> Self {
        let mut changes = Self::default();
        for operation in &draft.operations {
            let (register, row) = (&*operation.register, operation.row);
            match &operation.change {
                Change::Delete { .. } => {
                    changes.going.entry(register).or_default().insert(row);
                }
                Change::Set { field, value, .. } => {
                    changes.set.insert((register, row, field), value.as_ref());
                }
                _ => {}
            }
        }
        changes
    }

    /// The rows that go, and those that are pointed elsewhere.
    fn concerned(&self) -> BTreeSet<RowId> {
        let going = self.going.values().flatten();
        going.chain(self.set.keys().map(|(_, row, _)| row)).copied().collect()
    }

    fn goes(&self, register: &str, row: RowId) -> bool {
        self.going.get(register).is_some_and(|rows| rows.contains(&row))
    }
}

/// The fields of records that stay which name records that `draft` removes, as they will be after it.
pub fn dangling(state: &State, draft: &Draft) -> Vec<Pointer> {
    let changes = Changes::of(draft);
    let mut found = Vec::new();
    if changes.going.is_empty() {
        return found;
    }
    let concerned = changes.concerned();
    for (key, sheet) in state.registers() {
        for kind in state.schema().register(key).into_iter().flat_map(|r| &r.kinds) {
            let fields: Vec<&Field> =
                kind.fields.iter().map(AsRef::as_ref).filter(|f| may_point(f, &changes)).collect();
            if fields.is_empty() {
                continue;
            }
            let live = sheet.perhaps_naming(&concerned).filter(|r| !r.is_gone() && *r.kind == *kind.key);
            for record in live.filter(|r| !changes.goes(key, r.id)) {
                point(key, record, &fields, &changes, &mut found);
            }
        }
    }
    order::sort(&mut found);
    found
}

/// Whether the field may name one of the records that go.
fn may_point(field: &Field, changes: &Changes<'_>) -> bool {
    field.target().is_some_and(|t| t.registers().any(|key| changes.going.contains_key(key)))
}

fn point(key: &Text, record: &Record, fields: &[&Field], changes: &Changes<'_>, found: &mut Vec<Pointer>) {
    for field in fields {
        let now = changes.set.get(&(&**key, record.id, &*field.key)).copied();
        let Some(value) = now.unwrap_or_else(|| record.value(&field.key)) else { continue };
        let registers = || field.target().into_iter().flat_map(Target::registers);
        for target in value.refs().iter().copied() {
            // No two records share an identity: it goes from one register only.
            if let Some(at) = registers().find(|at| changes.goes(at, target)) {
                let (row, field) = (record.id, Text::from(&*field.key));
                found.push(Pointer { register: key.clone(), row, field, at: Text::from(at), target });
            }
        }
    }
}

/// The fields of live records that name one, in order of registers, rows and fields.
pub fn naming(state: &State, register: &str, row: RowId) -> Vec<Pointer> {
    // What was written of a row that it stands for leads to it.
    let concerned: BTreeSet<RowId> = state.twins_of(row).into_iter().collect();
    let mut found = Vec::new();
    for (key, sheet) in state.registers() {
        for kind in state.schema().register(key).into_iter().flat_map(|r| &r.kinds) {
            let leads = |f: &&Field| f.target().is_some_and(|t| t.registers().any(|at| at == register));
            let fields: Vec<&Field> = kind.fields.iter().map(AsRef::as_ref).filter(leads).collect();
            if fields.is_empty() {
                continue;
            }
            let live = sheet.perhaps_naming(&concerned).filter(|r| !r.is_gone() && *r.kind == *kind.key);
            for record in live {
                let names = |f: &&&Field| record.value(&f.key).is_some_and(|v| v.refs().contains(&row));
                found.extend(fields.iter().filter(names).map(|f| Pointer {
                    register: key.clone(),
                    row: record.id,
                    field: Text::from(&*f.key),
                    at: Text::from(register),
                    target: row,
                }));
            }
        }
    }
    order::sort(&mut found);
    found
}

/// The records that a record names, with their registers; one that is nowhere is left out.
pub fn named_by(state: &State, key: &str, record: &Record) -> Vec<(Text, RowId)> {
    let kind = state.kind_of(key, record);
    let mut found = Vec::new();
    for field in kind.into_iter().flat_map(|k| &k.fields) {
        let Some((target, value)) = field.target().zip(record.value(&field.key)) else { continue };
        let holds = |row: RowId| target.registers().find(|at| state.record(at, row).is_some());
        let at = |row: &RowId| Some((Text::from(holds(*row)?), *row));
        found.extend(value.refs().iter().filter_map(at));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{BatchKind, DeviceId, Digest, Seeded};
    use super::*;
    use crate::ledger::{Author, plan_undo};

    fn id(n: u128) -> RowId {
        RowId::from_bits(n)
    }

    fn place(draft: &mut Draft, n: u128, name: &str, parent: Option<u128>) {
        let mut fields = vec![(Text::from("name"), Value::text(name))];
        fields.extend(parent.map(|p| (Text::from("parent"), Value::Ref(id(p)))));
        draft.create("R01", "org", id(n), fields, None);
    }

    fn line(draft: &mut Draft, n: u128, org: u128) {
        draft.create("R06", "line", id(n), vec![(Text::from("org"), Value::Ref(id(org)))], None);
    }

    /// A town with two villages in one step, and a row of the first village in the next.
    fn ledger() -> (State, Author, super::super::Sealed) {
        let mut state = State::new();
        let mut author =
            Author::new(DeviceId(1), crate::ledger::Person::county("测试"), &state, Box::new(Seeded(1)));
        let mut places = Draft::new(BatchKind::Sample);
        place(&mut places, 1, "柳河镇", None);
        place(&mut places, 2, "五四村", Some(1));
        place(&mut places, 3, "清凉村", Some(1));
        let made = author.write(&state, places, 1000).unwrap();
        state.apply(&made.batch, made.digest);
        let mut rows = Draft::new(BatchKind::Edit);
        line(&mut rows, 10, 2);
        let sealed = author.write(&state, rows, 2000).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        (state, author, made)
    }

    fn deleting(rows: &[(&str, u128)]) -> Draft {
        let mut draft = Draft::new(BatchKind::Edit);
        rows.iter().for_each(|(register, n)| draft.delete(register, id(*n)));
        draft
    }

    fn said(found: &[Pointer]) -> Vec<String> {
        found
            .iter()
            .map(|p| format!("{} {} {}→{}", p.register, p.row.bits(), p.field, p.target.bits()))
            .collect()
    }

    #[test]
    fn what_rows_point_at_is_found_unless_they_go_too() {
        let (state, ..) = ledger();
        assert_eq!(said(&dangling(&state, &deleting(&[("R01", 2)]))), ["R06 10 org→2"]);
        assert_eq!(said(&dangling(&state, &deleting(&[("R01", 1)]))), ["R01 2 parent→1", "R01 3 parent→1"]);
        assert!(dangling(&state, &deleting(&[("R01", 3)])).is_empty());
        assert!(dangling(&state, &deleting(&[("R06", 10)])).is_empty());
        assert!(dangling(&state, &deleting(&[("R01", 2), ("R06", 10)])).is_empty());
        // The number of a row in one register is no row of another.
        assert!(dangling(&state, &deleting(&[("R07", 2)])).is_empty());
    }

    #[test]
    fn who_names_a_record() {
        let (state, ..) = ledger();
        assert_eq!(said(&naming(&state, "R01", id(1))), ["R01 2 parent→1", "R01 3 parent→1"]);
        assert_eq!(said(&naming(&state, "R01", id(2))), ["R06 10 org→2"]);
        assert!(naming(&state, "R06", id(10)).is_empty());
    }

    #[test]
    fn a_row_that_points_elsewhere_after_the_draft_does_not_hold_anything() {
        let (state, ..) = ledger();
        let mut draft = deleting(&[("R01", 2)]);
        draft.set(&state, "R06", id(10), "org", Some(Value::Ref(id(3))), None);
        assert!(dangling(&state, &draft).is_empty());
        let mut draft = deleting(&[("R01", 3)]);
        draft.set(&state, "R06", id(10), "org", Some(Value::Ref(id(3))), None);
        assert_eq!(said(&dangling(&state, &draft)), ["R06 10 org→3"]);
    }

    #[test]
    fn an_undo_leaves_what_later_rows_need_and_what_that_needs() {
        let (mut state, mut author, made) = ledger();
        let undo = plan_undo(&state, &made.batch);
        let going: Vec<u128> = undo.draft.operations.iter().map(|o| o.row.bits()).collect();
        assert_eq!(going, [3], "the row holds its village, and the village its town");
        assert_eq!(said(&undo.needed), ["R01 2 parent→1", "R06 10 org→2"]);
        // Once the row has gone, the rest goes as well.
        let rest = author.write(&state, deleting(&[("R06", 10)]), 3000).unwrap();
        state.apply(&rest.batch, rest.digest);
        let undo = plan_undo(&state, &made.batch);
        assert_eq!((undo.draft.operations.len(), undo.needed.len()), (3, 0));
        assert_ne!(made.digest, Digest::default());
    }
}
