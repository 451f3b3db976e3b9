//! The tags of an XML stream, one after the other, without building anything.
//!
//! Duty: constant memory, however long the stream and whatever is wrong with it. Inputs: bytes. Outputs: tags, and what
//! stands before each. Neighbours: the readers of all formats that are XML inside.

use std::io::Read;
use std::ops::{ControlFlow, Range};

/// Takes what stands before a tag, and the tag.
type OnTag<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Is told the tags of a stream.
pub(super) trait Listener {
    /// Reads what stands next, several tags at once, where it knows the form of it: so many bytes, or none.
    fn ahead(&mut self, _next: &[u8]) -> usize {
        0
    }

    /// Takes what stands before a tag, and the tag.
    fn tag(&mut self, before: &[u8], tag: &[u8]) -> ControlFlow<()>;
}

impl Listener for &mut OnTag<'_> {
    fn tag(&mut self, before: &[u8], tag: &[u8]) -> ControlFlow<()> {
        self(before, tag)
    }
}

/// Calls `on_tag` with what stands before `<` since the tag before, and with what stands between `<` and `>`, tag by
/// tag, in constant memory. Text longer than any cell's is not given.
pub(super) fn tags(from: impl Read, mut on_tag: &mut OnTag<'_>) -> std::io::Result<u64> {
    listen(from, &mut on_tag)
}

/// The same for whoever reads some forms ahead.
pub(super) fn listen(mut from: impl Read, listener: &mut impl Listener) -> std::io::Result<u64> {
    const CHUNK: usize = 1 << 16;
    const LONGEST_TAG: usize = 1 << 20;
    let mut buffer: Vec<u8> = Vec::with_capacity(2 * CHUNK);
    let mut chunk = vec![0u8; CHUNK];
    let mut total = 0u64;
    // What stands before the next tag was too long to be kept.
    let mut cut = false;
    loop {
        let n = from.read(&mut chunk)?;
        if n == 0 {
            return Ok(total);
        }
        total += n as u64;
        buffer.extend_from_slice(chunk.get(..n).unwrap_or_default());
        let mut rest: &[u8] = &buffer;
        loop {
            if !cut {
                rest = rest.get(listener.ahead(rest)..).unwrap_or_default();
            }
            let Some(open) = near(b'<', rest) else { break };
            let inside = rest.get(open + 1..).unwrap_or_default();
            let Some(close) = end_of(inside) else { break };
            let before = rest.get(..open).filter(|_| !cut).unwrap_or_default();
            cut = false;
            if listener.tag(before, inside.get(..close).unwrap_or_default()).is_break() {
                return Ok(total);
            }
            rest = inside.get(close + 1..).unwrap_or_default();
        }
        let mut tail = rest.len();
        if tail > LONGEST_TAG {
            cut = true;
            // A tag that has begun is kept as long as it may be one.
            tail = memchr::memchr(b'<', rest).map_or(0, |open| tail - open);
            tail = if tail > LONGEST_TAG { 0 } else { tail };
        }
        buffer.drain(..buffer.len() - tail);
    }
}

/// The tags of a text that is held whole: where each stands, its brackets included, and what is in it.
pub(super) fn places(text: &[u8]) -> impl Iterator<Item = (Range<usize>, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let open = at + memchr::memchr(b'<', text.get(at..)?)?;
        let inside = text.get(open + 1..)?;
        let close = end_of(inside)?;
        at = open + close + 2;
        Some((open..at, inside.get(..close)?))
    })
}

/// Where a tag ends; words that are marked as such, and comments, may have `>` in them.
fn end_of(inside: &[u8]) -> Option<usize> {
    if inside.first() != Some(&b'!') {
        return near(b'>', inside);
    }
    let marks: [(&[u8], &[u8]); 2] = [(CDATA, b"]]>"), (b"!--", b"-->")];
    match marks.into_iter().find(|(begin, _)| inside.starts_with(begin)) {
        Some((begin, end)) => {
            let rest = inside.get(begin.len()..)?;
            Some(begin.len() + memchr::memmem::find(rest, end)? + end.len() - 1)
        }
        None => memchr::memchr(b'>', inside),
    }
}

/// Where a byte stands next: in a worksheet nearly always a few bytes further on, which is found before a search for
/// far ones has begun.
fn near(byte: u8, bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 16;
    let (close, far) = bytes.split_at_checked(NEAR).unwrap_or((bytes, &[]));
    let found = close.iter().position(|b| *b == byte);
    found.or_else(|| Some(close.len() + memchr::memchr(byte, far)?))
}

const CDATA: &[u8] = b"![CDATA[";

/// The words of `![CDATA[…]]`.
pub(super) fn marked_words(tag: &[u8]) -> Option<&[u8]> {
    tag.strip_prefix(CDATA)?.strip_suffix(b"]]")
}

/// Whether the tag ends what `name` began: `/x:row` ends `row`.
pub(super) fn ends(tag: &[u8], name: &[u8]) -> bool {
    tag.strip_prefix(b"/").is_some_and(|rest| self::name(rest) == name)
}

/// Whether nothing stands between the tag and its end: `v/`.
pub(super) fn is_empty(tag: &[u8]) -> bool {
    tag.ends_with(b"/")
}

/// The tag's name without its prefix: `x:row r="1"` → `row`. An ending tag has none.
pub(super) fn name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
    let word = tag.get(..end).unwrap_or_default();
    match word.iter().position(|b| *b == b':') {
        Some(at) => word.get(at + 1..).unwrap_or_default(),
        None => word,
    }
}

/// The attribute called `key`.
pub(super) fn attribute<'a>(tag: &'a [u8], key: &str) -> Option<&'a str> {
    let text = std::str::from_utf8(tag).ok()?;
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('=')?;
        let quote = after.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (_, value) = after.split_once(quote)?;
        let (value, next) = value.split_once(quote)?;
        let found = before.rsplit(|c: char| c.is_whitespace()).find(|s| !s.is_empty())?;
        if found == key || found.rsplit(':').next() == Some(key) {
            return Some(value);
        }
        rest = next;
    }
}

/// `&lt;` and its kin.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, next)| Some((character(name)?, next))) {
            Some((c, next)) => {
                out.push(c);
                rest = next;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "mdash" => '—',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}
