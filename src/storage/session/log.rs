//! The log as it is on the medium: a batch, all of them, the ones that cannot be read.

use std::collections::BTreeSet;

use super::Session;
use crate::ledger::{BatchId, Sealed};
use crate::storage::codec::Unreadable;
use crate::storage::port::LogRecord;
use crate::storage::port::{Store, StoreError};

/// Records read at once when a log is read whole.
const CHUNK: usize = 256;

impl<S: Store> Session<S> {
    /// One batch of the log.
    pub async fn batch(&self, id: BatchId) -> Result<Option<Sealed>, StoreError> {
        match self.0.store.batch(id).await? {
            Some(record) => self.0.store.unpack().await?(&record.bytes)
                .map(Some)
                .map_err(|why| StoreError::Damaged { id, why: why.to_string() }),
            None => Ok(None),
        }
    }

    /// Calls `each` with every batch of the log that can be read, by device and number.
    pub async fn each_batch(&self, mut each: impl FnMut(Sealed)) -> Result<(), StoreError> {
        let ids = self.0.store.log_ids().await?;
        let all = ids.iter().copied().collect();
        read(&self.0.store, &ids, &all, |id, result| match result {
            Ok(sealed) => each(sealed),
            Err(why) => self.note(id, why),
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
}

/// The wanted ones of `ids` as ranges without anything unwanted in between, each of at most [`CHUNK`].
pub(super) fn ranges(ids: &[BatchId], wanted: &BTreeSet<BatchId>) -> Vec<(BatchId, BatchId)> {
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
pub(super) async fn read<S: Store>(
    store: &S,
    ids: &[BatchId],
    wanted: &BTreeSet<BatchId>,
    mut each: impl FnMut(BatchId, Result<Sealed, Unreadable>),
) -> Result<(), StoreError> {
    if wanted.is_empty() {
        return Ok(());
    }
    let unpack = store.unpack().await?;
    for (from, to) in ranges(ids, wanted) {
        for record in store.log(from, to).await? {
            let result = unpack(&record.bytes).and_then(|sealed| {
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
