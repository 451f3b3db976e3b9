//! Several ledgers taken in at once (合账台): read, previewed, and made one step.
//!
//! Duty: files as bytes to ledgers, each with its own word on what it is or why it cannot be read; what each would
//! bring and what all of them come to, as plain data that a page can show; the step itself, sealed against the state
//! that it was shown for. Inputs: files, a state, what is to be left. Outputs: [`MergePreview`], [`Planned`].
//! Neighbours: `ledger_file` reads, `ledger::merge` adds up, the worker and the command line call this.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ledger_file::{self, Blobs};
use super::part::place_of;
use crate::ledger::merge::{self, Incoming, Merged, Standing, Survey};
use crate::ledger::{Author, BatchId, Change, Conflict, Refused, Sealed, State, Verdict};
use crate::register::Message;
use crate::table::Places;
use crate::value::order::{self, Ordered as _};
use crate::value::{RowId, Text};

/// More would be a mistake; a town has some thirty villages.
pub const MOST_FILES: usize = 50;

/// What is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Leave {
    /// Registers by key.
    pub registers: BTreeSet<String>,
    /// Places by their full name; what belongs to no place under a blank one.
    pub places: BTreeSet<String>,
}

/// What a merge would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergePreview {
    /// Every file, in the order given.
    pub files: Vec<FileView>,
    /// Registers that are touched, with the number of rows.
    pub registers: Shares,
    /// Places that are touched, with the number of rows.
    pub places: Shares,
    /// Operations that are new.
    pub operations: usize,
    /// Rows that become one with another.
    pub joined: usize,
    /// Conflicts that there will be more of.
    pub conflicts: usize,
    /// Rows that are left.
    pub left: usize,
    /// Rows that come along, because others need them.
    pub carried: usize,
    /// Steps that are damaged in the log here and whole in one of the files.
    pub mended: usize,
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// Its name.
    pub name: String,
    /// What it is.
    pub fate: FileFate,
    /// Who made steps in it.
    pub authors: Vec<String>,
    /// On how many devices.
    pub devices: usize,
    /// When the last of them was made.
    pub last: Option<u64>,
    /// Who did what is new: name, first and last moment, operations.
    pub people: Vec<(String, u64, u64, usize)>,
    /// The place that it is about, where it is a part.
    pub only: Option<String>,
    /// What it brings, by register.
    pub brings: Vec<Brings>,
    /// Changes of a newer version, which are kept as they are.
    pub unknown: usize,
    /// A copied profile has gone on by itself on two computers.
    pub forked: bool,
    /// Conflicts in which one side is its own.
    pub conflicts: usize,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFate {
    /// It brings something.
    New,
    /// It is this very ledger.
    Equal,
    /// It is an older copy, or a part: all of it is known.
    Older,
    /// All that is new in it is in this other file.
    Repeats(String),
    /// It cannot be read.
    Failed(Message),
}

/// Rows that a file touches in a register.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Brings {
    /// Register key.
    pub register: String,
    /// New rows.
    pub made: usize,
    /// Rows with changed values.
    pub changed: usize,
    /// Rows that moved to another state.
    pub moved: usize,
    /// Rows that were removed.
    pub removed: usize,
    /// Rows that become one with another.
    pub joined: usize,
}

/// Ledgers as they were read.
#[derive(Debug, Default)]
pub struct Opened {
    /// Those that could be read.
    read: Vec<Incoming>,
    /// All of them, in the order given: the place that it is about, or its name and why it cannot be read.
    files: Vec<Result<Option<String>, (String, Message)>>,
    /// Their attached files.
    pub blobs: Blobs,
    /// Steps that are damaged in the log here.
    pub damaged: BTreeSet<BatchId>,
}

/// A merge that can be recorded.
#[derive(Debug)]
pub struct Planned {
    /// What it does, for people.
    pub preview: MergePreview,
    /// The batches: those that were brought, and the step itself where there is one.
    pub batches: Vec<Sealed>,
    /// The step.
    pub step: Option<BatchId>,
}

impl Opened {
    /// Reads one more. What cannot be read is said, and the others go on.
    pub fn read(&mut self, name: &str, bytes: &[u8]) {
        if self.files.len() >= MOST_FILES {
            let message = Message::new(
                format!("一次最多 {MOST_FILES} 份，这一份没有打开"),
                format!("Not opened: at most {MOST_FILES} files at once"),
            );
            return self.fail(name, message);
        }
        match ledger_file::read(bytes) {
            Ok(file) => {
                self.blobs.extend(file.blobs);
                let only = file.manifest.only.map(|only| only.name);
                self.read.push(Incoming { name: Text::from(name), log: file.log });
                self.files.push(Ok(only));
            }
            Err(error) => self.fail(name, error.message()),
        }
    }

    /// Notes a file that could not be had.
    pub fn fail(&mut self, name: &str, why: Message) {
        self.files.push(Err((name.to_owned(), why)));
    }

    /// What all of them come to in `state`.
    pub fn plan(
        &self,
        state: &State,
        leave: &Leave,
        author: &mut Author,
        now: u64,
    ) -> Result<Planned, Refused> {
        let survey = merge::survey(state, &self.read);
        let taken = |merged: &State, key: &str, row: RowId| {
            !leave.registers.contains(key)
                && (leave.places.is_empty() || !leave.places.contains(&place_name(merged, key, row)))
        };
        let merged = merge::merge(state, &survey, &taken);
        let mut preview = MergePreview {
            operations: survey.files.iter().map(|f| f.operations).sum(),
            joined: merged.joined,
            left: merged.left.len(),
            carried: merged.carried.len(),
            ..MergePreview::default()
        };
        (preview.registers, preview.places) = shares(&survey, &merged.state);
        let Merged { brought: mut batches, state: mut after, draft, .. } = merged;
        let mut step = None;
        let mut joins = BTreeSet::new();
        if !draft.is_empty() {
            let sealed = author.write(&after, draft, now)?;
            after.apply(&sealed.batch, sealed.digest);
            let one = |o: &crate::ledger::Operation| {
                matches!(o.change, Change::Join { verdict: Verdict::One, .. }).then_some(o.row)
            };
            joins = sealed.batch.operations.iter().filter_map(one).into_set();
            step = Some(sealed.batch.id);
            batches.push(sealed);
        }
        let before = state.conflicts().iter().map(place_of_conflict).into_set();
        let new: Vec<Conflict> =
            after.conflicts().into_iter().filter(|c| !before.contains(&place_of_conflict(c))).collect();
        preview.conflicts = new.len();
        let mended = self.mended(state);
        preview.mended = mended.len();
        batches.extend(mended);
        preview.files = self.views(&survey, &after, &new, &joins);
        Ok(Planned { preview, batches, step })
    }

    /// The damaged steps of the log here as the files have them.
    fn mended(&self, state: &State) -> Vec<Sealed> {
        let whole = |s: &&Sealed| {
            self.damaged.contains(&s.batch.id)
                && state.batch(s.batch.id).is_some_and(|b| b.digest == s.digest)
        };
        let found = self.read.iter().flat_map(|file| &file.log).filter(whole);
        found.map(|s| (s.batch.id, s.clone())).into_map().into_values().collect()
    }

    fn views(
        &self,
        survey: &Survey,
        after: &State,
        conflicts: &[Conflict],
        joins: &BTreeSet<RowId>,
    ) -> Vec<FileView> {
        let mut read = survey.files.iter();
        let batches: BTreeMap<BatchId, &Sealed> = survey.brought.iter().map(|s| (s.batch.id, s)).into_map();
        let mut view = |file: &Result<Option<String>, (String, Message)>| {
            let only = match file {
                Ok(only) => only.clone(),
                Err((name, why)) => return Some(failed(name, why)),
            };
            let news = read.next()?;
            let mine = |c: &&Conflict| {
                let by = c.sides.iter().filter_map(|s| after.batch_of(s.stamp?)).map(|b| b.id);
                by.into_iter().any(|id| news.brought.contains(&id))
            };
            let brought = news.brought.iter().filter_map(|id| batches.get(id).copied());
            Some(FileView {
                name: news.name.to_string(),
                fate: match &news.standing {
                    Standing::New => FileFate::New,
                    Standing::Equal => FileFate::Equal,
                    Standing::Older => FileFate::Older,
                    Standing::Repeats(other) => FileFate::Repeats(other.to_string()),
                },
                authors: news.authors.iter().map(ToString::to_string).collect(),
                devices: news.devices.len(),
                last: news.last,
                people: news.people.iter().map(|(n, (a, b, k))| (n.to_string(), *a, *b, *k)).collect(),
                only,
                brings: brings(brought, joins),
                unknown: news.unknown,
                forked: !news.forked.is_empty(),
                conflicts: conflicts.iter().filter(mine).count(),
            })
        };
        self.files.iter().filter_map(&mut view).collect()
    }
}

fn failed(name: &str, why: &Message) -> FileView {
    FileView {
        name: name.to_owned(),
        fate: FileFate::Failed(why.clone()),
        authors: Vec::new(),
        devices: 0,
        last: None,
        people: Vec::new(),
        only: None,
        brings: Vec::new(),
        unknown: 0,
        forked: false,
        conflicts: 0,
    }
}

fn place_of_conflict(conflict: &Conflict) -> (Text, RowId, crate::ledger::About) {
    (conflict.register.clone(), conflict.row, conflict.about.clone())
}

/// The full name of the place that a row belongs to; blank for none.
fn place_name(state: &State, key: &str, row: RowId) -> String {
    let place = state.record(key, row).and_then(|r| place_of(state, key, r));
    let name = |id: RowId| full_name(state, id);
    place.map(name).unwrap_or_default()
}

/// 柳河镇/五四村: the same for rows that will be one.
fn full_name(state: &State, place: RowId) -> String {
    use crate::register::{Fields as _, Sense, catalog::PLACE_REGISTER};
    let said = |id: RowId, field: Option<&str>| state.record(PLACE_REGISTER, id)?.value(field?).cloned();
    let kind = state.schema().of_places();
    let above = |id: &RowId| said(*id, kind?.key_of(Sense::Above))?.as_ref_id();
    let mut names: Vec<String> = std::iter::successors(Some(place), above)
        .take(DEEPEST)
        .filter_map(|id| Some(said(id, Some(&kind?.title))?.as_str()?.to_owned()))
        .collect();
    names.reverse();
    names.join("/")
}

/// Places above each other; more would be a circle.
const DEEPEST: usize = 16;

/// Names with numbers of rows.
pub type Shares = Vec<(String, usize)>;

/// The rows that are touched, counted by register and by place.
fn shares(survey: &Survey, state: &State) -> (Shares, Shares) {
    let mut registers: BTreeMap<String, BTreeSet<RowId>> = BTreeMap::new();
    for (key, rows) in survey.files.iter().flat_map(|f| &f.rows) {
        registers.entry(key.to_string()).or_default().extend(rows.keys());
    }
    let mut names: BTreeMap<Option<RowId>, String> = BTreeMap::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (key, row) in registers.iter().flat_map(|(key, rows)| rows.iter().map(move |row| (key, *row))) {
        let place = state.record(key, row).and_then(|r| place_of(state, key, r));
        let name =
            names.entry(place).or_insert_with(|| place.map(|p| full_name(state, p)).unwrap_or_default());
        *places.entry(name.clone()).or_default() += 1;
    }
    (registers.into_iter().map(|(key, rows)| (key, rows.len())).collect(), places.into_iter().collect())
}

/// What becomes of one row.
#[derive(Default)]
struct Touched {
    made: bool,
    changed: bool,
    moved: bool,
    removed: bool,
}

fn brings<'a>(batches: impl Iterator<Item = &'a Sealed>, joins: &BTreeSet<RowId>) -> Vec<Brings> {
    let mut rows: BTreeMap<(&str, RowId), Touched> = BTreeMap::new();
    let mut batches: Vec<&Sealed> = batches.collect();
    order::sort_by_key(&mut batches, |s| s.batch.stamp);
    for operation in batches.iter().flat_map(|s| &s.batch.operations) {
        let row = rows.entry((&operation.register, operation.row)).or_default();
        match operation.change {
            Change::Create(_) => row.made = true,
            Change::Move { .. } => row.moved = true,
            Change::Delete { .. } => row.removed = true,
            Change::Restore { .. } => row.removed = false,
            Change::Set { .. } | Change::Join { .. } | Change::Unknown(_) => row.changed = true,
        }
    }
    let mut all: BTreeMap<&str, Brings> = BTreeMap::new();
    for ((register, id), row) in rows {
        let brings = all
            .entry(register)
            .or_insert_with(|| Brings { register: register.to_owned(), ..Brings::default() });
        brings.joined += usize::from(joins.contains(&id));
        match row {
            Touched { removed: true, made, .. } => brings.removed += usize::from(!made),
            Touched { made: true, .. } => brings.made += 1,
            Touched { changed, moved, .. } => {
                brings.changed += usize::from(changed);
                brings.moved += usize::from(moved);
            }
        }
    }
    all.into_values().collect()
}

/// The place that a file for sending is about.
pub fn only(state: &State, place: RowId) -> ledger_file::Only {
    ledger_file::Only { row: place, name: Places::of(state).name(place).to_string() }
}

#[cfg(test)]
mod tests;
