//! Compound files (.xls, .et and what else is kept in them): streams by their names.
//!
//! Duty: follows the chains of sectors; a chain that leads out of the file, or never ends, is none, and no list is
//! longer than the file has sectors. Inputs: bytes. Outputs: names and streams. Neighbours: `ole` asks for the workbook.

use super::bytes::Bytes;

/// Sector numbers from here on are marks: free, end of chain, table.
const MARKS: u32 = 0xFFFF_FFFA;
/// Bytes of an entry of the directory.
const ENTRY: usize = 128;
/// Streams below this size lie in the small sectors of the root entry's stream.
const SMALL: usize = 4096;
/// Bytes of a small sector.
const SMALL_SECTOR: usize = 64;
/// Entries of the table of tables that stand in the header.
const HEADED: std::ops::Range<usize> = 76..512;
/// What an entry is.
const STREAM: u8 = 2;

/// A compound file whose directory was read.
#[derive(Debug)]
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// Which sector comes after each.
    next: Vec<u32>,
    /// The same for small sectors, and their bytes.
    small_next: Vec<u32>,
    small: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: usize,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Bytes(bytes.get(at..)?).u16()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Bytes(bytes.get(at..)?).u32()
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| Bytes(four).u32())
}

impl Entry {
    fn of(bytes: &[u8]) -> Option<Self> {
        let length = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(62);
        Some(Self {
            name: super::bytes::wide(bytes.get(..length)?),
            kind: *bytes.get(66)?,
            start: u32_at(bytes, 116)?,
            size: u32_at(bytes, 120)? as usize,
        })
    }
}

impl<'a> Compound<'a> {
    /// Reads the directory; none where it is not all there.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self {
            bytes,
            sector,
            next: Vec::new(),
            small_next: Vec::new(),
            small: Vec::new(),
            entries: Vec::new(),
        };
        file.next = file.table()?;
        let directory = file.chain(u32_at(bytes, 48)?, None)?;
        file.entries = directory.chunks_exact(ENTRY).filter_map(Entry::of).collect();
        let root = file.entries.first()?;
        if u32_at(bytes, 64)? > 0 {
            let small = file.chain(root.start, Some(root.size))?;
            let table = file.chain(u32_at(bytes, 60)?, None)?;
            file.small = small;
            file.small_next = numbers(&table).collect();
        }
        Some(file)
    }

    /// Whether there is an entry of this name; names are told apart by no letter's size.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|e| e.name.eq_ignore_ascii_case(name))
    }

    /// The stream of this name: none where there is none, nothing inside where it is not all there.
    pub(super) fn stream(&self, name: &str) -> Option<Option<Vec<u8>>> {
        let named = |e: &&Entry| e.kind == STREAM && e.name.eq_ignore_ascii_case(name);
        let entry = self.entries.iter().find(named)?;
        Some(if entry.size < SMALL {
            follow(&self.small_next, entry.start, Some(entry.size), SMALL_SECTOR, &|n| {
                let start = (n as usize).checked_mul(SMALL_SECTOR)?;
                let end = start.checked_add(SMALL_SECTOR)?.min(self.small.len());
                self.small.get(start..end)
            })
        } else {
            self.chain(entry.start, Some(entry.size))
        })
    }

    /// A sector, or of the last one as much as the file has.
    fn sector(&self, n: u32) -> Option<&'a [u8]> {
        let start = (n as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|found| !found.is_empty())
    }

    fn full(&self, n: u32) -> Option<&'a [u8]> {
        self.sector(n).filter(|found| found.len() == self.sector)
    }

    fn table(&self) -> Option<Vec<u32>> {
        let mut tables: Vec<u32> = numbers(self.bytes.get(HEADED)?).collect();
        let mut more = u32_at(self.bytes, 68)?;
        // Every table is a sector of the file, and no sector is two tables.
        let most = self.bytes.len() / self.sector;
        for _ in 0..=most {
            if more >= MARKS {
                break;
            }
            tables.extend(numbers(self.full(more)?));
            more = tables.pop()?;
            if tables.len() > most.saturating_mul(2).max(HEADED.len()) {
                return None;
            }
        }
        tables.retain(|n| *n < MARKS);
        if tables.len() > most {
            return None;
        }
        let mut next = Vec::new();
        for n in tables {
            next.extend(numbers(self.full(n)?));
        }
        Some(next)
    }

    /// The bytes of a chain; of its last sector only what `size` needs has to be there.
    fn chain(&self, start: u32, size: Option<usize>) -> Option<Vec<u8>> {
        follow(&self.next, start, size, self.sector, &|n| self.sector(n))
    }
}

/// Puts a chain of sectors together. It cannot be longer than what it lies in.
fn follow<'s>(
    next: &[u32],
    start: u32,
    size: Option<usize>,
    sector: usize,
    at: &dyn Fn(u32) -> Option<&'s [u8]>,
) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    let mut seen = vec![false; next.len()];
    let mut n = start;
    loop {
        let whole = size.is_some_and(|size| found.len() >= size);
        if n >= MARKS || whole {
            return (size.is_none() || whole).then_some(found);
        }
        // A chain that comes back to where it was never ends.
        let here = seen.get_mut(n as usize)?;
        if std::mem::replace(here, true) {
            return None;
        }
        let left = size.map_or(sector, |size| (size - found.len()).min(sector));
        let bytes = at(n).filter(|bytes| bytes.len() >= left)?;
        found.extend_from_slice(bytes.get(..left)?);
        n = *next.get(n as usize)?;
    }
}
