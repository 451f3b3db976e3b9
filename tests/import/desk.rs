//! What the tests of imports have in common: a ledger at its desk, workbooks made of words, plans with answers, and what is
//! found afterwards, in words.

use rust_xlsxwriter::{Format, Workbook};
use xingcun::exchange::{Decision, Options, Plan, Quiet, Unlisted, book, import};
use xingcun::ledger::{Author, DeviceId, Seeded, State};
use xingcun::register::Fields;
use xingcun::value::Value;

/// A ledger at its desk.
pub struct Desk {
    pub state: State,
    pub author: Author,
    pub now: u64,
}

impl Desk {
    pub fn new() -> Self {
        let state = State::new();
        let author =
            Author::new(DeviceId(7), xingcun::ledger::Person::county("测试"), &state, Box::new(Seeded(1)));
        Self { state, author, now: 1_732_000_000_000 }
    }

    pub fn plan(&self, book: &book::Book, options: &Options) -> Plan {
        import(book, &self.state, options, &mut Quiet).unwrap()
    }

    pub fn write(&mut self, plan: Plan) {
        self.now += 1000;
        let (author, now) = (&mut self.author, self.now);
        let draft = plan.into_draft(&self.state, &mut || author.row_id(now)).unwrap();
        let sealed = self.author.write(&self.state, draft, self.now).unwrap();
        assert!(self.state.apply(&sealed.batch, sealed.digest));
    }
}

pub fn creating() -> Options {
    Options { unlisted: Unlisted::Create, ..Options::default() }
}

pub fn say(plan: &Plan) -> String {
    plan.findings
        .iter()
        .map(|f| format!("{:?} {}!{} {} {}\n", f.severity, f.sheet, f.cell, f.rule, f.message.zh))
        .collect()
}

pub type Grid<'a> = &'a [&'a [&'a str]];

/// Writes a cell: a number when it looks like one, `'` in front keeps it a text, `@` makes it a percent.
fn put(sheet: &mut rust_xlsxwriter::Worksheet, r: u32, c: u16, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(words) = text.strip_prefix('\'') {
        sheet.write(r, c, words).unwrap();
    } else if let Some(share) = text.strip_prefix('@') {
        let percent = Format::new().set_num_format("0.0%");
        sheet.write_with_format(r, c, share.parse::<f64>().unwrap(), &percent).unwrap();
    } else if let Ok(n) = text.parse::<f64>() {
        sheet.write(r, c, n).unwrap();
    } else {
        sheet.write(r, c, text).unwrap();
    }
}

pub fn workbook(sheets: &[(&str, Grid<'_>)]) -> Vec<u8> {
    merged(sheets, &[])
}

/// With merged areas on the first sheet: (top, left, bottom, right).
pub fn merged(sheets: &[(&str, Grid<'_>)], areas: &[(u32, u16, u32, u16)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (n, (name, rows)) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        if n == 0 {
            for (top, left, bottom, right) in areas {
                sheet.merge_range(*top, *left, *bottom, *right, "", &Format::new()).unwrap();
            }
        }
        for (r, row) in rows.iter().enumerate() {
            for (c, text) in row.iter().enumerate() {
                put(sheet, r as u32, c as u16, text);
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Every record of a register in words: place, period, subject or product, then the named fields.
pub fn lines(state: &State, register: &str, fields: &[&str]) -> Vec<String> {
    let Some(sheet) = state.sheet(register) else { return Vec::new() };
    let mut out: Vec<String> = sheet
        .of_kind("line")
        .map(|r| {
            let org = r.value("org").and_then(Value::as_ref_id).and_then(|id| state.record("R01", id));
            let org = org.and_then(|o| o.value("name").and_then(Value::as_str)).unwrap_or("?");
            let period =
                r.value("period").and_then(Value::as_period).map_or("?".to_owned(), |p| p.to_string());
            let what =
                r.value("product").or_else(|| r.value("subject")).and_then(Value::as_str).unwrap_or("?");
            let mut line = format!("{org} {period} {what}");
            for field in fields {
                let shown = match r.value(field) {
                    Some(v) => v
                        .as_decimal()
                        .map_or_else(|| v.as_str().unwrap_or("…").to_owned(), |d| d.normalize().to_string()),
                    None => "-".to_owned(),
                };
                line.push_str(&format!(" {shown}"));
            }
            line
        })
        .collect();
    out.sort();
    out
}

pub fn imported(bytes: &[u8], name: &str) -> (Desk, String) {
    let mut desk = Desk::new();
    let book = book::read(bytes, name, &mut Quiet).unwrap_or_else(|e| panic!("{}", e.message().zh));
    let plan = desk.plan(&book, &creating());
    let said = say(&plan);
    assert!(plan.is_writable(), "{said}");
    desk.write(plan);
    let again = desk.plan(&book, &creating());
    assert_eq!((again.counts.inserted, again.counts.updated), (0, 0), "not idempotent: {}", say(&again));
    (desk, said)
}

/// The plan of a workbook in an empty ledger, with answers as the command line takes them.
pub fn planned(bytes: &[u8], name: &str, answers: &[&str]) -> (Desk, Plan) {
    let desk = Desk::new();
    let plan = plan_in(&desk, bytes, name, answers);
    (desk, plan)
}

pub fn plan_in(desk: &Desk, bytes: &[u8], name: &str, answers: &[&str]) -> Plan {
    let book = book::read(bytes, name, &mut Quiet).unwrap_or_else(|e| panic!("{name}: {}", e.message().zh));
    let read = |text: &&str| xingcun::exchange::question::Answer::read(text).unwrap();
    let decisions = answers.iter().map(read).map(Decision::Answer).collect();
    desk.plan(&book, &Options { decisions, ..creating() })
}

/// The keys of what is asked; every question must keep the file from being written.
pub fn asked(plan: &Plan) -> Vec<String> {
    let keys: Vec<String> = plan.findings.iter().filter_map(|f| f.ask.as_ref()).map(|q| q.key()).collect();
    assert!(keys.is_empty() || !plan.is_writable(), "{}", say(plan));
    keys
}

/// What the ledger has after the import of a workbook that leaves nothing open.
pub fn written(bytes: &[u8], name: &str, answers: &[&str], register: &str, fields: &[&str]) -> Vec<String> {
    let (mut desk, plan) = planned(bytes, name, answers);
    assert!(plan.is_writable(), "{name}: {}", say(&plan));
    desk.write(plan);
    lines(&desk.state, register, fields)
}
