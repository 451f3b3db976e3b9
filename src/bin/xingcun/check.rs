//! `check`: what needs a second look.

use xingcun::analysis::due::{Due, due};
use xingcun::analysis::findings::{Found, findings};
use xingcun::exchange::record_json::Json;
use xingcun::register::Severity;
use xingcun::table::{Cache, Places};
use xingcun::value::RowId;

use super::args::{Args, Command, Input, Opt, Times};
use super::indicators::place;
use super::ledger::{self, Ledger};
use super::outcome::{DONE, FINDINGS, Failure, Outcome};
use super::rows;

pub const COMMAND: Command = Command {
    name: "check",
    about: "按各台账的规则检查每条记录：JSON Lines，一行一个发现，重的在前",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value("--org", "NAME", Times::Maybe, "只查这个村、乡镇或片区（含下级）；默认全部"),
        rows::register(Times::Maybe, "只查这本台账；默认全部"),
        Opt::switch("--due", "不查记录，只列到期还没有报送的村（按设置里的报送期限）"),
    ],
    notes: "每行：severity 轻重（error、warning、info），rule 规则，register 台账，kind 记录种类，record 记录标识，\n\
        org 所属单位，field 字段，message 说明。与日期有关的（快到期、拖欠）按今天算，XINGCUN_NOW 可指定。\n\
        有 error 时退出码为 1。--due 每行：register 台账，period 期间，org 没有报送的村，until 截止日期，\n\
        left 还剩几天（负数是已晚几天），message 说明。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let wanted = args.get(rows::REGISTER.name).map(|named| ledger.register(named)).transpose()?;
    let places = Cache::new().places(&ledger.state);
    let org = args.get("--org").map(|name| place(&places, name)).transpose()?;
    if args.has("--due") {
        let all = due(&Cache::new(), &ledger.state, &places, org, ledger::today()?);
        let all = all.map_err(|why| Failure::new(why.0.zh))?;
        let here = all.iter().filter(|d| wanted.as_ref().is_none_or(|key| d.register.key == *key));
        let output = here.flat_map(|d| due_lines(d, &places)).collect();
        return Ok(Outcome { output, code: DONE });
    }
    let mut found = findings(&ledger.state, &places, org, ledger::today()?);
    found.retain(|f| wanted.as_ref().is_none_or(|key| f.register == *key));
    let output = found.iter().map(|f| format!("{}\n", line(f, &places))).collect();
    let grave = found.iter().any(|f| f.finding.severity == Severity::Error);
    Ok(Outcome { output, code: if grave { FINDINGS } else { DONE } })
}

/// One line for each village that has not reported.
fn due_lines(due: &Due, places: &Places) -> Vec<String> {
    let when = match due.left {
        left if left < 0 => format!("已晚{}天", -left),
        0 => "今天截止".to_owned(),
        left => format!("还有{left}天"),
    };
    let message = format!("{}的{}{}截止报送，{when}", due.period.zh(), due.register.label.zh, due.until);
    let line = |village: &RowId| {
        let line = Json::object([
            ("register", Json::text(&due.register.key)),
            ("period", Json::text(due.period)),
            ("org", Json::text(places.name(*village))),
            ("until", Json::text(due.until)),
            ("left", Json::raw(due.left)),
            ("message", Json::text(&message)),
        ]);
        format!("{line}\n")
    };
    due.missing.iter().map(line).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use xingcun::ledger::State;
    use xingcun::register::catalog::r07;
    use xingcun::value::Period;

    #[test]
    fn a_village_that_owes_is_a_line_that_says_by_when() {
        let state = State::new();
        let due = |left| Due {
            register: state.schema().register(r07::KEY).unwrap().clone(),
            period: Period::month_of(2024, 3).unwrap(),
            until: "2024-04-10".parse().unwrap(),
            left,
            should: 2,
            missing: vec![RowId::from_bits(1), RowId::from_bits(2)],
        };
        let lines = due_lines(&due(-3), &Cache::new().places(&state));
        assert_eq!(lines.len(), 2, "one for each village");
        let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((&line["register"], &line["period"]), (&"R07".into(), &"2024-03".into()));
        assert_eq!((&line["until"], &line["left"]), (&"2024-04-10".into(), &(-3).into()));
        let message = |left| {
            let lines = due_lines(&due(left), &Cache::new().places(&state));
            serde_json::from_str::<serde_json::Value>(&lines[0]).unwrap()["message"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(message(-3), "2024年3月的集体经济收支台账2024-04-10截止报送，已晚3天");
        assert!(message(0).ends_with("今天截止") && message(5).ends_with("还有5天"));
    }
}
