//! What is in memory.
//!
//! Duty: the ledger's records as tables: the tree of places, typed columns with a dictionary, filters, sorting
//! and search, and the law by which rows add up. Inputs: a [`crate::ledger::State`] and what was declared in
//! `register`. Outputs: row indices, members and contributions, each of which leads back to its record.
//! Neighbours: `ledger` above; `analysis`, `exchange` and the pages read from here.

pub mod arrangement;
mod build;
pub mod column;
mod error;
pub mod filter;
mod finder;
pub mod frame;
mod gist;
mod kept;
pub mod law;
mod names;
pub mod outline;
pub mod places;
pub mod query;
pub mod registers;
pub mod saved;
pub mod search;
pub mod spelling;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tree_tests;

pub use column::{Column, Data, MISSING, dimension};
pub use error::QueryError;
pub use filter::{Clause, Filter, Op, Time};
pub use finder::Finder;
pub use frame::{Cache, Table};
pub(crate) use kept::kept;
pub use kept::{Kept, Put, Take};
pub use names::Names;
pub use places::{Epoch, Place, Places};
