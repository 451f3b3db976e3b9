//! The lock: what is kept on this device is unreadable without a passphrase.
//!
//! Duty: [`Vault`] stands before a keeper and is the one place through which every byte goes in and out. Without a lock
//! it hands everything on as it is. With one, records are wrapped on their way in and unwrapped on their way out.
//! Inputs: a keeper, and what wraps ([`Wrap`]; [`Envelope`] does it with any [`Cipher`]). Outputs: a keeper.
//! Neighbours: `web::crypto` is the browser's cipher; `ui` asks for the passphrase.
//!
//! # What is kept, and what it tells while the lock is set
//!
//! | place | key | what is kept |
//! |---|---|---|
//! | `log`, `pages`, `blobs`, `drafts`, `meta` | device and number, register and page, digest, names of fields | wrapped |
//! | `meta` [`LOCK`], [`RULE`], [`TRIES`] | – | the header, what holds for writing, attempts that failed: plain, about nobody |
//!
//! # The bytes
//!
//! ```text
//! record       "XCW" 01 │ nonce (12 bytes) │ AES-256-GCM of the record, with its tag (16 bytes)
//! small text   "xcw1." and the same in base 64, without "XCW" 01
//! ```
//! A nonce is drawn anew for every record that is written. The place and the key of a record (`log/…`, `pages/R06/3`)
//! are authenticated with it, so that no record can stand in for another. The key that does it is drawn once; the
//! header holds it twice, wrapped by a key of the passphrase and by one of the recovery code (see [`Header`]). Another
//! passphrase wraps that key anew, and no record.
//!
//! # Setting the lock, taking it off, and losing power meanwhile
//!
//! The header is written first and says that records are being wrapped; from then on whatever is written is wrapped,
//! and what is read may be either, because every record says itself which it is. [`Vault::rewrite`] goes through all of
//! them in small strict writes and can begin anew at any point. Every write names the rule under which its bytes were
//! made, and the keeper refuses it when another one holds: neither a window that knows nothing of the lock yet nor one
//! that still thinks it is set can write what nobody can read, or what everybody can.

mod base64;
mod code;
mod envelope;
mod header;
mod rewrite;
mod wait;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

pub use self::code::{Code, Misread};
pub use self::envelope::{Cipher, CipherError, Envelope, NONCE, close, open};
pub use self::header::{Header, HeaderError, ROUNDS, Stage, Wrapped};
pub use self::wait::{Tries, WAIT_LONGEST};
use super::port::{Estimate, LogRecord, Named, PageRecord, RULE, Store, StoreError, Unpack, Write};
use super::turn::{Mine, Turn};
use crate::ledger::BatchId;

/// The small text that is the header; empty or missing while there is no lock.
pub const LOCK: &str = "lock";
/// The small text that counts attempts that failed.
pub const TRIES: &str = "lock.tries";

/// Something that is begun and waited for.
pub type Soon<T> = Pin<Box<dyn Future<Output = T>>>;

/// Where small texts lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Small texts of the person's choices.
    Meta,
    /// What is being typed.
    Drafts,
}

/// What wraps records and unwraps them. Boxed, because the first screen of a ledger without a lock is fetched without
/// all that is behind it.
pub trait Wrap {
    /// The rule under which it writes ([`RULE`]).
    fn rule(&self) -> String;
    /// Whether what is written is wrapped; otherwise the lock is being taken off.
    fn wraps(&self) -> bool;
    /// What is to be written, as it is to be kept, with its rule. Of drafts only what was asked for last: wrapping takes
    /// a moment, and the later letter may be wrapped first.
    fn wrap(&self, write: Write) -> Soon<Result<Write, StoreError>>;
    /// Records as they were. What cannot be unwrapped comes as it is, and is found damaged by whoever reads it.
    fn log(&self, records: Vec<LogRecord>) -> Soon<Vec<LogRecord>>;
    /// The same of pages.
    fn pages(&self, pages: Vec<PageRecord>) -> Soon<Vec<PageRecord>>;
    /// The same of small texts.
    fn texts(&self, place: Texts, texts: Vec<(String, String)>) -> Soon<Vec<(String, String)>>;
    /// The same of a file.
    fn file(&self, digest: String, bytes: Vec<u8>) -> Soon<Vec<u8>>;
}

/// What is known of the lock.
#[derive(Clone)]
struct Known {
    wrap: Rc<dyn Wrap>,
    /// As it is kept, so that it can be put before an emptied keeper.
    header: String,
}

/// A keeper with or without a lock before it. Clones share the lock.
#[derive(Clone)]
pub struct Vault<S> {
    store: S,
    known: Rc<RefCell<Option<Known>>>,
    /// Everything is being rewritten: writes wait for its steps.
    rewriting: Rc<Cell<bool>>,
    turn: Rc<Turn>,
}

impl<S: Store> Vault<S> {
    /// A keeper without a lock.
    pub fn new(store: S) -> Self {
        Self { store, known: Rc::default(), rewriting: Rc::default(), turn: Rc::default() }
    }

    /// The keeper itself.
    pub fn inner(&self) -> &S {
        &self.store
    }

    /// The header of the lock that is kept; none where no lock is set.
    pub async fn header(&self) -> Result<Option<String>, StoreError> {
        Ok(self.store.meta(LOCK).await?.filter(|header| !header.is_empty()))
    }

    /// What is written and read from here on goes through `wrap`, whose header is this.
    pub fn unlock(&self, wrap: Rc<dyn Wrap>, header: String) {
        self.known.replace(Some(Known { wrap, header }));
    }

    /// Opens this one as `other` is opened. A keeper that is found empty is locked before anything is put into it.
    pub async fn unlock_as(&self, other: &Self) -> Result<(), StoreError> {
        let known = other.known.borrow().clone();
        let Some(known) = known else { return Ok(()) };
        if self.header().await?.is_none() && self.store.log_ids().await?.is_empty() {
            self.store.write(kept(&known.header, &known.wrap.rule(), String::new())).await?;
        }
        self.known.replace(Some(known));
        Ok(())
    }

    /// Whether what is written is wrapped.
    pub fn is_locked(&self) -> bool {
        self.known.borrow().as_ref().is_some_and(|k| k.wrap.wraps())
    }

    fn wrap(&self) -> Option<Rc<dyn Wrap>> {
        self.known.borrow().as_ref().map(|k| Rc::clone(&k.wrap))
    }

    /// Keeps a draft; `before` hears how, for whoever keeps it somewhere else first. Says how it is kept; with nothing
    /// where something else was asked for since.
    pub async fn keep_draft(
        &self,
        key: &str,
        json: &str,
        before: impl FnOnce(&str),
    ) -> Result<String, StoreError> {
        let _turn = self.enter().await;
        let write = Write { drafts: vec![(key.to_owned(), json.to_owned())], ..Write::relaxed() };
        let write = self.ready(write).await?;
        let kept = write.drafts.first().map(|(_, text)| text.clone()).unwrap_or_default();
        if !kept.is_empty() {
            before(&kept);
        }
        self.store.write(write).await?;
        Ok(kept)
    }

    /// The draft of what is kept.
    pub async fn draft_of_kept(&self, key: &str, text: String) -> String {
        self.text_of(Texts::Drafts, key, text).await
    }

    async fn text_of(&self, place: Texts, key: &str, text: String) -> String {
        let Some(wrap) = self.wrap() else { return text };
        let found = wrap.texts(place, vec![(key.to_owned(), text)]).await.pop();
        found.map(|(_, text)| text).unwrap_or_default()
    }

    /// Waits while everything is being rewritten.
    async fn enter(&self) -> Option<Mine<'_>> {
        if self.rewriting.get() { Some(self.turn.take().await) } else { None }
    }

    /// What is to be written, as it is to be kept. Without a lock nothing is waited for: whatever is written before the
    /// lock is set stands before it.
    async fn ready(&self, write: Write) -> Result<Write, StoreError> {
        match self.wrap() {
            Some(wrap) => wrap.wrap(write).await,
            None => Ok(Write { rule: Some(String::new()), ..write }),
        }
    }
}

/// The write of a header and its rule; `before` must be the rule until then.
fn kept(header: &str, rule: &str, before: String) -> Write {
    let text = |key: &str, text: &str| (key.to_owned(), text.to_owned());
    let meta = vec![text(LOCK, header), text(RULE, rule), text(TRIES, "")];
    Write { meta, rule: Some(before), ..Write::strict() }
}

impl<S: Store> Store for Vault<S> {
    async fn write(&self, write: Write) -> Result<(), StoreError> {
        let _turn = self.enter().await;
        let write = self.ready(write).await?;
        self.store.write(write).await
    }

    async fn log_ids(&self) -> Result<Vec<BatchId>, StoreError> {
        self.store.log_ids().await
    }

    async fn log(&self, from: BatchId, to: BatchId) -> Result<Vec<LogRecord>, StoreError> {
        let records = self.store.log(from, to).await?;
        Ok(match self.wrap() {
            Some(wrap) => wrap.log(records).await,
            None => records,
        })
    }

    async fn pages(&self, register: &str) -> Result<Vec<PageRecord>, StoreError> {
        let pages = self.store.pages(register).await?;
        Ok(match self.wrap() {
            Some(wrap) => wrap.pages(pages).await,
            None => pages,
        })
    }

    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self.store.meta(key).await? {
            Some(text) => Ok(Some(self.text_of(Texts::Meta, key, text).await)),
            None => Ok(None),
        }
    }

    async fn draft(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self.store.draft(key).await? {
            Some(text) => Ok(Some(self.text_of(Texts::Drafts, key, text).await)),
            None => Ok(None),
        }
    }

    async fn drafts(&self) -> Result<Vec<(String, String)>, StoreError> {
        let drafts = self.store.drafts().await?;
        Ok(match self.wrap() {
            Some(wrap) => wrap.texts(Texts::Drafts, drafts).await,
            None => drafts,
        })
    }

    async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match (self.store.blob(digest).await?, self.wrap()) {
            (Some(bytes), Some(wrap)) => Ok(Some(wrap.file(digest.to_owned(), bytes).await)),
            (found, _) => Ok(found),
        }
    }

    /// Removes everything; what is put there afterwards is locked as before.
    async fn wipe(&self) -> Result<(), StoreError> {
        self.store.wipe().await?;
        let known = self.known.borrow().clone();
        match known {
            Some(Known { wrap, header }) => {
                self.store.write(kept(&header, &wrap.rule(), String::new())).await
            }
            None => Ok(()),
        }
    }

    async fn estimate(&self) -> Estimate {
        self.store.estimate().await
    }

    async fn pause(&self) {
        self.store.pause().await;
    }

    async fn unpack(&self) -> Result<Unpack, StoreError> {
        self.store.unpack().await
    }

    fn is_exposed(&self) -> bool {
        !self.is_locked()
    }

    async fn names(&self, of: Named) -> Result<Vec<String>, StoreError> {
        self.store.names(of).await
    }
}

#[cfg(test)]
mod tests;
