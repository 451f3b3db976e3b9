//! What an import would change, before it changes anything.
//!
//! Duty: rows of tables to drafts of records, each value with its cell; findings; names that need a
//! decision; inserted, updated, unchanged. All or nothing: a plan with errors cannot be written, unless the
//! person leaves those rows out. Inputs: book, tables with mappings, the ledger's state, decisions. Outputs:
//! [`Plan`], and from it one `ledger::Draft`. Neighbours: `mapping` before, `ledger` after.

mod alike;
mod another_key;
pub mod asks;
mod gone;
mod judge;
mod named_records;
mod open_names;
mod parents;
mod prepare;
mod rows;
pub(super) mod sentences;
mod upsert;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::named_records::NamedRecord;
use self::named_records::NamedRecords;
use super::book::{Book, Progress, address, letters};
use super::finding::{CellFinding, Report};
use super::layout::{self, FoundTable};
use super::mapping::{Lexicon, Mapping, suggest};
use super::resolve::{Decision, NewPlace, NewProduct, Places, Products, UnknownPlace, Unlisted};
use super::totals::{self, TotalCheck};
use crate::ledger::{Person, Source, State, Surroundings};
use crate::register::{Message, Name, Sense, Severity};
use crate::table;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value, order};

/// A table with what it was taken for.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// The table.
    pub table: &'a FoundTable,
    /// Its mapping, as suggested or as a person changed it.
    pub mapping: &'a Mapping,
}

/// What the person wants.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Who imports: what is in other hands is said before anything is written.
    pub who: Person,
    /// Decisions about names and rows.
    pub decisions: Vec<Decision>,
    /// What becomes of names that fit no place.
    pub unlisted: Unlisted,
    /// Names that no record has become records of their own (`--create-refs`).
    pub create_refs: bool,
    /// Rows with errors are left out, and the others are written.
    pub skip_bad_rows: bool,
    /// Only this register (`--register R06`).
    pub register: Option<String>,
    /// Mappings that a person changed, by the table's place in the inspection.
    /// A remembered layout comes back the same way.
    pub mappings: BTreeMap<usize, Mapping>,
}

/// How many rows of the ledger an import touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New records.
    pub inserted: usize,
    /// Changed records.
    pub updated: usize,
    /// Records that already say the same.
    pub unchanged: usize,
    /// Drafts that are left out.
    pub skipped: usize,
    /// Records that are removed, because the list does not have them any more.
    pub removed: usize,
    /// Values that are cleared, because the list does not have them any more.
    pub cleared: usize,
}

/// One table as it was planned.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// Sheet name.
    pub sheet: Text,
    /// `A1:I34`
    pub range: String,
    /// `R06`
    pub register: Name,
    /// Kind of rows.
    pub kind: Name,
    /// Rows with data.
    pub rows: usize,
    /// What becomes of them.
    pub counts: Counts,
    /// Check columns: cells compared, and how many agree.
    pub compared: usize,
    /// Of those, how many agree.
    pub agreed: usize,
    /// Its first column.
    #[serde(skip)]
    pub(super) left: u32,
    /// Other readings of the same rows.
    #[serde(skip)]
    pub(super) joined: Joined,
}

/// How the records of one reading of a table hang together with those of other readings of the same rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    /// The reading whose records its own stand under.
    pub upon: Option<u32>,
    /// The readings whose records its own name, each in a field.
    pub beside: Vec<(Text, u32)>,
    /// Its records are named by those of a later reading, which speaks for the rows.
    pub named: bool,
}

impl Joined {
    /// Whether what is said of a row as a whole is said in this reading.
    pub const fn speaks(&self) -> bool {
        self.upon.is_none() && !self.named
    }
}

/// What becomes of a draft.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A new record.
    Insert,
    /// Another value in a record that exists.
    Update {
        /// The record.
        row: RowId,
        /// Both values of each field that differs.
        changes: Vec<FieldChange>,
    },
    /// The record already says so.
    Unchanged {
        /// The record.
        row: RowId,
    },
    /// It has an error, or repeats another row.
    Skip,
}

/// A field that would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Field key.
    pub field: Text,
    /// What stands in the ledger.
    pub before: Option<Value>,
    /// What the file says.
    pub after: Value,
}

/// One record as the file gives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DraftRow {
    /// Index into [`Plan::tables`].
    pub table: u32,
    /// Row of the sheet, from 1.
    pub row: u32,
    /// Row of the table as it is read: the drafts of one line are written together or not at all.
    #[serde(skip)]
    pub(super) line: u32,
    /// Index into [`Plan::sources`]: which column gave which field.
    pub source: u32,
    /// Values by field key, sorted.
    pub fields: Vec<(Text, Value)>,
    /// What becomes of it.
    pub fate: Fate,
    /// Fields that nobody wrote and that begin with their default: bits by place in the kind's fields.
    #[serde(skip)]
    pub(super) defaulted: u64,
    /// Numbers that the file shows with their middle hidden: nothing that could be written.
    #[serde(skip)]
    pub(super) masked: Vec<(Text, Text)>,
    /// What the row says of the record that it stands under, by key of that record's field.
    #[serde(skip)]
    pub(super) above: Vec<(Text, Option<Value>)>,
    /// Names of records that agree with the row in some of its fields: looked up once the row's own record is known.
    #[serde(skip)]
    pub(super) open: Vec<Open>,
}

/// A name whose record is looked for among those that agree with the row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Open {
    /// The field that names it.
    pub key: Text,
    /// The name.
    pub name: Text,
    /// Its column.
    pub column: u32,
    /// The cell of its heading.
    pub heading: Text,
    /// Which of the blocks of that column the row belongs to.
    pub block: u32,
}

impl DraftRow {
    /// Whether it names one of these records.
    #[inline(never)] // called for every row, see `lib`
    fn names(&self, rows: &BTreeSet<RowId>) -> bool {
        self.refs().any(|row| rows.contains(&row))
    }

    /// The records that it names.
    fn refs(&self) -> impl Iterator<Item = RowId> + '_ {
        self.fields.iter().flat_map(|(_, value)| value.refs()).copied()
    }

    /// The value under a key.
    #[inline(never)] // called for every row, see `lib`
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.fields.iter().find(|(k, _)| **k == *key).map(|(_, value)| value)
    }
}

/// What an import would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// File name.
    pub file: Text,
    /// The planned tables.
    pub tables: Vec<Planned>,
    /// Every record that the file gives.
    pub drafts: Vec<DraftRow>,
    /// What was noticed, the worst first.
    pub findings: Vec<CellFinding>,
    /// Names that fit no place or several, and whose rows are left out until somebody says what they mean.
    pub places: Vec<UnknownPlace>,
    /// Names that fit no place, planned as new ones: nothing is written before somebody says that they are.
    pub proposed: Vec<UnknownPlace>,
    /// Places that will be created.
    pub new_places: Vec<NewPlace>,
    /// Records that will be created because rows name them.
    pub named_records: Vec<NamedRecord>,
    /// Words that the product dictionary gets.
    pub products: Vec<NewProduct>,
    /// Printed sums against their rows.
    pub checks: Vec<TotalCheck>,
    /// Rows of the ledger that change.
    pub counts: Counts,
    /// Tables and columns that values came from.
    pub sources: Vec<Source>,
    /// Whether it may be written once nothing is proposed any more.
    writable: bool,
    /// What a person says is gone.
    withdrawn: gone::Withdrawn,
}

/// The plan in a word: the answer of `xingcun import`.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome<'a> {
    /// New records.
    pub inserted: usize,
    /// Changed records.
    pub updated: usize,
    /// Records that already say the same.
    pub unchanged: usize,
    /// Drafts that are left out.
    pub skipped: usize,
    /// Records that are removed.
    pub removed: usize,
    /// Values that are cleared.
    pub cleared: usize,
    /// Whether it may be written.
    pub writable: bool,
    /// The planned tables.
    pub tables: &'a [Planned],
    /// What was noticed.
    pub findings: &'a [CellFinding],
    /// Names to be decided.
    pub places: &'a [UnknownPlace],
    /// Places that will be created.
    pub new_places: &'a [NewPlace],
    /// Records that will be created because rows name them.
    pub named_records: &'a [NamedRecord],
    /// Words that the dictionary gets.
    pub products: &'a [NewProduct],
    /// Printed sums.
    pub checks: &'a [TotalCheck],
}

/// Why there is no plan, or why it is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The person broke off.
    #[error("cancelled")]
    Cancelled,
    /// It has errors.
    #[error("the plan has errors and may not be written")]
    NotWritable,
}

impl PlanError {
    /// What to tell the person.
    pub fn message(self) -> Message {
        match self {
            Self::Cancelled => Message::new("已取消，没有写入任何内容", "Cancelled; nothing was written"),
            Self::NotWritable => Message::new(
                "还有错误没有处理，整份文件都没有写入",
                "There are errors; nothing of the file was written",
            ),
        }
    }
}

impl Plan {
    /// Whether it may be written.
    pub const fn is_writable(&self) -> bool {
        self.writable && self.proposed.is_empty()
    }

    /// Somebody says that the names that fit no place are new ones, as which they were planned.
    pub fn agree(&mut self) {
        self.proposed.clear();
        self.new_places.iter_mut().for_each(|place| place.proposed = false);
    }

    /// What is said of it: what was noticed, and the names that are proposed.
    pub fn remarks(&self) -> Vec<CellFinding> {
        let mut all = self.findings.clone();
        all.extend(self.proposed.iter().map(sentences::unknown_place));
        order::sort_by_key(&mut all, |f| f.severity);
        all
    }

    /// The new places that somebody wants.
    pub fn decided_places(&self) -> impl Iterator<Item = &NewPlace> {
        self.new_places.iter().filter(|place| !place.proposed)
    }

    /// How many rows of the ledger change by what waits for nothing; what waits for a place is left out.
    pub fn settled_counts(&self) -> Counts {
        let mut counts = self.counts;
        if self.proposed.is_empty() {
            return counts;
        }
        let open = self.new_places.iter().filter(|p| p.proposed).map(|p| p.provisional).into_set();
        for draft in self.drafts.iter().filter(|d| d.names(&open)) {
            let count = match draft.fate {
                Fate::Insert => &mut counts.inserted,
                Fate::Update { .. } => &mut counts.updated,
                Fate::Unchanged { .. } => &mut counts.unchanged,
                Fate::Skip => continue,
            };
            *count = count.saturating_sub(1);
            counts.skipped += 1;
        }
        counts
    }

    /// Whether a table was not planned because neither it nor a person says its period.
    pub fn lacks_period(&self, state: &State, table: &FoundTable) -> bool {
        let at = address(table.range.top, table.range.left);
        let when = |key: &str| {
            let mut kinds = state.schema().kinds();
            kinds.any(|(_, k)| k.of(Sense::Period).or_else(|| k.dated()).is_some_and(|f| *f.key == *key))
        };
        self.findings.iter().any(|f| {
            *f.rule == *prepare::LACKS
                && f.field.as_deref().is_some_and(when)
                && f.sheet == table.sheet
                && f.cell == at
        })
    }

    /// Findings about the file as a whole: an error among them keeps it from being written.
    pub fn also(&mut self, more: Vec<CellFinding>) {
        self.writable &= !more.iter().any(|f| f.severity == Severity::Error);
        self.findings.extend(more);
        order::sort_by_key(&mut self.findings, |f| f.severity);
    }

    /// In a word.
    pub fn outcome(&self) -> Outcome<'_> {
        Outcome {
            inserted: self.counts.inserted,
            updated: self.counts.updated,
            unchanged: self.counts.unchanged,
            skipped: self.counts.skipped,
            removed: self.counts.removed,
            cleared: self.counts.cleared,
            writable: self.is_writable(),
            tables: &self.tables,
            findings: &self.findings,
            places: &self.places,
            new_places: &self.new_places,
            named_records: &self.named_records,
            products: &self.products,
            checks: &self.checks,
        }
    }

    /// The cell that gave `field` to a draft: `2024!C9`.
    pub fn cell_of(&self, draft: &DraftRow, field: &str) -> Option<String> {
        let source = self.sources.get(usize::try_from(draft.source).ok()?)?;
        Some(format!("{}!{}", source.sheet, source.cell(field, draft.row)?))
    }
}

/// Everything that rows are read against.
pub(super) struct Desk<'a> {
    pub book: &'a Book,
    pub state: &'a State,
    pub world: Surroundings<'a>,
    pub options: &'a Options,
    pub places: Places<'a>,
    pub products: Products<'a>,
    pub named: NamedRecords,
    pub names: table::Names,
    /// Columns that say once what a block of rows has in common: the table and the column.
    pub in_blocks: BTreeSet<(u32, u32)>,
    /// Read when a name is looked up that may be a place or something else.
    pub known_places: std::cell::OnceCell<table::Places>,
    pub report: Report,
    pub drafts: Vec<DraftRow>,
    pub sources: Vec<Source>,
    /// Errors that leaving out rows does not heal.
    pub blocked: bool,
}

/// Recognises every table and plans those that a register fits.
pub fn import(
    book: &Book,
    state: &State,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Plan, PlanError> {
    let mut report = Report::default();
    let words = Lexicon::of(state);
    let mut tables = layout::tables(book, &words.headings, &mut report);
    tables.iter_mut().for_each(|t| t.told(&options.decisions));
    let mappings: Vec<Option<Mapping>> = tables
        .iter()
        .enumerate()
        .map(|(n, t)| match options.mappings.get(&n) {
            Some(decided) => Some(decided.clone()),
            None => suggest(t.sheet_in(book)?, t, options.register.as_deref(), &words),
        })
        .zip(&tables)
        .map(|(mapping, table)| mapping.filter(|_| !asks::left_out(&options.decisions, table)))
        .collect();
    let chosen: Vec<Chosen<'_>> = tables
        .iter()
        .zip(&mappings)
        .filter_map(|(table, mapping)| Some(Chosen { table, mapping: mapping.as_ref()? }))
        .collect();
    asks::tables_unread((book, &tables), &mappings, state, &options.decisions, &mut report);
    if tables.is_empty() {
        report.about_table(Severity::Error, &book.name, "no_table", sentences::no_table());
    }
    plan_with(book, &chosen, state, options, progress, report)
}

/// Plans tables with their mappings.
pub fn plan(
    book: &Book,
    chosen: &[Chosen<'_>],
    state: &State,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Plan, PlanError> {
    plan_with(book, chosen, state, options, progress, Report::default())
}

fn plan_with(
    book: &Book,
    chosen: &[Chosen<'_>],
    state: &State,
    options: &Options,
    progress: &mut dyn Progress,
    report: Report,
) -> Result<Plan, PlanError> {
    let mut desk = Desk {
        book,
        state,
        world: Surroundings::new(state),
        options,
        places: Places::new(state, &options.decisions, options.unlisted),
        products: Products::new(state, &options.decisions),
        named: NamedRecords::default(),
        names: table::Names::default(),
        in_blocks: BTreeSet::new(),
        known_places: std::cell::OnceCell::new(),
        blocked: report.errors() > 0,
        report,
        drafts: Vec::new(),
        sources: Vec::new(),
    };
    let mut tables: Vec<Planned> = Vec::new();
    let mut checks = Vec::new();
    let readings: Vec<Vec<Reading>> = chosen.iter().map(|c| readings(c.mapping, state)).collect();
    let passes = chosen.iter().zip(&readings).map(|(c, all)| c.table.rows.len() * all.len());
    let total = passes.sum::<usize>() as u64;
    let (mut done, mut left) = (0u64, 0usize);
    for (choice, readings) in chosen.iter().zip(&readings) {
        let Some(sheet) = choice.table.sheet_in(book) else { continue };
        let sums = totals::check(sheet, choice.table);
        sentences::disagreeing(&sums, &mut desk.report);
        checks.extend(sums);
        let (mut beside, mut own) = (Vec::new(), 0u32);
        for reading in readings {
            let at = u32::try_from(tables.len()).unwrap_or(u32::MAX);
            let joined = match &reading.of {
                Of::Beside(_) => Joined { named: true, ..Joined::default() },
                Of::Own => Joined { beside: std::mem::take(&mut beside), ..Joined::default() },
                Of::Line => Joined { upon: Some(own), ..Joined::default() },
            };
            let part = Chosen { table: choice.table, mapping: &reading.mapping };
            desk.places.count = !joined.named;
            let Some(mut prepared) = prepare::prepare(&mut desk, sheet, part, (at, joined)) else {
                left += choice.table.data().count();
                break;
            };
            rows::read(&mut desk, &mut prepared, (&mut done, total), progress)?;
            tables.push(prepared.planned());
            match &reading.of {
                Of::Beside(field) => beside.push((Text::from(field.as_str()), at)),
                Of::Own => own = at,
                Of::Line => {}
            }
        }
    }
    upsert::settle(&mut desk, &mut tables);
    Ok(finish(desk, tables, checks, left))
}

/// One reading of a table's rows.
struct Reading {
    of: Of,
    mapping: Mapping,
}

/// What a reading gives.
enum Of {
    /// Records that the rows' own name in this field.
    Beside(String),
    /// The rows' own records.
    Own,
    /// Lines that stand under those.
    Line,
}

/// The rows once for each record that they tell of beside their own, once for their own, and once for each line that
/// stands beside them.
fn readings(mapping: &Mapping, state: &State) -> Vec<Reading> {
    let schema = state.schema();
    let beside =
        mapping.beside(schema).into_iter().map(|(field, mapping)| Reading { of: Of::Beside(field), mapping });
    let own = Reading { of: Of::Own, mapping: mapping.without_beside(schema) };
    let lines = mapping.lines(schema).into_iter().map(|mapping| Reading { of: Of::Line, mapping });
    beside.chain([own]).chain(lines).collect()
}

/// `left`: rows of tables that could not be planned.
fn finish(mut desk: Desk<'_>, tables: Vec<Planned>, checks: Vec<TotalCheck>, left: usize) -> Plan {
    let withdrawn = gone::look(&mut desk, &tables);
    sentences::places(&desk.places, &mut desk.report);
    let counts = tables.iter().fold(Counts { skipped: left, ..Counts::default() }, |sum, t| Counts {
        inserted: sum.inserted + t.counts.inserted,
        updated: sum.updated + t.counts.updated,
        unchanged: sum.unchanged + t.counts.unchanged,
        skipped: sum.skipped + t.counts.skipped,
        removed: withdrawn.rows.len(),
        cleared: withdrawn.cells.len(),
    });
    // A workbook that brings its own dictionary (an exported register) says itself what the words mean.
    let dictionary = desk.state.schema().products();
    let brought: Vec<&str> = desk
        .drafts
        .iter()
        .filter_map(|d| {
            let (register, kind) = dictionary?;
            let planned = tables.get(d.table as usize)?;
            let defines = planned.register == register.key && planned.kind == kind.key;
            d.fields.iter().find(|(key, _)| defines && **key == *kind.title)?.1.as_str()
        })
        .collect();
    desk.products.new.retain(|p| !brought.contains(&&*p.name));
    let errors = desk.report.errors() > 0;
    let something = desk.drafts.iter().any(|d| d.fate != Fate::Skip) || counts.removed > 0;
    let writable = !desk.blocked && something && (!errors || desk.options.skip_bad_rows);
    Plan {
        file: desk.book.name.clone(),
        tables,
        drafts: desk.drafts,
        findings: desk.report.finish(),
        places: desk.places.unknown,
        proposed: desk.places.proposed,
        new_places: desk.places.new,
        named_records: desk.named.all,
        products: desk.products.new,
        checks,
        counts,
        sources: desk.sources,
        writable,
        withdrawn,
    }
}

/// Letters of a column, shared by the sentences.
pub(super) fn column_name(index: u32) -> Text {
    Text::from(letters(index))
}
