//! (being written)

pub mod ledger_file;
pub mod record_json;
pub mod export;
