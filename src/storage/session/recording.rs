//! Recording: the log first, strictly, and the state only when that is durable; and what other tabs have recorded.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::log::{ranges, read};
use crate::ledger::{Author, BatchId, Draft, Ready, Refused, Sealed};
use crate::storage::codec::encode_log;
use crate::storage::port::{LogRecord, Store, StoreError, Write};
use crate::value::order;
use crate::value::order::Ordered as _;

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
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CommitError {
    /// The keeper refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The gate refused it.
    #[error(transparent)]
    Refused(#[from] Refused),
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

impl<S: Store> Session<S> {
    /// Records what `author` drafts: takes it through the gate, seals it on top of the newest state, appends it strictly, applies it.
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
        let sealed = self.with(|state| author.borrow_mut().write(state, draft, now))?;
        let sealed = self.keep_own(author, sealed, now, &extra).await?;
        self.show(std::slice::from_ref(&sealed));
        Ok(sealed)
    }

    /// The same of what was prepared, for whoever says first that it is durable: the state shows it when [`Self::show`]
    /// is called, or with what is read next of the log.
    pub async fn record_ready(
        &self,
        author: &RefCell<Author>,
        ready: Ready,
        now: u64,
        extra: Extra,
    ) -> Result<Sealed, CommitError> {
        let _turn = self.0.recording.take().await;
        let sealed = self.with(|state| author.borrow_mut().write_ready(state, ready, now))?;
        self.keep_own(author, sealed, now, &extra).await
    }

    /// Appends what `author` has sealed; sealed anew where another tab was first. The caller has the turn.
    async fn keep_own(
        &self,
        author: &RefCell<Author>,
        mut sealed: Sealed,
        now: u64,
        extra: &Extra,
    ) -> Result<Sealed, CommitError> {
        let mut again = true;
        loop {
            match self.keep(std::slice::from_ref(&sealed), extra).await {
                Ok(()) => return Ok(sealed),
                Err(StoreError::Taken { .. }) if again => {
                    self.read_news().await?;
                    let draft = Draft::of(sealed.batch);
                    sealed = self.with(|state| author.borrow_mut().write(state, draft, now))?;
                    again = false;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Records batches that are sealed already: those of a file, or of an author of one's own. Batches that
    /// are recorded already are left out; a damaged record is replaced by the good one. Returns how many
    /// were new. All of them are recorded, or none.
    pub async fn commit(&self, sealed: &[Sealed], extra: Extra) -> Result<usize, CommitError> {
        let _turn = self.0.recording.take().await;
        let mut again = true;
        loop {
            let new = self.news_in(sealed).await?;
            if new.is_empty() && extra.is_empty() {
                return Ok(0);
            }
            match self.keep(&new, &extra).await {
                Ok(()) => {
                    self.show(&new);
                    return Ok(new.len());
                }
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
        let unpack = self.0.store.unpack().await?;
        let mut unseen: BTreeSet<BatchId> = known.keys().copied().into_set();
        let mut forked = None;
        for (from, to) in ranges(&ids, &unseen) {
            for record in self.0.store.log(from, to).await? {
                let Some(ours) = known.get(&record.id) else { continue };
                // Equal bytes are the common case and need no unpacking.
                let same = record.bytes == encode_log(ours)
                    || match unpack(&record.bytes) {
                        Ok(theirs) => {
                            if theirs.digest != ours.digest {
                                forked = Some(record.id);
                            }
                            true
                        }
                        Err(why) => {
                            self.note(record.id, why);
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

    /// Appends. The caller has the turn.
    async fn keep(&self, sealed: &[Sealed], extra: &Extra) -> Result<(), StoreError> {
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
        self.0.store.write(write).await
    }

    /// Applies batches that are durable; those that the state shows already change nothing.
    pub fn show(&self, sealed: &[Sealed]) {
        let mut order: Vec<&Sealed> = sealed.iter().collect();
        order::sort_by_key(&mut order, |s| s.batch.stamp);
        let mut state = self.0.state.borrow_mut();
        let mut cache = self.0.cache.borrow_mut();
        for s in order {
            // A good record has taken the damaged one's place.
            cache.damaged.remove(&s.batch.id);
            self.0.damage.borrow_mut().retain(|d| d.batch() != Some(s.batch.id));
            cache.apply(&mut state, &s.batch, s.digest);
        }
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
            Err(why) => damaged.push((id, why)),
        })
        .await?;
        damaged.into_iter().for_each(|(id, why)| self.note(id, why));
        order::sort_by_key(&mut batches, |(b, _)| b.stamp);
        let mut state = self.0.state.borrow_mut();
        let mut cache = self.0.cache.borrow_mut();
        for (batch, digest) in &batches {
            cache.apply(&mut state, batch, *digest);
        }
        Ok(batches.into_iter().map(|(b, _)| b.id).collect())
    }
}
