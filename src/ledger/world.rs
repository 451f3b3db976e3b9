//! Other records, as rules and computed values see them.

use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hasher as _};
use std::rc::Rc;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::sheet::Sheet;
use super::state::{Record, State};
use crate::register::{Field, Fields, Name, NoWorld, RowKind, Schema, Sense, World};
use crate::value::fold::fold;
use crate::value::{Date, Grain, Period, RowId, Value};

/// Look-ups over a state.
#[derive(Debug)]
pub struct Surroundings<'a> {
    state: &'a State,
    today: Option<Date>,
}

/// Where records are found by what they are called, by their series, by what they have in common. They are built when
/// first asked for, belong to the state and follow it from batch to batch.
#[derive(Debug, Default)]
pub(crate) struct Indexes {
    titles: RefCell<Vec<Rc<Index>>>,
    series: RefCell<Vec<Rc<Index>>>,
    alike: RefCell<Vec<Rc<Index>>>,
    named: RefCell<Vec<Rc<Index>>>,
}

/// A copy of a state has looked for nothing yet.
impl Clone for Indexes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Places of one kind's records in their sheet, by what they are looked up with.
#[derive(Debug)]
struct Index {
    register: Name,
    kind: Arc<RowKind>,
    by: By,
    /// The version of the register that it knows, once it has looked.
    known: Cell<Option<u64>>,
    /// Every place under the hash of what its record was ever looked up with; the record says whether it still is.
    places: RefCell<Vec<(u64, usize)>>,
}

/// What records are looked up with.
#[derive(Debug)]
enum By {
    Title,
    /// The fields that tell series apart.
    Series(Vec<Arc<Field>>),
    /// Fields of which none may be missing.
    Fields(Vec<&'static str>),
    /// The natural key, where it is more than a guess.
    Key,
}

impl By {
    fn key(&self, kind: &RowKind, record: &dyn Fields) -> Option<Vec<u8>> {
        match self {
            Self::Title => Some(record.value(&kind.title)?.as_str()?.as_bytes().to_vec()),
            Self::Series(parts) => {
                let period = record.value(kind.key_of(Sense::Period)?)?.as_period()?;
                Some(series_key(parts, kind.key_of(Sense::Subject), record, period))
            }
            Self::Fields(parts) => common_key(parts, record),
            Self::Key => kind.same(record).filter(|(_, weak)| !weak).map(|(key, _)| key),
        }
    }
}

pub(super) fn hash(key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key);
    hasher.finish()
}

impl Index {
    /// The index over a kind as it is declared now.
    fn among(known: &RefCell<Vec<Rc<Self>>>, register: &str, kind: &Arc<RowKind>) -> Option<Rc<Self>> {
        let known = known.borrow();
        known.iter().find(|i| i.register == register && Arc::ptr_eq(&i.kind, kind)).cloned()
    }

    fn key_of(&self, record: &Record) -> Option<Vec<u8>> {
        let ours = !record.is_gone() && **record.kind() == *self.kind.key;
        ours.then(|| self.by.key(&self.kind, record)).flatten()
    }

    /// The places of all records by what they are looked up with.
    fn whole(&self, sheet: &Sheet) -> Vec<(u64, usize)> {
        let mut places = Vec::new();
        sheet.pass().all(|at, seen| {
            if seen.is_of(&self.kind.key) {
                places.extend(self.by.key(&self.kind, &seen).map(|key| (hash(&key), at)));
            }
        });
        places.sort_unstable();
        places
    }

    /// Learns what has changed in its register since it last looked.
    fn follow(&self, sheet: &Sheet) {
        let known = self.known.replace(Some(sheet.version()));
        if known == Some(sheet.version()) {
            return;
        }
        let mut places = self.places.borrow_mut();
        let entry = |at: usize| Some((hash(&self.key_of(sheet.nth(at)?)?), at));
        match known.and_then(|version| sheet.touched_since(version)) {
            Some(touched) => {
                for new in touched.into_iter().filter_map(entry) {
                    if let Err(at) = places.binary_search(&new) {
                        places.insert(at, new);
                    }
                }
            }
            None => *places = self.whole(sheet),
        }
    }

    /// The records that are looked up with `key`, in order of arrival.
    fn all<'a>(&self, state: &'a State, key: &[u8]) -> Vec<&'a Record> {
        let Some(sheet) = state.sheet(&self.register) else { return Vec::new() };
        self.follow(sheet);
        let (places, wanted) = (self.places.borrow(), hash(key));
        let from = places.partition_point(|(h, _)| *h < wanted);
        let alike = places.iter().skip(from).take_while(|(h, _)| *h == wanted);
        let records = alike.filter_map(|(_, at)| sheet.nth(*at));
        records.filter(|r| self.key_of(r).as_deref() == Some(key)).collect()
    }

    /// The last record in order of arrival that is looked up with `key`.
    fn find<'a>(&self, state: &'a State, key: &[u8]) -> Option<&'a Record> {
        self.all(state, key).pop()
    }
}

impl<'a> Surroundings<'a> {
    /// On no day in particular.
    pub const fn new(state: &'a State) -> Self {
        Self { state, today: None }
    }

    /// As of a day: what is due and what ends soon depends on it.
    #[must_use]
    pub fn on(self, today: Date) -> Self {
        Self { today: Some(today), ..self }
    }

    /// The state looked at.
    pub const fn state(&self) -> &'a State {
        self.state
    }

    fn title_index(&self, key: &str, kind: &str) -> Option<Rc<Index>> {
        let kind = self.state.schema().kind(key, kind)?;
        let known = Index::among(&self.state.indexes.titles, key, kind);
        Some(known.unwrap_or_else(|| keep(&self.state.indexes.titles, key, kind, By::Title)))
    }

    fn series_index(&self, key: &str, kind: &str) -> Option<Rc<Index>> {
        let kind = self.state.schema().kind(key, kind)?;
        let known = Index::among(&self.state.indexes.series, key, kind);
        Some(known.unwrap_or_else(|| {
            let parts = kind.law.series.iter().filter_map(|p| kind.field(p).cloned()).collect();
            keep(&self.state.indexes.series, key, kind, By::Series(parts))
        }))
    }

    fn index_by(&self, key: &str, kind: &str, by: &[&'static str]) -> Option<Rc<Index>> {
        let kind = self.state.schema().kind(key, kind)?;
        let same = |i: &&Rc<Index>| {
            i.register == key
                && Arc::ptr_eq(&i.kind, kind)
                && matches!(&i.by, By::Fields(parts) if parts == by)
        };
        let known = self.state.indexes.alike.borrow().iter().find(same).cloned();
        Some(known.unwrap_or_else(|| keep(&self.state.indexes.alike, key, kind, By::Fields(by.to_vec()))))
    }

    /// The records of `kind` with this natural key, in order of arrival.
    pub(super) fn with_key(&self, register: &str, kind: &str, key: &[u8]) -> Vec<&'a Record> {
        let Some(kind) = self.state.schema().kind(register, kind) else { return Vec::new() };
        let known = Index::among(&self.state.indexes.named, register, kind);
        known.unwrap_or_else(|| keep(&self.state.indexes.named, register, kind, By::Key)).all(self.state, key)
    }

    /// The records of `kind` that agree with `record` in `by`, in order of arrival; itself among them.
    pub(super) fn agreeing(
        &self,
        register: &str,
        kind: &str,
        by: &[&'static str],
        record: &dyn Fields,
    ) -> Vec<&'a Record> {
        let key = common_key(by, record);
        let found = key.and_then(|key| Some(self.index_by(register, kind, by)?.all(self.state, &key)));
        found.unwrap_or_default()
    }
}

/// What a record has in `parts`, as bytes; none when it lacks one of them.
pub(super) fn common_key(parts: &[&str], record: &dyn Fields) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(48);
    for part in parts {
        let bytes = match record.value(part)? {
            Value::Ref(id) => id.bits().to_le_bytes().to_vec(),
            Value::Date(d) => d.to_string().into_bytes(),
            Value::Period(p) => p.to_string().into_bytes(),
            other => match other.as_str() {
                Some(word) => fold(word).into_bytes(),
                None => other.as_decimal()?.normalize().to_string().into_bytes(),
            },
        };
        // With its length in front, no value runs into the next.
        key.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        key.extend_from_slice(&bytes);
    }
    Some(key)
}

/// A new index, empty until somebody looks.
fn keep(known: &RefCell<Vec<Rc<Index>>>, key: &str, kind: &Arc<RowKind>, by: By) -> Rc<Index> {
    let index = Rc::new(Index {
        register: Name::Owned(key.to_owned()),
        kind: Arc::clone(kind),
        by,
        known: Cell::new(None),
        places: RefCell::default(),
    });
    let mut known = known.borrow_mut();
    // One over the kind as it was declared before is of no use any more.
    known.retain(|i| i.register != key || i.kind.key != kind.key || Arc::ptr_eq(&i.kind, kind));
    known.push(Rc::clone(&index));
    index
}

/// What tells one series in one period from another, as bytes: it is made for every record and every rule.
fn series_key(parts: &[Arc<Field>], subject: Option<&str>, record: &dyn Fields, period: Period) -> Vec<u8> {
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
    fn schema(&self) -> &Schema {
        self.state.schema()
    }

    fn record(&self, register: &str, id: RowId) -> Option<&dyn Fields> {
        self.state.record(register, id).map(|r| r as &dyn Fields)
    }

    fn stands(&self, register: &str, id: RowId) -> bool {
        self.state.record(register, id).is_some_and(|r| !r.is_gone())
    }

    fn entry(&self, register: &str, kind: &str, name: &str) -> Option<&dyn Fields> {
        let found = self.title_index(register, kind)?.find(self.state, name.as_bytes())?;
        Some(found)
    }

    fn year_before(&self, key: &str, kind: &str, record: &dyn Fields, field: &str) -> Option<Decimal> {
        // Of a register that nobody has filled yet, a hundred thousand rows are asked for at once.
        self.state.sheet(key).filter(|sheet| sheet.count() > 0)?;
        let declared = self.state.schema().kind(key, kind)?;
        let period = declared.said(record, Sense::Period)?.as_period()?;
        if period.grain() > Grain::Quarter {
            return None;
        }
        let index = self.series_index(key, kind)?;
        let By::Series(parts) = &index.by else { return None };
        let key = series_key(parts, declared.key_of(Sense::Subject), record, period.last_year());
        index.find(self.state, &key)?.value(field)?.as_decimal()
    }

    fn today(&self) -> Option<Date> {
        self.today
    }

    fn alike(
        &self,
        register: &str,
        kind: &str,
        by: &[&'static str],
        record: &dyn Fields,
        show: &mut dyn FnMut(&dyn Fields),
    ) {
        let own = record.row();
        let found = self.agreeing(register, kind, by, record);
        found.into_iter().filter(|r| Some(r.id()) != own).for_each(|r| show(r));
    }

    fn under(&self, register: &str, kind: &str, parent: RowId, show: &mut dyn FnMut(&dyn Fields)) {
        self.state.under(register, parent, kind).for_each(|r| show(r));
    }
}
