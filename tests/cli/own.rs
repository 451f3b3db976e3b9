//! A workbook that no register fits becomes a register of the county's own, and is one like the others.

use std::fs;

use super::{Run, folder, text, workbook, xingcun};

const ROWS: &[&[&str]] = &[
    &["2024年困难群众走访慰问情况表", "", "", "", "", "", "", ""],
    &["序号", "村名", "姓名", "困难类型", "走访日期", "慰问金（元）", "帮扶责任人", "备注"],
    &["1", "清凉村", "王阿妹", "重病", "2024年1月5日", "500", "李主任", ""],
    &["2", "清凉村", "杨阿公", "失独", "2024年1月5日", "300.5", "李主任", "独居"],
    &["3", "五四村", "吴阿奶", "重病", "2024年1月6日", "500", "张主任", ""],
    &["4", "五四村", "龙阿哥", "重病", "2024年1月8日", "800", "张主任", ""],
    &["5", "沙溪村", "潘阿姐", "失独", "2024年2月1日", "300", "石主任", ""],
    &["6", "沙溪村", "潘阿伯", "重病", "2024年2月1日", "500", "石主任", ""],
    &["7", "沙溪村", "潘阿叔", "失独", "2024年2月2日", "300", "石主任", ""],
];

fn import(book: &str, ledger: &str, more: &[&str]) -> Run {
    let args = ["import", book, "--into", ledger, "--create-places"];
    xingcun(args.iter().chain(more).copied())
}

#[test]
fn a_workbook_that_no_register_fits_becomes_a_register_like_the_others() {
    let folder = folder("own");
    let (book, ledger, out) = (folder.join("走访.xlsx"), folder.join("l.xcz"), folder.join("out.xlsx"));
    workbook(&book, ROWS);
    let (book, ledger, out) = (text(&book), text(&ledger), text(&out));

    // Without being asked for it is no register, and nothing is written.
    import(book, ledger, &[]).expect(2);
    assert!(fs::metadata(ledger).is_err());
    let own = ["--own", "困难群众走访台账"];
    // A clerk does not make registers.
    let refused = import(book, ledger, &["--own", "困难群众走访台账", "--as", "小李:村级填报员"]).expect(1);
    assert!(refused.err.contains("县级管理员"), "{}", refused.err);
    assert!(fs::metadata(ledger).is_err());

    let made = import(book, ledger, &own).expect(0).json();
    assert_eq!((&made["inserted"], &made["written"]), (&7.into(), &true.into()), "{made}");
    let fields = made["own"]["fields"].as_array().unwrap();
    let said: Vec<(&str, &str)> =
        fields.iter().map(|f| (f["label"].as_str().unwrap(), f["holds"].as_str().unwrap())).collect();
    assert_eq!(
        said,
        [
            ("期间", "期间"),
            ("村名", "村或单位"),
            ("姓名", "文字"),
            ("困难类型", "单选"),
            ("走访日期", "日期"),
            ("慰问金", "金额"),
            ("帮扶责任人", "文字"),
        ]
    );

    // Again: nothing changes, byte for byte; neither with the name nor without it.
    let before = fs::read(ledger).unwrap();
    for more in [&own[..], &[]] {
        let again = import(book, ledger, more).expect(0).json();
        assert_eq!((&again["unchanged"], &again["inserted"]), (&7.into(), &0.into()), "{again}");
        assert_eq!(fs::read(ledger).unwrap(), before);
    }

    // From now on it is a register: records, sums and exports, by its name or by its key.
    let records = xingcun(["records", ledger, "--register", "困难群众走访台账", "--where", "困难类型=重病"]);
    let records = records.expect(0).lines();
    assert_eq!(records.len(), 4, "{records:?}");
    assert!(records.iter().any(|r| r.to_string().contains("王阿妹")));
    let sums = xingcun([
        "query",
        ledger,
        "--register",
        "困难群众走访台账",
        "--rows",
        "org",
        "--measure",
        "sum:慰问金",
    ]);
    assert!(sums.expect(0).out.contains("清凉村,800.5"), "sums by village");
    let set =
        ["set", ledger, "--register", "困难群众走访台账", "--where", "姓名=杨阿公", "帮扶责任人=王主任"];
    assert_eq!(xingcun(set).expect(0).json()["changed"], 1);
    xingcun(["export", ledger, "--register", "困难群众走访台账", "--out", out]).expect(0);
    let back = import(out, ledger, &[]).expect(0).json();
    assert_eq!((&back["unchanged"], &back["updated"]), (&7.into(), &0.into()), "{back}");
}

/// Nothing in the reader of articles knows the register: what it is called and counts in says enough.
#[test]
fn an_article_is_held_against_a_register_of_the_countys_own() {
    let folder = folder("own-article");
    let (book, ledger, article) = (folder.join("走访.xlsx"), folder.join("l.xcz"), folder.join("a.txt"));
    workbook(&book, ROWS);
    import(text(&book), text(&ledger), &["--own", "困难群众走访台账"]).expect(0);
    fs::write(&article, "2024年，清凉村慰问金800.5元，五四村慰问金1500元，合计2300.5元。邻镇慰问金900元。")
        .unwrap();
    let read = xingcun(["article", text(&article), "--ledger", text(&ledger)]).expect(0);
    let figures = read.only("figure");
    let states: Vec<&str> = figures.iter().map(|f| f["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["agrees", "differs", "differs", "unsure"]);
    assert_eq!(figures[1]["ledger_value"], 1300);
    assert_eq!(
        (&figures[2]["ledger_value"], &figures[2]["relation"]),
        (&2100.5.into(), &"所列各项合计".into())
    );
    assert!(figures[3]["doubts"][0].as_str().unwrap().contains("邻镇"), "{}", figures[3]);
}

/// Two towns fill in the county's form, and each makes a register of it.
#[test]
fn two_ledgers_that_make_the_same_register_have_one_when_they_are_merged() {
    let folder = folder("own-twice");
    let own = ["--own", "困难群众走访台账"];
    let made = |name: &str, rows: &[&[&str]]| {
        let (book, ledger) = (folder.join(format!("{name}.xlsx")), folder.join(format!("{name}.xcz")));
        workbook(&book, rows);
        import(text(&book), text(&ledger), &own).expect(0);
        text(&ledger).to_owned()
    };
    // One family was visited in both; elsewhere other families, with kinds of trouble that the first does not know.
    let second: &[&[&str]] = &[
        ROWS[0],
        ROWS[1],
        ROWS[2],
        &["2", "文明村", "石阿婆", "残疾", "2024年3月5日", "500.25", "石主任", ""],
        &["3", "文明村", "石阿公", "孤寡", "2024年3月6日", "600", "石主任", "独居"],
        &["4", "卫生村", "李阿婆", "火灾", "2024年3月7日", "700", "石主任", ""],
    ];
    let (a, b) = (made("a", ROWS), made("b", second));
    let merged = |from: [&str; 2], out: &str| {
        let out = folder.join(out);
        let said = xingcun(["merge", from[0], from[1], "--out", text(&out)]);
        (text(&out).to_owned(), said.json())
    };
    let (one, said) = merged([&a, &b], "ab.xcz");
    let (_, other) = merged([&b, &a], "ba.xcz");
    assert_eq!(said["state"], other["state"], "in any order");
    assert_eq!(said["conflicts"], serde_json::json!([]), "{said}");
    let asked = ["records", &one, "--register", "困难群众走访台账"];
    let rows = xingcun(asked).expect(0).lines();
    assert_eq!(rows.len(), 10, "the family that both visited is one: {rows:?}");
    assert_eq!(rows.iter().filter(|r| r.to_string().contains("王阿妹")).count(), 1);
    let sums = ["query", &one, "--register", "困难群众走访台账", "--rows", "org", "--measure", "sum:慰问金"];
    let sums = xingcun(sums).expect(0).out;
    assert!(sums.contains("清凉村,800.5") && sums.contains("文明村,1100.25"), "{sums}");
    let settings = xingcun(["records", &one, "--register", "T04", "--kind", "register"]).expect(0).lines();
    assert_eq!(settings.len(), 1, "{settings:?}");
    let fields = xingcun(["records", &one, "--register", "T04", "--kind", "field"]).expect(0).lines();
    assert_eq!(fields.len(), 7, "{fields:?}");
    // Read once more, neither list says anything new.
    for book in ["a.xlsx", "b.xlsx"] {
        let again = import(text(&folder.join(book)), &one, &[]).expect(0).json();
        assert_eq!((&again["inserted"], &again["updated"]), (&0.into(), &0.into()), "{book}: {again}");
    }
}
