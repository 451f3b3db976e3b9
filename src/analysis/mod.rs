//! (being written)
pub mod format;
pub mod pivot;
pub mod statistics;
