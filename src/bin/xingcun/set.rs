//! `set`: values of records that are there.

use xingcun::exchange::record_json::Json;
use xingcun::exchange::typed;
use xingcun::ledger::{BatchKind, Draft, Refused};
use xingcun::table::Table;
use xingcun::value::Value;

use super::args::{Args, Command, Input};
use super::ledger::{self, Ledger};
use super::outcome::{DONE, FINDINGS, Failure, Outcome};
use super::{person, rows};

pub const COMMAND: Command = Command {
    name: "set",
    about: "修改记录的值：先选记录，再写 字段=值；要么全改，要么不改",
    input: Input::Then("L.xcz", "FIELD=VALUE"),
    options: &[rows::REGISTER, rows::KIND, rows::WHERE, person::AS],
    notes: "输出 JSON：changed 改了几处，refused 不能改的（row、record、rule、message）。值为空即清除。\n\
        有一处不能改，就一处都不改，退出码 1，台账逐字节不变。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut ledger = Ledger::open(&args.input())?;
    let who = person::acting(args, &ledger.state)?;
    let table = rows::table(args, &ledger.state)?;
    let (rows, values) = (rows::to_change(args, &table)?, wanted(args, &table)?);
    let mut draft = Draft::new(BatchKind::Edit);
    for row in &rows {
        for (field, value) in &values {
            draft.set(&ledger.state, &table.register().key, *row, field, value.clone(), None);
        }
    }
    drop(table);
    let changed = draft.operations.len();
    let mut author = ledger.author(who, args.words().collect::<Vec<_>>().join("\n").as_bytes())?;
    let written = ledger.add(&mut author, draft, ledger::now()?);
    finish(&ledger, written.map(|_| ()), "changed", changed)
}

/// Fields and the values that they get; none clears.
type Wanted = Vec<(String, Option<Value>)>;

/// The values that the records get.
fn wanted(args: &Args, table: &Table<'_>) -> Result<Wanted, Failure> {
    let mut values = Vec::new();
    for word in args.words() {
        let (named, text) =
            word.split_once('=').ok_or_else(|| Failure::usage(format!("“{word}”应写成 字段=值")))?;
        let field = table.kind().field_named(named.trim()).filter(|f| !f.computed_only());
        let field = field.ok_or_else(|| Failure::usage(format!("没有可以改的字段“{named}”")))?;
        let value = typed::read(table.state(), field, text).map_err(|m| Failure::new(m.zh))?;
        values.push((field.key.to_string(), value));
    }
    Ok(values)
}

/// Saves what was admitted, and prints how many or why not.
pub fn finish(
    ledger: &Ledger,
    written: Result<(), Refused>,
    counted: &'static str,
    n: usize,
) -> Result<Outcome, Failure> {
    let (n, refused, code) = match &written {
        Ok(()) => {
            if ledger.has_grown() {
                ledger.save()?;
            }
            (n, Json::List(Vec::new()), DONE)
        }
        Err(Refused(why)) => {
            person::say_refused(&ledger.state, why);
            (0, person::refused(&ledger.state, why), FINDINGS)
        }
    };
    let line = Json::object([(counted, Json::raw(n)), ("refused", refused)]);
    Ok(Outcome { output: format!("{line}\n"), code })
}
