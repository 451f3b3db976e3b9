//! A page that stays packed until somebody looks.
//!
//! Duty: a page's bytes, checked once against their checksum; identities and marks are read where they lie, records are
//! made of the rest when they are asked for. Inputs: bytes from the medium, or as they were just encoded. Outputs: what
//! `ledger` asks of [`Packed`] records. Neighbours: `page` knows the layout; `session` puts pages into the state.

use std::cell::RefCell;

use super::bytes::In;
use super::page::{DISPUTED, MARK, TWINS, VERSION, get_records, get_values, places};
use super::{Unreadable, brief, unframe};
use crate::ledger::{Brief, Columns, Packed, Record, Words};
use crate::value::{RowId, Text, Value};

/// The records of a page.
#[derive(Clone)]
pub(crate) struct Page {
    bytes: Vec<u8>,
    /// Where the runs of identities begin, and how many there are.
    from: usize,
    runs: usize,
    rows: usize,
    /// What some record has.
    marks: u8,
    brief: Brief,
    /// Where the tables begin.
    rest: usize,
    checksum: u32,
    words: Words,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "page of {} rows in {} bytes", self.rows, self.bytes.len())
    }
}

/// Bytes of a run of identities: where it begins, and its first.
const RUN: usize = 20;
/// No page has more records: their places are kept in sixteen bits.
const MOST: usize = 1 << 16;

/// Where a run begins, and its first identity.
fn run(bytes: &[u8; RUN]) -> (usize, RowId) {
    let [a, b, c, d, id @ ..] = *bytes;
    (u32::from_le_bytes([a, b, c, d]) as usize, RowId::from_bits(u128::from_le_bytes(id)))
}

impl Page {
    /// The page in `bytes`, once their checksum fits. `words` are the ledger's words that repeat.
    pub(crate) fn new(bytes: Vec<u8>, words: &Words) -> Result<Self, Unreadable> {
        let (body, checksum) = unframe(MARK, VERSION, &bytes)?;
        let mut input = In::bare(body);
        let (rows, runs) = (input.len()?, input.len()?);
        let from = bytes.len() - input.left();
        input.skip(runs.checked_mul(RUN).ok_or(Unreadable::Malformed("count out of range"))?)?;
        let marks = input.byte()?;
        let brief = brief::get(&mut input, &mut |word: &Text| words.share(word))?;
        let rest = bytes.len() - input.left();
        let page = Self { from, runs, rows, marks, brief, rest, checksum, words: words.clone(), bytes };
        // Every record has an identity: the first run begins at the first, and none behind the last.
        let starts = page.runs().iter().map(|r| run(r).0);
        let fits = starts.clone().next() == (rows > 0).then_some(0)
            && starts.clone().is_sorted_by(|a, b| a < b)
            && starts.clone().all(|start| start < rows);
        if fits && rows <= MOST { Ok(page) } else { Err(Unreadable::Malformed("identities out of order")) }
    }

    /// How many records.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    fn runs(&self) -> &[[u8; RUN]] {
        self.bytes.get(self.from..self.from + self.runs * RUN).unwrap_or_default().as_chunks().0
    }

    fn ids(&self) -> Vec<RowId> {
        let mut ids: Vec<RowId> = Vec::with_capacity(self.rows);
        let ends = self.runs().iter().skip(1).map(|r| run(r).0).chain([self.rows]);
        for ((start, first), end) in self.runs().iter().map(run).zip(ends) {
            ids.extend(std::iter::successors(Some(first), |id| Some(id.next())).take(end - start));
        }
        ids
    }

    /// What follows the identities, the marks and the brief.
    fn input(&self) -> Result<In<'_>, Unreadable> {
        In::new(self.bytes.get(self.rest..).unwrap_or_default())
    }

    /// All records.
    pub(crate) fn records(&self) -> Result<Vec<Record>, Unreadable> {
        get_records(&mut self.input()?, self.ids().into_iter(), &mut |word: &Text| self.words.share(word))
    }
}

impl Packed for Page {
    fn len(&self) -> usize {
        self.rows
    }

    fn id(&self, at: usize) -> Option<RowId> {
        let runs = self.runs();
        let next = runs.partition_point(|r| run(r).0 <= at);
        let (start, first) = run(runs.get(next.checked_sub(1)?)?);
        (at < self.rows).then(|| RowId::from_bits(first.bits().wrapping_add((at - start) as u128)))
    }

    fn has_twins(&self) -> bool {
        self.marks & TWINS != 0
    }

    fn may_be_disputed(&self) -> bool {
        self.marks & DISPUTED != 0
    }

    fn brief(&self) -> &Brief {
        &self.brief
    }

    fn checksum(&self) -> u32 {
        self.checksum
    }

    fn names(&self, wanted: &dyn Fn(RowId) -> bool) -> Result<bool, String> {
        let input = self.input().map_err(|e| e.to_string())?;
        Ok(input.rows().iter().any(|row| wanted(*row)))
    }

    fn unpack(&self) -> Result<Vec<Record>, String> {
        self.records().map_err(|e| e.to_string())
    }

    fn columns(&self) -> Result<Box<dyn Columns + '_>, String> {
        Ok(Box::new(InColumns::of(self).map_err(|e| e.to_string())?))
    }
}

/// A page that is read field by field.
struct InColumns<'a> {
    rows: usize,
    words: &'a Words,
    /// By place.
    kinds: Vec<Text>,
    live: Vec<bool>,
    /// By place; empty where nobody has any.
    stages: Vec<Option<Text>>,
    /// Every column: its field, the bytes that say who has it, and where its values begin behind `values`.
    directory: Vec<(Text, &'a [u8], usize)>,
    values: &'a [u8],
    input: RefCell<In<'a>>,
}

impl std::fmt::Debug for InColumns<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} columns of {} rows", self.directory.len(), self.rows)
    }
}

impl<'a> InColumns<'a> {
    fn of(page: &'a Page) -> Result<Self, Unreadable> {
        let (mut input, rows, words) = (page.input()?, page.rows, &page.words);
        let share = &mut |word: &Text| words.share(word);
        let mut kinds: Vec<Text> = Vec::with_capacity(rows.min(1 << 16));
        input.runs(rows, |i| i.shared(share), |kind, run| kinds.extend(run.map(|_| kind.clone())))?;
        let mut live = vec![false; rows];
        input.presence(rows, |at| live.get_mut(at).into_iter().for_each(|slot| *slot = true))?;
        for at in places(&mut input, rows)? {
            let gone = input.byte()? != 0;
            input.stamp()?;
            live.get_mut(at as usize).filter(|_| gone).into_iter().for_each(|slot| *slot = false);
        }
        let there = places(&mut input, rows)?;
        let mut stages = if there.is_empty() { Vec::new() } else { vec![None; rows] };
        for at in there {
            let stage = input.shared(share)?;
            input.stamp()?;
            stages.get_mut(at as usize).into_iter().for_each(|slot| *slot = Some(stage.clone()));
        }
        let (mut directory, mut from) = (Vec::new(), 0usize);
        for _ in 0..input.len()? {
            let (field, presence) = (input.shared(share)?, input.rest());
            input.presence(rows, |_| {})?;
            directory.push((field, presence, from));
            from = from.checked_add(input.len()?).ok_or(Unreadable::Malformed("count out of range"))?;
        }
        Ok(Self {
            rows,
            words,
            kinds,
            live,
            stages,
            directory,
            values: input.rest(),
            input: RefCell::new(input),
        })
    }

    fn column(&self, field: &str) -> Result<Vec<Option<Value>>, Unreadable> {
        let Some((_, presence, from)) = self.directory.iter().find(|(f, ..)| **f == *field) else {
            return Ok(Vec::new());
        };
        let mut input = self.input.borrow_mut();
        input.go_to(presence);
        let there = places(&mut input, self.rows)?;
        input.go_to(self.values.get(*from..).unwrap_or_default());
        let mut values = vec![None; self.rows];
        get_values(&mut input, &there, &mut |word: &Text| self.words.share(word), &mut |at, value| {
            if let Some(slot) = values.get_mut(at as usize) {
                *slot = Some(value);
            }
        })?;
        Ok(values)
    }
}

impl Columns for InColumns<'_> {
    fn kind(&self, at: usize) -> Option<&Text> {
        self.kinds.get(at)
    }

    fn is_live(&self, at: usize) -> bool {
        self.live.get(at).copied().unwrap_or(false)
    }

    fn stage(&self, at: usize) -> Option<&Text> {
        self.stages.get(at)?.as_ref()
    }

    fn read(&self, field: &str) -> Result<Vec<Option<Value>>, String> {
        self.column(field).map_err(|e| e.to_string())
    }
}
