//! Who has handed in what: 应报, 已报, 未报.
//!
//! Duty: a village that must report and has not is missing, not zero; its absence stands beside every total
//! (domain §3.0). One rule says who must report ([`Returns::expected`]), and everything that counts villages –
//! completeness, means, medians, thresholds, the command line – asks it. Inputs: tables and places. Outputs:
//! [`Returns`] of one register; from them [`Completeness`] for a place and a period, and a [`Matrix`] of
//! villages by periods.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::State;
use crate::register::{Message, Name, Register, Sense, StageTone};
use crate::table::{Cache, Filter, Kept, Places, Put, QueryError, Table, Take, dimension, kept, law};
use crate::value::hash::QuickMap;
use crate::value::order::Ordered as _;
use crate::value::{Grain, Period, RowId, Text};

/// Who has handed in a register for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Register key.
    pub register: Name,
    /// Villages that must report (应报), by name.
    pub should: Vec<RowId>,
    /// Those with at least one row of the period (已报).
    pub reported: Vec<RowId>,
    /// Those without (未报).
    pub missing: Vec<RowId>,
    /// Villages that report for longer periods: nothing is due from them for this one, and no number of theirs
    /// is in it.
    pub longer: Vec<RowId>,
}

/// Every return of one register: village by village, which periods it reported and how far its rows have come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returns {
    register: Name,
    /// By which villages are declared to owe it.
    called: Name,
    villages: BTreeMap<RowId, BTreeMap<Period, Standing>>,
    /// By year, the places of its rows: of all rows, whether they count or not.
    places: BTreeMap<i16, BTreeSet<Option<RowId>>>,
}

/// What is read of the rows of one year.
#[derive(Debug, Clone, Default)]
struct YearOfReturns {
    year: i16,
    places: BTreeSet<Option<RowId>>,
    returns: Vec<(RowId, Period, Standing)>,
}

kept!(YearOfReturns { year, places, returns });

/// How far a village's rows of one period have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// 未报: there is no row.
    Missing,
    /// 填报中: at least one row is still being written.
    Open,
    /// 已报: handed in, waits for somebody.
    Waiting,
    /// 已审: every row is checked.
    Done,
}

impl Kept for Standing {
    fn put(&self, to: &mut Put) {
        (*self as u8).put(to);
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        let all = [Self::Missing, Self::Open, Self::Waiting, Self::Done];
        all.get(usize::from(u8::take(from)?)).copied()
    }
}

/// Villages by periods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The periods, in order.
    pub periods: Vec<Period>,
    /// The villages by name, each with its returns in order; together they cover the periods.
    pub rows: Vec<(RowId, Vec<Return>)>,
}

/// One return of a village, made or due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// For what it is: a yearly return stands for its four quarters.
    pub period: Period,
    /// How many of the matrix' periods it stands for.
    pub columns: usize,
    /// How far it has come.
    pub standing: Standing,
}

impl Standing {
    /// What is shown.
    pub fn words(self) -> Message {
        match self {
            Self::Missing => Message::new("未报", "missing"),
            Self::Open => Message::new("填报中", "being filled in"),
            Self::Waiting => Message::new("已报", "handed in"),
            Self::Done => Message::new("已审", "checked"),
        }
    }
}

impl Completeness {
    /// 已报 34 / 应报 36.
    pub fn words(&self) -> Message {
        let (have, want) = (self.reported.len(), self.should.len());
        let (zh, en) = match self.longer.len() {
            0 => (String::new(), String::new()),
            n => (format!("，另{n}村按更长期间报送"), format!(", {n} more for longer periods")),
        };
        Message::new(format!("已报 {have} / 应报 {want}{zh}"), format!("{have} of {want} reported{en}"))
    }
}

/// The registers that villages report by period.
pub fn reported_registers(state: &State) -> impl Iterator<Item = Name> {
    state.schema().reported().map(|r| r.key.clone())
}

impl Returns {
    /// Reads a register's returns. Forecasts and reversed rows are none. A year that was read before and in which nothing
    /// has changed is not read again.
    pub fn of(cache: &Cache, state: &State, register: &Register) -> Result<Self, QueryError> {
        let (key, called) = (register.key.clone(), register.label.zh.clone());
        let mut all = Self { register: key, called, ..Self::default() };
        let Some(kind) = register.main() else { return Ok(all) };
        let apart = cache.lies_apart(state, &register.key);
        let years = || cache.years(state, register, kind).into_iter().map(Some).collect();
        let parts: Vec<Option<i16>> = if apart { years() } else { vec![None] };
        for part in parts {
            let years = cache.gist(state, (&register.key, part), "returns", || {
                let table = match part {
                    Some(year) => cache.table_of_year(state, &register.key, year),
                    None => cache.table(state, &register.key, None),
                };
                table.as_ref().map(returns).transpose().map(Option::unwrap_or_default)
            })?;
            years.into_iter().for_each(|year| all.take(year));
        }
        Ok(all)
    }

    fn take(&mut self, of: YearOfReturns) {
        self.places.insert(of.year, of.places);
        for (village, when, standing) in of.returns {
            self.villages.entry(village).or_default().insert(when, standing);
        }
    }

    /// The years in which there are rows under `place` (anywhere when none), ascending.
    pub fn years(&self, places: &Places, place: Option<RowId>) -> Vec<i16> {
        let here = |year: i16, there: &BTreeSet<Option<RowId>>| {
            // As the tree was when the year began and when it ended: a village that was moved has rows on both sides.
            let ends = [Period::month_of(year, 1), Some(Period::year_of(year))];
            let within = |place: RowId| {
                let inside = ends.map(|end| places.under_in(place, places.during(end)));
                there.iter().flatten().any(|at| inside.iter().any(|inside| inside.contains(at)))
            };
            place.map_or(!there.is_empty(), within)
        };
        self.places.iter().filter(|(year, there)| here(**year, there)).map(|(year, _)| *year).collect()
    }

    /// The first period of which there is a return.
    pub fn first(&self) -> Option<Period> {
        self.villages.values().filter_map(|all| all.keys().next()).min().copied()
    }

    /// Who must report, by name (应报): the villages that exist then and of which the register was declared to
    /// be due – by naming no register at all, that is all of them – or that have ever reported it. A village
    /// that only came into the ledger because another register spoke of it owes nothing here.
    pub fn expected(&self, places: &Places, place: Option<RowId>, period: Period) -> Vec<RowId> {
        let mut villages = places.villages(place, Some(period));
        villages.retain(|v| {
            self.villages.contains_key(v) || places.get(*v).is_some_and(|p| p.owes(&self.called))
        });
        villages
    }

    /// Who has handed in for `period` under `place` (everywhere when none).
    pub fn completeness(&self, places: &Places, place: Option<RowId>, period: Period) -> Completeness {
        let mut found = Completeness { register: self.register.clone(), ..Completeness::default() };
        for village in self.expected(places, place, period) {
            let at = self.at(village, period);
            let side = match at {
                (p, Standing::Missing) if p == period => &mut found.missing,
                (p, _) if p == period => &mut found.reported,
                _ => &mut found.longer,
            };
            side.push(village);
            if at.0 == period {
                found.should.push(village);
            }
        }
        found
    }

    /// Villages by the periods of `grain` in the year, each with how far its returns have come.
    pub fn matrix(&self, places: &Places, place: Option<RowId>, year: i16, grain: Grain) -> Matrix {
        let periods: Vec<Period> = (1..=12).filter_map(|n| Period::new(year, grain, n)).collect();
        let row = |village: RowId| {
            let mut returns: Vec<Return> = Vec::new();
            for (period, standing) in periods.iter().map(|p| self.at(village, *p)) {
                match returns.last_mut().filter(|last| last.period == period) {
                    Some(last) => last.columns += 1,
                    None => returns.push(Return { period, columns: 1, standing }),
                }
            }
            (village, returns)
        };
        let rows = self.expected(places, place, Period::year_of(year)).into_iter().map(row).collect();
        Matrix { periods, rows }
    }

    /// The return that stands for `period`: the rows within it; else a row for a longer period that contains
    /// it; else the one that is due, which is for a longer period when the village reports so.
    fn at(&self, village: RowId, period: Period) -> (Period, Standing) {
        let Some(all) = self.villages.get(&village) else { return (period, Standing::Missing) };
        let inside = all.iter().filter(|(p, _)| period.contains(**p)).map(|(_, s)| *s).min();
        if let Some(standing) = inside {
            return (period, standing);
        }
        // Periods are ordered with the longer one first: the last that contains it is the nearest.
        if let Some((longer, standing)) = all.iter().rfind(|(p, _)| p.contains(period)) {
            return (*longer, *standing);
        }
        let due = grain_in(all, period.year()).and_then(|grain| period.widen(grain)).unwrap_or(period);
        (due, Standing::Missing)
    }
}

/// The shortest periods that a village reports in the year; when it has no row then, those of the nearest year
/// before, or else after.
fn grain_in(returns: &BTreeMap<Period, Standing>, year: i16) -> Option<Grain> {
    let years = returns.keys().map(|p| p.year()).into_set();
    let year = years.range(..=year).next_back().or_else(|| years.iter().next()).copied()?;
    returns.keys().filter(|p| p.year() == year).map(|p| p.grain()).max()
}

/// By year, where its rows lie, and the least advanced standing of the rows of each village in each period.
fn returns(table: &Table<'_>) -> Result<Vec<YearOfReturns>, QueryError> {
    let filter = Filter::default();
    let (org, village) = (table.sense(Sense::Place)?, table.column(dimension::VILLAGE)?);
    let (period, state) = (table.sense(Sense::Period)?, table.column(dimension::STATE)?);
    let mut years: BTreeMap<i16, YearOfReturns> = BTreeMap::new();
    let mut seen: QuickMap<(u32, i16), ()> = QuickMap::default();
    for row in table.all_rows() {
        let Some(year) = period.period(row).map(Period::year) else { continue };
        if seen.insert((org.code(row), year), ()).is_none() {
            let of = years.entry(year).or_insert_with(|| YearOfReturns { year, ..YearOfReturns::default() });
            of.places.insert(org.refers(row));
        }
    }
    let (rows, _) = law::counting(table, table.all_rows(), &filter, false)?;
    let mut found: QuickMap<(u32, Period), (RowId, Standing)> = QuickMap::default();
    let mut standings: QuickMap<u32, Standing> = QuickMap::default();
    for row in rows {
        let (Some(v), Some(when)) = (village.refers(row), period.period(row)) else { continue };
        let code = state.code(row);
        let now = *standings.entry(code).or_insert_with(|| standing_of(table, state.word(code)));
        let slot = found.entry((village.code(row), when)).or_insert((v, now));
        slot.1 = slot.1.min(now);
    }
    for ((_, when), (village, standing)) in found {
        let of = years.get_mut(&when.year());
        of.into_iter().for_each(|of| of.returns.push((village, when, standing)));
    }
    Ok(years.into_values().collect())
}

fn standing_of(table: &Table<'_>, word: Option<&Text>) -> Standing {
    let flow = table.kind().workflow.as_ref();
    match word.and_then(|w| flow?.stage(w)).map(|s| s.tone) {
        Some(StageTone::Waiting) => Standing::Waiting,
        Some(StageTone::Done) => Standing::Done,
        _ => Standing::Open,
    }
}
