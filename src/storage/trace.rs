//! What an emptied browser still knows of its ledger.
//!
//! Duty: a small note beside the database, so that a ledger that a cleaner program has removed is missed, and never
//! looks like a fresh start. It holds counts and times, no record. Inputs and outputs: its text. Neighbours: `ui`
//! keeps it where site preferences are, writes it with what is durable, and asks when the database is empty.

use serde::{Deserialize, Serialize};

/// The layout of the note; one of another layout is no note.
const VERSION: u8 = 1;

/// There was a ledger here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    version: u8,
    /// Villages and communities in it.
    pub villages: u64,
    /// Rows in its registers, places left out.
    pub rows: u64,
    /// Changes recorded in it.
    pub operations: u64,
    /// When the last of them was made, in milliseconds since 1970-01-01 UTC.
    pub saved: u64,
    /// The last backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupNote>,
}

/// A ledger file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupNote {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: u64,
    /// The file's name.
    pub name: String,
    /// Changes that it holds.
    pub operations: u64,
}

impl Trace {
    /// A note of so much, saved at `saved`, with no backup yet.
    pub fn new(villages: u64, rows: u64, operations: u64, saved: u64) -> Self {
        Self { version: VERSION, villages, rows, operations, saved, backup: None }
    }

    /// A note as it was kept; none when it is of another layout or no note at all.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_slice(text.as_bytes()).ok().filter(|trace: &Self| trace.version == VERSION)
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        // Plain data has no way to fail; an empty text is no note.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Changes made since the last backup.
    pub fn since_backup(&self) -> u64 {
        self.operations.saturating_sub(self.backup.as_ref().map_or(0, |b| b.operations))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_comes_back_and_others_are_no_notes() {
        let mut trace = Trace::new(36, 1188, 1224, 1_763_913_720_000);
        assert_eq!(Trace::read(&trace.text()), Some(trace.clone()));
        assert_eq!(trace.since_backup(), 1224);
        trace.backup = Some(BackupNote {
            at: 1_763_600_000_000,
            name: "兴村台账-2025-11-20.xcz".into(),
            operations: 1167,
        });
        assert_eq!(Trace::read(&trace.text()), Some(trace.clone()));
        assert_eq!(trace.since_backup(), 57);
        for other in ["", "{}", "null", "[1]", &trace.text().replace("\"version\":1", "\"version\":2")] {
            assert_eq!(Trace::read(other), None, "{other}");
        }
    }
}
