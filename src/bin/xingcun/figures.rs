//! `figures`: the figures of texts, one a line.

use std::path::Path;

use xingcun::exchange::article::{self, Aside, Document, Figure, Options, source};
use xingcun::exchange::record_json::Json;
use xingcun::value::figure::{Other, Time};
use xingcun::value::{Date, Decimal, when};

use super::args::{Args, Command, Input, Opt, Times};
use super::outcome::{Failure, Outcome};

/// The article's own date.
pub const DATE: Opt =
    Opt::value("--date", "2024-07-25", Times::Maybe, "文章日期：文中没有时，据此推算“今年”“去年”");

pub const COMMAND: Command = Command {
    name: "figures",
    about: "找出文章里的每一个数字：JSON Lines，一行一个",
    input: Input::Many("ARTICLE"),
    options: &[DATE, Opt::switch("--all", "连口号、结构、编号、日期等不是数字指标的也列出，kind 说明是什么")],
    notes: "文章：.txt（UTF-8、GB18030、UTF-16）或 .docx。每行：file 文件、quote 原句、figure 原文、start 和 end 字符位置\n\
        （Unicode 字符，从 0 起）、low 和 high 区间（high 为 null 即无上限）、strict_low 和 strict_high 严格理解的区间、\n\
        unit 单位、class 单位类别、modifier 说法（exact、over、at_least、nearly、about、under、at_most、range）、\n\
        per 每什么、period 期间（period_before 本句没写、本段前文写明的）、kind（level 水平、change 变化、part 其中、class 上万、rank 之一）、direction 变化方向、\n\
        forecast 预计、subject 所指、place 单位、places 重复印出的其他位置。什么都不写入。",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let options = Options { date: date(args)?, places: Vec::new() };
    let mut output = String::new();
    for path in args.inputs() {
        let (_, document) = document(&path, &options)?;
        let file = path.display().to_string();
        let mut rows: Vec<(usize, Json)> =
            document.figures.iter().map(|f| (f.range.start, row(f, Some(&file)))).collect();
        if args.has("--all") {
            rows.extend(document.asides.iter().map(|a| (a.range.start, aside(a, Some(&file)))));
        }
        rows.sort_by_key(|(start, _)| *start);
        for (_, row) in rows {
            output += &format!("{row}\n");
        }
    }
    Ok(Outcome::done(output))
}

/// The given date.
pub fn date(args: &Args) -> Result<Option<Date>, Failure> {
    let read = |given: &str| {
        let day = when::date(given, None).ok().filter(|d| d.exact);
        day.map(|d| d.date).ok_or_else(|| Failure::usage(format!("“{given}”不是日期，应写作 2024-07-25")))
    };
    args.get("--date").map(read).transpose()
}

/// A file's text, and what was read in it.
pub fn document(path: &Path, options: &Options) -> Result<(String, Document), Failure> {
    let bytes = super::books::bytes(path)?;
    let text = source::text(&bytes).map_err(|e| Failure::new(format!("{}：{e}", path.display())))?;
    let document = article::read(&text, options);
    Ok((text, document))
}

/// Both objects as one.
pub fn joined(first: Json, more: Json) -> Json {
    match (first, more) {
        (Json::Object(mut pairs), Json::Object(more)) => {
            pairs.extend(more);
            Json::Object(pairs)
        }
        (first, _) => first,
    }
}

/// Without trailing zeros.
pub fn number(n: Option<Decimal>) -> Json {
    n.map_or(Json::Null, |n| Json::raw(n.normalize()))
}

/// One figure, with the file it stands in when there are several.
pub fn row(figure: &Figure, file: Option<&str>) -> Json {
    let r = &figure.reading;
    let (period, as_of) = match r.time {
        Time::In(period) => (Some(period.to_string()), None),
        Time::Years(from, to) => (Some(format!("{from}/{to}")), None),
        Time::Since(year) => (Some(format!("{year}/")), None),
        Time::AsOf(date) => (None, date.map(|d| d.to_string())),
        Time::Unknown => (None, None),
    };
    // What an earlier sentence says stands apart from what the figure's own sentence says (domain §8.8).
    let (period, before) = if r.time_before { (None, period) } else { (period, None) };
    let again =
        figure.again.iter().map(|r| Json::object([("start", Json::raw(r.start)), ("end", Json::raw(r.end))]));
    let row = Json::object([
        ("quote", Json::text(&figure.quote)),
        ("figure", Json::text(&figure.figure)),
        ("start", Json::raw(figure.range.start)),
        ("end", Json::raw(figure.range.end)),
        ("low", number(r.low)),
        ("high", number(r.high)),
        ("strict_low", number(r.strict.0)),
        ("strict_high", number(r.strict.1)),
        ("unit", Json::maybe(r.unit.as_ref())),
        ("class", Json::of(&r.class)),
        ("modifier", Json::of(&r.modifier)),
        ("per", Json::maybe(r.per.as_ref())),
        ("period", Json::maybe(period)),
        ("period_before", Json::maybe(before)),
        ("as_of", Json::maybe(as_of)),
        ("kind", Json::of(&r.kind)),
        ("direction", Json::of(&r.direction)),
        ("forecast", Json::raw(r.forecast)),
        ("subject", Json::maybe(figure.subject.as_ref())),
        ("place", Json::maybe(figure.place.as_ref())),
        ("places", Json::List(again.collect())),
    ]);
    in_file(row, file)
}

/// Something that is no figure.
pub fn aside(aside: &Aside, file: Option<&str>) -> Json {
    let members = match &aside.what {
        Other::Structure(members) => Json::of(members),
        _ => Json::Null,
    };
    let row = Json::object([
        ("figure", Json::text(&aside.words)),
        ("start", Json::raw(aside.range.start)),
        ("end", Json::raw(aside.range.end)),
        ("kind", Json::text(aside.what.key())),
        ("members", members),
    ]);
    in_file(row, file)
}

fn in_file(row: Json, file: Option<&str>) -> Json {
    match file {
        Some(file) => joined(row, Json::object([("file", Json::text(file))])),
        None => row,
    }
}
