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

#[test]
fn what_a_list_has_no_more_is_removed_when_the_answer_says_so() {
    let folder = folder("gone");
    let (whole, part, ledger) = (folder.join("甲.csv"), folder.join("乙.csv"), folder.join("L.xcz"));
    let head = "2024年收支表（单位：元）,,\n村名,经营收入,管理费用\n清凉村,10,1\n";
    fs::write(&whole, format!("{head}五四村,25,\n")).unwrap();
    fs::write(&part, head).unwrap();
    let import = |book, more: &[&str], code| {
        let args = ["import", text(book), "--into", text(&ledger), "--create-places"];
        xingcun(args.iter().chain(more)).expect(code).json()
    };
    assert_eq!(import(&whole, &[], 0)["inserted"], 3);
    let before = fs::read(&ledger).unwrap();
    let asked = import(&part, &[], 1);
    let question = asked["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "gone_rows").unwrap();
    assert_eq!(question["ask"]["key"], "gone:乙!A1");
    assert_eq!(question["ask"]["lines"][0], "五四村 2024年 经营收入");
    assert_eq!(fs::read(&ledger).unwrap(), before);
    assert_eq!(import(&part, &["--answer", "gone:乙!A1=keep"], 0)["removed"], 0);
    assert_eq!(fs::read(&ledger).unwrap(), before);
    let done = import(&part, &["--answer", "gone:乙!A1=removed"], 0);
    assert_eq!((&done["written"], &done["removed"]), (&true.into(), &1.into()));
    let left = xingcun(["records", text(&ledger), "--register", "R07"]).expect(0);
    assert_eq!(left.lines().len(), 2, "{}", left.out);
    let undone = xingcun(["undo", text(&ledger)]).expect(0).json();
    assert_eq!(undone["operations"], 1);
    assert_eq!(xingcun(["records", text(&ledger), "--register", "R07"]).expect(0).lines().len(), 3);
}

#[test]
fn what_others_stand_under_is_not_removed_with_a_list() {
    let folder = folder("gone-above");
    let ledger = folder.join("L.xcz");
    let file = |name: &str, words: &str| {
        let path = folder.join(name);
        fs::write(&path, words).unwrap();
        path
    };
    let head = "合同台账,,,,,,\n村名,合同编号,标的,承包方,起始日期,终止日期,合同金额（元）\n清凉村,HT001,鱼塘,张三,2024-03-01,2027-03-01,100\n";
    let both = file("合同.csv", &format!("{head}清凉村,HT002,果园,李四,2024-03-01,2027-03-01,90\n"));
    let one = file("合同二.csv", head);
    let dues = file(
        "应收.csv",
        "应收明细,,,,\n村名,合同编号,承包方,应收日期,应收金额（元）\n清凉村,HT002,李四,2024-06-01,30\n,,,2025-06-01,30\n",
    );
    let import = |book, more: &[&str], code| {
        let args = ["import", text(book), "--into", text(&ledger), "--create-places"];
        xingcun(args.iter().chain(more)).expect(code)
    };
    import(&both, &[], 0);
    import(&dues, &[], 0);
    let before = fs::read(&ledger).unwrap();
    let refused = import(&one, &["--answer", "gone:=removed"], 1);
    assert!(refused.out.contains("清凉村 果园：还有 2 行用着这条记录"), "{}", refused.out);
    assert_eq!(fs::read(&ledger).unwrap(), before);
}
