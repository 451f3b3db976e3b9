//! Other records, as rules and computed values see them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::state::{Record, State};
use crate::register::{Fields, RowKind, World, register};
use crate::value::{Grain, Period, RowId, Value};

/// Look-ups over a state. Indexes are built when first asked for, and live as long as this value does.
#[derive(Debug)]
pub struct Surroundings<'a> {
    state: &'a State,
    indexes: Rc<Indexes>,
}

/// Places in a sheet, by what they are looked up with.
type Index = Rc<HashMap<String, usize>>;

/// Where records are found by their title or their series. Whoever looks often keeps them as long as the
/// state stays the same.
#[derive(Debug, Default)]
pub struct Indexes {
    titles: RefCell<HashMap<(String, String), Index>>,
    series: RefCell<HashMap<(String, String), Index>>,
}

impl<'a> Surroundings<'a> {
    /// Nothing is indexed yet.
    pub fn new(state: &'a State) -> Self {
        Self::reusing(state, Rc::default())
    }

    /// With indexes that were built over the same state.
    pub const fn reusing(state: &'a State, indexes: Rc<Indexes>) -> Self {
        Self { state, indexes }
    }

    /// The state looked at.
    pub const fn state(&self) -> &'a State {
        self.state
    }

    fn nth(&self, register: &str, n: usize) -> Option<&'a Record> {
        self.state.sheet(register)?.nth(n)
    }

    fn title_index(&self, key: &str, kind: &str) -> Index {
        let at = (key.to_owned(), kind.to_owned());
        if let Some(index) = self.indexes.titles.borrow().get(&at) {
            return Rc::clone(index);
        }
        let title = register(key).and_then(|r| r.kind(kind)).map_or("name", |k| k.title);
        let index = self.index(key, kind, |r| Some(r.value(title)?.as_str()?.to_owned()));
        self.indexes.titles.borrow_mut().insert(at, Rc::clone(&index));
        index
    }

    fn series_index(&self, key: &str, kind: &RowKind) -> Index {
        let at = (key.to_owned(), kind.key.to_owned());
        if let Some(index) = self.indexes.series.borrow().get(&at) {
            return Rc::clone(index);
        }
        let index = self.index(key, kind.key, |r| Some(series_key(kind, r, r.value("period")?.as_period()?)));
        self.indexes.series.borrow_mut().insert(at, Rc::clone(&index));
        index
    }

    fn index(&self, key: &str, kind: &str, name: impl Fn(&Record) -> Option<String>) -> Index {
        let rows = self.state.sheet(key).into_iter().flat_map(|s| s.all().enumerate());
        Rc::new(
            rows.filter(|(_, r)| !r.is_gone() && &**r.kind() == kind)
                .filter_map(|(n, r)| Some((name(r)?, n)))
                .collect(),
        )
    }
}

/// What tells one series in one period from another.
fn series_key(kind: &RowKind, record: &dyn Fields, period: Period) -> String {
    let mut key = period.to_string();
    for part in &kind.law.series {
        key.push('|');
        let value = kind.field(part).and_then(|f| f.read(record, &crate::register::NoWorld));
        match value.as_deref() {
            Some(Value::Ref(id)) => key.push_str(&id.to_string()),
            Some(other) => key.push_str(other.as_str().unwrap_or_default()),
            None => {}
        }
    }
    // Within a class, a subject compares with itself.
    if let Some(subject) = record.value("subject").and_then(Value::as_str) {
        key.push('|');
        key.push_str(subject);
    }
    key
}

impl World for Surroundings<'_> {
    fn record(&self, register: &str, id: RowId) -> Option<&dyn Fields> {
        self.state.record(register, id).map(|r| r as &dyn Fields)
    }

    fn entry(&self, register: &str, kind: &str, name: &str) -> Option<&dyn Fields> {
        let at = *self.title_index(register, kind).get(name)?;
        self.nth(register, at).map(|r| r as &dyn Fields)
    }

    fn year_before(&self, key: &str, kind: &str, record: &dyn Fields, field: &str) -> Option<Decimal> {
        let kind = register(key)?.kind(kind)?;
        let period = record.value("period")?.as_period()?;
        if period.grain() > Grain::Quarter {
            return None;
        }
        let at = *self.series_index(key, kind).get(&series_key(kind, record, period.last_year()))?;
        self.nth(key, at)?.value(field)?.as_decimal()
    }
}
