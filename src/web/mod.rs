//! What only a browser has.
//!
//! Duty: one small adapter for each thing that the browser offers and the core asks for. They turn callbacks
//! into futures and events into closures, and know nothing of leptos: `ui` wraps them in signals. Inputs and
//! outputs are plain Rust; no `JsValue` leaves this room. Neighbours: `storage` and `ledger` above, whose
//! ports are implemented here; `ui` and the two wasm programs below.
//!
//! | file | duty |
//! |---|---|
//! | [`idb`] | keeps bytes in IndexedDB ([`crate::storage::Store`]) |
//! | [`locks`] | one tab writes, the others read; a tab can take over; a worker writes only while it may |
//! | [`channel`] | tells the other tabs |
//! | [`worker`] | heavy jobs in another thread, with progress and cancelling |
//! | [`files`] | reads chosen files, saves made ones |
//! | [`clock`] | what time it is, and where |
//! | [`crypto`] | encrypts, and makes keys of passphrases |
//! | [`device`] | chance, and who this installation is |
//! | [`doubt`] | that the program has stopped |
//! | [`service_worker`] | the program offline, and its updates |
//! | [`install`] | putting the program on the home screen |
//! | [`quota`] | how much room there is, and asking to keep it |
//! | [`size`] | the width of an element, as it changes |
//! | [`media`] | what the screen is like: dark, narrow |
//! | [`back`] | one step that Back takes before it leaves the page |
//! | [`picture`] | a drawing as PNG |

mod answer;
pub mod back;
pub mod channel;
pub mod clock;
pub mod crypto;
pub mod device;
pub mod doubt;
pub mod files;
pub mod idb;
pub mod install;
mod js;
pub mod locks;
pub mod media;
pub mod picture;
pub mod quota;
pub mod service_worker;
pub mod size;
pub mod worker;

pub use clock::{idle, painted, sleep};

/// The keeper of this browser, with or without a lock before it.
pub type Keeper = crate::storage::Vault<idb::Idb>;

/// Name of the browser's database; page and worker open the same.
pub const DATABASE: &str = "xingcun";
