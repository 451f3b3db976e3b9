//! A backup that holds what is shown: completed from the state, read back, and only then offered.
//!
//! Duty: [`make`] writes a ledger file and proves it: the bytes are read as another computer would read them,
//! and what they add up to is compared, record by record, with the state that is on the screen. What the log
//! cannot tell any more is put together again from the state ([`rescue`]); what it still tells is
//! kept. Inputs: the state as shown, the log as far as it can be read, attached files. Outputs: bytes, and what
//! had to be rescued; or a reason why no file is offered. Neighbours: `ledger_file` knows the format; the worker
//! and the page call this.

use super::ledger_file::{self, Blobs, Counts, Damage, Flaw, LedgerFileError};
use crate::ledger::{DeviceId, Sealed, State, rescue};
use crate::register::Message;
use crate::value::order::Ordered as _;

/// Batches that break their device's chain, left out one after the other before the log is given up as a whole.
const MOST_BREAKS: usize = 16;

/// A ledger file that was read back.
#[derive(Debug, Clone)]
pub struct Backup {
    /// The file.
    pub bytes: Vec<u8>,
    /// How much it holds.
    pub counts: Counts,
    /// Batches that the log could not tell any more, made again from the state; they are in the file.
    pub rescued: Vec<Sealed>,
}

/// Why no file is offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// It cannot be written, or what was written cannot be read.
    #[error(transparent)]
    File(#[from] LedgerFileError),
    /// It was read back and does not hold this record as it is shown.
    #[error("the backup lacks record {row} of {register}")]
    Short {
        /// Register key.
        register: String,
        /// The record.
        row: String,
    },
}

impl BackupError {
    /// For people.
    pub fn message(&self) -> Message {
        match self {
            Self::File(error) => error.message(),
            Self::Short { register, row } => Message::new(
                format!(
                    "备份读回来与屏幕上的不一样（{register} 的记录 {row}），没有给出文件；请再试一次，不要关闭本页"
                ),
                format!(
                    "The backup, read back, differs from what is shown (record {row} of {register}); no file was made. Try again, and keep this page open"
                ),
            ),
        }
    }
}

/// Writes what `shown` shows. `log` is what can still be read of the log; `fresh` a device that nobody has used,
/// under which lost batches are sealed again.
pub fn make(
    shown: &State,
    mut log: Vec<Sealed>,
    blobs: &Blobs,
    fresh: DeviceId,
) -> Result<Backup, BackupError> {
    // Another window may have recorded since the state was looked at: the file holds that as well.
    let newer: Vec<&Sealed> = log.iter().filter(|s| shown.batch(s.batch.id).is_none()).collect();
    let grown = (!newer.is_empty()).then(|| {
        let mut grown = shown.clone();
        for s in newer {
            grown.apply(&s.batch, s.digest);
        }
        grown
    });
    let shown = grown.as_ref().unwrap_or(shown);
    let mut breaks = 0;
    loop {
        let rescued = rescue::complete(shown, &mut replay(&log), fresh);
        let bytes = ledger_file::write(log.iter().chain(&rescued), blobs)?;
        let file = match ledger_file::read(&bytes) {
            Ok(file) => file,
            // A batch that does not continue the one before it would make the whole file unreadable.
            Err(LedgerFileError::Damaged(Damage { flaw: Flaw::Chain(id) | Flaw::Twice(id), .. }))
                if log.iter().any(|s| s.batch.id == id) =>
            {
                breaks += 1;
                log.retain(|s| s.batch.id != id && breaks < MOST_BREAKS);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if let Some((register, row)) = rescue::difference(shown, &replay(&file.log)) {
            return Err(BackupError::Short { register: register.to_string(), row: row.to_string() });
        }
        return Ok(Backup { bytes, counts: file.manifest.counts, rescued });
    }
}

fn replay(log: &[Sealed]) -> State {
    let mut state = State::new();
    for sealed in log {
        state.apply(&sealed.batch, sealed.digest);
    }
    state
}

/// How many records a state shows, by register: quick to count on both sides of the worker.
pub fn shown_counts(state: &State) -> std::collections::BTreeMap<String, u64> {
    let count = |(key, sheet): (&crate::value::Text, &crate::ledger::Sheet)| {
        (key.to_string(), sheet.count_live() as u64)
    };
    state.registers().map(count).filter(|(_, n)| *n > 0).into_map()
}

#[cfg(test)]
mod tests;
