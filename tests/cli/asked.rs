//! What an import asks, and how it is answered on the command line.

use std::fs;

use super::{folder, text, xingcun};

#[test]
fn a_sheet_whose_rows_give_no_record_needs_a_person() {
    let folder = folder("nothing-read");
    let (book, ledger) = (folder.join("收支.csv"), folder.join("L.xcz"));
    fs::write(&book, "2024年收支表（单位：元）,,\n村名,经营收入,管理费用\n清凉村,—,\n五四村,,—\n").unwrap();
    let run = xingcun(["import", text(&book), "--into", text(&ledger), "--create-places"]).expect(1);
    let line = run.json();
    assert_eq!(line["written"], false);
    let said = line["findings"].as_array().unwrap();
    let said = said.iter().find(|f| f["rule"] == "nothing_read").unwrap();
    assert!(said["message"].as_str().unwrap().contains("一条记录也没有读出"), "{said}");
}
