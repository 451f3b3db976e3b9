//! What the rules of the registers say: about a row, about what is being typed, about everything.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Desk;
use crate::analysis::findings::{self, of_record};
use crate::ledger::{State, Surroundings};
use crate::register::{Field, Fields, Finding, Register, RowKind, Sense};
use crate::value::{Date, RowId, Text, Value};
use crate::web::clock::today;

/// Findings of rows already looked at, for one version of the state and one day.
#[derive(Default)]
pub(super) struct Found {
    as_of: (u64, Option<Date>),
    rows: BTreeMap<RowId, Vec<Finding>>,
}

/// Records that rules look at before the page may draw.
const SWEPT: usize = 400;

impl Desk {
    /// What the rules say about a row as it stands.
    pub(in crate::ui) fn findings_of<R>(
        self,
        register: &Register,
        kind: &RowKind,
        row: RowId,
        look: impl FnOnce(&[Finding]) -> R,
    ) -> R {
        let found = self.found.get_value();
        let version = self.session_version();
        let as_of = (version, Some(today()));
        if found.borrow().as_of != as_of {
            let mut found = found.borrow_mut();
            (found.as_of, found.rows) = (as_of, BTreeMap::new());
        }
        if let Some(known) = found.borrow().rows.get(&row) {
            return look(known);
        }
        let findings = self.state_once(|s| match s.record(&register.key, row) {
            Some(record) => of_record(&register.key, kind, record, &as_of_today(s)),
            None => Vec::new(),
        });
        let looked = look(&findings);
        found.borrow_mut().rows.insert(row, findings);
        looked
    }

    /// What the rules say about all records, the grave ones first; none until they have looked at everything.
    /// They begin when first asked, and let the page draw every few hundred records.
    pub(in crate::ui) fn findings<R>(self, look: impl FnOnce(&[findings::Found]) -> R) -> Option<R> {
        self.swept.track();
        let sweep = self.sweep.get_value();
        if self.state(|s| sweep.borrow_mut().step(s, today(), 0)) {
            return Some(look(sweep.borrow().found()));
        }
        if !self.sweeping.get_value() {
            self.sweeping.set_value(true);
            spawn_local(async move {
                loop {
                    crate::web::sleep(0).await;
                    let sweep = self.sweep.get_value();
                    if self.state_once(|s| sweep.borrow_mut().step(s, today(), SWEPT)) {
                        break;
                    }
                }
                self.sweeping.set_value(false);
                self.swept.update(|n| *n += 1);
            });
        }
        None
    }

    /// What the rules say about typed values, for a form.
    pub(in crate::ui) fn findings_on(
        self,
        register: &Register,
        kind: &RowKind,
        row: Option<RowId>,
        values: &[(Text, Value)],
    ) -> Vec<Finding> {
        let typed = Typed { row, values };
        self.state_once(|s| test_all(register, kind, &typed, &as_of_today(s)))
    }

    /// What a field of a new record begins with: its declared start, the chosen place and period.
    pub(in crate::ui) fn starting_value(self, field: &Field) -> Option<Value> {
        if field.has(Sense::Place) {
            let place = self.place.get_untracked()?;
            return self.places().get(place).filter(|p| p.is_village()).map(|p| Value::Ref(p.id));
        }
        if field.has(Sense::Period) {
            return Some(Value::Period(self.period.get_untracked()));
        }
        field.default()
    }

    /// Looks at many rows with the rules.
    pub(in crate::ui) fn with_rules<R>(self, look: impl FnOnce(&Surroundings<'_>) -> R) -> R {
        self.state_once(|s| look(&as_of_today(s)))
    }
}

fn as_of_today(state: &State) -> Surroundings<'_> {
    Surroundings::new(state).on(today())
}

/// What a form holds of a record.
struct Typed<'a> {
    row: Option<RowId>,
    values: &'a [(Text, Value)],
}

impl Fields for Typed<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }

    fn row(&self) -> Option<RowId> {
        self.row
    }
}

fn test_all(
    register: &Register,
    kind: &RowKind,
    record: &dyn Fields,
    world: &Surroundings<'_>,
) -> Vec<Finding> {
    kind.rules.iter().filter_map(|r| r.test(&register.key, &kind.key, record, world)).collect()
}
