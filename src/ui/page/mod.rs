//! The pages, one file or folder each.

pub(super) mod analysis;
pub(super) mod article;
mod closed;
pub(super) mod contracts;
pub(super) mod county;
pub(super) mod dossier;
pub(super) mod duplicates;
pub(super) mod exchange;
pub(super) mod find;
pub(super) mod history;
pub(super) mod import;
pub(super) mod merge;
pub(super) mod overview;
pub(super) mod pivot;
pub(super) mod register;
pub(super) mod registers;
pub(super) mod settings;
mod who;
