//! What survives.
//!
//! Duty: keep every recorded batch for ever and give the state back quickly. [`port`] says what a keeper of
//! bytes must do (one trait, one all-or-nothing write); [`codec`] turns batches and records into bytes with
//! checksums; [`Session`] opens a keeper, rebuilds what is torn, records batches and writes pages when there
//! is time. [`Vault`] is a keeper with a lock before it. [`Memory`] keeps nothing beyond its own life, [`Faulty`] fails on purpose, and [`suite`] is what
//! every keeper must pass – natively on `Memory` and `Faulty`, in a browser on IndexedDB.
//! Inputs: sealed batches. Outputs: a [`State`](crate::ledger::State) and a list of what is damaged.
//! Neighbours: `ledger` above; `web::idb` implements the port; `ui` opens a session.
//!
//! # What is kept where
//!
//! | place | key | bytes | truth or cache |
//! |---|---|---|---|
//! | `log` | device, sequence number | one batch as it was sealed | **the truth**; written once, never again |
//! | `pages` | register, page number | [`codec::ROWS`] records in columns | a cache of the log |
//! | `meta` | name | small texts: device, actor, settings | the person's choices |
//! | `drafts` | name | JSON of what is being typed | the person's unsaved work |
//! | `blobs` | SHA-256 | attached files | the truth, checked by its name |

pub mod codec;
mod faulty;
pub mod lock;
mod memory;
pub mod port;
mod session;
pub mod suite;
mod trace;
mod turn;

pub use codec::decode_log;
pub use faulty::{Fault, Faulty};
pub use lock::Vault;
pub use memory::Memory;
pub use port::{Durability, Estimate, LogRecord, Named, PageRecord, RULE, Store, StoreError, Unpack, Write};
pub use session::{CommitError, Damage, Extra, Flush, Opening, Session, Trust, blob_digest};
pub use trace::{BackupNote, Trace};

#[cfg(test)]
mod simulation_tests;
#[cfg(test)]
mod tests;
