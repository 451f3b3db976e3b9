//! One column of a table: typed, dictionary-encoded, with what sorting and search need.
//!
//! Input: the values of one field, row by row. Output: [`Column`]. Missing is none, never zero.

use std::collections::HashMap;
use std::sync::OnceLock;

use rust_decimal::Decimal;

use super::spelling;
use crate::register::FieldKind;
use crate::value::order;
use crate::value::{Date, DateTime, Period, RowId, Text, Value};

/// The code of a missing word.
pub const MISSING: u32 = u32::MAX;

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

/// Collects one column.
pub(super) struct Builder {
    key: Text,
    kind: Collect,
    worded: Vec<u32>,
    forecast: Vec<u32>,
}

enum Collect {
    Words {
        codes: Vec<u32>,
        words: Vec<(Text, RowId)>,
        by_word: HashMap<Text, u32>,
        by_id: HashMap<RowId, u32>,
    },
    Numbers(Vec<Option<Decimal>>),
    Periods(Vec<Option<Period>>),
    Days(Vec<Option<Date>>),
    Moments(Vec<Option<DateTime>>),
}

/// Stands for "no record" beside plain words.
const NOBODY: RowId = RowId::from_bits(0);

impl Builder {
    pub(super) fn new(key: &str, kind: &FieldKind, rows: usize) -> Self {
        let collect = match kind {
            FieldKind::Int
            | FieldKind::Decimal(_)
            | FieldKind::Money
            | FieldKind::Percent
            | FieldKind::Quantity => Collect::Numbers(Vec::with_capacity(rows)),
            FieldKind::Period(_) => Collect::Periods(Vec::with_capacity(rows)),
            FieldKind::Date => Collect::Days(Vec::with_capacity(rows)),
            FieldKind::DateTime => Collect::Moments(Vec::with_capacity(rows)),
            _ => return Self::words(key, rows),
        };
        Self { key: Text::from(key), kind: collect, worded: Vec::new(), forecast: Vec::new() }
    }

    pub(super) fn words(key: &str, rows: usize) -> Self {
        let kind = Collect::Words {
            codes: Vec::with_capacity(rows),
            words: Vec::new(),
            by_word: HashMap::new(),
            by_id: HashMap::new(),
        };
        Self { key: Text::from(key), kind, worded: Vec::new(), forecast: Vec::new() }
    }

    /// The next row's value. `name` finds the name of a record that is referred to.
    pub(super) fn push(&mut self, row: u32, value: Option<&Value>, name: &dyn Fn(RowId) -> Text) {
        if let Some(quantity) = value.and_then(Value::as_quantity) {
            self.worded.push(row);
            if quantity.forecast {
                self.forecast.push(row);
            }
        }
        match &mut self.kind {
            Collect::Numbers(all) => all.push(value.and_then(Value::as_decimal)),
            Collect::Periods(all) => all.push(value.and_then(Value::as_period)),
            Collect::Days(all) => all.push(value.and_then(Value::as_date)),
            Collect::Moments(all) => all.push(match value {
                Some(Value::DateTime(at)) => Some(*at),
                _ => None,
            }),
            Collect::Words { .. } => match value {
                None => self.push_word(None),
                Some(Value::Ref(id)) => self.push_record(*id, || name(*id)),
                Some(other) => self.push_word(plain(other, name).map(|w| (w, NOBODY))),
            },
        }
    }

    /// The next row's record; its name is asked for once.
    pub(super) fn push_record(&mut self, id: RowId, name: impl FnOnce() -> Text) {
        let Collect::Words { codes, words, by_id, .. } = &mut self.kind else { return };
        let code = *by_id.entry(id).or_insert_with(|| {
            words.push((name(), id));
            u32::try_from(words.len() - 1).unwrap_or(MISSING)
        });
        codes.push(code);
    }

    /// The next row's word, with the record that it stands for.
    pub(super) fn push_word(&mut self, word: Option<(Text, RowId)>) {
        if let Some((name, id)) = word.clone().filter(|(_, id)| *id != NOBODY) {
            return self.push_record(id, || name);
        }
        let Collect::Words { codes, words, by_word, .. } = &mut self.kind else { return };
        let Some((word, _)) = word else { return codes.push(MISSING) };
        let code = match by_word.get(&word) {
            Some(code) => *code,
            None => {
                let code = u32::try_from(words.len()).unwrap_or(MISSING);
                by_word.insert(word.clone(), code);
                words.push((word, NOBODY));
                code
            }
        };
        codes.push(code);
    }

    /// Words put in order.
    pub(super) fn finish(self) -> Column {
        let data = match self.kind {
            Collect::Numbers(all) => Data::Numbers(all),
            Collect::Periods(all) => Data::Periods(all),
            Collect::Days(all) => Data::Days(all),
            Collect::Moments(all) => Data::Moments(all),
            Collect::Words { codes, words, .. } => in_order(codes, words),
        };
        let (worded, forecast) = (self.worded, self.forecast);
        Column { key: self.key, data, worded, forecast, ranks: OnceLock::new() }
    }
}

fn in_order(codes: Vec<u32>, words: Vec<(Text, RowId)>) -> Data {
    let mut order: Vec<usize> = (0..words.len()).collect();
    order::sort_by(&mut order, |a, b| words.get(*a).cmp(&words.get(*b)));
    let mut place = vec![MISSING; words.len()];
    for (rank, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = u32::try_from(rank).unwrap_or(MISSING);
        }
    }
    let codes = codes.into_iter().map(|c| place.get(c as usize).copied().unwrap_or(MISSING)).collect();
    let sorted: Vec<(Text, RowId)> = order.iter().filter_map(|old| words.get(*old).cloned()).collect();
    let refers = sorted.iter().any(|(_, id)| *id != NOBODY);
    let ids = if refers { sorted.iter().map(|(_, id)| *id).collect() } else { Vec::new() };
    Data::Words { codes, words: sorted.into_iter().map(|(w, _)| w).collect(), ids }
}

/// A value as plain text: yes and no as 是 and 否, lists joined with 、.
fn plain(value: &Value, name: &dyn Fn(RowId) -> Text) -> Option<Text> {
    let joined = |parts: Vec<Text>| (!parts.is_empty()).then(|| Text::from(parts.join("、")));
    match value {
        Value::Text(t) | Value::Choice(t) => Some(t.clone()),
        Value::Bool(b) => Some(Text::from(if *b { "是" } else { "否" })),
        Value::Many(all) => joined(all.clone()),
        Value::Ref(id) => Some(name(*id)),
        Value::Refs(ids) => joined(ids.iter().map(|id| name(*id)).collect()),
        Value::Files(files) => joined(files.iter().map(|f| f.name.clone()).collect()),
        Value::Rows(rows) => joined(
            rows.iter()
                .map(|r| {
                    let cells: Vec<Text> = r.0.iter().filter_map(|(_, v)| plain(v, name)).collect();
                    Text::from(cells.join(" "))
                })
                .collect(),
        ),
        Value::Int(n) => Some(Text::from(n.to_string())),
        Value::Decimal(d) => Some(Text::from(d.normalize().to_string())),
        Value::Money(m) => Some(Text::from(m.to_string())),
        Value::Quantity(q) => Some(q.text.clone()),
        Value::Date(d) => Some(Text::from(d.to_string())),
        Value::DateTime(d) => Some(Text::from(d.to_string())),
        Value::Period(p) => Some(Text::from(p.to_string())),
    }
}

/// A value as plain text, for search and for exact files; none when there is nothing to say.
pub fn plain_text(value: &Value, name: &dyn Fn(RowId) -> Text) -> Option<Text> {
    plain(value, name)
}

impl Column {
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

fn mark(rows: &[u32], hits: &mut [bool], fits: impl Fn(u32) -> bool) {
    for (row, hit) in rows.iter().zip(hits) {
        *hit = *hit || fits(*row);
    }
}

fn ranks_of<T: Ord + Copy>(values: &[Option<T>]) -> Vec<u32> {
    let mut order: Vec<(T, usize)> =
        values.iter().enumerate().filter_map(|(n, v)| v.map(|v| (v, n))).collect();
    order.sort_unstable();
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
