//! What a list had when it was imported before, and has not any more.

use super::desk::{Desk, asked, lines, plan_in, say, workbook};

const TITLE: &[&str] = &["2024年产业情况表"];
const HEADER: &[&str] = &["村名", "品种", "面积（亩）", "产量（吨）"];

fn book(rows: &[&[&str]]) -> Vec<u8> {
    let all: Vec<&[&str]> = [TITLE, HEADER].into_iter().chain(rows.iter().copied()).collect();
    workbook(&[("2024", &all)])
}

const ALL: [&[&str]; 4] = [
    &["清凉村", "油茶", "1", "10"],
    &["五四村", "油茶", "2", "21"],
    &["双河村", "油茶", "5", "35"],
    &["新民村", "油茶", "4", "40"],
];

fn desk() -> Desk {
    let mut desk = Desk::new();
    let plan = plan_in(&desk, &book(&ALL), "一月.xlsx", &[]);
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    desk
}

#[test]
fn rows_that_a_list_has_no_more_are_asked_about() {
    let mut desk = desk();
    let less = book(&ALL[..3]);
    let plan = plan_in(&desk, &less, "二月.xlsx", &[]);
    assert_eq!(asked(&plan), ["gone:2024!A1"], "{}", say(&plan));
    let question = plan.findings.iter().find_map(|f| f.ask.as_ref()).unwrap();
    let named: Vec<(&str, &str)> = question.lines.iter().map(|m| (&*m.zh, &*m.en)).collect();
    assert_eq!(named, [("新民村 2024年 油茶", "新民村 2024 油茶")]);
    let plan = plan_in(&desk, &less, "二月.xlsx", &["gone:2024!A1=keep"]);
    assert!(plan.is_writable() && plan.counts.unchanged == 3 && plan.counts.removed == 0, "{}", say(&plan));
    let plan = plan_in(&desk, &less, "二月.xlsx", &["gone:2024!A1=removed"]);
    assert_eq!(
        (plan.is_writable(), plan.counts.removed, plan.counts.unchanged),
        (true, 1, 3),
        "{}",
        say(&plan)
    );
    desk.write(plan);
    let left = lines(&desk.state, "R06", &["area"]);
    assert_eq!(left, ["五四村 2024 油茶 2", "双河村 2024 油茶 5", "清凉村 2024 油茶 1"]);
    // What is gone is not missed again, and comes back as a new record.
    assert!(asked(&plan_in(&desk, &less, "三月.xlsx", &[])).is_empty());
    assert_eq!(plan_in(&desk, &book(&ALL), "三月.xlsx", &[]).counts.inserted, 1);
}

#[test]
fn the_smaller_part_of_a_list_is_another_part() {
    let desk = desk();
    let plan = plan_in(&desk, &book(&ALL[..1]), "更正.xlsx", &[]);
    assert!(plan.is_writable() && asked(&plan).is_empty(), "{}", say(&plan));
    assert!(say(&plan).contains("Info 2024! rows_kept 上次导入的名单里还有3条"), "{}", say(&plan));
    // Another list, another year and other villages are no part of it.
    let other = book(&[&["河口村", "油茶", "3", "30"]]);
    let plan = plan_in(&desk, &other, "另一.xlsx", &[]);
    assert!(plan.is_writable() && !say(&plan).contains("rows_kept"), "{}", say(&plan));
}

#[test]
fn a_row_that_cannot_be_read_is_not_missing() {
    let desk = desk();
    let wrong: [&[&str]; 4] = [ALL[0], ALL[1], ALL[2], &["新民村", "油茶", "很多", "40"]];
    let plan = plan_in(&desk, &book(&wrong), "二月.xlsx", &[]);
    assert!(!plan.is_writable() && asked(&plan).is_empty(), "{}", say(&plan));
}

#[test]
fn cells_that_are_blank_now_are_asked_about() {
    let mut desk = desk();
    let cleared: [&[&str]; 4] = [ALL[0], ALL[1], ALL[2], &["新民村", "油茶", "4", ""]];
    let book = book(&cleared);
    let plan = plan_in(&desk, &book, "二月.xlsx", &[]);
    assert_eq!(asked(&plan), ["cleared:2024!A1"], "{}", say(&plan));
    let question = plan.findings.iter().find_map(|f| f.ask.as_ref()).unwrap();
    let named: Vec<(&str, &str)> = question.lines.iter().map(|m| (&*m.zh, &*m.en)).collect();
    assert_eq!(named, [("新民村 2024年 油茶 产量 40", "新民村 2024 油茶 Output 40")]);
    let plan = plan_in(&desk, &book, "二月.xlsx", &["cleared:2024!A1=keep"]);
    assert!(plan.is_writable() && plan.counts.cleared == 0, "{}", say(&plan));
    let plan = plan_in(&desk, &book, "二月.xlsx", &["cleared:2024!A1=removed"]);
    assert_eq!((plan.is_writable(), plan.counts.cleared), (true, 1), "{}", say(&plan));
    desk.write(plan);
    assert!(lines(&desk.state, "R06", &["area", "output"]).contains(&"新民村 2024 油茶 4 -".to_owned()));
    assert!(asked(&plan_in(&desk, &book, "三月.xlsx", &[])).is_empty());
}

#[test]
fn what_somebody_typed_stays_where_a_list_says_nothing() {
    let mut desk = desk();
    let village = desk
        .state
        .sheet("R06")
        .unwrap()
        .of_kind("line")
        .find(|r| r.stamp_of("cost").is_some() && r.origin().is_some_and(|(_, o)| o.row == 6))
        .unwrap()
        .id();
    let mut draft = xingcun::ledger::Draft::new(xingcun::ledger::BatchKind::Edit);
    let value = xingcun::value::Value::Decimal(41.into());
    draft.set(&desk.state, "R06", village, "output", Some(value), None);
    let sealed = desk.author.write(&desk.state, draft, desk.now + 1).unwrap();
    assert!(desk.state.apply(&sealed.batch, sealed.digest));
    let cleared: [&[&str]; 4] = [ALL[0], ALL[1], ALL[2], &["新民村", "油茶", "4", ""]];
    let plan = plan_in(&desk, &book(&cleared), "二月.xlsx", &[]);
    assert!(plan.is_writable() && asked(&plan).is_empty(), "{}", say(&plan));
}
