//! Layouts that staff make, one test each.

use xingcun::exchange::{Options, Plan, Quiet, book};
use xingcun::register::Fields;
use xingcun::value::Value;

use super::desk::{Desk, creating, imported, lines, merged, say, workbook};
use super::nothing_known;

fn r06(bytes: &[u8], fields: &[&str]) -> (Vec<String>, String) {
    let (desk, said) = imported(bytes, "产业.xlsx");
    (lines(&desk.state, "R06", fields), said)
}

fn r07(bytes: &[u8]) -> (Vec<String>, String) {
    let (desk, said) = imported(bytes, "收支.xlsx");
    (lines(&desk.state, "R07", &["amount"]), said)
}

#[test]
fn columns_in_another_order_with_units_in_brackets() {
    let (rows, said) = r06(
        &workbook(&[(
            "Sheet1",
            &[
                &["沙溪镇2023年产业统计表"][..],
                &["产值（元）", "品种", "面积（公顷）", "产量(公斤)", "村（社区）", "带动农户"],
                &["123456.5", "血橙", "2.5", "1500", "清凉村", "30余户"],
                &["8000", "枇杷", "0.1", "200斤", "滨河社区居委会", "5"],
            ],
        )]),
        &["area", "output", "output_value", "households"],
    );
    assert_eq!(
        rows,
        ["清凉村 2023 血橙 37.5 1.5 123456.5 30", "滨河社区 2023 枇杷 1.5 0.1 8000 5"],
        "{said}"
    );
    assert!(said.contains("30余户") && said.contains("30–40"), "{said}");
}

#[test]
fn unit_line_in_yuan() {
    let (rows, said) = r07(&workbook(&[(
        "2022",
        &[
            &["村级集体经济收支表"][..],
            &["填报单位：柳河镇人民政府", "", "", "单位：元"],
            &["村名", "经营收入", "上级补助", "管理费"],
            &["清凉村", "120000", "50000", "3000.55"],
        ],
    )]));
    assert_eq!(
        rows,
        ["清凉村 2022 管理费用 3000.55", "清凉村 2022 经营收入 120000", "清凉村 2022 补助收入 50000"]
    );
    assert!(!said.contains("未写单位"), "{said}");
}

#[test]
fn total_row_at_the_bottom_and_a_sum_that_is_wrong() {
    let (rows, said) = r07(&workbook(&[(
        "2024",
        &[
            &["2024年收支表（单位：万元）"][..],
            &["村名", "经营收入", "补助收入", "收入合计"],
            &["清凉村", "10", "5", "15"],
            &["五四村", "20", "1", "22"],
            &["合    计", "30", "7", "37"],
        ],
    )]));
    assert_eq!(rows.len(), 4);
    assert!(said.contains("D4 row_sum_differs") && said.contains("C5 total_differs"), "{said}");
    assert!(!said.contains("B5 total_differs"));
}

#[test]
fn three_rows_of_header() {
    let (rows, said) = r07(&merged(
        &[(
            "2024",
            &[
                &["2024年村级集体经济收支情况表"][..],
                &["单位：万元"],
                &["序号", "村名", "收入", "", "", "", "支出", "", "备注"],
                &["", "", "经营收入", "", "补助收入", "合计", "经营支出", "管理费用", ""],
                &["", "", "出租", "发包", "", "", "", "", ""],
                &["1", "清凉村", "1", "2", "3", "6", "4", "5", "好"],
                &["2", "五四村", "1.5", "2", "3", "6.5", "4", "5", ""],
            ],
        )],
        &[
            (0, 0, 0, 8),
            (2, 0, 4, 0),
            (2, 1, 4, 1),
            (2, 2, 2, 5),
            (2, 6, 2, 7),
            (2, 8, 4, 8),
            (3, 2, 3, 3),
            (3, 4, 4, 4),
            (3, 5, 4, 5),
            (3, 6, 4, 6),
            (3, 7, 4, 7),
        ],
    ));
    assert_eq!(rows.len(), 10, "{rows:?} {said}");
    assert!(rows.contains(&"清凉村 2024 经营收入·出租 10000".to_owned()), "{rows:?}");
    assert!(rows.contains(&"清凉村 2024 经营收入·发包 20000".to_owned()));
    assert!(!said.contains("row_sum_differs"), "{said}");
}

#[test]
fn product_column_groups() {
    let groups = merged(
        &[(
            "2024",
            &[
                &["2024年产业情况表"][..],
                &["村名", "不知火", "", "血橙", "", "面积合计（亩）"],
                &["", "面积（亩）", "产量（吨）", "面积（亩）", "产量（吨）", ""],
                &["清凉村", "100", "50", "20", "8", "120"],
                &["五四村", "200", "90", "—", "", "200"],
            ],
        )],
        &[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4), (1, 5, 2, 5)],
    );
    let (rows, said) = r06(&groups, &["area", "output"]);
    let want = ["五四村 2024 不知火 200 90", "清凉村 2024 不知火 100 50", "清凉村 2024 血橙 20 8"];
    assert_eq!(rows, want, "{said}");
    let (rows, _) = r06(
        &workbook(&[(
            "2024",
            &[
                &["村名", "不知火面积（亩）", "不知火产量（吨）", "血橙面积（亩）", "血橙产量（吨）"][..],
                &["清凉村", "100", "50", "20", "8"],
                &["五四村", "200", "90", "", ""],
            ],
        )]),
        &["area", "output"],
    );
    assert_eq!(rows, want);
}

#[test]
fn a_long_monthly_table() {
    let (rows, said) = r07(&workbook(&[(
        "流水",
        &[
            &["序号", "村名", "月份", "收支类别", "科目", "金额（元）", "往来单位", "凭证号"][..],
            &["1", "清凉村", "2024年1月", "收入", "经营收入·出租", "1000", "某公司", "'001"],
            &["2", "", "2024.3", "支出", "管理费用", "200.5", "", "'002"],
            &["3", "五四村", "'2024.10", "收入", "补助收入", "3万元", "", ""],
            &["", "合计", "", "", "", "31200.5", "", ""],
        ],
    )]));
    let want = [
        "五四村 2024-10 补助收入 30000",
        "清凉村 2024-01 经营收入·出租 1000",
        "清凉村 2024-03 管理费用 200.5",
    ];
    assert_eq!(rows, want, "{said}");
}

#[test]
fn tables_side_by_side() {
    let (rows, said) = r06(
        &workbook(&[(
            "2024",
            &[
                &["2024年不知火种植情况表", "", "", "", "2024年血橙种植情况表"][..],
                &["村名", "面积（亩）", "产量（吨）", "", "村名", "面积（亩）", "产量（吨）"],
                &["清凉村", "100", "50", "", "龙台村", "7", "3"],
                &["五四村", "200", "90", "", "藿麻村", "9", "4"],
                &["合计", "300", "140", "", "合计", "16", "7"],
            ],
        )]),
        &["area", "output"],
    );
    let want = [
        "五四村 2024 不知火 200 90",
        "清凉村 2024 不知火 100 50",
        "藿麻村 2024 血橙 9 4",
        "龙台村 2024 血橙 7 3",
    ];
    assert_eq!(rows, want, "{said}");
    assert!(!said.contains("differs"), "{said}");
}

#[test]
fn tables_under_each_other() {
    let (rows, said) = r07(&workbook(&[(
        "汇总",
        &[
            &["2023年村级集体经济收支表"][..],
            &["单位：万元"],
            &["村名", "经营收入", "管理费用"],
            &["清凉村", "1", "2"],
            &["合计", "1", "2"],
            &["说明：数据来自农经站"],
            &[],
            &["2024年村级集体经济收支表"],
            &["单位：元"],
            &["村名", "经营收入", "管理费用"],
            &["清凉村", "3", "4"],
        ],
    )]));
    let want = [
        "清凉村 2023 管理费用 20000",
        "清凉村 2023 经营收入 10000",
        "清凉村 2024 管理费用 4",
        "清凉村 2024 经营收入 3",
    ];
    assert_eq!(rows, want, "{said}");
}

#[test]
fn one_sheet_per_village() {
    let table = |title: &'static str| -> Vec<Vec<&'static str>> {
        vec![
            vec![title],
            vec!["品种", "面积（亩）", "产值（万元）"],
            vec!["不知火", "10", "2"],
            vec!["枇杷", "3", "1"],
        ]
    };
    let (a, b) = (table("沙溪镇清凉村2024年产业情况表"), table("2024年产业情况表"));
    let a: Vec<&[&str]> = a.iter().map(Vec::as_slice).collect();
    let b: Vec<&[&str]> = b.iter().map(Vec::as_slice).collect();
    let (rows, said) = r06(&workbook(&[("清凉村", &a), ("五四村", &b)]), &["area", "output_value"]);
    let want = [
        "五四村 2024 不知火 10 20000",
        "五四村 2024 枇杷 3 10000",
        "清凉村 2024 不知火 10 20000",
        "清凉村 2024 枇杷 3 10000",
    ];
    assert_eq!(rows, want, "{said}");
}

#[test]
fn townships_as_group_headings_with_subtotals() {
    let (desk, said) = imported(
        &workbook(&[(
            "2024",
            &[
                &["2024年产业情况表"][..],
                &["村名", "品种", "面积（亩）"],
                &["一、城关镇"],
                &["双河村", "油茶", "10"],
                &["五四村", "油茶", "20"],
                &["小计", "", "30"],
                &["二、沙溪镇"],
                &["双河村", "油茶", "5"],
                &["小计", "", "5"],
                &["总计", "", "35"],
            ],
        )]),
        "a.xlsx",
    );
    assert_eq!(
        lines(&desk.state, "R06", &["area"]),
        ["五四村 2024 油茶 20", "双河村 2024 油茶 10", "双河村 2024 油茶 5"],
        "{said}"
    );
    let towns = desk.state.sheet("R01").unwrap().of_kind("org");
    let towns: Vec<&str> = towns
        .filter(|r| r.value("kind").and_then(Value::as_str) == Some("乡镇"))
        .filter_map(|r| r.value("name").and_then(Value::as_str))
        .collect();
    assert_eq!(towns, ["城关镇", "沙溪镇"]);
    assert!(!said.contains("differs") && !said.contains("Error"), "{said}");
}

#[test]
fn traditional_characters() {
    let (rows, said) = r06(
        &workbook(&[(
            "2024年",
            &[
                &["產業生產統計表"][..],
                &["單位：畝、噸、萬元"],
                &["村名", "品種", "種植面積", "產量", "產值"],
                &["龍臺村", "不知火", "１２０", "5", "2萬"],
                &["合計", "", "120", "5", "2"],
            ],
        )]),
        &["area", "output", "output_value"],
    );
    assert_eq!(rows.len(), 1, "{said}");
    assert!(rows[0].ends_with("2024 不知火 120 5 20000"), "{rows:?} {said}");
}

#[test]
fn a_period_column_and_years_as_column_groups() {
    let (rows, said) = r06(
        &workbook(&[(
            "Sheet1",
            &[
                &["乡镇", "村名", "品种", "年份", "季度", "面积(亩)", "产值(元)", "数据性质"][..],
                &["第1镇", "第1村", "不知火", "2015", "1", "10.5", "100", "实际"],
                &["第1镇", "第1村", "不知火", "2015", "2", "11", "200", "实际"],
                &["第2镇", "第1村", "不知火", "2016", "4", "12", "300", "预计"],
            ],
        )]),
        &["area", "output_value", "nature"],
    );
    let want = [
        "第1村 2015-Q1 不知火 10.5 100 实际",
        "第1村 2015-Q2 不知火 11 200 实际",
        "第1村 2016-Q4 不知火 12 300 预计",
    ];
    assert_eq!(rows, want, "{said}");
    let (rows, said) = r06(
        &workbook(&[(
            "产值对比",
            &[
                &["村名", "品种", "2024年产值（万元）", "2023年产值（万元）"][..],
                &["清凉村", "油茶", "3", "2"],
                &["五四村", "油茶", "5", ""],
            ],
        )]),
        &["output_value"],
    );
    assert_eq!(
        rows,
        ["五四村 2024 油茶 50000", "清凉村 2023 油茶 20000", "清凉村 2024 油茶 30000"],
        "{said}"
    );
}

#[test]
fn a_forecast_is_a_row_of_its_own() {
    let (rows, _) = r06(
        &workbook(&[(
            "2024",
            &[
                &["村名", "品种", "面积（亩）", "预计产量（吨）"][..],
                &["清凉村", "油茶", "30", "2"],
                &["五四村", "油茶", "10", "1"],
            ],
        )]),
        &["area", "output", "nature"],
    );
    let want = [
        "五四村 2024 油茶 - 1 预计",
        "五四村 2024 油茶 10 - 实际",
        "清凉村 2024 油茶 - 2 预计",
        "清凉村 2024 油茶 30 - 实际",
    ];
    assert_eq!(rows, want);
}

#[test]
fn suffixes_and_blanks_mean_the_same_place() {
    let mut desk = Desk::new();
    let make = |name: &str, amount: &str| {
        let rows: Vec<&[&str]> = vec![&["2024年收支表（单位：元）"], &["村名", "经营收入", "管理费用"]];
        let row = [name, amount, "1"];
        let mut rows = rows;
        rows.push(&row);
        book::read(&workbook(&[("2024", &rows)]), "a.xlsx", &mut Quiet).unwrap()
    };
    let plan = desk.plan(&make("滨河社区", "5"), &creating());
    desk.write(plan);
    for name in ["滨河社区居委会", "滨 河社区", "滨河社区居民委员会"] {
        let plan = desk.plan(&make(name, "5"), &Options::default());
        assert_eq!((plan.counts.unchanged, plan.places.len()), (2, 0), "{name}: {}", say(&plan));
    }
    // 滨河村 is another place.
    let plan = desk.plan(&make("滨河村", "5"), &Options::default());
    assert!(!plan.is_writable() && plan.places[0].candidates.len() == 1, "{}", say(&plan));
}

fn text_plan(bytes: &[u8], name: &str) -> (Desk, String) {
    imported(bytes, name)
}

#[test]
fn gbk_csv_and_pasted_cells() {
    let csv = "2024年收支情况表,,,\n单位：万元,,,\n村名,经营收入,补助收入,合计\n清凉村,\"1,200.5\",3,\"1,203.5\"\n合计,\"1,200.5\",3,\"1,203.5\"\n";
    let (gbk, _, _) = encoding_rs::GB18030.encode(csv);
    let (desk, said) = text_plan(&gbk, "收支.csv");
    assert_eq!(
        lines(&desk.state, "R07", &["amount"]),
        ["清凉村 2024 经营收入 12005000", "清凉村 2024 补助收入 30000"],
        "{said}"
    );
    let pasted = "村名\t品种\t面积（亩）\t产量（吨）\n清凉村\t油茶\t12\t3\n\t血橙\t5\t1\n";
    let bom = [b"\xef\xbb\xbf".as_slice(), pasted.as_bytes()].concat();
    let (desk, said) = text_plan(&bom, "2024年粘贴");
    assert_eq!(lines(&desk.state, "R06", &["area"]), ["清凉村 2024 油茶 12", "清凉村 2024 血橙 5"], "{said}");
    let html = "<html><body><table><tr><th colspan=2>2024年收支表（单位：元）</th></tr><tr><td>村名</td><td>经营收入</td><td>管理费用</td></tr><tr><td>清凉村</td><td>1&#44;000</td><td>5</td></tr></table></body></html>";
    let (desk, said) = text_plan(html.as_bytes(), "导出.xls");
    assert_eq!(
        lines(&desk.state, "R07", &["amount"]),
        ["清凉村 2024 管理费用 5", "清凉村 2024 经营收入 1000"],
        "{said}"
    );
}

#[test]
fn the_old_binary_format() {
    let bytes = super::sample(super::CONTRACTS);
    let book = book::read(&bytes, super::CONTRACTS, &mut Quiet).unwrap();
    let seen = xingcun::exchange::inspect(&book, None, &nothing_known());
    assert_eq!(seen.tables.len(), 1);
    let table = &seen.tables[0];
    assert_eq!(table.table.data().count(), 1030);
    let total = table.totals.iter().find(|c| c.label.contains("增加收入")).unwrap();
    assert_eq!((total.computed.to_string().as_str(), total.agrees), ("31623700", true));
    let mapping = table.mapping.as_ref().unwrap();
    assert_eq!((mapping.register.as_str(), mapping.kind.as_str()), ("R09", "contract"));
}

#[test]
fn a_class_beside_its_details_is_not_counted_twice() {
    let (rows, said) = r07(&workbook(&[(
        "2024",
        &[
            &["2024年收支表（单位：元）"][..],
            &["村名", "经营收入", "其中：出租收入", "补助收入"],
            &["清凉村", "100", "40", "7"],
            &["五四村", "50", "50", "1"],
        ],
    )]));
    let want = [
        "五四村 2024 经营收入 50",
        "五四村 2024 补助收入 1",
        "清凉村 2024 经营收入 100",
        "清凉村 2024 补助收入 7",
    ];
    assert_eq!(rows, want, "{said}");
}

#[test]
fn a_person_overrides_the_mapping() {
    use xingcun::exchange::{Chosen, Mapping, Meaning, plan};
    let desk = Desk::new();
    let bytes = workbook(&[(
        "2024",
        &[
            &["2024年收支表（单位：元）"][..],
            &["村名", "集体经济总收入", "备注栏"],
            &["清凉村", "100", "40"],
            &["五四村", "50", "50"],
        ],
    )]);
    let book = book::read(&bytes, "a.xlsx", &mut Quiet).unwrap();
    let asked: Plan = desk.plan(&book, &Options { register: Some("R07".to_owned()), ..creating() });
    assert!(!asked.is_writable() && say(&asked).contains("ask_column"), "{}", say(&asked));
    let seen = xingcun::exchange::inspect(&book, Some("R07"), &nothing_known());
    let mut mapping = seen.tables[0].mapping.clone().unwrap();
    mapping.columns[1].meaning = Meaning::Value {
        field: "amount".to_owned(),
        fixed: vec![("subject".to_owned(), "经营收入".to_owned())],
        part: None,
    };
    mapping.columns[2].meaning = Meaning::Ignore;
    // As the page would send it back.
    let mapping: Mapping = serde_json::from_str(&serde_json::to_string(&mapping).unwrap()).unwrap();
    let options = Options { mappings: [(0, Clone::clone(&mapping))].into(), ..creating() };
    let whole = desk.plan(&book, &options);
    assert!(whole.is_writable() && whole.counts.inserted == 2, "{}", say(&whole));
    let chosen = [Chosen { table: &seen.tables[0].table, mapping: &mapping }];
    let plan = plan(&book, &chosen, &desk.state, &creating(), &mut Quiet).unwrap();
    assert!(plan.is_writable() && plan.counts.inserted == 2, "{}", say(&plan));
}

#[test]
fn quarters_as_column_groups() {
    let (rows, said) = r06(
        &merged(
            &[(
                "Sheet1",
                &[
                    &["2024年产业情况表"][..],
                    &["村名", "品种", "一季度", "", "二季度", ""],
                    &["", "", "产量（吨）", "产值（万元）", "产量（吨）", "产值（万元）"],
                    &["清凉村", "油茶", "1", "2", "3", "4"],
                    &["五四村", "油茶", "5", "6", "", ""],
                    &["合计", "", "6", "8", "3", "4"],
                ],
            )],
            &[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)],
        ),
        &["output", "output_value"],
    );
    let want = ["五四村 2024-Q1 油茶 5 60000", "清凉村 2024-Q1 油茶 1 20000", "清凉村 2024-Q2 油茶 3 40000"];
    assert_eq!(rows, want, "{said}");
}

#[test]
fn the_township_in_front_of_the_village() {
    let (desk, said) = imported(
        &workbook(&[(
            "2024",
            &[
                &["单位", "品种", "面积合计（亩）"][..],
                &["沙溪镇清凉村", "油茶", "10"],
                &["城关镇清凉村", "油茶", "20"],
            ],
        )]),
        "a.xlsx",
    );
    assert_eq!(
        lines(&desk.state, "R06", &["area"]),
        ["清凉村 2024 油茶 10", "清凉村 2024 油茶 20"],
        "{said}"
    );
    assert_eq!(desk.state.sheet("R01").unwrap().of_kind("org").count(), 4);
}

#[test]
fn a_roster_of_villages_completes_those_that_an_import_created() {
    let mut desk = Desk::new();
    let read = |bytes: Vec<u8>| book::read(&bytes, "a.xlsx", &mut Quiet).unwrap();
    let first =
        read(workbook(&[("2024", &[&["村名", "品种", "面积（亩）"][..], &["清凉村", "油茶", "10"]])]));
    let plan = desk.plan(&first, &creating());
    desk.write(plan);
    let roster = read(workbook(&[(
        "名册",
        &[
            &["乡镇", "村名", "户数", "户籍人口", "常住人口", "耕地面积（亩）"][..],
            &["沙溪镇", "清凉村", "300", "1200", "900", "2000"],
            &["沙溪镇", "滨河社区", "500", "2200", "1900", "10"],
        ],
    )]));
    let plan = desk.plan(&roster, &creating());
    assert!(plan.is_writable(), "{}", say(&plan));
    assert_eq!(
        (&*plan.tables[0].register, plan.counts.inserted, plan.counts.updated),
        ("R01", 1, 1),
        "{}",
        say(&plan)
    );
    desk.write(plan);
    let again = desk.plan(&roster, &creating());
    assert_eq!(
        (again.counts.unchanged, again.counts.inserted, again.counts.updated),
        (2, 0, 0),
        "{}",
        say(&again)
    );
    // And the first file still means the same village.
    assert_eq!(desk.plan(&first, &creating()).counts.unchanged, 1);
}

/// Whom a place lies in is named before its own row, or after it: it is one place all the same.
#[test]
fn a_roster_with_its_county_and_townships() {
    for turned in [false, true] {
        let mut rows: Vec<&[&str]> = vec![
            &["云岭县", "县", ""],
            &["沙溪镇", "乡镇", "云岭县"],
            &["清凉村", "村", "沙溪镇"],
            &["五四村", "村", "沙溪镇"],
        ];
        if turned {
            rows.reverse();
        }
        let all: Vec<&[&str]> = std::iter::once(&["名称", "类别", "上级组织"][..]).chain(rows).collect();
        let mut desk = Desk::new();
        let book = book::read(&workbook(&[("名册", &all)]), "a.xlsx", &mut Quiet).unwrap();
        let plan = desk.plan(&book, &creating());
        assert!(plan.is_writable(), "{}", say(&plan));
        desk.write(plan);
        let sheet = desk.state.sheet("R01").unwrap();
        let mut found: Vec<String> = sheet
            .of_kind("org")
            .map(|r| {
                let word = |key| r.value(key).and_then(Value::as_str).unwrap_or("-").to_owned();
                format!("{} {}", word("name"), word("kind"))
            })
            .collect();
        found.sort();
        assert_eq!(found, ["云岭县 县", "五四村 村", "沙溪镇 乡镇", "清凉村 村"], "{turned}");
        assert_eq!(desk.plan(&book, &creating()).counts.unchanged, 4);
    }
}

#[test]
fn a_csv_of_entries_with_a_township_column_merged_by_blanks() {
    let csv = "乡镇,村名,期间,科目,金额（万元）,对方\n沙溪镇,清凉村,2024年,经营收入·出租,1.5,甲公司\n,,2024年,补助收入,2,\n,五四村,2024年,经营收入·出租,3,乙公司\n城关镇,清凉村,2024年,经营收入·出租,4,\n";
    let (desk, said) = text_plan(csv.as_bytes(), "收支.csv");
    let want = [
        "五四村 2024 经营收入·出租 30000",
        "清凉村 2024 经营收入·出租 15000",
        "清凉村 2024 经营收入·出租 40000",
        "清凉村 2024 补助收入 20000",
    ];
    assert_eq!(lines(&desk.state, "R07", &["amount"]), want, "{said}");
}

#[test]
fn rows_of_words_are_no_headers() {
    let mut rows: Vec<Vec<String>> =
        vec![["编号", "点单村", "点单日期", "需求类别", "评价"].map(String::from).to_vec()];
    for n in 1..=40 {
        let village = ["良田村", "西苑社区", "明星村"][n % 3];
        rows.push(vec![
            format!("XQ{n:04}"),
            village.to_owned(),
            format!("2024-03-{:02}", n % 28 + 1),
            ["项目", "资金", "技术"][n % 3].to_owned(),
            "满意".to_owned(),
        ]);
    }
    let rows: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let book = book::read(&workbook(&[("需求清单", &rows)]), "a.xlsx", &mut Quiet).unwrap();
    let seen = xingcun::exchange::inspect(&book, None, &nothing_known());
    assert_eq!(seen.tables.len(), 1);
    assert_eq!(seen.tables[0].table.data().count(), 40);
}
