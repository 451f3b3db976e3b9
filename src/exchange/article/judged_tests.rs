//! Claims of official reports against a small ledger, with a table of how they were judged.
//!
//! The paragraphs, what each claim is about, the ledger's number and the verdict were written down beside the rows of
//! `tests/figures/judged/ledger.jsonl`, by arithmetic on these rows alone. A figure that no claim names is foreign: the
//! ledger cannot answer it, and no verdict on it is right. `first` was written before the reader was made to judge
//! such claims; `fresh` after it, and read once before anything was changed: 45 of 64 were judged, 40 of them rightly, one
//! foreign figure was called right and eight right or foreign ones wrong. What was mended then was mended as a class.
//! `last` came after that: at first reading 38 of its 41 claims were judged, all rightly, and nothing else was. `spans` is
//! about sums and growth over several years, means that others are compared with and tables that were pasted; at first
//! reading, before any of that was judged, 9 of its first 46 claims were, 8 of them rightly, and a right one was accused.
//! `elsewhere` is about villages of other counties that share their names with ours.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::compare::Verdict;
use super::judge::{Judge, Judged, Standing};
use super::{Options, read};
use crate::table::fixture::{Bench, dec, finance};
use crate::table::{Cache, Place, Places};
use crate::value::{Decimal, RowId, Value};

const LEDGER: &str = include_str!("../../../tests/figures/judged/ledger.jsonl");
const FIRST: &str = include_str!("../../../tests/figures/judged/first.jsonl");
const FRESH: &str = include_str!("../../../tests/figures/judged/fresh.jsonl");
const LAST: &str = include_str!("../../../tests/figures/judged/last.jsonl");
const ELSEWHERE: &str = include_str!("../../../tests/figures/judged/elsewhere.jsonl");
const SPANS: &str = include_str!("../../../tests/figures/judged/spans.jsonl");

fn lines(text: &str) -> Vec<Json> {
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The ledger, row by row.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let mut places: BTreeMap<String, RowId> = BTreeMap::new();
    for row in lines(LEDGER) {
        let said = |key: &str| row[key].as_str().unwrap_or_default();
        if let Some(kind) = row["kind"].as_str() {
            let id = bench.org(said("place"), kind, places.get(said("under")).copied());
            for key in ["households", "pop_reg", "members_n"] {
                if let Some(n) = row[key].as_i64() {
                    bench.set("R01", id, key, Value::Int(n));
                }
            }
            places.insert(said("place").to_owned(), id);
            continue;
        }
        let place = places[said("place")];
        if row["subject"].is_string() {
            bench.one("R07", "line", finance(place, said("period"), said("subject"), said("yuan")));
        } else {
            let numbers = [said("area"), said("output"), said("value")];
            let row_id = bench.crop(place, said("product"), said("period"), numbers, "实际");
            bench.set("R06", row_id, "households", Value::Int(said("households").parse().unwrap()));
        }
    }
    bench
}

/// How claims stand: what is true of them, and what was said.
#[derive(Debug, Default)]
struct Table {
    said: BTreeMap<(&'static str, &'static str), usize>,
    /// Judged, with the right number behind it and the right verdict.
    right: usize,
    judged: usize,
    answerable: usize,
    shown: Vec<String>,
}

const TRUTHS: [&str; 3] = ["right", "wrong", "foreign"];
const SAID: [&str; 3] = ["agrees", "differs", "unsure"];

fn said(judged: &Judged) -> &'static str {
    match (judged.standing, &judged.verdict) {
        (Standing::Proposed | Standing::Agrees | Standing::Differs, Verdict::Agrees { .. }) => "agrees",
        (Standing::Proposed | Standing::Agrees | Standing::Differs, Verdict::Differs { .. }) => "differs",
        _ => "unsure",
    }
}

impl Table {
    fn count(&self, truth: &'static str, said: &'static str) -> usize {
        self.said.get(&(truth, said)).copied().unwrap_or_default()
    }

    fn print(&self, name: &str) {
        for line in &self.shown {
            println!("{line}");
        }
        println!("{name:<10}{:>9}{:>9}{:>9}", SAID[0], SAID[1], SAID[2]);
        for truth in TRUTHS {
            let [a, b, c] = SAID.map(|s| self.count(truth, s));
            println!("{truth:<10}{a:>9}{b:>9}{c:>9}");
        }
        let Self { right, judged, answerable, .. } = self;
        println!("answerable {answerable}, judged {judged}, right {right}");
    }
}

fn judge(paragraphs: &str) -> Table {
    let bench = bench();
    let cache = Cache::new();
    let places = Places::of(&bench.state);
    let names: Vec<String> = places.all().flat_map(Place::names).map(ToString::to_string).collect();
    let judge = Judge::new(&bench.state, &cache, (None, None));
    let mut table = Table::default();
    for paragraph in lines(paragraphs) {
        let text = paragraph["text"].as_str().unwrap();
        let document = read(text, &Options { date: None, places: names.clone() });
        let all = judge.document(&document, &[]);
        let claims = paragraph["claims"].as_array().unwrap();
        let mut met = 0;
        for (figure, judged) in document.figures.iter().zip(&all) {
            let over = |c: &&Json| {
                let start = usize::try_from(c["start"].as_u64().unwrap()).unwrap();
                let end = start + c["figure"].as_str().unwrap().chars().count();
                start < figure.range.end && figure.range.start < end
            };
            let claim = claims.iter().find(over);
            met += usize::from(claim.is_some());
            table.take(&paragraph, figure, claim, judged, &places);
        }
        if met < claims.len() {
            table.shown.push(format!("not read: {} of {} in {text}", claims.len() - met, claims.len()));
            table.answerable += claims.len() - met;
        }
    }
    table
}

impl Table {
    fn take(
        &mut self,
        paragraph: &Json,
        figure: &super::Figure,
        claim: Option<&Json>,
        judged: &Judged,
        places: &Places,
    ) {
        let said = said(judged);
        let wanted = claim.and_then(|c| c["verdict"].as_str());
        let truth = match wanted {
            Some("agrees") => "right",
            Some("differs") => "wrong",
            Some(_) => return,
            None => "foreign",
        };
        *self.said.entry((truth, said)).or_default() += 1;
        let mut fine = said == "unsure" && claim.is_none();
        if let Some(claim) = claim {
            self.answerable += 1;
            if said != "unsure" {
                self.judged += 1;
                fine = Some(said) == wanted && aimed(claim, judged, places);
                self.right += usize::from(fine);
            }
        }
        if !fine {
            let link = judged.link.as_ref();
            let place = link.and_then(|l| l.place).map(|p| places.name(p).to_string());
            let why: Vec<&str> = judged.doubts.iter().chain(&judged.scope).map(|m| m.zh.as_str()).collect();
            self.shown.push(format!(
                "{} | {} | {truth} said {said} | {:?} {place:?} {:?} {:?} | value {:?} want {} | {why:?}",
                paragraph["name"].as_str().unwrap_or_default(),
                figure.figure,
                link.map(|l| l.target.as_str()),
                link.and_then(|l| l.period).map(|p| p.to_string()),
                link.and_then(|l| l.product.as_deref()),
                judged.value.map(|v| v.normalize()),
                claim.map_or("-", |c| c["ledger"].as_str().unwrap_or("-")),
            ));
        }
    }
}

/// Whether the claim was held against what it is about: the place, the period and the very number.
fn aimed(claim: &Json, judged: &Judged, places: &Places) -> bool {
    let want: Decimal = dec(claim["ledger"].as_str().unwrap());
    let near = judged.value.is_some_and(|v| (v - want).abs() <= want.abs() * Decimal::new(1, 5));
    let link = judged.link.as_ref();
    let place = link.and_then(|l| l.place).map(|p| places.name(p).to_string());
    let at = claim["place"].as_str().unwrap();
    let when = claim["period"].as_str().unwrap();
    let there = at == "*" || place.as_deref() == Some(at);
    let then = when.is_empty() || link.and_then(|l| l.period).is_some_and(|p| p.to_string() == when);
    near && there && then
}

/// Of a hundred.
fn percent(part: usize, of: usize) -> usize {
    (part * 100).checked_div(of).unwrap_or(100)
}

/// What must hold of any paragraphs: most of what can be answered is judged, nearly all of that rightly; a wrong figure is
/// never called right, and hardly ever a right one wrong.
fn holds(table: &Table) {
    assert!(percent(table.judged, table.answerable) >= 85, "judged {} of {}", table.judged, table.answerable);
    assert!(percent(table.right, table.judged) >= 98, "right {} of {}", table.right, table.judged);
    assert_eq!(table.count("wrong", "agrees") + table.count("foreign", "agrees"), 0);
    let accused = table.count("right", "differs") + table.count("foreign", "differs");
    let of = TRUTHS.iter().filter(|t| **t != "wrong").flat_map(|t| SAID.map(|s| table.count(t, s))).sum();
    assert!(percent(accused, of) < 2, "accused {accused} of {of}");
}

#[test]
fn the_first_paragraphs_are_judged_as_they_should_be() {
    let table = judge(FIRST);
    table.print("first");
    holds(&table);
}

#[test]
fn the_fresh_paragraphs_are_judged_as_they_should_be() {
    let table = judge(FRESH);
    table.print("fresh");
    holds(&table);
}

#[test]
fn the_last_paragraphs_are_judged_as_they_should_be() {
    let table = judge(LAST);
    table.print("last");
    holds(&table);
}

#[test]
fn spans_of_years_means_and_tables_are_judged_as_they_should_be() {
    let table = judge(SPANS);
    table.print("spans");
    holds(&table);
}

#[test]
fn what_another_county_has_under_our_names_is_not_judged() {
    let table = judge(ELSEWHERE);
    table.print("elsewhere");
    holds(&table);
    assert_eq!(table.count("foreign", "differs"), 0);
    assert_eq!(table.judged, table.answerable);
}
