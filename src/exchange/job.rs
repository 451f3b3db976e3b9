//! The import as a conversation between the page and the worker.
//!
//! Duty: the words of that conversation, as plain data. The page hands over a file's bytes, gets a
//! [`Preview`], sends [`Answers`] to what needs a decision and finally agrees; the worker holds the book and
//! the plan in between. Neighbours: `web::worker` carries the words; `ui` and the worker speak them; the
//! preview is made in `super::preview`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use super::merging::{Leave, MergePreview};
use super::own::Offer;
use super::question::Question;
use super::resolve::Decision;
use crate::ledger::BatchId;
use crate::register::{Message, Severity};
use crate::value::{Period, RowId};

/// What the page says. Bytes of a file travel beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Read this file and plan its import.
    Read {
        /// File name.
        name: String,
    },
    /// Plan anew with these answers.
    Plan(Answers),
    /// Write what was planned last.
    Write {
        /// The lock without which nothing is written: whoever calls the write off takes it away for good.
        permit: String,
    },
    /// A copy of the file that was read, whose bytes travel beside, with comments on the cells that need a person.
    Marked,
    /// Write the pages of what was written: they spare the page from reading a long log.
    Pages,
    /// Write a register as a workbook.
    Export {
        /// Register key.
        register: String,
    },
    /// The text of an article's file: what opens files of so many kinds need not be in the page.
    Text {
        /// File name.
        name: String,
    },
    /// Write lines that the page shows as a workbook.
    Listing(Listing),
    /// Everything as a ledger file, read back before it is offered.
    Backup {
        /// What the log has lost and the pages still have is recorded in the log again as well.
        record: bool,
    },
    /// A ledger file of batches that the page hands over, with attached files: the database is left alone. The
    /// first buffer holds the batches' lines, the others the files.
    Pack {
        /// The files' digests.
        files: Vec<String>,
    },
    /// Open ledger files to be merged: their bytes travel beside, in this order.
    Survey {
        /// Their names.
        names: Vec<String>,
        /// The log here is damaged: what the files can mend of it is mended.
        mend: bool,
    },
    /// Look at the same merge once more, with this left out.
    Leave(Leave),
    /// Record the merge that was shown last.
    Merge {
        /// The lock without which nothing is written.
        permit: String,
    },
    /// Take what a merge has left.
    TakeLeft {
        /// The step.
        batch: BatchId,
        /// The lock without which nothing is written.
        permit: String,
    },
    /// What concerns one place, as a ledger file.
    Send {
        /// The place.
        place: RowId,
    },
}

/// Lines of text with their headings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listing {
    /// The title, which also names the file.
    pub title: String,
    /// What stands above the columns.
    pub headings: Vec<String>,
    /// The lines.
    pub rows: Vec<Vec<String>>,
}

/// How far the worker has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// `opening`, `reading`, `planning`, `merging` or `writing`.
    pub what: String,
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

/// What the worker says last; progress goes beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The plan, to look at.
    Preview(Box<Preview>),
    /// The merge, to look at.
    Merge(Box<MergePreview>),
    /// It is durable.
    Written {
        /// The batch; none when there was nothing to write.
        batch: Option<BatchId>,
        /// Operations in it.
        operations: usize,
    },
    /// The pages are written.
    Pages,
    /// A file to save; its bytes travel beside.
    File {
        /// Suggested name.
        name: String,
        /// Its media type.
        mime: String,
    },
    /// A ledger file that was read back; its bytes travel beside.
    Backup(BackedUp),
    /// The text of a file.
    Text(String),
    /// It cannot be done; nothing was written.
    Refused(Message),
}

/// What is in a ledger file that was made and read back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackedUp {
    /// Suggested name.
    pub name: String,
    /// Records that it shows, by register.
    pub records: BTreeMap<String, u64>,
    /// Batches in it.
    pub batches: u64,
    /// How many of them were put together again from what is shown.
    pub rescued: u64,
    /// Attached files that the records name and that cannot be read any more.
    pub files_lost: u64,
}

/// What a person decided about a plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Changed mappings, by place of the table in the preview.
    #[serde(default)]
    pub mappings: BTreeMap<usize, Mapping>,
    /// Tables whose remembered corrections are dropped, for now and for later.
    #[serde(default)]
    pub forgotten: BTreeSet<usize>,
    /// Registers chosen by hand, by place of the table: what the program takes a table for is an offer.
    #[serde(default)]
    pub registers: BTreeMap<usize, String>,
    /// About names.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// Unknown places are created as suggested.
    #[serde(default)]
    pub create_places: bool,
    /// Rows with errors are left out instead of refusing the file.
    #[serde(default)]
    pub skip_bad_rows: bool,
}

/// A planned import as the page shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// File name.
    pub file: String,
    /// Tables found, in order.
    pub tables: Vec<TablePreview>,
    /// What was noticed, the worst first.
    pub findings: Vec<FindingView>,
    /// Names that need a decision.
    pub places: Vec<PlaceView>,
    /// Places that will be created, with the place above.
    pub new_places: Vec<(String, Option<String>)>,
    /// Words that will be added to the product dictionary.
    pub words: Vec<String>,
    /// Printed sums against ours.
    pub checks: Vec<CheckView>,
    /// Values that will change in records that exist.
    pub changes: Vec<ChangeView>,
    /// Records that will be new.
    pub inserted: usize,
    /// Records that will change.
    pub updated: usize,
    /// Records that already are so.
    pub unchanged: usize,
    /// Rows left out.
    pub skipped: usize,
    /// Records that go, because the list does not have them any more.
    #[serde(default)]
    pub removed: usize,
    /// Values that go.
    #[serde(default)]
    pub cleared: usize,
    /// Cells that a person has to look at.
    #[serde(default)]
    pub marks: usize,
    /// Whether the file is of the kind that can have a copy with comments on them.
    #[serde(default)]
    pub can_mark: bool,
    /// The newest period of what will be written.
    #[serde(default)]
    pub newest: Option<Period>,
    /// Why it cannot be written yet; none when it can.
    pub blocked: Option<Message>,
}

/// A table, as the person's own sheet looks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TablePreview {
    /// Listing name.
    pub sheet: String,
    /// Title.
    pub title: String,
    /// `R07`; empty when no register fits.
    pub register: String,
    /// Words of the unit line.
    pub unit: String,
    /// Period of the whole table.
    pub period: String,
    /// It does not say its period, or not surely: the person does.
    #[serde(default)]
    pub asks_period: bool,
    /// By which answers name it: `2024!A1`.
    #[serde(default)]
    pub at: String,
    /// Why it is taken so: unit and period, each with what says so.
    #[serde(default)]
    pub because: Vec<Message>,
    /// 填报单位
    pub reporter: String,
    /// What each column was taken for.
    pub mapping: Option<Mapping>,
    /// By which the layout is remembered.
    pub fingerprint: String,
    /// Columns are taken as a person corrected them the last time.
    #[serde(default)]
    pub remembered: bool,
    /// The first rows.
    pub rows: Vec<RowView>,
    /// Rows of the table that are not shown.
    pub more: usize,
    /// What it could become, where no register fits.
    #[serde(default)]
    pub own: Option<Offer>,
}

/// A row of the sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RowView {
    /// As the sheet numbers it.
    pub number: u32,
    /// `data`, `header`, `title` … as [`super::RowPart`] is written.
    pub kind: String,
    /// Its cells from the table's first column.
    pub cells: Vec<CellView>,
}

/// A cell of the sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CellView {
    /// As it stands.
    pub text: String,
    /// It is a number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub number: bool,
    /// The worst that was noticed about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// Something noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// How much it matters.
    pub severity: Severity,
    /// Listing name.
    pub sheet: String,
    /// `D14`; empty for a whole table.
    pub cell: String,
    /// What and what to do.
    pub message: Message,
    /// What the person is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Question>,
}

/// A name that is not (or not uniquely) in the register of places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceView {
    /// As the sheet says it.
    pub name: String,
    /// The township in which the file places it.
    pub town: Option<String>,
    /// Where it stands first.
    pub cell: String,
    /// Existing places that it may mean: identity and name.
    pub candidates: Vec<(String, String)>,
    /// It fits several of them.
    pub ambiguous: bool,
    /// Kind of a new place.
    pub kind: String,
}

/// A printed sum against ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckView {
    /// Listing name.
    pub sheet: String,
    /// Where it is printed.
    pub cell: String,
    /// 合计 · 产值
    pub label: String,
    /// As printed.
    pub printed: String,
    /// Sum of the rows.
    pub computed: String,
    /// Whether they agree.
    pub agrees: bool,
}

/// A value that will change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeView {
    /// Where the new value stands.
    pub cell: String,
    /// Which record.
    pub record: String,
    /// Field key.
    pub field: String,
    /// Now.
    pub before: String,
    /// Then.
    pub after: String,
}
