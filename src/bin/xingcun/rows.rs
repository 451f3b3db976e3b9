//! Which records a command is about: `--register`, `--kind` and `--where`, declared and read here and nowhere else.
//!
//! Inputs: what was typed, a ledger. Outputs: a table and its rows in the order of printing. Neighbours: every command
//! that reads or changes records.

use xingcun::exchange::record_json;
use xingcun::ledger::State;
use xingcun::register::catalog::r06;
use xingcun::table::{Filter, Table};
use xingcun::value::RowId;

use super::args::{Args, Opt, Times};
use super::outcome::Failure;

/// The register that a command is about.
pub const REGISTER: Opt = register(Times::Once, "台账编号或名称");
/// The kind of its records.
pub const KIND: Opt = Opt::value(
    "--kind",
    "KIND",
    Times::Maybe,
    "台账里的哪一种记录，如 R06 的 product（产品字典）；默认第一种",
);
/// Which of them.
pub const WHERE: Opt = Opt::value(
    "--where",
    "FIELD=VALUE",
    Times::Any,
    "哪些记录：条件，如 no=12、period=2024、area>=100、org~清凉；可给多次，须同时满足",
);

/// A register, asked for as often as the command needs it.
pub const fn register(times: Times, about: &'static str) -> Opt {
    Opt::value("--register", r06::KEY, times, about)
}

/// The table that is meant.
pub fn table<'a>(args: &Args, state: &'a State) -> Result<Table<'a>, Failure> {
    record_json::table(state, args.required(REGISTER.name), args.get(KIND.name)).map_err(Failure::usage)
}

/// Whether some of its records are asked for, and not all of the register.
pub fn in_part(args: &Args) -> bool {
    args.has(KIND.name) || args.has(WHERE.name)
}

/// What they must fulfil.
pub fn filter(args: &Args, table: &Table<'_>) -> Result<Filter, Failure> {
    Filter::parse(table.state().schema(), table.kind(), &args.all(WHERE.name))
        .map_err(|e| Failure::usage(e.0.zh))
}

/// The rows that fulfil it, in order of printing.
pub fn rows(table: &Table<'_>, filter: &Filter) -> Result<Vec<u32>, Failure> {
    let mut rows = filter.rows(table).map_err(|e| Failure::usage(e.0.zh))?;
    record_json::sort(table, &mut rows);
    Ok(rows)
}

/// The records that are to be changed; that there are none is an error.
pub fn to_change(args: &Args, table: &Table<'_>) -> Result<Vec<RowId>, Failure> {
    let rows = rows(table, &filter(args, table)?)?;
    let ids: Vec<RowId> = rows.into_iter().filter_map(|row| table.id(row)).collect();
    if ids.is_empty() {
        return Err(Failure::new("没有符合条件的记录，什么都没有改"));
    }
    Ok(ids)
}
