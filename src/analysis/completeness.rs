//! Who has handed in what: 应报, 已报, 未报.
//!
//! Duty: a village that must report and has not is missing, not zero; its absence stands beside every total
//! (domain §3.0). Inputs: tables, a place and a period. Outputs: [`Completeness`] for one register, and a
//! [`Matrix`] of villages by periods.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::State;
use crate::register::{Message, StageTone, catalog};
use crate::table::{Cache, Filter, QueryError, Table, law};
use crate::value::hash::QuickMap;
use crate::value::order::Ordered as _;
use crate::value::{Grain, Period, RowId, Text};

/// Who has handed in a register for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Register key.
    pub register: &'static str,
    /// Villages that must report (应报), by name.
    pub should: Vec<RowId>,
    /// Those with at least one row of the period (已报).
    pub reported: Vec<RowId>,
    /// Those without (未报).
    pub missing: Vec<RowId>,
}

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

/// Villages by periods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The periods, in order.
    pub periods: Vec<Period>,
    /// The villages by name, each with one standing a period.
    pub rows: Vec<(RowId, Vec<Standing>)>,
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
        Message::new(format!("已报 {have} / 应报 {want}"), format!("{have} of {want} reported"))
    }
}

/// The registers that villages report by period.
pub fn reported_registers() -> impl Iterator<Item = &'static str> {
    catalog::all().iter().filter(|r| r.main().is_some_and(|k| k.periodic())).map(|r| r.key)
}

/// Who has handed in `register` for `period` under `place` (everywhere when none). Forecasts and reversed rows
/// are no report.
pub fn completeness(
    cache: &Cache,
    state: &State,
    register: &'static str,
    place: Option<RowId>,
    period: Period,
) -> Result<Completeness, QueryError> {
    let should = cache.places(state).villages(place, Some(period));
    let there: BTreeSet<RowId> = match cache.table(state, register, None) {
        Some(table) => {
            standing(&table, place, period, period.grain())?.into_keys().map(|(v, _)| v).into_set()
        }
        None => BTreeSet::new(),
    };
    let (reported, missing) = should.iter().partition(|v| there.contains(v));
    Ok(Completeness { register, should, reported, missing })
}

/// Villages by the periods of `grain` in the year, each with how far its rows have come.
pub fn matrix(
    cache: &Cache,
    state: &State,
    register: &str,
    place: Option<RowId>,
    year: i16,
    grain: Grain,
) -> Result<Matrix, QueryError> {
    let whole = Period::year_of(year);
    let periods: Vec<Period> = (1..=12).filter_map(|n| Period::new(year, grain, n)).collect();
    let there = match cache.table(state, register, None) {
        Some(table) => standing(&table, place, whole, grain)?,
        None => BTreeMap::new(),
    };
    let rows = cache
        .places(state)
        .villages(place, Some(whole))
        .into_iter()
        .map(|v| {
            let at = |p: &Period| there.get(&(v, *p)).copied().unwrap_or(Standing::Missing);
            (v, periods.iter().map(at).collect())
        })
        .collect();
    Ok(Matrix { periods, rows })
}

/// The least advanced standing of the rows of each village in each period of `grain`.
fn standing(
    table: &Table<'_>,
    place: Option<RowId>,
    within: Period,
    grain: Grain,
) -> Result<BTreeMap<(RowId, Period), Standing>, QueryError> {
    let filter = Filter { place, ..Filter::default() };
    let near = table.rows_of_years(within.year(), within.year());
    let (rows, _) = law::counting(table, filter.select_of(table, near)?, &filter, false)?;
    let (village, period, state) =
        (table.column("village")?, table.column("period")?, table.column("state")?);
    let mut found: QuickMap<(u32, Period), (RowId, Standing)> = QuickMap::default();
    let mut standings: QuickMap<u32, Standing> = QuickMap::default();
    for row in rows {
        let when = period.period(row).filter(|p| within.contains(*p)).and_then(|p| p.widen(grain));
        let (Some(v), Some(when)) = (village.refers(row), when) else { continue };
        let code = state.code(row);
        let now = *standings.entry(code).or_insert_with(|| standing_of(table, state.word(code)));
        let slot = found.entry((village.code(row), when)).or_insert((v, now));
        slot.1 = slot.1.min(now);
    }
    Ok(found.into_iter().map(|((_, when), (v, now))| ((v, when), now)).collect())
}

fn standing_of(table: &Table<'_>, word: Option<&Text>) -> Standing {
    let flow = table.kind().workflow.as_ref();
    match word.and_then(|w| flow?.stage(w)).map(|s| s.tone) {
        Some(StageTone::Waiting) => Standing::Waiting,
        Some(StageTone::Done) => Standing::Done,
        _ => Standing::Open,
    }
}
