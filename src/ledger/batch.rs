//! Operations and the batches in which they are done and undone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{DeviceId, Stamp};
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

/// What a person did in one step; the unit of saving, of undo and of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its name.
    pub id: BatchId,
    /// Stamp of its first operation; the n-th has `stamp.plus(n)`.
    pub stamp: Stamp,
    /// Who did it, as the device is named.
    pub actor: Text,
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
#[serde(rename_all = "snake_case")]
pub enum BatchKind {
    /// Typed in a table or a form.
    Edit,
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
    },
}

impl BatchKind {
    /// What kind of step it was when it was done.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Rescue { was, .. } => was.plain(),
            kind => kind,
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
    /// Column letters by field key.
    pub columns: Vec<(Text, Text)>,
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
        /// Stamp of what stood there: a winner that has not seen the loser is a conflict.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Stamp>,
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
    },
    /// It was removed; its values are kept.
    Delete,
    /// It was put back.
    Restore,
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

impl Batch {
    /// The stamp of its n-th operation.
    pub fn stamp_of(&self, n: usize) -> Stamp {
        self.stamp.plus(u32::try_from(n).unwrap_or(u32::MAX))
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
