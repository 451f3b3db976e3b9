//! A page that stays packed until somebody looks.
//!
//! Duty: a page's bytes, checked once against their checksum; identities and marks are read where they lie, records are
//! made of the rest when they are asked for. Inputs: bytes from the medium, or as they were just encoded. Outputs: what
//! `ledger` asks of [`Packed`] records. Neighbours: `page` knows the layout; `session` puts pages into the state.

use super::bytes::In;
use super::page::{DISPUTED, MARK, TWINS, VERSION, get_records};
use super::{Unreadable, unframe};
use crate::ledger::{Packed, Record, Words};
use crate::value::{RowId, Text};

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
}
