//! Copies with comments, and files that cannot be read.

use std::fs;
use std::io::{Cursor, Read as _};

use rust_xlsxwriter::Workbook;

use super::{folder, text, xingcun};

fn book(amount: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("2024").unwrap();
    for (row, cells) in
        [["村名", "经营收入（元）"], ["清凉村", amount], ["五四村", "6"]].into_iter().enumerate()
    {
        for (column, words) in cells.into_iter().enumerate() {
            match words.parse::<f64>() {
                Ok(n) => sheet.write(row as u32, column as u16, n).unwrap(),
                Err(_) => sheet.write(row as u32, column as u16, words).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_marked_copy_of_the_workbook() {
    let folder = folder("marked");
    let (wrong, right, list) = (folder.join("收支.xlsx"), folder.join("好的.xlsx"), folder.join("收支.csv"));
    let whole = book("暂无数据");
    fs::write(&wrong, &whole).unwrap();
    fs::write(&right, book("5")).unwrap();
    fs::write(&list, "村名,2024年经营收入（元）\n清凉村,暂无数据\n").unwrap();
    let (into, copies) = (folder.join("l.xcz"), folder.join("标注"));
    let files = [text(&wrong), text(&right), text(&list)];
    let options = [
        "--into",
        text(&into),
        "--create-places",
        "--dry-run",
        "--period",
        "2024",
        "--marked",
        text(&copies),
    ];
    let run = xingcun(["import"].iter().chain(&files).chain(&options)).expect(1);
    let lines = run.lines();
    let copy = copies.join("收支-标注.xlsx");
    assert_eq!(lines[0]["marked"], text(&copy), "{}", run.err);
    assert!(lines[1]["marked"].is_null() && lines[2]["marked"].is_null(), "{}", run.out);
    assert!(run.err.contains("收支.csv：带批注的副本只能从 .xlsx 文件做"), "{}", run.err);
    assert_eq!(fs::read_dir(&copies).unwrap().count(), 1);
    assert!(fs::read(&wrong).unwrap() == whole, "the workbook itself is left alone");
    let mut archive = zip::ZipArchive::new(Cursor::new(fs::read(&copy).unwrap())).unwrap();
    let mut comments = String::new();
    archive.by_name("xl/comments1.xml").unwrap().read_to_string(&mut comments).unwrap();
    assert!(comments.contains("ref=\"B2\"") && comments.contains("暂无数据"), "{comments}");
}

#[test]
fn damaged_files_are_refused_in_the_first_line() {
    let folder = folder("damaged");
    let into = folder.join("l.xcz");
    let whole =
        fs::read(format!("{}/tests/golden/import/contracts.xls", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut twisted = whole.clone();
    // The list of sectors leads in a circle, and the sizes are enormous.
    twisted.iter_mut().skip(512).take(60).for_each(|b| *b = 1);
    twisted.iter_mut().skip(44).take(4).for_each(|b| *b = 0xff);
    for (name, bytes) in [("cut.xls", &whole[..whole.len() / 2]), ("twisted.xls", &twisted)] {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        for command in [vec!["inspect", text(&path)], vec!["import", text(&path), "--into", text(&into)]] {
            let run = xingcun(&command).expect(2);
            let first = run.err.lines().next().unwrap_or_default();
            assert!(first.contains(name) && first.contains("文件不完整或已损坏"), "{command:?}: {}", run.err);
        }
        assert!(!into.exists(), "nothing is written");
    }
}
