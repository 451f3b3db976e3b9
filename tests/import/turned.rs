//! Tables whose records do not stand in rows: villages and months across, figures under each other with their names,
//! quarters among the months; and headers as statistical forms have them.

use super::desk::{Desk, Grid, asked, imported, lines, merged, plan_in, planned, say, workbook};
use xingcun::exchange::{Options, Quiet, book};
use xingcun::register::Severity;

fn read(register: &str, bytes: &[u8], fields: &[&str]) -> Vec<String> {
    let (desk, said) = imported(bytes, "表.xlsx");
    let rows = lines(&desk.state, register, fields);
    assert!(!rows.is_empty(), "{said}");
    assert!(!said.contains("differs"), "{said}");
    rows
}

fn income(rows: Grid<'_>) -> Vec<String> {
    read("R07", &workbook(&[("2024", rows)]), &["amount"])
}

fn industry(rows: Grid<'_>) -> Vec<String> {
    read("R06", &workbook(&[("2024", rows)]), &["area", "output"])
}

const BOTH: [&str; 4] =
    ["五四村 2024 管理费用 4", "五四村 2024 经营收入 2", "清凉村 2024 管理费用 3", "清凉村 2024 经营收入 1"];

#[test]
fn villages_as_columns() {
    let rows = income(&[
        &["2024年村级集体经济收支情况表"],
        &["", "", "", "单位：元"],
        &["科目", "清凉村", "五四村", "合计"],
        &["经营收入", "1", "2", "3"],
        &["管理费用", "3", "4", "7"],
    ]);
    assert_eq!(rows, BOTH);
    // With groups, units and codes before the figures, and a sum among the subjects.
    let rows = income(&[
        &["2024年村级集体经济收支情况表"],
        &["指标名称", "计量单位", "代码", "合计", "清凉村", "五四村"],
        &["甲", "乙", "丙", "1", "2", "3"],
        &["一、收入"],
        &["经营收入", "元", "01", "3", "1", "2"],
        &["收入合计", "元", "02", "3", "1", "2"],
        &["二、支出"],
        &["管理费用", "元", "03", "7", "3", "4"],
    ]);
    assert_eq!(rows, BOTH);
    let rows = industry(&[
        &["2024年产业情况表"],
        &["品种", "指标", "清凉村", "五四村"],
        &["不知火", "面积（亩）", "10", "20"],
        &["", "产量（吨）", "1", "2"],
        &["血橙", "面积（亩）", "5", "—"],
        &["", "产量（吨）", "3", ""],
    ]);
    assert_eq!(rows, ["五四村 2024 不知火 20 2", "清凉村 2024 不知火 10 1", "清凉村 2024 血橙 5 3"]);
}

#[test]
fn townships_over_the_villages_of_a_header() {
    let book = merged(
        &[(
            "2024",
            &[
                &["2024年村级集体经济收支情况表（单位：元）"][..],
                &["科目", "沙溪镇", "", "柳河镇", ""],
                &["", "清凉村", "五四村", "双河村", "新民村"],
                &["经营收入", "1", "2", "3", "4"],
                &["管理费用", "5", "6", "7", "8"],
            ],
        )],
        &[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)],
    );
    let (desk, said) = imported(&book, "表.xlsx");
    assert_eq!(lines(&desk.state, "R07", &["amount"]).len(), 8, "{said}");
    let towns = desk.state.sheet("R01").unwrap().of_kind("org").count();
    assert_eq!(towns, 6, "{said}");
}

const SHORT: [&[&str]; 5] = [
    &["2024年村级集体经济收支情况表"],
    &["", "", "", "单位：元"],
    &["科目", "清凉", "五四", "合计"],
    &["经营收入", "1", "2", "3"],
    &["管理费用", "3", "4", "7"],
];

/// The ledger knows both villages: their names are evidence, also without 村.
#[test]
fn villages_of_the_ledger_as_columns_without_a_word_for_village() {
    let mut desk = Desk::new();
    let known = workbook(&[(
        "2023",
        &[&["2023年收支表（单位：元）"][..], &["村名", "经营收入"], &["清凉村", "5"], &["五四村", "6"]],
    )]);
    let plan = plan_in(&desk, &known, "去年.xlsx", &[]);
    desk.write(plan);
    let plan = plan_in(&desk, &workbook(&[("2024", &SHORT)]), "今年.xlsx", &[]);
    assert!(plan.is_writable() && plan.new_places.is_empty(), "{}", say(&plan));
    desk.write(plan);
    let mut rows = lines(&desk.state, "R07", &["amount"]);
    rows.retain(|line| line.contains("2024"));
    assert_eq!(rows, BOTH);
}

/// Nobody knows them: what they are is asked before anything is read.
#[test]
fn columns_that_may_be_villages_are_asked_about() {
    let book = workbook(&[("2024", &SHORT)]);
    let (_, plan) = planned(&book, "a.xlsx", &[]);
    assert_eq!(asked(&plan), ["across:2024!A1"], "{}", say(&plan));
    assert!(say(&plan).contains("列“清凉、五四”是村名吗？"), "{}", say(&plan));
    let (_, plan) = planned(&book, "a.xlsx", &["across:2024!A1=leave"]);
    assert!(!plan.is_writable() && asked(&plan).is_empty() && plan.drafts.is_empty(), "{}", say(&plan));
    let (mut desk, plan) = planned(&book, "a.xlsx", &["across:2024!A1=places"]);
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    let rows: Vec<String> = BOTH.iter().map(|row| row.replacen("村", "", 1)).collect();
    assert_eq!(lines(&desk.state, "R07", &["amount"]), rows);
}

#[test]
fn figures_under_each_other_with_name_and_unit() {
    let rows = industry(&[
        &["2024年产业情况表"],
        &["村名", "品种", "指标", "单位", "数量"],
        &["清凉村", "不知火", "面积", "亩", "10"],
        &["清凉村", "不知火", "产量", "公斤", "1000"],
        &["五四村", "不知火", "面积", "亩", "20"],
        &["五四村", "不知火", "产量", "公斤", "2000"],
    ]);
    assert_eq!(rows, ["五四村 2024 不知火 20 2", "清凉村 2024 不知火 10 1"]);
    // Names only where they change, and units that are not always the same.
    let rows = industry(&[
        &["2024年产业情况表"],
        &["村名", "品种", "指标名称", "计量单位", "数值"],
        &["清凉村", "不知火", "面积", "亩", "10"],
        &["", "", "产量", "公斤", "1000"],
        &["", "血橙", "面积", "公顷", "1"],
        &["五四村", "不知火", "面积", "亩", "20"],
        &["", "", "产量", "吨", "2"],
    ]);
    assert_eq!(rows, ["五四村 2024 不知火 20 2", "清凉村 2024 不知火 10 1", "清凉村 2024 血橙 15 -"]);
    // Where every figure says its unit, none is assumed.
    let several: Grid<'_> = &[
        &["2024年产业情况表"],
        &["村名", "品种", "指标", "单位", "数量"],
        &["清凉村", "不知火", "面积", "亩", "10"],
        &["清凉村", "不知火", "产值", "元", "7"],
        &["五四村", "不知火", "面积", "公顷", "2"],
        &["五四村", "不知火", "产值", "万元", "3"],
    ];
    let (desk, said) = imported(&workbook(&[("2024", several)]), "表.xlsx");
    assert_eq!(
        lines(&desk.state, "R06", &["area", "output_value"]),
        ["五四村 2024 不知火 30 30000", "清凉村 2024 不知火 10 7"]
    );
    assert!(!said.contains("unit_assumed"), "{said}");
    let rows = income(&[
        &["2024年收支情况"],
        &["村名", "指标", "单位", "数量"],
        &["清凉村", "经营收入", "元", "1"],
        &["清凉村", "管理费用", "元", "3"],
        &["五四村", "经营收入", "元", "2"],
        &["五四村", "管理费用", "元", "4"],
    ]);
    assert_eq!(rows, BOTH);
}

#[test]
fn a_figure_that_stands_twice_is_refused_with_its_cell() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年收支情况"][..],
            &["村名", "指标", "单位", "数量"],
            &["清凉村", "经营收入", "元", "1"],
            &["清凉村", "管理费用", "元", "3"],
            &["清凉村", "经营收入", "元", "9"],
        ],
    )]);
    let (_, plan) = planned(&book, "a.xlsx", &[]);
    assert!(!plan.is_writable() && say(&plan).contains("2024!A5 contradicting_rows"), "{}", say(&plan));
}

#[test]
fn what_is_wrong_in_a_turned_table_is_said_at_its_own_cell() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年村级集体经济收支情况表（单位：元）"][..],
            &["科目", "清凉村", "五四村", "合计"],
            &["经营收入", "1", "二十几", "3"],
            &["管理费用", "3", "4", "8"],
        ],
    )]);
    let (_, plan) = planned(&book, "a.xlsx", &[]);
    assert!(say(&plan).contains("Error 2024!C3 "), "{}", say(&plan));
    assert!(say(&plan).contains("Warning 2024!D4 total_differs"), "{}", say(&plan));
    let good = workbook(&[(
        "2024",
        &[
            &["2024年村级集体经济收支情况表（单位：元）"][..],
            &["科目", "清凉村", "五四村"],
            &["经营收入", "1", "2"],
            &["管理费用", "3", "4"],
        ],
    )]);
    let (desk, _) = imported(&good, "a.xlsx");
    let sheet = desk.state.sheet("R07").unwrap();
    let cells: Vec<String> = sheet
        .of_kind("line")
        .map(|r| xingcun::ledger::origin_of(&desk.state, "R07", r.id(), "amount").unwrap().cell.to_string())
        .collect();
    assert_eq!(cells, ["B3", "B4", "C3", "C4"]);
    let (_, plan) = planned(
        &workbook(&[(
            "2024",
            &[
                &["2024年村级集体经济收支情况表"][..],
                &["科目", "清凉村", "五四村"],
                &["经营收入", "1", "2"],
                &["管理费用", "3", "4"],
            ],
        )]),
        "a.xlsx",
        &[],
    );
    assert_eq!(asked(&plan), ["unit:2024!A1"], "{}", say(&plan));
}

const MONTHS: [&str; 4] = [
    "五四村 2024-01 经营收入 4",
    "五四村 2024-03 经营收入 6",
    "清凉村 2024-01 经营收入 1",
    "清凉村 2024-02 经营收入 2",
];

#[test]
fn months_with_subtotals_of_quarters() {
    for quarter in ["一季度小计", "一季度", "第一季度", "小计", "1季度合计", "一季度累计"]
    {
        let header = ["村名", "1月", "2月", "3月", quarter, "合计"];
        let rows = income(&[
            &["2024年村级集体经济经营收入分月统计表（单位：元）"],
            &header,
            &["清凉村", "1", "2", "", "3", "3"],
            &["五四村", "4", "", "6", "10", "10"],
            &["合计", "5", "2", "6", "13", "13"],
        ]);
        assert_eq!(rows, MONTHS, "{quarter}");
    }
    let grouped = merged(
        &[(
            "2024",
            &[
                &["2024年收支情况表（单位：元）"][..],
                &["村名", "经营收入", "", "", "", "管理费用", "", "", ""],
                &["", "1月", "2月", "3月", "一季度", "1月", "2月", "3月", "一季度"],
                &["清凉村", "1", "2", "", "3", "5", "", "", "5"],
                &["五四村", "4", "", "6", "10", "", "", "7", "7"],
            ],
        )],
        &[(1, 0, 2, 0), (1, 1, 1, 4), (1, 5, 1, 8)],
    );
    let rows = read("R07", &grouped, &["amount"]);
    assert_eq!(rows.len(), 6, "{rows:?}");
    let rows = read(
        "R06",
        &workbook(&[(
            "2024",
            &[
                &["2024年不知火产量分月统计表（单位：吨）"][..],
                &["村名", "10月", "11月", "12月", "四季度小计", "全年合计"],
                &["清凉村", "1", "2", "3", "6", "6"],
                &["五四村", "4", "", "6", "10", "10"],
            ],
        )]),
        &["output"],
    );
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows.contains(&"清凉村 2024-11 不知火 2".to_owned()), "{rows:?}");
}

#[test]
fn months_across_and_subjects_down() {
    let rows = income(&[
        &["清凉村2024年收支情况表（单位：元）"],
        &["科目", "1月", "2月", "3月", "一季度小计", "合计"],
        &["经营收入", "1", "2", "3", "6", "6"],
        &["管理费用", "", "4", "", "4", "4"],
    ]);
    let want = [
        "清凉村 2024-01 经营收入 1",
        "清凉村 2024-02 管理费用 4",
        "清凉村 2024-02 经营收入 2",
        "清凉村 2024-03 经营收入 3",
    ];
    assert_eq!(rows, want);
    // And the other way about.
    let rows = income(&[
        &["清凉村2024年收支情况表（单位：元）"],
        &["月份", "经营收入", "管理费用"],
        &["1月", "1", ""],
        &["2月", "2", "4"],
        &["3月", "3", ""],
        &["一季度小计", "6", "4"],
    ]);
    assert_eq!(rows, want);
}

#[test]
fn a_quarter_that_is_no_sum_of_its_months_is_said() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年村级集体经济经营收入分月统计表（单位：元）"][..],
            &["村名", "1月", "2月", "3月", "一季度"],
            &["清凉村", "1", "2", "", "4"],
            &["五四村", "4", "", "6", "10"],
        ],
    )]);
    let (_, plan) = planned(&book, "a.xlsx", &[]);
    assert!(say(&plan).contains("2024!E3 row_sum_differs"), "{}", say(&plan));
    assert_eq!(plan.counts.inserted, 4, "{}", say(&plan));
}

#[test]
fn a_village_that_stands_once_over_several_rows() {
    let rows = income(&[
        &["2024年收支明细表（单位：元）"],
        &["村名", "日期", "科目", "金额", "备注"],
        &["清凉村", "2024年1月", "经营收入", "1", ""],
        &["", "2024年2月", "经营收入", "2", ""],
        &["", "", "管理费用", "3", ""],
        &["五四村", "2024年1月", "经营收入", "4", ""],
    ]);
    let want = [
        "五四村 2024-01 经营收入 4",
        "清凉村 2024-01 经营收入 1",
        "清凉村 2024-02 管理费用 3",
        "清凉村 2024-02 经营收入 2",
    ];
    assert_eq!(rows, want);
}

#[test]
fn headers_of_five_rows() {
    let book = merged(
        &[(
            "2024",
            &[
                &["2024年农作物播种面积和产量"][..],
                &["村名", "粮食作物", "", "", "", "油料作物", ""],
                &["", "谷物", "", "", "", "花生", ""],
                &["", "水稻", "", "玉米", "", "", ""],
                &["", "播种面积", "总产量", "播种面积", "总产量", "播种面积", "总产量"],
                &["", "亩", "吨", "亩", "吨", "亩", "吨"],
                &["甲", "1", "2", "3", "4", "5", "6"],
                &["清凉村", "10", "1", "20", "2", "30", "3"],
                &["五四村", "40", "4", "50", "5", "60", "6"],
            ],
        )],
        &[(1, 0, 5, 0), (1, 1, 1, 4), (1, 5, 1, 6), (2, 1, 2, 4), (2, 5, 3, 6), (3, 1, 3, 2), (3, 3, 3, 4)],
    );
    let want = [
        "五四村 2024 水稻 40 4",
        "五四村 2024 玉米 50 5",
        "五四村 2024 花生 60 6",
        "清凉村 2024 水稻 10 1",
        "清凉村 2024 玉米 20 2",
        "清凉村 2024 花生 30 3",
    ];
    assert_eq!(read("R06", &book, &["area", "output"]), want);
}

#[test]
fn products_over_a_row_of_prices() {
    let book = merged(
        &[(
            "2024",
            &[
                &["2024年农业产值计算表"][..],
                &["村名", "水稻", "", "玉米", ""],
                &["单价（元/公斤）", "2.6", "", "2.4", ""],
                &["", "产量（吨）", "产值（元）", "产量（吨）", "产值（元）"],
                &["清凉村", "1", "2600", "2", "4800"],
                &["五四村", "3", "7800", "4", "9600"],
            ],
        )],
        &[(1, 1, 1, 2), (1, 3, 1, 4), (2, 1, 2, 2), (2, 3, 2, 4)],
    );
    let want = [
        "五四村 2024 水稻 3 7800",
        "五四村 2024 玉米 4 9600",
        "清凉村 2024 水稻 1 2600",
        "清凉村 2024 玉米 2 4800",
    ];
    assert_eq!(read("R06", &book, &["output", "output_value"]), want);
    let (_, said) = imported(&book, "a.xlsx");
    assert!(said.contains("2024!A3 price_row"), "{said}");
}

#[test]
fn a_third_row_of_header_under_cells_that_are_merged_over_two() {
    let book = merged(
        &[(
            "2024",
            &[
                &["2024年收支情况表（单位：元）"][..],
                &["序号", "村名", "收入", "", "", "支出"],
                &["", "", "经营收入", "", "补助收入", "管理费用"],
                &["", "", "出租", "服务", "", ""],
                &["1", "清凉村", "1", "2", "3", "4"],
                &["2", "五四村", "5", "6", "7", "8"],
            ],
        )],
        &[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (2, 2, 2, 3)],
    );
    let rows = read("R07", &book, &["amount"]);
    assert_eq!(rows.len(), 8, "{rows:?}");
    assert!(rows.contains(&"清凉村 2024 经营收入·出租 1".to_owned()), "{rows:?}");
}

#[test]
fn the_form_of_one_village() {
    let rows = income(&[
        &["清凉村2024年收支情况表（单位：元）"],
        &["指标", "本年", "上年"],
        &["经营收入", "1", "2"],
        &["管理费用", "3", "4"],
    ]);
    let want = [
        "清凉村 2023 管理费用 4",
        "清凉村 2023 经营收入 2",
        "清凉村 2024 管理费用 3",
        "清凉村 2024 经营收入 1",
    ];
    assert_eq!(rows, want);
    // A year that a person says is the year of both columns.
    let open = workbook(&[(
        "表",
        &[
            &["清凉村收支情况表（单位：元）"][..],
            &["指标", "本年", "上年"],
            &["经营收入", "1", "2"],
            &["管理费用", "3", "4"],
        ],
    )]);
    let (_, plan) = planned(&open, "2022年.xlsx", &[]);
    assert_eq!(asked(&plan), ["period:表!A1"], "{}", say(&plan));
    let (mut desk, plan) = planned(&open, "2022年.xlsx", &["period:表!A1=2024"]);
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    assert_eq!(lines(&desk.state, "R07", &["amount"]), want);
}

#[test]
fn a_list_of_payments_has_the_months_of_its_days() {
    let rows = income(&[
        &["2024年收支明细表（单位：元）"],
        &["序号", "村名", "付款日期", "科目", "金额", "对方"],
        &["1", "清凉村", "2024-01-05", "管理费用", "1", "甲"],
        &["2", "", "2024-02-05", "管理费用", "2", "乙"],
        &["3", "五四村", "2024-01-05", "管理费用", "3", ""],
        &["4", "", "2024-01-07", "管理费用", "4", ""],
        &["合计", "", "", "", "10", ""],
    ]);
    let want = [
        "五四村 2024-01 管理费用 3",
        "五四村 2024-01 管理费用 4",
        "清凉村 2024-01 管理费用 1",
        "清凉村 2024-02 管理费用 2",
    ];
    assert_eq!(rows, want);
    // Nothing above it and nothing before a sum's next row: a village that is not there.
    for before in [&["", "1月", "管理费用", "1"][..], &["小计", "", "", "9"]] {
        let book = workbook(&[(
            "2024",
            &[
                &["2024年收支明细表（单位：元）"][..],
                &["村名", "月份", "科目", "金额"],
                before,
                &["", "2月", "管理费用", "9"],
                &["五四村", "1月", "管理费用", "3"],
            ],
        )]);
        let (_, plan) = planned(&book, "a.xlsx", &[]);
        assert!(!plan.is_writable() && say(&plan).contains("2024!A4 missing"), "{}", say(&plan));
    }
}

#[test]
fn crops_as_columns() {
    let want =
        ["五四村 2024 水稻 5 7", "五四村 2024 玉米 6 8", "清凉村 2024 水稻 1 3", "清凉村 2024 玉米 2 4"];
    // Two rows a village.
    let rows = industry(&[
        &["2024年产业情况表"],
        &["村名", "指标", "水稻", "玉米"],
        &["清凉村", "面积（亩）", "1", "2"],
        &["", "产量（吨）", "3", "4"],
        &["五四村", "面积（亩）", "5", "6"],
        &["", "产量（吨）", "7", "8"],
    ]);
    assert_eq!(rows, want);
    // Villages beside each other, each with its figures.
    let book = merged(
        &[(
            "2024",
            &[
                &["2024年产业情况表"][..],
                &["品种", "清凉村", "", "五四村", ""],
                &["", "面积（亩）", "产量（吨）", "面积（亩）", "产量（吨）"],
                &["水稻", "1", "3", "5", "7"],
                &["玉米", "2", "4", "6", "8"],
            ],
        )],
        &[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)],
    );
    assert_eq!(read("R06", &book, &["area", "output"]), want);
    // A statistical form, with product and figure in one name.
    let rows = industry(&[
        &["2024年农作物播种面积和产量"],
        &["指标名称", "计量单位", "代码", "全镇合计", "清凉村", "五四村"],
        &["甲", "乙", "丙", "1", "2", "3"],
        &["一、粮食作物"],
        &["水稻播种面积", "亩", "01", "6", "1", "5"],
        &["水稻产量", "吨", "02", "10", "3", "7"],
        &["玉米播种面积", "亩", "03", "8", "2", "6"],
        &["玉米产量", "吨", "04", "12", "4", "8"],
    ]);
    assert_eq!(rows, want);
    // The title says what is counted.
    let rows = industry(&[
        &["2024年各村主要农作物产量统计表（单位：吨）"],
        &["村名", "水稻", "玉米", "合计"],
        &["清凉村", "3", "4", "7"],
        &["五四村", "7", "8", "15"],
    ]);
    let want =
        ["五四村 2024 水稻 - 7", "五四村 2024 玉米 - 8", "清凉村 2024 水稻 - 3", "清凉村 2024 玉米 - 4"];
    assert_eq!(rows, want);
}

#[test]
fn a_class_over_its_crops_is_asked_about() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年农作物播种面积"][..],
            &["指标名称", "计量单位", "清凉村", "五四村"],
            &["一、粮食作物面积", "亩", "3", "11"],
            &["水稻面积", "亩", "1", "5"],
            &["玉米面积", "亩", "2", "6"],
        ],
    )]);
    let (_, plan) = planned(&book, "a.xlsx", &[]);
    assert_eq!(asked(&plan), ["row:2024!A3"], "{}", say(&plan));
    let (_, plan) = planned(&book, "a.xlsx", &["row:2024!A3=total"]);
    assert!(plan.is_writable() && plan.counts.inserted == 4, "{}", say(&plan));
    let (_, plan) = planned(&book, "a.xlsx", &["row:2024!A3=data"]);
    assert!(plan.is_writable() && plan.counts.inserted == 6, "{}", say(&plan));
}

#[test]
fn an_unknown_subject_is_one_error() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年收支明细表（单位：元）"][..],
            &["村名", "月份", "科目", "金额"],
            &["清凉村", "2月", "神秘支出", "2"],
            &["五四村", "1月", "管理费用", "3"],
        ],
    )]);
    let (_, plan) = planned(&book, "a.xlsx", &[]);
    let wrong: Vec<&str> =
        plan.findings.iter().filter(|f| f.severity == Severity::Error).map(|f| &*f.rule).collect();
    assert_eq!(wrong, ["not_an_option"], "{}", say(&plan));
}

#[test]
fn rows_that_give_no_record_are_said() {
    let none: Grid<'_> = &[
        &["2024年收支表（单位：元）"],
        &["村名", "经营收入", "管理费用"],
        &["清凉村", "—", ""],
        &["五四村", "", "—"],
    ];
    let some: Grid<'_> = &[&["2023年收支表（单位：元）"], &["村名", "经营收入"], &["清凉村", "1"]];
    for sheets in [&[("2024", none)][..], &[("2023", some), ("2024", none)]] {
        let (_, plan) = planned(&workbook(sheets), "a.xlsx", &[]);
        let said = say(&plan);
        assert!(said.contains("2024!A3 nothing_read 这张表有2行，一条记录也没有读出"), "{said}");
        assert_eq!(plan.is_writable(), sheets.len() == 2, "{said}");
    }
}

/// A row that waits for an answer has figures: the first import of a new ledger asks for all its villages.
#[test]
fn rows_that_wait_for_their_village_are_not_called_empty() {
    let bytes = workbook(&[(
        "2024",
        &[&["2024年收支表（单位：元）"][..], &["村名", "经营收入"], &["清凉村", "1"], &["五四村", "2"]],
    )]);
    let book = book::read(&bytes, "a.xlsx", &mut Quiet).unwrap();
    let plan = Desk::new().plan(&book, &Options::default());
    let rules: Vec<&str> = plan.findings.iter().map(|f| &*f.rule).collect();
    assert_eq!(rules, ["unknown_place", "unknown_place"], "{}", say(&plan));
}

/// What is measured stands in the title, and the columns are years, with or without their word.
#[test]
fn years_across_under_a_title_that_says_what() {
    for years in [["2023年", "2024年"], ["2023", "2024"], ["'2023", "'2024"]] {
        let book = workbook(&[(
            "Sheet1",
            &[
                &["各村经营收入情况表（单位：元）"][..],
                &["村名", years[0], years[1]],
                &["清凉村", "1", "2"],
                &["五四村", "3", "4"],
            ],
        )]);
        let rows = read("R07", &book, &["amount"]);
        assert_eq!(
            rows,
            [
                "五四村 2023 经营收入 3",
                "五四村 2024 经营收入 4",
                "清凉村 2023 经营收入 1",
                "清凉村 2024 经营收入 2"
            ],
            "{years:?}"
        );
    }
}
