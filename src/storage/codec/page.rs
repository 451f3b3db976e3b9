//! Records of one register in columns.
//!
//! ```text
//! tables of words, references, devices and batches (see `bytes`)
//! rows                     count, then 16 bytes of identity each
//! kind                     runs of words
//! created                  presence, then stamps (each the difference to the one before)
//! origin                   presence, then batch, table and row (difference to the row before)
//! state                    presence, then word and stamp
//! removal                  presence, then gone or not and stamp
//! stamps of changed cells  presence, then for each record: count, then word and stamp
//! rivals and joins         presence, then what few records have (see `more`)
//! columns                  count, then for each: word and presence; then for each: runs of one kind and their values
//! ```

use super::bytes::{In, Out};
use super::{Unreadable, cell, more};
use crate::ledger::{Origin, Record, Stamp};
use crate::value::{Text, Value};

const MARK: [u8; 3] = *b"XCP";
const VERSION: u8 = 3;

/// The page of `records`.
pub fn encode_page<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<u8> {
    let records: Vec<&Record> = records.into_iter().collect();
    let mut out = Out::default();
    out.len(records.len());
    records.iter().for_each(|r| out.row_raw(r.id));
    out.runs(records.iter().map(|r| &r.kind), Out::word);
    column(&mut out, &records, |r| r.created, |out, _, stamp| out.stamp(*stamp));
    let mut last = 0u32;
    column(
        &mut out,
        &records,
        |r| r.origin,
        |out, _, (batch, origin)| {
            out.batch(*batch);
            out.uint(u64::from(origin.table));
            out.int(i64::from(origin.row) - i64::from(last));
            last = origin.row;
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
        &mut out,
        &records,
        |r| r.more.is_some().then_some(()),
        |out, record, ()| {
            record.more.iter().for_each(|more| more::put(out, more));
        },
    );
    put_cells(&mut out, &records);
    super::frame(MARK, VERSION, &out.finish())
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
    out.len(columns.len());
    for (key, column) in &columns {
        out.word(key);
        out.presence(column.iter().map(Option::is_some));
    }
    for (_, column) in &columns {
        let values: Vec<&Value> = column.iter().flatten().copied().collect();
        for run in values.chunk_by(|a, b| cell::kind(a) == cell::kind(b)) {
            out.byte(run.first().map_or(0, |v| cell::kind(v)));
            out.len(run.len());
            run.iter().for_each(|v| cell::put(out, v));
        }
    }
}

/// The records of a page and its checksum. `share` gives the ledger's one copy of a word that repeats.
pub fn decode_page(
    bytes: &[u8],
    mut share: impl FnMut(&Text) -> Text,
) -> Result<(Vec<Record>, u32), Unreadable> {
    let (body, sum) = super::unframe(MARK, VERSION, bytes)?;
    let mut input = In::new(body)?;
    let records = get_records(&mut input, &mut share)?;
    input.end()?;
    Ok((records, sum))
}

/// Presence of every column, as the places that are there.
fn places(input: &mut In<'_>, n: usize) -> Result<Vec<u32>, Unreadable> {
    let mut at = Vec::new();
    input.presence(n, |i| at.push(i as u32))?;
    Ok(at)
}

fn each(
    input: &mut In<'_>,
    records: &mut [Record],
    mut get: impl FnMut(&mut In<'_>, &mut Record) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    for at in places(input, records.len())? {
        if let Some(record) = records.get_mut(at as usize) {
            get(input, record)?;
        }
    }
    Ok(())
}

fn get_records(input: &mut In<'_>, share: &mut impl FnMut(&Text) -> Text) -> Result<Vec<Record>, Unreadable> {
    let n = input.len()?;
    let nothing = share(&Text::from(""));
    let mut records = Vec::with_capacity(n.min(1 << 16));
    for _ in 0..n {
        records.push(Record {
            id: input.row_raw()?,
            kind: nothing.clone(),
            created: None,
            cells: Vec::new(),
            stamps: Vec::new(),
            stage: None,
            gone: None,
            origin: None,
            more: None,
            away: false,
        });
    }
    input.runs(
        n,
        |i| i.shared(share),
        |kind, run| {
            for record in records.get_mut(run).unwrap_or_default() {
                record.kind = kind.clone();
            }
        },
    )?;
    each(input, &mut records, |i, r| {
        r.created = Some(i.stamp()?);
        Ok(())
    })?;
    let mut last = 0u32;
    each(input, &mut records, |i, r| {
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
    each(input, &mut records, |i, r| {
        r.stage = Some((i.shared(share)?, i.stamp()?));
        Ok(())
    })?;
    each(input, &mut records, |i, r| {
        r.gone = Some((i.byte()? != 0, i.stamp()?));
        Ok(())
    })?;
    each(input, &mut records, |i, r| {
        let n = i.len()?;
        let mut stamps: Vec<(Text, Stamp)> = Vec::with_capacity(n.min(256));
        for _ in 0..n {
            stamps.push((i.shared(share)?, i.stamp()?));
        }
        r.stamps = stamps;
        Ok(())
    })?;
    each(input, &mut records, |i, r| {
        r.more = Some(Box::new(more::get(i, share)?));
        Ok(())
    })?;
    get_cells(input, &mut records, share)?;
    Ok(records)
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
        columns.push((key, there));
    }
    for (record, count) in records.iter_mut().zip(counts) {
        record.cells = Vec::with_capacity(count as usize);
    }
    for (key, there) in columns {
        let mut rest = there.as_slice();
        while !rest.is_empty() {
            let (kind, run) = (input.byte()?, input.len()?);
            let (now, later) = rest
                .split_at_checked(run)
                .filter(|_| run > 0)
                .ok_or(Unreadable::Malformed("run too long"))?;
            for at in now {
                let value = cell::get(input, kind, share)?;
                if let Some(record) = records.get_mut(*at as usize) {
                    record.cells.push((key.clone(), value));
                }
            }
            rest = later;
        }
    }
    Ok(())
}
