//! Workbooks as staff make them: what is found in them, and what becomes of it.

// Tests may stop at the first surprise, their helpers too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod another;
mod asked;
mod bad;
mod binary;
mod books;
mod cells;
mod contracts;
mod damage;
mod desk;
mod entities;
mod formats;
mod gone;
mod layouts;
mod lines;
mod marked;
mod rosters;
mod speed;
mod turned;

use desk::{Desk, creating, say};
use xingcun::exchange::{Lexicon, Options, Quiet, RowPart, Unlisted, book, inspect};
use xingcun::ledger::State;
use xingcun::register::catalog::closing;
use xingcun::register::{Fields, Severity};
use xingcun::value::Value;

#[path = "../golden/samples.rs"]
mod samples;
use samples::{CONTRACTS, INCOME, INDUSTRY, bytes as sample};

fn open(name: &str) -> book::Book {
    book::read(&sample(name), name, &mut Quiet).unwrap_or_else(|e| panic!("{name}: {}", e.message().zh))
}

#[test]
fn the_industry_return() {
    let mut desk = Desk::new();
    let book = open(INDUSTRY);
    let plan = desk.plan(&book, &creating());
    assert!(plan.is_writable(), "{}", say(&plan));
    // The file prints `—` where its own sums count 2 mu: that is a difference of the file, and is said.
    let odd: Vec<&str> = plan.checks.iter().filter(|c| !c.agrees).map(|c| c.cell.as_str()).collect();
    assert!(plan.checks.len() > 100 && odd == ["E28", "E33", "E28", "E33"], "{odd:?}");
    assert_eq!(plan.counts.inserted, 63, "{}", say(&plan));
    assert_eq!(plan.new_places.len(), 7);
    desk.write(plan);
    for (year, want) in [("2022", 7600), ("2023", 8200), ("2024", 8850)] {
        let sheet = desk.state.sheet("R06").unwrap();
        let area: rust_decimal::Decimal = sheet
            .of_kind("line")
            .filter(|r| r.value("product").and_then(Value::as_str) == Some("不知火"))
            .filter(|r| r.value("period").and_then(Value::as_period).unwrap().to_string() == year)
            .map(|r| r.value("area").unwrap().as_decimal().unwrap())
            .sum();
        assert_eq!(area, want.into(), "{year}");
    }
    let again = desk.plan(&book, &creating());
    assert_eq!((again.counts.unchanged, again.counts.inserted, again.counts.updated), (63, 0, 0));
}

#[test]
fn the_income_of_36_villages() {
    let mut desk = Desk::new();
    let book = open(INCOME);
    let plan = desk.plan(&book, &creating());
    assert!(plan.is_writable(), "{}", say(&plan));
    assert!(plan.checks.iter().all(|c| c.agrees));
    assert!(plan.tables.iter().all(|t| t.rows == 36 && t.compared == 36 && t.agreed == 36));
    assert!(plan.findings.iter().all(|f| f.severity != Severity::Error));
    desk.write(plan);
    let sheet = desk.state.sheet("R07").unwrap();
    let mut sums: std::collections::BTreeMap<(String, String), i64> = std::collections::BTreeMap::new();
    for r in sheet.of_kind("line") {
        let subject = r.value("subject").and_then(Value::as_str).unwrap();
        let class = subject.split('·').next().unwrap();
        let key = (
            r.value("period").and_then(Value::as_period).unwrap().to_string(),
            r.value("org").and_then(Value::as_ref_id).unwrap().to_string(),
        );
        let fen = r.value("amount").and_then(Value::as_money).unwrap().fen();
        *sums.entry(key).or_default() +=
            if matches!(class, "经营收入" | "投资收益") { fen } else { 0 };
    }
    for (year, want) in [("2021", 10), ("2022", 12), ("2023", 13), ("2024", 13), ("2025", 13)] {
        let of_year = sums.iter().filter(|((y, _), _)| y == year);
        assert_eq!(of_year.clone().count(), 36);
        assert_eq!(of_year.filter(|(_, fen)| **fen > 20_000_000).count(), want, "{year}");
    }
    let again = desk.plan(&book, &creating());
    assert_eq!((again.counts.inserted, again.counts.updated, again.new_places.len()), (0, 0, 0));
    assert!(again.counts.unchanged > 1000);
}

/// The words of a ledger in which nothing is recorded.
fn nothing_known() -> Lexicon {
    Lexicon::of(&State::new())
}

/// Rows of data are shortened: the golden file shows what was recognised, not the figures.
fn golden(name: &str) -> String {
    let mut seen = inspect(&open(name), None, &nothing_known());
    for table in &mut seen.tables {
        table.table.rows.retain(|r| r.kind != RowPart::Data || r.index < 8);
        table.totals.truncate(3);
    }
    seen.tables.truncate(2);
    serde_json::to_string_pretty(&seen).unwrap()
}

#[test]
fn what_is_found_in_the_samples() {
    insta::with_settings!({snapshot_path => "../golden/import", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("industry", golden(INDUSTRY));
        insta::assert_snapshot!("income", golden(INCOME));
        insta::assert_snapshot!("contracts-xls", golden(CONTRACTS));
    });
}

#[test]
fn origins_lead_back_to_the_cell() {
    let mut desk = Desk::new();
    let plan = desk.plan(&open(INCOME), &creating());
    let draft =
        plan.drafts.iter().find(|d| d.fields.iter().any(|(_, v)| v.as_str() == Some("投资收益"))).unwrap();
    assert_eq!(plan.cell_of(draft, "amount").unwrap(), "2021!E5");
    desk.write(plan);
    let sheet = desk.state.sheet("R07").unwrap();
    let record = sheet
        .of_kind("line")
        .find(|r| r.value("subject").and_then(Value::as_str) == Some("投资收益"))
        .unwrap();
    let place = xingcun::ledger::origin_of(&desk.state, "R07", record.id(), "amount").unwrap();
    assert_eq!((&*place.sheet, &*place.cell), ("2021", "E5"));
}

#[test]
fn a_corrected_file_updates_and_shows_both_values() {
    let mut desk = Desk::new();
    let make = |amount: &str| {
        desk::workbook(&[(
            "2024",
            &[
                &["2024年收支表"][..],
                &["单位：万元"],
                &["村名", "经营收入", "管理费用"],
                &["清凉村", amount, "3"],
            ],
        )])
    };
    let read = |bytes: &[u8]| book::read(bytes, "a.xlsx", &mut Quiet).unwrap();
    let plan = desk.plan(&read(&make("12")), &creating());
    desk.write(plan);
    let plan = desk.plan(&read(&make("12.5")), &Options::default());
    assert_eq!((plan.counts.updated, plan.counts.unchanged, plan.counts.inserted), (1, 1, 0));
    let xingcun::exchange::Fate::Update { changes, .. } = &plan.drafts[0].fate else { panic!() };
    assert_eq!(changes[0].before.as_ref().unwrap().as_decimal().unwrap().to_string(), "120000.00");
    assert_eq!(changes[0].after.as_decimal().unwrap().to_string(), "125000.00");
    desk.write(plan);
}

#[test]
fn rows_of_a_closed_period_are_refused_with_the_reason_before_anything_is_written() {
    let mut desk = Desk::new();
    let make = |amount: &str| {
        let bytes = desk::workbook(&[(
            "2024",
            &[
                &["2024年收支表"][..],
                &["单位：万元"],
                &["村名", "经营收入", "管理费用"],
                &["清凉村", amount, "3"],
                &["新民村", amount, "4"],
            ],
        )]);
        book::read(&bytes, "a.xlsx", &mut Quiet).unwrap()
    };
    let plan = desk.plan(&make("12"), &creating());
    desk.write(plan);
    let places = desk.state.sheet("R01").unwrap();
    let village = places.live().find(|r| r.value("name").and_then(Value::as_str) == Some("清凉村")).unwrap();
    let mut draft = xingcun::ledger::Draft::new(xingcun::ledger::BatchKind::Edit);
    let fields = vec![
        (closing::PERIOD.into(), Value::Period(xingcun::value::Period::year_of(2024))),
        (closing::PLACE.into(), Value::Ref(village.id())),
    ];
    draft.create(closing::KEY, closing::LOCK, desk.author.row_id(1), fields, None);
    let sealed = desk.author.write(&desk.state, draft, desk.now).unwrap();
    assert!(desk.state.apply(&sealed.batch, sealed.digest));
    let plan = desk.plan(&make("13"), &Options::default());
    assert!(!plan.is_writable());
    let said: Vec<_> = plan.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert_eq!(said.len(), 1, "{}", say(&plan));
    assert!(said[0].message.zh.contains("2024年已锁定") && said[0].cell.ends_with('4'), "{}", say(&plan));
    // The others can be written without it.
    let plan = desk.plan(&make("13"), &Options { skip_bad_rows: true, ..Options::default() });
    assert_eq!((plan.counts.updated, plan.counts.skipped), (1, 1));
    desk.write(plan);
}

/// Whoever is asked whether villages are new sees at the same time what is wrong with their rows.
#[test]
fn rows_of_unknown_villages_say_what_is_wrong_with_them() {
    let bytes = desk::workbook(&[(
        "2024",
        &[
            &["2024年集体经济收支表"][..],
            &["单位：万元"],
            &["村名", "经营收入", "管理费用"],
            &["清凉村", "12", "3"],
            &["新民村", "十几", "4"],
        ],
    )]);
    let book = book::read(&bytes, "a.xlsx", &mut Quiet).unwrap();
    let mut plan = Desk::new().plan(&book, &Options { unlisted: Unlisted::Propose, ..Options::default() });
    let names: Vec<&str> = plan.proposed.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["清凉村", "新民村"]);
    assert!(plan.findings.iter().any(|f| f.cell == "B5" && f.severity == Severity::Error), "{}", say(&plan));
    assert_eq!((plan.settled_counts().inserted, plan.decided_places().count()), (0, 0));
    plan.agree();
    assert_eq!(plan.decided_places().count(), 2);
    assert!(!plan.is_writable(), "the cell is still wrong");
}
