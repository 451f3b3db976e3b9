//! Workbooks on disk, and what was noticed about their cells as JSON.

use std::fs;
use std::path::Path;

use xingcun::exchange::book;
use xingcun::exchange::question::Question;
use xingcun::exchange::record_json::Json;
use xingcun::exchange::{Book, CellFinding, Quiet};
use xingcun::register::Severity;

use super::ledger::unreadable;
use super::outcome::{Failure, say};

/// Reads a workbook from the disk.
pub fn read(path: &Path) -> Result<Book, Failure> {
    parse(path, &bytes(path)?)
}

/// The bytes of a file.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|e| unreadable(path, &e))
}

/// The workbook in `bytes`; `path` is where they came from.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Book, Failure> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    book::read(bytes, &name, &mut Quiet)
        .map_err(|e| Failure::new(format!("{}：{}", path.display(), e.message().zh)))
}

/// Findings as the commands print them.
pub fn findings(findings: &[CellFinding]) -> Json {
    let one = |f: &CellFinding| {
        Json::object([
            ("severity", Json::of(&f.severity)),
            ("sheet", Json::text(&f.sheet)),
            ("cell", Json::text(&f.cell)),
            ("field", Json::maybe(f.field.as_ref())),
            ("rule", Json::text(&f.rule)),
            ("message", Json::text(&f.message.zh)),
            ("ask", f.ask.as_ref().map_or(Json::Null, asked)),
        ])
    };
    Json::List(findings.iter().map(one).collect())
}

/// A question: the key that `--answer` takes, what can be answered, and what it is about in full.
fn asked(question: &Question) -> Json {
    let choices = question.choices.iter();
    let choices = choices
        .map(|c| Json::object([("answer", Json::text(&c.answer)), ("words", Json::text(&c.words.zh))]));
    Json::object([
        ("key", Json::text(question.key())),
        ("choices", Json::List(choices.collect())),
        ("lines", Json::List(question.lines.iter().map(|line| Json::text(&line.zh)).collect())),
    ])
}

/// Whether a person has to look before anything can be written.
pub fn has_errors(findings: &[CellFinding]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Error)
}

/// Says the errors on standard error: file, sheet and cell.
pub fn say_errors(path: &Path, findings: &[CellFinding]) {
    for f in findings.iter().filter(|f| f.severity == Severity::Error) {
        say(&format!("{}：{}!{}：{}", path.display(), f.sheet, f.cell, f.message.zh));
        if let Some(question) = &f.ask {
            let choices: Vec<&str> = question.choices.iter().map(|c| c.answer.as_str()).collect();
            question.lines.iter().for_each(|line| say(&format!("  · {}", line.zh)));
            say(&format!("  回答：--answer '{}={}'", question.key(), choices.join("|")));
        }
    }
}
