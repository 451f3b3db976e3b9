//! Bytes on the medium: log records and pages.
//!
//! Both begin with a mark, a version and a CRC-32 of what follows, so that three things are told apart: not
//! ours, from a newer version, and torn. The log carries the very bytes that were sealed (their SHA-256
//! protects the content; the CRC only finds a torn record before it is unpacked). Pages are a cache: a page
//! of another version is simply made again from the log.
//!
//! ```text
//! log record   "XCL" 01 │ crc32 of all else │ flags (bit 0: deflated) │ length of the lines │ lines
//! page         "XCP" 05 │ crc32 of all else │ body (see `page`, `heads`)
//! ```
//! Integers in headers are little-endian `u32`; inside bodies they are LEB128 ("varint").

mod brief;
mod bytes;
mod cell;
mod gists;
mod heads;
mod log;
mod more;
mod packed;
mod page;
mod sum;

pub use gists::{decode_gists, encode_gists};
pub use heads::{Manifest, PageMark, decode_heads, decode_manifest, encode_heads, encode_manifest};
pub use log::{check_log, decode_log, encode_log};
pub(crate) use packed::Page;
pub use page::encode_page;

/// Records in one page: a leaf of the state.
pub const ROWS: usize = crate::ledger::LEAF;

/// Batches in one page of the list of batches.
pub const HEADS: usize = 512;

/// Bytes that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Without our mark.
    #[error("not written by this program")]
    NotOurs,
    /// From a version that this one does not know.
    #[error("written by a newer version ({0})")]
    Newer(u8),
    /// From an earlier version; only ever said of pages, which are made again.
    #[error("written by an earlier version ({0})")]
    Older(u8),
    /// The checksum does not fit: cut, overwritten or half written.
    #[error("torn: the checksum does not fit")]
    Torn,
    /// The checksum fits and the content makes no sense: a fault of the program.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// The lines inside are not what was sealed.
    #[error(transparent)]
    Log(#[from] crate::ledger::LogError),
}

/// Puts mark, version and checksum before `body`.
fn frame(mark: [u8; 3], version: u8, body: &[u8]) -> Vec<u8> {
    let [a, b, c] = mark;
    let head = [a, b, c, version];
    let mut bytes = Vec::with_capacity(body.len() + 8);
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&sum_of(head, body).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Checks mark, version and checksum; gives the body and its checksum.
fn unframe(mark: [u8; 3], version: u8, bytes: &[u8]) -> Result<(&[u8], u32), Unreadable> {
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(Unreadable::NotOurs)?;
    let [a, b, c, v] = *head;
    if [a, b, c] != mark {
        return Err(Unreadable::NotOurs);
    }
    if v > version {
        return Err(Unreadable::Newer(v));
    }
    if v < version {
        return Err(Unreadable::Older(v));
    }
    let (sum, body) = rest.split_first_chunk::<4>().ok_or(Unreadable::Torn)?;
    let sum = u32::from_le_bytes(*sum);
    if sum_of(*head, body) != sum {
        return Err(Unreadable::Torn);
    }
    Ok((body, sum))
}

/// CRC-32 of the mark, the version and the body.
fn sum_of(head: [u8; 4], body: &[u8]) -> u32 {
    sum::crc32(&[&head, body])
}

/// The checksum that a page carries in its head, without checking it.
pub fn checksum(bytes: &[u8]) -> Option<u32> {
    bytes.get(4..8)?.try_into().ok().map(u32::from_le_bytes)
}

/// A page with another body and the checksum that fits it: what a fault of the program would have written.
#[cfg(test)]
pub(super) fn with_body(page: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let [a, b, c, version] = *page.first_chunk::<4>()?;
    Some(frame([a, b, c], version, body))
}

#[cfg(test)]
mod tests;
