//! What is known about the pages: which differ from the state, which are encoded and wait to be written.
//!
//! Duty: pages are a cache of the log, written in small steps. Inputs: batches as they are applied. Outputs: the
//! manifest and pages for one write. Neighbours: [`super`] writes them, `load` reads them back.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::ledger::{Batch, BatchHead, BatchId, Brief, Digest, Packed as _, Record, State, Words};
use crate::storage::codec::{
    self, HEADS, Manifest, Page, PageMark, ROWS, encode_heads, encode_manifest, encode_page,
};
use crate::storage::port::{PageRecord, Write};
use crate::value::Text;

/// Where the manifest and the list of batches lie among the pages.
pub(super) const MANIFEST: &str = "#manifest";
pub(super) const BATCHES: &str = "#batches";

pub(super) type PageKey = (Text, u32);

/// What is known about the pages.
#[derive(Default)]
pub(super) struct Cache {
    /// As it is on the medium.
    pub(super) manifest: Manifest,
    /// Pages that differ from the state.
    pub(super) dirty: BTreeSet<PageKey>,
    /// Pages encoded from the state as it is now, not yet written.
    pub(super) prepared: BTreeMap<PageKey, Prepared>,
    /// All pages are to be removed before the next ones are written.
    pub(super) start_over: bool,
    /// Batches whose record cannot be read.
    pub(super) damaged: BTreeSet<BatchId>,
}

/// A page that waits to be written.
pub(super) struct Prepared {
    mark: PageMark,
    bytes: Vec<u8>,
    /// The same as what the state may open again, where it is one of records.
    page: Option<Rc<Page>>,
}

impl Prepared {
    fn of_heads(heads: &[BatchHead]) -> Self {
        Self::marked(encode_heads(heads), heads.len())
    }

    /// The page of these records. It is read back before anybody relies on it: once it is on the medium, records are
    /// made of it only when somebody looks, and then it is too late to make it again from the log.
    fn of_records(records: &[Record], words: &Words) -> Self {
        let mut new = Self::marked(encode_page(records), records.len());
        let page = Page::new(new.bytes.clone(), words).ok();
        let reads = |page: &Page| {
            let back = page.records();
            back.is_ok_and(|back| back.len() == records.len() && *page.brief() == Brief::of(&back))
        };
        match page.filter(reads) {
            Some(page) => new.page = Some(Rc::new(page)),
            // A fault of the program: whoever opens this finds that it is not the page that was meant, says so, and
            // makes it from the log.
            None => new.mark.checksum = !new.mark.checksum,
        }
        new
    }

    fn marked(bytes: Vec<u8>, rows: usize) -> Self {
        let checksum = codec::checksum(&bytes).unwrap_or_default();
        let mark = PageMark { checksum, rows: u32::try_from(rows).unwrap_or(u32::MAX) };
        Self { mark, bytes, page: None }
    }
}

/// Pages that are on their way to the medium.
pub(super) struct Leaving {
    pub(super) write: Write,
    /// The manifest as it will be then.
    pub(super) manifest: Manifest,
    /// What the state may open again once they are there.
    pub(super) pages: BTreeMap<PageKey, Option<Rc<Page>>>,
}

impl Cache {
    /// Applies a batch and notes which pages it changes.
    pub(super) fn apply(&mut self, state: &mut State, batch: &Batch, digest: Digest) {
        if !state.apply(batch, digest) {
            return;
        }
        let mut last: Option<PageKey> = None;
        for operation in &batch.operations {
            let sheet = state.sheet(&operation.register);
            let Some(at) = sheet.and_then(|s| s.place_of(operation.row)) else { continue };
            let page = u32::try_from(at / ROWS).unwrap_or(u32::MAX);
            // Operations that follow each other nearly always touch the same page.
            if last.as_ref().is_some_and(|(r, p)| *p == page && *r == operation.register) {
                continue;
            }
            let key = (operation.register.clone(), page);
            self.touch(key.clone());
            last = Some(key);
        }
        for (register, at) in std::mem::take(&mut state.stirred) {
            self.touch((register, u32::try_from(at / ROWS).unwrap_or(u32::MAX)));
        }
        let page = state.batches.len().saturating_sub(1) / HEADS;
        self.touch((Text::from(BATCHES), u32::try_from(page).unwrap_or(u32::MAX)));
    }

    pub(super) fn touch(&mut self, key: PageKey) {
        self.prepared.remove(&key);
        self.dirty.insert(key);
    }

    /// Encodes up to `n` dirty pages.
    pub(super) fn prepare(&mut self, state: &State, n: usize) {
        for _ in 0..n {
            let Some(key) = self.dirty.pop_first() else { return };
            let (register, page) = (&key.0, key.1 as usize);
            let prepared = if &**register == BATCHES {
                Prepared::of_heads(state.batches.chunks(HEADS).nth(page).unwrap_or_default())
            } else {
                let records = state.sheet(register).map(|s| s.leaf(page)).unwrap_or_default();
                Prepared::of_records(records, &state.words)
            };
            self.prepared.insert(key, prepared);
        }
    }

    /// The write of everything prepared.
    pub(super) fn take_prepared(&mut self, state: &State) -> Leaving {
        let drop_pages = std::mem::take(&mut self.start_over);
        let mut manifest = if drop_pages { Manifest::default() } else { self.manifest.clone() };
        manifest.devices = state.devices().clone();
        let mut write = Write { drop_pages, ..Write::relaxed() };
        let mut pages = BTreeMap::new();
        for (key, Prepared { mark, bytes, page }) in std::mem::take(&mut self.prepared) {
            write.pages.push(PageRecord { register: key.0.to_string(), page: key.1, bytes });
            manifest.pages.insert(key.clone(), mark);
            pages.insert(key, page);
        }
        let bytes = encode_manifest(&manifest);
        write.pages.push(PageRecord { register: MANIFEST.to_owned(), page: 0, bytes });
        Leaving { write, manifest, pages }
    }

    /// The pages are on the medium: the records of those that have not changed since need not be kept open.
    pub(super) fn arrived(&self, state: &mut State, pages: BTreeMap<PageKey, Option<Rc<Page>>>) {
        for (key, page) in pages {
            let same = !self.dirty.contains(&key) && !self.prepared.contains_key(&key);
            if let Some((sheet, page)) = state.sheets.get_mut(&key.0).zip(page).filter(|_| same) {
                sheet.settle(key.1 as usize, page);
            }
        }
    }
}
