//! A page that stays packed until somebody looks.
//!
//! Duty: a page's bytes, checked once against their checksum; identities and marks are read where they lie, records are
//! made of the rest when they are asked for. Inputs: bytes from the medium, or as they were just encoded. Outputs: what
//! `ledger` asks of [`Packed`] records. Neighbours: `page` knows the layout; `session` puts pages into the state.

use std::cell::RefCell;

use super::bytes::In;
use super::page::{DISPUTED, MARK, TWINS, VERSION, get_records, get_values, places};
use super::{Unreadable, unframe};
use crate::ledger::{Columns, Packed, Record, Words};
use crate::value::{RowId, Text, Value};

/// The records of a page.
#[derive(Clone)]
pub(crate) struct Page {
    bytes: Vec<u8>,
    /// Where the identities begin.
    from: usize,
    rows: usize,
    /// What some record has.
    marks: u8,
    words: Words,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "page of {} rows in {} bytes", self.rows, self.bytes.len())
    }
}

/// Bytes of an identity.
const ID: usize = 16;

impl Page {
    /// The page in `bytes`, once their checksum fits. `words` are the ledger's words that repeat.
    pub(crate) fn new(bytes: Vec<u8>, words: &Words) -> Result<Self, Unreadable> {
        let (body, _) = unframe(MARK, VERSION, &bytes)?;
        let mut input = In::bare(body);
        let rows = input.len()?;
        let from = bytes.len() - input.left();
        input.skip(rows.checked_mul(ID).ok_or(Unreadable::Malformed("count out of range"))?)?;
        let marks = input.byte()?;
        Ok(Self { from, rows, marks, words: words.clone(), bytes })
    }

    /// How many records.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    fn ids(&self) -> impl ExactSizeIterator<Item = RowId> {
        let bytes = self.bytes.get(self.from..self.from + self.rows * ID).unwrap_or_default();
        bytes.as_chunks::<ID>().0.iter().map(|id| RowId::from_bits(u128::from_le_bytes(*id)))
    }

    /// What follows the identities and the marks.
    fn input(&self) -> Result<In<'_>, Unreadable> {
        In::new(self.bytes.get(self.from + self.rows * ID + 1..).unwrap_or_default())
    }

    /// All records.
    pub(crate) fn records(&self) -> Result<Vec<Record>, Unreadable> {
        get_records(&mut self.input()?, self.ids(), &mut |word: &Text| self.words.share(word))
    }
}

impl Packed for Page {
    fn len(&self) -> usize {
        self.rows
    }

    fn id(&self, at: usize) -> Option<RowId> {
        let from = self.from.checked_add(at.checked_mul(ID)?)?;
        let bytes = self.bytes.get(from..from + ID).filter(|_| at < self.rows)?;
        Some(RowId::from_bits(u128::from_le_bytes(bytes.try_into().ok()?)))
    }

    fn has_twins(&self) -> bool {
        self.marks & TWINS != 0
    }

    fn may_be_disputed(&self) -> bool {
        self.marks & DISPUTED != 0
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
