//! Other records, as rules and computed values see them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::state::{Record, State};
use crate::register::{Field, Fields, NoWorld, RowKind, Sense, World, register};
use crate::value::{Grain, Period, RowId, Value};

/// Look-ups over a state. Indexes are built when first asked for, and live as long as this value does.
#[derive(Debug)]
pub struct Surroundings<'a> {
    state: &'a State,
    indexes: Rc<Indexes>,
}

/// Where records are found by their title or their series. Whoever looks often keeps them as long as the
/// state stays the same.
#[derive(Debug, Default)]
pub struct Indexes {
    titles: RefCell<Vec<Rc<Index>>>,
    series: RefCell<Vec<Rc<Index>>>,
}

/// Places of one kind's records in their sheet, by what they are looked up with.
#[derive(Debug)]
struct Index {
    register: &'static str,
    kind: &'static RowKind,
    /// The fields that tell series apart; none where records are looked up by their title.
    parts: Vec<&'static Field>,
    places: HashMap<Vec<u8>, usize>,
}

impl Index {
    fn among(known: &RefCell<Vec<Rc<Self>>>, register: &str, kind: &str) -> Option<Rc<Self>> {
        let known = known.borrow();
        known.iter().find(|i| i.register == register && i.kind.key == kind).cloned()
    }
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

    fn title_index(&self, key: &str, kind: &str) -> Option<Rc<Index>> {
        Index::among(&self.indexes.titles, key, kind).or_else(|| {
            let declared = register(key)?.kind(kind)?;
            let title = |r: &Record| Some(r.value(declared.title)?.as_str()?.as_bytes().to_vec());
            let index = self.index(register(key)?.key, declared, Vec::new(), title);
            self.indexes.titles.borrow_mut().push(Rc::clone(&index));
            Some(index)
        })
    }

    fn series_index(&self, key: &str, kind: &str) -> Option<Rc<Index>> {
        Index::among(&self.indexes.series, key, kind).or_else(|| {
            let declared = register(key)?.kind(kind)?;
            let parts: Vec<&Field> = declared.law.series.iter().filter_map(|p| declared.field(p)).collect();
            let when = declared.key_of(Sense::Period)?;
            let subject = declared.key_of(Sense::Subject);
            let series = |r: &Record| Some(series_key(&parts, subject, r, r.value(when)?.as_period()?));
            let index = self.index(register(key)?.key, declared, parts.clone(), series);
            self.indexes.series.borrow_mut().push(Rc::clone(&index));
            Some(index)
        })
    }

    fn index(
        &self,
        key: &'static str,
        kind: &'static RowKind,
        parts: Vec<&'static Field>,
        name: impl Fn(&Record) -> Option<Vec<u8>>,
    ) -> Rc<Index> {
        let rows = self.state.sheet(key).into_iter().flat_map(|s| s.all().enumerate());
        let places = rows
            .filter(|(_, r)| !r.is_gone() && &**r.kind() == kind.key)
            .filter_map(|(n, r)| Some((name(r)?, n)))
            .collect();
        Rc::new(Index { register: key, kind, parts, places })
    }
}

/// What tells one series in one period from another, as bytes: it is made for every record and every rule.
fn series_key(parts: &[&Field], subject: Option<&str>, record: &dyn Fields, period: Period) -> Vec<u8> {
    let mut key = Vec::with_capacity(64);
    key.extend_from_slice(&period.year().to_le_bytes());
    key.extend_from_slice(&[period.grain() as u8, period.index()]);
    let mut word = |word: &[u8]| {
        // With its length in front, no word runs into the next.
        key.extend_from_slice(&u32::try_from(word.len()).unwrap_or(u32::MAX).to_le_bytes());
        key.extend_from_slice(word);
    };
    for part in parts {
        match part.read(record, &NoWorld).as_deref() {
            Some(Value::Ref(id)) => word(&id.bits().to_le_bytes()),
            Some(other) => word(other.as_str().unwrap_or_default().as_bytes()),
            None => word(&[]),
        }
    }
    // Within a class, a subject compares with itself.
    if let Some(subject) = subject.and_then(|s| record.value(s)).and_then(Value::as_str) {
        word(subject.as_bytes());
    }
    key
}

impl World for Surroundings<'_> {
    fn record(&self, register: &str, id: RowId) -> Option<&dyn Fields> {
        self.state.record(register, id).map(|r| r as &dyn Fields)
    }

    fn stands(&self, register: &str, id: RowId) -> bool {
        self.state.record(register, id).is_some_and(|r| !r.is_gone())
    }

    fn entry(&self, register: &str, kind: &str, name: &str) -> Option<&dyn Fields> {
        let at = *self.title_index(register, kind)?.places.get(name.as_bytes())?;
        self.nth(register, at).map(|r| r as &dyn Fields)
    }

    fn year_before(&self, key: &str, kind: &str, record: &dyn Fields, field: &str) -> Option<Decimal> {
        let declared = register(key)?.kind(kind)?;
        let period = declared.said(record, Sense::Period)?.as_period()?;
        if period.grain() > Grain::Quarter {
            return None;
        }
        let index = self.series_index(key, kind)?;
        let at = *index.places.get(&series_key(
            &index.parts,
            declared.key_of(Sense::Subject),
            record,
            period.last_year(),
        ))?;
        self.nth(key, at)?.value(field)?.as_decimal()
    }
}
