//! `check`: what needs a second look.

use xingcun::analysis::findings::{Found, findings};
use xingcun::exchange::record_json::Json;
use xingcun::register::Severity;
use xingcun::register::catalog::r09;
use xingcun::table::{Cache, Places};

use super::args::{Args, Command, Input, Opt, Times};
use super::indicators::place;
use super::ledger::{self, Ledger};
use super::outcome::{DONE, FINDINGS, Failure, Outcome};

pub const COMMAND: Command = Command {
    name: "check",
    about: "按各台账的规则检查每条记录：JSON Lines，一行一个发现，重的在前",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value("--org", "NAME", Times::Maybe, "只查这个村、乡镇或片区（含下级）；默认全部"),
        Opt::value("--register", r09::KEY, Times::Maybe, "只查这本台账；默认全部"),
    ],
    notes: "每行：severity 轻重（error、warning、info），rule 规则，register 台账，kind 记录种类，record 记录标识，\n\
        org 所属单位，field 字段，message 说明。与日期有关的（快到期、拖欠）按今天算，XINGCUN_NOW 可指定。\n\
        有 error 时退出码为 1。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let wanted = args.get("--register").map(|named| ledger.register(named)).transpose()?;
    let places = Cache::new().places(&ledger.state);
    let org = args.get("--org").map(|name| place(&places, name)).transpose()?;
    let mut found = findings(&ledger.state, &places, org, ledger::today()?);
    found.retain(|f| wanted.as_ref().is_none_or(|key| f.register == *key));
    let output = found.iter().map(|f| format!("{}\n", line(f, &places))).collect();
    let grave = found.iter().any(|f| f.finding.severity == Severity::Error);
    Ok(Outcome { output, code: if grave { FINDINGS } else { DONE } })
}

fn line(found: &Found, places: &Places) -> Json {
    let finding = &found.finding;
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    Json::object([
        ("severity", Json::text(severity)),
        ("rule", Json::text(&finding.rule)),
        ("register", Json::text(&found.register)),
        ("kind", Json::text(&found.kind)),
        ("record", Json::text(found.row)),
        ("org", found.org.map_or(Json::Null, |org| Json::text(places.name(org)))),
        ("field", finding.field.as_ref().map_or(Json::Null, Json::text)),
        ("message", Json::text(&finding.message.zh)),
    ])
}
