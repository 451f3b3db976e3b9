//! Where the time goes: every stage of a large ledger's life, natively, side by side in one run.
//!
//!   cargo bench --profile native --bench stages [-- BOOK.xlsx | TIMES]
//!
//! Without a workbook it makes the one of `bench.mjs` (villages × products × years, 100 000 rows), or with a number as
//! many of them, each of one year, to see what grows with the ledger. Numbers are
//! for people to compare with each other, of one run; nothing is asserted about them. Under `valgrind
//! --tool=callgrind` the same program counts instructions, which other work on the machine does not disturb.
#![allow(clippy::print_stdout, reason = "a benchmark talks")]

use std::cell::RefCell;
use std::error::Error;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rust_xlsxwriter::Workbook;
use xingcun::analysis::findings::findings;
use xingcun::analysis::indicator::{Ask, Indicators};
use xingcun::analysis::overview::Overview;
use xingcun::analysis::pivot::{Spec, pivot};
use xingcun::analysis::waiting::waiting;
use xingcun::exchange::mapping::suggest;
use xingcun::exchange::plan::{Chosen, Options, plan};
use xingcun::exchange::preview::preview;
use xingcun::exchange::{FoundTable, Lexicon, Quiet, Report, Unlisted, book, tables};
use xingcun::ledger::{Author, BatchKind, DeviceId, Draft, Seeded, State};
use xingcun::storage::codec::{decode_log, encode_log};
use xingcun::storage::{Extra, Memory, Session, Store as _};
use xingcun::table::Cache;
use xingcun::value::{Period, Value};

const ROWS: u32 = 100_000;
const NOW: u64 = 1_700_000_000_000;

type Failed = Box<dyn Error>;

fn main() -> Result<(), Failed> {
    let given = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    let times = given.as_ref().map_or(Some(1), |given| given.parse().ok());
    let store = Memory::new();
    let mut clock = Stages::default();
    for round in 0..times.unwrap_or(1) {
        let bytes = match given.as_ref().filter(|_| times.is_none()) {
            Some(path) => std::fs::read(path)?,
            None => county(ROWS, given.as_ref().map(|_| 2015 + round))?,
        };
        println!("workbook of {} kB", bytes.len() / 1000);
        clock = Stages::default();
        import(&bytes, &store, round, &mut clock)?;
    }
    let last = given.filter(|_| times.is_some()).map_or(2024, |_| 2014 + times.unwrap_or(1));
    look(&store, i16::try_from(last)?, &mut clock)?;
    clock.print();
    Ok(())
}

/// What was done, and how long it took.
#[derive(Default)]
struct Stages(Vec<(&'static str, Duration)>);

impl Stages {
    fn time<T>(&mut self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        self.0.push((what, start.elapsed()));
        done
    }

    fn print(&self) {
        let all: Duration = self.0.iter().map(|(_, t)| *t).sum();
        for (what, time) in &self.0 {
            let share = time.as_secs_f64() / all.as_secs_f64().max(f64::EPSILON) * 100.0;
            println!("{what:<28}{:>9.1} ms {share:>5.1} %", time.as_secs_f64() * 1000.0);
        }
        println!("{:<28}{:>9.1} ms", "all", all.as_secs_f64() * 1000.0);
    }
}

/// The keeper in memory never waits for anything outside.
fn now<F: Future>(future: F) -> Result<F::Output, Failed> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Ok(output);
        }
    }
    Err("it waits for ever".into())
}

/// From the file's bytes to a durable batch and its pages, as the worker does it.
fn import(bytes: &[u8], store: &Memory, round: u32, clock: &mut Stages) -> Result<(), Failed> {
    let session = now(Session::open(store.clone()))??;
    let book = clock.time("read the workbook", || book::read(bytes, "county.xlsx", &mut Quiet))?;
    let words = session.with(Lexicon::of);
    let (found, mappings) = clock.time("layout and mapping", || {
        let found = tables(&book, &words.headings, &mut Report::default());
        let of = |t: &FoundTable| suggest(book.sheets.get(t.sheet_index)?, t, None, &words);
        let mappings: Vec<_> = found.iter().map(of).collect();
        (found, mappings)
    });
    let chosen: Vec<Chosen<'_>> = found
        .iter()
        .zip(&mappings)
        .filter_map(|(table, mapping)| Some(Chosen { table, mapping: mapping.as_ref()? }))
        .collect();
    let options = Options { unlisted: Unlisted::Create, ..Options::default() };
    let planned = clock.time("plan", || session.with(|s| plan(&book, &chosen, s, &options, &mut Quiet)))?;
    let view = clock.time("preview", || session.with(|s| preview(&book, &found, &mappings, &planned, s)));
    println!("{} rows to insert", view.inserted);
    let mut author = session.with(|s| {
        Author::new(
            DeviceId(7),
            xingcun::ledger::Person::county("测试"),
            s,
            Box::new(Seeded(7 + u64::from(round))),
        )
    });
    let draft =
        clock.time("draft", || session.with(|s| planned.into_draft(s, &mut || author.row_id(NOW))))?;
    let author = RefCell::new(author);
    let sealed = clock
        .time("record: seal, log, apply", || now(session.record(&author, draft, NOW, Extra::default())))??;
    clock.time("encode and write pages", || now(session.flush_pages()))??;

    // Parts of the above once more, each for itself.
    let log = clock.time("  of it: encode log", || encode_log(&sealed));
    println!("{} MB of lines, {} MB in the log", sealed.bytes.len() / 1_000_000, log.len() / 1_000_000);
    clock.time("  of it: apply", || State::new().apply(&sealed.batch, sealed.digest));
    clock.time("without pages: decode log", || decode_log(&log).map(|s| s.bytes.len()))?;
    Ok(())
}

/// From the stored bytes to the first page, and from one page to the next.
fn look(store: &Memory, last: i16, clock: &mut Stages) -> Result<(), Failed> {
    let year = |y| Ask::of(Period::year_of(y));
    let overview =
        |state: &State, cache: &Cache, ask: &Ask| Overview::of(&Indicators::new(state, cache), ask);
    // On an earlier visit.
    let (session, cache) = (now(Session::open(store.clone()))??, Cache::new());
    clock.time("overview, nothing known", || session.with(|state| overview(state, &cache, &year(last))))?;
    let gists = session.with(|state| cache.gists(state)).ok_or("nothing to be kept")?;
    drop((session, cache));
    resident("before reopening");
    let session = clock.time("reopen: pages to state", || now(Session::open(store.clone())))??;
    let pages = now(store.pages("R06"))??;
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    println!("{} pages of {} kB, {} kB of gists", pages.len(), bytes / 1000, gists.len() / 1000);
    drop(pages);
    resident("reopened");
    let cache = Cache::new();
    clock.time("recall", || cache.recall(&gists));
    let first =
        clock.time("first overview", || session.with(|state| overview(state, &cache, &year(last))))?;
    println!("{} cards, {} products", first.cards.len(), first.value_by_product.parts.len());
    resident("with the overview");
    edit(&session, clock)?;
    session.with(|state| {
        let places = clock.time("places", || cache.places(state));
        let towns: Vec<_> = places.all().filter(|p| p.is_village()).map(|p| p.id).take(2).collect();
        let overview = |ask: &Ask| overview(state, &cache, ask);
        clock.time("the same after two edits", || overview(&year(last)))?;
        clock.time("the same overview again", || overview(&year(last)))?;
        clock.time("overview, another year", || overview(&year(last - 1)))?;
        clock.time("overview, one village", || overview(&year(last - 1).at(towns.first().copied())))?;
        let waits = clock.time("what waits", || waiting(state, &places, None));
        println!("{} kinds wait", waits.len());
        let today = xingcun::value::Date::new(2025, 12, 31).ok_or("no such day")?;
        let found = clock.time("findings of all rules", || findings(state, &places, None, today));
        println!("{} findings", found.len());
        resident("with all findings");
        let table = cache.table(state, "R06", None).ok_or("no table")?;
        let spec = Spec::read(&table, &["product"], &["year"], &["sum:output_value"], &[])?;
        let made = clock.time("pivot, product × year", || pivot(&table, &spec))?;
        println!("{} cells", made.cells.len());
        let spec = Spec::read(&table, &["village"], &["year"], &["sum:output_value"], &[])?;
        clock.time("pivot, village × year", || pivot(&table, &spec))?;
        Ok(())
    })
}

/// One cell of the last record is set, through the gate.
fn edit(session: &Session<Memory>, clock: &mut Stages) -> Result<(), Failed> {
    let person = xingcun::ledger::Person::county("测试");
    let author = RefCell::new(session.with(|s| Author::new(DeviceId(8), person, s, Box::new(Seeded(8)))));
    for what in ["first edit", "second edit"] {
        let last =
            session.with(|s| s.sheet("R06").and_then(|sheet| Some(sheet.nth(sheet.count() - 1)?.id())));
        let last = last.ok_or("no rows")?;
        let mut draft = Draft::new(BatchKind::Edit);
        let remark = Value::text(what);
        session.with(|s| draft.set(s, "R06", last, "remark", Some(remark), None));
        clock.time(what, || now(session.record(&author, draft, NOW + 1000, Extra::default())))??;
    }
    Ok(())
}

/// Says how much memory the program has now, where the machine tells.
fn resident(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.into_iter().for_each(|line| println!("memory {when}: {}", line.trim()));
}

/// Villages × products × years, every one of them once; `only`: all of them in that year, with as many products more.
fn county(rows: u32, only: Option<u32>) -> Result<Vec<u8>, Failed> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = [
        "乡镇",
        "村名",
        "年份",
        "品种",
        "面积（亩）",
        "其中新增（亩）",
        "产量（吨）",
        "产值（万元）",
        "销量（吨）",
        "销售额（万元）",
        "参与农户（户）",
        "备注",
    ];
    sheet.write_row(0, 0, heads)?;
    let mut seed = 42u32;
    let mut chance = || {
        seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        f64::from(seed) / f64::from(0x7fff_ffff)
    };
    let rounded = |x: f64, by: f64| (x * by).round() / by;
    for n in 0..rows {
        let year = only.unwrap_or(2015 + n / 200 % 10);
        let (village, product) = (n % 200, if only.is_some() { n / 200 } else { n / 2000 });
        let words = [
            format!("第{}镇", village % 15 + 1),
            format!("第{}村", village + 1),
            format!("{year}年"),
            format!("品种{}", product + 1),
        ];
        let area = rounded(chance() * 500.0, 10.0) + 1.0;
        let tonnes = rounded(area * (0.8 + chance()), 10.0);
        let value = rounded(tonnes * (30.0 + chance() * 40.0) / 100.0, 100.0);
        let numbers = [
            area,
            rounded(area * chance(), 10.0),
            tonnes,
            value,
            rounded(tonnes * chance(), 10.0),
            rounded(value * chance(), 100.0),
            (area / (4.0 + chance() * 6.0)).ceil(),
        ];
        sheet.write_row(n + 1, 0, words)?;
        sheet.write_row(n + 1, 4, numbers)?;
        if n % 9 == 0 {
            sheet.write(n + 1, 11, "含园区")?;
        }
    }
    Ok(book.save_to_buffer()?)
}
