//! The command line, as its users meet it: the built program, real files, exit codes and what it prints.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use xingcun::exchange::ledger_file::{self, Blobs};
use xingcun::ledger::{Author, BatchKind, DeviceId, Draft, Seeded, State};
use xingcun::value::{Money, Period, RowId, Text, Value};

#[path = "cli/asked.rs"]
mod asked;
#[path = "cli/contracts.rs"]
mod contracts;
#[path = "cli/marked.rs"]
mod marked;
#[path = "cli/own.rs"]
mod own;
#[path = "cli/rosters.rs"]
mod rosters;

/// What a run left behind.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    /// The lines of standard output as JSON.
    fn lines(&self) -> Vec<Json> {
        self.out.lines().map(|l| serde_json::from_str(l).expect(l)).collect()
    }

    /// The lines of an article that are of this sort.
    fn only(&self, sort: &str) -> Vec<Json> {
        self.lines().into_iter().filter(|l| l["line"] == sort).collect()
    }

    /// Standard output as one JSON value.
    fn json(&self) -> Json {
        let lines = self.lines();
        assert_eq!(lines.len(), 1, "{}{}", self.out, self.err);
        lines.into_iter().next().unwrap()
    }

    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }
}

fn xingcun<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_xingcun"))
        .args(args)
        .env("XINGCUN_NOW", "2026-11-22T03:00:00Z")
        .env("XINGCUN_SEED", "7")
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A town, two villages, and their income of two years, written by a browser's device.
fn small_ledger(path: &Path) {
    let mut state = State::new();
    let mut log = Vec::new();
    let mut author = Author::new(
        DeviceId(0xa1),
        xingcun::ledger::Person::county("柳河镇审核员"),
        &state,
        Box::new(Seeded(1)),
    );
    let mut draft = Draft::new(BatchKind::Edit);
    let mut place = |name: &str, kind: &str, parent: Option<RowId>| {
        let id = author.row_id(0);
        let mut fields =
            vec![(Text::from("name"), Value::text(name)), (Text::from("kind"), Value::choice(kind))];
        fields.extend(parent.map(|p| (Text::from("parent"), Value::Ref(p))));
        draft.create("R01", "org", id, fields, None);
        id
    };
    let town = place("柳河镇", "乡镇", None);
    let villages = [place("清凉村", "村", Some(town)), place("五四村", "村", Some(town))];
    let sealed = author.write(&state, draft, 1_700_000_000_000).unwrap();
    state.apply(&sealed.batch, sealed.digest);
    log.push(sealed);
    let mut draft = Draft::new(BatchKind::Edit);
    for (n, village) in villages.into_iter().enumerate() {
        for year in [2023, 2024] {
            for (subject, fen) in [("经营收入", 10_000_000), ("补助收入", 33)] {
                let fields = vec![
                    (Text::from("org"), Value::Ref(village)),
                    (Text::from("period"), Value::Period(Period::year_of(year))),
                    (Text::from("subject"), Value::choice(subject)),
                    (Text::from("amount"), Value::Money(Money::from_fen(fen * (n as i64 + 1)))),
                ];
                draft.create("R07", "line", author.row_id(1), fields, None);
            }
        }
    }
    let sealed = author.write(&state, draft, 1_700_000_001_000).unwrap();
    log.push(sealed);
    fs::write(path, ledger_file::write(&log, &Blobs::new()).unwrap()).unwrap();
}

#[test]
fn help_comes_from_the_declaration() {
    let help = xingcun(["--help"]).expect(0);
    for command in
        ["inspect", "import", "query", "records", "indicators", "verify", "export", "figures", "article"]
    {
        assert!(help.out.contains(&format!("xingcun {command} ")), "{command}");
        let own = xingcun([command, "--help"]).expect(0);
        assert!(own.out.contains("用法：xingcun"), "{}", own.out);
    }
    assert!(help.out.contains("XINGCUN_NOW") && help.out.contains("XINGCUN_SEED"));
}

#[test]
fn wrong_command_lines_are_bad_input_and_say_what_would_be_right() {
    let cases: &[(&[&str], &str)] = &[
        (&["imprt"], "可用的命令"),
        (&["verify"], "缺 L.xcz"),
        (&["verify", "a", "b"], "多了“b”"),
        (&["records", "a"], "缺选项 --register"),
        (&["records", "a", "--register"], "后面缺"),
        (&["records", "a", "--register=R06", "--register=R07"], "只能给一次"),
        (&["records", "a", "--regster", "R06"], "可用：--register"),
        (&["verify", "没有这个.xcz"], "没有这个文件"),
    ];
    for (args, message) in cases {
        let run = xingcun(*args).expect(2);
        assert!(run.err.contains(message) && run.out.is_empty(), "{args:?}: {}", run.err);
    }
}

#[test]
fn records_and_queries_of_a_small_ledger() {
    let folder = folder("small");
    let ledger = folder.join("小.xcz");
    small_ledger(&ledger);
    let ledger = text(&ledger);
    let records = xingcun(["records", ledger, "--register", "R07", "--where", "period=2024"]).expect(0);
    // Money keeps its two decimals in the text itself.
    assert!(records.out.contains(r#""amount":100000.00"#), "{}", records.out);
    let shown: Vec<(String, String, bool)> = records
        .lines()
        .iter()
        .map(|r| {
            let word = |k: &str| r[k].as_str().unwrap().to_owned();
            (word("org"), word("subject"), r["is_operational"].as_bool().unwrap())
        })
        .collect();
    let row = |org: &str, subject: &str, yes| (org.to_owned(), subject.to_owned(), yes);
    assert_eq!(
        shown,
        [
            row("五四村", "经营收入", true),
            row("五四村", "补助收入", false),
            row("清凉村", "经营收入", true),
            row("清凉村", "补助收入", false)
        ]
    );
    let first = &records.lines()[0];
    assert_eq!((&first["town"], &first["state"]), (&Json::from("柳河镇"), &Json::from("录入")));
    assert_eq!((&first["lump_years"], &first["src"]), (&Json::Null, &Json::Null));

    let query = xingcun([
        "query",
        ledger,
        "--register",
        "R07",
        "--rows",
        "org",
        "--cols",
        "year",
        "--measure",
        "sum:amount",
        "--where",
        "is_operational=true",
        "--totals",
    ]);
    let query = query.expect(0);
    assert!(query.out.starts_with("org,2023,2024,合计\n"), "{}", query.out);
    assert!(query.out.contains("五四村,200000.00,200000.00,400000.00\n"), "{}", query.out);
    assert!(query.out.contains("清凉村,100000.00,100000.00,200000.00\n"), "{}", query.out);
    let plain = xingcun(["query", ledger, "--register", "R07", "--rows", "town", "--measure", "count"]);
    assert!(plain.expect(0).out.ends_with("柳河镇,8\n"));
    let wrong = xingcun(["query", ledger, "--register", "R07", "--rows", "村名"]).expect(2);
    assert!(wrong.err.contains("没有字段“村名”"), "{}", wrong.err);
    let wrong = xingcun(["records", ledger, "--register", "R07", "--where", "amount>=很多"]).expect(2);
    assert!(wrong.err.contains("不是数字"), "{}", wrong.err);
}

#[test]
fn verify_says_whole_or_where_it_is_not() {
    let folder = folder("verify");
    let ledger = folder.join("L.xcz");
    small_ledger(&ledger);
    let whole = xingcun(["verify", text(&ledger)]).expect(0).json();
    assert_eq!(
        (&whole["operations"], &whole["devices"], &whole["intact"]),
        (&11.into(), &1.into(), &true.into())
    );

    let bytes = fs::read(&ledger).unwrap();
    let bad = folder.join("bad.xcz");
    for at in (0..bytes.len()).step_by(37).chain([bytes.len() - 1]) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        fs::write(&bad, &flipped).unwrap();
        let run = xingcun(["verify", text(&bad)]).expect(2);
        assert!(run.err.contains("已损坏"), "byte {at}: {}", run.err);
        assert_eq!(run.json()["intact"], Json::from(false));
        assert!(xingcun(["records", text(&bad), "--register", "R07"]).expect(2).out.is_empty());
    }
    fs::write(&bad, &bytes[..bytes.len() / 2]).unwrap();
    assert!(xingcun(["verify", text(&bad)]).expect(2).err.contains("已损坏"));
}

/// The archive written again, with one entry changed.
fn repacked(ledger: &Path, entry: &str, from: &str, to: &str) -> Vec<u8> {
    use std::io::{Cursor, Read as _, Write as _};
    let bytes = fs::read(ledger).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..zip.len() {
        let mut part = zip.by_index(n).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        if name == entry {
            assert!(content.contains(from), "{content}");
            content = content.replace(from, to);
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(content.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn damaged_newer_and_foreign_files_are_told_apart() {
    let folder = folder("kinds");
    let (ledger, other) = (folder.join("L.xcz"), folder.join("other.xcz"));
    small_ledger(&ledger);
    fs::write(&other, repacked(&ledger, "log/0001.jsonl", "五四村", "五五村")).unwrap();
    let run = xingcun(["verify", text(&other)]).expect(2);
    assert!(run.err.contains("log/0001.jsonl 第3行（第"), "{}", run.err);
    let found = run.json();
    assert_eq!((&found["part"], &found["line"]), (&"log/0001.jsonl".into(), &3.into()));

    fs::write(&other, repacked(&ledger, "manifest.json", "\"format_version\": 1", "\"format_version\": 9"))
        .unwrap();
    let run = xingcun(["verify", text(&other)]).expect(2);
    assert!(run.err.contains("更新的版本（格式 9"), "{}", run.err);

    fs::write(&other, repacked(&ledger, "manifest.json", "xingcun-ledger", "some-zip")).unwrap();
    assert!(xingcun(["verify", text(&other)]).expect(2).err.contains("不是兴村的台账文件"));
    fs::write(&other, "村名,面积\n").unwrap();
    assert!(xingcun(["verify", text(&other)]).expect(2).err.contains("不是兴村的台账文件"));
}

#[test]
fn a_batch_that_has_yet_to_arrive_needs_a_person() {
    let folder = folder("gap");
    let ledger = folder.join("L.xcz");
    small_ledger(&ledger);
    let file = ledger_file::read(&fs::read(&ledger).unwrap()).unwrap();
    fs::write(&ledger, ledger_file::write(file.log.iter().skip(1), &file.blobs).unwrap()).unwrap();
    let run = xingcun(["verify", text(&ledger)]).expect(1);
    assert_eq!(run.json()["gaps"][0]["from"], Json::from(1));
}

#[path = "golden/samples.rs"]
mod samples;
use samples::{INCOME, INDUSTRY};

/// A sample under its maker's name, beside the folder: some tests look at everything that is left in it.
fn sample(folder: &Path, name: &str) -> String {
    let beside = folder.with_extension("samples");
    fs::create_dir_all(&beside).unwrap();
    let path = beside.join(name);
    fs::write(&path, samples::bytes(name)).unwrap();
    text(&path).to_owned()
}

/// Four printed sums of the industry sample are not what its rows add up to: it is written, and somebody must look.
fn code_of(name: &str) -> i32 {
    i32::from(name == INDUSTRY)
}

/// Imports a sample into a new ledger; villages are created.
fn imported(folder: &Path, name: &str) -> PathBuf {
    let ledger = folder.join("L.xcz");
    let run = xingcun(["import", &sample(folder, name), "--into", text(&ledger), "--create-places"]);
    run.expect(code_of(name));
    ledger
}

fn counts(outcome: &Json) -> [i64; 4] {
    ["inserted", "updated", "unchanged", "skipped"].map(|k| outcome[k].as_i64().unwrap())
}

#[test]
fn the_industry_sample_comes_in_once_and_adds_up() {
    let folder = folder("industry");
    let ledger = folder.join("L.xcz");
    let first =
        xingcun(["import", &sample(&folder, INDUSTRY), "--into", text(&ledger), "--create-places"]).expect(1);
    assert_eq!(counts(&first.json()), [63, 0, 0, 0]);
    let query = [
        "query",
        text(&ledger),
        "--register",
        "R06",
        "--rows",
        "product",
        "--cols",
        "year",
        "--measure",
        "sum:area",
        "--where",
        "product=不知火",
    ];
    let query = xingcun(query).expect(0);
    assert_eq!(query.out, "product,2022,2023,2024\n不知火,7600,8200,8850\n");

    let before = fs::read(&ledger).unwrap();
    let again = xingcun(["import", &sample(&folder, INDUSTRY), "--into", text(&ledger)]).expect(1).json();
    assert_eq!((counts(&again), &again["written"]), ([0, 0, 63, 0], &Json::from(false)));
    assert_eq!(fs::read(&ledger).unwrap(), before);

    let records = xingcun([
        "records",
        text(&ledger),
        "--register",
        "R06",
        "--where",
        "period=2024",
        "--where",
        "org=清凉",
    ]);
    let records = records.expect(0).lines();
    assert_eq!(records.len(), 3);
    let cell = |r: &Json| r["src"]["cells"]["area"].as_str().unwrap().to_owned();
    assert!(records.iter().all(|r| r["org"] == "清凉村" && cell(r).starts_with('D')), "{records:?}");
    assert_eq!(
        (&records[0]["src"]["sheet"], &records[0]["src"]["file"]),
        (&"2024年".into(), &INDUSTRY.into())
    );
}

/// Amounts of income and expense by village and year.
fn by_village(ledger: &Path, more: &[&str]) -> String {
    let mut args = vec!["query", text(ledger), "--register", "R07", "--rows", "org", "--cols", "year"];
    args.extend(["--measure", "sum:amount"]);
    args.extend(more);
    xingcun(args).expect(0).out
}

#[test]
fn the_income_sample_gives_the_counts_of_the_article() {
    let folder = folder("income");
    let ledger = imported(&folder, INCOME);
    let csv = by_village(&ledger, &["--where", "is_operational=true"]);
    let rows: Vec<Vec<&str>> = csv.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[0].as_slice()), (37, &["org", "2021", "2022", "2023", "2024", "2025"][..]));
    let above =
        |year: usize| rows.iter().skip(1).filter(|r| r[year].parse::<f64>().unwrap() > 200_000.0).count();
    assert_eq!([1, 2, 3, 4, 5].map(above), [10, 12, 13, 13, 13]);
    assert!(rows.iter().skip(1).all(|r| r[1].split_once('.').unwrap().1.len() == 2));

    // The same from the records themselves.
    let lines =
        xingcun(["records", text(&ledger), "--register", "R07", "--where", "period=2024"]).expect(0).lines();
    let mut sums = std::collections::BTreeMap::<String, f64>::new();
    for line in lines.iter().filter(|l| l["is_operational"] == true) {
        *sums.entry(line["org"].to_string()).or_default() += line["amount"].as_f64().unwrap();
    }
    assert_eq!((sums.len(), sums.values().filter(|s| **s > 200_000.0).count()), (36, 13));

    let indicators = xingcun(["indicators", text(&ledger), "--period", "2024"]).expect(0).json();
    let part = |code: &str, name: &str| {
        let parts = indicators[code]["parts"].as_array().unwrap();
        parts.iter().find(|p| p["name"] == name).unwrap()["value"].clone()
    };
    assert_eq!(indicators["I-16"]["villages"], Json::from(36));
    assert_eq!(part("I-20", "超20万元"), Json::from(13));
    let total: f64 = sums.values().sum();
    assert!((indicators["I-16"]["value"].as_f64().unwrap() - total).abs() < 0.005);
    let one = xingcun(["indicators", text(&ledger), "--period", "2024", "--org", "沙溪村"]).expect(0).json();
    assert_eq!(one["I-16"]["villages"], Json::from(1));
    let none = xingcun(["indicators", text(&ledger), "--period", "2024", "--org", "没有村"]).expect(2);
    assert!(none.err.contains("没有“没有村”"), "{}", none.err);
}

#[test]
fn a_dry_run_and_unknown_villages_write_nothing() {
    let folder = folder("dry");
    let ledger = folder.join("L.xcz");
    let dry = xingcun([
        "import",
        &sample(&folder, INDUSTRY),
        "--into",
        text(&ledger),
        "--create-places",
        "--dry-run",
    ]);
    let dry = dry.expect(1).json();
    assert_eq!((counts(&dry)[0], &dry["written"]), (63, &Json::from(false)));
    assert!(!ledger.exists());

    let refused = xingcun(["import", &sample(&folder, INDUSTRY), "--into", text(&ledger)]).expect(1);
    let outcome = refused.json();
    assert_eq!((counts(&outcome)[0], &outcome["written"]), (0, &Json::from(false)));
    let unknown: Vec<&Json> =
        outcome["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "unknown_place").collect();
    assert_eq!(unknown.len(), 7);
    assert!(unknown.iter().all(|f| f["severity"] == "error" && f["cell"].as_str().unwrap().starts_with('B')));
    assert!(refused.err.contains("五四村") && refused.err.contains("B9"), "{}", refused.err);
    assert!(!ledger.exists());
}

/// A workbook from rows of words and numbers.
fn workbook(path: &Path, rows: &[&[&str]]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("产量").unwrap();
    for (r, row) in (0u32..).zip(rows) {
        for (c, cell) in (0u16..).zip(*row) {
            match cell.parse::<f64>() {
                Ok(n) => sheet.write_number(r, c, n).unwrap(),
                Err(_) => sheet.write_string(r, c, *cell).unwrap(),
            };
        }
    }
    book.save(path).unwrap();
}

const HEAD: &[&str] = &["村名", "品种", "年度", "面积（亩）", "产值（元）"];

#[test]
fn what_cannot_be_read_is_named_by_sheet_and_cell_and_changes_nothing() {
    let folder = folder("bad");
    let ledger = imported(&folder, INDUSTRY);
    let before = fs::read(&ledger).unwrap();
    let book = folder.join("坏.xlsx");
    let cases: &[(&[&str], &str)] = &[
        (&["清凉村", "不知火", "2025", "很多", "1"], "D3"),
        (&["清凉村", "不知火", "2025", "#REF!", "1"], "D3"),
        (&["清凉村", "不知火", "2025", "5", "12吨"], "E3"),
        (&["清凉村", "不知火", "哪年", "5", "1"], "C3"),
    ];
    for (row, cell) in cases {
        workbook(&book, &[HEAD, &["五四村", "不知火", "2025", "7", "8"], row]);
        let run = xingcun(["import", text(&book), "--into", text(&ledger)]).expect(2);
        assert!(run.err.contains(&format!("坏.xlsx：产量!{cell}：")), "{}", run.err);
        let findings = run.json()["findings"].clone();
        let named = |f: &Json| f["sheet"] == "产量" && f["cell"] == *cell && f["severity"] == "error";
        assert!(findings.as_array().unwrap().iter().any(named), "{findings}");
        assert_eq!(fs::read(&ledger).unwrap(), before);
    }
    for bytes in [&b""[..], b"%PDF-1.7 ...", b"PK\x03\x04 torn"] {
        fs::write(&book, bytes).unwrap();
        let run = xingcun(["import", text(&book), "--into", text(&ledger)]).expect(2);
        assert!(run.err.contains("坏.xlsx："), "{}", run.err);
        assert_eq!(fs::read(&ledger).unwrap(), before);
        xingcun(["inspect", text(&book)]).expect(2);
    }
    // A damaged ledger takes nothing, and stays as it is for whoever repairs it.
    let torn = &before[..before.len() - 9];
    fs::write(&ledger, torn).unwrap();
    let run = xingcun(["import", &sample(&folder, INDUSTRY), "--into", text(&ledger)]).expect(2);
    assert!(run.err.contains("已损坏") && run.out.is_empty(), "{}", run.err);
    assert_eq!(fs::read(&ledger).unwrap(), torn);
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_corrected_workbook_updates_and_a_broken_rule_asks() {
    let folder = folder("update");
    let (ledger, book) = (folder.join("L.xcz"), folder.join("产量.xlsx"));
    workbook(
        &book,
        &[HEAD, &["清凉村", "不知火", "2025", "7", "800.5"], &["清凉村", "血橙", "2025", "约500", "9"]],
    );
    xingcun(["import", text(&book), "--into", text(&ledger), "--register", "R06", "--create-places"])
        .expect(0);
    workbook(
        &book,
        &[HEAD, &["清凉", "不知火", "2025", "8", "800.5"], &["清凉村", "血橙", "2025", "约500", "9"]],
    );
    let outcome = xingcun(["import", text(&book), "--into", text(&ledger)]).expect(0).json();
    assert_eq!(counts(&outcome), [0, 1, 1, 0]);
    let lines = xingcun(["records", text(&ledger), "--register", "R06"]).expect(0);
    assert!(
        lines.out.contains(r#""area":8,"#) && lines.out.contains(r#""output_value":800.50"#),
        "{}",
        lines.out
    );
    let orange = lines.lines().into_iter().find(|r| r["product"] == "血橙").unwrap();
    assert_eq!((&orange["area"], &orange["intervals"]["area"]["text"]), (&500.into(), &"约500".into()));

    let before = fs::read(&ledger).unwrap();
    let out = folder.join("导出.xlsx");
    xingcun(["export", text(&ledger), "--register", "R06", "--out", text(&out)]).expect(0);
    let again = xingcun(["import", text(&out), "--into", text(&ledger)]).expect(0).json();
    assert_eq!(counts(&again)[..2], [0, 0]);
    assert_eq!(fs::read(&ledger).unwrap(), before);

    workbook(&book, &[HEAD, &["清凉村", "不知火", "2025", "-8", "1"]]);
    let refused = xingcun(["import", text(&book), "--into", text(&ledger)]);
    assert!(refused.err.contains("面积不能为负"), "{}", refused.err);
    refused.expect(1);
    assert_eq!(fs::read(&ledger).unwrap(), before);
}

#[test]
fn many_workbooks_in_one_run_each_on_its_own() {
    let folder = folder("many");
    let ledger = folder.join("L.xcz");
    let bad = folder.join("坏.xlsx");
    fs::write(&bad, "不是工作簿").unwrap();
    let (industry, income) = (sample(&folder, INDUSTRY), sample(&folder, INCOME));
    let run = xingcun(["import", &industry, text(&bad), &income, "--into", text(&ledger), "--create-places"]);
    let run = run.expect(1);
    let written: Vec<Json> = run.lines().iter().map(|l| l["written"].clone()).collect();
    assert_eq!(written, [true, false, true].map(Json::from));
    assert!(run.err.contains("坏.xlsx"), "{}", run.err);
    let verify = xingcun(["verify", text(&ledger)]).expect(0).json();
    assert_eq!((&verify["batches"], &verify["devices"]), (&2.into(), &1.into()));
}

#[test]
fn two_copies_of_one_ledger_never_share_a_device() {
    let folder = folder("copies");
    let ledger = imported(&folder, INDUSTRY);
    let copy = folder.join("B.xcz");
    fs::copy(&ledger, &copy).unwrap();
    let book = folder.join("产量.xlsx");
    let mut heads = Vec::new();
    for (path, area) in [(&ledger, "7"), (&copy, "8")] {
        workbook(&book, &[HEAD, &["清凉村", "不知火", "2025", area, "1"]]);
        xingcun(["import", text(&book), "--into", text(path)]).expect(0);
        let file = ledger_file::read(&fs::read(path).unwrap()).unwrap();
        assert_eq!(file.manifest.devices.len(), 2);
        heads.extend(file.log.last().map(|s| s.batch.id));
    }
    assert_ne!(heads[0], heads[1]);
}

#[test]
fn equal_seeds_give_equal_files() {
    let folder = folder("same");
    let ledger = imported(&folder, INDUSTRY);
    let first = fs::read(&ledger).unwrap();
    fs::remove_file(&ledger).unwrap();
    imported(&folder, INDUSTRY);
    assert_eq!(fs::read(&ledger).unwrap(), first);
}

/// Everything that a record says, without its identity and history.
fn plain(ledger: &Path, register: &str, kind: &str) -> Vec<Json> {
    let mut lines =
        xingcun(["records", text(ledger), "--register", register, "--kind", kind]).expect(0).lines();
    for line in &mut lines {
        for key in ["id", "org_id", "parent_id", "src", "created_at", "updated_at"] {
            line.as_object_mut().unwrap().remove(key);
        }
    }
    lines
}

#[test]
fn what_is_exported_reads_back_as_it_was() {
    let folder = folder("export");
    let ledger = imported(&folder, INDUSTRY);
    xingcun(["import", &sample(&folder, INCOME), "--into", text(&ledger), "--create-places"]).expect(0);
    let before = fs::read(&ledger).unwrap();
    for (register, kinds) in [("R06", &["line", "product"][..]), ("R07", &["line"]), ("R01", &["org"])] {
        let book = folder.join(format!("{register}.xlsx"));
        let out = xingcun(["export", text(&ledger), "--register", register, "--out", text(&book)]).expect(0);
        assert_eq!(out.json()["files"][0], Json::from(text(&book)));
        let again = xingcun(["import", text(&book), "--into", text(&ledger)]).expect(0).json();
        assert_eq!(counts(&again)[..2], [0, 0], "{register}");
        assert_eq!(fs::read(&ledger).unwrap(), before);

        let fresh = folder.join(format!("{register}.xcz"));
        xingcun(["import", text(&book), "--into", text(&fresh), "--create-places"]).expect(0);
        for kind in kinds {
            let (now, then) = (plain(&fresh, register, kind), plain(&ledger, register, kind));
            assert_eq!(now.len(), then.len(), "{register} {kind}");
            for (now, then) in now.iter().zip(&then) {
                assert_eq!(now, then, "{register} {kind}");
            }
        }
    }
}

#[test]
fn inspect_shows_tables_without_writing() {
    let seen = xingcun(["inspect", &sample(&folder("inspect-industry"), INDUSTRY)]).expect(0).json();
    let tables = seen["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 3);
    assert_eq!((&tables[2]["sheet"], &tables[2]["range"]), (&"2024年".into(), &"A1:I34".into()));
    assert_eq!(
        (&tables[2]["period"]["period"], &tables[2]["unit"]),
        (&"2024".into(), &"亩、吨、万元".into())
    );
    assert_eq!(tables[2]["mapping"]["register"], Json::from("R06"));
}

/// An article as a county's site gives it: traditional characters, furniture, a body printed twice.
const ARTICLE: &str = "茶山變金山\n時間：2024-03-12 10:20\n柳河縣清水鎮(zhèn)建成茶園３２００餘畝，帶動農戶860戶，其中脫貧戶85戶。今年，預計產值超2.2億元，畝均增收800元。推行“1+2+13”模式。\n茶山變金山\n柳河縣清水鎮(zhèn)建成茶園３２００餘畝，帶動農戶860戶，其中脫貧戶85戶。今年，預計產值超2.2億元，畝均增收800元。推行“1+2+13”模式。\n";

#[test]
fn figures_of_an_article_one_a_line() {
    let folder = folder("figures");
    let path = folder.join("茶山.txt");
    fs::write(&path, ARTICLE).unwrap();
    let lines = xingcun(["figures", text(&path)]).expect(0).lines();
    let words: Vec<&str> = lines.iter().map(|l| l["figure"].as_str().unwrap()).collect();
    assert_eq!(words, ["３２００餘畝", "860戶", "85戶", "超2.2億元", "800元"]);
    let chars: Vec<char> = ARTICLE.chars().collect();
    for line in &lines {
        let (start, end) = (line["start"].as_u64().unwrap() as usize, line["end"].as_u64().unwrap() as usize);
        assert_eq!(chars[start..end].iter().collect::<String>(), line["figure"].as_str().unwrap());
        assert_eq!(line["places"].as_array().unwrap().len(), 1, "{line}");
    }
    assert_eq!((lines[0]["low"].as_f64(), lines[0]["high"].as_f64()), (Some(3200.0), Some(3300.0)));
    assert_eq!(
        (&lines[0]["unit"], &lines[0]["class"], &lines[0]["modifier"]),
        (&"亩".into(), &"area".into(), &"over".into())
    );
    assert_eq!((&lines[2]["kind"], &lines[2]["place"]), (&"part".into(), &"柳河县清水镇".into()));
    assert_eq!(
        (&lines[3]["forecast"], &lines[3]["high"], &lines[3]["period"]),
        (&true.into(), &Json::Null, &"2024".into())
    );
    assert_eq!(lines[4]["per"], "亩");
    let all = xingcun(["figures", "--all", text(&path)]).expect(0).lines();
    let structure = all.iter().find(|l| l["kind"] == "structure").unwrap();
    assert_eq!(structure["members"], serde_json::json!([1, 2, 13]));
}

#[test]
fn an_article_with_what_has_to_be_checked() {
    let folder = folder("article");
    let path = folder.join("a.txt");
    let body = "全镇黄精种植面积3200亩。排查矛盾纠纷327起，化解300起，化解率97.6%。";
    let (gb, _, _) = encoding_rs::GB18030.encode(body);
    fs::write(&path, &gb).unwrap();
    let read = xingcun(["article", text(&path), "--date", "2024-05-01"]).expect(1);
    assert_eq!(read.only("article")[0]["date"], "2024-05-01");
    assert_eq!(read.only("finding")[0]["rule"], "share_differs");
    let figure = &read.only("figure")[0];
    assert_eq!(figure["proposals"][0]["target"], "R06.line.area");
    assert!(figure.get("state").is_none(), "nothing to compare with: {figure}");
    fs::write(&path, "全镇黄精种植面积3200亩。").unwrap();
    xingcun(["article", text(&path)]).expect(0);
    fs::write(&path, b"%PDF-1.7").unwrap();
    let refused = xingcun(["article", text(&path)]).expect(2);
    assert!(refused.err.contains("docx") && refused.out.is_empty(), "{}", refused.err);
    let wrong = xingcun(["figures", text(&path), "--date", "昨天"]).expect(2);
    assert!(wrong.err.contains("不是日期"), "{}", wrong.err);
}

#[test]
fn an_article_against_a_ledger() {
    let folder = folder("article-ledger");
    let ledger = imported(&folder, INDUSTRY);
    let path = folder.join("a.txt");
    fs::write(
        &path,
        "2024年，清凉村种植不知火1179亩；五四村种植不知火1700亩。天星村种植不知火300亩。修路3公里。",
    )
    .unwrap();
    let before = fs::read(&ledger).unwrap();
    let read = xingcun(["article", text(&path), "--ledger", text(&ledger), "--period", "2024"]).expect(0);
    let figures = read.only("figure");
    let said = |n: usize| {
        ["figure", "state", "basis", "ledger_place"].map(|k| figures[n][k].as_str().unwrap_or("-"))
    };
    assert_eq!(said(0), ["1179亩", "agrees", "proposal", "清凉村"]);
    assert_eq!(said(1), ["1700亩", "differs", "proposal", "五四村"]);
    assert_eq!(said(3), ["3公里", "unknown", "-", "-"]);
    assert_eq!((&figures[3]["why"], &figures[0]["ledger_value"]), (&"not_linked".into(), &Json::from(1179)));
    assert!(
        figures[1]["by"].is_number() && figures[1]["scope"].as_str().unwrap().contains("五四村 · 不知火")
    );

    let nowhere = xingcun(["article", text(&path), "--ledger", text(&ledger), "--org", "没有村"]).expect(2);
    assert!(nowhere.err.contains("没有村"), "{}", nowhere.err);
    fs::write(&path, "清凉村种植不知火300亩。").unwrap();
    let undated = xingcun(["article", text(&path), "--ledger", text(&ledger)]).expect(0);
    assert_eq!(undated.only("figure")[0]["why"], "no_period");
    let dated = xingcun(["article", text(&path), "--ledger", text(&ledger), "--period", "2024年"]).expect(0);
    assert_eq!(dated.only("figure")[0]["state"], "differs");
    assert_eq!(fs::read(&ledger).unwrap(), before);
}

#[test]
fn a_part_is_sent_and_comes_back_without_taking_anything_away() {
    let folder = folder("send");
    let ledger = imported(&folder, INDUSTRY);
    let whole = plain(&ledger, "R06", "line").len();
    let part = folder.join("part.xcz");
    let sent = xingcun(["send", text(&ledger), "--scope", "清凉村", "--out", text(&part)]).expect(0).json();
    assert_eq!(sent["only"], "清凉村");
    let theirs = plain(&part, "R06", "line");
    assert!(!theirs.is_empty() && theirs.len() < whole, "{}", theirs.len());
    assert!(theirs.iter().all(|r| r["org"] == "清凉村"));
    xingcun(["set", text(&part), "--register", "R06", "--where", "product=不知火", "remark=村里填的"])
        .expect(0);
    let merged = folder.join("merged.xcz");
    let told = xingcun(["merge", text(&ledger), text(&part), "--out", text(&merged)]).expect(0).json();
    assert_eq!((&told["joined"], told["conflicts"].as_array().unwrap().len()), (&0.into(), 0));
    let rows = plain(&merged, "R06", "line");
    assert_eq!(rows.len(), whole);
    assert!(rows.iter().any(|r| r["remark"] == "村里填的" && r["org"] == "清凉村"));
    // A workbook of one place holds its rows only, and read back changes nothing.
    let book = folder.join("b.xlsx");
    let exported =
        xingcun(["export", text(&ledger), "--register", "R06", "--scope", "清凉村", "--out", text(&book)])
            .expect(0)
            .json();
    assert!(exported["records"].as_u64().unwrap() >= theirs.len() as u64);
    let nowhere = xingcun(["send", text(&ledger), "--scope", "没有村", "--out", text(&part)]).expect(2);
    assert!(nowhere.err.contains("没有村"), "{}", nowhere.err);
}

#[test]
fn what_a_sheet_does_not_say_is_answered_on_the_command_line() {
    let folder = folder("answers");
    let (ledger, book) = (folder.join("L.xcz"), folder.join("收支.xlsx"));
    workbook(&book, &[&["村名", "经营收入", "管理费用"], &["清凉村", "12.5", "3"]]);
    let import = |more: &[&str]| {
        let mut args = vec!["import", text(&book), "--into", text(&ledger), "--create-places"];
        args.extend(more);
        xingcun(args)
    };
    let refused = import(&["--period", "2024"]).expect(1);
    let outcome = refused.json();
    let asked: Vec<&Json> =
        outcome["findings"].as_array().unwrap().iter().map(|f| &f["ask"]).filter(|a| !a.is_null()).collect();
    assert_eq!(asked.len(), 1, "{outcome}");
    let key = asked[0]["key"].as_str().unwrap();
    assert!(key.starts_with("unit:") && asked[0]["choices"][0]["answer"] == "元", "{outcome}");
    assert!(refused.err.contains("--answer") && !ledger.exists(), "{}", refused.err);
    import(&["--period", "2024", "--unit", "公斤"]).expect(2);
    import(&["--answer", "万元"]).expect(2);
    let answer = format!("{key}=万元");
    let dry = import(&["--period", "2024", "--answer", &answer, "--dry-run"]).expect(0).json();
    assert_eq!(counts(&dry)[0], 2);
    import(&["--period", "2024", "--unit", "万元"]).expect(0);
    assert!(by_village(&ledger, &[]).contains("清凉村"));
}
