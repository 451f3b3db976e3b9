//! (being written)
pub mod completeness;
pub mod findings;
pub mod format;
pub mod indicator;
pub mod overview;
pub mod pivot;
pub mod sample;
pub mod statistics;

#[cfg(test)]
mod tests;
