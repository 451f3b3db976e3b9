//! Files as text: what was typed, whatever the programme that wrote it.
//!
//! Duty: UTF-8 (also with its mark), UTF-16, GB18030, and the text of a Word file. Inputs: bytes. Outputs: the
//! text, or why there is none. Neighbours: `docx` opens Word files; the article reader reads the text.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::docx;
use crate::register::Message;

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Neither UTF-8 nor GB18030.
    #[error("认不出文字编码：请另存为 UTF-8 或 GB18030 的文本，或 .docx")]
    Encoding,
    /// The old binary format of Word.
    #[error("这是旧版 Word 文件（.doc）：请另存为 .docx 或文本")]
    OldWord,
    /// PDF, pictures.
    #[error("不是文章：只读文本（.txt）和 Word（.docx）")]
    NotText,
    /// A Word file that cannot be opened.
    #[error("Word 文件打不开：{0}")]
    Damaged(String),
    /// Larger than any article.
    #[error("文件太大（超过 {limit} MB）")]
    TooLarge {
        /// The most that is read.
        limit: usize,
    },
}

impl SourceError {
    /// In both languages.
    pub fn message(&self) -> Message {
        let en = match self {
            Self::Encoding => {
                "the encoding is not known: save it as UTF-8 or GB18030, or as .docx".to_owned()
            }
            Self::OldWord => "an old Word file (.doc): save it as .docx or as text".to_owned(),
            Self::NotText => "no article: only texts (.txt) and Word files (.docx) are read".to_owned(),
            Self::Damaged(why) => format!("the Word file cannot be opened: {why}"),
            Self::TooLarge { limit } => format!("the file is larger than {limit} MB"),
        };
        Message::new(self.to_string(), en)
    }
}

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
