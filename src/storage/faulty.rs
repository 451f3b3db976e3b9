//! A keeper that fails on purpose, in the ways real ones do.
//!
//! A transaction does all or nothing, so there are only a few ways to fail: before anything happened, after
//! everything happened but before the answer came (the page was ended), for want of space, and – for relaxed
//! writes only – by losing or tearing what had been acknowledged.

use std::cell::Cell;
use std::rc::Rc;

use super::port::{Durability, Estimate, LogRecord, Named, PageRecord, Store, StoreError, Write};
use crate::ledger::BatchId;

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing happened: the browser was ended before the commit.
    Before,
    /// Everything happened, but nobody learned of it: ended after the commit, before the answer.
    After,
    /// No space; nothing happened.
    Full,
    /// Acknowledged, but the pages are cut short on the medium.
    TornPages,
    /// Acknowledged, but the first page was lost.
    LostPage,
    /// A relaxed write was acknowledged and then lost in a power cut; strict ones are kept.
    PowerCut,
}

impl Fault {
    /// Every one of them.
    pub const ALL: [Self; 6] =
        [Self::Before, Self::After, Self::Full, Self::TornPages, Self::LostPage, Self::PowerCut];
}

/// `S`, but the n-th write fails. Clones share the count.
#[derive(Debug, Clone)]
pub struct Faulty<S> {
    inner: S,
    fault: Fault,
    /// Writes still to go until the failing one.
    left: Rc<Cell<Option<usize>>>,
    writes: Rc<Cell<usize>>,
}

impl<S> Faulty<S> {
    /// Fails at write number `n` (from 0), once; never when none is given.
    pub fn new(inner: S, fault: Fault, n: Option<usize>) -> Self {
        Self { inner, fault, left: Rc::new(Cell::new(n)), writes: Rc::default() }
    }

    /// How many writes were asked for.
    pub fn writes(&self) -> usize {
        self.writes.get()
    }

    /// Whether the fault has happened.
    pub fn has_failed(&self) -> bool {
        self.left.get().is_none()
    }

    fn fails_now(&self) -> bool {
        self.writes.set(self.writes.get() + 1);
        match self.left.get() {
            Some(0) => {
                self.left.set(None);
                true
            }
            Some(n) => {
                self.left.set(Some(n - 1));
                false
            }
            None => false,
        }
    }
}

impl<S: Store> Store for Faulty<S> {
    async fn write(&self, mut write: Write) -> Result<(), StoreError> {
        if !self.fails_now() {
            return self.inner.write(write).await;
        }
        let aborted = || StoreError::Aborted { reason: "on purpose".to_owned() };
        match self.fault {
            Fault::Before => Err(aborted()),
            Fault::After => {
                self.inner.write(write).await?;
                Err(aborted())
            }
            Fault::Full => Err(StoreError::Full { needed: write.size(), free: Some(0) }),
            Fault::TornPages => {
                write.pages.iter_mut().for_each(|p| p.bytes.truncate(p.bytes.len() / 2));
                self.inner.write(write).await
            }
            Fault::LostPage => {
                write.pages = write.pages.split_off(write.pages.len().min(1));
                self.inner.write(write).await
            }
            Fault::PowerCut if write.durability == Durability::Relaxed => Ok(()),
            Fault::PowerCut => self.inner.write(write).await,
        }
    }

    async fn log_ids(&self) -> Result<Vec<BatchId>, StoreError> {
        self.inner.log_ids().await
    }

    async fn log(&self, from: BatchId, to: BatchId) -> Result<Vec<LogRecord>, StoreError> {
        self.inner.log(from, to).await
    }

    async fn pages(&self, register: &str) -> Result<Vec<PageRecord>, StoreError> {
        self.inner.pages(register).await
    }

    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.inner.meta(key).await
    }

    async fn draft(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.inner.draft(key).await
    }

    async fn drafts(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.inner.drafts().await
    }

    async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.blob(digest).await
    }

    async fn names(&self, of: Named) -> Result<Vec<String>, StoreError> {
        self.inner.names(of).await
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        self.inner.wipe().await
    }

    async fn estimate(&self) -> Estimate {
        self.inner.estimate().await
    }
}
