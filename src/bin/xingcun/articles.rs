//! `figures` and `article`: the figures of texts, alone or with everything that was understood around them.

use std::path::{Path, PathBuf};

use xingcun::analysis::indicator;
use xingcun::exchange::article::link::{self, Proposal, Target};
use xingcun::exchange::article::{self, Aside, Document, Figure, Options, source};
use xingcun::exchange::record_json::Json;
use xingcun::register::{Severity, catalog};
use xingcun::table::{Place, Places};
use xingcun::value::figure::{Other, Time};
use xingcun::value::{Date, Decimal, when};

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::Ledger;
use super::outcome::{FINDINGS, Failure, Outcome};

const DATE: Opt =
    Opt::value("--date", "2024-07-25", Times::Maybe, "文章日期：文中没有时，据此推算“今年”“去年”");

pub const FIGURES: Command = Command {
    name: "figures",
    about: "找出文章里的每一个数字：JSON Lines，一行一个",
    input: Input::Many("ARTICLE"),
    options: &[DATE, Opt::switch("--all", "连口号、结构、编号、日期等不是数字指标的也列出，kind 说明是什么")],
    notes: "文章：.txt（UTF-8、GB18030、UTF-16）或 .docx。每行：file 文件、quote 原句、figure 原文、start 和 end 字符位置\n\
        （Unicode 字符，从 0 起）、low 和 high 区间（high 为 null 即无上限）、strict_low 和 strict_high 严格理解的区间、\n\
        unit 单位、class 单位类别、modifier 说法（exact、over、at_least、nearly、about、under、at_most、range）、\n\
        per 每什么、period 期间、kind（level 水平、change 变化、part 其中、class 上万、rank 之一）、direction 变化方向、\n\
        forecast 预计、subject 所指、place 单位、places 重复印出的其他位置。什么都不写入。",
    run: figures,
};

pub const ARTICLE: Command = Command {
    name: "article",
    about: "读一份材料：其中各篇文章、标题、日期、数字、文内核对与可挂接的指标：JSON",
    input: Input::One("ARTICLE"),
    options: &[DATE, Opt::value("--ledger", "L.xcz", Times::Maybe, "用这本台账里的单位名称认地名")],
    notes: "输出 JSON：articles 各篇（title、date、start、end）、figures 数字（同 figures 命令，另有 article 第几篇、\n\
        proposals 可挂接的字段或指标及理由）、findings 文内核对（加总、百分比、增幅、同一事项两个数、乱码）、\n\
        asides 不是数字指标的。有需要核对的发现时退出码为 1。什么都不写入。",
    run: read_article,
};

fn figures(args: &Args) -> Result<Outcome, Failure> {
    let options = Options { date: date(args)?, places: Vec::new() };
    let mut output = String::new();
    for path in args.inputs() {
        let document = document(&path, &options)?;
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

fn read_article(args: &Args) -> Result<Outcome, Failure> {
    let places = args.get("--ledger").map(|path| places(&PathBuf::from(path))).transpose()?;
    let options = Options { date: date(args)?, places: places.unwrap_or_default() };
    let document = document(&args.input(), &options)?;
    let targets = targets();
    let figures = document.figures.iter().map(|f| {
        let proposals = link::propose(f, &targets).iter().map(proposal).collect();
        with(
            row(f, None),
            [
                ("article", Json::raw(f.article)),
                ("place_reason", Json::maybe(link::place_reason(f, &options.places).map(|(_, why)| why.zh))),
                ("proposals", Json::List(proposals)),
            ],
        )
    });
    let result = Json::object([
        ("articles", Json::List(document.articles.iter().map(heading).collect())),
        ("figures", Json::List(figures.collect())),
        ("findings", Json::List(document.findings.iter().map(finding).collect())),
        ("asides", Json::List(document.asides.iter().map(|a| aside(a, None)).collect())),
    ]);
    let doubtful = document.findings.iter().any(|f| f.severity != Severity::Info);
    Ok(Outcome { output: format!("{result}\n"), code: if doubtful { FINDINGS } else { 0 } })
}

fn date(args: &Args) -> Result<Option<Date>, Failure> {
    let read = |given: &str| {
        let day = when::date(given, None).ok().filter(|d| d.exact);
        day.map(|d| d.date).ok_or_else(|| Failure::usage(format!("“{given}”不是日期，应写作 2024-07-25")))
    };
    args.get("--date").map(read).transpose()
}

fn document(path: &Path, options: &Options) -> Result<Document, Failure> {
    let bytes = super::books::bytes(path)?;
    let text = source::text(&bytes).map_err(|e| Failure::new(format!("{}：{e}", path.display())))?;
    Ok(article::read(&text, options))
}

/// The names of the ledger's places.
fn places(path: &Path) -> Result<Vec<String>, Failure> {
    let ledger = Ledger::open(path)?;
    Ok(Places::of(&ledger.state).all().flat_map(Place::names).map(ToString::to_string).collect())
}

/// What figures may be linked to: the fields of the registers, and the indicators.
fn targets() -> Vec<Target> {
    let indicators = indicator::all().iter().map(|d| Target::new(d.code, &d.name.zh, d.unit, &[]));
    link::targets(catalog::all()).into_iter().chain(indicators).collect()
}

fn with<const N: usize>(row: Json, more: [(&str, Json); N]) -> Json {
    match (row, Json::object(more)) {
        (Json::Object(mut pairs), Json::Object(more)) => {
            pairs.extend(more);
            Json::Object(pairs)
        }
        (row, _) => row,
    }
}

fn number(n: Option<Decimal>) -> Json {
    n.map_or(Json::Null, |n| Json::raw(n.normalize()))
}

/// One figure, with the file it stands in when there are several.
fn row(figure: &Figure, file: Option<&str>) -> Json {
    let r = &figure.reading;
    let (period, as_of) = match r.time {
        Time::In(period) => (Some(period.to_string()), None),
        Time::Years(from, to) => (Some(format!("{from}/{to}")), None),
        Time::Since(year) => (Some(format!("{year}/")), None),
        Time::AsOf(date) => (None, date.map(|d| d.to_string())),
        Time::Unknown => (None, None),
    };
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

fn aside(aside: &Aside, file: Option<&str>) -> Json {
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
        Some(file) => with(row, [("file", Json::text(file))]),
        None => row,
    }
}

fn heading(article: &article::Article) -> Json {
    Json::object([
        ("title", Json::maybe(article.title.as_ref())),
        ("date", Json::maybe(article.date)),
        ("start", Json::raw(article.range.start)),
        ("end", Json::raw(article.range.end)),
    ])
}

fn finding(finding: &article::check::Finding) -> Json {
    Json::object([
        ("severity", Json::of(&finding.severity)),
        ("rule", Json::text(finding.rule)),
        ("figures", Json::of(&finding.figures)),
        ("message", Json::text(&finding.message.zh)),
    ])
}

fn proposal(proposal: &Proposal) -> Json {
    Json::object([
        ("target", Json::text(&proposal.target)),
        ("name", Json::text(&proposal.name)),
        ("reason", Json::text(&proposal.reason.zh)),
    ])
}
