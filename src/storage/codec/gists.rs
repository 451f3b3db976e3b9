//! What was worked out of the records, kept beside the pages.
//!
//! Which records it was worked out of it says itself; which program worked it out stands before it, because another may
//! count otherwise.

use super::bytes::{In, Out};
use super::{Unreadable, frame, unframe};

const MARK: [u8; 3] = *b"XCG";
const VERSION: u8 = 1;

/// The bytes of what `program` has worked out.
pub fn encode_gists(program: &str, gists: &str) -> Vec<u8> {
    let mut out = Out::default();
    out.text(program);
    out.text(gists);
    frame(MARK, VERSION, &out.body)
}

/// The program, and what it has worked out.
pub fn decode_gists(bytes: &[u8]) -> Result<(String, String), Unreadable> {
    let (body, _) = unframe(MARK, VERSION, bytes)?;
    let mut input = In::bare(body);
    let both = (input.str()?.to_owned(), input.str()?.to_owned());
    input.end()?;
    Ok(both)
}
