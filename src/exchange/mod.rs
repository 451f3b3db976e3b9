//! What comes in and goes out.
//!
//! Duty: from the bytes of a workbook to changes that a person can confirm. [`book`] reads cells, [`layout`]
//! finds tables in them, [`totals`] verifies their sums, [`mapping`] says which column is which field,
//! [`plan`] turns rows into drafts with everything that needs a decision. Nothing is written here: a plan
//! becomes a `ledger::Draft` when the person agrees. [`article`] finds the figures of texts. Neighbours: `register` declares the fields, `value`
//! reads the words, `ledger` holds what is already known.

pub mod article;
pub mod backup;
pub mod block;
pub mod book;
mod cell;
pub mod conflict_json;
pub mod export;
mod finding;
mod inspect;
pub mod job;
pub mod layout;
pub mod ledger_file;
pub mod mapping;
pub mod marks;
pub mod merging;
pub mod own;
pub mod part;
pub mod plan;
pub mod preview;
pub mod question;
pub mod record_json;
mod resolve;
#[cfg(test)]
mod round_tests;
pub mod text;
pub mod totals;
pub mod typed;

pub use book::{Book, BookError, BookSheet, Cell, Phase, Progress, Quiet};
pub use finding::{CellFinding, Report};
pub use inspect::{Inspection, SheetNote, TableView, inspect};
pub use layout::{Column, FoundTable, RowPart, tables};
pub use ledger_file::attachments;
pub use mapping::{ColumnMapping, Confidence, Lexicon, Mapping, Meaning, layout_fingerprint};
pub use plan::{
    Chosen, Counts, DraftRow, Fate, FieldChange, Options, Outcome, Plan, PlanError, Planned, import, plan,
};
pub use resolve::{
    Candidate, Decision, NewPlace, NewProduct, PlaceAnswer, ProductAnswer, UnknownPlace, Unlisted,
};
pub use totals::TotalCheck;
