//! Two thousand damaged workbooks in all formats: each is refused or read, nothing panics, and nothing costs more than
//! its budget. Counted, not timed.

use xingcun::exchange::book::{self, Amounts, Budget};
use xingcun::exchange::{BookError, Quiet};

use super::binary::*;
use super::desk::{Desk, creating, workbook};

/// Small files, so that what is done for one of them must stay small as well: a byte packs a thousand at the very most,
/// and a tag of some letters may stand for a row or column of cells.
const SMALL: Amounts = Amounts { work: 32 << 20, cells: 10_000, words: 16 << 20, room: 4 << 20 };
const FILES: u64 = 2000;

/// Numbers that come out the same every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

/// A small whole file: its bytes, or the parts of an archive.
enum Whole {
    Bytes(Vec<u8>),
    Parts(Vec<(String, Vec<u8>)>),
}

impl Whole {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Parts(parts) => {
                let parts: Vec<(&str, &[u8])> =
                    parts.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
                zip(&parts)
            }
        }
    }
}

fn parts_of(bytes: &[u8]) -> Whole {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let all = 0..archive.len();
    Whole::Parts(
        all.map(|n| {
            let mut part = archive.by_index(n).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut part, &mut bytes).unwrap();
            (name, bytes)
        })
        .collect(),
    )
}

fn owned(parts: Vec<(&'static str, Vec<u8>)>) -> Whole {
    Whole::Parts(parts.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect())
}

const HEADS: [&str; 3] = ["村名", "经营收入（元）", "管理费用（元）"];

/// Twelve villages with two sums, in every format.
fn wholes() -> Vec<(&'static str, Whole)> {
    let villages: Vec<String> = (1..=12).map(|n| format!("第{n}村")).collect();
    let rows: Vec<Vec<String>> = (villages.iter().enumerate())
        .map(|(n, village)| vec![village.clone(), format!("{}", n * 100 + 5), format!("{}.5", n + 3)])
        .collect();
    let mut table = vec![HEADS.map(str::to_owned).to_vec()];
    table.extend(rows);
    let borrowed: Vec<Vec<&str>> = table.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let lines: Vec<&[&str]> = borrowed.iter().map(Vec::as_slice).collect();
    let xlsx = workbook(&[("2024", &lines)]);
    let cell = |r: u16, c: u16, text: &str| match text.parse::<f64>() {
        Ok(n) => number(r, c, 0, n),
        Err(_) => record(0x0204, &[at(r, c, 0), unicode(text)].concat()),
    };
    let each = |make: &dyn Fn(u16, u16, &str) -> Vec<u8>| -> Vec<Vec<u8>> {
        let rows = (0u16..).zip(&table);
        rows.flat_map(|(r, row)| (0u16..).zip(row).map(move |(c, text)| make(r, c, text)).collect::<Vec<_>>())
            .collect()
    };
    let shared_words = [unicode("备注"), unicode("说明")].concat();
    let mut records = vec![record(0x0208, &words(&[1, 0, 3, 255, 0, 0, 0x20, 0])), shared(20, 3, 1)];
    records.extend(each(&cell));
    records.push(formula(21, 1, 5f64.to_le_bytes(), 0, &[0x1e, 5, 0]));
    records.push(record(0x00e5, &words(&[1, 20, 20, 3, 5])));
    let biff = biff8(&[], &[shared_words], &[("2024", records.clone()), ("2023", records)]);
    let row = |n: u32| packed(0, &[longs(&[n, 0]), words(&[255]), vec![0, 0]].concat());
    let mut binary = vec![packed(145, &[])];
    for (r, line) in (0u32..).zip(&table) {
        binary.push(row(r));
        for (c, text) in (0u32..).zip(line) {
            let value = match text.parse::<f64>() {
                Ok(n) => packed(5, &[longs(&[c, 0]), n.to_le_bytes().to_vec()].concat()),
                Err(_) => packed(6, &[longs(&[c, 0]), said(text)].concat()),
            };
            binary.push(value);
        }
    }
    binary.extend([packed(146, &[]), packed(176, &longs(&[0, 0, 3, 5]))]);
    let tagged = |open: &str, close: &str, one: &dyn Fn(&str) -> String| -> String {
        let line =
            |row: &Vec<String>| format!("{open}{}{close}", row.iter().map(|t| one(t)).collect::<String>());
        table.iter().map(line).collect()
    };
    let open = tagged(
        "<table:table-row table:number-rows-repeated=\"1\">",
        "</table:table-row>",
        &|t| match t.parse::<f64>() {
            Ok(n) => format!(
                "<table:table-cell table:number-columns-repeated=\"1\" office:value-type=\"float\" office:value=\"{n}\"/>"
            ),
            Err(_) => format!(
                "<table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"1\"><text:p>{t}</text:p></table:table-cell>"
            ),
        },
    );
    let old = tagged("<Row ss:Height=\"15\">", "</Row>", &|t| {
        let kind = if t.parse::<f64>().is_ok() { "Number" } else { "String" };
        format!("<Cell ss:MergeAcross=\"0\"><Data ss:Type=\"{kind}\">{t}</Data></Cell>")
    });
    let page = tagged("<tr>", "</tr>", &|t| format!("<td rowspan=\"1\" colspan=\"1\">{t}</td>"));
    let list: String = table.iter().map(|row| row.join(",") + "\r\n").collect();
    let oldest = [
        vec![record(0x0409, &words(&[0, 0x10])), record(0x0042, &words(&[936]))],
        each(&|r, c, text| match text.parse::<f64>() {
            Ok(n) => number(r, c, 0, n),
            Err(_) => {
                let bytes = encoding_rs::GBK.encode(text).0.into_owned();
                record(0x0204, &[at(r, c, 0), words(&[u16::try_from(bytes.len()).unwrap()]), bytes].concat())
            }
        }),
        vec![end()],
    ]
    .concat()
    .concat();
    vec![
        ("xlsx", parts_of(&xlsx)),
        ("xls", Whole::Bytes(compound("Workbook", &biff, false))),
        ("xls in small sectors", Whole::Bytes(compound("Workbook", &biff, true))),
        ("xls without a file", Whole::Bytes(biff)),
        ("Excel 4", Whole::Bytes(oldest)),
        ("xlsb", owned(xlsb(0, &["备注"], &[], &binary))),
        ("ods", owned(ods("", &open))),
        ("SpreadsheetML", Whole::Bytes(spreadsheetml("", &old).into())),
        ("page", Whole::Bytes(format!("<html><table>{page}</table></html>").into())),
        ("list", Whole::Bytes(list.into())),
    ]
}

/// Numbers that a size may be changed to.
const SIZES: [u32; 8] = [0, 1, 0x7f, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x1_0000, 0xffff_fffe];

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    for _ in 0..=dice.below(12) {
        let at = dice.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= u8::try_from(1 + dice.below(255)).unwrap();
        }
    }
}

/// A number of two or four bytes becomes another one.
fn resize(bytes: &mut [u8], dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let (at, size) = (dice.below(bytes.len()), SIZES[dice.below(SIZES.len())].to_le_bytes());
        let width = if dice.below(2) == 0 { 2 } else { 4 };
        bytes.iter_mut().skip(at).zip(&size[..width]).for_each(|(byte, new)| *byte = *new);
    }
}

/// Digits in a text become more.
fn grow(bytes: &mut Vec<u8>, dice: &mut Dice) {
    // Most of the time those that count something: they stand between quotes.
    let any = dice.below(4) == 0;
    let counts = |n: &usize| any || n.checked_sub(1).is_some_and(|before| bytes[before] == b'"');
    let digits: Vec<usize> = (0..bytes.len()).filter(|n| bytes[*n].is_ascii_digit()).filter(counts).collect();
    for _ in 0..=dice.below(3) {
        if let Some(at) = digits.get(dice.below(digits.len())).filter(|at| **at < bytes.len()) {
            let more = ["999999999", "4294967295", "1048576", "16384", "-1", "1e308", "0"][dice.below(7)];
            bytes.splice(*at..=*at, more.bytes());
        }
    }
}

/// Two stretches change places.
fn exchange(bytes: &mut [u8], dice: &mut Dice) {
    let length = 1 + dice.below(bytes.len() / 4 + 1);
    let (a, b) = (dice.below(bytes.len()), dice.below(bytes.len()));
    for n in 0..length {
        if a + n < bytes.len() && b + n < bytes.len() {
            bytes.swap(a + n, b + n);
        }
    }
}

fn spoil(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.below(6) {
        0 => bytes.truncate(dice.below(bytes.len())),
        1 => flip(bytes, dice),
        2 => resize(bytes, dice),
        3 => exchange(bytes, dice),
        4 => grow(bytes, dice),
        _ => {
            // A stretch comes many times.
            let from = dice.below(bytes.len());
            let piece: Vec<u8> = bytes.iter().skip(from).take(1 + dice.below(200)).copied().collect();
            let many = piece.repeat(1 + dice.below(40));
            bytes.splice(from..from, many);
        }
    }
}

fn damaged(whole: &Whole, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match whole {
        // Inside the archive, so that what is unpacked is damaged and not only refused for its checksum.
        Whole::Parts(parts) if dice.below(4) > 0 => {
            let mut parts = parts.clone();
            // Where there is more to damage, it is damaged more often.
            let mut at = dice.below(parts.iter().map(|(_, bytes)| bytes.len()).sum());
            let hit = |(_, bytes): &(String, Vec<u8>)| {
                let here = at < bytes.len();
                at = at.saturating_sub(bytes.len());
                here
            };
            let (a, b) = (parts.iter().position(hit).unwrap_or(0), dice.below(parts.len()));
            if dice.below(5) == 0 {
                let first = parts[a].1.clone();
                parts[a].1 = std::mem::replace(&mut parts[b].1, first);
            } else {
                spoil(&mut parts[a].1, dice);
            }
            return Whole::Parts(parts).bytes();
        }
        whole => whole.bytes(),
    };
    spoil(&mut bytes, dice);
    bytes
}

#[test]
fn whole_files_of_every_format_are_read_alike() {
    for (format, whole) in wholes() {
        let book = book::read(&whole.bytes(), "2024年收支.xls", &mut Quiet);
        let book = book.unwrap_or_else(|e| panic!("{format}: {}", e.message().zh));
        let grid = &book.sheets[0].grid;
        assert_eq!(grid.get(12, 0).shown(), "第12村", "{format}");
        assert_eq!(
            (grid.get(12, 1).shown(), grid.get(12, 2).shown()),
            ("1105".into(), "14.5".into()),
            "{format}"
        );
    }
}

#[test]
fn two_thousand_damaged_files() {
    let wholes = wholes();
    let (mut refused, mut read, mut large) = (0, 0, 0);
    for seed in 0..FILES {
        let mut dice = Dice(seed);
        let (format, whole) = &wholes[dice.below(wholes.len())];
        let bytes = damaged(whole, &mut dice);
        let mut budget = Budget::of(SMALL);
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let book = book::read_within(&bytes, "2024年收支.xls", &mut budget, &mut Quiet)?;
            // What can be read is looked at to the end.
            let plan = Desk::new().plan(&book, &creating());
            Ok::<_, BookError>(plan.findings.len())
        }));
        let found = found.unwrap_or_else(|_| panic!("seed {seed}, {format}"));
        match found {
            Ok(_) => read += 1,
            Err(BookError::TooLarge { .. }) => large += 1,
            Err(_) => refused += 1,
        }
        let (spent, most) = (budget.spent(), 4000 * bytes.len() as u64 + (1 << 16));
        assert!(spent.work <= most, "seed {seed}, {format}: {spent:?} for {} bytes", bytes.len());
    }
    // All three happen, or the files are not what they should be.
    assert!(refused > 500 && read > 300 && large > 3, "{refused} refused, {read} read, {large} too large");
}
