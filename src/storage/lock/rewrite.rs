//! Setting the lock before what is kept already, and taking it off again.
//!
//! Inputs: what wraps, and the header at each stage. Outputs: everything in a keeper as the header says. Neighbours:
//! [`super`] says why it may be broken off anywhere.

use std::rc::Rc;

use super::envelope::{is_closed, is_closed_file, is_closed_text};
use super::{Header, Known, LOCK, Stage, TRIES, Texts, Vault, Wrap, kept};
use crate::storage::port::{LogRecord, Named, PageRecord, RULE, Store, StoreError, Write};

/// Records, pages or texts that are rewritten in one transaction; a breath is taken in between.
const AT_ONCE: usize = 32;

impl<S: Store> Vault<S> {
    /// Begins to set or to take off the lock: from here on `wrap` is what writes. The header says so before anything
    /// else is written.
    pub async fn begin(&self, wrap: Rc<dyn Wrap>, header: &Header) -> Result<(), StoreError> {
        self.rewriting.set(true);
        let _turn = self.turn.take().await;
        let before = self.wrap().map_or_else(String::new, |wrap| wrap.rule());
        let text = header.text();
        match self.store.write(kept(&text, &header.rule(), before)).await {
            Ok(()) => {
                self.known.replace(Some(Known { wrap, header: text }));
                Ok(())
            }
            Err(error) => {
                self.rewriting.set(false);
                Err(error)
            }
        }
    }

    /// Goes through everything and wraps or unwraps what is not yet as `header` says, then says that it is done: the
    /// lock is set, or gone. `told` hears how many of how many.
    pub async fn rewrite(&self, header: &Header, told: impl Fn(usize, usize)) -> Result<(), StoreError> {
        self.rewriting.set(true);
        let done = self.rewrite_all(header, told).await;
        self.rewriting.set(false);
        done
    }

    async fn rewrite_all(&self, header: &Header, told: impl Fn(usize, usize)) -> Result<(), StoreError> {
        let ids = self.store.log_ids().await?;
        let registers = self.store.names(Named::Registers).await?;
        let files = self.store.names(Named::Files).await?;
        let all = ids.len() + registers.len() + files.len() + 1;
        let mut done = 0;
        let mut step = |n: usize| {
            done += n;
            told(done, all);
        };
        self.rewrite_texts().await?;
        step(1);
        for some in ids.chunks(AT_ONCE) {
            let _turn = self.turn.take().await;
            let mut log = Vec::with_capacity(some.len());
            for id in some {
                log.extend(self.store.log(*id, *id).await?);
            }
            self.rewrite_log(log).await?;
            step(some.len());
            self.store.pause().await;
        }
        for digest in &files {
            let _turn = self.turn.take().await;
            self.rewrite_file(digest).await?;
            step(1);
            self.store.pause().await;
        }
        for register in &registers {
            let _turn = self.turn.take().await;
            self.rewrite_pages(self.store.pages(register).await?).await?;
            step(1);
            self.store.pause().await;
        }
        self.end(header).await
    }

    /// It is done: what holds from here on.
    async fn end(&self, header: &Header) -> Result<(), StoreError> {
        let _turn = self.turn.take().await;
        match header.stage {
            Stage::TakingOff => {
                self.store.write(kept("", "", header.rule())).await?;
                self.known.replace(None);
            }
            Stage::Setting | Stage::Set => self.rehead(&header.at(Stage::Set)).await?,
        }
        Ok(())
    }

    /// Keeps another header of the same key: another passphrase, other minutes.
    pub async fn rehead(&self, header: &Header) -> Result<(), StoreError> {
        let text = header.text();
        self.store.write(kept(&text, &header.rule(), header.rule())).await?;
        if let Some(known) = &mut *self.known.borrow_mut() {
            known.header = text;
        }
        Ok(())
    }

    /// Forgets the key, and that there is a lock: before everything is removed on a person's wish.
    pub fn forget(&self) {
        self.known.replace(None);
    }

    async fn keep(&self, write: Write, wrap: &Rc<dyn Wrap>) -> Result<(), StoreError> {
        let write = wrap.wrap(write).await?;
        self.store.write(write).await
    }

    async fn rewrite_log(&self, mut log: Vec<LogRecord>) -> Result<(), StoreError> {
        let Some(wrap) = self.wrap() else { return Ok(()) };
        log.retain(|r| is_closed(&r.bytes) != wrap.wraps());
        if !wrap.wraps() {
            log = wrap.log(log).await;
            // What cannot be opened stays as it is, and is said to be damaged.
            log.retain(|r| !is_closed(&r.bytes));
        }
        log.iter_mut().for_each(|r| r.replaces = true);
        self.keep(Write { log, ..Write::strict() }, &wrap).await
    }

    async fn rewrite_pages(&self, mut pages: Vec<PageRecord>) -> Result<(), StoreError> {
        let Some(wrap) = self.wrap() else { return Ok(()) };
        pages.retain(|p| is_closed(&p.bytes) != wrap.wraps());
        if !wrap.wraps() {
            pages = wrap.pages(pages).await;
            pages.retain(|p| !is_closed(&p.bytes));
        }
        self.keep(Write { pages, ..Write::strict() }, &wrap).await
    }

    async fn rewrite_file(&self, digest: &str) -> Result<(), StoreError> {
        let Some(wrap) = self.wrap() else { return Ok(()) };
        let Some(mut bytes) = self.store.blob(digest).await? else { return Ok(()) };
        if is_closed_file(digest, &bytes) == wrap.wraps() {
            return Ok(());
        }
        if !wrap.wraps() {
            bytes = wrap.file(digest.to_owned(), bytes).await;
            if is_closed_file(digest, &bytes) {
                return Ok(());
            }
        }
        self.keep(Write { blobs: vec![(digest.to_owned(), bytes)], ..Write::strict() }, &wrap).await
    }

    async fn rewrite_texts(&self) -> Result<(), StoreError> {
        let _turn = self.turn.take().await;
        let Some(wrap) = self.wrap() else { return Ok(()) };
        let mut meta = Vec::new();
        for key in self.store.names(Named::Texts).await? {
            if ![LOCK, RULE, TRIES].contains(&&*key)
                && let Some(text) = self.store.meta(&key).await?
            {
                meta.push((key, text));
            }
        }
        let mut drafts = self.store.drafts().await?;
        for (place, texts) in [(Texts::Meta, &mut meta), (Texts::Drafts, &mut drafts)] {
            texts.retain(|(_, text)| is_closed_text(text) != wrap.wraps());
            if !wrap.wraps() {
                *texts = wrap.texts(place, std::mem::take(texts)).await;
                texts.retain(|(_, text)| !is_closed_text(text));
            }
        }
        self.keep(Write { meta, drafts, ..Write::strict() }, &wrap).await
    }
}
