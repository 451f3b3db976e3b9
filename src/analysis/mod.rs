//! (being written)
pub mod completeness;
pub mod format;
pub mod indicator;
pub mod pivot;
pub mod statistics;
