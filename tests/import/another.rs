//! What our readers find held against another reader, on whole files.

use std::io::Cursor;

use calamine::Reader as _;
use rust_xlsxwriter::{Format, Formula, Workbook};
use xingcun::exchange::Quiet;
use xingcun::exchange::book::{self, Cell};

/// Every sheet held against what another reader finds in it; gives how many cells were compared.
fn compared(bytes: &[u8]) -> usize {
    let mut other = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).unwrap();
    let mut read = 0;
    for sheet in book::read(bytes, "a", &mut Quiet).unwrap().sheets {
        let range = other.worksheet_range(&sheet.name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        let mut found = 0;
        for (row, column, value) in range.used_cells() {
            let own = sheet.grid.get(top + row as u32, left + column as u32);
            let place = format!("{} {row} {column} {own:?} {value:?}", sheet.name);
            match (own, value) {
                (Cell::Text(t), calamine::Data::String(s)) => assert_eq!(&**t, s, "{place}"),
                (Cell::Number(a) | Cell::Percent(a), calamine::Data::Float(b)) => assert_eq!(a, b, "{place}"),
                (Cell::Number(a), calamine::Data::Int(b)) => assert_eq!(*a, *b as f64, "{place}"),
                (Cell::Date(a), calamine::Data::DateTime(b)) => assert_eq!(*a, b.as_f64(), "{place}"),
                (Cell::Bool(a), calamine::Data::Bool(b)) => assert_eq!(a, b, "{place}"),
                (Cell::Error(a), calamine::Data::Error(b)) => assert_eq!(*a, b.to_string(), "{place}"),
                (Cell::Empty, calamine::Data::String(s)) => assert!(s.trim().is_empty(), "{place}"),
                _ => panic!("{place}"),
            }
            found += usize::from(!own.is_blank());
        }
        assert_eq!(found, sheet.grid.filled(), "{}: and no others", sheet.name);
        read += found;
    }
    read
}

#[test]
fn cells_are_those_that_another_reader_finds() {
    let mut book = Workbook::new();
    let (percent, money) = (Format::new().set_num_format("0.0%"), Format::new().set_num_format("#,##0.00"));
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"");
    let sheet = book.add_worksheet();
    for (column, word) in ["村名", "面积（亩）", "", "村名", "a<b", " 甲"].into_iter().enumerate() {
        sheet.write(0, column as u16, word).unwrap();
    }
    for (row, n) in [0.0, -1.5, 0.1 + 0.2, 1e21, 1e-7, 123_456_789.123, 42.0].into_iter().enumerate() {
        let row = row as u32 * 2 + 1;
        sheet.write(row, 0, "清凉村").unwrap();
        sheet.write(row, 1, n).unwrap();
        sheet.write_with_format(row, 2, n, &percent).unwrap();
        sheet.write_with_format(row, 3, n, &money).unwrap();
        sheet.write_blank(row, 4, &money).unwrap();
        sheet.write(row, 27, Formula::new("=B2*2").set_result("7.5")).unwrap();
    }
    sheet.write_with_format(30, 0, 45_000.0, &day).unwrap();
    sheet.write(30, 1, true).unwrap();
    sheet.write(30, 2, Formula::new("=\"a\"").set_result("a")).unwrap();
    sheet.write(30, 3, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    assert!(compared(&book.save_to_buffer().unwrap()) > 40);
}

#[test]
fn every_sample_reads_the_same_both_ways() {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import");
    let mut cells = std::collections::BTreeMap::<String, usize>::new();
    for entry in std::fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
        if matches!(kind.as_str(), "xlsx" | "xls" | "xlsb" | "ods") {
            *cells.entry(kind).or_default() += compared(&std::fs::read(&path).unwrap());
        }
    }
    assert!(cells["xlsx"] > 1000 && cells["xls"] > 1000, "no samples: {cells:?}");
}
