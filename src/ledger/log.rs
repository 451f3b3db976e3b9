//! Batches as text, chained by digests (the format is in the room's head).
//!
//! Sealed bytes are never written anew: storage and ledger files carry them as they are, so that lines of a
//! newer version survive and digests stay true.

use serde::{Deserialize, Serialize};

use super::columns::{self, RowRun};
use super::line::Known;
use super::{Batch, BatchId, BatchKind, Change, DeviceId, Digest, Operation, Person, Source, Stamp};
use crate::value::{RowId, Text, utc_text};

/// A batch together with the very bytes that were sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// What the bytes say.
    pub batch: Batch,
    /// Its lines.
    pub bytes: Vec<u8>,
    /// SHA-256 of all lines but the last.
    pub digest: Digest,
}

/// A log that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Not the lines of a batch.
    #[error("line {line}: {what}")]
    Malformed {
        /// Line number from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The bytes were changed after sealing.
    #[error("line {line}: the digest does not fit: the batch was changed or cut")]
    Tampered {
        /// Line number of the batch's end.
        line: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct HeadLine<'a> {
    #[serde(borrow)]
    batch: Head<'a>,
}

#[derive(Serialize, Deserialize)]
struct Head<'a> {
    device: DeviceId,
    seq: u64,
    millis: u64,
    counter: u32,
    /// The same moment for human eyes.
    #[serde(borrow, default)]
    clock: std::borrow::Cow<'a, str>,
    actor: Person,
    kind: BatchKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Source>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    suspect_clock: bool,
    count: usize,
    previous: Digest,
}

#[derive(Serialize)]
struct OperationLine<'a> {
    register: &'a str,
    row: RowId,
    #[serde(flatten)]
    change: &'a Change,
}

#[derive(Deserialize)]
struct EndLine {
    end: End,
}

#[derive(Deserialize)]
struct End {
    digest: Digest,
}

/// Writes `batch` as text and computes its digest.
pub fn seal(mut batch: Batch) -> Sealed {
    let lines = lines(&mut batch.operations);
    seal_lines(batch, &lines)
}

/// The same, of a batch whose operations were made into [`lines`] before.
pub(super) fn seal_lines(batch: Batch, lines: &[u8]) -> Sealed {
    let mut bytes = Vec::with_capacity(1024 + lines.len());
    let clock = utc_text(i64::try_from(batch.stamp.millis).unwrap_or_default()).unwrap_or_default();
    let head = HeadLine {
        batch: Head {
            device: batch.id.device,
            seq: batch.id.seq,
            millis: batch.stamp.millis,
            counter: batch.stamp.counter,
            clock: clock.into(),
            actor: batch.actor.clone(),
            kind: batch.kind.clone(),
            sources: batch.sources.clone(),
            suspect_clock: batch.suspect_clock,
            count: batch.operations.len(),
            previous: batch.previous,
        },
    };
    put_line(&mut bytes, &head);
    bytes.extend_from_slice(lines);
    let digest = Digest::of(&bytes);
    bytes.extend_from_slice(format!("{{\"end\":{{\"digest\":\"{digest}\"}}}}\n").as_bytes());
    Sealed { batch, bytes, digest }
}

/// The lines of operations, which say nothing of the batch that they will stand in. Brings them into the order in which
/// the log has them.
pub(super) fn lines(operations: &mut [Operation]) -> Vec<u8> {
    for operation in operations.iter_mut() {
        if let Change::Create(creation) = &mut operation.change {
            columns::settle(creation);
        }
    }
    let mut bytes = Vec::with_capacity(operations.len() * 80);
    let mut rest: &[Operation] = operations;
    while let Some(operation) = rest.first() {
        let done = columns::put(&mut bytes, rest).max(1);
        match &operation.change {
            Change::Create(_) => {}
            // Without a text of its own it stands in the line of the one before.
            Change::Unknown(line) if line.is_empty() => {}
            Change::Unknown(line) => {
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
            }
            change => put_line(
                &mut bytes,
                &OperationLine { register: &operation.register, row: operation.row, change },
            ),
        }
        rest = rest.get(done..).unwrap_or_default();
    }
    bytes
}

fn put_line<T: Serialize>(bytes: &mut Vec<u8>, line: &T) {
    // Writing plain data to memory has no way to fail; a line that could not be written would be caught by
    // the count when it is read back.
    let _ = serde_json::to_writer(&mut *bytes, line);
    bytes.push(b'\n');
}

/// Reads every batch in `bytes`, checking each digest. The chain between batches is checked by
/// [`super::State::apply`]'s callers, who know the order.
pub fn decode(bytes: &[u8]) -> Result<Vec<Sealed>, LogError> {
    let mut reader = Reader { rest: bytes, line: 0 };
    let mut all = Vec::new();
    while !reader.rest.is_empty() {
        all.push(reader.batch()?);
    }
    Ok(all)
}

struct Reader<'a> {
    rest: &'a [u8],
    line: usize,
}

impl<'a> Reader<'a> {
    fn next_line(&mut self) -> Result<&'a [u8], LogError> {
        self.line += 1;
        let end = self.rest.iter().position(|b| *b == b'\n').ok_or_else(|| self.bad("the log is cut off"))?;
        let (line, rest) = self.rest.split_at_checked(end).ok_or_else(|| self.bad("the log is cut off"))?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(line)
    }

    fn bad(&self, what: impl ToString) -> LogError {
        LogError::Malformed { line: self.line, what: what.to_string() }
    }

    fn batch(&mut self) -> Result<Sealed, LogError> {
        let start = self.rest;
        let line = self.next_line()?;
        let HeadLine { batch: head } = serde_json::from_slice(line).map_err(|e| self.bad(e))?;
        let mut operations = Vec::with_capacity(head.count.min(1 << 20));
        while operations.len() < head.count {
            let line = self.next_line()?;
            let left = head.count - operations.len();
            read(line, left, &mut operations).ok_or_else(|| self.bad("not an operation"))?;
        }
        let sealed_len = start.len() - self.rest.len();
        let line = self.next_line()?;
        let EndLine { end } = serde_json::from_slice(line).map_err(|e| self.bad(e))?;
        let body = start.get(..sealed_len).unwrap_or_default();
        if Digest::of(body) != end.digest {
            return Err(LogError::Tampered { line: self.line });
        }
        let bytes = start.get(..start.len() - self.rest.len()).unwrap_or_default().to_vec();
        let batch = Batch {
            id: BatchId { device: head.device, seq: head.seq },
            stamp: Stamp { millis: head.millis, counter: head.counter, device: head.device },
            actor: head.actor,
            kind: head.kind,
            sources: head.sources,
            previous: head.previous,
            suspect_clock: head.suspect_clock,
            operations,
        };
        Ok(Sealed { batch, bytes, digest: end.digest })
    }
}

/// The operations of a line, at most `left`; a line of a newer version becomes [`Change::Unknown`]. `None` when there
/// are none in it, or more than there should be.
fn read(line: &[u8], left: usize, operations: &mut Vec<Operation>) -> Option<()> {
    /// A newer line says of whom it speaks, and of how many when it is more than one.
    #[derive(Deserialize)]
    struct Newer {
        register: Text,
        #[serde(default)]
        row: Option<RowId>,
        #[serde(default)]
        rows: Vec<RowRun>,
        #[serde(default)]
        count: Option<usize>,
    }
    if columns::get(line, left, operations) {
        return Some(());
    }
    if let Ok(Known(operation)) = serde_json::from_slice(line) {
        operations.push(operation);
        return Some(());
    }
    let Newer { register, row, rows, count } = serde_json::from_slice(line).ok()?;
    let row = row.or_else(|| rows.first().map(|run| run.first))?;
    let count = count.unwrap_or(1);
    if count == 0 || count > left.min(columns::MOST) {
        return None;
    }
    let (text, nothing) = (Text::from(std::str::from_utf8(line).ok()?), Text::from(""));
    let texts = std::iter::once(text).chain(std::iter::repeat(nothing)).take(count);
    operations.extend(texts.map(|text| Operation {
        register: register.clone(),
        row,
        change: Change::Unknown(text),
    }));
    Some(())
}
