//! `import`: workbooks into a ledger.
//!
//! Each workbook is all or nothing, and a batch of its own. The ledger is written once, at the end, and only
//! when something has changed.

use std::fs;
use std::path::{Path, PathBuf};

use xingcun::exchange::book;
use xingcun::exchange::marks;
use xingcun::exchange::own::Offer;
use xingcun::exchange::plan::{self, Options, Plan};
use xingcun::exchange::question::{Answer, Topic};
use xingcun::exchange::record_json::Json;
use xingcun::exchange::{Book, BookError, CellFinding, Decision, Quiet, Unlisted};
use xingcun::ledger::{Author, Refusal, Refused, State};
use xingcun::register::Severity;

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::{self, Ledger, unreadable};
use super::outcome::{BAD_INPUT, DONE, FINDINGS, Failure, Outcome, say};
use super::own::{self, NotOwn};
use super::{books, person, rows};

pub const COMMAND: Command = Command {
    name: "import",
    about: "把工作簿导入台账：一个文件一批，要么整份写入，要么不写",
    input: Input::Many("BOOK"),
    options: &[
        Opt::value("--into", "L.xcz", Times::Once, "写入哪个台账文件；没有就新建"),
        rows::register(Times::Maybe, "按这本台账导入；默认自动判断"),
        Opt::value(
            "--own",
            "NAME",
            Times::Maybe,
            "没有台账对得上的表，建成本县自己的台账“NAME”再导入；已有同名的就导入那一本",
        ),
        Opt::value("--unit", "[表=]万元", Times::Any, "表上没有写明时，金额的单位；可只对一张工作表说"),
        Opt::value("--period", "[表=]2024", Times::Any, "表上没有写明时，这张表是哪一期的"),
        Opt::value("--answer", "KEY=答案", Times::Any, "回答一个问题；KEY 和可选的答案在 findings 的 ask 里"),
        Opt::switch("--create-places", "名册里没有的村和乡镇，按文件新建"),
        Opt::switch("--create-refs", "栏里写了名称、台账里还没有的记录（如运营主体），按名称新建"),
        Opt::value(
            "--marked",
            "DIR",
            Times::Maybe,
            "有要看的格子时，把原工作簿复制一份放进 DIR，在那些格子上加批注，其余不动；只做 .xlsx",
        ),
        Opt::switch("--dry-run", "只看会怎样，不写入"),
        person::AS,
    ],
    notes: "每个文件输出一行 JSON：file、written 是否写入、inserted 新增、updated 更新、unchanged 未变、skipped 跳过、removed 删除、cleared 清空、\n\
        findings 发现（severity、sheet、cell、field、rule、message；要回答的还有 ask：key 和 choices）。没有写入时 inserted、updated 为 0（--dry-run 除外）。\n\
        再导入同一份文件：全部未变，台账文件逐字节不变。\n\
        \n\
        提醒（warning）和说明（info）不妨碍写入，退出码 0；合计对不上、有表没有读的，写入了也要人看，退出码 1。\n\
        要人决定的（名册里没有的村、对不上的行、违反规则的值、没写明的单位和期间、没有读的数、上次有这次没有的记录和数）：整份不写入，退出码 1。\n\
        读不懂的（不是工作簿、没有表格、单元格里不是该填的东西）：整份不写入，退出码 2，并写明文件、工作表和单元格。\n\
        一次给多个文件时，一个不成不影响其他；只要有文件没有写入，退出码为 1，全都读不懂才是 2。",
    run,
};

/// What the person says of sheets that do not say it themselves.
fn answers(args: &Args) -> Result<Vec<Decision>, Failure> {
    let short = |name, topic| args.all(name).into_iter().map(move |text| Answer::short(topic, &text));
    let given: Vec<Answer> = short("--unit", Topic::Unit).chain(short("--period", Topic::Period)).collect();
    let named = args.all("--answer").into_iter().map(|text| {
        let read = Answer::read(&text);
        read.ok_or_else(|| {
            Failure::usage(format!("import：--answer 要写成 KEY=答案，如 unit:2024!A1=万元，这里是“{text}”"))
        })
    });
    let named: Vec<Answer> = named.collect::<Result<_, _>>()?;
    let all: Vec<Answer> = given.into_iter().chain(named).collect();
    match all.iter().find(|a| !a.is_possible()) {
        Some(wrong) => Err(Failure::usage(format!("import：“{}”不是可以用的答案", wrong.answer))),
        None => Ok(all.into_iter().map(Decision::Answer).collect()),
    }
}

/// How the run goes about a workbook.
#[derive(Clone, Copy)]
struct Wish<'a> {
    /// The register of the county's own that takes what no register fits.
    own: Option<&'a str>,
    dry: bool,
    now: u64,
    /// Where copies with comments go.
    marked: Option<&'a Path>,
}

/// One workbook's result.
struct Imported {
    line: String,
    code: u8,
}

fn run(args: &Args) -> Result<Outcome, Failure> {
    let unlisted = if args.has("--create-places") { Unlisted::Create } else { Unlisted::Ask };
    let create_refs = args.has("--create-refs");
    let mut options = Options { unlisted, create_refs, ..Options::default() };
    let dry = args.has("--dry-run");
    let mut ledger = Ledger::open_or_new(Path::new(args.required("--into")))?;
    options.decisions = answers(args)?;
    options.register = args.get(rows::REGISTER.name).map(|named| ledger.register(named)).transpose()?;
    let files: Vec<(PathBuf, std::io::Result<Vec<u8>>)> =
        args.inputs().map(|p| (p.clone(), fs::read(p))).collect();
    let all: Vec<&[u8]> = files.iter().filter_map(|(_, bytes)| bytes.as_deref().ok()).collect();
    let who = person::acting(args, &ledger.state)?;
    options.who = who.clone();
    let mut author = ledger.author(who, &all.concat())?;
    let now = ledger::now()?;
    let wish = Wish { own: args.get("--own"), dry, now, marked: args.get("--marked").map(Path::new) };
    let (mut output, mut codes) = (String::new(), Vec::new());
    for (path, bytes) in &files {
        let one = match bytes {
            Ok(bytes) => book(&mut ledger, &mut author, path, bytes, &options, wish),
            Err(e) => Err(unreadable(path, e)),
        };
        let one = one.unwrap_or_else(|failure| {
            say(&failure.message);
            let line = refused_line(path, &failure.message);
            Imported { line, code: BAD_INPUT }
        });
        output.push_str(&one.line);
        output.push('\n');
        codes.push(one.code);
    }
    if !dry && ledger.has_grown() {
        ledger.save()?;
    }
    let code = if codes.iter().all(|c| *c == DONE) {
        DONE
    } else if codes.iter().all(|c| *c == BAD_INPUT) {
        BAD_INPUT
    } else {
        FINDINGS
    };
    Ok(Outcome { output, code })
}

fn book(
    ledger: &mut Ledger,
    author: &mut Author,
    path: &Path,
    bytes: &[u8],
    options: &Options,
    Wish { own, dry, now, marked }: Wish<'_>,
) -> Result<Imported, Failure> {
    let book = books::parse(path, bytes)?;
    let failed = |e: plan::PlanError| Failure::new(format!("{}：{}", path.display(), e.message().zh));
    let refused = |state: &State, Refused(why): Refused| {
        let said = why.iter().map(|r| (r, person::refusal_words(state, r)));
        said.clone().for_each(|(_, words)| say(&format!("{}：{words}", path.display())));
        Imported { line: not_admitted(path, said), code: FINDINGS }
    };
    let own = match own.map(|name| own::prepare(ledger, author, (&book, name), options, now)).transpose() {
        Ok(own) => own,
        Err(NotOwn::Refused(why)) => return Ok(refused(&ledger.state, why)),
        Err(NotOwn::Failed(failure)) => return Err(failure),
    };
    let (state, wanted) = own.as_ref().map_or((&ledger.state, options), |own| (&own.state, &own.options));
    let plan = plan::import(&book, state, wanted, &mut Quiet).map_err(failed)?;
    books::say_errors(path, &plan.findings);
    let counts = plan.counts;
    let changes = counts.inserted + counts.updated + counts.removed + counts.cleared > 0;
    let write = plan.is_writable() && changes && !dry;
    let copy = marked.map(|into| mark(path, (bytes, &book), &plan.findings, into)).transpose()?.flatten();
    let offer = own.as_ref().and_then(|own| own.offer.as_ref());
    let line = line_of(path, &plan, write, (offer, copy.as_deref()));
    let code = code_of(&plan);
    if write {
        let drafted = plan.into_draft(state, &mut || author.row_id(now)).map_err(failed)?;
        let before = ledger.log().len();
        let settings = own.and_then(|own| own.draft);
        let added =
            settings.into_iter().chain([drafted]).try_for_each(|d| ledger.add(author, d, now).map(drop));
        if let Err(why) = added {
            ledger.forget_since(before);
            return Ok(refused(&ledger.state, why));
        }
    }
    Ok(Imported { line, code })
}

/// A copy of the workbook with comments on the cells that somebody must look at; none where there are none, or where
/// the workbook is not of the kind that can have one, which is said.
fn mark(
    path: &Path,
    (bytes, book): (&[u8], &Book),
    findings: &[CellFinding],
    into: &Path,
) -> Result<Option<PathBuf>, Failure> {
    let notes = marks::notes(findings);
    if notes.is_empty() {
        return Ok(None);
    }
    let failed =
        |why: &dyn std::fmt::Display| Failure::new(format!("{}：标注副本没有写成：{why}", path.display()));
    match book::marked(bytes, &notes) {
        Ok(copy) => {
            let to = into.join(marks::name(&book.name));
            fs::create_dir_all(into).map_err(|e| failed(&e))?;
            fs::write(&to, copy).map_err(|e| failed(&e))?;
            Ok(Some(to))
        }
        Err(BookError::OnlyXlsx) => {
            say(&format!("{}：{}", path.display(), BookError::OnlyXlsx.message().zh));
            Ok(None)
        }
        Err(error) => Err(failed(&error.message().zh)),
    }
}

/// Rules whose errors say that a cell cannot be read, or that there is nothing to read. All other errors ask a
/// person: who is meant, which of two, is it really so.
const UNREADABLE: &[&str] = &[
    "formula_error",
    "not_a_number",
    "out_of_range",
    "precision_lost",
    "too_precise",
    "wrong_unit",
    "not_a_date",
    "not_an_option",
    "refused",
    "no_table",
    "unknown_table",
];

/// Rules whose warnings somebody must look at, although the rest is written.
const TO_LOOK_AT: &[&str] = &["total_differs", "row_sum_differs", "unknown_table", "nothing_read"];

fn code_of(plan: &Plan) -> u8 {
    let unreadable = |f: &CellFinding| f.severity == Severity::Error && UNREADABLE.contains(&&*f.rule);
    match () {
        () if plan.findings.iter().any(unreadable) => BAD_INPUT,
        () if books::has_errors(&plan.findings) || !plan.places.is_empty() => FINDINGS,
        () if plan.findings.iter().any(|f| TO_LOOK_AT.contains(&&*f.rule)) => FINDINGS,
        () => DONE,
    }
}

fn line_of(
    path: &Path,
    plan: &Plan,
    written: bool,
    (own, marked): (Option<&Offer>, Option<&Path>),
) -> String {
    let count = |n: usize| Json::raw(if plan.is_writable() { n } else { 0 });
    let names = |all: Vec<&str>| Json::List(all.into_iter().map(Json::text).collect());
    Json::object([
        ("file", Json::text(path.display())),
        ("written", Json::raw(written)),
        ("inserted", count(plan.counts.inserted)),
        ("updated", count(plan.counts.updated)),
        ("unchanged", Json::raw(plan.counts.unchanged)),
        ("skipped", Json::raw(plan.counts.skipped)),
        ("removed", count(plan.counts.removed)),
        ("cleared", count(plan.counts.cleared)),
        ("new_places", names(plan.new_places.iter().map(|p| &*p.name).collect())),
        ("new_products", names(plan.products.iter().map(|p| &*p.name).collect())),
        ("own", own.map_or(Json::Null, Json::of)),
        ("marked", marked.map_or(Json::Null, |to| Json::text(to.display()))),
        ("tables", Json::of(&plan.tables)),
        ("totals", Json::of(&plan.checks)),
        ("findings", books::findings(&plan.findings)),
    ])
    .to_string()
}

/// A file that could not even be read, as a line of the same shape.
fn refused_line(path: &Path, message: &str) -> String {
    let finding = Json::object([
        ("severity", Json::text("error")),
        ("sheet", Json::text("")),
        ("cell", Json::text("")),
        ("field", Json::Null),
        ("rule", Json::text("unreadable_file")),
        ("message", Json::text(message)),
    ]);
    unwritten(path, vec![finding])
}

/// A file whose rows the ledger's gate does not let in, as a line of the same shape.
fn not_admitted<'a>(path: &Path, why: impl Iterator<Item = (&'a Refusal, String)>) -> String {
    let finding = |(r, words): (&Refusal, String)| {
        Json::object([
            ("severity", Json::text("error")),
            ("sheet", Json::text(r.place.as_ref().map_or("", |p| &*p.sheet))),
            ("cell", Json::text(r.place.as_ref().map_or("", |p| &*p.cell))),
            ("field", Json::maybe(r.field.as_ref())),
            ("rule", Json::text(r.ground.key())),
            ("message", Json::text(words)),
        ])
    };
    unwritten(path, why.map(finding).collect())
}

fn unwritten(path: &Path, findings: Vec<Json>) -> String {
    let none = || Json::raw(0);
    Json::object([
        ("file", Json::text(path.display())),
        ("written", Json::raw(false)),
        ("inserted", none()),
        ("updated", none()),
        ("unchanged", none()),
        ("skipped", none()),
        ("findings", Json::List(findings)),
    ])
    .to_string()
}
