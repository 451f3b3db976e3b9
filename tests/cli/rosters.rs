//! People, talents and households on the command line: what is hidden, what is made, and a talent's way through three hands.

use super::{Json, Path, folder, fs, text, xingcun};

/// A cut of a sample under the name that its maker gave it.
fn sample(folder: &Path, name: &str, file: &str) -> String {
    let book = folder.join(name);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import").join(file);
    fs::copy(from, &book).unwrap();
    text(&book).to_owned()
}

fn records(path: &str, register: &str, kind: &str, more: &[&str]) -> Vec<Json> {
    let asked = ["records", path, "--register", register, "--kind", kind];
    xingcun(asked.into_iter().chain(more.iter().copied())).expect(0).lines()
}

#[test]
fn rosters_are_read_once_and_masked_copies_come_back_as_nothing() {
    let folder = folder("rosters");
    let path = text(&folder.join("l.xcz")).to_owned();
    let talents = sample(&folder, "人才库-GBK.csv", "talents-gbk.csv");
    let households = sample(&folder, "党员联户台账.xlsx", "households.xlsx");
    let import = |book: &str| {
        xingcun(["import", book, "--into", &path, "--create-places", "--create-refs"]).expect(0).json()
    };
    for (book, new) in [(&talents, 60), (&households, 129)] {
        assert_eq!(import(book)["inserted"], new);
        let again = import(book);
        assert_eq!((&again["inserted"], &again["updated"]), (&0.into(), &0.into()), "{again}");
    }
    let hidden = records(&path, "R02", "person", &[]);
    let whole = records(&path, "R02", "person", &["--unmasked"]);
    let number = |r: &Json| r["idno"].as_str().unwrap().to_owned();
    assert!(hidden.iter().map(number).all(|n| n.contains("***********")), "a number in full");
    assert!(whole.iter().map(number).all(|n| !n.contains('*') && n.len() == 18));
    let linked = records(&path, "R04", "household", &[]);
    assert_eq!(linked.iter().filter(|r| !r["link_member_household"].is_null()).count(), 129);
    let before = fs::read(&path).unwrap();
    for register in ["R02", "R03", "R04"] {
        for more in [&[][..], &["--unmasked"]] {
            let out = folder.join("x.xlsx");
            let export = ["export", &path, "--register", register, "--out", text(&out)];
            xingcun(export.into_iter().chain(more.iter().copied())).expect(0);
            let back = xingcun(["import", text(&out), "--into", &path]).json();
            assert_eq!((&back["inserted"], &back["updated"]), (&0.into(), &0.into()), "{register} {back}");
        }
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    let all = xingcun(["indicators", &path, "--period", "2024"]).expect(0).json();
    assert_eq!((&all["I-33"]["value"], &all["I-33"]["denominator"]), (&serde_json::json!(12.9), &10.into()));
    assert_eq!(all["I-48"]["value"], 30);
}

#[test]
fn unknown_names_are_a_question_that_keeps_the_file_out() {
    let folder = folder("rosters-asked");
    let path = text(&folder.join("l.xcz")).to_owned();
    let book = sample(&folder, "党员联户台账.xlsx", "households.xlsx");
    let asked = xingcun(["import", &book, "--into", &path, "--create-places"]).expect(1).json();
    assert_eq!((&asked["written"], &asked["inserted"]), (&false.into(), &0.into()), "{asked}");
    assert!(
        asked.to_string().contains("named:党员联户!F1") || asked.to_string().contains("unknown_names"),
        "{asked}"
    );
    let answer = ["--answer", "named:党员联户!F1=create"];
    let made = xingcun(["import", &book, "--into", &path, "--create-places"].into_iter().chain(answer));
    assert_eq!(made.expect(0).json()["inserted"], 129);
    assert_eq!(records(&path, "R04", "household", &[]).len(), 139);
}

#[test]
fn a_talent_goes_through_three_hands_and_may_be_sent_back() {
    let folder = folder("rosters-review");
    let path = text(&folder.join("l.xcz")).to_owned();
    let talents = sample(&folder, "人才库-GBK.csv", "talents-gbk.csv");
    xingcun(["import", &talents, "--into", &path, "--create-places"]).expect(0);
    // The villages lie in a township, and the reviewers there.
    let town = folder.join("镇.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [["村名", "所属乡镇", "类别", "总户数"], ["鹤林村", "柳河镇", "村", "300"]];
    for (r, row) in (0..).zip(rows) {
        for (c, words) in (0..).zip(row) {
            sheet.write(r, c, words).unwrap();
        }
    }
    book.save(&town).unwrap();
    xingcun(["import", text(&town), "--into", &path, "--create-places"]).expect(0);
    let one = ["--register", "R03", "--kind", "talent", "--where", "person=彭伟秀"];
    let run = |command: &str, more: &[&str], who: &str, code: i32| {
        let all = [command, &path].into_iter().chain(one).chain(more.iter().copied()).chain(["--as", who]);
        xingcun(all).expect(code)
    };
    let (clerk, town, county) = ("张三:村级填报员@鹤林村", "李四:乡镇审核员@柳河镇", "王五:部门@");
    // What the list lacks is filled in first.
    let refused = run("move", &["--to", "乡级审核"], clerk, 1);
    assert!(refused.out.contains("level_said"), "{}", refused.out);
    run("set", &["level=乡级人才库"], clerk, 0);
    run("move", &["--to", "乡级审核"], town, 1);
    run("move", &["--to", "乡级审核"], clerk, 0);
    run("move", &["--to", "县级备案"], clerk, 1);
    run("move", &["--to", "村级摸排"], town, 1);
    run("move", &["--to", "村级摸排", "--reason", "特长写得太笼统"], town, 0);
    run("move", &["--to", "乡级审核"], clerk, 0);
    run("move", &["--to", "县级备案"], town, 0);
    run("move", &["--to", "在库"], town, 1);
    run("move", &["--to", "在库"], county, 0);
    let state =
        |word: &str| records(&path, "R03", "talent", &[]).iter().filter(|r| r["state"] == word).count();
    assert_eq!((state("在库"), state("村级摸排")), (1, 29));
}
