//! The port: what a keeper of bytes must do.
//!
//! Everything that changes goes through one method, [`Store::write`], which does all of a [`Write`] or
//! nothing of it. That is what makes it possible to fail each single write in a test, and it is the shape of
//! an IndexedDB transaction: build all bytes first, ask for everything at once, wait only for the commit.

use super::codec::{Unreadable, decode_log};
use crate::ledger::{BatchId, Sealed};

/// How long to wait for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Until it is on the medium: the log.
    #[default]
    Strict,
    /// Until the operating system has it: what can be made again, and drafts, which are written at every
    /// pause in typing.
    Relaxed,
}

/// One batch as bytes (see [`super::codec`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// Its name, which is its key.
    pub id: BatchId,
    /// The encoded record.
    pub bytes: Vec<u8>,
    /// Takes the place of a damaged record of the same name. Otherwise a record that is already there is
    /// never overwritten: the write fails with [`StoreError::Taken`].
    pub replaces: bool,
}

/// One page as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRecord {
    /// Register key, or a name beginning with `#` for what the session keeps for itself.
    pub register: String,
    /// Number in the register, from 0.
    pub page: u32,
    /// The encoded page.
    pub bytes: Vec<u8>,
}

/// The small text that says how bytes are to be written; only the lock changes it.
pub const RULE: &str = "lock.rule";

/// Things that a keeper can list by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Small texts.
    Texts,
    /// Registers that have pages, and what else lies among the pages.
    Registers,
    /// Files.
    Files,
}

/// Everything that one transaction changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Write {
    /// How long to wait.
    pub durability: Durability,
    /// Batches to append.
    pub log: Vec<LogRecord>,
    /// Remove every page first.
    pub drop_pages: bool,
    /// Pages to put, over what is there.
    pub pages: Vec<PageRecord>,
    /// Small texts to put.
    pub meta: Vec<(String, String)>,
    /// Drafts to put.
    pub drafts: Vec<(String, String)>,
    /// Drafts to remove.
    pub drafts_done: Vec<String>,
    /// Files to put: digest and bytes.
    pub blobs: Vec<(String, Vec<u8>)>,
    /// What must stand under [`RULE`] for these bytes to be understood where they are put (empty: nothing); the write
    /// fails with [`StoreError::Relocked`] when it is something else.
    pub rule: Option<String>,
}

impl Write {
    /// Nothing yet, strict.
    pub fn strict() -> Self {
        Self::default()
    }

    /// Nothing yet, relaxed.
    pub fn relaxed() -> Self {
        Self { durability: Durability::Relaxed, ..Self::default() }
    }

    /// Bytes that it adds, roughly; for messages about space.
    pub fn size(&self) -> u64 {
        let log = self.log.iter().map(|r| r.bytes.len());
        let pages = self.pages.iter().map(|p| p.bytes.len());
        let texts = self.meta.iter().chain(&self.drafts).map(|(k, v)| k.len() + v.len());
        let blobs = self.blobs.iter().map(|(_, b)| b.len());
        log.chain(pages).chain(texts).chain(blobs).sum::<usize>() as u64
    }
}

/// Space, as far as the keeper can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// Bytes in use.
    pub used: Option<u64>,
    /// Bytes that may be used in all.
    pub quota: Option<u64>,
}

impl Estimate {
    /// Bytes that are left.
    pub fn free(self) -> Option<u64> {
        Some(self.quota?.saturating_sub(self.used?))
    }
}

/// Why the keeper could not do what it was asked. After any of these nothing has changed, except where said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No space. Nothing was written: keep the draft, offer an export, let the person clear space.
    #[error("no space: {needed} bytes wanted, {free:?} left")]
    Full {
        /// Bytes that were to be written.
        needed: u64,
        /// Bytes left, where that is known.
        free: Option<u64>,
    },
    /// There is no place to keep anything: private window, blocked by a setting, damaged profile.
    #[error("storage is not available: {reason}")]
    Unavailable {
        /// What the browser said.
        reason: String,
    },
    /// What unpacks the log is a part of the program that is not on this device, and could not be fetched.
    #[error("a part of the program could not be fetched")]
    NotFetched,
    /// Another tab still holds the database open in an older version: close that tab.
    #[error("another tab holds an older version of the storage open")]
    Blocked,
    /// The database was made by a newer version of the program: reload to get that version.
    #[error("the storage was made by a newer version of the program")]
    Newer,
    /// A batch of this name is already there: another tab has recorded in the meantime. Read what is new
    /// and try again.
    #[error("batch {}/{} is already recorded", .id.device, .id.seq)]
    Taken {
        /// The name.
        id: BatchId,
    },
    /// What was read is not what was written.
    #[error("{what} is torn")]
    Torn {
        /// Which bytes.
        what: String,
    },
    /// A batch of the log cannot be read. Its bytes are kept.
    #[error("batch {}/{} is damaged: {why}", .id.device, .id.seq)]
    Damaged {
        /// Which one.
        id: BatchId,
        /// What is wrong with it.
        why: String,
    },
    /// The write was given up, for a reason other than space. When the program was ended in between, it may
    /// or may not have happened, but never by half.
    #[error("the write was given up: {reason}")]
    Aborted {
        /// What the browser said.
        reason: String,
    },
    /// A passphrase locks the ledger, and nobody has given it yet.
    #[error("the ledger is locked")]
    Locked,
    /// The lock was set or taken off by another window since this one was opened: nothing was written; open again.
    #[error("the lock was changed by another window")]
    Relocked,
    /// The database was closed or deleted under our feet: site data cleared, storage taken away, or a newer
    /// tab asked for it. Open again.
    #[error("the storage was closed or deleted from outside")]
    Gone,
}

/// What makes a batch of a record's bytes.
pub type Unpack = fn(&[u8]) -> Result<Sealed, Unreadable>;

/// A keeper of bytes.
///
/// Generic and not boxed: the browser has one thread, and nobody needs `Send` futures here.
#[allow(async_fn_in_trait, reason = "used with concrete types on one thread; no auto-trait bounds wanted")]
pub trait Store {
    /// Does all of it or nothing; returns when it is as durable as asked for.
    async fn write(&self, write: Write) -> Result<(), StoreError>;

    /// The names of all recorded batches, ascending. Cheap: keys only.
    async fn log_ids(&self) -> Result<Vec<BatchId>, StoreError>;

    /// The records from `from` to `to`, both included, ascending.
    async fn log(&self, from: BatchId, to: BatchId) -> Result<Vec<LogRecord>, StoreError>;

    /// The pages of one register, ascending.
    async fn pages(&self, register: &str) -> Result<Vec<PageRecord>, StoreError>;

    /// One small text.
    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// One draft.
    async fn draft(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// All drafts, by name.
    async fn drafts(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// One file. The caller checks it against its digest ([`super::Session::blob`] does).
    async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The names of what is kept. Cheap: keys only.
    async fn names(&self, of: Named) -> Result<Vec<String>, StoreError>;

    /// Removes everything, log included. Only ever on a person's explicit wish.
    async fn wipe(&self) -> Result<(), StoreError>;

    /// Space in use and in all.
    async fn estimate(&self) -> Estimate;

    /// Called between the steps of long work: a keeper on a page's thread lets the page draw when it has
    /// waited long enough.
    async fn pause(&self) {}

    /// What unpacks records of the log. A page that opens from its pages needs none of it, and fetches it when there
    /// is a record to be read.
    async fn unpack(&self) -> Result<Unpack, StoreError> {
        Ok(decode_log)
    }

    /// Whether whoever uses this device reads what is kept.
    fn is_exposed(&self) -> bool {
        false
    }

    /// One record of the log.
    async fn batch(&self, id: BatchId) -> Result<Option<LogRecord>, StoreError> {
        Ok(self.log(id, id).await?.into_iter().next())
    }

    /// Puts one small text, strictly.
    async fn put_meta(&self, key: &str, text: &str) -> Result<(), StoreError> {
        self.write(Write { meta: vec![(key.to_owned(), text.to_owned())], ..Write::strict() }).await
    }

    /// Puts one draft, relaxed.
    async fn put_draft(&self, key: &str, json: &str) -> Result<(), StoreError> {
        self.write(Write { drafts: vec![(key.to_owned(), json.to_owned())], ..Write::relaxed() }).await
    }

    /// Removes one draft.
    async fn remove_draft(&self, key: &str) -> Result<(), StoreError> {
        self.write(Write { drafts_done: vec![key.to_owned()], ..Write::relaxed() }).await
    }
}
