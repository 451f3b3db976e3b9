//! A keeper that keeps nothing beyond its own life: for tests, and for a browser that lets us keep nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::port::{Estimate, LogRecord, Named, PageRecord, RULE, Store, StoreError, Write};
use crate::ledger::BatchId;

/// Everything in memory. Clones share it, as tabs share a database.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    places: Rc<RefCell<Places>>,
}

#[derive(Debug, Default)]
struct Places {
    log: BTreeMap<BatchId, Vec<u8>>,
    pages: BTreeMap<(String, u32), Vec<u8>>,
    meta: BTreeMap<String, String>,
    drafts: BTreeMap<String, String>,
    blobs: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for Memory {
    async fn write(&self, write: Write) -> Result<(), StoreError> {
        let mut places = self.places.borrow_mut();
        // What can be refused is looked at before anything is changed.
        let rule = places.meta.get(RULE).map(String::as_str).unwrap_or_default();
        if write.rule.as_ref().is_some_and(|wanted| wanted != rule) {
            return Err(StoreError::Relocked);
        }
        for record in &write.log {
            if !record.replaces && places.log.contains_key(&record.id) {
                return Err(StoreError::Taken { id: record.id });
            }
        }
        if write.drop_pages {
            places.pages.clear();
        }
        places.log.extend(write.log.into_iter().map(|r| (r.id, r.bytes)));
        places.pages.extend(write.pages.into_iter().map(|p| ((p.register, p.page), p.bytes)));
        places.meta.extend(write.meta);
        places.drafts.extend(write.drafts);
        places.drafts.retain(|name, _| !write.drafts_done.contains(name));
        places.blobs.extend(write.blobs);
        Ok(())
    }

    async fn log_ids(&self) -> Result<Vec<BatchId>, StoreError> {
        Ok(self.places.borrow().log.keys().copied().collect())
    }

    async fn log(&self, from: BatchId, to: BatchId) -> Result<Vec<LogRecord>, StoreError> {
        let places = self.places.borrow();
        let range = places.log.range(from..=to.max(from));
        Ok(range.map(|(id, b)| LogRecord { id: *id, bytes: b.clone(), replaces: false }).collect())
    }

    async fn pages(&self, register: &str) -> Result<Vec<PageRecord>, StoreError> {
        let places = self.places.borrow();
        let range = places.pages.range((register.to_owned(), 0)..=(register.to_owned(), u32::MAX));
        Ok(range
            .map(|((register, page), bytes)| PageRecord {
                register: register.clone(),
                page: *page,
                bytes: bytes.clone(),
            })
            .collect())
    }

    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.places.borrow().meta.get(key).cloned())
    }

    async fn draft(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.places.borrow().drafts.get(key).cloned())
    }

    async fn drafts(&self) -> Result<Vec<(String, String)>, StoreError> {
        Ok(self.places.borrow().drafts.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.places.borrow().blobs.get(digest).cloned())
    }

    async fn names(&self, of: Named) -> Result<Vec<String>, StoreError> {
        let places = self.places.borrow();
        Ok(match of {
            Named::Texts => places.meta.keys().cloned().collect(),
            Named::Registers => {
                let mut registers: Vec<String> =
                    places.pages.keys().map(|(register, _)| register.clone()).collect();
                registers.dedup();
                registers
            }
            Named::Files => places.blobs.keys().cloned().collect(),
        })
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        *self.places.borrow_mut() = Places::default();
        Ok(())
    }

    async fn estimate(&self) -> Estimate {
        Estimate::default()
    }
}
