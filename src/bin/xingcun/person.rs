//! Who acts on the command line, and how what was refused is printed.

use xingcun::exchange::preview::record_words;
use xingcun::exchange::record_json::Json;
use xingcun::ledger::{Person, Refusal, State};
use xingcun::register::Role;
use xingcun::table::Places;

use super::args::{Args, Opt, Times};
use super::outcome::{Failure, say};

/// The name under which the county's own hand stands in the audit.
const COUNTY: &str = "xingcun 命令行";

/// The option of every command that writes.
pub const AS: Opt = Opt::value(
    "--as",
    "NAME:ROLE@PLACE",
    Times::Maybe,
    "谁在操作，如 张三:村级填报员@沙溪村；默认县级管理员",
);

/// The person that `--as` names.
pub fn acting(args: &Args, state: &State) -> Result<Person, Failure> {
    let Some(said) = args.get(AS.name) else { return Ok(Person::county(COUNTY)) };
    let (name, rest) = said.split_once([':', '：']).ok_or_else(|| wrong(said, "应写成 姓名:岗位@单位"))?;
    let (word, place) = rest.split_once('@').map_or((rest, None), |(word, place)| (word, Some(place)));
    let known: Vec<String> = Role::ALL.iter().map(|r| r.label().zh.to_string()).collect();
    let role = Role::find(word.trim())
        .ok_or_else(|| wrong(said, &format!("没有岗位“{word}”，可用：{}", known.join("、"))))?;
    let place = match place.map(str::trim) {
        None | Some("") => None,
        Some(place) => match Places::of(state).resolve(place).as_slice() {
            [only] => Some(*only),
            [] => return Err(wrong(said, &format!("台账里没有“{place}”"))),
            _ => return Err(wrong(said, &format!("“{place}”不止一个，请写全称，如 柳河镇/清凉村"))),
        },
    };
    Ok(Person { role: Some(role), place, ..Person::unnamed(name.trim()) })
}

fn wrong(said: &str, why: &str) -> Failure {
    Failure::usage(format!("--as“{said}”：{why}"))
}

/// Says what the gate refused, each with the record that it is about.
pub fn say_refused(state: &State, refusals: &[Refusal]) {
    refusals.iter().for_each(|r| say(&refusal_words(state, r)));
}

/// 清凉村 2024年 经营收入：why it is refused.
pub fn refusal_words(state: &State, refusal: &Refusal) -> String {
    let record = record_words(state, &refusal.register, refusal.row);
    let name = if record.is_empty() { String::new() } else { format!("{record}：") };
    format!("{name}{}", refusal.message.zh)
}

/// What the gate refused, as every command prints it.
pub fn refused(state: &State, refusals: &[Refusal]) -> Json {
    let one = |r: &Refusal| {
        Json::object([
            ("row", Json::text(r.row)),
            ("record", Json::text(record_words(state, &r.register, r.row))),
            ("rule", Json::text(r.ground.key())),
            ("message", Json::text(&r.message.zh)),
        ])
    };
    Json::List(refusals.iter().map(one).collect())
}
