//! (being written)

pub mod ledger_file;
