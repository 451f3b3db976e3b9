//! Workbooks in compound files (.xls, .et), and what else hides in such a file.
//!
//! Duty: says what the file is, and gives the workbook's stream to `biff`. Inputs: bytes. Outputs: sheets, or why there
//! are none. Neighbours: `compound` finds streams by their names.

use super::budget::Budget;
use super::compound::Compound;
use super::{BookError, BookSheet, Progress, biff};

/// What the directory of a file that is cut off still names (UTF-16LE).
fn names(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &wide).is_some()
}

/// Streams that hold a workbook; of two generations in one file the newer is read.
const STREAMS: &[&str] = &["Workbook", "Book"];

pub(super) fn xls(
    bytes: &[u8],
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    let file = Compound::open(bytes);
    let has = |name: &str| file.as_ref().map_or_else(|| names(bytes, name), |file| file.has(name));
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(BookError::Protected);
    }
    let cut = || BookError::damaged("后面的部分缺了", "its end is missing");
    let stream = file.as_ref().map(|file| STREAMS.iter().find_map(|name| file.stream(name)));
    match stream {
        Some(Some(Some(stream))) => biff::sheets(&stream, budget, progress),
        Some(Some(None)) => Err(cut()),
        None if STREAMS.iter().any(|name| has(name)) => Err(cut()),
        _ => Err(match () {
            () if has("WordDocument") => {
                BookError::NotAWorkbook { what: "旧版 Word 文档", what_en: "an old Word document" }
            }
            () if has("PowerPoint Document") => {
                BookError::NotAWorkbook { what: "旧版演示文稿", what_en: "an old presentation" }
            }
            () => BookError::damaged("找不到工作簿", "there is no workbook in it"),
        }),
    }
}
