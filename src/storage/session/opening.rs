//! Opening a ledger: pages, the batches they do not contain, and what was found wrong.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::cache::Cache;
use super::load::{Loaded, check_chains, load, replace_broken};
use super::log::read;
use super::{Inner, Session};
use crate::ledger::{BatchId, DeviceId, State};
use crate::storage::codec::Unreadable;
use crate::storage::port::{Store, StoreError};
use crate::storage::turn::Turn;
use crate::value::order;
use crate::value::order::Ordered as _;

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

impl Damage {
    /// The batch that is damaged, where it is one.
    pub fn batch(&self) -> Option<BatchId> {
        match self {
            Self::Unreadable { id, .. } | Self::Gone { id } | Self::Chain { id } => Some(*id),
            Self::Gap { .. } => None,
        }
    }

    /// Whether `batch` is what is missing here.
    pub(super) fn concerns(&self, batch: BatchId) -> bool {
        match self {
            Self::Gap { device, from, to } => batch.device == *device && (*from..*to).contains(&batch.seq),
            other => other.batch() == Some(batch),
        }
    }
}

/// What is believed of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// That a page whose checksum fits can be read: its records are made when somebody looks.
    Checksums,
    /// Nothing: the program has stopped, perhaps over one of them. Every record is made before any is shown, and a page
    /// that cannot be read is made again from the log.
    Nothing,
}

impl<S: Store> Session<S> {
    /// Opens what `store` keeps.
    pub async fn open(store: S) -> Result<Self, StoreError> {
        Self::open_trusting(store, Trust::Checksums).await
    }

    /// The same with more doubt, or less.
    pub async fn open_trusting(store: S, trust: Trust) -> Result<Self, StoreError> {
        let mut opening = Opening::default();
        let mut cache = Cache::default();
        let loaded = load(&store, trust, &mut opening.rebuilt).await?;
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
        state.exposed = store.is_exposed();
        Ok(Self(Rc::new(Inner {
            store,
            state: RefCell::new(state),
            cache: RefCell::new(cache),
            damage: RefCell::new(opening.damage.clone()),
            opening,
            recording: Turn::default(),
            flushing: Turn::default(),
        })))
    }
}
