//! `verify`: is the file whole?

use std::fs;

use xingcun::exchange::ledger_file::LedgerFileError;
use xingcun::exchange::record_json::Json;

use super::args::{Args, Command, Input};
use super::ledger::{Ledger, refused, unreadable};
use super::outcome::{FINDINGS, Failure, Outcome, say};

pub const COMMAND: Command = Command {
    name: "verify",
    about: "核对台账文件是否完整：每个部分的校验值、每批操作的摘要、每台设备的链条",
    input: Input::One("L.xcz"),
    options: &[],
    notes: "输出 JSON：operations 操作数，devices 设备数，intact 是否完整，batches 批数，gaps 缺少的批次，\n\
        state 状态摘要：看得见的一切（记录、状态、冲突）相同，摘要就相同。\n\
        文件损坏时退出码为 2，并指出部分、行和字节（intact 为 false）。\n\
        链条中有批次还没收到时（gaps 不为空）退出码为 1。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let path = args.input();
    let bytes = fs::read(&path).map_err(|e| unreadable(&path, &e))?;
    let ledger = Ledger::from_bytes(&path, &bytes).map_err(|e| {
        let mut failure = refused(&path, &e);
        if let LedgerFileError::Damaged(damage) = &e {
            let (line, byte) =
                damage.at.map_or((Json::Null, Json::Null), |(l, b)| (Json::raw(l), Json::raw(b)));
            let found = Json::object([
                ("intact", Json::raw(false)),
                ("part", Json::text(&damage.part)),
                ("line", line),
                ("byte", byte),
                ("message", Json::text(damage.message().zh)),
            ]);
            failure.output = format!("{found}\n");
        }
        failure
    })?;
    let gap = |g: &xingcun::exchange::ledger_file::Gap| {
        Json::object([("device", Json::text(g.device)), ("from", Json::raw(g.from)), ("to", Json::raw(g.to))])
    };
    let result = Json::object([
        ("operations", Json::raw(ledger.state.operations())),
        ("devices", Json::raw(ledger.state.devices().len())),
        ("intact", Json::raw(true)),
        ("batches", Json::raw(ledger.state.batches().count())),
        ("state", Json::text(ledger.state.digest())),
        ("gaps", Json::List(ledger.gaps.iter().map(gap).collect())),
    ]);
    let output = format!("{result}\n");
    if ledger.gaps.is_empty() {
        return Ok(Outcome::done(output));
    }
    say(&format!("{}：文件完整，但有批次还没收到（见 gaps），请向对应设备再要一份", path.display()));
    Ok(Outcome { output, code: FINDINGS })
}
