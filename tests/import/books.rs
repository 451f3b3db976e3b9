//! Workbooks as three programs and some hands wrote them, each with what becomes of it: what is found, what is asked,
//! what is refused, and every record that is written when each question gets its first choice.

use std::fs;
use std::path::Path;

use xingcun::exchange::question::Answer;
use xingcun::exchange::{Decision, Options, Plan, Quiet, book};
use xingcun::ledger::{Record, State};
use xingcun::register::{Fields, Severity};
use xingcun::value::Value;

use super::desk::{Desk, creating};

const FOLDER: &str = "tests/golden/import/books";
/// A folder that was not copied whole must not pass.
const FEWEST: usize = 40;

#[test]
fn every_book_becomes_what_it_became() {
    let mut names: Vec<String> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".snap") && !name.ends_with(".snap.new"))
        .collect();
    names.sort();
    assert!(names.len() >= FEWEST, "{names:?}");
    insta::with_settings!({snapshot_path => "../golden/import/books", prepend_module_to_snapshot => false, omit_expression => true}, {
        for name in &names {
            insta::assert_snapshot!(name.replace('.', "-"), outcome(name));
        }
    });
}

fn outcome(name: &str) -> String {
    let bytes = fs::read(Path::new(FOLDER).join(name)).unwrap();
    // A name in Chinese letters is quoted by many a tool that lists the repository.
    let called = name.replace("nian", "年");
    let book = match book::read(&bytes, &called, &mut Quiet) {
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
    if !plan.writable {
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
