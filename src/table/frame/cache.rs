//! Tables that are kept between looks.
//!
//! Duty: one [`Frame`] for each kind of rows that somebody looks at, of all its rows or of those of one year, which goes on
//! from what it was when its records change; the tree of places, names and finders beside them. Inputs: the state. Outputs:
//! tables. Neighbours: `frame` reads and keeps columns; `gist` keeps here what was worked out of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::{Frame, Table, locked, version};
use crate::ledger::State;
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{Name, Pool, Register, RowKind, Sense};
use crate::table::finder::Finder;
use crate::table::gist::Gists;
use crate::table::names::Names;
use crate::table::places::Places;
use crate::table::spelling;
use crate::value::{Text, order};

/// Tables kept between looks; a table goes on from what it was when its register or R01 has changed.
#[derive(Debug, Default)]
pub struct Cache {
    frames: Mutex<Frames>,
    places: Mutex<Option<Arc<Places>>>,
    names: Arc<Names>,
    finders: Mutex<BTreeMap<Sought, (Known, Arc<Finder>)>>,
    pub(in crate::table) gists: Mutex<Gists>,
}

/// Tables by register, kind and year.
#[derive(Debug, Default)]
struct Frames {
    kept: BTreeMap<(String, String, Option<i16>), Arc<Frame>>,
    /// The tables of single years, the one that was asked for last at the end.
    years: Vec<(String, String, Option<i16>)>,
}

/// Tables of single years that are kept: the year that is looked at, and two that it is compared with.
const YEARS_KEPT: usize = 3;

impl Frames {
    fn keep(&mut self, at: (String, String, Option<i16>), frame: &Arc<Frame>) {
        if at.2.is_some() {
            self.years.retain(|other| *other != at);
            self.years.push(at.clone());
            if self.years.len() > YEARS_KEPT {
                self.kept.remove(&self.years.remove(0));
            }
        }
        self.kept.insert(at, Arc::clone(frame));
    }
}

/// Whose names are looked for: register, kind, and the words that narrow it.
type Sought = (Name, Name, &'static [&'static str]);

/// What a finder was made from: versions of the register and of the places, and whether readings were known.
type Known = (u64, u64, bool);

impl Cache {
    /// Nothing is read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The places of `state`.
    pub fn places(&self, state: &State) -> Arc<Places> {
        let version = state.sheet(PLACE_REGISTER).map_or(0, |s| s.version());
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

    /// What records are called.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The names of a pool's records, each once and in order, ready to be looked for.
    pub fn finder(&self, state: &State, pool: &Pool) -> Arc<Finder> {
        let Some((register, kind)) = state.schema().pool(pool) else { return Arc::default() };
        let known = (version(state, &register.key), version(state, PLACE_REGISTER), spelling::is_learnt());
        let at = (register.key.clone(), kind.key.clone(), pool.only);
        if let Some((before, finder)) = locked(&self.finders).get(&at)
            && *before == known
        {
            return Arc::clone(finder);
        }
        let places = self.places(state);
        let rows = state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key));
        let rows = rows.filter(|r| pool.takes(kind, *r));
        let mut names: Vec<Text> = rows.map(|r| self.names.of(state, &places, (register, kind), r)).collect();
        order::sort(&mut names);
        names.dedup();
        let finder = Arc::new(Finder::new(names));
        locked(&self.finders).insert(at, (known, Arc::clone(&finder)));
        finder
    }

    /// The table of `kind` in `register`; the register's first kind when none is named. None when there is no
    /// such register or kind.
    pub fn table<'a>(&self, state: &'a State, key: &str, kind: Option<&str>) -> Option<Table<'a>> {
        let declared = state.schema().register(key)?;
        let kind = kind.map_or_else(|| declared.main(), |k| declared.kind(k))?;
        Some(self.of_year(state, (declared, kind), None))
    }

    /// The table from which sums over a year of the register's main kind are made: the rows of that year, where sums
    /// need no others; so that they cost the same however many years there are.
    pub fn table_of_year<'a>(&self, state: &'a State, key: &str, year: i16) -> Option<Table<'a>> {
        let declared = state.schema().register(key)?;
        let kind = declared.main()?;
        // Where there is no other year, the table of all rows is the same one.
        let apart =
            lies_apart(state, declared, kind) && !self.years(state, declared, kind).into_iter().eq([year]);
        Some(self.of_year(state, (declared, kind), apart.then_some(year)))
    }

    /// Whether sums over a year of the register's main kind are made from a table of that year alone.
    pub fn lies_apart(&self, state: &State, key: &str) -> bool {
        let declared = state.schema().register(key);
        declared.and_then(|r| Some((r, r.main()?))).is_some_and(|(r, kind)| lies_apart(state, r, kind))
    }

    /// The years in which a kind has rows, ascending; none for a kind without periods.
    pub fn years(&self, state: &State, register: &Register, kind: &RowKind) -> Vec<i16> {
        let Some(period) = kind.of(Sense::Period) else { return Vec::new() };
        if period.derived.is_none() {
            let sheet = state.sheet(&register.key);
            return sheet.into_iter().flat_map(|s| s.years(&kind.key, &period.key)).collect();
        }
        self.table(state, &register.key, Some(&kind.key)).map(|table| table.years()).unwrap_or_default()
    }

    /// The years of which there are tables of a register; none for the table of all years.
    #[cfg(test)]
    pub(crate) fn known_years(&self, register: &str) -> Vec<Option<i16>> {
        let frames = locked(&self.frames);
        frames.kept.keys().filter(|(key, ..)| key == register).map(|(.., year)| *year).collect()
    }

    /// Whether a column of the register's tables was worked out from other records too.
    pub(in crate::table) fn leans(&self, register: &str) -> bool {
        let frames = locked(&self.frames);
        let ours = frames.kept.iter().filter(|((key, ..), _)| key == register);
        ours.into_iter().any(|(_, frame)| locked(&frame.columns).values().any(|c| c.until.anything.is_some()))
    }

    pub(super) fn of_year<'a>(
        &self,
        state: &'a State,
        (declared, kind): (&Arc<Register>, &Arc<RowKind>),
        year: Option<i16>,
    ) -> Table<'a> {
        let places = self.places(state);
        let version = state.sheet(&declared.key).map_or(0, |s| s.version());
        let at = (declared.key.to_string(), kind.key.to_string(), year);
        let mut frames = locked(&self.frames);
        if let Some(frame) = frames.kept.get(&at)
            && frame.version == version
            && Arc::ptr_eq(&frame.kind, kind)
            && Arc::ptr_eq(&frame.places, &places)
        {
            return Table { state, frame: Arc::clone(frame) };
        }
        let patched = frames
            .kept
            .remove(&at)
            .filter(|before| Arc::ptr_eq(&before.kind, kind))
            .and_then(|before| before.patched(state, &places, version));
        let names = Arc::clone(&self.names);
        let read = || Frame::read(state, (declared, kind, year), (places, names), version);
        let frame = Arc::new(patched.unwrap_or_else(read));
        frames.keep(at, &frame);
        Table { state, frame }
    }
}

/// Whether no sum over a year needs rows of another, and the years lie apart.
fn lies_apart(state: &State, register: &Register, kind: &RowKind) -> bool {
    let apart = kind.by_year().zip(state.sheet(&register.key));
    apart.is_some_and(|(field, sheet)| sheet.lies_apart(&kind.key, field))
}
