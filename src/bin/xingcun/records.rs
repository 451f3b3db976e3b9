//! `records`: the records themselves.

use std::fmt::Write as _;

use xingcun::exchange::record_json::RecordWriter;

use super::args::{Args, Command, Input, Opt};
use super::ledger::Ledger;
use super::outcome::{Failure, Outcome};
use super::rows;

pub const COMMAND: Command = Command {
    name: "records",
    about: "逐条列出记录：JSON Lines，一行一条",
    input: Input::One("L.xcz"),
    options: &[
        rows::REGISTER,
        rows::KIND,
        rows::WHERE,
        Opt::switch("--unmasked", "身份证号、电话、账号不打码（默认打码）"),
    ],
    notes: "键即字段键；金额为元（两位小数），数量为基本单位；缺的值为 null。\n\
        排序：村名、期间、名称、编号。org 是村名，org_id 是编号，town 是所在乡镇；\n\
        src 是导入来源（文件、工作表、行、各值所在单元格）；概数的区间在 intervals 里。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let table = rows::table(args, &ledger.state)?;
    let rows = rows::rows(&table, &rows::filter(args, &table)?)?;
    let writer = RecordWriter::new(&table).unmasked(args.has("--unmasked"));
    let mut output = String::new();
    for record in rows.into_iter().filter_map(|row| writer.row(row)) {
        // Writing to a String has no way to fail.
        let _ = writeln!(output, "{record}");
    }
    Ok(Outcome::done(output))
}
