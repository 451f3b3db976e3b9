//! A table as people look at it: filtered, sorted, with sums at its foot.
//!
//! Input: a [`Table`], a [`Filter`] and sort keys. Output: row indices; equal rows stand in the order of their
//! identities, so that the same question always gives the same answer. What was found stays known as long as the
//! columns that it was found from stay themselves ([`Answers`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::column::Column;
use super::column::dimension::STATE;
use super::error::QueryError;
use super::filter::{Filter, Time};
use super::frame::Table;
use super::law::{self, LeftOut, Part};
use crate::register::{Aggregate, Options};
use crate::value::Text;
use crate::value::order;

/// One sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Field key or dimension.
    pub key: String,
    /// From the largest to the smallest; missing values come last either way.
    pub descending: bool,
}

/// Which rows in which order.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Which.
    pub filter: Filter,
    /// In which order; the first key counts most.
    pub sort: Vec<SortKey>,
}

/// A sum at the foot of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Footer {
    /// Field key.
    pub key: String,
    /// Where the field's kind keeps sums apart: of which word this is the sum (收入).
    pub word: Option<Text>,
    /// The sum under the law of adding up; none where the field does not add up or has no value.
    pub value: Option<Decimal>,
    /// How many rows stand behind it.
    pub rows: usize,
    /// What was left out or counts otherwise than written.
    pub left: LeftOut,
}

/// Answers that a table has given: the last order of its rows, and the last sums of each field.
#[derive(Debug, Default)]
pub(super) struct Answers {
    order: Option<Ordered>,
    feet: BTreeMap<String, Feet>,
}

#[derive(Debug)]
struct Ordered {
    keys: Vec<SortKey>,
    from: Vec<Arc<Column>>,
    rows: Arc<Vec<u32>>,
}

/// What was added up, over which rows and times, from which columns.
#[derive(Debug)]
struct Feet {
    rows: Arc<Vec<u32>>,
    base: Arc<LeftOut>,
    time: Arc<Time>,
    from: Vec<Arc<Column>>,
    feet: Vec<Footer>,
}

fn same(a: &[Arc<Column>], b: &[Arc<Column>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}

/// The rows that fulfil the filter, sorted.
pub fn run(table: &Table<'_>, query: &Query) -> Result<Vec<u32>, QueryError> {
    let mut rows = query.filter.rows(table)?;
    sort(table, &mut rows, &query.sort)?;
    Ok(rows)
}

/// Sorts row indices; equal ones keep the order of identities.
pub fn sort(table: &Table<'_>, rows: &mut Vec<u32>, keys: &[SortKey]) -> Result<(), QueryError> {
    if keys.is_empty() {
        rows.sort_unstable();
        return Ok(());
    }
    let all = in_order(table, keys)?;
    if rows.len() == all.len() {
        rows.clone_from(&all);
        return Ok(());
    }
    let mut wanted = vec![false; all.len()];
    for row in &*rows {
        if let Some(slot) = wanted.get_mut(*row as usize) {
            *slot = true;
        }
    }
    *rows = all.iter().copied().filter(|r| wanted.get(*r as usize).copied().unwrap_or_default()).collect();
    Ok(())
}

/// Every row in the order of `keys`.
fn in_order(table: &Table<'_>, keys: &[SortKey]) -> Result<Arc<Vec<u32>>, QueryError> {
    let from = keys.iter().map(|k| table.column(&k.key)).collect::<Result<Vec<_>, _>>()?;
    if let Some(known) = &table.answers().order
        && known.keys == keys
        && same(&known.from, &from)
    {
        return Ok(Arc::clone(&known.rows));
    }
    let ranks = from
        .iter()
        .zip(keys)
        .map(|(column, key)| ranks(table, column, key))
        .collect::<Result<Vec<_>, _>>()?;
    let rank =
        |row: u32, key: usize| ranks.get(key).and_then(|r| r.get(row as usize)).copied().unwrap_or(u32::MAX);
    let mut rows = table.all_rows();
    if keys.len() <= 2 {
        // Nearly every order has two keys at most: as one number, they are compared at once.
        let both =
            |r: u32| u64::from(rank(r, 0)) << 32 | if keys.len() > 1 { u64::from(rank(r, 1)) } else { 0 };
        let mut keyed: Vec<(u64, u32)> = rows.iter().map(|r| (both(*r), *r)).collect();
        keyed.sort_unstable();
        rows.iter_mut().zip(keyed).for_each(|(slot, (_, row))| *slot = row);
    } else {
        let all = |r: u32| (0..keys.len()).map(|k| rank(r, k)).collect::<Vec<u32>>();
        let mut keyed: Vec<(Vec<u32>, u32)> = rows.iter().map(|r| (all(*r), *r)).collect();
        order::sort(&mut keyed);
        rows.iter_mut().zip(keyed).for_each(|(slot, (_, row))| *slot = row);
    }
    let rows = Arc::new(rows);
    table.answers().order = Some(Ordered { keys: keys.to_vec(), from, rows: Arc::clone(&rows) });
    Ok(rows)
}

/// The place of every row's value under one key.
fn ranks(table: &Table<'_>, column: &Column, key: &SortKey) -> Result<Vec<u32>, QueryError> {
    let stages = (key.key == STATE).then(|| stages(table)).transpose()?;
    let rank = |rank: &u32| {
        let place = |s: &Vec<u32>| s.get(*rank as usize).copied().unwrap_or(u32::MAX);
        match stages.as_ref().map_or(*rank, place) {
            u32::MAX => u32::MAX,
            rank if key.descending => u32::MAX - 1 - rank,
            rank => rank,
        }
    };
    Ok(column.ranks().iter().map(rank).collect())
}

/// States stand in the order in which a record goes through them: code of the word → its place. Words that the
/// workflow does not know come last.
fn stages(table: &Table<'_>) -> Result<Vec<u32>, QueryError> {
    let column = table.column(STATE)?;
    let flow = table.kind().workflow.as_ref();
    let place = |word: &str| {
        let at = flow.and_then(|w| w.stages.iter().position(|s| s.word == word))?;
        u32::try_from(at).ok()
    };
    let words = (0..).map_while(|code| column.word(code));
    Ok(words.map(|w| place(w).unwrap_or(u32::MAX - 1)).collect())
}

/// Sums of the numeric columns over the rows of `filter`, under the law of adding up. A field that its kind
/// keeps apart has one sum a word, in the order in which the words are declared.
pub fn footer(table: &Table<'_>, filter: &Filter, keys: &[String]) -> Result<Vec<Footer>, QueryError> {
    let (rows, base) = law::counting(table, filter.select(table)?, filter, false)?;
    let (rows, base, time) = (Arc::new(rows), Arc::new(base), Arc::new(filter.time(table.kind())?));
    let mut feet = Vec::new();
    for key in keys {
        let aggregate = table.kind().field(key).map_or(Aggregate::None, |f| f.aggregate);
        if !matches!(aggregate, Aggregate::Flow | Aggregate::Stock) {
            let left = LeftOut::default();
            feet.push(Footer { key: key.clone(), word: None, value: None, rows: 0, left });
            continue;
        }
        let from = law::columns(table, key);
        let known = |f: &&Feet| same(&f.from, &from) && f.rows == rows && f.base == base && f.time == time;
        if let Some(known) = table.answers().feet.get(key).filter(known) {
            feet.extend(known.feet.iter().cloned());
            continue;
        }
        let (parts, mut left) = law::parts(table, &rows, key, &time)?;
        let parts = law::settle(table, parts, aggregate);
        left.merge(&base);
        let mut found = Vec::new();
        for (word, parts) in by_word(table, key, parts)? {
            let value = law::total(parts.iter().map(|p| p.value));
            found.push(Footer { key: key.clone(), word, value, rows: parts.len(), left: left.clone() });
        }
        feet.extend(found.iter().cloned());
        let answer = Feet {
            rows: Arc::clone(&rows),
            base: Arc::clone(&base),
            time: Arc::clone(&time),
            from,
            feet: found,
        };
        table.answers().feet.insert(key.clone(), answer);
    }
    Ok(feet)
}

/// What may be added, with the word that it stands under.
type Apart = (Option<Text>, Vec<Part>);

/// The parts as they may be added: all together, or those of each word.
fn by_word(table: &Table<'_>, key: &str, parts: Vec<Part>) -> Result<Vec<Apart>, QueryError> {
    let Some(words) = law::apart(table, key)?.filter(|_| !parts.is_empty()) else {
        return Ok(vec![(None, parts)]);
    };
    let options = table.kind().law.apart.and_then(|(_, by)| table.kind().field(by)?.options());
    let rank = |word: &Option<Text>| {
        let listed = |o: &Options| o.words().position(|o| word.as_deref() == Some(o.word));
        options.and_then(listed).unwrap_or(usize::MAX)
    };
    let mut sums: Vec<Apart> = Vec::new();
    for part in parts {
        let word = words.text(part.row);
        match sums.iter_mut().find(|(w, _)| *w == word) {
            Some((_, there)) => there.push(part),
            None => sums.push((word, vec![part])),
        }
    }
    order::sort_by_key(&mut sums, |(word, _)| rank(word));
    Ok(sums)
}
