//! `article`: what a text says, held against a ledger: one line an article, a figure, an aside, a finding.

use std::path::PathBuf;

use xingcun::exchange::article::check::Finding;
use xingcun::exchange::article::compare::Verdict;
use xingcun::exchange::article::judge::{Judge, Judged, Standing};
use xingcun::exchange::article::link::Proposal;
use xingcun::exchange::article::{Article, Document, Figure, Options, aim, kept, link, tell};
use xingcun::exchange::record_json::Json;
use xingcun::ledger::State;
use xingcun::register::{Schema, Severity};
use xingcun::table::{Cache, Place, Places};

use super::args::{Args, Command, Input, Opt, Times};
use super::figures::{DATE, aside, date, document, joined, number, row};
use super::indicators::{period, place};
use super::ledger::Ledger;
use super::outcome::{FINDINGS, Failure, Outcome};

pub const COMMAND: Command = Command {
    name: "article",
    about: "读一份材料，逐个数字与台账核对：JSON Lines",
    input: Input::One("ARTICLE"),
    options: &[
        DATE,
        Opt::value("--ledger", "L.xcz", Times::Maybe, "与这本台账核对，并用其中的单位名称认地名"),
        Opt::value("--period", "2024", Times::Maybe, "文中和文章日期都没有写时间的数字，与这一期核对"),
        Opt::value("--org", "NAME", Times::Maybe, "文中没有写单位的数字，与这个单位核对；默认全部"),
    ],
    notes: "每行一项，line 说明是什么：article 一篇（title、date、start、end）；figure 一个数字（同 figures 命令，另有\n\
        article 第几篇、proposals 可关联的字段或指标及理由）；aside 不是数字指标的；finding 文内核对（加总、百分比、\n\
        增幅、同一事项两个数、乱码；figures 是数字的序号）。\n\
        有 --ledger 时数字另有 state：agrees 相符、differs 不符、unsure 拿不准（doubts：为什么）、unknown 不知道（why：no_data 台账无数、not_linked 未关联、\n\
        no_period 不知道时间、forecast 预计或目标，不与实际数核对）；scope：按什么范围理解的（时间 · 单位 · 比的是什么，因为哪里怎么说）；basis：link 台账中已确认的关联、proposal 本次按文意建议、未经人确认；target 和 target_name\n\
        比的是什么；relation 是增长、占比、倍数、排名、合计等时写明；ledger_place、ledger_period、ledger_value 台账的单位、期间、数（按文中单位）；by 相差、percent 相差%、\n\
        better 宜怎样写；moved 关联之后台账变没变；reasons 理由。\n\
        有需要核对的发现，或已确认的关联不符、变动时，退出码为 1。什么都不写入。",
    run,
};

/// A ledger to hold figures against.
struct Against {
    ledger: Ledger,
    cache: Cache,
}

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = args.get("--ledger").map(|path| Ledger::open(&PathBuf::from(path))).transpose()?;
    let schema = ledger.as_ref().map_or_else(|| Schema::base().clone(), |l| l.state.schema().clone());
    let against = ledger.map(|ledger| Against { ledger, cache: Cache::new() });
    let names = against.as_ref().map(Against::names).unwrap_or_default();
    let (text, document) = document(&args.input(), &Options { date: date(args)?, places: names })?;
    let judged = against.as_ref().map(|a| a.judge(args, &text, &document)).transpose()?;
    let targets = aim::targets(&schema);
    let mut lines: Vec<Json> = document.articles.iter().map(|a| line("article", heading(a))).collect();
    for (n, figure) in document.figures.iter().enumerate() {
        let proposals = link::propose(figure, &targets).iter().map(proposal).collect();
        let more =
            Json::object([("article", Json::raw(figure.article)), ("proposals", Json::List(proposals))]);
        let mut shown = joined(row(figure, None), more);
        if let (Some(against), Some(judged)) = (&against, judged.as_ref().and_then(|all| all.get(n))) {
            shown = joined(shown, held(figure, judged, &schema, &against.places()));
        }
        lines.push(line("figure", shown));
    }
    lines.extend(document.asides.iter().map(|a| line("aside", aside(a, None))));
    lines.extend(document.findings.iter().map(|f| line("finding", finding(f))));
    let doubtful = document.findings.iter().any(|f| f.severity != Severity::Info)
        || judged.iter().flatten().any(wants_a_look);
    let output = lines.iter().map(|l| format!("{l}\n")).collect();
    Ok(Outcome { output, code: if doubtful { FINDINGS } else { 0 } })
}

/// What somebody confirmed, and what does not hold any more.
fn wants_a_look(judged: &Judged) -> bool {
    let differs = matches!(judged.verdict, Verdict::Differs { .. });
    judged.kept.is_some() && (differs || judged.moved.is_some())
}

impl Against {
    fn places(&self) -> std::sync::Arc<Places> {
        self.cache.places(&self.ledger.state)
    }

    fn names(&self) -> Vec<String> {
        self.places().all().flat_map(Place::names).map(ToString::to_string).collect()
    }

    /// Every figure: as it was linked in the ledger, otherwise as it is proposed.
    fn judge(&self, args: &Args, text: &str, document: &Document) -> Result<Vec<Judged>, Failure> {
        let state = &self.ledger.state;
        let scope = args.get("--org").map(|name| place(&self.places(), name)).transpose()?;
        let period = args.get("--period").map(period).transpose()?;
        let judge = Judge::new(state, &self.cache, (scope, period));
        Ok(judge.document(document, &links(state, text)))
    }
}

/// The links of this very text, where the ledger has stored it.
fn links(state: &State, text: &str) -> Vec<kept::Kept> {
    let same = |id| kept::text(state, id).is_some_and(|stored| *stored == *text);
    kept::articles(state).iter().find(|a| same(a.id)).map(|a| kept::links(state, a.id)).unwrap_or_default()
}

fn held(figure: &Figure, judged: &Judged, schema: &Schema, places: &Places) -> Json {
    let link = judged.link.as_ref();
    let doubts: Vec<&str> = judged.doubts.iter().map(|m| m.zh.as_str()).collect();
    let (state, why, by, percent, better) = match &judged.verdict {
        Verdict::Ahead => ("unknown", Some("forecast"), None, None, None),
        _ if judged.standing == Standing::Unsure => {
            let undated = link.is_some_and(|l| l.period.is_none());
            ("unsure", undated.then_some("no_period"), None, None, None)
        }
        Verdict::Agrees { better } => ("agrees", None, None, None, better.clone()),
        Verdict::Differs { by, percent, better } => ("differs", None, Some(*by), *percent, better.clone()),
        Verdict::NoData if link.is_some_and(|l| l.period.is_none()) => {
            ("unknown", Some("no_period"), None, None, None)
        }
        Verdict::NoData => ("unknown", Some("no_data"), None, None, None),
        Verdict::NotLinked => ("unknown", Some("not_linked"), None, None, None),
    };
    let basis = link.map(|_| if judged.kept.is_some() { "link" } else { "proposal" });
    let moved = tell::moved(figure, judged).map(|m| m.zh);
    Json::object([
        ("state", Json::text(state)),
        ("why", Json::maybe(why)),
        ("doubts", Json::List(doubts.into_iter().map(Json::text).collect())),
        ("scope", Json::maybe(judged.scope.as_ref().map(|m| &m.zh))),
        ("basis", Json::maybe(basis)),
        ("target", Json::maybe(link.map(|l| &l.target))),
        ("target_name", Json::maybe(tell::target(schema, judged).map(|m| m.zh))),
        ("relation", Json::maybe(link.and_then(|l| l.how.words(&l.thing())).map(|m| m.zh))),
        ("ledger_place", Json::maybe(link.and_then(|l| l.place).map(|p| places.name(p)))),
        ("ledger_period", Json::maybe(link.and_then(|l| l.period))),
        ("ledger_value", number(judged.value)),
        ("by", number(by)),
        ("percent", number(percent)),
        ("better", Json::maybe(better)),
        ("notes", Json::List(judged.reasons.iter().map(|m| &m.zh).chain(&moved).map(Json::text).collect())),
    ])
}

fn line(what: &str, rest: Json) -> Json {
    joined(Json::object([("line", Json::text(what))]), rest)
}

fn heading(article: &Article) -> Json {
    Json::object([
        ("title", Json::maybe(article.title.as_ref())),
        ("date", Json::maybe(article.date)),
        ("start", Json::raw(article.range.start)),
        ("end", Json::raw(article.range.end)),
    ])
}

fn finding(finding: &Finding) -> Json {
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
