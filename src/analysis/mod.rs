//! What it means.
//!
//! Duty: pivots, indicators and what the overview shows, computed from tables; charts as scenes that print as
//! SVG anywhere. Inputs: [`crate::table`] and declarations. Outputs: numbers that keep the rows behind them,
//! and drawings. Neighbours: `table` above; the pages, reports and the command line read from here.

pub mod backend;
pub mod chart;
pub mod completeness;
pub mod contracts;
pub mod dossier;
pub mod due;
pub mod duplicates;
pub mod findings;
pub mod format;
pub mod indicator;
pub mod many;
pub mod marks;
pub mod measure;
pub mod overview;
pub mod pivot;
pub mod sample;
pub mod scene;
pub mod stacks;
pub mod statistics;
pub mod svg;
pub mod waiting;

#[cfg(test)]
mod tests;
