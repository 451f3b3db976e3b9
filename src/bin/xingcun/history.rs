//! `history`: every batch, oldest first.

use std::fmt::Write as _;

use xingcun::exchange::record_json::Json;
use xingcun::ledger::{BatchHead, BatchId, BatchKind, State, Tally};
use xingcun::table::Places;
use xingcun::value::utc_text;

use super::args::{Args, Command, Input};
use super::ledger::Ledger;
use super::outcome::{Failure, Outcome};

pub const COMMAND: Command = Command {
    name: "history",
    about: "逐批列出做过的事：JSON Lines，从最早的开始",
    input: Input::One("L.xcz"),
    options: &[],
    notes: "每行：batch 批次（可交给 undo --batch）、kind 哪一类、actor 姓名、role 岗位、place 单位、clock 时刻、\n\
        operations 操作数、undone 是否已撤销。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let places = Places::of(&ledger.state);
    let mut output = String::new();
    for head in ledger.state.batches() {
        // Writing to a String has no way to fail.
        let _ = writeln!(output, "{}", line(&ledger.state, &places, head));
    }
    Ok(Outcome::done(output))
}

/// How the command line names a batch.
pub fn name(id: BatchId) -> String {
    format!("{}/{}", id.device, id.seq)
}

fn line(state: &State, places: &Places, head: &BatchHead) -> Json {
    let operations: u32 = head.tally.values().map(Tally::total).sum();
    Json::object([
        ("batch", Json::text(name(head.id))),
        ("kind", Json::text(kind(&head.kind))),
        ("actor", Json::text(&head.actor.name)),
        ("role", Json::maybe(head.actor.role.map(|r| r.label().zh))),
        ("place", Json::maybe(head.actor.place.map(|id| places.name(id)))),
        ("clock", Json::maybe(i64::try_from(head.stamp.millis).ok().and_then(utc_text))),
        ("operations", Json::raw(operations)),
        ("undone", Json::raw(state.is_undone(head.id))),
    ])
}

fn kind(kind: &BatchKind) -> &'static str {
    match kind.plain() {
        BatchKind::Edit => "edit",
        BatchKind::Decide => "decide",
        BatchKind::Import { .. } => "import",
        BatchKind::Move => "move",
        BatchKind::Sample => "sample",
        BatchKind::Undo { .. } => "undo",
        BatchKind::Restore { .. } => "restore",
        BatchKind::Rescue { .. } => "rescue",
        BatchKind::Merge { .. } => "merge",
        BatchKind::Shown { .. } => "shown",
        BatchKind::Fork { .. } => "fork",
        BatchKind::Part { .. } => "part",
        BatchKind::Unknown(_) => "unknown",
    }
}
