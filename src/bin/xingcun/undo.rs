//! `undo`: a batch taken back.

use xingcun::exchange::record_json::Json;
use xingcun::ledger::{BatchId, BatchKind, Overtaken, Refused, take_back};

use super::args::{Args, Command, Input, Opt, Times};
use super::history::name;
use super::ledger::{self, Ledger};
use super::outcome::{DONE, FINDINGS, Failure, Outcome};
use super::person;

pub const COMMAND: Command = Command {
    name: "undo",
    about: "撤销一批操作；之后改过的不动，并列出来",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value("--batch", "ID", Times::Maybe, "撤销哪一批（见 history）；默认最后一批没有撤销的"),
        person::AS,
    ],
    notes: "输出 JSON：batch 撤销的批次、operations 操作数、overtaken 之后改过而没有动的、refused 不能撤销的。\n\
        有不能撤销的（已结账、别的记录用着），什么都不改，退出码 1，台账逐字节不变。撤销一次撤销，就是重做。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut ledger = Ledger::open(&args.input())?;
    let who = person::acting(args, &ledger.state)?;
    let id = wanted(args, &ledger)?;
    let batch = ledger.batch(id).ok_or_else(|| Failure::new(format!("台账里没有批次 {}", name(id))))?;
    let undo = take_back(&ledger.state, batch, ledger.log());
    let (overtaken, operations) = (undo.overtaken.clone(), undo.draft.operations.len());
    let mut author = ledger.author(who, name(id).as_bytes())?;
    let written = ledger.add(&mut author, undo.draft, ledger::now()?);
    let (operations, refused, code) = match &written {
        Ok(_) => {
            if ledger.has_grown() {
                ledger.save()?;
            }
            let code = if overtaken.is_empty() && operations > 0 { DONE } else { FINDINGS };
            (operations, Json::List(Vec::new()), code)
        }
        Err(Refused(why)) => {
            person::say_refused(&ledger.state, why);
            (0, person::refused(&ledger.state, why), FINDINGS)
        }
    };
    let line = Json::object([
        ("batch", Json::text(name(id))),
        ("operations", Json::raw(operations)),
        ("overtaken", Json::List(overtaken.iter().map(place).collect())),
        ("refused", refused),
    ]);
    Ok(Outcome { output: format!("{line}\n"), code })
}

fn place(at: &Overtaken) -> Json {
    Json::object([
        ("register", Json::text(&at.register)),
        ("row", Json::text(at.row)),
        ("field", Json::maybe(at.field.as_ref())),
    ])
}

/// The batch that `--batch` names, or the last one that is not taken back.
fn wanted(args: &Args, ledger: &Ledger) -> Result<BatchId, Failure> {
    if let Some(said) = args.get("--batch") {
        let found = ledger.state.batches().find(|b| name(b.id) == said).map(|b| b.id);
        return found.ok_or_else(|| Failure::usage(format!("台账里没有批次“{said}”")));
    }
    let state = &ledger.state;
    let done = |b: &&xingcun::ledger::BatchHead| {
        !matches!(b.kind.plain(), BatchKind::Undo { .. }) && !state.is_undone(b.id)
    };
    let last = state.batches().rev().find(done).map(|b| b.id);
    last.ok_or_else(|| Failure::new("没有可以撤销的批次"))
}
