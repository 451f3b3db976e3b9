//! `move`: records from one state to the next.

use xingcun::ledger::{BatchKind, Draft, plan_move};

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::{self, Ledger};
use super::outcome::{Failure, Outcome};
use super::{person, rows, set};

pub const COMMAND: Command = Command {
    name: "move",
    about: "改变记录的状态：提交、审核、退回、结账、红冲；要么全改，要么不改",
    input: Input::One("L.xcz"),
    options: &[
        rows::REGISTER,
        rows::KIND,
        rows::WHERE,
        Opt::value("--to", "STATE", Times::Once, "改为哪个状态，如 已接单"),
        Opt::value("--reason", "WHY", Times::Maybe, "原因；退回、红冲等必须写"),
        person::AS,
    ],
    notes: "输出 JSON：moved 改了几条，refused 不能改的（row、record、rule、message）。\n\
        红冲时另写一笔金额相反的记录，两笔都保留。有一条不能改，就一条都不改，退出码 1，台账逐字节不变。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut ledger = Ledger::open(&args.input())?;
    let who = person::acting(args, &ledger.state)?;
    let (table, to) = (rows::table(args, &ledger.state)?, args.required("--to"));
    let known = table.kind().workflow.as_ref().is_some_and(|flow| flow.stage(to).is_some());
    if !known {
        return Err(Failure::usage(format!("这种记录没有状态“{to}”")));
    }
    let (key, rows) = (table.register().key.clone(), rows::to_change(args, &table)?);
    drop(table);
    let now = ledger::now()?;
    let mut author = ledger.author(who, to.as_bytes())?;
    let mut draft = Draft::new(BatchKind::Move);
    for row in &rows {
        let reason = args.get("--reason");
        plan_move(&mut draft, &ledger.state, &key, *row, to, reason, &mut || author.row_id(now));
    }
    let written = ledger.add(&mut author, draft, now);
    set::finish(&ledger, written.map(|_| ()), "moved", rows.len())
}
