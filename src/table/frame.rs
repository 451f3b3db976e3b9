//! The rows of one kind, as columns.
//!
//! Duty: the live records of one (register, kind) in the order of their identities, columns built when first
//! asked for and kept until the register or the places change. Inputs: the state and the declaration. Output:
//! [`Table`], the pairing of a state with its columns; [`Cache`] keeps them between looks.
//!
//! Besides the fields (computed ones included) a table has these dimensions: `org` (the record's place, or the
//! place itself in R01), `village`, `town`, `county`, `year`, `quarter`, `month` and `state`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::ledger::{Record, State, Surroundings};
use crate::register::{Fields as _, Register, RowKind, register};
use crate::value::order;
use crate::value::{Grain, Period, RowId, Text, Value};

use super::column::{Builder, Column, MISSING};
use super::filter::QueryError;
use super::places::Places;

/// Dimensions that every table offers beside its fields.
pub const DIMENSIONS: &[&str] = &["org", "village", "town", "county", "year", "quarter", "month", "state"];

/// The columns of one (register, kind), without the state that they were read from.
#[derive(Debug)]
pub struct Frame {
    register: &'static Register,
    kind: &'static RowKind,
    /// Row → identity, ascending.
    ids: Vec<RowId>,
    /// Row → place in the sheet's order of arrival.
    at: Vec<usize>,
    columns: Mutex<BTreeMap<String, Arc<Column>>>,
    series: OnceLock<Vec<u32>>,
    places: Arc<Places>,
    version: u64,
}

/// A table over a state: what filters, pivots and indicators read.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    state: &'a State,
    frame: Arc<Frame>,
}

/// Tables kept between looks; a table is read anew when its register or R01 has changed.
#[derive(Debug, Default)]
pub struct Cache {
    frames: Mutex<BTreeMap<(String, String), Arc<Frame>>>,
    places: Mutex<Option<Arc<Places>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A poisoned cache is still only a cache.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    /// Nothing is read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The places of `state`.
    pub fn places(&self, state: &State) -> Arc<Places> {
        let version = state.sheet("R01").map_or(0, |s| s.version());
        let mut slot = locked(&self.places);
        match &*slot {
            Some(places) if places.version() == version => Arc::clone(places),
            _ => {
                let places = Arc::new(Places::of(state));
                *slot = Some(Arc::clone(&places));
                places
            }
        }
    }

    /// The table of `kind` in `register`; the register's first kind when none is named. None when there is no
    /// such register or kind.
    pub fn table<'a>(&self, state: &'a State, key: &str, kind: Option<&str>) -> Option<Table<'a>> {
        let declared = register(key)?;
        let kind = kind.map_or_else(|| declared.main(), |k| declared.kind(k))?;
        let places = self.places(state);
        let version = state.sheet(key).map_or(0, |s| s.version());
        let at = (key.to_owned(), kind.key.to_owned());
        let mut frames = locked(&self.frames);
        if let Some(frame) = frames.get(&at)
            && frame.version == version
            && Arc::ptr_eq(&frame.places, &places)
        {
            return Some(Table { state, frame: Arc::clone(frame) });
        }
        let frame = Arc::new(Frame::read(state, declared, kind, places, version));
        frames.insert(at, Arc::clone(&frame));
        Some(Table { state, frame })
    }
}

impl Frame {
    fn read(
        state: &State,
        register: &'static Register,
        kind: &'static RowKind,
        places: Arc<Places>,
        version: u64,
    ) -> Self {
        let mut rows: Vec<(RowId, usize)> = state
            .sheet(register.key)
            .into_iter()
            .flat_map(|s| s.all().enumerate())
            .filter(|(_, r)| !r.is_gone() && &**r.kind() == kind.key)
            .map(|(at, r)| (r.id(), at))
            .collect();
        rows.sort_unstable();
        Self {
            register,
            kind,
            ids: rows.iter().map(|(id, _)| *id).collect(),
            at: rows.iter().map(|(_, at)| *at).collect(),
            columns: Mutex::default(),
            series: OnceLock::new(),
            places,
            version,
        }
    }
}

impl<'a> Table<'a> {
    /// Reads a table without keeping it.
    pub fn open(state: &'a State, register: &str, kind: Option<&str>) -> Option<Self> {
        Cache::new().table(state, register, kind)
    }

    /// The state behind it.
    pub const fn state(&self) -> &'a State {
        self.state
    }
    /// The places behind it.
    pub fn places(&self) -> &Arc<Places> {
        &self.frame.places
    }
    /// The register.
    pub fn register(&self) -> &'static Register {
        self.frame.register
    }
    /// The kind of rows.
    pub fn kind(&self) -> &'static RowKind {
        self.frame.kind
    }
    /// How many rows.
    pub fn len(&self) -> usize {
        self.frame.ids.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.frame.ids.is_empty()
    }
    /// Every row, in the order of identities.
    pub fn all_rows(&self) -> Vec<u32> {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).collect()
    }

    /// The record of `row`.
    pub fn record(&self, row: u32) -> Option<&'a Record> {
        self.state.sheet(self.frame.register.key)?.nth(*self.frame.at.get(row as usize)?)
    }

    /// The identity of `row`.
    pub fn id(&self, row: u32) -> Option<RowId> {
        self.frame.ids.get(row as usize).copied()
    }

    /// The row of a record.
    pub fn row_of(&self, id: RowId) -> Option<u32> {
        self.frame.ids.binary_search(&id).ok().and_then(|n| u32::try_from(n).ok())
    }

    /// The column of a field or dimension; built when first asked for.
    pub fn column(&self, key: &str) -> Result<Arc<Column>, QueryError> {
        if let Some(known) = locked(&self.frame.columns).get(key) {
            return Ok(Arc::clone(known));
        }
        let built = Arc::new(self.build(key).ok_or_else(|| QueryError::unknown_field(self.kind(), key))?);
        locked(&self.frame.columns).insert(key.to_owned(), Arc::clone(&built));
        Ok(built)
    }

    fn build(&self, key: &str) -> Option<Column> {
        let places = self.places();
        let named = |id: RowId| Some((places.name(id), id));
        let time = |grain: Grain| {
            // The same few periods repeat in every row: each is written once.
            let written = std::cell::RefCell::new(HashMap::<Period, Text>::new());
            move |_: u32, r: &Record| {
                let period = r.value("period").and_then(Value::as_period)?.widen(grain)?;
                let text = written
                    .borrow_mut()
                    .entry(period)
                    .or_insert_with(|| Text::from(period.to_string()))
                    .clone();
                Some((text, RowId::from_bits(0)))
            }
        };
        let lacks = self.kind().field(key).is_none();
        match key {
            "org" if lacks && self.register().key == "R01" => Some(self.words(key, |_, r| named(r.id()))),
            "village" if lacks => Some(self.words(key, |_, r| named(places.village_of(self.org_of(r)?)?))),
            "town" if lacks => Some(self.words(key, |_, r| named(places.town_of(self.org_of(r)?)?))),
            "county" if lacks => Some(self.words(key, |_, r| named(places.county_of(self.org_of(r)?)?))),
            "year" if lacks => Some(self.words(key, time(Grain::Year))),
            "quarter" if lacks => Some(self.words(key, time(Grain::Quarter))),
            "month" if lacks => Some(self.words(key, time(Grain::Month))),
            "state" if lacks => Some(self.words(key, |_, r| {
                let begins = self.kind().workflow.as_ref().map(|w| w.initial());
                Some((Text::from(r.stage().or(begins)?), RowId::from_bits(0)))
            })),
            _ => self.field_column(key),
        }
    }

    fn words(&self, key: &str, word: impl Fn(u32, &Record) -> Option<(Text, RowId)>) -> Column {
        let mut builder = Builder::words(key, self.len());
        for row in self.all_rows() {
            builder.push_word(self.record(row).and_then(|r| word(row, r)));
        }
        builder.finish()
    }

    fn field_column(&self, key: &str) -> Option<Column> {
        let field = self.kind().field(key)?;
        let target = field.target().map_or("R01", |t| t.register);
        let world = Surroundings::new(self.state);
        let names = std::cell::RefCell::new(HashMap::<RowId, Text>::new());
        let name =
            |id: RowId| names.borrow_mut().entry(id).or_insert_with(|| self.name_of(target, id)).clone();
        let mut builder = Builder::new(key, &field.kind, self.len());
        for row in self.all_rows() {
            let value = self.record(row).and_then(|r| field.read(r, &world));
            builder.push(row, value.as_deref(), &name);
        }
        Some(builder.finish())
    }

    /// Builds the columns of several typed-in fields in one pass over the records; for search, which looks at
    /// all of them.
    pub(super) fn gather(&self, keys: &[String]) {
        let known: Vec<String> = locked(&self.frame.columns).keys().cloned().collect();
        let mut builders: Vec<(&str, &str, Builder)> = keys
            .iter()
            .filter(|k| !known.contains(k))
            .filter_map(|k| self.kind().field(k))
            .filter(|f| f.derived.is_none())
            .map(|f| {
                (&*f.key, f.target().map_or("R01", |t| t.register), Builder::new(&f.key, &f.kind, self.len()))
            })
            .collect();
        order::sort_by_key(&mut builders, |(key, _, _)| *key);
        for row in self.all_rows() {
            let mut cells = self.record(row).map(Record::cells).unwrap_or_default().iter().peekable();
            for (key, target, builder) in &mut builders {
                // Both run in order of keys.
                while cells.next_if(|(k, _)| **k < **key).is_some() {}
                let value = cells.next_if(|(k, _)| **k == **key).map(|(_, v)| v);
                builder.push(row, value, &|id| self.name_of(target, id));
            }
        }
        let mut columns = locked(&self.frame.columns);
        for (key, _, builder) in builders {
            columns.insert(key.to_owned(), Arc::new(builder.finish()));
        }
    }

    /// What to call the record `id` of `register`.
    pub fn name_of(&self, target: &str, id: RowId) -> Text {
        if target == "R01" {
            return self.places().name(id);
        }
        let record = self.state.record(target, id);
        let title = record.and_then(|r| register(target)?.kind(r.kind())).map_or("name", |k| k.title);
        let name = record.and_then(|r| r.value(title)).and_then(Value::as_str);
        name.map_or_else(|| Text::from(id.to_string()), Text::from)
    }

    /// The place that a record belongs to; in R01 the place itself.
    pub fn org_of(&self, record: &Record) -> Option<RowId> {
        if self.register().key == "R01" {
            return Some(record.id());
        }
        record.value("org").and_then(Value::as_ref_id)
    }

    /// The period of `row`.
    pub fn period(&self, row: u32) -> Option<Period> {
        self.record(row)?.value("period")?.as_period()
    }

    /// Row → number of its series under the kind's law (domain §3.0); equal numbers belong together.
    pub fn series(&self) -> &[u32] {
        self.frame.series.get_or_init(|| {
            let columns: Vec<Arc<Column>> =
                self.kind().law.series.iter().filter_map(|key| self.column(key).ok()).collect();
            let mut numbers: HashMap<Vec<u32>, u32> = HashMap::new();
            let number = |row: u32| {
                // A kind without a law has one series a record.
                if columns.is_empty() {
                    return row;
                }
                let key = columns.iter().map(|c| c.code(row)).collect();
                let next = u32::try_from(numbers.len()).unwrap_or(MISSING);
                *numbers.entry(key).or_insert(next)
            };
            self.all_rows().into_iter().map(number).collect()
        })
    }
}
