//! Workbooks in the formats that nothing here writes: records of Excel 2 to 2003, the file around them, xlsb, ods,
//! SpreadsheetML. Small, whole, and laid out as Excel lays them out.

use std::io::{Cursor, Write as _};

/// A record of a BIFF stream.
pub fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), bytes].concat()
}

/// Little-endian numbers side by side.
pub fn words(all: &[u16]) -> Vec<u8> {
    all.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// Letters of two bytes.
pub fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn length(text: &str) -> u16 {
    u16::try_from(text.encode_utf16().count()).unwrap()
}

/// Words of Excel 97 with their length in two bytes.
pub fn unicode(text: &str) -> Vec<u8> {
    [&length(text).to_le_bytes()[..], &[1], &wide(text)].concat()
}

/// The first record of a part of an Excel 97 stream.
pub fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &words(&[0x0600, kind, 0x0dbb, 0x07cc, 0, 0, 6, 0]))
}

pub fn end() -> Vec<u8> {
    record(0x000a, &[])
}

/// Where a cell stands, and its style.
pub fn at(row: u16, column: u16, style: u16) -> Vec<u8> {
    words(&[row, column, style])
}

/// A number of Excel 3 to 2003.
pub fn number(row: u16, column: u16, style: u16, n: f64) -> Vec<u8> {
    record(0x0203, &[at(row, column, style), n.to_le_bytes().to_vec()].concat())
}

/// Words of the shared list.
pub fn shared(row: u16, column: u16, n: u32) -> Vec<u8> {
    record(0x00fd, &[at(row, column, 0), n.to_le_bytes().to_vec()].concat())
}

/// A formula: its value in eight bytes, its flags, its tokens.
pub fn formula(row: u16, column: u16, value: [u8; 8], flags: u16, tokens: &[u8]) -> Vec<u8> {
    let length = u16::try_from(tokens.len()).unwrap();
    let rest = [&words(&[flags, 0, 0, length])[..], tokens].concat();
    record(0x0006, &[at(row, column, 0), value.to_vec(), rest].concat())
}

/// An Excel 97 stream: what stands before the list of sheets, the shared words (as one record, or cut as `cut` says), and
/// the sheets.
pub fn biff8(globals: &[Vec<u8>], strings: &[Vec<u8>], sheets: &[(&str, Vec<Vec<u8>>)]) -> Vec<u8> {
    let mut stream = [begin(5), globals.concat()].concat();
    let mut places = Vec::new();
    for (name, _) in sheets {
        places.push(stream.len() + 4);
        let length = u8::try_from(length(name)).unwrap();
        stream.extend(record(0x0085, &[&[0, 0, 0, 0, 0, 0, length, 1][..], &wide(name)].concat()));
    }
    if let Some((first, more)) = strings.split_first() {
        let count = [&[0u8; 8][..], first].concat();
        stream.extend(record(0x00fc, &count));
        more.iter().for_each(|part| stream.extend(record(0x003c, part)));
    }
    stream.extend(end());
    for ((_, records), place) in sheets.iter().zip(places) {
        let here = u32::try_from(stream.len()).unwrap().to_le_bytes();
        stream[place..place + 4].copy_from_slice(&here);
        stream.extend([begin(0x10), records.concat(), end()].concat());
    }
    stream
}

const FREE: u32 = 0xffff_ffff;
const LAST: u32 = 0xffff_fffe;
const TABLE: u32 = 0xffff_fffd;

/// An entry of a compound file's directory.
fn entry(name: &str, kind: u8, start: u32, size: usize) -> Vec<u8> {
    let mut bytes = [wide(name), vec![0; 128]].concat();
    bytes.truncate(128);
    bytes[64..66].copy_from_slice(&((length(name) + 1) * 2).to_le_bytes());
    (bytes[66], bytes[67]) = (kind, 1);
    for at in [68, 72, 76] {
        bytes[at..at + 4].copy_from_slice(&FREE.to_le_bytes());
    }
    if kind == 5 {
        bytes[76..80].copy_from_slice(&1u32.to_le_bytes());
    }
    bytes[116..120].copy_from_slice(&start.to_le_bytes());
    bytes[120..124].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
    bytes
}

/// A compound file with one stream: in sectors of its own, or as small ones where it is short and `small`.
pub fn compound(name: &str, stream: &[u8], small: bool) -> Vec<u8> {
    let mut stream = stream.to_vec();
    if !small {
        stream.resize(stream.len().max(4096), 0);
    }
    let size = stream.len();
    stream.resize(size.next_multiple_of(512), 0);
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    assert!(sectors < 120, "one sector of the table is enough");
    // The table, the directory, the table of small sectors, the stream.
    let mut table = vec![TABLE, LAST, LAST];
    table.extend((0..sectors).map(|n| if n + 1 == sectors { LAST } else { n + 4 }));
    table.resize(128, FREE);
    let lesser = u32::try_from(size.div_ceil(64)).unwrap();
    let mut lesser: Vec<u32> = (1..=lesser).map(|n| if n == lesser { LAST } else { n }).collect();
    lesser.resize(128, FREE);
    let root = if small { entry("Root Entry", 5, 3, size) } else { entry("Root Entry", 5, LAST, 0) };
    let own = entry(name, 2, if small { 0 } else { 3 }, size);
    let directory = [root, own, vec![0; 256]].concat();
    let mut header = vec![0u8; 512];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    for (at, n) in [(24, 0x3e), (26, 3), (28, 0xfffe), (30, 9), (32, 6)] {
        header[at..at + 2].copy_from_slice(&u16::to_le_bytes(n));
    }
    let (first, count) = if small { (2, 1) } else { (LAST, 0) };
    for (at, n) in [(44, 1), (48, 1), (56, 4096), (60, first), (64, count), (68, LAST), (72, 0), (76, 0)] {
        header[at..at + 4].copy_from_slice(&u32::to_le_bytes(n));
    }
    header[80..].fill(0xff);
    let numbers = |all: &[u32]| all.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    [header, numbers(&table), directory, numbers(&lesser), stream].concat()
}

/// A record of an xlsb part.
pub fn packed(kind: u32, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let byte = |n: u32| u8::try_from(n).unwrap();
    if kind < 0x80 {
        out.push(byte(kind));
    } else {
        out.extend([byte(kind & 0x7f | 0x80), byte(kind >> 7)]);
    }
    let mut rest = u32::try_from(bytes.len()).unwrap();
    while rest >= 0x80 {
        out.push(byte(rest & 0x7f | 0x80));
        rest >>= 7;
    }
    out.push(byte(rest));
    out.extend_from_slice(bytes);
    out
}

/// Words of xlsb.
pub fn said(text: &str) -> Vec<u8> {
    [&u32::from(length(text)).to_le_bytes()[..], &wide(text)].concat()
}

/// Numbers of four bytes side by side.
pub fn longs(all: &[u32]) -> Vec<u8> {
    all.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// The parts of an xlsb of one sheet: its name, flags of the workbook, shared words, styles, records of the sheet.
pub fn xlsb(
    flags: u32,
    strings: &[&str],
    styles: &[Vec<u8>],
    sheet: &[Vec<u8>],
) -> Vec<(&'static str, Vec<u8>)> {
    let listed = [longs(&[0, 1]), said("rId1"), said("2024")].concat();
    let book = [packed(131, &[]), packed(153, &longs(&[flags, 0])), packed(156, &listed), packed(132, &[])];
    let rels = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    let one = |text: &&str| packed(19, &[vec![0], said(text)].concat());
    vec![
        ("xl/workbook.bin", book.concat()),
        ("xl/_rels/workbook.bin.rels", rels.into()),
        ("xl/styles.bin", styles.concat()),
        ("xl/sharedStrings.bin", strings.iter().map(one).collect::<Vec<_>>().concat()),
        ("xl/worksheets/sheet1.bin", [packed(129, &[]), sheet.concat(), packed(130, &[])].concat()),
    ]
}

/// The parts of an ods of one sheet.
pub fn ods(styles: &str, rows: &str) -> Vec<(&'static str, Vec<u8>)> {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>\
         <table:table table:name=\"2024\" table:style-name=\"ta1\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    vec![
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml", content.into()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>".to_vec()),
    ]
}

/// SpreadsheetML of one sheet.
pub fn spreadsheetml(styles: &str, table: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles>{styles}</Styles><Worksheet ss:Name=\"2024\"><Table>{table}</Table></Worksheet></Workbook>"
    )
}

/// A zip of parts.
pub fn zip<T: AsRef<[u8]>>(parts: &[(&str, T)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
