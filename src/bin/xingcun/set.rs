//! `set`: values of records that are there.

use xingcun::exchange::record_json::{self, Json};
use xingcun::exchange::typed;
use xingcun::ledger::{BatchKind, Draft, Refused};
use xingcun::register::catalog::r06;
use xingcun::table::Filter;
use xingcun::value::{RowId, Value};

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::{self, Ledger};
use super::outcome::{DONE, FINDINGS, Failure, Outcome};
use super::person;

pub const COMMAND: Command = Command {
    name: "set",
    about: "修改记录的值：先选记录，再写 字段=值；要么全改，要么不改",
    input: Input::Then("L.xcz", "FIELD=VALUE"),
    options: &[
        Opt::value("--register", r06::KEY, Times::Once, "台账编号"),
        Opt::value("--kind", "KIND", Times::Maybe, "台账里的哪一种记录；默认第一种"),
        Opt::value("--where", "FIELD=VALUE", Times::Any, "改哪些记录，如 no=12"),
        person::AS,
    ],
    notes: "输出 JSON：changed 改了几处，refused 不能改的（row、record、rule、message）。值为空即清除。\n\
        有一处不能改，就一处都不改，退出码 1，台账逐字节不变。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut ledger = Ledger::open(&args.input())?;
    let who = person::acting(args, &ledger.state)?;
    let key = &ledger.register(args.required("--register"))?;
    let (rows, values) = asked(args, &ledger, key)?;
    let mut draft = Draft::new(BatchKind::Edit);
    for row in &rows {
        for (field, value) in &values {
            draft.set(&ledger.state, key, *row, field, value.clone(), None);
        }
    }
    let changed = draft.operations.len();
    let mut author = ledger.author(who, args.words().collect::<Vec<_>>().join("\n").as_bytes())?;
    let written = ledger.add(&mut author, draft, ledger::now()?);
    finish(&ledger, written.map(|_| ()), "changed", changed)
}

/// Fields and the values that they get; none clears.
type Wanted = Vec<(String, Option<Value>)>;

/// The records that are meant, and the values that they get.
fn asked(args: &Args, ledger: &Ledger, key: &str) -> Result<(Vec<RowId>, Wanted), Failure> {
    let table = record_json::table(&ledger.state, key, args.get("--kind")).map_err(Failure::usage)?;
    let mut values = Vec::new();
    for word in args.words() {
        let (named, text) =
            word.split_once('=').ok_or_else(|| Failure::usage(format!("“{word}”应写成 字段=值")))?;
        let field = table.kind().field_named(named.trim()).filter(|f| !f.computed_only());
        let field = field.ok_or_else(|| Failure::usage(format!("没有可以改的字段“{named}”")))?;
        let value = typed::read(&ledger.state, field, text).map_err(|m| Failure::new(m.zh))?;
        values.push((field.key.to_string(), value));
    }
    Ok((chosen(args, &table)?, values))
}

/// The records that `--where` means, in order of printing.
pub fn chosen(args: &Args, table: &xingcun::table::Table<'_>) -> Result<Vec<RowId>, Failure> {
    let filter = Filter::parse(table.state().schema(), table.kind(), &args.all("--where"))
        .map_err(|e| Failure::usage(e.0.zh))?;
    let mut rows = filter.rows(table).map_err(|e| Failure::usage(e.0.zh))?;
    record_json::sort(table, &mut rows);
    let ids: Vec<RowId> = rows.into_iter().filter_map(|row| table.id(row)).collect();
    if ids.is_empty() {
        return Err(Failure::new("没有符合条件的记录，什么都没有改"));
    }
    Ok(ids)
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
