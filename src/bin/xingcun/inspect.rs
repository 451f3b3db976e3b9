//! `inspect`: what is in a workbook?

use xingcun::exchange::record_json::Json;
use xingcun::exchange::{Lexicon, inspect};
use xingcun::ledger::State;

use super::args::{Args, Command, Input, Times};
use super::outcome::{FINDINGS, Failure, Outcome, say};
use super::{books, rows};

pub const COMMAND: Command = Command {
    name: "inspect",
    about: "看一个工作簿里有什么：表、表头、单位、期间、每行是什么、合计对不对",
    input: Input::One("BOOK"),
    options: &[rows::register(Times::Maybe, "按这本台账认列；默认自动判断")],
    notes: "输出 JSON：sheets 工作表，tables 找到的表（范围、表头、单位、期间、各行类别、列与字段的对应、合计核对），\n\
        findings 发现。一张表也没找到，或有错误级发现时，退出码为 1。什么都不写入。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let path = args.input();
    let book = books::read(&path)?;
    let found = inspect(&book, args.get(rows::REGISTER.name), &Lexicon::of(&State::new()));
    let result = Json::object([
        ("file", Json::text(&found.file)),
        ("format", Json::of(&found.format)),
        ("sheets", Json::of(&found.sheets)),
        ("tables", Json::of(&found.tables)),
        ("findings", books::findings(&found.findings)),
    ]);
    if found.tables.is_empty() {
        say(&format!("{}：没有找到表格（需要有表头和数据行）", path.display()));
    }
    books::say_errors(&path, &found.findings);
    let needs_person = found.tables.is_empty() || books::has_errors(&found.findings);
    Ok(Outcome { output: format!("{result}\n"), code: if needs_person { FINDINGS } else { 0 } })
}
