//! Batches as text, chained by digests (the format is in the room's head).
//!
//! Sealed bytes are never written anew: storage and ledger files carry them as they are, so that lines of a
//! newer version survive and digests stay true.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Batch, BatchId, BatchKind, Change, Creation, DeviceId, Digest, Operation, Source, Stamp};
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
    actor: Text,
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
pub fn seal(batch: Batch) -> Sealed {
    let mut bytes = Vec::with_capacity(256 + batch.operations.len() * 200);
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
    for operation in &batch.operations {
        match &operation.change {
            Change::Unknown(line) => {
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
            }
            change => put_line(
                &mut bytes,
                &OperationLine { register: &operation.register, row: operation.row, change },
            ),
        }
    }
    let digest = Digest(Sha256::digest(&bytes).into());
    bytes.extend_from_slice(format!("{{\"end\":{{\"digest\":\"{digest}\"}}}}\n").as_bytes());
    Sealed { batch, bytes, digest }
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
        for _ in 0..head.count {
            let line = self.next_line()?;
            operations.push(operation(line).ok_or_else(|| self.bad("not an operation"))?);
        }
        let sealed_len = start.len() - self.rest.len();
        let line = self.next_line()?;
        let EndLine { end } = serde_json::from_slice(line).map_err(|e| self.bad(e))?;
        let body = start.get(..sealed_len).unwrap_or_default();
        if Digest(Sha256::digest(body).into()) != end.digest {
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

/// One operation; a line of a newer version becomes [`Change::Unknown`]. `None` when it is no operation at all.
fn operation(line: &[u8]) -> Option<Operation> {
    /// Creations are nearly all lines of an import: they are read straight, without serde's buffer for
    /// flattened fields.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Created {
        register: Text,
        row: RowId,
        create: Creation,
    }
    #[derive(Deserialize)]
    struct Known {
        register: Text,
        row: RowId,
        #[serde(flatten)]
        change: Change,
    }
    #[derive(Deserialize)]
    struct Newer {
        register: Text,
        row: RowId,
    }
    if let Ok(Created { register, row, create }) = serde_json::from_slice(line) {
        return Some(Operation { register, row, change: Change::Create(create) });
    }
    if let Ok(Known { register, row, change }) = serde_json::from_slice(line) {
        return Some(Operation { register, row, change });
    }
    let Newer { register, row } = serde_json::from_slice(line).ok()?;
    Some(Operation { register, row, change: Change::Unknown(Text::from(std::str::from_utf8(line).ok()?)) })
}
