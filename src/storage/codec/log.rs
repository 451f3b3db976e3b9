//! A sealed batch as one log record.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::{TINFLStatus, decompress_slice_iter_to_slice};

use super::Unreadable;
use crate::ledger::{self, Sealed};

const MARK: [u8; 3] = *b"XCL";
const VERSION: u8 = 1;
const DEFLATED: u8 = 1;
/// Below this, deflating gains less than it costs.
const SMALL: usize = 4096;
/// The lowest level: a batch of an import is deflated while a person waits for it to be saved.
const QUICKLY: i32 = 1;
/// No batch is longer; a record that says so is damaged and must not fill the memory.
const LONGEST: usize = 1 << 30;

/// The record of a batch: its very bytes, deflated when they are many.
pub fn encode_log(sealed: &Sealed) -> Vec<u8> {
    let lines = &sealed.bytes;
    let deflated = (lines.len() > SMALL).then(|| deflate(lines));
    let mut body = Vec::with_capacity(5 + deflated.as_ref().map_or(lines.len(), Vec::len));
    body.push(if deflated.is_some() { DEFLATED } else { 0 });
    body.extend_from_slice(&u32::try_from(lines.len()).unwrap_or(u32::MAX).to_le_bytes());
    body.extend_from_slice(deflated.as_ref().unwrap_or(lines));
    super::frame(MARK, VERSION, &body)
}

/// Whether a record is as it was written, by its checksum alone: quick enough to look at every one.
pub fn check_log(bytes: &[u8]) -> Result<(), Unreadable> {
    super::unframe(MARK, VERSION, bytes).map(drop)
}

/// The batch of a record, checked twice: as a record and by its own digest.
pub fn decode_log(bytes: &[u8]) -> Result<Sealed, Unreadable> {
    let (body, _) = super::unframe(MARK, VERSION, bytes)?;
    let (flags, rest) = body.split_first().ok_or(Unreadable::Malformed("no flags"))?;
    let (length, content) = rest.split_first_chunk::<4>().ok_or(Unreadable::Malformed("no length"))?;
    let length = u32::from_le_bytes(*length) as usize;
    let mut batches = if flags & DEFLATED == 0 {
        ledger::decode(content)?
    } else {
        ledger::decode(&inflate(content, length)?)?
    };
    match (batches.pop(), batches.is_empty()) {
        (Some(sealed), true) => Ok(sealed),
        _ => Err(Unreadable::Malformed("not exactly one batch")),
    }
}

/// Bytes that are deflated at once, see the crate's head: in one piece it is slow.
const PIECE: usize = 1 << 15;

fn deflate(lines: &[u8]) -> Vec<u8> {
    let mut deflater = CompressorOxide::new(create_comp_flags_from_zip_params(QUICKLY, 0, 0));
    let mut out = Vec::with_capacity(lines.len() / 3);
    let mut pieces = lines.chunks(PIECE).peekable();
    while let Some(piece) = pieces.next() {
        let flush = if pieces.peek().is_some() { TDEFLFlush::None } else { TDEFLFlush::Finish };
        // Memory takes everything, so that nothing is left over.
        compress_to_output(&mut deflater, piece, flush, |done| {
            out.extend_from_slice(done);
            true
        });
    }
    out
}

fn inflate(content: &[u8], length: usize) -> Result<Vec<u8>, Unreadable> {
    if length > LONGEST {
        return Err(Unreadable::Malformed("longer than any batch"));
    }
    let mut lines = vec![0; length];
    match decompress_slice_iter_to_slice(&mut lines, std::iter::once(content), false, true) {
        Ok(found) if found == length => Ok(lines),
        Ok(_) | Err(TINFLStatus::HasMoreOutput) => Err(Unreadable::Malformed("wrong length")),
        Err(_) => Err(Unreadable::Malformed("cannot be unpacked")),
    }
}
