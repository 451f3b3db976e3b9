//! `merge` and `conflicts`: other people's ledgers taken in, and what is left to decide.

use std::path::Path;

use xingcun::exchange::conflict_json;
use xingcun::exchange::merging::MOST_FILES;
use xingcun::exchange::record_json::Json;
use xingcun::ledger::merge::{self, Incoming, News, Standing};
use xingcun::ledger::{About, BatchId, Change, Conflict, Refused};
use xingcun::value::{Text, Value, utc_text};

use super::args::{Args, Command, Input, Opt, Times};
use super::ledger::{Ledger, now};
use super::outcome::{DONE, FINDINGS, Failure, Outcome, say};
use super::person;

pub const MERGE: Command = Command {
    name: "merge",
    about: "合账：把几份台账并成一份，冲突逐条列出，不丢也不藏",
    input: Input::Many("A.xcz B.xcz"),
    options: &[Opt::value("--out", "M.xcz", Times::Once, "合成的台账写到这里"), person::AS],
    notes: "第一份是自己的台账，其余的并入它；次序不同、重复或分几次合并，结果都一样。\n\
        各方都建了的同一个村、同一条记录（导入键相同、建立时不矛盾）自动并为一行，引用随之改到这一行，\n\
        之后各自改过的列为冲突；没写所属乡镇的同名村是不是同一个，要裁定。\n\
        输出 JSON：operations 合成后的操作数，applied 新并入的，duplicates 本来就有的，joined 并为一行的对数，\n\
        files 各份带来什么，conflicts 待定的冲突（见 conflicts），state 合成后的状态摘要。\n\
        有冲突待定时退出码为 1。",
    run: run_merge,
};

pub const CONFLICTS: Command = Command {
    name: "conflicts",
    about: "列出待定的冲突，或逐条裁定",
    input: Input::One("L.xcz"),
    options: &[
        Opt::value(
            "--decide",
            "N=1|2",
            Times::Any,
            "第 N 条取第 1（或第 2…）个值；可给多次，N 以裁定前的编号为准",
        ),
        person::AS,
    ],
    notes: "输出 JSON Lines，一行一条：n 编号，register、row 记录，kind 是 field（同一格改成不同的值）、\n\
        state（移到不同状态）、life（一方删除，一方修改）、closed（结账后才到的修改）、identity（导入键相同的两行）；\n\
        values 依次是各方的值、何人、何时，最后一个是现在显示的。\n\
        joined（并为一行之后才到的另一行的改动）。\n\
        identity 的裁定：1 是同一个，并为一行；2 是两个，各自保留。closed 的裁定：1 以结账为准，改回原值；2 认可这处修改。\n\
        还有冲突待定时退出码为 1。",
    run: run_conflicts,
};

fn run_merge(args: &Args) -> Result<Outcome, Failure> {
    let paths: Vec<_> = args.inputs().collect();
    if paths.len() > MOST_FILES {
        return Err(Failure::usage(format!("merge：一次最多 {MOST_FILES} 份台账")));
    }
    let mut paths = paths.iter();
    let Some(first) = paths.next() else { return Err(Failure::usage("merge：缺台账")) };
    let mut ledger = Ledger::open(first)?;
    let (mut files, mut inputs) = (Vec::new(), Vec::new());
    for path in paths {
        let other = Ledger::open(path)?;
        inputs.extend_from_slice(&other.digest());
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let (log, blobs) = other.into_parts();
        ledger.take_blobs(blobs);
        files.push(Incoming { name: Text::from(name), log });
    }
    let survey = merge::survey(&ledger.state, &files);
    let merged = merge::merge(&ledger.state, &survey, &|_, _, _| true);
    let (joined, duplicates) = (merged.joined, survey.files.iter().map(|f| f.known).sum::<usize>());
    let who = person::acting(args, &ledger.state)?;
    let mut author = ledger.author(who, &inputs)?;
    ledger.receive(merged.brought, merged.state);
    admitted(ledger.add(&mut author, merged.draft, now()?))?;
    survey.files.iter().for_each(tell);
    let out = args.required("--out");
    ledger.save_as(Path::new(out))?;
    let found = ledger.state.conflicts();
    let result = Json::object([
        ("operations", Json::raw(ledger.state.operations())),
        ("applied", Json::raw(survey.files.iter().map(|f| f.operations).sum::<usize>())),
        ("duplicates", Json::raw(duplicates)),
        ("joined", Json::raw(joined)),
        ("files", Json::List(survey.files.iter().map(news).collect())),
        ("conflicts", Json::List(conflict_json::conflicts(&ledger.state, &found))),
        ("state", Json::text(ledger.state.digest())),
    ]);
    Ok(Outcome { output: format!("{result}\n"), code: code(&found) })
}

/// What the gate refuses is said, and nothing is written.
fn admitted(written: Result<Option<BatchId>, Refused>) -> Result<(), Failure> {
    written.map(|_| ()).map_err(|Refused(why)| {
        let said: Vec<&str> = why.iter().map(|r| r.message.zh.as_str()).collect();
        Failure::new(said.join("；"))
    })
}

/// What one of the files brings.
fn news(news: &News) -> Json {
    let day = |millis: u64| Json::maybe(utc_text(i64::try_from(millis).unwrap_or_default()));
    let people = news.people.iter().map(|(name, (from, to, operations))| {
        Json::object([
            ("actor", Json::text(name)),
            ("from", day(*from)),
            ("to", day(*to)),
            ("operations", Json::raw(operations)),
        ])
    });
    let rows = news.rows.iter().map(|(register, rows)| (register.to_string(), Json::raw(rows.len())));
    Json::object([
        ("file", Json::text(&news.name)),
        ("applied", Json::raw(news.operations)),
        ("duplicates", Json::raw(news.known)),
        ("people", Json::List(people.collect())),
        ("rows", Json::Object(rows.collect())),
        ("forked", Json::List(news.forked.iter().map(Json::text).collect())),
    ])
}

fn tell(news: &News) {
    match &news.standing {
        Standing::New => {}
        Standing::Equal => say(&format!("{}：没有新内容，与自己的台账完全相同", news.name)),
        Standing::Older => say(&format!("{}：没有新内容，是较早的或只含一部分的副本", news.name)),
        Standing::Repeats(other) => say(&format!("{}：没有新内容，{other} 里都有", news.name)),
    }
    for device in &news.forked {
        say(&format!(
            "{}：设备 {device} 的资料被复制到两台电脑上各自使用，两边的改动都已保留；请给其中一台换新的设备身份",
            news.name
        ));
    }
}

fn code(found: &[Conflict]) -> u8 {
    if found.is_empty() { DONE } else { FINDINGS }
}

fn run_conflicts(args: &Args) -> Result<Outcome, Failure> {
    let mut ledger = Ledger::open(&args.input())?;
    let found = ledger.state.conflicts();
    let who = person::acting(args, &ledger.state)?;
    let mut author = ledger.author(who, args.all("--decide").join(" ").as_bytes())?;
    let mut draft = xingcun::ledger::Draft::new(xingcun::ledger::BatchKind::Decide);
    for text in args.all("--decide") {
        let (conflict, side) = choice(&found, &text)?;
        let base = base(&ledger, conflict);
        let decided = ledger.state.decide(conflict, side, base);
        let decided = decided.ok_or_else(|| Failure::usage(format!("conflicts：裁定不了“{text}”")))?;
        draft.append(decided);
    }
    admitted(ledger.add(&mut author, draft, now()?))?;
    if ledger.has_grown() {
        ledger.save()?;
    }
    let found = ledger.state.conflicts();
    let lines = conflict_json::conflicts(&ledger.state, &found);
    Ok(Outcome { output: lines.iter().map(|l| format!("{l}\n")).collect(), code: code(&found) })
}

/// `3=1`: the third conflict, its first value.
fn choice<'a>(found: &'a [Conflict], text: &str) -> Result<(&'a Conflict, usize), Failure> {
    let numbers = text.split_once('=').and_then(|(n, side)| {
        Some((
            n.trim().parse::<usize>().ok()?.checked_sub(1)?,
            side.trim().parse::<usize>().ok()?.checked_sub(1)?,
        ))
    });
    let (n, side) =
        numbers.ok_or_else(|| Failure::usage(format!("conflicts：--decide 应如 3=1，不是“{text}”")))?;
    let conflict = found.get(n).ok_or_else(|| {
        Failure::usage(format!("conflicts：没有第 {} 条冲突，共 {} 条", n + 1, found.len()))
    })?;
    if side >= conflict.sides.len() {
        let sides = conflict.sides.len();
        return Err(Failure::usage(format!("conflicts：第 {} 条只有 {sides} 个值", n + 1)));
    }
    Ok((conflict, side))
}

/// What stood in the cell before the change that came after closing.
fn base(ledger: &Ledger, conflict: &Conflict) -> Option<Value> {
    let About::Closed(_) = conflict.about else { return None };
    let stamp = conflict.sides.last()?.stamp?;
    let id = ledger.state.batch_of(stamp)?.id;
    let sealed = ledger.log().iter().find(|s| s.batch.id == id)?;
    match merge::base_of(&sealed.batch, stamp)? {
        Change::Set { before, .. } => before.clone(),
        _ => None,
    }
}
