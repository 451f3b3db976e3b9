//! Named views (视图) of a table: columns, widths, sort and filters under a name.
//!
//! Duty: what a table shows becomes the values of a record, and is read back from one; what of it is gone meanwhile is
//! said, never guessed. Inputs: a look, a record of T06. Outputs: the same the other way round. Neighbours:
//! `arrangement` keeps the columns of one device; the page of a register offers the views.

use std::collections::BTreeSet;

use super::arrangement::Wishes;
use super::dimension::STATE;
use super::filter::Clause;
use crate::ledger::{Record, State};
use crate::register::catalog::views::{self, view};
use crate::register::{Fields, RowKind, Schema};
use crate::value::{RowId, Text, Value, order};

/// Most views of one table that are offered: a longer list is looked through by nobody.
pub const MOST: usize = 100;
/// Most columns, widths or conditions that are read of one view: no kind of rows has so many.
const PARTS: usize = 500;

/// What a table shows of its rows, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Which columns, in which order, how wide.
    pub columns: Wishes,
    /// The column that rows are sorted by, and whether from the largest.
    pub sort: Option<(String, bool)>,
    /// Which rows.
    pub rows: Shown,
}

/// Which rows a view shows. Place and period are those of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// A declared view, by its Chinese name.
    pub declared: Option<String>,
    /// A state.
    pub state: Option<String>,
    /// Words to find.
    pub words: String,
    /// Conditions as they were typed.
    pub conditions: Vec<String>,
    /// All periods, not only the one of the page.
    pub all_periods: bool,
}

/// A view as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its record.
    pub row: RowId,
    /// Its name, told apart from an older one that is called the same.
    pub name: String,
    /// The table opens with it.
    pub first: bool,
    /// What it shows.
    pub look: Look,
    /// The headings that its columns had, by key.
    headings: Vec<(String, String)>,
}

/// The views of a kind of rows, by name; of several with one name the older comes first.
pub fn views_of(state: &State, register: &str, kind: &str) -> Vec<SavedView> {
    let records = state.sheet(views::KEY).into_iter().flat_map(|s| s.of_kind(view::KIND));
    let here = |r: &&Record| words(*r, view::REGISTER) == register && words(*r, view::KIND_OF_ROWS) == kind;
    let mut all: Vec<SavedView> = records.filter(here).map(read).collect();
    order::sort_by(&mut all, |a, b| (&a.name, a.row).cmp(&(&b.name, b.row)));
    let mut seen: Option<(String, usize)> = None;
    for one in &mut all {
        let n = seen.as_ref().filter(|(name, _)| *name == one.name).map_or(1, |(_, n)| n + 1);
        seen = Some((one.name.clone(), n));
        if n > 1 {
            one.name = format!("{}（{n}）", one.name);
        }
    }
    all.truncate(MOST);
    all
}

fn read(record: &Record) -> SavedView {
    let headings = parts(record, view::COLUMNS);
    let hidden = parts(record, view::HIDDEN).into_iter().map(|(key, _)| key).collect();
    let widths = parts(record, view::WIDTHS);
    let widths = widths.into_iter().filter_map(|(key, px)| Some((key, px.parse().ok()?))).collect();
    let order = headings.iter().map(|(key, _)| key.clone()).collect();
    let sort = split(&words(record, view::SORT));
    let mut rows = Shown::default();
    for (what, said) in parts(record, view::FILTER) {
        match &*what {
            "view" => rows.declared = Some(said),
            "state" => rows.state = Some(said),
            "find" => rows.words = said,
            "where" => rows.conditions.push(said),
            "all" => rows.all_periods = true,
            // Of a newer version: it shows more rows than that one would, and says nothing wrong of them.
            _ => {}
        }
    }
    SavedView {
        row: record.id(),
        name: words(record, view::LABEL),
        first: matches!(record.value(view::FIRST), Some(Value::Bool(true))),
        look: Look {
            columns: Wishes { order, hidden, widths },
            sort: (!sort.0.is_empty()).then(|| (sort.0, sort.1 == DOWN)),
            rows,
        },
        headings,
    }
}

/// From the largest to the smallest.
const DOWN: &str = "down";

/// The words of a text.
fn words(record: &impl Fields, key: &str) -> String {
    record.value(key).and_then(Value::as_str).map(|w| w.trim().to_owned()).unwrap_or_default()
}

/// A list of which each part is a key and words.
fn parts(record: &Record, key: &str) -> Vec<(String, String)> {
    match record.value(key) {
        Some(Value::Many(all)) => all.iter().take(PARTS).map(|part| split(part)).collect(),
        _ => Vec::new(),
    }
}

fn split(part: &str) -> (String, String) {
    let (key, rest) = part.split_once(' ').unwrap_or((part, ""));
    (key.to_owned(), rest.to_owned())
}

impl Look {
    /// As a record keeps it; `columns` are the keys of all that can be moved with their headings, as declared.
    pub fn values(&self, columns: &[(String, String)]) -> Vec<(&'static str, Option<Value>)> {
        let keys: Vec<String> = columns.iter().map(|(key, _)| key.clone()).collect();
        let heading = |key: &str| columns.iter().find(|(k, _)| k == key).map_or("", |(_, words)| words);
        let ordered = self.columns.ordered(&keys);
        let hidden = ordered.iter().filter(|k| self.columns.hides(k));
        let widths = self.columns.widths.iter().map(|(key, px)| format!("{key} {px}"));
        let rows = &self.rows;
        let said = |what: &str, words: &str| format!("{what} {words}");
        let filter = rows.declared.iter().map(|w| said("view", w));
        let filter = filter.chain(rows.state.iter().map(|w| said("state", w)));
        let filter = filter.chain(rows.conditions.iter().map(|w| said("where", w)));
        let find = Some(rows.words.trim()).filter(|w| !w.is_empty()).map(|w| said("find", w));
        let filter = filter.chain(find).chain(rows.all_periods.then(|| "all".to_owned()));
        let sort = self.sort.as_ref().map(|(key, down)| if *down { said(key, DOWN) } else { key.clone() });
        vec![
            (view::COLUMNS, many(ordered.iter().map(|key| said(key, heading(key))))),
            (view::HIDDEN, many(hidden.map(|key| said(key, heading(key))))),
            (view::WIDTHS, many(widths)),
            (view::SORT, sort.map(|s| Value::text(&s))),
            (view::FILTER, many(filter)),
        ]
    }

    /// As the columns `declared` show it: what is gone is left out, and every column has its place.
    #[must_use]
    pub fn settled(&self, schema: &Schema, kind: &RowKind, declared: &[String]) -> Self {
        let there = |key: &String| kind.field(key).is_some();
        let columns = Wishes {
            order: self.columns.ordered(declared),
            hidden: self.columns.hidden.iter().filter(|k| declared.contains(k)).cloned().collect(),
            widths: self.columns.widths.clone(),
        };
        let sort = self.sort.clone().filter(|(key, _)| key == STATE || there(key));
        let rows = Shown {
            declared: self.rows.declared.clone().filter(|name| is_declared(kind, name)),
            state: self.rows.state.clone().filter(|word| has_state(kind, word)),
            words: self.rows.words.trim().to_owned(),
            conditions: self.rows.conditions.iter().filter(|c| holds(schema, kind, c)).cloned().collect(),
            all_periods: self.rows.all_periods,
        };
        Self { columns, sort, rows }
    }
}

fn many(parts: impl Iterator<Item = String>) -> Option<Value> {
    let all: Vec<Text> = parts.map(|p| Text::from(p.trim())).collect();
    (!all.is_empty()).then_some(Value::Many(all))
}

fn is_declared(kind: &RowKind, name: &str) -> bool {
    kind.views.iter().any(|v| v.label.zh == name)
}

fn has_state(kind: &RowKind, word: &str) -> bool {
    kind.workflow.as_ref().is_some_and(|w| w.stage(word).is_some())
}

fn holds(schema: &Schema, kind: &RowKind, condition: &str) -> bool {
    Clause::parse(schema, kind, condition).is_ok()
}

impl SavedView {
    /// What it names and the table no longer has, in words: shown columns, the sort, conditions.
    pub fn gone(&self, schema: &Schema, kind: &RowKind) -> Vec<String> {
        let heading = |key: &str| {
            let known = self.headings.iter().find(|(k, words)| k == key && !words.is_empty());
            known.map_or_else(|| key.to_owned(), |(_, words)| words.clone())
        };
        let there = |key: &str| kind.field(key).is_some_and(|f| schema.reaches(f));
        let shown = self.headings.iter().map(|(key, _)| key).filter(|k| !self.look.columns.hides(k));
        let sort = self.look.sort.iter().map(|(key, _)| key).filter(|key| *key != STATE);
        let mut seen = BTreeSet::new();
        let columns = shown.chain(sort).filter(|k| !there(k) && seen.insert(*k)).map(|k| heading(k));
        let rows = &self.look.rows;
        let words = rows.declared.iter().filter(|name| !is_declared(kind, name));
        let words = words.chain(rows.state.iter().filter(|word| !has_state(kind, word)));
        let words = words.chain(rows.conditions.iter().filter(|c| !holds(schema, kind, c)));
        columns.chain(words.cloned()).collect()
    }
}

#[cfg(test)]
mod tests;
