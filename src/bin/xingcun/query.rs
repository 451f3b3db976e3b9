//! `query`: a cross table.

use xingcun::analysis::pivot::{Spec, pivot, to_csv};
use xingcun::table::dimension;

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::Ledger;
use super::outcome::{Failure, Outcome, say};
use super::rows;

pub const COMMAND: Command = Command {
    name: "query",
    about: "交叉汇总：按行、列维度汇总指标，输出 CSV",
    input: Input::One("L.xcz"),
    options: &[
        rows::REGISTER,
        rows::KIND,
        Opt::value(
            "--rows",
            dimension::PLACE,
            Times::Once,
            "行：字段键，或 org、village、town、county、year、quarter、month、state；几个用逗号隔开",
        ),
        Opt::value("--cols", dimension::YEAR, Times::Maybe, "列：同上；不给则只有一列"),
        Opt::value(
            "--measure",
            "sum:amount",
            Times::Any,
            "指标：count、sum:字段、avg:、min:、max:、median:、distinct:、ratio:字段/字段；默认 count",
        ),
        rows::WHERE,
        Opt::switch("--totals", "加合计行和合计列"),
    ],
    notes: "第一列是行成员，其余一列一个成员，成员按序排列。金额为元，数量为基本单位；\n\
        概数按其面值计入，预计不计入合计：凡有此类情况，说明写到标准错误。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let table = rows::table(args, &ledger.state)?;
    let split = |name| -> Vec<&str> {
        args.get(name).into_iter().flat_map(|v| v.split([',', '，'])).map(str::trim).collect()
    };
    let mut measures = args.all("--measure");
    if measures.is_empty() {
        measures.push("count".to_owned());
    }
    let conditions = args.all(rows::WHERE.name);
    let measures: Vec<&str> = measures.iter().map(String::as_str).collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    let mut spec = Spec::read(&table, &split("--rows"), &split("--cols"), &measures, &conditions)
        .map_err(|e| Failure::usage(e.0.zh))?;
    spec.totals = args.has("--totals");
    let pivot = pivot(&table, &spec).map_err(|e| Failure::usage(e.0.zh))?;
    for note in pivot.notes() {
        say(&note.zh);
    }
    Ok(Outcome::done(to_csv(&pivot)))
}
