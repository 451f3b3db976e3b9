//! (being written)
pub mod backend;
pub mod chart;
pub mod measure;
pub mod scene;
pub mod svg;
