//! `send`: what concerns one place, as a ledger file.

use std::path::Path;

use xingcun::exchange::ledger_file::{self, Blobs};
use xingcun::exchange::record_json::Json;
use xingcun::exchange::{attachments, merging, part};
use xingcun::ledger::State;
use xingcun::table::Places;

use super::args::{Args, Command, Input, Opt, Times};
use super::indicators::place;
use super::ledger::{Ledger, refused, replace};
use super::outcome::{Failure, Outcome};

pub const COMMAND: Command = Command {
    name: "send",
    about: "把一个村、一个乡镇的那一部分写成台账文件，发给他们",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value("--scope", "ORG", Times::Once, "哪个单位（含下级）"),
        Opt::value("--out", "F.xcz", Times::Once, "写到哪里；已有的文件会被替换"),
    ],
    notes: "文件里有这个单位和下级的记录、它们引用的记录，以及不属于哪个单位的记录（字典、锁定期间），并注明只是一部分。\n\
        并回来（merge）时，文件里没有的不会被当作删除。\n\
        输出 JSON：records 记录数，batches 批数，only 是哪个单位的一部分。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let place = place(&Places::of(&ledger.state), args.required("--scope"))?;
    let log = part::cut(ledger.log(), &part::rows(&ledger.state, place));
    let mut state = State::new();
    log.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
    let named = attachments(&state);
    let blobs: Blobs =
        ledger.blobs().iter().filter(|(d, _)| named.contains(*d)).map(|(d, b)| (*d, b.clone())).collect();
    let only = merging::only(&ledger.state, place);
    let out = Path::new(args.required("--out"));
    let bytes = ledger_file::write_only(&log, &blobs, Some(only.clone())).map_err(|e| refused(out, &e))?;
    replace(out, &bytes)?;
    let records: usize = state.registers().map(|(_, sheet)| sheet.count_live()).sum();
    let result = Json::object([
        ("records", Json::raw(records)),
        ("batches", Json::raw(log.len())),
        ("only", Json::text(only.name)),
    ]);
    Ok(Outcome::done(format!("{result}\n")))
}
