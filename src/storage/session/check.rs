//! Looking after the log: what is damaged in it, also where the pages hide it.
//!
//! Opening reads only the batches that no page contains, so that a damaged record may lie unseen until somebody
//! needs it. Inputs: the records of the log. Outputs: the [`Damage`] that nothing stands for. Neighbours: `ui`
//! calls it while nobody waits, and offers a complete backup; `ledger::rescue` makes that.

use super::{Damage, Session};
use crate::ledger::BatchId;
use crate::storage::codec::{Unreadable, check_log};
use crate::storage::port::{Store, StoreError};
use crate::value::order::Ordered as _;

/// Records looked at before others may have their turn; most have less than a kilobyte.
const SLICE: usize = 32;

impl<S: Store> Session<S> {
    /// Checks the checksum of every record of the log, and that none of those in the pages is missing.
    pub async fn check_log(&self) -> Result<(), StoreError> {
        let known: Vec<BatchId> = self.with(|s| s.batches.iter().map(|b| b.id).collect());
        let ids = self.0.store.log_ids().await?;
        let there = ids.iter().copied().into_set();
        for id in known.into_iter().filter(|id| !there.contains(id)) {
            self.add(Damage::Gone { id });
        }
        for slice in ids.chunks(SLICE) {
            let (Some(from), Some(to)) = (slice.first(), slice.last()) else { continue };
            for record in self.0.store.log(*from, *to).await? {
                if let Err(why) = check_log(&record.bytes) {
                    self.note(record.id, why);
                }
                self.0.store.pause().await;
            }
        }
        Ok(())
    }

    /// What is wrong with the log and not made good: neither repaired nor put together again from the pages.
    pub fn damage(&self) -> Vec<Damage> {
        let state = self.0.state.borrow();
        let answered = state.batches.iter().flat_map(|b| b.kind.stands_for()).copied().into_set();
        let open = |d: &&Damage| !answered.iter().any(|id| d.concerns(*id));
        self.0.damage.borrow().iter().filter(open).cloned().collect()
    }

    /// Takes note of a record that cannot be read.
    pub(super) fn note(&self, id: BatchId, why: Unreadable) {
        self.0.cache.borrow_mut().damaged.insert(id);
        self.add(Damage::Unreadable { id, why });
    }

    fn add(&self, found: Damage) {
        let mut damage = self.0.damage.borrow_mut();
        // A batch is said once, however often and wherever it is looked at.
        if !damage.iter().any(|d| d.batch() == found.batch()) {
            damage.push(found);
        }
    }
}
