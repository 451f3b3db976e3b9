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
    let mut author = Author::new(DeviceId(0xa1), "柳河镇审核员", &state, Box::new(Seeded(1)));
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
    let sealed = author.seal(&state, draft, 1_700_000_000_000);
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
    let sealed = author.seal(&state, draft, 1_700_000_001_000);
    log.push(sealed);
    fs::write(path, ledger_file::write(&log, &Blobs::new()).unwrap()).unwrap();
}

#[test]
fn help_comes_from_the_declaration() {
    let help = xingcun(["--help"]).expect(0);
    for command in ["inspect", "import", "query", "records", "indicators", "verify", "export"] {
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
        "query", ledger, "--register", "R07", "--rows", "org", "--cols", "year", "--measure", "sum:amount",
        "--where", "is_operational=true", "--totals",
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
    assert_eq!((&whole["operations"], &whole["devices"], &whole["intact"]), (&11.into(), &1.into(), &true.into()));

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
    assert!(run.err.contains("log/0001.jsonl 第5行（第"), "{}", run.err);
    let found = run.json();
    assert_eq!((&found["part"], &found["line"]), (&"log/0001.jsonl".into(), &5.into()));

    fs::write(&other, repacked(&ledger, "manifest.json", "\"format_version\": 1", "\"format_version\": 9")).unwrap();
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
