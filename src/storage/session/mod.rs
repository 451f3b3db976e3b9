//! A ledger that is open: the state in memory, the log on the medium, pages in between.
//!
//! Opening reads the pages and applies the batches that they do not contain yet. A page that is missing,
//! torn or from another version is made again from the log. A batch that cannot be read is reported, its
//! bytes are kept, and everything else is loaded: never lose, never hide.
//!
//! Recording appends to the log first, strictly, and changes the state only when that is durable. Pages are
//! written later, when nobody waits ([`Session::flush_step`]).
//!
//! A session is a handle: clones share it, all methods take `&self`, and the state can only be looked at
//! inside [`Session::with`], so that no borrow is ever held while something is awaited.

mod cache;
mod check;
mod flush;
mod gists;
mod load;
mod log;
mod opening;
mod recording;

use std::cell::RefCell;
use std::rc::Rc;

use self::cache::Cache;
pub use self::flush::Flush;
pub use self::opening::{Damage, Opening, Trust};
pub use self::recording::{CommitError, Extra};
use crate::ledger::{DeviceId, Digest, Entropy, OPEN, State, much_was_opened};
use crate::storage::port::{Estimate, Store, StoreError};
use crate::storage::turn::Turn;

/// Where the device's identity is kept.
const DEVICE: &str = "device";

/// An open ledger.
pub struct Session<S>(pub(in crate::storage) Rc<Inner<S>>);

impl<S> Clone for Session<S> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

pub(in crate::storage) struct Inner<S> {
    store: S,
    pub(in crate::storage) state: RefCell<State>,
    cache: RefCell<Cache>,
    opening: Opening,
    /// What is wrong with the log: found when it was opened, and since.
    damage: RefCell<Vec<Damage>>,
    recording: Turn,
    flushing: Turn,
}

impl<S: Store> Session<S> {
    /// What opening found.
    pub fn opening(&self) -> &Opening {
        &self.0.opening
    }

    /// The keeper: for drafts and small texts.
    pub fn store(&self) -> &S {
        &self.0.store
    }

    /// Looks at the state. What the look has opened stays so for the next one, as far as memory allows.
    pub fn with<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        let seen = look(&self.0.state.borrow());
        if much_was_opened() {
            self.tidy();
        }
        seen
    }

    /// More registers are declared by now: their records are read as what they are.
    pub fn declare_anew(&self) {
        self.0.state.borrow_mut().declare_anew();
    }

    /// The lock was set or taken off: what may be written is another matter.
    pub fn attend_lock(&self) {
        self.0.state.borrow_mut().exposed = self.0.store.is_exposed();
    }

    /// Packs records again that nobody looks at any more, where more of them are open than memory should hold; not
    /// while somebody looks.
    fn tidy(&self) {
        if let Ok(mut state) = self.0.state.try_borrow_mut() {
            state.tidy(OPEN);
        }
    }

    /// Changes with every batch.
    pub fn version(&self) -> u64 {
        self.0.state.borrow().version()
    }

    /// This installation's identity, made when there is none yet. A new one is also made when the end of
    /// this device's own chain cannot be read: continuing it blindly would reuse the names of lost batches.
    pub async fn device(&self, entropy: &mut dyn Entropy) -> Result<DeviceId, StoreError> {
        let kept: Option<DeviceId> = self.0.store.meta(DEVICE).await?.and_then(|t| t.parse().ok());
        let usable = kept.filter(|device| {
            let next = self.0.state.borrow().devices().get(device).map_or(1, |h| h.next_seq);
            !self.0.cache.borrow().damaged.iter().any(|id| id.device == *device && id.seq >= next)
        });
        match usable {
            Some(device) => Ok(device),
            None => self.new_device(entropy).await,
        }
    }

    /// Gives this installation a new identity: after [`CommitError::Forked`], on one of the two computers
    /// that share a copied profile. Authors made before must not be used any more.
    pub async fn new_device(&self, entropy: &mut dyn Entropy) -> Result<DeviceId, StoreError> {
        let device = DeviceId(entropy.bits());
        self.0.store.put_meta(DEVICE, &device.to_string()).await?;
        Ok(device)
    }

    /// An attached file, checked against its digest.
    pub async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.store.blob(digest).await? {
            Some(bytes) if blob_digest(&bytes) == digest => Ok(Some(bytes)),
            Some(_) => Err(StoreError::Torn { what: format!("file {digest}") }),
            None => Ok(None),
        }
    }

    /// Space in use and in all.
    pub async fn estimate(&self) -> Estimate {
        self.0.store.estimate().await
    }
}

/// The name under which a file is kept: the SHA-256 of its bytes, hexadecimal.
pub fn blob_digest(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}
