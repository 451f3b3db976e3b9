//! `records`: the records themselves.

use std::fmt::Write as _;

use xingcun::exchange::record_json::{self, RecordWriter};
use xingcun::register::catalog::r06;
use xingcun::table::Filter;

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::Ledger;
use super::outcome::{Failure, Outcome};

pub const COMMAND: Command = Command {
    name: "records",
    about: "逐条列出记录：JSON Lines，一行一条",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value("--register", r06::KEY, Times::Once, "台账编号"),
        Opt::value(
            "--kind",
            "KIND",
            Times::Maybe,
            "台账里的哪一种记录，如 R06 的 product（产品字典）；默认第一种",
        ),
        Opt::value("--where", "FIELD=VALUE", Times::Any, "条件，如 period=2024、area>=100、org~清凉"),
    ],
    notes: "键即字段键；金额为元（两位小数），数量为基本单位；缺的值为 null。\n\
        排序：村名、期间、名称、编号。org 是村名，org_id 是编号，town 是所在乡镇；\n\
        src 是导入来源（文件、工作表、行、各值所在单元格）；概数的区间在 intervals 里。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let table = record_json::table(&ledger.state, args.required("--register"), args.get("--kind"))
        .map_err(Failure::usage)?;
    let filter = Filter::parse(table.state().schema(), table.kind(), &args.all("--where"))
        .map_err(|e| Failure::usage(e.0.zh))?;
    let mut rows = filter.rows(&table).map_err(|e| Failure::usage(e.0.zh))?;
    record_json::sort(&table, &mut rows);
    let writer = RecordWriter::new(&table);
    let mut output = String::new();
    for record in rows.into_iter().filter_map(|row| writer.row(row)) {
        // Writing to a String has no way to fail.
        let _ = writeln!(output, "{record}");
    }
    Ok(Outcome::done(output))
}
