//! Files as text: what was typed, whatever the programme that wrote it.
//!
//! Duty: UTF-8 (also with its mark), UTF-16, GB18030, and the text of a Word file. Inputs: bytes. Outputs: the
//! text, or why there is none. Neighbours: `docx` opens Word files; the article reader reads the text.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::docx;
use super::error::SourceError;

/// No article is larger; a year of a newspaper is not.
const MOST_MB: usize = 64;

/// The text of a file.
pub fn text(bytes: &[u8]) -> Result<String, SourceError> {
    if bytes.len() > MOST_MB << 20 {
        return Err(SourceError::TooLarge { limit: MOST_MB });
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => docx::text(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(SourceError::OldWord),
        [b'%', b'P', b'D', b'F', ..] | [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => {
            Err(SourceError::NotText)
        }
        [0xff, 0xfe, rest @ ..] => decoded(UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => decoded(UTF_16BE, rest),
        _ => plain(bytes),
    }
}

fn plain(bytes: &[u8]) -> Result<String, SourceError> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    // A page whose few damaged bytes came in by copying is still UTF-8; GB18030 would make nonsense of it.
    let lossy = String::from_utf8_lossy(bytes);
    let damaged = lossy.chars().filter(|c| *c == '\u{fffd}').count();
    let han = lossy.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).count();
    if han > 20 * damaged {
        return Ok(lossy.into_owned());
    }
    decoded(GB18030, bytes)
}

fn decoded(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, SourceError> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let controls = text.chars().take(4096).filter(|c| c.is_control() && !c.is_whitespace()).count();
    if damaged || controls > 8 { Err(SourceError::Encoding) } else { Ok(text.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "全镇种植黄精500余亩，带动85户增收。\n第二行";

    #[test]
    fn every_encoding_gives_the_same_text() {
        let (gb, _, _) = GB18030.encode(TEXT);
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(TEXT.bytes()).collect();
        for bytes in [TEXT.as_bytes(), &gb, &utf16, &marked] {
            assert_eq!(text(bytes).as_deref(), Ok(TEXT));
        }
    }

    #[test]
    fn what_is_no_text_says_so() {
        assert_eq!(text(b"%PDF-1.7"), Err(SourceError::NotText));
        assert_eq!(text(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), Err(SourceError::OldWord));
        assert_eq!(text(&[0x80, 0xff, 0x00, 0x01]), Err(SourceError::Encoding));
        assert!(matches!(text(b"PK\x03\x04broken"), Err(SourceError::Damaged(_))));
    }
}
