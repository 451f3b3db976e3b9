//! Rows that hold lines of their record beside it: a contract with what is due and what came in.

use xingcun::exchange::{Options, Plan, Quiet, book};
use xingcun::ledger::State;
use xingcun::register::{Fields, Severity};
use xingcun::value::Value;

use super::desk::{Desk, Grid, asked, creating, plan_in, planned, say, workbook};

const HEADS: [&str; 6] = ["村名", "合同编号", "承包方", "标的", "起始日期", "终止日期"];
const FIRST: [&str; 6] = ["清凉村", "HT-1", "张三", "果园", "2021-01-01", "2030-12-31"];
const SECOND: [&str; 6] = ["五四村", "HT-2", "李四", "鱼塘", "2020-01-01", "2027-01-15"];

fn sheet(title: &str, heads: &[&str], rows: &[(&[&str; 6], &[&str])]) -> Vec<u8> {
    let mut lines: Vec<Vec<&str>> = vec![vec![title], HEADS.iter().chain(heads).copied().collect()];
    lines.extend(rows.iter().map(|(own, more)| own.iter().chain(*more).copied().collect()));
    let lines: Vec<&[&str]> = lines.iter().map(Vec::as_slice).collect();
    workbook(&[("合同", &lines)])
}

/// Every due: its contract's number, its day, what was due and what came in, in 元.
fn dues(state: &State) -> Vec<String> {
    let Some(rows) = state.sheet("R09") else { return Vec::new() };
    let money = |v: Option<&Value>| {
        v.and_then(Value::as_money).map_or("-".to_owned(), |m| m.yuan().normalize().to_string())
    };
    let mut out: Vec<String> = rows
        .of_kind("due")
        .map(|r| {
            let above = r.value("parent").and_then(Value::as_ref_id).and_then(|id| rows.get(id)).unwrap();
            let day = r.value("due").and_then(Value::as_date).unwrap();
            let no = above.value("contract_no").and_then(Value::as_str).unwrap();
            format!("{no} {day} {} {}", money(r.value("amount")), money(r.value("received")))
        })
        .collect();
    out.sort();
    out
}

fn contracts(state: &State) -> usize {
    state.sheet("R09").map_or(0, |s| s.of_kind("contract").count())
}

/// Reads, writes, and finds nothing new the second time.
fn read(bytes: &[u8]) -> (Vec<String>, String) {
    let (mut desk, plan) = planned(bytes, "合同.xlsx", &[]);
    let said = say(&plan);
    assert!(plan.is_writable(), "{said}");
    assert_eq!((&*plan.tables[0].kind, &*plan.tables[1].kind), ("contract", "due"), "{said}");
    desk.write(plan);
    let again = plan_in(&desk, bytes, "合同.xlsx", &[]);
    assert_eq!((again.counts.inserted, again.counts.updated), (0, 0), "{}", say(&again));
    assert_eq!(contracts(&desk.state), 2);
    (dues(&desk.state), said)
}

#[test]
fn what_is_due_and_what_came_in_of_it_become_a_due_of_the_contract() {
    let heads = ["应收日期", "应收金额（元）", "已收金额（元）", "收款日期"];
    let (rows, _) = read(&sheet(
        "合同台账",
        &heads,
        &[
            (&FIRST, &["2026-03-01", "3000", "1000", "2026-03-05"]),
            (&SECOND, &["2026-05-01", "4000", "", ""]),
        ],
    ));
    assert_eq!(rows, ["HT-1 2026-03-01 3000 1000", "HT-2 2026-05-01 4000 -"]);
}

#[test]
fn short_headings_and_the_year_of_the_title_give_the_day() {
    let (rows, said) = read(&sheet(
        "2025年清化收合同台账（单位：万元）",
        &["应收", "已收"],
        &[(&FIRST, &["0.3", "0.1"]), (&SECOND, &["0.4", "0.4"])],
    ));
    assert_eq!(rows, ["HT-1 2025-12-31 3000 1000", "HT-2 2025-12-31 4000 4000"]);
    assert!(said.contains("day_of_period") && said.contains("2025-12-31"), "{said}");
    assert!(!said.contains("unmapped_column") && !said.contains("doubtful_column"), "{said}");
}

#[test]
fn a_year_in_each_heading_makes_a_due_of_each_year() {
    let heads = ["2024年应收（元）", "2024年已收（元）", "2025年应收（元）", "2025年已收（元）"];
    let (rows, _) = read(&sheet(
        "合同台账",
        &heads,
        &[(&FIRST, &["3000", "3000", "3000", "1000"]), (&SECOND, &["", "", "4000", ""])],
    ));
    assert_eq!(
        rows,
        ["HT-1 2024-12-31 3000 3000", "HT-1 2025-12-31 3000 1000", "HT-2 2025-12-31 4000 -"],
        "a row without one of them has none"
    );
}

#[test]
fn columns_that_come_again_make_another_due() {
    let heads =
        ["应收日期", "应收金额（元）", "已收金额（元）", "应收日期", "应收金额（元）", "已收金额（元）"];
    let (rows, _) = read(&sheet(
        "合同台账",
        &heads,
        &[
            (&FIRST, &["2025-03-01", "3000", "3000", "2026-03-01", "3500", "500"]),
            (&SECOND, &["2025-05-01", "4000", "", "", "", ""]),
        ],
    ));
    assert_eq!(rows, ["HT-1 2025-03-01 3000 3000", "HT-1 2026-03-01 3500 500", "HT-2 2025-05-01 4000 -"]);
}

#[test]
fn a_contract_in_several_rows_has_a_due_of_each() {
    let heads = ["应收日期", "应收金额（元）", "已收金额（元）"];
    let again = ["清凉村", "HT-1", "张三", "果园", "2021-01-01", ""];
    let (rows, _) = read(&sheet(
        "合同台账",
        &heads,
        &[
            (&FIRST, &["2025-03-01", "3000", "3000"]),
            (&again, &["2026-03-01", "3000", ""]),
            (&SECOND, &["2025-05-01", "4000", ""]),
        ],
    ));
    assert_eq!(rows, ["HT-1 2025-03-01 3000 3000", "HT-1 2026-03-01 3000 -", "HT-2 2025-05-01 4000 -"]);
}

#[test]
fn without_any_day_the_period_is_asked() {
    let bytes = sheet(
        "合同台账",
        &["应收（元）", "已收（元）"],
        &[(&FIRST, &["3000", "1000"]), (&SECOND, &["1", ""])],
    );
    let (mut desk, plan) = planned(&bytes, "合同.xlsx", &[]);
    assert!(!plan.is_writable() && say(&plan).contains("table_lacks"), "{}", say(&plan));
    assert!(say(&plan).contains("应收日期"), "{}", say(&plan));
    let plan = plan_in(&desk, &bytes, "合同.xlsx", &["period:合同!A1=2026-06"]);
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    assert_eq!(dues(&desk.state), ["HT-1 2026-06-30 3000 1000", "HT-2 2026-06-30 1 -"]);
}

#[test]
fn what_came_in_of_nobody_knows_what_is_asked_and_never_taken_for_something_else() {
    // 已收金额 is a letter from 清收金额, which is what the clean-up brought.
    let bytes = sheet("合同台账", &["已收金额（元）"], &[(&FIRST, &["1000"]), (&SECOND, &["2000"])]);
    let (desk, plan) = planned(&bytes, "合同.xlsx", &[]);
    assert!(!plan.is_writable(), "{}", say(&plan));
    assert_eq!(asked(&plan).len(), 1, "{}", say(&plan));
    assert_eq!(contracts(&desk.state), 0);
    // Two dues lack what was received: whose it is nobody guesses.
    let heads = ["应收日期", "应收金额（元）", "应收日期", "应收金额（元）", "已收金额（元）"];
    let bytes = sheet("合同台账", &heads, &[(&FIRST, &["2025-03-01", "1", "2026-03-01", "2", "3"])]);
    let (_, plan) = planned(&bytes, "合同.xlsx", &[]);
    assert_eq!(asked(&plan).len(), 1, "{}", say(&plan));
}

#[test]
fn a_due_that_cannot_be_read_keeps_its_row_back_and_a_bad_contract_its_dues() {
    let heads = ["应收日期", "应收金额（元）", "已收金额（元）"];
    let mut bad = FIRST;
    bad[5] = "2019-01-01";
    let bytes = sheet(
        "合同台账",
        &heads,
        &[(&bad, &["2026-03-01", "3000", "1000"]), (&SECOND, &["2026-05-01", "", "500"])],
    );
    let mut desk = Desk::new();
    let open = book::read(&bytes, "合同.xlsx", &mut Quiet).unwrap();
    let plan = desk.plan(&open, &creating());
    assert!(!plan.is_writable());
    let errors = |plan: &Plan| -> Vec<String> {
        let errors = plan.findings.iter().filter(|f| f.severity == Severity::Error);
        errors.map(|f| format!("{} {}", f.rule, f.cell)).collect()
    };
    assert_eq!(errors(&plan), ["missing H4", "start_before_end F3"], "{}", say(&plan));
    let plan = desk.plan(&open, &Options { skip_bad_rows: true, ..creating() });
    assert_eq!((plan.counts.inserted, plan.counts.skipped), (1, 3), "{}", say(&plan));
    desk.write(plan);
    assert_eq!((contracts(&desk.state), dues(&desk.state).len()), (1, 0));
}

#[test]
fn a_list_of_dues_is_still_one() {
    let mut desk = Desk::new();
    let heads = ["应收日期", "应收金额（元）", "已收金额（元）"];
    let first = sheet(
        "合同台账",
        &heads,
        &[(&FIRST, &["2026-03-01", "3000", ""]), (&SECOND, &["2026-05-01", "4000", ""])],
    );
    let plan = plan_in(&desk, &first, "合同.xlsx", &[]);
    desk.write(plan);
    let rows: Grid<'_> = &[
        &["村名", "合同编号", "承包方", "应收日期", "应收金额（元）", "已收金额（元）"],
        &["清凉村", "HT-1", "张三", "2026-03-01", "3000", "2500"],
        &["五四村", "HT-2", "李四", "2026-05-01", "4000", ""],
    ];
    let plan = plan_in(&desk, &workbook(&[("应收", rows)]), "应收.xlsx", &[]);
    assert!(plan.is_writable() && plan.tables.len() == 1 && &*plan.tables[0].kind == "due", "{}", say(&plan));
    assert_eq!((plan.counts.updated, plan.counts.inserted), (1, 0), "{}", say(&plan));
    desk.write(plan);
    assert_eq!(dues(&desk.state), ["HT-1 2026-03-01 3000 2500", "HT-2 2026-05-01 4000 -"]);
}
