//! A table as people look at it: filtered, sorted, with sums at its foot.
//!
//! Input: a [`Table`], a [`Filter`] and sort keys. Output: row indices; equal rows stand in the order of their
//! identities, so that the same question always gives the same answer.

use rust_decimal::Decimal;

use super::column::dimension::STATE;
use super::error::QueryError;
use super::filter::Filter;
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

/// The rows that fulfil the filter, sorted.
pub fn run(table: &Table<'_>, query: &Query) -> Result<Vec<u32>, QueryError> {
    let mut rows = query.filter.rows(table)?;
    sort(table, &mut rows, &query.sort)?;
    Ok(rows)
}

/// Sorts row indices; equal ones keep the order of identities.
pub fn sort(table: &Table<'_>, rows: &mut [u32], keys: &[SortKey]) -> Result<(), QueryError> {
    let columns = keys
        .iter()
        .map(|k| Ok((table.column(&k.key)?, (k.key == STATE).then(|| stages(table)).transpose()?)))
        .collect::<Result<Vec<_>, QueryError>>()?;
    let ranked = |row: u32| -> Vec<u32> {
        columns
            .iter()
            .zip(keys)
            .map(|((column, stages), key)| {
                let rank = column.ranks().get(row as usize).copied().unwrap_or(u32::MAX);
                let rank =
                    stages.as_ref().map_or(rank, |s| s.get(rank as usize).copied().unwrap_or(u32::MAX));
                match rank {
                    u32::MAX => u32::MAX,
                    rank if key.descending => u32::MAX - 1 - rank,
                    rank => rank,
                }
            })
            .collect()
    };
    match (columns.as_slice(), keys) {
        ([], _) => rows.sort_unstable(),
        ([_], _) => {
            let mut keyed: Vec<(u32, u32)> =
                rows.iter().map(|r| (ranked(*r).first().copied().unwrap_or_default(), *r)).collect();
            keyed.sort_unstable();
            rows.iter_mut().zip(keyed).for_each(|(slot, (_, row))| *slot = row);
        }
        _ => {
            let mut keyed: Vec<(Vec<u32>, u32)> = rows.iter().map(|r| (ranked(*r), *r)).collect();
            keyed.sort_unstable();
            rows.iter_mut().zip(keyed).for_each(|(slot, (_, row))| *slot = row);
        }
    }
    Ok(())
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
    let time = filter.time(table.kind())?;
    let mut feet = Vec::new();
    for key in keys {
        let aggregate = table.kind().field(key).map_or(Aggregate::None, |f| f.aggregate);
        if !matches!(aggregate, Aggregate::Flow | Aggregate::Stock) {
            let left = LeftOut::default();
            feet.push(Footer { key: key.clone(), word: None, value: None, rows: 0, left });
            continue;
        }
        let (parts, mut left) = law::parts(table, &rows, key, &time)?;
        let parts = law::settle(table, parts, aggregate);
        left.merge(&base);
        for (word, parts) in by_word(table, key, parts)? {
            let value = law::total(parts.iter().map(|p| p.value));
            feet.push(Footer { key: key.clone(), word, value, rows: parts.len(), left: left.clone() });
        }
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
        let listed = |o: &Options| o.listed.iter().position(|o| word.as_deref() == Some(&*o.word));
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
