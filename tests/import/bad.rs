//! Files and cells that are refused: each with its own error or finding, and nothing to be written.

use std::ops::ControlFlow;

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use xingcun::exchange::{
    BookError, Decision, Lexicon, Options, Phase, PlaceAnswer, Plan, Progress, Quiet, Report, book,
    mapping::suggest, tables,
};
use xingcun::register::Severity;

use super::desk::{Desk, Grid, creating, lines, say, workbook};
use super::{CONTRACTS, INCOME, INDUSTRY, sample};

fn refused(bytes: &[u8]) -> BookError {
    book::read(bytes, "表.xlsx", &mut Quiet).map(|b| b.sheets.len()).unwrap_err()
}

#[test]
fn an_empty_file() {
    assert_eq!(refused(b""), BookError::Empty);
    assert_eq!(refused(b" \r\n\t"), BookError::NoData);
    assert!(refused(b"").message().zh.contains("空"));
}

#[test]
fn a_cut_off_workbook() {
    let bytes = sample(INCOME);
    for part in [4, 30, 100, 1000, bytes.len() / 2, bytes.len() - 100, bytes.len() - 23, bytes.len() - 1] {
        let error = refused(&bytes[..part]);
        assert!(matches!(error, BookError::Damaged { .. }), "{part}: {error:?}");
    }
}

#[test]
fn a_workbook_with_a_flipped_byte_inside_a_sheet() {
    let mut bytes = sample(INCOME);
    let middle = bytes.len() / 3;
    for b in &mut bytes[middle..middle + 40] {
        *b ^= 0x5a;
    }
    assert!(matches!(refused(&bytes), BookError::Damaged { .. }));
}

#[test]
fn other_files_with_the_wrong_name() {
    let says = |bytes: &[u8]| refused(bytes).message().zh;
    assert!(says(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").contains("PNG"));
    assert!(says(b"\xff\xd8\xff\xe0\0\x10JFIF").contains("JPEG"));
    assert!(says(b"%PDF-1.7\n").contains("PDF"));
    assert!(says(&[0, 1, 2, 3, 4, 5]).contains("二进制"));
    assert!(says(b"<html><body>404</body></html>").contains("网页"));
    let zip = |name: &str| {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut out, b"x").unwrap();
        out.finish().unwrap().into_inner()
    };
    assert!(says(&zip("word/document.xml")).contains("Word"));
    assert!(says(&zip("照片/1.jpg")).contains("压缩包"));
}

/// A compound file with one directory entry.
fn compound(entry: &str) -> Vec<u8> {
    let mut bytes = vec![0u8; 1536];
    bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    for (n, unit) in entry.encode_utf16().enumerate() {
        bytes[1024 + 2 * n..1026 + 2 * n].copy_from_slice(&unit.to_le_bytes());
    }
    bytes
}

#[test]
fn a_protected_workbook() {
    assert_eq!(refused(&compound("EncryptedPackage")), BookError::Protected);
    assert!(matches!(refused(&compound("WordDocument")), BookError::NotAWorkbook { .. }));
    assert!(matches!(refused(&compound("Workbook")), BookError::Damaged { .. }));
}

fn formats_only(side: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("底稿").unwrap();
    let format = Format::new().set_bold();
    for r in 0..side {
        for c in 0..side as u16 {
            sheet.write_blank(r, c, &format).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn formats_without_content() {
    let bytes = formats_only(1000);
    let begun = std::time::Instant::now();
    let error = refused(&bytes);
    assert_eq!(error, BookError::FormatOnly { sheet: "底稿".to_owned(), cells: 1_000_000 });
    assert!(error.message().zh.contains("表“底稿”只有格式没有内容"));
    assert!(begun.elapsed().as_secs() < 10);
}

#[test]
#[ignore = "writes a workbook of 25 million cells"]
fn formats_without_content_at_full_size() {
    let bytes = formats_only(5000);
    let begun = std::time::Instant::now();
    assert!(matches!(refused(&bytes), BookError::FormatOnly { cells: 25_000_000, .. }));
    println!("{:?}", begun.elapsed());
}

struct Stop(u32);

impl Progress for Stop {
    fn step(&mut self, _: u64, _: u64, _: Phase) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn a_person_breaks_off() {
    let error = book::read(&sample(INDUSTRY), "a.xlsx", &mut Stop(1)).map(|_| ()).unwrap_err();
    assert_eq!(error, BookError::Cancelled);
}

fn plan_of(rows: Grid<'_>) -> Plan {
    plan_in(&Desk::new(), rows, &creating())
}

fn plan_in(desk: &Desk, rows: Grid<'_>, options: &Options) -> Plan {
    let book = book::read(&workbook(&[("2024", rows)]), "a.xlsx", &mut Quiet).unwrap();
    desk.plan(&book, options)
}

/// The one error of the plan: its cell and rule.
fn error(plan: &Plan) -> (String, String) {
    assert!(!plan.is_writable(), "{}", say(plan));
    let mut errors = plan.findings.iter().filter(|f| f.severity == Severity::Error);
    let one = errors.next().unwrap_or_else(|| panic!("{}", say(plan)));
    assert!(errors.next().is_none(), "{}", say(plan));
    assert_eq!(&*one.sheet, "2024");
    (one.cell.clone(), one.rule.to_string())
}

#[test]
fn every_row_is_held_against_the_rules_and_once_is_enough() {
    let rows: Grid<'_> = &[
        &["2024年产业生产统计表"],
        &["村名", "品种", "面积（亩）", "产量（吨）", "销量（吨）"],
        &["清凉村", "不知火", "10", "5", "6"],
        &["五四村", "不知火", "10", "5", "5"],
        &["龙台村", "不知火", "10", "5", "7"],
        &["千丘村", "不知火", "10", "5", "8"],
    ];
    let warned = |plan: &Plan| -> Vec<String> {
        let sold = plan.findings.iter().filter(|f| &*f.rule == "sold_within_output");
        sold.map(|f| f.cell.clone()).collect()
    };
    let mut desk = Desk::new();
    let plan = plan_in(&desk, rows, &creating());
    assert_eq!(warned(&plan), ["E3", "E5", "E6"], "{}", say(&plan));
    desk.write(plan);
    let again = plan_in(&desk, rows, &creating());
    assert!(warned(&again).is_empty(), "what stays as it is was judged when it was written");
}

#[test]
fn cells_that_are_no_figures() {
    for (cell, rule) in [
        ("暂无数据", "not_a_number"),
        ("12345678901234567890123", "precision_lost"),
        ("'12345678901234567890", "out_of_range"),
        ("'#REF!", "formula_error"),
        ("30吨", "wrong_unit"),
        ("-5", "amount_sign"),
    ] {
        let plan = plan_of(&[
            &["2024年收支表（单位：元）"],
            &["村名", "经营收入", "管理费用"],
            &["清凉村", "5", "6"],
            &["五四村", cell, "6"],
        ]);
        assert_eq!(error(&plan), ("B4".to_owned(), rule.to_owned()), "{cell}");
        let mut desk = Desk::new();
        assert!(plan.into_draft(&desk.state, &mut || unreachable!()).is_err());
        // The person leaves the row out: the other one is written.
        let plan = plan_in(
            &desk,
            &[
                &["2024年收支表（单位：元）"],
                &["村名", "经营收入", "管理费用"],
                &["清凉村", "5", "6"],
                &["五四村", cell, "6"],
            ],
            &Options { skip_bad_rows: true, ..creating() },
        );
        assert!(plan.is_writable(), "{}", say(&plan));
        desk.write(plan);
        assert_eq!(
            lines(&desk.state, "R07", &["amount"]),
            ["清凉村 2024 管理费用 6", "清凉村 2024 经营收入 5"]
        );
    }
}

#[test]
fn formulas_without_a_value() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("2024").unwrap();
    for (r, row) in [["村名", "经营收入（元）", "管理费用（元）"], ["清凉村", "", ""]].iter().enumerate()
    {
        for (c, text) in row.iter().enumerate() {
            sheet.write(r as u32, c as u16, *text).unwrap();
        }
    }
    sheet.write_formula(1, 1, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(1, 2, 5).unwrap();
    let book = book::read(&book.save_to_buffer().unwrap(), "a.xlsx", &mut Quiet).unwrap();
    let plan = Desk::new().plan(&book, &creating());
    assert_eq!(error(&plan), ("B2".to_owned(), "formula_error".to_owned()));
}

#[test]
fn a_month_that_may_be_october() {
    let plan = plan_of(&[
        &["村名", "月份", "科目", "金额（元）"],
        &["清凉村", "2024.1", "经营收入", "5"],
        &["清凉村", "2024.11", "经营收入", "5"],
    ]);
    assert!(say(&plan).contains("B2 ambiguous_month"), "{}", say(&plan));
    assert!(!plan.is_writable());
}

#[test]
fn a_village_that_fits_two_and_one_that_fits_none() {
    let mut desk = Desk::new();
    let towns = plan_in(
        &desk,
        &[
            &["乡镇", "村名", "品种", "面积（亩）"],
            &["城关镇", "双河村", "油茶", "5"],
            &["沙溪镇", "双河村", "油茶", "6"],
        ],
        &creating(),
    );
    desk.write(towns);
    let rows: Grid<'_> = &[&["村名", "品种", "面积（亩）"], &["双河村", "血橙", "5"]];
    let plan = plan_in(&desk, rows, &creating());
    assert_eq!(error(&plan), ("A2".to_owned(), "ambiguous_place".to_owned()));
    assert_eq!(plan.places[0].candidates.len(), 2);
    // Decided as data.
    let row = plan.places[0].candidates[1].row;
    let answer = PlaceAnswer::Use { row };
    let decision = Decision::Place { name: "双河村".to_owned(), town: None, answer };
    let decided = plan_in(&desk, rows, &Options { decisions: vec![decision], ..Options::default() });
    assert!(decided.is_writable() && decided.counts.inserted == 1, "{}", say(&decided));
    let unknown =
        plan_in(&desk, &[&["村名", "品种", "面积（亩）"], &["双和村", "血橙", "5"]], &Options::default());
    assert_eq!(error(&unknown), ("A2".to_owned(), "unknown_place".to_owned()));
    assert!(!unknown.places[0].candidates.is_empty());
}

#[test]
fn one_record_twice_in_a_file() {
    let plan = plan_of(&[
        &["村名", "品种", "面积（亩）"],
        &["清凉村", "油茶", "5"],
        &["清凉村", "油茶", "6"],
        &["五四村", "油茶", "6"],
        &["五四村", "油茶", "6"],
    ]);
    assert!(say(&plan).contains("A3 contradicting_rows") && say(&plan).contains("A5 repeated_row"));
    assert!(!plan.is_writable());
}

#[test]
fn worded_quantities_are_kept_and_said() {
    let plan = plan_of(&[
        &["2024年产业统计表"],
        &["村名", "品种", "面积（万亩）", "产量（吨）", "农户数"],
        &["清凉村", "油茶", "约0.2", "6", "30余户"],
        &["五四村", "油茶", "1", "60至80", "12"],
    ]);
    let said = say(&plan);
    assert!(plan.is_writable() && said.contains("“约0.2”按 0.2万亩 记，区间 0.19–0.21"), "{said}");
    assert!(said.contains("“60至80”按 60吨 记，区间 60–80"), "{said}");
}

#[test]
fn worded_amounts_of_money_wait_for_a_decision_with_their_place() {
    let rows: &[&[&str]] = &[
        &["2024年收支表（单位：万元）"],
        &["村名", "经营收入", "管理费用"],
        &["清凉村", "约12", "6"],
        &["五四村", "3", "60万至80万"],
        &["油坊村", "2", "1"],
    ];
    let plan = plan_of(rows);
    let said = say(&plan);
    assert!(!plan.is_writable(), "{said}");
    assert!(said.contains("B3 inexact_amount “金额”要一个确数，这里是“约12”"), "{said}");
    assert!(said.contains("C4 inexact_amount “金额”要一个确数，这里是“60万至80万”"), "{said}");
}

#[test]
fn without_a_period_the_table_asks() {
    let book = workbook(&[
        ("Sheet1", &[&["村名", "经营收入（元）", "管理费用（元）"][..], &["清凉村", "1", "6"]]),
        ("2024年", &[&["村名", "经营收入（元）", "管理费用（元）"][..], &["清凉村", "2", "7"]]),
    ]);
    let book = book::read(&book, "收支.xlsx", &mut Quiet).unwrap();
    let plan = Desk::new().plan(&book, &creating());
    assert!(!plan.is_writable() && say(&plan).contains("table_lacks"), "{}", say(&plan));
    let ledger = Desk::new();
    let words = Lexicon::of(&ledger.state);
    let found = || tables(&book, &words.headings, &mut Report::default());
    let lacking =
        |plan: &Plan| found().iter().map(|t| plan.lacks_period(&ledger.state, t)).collect::<Vec<_>>();
    assert_eq!(lacking(&plan), [true, false]);

    // Without it the table stays out as a whole and says so; what has a period is written.
    let plan = Desk::new().plan(&book, &Options { skip_bad_rows: true, ..creating() });
    assert!(plan.is_writable() && say(&plan).contains("它的1行不写入"), "{}", say(&plan));
    assert_eq!((plan.counts.inserted, plan.counts.skipped), (2, 1));

    // A person says it.
    let mut mapping = suggest(&book.sheets[0], &found()[0], None, &words).unwrap();
    mapping.period = "2023".parse().ok();
    let said = Options { mappings: [(0, mapping)].into(), ..creating() };
    let plan = Desk::new().plan(&book, &said);
    assert!(plan.is_writable(), "{}", say(&plan));
    assert_eq!((plan.counts.inserted, plan.counts.skipped), (4, 0));
    assert_eq!(lacking(&plan), [false, false]);
}

thread_local! {
    static PANICS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A panic ends the worker in the browser, so there must be none.
#[test]
fn a_cut_xls_is_damaged_and_panics_nowhere() {
    let whole = sample(CONTRACTS);
    assert!(book::read(&whole, "合同.xls", &mut Quiet).is_ok());
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.set(PANICS.get() + 1);
        before(info);
    }));
    let lengths = (1..100).map(|n| whole.len() * n / 100).chain((1..20).map(|n| whole.len() - n * 512));
    for length in lengths.filter(|n| *n > 512) {
        let error = book::read(&whole[..length], "合同.xls", &mut Quiet).map(|b| b.sheets.len());
        assert!(matches!(error, Err(BookError::Damaged { .. })), "{length}: {error:?}");
    }
    assert_eq!(PANICS.get(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        if let Ok(book) = book::read(&bytes, "a", &mut Quiet) {
            let _ = Desk::new().plan(&book, &creating());
        }
    }

    #[test]
    fn arbitrary_text_does_not_panic(text in "[村名经营收入合计小计,\t\n年0-9.%万元（）·：\"]{0,400}") {
        if let Ok(book) = book::read(text.as_bytes(), "a", &mut Quiet) {
            let _ = Desk::new().plan(&book, &creating());
        }
    }

    #[test]
    fn cut_and_changed_workbooks_do_not_panic(which in 0usize..3, cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = sample([INDUSTRY, INCOME, super::CONTRACTS][which]);
        let at = at.index(bytes.len());
        bytes[at] = with;
        let end = cut.index(bytes.len() * 2).min(bytes.len());
        if let Ok(book) = book::read(&bytes[..end], "a", &mut Quiet) {
            let _ = Desk::new().plan(&book, &creating());
        }
    }
}

/// A cell may hold a page: its message names the cell and quotes the beginning.
#[test]
fn a_refusal_quotes_no_more_of_a_cell_than_fits_into_a_sentence() {
    let page = "长".repeat(60_000);
    let text = format!("2024年血橙产业情况\n村名,面积（亩）\n甲村,{page}\n乙村,3\n");
    let book = book::read(text.as_bytes(), "表.csv", &mut Quiet).unwrap();
    let plan = Desk::new().plan(&book, &creating());
    let refusals: Vec<&str> =
        plan.findings.iter().map(|f| f.message.zh.as_str()).filter(|zh| zh.contains("长长")).collect();
    assert!(!refusals.is_empty(), "{}", say(&plan));
    assert!(refusals.iter().all(|zh| zh.chars().count() < 80 && zh.contains('…')), "{}", say(&plan));
}

/// Every row may head the rows that follow, and here no sum ever grows too large to be one: that may not be tried to the
/// end of the list for each of them.
#[test]
fn a_long_list_of_negative_figures_is_read() {
    let rows: String = (1..20_000).map(|n| format!("村{n},-{n}.5,-{}\n", n * 3)).collect();
    let text = format!("2024年集体经济收支\n单位：元\n村名,经营收入,管理费用\n{rows}");
    let book = book::read(text.as_bytes(), "表.csv", &mut Quiet).unwrap();
    let found =
        xingcun::exchange::tables(&book, &Lexicon::of(&Desk::new().state).headings, &mut Report::default());
    assert_eq!(found[0].data().count(), 19_999);
    assert!(found[0].suspects.is_empty());
}
