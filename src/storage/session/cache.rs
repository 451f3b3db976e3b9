//! What is known about the pages: which differ from the state, which are encoded and wait to be written.
//!
//! Duty: pages are a cache of the log, written in small steps. Inputs: batches as they are applied. Outputs: the
//! manifest and pages for one write. Neighbours: [`super`] writes them, `load` reads them back.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::{Batch, BatchId, Digest, Leaf, State};
use crate::storage::codec::{
    self, HEADS, Manifest, PageMark, ROWS, encode_heads, encode_manifest, encode_page,
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
    pub(super) prepared: BTreeMap<PageKey, (PageMark, Vec<u8>)>,
    /// All pages are to be removed before the next ones are written.
    pub(super) start_over: bool,
    /// Batches whose record cannot be read.
    pub(super) damaged: BTreeSet<BatchId>,
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
            let (rows, bytes) = if &**register == BATCHES {
                let heads = state.batches.chunks(HEADS).nth(page).unwrap_or_default();
                (heads.len(), encode_heads(heads))
            } else {
                let leaf = state.sheet(register).and_then(|s| s.leaves().get(page));
                let records = leaf.map(Leaf::records).unwrap_or_default();
                (records.len(), encode_page(records))
            };
            let checksum = codec::checksum(&bytes).unwrap_or_default();
            let mark = PageMark { checksum, rows: u32::try_from(rows).unwrap_or(u32::MAX) };
            self.prepared.insert(key, (mark, bytes));
        }
    }

    /// The write of everything prepared, and the manifest as it will be then.
    pub(super) fn take_prepared(&mut self, state: &State) -> (Write, Manifest) {
        let drop_pages = std::mem::take(&mut self.start_over);
        let mut manifest = if drop_pages { Manifest::default() } else { self.manifest.clone() };
        manifest.devices = state.devices().clone();
        let mut write = Write { drop_pages, ..Write::relaxed() };
        for ((register, page), (mark, bytes)) in std::mem::take(&mut self.prepared) {
            write.pages.push(PageRecord { register: register.to_string(), page, bytes });
            manifest.pages.insert((register, page), mark);
        }
        let bytes = encode_manifest(&manifest);
        write.pages.push(PageRecord { register: MANIFEST.to_owned(), page: 0, bytes });
        (write, manifest)
    }
}
