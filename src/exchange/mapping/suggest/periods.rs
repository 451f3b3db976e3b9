//! Columns of quarters and years among those of their months are sums, and no figures of their own.
//!
//! Duty: of columns that give one figure for several periods, the one whose period holds the others is verified against
//! them and not written. Inputs: a mapping's columns. Outputs: the same, such columns as checks. Neighbours: `wide` and
//! `products` took the columns for figures.

use super::wide::{Fit, fits};
use crate::exchange::book::BookSheet;
use crate::exchange::layout::{FoundTable, words};
use crate::exchange::mapping::{ColumnMapping, Confidence, Meaning};
use crate::register::{Aggregate, RowKind, Sense};
use crate::value::Period;

/// A period that holds fewer others than this sums nothing.
const FEWEST: usize = 2;

/// What a column gives, beside when.
type What = (String, Vec<(String, String)>);

/// A column that gives a figure: its place, what, and when.
struct Given {
    at: usize,
    what: What,
    /// Of its own words, else the table's.
    period: Option<Period>,
    own: bool,
}

/// Turns columns of wider periods into checks.
pub(super) fn sums(kind: &RowKind, sheet: &BookSheet, table: &FoundTable, columns: &mut [ColumnMapping]) {
    let Some(when) = kind.key_of(Sense::Period) else { return };
    let given: Vec<Given> = (0..columns.len()).filter_map(|n| given(when, table, columns, n)).collect();
    let mut since = 0;
    for n in 0..columns.len() {
        let column = table.header.get(n);
        let sum =
            column.is_some_and(|c| c.numeric && c.heading.rsplit('·').next().is_some_and(words::is_sum));
        let open = columns.get(n).is_some_and(|c| matches!(c.meaning, Meaning::Unknown)) && sum;
        let own = given.iter().find(|g| g.at == n);
        let parts = match own {
            Some(own) if adds(kind, &own.what.0) => within(&given, own),
            None if open => before(&given, n),
            _ => continue,
        };
        if parts.len() < FEWEST {
            continue;
        }
        let late: Vec<usize> = parts.iter().copied().filter(|p| (since..n).contains(p)).collect();
        let fit =
            |parts: &[usize]| if parts.is_empty() { Fit::Rarely } else { fits(sheet, table, n, parts, &[]) };
        let covered = own.is_some_and(|o| o.own && covers(&given, o, &parts));
        let chosen = match (fit(&late), fit(&parts)) {
            (a, b) if a > b => late,
            (_, b) if b > Fit::Rarely || covered || open => parts,
            _ => continue,
        };
        let plus: Vec<String> =
            chosen.iter().filter_map(|p| columns.get(*p).map(|c| c.column.clone())).collect();
        if let Some(mapped) = columns.get_mut(n) {
            mapped.meaning = Meaning::Check { plus, minus: Vec::new() };
            mapped.confidence = Confidence::Derived;
        }
        since = n + 1;
    }
}

fn given(when: &str, table: &FoundTable, columns: &[ColumnMapping], at: usize) -> Option<Given> {
    let (column, mapped) = table.header.get(at).zip(columns.get(at))?;
    let Meaning::Value { field, fixed, part: None } = &mapped.meaning else { return None };
    let said = fixed.iter().find(|(key, _)| key == when).and_then(|(_, word)| word.parse().ok());
    let rest: Vec<(String, String)> = fixed.iter().filter(|(key, _)| key != when).cloned().collect();
    let period = said.or_else(|| table.period.as_ref().map(|p| p.period));
    column.numeric.then(|| Given { at, what: (field.clone(), rest), period, own: said.is_some() })
}

/// Whether the figures of months make up that of their year.
fn adds(kind: &RowKind, field: &str) -> bool {
    kind.field(field).is_some_and(|f| f.aggregate == Aggregate::Flow)
}

/// The columns of the same figure with the narrowest periods inside the one of `own`.
fn within(given: &[Given], own: &Given) -> Vec<usize> {
    let inside = |a: &Given, b: &Given| {
        a.what == b.what && a.period.zip(b.period).is_some_and(|(a, b)| a != b && b.contains(a))
    };
    let leaf = |g: &&Given| g.own && !given.iter().any(|other| inside(other, g));
    given.iter().filter(|g| inside(g, own)).filter(leaf).map(|g| g.at).collect()
}

/// The columns of one figure before a sum that does not say of which.
fn before(given: &[Given], n: usize) -> Vec<usize> {
    let Some(last) = given.iter().rev().find(|g| g.at < n && g.own) else { return Vec::new() };
    given.iter().filter(|g| g.at < n && g.own && g.what == last.what).map(|g| g.at).collect()
}

/// Whether the parts make up the whole of the period.
fn covers(given: &[Given], own: &Given, parts: &[usize]) -> bool {
    let Some(whole) = own.period else { return false };
    let months = |p: Period| usize::from(p.grain().months());
    let covered: usize =
        parts.iter().filter_map(|n| given.iter().find(|g| g.at == *n)?.period).map(months).sum();
    covered == months(whole)
}
