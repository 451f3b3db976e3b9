//! `indicators`: what the records amount to.

use xingcun::analysis::indicator::{Ask, Indicators, to_json};
use xingcun::table::{Cache, Places};
use xingcun::value::{Period, RowId};

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::{self, Ledger};
use super::outcome::{Failure, Outcome};

pub const COMMAND: Command = Command {
    name: "indicators",
    about: "计算指标：JSON，键为指标编号",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value("--period", "2024", Times::Once, "期间：2024、2024-H1、2024-Q3 或 2024-07"),
        Opt::value("--org", "NAME", Times::Maybe, "只算这个村、乡镇或片区（含下级）；默认全部"),
    ],
    notes: "每个指标：value 数值、unit 单位、numerator 分子、denominator 分母、villages 村数等；\n\
        算不出来的 value 为 null 并说明原因，不当作 0。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let period = period(args.required("--period"))?;
    let cache = Cache::new();
    let mut desk = Indicators::new(&ledger.state, &cache);
    let place = args.get("--org").map(|name| place(&cache.places(&ledger.state), name)).transpose()?;
    desk.today = Some(ledger::today()?);
    let readings = desk.read_all(&Ask::of(period).at(place));
    Ok(Outcome::done(format!("{}\n", to_json(&readings))))
}

/// The period that is meant.
pub fn period(given: &str) -> Result<Period, Failure> {
    given
        .trim_end_matches('年')
        .parse()
        .map_err(|_| Failure::usage(format!("“{given}”不是期间，应写作 2024、2024-H1、2024-Q3 或 2024-07")))
}

/// The one place that a name means.
pub fn place(places: &Places, name: &str) -> Result<RowId, Failure> {
    match places.resolve(name).as_slice() {
        [] => Err(Failure::new(format!("台账里没有“{name}”这个单位"))),
        [one] => Ok(*one),
        several => {
            let town =
                |id: &RowId| places.town_of(*id).map(|t| places.name(t).to_string()).unwrap_or_default();
            let towns: Vec<String> = several.iter().map(town).collect();
            Err(Failure::new(format!("“{name}”有{}个，请写全：{}", several.len(), towns.join("、"))))
        }
    }
}
