//! Whether a compound file (.xls, .et) is all there.
//!
//! Duty: follows the chains of sectors that a workbook is read from. The library that reads it ends the worker where a
//! chain leads out of the file, and a stream that is cut would lose its last rows. Inputs: bytes. Output: yes or no.

/// Sector numbers from here on are marks: free, end of chain, table.
const MARKS: u32 = 0xFFFF_FFFA;
/// Bytes of an entry of the directory.
const ENTRY: usize = 128;
/// Streams below this size lie in the small sectors of the root entry's stream.
const SMALL: usize = 4096;
/// Entries of the table of tables that stand in the header.
const HEADED: std::ops::Range<usize> = 76..512;

struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// Which sector comes after each.
    next: Vec<u32>,
}

/// Whether the directory and the workbook's stream lie in the file as a whole.
pub(super) fn whole(bytes: &[u8]) -> bool {
    read(bytes).is_some()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0))
}

fn read(bytes: &[u8]) -> Option<()> {
    let sector = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut file = Compound { bytes, sector, next: Vec::new() };
    file.next = file.table()?;
    let directory = file.chain(u32_at(bytes, 48)?, None)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(ENTRY).collect();
    let root = entries.first()?;
    let small = file.small(root)?;
    let named = |e: &&&[u8]| ["Workbook", "Book"].iter().any(|name| is_named(e, name));
    for entry in entries.iter().filter(named) {
        let (start, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        if size < SMALL {
            (size <= small).then_some(())?;
        } else {
            file.chain(start, Some(size))?;
        }
    }
    Some(())
}

/// Names are told apart by no letter's size.
fn is_named(entry: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    entry.get(..wide.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(&wide))
}

impl<'a> Compound<'a> {
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
        let most = self.bytes.len() / self.sector;
        for _ in 0..=most {
            if more >= MARKS {
                break;
            }
            tables.extend(numbers(self.full(more)?));
            more = tables.pop()?;
        }
        let mut next = Vec::new();
        for n in tables.into_iter().filter(|n| *n < MARKS) {
            next.extend(numbers(self.full(n)?));
        }
        Some(next)
    }

    /// The bytes of a chain; of its last sector only what `size` needs has to be there.
    fn chain(&self, start: u32, size: Option<usize>) -> Option<Vec<u8>> {
        let mut found = Vec::new();
        let mut n = start;
        // A chain that never ends is none.
        for _ in 0..=self.next.len() {
            if n >= MARKS || size.is_some_and(|size| found.len() >= size) {
                return size.is_none_or(|size| found.len() >= size).then_some(found);
            }
            let left = size.map_or(self.sector, |size| (size - found.len()).min(self.sector));
            found.extend_from_slice(self.sector(n).filter(|s| s.len() >= left)?);
            n = *self.next.get(n as usize)?;
        }
        None
    }

    /// How many bytes the small sectors have.
    fn small(&self, root: &[u8]) -> Option<usize> {
        if u32_at(self.bytes, 64)? == 0 {
            return Some(0);
        }
        let size = u32_at(root, 120)? as usize;
        self.chain(u32_at(root, 116)?, Some(size))?;
        self.chain(u32_at(self.bytes, 60)?, None)?;
        Some(size)
    }
}
