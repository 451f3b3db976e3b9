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
use crate::value::hash::QuickMap;
use crate::value::{Grain, Period, RowId, Text, Value};

use super::column::{Builder, Column, Data, MISSING, NOBODY};
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
    ids: Arc<[RowId]>,
    /// Row → place in the sheet's order of arrival.
    at: Vec<usize>,
    columns: Mutex<BTreeMap<String, Arc<Column>>>,
    series: OnceLock<Vec<u32>>,
    by_year: OnceLock<BTreeMap<i16, Vec<u32>>>,
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
            by_year: OnceLock::new(),
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
        let lacks = self.kind().field(key).is_none();
        match key {
            "org" if lacks && self.register().key == "R01" => {
                let rows = self.records().map(|r| Some((places.name(r?.id()), r?.id())));
                Some(self.words(key, rows))
            }
            "village" if lacks => Some(self.above(key, |id| places.village_of(id))),
            "town" if lacks => Some(self.above(key, |id| places.town_of(id))),
            "county" if lacks => Some(self.above(key, |id| places.county_of(id))),
            "year" if lacks => Some(self.calendar(key, Grain::Year)),
            "quarter" if lacks => Some(self.calendar(key, Grain::Quarter)),
            "month" if lacks => Some(self.calendar(key, Grain::Month)),
            "state" if lacks => {
                let begins = self.kind().workflow.as_ref().map(|w| Text::from(w.initial()));
                let word = |r: &Record| match &r.stage {
                    Some((stage, _)) => Some(stage.clone()),
                    None => begins.clone(),
                };
                Some(self.words(key, self.records().map(|r| Some((word(r?)?, NOBODY)))))
            }
            _ => self.field_column(key),
        }
    }

    /// Every row's record, in order of rows.
    fn records(&self) -> impl Iterator<Item = Option<&'a Record>> {
        let sheet = self.state.sheet(self.frame.register.key);
        self.frame.at.iter().map(move |at| sheet.and_then(|s| s.nth(*at)))
    }

    fn words(&self, key: &str, rows: impl Iterator<Item = Option<(Text, RowId)>>) -> Column {
        let mut builder = Builder::words(key, self.len());
        rows.for_each(|word| builder.push_word(word));
        builder.finish()
    }

    /// The place above each row's own: as many look-ups as there are places, not rows.
    fn above(&self, key: &str, of: impl Fn(RowId) -> Option<RowId>) -> Column {
        let places = self.places();
        let named = |id: RowId| of(id).map(|above| (places.name(above), above));
        let Ok(org) = self.column("org") else {
            return self.words(key, self.records().map(|r| named(self.org_of(r?)?)));
        };
        let mut builder = Builder::words(key, self.len());
        if let Data::Words { codes, ids, .. } = &org.data {
            let numbers = codes.iter().map(|c| (*c != MISSING).then_some(*c));
            let place = |code: u32| ids.get(code as usize).copied().filter(|id| *id != NOBODY);
            builder.push_numbered(numbers, |code| named(place(code)?));
        }
        builder.finish()
    }

    /// The year, quarter or month of each row's period: each period is written once.
    fn calendar(&self, key: &str, grain: Grain) -> Column {
        let period = self.column("period").ok();
        let periods: &[Option<Period>] = match period.as_deref().map(|p| &p.data) {
            Some(Data::Periods(all)) => all,
            _ => &[],
        };
        let mut builder = Builder::words(key, self.len());
        let mut known: Vec<Period> = Vec::new();
        let numbers: Vec<Option<u32>> = (0..self.len())
            .map(|row| {
                let period = periods.get(row).copied().flatten()?.widen(grain)?;
                let at = known.iter().rposition(|k| *k == period).unwrap_or_else(|| {
                    known.push(period);
                    known.len() - 1
                });
                u32::try_from(at).ok()
            })
            .collect();
        builder.push_numbered(numbers.into_iter(), |n| {
            known.get(n as usize).map(|p| (Text::from(p.to_string()), NOBODY))
        });
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
        for (row, record) in (0u32..).zip(self.records()) {
            let value = record.and_then(|r| field.read(r, &world));
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
        builders.sort_by_key(|(key, _, _)| *key);
        for (row, record) in (0u32..).zip(self.records()) {
            let mut cells = record.map(Record::cells).unwrap_or_default().iter().peekable();
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
            // A kind without a law has one series a record.
            if columns.is_empty() {
                return self.all_rows();
            }
            // One field after the other: what agreed so far and agrees in this field too belongs together.
            let mut series = vec![0u32; self.len()];
            for column in columns {
                let mut numbers: QuickMap<(u32, u32), u32> = QuickMap::default();
                for (row, number) in (0u32..).zip(&mut series) {
                    let next = u32::try_from(numbers.len()).unwrap_or(MISSING);
                    *number = *numbers.entry((*number, column.code(row))).or_insert(next);
                }
            }
            series
        })
    }

    /// The rows whose period lies in the years from `first` to `last`, in order of rows; every row of a kind
    /// without periods.
    pub fn rows_of_years(&self, first: i16, last: i16) -> Vec<u32> {
        if !self.kind().periodic() {
            return self.all_rows();
        }
        let by_year = self.by_year();
        let mut rows: Vec<u32> =
            by_year.range(first..=last.max(first)).flat_map(|(_, r)| r).copied().collect();
        rows.sort_unstable();
        rows
    }

    /// The years in which there are rows, ascending; none for a kind without periods.
    pub fn years(&self) -> Vec<i16> {
        if self.kind().periodic() { self.by_year().keys().copied().collect() } else { Vec::new() }
    }

    fn by_year(&self) -> &BTreeMap<i16, Vec<u32>> {
        self.frame.by_year.get_or_init(|| {
            let mut by_year: BTreeMap<i16, Vec<u32>> = BTreeMap::new();
            let period = self.column("period").ok();
            for row in self.all_rows() {
                if let Some(when) = period.as_ref().and_then(|p| p.period(row)) {
                    by_year.entry(when.year()).or_default().push(row);
                }
            }
            by_year
        })
    }

    /// Row → identity, to be kept by whoever names rows later.
    pub fn ids(&self) -> Arc<[RowId]> {
        Arc::clone(&self.frame.ids)
    }
}
