//! Workbooks as three programs and some hands wrote them, each with what becomes of it: what is found, what is asked,
//! what is refused, and every record that is written when each question gets its first choice.

use std::fs;
use std::path::Path;

use xingcun::exchange::question::Answer;
use xingcun::exchange::{Decision, Options, Plan, Quiet, Unlisted, book};
use xingcun::ledger::{Record, State};
use xingcun::register::{Fields, Severity};
use xingcun::value::Value;

use super::desk::{Desk, creating};

const FOLDER: &str = "tests/golden/import/books";
/// A folder that was not copied whole must not pass.
const FEWEST: usize = 40;

fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".snap") && !name.ends_with(".snap.new"))
        .collect();
    names.sort();
    assert!(names.len() >= FEWEST, "{names:?}");
    names
}

fn read(name: &str) -> Result<book::Book, book::BookError> {
    let bytes = fs::read(Path::new(FOLDER).join(name)).unwrap();
    // A name in Chinese letters is quoted by many a tool that lists the repository.
    book::read(&bytes, &name.replace("nian", "年"), &mut Quiet)
}

/// The page plans an import once, before anybody has said that unknown names are new places: when they say so, the plan
/// is the one that is made when it is said beforehand, and until then nothing is written.
#[test]
fn a_plan_that_is_agreed_to_is_the_one_that_creates() {
    let (desk, mut proposals) = (Desk::new(), 0);
    for name in names() {
        let Ok(book) = read(&name) else { continue };
        let mut plan = desk.plan(&book, &Options { unlisted: Unlisted::Propose, ..Options::default() });
        let wanted = desk.plan(&book, &creating());
        let asked = desk.plan(&book, &Options::default());
        let open = plan.proposed.len();
        proposals += open;
        assert!(open == 0 || !plan.is_writable(), "{name}");
        let waiting = plan.settled_counts();
        assert!(waiting.inserted <= asked.counts.inserted, "{name}: {waiting:?} {:?}", asked.counts);
        assert_eq!(plan.remarks().len(), plan.findings.len() + open, "{name}");
        let mut ids = 0;
        let mut next = || {
            ids += 1;
            xingcun::value::RowId::new(1, ids)
        };
        assert!(open == 0 || plan.clone().into_draft(&desk.state, &mut next).is_err(), "{name}");
        plan.agree();
        assert_eq!(plan.is_writable(), wanted.is_writable(), "{name}");
        assert_eq!(plan.counts, wanted.counts, "{name}");
        assert_eq!(plan.drafts, wanted.drafts, "{name}");
        assert_eq!(plan.findings, wanted.findings, "{name}");
        assert_eq!(plan.new_places, wanted.new_places, "{name}");
        assert_eq!(plan.places, wanted.places, "{name}");
    }
    assert!(proposals > FEWEST, "{proposals}");
}

#[test]
fn every_book_becomes_what_it_became() {
    let names = names();
    insta::with_settings!({snapshot_path => "../golden/import/books", prepend_module_to_snapshot => false, omit_expression => true}, {
        for name in &names {
            insta::assert_snapshot!(name.replace('.', "-"), outcome(name));
        }
    });
}

fn outcome(name: &str) -> String {
    let book = match read(name) {
        Ok(book) => book,
        Err(error) => return format!("not read: {}\n", error.message().zh),
    };
    let mut desk = Desk::new();
    let asked = desk.plan(&book, &creating());
    let mut out = said(&asked);
    let answers: Vec<Answer> = asked
        .findings
        .iter()
        .filter_map(|f| f.ask.as_ref())
        .map(|q| Answer { topic: q.topic, about: q.about.clone(), answer: q.choices[0].answer.clone() })
        .collect();
    let open = !answers.is_empty();
    let answered = Options { decisions: answers.into_iter().map(Decision::Answer).collect(), ..creating() };
    let plan = desk.plan(&book, &answered);
    if open {
        out += "-- answered with the first choices\n";
        out += &said(&plan);
    }
    if !plan.is_writable() {
        return out + "-- nothing written\n";
    }
    desk.write(plan);
    let again = desk.plan(&book, &answered);
    assert_eq!(
        (again.counts.updated, again.counts.removed),
        (0, 0),
        "{name}: once more it changes something"
    );
    out + &records(&desk.state)
}

/// Findings that a person must see, with the choices of questions.
fn said(plan: &Plan) -> String {
    let mut out = String::new();
    for f in plan.findings.iter().filter(|f| f.severity != Severity::Info && f.rule.as_ref() != "no_town") {
        out += &format!("{:?} {}!{} {}: {}\n", f.severity, f.sheet, f.cell, f.rule, f.message.zh);
        if let Some(question) = &f.ask {
            let choices: Vec<&str> = question.choices.iter().map(|c| c.answer.as_str()).collect();
            out += &format!("    {} = {}\n", question.key(), choices.join(" | "));
        }
    }
    out
}

/// Every record, and what the amounts of each register add up to.
fn records(state: &State) -> String {
    let mut out = String::new();
    for (register, sheet) in state.registers() {
        let kind = |r: &Record| r.kind().to_owned();
        let mut lines: Vec<String> =
            sheet.live().map(|r| format!("{} {}", kind(r), values(state, r))).collect();
        lines.sort();
        let money = |r: &Record| r.value("amount").and_then(Value::as_money).map_or(0, |m| m.fen());
        let fen: i64 = sheet.live().map(money).sum();
        let sum = if fen == 0 { String::new() } else { format!(", {}.{:02} yuan", fen / 100, fen % 100) };
        out += &format!("{register}: {} records{sum}\n", lines.len());
        lines.iter().for_each(|line| out += &format!("    {line}\n"));
    }
    out
}

fn values(state: &State, record: &Record) -> String {
    let shown = |(key, value): &(xingcun::value::Text, Value)| {
        let words = match value {
            Value::Ref(id) => state.record("R01", *id)?.value("name")?.as_str()?.to_owned(),
            Value::Period(p) => p.to_string(),
            Value::Date(d) => d.to_string(),
            Value::Many(all) => all.join(","),
            other => other
                .as_decimal()
                .map(|d| d.normalize().to_string())
                .or_else(|| other.as_str().map(str::to_owned))?,
        };
        Some(format!("{key}={words}"))
    };
    record.cells().iter().filter_map(shown).collect::<Vec<_>>().join(" ")
}
