//! What a file is, told by its content; its name may lie.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::{BookError, MOST_WORDS};

/// A kind of file that can be read.
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Ods,
    /// An OLE container: Excel 97–2003, or a protected workbook.
    Ole,
    /// Records of Excel 2 to 2003 without a container.
    Biff,
    /// One XML text of Excel 2003.
    SpreadsheetMl(String),
    /// One XML text of the OpenDocument format.
    OpenDocument(String),
    /// A page with a table.
    Html(String),
    /// Separated values.
    Text(String),
}

/// First bytes of files that people rename: what they are in Chinese and in English.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "PNG 图片", "a PNG picture"),
    (b"\xff\xd8\xff", "JPEG 图片", "a JPEG picture"),
    (b"GIF8", "GIF 图片", "a GIF picture"),
    (b"BM", "BMP 图片", "a BMP picture"),
    (b"RIFF", "WebP 图片或音视频", "a WebP picture or a recording"),
    (b"%PDF", "PDF 文件", "a PDF document"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "gzip 压缩包", "a gzip archive"),
    (b"MZ", "程序文件", "a program"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"SQLite format 3", "数据库文件", "a database"),
];

pub(super) fn detect(bytes: &[u8]) -> Result<Kind, BookError> {
    if bytes.is_empty() {
        return Err(BookError::Empty);
    }
    if bytes.starts_with(b"PK") {
        return super::archive::kind(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Kind::Ole);
    }
    if super::biff::is_bare(bytes) {
        return Ok(Kind::Biff);
    }
    // Two letters alone are no proof: a CSV may begin with "BM".
    let other = OTHERS.iter().find(|(magic, ..)| {
        bytes.starts_with(magic) && (magic.len() > 2 || bytes.iter().take(64).any(|b| *b == 0 || *b > 0xf7))
    });
    if let Some((_, what, what_en)) = other {
        return Err(BookError::NotAWorkbook { what, what_en });
    }
    if bytes.len() as u64 > MOST_WORDS {
        return Err(BookError::TooLarge {
            sheet: "文字".to_owned(),
            size: format!("{}MB", bytes.len() >> 20),
            limit: format!("{}MB", MOST_WORDS >> 20),
        });
    }
    let text = decode(bytes)?;
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return Err(BookError::NoData);
    }
    let head: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    if head.trim_start().starts_with('<') {
        if text.contains(super::spreadsheetml::NAMESPACE) {
            return Ok(Kind::SpreadsheetMl(text));
        }
        if text.contains(super::ods::NAMESPACE) && text.contains(super::ods::WORKBOOK) {
            return Ok(Kind::OpenDocument(text));
        }
        if has_table(&text) {
            return Ok(Kind::Html(text));
        }
        return Err(BookError::NotAWorkbook { what: "网页或 XML 文件", what_en: "a web page or XML" });
    }
    Ok(Kind::Text(text))
}

/// Whether a table begins somewhere, however its letters are written.
fn has_table(text: &str) -> bool {
    const TABLE: &[u8] = b"<table";
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let begins = rest.get(..TABLE.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(TABLE));
        // Tables of other XML have a prefix: `<table:table`.
        begins
            && rest
                .get(TABLE.len())
                .is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'))
    })
}

/// Byte order mark, else strict UTF-8, else GB18030.
fn decode(bytes: &[u8]) -> Result<String, BookError> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8(rest.to_vec())
            .map_err(|e| BookError::Encoding { line: line_of(rest, e.utf8_error().valid_up_to()) });
    }
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if bytes.starts_with(mark) {
            let (text, _, broken) = encoding.decode(bytes);
            return if broken { Err(BookError::Encoding { line: 1 }) } else { Ok(text.into_owned()) };
        }
    }
    if bytes.iter().take(8192).any(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)) {
        return Err(BookError::NotAWorkbook {
            what: "认不出的二进制文件",
            what_en: "an unknown binary file",
        });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => {
            let (text, _) = GB18030.decode_without_bom_handling(bytes);
            let line = text.lines().position(|l| l.contains('\u{fffd}')).unwrap_or(0) + 1;
            Err(BookError::Encoding { line })
        }
    }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|b| **b == b'\n').count() + 1
}
