//! Reading the pages back, and making the broken ones again from the log.
//!
//! The checksum of every page is compared before anything is believed; records are made of a page when somebody looks.
//! Inputs: a store, and all batches where pages are broken. Outputs: a state as far as the pages tell it, and what
//! could not be used. Neighbours: [`super`] applies the batches that no page contains.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::cache::{BATCHES, Cache, MANIFEST};
use super::{Damage, Trust};
use crate::ledger::{Batch, BatchId, Brief, DeviceId, Digest, Packed as _, Sheet, State, Words};
use crate::storage::codec::{self, Manifest, Page, PageMark, decode_heads, decode_manifest};
use crate::storage::port::{PageRecord, Store, StoreError};
use crate::value::Text;
use crate::value::order::Ordered as _;

/// A snapshot as far as it could be read.
pub(super) struct Loaded {
    pub(super) state: State,
    pub(super) manifest: Manifest,
    /// Registers with a page that could not be read.
    pub(super) broken: BTreeSet<Text>,
}

/// Reads the pages. None when there is no snapshot to start from; what could not be used goes to `rebuilt`.
pub(super) async fn load<S: Store>(
    store: &S,
    trust: Trust,
    rebuilt: &mut Vec<(String, String)>,
) -> Result<Option<Loaded>, StoreError> {
    for _ in 0..3 {
        let before = store.pages(MANIFEST).await?;
        rebuilt.clear();
        let loaded = load_once(store, trust, before.first(), rebuilt).await?;
        // Pages that do not fit their manifest may only mean that another tab has just written both.
        if rebuilt.is_empty() || store.pages(MANIFEST).await? == before {
            return Ok(loaded);
        }
    }
    Ok(None)
}

async fn load_once<S: Store>(
    store: &S,
    trust: Trust,
    manifest: Option<&PageRecord>,
    rebuilt: &mut Vec<(String, String)>,
) -> Result<Option<Loaded>, StoreError> {
    let mut missing = |register: &str, why: &str| rebuilt.push((register.to_owned(), why.to_owned()));
    let Some(page) = manifest else {
        missing(MANIFEST, "missing");
        return Ok(None);
    };
    let mut manifest = match decode_manifest(&page.bytes) {
        Ok(manifest) => manifest,
        Err(why) => {
            missing(MANIFEST, &why.to_string());
            return Ok(None);
        }
    };
    let mut state = State { devices: manifest.devices.clone(), ..State::new() };
    let registers: BTreeSet<Text> = manifest.pages.keys().map(|(r, _)| r.clone()).into_set();
    let mut broken = BTreeSet::new();
    for register in registers {
        let pages = store.pages(&register).await?;
        let marks: Vec<(u32, PageMark)> = manifest
            .pages
            .range((register.clone(), 0)..=(register.clone(), u32::MAX))
            .map(|((_, page), mark)| (*page, *mark))
            .collect();
        let result = if &*register == BATCHES {
            load_batches(&mut state, pages, &marks)
        } else {
            let sheet = load_register(store, trust, &state.words, (pages, &marks)).await;
            sheet.map(|sheet| drop(state.sheets.insert(state.shared(&register), sheet)))
        };
        if let Err(why) = result {
            missing(&register, &why);
            if &*register == BATCHES {
                // Without it nobody knows what the other pages contain.
                return Ok(None);
            }
            manifest.pages.retain(|(r, _), _| *r != register);
            state.sheets.insert(register.clone(), Sheet::default());
            broken.insert(register);
        }
    }
    // Only has to differ from what it will be after the next batch.
    state.version = state.batches.len() as u64;
    let version = state.version;
    state.sheets.values_mut().for_each(|s| s.stands_at(version));
    state.note_twins();
    state.declare();
    state.note_parents();
    Ok(Some(Loaded { state, manifest, broken }))
}

/// The bytes of every page that the manifest names, in order.
fn complete(
    pages: Vec<PageRecord>,
    marks: &[(u32, PageMark)],
) -> impl Iterator<Item = Result<(PageRecord, PageMark), String>> {
    let mut pages: BTreeMap<u32, PageRecord> = pages.into_iter().map(|p| (p.page, p)).into_map();
    marks.iter().enumerate().map(move |(n, (page, mark))| {
        if *page as usize != n {
            return Err(format!("page {n} is not listed"));
        }
        let record = pages.remove(page).ok_or_else(|| format!("page {page} is missing"))?;
        if codec::checksum(&record.bytes) != Some(mark.checksum) {
            return Err(format!("page {page} is not the one that was written last"));
        }
        Ok((record, *mark))
    })
}

fn load_batches(state: &mut State, pages: Vec<PageRecord>, marks: &[(u32, PageMark)]) -> Result<(), String> {
    for page in complete(pages, marks) {
        let (record, mark) = page?;
        let (heads, _) = decode_heads(&record.bytes, |w| state.shared(w)).map_err(|e| e.to_string())?;
        if heads.len() != mark.rows as usize {
            return Err(format!("page {} has not as many batches as it should", record.page));
        }
        heads.into_iter().for_each(|head| state.add_head(head));
    }
    Ok(())
}

async fn load_register<S: Store>(
    store: &S,
    trust: Trust,
    words: &Words,
    (pages, marks): (Vec<PageRecord>, &[(u32, PageMark)]),
) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    for page in complete(pages, marks) {
        let (record, mark) = page?;
        let page = Page::new(record.bytes, words).map_err(|e| e.to_string())?;
        if page.rows() != mark.rows as usize {
            return Err(format!("page {} has not as many rows as it should", record.page));
        }
        if trust == Trust::Nothing {
            let records = page.records().map_err(|e| e.to_string())?;
            if *page.brief() != Brief::of(&records) {
                return Err(format!("page {} says wrong what is in it", record.page));
            }
        }
        if !sheet.add_leaf(Rc::new(page)) {
            return Err(format!("page {} is not as long as its place demands", record.page));
        }
        store.pause().await;
    }
    Ok(sheet)
}

/// Makes the broken registers again from all batches; the others stay as the pages had them, which may be
/// more than the log can still tell.
pub(super) fn replace_broken(
    state: &mut State,
    cache: &mut Cache,
    batches: &[(Batch, Digest)],
    broken: &BTreeSet<Text>,
) {
    let mut fresh = State { words: state.words.clone(), ..State::new() };
    for (batch, digest) in batches {
        // Only as far as the pages go: the tail is applied to everything afterwards.
        if state.batch_index.contains_key(&batch.id) {
            fresh.apply(batch, *digest);
        }
    }
    for register in broken {
        let mut sheet = fresh.sheets.remove(register).unwrap_or_default();
        sheet.stands_at(state.version);
        for page in 0..sheet.leaves() {
            cache.touch((register.clone(), u32::try_from(page).unwrap_or(u32::MAX)));
        }
        state.sheets.insert(register.clone(), sheet);
    }
    state.declare();
    // Which rows are one follows from all registers together.
    state.follow_twins();
}

/// Whether each batch of the tail continues the one before it on its device. A gap that a rescued batch fills
/// is known, and nothing to report: see [`Session::damage`](super::Session::damage).
pub(super) fn check_chains(
    state: &State,
    batches: &[(Batch, Digest)],
    tail: &BTreeSet<BatchId>,
    damaged: &BTreeSet<BatchId>,
    damage: &mut Vec<Damage>,
) {
    let mut ends: BTreeMap<DeviceId, (u64, Digest)> =
        state.devices().iter().map(|(device, head)| (*device, (head.next_seq, head.digest))).into_map();
    for (batch, digest) in batches.iter().filter(|(b, _)| tail.contains(&b.id)) {
        let id = batch.id;
        let (next, before) = ends.get(&id.device).copied().unwrap_or((1, Digest::default()));
        if id.seq == next && batch.previous != before {
            damage.push(Damage::Chain { id });
        }
        if id.seq > next && !damaged.iter().any(|d| d.device == id.device && (next..id.seq).contains(&d.seq))
        {
            damage.push(Damage::Gap { device: id.device, from: next, to: id.seq });
        }
        // An earlier batch that arrived late fills a gap and proves nothing about the end.
        if id.seq >= next {
            ends.insert(id.device, (batch.next_seq(), *digest));
        }
    }
}
