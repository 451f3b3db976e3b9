//! Names of records: shown in pickers, cells and headings, and understood where they are typed.

use super::Desk;
use crate::ledger::{Record, State};
use crate::register::{Fields as _, Register, Target, register};
use crate::ui::entry::Names;
use crate::value::order;
use crate::value::{RowId, Value};

impl Desk {
    /// The name of a record in pickers, cells and headings.
    pub(in crate::ui) fn record_name(self, state: &State, key: &str, id: RowId) -> String {
        let Some(record) = state.record(key, id) else { return "？".to_owned() };
        let title = register(key).and_then(|r| r.kind(record.kind())).map_or("name", |k| k.title);
        record.value(title).and_then(Value::as_str).map_or_else(|| id.to_string(), str::to_owned)
    }

    /// Names of the records that a reference may point to.
    pub(in crate::ui) fn target_names(self, target: &Target) -> Vec<String> {
        self.state_once(|s| {
            let mut names: Vec<String> =
                targets(s, target).map(|r| self.record_name(s, target.register, r.id())).collect();
            order::sort(&mut names);
            names.dedup();
            names
        })
    }
}

impl Names for Desk {
    fn find(&self, target: &Target, name: &str) -> Vec<RowId> {
        if target.register == "R01" && target.kind.is_none() {
            return self.places().resolve(name);
        }
        let wanted = name.trim();
        self.state_once(|s| {
            targets(s, target)
                .filter(|r| self.record_name(s, target.register, r.id()) == wanted)
                .map(|r| r.id())
                .collect()
        })
    }

    fn dictionary(&self, target: &Target) -> Vec<String> {
        self.target_names(target)
    }
}

fn targets<'a>(state: &'a State, target: &'a Target) -> impl Iterator<Item = &'a Record> + 'a {
    let kind = target
        .kind
        .or_else(|| register(target.register).and_then(Register::main).map(|k| k.key))
        .unwrap_or_default();
    state.sheet(target.register).into_iter().flat_map(move |s| s.of_kind(kind)).filter(move |r| {
        target.only.is_empty()
            || r.value("kind").and_then(Value::as_str).is_some_and(|k| target.only.contains(&k))
    })
}
