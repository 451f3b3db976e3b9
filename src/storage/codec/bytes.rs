//! Varints, words and other small things, written to and read from bytes.

use std::collections::HashMap;

use super::Unreadable;
use crate::ledger::{BatchId, DeviceId, Stamp};
use crate::value::{RowId, Text};

/// A body being written: the tables of what repeats, and the rest.
#[derive(Default)]
pub(super) struct Out {
    pub(super) body: Vec<u8>,
    words: Numbered<Text>,
    rows: Numbered<RowId>,
    devices: Numbered<DeviceId>,
    batches: Numbered<BatchId>,
    last: Last,
}

/// Things that repeat, in order of first use.
struct Numbered<T> {
    order: Vec<T>,
    index: HashMap<T, u64>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { order: Vec::new(), index: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbered<T> {
    fn at(&mut self, item: &T) -> u64 {
        if let Some(at) = self.index.get(item) {
            return *at;
        }
        let at = self.order.len() as u64;
        self.order.push(item.clone());
        self.index.insert(item.clone(), at);
        at
    }
}

/// The stamp before, from which the next differs little.
#[derive(Default, Clone, Copy)]
struct Last {
    millis: u64,
    counter: u32,
}

impl Out {
    pub(super) fn byte(&mut self, b: u8) {
        self.body.push(b);
    }

    pub(super) fn uint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.body.push((n as u8) | 0x80);
            n >>= 7;
        }
        self.body.push(n as u8);
    }

    pub(super) fn len(&mut self, n: usize) {
        self.uint(n as u64);
    }

    pub(super) fn int(&mut self, n: i64) {
        self.uint(((n << 1) ^ (n >> 63)) as u64);
    }

    pub(super) fn wide(&mut self, mut n: u128) {
        while n >= 0x80 {
            self.body.push((n as u8) | 0x80);
            n >>= 7;
        }
        self.body.push(n as u8);
    }

    pub(super) fn row_raw(&mut self, id: RowId) {
        self.body.extend_from_slice(&id.bits().to_le_bytes());
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.body.extend_from_slice(bytes);
    }

    /// A word by itself, where there are no tables.
    pub(super) fn text(&mut self, text: &str) {
        self.len(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn word(&mut self, word: &Text) {
        let at = self.words.at(word);
        self.uint(at);
    }

    pub(super) fn row(&mut self, id: RowId) {
        let at = self.rows.at(&id);
        self.uint(at);
    }

    pub(super) fn device(&mut self, id: DeviceId) {
        let at = self.devices.at(&id);
        self.uint(at);
    }

    pub(super) fn batch(&mut self, id: BatchId) {
        let at = self.batches.at(&id);
        self.uint(at);
    }

    pub(super) fn stamp(&mut self, stamp: Stamp) {
        self.int(stamp.millis.wrapping_sub(self.last.millis) as i64);
        self.int(i64::from(stamp.counter) - i64::from(self.last.counter));
        self.device(stamp.device);
        self.last = Last { millis: stamp.millis, counter: stamp.counter };
    }

    /// Which of a sequence are there, as alternating run lengths beginning with "there".
    pub(super) fn presence(&mut self, there: impl Iterator<Item = bool>) {
        let (mut now, mut run) = (true, 0u64);
        for t in there {
            if t != now {
                self.uint(run);
                (now, run) = (t, 0);
            }
            run += 1;
        }
        self.uint(run);
    }

    /// Values that stay the same for a while: each with the length of its run.
    pub(super) fn runs<T: PartialEq + Copy>(
        &mut self,
        items: impl Iterator<Item = T>,
        put: fn(&mut Self, T),
    ) {
        let mut before: Option<(T, u64)> = None;
        for item in items {
            before = match before {
                Some((b, n)) if b == item => Some((b, n + 1)),
                Some((b, n)) => {
                    put(self, b);
                    self.uint(n);
                    Some((item, 1))
                }
                None => Some((item, 1)),
            };
        }
        if let Some((b, n)) = before {
            put(self, b);
            self.uint(n);
        }
    }

    /// The tables, then the rest.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut head = Self::default();
        head.len(self.words.order.len());
        self.words.order.iter().for_each(|word| head.text(word));
        head.len(self.rows.order.len());
        self.rows.order.iter().for_each(|id| head.row_raw(*id));
        // Batches name devices, so their table comes last and may still add to the devices' table.
        let mut batches = Self { devices: self.devices, ..Self::default() };
        batches.len(self.batches.order.len());
        for id in &self.batches.order {
            batches.device(id.device);
            batches.uint(id.seq);
        }
        head.len(batches.devices.order.len());
        batches.devices.order.iter().for_each(|d| head.raw(&d.0.to_le_bytes()));
        head.raw(&batches.body);
        head.raw(&self.body);
        head.body
    }
}

/// A body being read.
pub(super) struct In<'a> {
    rest: &'a [u8],
    words: Vec<&'a str>,
    /// The page's copy of a word, once it was asked for.
    own: Vec<Option<Text>>,
    /// The ledger's copy of a word, once it was asked for.
    shared: Vec<Option<Text>>,
    rows: Vec<RowId>,
    devices: Vec<DeviceId>,
    batches: Vec<BatchId>,
    last: Last,
}

const CUT: Unreadable = Unreadable::Malformed("ends too early");
const TABLE: Unreadable = Unreadable::Malformed("refers to nothing");

impl<'a> In<'a> {
    /// Without tables.
    pub(super) fn bare(body: &'a [u8]) -> Self {
        Self {
            rest: body,
            words: Vec::new(),
            own: Vec::new(),
            shared: Vec::new(),
            rows: Vec::new(),
            devices: Vec::new(),
            batches: Vec::new(),
            last: Last::default(),
        }
    }

    /// Reads the tables.
    pub(super) fn new(body: &'a [u8]) -> Result<Self, Unreadable> {
        let mut new = Self::bare(body);
        for _ in 0..new.len()? {
            let text = new.str()?;
            new.words.push(text);
        }
        new.own = vec![None; new.words.len()];
        new.shared = vec![None; new.words.len()];
        for _ in 0..new.len()? {
            let id = new.row_raw()?;
            new.rows.push(id);
        }
        for _ in 0..new.len()? {
            let id = DeviceId(u64::from_le_bytes(new.chunk()?));
            new.devices.push(id);
        }
        for _ in 0..new.len()? {
            let id = BatchId { device: new.device()?, seq: new.uint()? };
            new.batches.push(id);
        }
        Ok(new)
    }

    /// What is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Goes on with these bytes, with the same tables.
    pub(super) const fn go_to(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.rest.split_first().ok_or(CUT)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn uint(&mut self) -> Result<u64, Unreadable> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let (mut n, mut shift) = (u64::from(first & 0x7f), 7);
        loop {
            let b = self.byte()?;
            if shift > 63 {
                return Err(Unreadable::Malformed("number too long"));
            }
            n |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Ok(n);
            }
            shift += 7;
        }
    }

    /// A count. It is never taken as an amount of memory to ask for: what is counted must first be read.
    pub(super) fn len(&mut self) -> Result<usize, Unreadable> {
        usize::try_from(self.uint()?).map_err(|_| Unreadable::Malformed("count out of range"))
    }

    pub(super) fn int(&mut self) -> Result<i64, Unreadable> {
        let n = self.uint()?;
        Ok(((n >> 1) as i64) ^ -((n & 1) as i64))
    }

    pub(super) fn wide(&mut self) -> Result<u128, Unreadable> {
        let (mut n, mut shift) = (0u128, 0);
        loop {
            let b = self.byte()?;
            if shift > 127 {
                return Err(Unreadable::Malformed("number too long"));
            }
            n |= u128::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Ok(n);
            }
            shift += 7;
        }
    }

    fn raw(&mut self, n: usize) -> Result<&'a [u8], Unreadable> {
        let (first, rest) = self.rest.split_at_checked(n).ok_or(CUT)?;
        self.rest = rest;
        Ok(first)
    }

    pub(super) fn str(&mut self) -> Result<&'a str, Unreadable> {
        let n = self.len()?;
        std::str::from_utf8(self.raw(n)?).map_err(|_| Unreadable::Malformed("not text"))
    }

    /// A word by itself, where there are no tables.
    pub(super) fn text(&mut self) -> Result<Text, Unreadable> {
        self.str().map(Text::from)
    }

    pub(super) fn chunk<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let (first, rest) = self.rest.split_first_chunk::<N>().ok_or(CUT)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn row_raw(&mut self) -> Result<RowId, Unreadable> {
        Ok(RowId::from_bits(u128::from_le_bytes(self.chunk()?)))
    }

    /// A word that is a value: one copy serves the page.
    pub(super) fn word(&mut self) -> Result<Text, Unreadable> {
        let at = self.len()?;
        let slot = self.own.get_mut(at).ok_or(TABLE)?;
        if let Some(word) = slot {
            return Ok(word.clone());
        }
        let word = Text::from(*self.words.get(at).ok_or(TABLE)?);
        *slot = Some(word.clone());
        Ok(word)
    }

    /// A word that repeats over all pages (field keys, kinds, choices): one copy serves the ledger.
    pub(super) fn shared(&mut self, share: &mut impl FnMut(&Text) -> Text) -> Result<Text, Unreadable> {
        let at = self.len()?;
        let slot = self.shared.get_mut(at).ok_or(TABLE)?;
        if let Some(word) = slot {
            return Ok(word.clone());
        }
        let word = share(&Text::from(*self.words.get(at).ok_or(TABLE)?));
        *slot = Some(word.clone());
        Ok(word)
    }

    /// The rows that are referred to.
    pub(super) fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// Goes over some bytes.
    pub(super) fn skip(&mut self, n: usize) -> Result<(), Unreadable> {
        self.raw(n).map(|_| ())
    }

    pub(super) fn row(&mut self) -> Result<RowId, Unreadable> {
        let at = self.len()?;
        self.rows.get(at).copied().ok_or(TABLE)
    }

    pub(super) fn device(&mut self) -> Result<DeviceId, Unreadable> {
        let at = self.len()?;
        self.devices.get(at).copied().ok_or(TABLE)
    }

    pub(super) fn batch(&mut self) -> Result<BatchId, Unreadable> {
        let at = self.len()?;
        self.batches.get(at).copied().ok_or(TABLE)
    }

    pub(super) fn stamp(&mut self) -> Result<Stamp, Unreadable> {
        let millis = self.last.millis.wrapping_add(self.int()? as u64);
        let counter = i64::from(self.last.counter)
            .checked_add(self.int()?)
            .and_then(|c| u32::try_from(c).ok())
            .ok_or(Unreadable::Malformed("stamp out of range"))?;
        let device = self.device()?;
        self.last = Last { millis, counter };
        Ok(Stamp { millis, counter, device })
    }

    /// Calls `each` with the place of everything that is there, of `n`.
    pub(super) fn presence(&mut self, n: usize, mut each: impl FnMut(usize)) -> Result<(), Unreadable> {
        let (mut at, mut now) = (0usize, true);
        loop {
            let run = self.len()?;
            let end = at.checked_add(run).filter(|e| *e <= n).ok_or(Unreadable::Malformed("run too long"))?;
            if now {
                (at..end).for_each(&mut each);
            }
            (at, now) = (end, !now);
            if at == n {
                return Ok(());
            }
        }
    }

    /// Reads runs for `n` places and calls `each` with the item and the places of its run.
    pub(super) fn runs<T>(
        &mut self,
        n: usize,
        mut get: impl FnMut(&mut Self) -> Result<T, Unreadable>,
        mut each: impl FnMut(&T, std::ops::Range<usize>),
    ) -> Result<(), Unreadable> {
        let mut at = 0usize;
        while at < n {
            let item = get(self)?;
            let run = self.len()?;
            let end = at
                .checked_add(run)
                .filter(|e| run > 0 && *e <= n)
                .ok_or(Unreadable::Malformed("run too long"))?;
            each(&item, at..end);
            at = end;
        }
        Ok(())
    }

    /// Whether everything was read.
    pub(super) fn end(&self) -> Result<(), Unreadable> {
        if self.rest.is_empty() { Ok(()) } else { Err(Unreadable::Malformed("something is left over")) }
    }
}
