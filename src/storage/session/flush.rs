//! Writing pages while nobody waits: a few are encoded at a time, all of them written at once.

use super::Session;
use super::cache::Leaving;
use crate::storage::port::{Store, StoreError};

/// What a step of flushing has left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// So many pages are to be encoded.
    More(usize),
    /// The pages are written.
    Done,
}

impl<S: Store> Session<S> {
    /// How many pages wait to be written.
    pub fn unflushed(&self) -> usize {
        let cache = self.0.cache.borrow();
        cache.dirty.len() + cache.prepared.len()
    }

    /// Encodes up to `pages` changed pages, and writes all of them once none is left. To be called when the
    /// page is idle, by the writing tab only; every call does little, so that nobody notices.
    pub async fn flush_step(&self, pages: usize) -> Result<Flush, StoreError> {
        let _turn = self.0.flushing.take().await;
        let Leaving { write, manifest, pages } = {
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
        let started_over = write.drop_pages;
        let result = self.0.store.write(write).await;
        let mut cache = self.0.cache.borrow_mut();
        match result {
            Ok(()) => {
                cache.manifest = manifest;
                cache.arrived(&mut self.0.state.borrow_mut(), pages);
                self.tidy();
            }
            Err(error) => {
                cache.start_over |= started_over;
                cache.dirty.extend(pages.into_keys());
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
}
