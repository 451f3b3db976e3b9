//! Taking other people's ledgers in (合账).
//!
//! Duty: [`survey`] says what each of several ledgers would bring; [`merge`] adds it up, joins rows that are one
//! thing and drafts the step that records all of it; what is not wanted is taken back in the same step, is known to be
//! left, and can be taken later ([`take_left`]). Inputs: the state, ledgers read from files. Outputs: the batches to
//! record, the draft of one step of kind [`BatchKind::Merge`]. Neighbours: `gather` joins the rows that are one,
//! `conflict` lists what is left to decide, `back` takes a whole merge back; the command line and the merge desk call
//! this.
//!
//! Two computers that go on from one copied profile have different batches of one name. The name stays with the
//! one that is known here; the other is recorded under a device of its own ([`BatchKind::Fork`]), the same one
//! whoever merges, and its operations keep the stamps that they had. What is known under another name already is
//! recognised by the digest with which it was first sealed, and is not done twice.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::back::{Back, without};
use super::gather::settle;
use super::log::seal;
use super::references::named_by;
use super::state::State;
use super::{Batch, BatchId, BatchKind, Change, DeviceId, Digest, Draft, Run, Sealed, Stamp, Taken};
use crate::value::order::{self, Ordered as _};
use crate::value::{RowId, Text};

/// Another ledger.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The file's name.
    pub name: Text,
    /// Its batches.
    pub log: Vec<Sealed>,
}

/// What one of the ledgers brings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct News {
    /// The file's name.
    pub name: Text,
    /// Operations that were not known before, here or from a file before it.
    pub operations: usize,
    /// Operations that were known.
    pub known: usize,
    /// Of the new ones, those of a newer version: they are kept as they are.
    pub unknown: usize,
    /// Who did what is new, with the times of the first and the last step and how much it was.
    pub people: BTreeMap<Text, (u64, u64, usize)>,
    /// Everybody who made steps in the file.
    pub authors: BTreeSet<Text>,
    /// The devices on which they were made.
    pub devices: BTreeSet<DeviceId>,
    /// When its last step was made.
    pub last: Option<u64>,
    /// Which rows are touched, by register, with the number of operations.
    pub rows: BTreeMap<Text, BTreeMap<RowId, usize>>,
    /// The batches that are new.
    pub brought: Vec<BatchId>,
    /// Devices of which another copy went on by itself.
    pub forked: BTreeSet<DeviceId>,
    /// What it is to us.
    pub standing: Standing,
}

/// What a ledger is to the one that it is merged into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// It brings something.
    #[default]
    New,
    /// It is a copy of ours as it is.
    Equal,
    /// It is an older copy, or a part: we know more.
    Older,
    /// It brings what this other file brings.
    Repeats(Text),
}

/// The batches that are new, and what each ledger brings.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// In the order in which they were made.
    pub brought: Vec<Sealed>,
    /// One for each ledger, in the order given.
    pub files: Vec<News>,
}

/// A merge that is ready to be recorded.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The batches to record first.
    pub brought: Vec<Sealed>,
    /// The state with them.
    pub state: State,
    /// The step itself; empty when nothing was brought and nothing is to be joined.
    pub draft: Draft,
    /// How many rows were joined with others.
    pub joined: usize,
    /// Rows that were not wanted and come along, because others that are wanted need them.
    pub carried: BTreeSet<(Text, RowId)>,
    /// Rows that are left.
    pub left: BTreeSet<(Text, RowId)>,
}

/// What each ledger would bring to `ours`.
pub fn survey(ours: &State, files: &[Incoming]) -> Survey {
    let mut gathered = Survey::default();
    let mut known = Known { ours, ids: BTreeMap::new(), parts: BTreeMap::new(), renamed: BTreeSet::new() };
    for file in files {
        let mut news = News { name: file.name.clone(), ..News::default() };
        let mut log: Vec<&Sealed> = file.log.iter().collect();
        order::sort_by_key(&mut log, |s| (s.batch.id, s.digest));
        let (mut there, mut repeats) = (0, None);
        for sealed in log {
            news.describe(&sealed.batch);
            let own = known.name(sealed, &mut news);
            let sealed = own.as_ref().unwrap_or(sealed);
            match known.find(sealed) {
                Some(whose) => {
                    news.known += sealed.batch.operations.len();
                    there += usize::from(whose.is_none());
                    repeats = whose.or(repeats);
                }
                None => {
                    known.take(sealed, gathered.files.len());
                    news.count(&sealed.batch);
                    gathered.brought.push(sealed.clone());
                }
            }
        }
        let other = repeats.and_then(|at: usize| gathered.files.get(at));
        news.standing = match other {
            _ if !news.brought.is_empty() => Standing::New,
            Some(other) => Standing::Repeats(other.name.clone()),
            None if there == ours.batches.len() => Standing::Equal,
            None => Standing::Older,
        };
        gathered.files.push(news);
    }
    order::sort_by_key(&mut gathered.brought, |s| (s.batch.stamp, s.batch.id));
    gathered
}

/// What is known while ledgers are gone through.
struct Known<'a> {
    ours: &'a State,
    /// Batches of the files before: their digest, and the place of the file that brought them.
    ids: BTreeMap<BatchId, (Digest, usize)>,
    /// Their operations, with the digest under which they were first sealed, and the place of the file.
    parts: BTreeMap<(Digest, Stamp), usize>,
    /// Batches of copied profiles that were given names of their own.
    renamed: BTreeSet<Digest>,
}

impl Known<'_> {
    fn digest(&self, id: BatchId) -> Option<Digest> {
        self.ours.batch(id).map(|b| b.digest).or_else(|| self.ids.get(&id).map(|(digest, _)| *digest))
    }

    /// The batch under another name, when its own belongs to another or it goes on from such a one.
    fn name(&mut self, sealed: &Sealed, news: &mut News) -> Option<Sealed> {
        let batch = &sealed.batch;
        let other = self.digest(batch.id).is_some_and(|d| d != sealed.digest);
        if !other && !self.renamed.contains(&batch.previous) {
            return None;
        }
        self.renamed.insert(sealed.digest);
        news.forked.insert(batch.id.device);
        let was = Box::new(batch.kind.clone());
        let stamps = Run::all((0..batch.operations.len()).map(|n| batch.stamp_of(n)));
        let kind = BatchKind::Fork { of: batch.id, digest: sealed.digest, was, stamps };
        Some(renamed(batch, &sealed.digest.0, kind, batch.operations.clone()))
    }

    /// Whether the batch is known: here, or from which file.
    fn find(&self, sealed: &Sealed) -> Option<Option<usize>> {
        let batch = &sealed.batch;
        if self.ours.batch(batch.id).is_some() {
            return Some(None);
        }
        if let Some((_, file)) = self.ids.get(&batch.id) {
            return Some(Some(*file));
        }
        // Those that continue a chain are kept all the same: what follows them would hang in the air.
        let root = batch.kind.root()?;
        if self.ours.holds(batch, sealed.digest) {
            return Some(None);
        }
        let files: Option<Vec<usize>> =
            batch.stamps().map(|stamp| self.parts.get(&(root, stamp)).copied()).collect();
        files.map(|files| files.into_iter().max())
    }

    fn take(&mut self, sealed: &Sealed, file: usize) {
        let batch = &sealed.batch;
        self.ids.insert(batch.id, (sealed.digest, file));
        let root = batch.kind.root().unwrap_or(sealed.digest);
        self.parts.extend(batch.stamps().map(|stamp| ((root, stamp), file)));
    }
}

/// Some of the operations of a batch, with the stamps that they had, under a name of their own.
pub fn part_of(sealed: &Sealed, operations: Vec<super::Operation>, stamps: Vec<Run>) -> Sealed {
    let batch = &sealed.batch;
    let mut salt = sealed.digest.0.to_vec();
    for run in &stamps {
        salt.extend(run.from.millis.to_le_bytes());
        salt.extend(run.from.counter.to_le_bytes());
        salt.extend(run.count.to_le_bytes());
    }
    let was = Box::new(batch.kind.clone());
    renamed(batch, &salt, BatchKind::Part { of: batch.id, digest: sealed.digest, was, stamps }, operations)
}

/// Operations of a batch under a name of their own, which follows from `salt` and is the same whoever makes it. No other
/// batch has that device: nothing has to come before it or after it.
fn renamed(batch: &Batch, salt: &[u8], kind: BatchKind, operations: Vec<super::Operation>) -> Sealed {
    let mut hash = Sha256::new();
    hash.update(batch.id.device.0.to_le_bytes());
    hash.update(salt);
    let digest: [u8; 32] = hash.finalize().into();
    let device = DeviceId(u64::from_le_bytes(digest.first_chunk::<8>().copied().unwrap_or_default()));
    seal(Batch {
        id: BatchId { device, seq: 1 },
        stamp: Stamp { device, ..batch.stamp },
        kind,
        previous: Digest::default(),
        operations,
        ..batch.clone()
    })
}

impl News {
    fn describe(&mut self, batch: &Batch) {
        self.authors.insert(batch.actor.name.clone());
        // One that was made up for a file for one place, or for a copied profile, is nobody's computer.
        if batch.kind.root().is_none() {
            self.devices.insert(batch.id.device);
        }
        self.last = self.last.max(Some(batch.stamp.millis));
    }

    fn count(&mut self, batch: &Batch) {
        let n = batch.operations.len();
        self.operations += n;
        self.brought.push(batch.id);
        let at = batch.stamp.millis;
        let person = self.people.entry(batch.actor.name.clone()).or_insert((at, at, 0));
        *person = (person.0.min(at), person.1.max(at), person.2 + n);
        for operation in &batch.operations {
            self.unknown += usize::from(matches!(operation.change, Change::Unknown(_)));
            let rows = self.rows.entry(operation.register.clone()).or_default();
            *rows.entry(operation.row).or_default() += 1;
        }
    }

    /// Whether it brings nothing: a renamed or an older copy.
    pub const fn is_empty(&self) -> bool {
        self.brought.is_empty()
    }
}

/// Adds what was surveyed to `ours`. `wanted` says of a row, in the state that all of it adds up to, whether its changes
/// are taken; the others are recorded and taken back in the same step, except what those that are taken cannot do
/// without.
pub fn merge(ours: &State, survey: &Survey, wanted: &dyn Fn(&State, &str, RowId) -> bool) -> Merged {
    let mut state = ours.clone();
    for sealed in &survey.brought {
        state.apply(&sealed.batch, sealed.digest);
    }
    let taken = |f: &News| Taken { name: f.name.clone(), brought: f.brought.clone() };
    let files: Vec<Taken> = survey.files.iter().filter(|f| !f.is_empty()).map(taken).collect();
    let touched = survey.files.iter().flat_map(|f| &f.rows);
    let touched = touched.flat_map(|(key, rows)| rows.keys().map(|row| (key.clone(), *row))).into_set();
    let (taken, mut left): (BTreeSet<_>, BTreeSet<_>) =
        touched.into_iter().partition(|(key, row)| wanted(&state, key, *row));
    let carried = carry(ours, &state, taken, &mut left);
    let mut draft = Draft::new(BatchKind::Edit);
    let mut back = Back { now: &state, then: ours, draft: &mut draft };
    left.iter().for_each(|(register, row)| back.row(register, *row));
    let count = u32::try_from(draft.operations.len()).unwrap_or(u32::MAX);
    let joined = settle(&state, &mut draft);
    // A ledger in which nothing is yet becomes the other one; nobody has put anything together.
    let alone = ours.batches.is_empty() && survey.files.len() == 1;
    if !draft.is_empty() || !(files.is_empty() || alone) {
        draft.kind = BatchKind::Merge { files, left: count };
    }
    Merged { brought: survey.brought.clone(), state, draft, joined, carried, left }
}

/// Takes out of `left` what the rows in `taken` need: what they name and was not here before, and what still names a row
/// that they no longer have.
fn carry(
    ours: &State,
    state: &State,
    taken: BTreeSet<(Text, RowId)>,
    left: &mut BTreeSet<(Text, RowId)>,
) -> BTreeSet<(Text, RowId)> {
    let mut carried = BTreeSet::new();
    if left.is_empty() {
        return carried;
    }
    let there = |state: &State, key: &str, row: RowId| state.record(key, row).is_some_and(|r| !r.is_gone());
    let mut holders: BTreeMap<(Text, RowId), Vec<(Text, RowId)>> = BTreeMap::new();
    for (key, row) in left.iter() {
        for named in ours.record(key, *row).into_iter().flat_map(|r| named_by(ours, key, r)) {
            holders.entry(named).or_default().push((key.clone(), *row));
        }
    }
    let mut next: Vec<(Text, RowId)> = taken.into_iter().collect();
    while let Some((key, row)) = next.pop() {
        let record = state.record(&key, row);
        let named = record.into_iter().flat_map(|r| named_by(state, &key, r));
        let needed =
            named.filter(|(key, row)| !there(ours, key, *row)).map(|(key, row)| (Text::from(key), row));
        let lost = there(ours, &key, row) && !there(state, &key, row);
        let held = holders.get(&(key.clone(), row)).filter(|_| lost).into_iter().flatten().cloned();
        for other in needed.chain(held).collect::<Vec<_>>() {
            if left.remove(&other) {
                carried.insert(other.clone());
                next.push(other);
            }
        }
    }
    carried
}

/// The rows that a merge has left and that nobody has touched since.
pub fn left_of(state: &State, batch: &Batch) -> BTreeSet<(Text, RowId)> {
    let BatchKind::Merge { left, .. } = batch.kind.plain() else { return BTreeSet::new() };
    let operations = batch.operations.iter().zip(batch.stamps()).take(*left as usize);
    let stands = |(operation, stamp): &(&super::Operation, Stamp)| {
        let record = state.record(&operation.register, operation.row);
        let slot = operation.change.slot();
        record.zip(slot).is_some_and(|(r, slot)| r.heads(&slot).iter().any(|h| h.stamp == *stamp))
    };
    operations.filter(stands).map(|(o, _)| (o.register.clone(), o.row)).into_set()
}

/// Drafts the step that takes what a merge has left. `log` is the whole ledger.
pub fn take_left(state: &State, batch: &Batch, log: &[Sealed]) -> Draft {
    let BatchKind::Merge { files, .. } = batch.kind.plain() else { return Draft::new(BatchKind::Edit) };
    let rows = left_of(state, batch);
    let then = without(state, log, &BTreeSet::from([batch.id]), &rows);
    let names = files.iter().map(|f| Taken { name: f.name.clone(), brought: Vec::new() });
    let kind = BatchKind::Merge { files: names.collect(), left: 0 };
    let mut draft = Draft::new(BatchKind::Edit);
    let mut back = Back { now: state, then: &then, draft: &mut draft };
    rows.iter().for_each(|(register, row)| back.row(register, *row));
    settle(state, &mut draft);
    if !draft.is_empty() {
        draft.kind = kind;
    }
    draft
}

/// What the change was made over, as its author saw it: the third side of a conflict.
pub fn base_of(batch: &Batch, stamp: Stamp) -> Option<&Change> {
    let n = batch.stamps().position(|s| s == stamp)?;
    batch.operations.get(n).map(|o| &o.change)
}

#[cfg(test)]
mod tests;
