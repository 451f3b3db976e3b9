//! One column of a table: typed, dictionary-encoded, with what sorting and search need.
//!
//! Input: values, row by row (`build` collects them). Output: [`Column`]. Missing is none, never zero.

use std::sync::OnceLock;

use rust_decimal::Decimal;

use super::spelling;
use crate::register::{Audience, present};
use crate::value::order;
use crate::value::{Date, DateTime, Period, RowId, Text, Value};

/// Dimensions that every table offers beside its fields, in the words of the command line.
pub mod dimension {
    /// The place that a record belongs to; the place itself in the register of places.
    pub const PLACE: &str = "org";
    /// The village above it.
    pub const VILLAGE: &str = "village";
    /// The township above it.
    pub const TOWN: &str = "town";
    /// The county above it.
    pub const COUNTY: &str = "county";
    /// The year of its period.
    pub const YEAR: &str = "year";
    /// The quarter of its period.
    pub const QUARTER: &str = "quarter";
    /// The month of its period.
    pub const MONTH: &str = "month";
    /// Its state.
    pub const STATE: &str = "state";
}

/// All of them.
pub const DIMENSIONS: &[&str] = {
    use dimension::{COUNTY, MONTH, PLACE, QUARTER, STATE, TOWN, VILLAGE, YEAR};
    &[PLACE, VILLAGE, TOWN, COUNTY, YEAR, QUARTER, MONTH, STATE]
};

/// The code of a missing word.
pub const MISSING: u32 = u32::MAX;

/// Where a row of a changed table comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// A row of the table before.
    Kept(u32),
    /// A row that was read anew.
    Read(u32),
}

/// Stands for "no record" beside plain words.
pub(super) const NOBODY: RowId = RowId::from_bits(0);

/// The values of one field for every row.
#[derive(Debug)]
pub struct Column {
    /// Field key or dimension.
    pub key: Text,
    /// The values.
    pub data: Data,
    /// Rows whose number was worded or rounded (30余户): it counts with its face value, and this is said.
    pub worded: Vec<u32>,
    /// Rows whose number was worded as a forecast (预计): it is kept out of totals.
    pub forecast: Vec<u32>,
    ranks: OnceLock<Vec<u32>>,
}

/// Typed values.
#[derive(Debug)]
pub enum Data {
    /// Words, references (by name) and lists (joined with 、). `words` is in order, so that codes compare.
    Words {
        /// Row → index into `words`, or [`MISSING`].
        codes: Vec<u32>,
        /// The words, in order.
        words: Vec<Text>,
        /// For references: which record each word stands for.
        ids: Vec<RowId>,
    },
    /// Numbers; money in 元.
    Numbers(Vec<Option<Decimal>>),
    /// Reporting periods.
    Periods(Vec<Option<Period>>),
    /// Days.
    Days(Vec<Option<Date>>),
    /// Days with a time.
    Moments(Vec<Option<DateTime>>),
}

/// A value as plain text, for search and for exact files; none when there is nothing to say.
pub fn plain_text(value: &Value, name: &dyn Fn(RowId) -> Text) -> Option<Text> {
    match value {
        // Most are shared already.
        Value::Text(text) | Value::Choice(text) => Some(text.clone()),
        Value::Ref(id) => Some(name(*id)),
        Value::Quantity(quantity) => Some(quantity.text.clone()),
        other => {
            let words = present(None, other, Audience::Exact, &|id| name(id).to_string());
            let several = matches!(other, Value::Many(_) | Value::Refs(_) | Value::Files(_));
            (!(several && words.is_empty())).then(|| Text::from(words))
        }
    }
}

impl Column {
    pub(super) fn new(key: Text, data: Data, worded: Vec<u32>, forecast: Vec<u32>) -> Self {
        Self { key, data, worded, forecast, ranks: OnceLock::new() }
    }

    /// The column of a changed table: most rows as they were here, the others as they were read anew.
    pub(super) fn joined(&self, read: &Self, rows: &[From]) -> Self {
        let data = match (&self.data, &read.data) {
            (Data::Numbers(a), Data::Numbers(b)) => Data::Numbers(pick(a, b, rows)),
            (Data::Periods(a), Data::Periods(b)) => Data::Periods(pick(a, b, rows)),
            (Data::Days(a), Data::Days(b)) => Data::Days(pick(a, b, rows)),
            (Data::Moments(a), Data::Moments(b)) => Data::Moments(pick(a, b, rows)),
            _ => words_of(self, read, rows),
        };
        let among = |a: &[u32], b: &[u32]| -> Vec<u32> {
            let has = |from: &From| match from {
                From::Kept(row) => a.binary_search(row).is_ok(),
                From::Read(row) => b.binary_search(row).is_ok(),
            };
            if a.is_empty() && b.is_empty() {
                return Vec::new();
            }
            (0u32..).zip(rows).filter(|(_, from)| has(from)).map(|(row, _)| row).collect()
        };
        let (worded, forecast) = (among(&self.worded, &read.worded), among(&self.forecast, &read.forecast));
        Self::new(self.key.clone(), data, worded, forecast)
    }

    /// Whether `row` here says what `other` says in its row `there`.
    pub(super) fn says(&self, row: u32, other: &Self, there: u32) -> bool {
        let same = match (&self.data, &other.data) {
            (Data::Numbers(_), Data::Numbers(_)) => {
                let exact = |n: Option<Decimal>| n.map(|n| (n.mantissa(), n.scale()));
                exact(self.number(row)) == exact(other.number(there))
            }
            (Data::Periods(a), Data::Periods(b)) => a.get(row as usize) == b.get(there as usize),
            (Data::Days(a), Data::Days(b)) => a.get(row as usize) == b.get(there as usize),
            (Data::Moments(a), Data::Moments(b)) => a.get(row as usize) == b.get(there as usize),
            _ => self.entry(self.code(row)) == other.entry(other.code(there)),
        };
        let marked = |all: &[u32], row: u32| all.binary_search(&row).is_ok();
        same && marked(&self.worded, row) == marked(&other.worded, there)
            && marked(&self.forecast, row) == marked(&other.forecast, there)
    }

    /// The word of a code with the record that it stands for.
    fn entry(&self, code: u32) -> Option<(&Text, RowId)> {
        match &self.data {
            Data::Words { words, ids, .. } => {
                let word = words.get(code as usize)?;
                Some((word, ids.get(code as usize).copied().unwrap_or(NOBODY)))
            }
            _ => None,
        }
    }

    fn entries(&self) -> impl Iterator<Item = (&Text, RowId)> {
        (0u32..).map_while(|code| self.entry(code))
    }

    /// The number in `row`; money in 元.
    pub fn number(&self, row: u32) -> Option<Decimal> {
        match &self.data {
            Data::Numbers(all) => all.get(row as usize).copied().flatten(),
            _ => None,
        }
    }

    /// The period in `row`.
    pub fn period(&self, row: u32) -> Option<Period> {
        match &self.data {
            Data::Periods(all) => all.get(row as usize).copied().flatten(),
            _ => None,
        }
    }

    /// The code of the word in `row`; [`MISSING`] when there is none.
    pub fn code(&self, row: u32) -> u32 {
        match &self.data {
            Data::Words { codes, .. } => codes.get(row as usize).copied().unwrap_or(MISSING),
            _ => MISSING,
        }
    }

    /// The word of a code.
    pub fn word(&self, code: u32) -> Option<&Text> {
        match &self.data {
            Data::Words { words, .. } => words.get(code as usize),
            _ => None,
        }
    }

    /// For each code whether its word passes: words are looked at once, rows only by their codes.
    pub fn which(&self, test: impl Fn(&str) -> bool) -> Vec<bool> {
        match &self.data {
            Data::Words { words, .. } => words.iter().map(|w| test(w)).collect(),
            _ => Vec::new(),
        }
    }

    /// The record that the word in `row` stands for.
    pub fn refers(&self, row: u32) -> Option<RowId> {
        match &self.data {
            Data::Words { codes, ids, .. } => ids.get(*codes.get(row as usize)? as usize).copied(),
            _ => None,
        }
    }

    /// Whether there is a value in `row`.
    pub fn present(&self, row: u32) -> bool {
        match &self.data {
            Data::Words { .. } => self.code(row) != MISSING,
            Data::Numbers(all) => all.get(row as usize).is_some_and(Option::is_some),
            Data::Periods(all) => all.get(row as usize).is_some_and(Option::is_some),
            Data::Days(all) => all.get(row as usize).is_some_and(Option::is_some),
            Data::Moments(all) => all.get(row as usize).is_some_and(Option::is_some),
        }
    }

    /// The value in `row` as plain text, in base units.
    pub fn text(&self, row: u32) -> Option<Text> {
        match &self.data {
            Data::Words { .. } => self.word(self.code(row)).cloned(),
            Data::Numbers(_) => self.number(row).map(|d| Text::from(d.normalize().to_string())),
            Data::Periods(_) => self.period(row).map(|p| Text::from(p.to_string())),
            Data::Days(all) => all.get(row as usize).copied().flatten().map(|d| Text::from(d.to_string())),
            Data::Moments(all) => all.get(row as usize).copied().flatten().map(|d| Text::from(d.to_string())),
        }
    }

    /// The place of each row's value in order, equal values sharing one; missing ones come last.
    pub fn ranks(&self) -> &[u32] {
        match &self.data {
            Data::Words { codes, .. } => codes,
            Data::Numbers(all) => self.ranks.get_or_init(|| ranks_of(all)),
            Data::Periods(all) => self.ranks.get_or_init(|| ranks_of(all)),
            Data::Days(all) => self.ranks.get_or_init(|| ranks_of(all)),
            Data::Moments(all) => self.ranks.get_or_init(|| ranks_of(all)),
        }
    }

    /// The rows whose text contains what was typed, for the whole column at once: each word is looked at once,
    /// numbers are compared with the number that was typed.
    pub fn mark_matches(&self, typed: &str, rows: &[u32], hits: &mut [bool]) {
        match &self.data {
            Data::Words { words, .. } => {
                let fits: Vec<bool> = words.iter().map(|w| spelling::contains(w, typed)).collect();
                mark(rows, hits, |row| fits.get(self.code(row) as usize).copied().unwrap_or(false));
            }
            Data::Numbers(_) => {
                if let Ok(n) = typed.replace([',', '，'], "").parse::<Decimal>() {
                    mark(rows, hits, |row| self.number(row) == Some(n));
                }
            }
            _ if typed.bytes().any(|b| b.is_ascii_digit()) => {
                mark(rows, hits, |row| self.text(row).is_some_and(|t| t.contains(typed)));
            }
            _ => {}
        }
    }
}

fn pick<T: Copy>(kept: &[Option<T>], read: &[Option<T>], rows: &[From]) -> Vec<Option<T>> {
    let value = |from: &From| match from {
        From::Kept(row) => kept.get(*row as usize).copied().flatten(),
        From::Read(row) => read.get(*row as usize).copied().flatten(),
    };
    rows.iter().map(value).collect()
}

/// Two lists of words as one, in order, without those that no row has any more.
fn words_of(kept: &Column, read: &Column, rows: &[From]) -> Data {
    let codes: Vec<(bool, u32)> = rows
        .iter()
        .map(|from| match from {
            From::Kept(row) => (true, kept.code(*row)),
            From::Read(row) => (false, read.code(*row)),
        })
        .collect();
    let used = |column: &Column, ours: bool| {
        let mut used = vec![false; column.entries().count()];
        for (_, code) in codes.iter().filter(|(k, _)| *k == ours) {
            if let Some(slot) = used.get_mut(*code as usize) {
                *slot = true;
            }
        }
        used
    };
    let of = |column: &Column, ours: bool| {
        let all = (0u32..).zip(column.entries()).zip(used(column, ours));
        all.filter(|(_, used)| *used)
            .map(|((code, (word, id)), _)| (word.clone(), id, ours, code))
            .collect::<Vec<_>>()
    };
    let mut all = of(kept, true);
    all.extend(of(read, false));
    order::sort(&mut all);
    let mut place = [vec![MISSING; kept.entries().count()], vec![MISSING; read.entries().count()]];
    let (mut words, mut ids): (Vec<Text>, Vec<RowId>) = (Vec::new(), Vec::new());
    for (word, id, ours, code) in all {
        if words.last() != Some(&word) || ids.last() != Some(&id) {
            words.push(word);
            ids.push(id);
        }
        let new = u32::try_from(words.len() - 1).unwrap_or(MISSING);
        if let Some(slot) = place.get_mut(usize::from(!ours)).and_then(|p| p.get_mut(code as usize)) {
            *slot = new;
        }
    }
    let [of_kept, of_read] = &place;
    let codes = codes
        .into_iter()
        .map(|(ours, code)| {
            let place = if ours { of_kept } else { of_read };
            place.get(code as usize).copied().unwrap_or(MISSING)
        })
        .collect();
    if ids.iter().all(|id| *id == NOBODY) {
        ids.clear();
    }
    Data::Words { codes, words, ids }
}

fn mark(rows: &[u32], hits: &mut [bool], fits: impl Fn(u32) -> bool) {
    for (row, hit) in rows.iter().zip(hits) {
        *hit = *hit || fits(*row);
    }
}

fn ranks_of<T: Ord + Copy>(values: &[Option<T>]) -> Vec<u32> {
    let mut order: Vec<(T, usize)> =
        values.iter().enumerate().filter_map(|(n, v)| v.map(|v| (v, n))).collect();
    order::sort(&mut order);
    let mut ranks = vec![MISSING; values.len()];
    let (mut rank, mut last) = (0u32, None);
    for (value, row) in order {
        if last.is_some_and(|l| l != value) {
            rank += 1;
        }
        last = Some(value);
        if let Some(slot) = ranks.get_mut(row) {
            *slot = rank;
        }
    }
    ranks
}
