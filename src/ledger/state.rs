//! What the batches add up to: every record with its current values, and a line for every batch.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::leaf::Leaf;
use super::sheet::Sheet;
use super::slot::More;
use super::twin::Aliases;
use super::world::Indexes;
use super::{BatchId, BatchKind, DeviceId, Digest, Origin, Person, Source, Stamp};
use crate::register::catalog::settings;
use crate::register::{Fields, RowKind, Schema, Target};
use crate::value::order;
use crate::value::{RowId, Text, Value};

/// Everything that is known, in memory.
///
/// It does not depend on the order in which batches were applied: for every cell, state and removal the
/// later stamp wins.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(crate) sheets: BTreeMap<Text, Sheet>,
    pub(crate) batches: Vec<BatchHead>,
    pub(crate) batch_index: HashMap<BatchId, u32>,
    pub(crate) devices: BTreeMap<DeviceId, DeviceHead>,
    /// Which stamps belong to which batch.
    pub(crate) spans: Spans,
    /// The batches, by place, that hold operations of the batch that was first sealed with a digest: a copied profile
    /// and a file for one place bring them under other names.
    pub(crate) roots: HashMap<Digest, Vec<u32>>,
    /// Rows that others stand for.
    pub(crate) aliases: Rc<Aliases>,
    /// The same, by the row that stands.
    pub(crate) behind: BTreeMap<RowId, Vec<RowId>>,
    /// Rows that changed because a reference leads elsewhere now: whoever keeps pages takes them.
    pub(crate) stirred: Vec<(Text, usize)>,
    pub(crate) words: Words,
    /// Whoever uses the device reads what is kept: nothing sensitive is written. A file is whoever's who has it.
    pub(crate) exposed: bool,
    pub(crate) version: u64,
    /// What the settings among the records make of the catalogue.
    pub(crate) declared: Declared,
    /// Where records are found by something else than their identity.
    pub(crate) indexes: Indexes,
}

/// The schema that the state has; the catalogue's as long as nothing was set.
#[derive(Debug, Clone)]
pub(crate) struct Declared(pub(super) Arc<Schema>);

impl Default for Declared {
    fn default() -> Self {
        Self(Arc::clone(Schema::base()))
    }
}

/// Words that repeat: field keys, kinds, choices. Whoever opens packed records has a hand on them too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words(Rc<RefCell<HashSet<Text>>>);

impl Words {
    /// The one copy of a word.
    pub(crate) fn share(&self, word: &Text) -> Text {
        let mut words = self.0.borrow_mut();
        if let Some(known) = words.get(word) {
            return Arc::clone(known);
        }
        words.insert(Arc::clone(word));
        Arc::clone(word)
    }
}

/// Stretches of stamps, by their first: how many, and the place of their batch among the batches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans(BTreeMap<(DeviceId, u64, u32), (u32, u32)>);

impl Spans {
    pub(crate) fn add(&mut self, from: Stamp, count: u32, batch: u32) {
        self.0.entry((from.device, from.millis, from.counter)).or_insert((count, batch));
    }

    /// The place of the batch that the stamp belongs to.
    pub(crate) fn find(&self, stamp: Stamp) -> Option<u32> {
        let upto = (stamp.device, stamp.millis, stamp.counter);
        let ((.., first), (count, batch)) =
            self.0.range((stamp.device, stamp.millis, 0)..=upto).next_back()?;
        (stamp.counter - first < *count).then_some(*batch)
    }
}

/// One record, also after it was removed.
#[derive(Debug, Clone)]
pub struct Record {
    pub(crate) id: RowId,
    pub(crate) kind: Text,
    /// Stamp of its creation; none while only later changes have arrived.
    pub(crate) created: Option<Stamp>,
    /// Current values, sorted by field key.
    pub(crate) cells: Vec<(Text, Value)>,
    /// Stamps of the cells that were changed after creation, cleared ones included, sorted by field key.
    pub(crate) stamps: Vec<(Text, Stamp)>,
    pub(crate) stage: Option<(Text, Stamp)>,
    pub(crate) gone: Option<(bool, Stamp)>,
    /// Where it was imported from: the batch's place in [`State::batches`] and the origin there.
    pub(crate) origin: Option<(BatchId, Origin)>,
    /// Rival writes, joined rows: few records have any.
    pub(crate) more: Option<Box<More>>,
    /// Another row stands for it. Follows from the verdicts.
    pub(crate) away: bool,
}

/// What is kept in memory of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchHead {
    /// Its name.
    pub id: BatchId,
    /// SHA-256 of its sealed bytes.
    pub digest: Digest,
    /// Stamp of its first operation.
    pub stamp: Stamp,
    /// Who did it.
    pub actor: Person,
    /// What kind of step.
    pub kind: BatchKind,
    /// Tables that rows came from.
    pub sources: Vec<Source>,
    /// How many operations of each sort, by register.
    pub tally: BTreeMap<Text, Tally>,
    /// The wall clock was suspect.
    pub suspect_clock: bool,
}

/// How many operations of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Records created.
    pub created: u32,
    /// Cells set.
    pub set: u32,
    /// States moved.
    pub moved: u32,
    /// Records removed.
    pub deleted: u32,
    /// Records put back.
    pub restored: u32,
    /// Verdicts whether two rows are one.
    pub joined: u32,
    /// Changes of a newer version.
    pub unknown: u32,
}

/// How far a device's own chain is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceHead {
    /// Sequence number that its next batch will have.
    pub next_seq: u64,
    /// Digest of its last batch.
    pub digest: Digest,
    /// Stamp of its last operation.
    pub last: Stamp,
}

impl State {
    /// Nothing recorded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every register, kind and field that there is: the catalogue's, and what the county has set.
    pub const fn schema(&self) -> &Arc<Schema> {
        &self.declared.0
    }

    /// The declaration of a record's kind.
    pub fn kind_of(&self, register: &str, record: &Record) -> Option<&Arc<RowKind>> {
        self.schema().kind(register, &record.kind)
    }

    /// Makes the schema anew, once settings records have changed.
    pub(crate) fn declare(&mut self) {
        let settings = self.sheets.get(settings::KEY).into_iter().flat_map(Sheet::live);
        let records = settings.map(|r| (r.id, &*r.kind, r as &dyn Fields));
        self.declared = Declared(Schema::with(records));
    }

    /// Whether something is recorded, or set, that the declarations which are here say nothing of.
    pub fn outgrows(&self) -> bool {
        let schema = self.schema();
        !schema.faults().is_empty() || self.sheets.keys().any(|key| schema.register(key).is_none())
    }

    /// Looks at all that is recorded with the declarations that are here by now.
    pub(crate) fn declare_anew(&mut self) {
        self.declare();
        self.note_parents();
        self.indexes = Indexes::default();
    }

    /// The records of `register`; empty when there are none.
    pub fn sheet(&self, register: &str) -> Option<&Sheet> {
        self.sheets.get(register)
    }

    /// The registers that have records, in order.
    pub fn registers(&self) -> impl Iterator<Item = (&Text, &Sheet)> {
        self.sheets.iter()
    }

    /// One record, removed or not.
    pub fn record(&self, register: &str, id: RowId) -> Option<&Record> {
        self.sheets.get(register)?.get(id)
    }

    /// The record that a reference to `target` names, removed or not, and the register that it is in.
    pub fn home(&self, target: &Target, id: RowId) -> Option<(&'static str, &Record)> {
        target.registers().find_map(|key| Some((key, self.record(key, id)?)))
    }

    /// Every batch applied, by stamp.
    pub fn batches(&self) -> impl DoubleEndedIterator<Item = &BatchHead> {
        let mut order: Vec<&BatchHead> = self.batches.iter().collect();
        order::sort_by_key(&mut order, |b| b.stamp);
        order.into_iter()
    }

    /// How many batches there are.
    pub const fn steps(&self) -> usize {
        self.batches.len()
    }

    /// Whether everything after the first `steps` batches was done on `device`, and is no merge.
    pub fn is_own_since(&self, device: DeviceId, steps: usize) -> bool {
        self.batches.iter().skip(steps).all(|b| b.id.device == device && !self.done(&b.kind).is_merge())
    }

    /// One batch.
    pub fn batch(&self, id: BatchId) -> Option<&BatchHead> {
        self.batches.get(*self.batch_index.get(&id)? as usize)
    }

    /// The batch that an operation's stamp belongs to.
    pub fn batch_of(&self, stamp: Stamp) -> Option<&BatchHead> {
        self.batches.get(self.spans.find(stamp)? as usize)
    }

    /// Takes note of a batch; its operations are applied by whoever calls.
    pub(crate) fn add_head(&mut self, head: BatchHead) {
        let at = u32::try_from(self.batches.len()).unwrap_or(u32::MAX);
        let count = head.tally.values().map(Tally::total).sum::<u32>().max(1);
        match head.kind.stamps() {
            [] => self.spans.add(head.stamp, count, at),
            runs => runs.iter().for_each(|run| self.spans.add(run.from, run.count, at)),
        }
        self.roots.entry(head.root()).or_default().push(at);
        self.batch_index.insert(head.id, at);
        self.batches.push(head);
    }

    /// The batches that hold operations of the batch that was first sealed with this digest.
    pub(crate) fn of_root(&self, root: Digest) -> impl Iterator<Item = &BatchHead> {
        let places = self.roots.get(&root).into_iter().flatten();
        places.filter_map(|at| self.batches.get(*at as usize))
    }

    /// Whether all operations of `batch` are here, under whatever name.
    pub(crate) fn holds(&self, batch: &super::Batch, digest: Digest) -> bool {
        let known: Vec<&BatchHead> = self.of_root(batch.kind.root().unwrap_or(digest)).collect();
        !known.is_empty() && batch.stamps().all(|stamp| known.iter().any(|head| head.covers(stamp)))
    }

    /// How far each device is known.
    pub fn devices(&self) -> &BTreeMap<DeviceId, DeviceHead> {
        &self.devices
    }

    /// Changes with every batch.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// How many operations have been applied.
    pub fn operations(&self) -> u64 {
        self.batches.iter().flat_map(|b| b.tally.values()).map(|t| u64::from(t.total())).sum()
    }

    /// Whether the batch is taken back: an undo of it, or of what stands for it, stands that is not itself
    /// taken back.
    pub fn is_undone(&self, id: BatchId) -> bool {
        self.batches.iter().any(|b| {
            (b.kind.undoes() == Some(id) && !self.is_undone(b.id))
                || (b.kind.stands_for().first() == Some(&id) && self.is_undone(b.id))
        })
    }

    /// What was done in the end by a step that takes others back, or does them again.
    pub(crate) fn done<'a>(&'a self, kind: &'a BatchKind) -> &'a BatchKind {
        let mut kind = kind.plain();
        while let BatchKind::Undo { of } = kind
            && let Some(head) = self.batch(*of)
        {
            kind = head.kind.plain();
        }
        kind
    }

    /// The files with which batches came, by batch.
    pub fn files(&self) -> BTreeMap<BatchId, &Text> {
        let mut files = BTreeMap::new();
        for head in self.batches() {
            if let BatchKind::Merge { files: taken, .. } = head.kind.plain() {
                let pairs = taken.iter().flat_map(|f| f.brought.iter().map(|id| (*id, &f.name)));
                files.extend(pairs);
            }
        }
        files
    }

    /// The batch that stands for `id`, which the log has lost.
    pub fn stand_in(&self, id: BatchId) -> Option<BatchId> {
        self.batches.iter().find(|b| b.kind.stands_for().contains(&id)).map(|b| b.id)
    }

    /// The sample data (示例) that stands, if any.
    pub fn sample(&self) -> Option<&BatchHead> {
        self.batches().find(|b| {
            *b.kind.plain() == BatchKind::Sample && self.stand_in(b.id).is_none() && !self.is_undone(b.id)
        })
    }

    /// The one copy of a word that repeats.
    pub(crate) fn shared(&self, word: &Text) -> Text {
        self.words.share(word)
    }
}

/// Bytes of open records that could be packed again and need not be: what a page shows of a register of a hundred
/// thousand rows fits in and stays open from one look to the next; a browser on a small computer gives a page ten times
/// as much before it ends it.
pub(crate) const OPEN: usize = 64 << 20;

impl State {
    /// Packs records again, where that gives back memory and there is more open than `budget`: those that nobody has
    /// looked at since the last time first. What is looked at again opens again.
    pub(crate) fn tidy(&mut self, budget: usize) {
        super::leaf::seen_to();
        let leaves = self.sheets.values_mut().flat_map(Sheet::leaves_mut);
        let leaves = leaves.map(|leaf| (leaf.was_looked_at(), leaf.spare(), leaf));
        let mut leaves: Vec<(bool, usize, &mut Leaf)> = leaves.filter(|(_, spare, _)| *spare > 0).collect();
        let mut open: usize = leaves.iter().map(|(_, spare, _)| spare).sum();
        order::sort_by_key(&mut leaves, |(looked, ..)| *looked);
        for (_, spare, leaf) in leaves {
            if open <= budget {
                return;
            }
            leaf.close();
            open -= spare;
        }
    }
}

impl BatchHead {
    /// How many operations it has.
    pub fn operations(&self) -> usize {
        self.tally.values().map(|t| t.total() as usize).sum()
    }

    /// The digest of the batch whose operations it holds, as it was first sealed.
    pub(crate) fn root(&self) -> Digest {
        self.kind.root().unwrap_or(self.digest)
    }

    /// Whether the operation with this stamp is one of its own.
    pub(crate) fn covers(&self, stamp: Stamp) -> bool {
        let within = |from: Stamp, count: u32| {
            (from.device, from.millis) == (stamp.device, stamp.millis)
                && (from.counter..from.counter.saturating_add(count)).contains(&stamp.counter)
        };
        match self.kind.stamps() {
            [] => within(self.stamp, self.tally.values().map(Tally::total).sum::<u32>().max(1)),
            runs => runs.iter().any(|run| within(run.from, run.count)),
        }
    }
}

impl Record {
    /// Its identity.
    pub const fn id(&self) -> RowId {
        self.id
    }

    /// Kind of row in its register.
    pub const fn kind(&self) -> &Text {
        &self.kind
    }

    /// Its values by field key, sorted.
    pub fn cells(&self) -> &[(Text, Value)] {
        &self.cells
    }

    /// The state it was moved to; none while it is where new records begin.
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_ref().map(|(s, _)| &**s)
    }

    /// Whether it is removed, not yet created, or shown as the row that it is one with.
    pub fn is_gone(&self) -> bool {
        self.away || self.created.is_none() || self.gone.is_some_and(|(gone, _)| gone)
    }

    /// Whether it is created and not removed, whatever is said of other rows.
    pub(super) fn is_live_itself(&self) -> bool {
        self.created.is_some() && !self.gone.is_some_and(|(gone, _)| gone)
    }

    /// When it was created.
    pub const fn created(&self) -> Option<Stamp> {
        self.created
    }

    /// Bytes that it takes in memory, roughly: without words that it shares with others.
    pub(crate) fn size(&self) -> usize {
        let (cells, stamps) = (self.cells.capacity(), self.stamps.capacity());
        size_of::<Self>()
            + cells * size_of::<(Text, Value)>()
            + stamps * size_of::<(Text, Stamp)>()
            + self.more.as_ref().map_or(0, |_| size_of::<More>())
    }

    /// The latest change of any of its cells or of its state.
    pub fn updated(&self) -> Option<Stamp> {
        let cells = self.stamps.iter().map(|(_, s)| *s);
        let state = self.stage.as_ref().map(|(_, s)| *s);
        let gone = self.gone.map(|(_, s)| s);
        cells.chain(state).chain(gone).chain(self.created).max()
    }

    /// When the cell got its current value, or was cleared.
    pub fn stamp_of(&self, field: &str) -> Option<Stamp> {
        match self.stamps.binary_search_by(|(k, _)| (**k).cmp(field)) {
            Ok(at) => self.stamps.get(at).map(|(_, s)| *s),
            Err(_) => self.created,
        }
    }

    /// Where it was imported from.
    pub const fn origin(&self) -> Option<(BatchId, Origin)> {
        self.origin
    }
}

impl Fields for Record {
    fn value(&self, key: &str) -> Option<&Value> {
        // A dozen keys of mostly different lengths: looking at each is quicker than comparing words in order.
        self.cells.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }

    fn row(&self) -> Option<RowId> {
        Some(self.id)
    }
}

impl Tally {
    /// All sorts together.
    pub const fn total(&self) -> u32 {
        self.created + self.set + self.moved + self.deleted + self.restored + self.joined + self.unknown
    }
}
