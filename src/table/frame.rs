//! The rows of one kind, as columns.
//!
//! Duty: the live records of one (register, kind) in the order of their identities, columns built when first
//! asked for and kept. When records change, the table goes on from what it was (`patch`). Inputs: the state and the
//! declaration. Output: [`Table`], the pairing of a state with its columns; `cache` keeps them between looks.
//!
//! Besides the fields (computed ones included) a table has these dimensions: `org` (the record's place, or the
//! place itself in R01), `village`, `town`, `county`, `year`, `quarter`, `month` and `state`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::ledger::{Glimpse, Record, Sheet, State};
use crate::register::catalog::{PLACE_REGISTER, TOWNS};
use crate::register::{Fields, Name, Register, RowKind, Sense, Target};
use crate::value::hash::QuickMap;
use crate::value::{Period, RowId, Text, order};

use super::column::{Column, MISSING, dimension};
use super::error::QueryError;
use super::names::Names;
use super::places::Places;
use super::query::Answers;

mod cache;
mod patch;

pub use cache::Cache;

/// The columns of one (register, kind), without the state that they were read from.
#[derive(Debug)]
pub struct Frame {
    register: Arc<Register>,
    kind: Arc<RowKind>,
    /// Only the rows of this year, where a year was asked for.
    year: Option<i16>,
    /// Row → identity, ascending.
    ids: Arc<[RowId]>,
    /// Row → place in the sheet's order of arrival.
    at: Arc<[usize]>,
    columns: Mutex<BTreeMap<String, Kept>>,
    series: OnceLock<Arc<Vec<u32>>>,
    by_year: OnceLock<Arc<BTreeMap<i16, Vec<u32>>>>,
    answers: Mutex<Answers>,
    places: Arc<Places>,
    names: Arc<Names>,
    version: u64,
}

/// A column, and until when it stands.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub column: Arc<Column>,
    until: Until,
}

/// Until what changes a column stands, beside the records of its table.
#[derive(Debug, Clone, Default)]
struct Until {
    /// The tree of places.
    places: bool,
    /// Registers whose records it names, from these versions.
    named: Vec<(Name, u64)>,
    /// Anything at all, from this version of the state.
    anything: Option<u64>,
}

/// A table over a state: what filters, pivots and indicators read.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    state: &'a State,
    frame: Arc<Frame>,
}

impl Until {
    /// Names taken from these registers, as they are now.
    fn naming(state: &State, registers: impl Iterator<Item = Name>) -> Self {
        let mut until = Self::default();
        for register in registers {
            // Names that are alike are told apart by their places.
            until.places = true;
            if register != PLACE_REGISTER {
                let known = version(state, &register);
                until.named.push((register, known));
            }
        }
        until
    }

    fn holds(&self, state: &State) -> bool {
        let same = |(register, known): &(Name, u64)| version(state, register) == *known;
        self.named.iter().all(same) && self.anything.is_none_or(|known| state.version() == known)
    }
}

fn version(state: &State, register: &str) -> u64 {
    state.sheet(register).map_or(0, Sheet::version)
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A poisoned cache is still only a cache.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Frame {
    fn read(
        state: &State,
        (register, kind, year): (&Arc<Register>, &Arc<RowKind>, Option<i16>),
        (places, names): (Arc<Places>, Arc<Names>),
        version: u64,
    ) -> Self {
        let mut rows: Vec<(RowId, usize)> = Vec::new();
        let mut take = |at: usize, seen: Glimpse<'_>| {
            if seen.is_of(&kind.key) && is_of_year(kind, &seen, year) {
                rows.push((seen.id(), at));
            }
        };
        if let Some(sheet) = state.sheet(&register.key) {
            let mut pass = sheet.pass();
            match year.zip(kind.by_year()) {
                None => pass.all(take),
                Some((year, field)) => {
                    let places = sheet.places_of_year(&kind.key, field, year);
                    places.for_each(|at| pass.at(at).into_iter().for_each(|seen| take(at, seen)));
                }
            }
        }
        rows.sort_unstable();
        Self {
            register: Arc::clone(register),
            kind: Arc::clone(kind),
            year,
            ids: rows.iter().map(|(id, _)| *id).collect(),
            at: rows.iter().map(|(_, at)| *at).collect(),
            columns: Mutex::default(),
            series: OnceLock::new(),
            by_year: OnceLock::new(),
            answers: Mutex::default(),
            places,
            names,
            version,
        }
    }
}

/// Whether a row is of the year, where one is asked for.
fn is_of_year(kind: &RowKind, row: &dyn Fields, year: Option<i16>) -> bool {
    let said = || row.value(kind.by_year()?)?.as_period().map(Period::year);
    year.is_none_or(|year| said() == Some(year))
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
    pub fn register(&self) -> &Arc<Register> {
        &self.frame.register
    }
    /// The kind of rows.
    pub fn kind(&self) -> &Arc<RowKind> {
        &self.frame.kind
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
        self.state.sheet(&self.frame.register.key)?.nth(*self.frame.at.get(row as usize)?)
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
        // In a register of the county's own the place has a key of its own.
        let place = self.kind().key_of(Sense::Place).filter(|_| key == dimension::PLACE);
        let key = place.filter(|_| self.kind().field(key).is_none()).unwrap_or(key);
        if let Some(known) = self.known(key) {
            return Ok(known);
        }
        let (built, asked) = self.build(key).ok_or_else(|| QueryError::unknown_field(self.kind(), key))?;
        Ok(self.keep(built, asked))
    }

    /// The column of the field with this sense; of the place in the register of places, the place itself.
    pub fn sense(&self, sense: Sense) -> Result<Arc<Column>, QueryError> {
        match self.kind().key_of(sense) {
            Some(key) => self.column(key),
            // Places are their own; what stands under a record lies where that does.
            None if sense == Sense::Place => self.column(dimension::PLACE),
            None => Err(QueryError::no_sense(self.kind())),
        }
    }

    /// Whether its rows are the places themselves.
    pub fn of_places(&self) -> bool {
        self.kind().is_place(&self.register().key)
    }

    pub(super) fn known(&self, key: &str) -> Option<Arc<Column>> {
        let columns = locked(&self.frame.columns);
        columns.get(key).filter(|kept| kept.until.holds(self.state)).map(|kept| Arc::clone(&kept.column))
    }

    /// Keeps a column; `asked`: it was worked out from other records too.
    pub(super) fn keep(&self, column: Column, asked: bool) -> Arc<Column> {
        let until = self.until(&column.key, asked);
        let column = Arc::new(column);
        let kept = Kept { column: Arc::clone(&column), until };
        locked(&self.frame.columns).insert(column.key.to_string(), kept);
        column
    }

    fn until(&self, key: &str, asked: bool) -> Until {
        if asked {
            return Until { anything: Some(self.state.version()), ..Until::default() };
        }
        let schema = self.state.schema();
        match self.kind().reach(schema, key) {
            Some(_) => {
                let along = self.kind().registers_along(schema, key);
                Until::naming(self.state, along.into_iter().map(Name::Borrowed))
            }
            // Where its parent lies.
            None if self.kind().under.is_some() => {
                let own = Until::naming(self.state, std::iter::once(self.register().key.clone()));
                Until { places: true, ..own }
            }
            None => Until { places: true, ..Until::default() },
        }
    }

    /// Answers that were found before, and stand as long as their columns do.
    pub(super) fn answers(&self) -> std::sync::MutexGuard<'_, Answers> {
        locked(&self.frame.answers)
    }

    /// Rows in the order in which their records arrived, which is the way through the sheet that costs least.
    pub(super) fn by_arrival(&self) -> Vec<u32> {
        let mut rows = self.all_rows();
        if !self.frame.at.is_sorted() {
            order::sort_by_key(&mut rows, |row| self.frame.at.get(*row as usize));
        }
        rows
    }

    /// Shows the records of `rows`, which should be in order of arrival; none where there is none.
    pub(super) fn show(&self, rows: &[u32], mut show: impl FnMut(u32, Option<Glimpse<'_>>)) {
        let mut pass = self.state.sheet(&self.frame.register.key).map(Sheet::pass);
        for row in rows {
            let at = self.frame.at.get(*row as usize).copied();
            show(*row, pass.as_mut().zip(at).and_then(|(pass, at)| pass.at(at)));
        }
    }

    /// What to call the record `id` that a reference names.
    pub fn name_of(&self, target: Option<&Target>, id: RowId) -> Text {
        let home = target.and_then(|t| self.state.home(t, id));
        let declared = home.and_then(|(key, r)| {
            let register = self.state.schema().register(key)?;
            Some((r, register, register.kind(r.kind())?))
        });
        match declared {
            Some((record, register, kind)) => {
                self.frame.names.of(self.state, self.places(), (register, kind), record)
            }
            None => Text::from(id.to_string()),
        }
    }

    /// The place that a record belongs to: a place itself, and where a record says none, its parent's.
    pub fn org_of(&self, record: &Record) -> Option<RowId> {
        self.state.place_of(self.register(), record)
    }

    /// The township that a record's place lay in when the record is about.
    pub fn town_of(&self, record: &Record) -> Option<RowId> {
        let at = |record: &Record, kind: &RowKind| {
            let said = kind.said(record, Sense::Period).or_else(|| kind.said(record, Sense::Happened))?;
            let day = said.as_date().map(|day| self.places().on(day));
            day.or_else(|| Some(self.places().during(Some(said.as_period()?))))
        };
        let parent = || {
            let record = self.state.parent_of(self.register(), record)?;
            at(record, self.register().kind(record.kind())?)
        };
        let epoch = at(record, self.kind()).or_else(parent).unwrap_or_else(|| self.places().now());
        self.places().nearest_in(self.org_of(record)?, TOWNS, epoch)
    }

    /// The period of `row`.
    pub fn period(&self, row: u32) -> Option<Period> {
        self.kind().said(self.record(row)?, Sense::Period)?.as_period()
    }

    /// Row → number of its series under the kind's law (domain §3.0); equal numbers belong together.
    pub fn series(&self) -> &[u32] {
        self.frame.series.get_or_init(|| Arc::new(self.number_series()))
    }

    fn number_series(&self) -> Vec<u32> {
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
            let period = self.sense(Sense::Period).ok();
            for row in self.all_rows() {
                if let Some(when) = period.as_ref().and_then(|p| p.period(row)) {
                    by_year.entry(when.year()).or_default().push(row);
                }
            }
            Arc::new(by_year)
        })
    }

    /// Row → identity, to be kept by whoever names rows later.
    pub fn ids(&self) -> Arc<[RowId]> {
        Arc::clone(&self.frame.ids)
    }
}
