//! A ledger that is open: the state in memory, the log on the medium, pages in between.
//!
//! Opening reads the pages and applies the batches that they do not contain yet. A page that is missing,
//! torn or from another version is made again from the log. A batch that cannot be read is reported, its
//! bytes are kept, and everything else is loaded: never lose, never hide.
//!
//! Recording appends to the log first, strictly, and changes the state only when that is durable. Pages are
//! written later, when nobody waits ([`Session::flush_step`]).
//!
//! A session is a handle: clones share it, all methods take `&self`, and the state can only be looked at
//! inside [`Session::with`], so that no borrow is ever held while something is awaited.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::codec::{
    self, HEADS, Manifest, PageMark, ROWS, Unreadable, decode_heads, decode_log, decode_manifest,
    decode_page, encode_heads, encode_log, encode_manifest, encode_page,
};
use super::port::{Estimate, LogRecord, PageRecord, Store, StoreError, Write};
use super::turn::Turn;
use crate::ledger::{Author, Batch, BatchId, DeviceId, Digest, Draft, Entropy, Record, Sealed, Sheet, State};
use crate::value::Text;
use crate::value::order;
use crate::value::order::Ordered as _;

/// Where the manifest and the list of batches lie among the pages.
const MANIFEST: &str = "#manifest";
const BATCHES: &str = "#batches";
/// Where the device's identity is kept.
const DEVICE: &str = "device";
/// Records read at once when a log is read whole.
const CHUNK: usize = 256;

/// An open ledger.
pub struct Session<S>(Rc<Inner<S>>);

impl<S> Clone for Session<S> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

struct Inner<S> {
    store: S,
    state: RefCell<State>,
    cache: RefCell<Cache>,
    opening: Opening,
    recording: Turn,
    flushing: Turn,
}

type PageKey = (Text, u32);

/// What is known about the pages.
#[derive(Default)]
struct Cache {
    /// As it is on the medium.
    manifest: Manifest,
    /// Pages that differ from the state.
    dirty: BTreeSet<PageKey>,
    /// Pages encoded from the state as it is now, not yet written.
    prepared: BTreeMap<PageKey, (PageMark, Vec<u8>)>,
    /// All pages are to be removed before the next ones are written.
    start_over: bool,
    /// Batches whose record cannot be read.
    damaged: BTreeSet<BatchId>,
}

/// What opening found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opening {
    /// Batches in the log.
    pub batches: usize,
    /// Batches that the pages did not contain.
    pub tail: usize,
    /// Registers that were made again from the log, with the reason.
    pub rebuilt: Vec<(String, String)>,
    /// What is damaged in the log itself.
    pub damage: Vec<Damage>,
}

/// Something wrong with the log. The person must be told, and offered an export and a merge with a backup,
/// which repairs it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// A batch cannot be read; its bytes are kept and its changes are missing from the state, unless the
    /// pages still had them.
    #[error("batch {}/{} cannot be read: {why}", .id.device, .id.seq)]
    Unreadable {
        /// Which one.
        id: BatchId,
        /// Why.
        why: Unreadable,
    },
    /// The pages contain a batch that the log no longer has. Its changes are in the state, but not in the
    /// history and not in a backup.
    #[error("batch {}/{} is gone from the log", .id.device, .id.seq)]
    Gone {
        /// Which one.
        id: BatchId,
    },
    /// A batch does not continue the one before it: one of them was changed. It was applied.
    #[error("batch {}/{} does not continue the one before it", .id.device, .id.seq)]
    Chain {
        /// Which one.
        id: BatchId,
    },
    /// Batches of a device are missing in between.
    #[error("device {device}: nothing between {from} and {to}")]
    Gap {
        /// Whose.
        device: DeviceId,
        /// The first number that is missing.
        from: u64,
        /// The first number that is there again.
        to: u64,
    },
}

/// What goes into the same transaction as a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extra {
    /// Drafts that the batch has made superfluous.
    pub drafts_done: Vec<String>,
    /// Small texts.
    pub meta: Vec<(String, String)>,
    /// Files that the batch refers to: digest and bytes.
    pub blobs: Vec<(String, Vec<u8>)>,
}

impl Extra {
    fn is_empty(&self) -> bool {
        self.drafts_done.is_empty() && self.meta.is_empty() && self.blobs.is_empty()
    }
}

/// Why a batch was not recorded. The state is what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The keeper refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A batch without operations has no name of its own and cannot be recorded.
    #[error("nothing to record")]
    Empty,
    /// Another batch of the same name is recorded already: two devices share one identity (a copied
    /// profile). One of them needs a new identity before their ledgers can be joined.
    #[error("two different batches are called {}/{}", .id.device, .id.seq)]
    Forked {
        /// The name.
        id: BatchId,
    },
}

/// What a step of flushing has left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// So many pages are to be encoded.
    More(usize),
    /// The pages are written.
    Done,
}

impl<S: Store> Session<S> {
    /// Opens what `store` keeps.
    pub async fn open(store: S) -> Result<Self, StoreError> {
        let mut opening = Opening::default();
        let mut cache = Cache::default();
        let loaded = load(&store, &mut opening.rebuilt).await?;
        // After the pages: another tab may be recording, and the log must not look shorter than they are.
        let ids = store.log_ids().await?;
        opening.batches = ids.len();
        let (mut state, broken) = match loaded {
            Some(Loaded { state, manifest, broken }) => {
                cache.manifest = manifest;
                (state, broken)
            }
            None => {
                cache.start_over = true;
                // A ledger that was never flushed has no pages, and that is nothing to report.
                if ids.is_empty() {
                    opening.rebuilt.clear();
                }
                (State::new(), BTreeSet::new())
            }
        };
        let known: BTreeSet<BatchId> = ids.iter().copied().into_set();
        let gone = state.batches.iter().filter(|b| !known.contains(&b.id));
        opening.damage.extend(gone.map(|b| Damage::Gone { id: b.id }));

        let tail: BTreeSet<BatchId> =
            ids.iter().copied().filter(|id| !state.batch_index.contains_key(id)).into_set();
        opening.tail = tail.len();
        let wanted = if broken.is_empty() { &tail } else { &known };
        let mut batches = Vec::new();
        read(&store, &ids, wanted, |id, result| match result {
            Ok(sealed) => batches.push((sealed.batch, sealed.digest)),
            Err(why) => {
                cache.damaged.insert(id);
                opening.damage.push(Damage::Unreadable { id, why });
            }
        })
        .await?;
        check_chains(&state, &batches, &tail, &cache.damaged, &mut opening.damage);
        // As they happened: rows come in the order in which they were entered.
        order::sort_by_key(&mut batches, |(b, _)| b.stamp);
        if !broken.is_empty() {
            replace_broken(&mut state, &mut cache, &batches, &broken);
        }
        for (batch, digest) in &batches {
            if tail.contains(&batch.id) {
                cache.apply(&mut state, batch, *digest);
            }
        }
        Ok(Self(Rc::new(Inner {
            store,
            state: RefCell::new(state),
            cache: RefCell::new(cache),
            opening,
            recording: Turn::default(),
            flushing: Turn::default(),
        })))
    }

    /// What opening found.
    pub fn opening(&self) -> &Opening {
        &self.0.opening
    }

    /// The keeper: for drafts and small texts.
    pub fn store(&self) -> &S {
        &self.0.store
    }

    /// Looks at the state.
    pub fn with<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.0.state.borrow())
    }

    /// Changes with every batch.
    pub fn version(&self) -> u64 {
        self.0.state.borrow().version()
    }

    /// This installation's identity, made when there is none yet. A new one is also made when the end of
    /// this device's own chain cannot be read: continuing it blindly would reuse the names of lost batches.
    pub async fn device(&self, entropy: &mut dyn Entropy) -> Result<DeviceId, StoreError> {
        let kept: Option<DeviceId> = self.0.store.meta(DEVICE).await?.and_then(|t| t.parse().ok());
        let usable = kept.filter(|device| {
            let next = self.0.state.borrow().devices().get(device).map_or(1, |h| h.next_seq);
            !self.0.cache.borrow().damaged.iter().any(|id| id.device == *device && id.seq >= next)
        });
        match usable {
            Some(device) => Ok(device),
            None => self.new_device(entropy).await,
        }
    }

    /// Gives this installation a new identity: after [`CommitError::Forked`], on one of the two computers
    /// that share a copied profile. Authors made before must not be used any more.
    pub async fn new_device(&self, entropy: &mut dyn Entropy) -> Result<DeviceId, StoreError> {
        let device = DeviceId(entropy.bits());
        self.0.store.put_meta(DEVICE, &device.to_string()).await?;
        Ok(device)
    }

    /// Records what `author` drafts: seals it on top of the newest state, appends it strictly, applies it.
    /// When another tab has recorded in the meantime, its batches are read first and the draft is sealed
    /// again on top of them.
    pub async fn record(
        &self,
        author: &RefCell<Author>,
        draft: Draft,
        now: u64,
        extra: Extra,
    ) -> Result<Sealed, CommitError> {
        if draft.is_empty() {
            return Err(CommitError::Empty);
        }
        let _turn = self.0.recording.take().await;
        let (mut draft, mut again) = (draft, true);
        loop {
            let sealed = self.with(|state| author.borrow_mut().seal(state, draft, now));
            match self.append(std::slice::from_ref(&sealed), &extra).await {
                Ok(()) => return Ok(sealed),
                Err(StoreError::Taken { .. }) if again => {
                    self.read_news().await?;
                    (draft, again) = (Draft::of(sealed.batch), false);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Records batches that are sealed already: those of a file, or of an author of one's own. Batches that
    /// are recorded already are left out; a damaged record is replaced by the good one. Returns how many
    /// were new. All of them are recorded, or none.
    pub async fn commit(&self, sealed: &[Sealed], extra: Extra) -> Result<usize, CommitError> {
        if sealed.iter().any(|s| s.batch.operations.is_empty()) {
            return Err(CommitError::Empty);
        }
        let _turn = self.0.recording.take().await;
        let mut again = true;
        loop {
            let new = self.news_in(sealed).await?;
            if new.is_empty() && extra.is_empty() {
                return Ok(0);
            }
            match self.append(&new, &extra).await {
                Ok(()) => return Ok(new.len()),
                // Another tab was first, or an answer was lost: with that read, what is still new is looked
                // at once more.
                Err(StoreError::Taken { .. }) if again => {
                    self.read_news().await?;
                    again = false;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads what other tabs have recorded; returns the names.
    pub async fn follow(&self) -> Result<Vec<BatchId>, StoreError> {
        let _turn = self.0.recording.take().await;
        self.read_news().await
    }

    /// One batch of the log.
    pub async fn batch(&self, id: BatchId) -> Result<Option<Sealed>, StoreError> {
        match self.0.store.batch(id).await? {
            Some(record) => decode_log(&record.bytes)
                .map(Some)
                .map_err(|why| StoreError::Damaged { id, why: why.to_string() }),
            None => Ok(None),
        }
    }

    /// Calls `each` with every batch of the log that can be read, by device and number.
    pub async fn each_batch(&self, mut each: impl FnMut(Sealed)) -> Result<(), StoreError> {
        let ids = self.0.store.log_ids().await?;
        let all = ids.iter().copied().collect();
        read(&self.0.store, &ids, &all, |_, result| {
            if let Ok(sealed) = result {
                each(sealed);
            }
        })
        .await
    }

    /// The whole log: for the history of a record, a past moment, a backup.
    pub async fn log(&self) -> Result<Vec<Sealed>, StoreError> {
        let mut all = Vec::new();
        self.each_batch(|sealed| all.push(sealed)).await?;
        Ok(all)
    }

    /// The bytes of every record that cannot be read, as they are: for an export that somebody may rescue
    /// them from.
    pub async fn damaged(&self) -> Result<Vec<LogRecord>, StoreError> {
        let ids: Vec<BatchId> = self.0.cache.borrow().damaged.iter().copied().collect();
        let mut records = Vec::new();
        for id in ids {
            records.extend(self.0.store.batch(id).await?);
        }
        Ok(records)
    }

    /// An attached file, checked against its digest.
    pub async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.store.blob(digest).await? {
            Some(bytes) if blob_digest(&bytes) == digest => Ok(Some(bytes)),
            Some(_) => Err(StoreError::Torn { what: format!("file {digest}") }),
            None => Ok(None),
        }
    }

    /// Space in use and in all.
    pub async fn estimate(&self) -> Estimate {
        self.0.store.estimate().await
    }

    /// How many pages wait to be written.
    pub fn unflushed(&self) -> usize {
        let cache = self.0.cache.borrow();
        cache.dirty.len() + cache.prepared.len()
    }

    /// Encodes up to `pages` changed pages, and writes all of them once none is left. To be called when the
    /// page is idle, by the writing tab only; every call does little, so that nobody notices.
    pub async fn flush_step(&self, pages: usize) -> Result<Flush, StoreError> {
        let _turn = self.0.flushing.take().await;
        let (write, manifest) = {
            let state = self.0.state.borrow();
            let mut cache = self.0.cache.borrow_mut();
            cache.prepare(&state, pages);
            if !cache.dirty.is_empty() {
                return Ok(Flush::More(cache.dirty.len()));
            }
            if cache.prepared.is_empty() {
                return Ok(Flush::Done);
            }
            // Nothing is dirty, so what is prepared is the state as it is at this moment, whatever is
            // recorded while the write is on its way.
            cache.take_prepared(&state)
        };
        let keys: Vec<PageKey> =
            write.pages.iter().map(|p| (Text::from(p.register.as_str()), p.page)).collect();
        let started_over = write.drop_pages;
        let result = self.0.store.write(write).await;
        let mut cache = self.0.cache.borrow_mut();
        match result {
            Ok(()) => cache.manifest = manifest,
            Err(error) => {
                cache.start_over |= started_over;
                cache.dirty.extend(keys.into_iter().filter(|(r, _)| &**r != MANIFEST));
                return Err(error);
            }
        }
        Ok(match cache.dirty.len() {
            0 => Flush::Done,
            n => Flush::More(n),
        })
    }

    /// Writes all changed pages at once: before a person leaves, and on the command line.
    pub async fn flush_pages(&self) -> Result<(), StoreError> {
        while self.flush_step(usize::MAX).await? != Flush::Done {}
        Ok(())
    }

    /// Which of `sealed` are not recorded yet, or are recorded and cannot be read.
    async fn news_in(&self, sealed: &[Sealed]) -> Result<Vec<Sealed>, CommitError> {
        let mut seen = BTreeSet::new();
        let mut known = BTreeMap::new();
        let mut new = Vec::new();
        for s in sealed {
            let id = s.batch.id;
            if !seen.insert(id) {
                continue;
            }
            if self.0.state.borrow().batch_index.contains_key(&id) {
                known.insert(id, s);
            } else {
                new.push(s.clone());
            }
        }
        if known.is_empty() {
            return Ok(new);
        }
        let ids = self.0.store.log_ids().await?;
        let mut unseen: BTreeSet<BatchId> = known.keys().copied().into_set();
        let mut forked = None;
        for (from, to) in ranges(&ids, &unseen) {
            for record in self.0.store.log(from, to).await? {
                let Some(ours) = known.get(&record.id) else { continue };
                // Equal bytes are the common case and need no unpacking.
                let same = record.bytes == encode_log(ours)
                    || match decode_log(&record.bytes) {
                        Ok(theirs) => {
                            if theirs.digest != ours.digest {
                                forked = Some(record.id);
                            }
                            true
                        }
                        Err(_) => {
                            self.0.cache.borrow_mut().damaged.insert(record.id);
                            false
                        }
                    };
                if same {
                    unseen.remove(&record.id);
                }
            }
        }
        if let Some(id) = forked {
            return Err(CommitError::Forked { id });
        }
        new.extend(unseen.iter().filter_map(|id| known.get(id)).map(|s| (*s).clone()));
        Ok(new)
    }

    /// Appends and applies. The caller has the turn.
    async fn append(&self, sealed: &[Sealed], extra: &Extra) -> Result<(), StoreError> {
        let log = {
            let cache = self.0.cache.borrow();
            let record = |s: &Sealed| LogRecord {
                id: s.batch.id,
                bytes: encode_log(s),
                replaces: cache.damaged.contains(&s.batch.id),
            };
            sealed.iter().map(record).collect()
        };
        let write = Write {
            log,
            drafts_done: extra.drafts_done.clone(),
            meta: extra.meta.clone(),
            blobs: extra.blobs.clone(),
            ..Write::strict()
        };
        self.0.store.write(write).await?;
        let mut order: Vec<&Sealed> = sealed.iter().collect();
        order::sort_by_key(&mut order, |s| s.batch.stamp);
        let mut state = self.0.state.borrow_mut();
        let mut cache = self.0.cache.borrow_mut();
        for s in order {
            cache.damaged.remove(&s.batch.id);
            cache.apply(&mut state, &s.batch, s.digest);
        }
        Ok(())
    }

    /// Applies what is in the log and not in the state. The caller has the turn.
    async fn read_news(&self) -> Result<Vec<BatchId>, StoreError> {
        let ids = self.0.store.log_ids().await?;
        let wanted: BTreeSet<BatchId> = {
            let (state, cache) = (self.0.state.borrow(), self.0.cache.borrow());
            let new = |id: &BatchId| !state.batch_index.contains_key(id) && !cache.damaged.contains(id);
            ids.iter().copied().filter(new).into_set()
        };
        let mut batches = Vec::new();
        let mut damaged = Vec::new();
        read(&self.0.store, &ids, &wanted, |id, result| match result {
            Ok(sealed) => batches.push((sealed.batch, sealed.digest)),
            Err(_) => damaged.push(id),
        })
        .await?;
        order::sort_by_key(&mut batches, |(b, _)| b.stamp);
        let mut state = self.0.state.borrow_mut();
        let mut cache = self.0.cache.borrow_mut();
        cache.damaged.extend(damaged);
        for (batch, digest) in &batches {
            cache.apply(&mut state, batch, *digest);
        }
        Ok(batches.into_iter().map(|(b, _)| b.id).collect())
    }
}

/// The name under which a file is kept: the SHA-256 of its bytes, hexadecimal.
pub fn blob_digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    Digest(sha2::Sha256::digest(bytes).into()).to_string()
}

impl Cache {
    /// Applies a batch and notes which pages it changes.
    fn apply(&mut self, state: &mut State, batch: &Batch, digest: Digest) {
        if !state.apply(batch, digest) {
            return;
        }
        let mut last: Option<PageKey> = None;
        for operation in &batch.operations {
            let sheet = state.sheet(&operation.register);
            let Some(at) = sheet.and_then(|s| s.rows.get_index_of(&operation.row)) else { continue };
            let page = u32::try_from(at / ROWS).unwrap_or(u32::MAX);
            // Operations that follow each other nearly always touch the same page.
            if last.as_ref().is_some_and(|(r, p)| *p == page && *r == operation.register) {
                continue;
            }
            let key = (operation.register.clone(), page);
            self.touch(key.clone());
            last = Some(key);
        }
        let page = state.batches.len().saturating_sub(1) / HEADS;
        self.touch((Text::from(BATCHES), u32::try_from(page).unwrap_or(u32::MAX)));
    }

    fn touch(&mut self, key: PageKey) {
        self.prepared.remove(&key);
        self.dirty.insert(key);
    }

    /// Encodes up to `n` dirty pages.
    fn prepare(&mut self, state: &State, n: usize) {
        for _ in 0..n {
            let Some(key) = self.dirty.pop_first() else { return };
            let (register, page) = (&key.0, key.1 as usize);
            let (rows, bytes) = if &**register == BATCHES {
                let heads = state.batches.chunks(HEADS).nth(page).unwrap_or_default();
                (heads.len(), encode_heads(heads))
            } else {
                let records = page_of(state.sheet(register), page);
                (records.len(), encode_page(records))
            };
            let checksum = codec::checksum(&bytes).unwrap_or_default();
            let mark = PageMark { checksum, rows: u32::try_from(rows).unwrap_or(u32::MAX) };
            self.prepared.insert(key, (mark, bytes));
        }
    }

    /// The write of everything prepared, and the manifest as it will be then.
    fn take_prepared(&mut self, state: &State) -> (Write, Manifest) {
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

fn page_of(sheet: Option<&Sheet>, page: usize) -> Vec<&Record> {
    let rows = sheet.map(|s| s.rows.as_slice());
    let from = page.saturating_mul(ROWS);
    let slice = rows.and_then(|r| r.get_range(from..r.len().min(from.saturating_add(ROWS))));
    slice.into_iter().flat_map(|s| s.values()).collect()
}

/// A snapshot as far as it could be read.
struct Loaded {
    state: State,
    manifest: Manifest,
    /// Registers with a page that could not be read.
    broken: BTreeSet<Text>,
}

/// Reads the pages. None when there is no snapshot to start from; what could not be used goes to `rebuilt`.
async fn load<S: Store>(
    store: &S,
    rebuilt: &mut Vec<(String, String)>,
) -> Result<Option<Loaded>, StoreError> {
    for _ in 0..3 {
        let before = store.pages(MANIFEST).await?;
        rebuilt.clear();
        let loaded = load_once(store, before.first(), rebuilt).await?;
        // Pages that do not fit their manifest may only mean that another tab has just written both.
        if rebuilt.is_empty() || store.pages(MANIFEST).await? == before {
            return Ok(loaded);
        }
    }
    Ok(None)
}

async fn load_once<S: Store>(
    store: &S,
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
            load_batches(&mut state, &pages, &marks)
        } else {
            load_register(store, &mut state, &register, &pages, &marks).await
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
    state.sheets.values_mut().for_each(|s| s.version = version);
    Ok(Some(Loaded { state, manifest, broken }))
}

/// The bytes of every page that the manifest names, in order.
fn complete<'a>(
    pages: &'a [PageRecord],
    marks: &'a [(u32, PageMark)],
) -> impl Iterator<Item = Result<(&'a PageRecord, PageMark), String>> {
    marks.iter().enumerate().map(|(n, (page, mark))| {
        if *page as usize != n {
            return Err(format!("page {n} is not listed"));
        }
        let record = pages.iter().find(|p| p.page == *page);
        let record = record.ok_or_else(|| format!("page {page} is missing"))?;
        if codec::checksum(&record.bytes) != Some(mark.checksum) {
            return Err(format!("page {page} is not the one that was written last"));
        }
        Ok((record, *mark))
    })
}

fn load_batches(state: &mut State, pages: &[PageRecord], marks: &[(u32, PageMark)]) -> Result<(), String> {
    for page in complete(pages, marks) {
        let (record, mark) = page?;
        let (heads, _) = decode_heads(&record.bytes, |w| state.shared(w)).map_err(|e| e.to_string())?;
        if heads.len() != mark.rows as usize {
            return Err(format!("page {} has not as many batches as it should", record.page));
        }
        for head in heads {
            let at = u32::try_from(state.batches.len()).unwrap_or(u32::MAX);
            state.batch_index.insert(head.id, at);
            state.batches.push(head);
        }
    }
    Ok(())
}

async fn load_register<S: Store>(
    store: &S,
    state: &mut State,
    register: &Text,
    pages: &[PageRecord],
    marks: &[(u32, PageMark)],
) -> Result<(), String> {
    let mut sheet = Sheet::default();
    sheet.rows.reserve(marks.iter().map(|(_, m)| m.rows as usize).sum());
    for page in complete(pages, marks) {
        let (page, mark) = page?;
        let (records, _) = decode_page(&page.bytes, |w| state.shared(w)).map_err(|e| e.to_string())?;
        if records.len() != mark.rows as usize {
            return Err(format!("page {} has not as many rows as it should", page.page));
        }
        sheet.rows.extend(records.into_iter().map(|r| (r.id, r)));
        store.pause().await;
    }
    let register = state.shared(register);
    state.sheets.insert(register, sheet);
    Ok(())
}

/// Makes the broken registers again from all batches; the others stay as the pages had them, which may be
/// more than the log can still tell.
fn replace_broken(
    state: &mut State,
    cache: &mut Cache,
    batches: &[(Batch, Digest)],
    broken: &BTreeSet<Text>,
) {
    let mut fresh = State { words: std::mem::take(&mut state.words), ..State::new() };
    for (batch, digest) in batches {
        // Only as far as the pages go: the tail is applied to everything afterwards.
        if state.batch_index.contains_key(&batch.id) {
            fresh.apply(batch, *digest);
        }
    }
    state.words = fresh.words;
    for register in broken {
        let mut sheet = fresh.sheets.remove(register).unwrap_or_default();
        sheet.version = state.version;
        for page in 0..sheet.rows.len().div_ceil(ROWS) {
            cache.touch((register.clone(), u32::try_from(page).unwrap_or(u32::MAX)));
        }
        state.sheets.insert(register.clone(), sheet);
    }
}

/// Whether each batch of the tail continues the one before it on its device.
fn check_chains(
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
            ends.insert(id.device, (id.seq + batch.operations.len() as u64, *digest));
        }
    }
}

/// The wanted ones of `ids` as ranges without anything unwanted in between, each of at most [`CHUNK`].
fn ranges(ids: &[BatchId], wanted: &BTreeSet<BatchId>) -> Vec<(BatchId, BatchId)> {
    let mut ranges: Vec<(BatchId, BatchId)> = Vec::new();
    let mut length = 0;
    for id in ids {
        if !wanted.contains(id) {
            length = 0;
            continue;
        }
        match ranges.last_mut() {
            Some(range) if length > 0 && length < CHUNK => range.1 = *id,
            _ => {
                ranges.push((*id, *id));
                length = 0;
            }
        }
        length += 1;
    }
    ranges
}

/// Reads the wanted batches of the log, by device and number.
async fn read<S: Store>(
    store: &S,
    ids: &[BatchId],
    wanted: &BTreeSet<BatchId>,
    mut each: impl FnMut(BatchId, Result<Sealed, Unreadable>),
) -> Result<(), StoreError> {
    for (from, to) in ranges(ids, wanted) {
        for record in store.log(from, to).await? {
            let result = decode_log(&record.bytes).and_then(|sealed| {
                if sealed.batch.id == record.id {
                    Ok(sealed)
                } else {
                    Err(Unreadable::Malformed("kept under another batch's name"))
                }
            });
            each(record.id, result);
        }
    }
    Ok(())
}
