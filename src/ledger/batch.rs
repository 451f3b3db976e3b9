//! Operations and the batches in which they are done and undone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use super::slot::{Seen, Slot, Verdict};
use super::state::Record;
use super::{DeviceId, Person, Stamp};
use crate::register::Fields as _;
use crate::value::{RowId, Text, Value};

/// A batch is named by its device and the sequence number of its first operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BatchId {
    /// Who made it.
    pub device: DeviceId,
    /// Number of its first operation on that device, from 1.
    pub seq: u64,
}

/// SHA-256, written as hexadecimal; all zero before a device's first batch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

/// Bytes that are hashed at once. Browsers begin with slow code, and put the fast one in place between two calls of a
/// function and never during one: in one piece, the lines of a large import took ten times as long.
const PIECE: usize = 1 << 14;

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = Sha256::new();
        bytes.chunks(PIECE).for_each(|piece| hash.update(piece));
        Self(hash.finalize().into())
    }
}

/// What a person did in one step; the unit of saving, of undo and of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its name.
    pub id: BatchId,
    /// Stamp of its first operation; the n-th has `stamp.plus(n)`.
    pub stamp: Stamp,
    /// Who did it.
    pub actor: Person,
    /// What kind of step it was.
    pub kind: BatchKind,
    /// Tables that imported rows came from; origins point here.
    pub sources: Vec<Source>,
    /// Digest of this device's batch before.
    pub previous: Digest,
    /// The wall clock was far behind what had been recorded.
    pub suspect_clock: bool,
    /// What was changed.
    pub operations: Vec<Operation>,
}

/// What kind of step a batch was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum BatchKind {
    /// Typed in a table or a form.
    Edit,
    /// Conflicts were decided (裁定).
    Decide,
    /// Read from a workbook.
    Import {
        /// The file's name.
        file: Text,
    },
    /// Moved to another state.
    Move,
    /// The sample county (示例).
    Sample,
    /// Takes another batch back; undoing an undo is a redo.
    Undo {
        /// The batch taken back.
        of: BatchId,
    },
    /// The ledger as of a past moment was made current again.
    Restore {
        /// That moment, in milliseconds since 1970-01-01 UTC.
        moment: u64,
    },
    /// A batch that the log has lost, put together again from what it had left behind (从页面恢复; see
    /// [`super::rescue`]).
    Rescue {
        /// The batch that this one stands for, and others that had left nothing of their own.
        of: Vec<BatchId>,
        /// What kind of step it was.
        was: Box<BatchKind>,
        /// The stamps that its operations had, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stamps: Vec<Run>,
    },
    /// Other people's ledgers were taken in (合账).
    Merge {
        /// The files that brought something.
        files: Vec<Taken>,
        /// How many of its first operations take back what was not wanted.
        #[serde(default, skip_serializing_if = "is_zero")]
        left: u32,
    },
    /// What belongs to a person was shown in full (显示): nothing of the ledger changes, and it stays on record who saw it.
    Shown {
        /// The register.
        register: Text,
        /// Whose it is.
        row: RowId,
        /// Which field.
        field: Text,
    },
    /// A batch whose name another batch of a copied profile has as well, under a name of its own.
    Fork {
        /// The name that both have.
        of: BatchId,
        /// Which of them it is.
        digest: Digest,
        /// What kind of step it was.
        was: Box<BatchKind>,
        /// The stamps that its operations had, in order.
        stamps: Vec<Run>,
    },
    /// What of a batch concerns one place, under a name of its own: the file that it was sent in holds no more.
    Part {
        /// The batch that it is a part of.
        of: BatchId,
        /// Which of those of that name.
        digest: Digest,
        /// What kind of step it was.
        was: Box<BatchKind>,
        /// The stamps that its operations had, in order.
        stamps: Vec<Run>,
    },
    /// A kind of step of a newer version, as its JSON.
    #[serde(skip)]
    Unknown(Text),
}

/// A file that was merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Its name.
    pub name: Text,
    /// The batches that came with it.
    pub brought: Vec<BatchId>,
}

const fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Stamps that follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The first.
    pub from: Stamp,
    /// How many.
    pub count: u32,
}

impl Run {
    /// Stamps in order, as runs.
    pub fn all(stamps: impl IntoIterator<Item = Stamp>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for stamp in stamps {
            match runs.last_mut() {
                Some(run) if run.from.plus(run.count) == stamp => run.count += 1,
                _ => runs.push(Self { from: stamp, count: 1 }),
            }
        }
        runs
    }
}

/// A kind that this version does not know is kept as it is: what such a batch changed can be read all the same.
impl<'de> Deserialize<'de> for BatchKind {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(d)?;
        Ok(Self::deserialize(&json).unwrap_or_else(|_| Self::Unknown(Text::from(json.to_string()))))
    }
}

impl Serialize for BatchKind {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown(json) => {
                let json: serde_json::Value =
                    serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
                json.serialize(s)
            }
            known => Self::serialize(known, s),
        }
    }
}

impl BatchKind {
    /// What kind of step it was when it was done.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Rescue { was, .. } | Self::Fork { was, .. } | Self::Part { was, .. } => was.plain(),
            kind => kind,
        }
    }

    /// Whether it is on record although nothing changes with it: that ledgers were merged, that a number was shown.
    pub const fn tells(&self) -> bool {
        matches!(self, Self::Merge { .. } | Self::Shown { .. })
    }

    /// Whether other people's ledgers were taken in with it.
    pub fn is_merge(&self) -> bool {
        matches!(self.plain(), Self::Merge { .. })
    }

    /// The stamps that its operations have, where they are not the batch's own.
    pub fn stamps(&self) -> &[Run] {
        match self {
            Self::Rescue { stamps, .. } | Self::Fork { stamps, .. } | Self::Part { stamps, .. } => stamps,
            _ => &[],
        }
    }

    /// The digest of the batch whose operations it holds under another name, as it was first sealed.
    pub fn root(&self) -> Option<Digest> {
        match self {
            Self::Fork { digest, was, .. } | Self::Part { digest, was, .. } => {
                Some(was.root().unwrap_or(*digest))
            }
            Self::Rescue { was, .. } => was.root(),
            _ => None,
        }
    }

    /// The batch that it takes back.
    pub fn undoes(&self) -> Option<BatchId> {
        match self.plain() {
            Self::Undo { of } => Some(*of),
            _ => None,
        }
    }

    /// The lost batches that it stands for; the first is the one whose changes it holds.
    pub fn stands_for(&self) -> &[BatchId] {
        match self {
            Self::Rescue { of, .. } => of,
            _ => &[],
        }
    }
}

/// One table of a workbook from which rows came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// File name.
    pub file: Text,
    /// Sheet name.
    pub sheet: Text,
    /// Column letters by field key; the cell itself, where the values of a record do not stand in one row.
    pub columns: Vec<(Text, Text)>,
}

impl Source {
    /// The cell that gave `field` to the record of `row`.
    pub fn cell(&self, field: &str, row: u32) -> Option<String> {
        let (_, column) = self.columns.iter().find(|(key, _)| **key == *field)?;
        let whole = column.ends_with(|c: char| c.is_ascii_digit());
        Some(if whole { column.to_string() } else { format!("{column}{row}") })
    }
}

/// Where a row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Index into the batch's sources.
    pub table: u32,
    /// Row number as the workbook shows it, from 1.
    pub row: u32,
}

/// One change of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Register key.
    pub register: Text,
    /// The record.
    pub row: RowId,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It came into being. In the log many of them share a line (see `columns`).
    #[serde(skip)]
    Create(Creation),
    /// One value was changed.
    Set {
        /// Field key.
        field: Text,
        /// The new value; none clears it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Value>,
        /// What stood there, as this device saw it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Value>,
        /// The writes that it replaces: what stands beside it unseen is a conflict.
        #[serde(default, skip_serializing_if = "Seen::is_empty")]
        seen: Seen,
        /// Where the new value was imported from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// It moved to another state.
    Move {
        /// The new state.
        to: Text,
        /// The state before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Text>,
        /// Why, where a reason is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        /// The writes that it replaces.
        #[serde(default, skip_serializing_if = "Seen::is_empty")]
        seen: Seen,
    },
    /// It was removed; its values are kept.
    Delete {
        /// The writes that it replaces.
        #[serde(default, skip_serializing_if = "Seen::is_empty")]
        seen: Seen,
    },
    /// It was put back.
    Restore {
        /// The writes that it replaces.
        #[serde(default, skip_serializing_if = "Seen::is_empty")]
        seen: Seen,
    },
    /// Somebody said whether it and another row are one thing.
    Join {
        /// The other row, with the smaller identity.
        other: RowId,
        /// What was said.
        verdict: Verdict,
        /// What had been said before.
        #[serde(default)]
        before: Verdict,
        /// The writes that it replaces.
        #[serde(default, skip_serializing_if = "Seen::is_empty")]
        seen: Seen,
    },
    /// A change of a newer version, kept as its line of text; empty for the further ones of the same line.
    #[serde(skip)]
    Unknown(Text),
}

/// How a record came into being.
#[derive(Debug, Clone, PartialEq)]
pub struct Creation {
    /// Kind of row in the register.
    pub kind: Text,
    /// Its first values; once sealed, sorted by key.
    pub fields: Vec<(Text, Value)>,
    /// Where it was imported from.
    pub origin: Option<Origin>,
}

impl Change {
    /// Where it was imported from.
    pub const fn origin(&self) -> Option<Origin> {
        match self {
            Self::Create(creation) => creation.origin,
            Self::Set { origin, .. } => *origin,
            _ => None,
        }
    }

    /// The field it changes, where it changes one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Set { field, .. } => Some(field),
            _ => None,
        }
    }
}

impl Batch {
    /// The stamp of its n-th operation.
    pub fn stamp_of(&self, n: usize) -> Stamp {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        let mut before = 0;
        for run in self.kind.stamps() {
            if n < before + run.count {
                return run.from.plus(n - before);
            }
            before += run.count;
        }
        self.stamp.plus(n)
    }

    /// The stamps of its operations, in order.
    pub fn stamps(&self) -> impl Iterator<Item = Stamp> + '_ {
        let runs = self.kind.stamps();
        let told = runs.iter().flat_map(|run| (0..run.count).map(|n| run.from.plus(n)));
        let own = (0..self.length()).map(|n| self.stamp.plus(n));
        told.chain(own.take(if runs.is_empty() { usize::MAX } else { 0 }))
    }

    /// The sequence numbers and stamps that it takes: one, where it changes nothing.
    pub fn length(&self) -> u32 {
        u32::try_from(self.operations.len()).unwrap_or(u32::MAX).max(1)
    }

    /// The number of the batch after it.
    pub fn next_seq(&self) -> u64 {
        self.id.seq + u64::from(self.length())
    }
}

impl Change {
    /// The change that writes a value into a slot of `record`.
    pub(crate) fn write(slot: &Slot, value: Option<Value>, record: &Record, seen: Seen) -> Self {
        match slot {
            Slot::Field(field) => {
                let before = record.value(field).cloned();
                Self::Set { field: field.clone(), value, before, seen, origin: None }
            }
            Slot::State => {
                let to = value.as_ref().and_then(Value::as_str).map(Text::from).unwrap_or_default();
                Self::Move { to, before: record.stage().map(Text::from), reason: None, seen }
            }
            Slot::Life if value == Some(Value::Bool(true)) => Self::Delete { seen },
            Slot::Life => Self::Restore { seen },
            Slot::Twin(other) => {
                let before = record.shown(slot).map(|h| Verdict::of(h.value.as_ref())).unwrap_or_default();
                Self::Join { other: *other, verdict: Verdict::of(value.as_ref()), before, seen }
            }
        }
    }

    /// What its author saw; none where it replaces nothing.
    pub(crate) const fn seen(&self) -> Option<&Seen> {
        match self {
            Self::Set { seen, .. }
            | Self::Move { seen, .. }
            | Self::Delete { seen }
            | Self::Restore { seen }
            | Self::Join { seen, .. } => Some(seen),
            Self::Create(_) | Self::Unknown(_) => None,
        }
    }

    /// The same, to be told what it is.
    pub(crate) const fn seen_mut(&mut self) -> Option<&mut Seen> {
        match self {
            Self::Set { seen, .. }
            | Self::Move { seen, .. }
            | Self::Delete { seen }
            | Self::Restore { seen }
            | Self::Join { seen, .. } => Some(seen),
            Self::Create(_) | Self::Unknown(_) => None,
        }
    }

    /// The slot that it writes.
    pub(crate) fn slot(&self) -> Option<Slot> {
        Some(match self {
            Self::Set { field, .. } => Slot::Field(field.clone()),
            Self::Move { .. } => Slot::State,
            Self::Delete { .. } | Self::Restore { .. } => Slot::Life,
            Self::Join { other, .. } => Slot::Twin(*other),
            Self::Create(_) | Self::Unknown(_) => return None,
        })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        let mut bytes = [0u8; 32];
        let digits: Option<Vec<u8>> =
            text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
        let digits = digits.filter(|d| d.len() == 64).ok_or_else(|| de::Error::custom("not a SHA-256"))?;
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = pair.iter().fold(0, |acc, d| acc << 4 | d);
        }
        Ok(Self(bytes))
    }
}
