//! Contracts on the command line: the sample of 1 030, its export, its clean-up.

use super::{Json, Path, folder, fs, text, xingcun};

/// The sample's ledger.
fn ledger(folder: &Path) -> (String, String) {
    let book = folder.join("清化收合同台账.xls");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import/contracts.xls");
    fs::copy(sample, &book).unwrap();
    let path = folder.join("l.xcz");
    let (book, path) = (text(&book).to_owned(), text(&path).to_owned());
    let read = xingcun(["import", &book, "--into", &path, "--create-places"]).expect(0).json();
    assert_eq!((&read["inserted"], &read["skipped"]), (&1030.into(), &0.into()));
    (path, book)
}

fn contracts(path: &str, more: &[&str]) -> Vec<Json> {
    let asked = ["records", path, "--register", "R09", "--kind", "contract"];
    xingcun(asked.into_iter().chain(more.iter().copied())).expect(0).lines()
}

#[test]
fn the_sample_is_read_once_and_comes_back_from_its_export() {
    let folder = folder("contracts");
    let (path, book) = ledger(&folder);
    let all = contracts(&path, &[]);
    assert_eq!(all.len(), 1030);
    let recovered: f64 = all.iter().filter_map(|r| r["recovered_amount"].as_f64()).sum();
    assert!((recovered - 31_623_700.0).abs() < 0.01, "{recovered}");
    let first = all.iter().find(|r| r["contract_no"] == "HT-1998-0001").unwrap();
    let said = |key: &str| first[key].clone();
    assert_eq!(
        (said("org"), said("party_b"), said("name")),
        ("赵庄村".into(), "于明永".into(), "门面房".into())
    );
    assert_eq!((said("sign_date"), said("end")), ("1998-02-01".into(), "2003-11-30".into()));
    assert_eq!((said("area_mu"), said("issue_kinds")), (3.57.into(), serde_json::json!(["期限过长"])));
    assert!(all.iter().any(|r| r["issue_kinds"] == serde_json::json!(["无"])), "“无” is an answer");
    assert!(all.iter().all(|r| !r["issue_kinds"].is_null() && !r["end"].is_null()));

    let before = fs::read(&path).unwrap();
    let again = xingcun(["import", &book, "--into", &path, "--create-places"]).expect(0).json();
    assert_eq!((&again["inserted"], &again["updated"]), (&0.into(), &0.into()));
    for more in [&[][..], &["--unmasked"]] {
        let out = folder.join("x.xlsx");
        xingcun(
            ["export", &path, "--register", "R09", "--out", text(&out)]
                .into_iter()
                .chain(more.iter().copied()),
        )
        .expect(0);
        let back = xingcun(["import", text(&out), "--into", &path]).expect(0).json();
        assert_eq!(
            (&back["inserted"], &back["updated"], &back["unchanged"]),
            (&0.into(), &0.into(), &1030.into())
        );
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn the_clean_up_asks_for_what_it_needs() {
    let folder = folder("clean-up");
    let (path, _) = ledger(&folder);
    let one = ["--register", "R09", "--where", "contract_no=HT-1998-0001"];
    let step = |to: &str, who: &str, more: &[&str], code: i32| {
        let mut args = vec!["move", &*path];
        args.extend(one);
        args.extend(["--to", to, "--as", who]);
        args.extend(more);
        xingcun(args).expect(code)
    };
    let set = |pair: &str, who: &str, code: i32| {
        let mut args = vec!["set", &*path];
        args.extend(one);
        args.extend([pair, "--as", who]);
        xingcun(args).expect(code)
    };
    let clerk = "张三:村级填报员@赵庄村";
    let secretary = "王五:村书记@赵庄村";
    let town = "李四:乡镇审核员@赵庄村";
    step("已登记", clerk, &[], 0);
    step("问题分类", clerk, &[], 0);
    let refused = step("处置中", town, &[], 1);
    assert!(refused.out.contains("disposition_chosen"), "{}", refused.out);
    step("处置中", clerk, &[], 1);
    set("disposition=诉讼", town, 0);
    step("处置中", town, &[], 0);
    // While a court has it, nobody changes what it is about.
    step("诉讼中", town, &[], 0);
    let before = fs::read(&path).unwrap();
    let refused = set("party_b=别人", town, 1);
    assert!(refused.err.contains("赵庄村") && refused.err.contains("："), "{}", refused.err);
    assert!(
        refused.json()["refused"][0]["record"].as_str().unwrap().starts_with("赵庄村 "),
        "{}",
        refused.out
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    step("处置中", town, &[], 1);
    step("处置中", town, &["--reason", "调解结案"], 0);
    set("price_after=320", town, 0);
    step("民主程序", secretary, &[], 0);
    let refused = step("公示", secretary, &[], 1);
    assert!(refused.out.contains("meeting_for_price"), "{}", refused.out);
    set("meeting=2026年11月20日村民代表会议", secretary, 0);
    step("公示", secretary, &[], 0);
    step("新合同生效", town, &[], 0);
    step("收益入账", clerk, &[], 0);
    step("归档", town, &[], 1);
    step("归档", "赵六:县级管理员@", &[], 0);
    set("remark=改一改", town, 1);
}

#[test]
fn what_needs_a_second_look_is_listed() {
    let folder = folder("check");
    let (path, _) = ledger(&folder);
    let found = xingcun(["check", &path, "--register", "R09"]).expect(0).lines();
    let of = |rule: &str| found.iter().filter(|f| f["rule"] == rule).count();
    assert_eq!(of("incomplete"), 1030);
    // Ends by the 22nd of November 2026 and within ninety days of it.
    let soon = contracts(&path, &[]);
    let soon =
        soon.iter().filter_map(|r| r["end"].as_str()).filter(|d| ("2026-11-22"..="2027-02-20").contains(d));
    assert_eq!(of("ends_soon"), soon.count());
    assert!(of("ends_soon") > 0);
    let known = found.iter().all(|f| ["error", "warning", "info"].iter().any(|s| f["severity"] == *s));
    assert!(known && found.iter().all(|f| f["record"].is_string() && f["message"].is_string()));
}

/// Two contracts with what falls due under them, in one workbook; today is the 22nd of November 2026.
fn with_dues(folder: &Path) -> String {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheets: [(&str, &[&[&str]]); 2] = [
        (
            "合同",
            &[
                &["村名", "合同编号", "承包方", "标的", "起始日期", "终止日期", "联系电话", "证件号码"],
                &[
                    "清凉村",
                    "HT-1",
                    "张三",
                    "果园",
                    "2021-01-01",
                    "2030-12-31",
                    "13812345678",
                    "11010519491231002X",
                ],
                &["五四村", "HT-1", "李四", "鱼塘", "2020-01-01", "2027-01-15", "", ""],
            ],
        ),
        (
            "应收明细",
            &[
                &["村名", "合同编号", "应收日期", "应收金额（元）", "已收金额（元）"],
                &["清凉村", "HT-1", "2026-10-23", "3000", "1000"],
                &["清凉村", "HT-1", "2025-10-23", "3000", ""],
                &["清凉村", "HT-1", "2027-10-23", "3000", ""],
                &["五四村", "HT-1", "2026-03-01", "4000", "4000"],
            ],
        ),
    ];
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (r, row) in (0..).zip(rows) {
            for (c, words) in (0..).zip(*row) {
                sheet.write(r, c, *words).unwrap();
            }
        }
    }
    let file = folder.join("合同与应收.xlsx");
    book.save(&file).unwrap();
    text(&file).to_owned()
}

#[test]
fn dues_stand_under_their_contract_and_what_is_late_is_counted() {
    let folder = folder("dues");
    let (book, path) = (with_dues(&folder), text(&folder.join("l.xcz")).to_owned());
    let read = xingcun(["import", &book, "--into", &path, "--create-places"]).expect(0).json();
    assert_eq!(read["inserted"], 6, "{read}");
    // What belongs to a person is hidden unless somebody asks for it.
    let (hidden, whole) = (contracts(&path, &[]), contracts(&path, &["--unmasked"]));
    let said = |all: &[Json], key: &str| all.iter().find_map(|r| r[key].as_str().map(str::to_owned));
    assert_eq!(said(&hidden, "phone").as_deref(), Some("138****5678"));
    assert_eq!(said(&hidden, "party_b_id").as_deref(), Some("110***********002X"));
    assert_eq!(said(&whole, "phone").as_deref(), Some("13812345678"));
    assert_eq!(said(&whole, "party_b_id").as_deref(), Some("11010519491231002X"));
    let dues = xingcun(["records", &path, "--register", "R09", "--kind", "due"]).expect(0).lines();
    let owed: f64 = dues.iter().map(|d| d["owed"].as_f64().unwrap()).sum();
    assert_eq!((dues.len(), owed), (4, 8000.0));
    let found = xingcun(["check", &path, "--register", "R09"]).expect(0).lines();
    let of =
        |rule: &str| found.iter().filter(|f| f["rule"] == rule).map(|f| f["org"].clone()).collect::<Vec<_>>();
    assert_eq!(of("in_arrears"), ["清凉村", "清凉村"]);
    assert_eq!(of("ends_soon"), ["五四村"]);
    assert_eq!(of("long_in_arrears"), ["清凉村"]);
    let all = xingcun(["indicators", &path, "--period", "2026"]).expect(0).json();
    let late = &all["I-25"];
    assert_eq!((&late["value"], &late["villages"], &late["rows"]), (&5000.into(), &1.into(), &2.into()));
    let part = |n: usize| late["parts"][n]["value"].clone();
    assert_eq!((part(0), part(3), part(4)), (2000.into(), 3000.into(), 1.into()));
    let here = xingcun(["indicators", &path, "--period", "2026", "--org", "五四村"]).expect(0).json();
    assert_eq!(here["I-25"]["value"], 0);

    for more in [&[][..], &["--unmasked"]] {
        let out = folder.join("x.xlsx");
        let export = ["export", &path, "--register", "R09", "--out", text(&out)];
        xingcun(export.into_iter().chain(more.iter().copied())).expect(0);
        let back = xingcun(["import", text(&out), "--into", &path]).expect(0).json();
        assert_eq!(
            (&back["inserted"], &back["updated"], &back["unchanged"]),
            (&0.into(), &0.into(), &6.into()),
            "{more:?} {back}"
        );
    }
}

#[test]
fn a_reversed_entry_and_its_mirror_come_back_from_an_export_as_nothing_new() {
    let folder = folder("reversed");
    let path = text(&folder.join("l.xcz")).to_owned();
    super::small_ledger(Path::new(&path));
    let one = [
        "--register",
        "R07",
        "--where",
        "org=清凉村",
        "--where",
        "period=2024",
        "--where",
        "subject=经营收入",
    ];
    for (to, who) in [
        ("待复核", "王五:村书记@清凉村"),
        ("已复核", "李四:乡镇审核员@柳河镇"),
        ("已结账", "李四:乡镇审核员@柳河镇"),
        ("已红冲", "李四:乡镇审核员@柳河镇"),
    ] {
        let step =
            ["move", &path].into_iter().chain(one).chain(["--to", to, "--as", who, "--reason", "重复记账"]);
        xingcun(step).expect(0);
    }
    let before = fs::read(&path).unwrap();
    for more in [&[][..], &["--unmasked"]] {
        let out = folder.join("x.xlsx");
        let export = ["export", &path, "--register", "R07", "--out", text(&out)];
        xingcun(export.into_iter().chain(more.iter().copied())).expect(0);
        let back = xingcun(["import", text(&out), "--into", &path]).expect(0).json();
        assert_eq!(
            (&back["inserted"], &back["updated"], &back["unchanged"]),
            (&0.into(), &0.into(), &9.into()),
            "{back}"
        );
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}
