//! Which records stand under which.
//!
//! Duty: by parent, the records under it, kept up by every operation; removing and putting back a record together with
//! all that stands under it. Inputs: records as they change; the register's declaration of what stands under what.
//! Outputs: the records under one, drafts that take them along. Neighbours: `apply` and `twin` tell of changes, the pages
//! of a ledger that is opened are taken in whole; `gate` and `conflict` look from a record to its parent.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sheet::Sheet;
use super::state::{Record, State};
use super::{Draft, Stamp};
use crate::register::{Fields, Register, RowKind, Schema, Sense};
use crate::value::{RowId, Value};

/// The parent of a record of `register`.
fn parent(register: &Register, record: &Record) -> Option<RowId> {
    register.kind(&record.kind)?.parent_of(record)
}

/// The register called `key`, where kinds stand under others in it.
pub(super) fn nested<'s>(schema: &'s Schema, key: &str) -> Option<&'s Arc<Register>> {
    schema.register(key).filter(|r| r.kinds.iter().any(|k| k.under.is_some()))
}

impl Sheet {
    /// The live records of `kind` that stand under `parent`, in order of arrival.
    pub fn under<'a>(&'a self, parent: RowId, kind: &'a str) -> impl Iterator<Item = &'a Record> + 'a {
        self.all_under(parent).filter(move |r| !r.is_gone() && &*r.kind == kind)
    }

    /// The records of every kind that stand under `parent`, removed ones included.
    pub(super) fn all_under(&self, parent: RowId) -> impl Iterator<Item = &Record> {
        self.children.get(&parent).into_iter().flatten().filter_map(|at| self.nth(*at))
    }

    /// The parent of the record at `at`, before it changes; for [`Self::moved_under`].
    pub(super) fn parent_at(&self, nested: Option<&Register>, at: usize) -> Option<RowId> {
        parent(nested?, self.nth(at)?)
    }

    /// The record at `at` has changed; `before` was its parent.
    pub(super) fn moved_under(&mut self, nested: Option<&Register>, at: usize, before: Option<RowId>) {
        let now = self.parent_at(nested, at);
        if now == before {
            return;
        }
        if let Some(places) = before.and_then(|parent| self.children.get_mut(&parent)) {
            places.retain(|place| *place != at);
        }
        if let Some(parent) = now {
            let places = self.children.entry(parent).or_default();
            let to = places.partition_point(|place| *place < at);
            places.insert(to, at);
        }
    }

    /// Notes the parents of all records, of a sheet that was read as it is.
    pub(super) fn note_parents(&mut self, schema: &Schema, key: &str) {
        let Some(register) = nested(schema, key) else { return };
        self.children.clear();
        let (rows, children) = (&self.rows, &mut self.children);
        rows.pass().all(|at, seen| {
            if let Some(parent) = seen.kind().and_then(|kind| register.kind(kind)?.parent_of(&seen)) {
                children.entry(parent).or_default().push(at);
            }
        });
    }
}

impl State {
    /// Notes the parents of all records, of a state that was read as it is.
    pub(crate) fn note_parents(&mut self) {
        let schema = &self.declared.0;
        self.sheets.iter_mut().for_each(|(key, sheet)| sheet.note_parents(schema, key));
    }

    /// The live records of `kind` that stand under a record of `register`, in order of arrival.
    pub fn under<'a>(
        &'a self,
        register: &str,
        parent: RowId,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Record> + 'a {
        self.sheet(register).into_iter().flat_map(move |s| s.under(parent, kind))
    }

    /// The place that a record of `register` belongs to: a place itself, and where a record says none, its parent's.
    pub fn place_of(&self, register: &Register, record: &Record) -> Option<RowId> {
        self.place_seen(register, register.kind(&record.kind)?, record)
    }

    /// The same of a record of `kind` that is only seen.
    pub fn place_seen(&self, register: &Register, kind: &RowKind, record: &dyn Fields) -> Option<RowId> {
        if kind.is_place(&register.key) {
            return record.row();
        }
        let own = kind.said(record, Sense::Place).and_then(Value::as_ref_id);
        own.or_else(|| self.place_of(register, self.parent_seen(register, kind, record)?))
    }

    /// The record that one of `register` stands under, removed or not.
    pub fn parent_of(&self, register: &Register, record: &Record) -> Option<&Record> {
        self.parent_seen(register, register.kind(&record.kind)?, record)
    }

    fn parent_seen(&self, register: &Register, kind: &RowKind, record: &dyn Fields) -> Option<&Record> {
        let parent = self.record(&register.key, kind.parent_of(record)?)?;
        // Of another kind than declared it is none: files may bring circles.
        (kind.under == Some(&*parent.kind)).then_some(parent)
    }

    /// The live records of every kind that stand under a record of `register`, and under those, parents first.
    pub fn all_under(&self, register: &str, row: RowId) -> Vec<RowId> {
        self.below(register, row, |r| !r.is_gone())
    }

    fn below(&self, register: &str, row: RowId, which: impl Fn(&Record) -> bool) -> Vec<RowId> {
        let Some(sheet) = self.sheet(register) else { return Vec::new() };
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        seen.insert(row);
        let mut level = vec![row];
        while !level.is_empty() {
            let below = level.iter().flat_map(|r| sheet.all_under(*r)).filter(|r| which(r));
            // Files may bring circles.
            level = below.map(|r| r.id).filter(|id| seen.insert(*id)).collect();
            found.extend(&level);
        }
        found
    }

    /// When the last of the live records under a removed one was made: its removal did not know of them.
    pub(super) fn left_under(&self, register: &str, row: RowId) -> Option<Stamp> {
        self.sheet(register)?.all_under(row).filter(|r| !r.is_gone()).filter_map(|r| r.created).max()
    }
}

impl Draft {
    /// Removes a record together with all that stands under it.
    pub fn remove(&mut self, state: &State, register: &str, row: RowId) {
        // What stands lowest goes first, so that putting back in reverse begins at the top.
        for below in state.all_under(register, row).into_iter().rev() {
            self.delete(register, below);
        }
        self.delete(register, row);
    }

    /// Puts a record back together with what went from under it in the same step.
    pub fn put_back(&mut self, state: &State, register: &str, row: RowId) {
        let step = |r: &Record| state.batch_of(r.gone?.1).map(|b| b.id);
        let own = state.record(register, row).and_then(step);
        self.restore(register, row);
        for below in state.below(register, row, |r| r.is_gone() && own.is_some() && step(r) == own) {
            self.restore(register, below);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Change;
    use crate::ledger::{About, Admitted, Author, BatchKind, Creation, DeviceId, Person, Seeded, Verdict};
    use crate::value::Text;
    use proptest::prelude::*;

    fn id(n: u128) -> RowId {
        RowId::from_bits(n)
    }

    fn create(draft: &mut Draft, n: u128, parent: Option<u128>) {
        let kind = if parent.is_some() { "honour" } else { "org" };
        let mut fields = vec![(Text::from("name"), Value::text(&format!("{n}")))];
        fields.extend(parent.map(|p| (Text::from("parent"), Value::Ref(id(p)))));
        let creation = Creation { kind: kind.into(), fields, origin: None };
        draft.push("R01", id(n), Change::Create(creation));
    }

    /// What is drafted, as another program might have sealed it.
    fn seal(state: &mut State, device: u64, draft: Draft, now: u64) -> crate::ledger::Sealed {
        let person = Person::county("测试");
        let mut author = Author::new(DeviceId(device), person, state, Box::new(Seeded(device)));
        let sealed = author.seal(state, Admitted::elsewhere(draft), now);
        state.apply(&sealed.batch, sealed.digest);
        sealed
    }

    /// Every record under each parent, looked for one by one.
    fn by_hand(state: &State) -> Vec<(RowId, RowId)> {
        let sheet = state.sheet("R01").unwrap();
        let parent = |r: &Record| (&*r.kind == "honour").then(|| r.value("parent")?.as_ref_id()).flatten();
        let mut all: Vec<_> = sheet.all().filter_map(|r| Some((parent(r)?, r.id))).collect();
        all.sort_unstable();
        all
    }

    fn by_index(state: &State) -> Vec<(RowId, RowId)> {
        let sheet = state.sheet("R01").unwrap();
        let under = |p: RowId| sheet.all_under(p).map(move |r| (p, r.id)).collect::<Vec<_>>();
        let mut all: Vec<_> = sheet.all().flat_map(|r| under(r.id)).collect();
        all.sort_unstable();
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        /// However records come, move, go, come back and are joined, in whatever order the batches arrive.
        #[test]
        fn the_index_is_what_one_would_find_by_hand(
            steps in prop::collection::vec((0u8..6, 0u128..5, 10u128..20), 1..40),
            turn in 0usize..40,
        ) {
            let mut state = State::new();
            let mut draft = Draft::new(BatchKind::Edit);
            (0..5).for_each(|n| create(&mut draft, n, None));
            (10..20).for_each(|n| create(&mut draft, n, Some(n % 5)));
            let mut batches = vec![seal(&mut state, 1, draft, 1000)];
            for (n, (what, place, row)) in steps.into_iter().enumerate() {
                let mut draft = Draft::new(BatchKind::Edit);
                match what {
                    0 | 1 => draft.set(&state, "R01", id(row), "parent", Some(Value::Ref(id(place))), None),
                    2 => draft.remove(&state, "R01", id(place)),
                    3 => draft.put_back(&state, "R01", id(place)),
                    4 => draft.join(&state, "R01", (id(place), id((place + 1) % 5)), Verdict::One),
                    _ => draft.join(&state, "R01", (id(place), id((place + 1) % 5)), Verdict::Two),
                }
                if draft.operations.is_empty() {
                    continue;
                }
                batches.push(seal(&mut state, 1 + n as u64 % 3, draft, 2000 + n as u64));
                prop_assert_eq!(by_index(&state), by_hand(&state));
            }
            // The same from the batches in another order.
            let n = batches.len();
            batches.rotate_left(turn % n);
            let mut other = State::new();
            for sealed in &batches {
                other.apply(&sealed.batch, sealed.digest);
            }
            prop_assert_eq!(by_index(&other), by_hand(&other));
            prop_assert_eq!(by_index(&other), by_index(&state));
        }
    }

    #[test]
    fn a_removal_that_did_not_know_of_a_new_line_is_a_conflict() {
        let mut state = State::new();
        let mut draft = Draft::new(BatchKind::Edit);
        create(&mut draft, 1, None);
        create(&mut draft, 10, Some(1));
        let first = seal(&mut state, 1, draft, 1000);
        let mut theirs = state.clone();
        let mut removal = Draft::new(BatchKind::Edit);
        removal.remove(&state, "R01", id(1));
        let removed = seal(&mut state, 1, removal, 2000);
        let mut line = Draft::new(BatchKind::Edit);
        create(&mut line, 11, Some(1));
        let added = seal(&mut theirs, 2, line, 2001);
        state.apply(&added.batch, added.digest);
        theirs.apply(&removed.batch, removed.digest);
        assert_eq!(state.digest(), theirs.digest());
        let found = state.conflicts();
        assert_eq!(
            found.iter().map(|c| (c.row, c.about.clone())).collect::<Vec<_>>(),
            [(id(1), About::Life)]
        );
        // Kept: the village stands again with the line that went with it. Removed: the new line goes too.
        for (side, live) in [(0, 2), (1, 0)] {
            let mut state = state.clone();
            let decision = state.decide(&found[0], side, None).unwrap();
            let person = Person::county("县");
            let mut author = Author::new(DeviceId(3), person, &state, Box::new(Seeded(3)));
            let sealed = author.write(&state, decision, 3000).unwrap();
            state.apply(&sealed.batch, sealed.digest);
            assert_eq!(state.under("R01", id(1), "honour").count(), live, "side {side}");
            assert_eq!(state.conflicts(), []);
        }
        assert_eq!(first.batch.operations.len(), 2);
    }
}
