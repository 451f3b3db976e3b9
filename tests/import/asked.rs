//! What a sheet does not say is asked, and what it says in another way than usual is read.

use xingcun::exchange::question::Topic;

use super::desk::{Grid, asked, lines, merged, plan_in, planned, say, workbook, written};

fn income(rows: Grid<'_>) -> Vec<String> {
    written(&workbook(&[("2024", rows)]), "收支.xlsx", &[], "R07", &["amount"])
}

const TEN_THOUSANDS: [&str; 2] = ["五四村 2024 经营收入 200000", "清凉村 2024 经营收入 125000"];

#[test]
fn units_of_money_however_they_are_stated() {
    const HEADER: &[&str] = &["村名", "经营收入"];
    const ROWS: [&[&str]; 2] = [&["清凉村", "12.5"], &["五四村", "20"]];
    let title: &[&str] = &["2024年村级集体经济收支情况表"];
    let before: &[&[&str]] = &[
        &["（万元）"],
        &["", "（万元）"],
        &["", "单位（万元）"],
        &["", "金额：万元"],
        &["人民币万元"],
        &["", "万元"],
        &["單位：萬元"],
        &["单 位 : 万 元"],
        &["单位：人民币万元"],
        &["计量单位：万元（保留两位小数）"],
        &["金额单位：万元", "填报日期：2025年1月3日"],
        &["填报单位：沙溪镇", "", "", "", "", "", "", "", "单位：万元"],
        &["单位：", "万元"],
        &["", "", "", "", "（单位：万元）"],
    ];
    for line in before {
        let rows: Vec<&[&str]> = [title, *line, HEADER].into_iter().chain(ROWS).collect();
        assert_eq!(income(&rows), TEN_THOUSANDS, "{line:?}");
    }
    for title in ["2024年收支情况表（万元）", "2024年收支情况表（单位：万元）", "2024年收支情况表 万元"]
    {
        let title = [title];
        let rows: Vec<&[&str]> = [&title[..], HEADER].into_iter().chain(ROWS).collect();
        assert_eq!(income(&rows), TEN_THOUSANDS, "{title:?}");
    }
    for heading in [
        "经营收入（万元）",
        "经营收入/万元",
        "经营收入：万元",
        "经营收入_万元",
        "经营收入万元",
        "经营收入（万）",
        "经营收入 （单位：万元）",
    ] {
        let header = ["村名", heading];
        let rows: Vec<&[&str]> = [title, &header[..]].into_iter().chain(ROWS).collect();
        assert_eq!(income(&rows), TEN_THOUSANDS, "{heading}");
    }
    for note in [
        "注：金额单位为万元",
        "说明：以上金额均以万元为单位",
        "备注：1.本表单位：万元；2.数据来自农经站",
        "注：表中金额以万元计。",
    ] {
        let note = [note];
        let rows: Vec<&[&str]> = [title, HEADER].into_iter().chain(ROWS).chain([&note[..]]).collect();
        assert_eq!(income(&rows), TEN_THOUSANDS, "{note:?}");
    }
    // Every figure says it itself.
    let own: Grid<'_> = &[title, HEADER, &["清凉村", "12.5万元"], &["五四村", "20万"]];
    let (_, plan) = planned(&workbook(&[("2024", own)]), "收支.xlsx", &[]);
    assert!(plan.is_writable(), "{}", say(&plan));
}

#[test]
fn money_whose_unit_nobody_states_is_asked() {
    let bare: Grid<'_> = &[&["2024年收支表"], &["村名", "经营收入"], &["清凉村", "12.5"], &["五四村", "20"]];
    let book = workbook(&[("2024", bare)]);
    let (mut desk, plan) = planned(&book, "收支.xlsx", &[]);
    assert_eq!(asked(&plan), ["unit:2024!A1"], "{}", say(&plan));
    let plan = plan_in(&desk, &book, "收支.xlsx", &["unit:2024!A1=万元"]);
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    assert_eq!(lines(&desk.state, "R07", &["amount"]), TEN_THOUSANDS);
    // What the ledger has is evidence, and shown.
    let next: Grid<'_> = &[&["2025年收支表"], &["村名", "经营收入"], &["清凉村", "13"], &["五四村", "21"]];
    let plan = plan_in(&desk, &workbook(&[("2025", next)]), "收支.xlsx", &[]);
    let question = plan.findings.iter().find_map(|f| f.ask.as_ref()).unwrap();
    assert_eq!(question.choices[0].answer, "万元", "{}", say(&plan));
    assert!(say(&plan).contains("像是万元"), "{}", say(&plan));
    // Nothing to be in any unit.
    let zero: Grid<'_> = &[&["2024年收支表"], &["村名", "经营收入"], &["清凉村", "0"], &["五四村", "—"]];
    assert!(asked(&planned(&workbook(&[("2024", zero)]), "收支.xlsx", &[]).1).is_empty());
    for line in [&["单位：元、万元"][..], &["本表由财政所填报"], &["单位：沙溪镇"]] {
        let rows: Vec<&[&str]> = [&bare[..1], &[line], &bare[1..]].concat();
        let (_, plan) = planned(&workbook(&[("2024", &rows)]), "收支.xlsx", &[]);
        assert_eq!(asked(&plan), ["unit:2024!A1"], "{line:?} {}", say(&plan));
    }
    // The names of sheet and file are hints.
    let (_, plan) = planned(&workbook(&[("2024（万元）", bare)]), "收支.xlsx", &[]);
    assert_eq!(plan.findings.iter().find_map(|f| f.ask.as_ref()).unwrap().choices[0].answer, "万元");
}

#[test]
fn a_unit_over_one_of_two_tables_side_by_side_is_asked_for_the_other() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年收入情况表", "", "", "2024年支出情况表"][..],
            &["", "", "", "", "单位：万元"],
            &["村名", "经营收入", "", "村名", "管理费用"],
            &["清凉村", "1", "", "清凉村", "3"],
            &["五四村", "2", "", "五四村", "4"],
        ],
    )]);
    let (desk, plan) = planned(&book, "收支.xlsx", &[]);
    assert_eq!(asked(&plan), ["unit:2024!A1"], "{}", say(&plan));
    let plan = plan_in(&desk, &book, "收支.xlsx", &["unit:=万元"]);
    assert!(plan.is_writable(), "{}", say(&plan));
}

#[test]
fn a_corner_that_names_the_unit_is_no_column_of_its_own() {
    for corner in ["万元", "单位：万元", "（万元）"] {
        let rows = [
            &["2024年村级集体经济收支情况表"][..],
            &[corner, "经营收入", "管理费用"],
            &["清凉村", "1", "2"],
            &["五四村", "3", "4"],
        ];
        let want = [
            "五四村 2024 管理费用 40000",
            "五四村 2024 经营收入 30000",
            "清凉村 2024 管理费用 20000",
            "清凉村 2024 经营收入 10000",
        ];
        assert_eq!(income(&rows), want, "{corner}");
    }
}

#[test]
fn totals_under_other_names_are_no_data() {
    for name in [
        "全镇",
        "总额",
        "TOTAL",
        "Total",
        "合计（2个村）",
        "合计2个村",
        "全镇合计",
        "沙溪镇",
        "沙溪镇合计",
        "总 计",
    ] {
        let rows = [
            &["沙溪镇2024年收支表（单位：元）"][..],
            &["村名", "经营收入", "管理费用"],
            &["清凉村", "11", "5"],
            &["五四村", "22", "6"],
            &[name, "33", "11"],
        ];
        assert_eq!(income(&rows).len(), 4, "{name}");
        let top = [rows[0], rows[1], rows[4], rows[2], rows[3]];
        assert_eq!(income(&top).len(), 4, "{name} at the top");
    }
    for name in [
        "平均每村",
        "每村平均",
        "村均",
        "上年同期",
        "去年同期",
        "比上年增减",
        "较上年增减（%）",
        "同比增长",
        "其中：贫困村",
        "增减额",
        "上年合计",
    ] {
        let rows = [
            &["沙溪镇2024年收支表（单位：元）"][..],
            &["村名", "经营收入", "管理费用"],
            &["清凉村", "11", "5"],
            &["五四村", "22", "6"],
            &["合计", "33", "11"],
            &[name, "16.5", "5.5"],
        ];
        assert_eq!(income(&rows).len(), 4, "{name}");
    }
}

#[test]
fn a_row_that_is_the_sum_of_others_is_suspect_whatever_it_is_called() {
    let table = |name: &'static str, a: &'static str, b: &'static str| {
        workbook(&[(
            "2024",
            &[
                &["沙溪镇2024年收支表（单位：元）"][..],
                &["村名", "经营收入", "管理费用"],
                &["清凉村", "11", "5"],
                &["五四村", "22", "6"],
                &["油坊村", "40", "9"],
                &[name, a, b],
            ],
        )])
    };
    for (name, a, b) in [
        ("沙溪", "73", "20"),
        ("", "73", "20"),
        ("本所", "73", "20"),
        ("大院村", "73", "20"),
        ("某某", "24.33", "6.67"),
    ] {
        let (desk, plan) = planned(&table(name, a, b), "收支.xlsx", &[]);
        assert_eq!(asked(&plan), ["row:2024!A6"], "{name} {}", say(&plan));
        let plan = plan_in(&desk, &table(name, a, b), "收支.xlsx", &["row:2024!A6=total"]);
        assert!(plan.is_writable() && plan.counts.inserted == 6, "{name} {}", say(&plan));
    }
    let (_, plan) = planned(&table("大院村", "73", "20"), "收支.xlsx", &["row:2024!A6=data"]);
    assert!(plan.is_writable() && plan.counts.inserted == 8, "{}", say(&plan));
    let (_, plan) = planned(&table("大院村", "73", "21"), "收支.xlsx", &[]);
    assert!(plan.is_writable() && plan.counts.inserted == 8, "{}", say(&plan));
    // The township's own row that adds up to nothing else.
    let (_, plan) = planned(&table("沙溪镇", "7", "2"), "收支.xlsx", &[]);
    assert_eq!(asked(&plan), ["row:2024!A6"], "{}", say(&plan));
    assert!(plan.new_places.iter().all(|p| p.name != "沙溪镇" || p.kind == "乡镇"));
}

#[test]
fn townships_over_their_villages_are_subtotals() {
    let rows = [
        &["2024年收支表（单位：元）"][..],
        &["单位", "经营收入", "管理费用"],
        &["沙溪镇", "33", "11"],
        &["清凉村", "11", "5"],
        &["五四村", "22", "6"],
        &["柳河镇", "70", "11"],
        &["双河村", "40", "9"],
        &["新民村", "30", "2"],
        &["全县合计", "103", "22"],
    ];
    assert_eq!(income(&rows).len(), 8);
}

#[test]
fn weak_evidence_of_the_period_is_asked() {
    let grid = |over: &[&'static str]| -> Vec<Vec<&'static str>> {
        let mut rows: Vec<Vec<&str>> = over.iter().map(|l| vec![*l]).collect();
        rows.push(vec!["村名", "经营收入（元）"]);
        rows.push(vec!["清凉村", "11"]);
        rows
    };
    let book = |sheet: &str, over: &[&'static str]| {
        let rows = grid(over);
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        workbook(&[(sheet, &rows)])
    };
    let period = |book: &[u8], name: &str| {
        let rows = written(book, name, &[], "R07", &[]);
        rows[0].split(' ').nth(1).unwrap().to_owned()
    };
    // The longest line is no title, and numbers of documents are no years.
    let form = ["表号：农经2表", "批准文号：国统制〔2009〕87号 有效期至2026年1月31日", "2024年收支情况表"];
    assert_eq!(period(&book("Sheet1", &form), "a.xlsx"), "2024");
    assert_eq!(period(&book("Sheet1", &["村级集体经济收支情况统计表", "（2024年度）"]), "a.xlsx"), "2024");
    assert_eq!(
        period(&book("Sheet1", &["村级集体经济收支情况统计表", "所属期：2024年3月"]), "a.xlsx"),
        "2024-03"
    );
    assert_eq!(
        period(&book("Sheet1", &["收支情况表", "2024年一季度", "填报日期：2025年4月2日"]), "a.xlsx"),
        "2024-Q1"
    );
    assert_eq!(period(&book("3月", &["2024年收支情况表"]), "2023年.xlsx"), "2024-03");
    for (sheet, over, file, wanted) in [
        ("Sheet1", &["收支情况表", "填报日期：2025年1月5日"][..], "a.xlsx", "2025"),
        ("Sheet1", &["收支情况表"], "2024年收支.xlsx", "2024"),
        ("Sheet1", &["关于批准〔2009〕87号 有效期至2026年1月"], "2024年收支.xlsx", "2024"),
        ("3月", &["收支情况表"], "2024年收支.xlsx", "2024-03"),
        ("2023年", &["2024年收支情况表"], "a.xlsx", "2024"),
    ] {
        let bytes = book(sheet, over);
        let (desk, plan) = planned(&bytes, file, &[]);
        let key = format!("period:{sheet}!A1");
        assert_eq!(asked(&plan), std::slice::from_ref(&key), "{over:?} {file}: {}", say(&plan));
        let question = plan.findings.iter().find_map(|f| f.ask.as_ref()).unwrap();
        assert_eq!((question.topic, question.choices[0].answer.as_str()), (Topic::Period, wanted));
        let plan = plan_in(&desk, &bytes, file, &[&format!("{key}=2022")]);
        assert!(plan.is_writable(), "{}", say(&plan));
        let when = plan.drafts[0].fields.iter().find(|(k, _)| &**k == "period").unwrap();
        assert_eq!(when.1.as_period().unwrap().to_string(), "2022");
    }
}

#[test]
fn columns_of_last_year_beside_this_year() {
    for (last, now) in [
        ("经营收入（上年）", "经营收入（本年）"),
        ("上年经营收入", "本年经营收入"),
        ("经营收入（上年同期）", "经营收入"),
        ("经营收入（去年）", "经营收入（今年）"),
    ] {
        let rows = [
            &["2024年收支表（单位：元）"][..],
            &["村名", last, now],
            &["清凉村", "11", "22"],
            &["五四村", "3", "4"],
        ];
        let want = [
            "五四村 2023 经营收入 3",
            "五四村 2024 经营收入 4",
            "清凉村 2023 经营收入 11",
            "清凉村 2024 经营收入 22",
        ];
        assert_eq!(income(&rows), want, "{last}");
    }
    let grouped = merged(
        &[(
            "2024",
            &[
                &["2024年收支表（单位：元）"][..],
                &["村名", "经营收入", "", "管理费用", ""],
                &["", "上年同期", "本年", "上年同期", "本年"],
                &["清凉村", "11", "22", "5", "6"],
            ],
        )],
        &[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)],
    );
    let want = [
        "清凉村 2023 管理费用 5",
        "清凉村 2023 经营收入 11",
        "清凉村 2024 管理费用 6",
        "清凉村 2024 经营收入 22",
    ];
    assert_eq!(written(&grouped, "a.xlsx", &[], "R07", &["amount"]), want);
}

#[test]
fn plans_are_no_actual_figures() {
    let rows = |title: &'static str, heading: &'static str| {
        workbook(&[(
            "2024",
            &[&[title][..], &["村名", heading, "管理费用"], &["清凉村", "11", "2"], &["五四村", "3", "1"]],
        )])
    };
    for title in [
        "2024年集体经济收入目标任务表（单位：元）",
        "2024年收支预算表（单位：元）",
        "2024年收入计划表（单位：元）",
    ] {
        let (desk, plan) = planned(&rows(title, "经营收入"), "a.xlsx", &[]);
        assert_eq!(asked(&plan), ["nature:2024!A1"], "{title} {}", say(&plan));
        let plan = plan_in(&desk, &rows(title, "经营收入"), "a.xlsx", &["nature:2024!A1=actual"]);
        assert!(plan.is_writable() && plan.counts.inserted == 4);
        let plan = plan_in(&desk, &rows(title, "经营收入"), "a.xlsx", &["nature:2024!A1=leave"]);
        assert!(!plan.is_writable() && plan.drafts.is_empty(), "{}", say(&plan));
    }
    for heading in ["经营收入（预算）", "计划经营收入", "经营收入目标数", "预算数·经营收入"]
    {
        let (_, plan) = planned(&rows("2024年收支表（单位：元）", heading), "a.xlsx", &[]);
        assert_eq!(asked(&plan), ["column:2024!B2"], "{heading} {}", say(&plan));
    }
    let (_, plan) = planned(&rows("2024年收支表（单位：元）", "经营收入（同比增长）"), "a.xlsx", &[]);
    assert!(plan.is_writable() && plan.counts.inserted == 2, "{}", say(&plan));
    let (_, plan) = planned(&rows("2024年收入计划完成情况表（单位：元）", "经营收入"), "a.xlsx", &[]);
    assert!(plan.is_writable(), "{}", say(&plan));
    // Where the register keeps forecasts, they are kept apart.
    let industry = workbook(&[(
        "2024",
        &[&["2024年产业发展目标任务表"][..], &["村名", "品种", "面积（亩）"], &["清凉村", "油茶", "30"]],
    )]);
    assert_eq!(written(&industry, "a.xlsx", &[], "R06", &["area", "nature"]), ["清凉村 2024 油茶 30 预计"]);
}

#[test]
fn nothing_with_figures_is_left_behind_silently() {
    let extra = workbook(&[(
        "2024",
        &[
            &["2024年收支表（单位：元）"][..],
            &["村名", "经营收入", "神秘数"],
            &["清凉村", "11", "2"],
            &["五四村", "3", "1"],
        ],
    )]);
    let (desk, plan) = planned(&extra, "a.xlsx", &[]);
    assert_eq!(asked(&plan), ["column:2024!C2"], "{}", say(&plan));
    let plan = plan_in(&desk, &extra, "a.xlsx", &["column:2024!C2=leave"]);
    assert!(plan.is_writable() && plan.counts.inserted == 2, "{}", say(&plan));

    let known: Grid<'_> = &[&["2024年收支表（单位：元）"], &["村名", "经营收入"], &["清凉村", "11"]];
    let odd: Grid<'_> = &[&["设备名称", "台数"], &["水泵", "3"], &["电机", "4"]];
    let loose: Grid<'_> = &[&["3", "4", "5"], &["6", "7", "8"], &["9", "1", "2"]];
    let words: Grid<'_> = &[&["填表说明"], &["请如实填写"]];
    for (name, other, keys) in
        [("设备", odd, &["table:设备!A1"][..]), ("草稿", loose, &["table:草稿!A1"]), ("说明", words, &[])]
    {
        let book = workbook(&[("2024", known), (name, other)]);
        let (desk, plan) = planned(&book, "a.xlsx", &[]);
        assert_eq!(asked(&plan), keys, "{name} {}", say(&plan));
        let answers: Vec<String> = keys.iter().map(|k| format!("{k}=leave")).collect();
        let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
        let plan = plan_in(&desk, &book, "a.xlsx", &answers);
        assert!(plan.is_writable() && plan.counts.inserted == 1, "{name} {}", say(&plan));
    }
}

#[test]
fn income_and_expense_in_columns_of_their_own() {
    let book = workbook(&[(
        "2024",
        &[
            &["2024年收支明细表（单位：元）"][..],
            &["村名", "月份", "科目", "收入金额", "支出金额"],
            &["清凉村", "2024年3月", "经营收入", "11", ""],
            &["清凉村", "2024年3月", "管理费用", "", "7"],
        ],
    )]);
    let want = ["清凉村 2024-03 管理费用 7", "清凉村 2024-03 经营收入 11"];
    assert_eq!(written(&book, "a.xlsx", &[], "R07", &["amount"]), want);
}

#[test]
fn rows_that_number_the_columns_of_a_form() {
    for numbers in [
        ["甲", "1", "2"],
        ["甲", "'01", "'02"],
        ["栏次", "1", "2"],
        ["甲", "(1)", "(2)"],
        ["甲", "1", "2=1+3"],
    ] {
        let rows = [
            &["2024年收支表（单位：元）"][..],
            &["村名", "经营收入", "管理费用"],
            &numbers[..],
            &["清凉村", "11", "2"],
        ];
        assert_eq!(income(&rows), ["清凉村 2024 管理费用 2", "清凉村 2024 经营收入 11"], "{numbers:?}");
    }
}

#[test]
fn numbers_are_no_places_and_a_committee_is_its_village() {
    let rows = |a: &'static str, b: &'static str| {
        workbook(&[(
            "2024",
            &[&["2024年收支表（单位：元）"][..], &["村名", "经营收入"], &[a, "11"], &[b, "7"]],
        )])
    };
    for name in ["12", "'003", "3.5"] {
        let (_, plan) = planned(&rows("清凉村", name), "a.xlsx", &[]);
        assert!(!plan.is_writable() && plan.new_places.len() == 1, "{name} {}", say(&plan));
        assert!(say(&plan).contains("2024!A4 unknown_place"), "{name} {}", say(&plan));
    }
    for twin in ["清凉村村民委员会", "清凉村民委员会", "清凉村委会", "清凉村股份经济合作社", "清凉 村"]
    {
        let (_, plan) = planned(&rows("清凉村", twin), "a.xlsx", &[]);
        assert_eq!(plan.new_places.len(), 1, "{twin} {:?}", plan.new_places);
        let (_, plan) = planned(&rows(twin, "清凉村"), "a.xlsx", &[]);
        assert_eq!(plan.new_places.len(), 1, "{twin} {:?}", plan.new_places);
    }
}

/// Who signs, the highest and the lowest, and the words of a page that goes on are no villages.
#[test]
fn rows_that_are_no_places() {
    let rows = income(&[
        &["2024年村级集体经济收支情况表"],
        &["", "单位：元"],
        &["村名", "经营收入"],
        &["清凉村", "1"],
        &["（续表）"],
        &["村名", "经营收入"],
        &["五四村", "2"],
        &["最高", "2"],
        &["最低值", "1"],
        &["填表人：张三", "13800000000"],
        &["联系电话：", "13800000000"],
    ]);
    assert_eq!(rows, ["五四村 2024 经营收入 2", "清凉村 2024 经营收入 1"]);
}

/// One of them would be lost without a word.
#[test]
fn two_columns_of_one_figure_are_asked_about() {
    let plain: Grid<'_> = &[
        &["2024年村级集体经济收支情况表（单位：元）"],
        &["村名", "经营收入", "经营收入", "管理费用"],
        &["清凉村", "1", "7", "3"],
    ];
    // 1万 and 2000元 are one amount in two columns.
    let parted: Grid<'_> = &[
        &["2024年村级集体经济收支情况表"],
        &["村名", "经营收入", "", "管理费用（元）"],
        &["", "万元", "元", ""],
        &["清凉村", "1", "2000", "3"],
    ];
    let above: &[(u32, u16, u32, u16)] = &[(1, 0, 2, 0), (1, 1, 1, 2)];
    for (book, cell) in [(workbook(&[("2024", plain)]), "C2"), (merged(&[("2024", parted)], above), "C3")] {
        let (_, plan) = planned(&book, "收支.xlsx", &[]);
        assert_eq!(asked(&plan), [format!("column:2024!{cell}")], "{}", say(&plan));
        assert!(say(&plan).contains("列C“经营收入”和列B是同一项"), "{}", say(&plan));
        let (_, plan) = planned(&book, "收支.xlsx", &[&format!("column:2024!{cell}=leave")]);
        assert!(plan.is_writable() && plan.counts.inserted == 2, "{}", say(&plan));
    }
    // Two rows of one name, where villages stand across.
    let across: Grid<'_> = &[
        &["2024年村级集体经济收支情况表（单位：元）"],
        &["科目", "清凉村", "五四村"],
        &["经营收入", "1", "2"],
        &["管理费用", "3", "4"],
        &["经营收入", "5", "6"],
    ];
    let (_, plan) = planned(&workbook(&[("2024", across)]), "收支.xlsx", &[]);
    assert_eq!(asked(&plan).len(), 1, "{}", say(&plan));
    assert!(say(&plan).contains("行5“经营收入”和行3是同一项"), "{}", say(&plan));
}
