//! Records of one register in columns: writing them, and reading them back.
//!
//! ```text
//! rows                     count; identities that follow each other as one: how many such runs, then for each the place
//!                          of its first record in four bytes and that record's identity in sixteen
//! marks                    one byte: what some record has
//! brief                    kinds of live records: word, how many, states, fields with periods: word, their years
//! tables of words, references, devices and batches (see `bytes`)
//! kind                     runs of words
//! created                  presence
//! removal                  presence, then gone or not and stamp
//! state                    presence, then word and stamp
//! columns                  count, then for each: word, presence and length of its values in bytes; then for each: runs
//!                          of one kind and their values
//! creation                 a stamp for each that was created (each the difference to the one before)
//! origin                   presence, then batch, table and row (difference to the row before)
//! stamps of changed cells  presence, then for each record: count, then word and stamp
//! rivals and joins         presence, then what few records have (see `more`)
//! ```
//!
//! What is asked of many records at once comes first, so that it is read without the rest (see `packed`).

use super::bytes::{In, Out};
use super::{Unreadable, brief, cell, more};
use crate::ledger::{Brief, Origin, Record, Stamp};
use crate::value::{RowId, Text, Value};

pub(super) const MARK: [u8; 3] = *b"XCP";
pub(super) const VERSION: u8 = 5;

/// Somebody has said of one of the records that it is another one, or that it is not.
pub(super) const TWINS: u8 = 1;
/// One of the records may be undecided.
pub(super) const DISPUTED: u8 = 2;

/// The page of `records`.
pub fn encode_page<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<u8> {
    let records: Vec<&Record> = records.into_iter().collect();
    let mut rows = Out::default();
    put_ids(&mut rows, &records);
    rows.byte(marks(&records));
    brief::put(&mut rows, &Brief::of(records.iter().copied()));
    let mut out = Out::default();
    out.runs(records.iter().map(|r| &r.kind), Out::word);
    out.presence(records.iter().map(|r| r.created.is_some()));
    column(
        &mut out,
        &records,
        |r| r.gone,
        |out, _, (gone, stamp)| {
            out.byte(u8::from(*gone));
            out.stamp(*stamp);
        },
    );
    column(
        &mut out,
        &records,
        |r| r.stage.clone(),
        |out, _, (word, stamp)| {
            out.word(word);
            out.stamp(*stamp);
        },
    );
    put_cells(&mut out, &records);
    records.iter().filter_map(|r| r.created).for_each(|stamp| out.stamp(stamp));
    put_rest(&mut out, &records);
    super::frame(MARK, VERSION, &[rows.body, out.finish()].concat())
}

/// An import draws the identities of its rows one after the other: they take next to nothing.
fn put_ids(out: &mut Out, records: &[&Record]) {
    let follows = |n: usize, id: RowId| {
        let before = n.checked_sub(1).and_then(|n| records.get(n));
        before.is_some_and(|before| before.id.next() == id)
    };
    let firsts = || records.iter().enumerate().filter(|(n, r)| !follows(*n, r.id));
    out.len(records.len());
    out.len(firsts().count());
    for (n, record) in firsts() {
        out.raw(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
        out.row_raw(record.id);
    }
}

fn marks(records: &[&Record]) -> u8 {
    let twins = records.iter().any(|r| r.more.as_ref().is_some_and(|m| !m.twins.is_empty()));
    let disputed = records.iter().any(|r| r.may_be_disputed());
    (if twins { TWINS } else { 0 }) | (if disputed { DISPUTED } else { 0 })
}

fn put_rest(out: &mut Out, records: &[&Record]) {
    let mut last = 0u32;
    column(
        out,
        records,
        |r| r.origin,
        |out, _, (batch, origin)| {
            out.batch(*batch);
            out.uint(u64::from(origin.table));
            out.int(i64::from(origin.row) - i64::from(last));
            last = origin.row;
        },
    );
    column(
        out,
        records,
        |r| (!r.stamps.is_empty()).then_some(()),
        |out, record, ()| {
            out.len(record.stamps.len());
            for (word, stamp) in &record.stamps {
                out.word(word);
                out.stamp(*stamp);
            }
        },
    );
    column(
        out,
        records,
        |r| r.more.is_some().then_some(()),
        |out, record, ()| {
            record.more.iter().for_each(|more| more::put(out, more));
        },
    );
}

/// Who has it, then what each has.
fn column<T>(
    out: &mut Out,
    records: &[&Record],
    get: impl Fn(&Record) -> Option<T>,
    mut put: impl FnMut(&mut Out, &Record, &T),
) {
    out.presence(records.iter().map(|r| get(r).is_some()));
    for record in records {
        if let Some(item) = get(record) {
            put(out, record, &item);
        }
    }
}

fn put_cells(out: &mut Out, records: &[&Record]) {
    let mut keys: Vec<&Text> = Vec::new();
    for (key, _) in records.iter().flat_map(|r| &r.cells) {
        if let Err(at) = keys.binary_search(&key) {
            keys.insert(at, key);
        }
    }
    // Cells of a record are sorted by key, so one walk over all records with a place in each gives a column
    // without searching.
    let mut places = vec![0usize; records.len()];
    let columns: Vec<(&Text, Vec<Option<&Value>>)> = keys
        .into_iter()
        .map(|key| {
            let column = records
                .iter()
                .zip(&mut places)
                .map(|(record, place)| {
                    let (k, value) = record.cells.get(*place)?;
                    (k == key).then(|| {
                        *place += 1;
                        value
                    })
                })
                .collect();
            (key, column)
        })
        .collect();
    // The values are made first: their lengths stand before them.
    let values: Vec<Vec<u8>> = columns.iter().map(|(_, column)| put_values(out, column)).collect();
    out.len(columns.len());
    for ((key, column), values) in columns.iter().zip(&values) {
        out.word(key);
        out.presence(column.iter().map(Option::is_some));
        out.len(values.len());
    }
    values.iter().for_each(|values| out.raw(values));
}

/// The values of a column, as bytes of their own that share the page's tables.
fn put_values(out: &mut Out, column: &[Option<&Value>]) -> Vec<u8> {
    let before = std::mem::take(&mut out.body);
    let values: Vec<&Value> = column.iter().flatten().copied().collect();
    for run in values.chunk_by(|a, b| cell::kind(a) == cell::kind(b)) {
        out.byte(run.first().map_or(0, |v| cell::kind(v)));
        out.len(run.len());
        run.iter().for_each(|v| cell::put(out, v));
    }
    std::mem::replace(&mut out.body, before)
}

/// Presence of every column, as the places that are there.
pub(super) fn places(input: &mut In<'_>, n: usize) -> Result<Vec<u32>, Unreadable> {
    let mut at = Vec::new();
    input.presence(n, |i| at.push(i as u32))?;
    Ok(at)
}

fn each(
    input: &mut In<'_>,
    records: &mut [Record],
    there: Vec<u32>,
    mut get: impl FnMut(&mut In<'_>, &mut Record) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    for at in there {
        if let Some(record) = records.get_mut(at as usize) {
            get(input, record)?;
        }
    }
    Ok(())
}

/// A column with its presence before it.
fn with_presence(
    input: &mut In<'_>,
    records: &mut [Record],
    get: impl FnMut(&mut In<'_>, &mut Record) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let there = places(input, records.len())?;
    each(input, records, there, get)
}

/// The records with these identities, from everything that follows the tables. `share` gives the ledger's one copy of a
/// word that repeats.
pub(super) fn get_records(
    input: &mut In<'_>,
    ids: impl ExactSizeIterator<Item = RowId>,
    share: &mut impl FnMut(&Text) -> Text,
) -> Result<Vec<Record>, Unreadable> {
    let n = ids.len();
    let nothing = share(&Text::from(""));
    let mut records: Vec<Record> = ids.map(|id| Record::unborn(id, nothing.clone())).collect();
    input.runs(
        n,
        |i| i.shared(share),
        |kind, run| {
            for record in records.get_mut(run).unwrap_or_default() {
                record.kind = kind.clone();
            }
        },
    )?;
    let born = places(input, n)?;
    with_presence(input, &mut records, |i, r| {
        r.gone = Some((i.byte()? != 0, i.stamp()?));
        Ok(())
    })?;
    with_presence(input, &mut records, |i, r| {
        r.stage = Some((i.shared(share)?, i.stamp()?));
        Ok(())
    })?;
    get_cells(input, &mut records, share)?;
    each(input, &mut records, born, |i, r| {
        r.created = Some(i.stamp()?);
        Ok(())
    })?;
    get_rest(input, &mut records, share)?;
    input.end()?;
    Ok(records)
}

fn get_rest(
    input: &mut In<'_>,
    records: &mut [Record],
    share: &mut impl FnMut(&Text) -> Text,
) -> Result<(), Unreadable> {
    let mut last = 0u32;
    with_presence(input, records, |i, r| {
        let batch = i.batch()?;
        let table = u32::try_from(i.uint()?).map_err(|_| Unreadable::Malformed("table out of range"))?;
        let row = i64::from(last)
            .checked_add(i.int()?)
            .and_then(|row| u32::try_from(row).ok())
            .ok_or(Unreadable::Malformed("row out of range"))?;
        last = row;
        r.origin = Some((batch, Origin { table, row }));
        Ok(())
    })?;
    with_presence(input, records, |i, r| {
        let n = i.len()?;
        let mut stamps: Vec<(Text, Stamp)> = Vec::with_capacity(n.min(256));
        for _ in 0..n {
            stamps.push((i.shared(share)?, i.stamp()?));
        }
        r.stamps = stamps;
        Ok(())
    })?;
    with_presence(input, records, |i, r| {
        r.more = Some(Box::new(more::get(i, share)?));
        Ok(())
    })
}

fn get_cells(
    input: &mut In<'_>,
    records: &mut [Record],
    share: &mut impl FnMut(&Text) -> Text,
) -> Result<(), Unreadable> {
    let mut columns = Vec::new();
    let mut counts = vec![0u32; records.len()];
    for _ in 0..input.len()? {
        let key = input.shared(share)?;
        let there = places(input, records.len())?;
        for at in &there {
            if let Some(count) = counts.get_mut(*at as usize) {
                *count += 1;
            }
        }
        columns.push((key, there, input.len()?));
    }
    for (record, count) in records.iter_mut().zip(counts) {
        record.cells = Vec::with_capacity(count as usize);
    }
    for (key, there, length) in columns {
        let before = input.left();
        let mut take = |at: u32, value: Value| {
            if let Some(record) = records.get_mut(at as usize) {
                record.cells.push((key.clone(), value));
            }
        };
        get_values(input, &there, share, &mut take)?;
        if before - input.left() != length {
            return Err(Unreadable::Malformed("a column is not as long as it says"));
        }
    }
    Ok(())
}

/// The values of one column, for the places that have one.
pub(super) fn get_values(
    input: &mut In<'_>,
    there: &[u32],
    share: &mut impl FnMut(&Text) -> Text,
    take: &mut impl FnMut(u32, Value),
) -> Result<(), Unreadable> {
    let mut rest = there;
    while !rest.is_empty() {
        let (kind, run) = (input.byte()?, input.len()?);
        let (now, later) =
            rest.split_at_checked(run).filter(|_| run > 0).ok_or(Unreadable::Malformed("run too long"))?;
        for at in now {
            take(*at, cell::get(input, kind, share)?);
        }
        rest = later;
    }
    Ok(())
}
