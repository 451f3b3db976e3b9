//! Values by name over years, for the stacked columns of 总览.
//!
//! Duty: industry output by product and collective income by source, each year beside the others, and the records behind
//! every segment. Inputs: a [`Indicators`], an [`Ask`] and years. Outputs: [`Stack`]s. The sums of a year that is over are
//! kept from one opening to the next; rows are looked for when somebody asks. Neighbours: `overview` shows them; `pivot`
//! adds up.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::indicator::{Ask, Indicators};
use super::pivot::{Measure, Pivot, Spec, notes_of, pivot};
use crate::register::Message;
use crate::register::catalog::{r06, r07};
use crate::table::law::{self, LeftCounts};
use crate::table::{Clause, Filter, Op, QueryError, dimension, kept};
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{Period, RowId, Text};

/// The first year of the accounting system that abolished 发包及上交收入 (domain §0.3).
pub const NEW_ACCOUNTS: i16 = 2024;
/// Named products in a chart; the rest is 其他.
const NAMED: usize = 5;

/// Values by name over years, for stacked columns and their table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stack {
    /// What was added up, and where.
    asked: Option<(Summed, Option<RowId>)>,
    /// The years, in order.
    pub years: Vec<i16>,
    /// One part a name; from the largest in the last year, 其他 last.
    pub parts: Vec<StackPart>,
    /// Totals of the years.
    pub totals: Vec<Option<Decimal>>,
    /// Base unit.
    pub unit: &'static str,
    /// 已报 and 应报 of each year.
    pub reported: Vec<(usize, usize)>,
    /// Years before this one are not wholly comparable: a dashed line is drawn before it.
    pub break_before: Option<i16>,
    /// What has to be said beside it.
    pub notes: Vec<Message>,
}

/// One name of a [`Stack`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StackPart {
    /// A product or a source.
    pub name: Text,
    /// Its values by year.
    pub values: Vec<Option<Decimal>>,
    /// The names that it is made of: its own, or those that are shown as 其他.
    of: Vec<Text>,
}

/// What a stack adds up.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Summed {
    register: &'static str,
    /// The field whose words are the names.
    down: &'static str,
    field: &'static str,
    /// Only the rows with this word in this field.
    only: Option<(&'static str, &'static str)>,
}

/// Sums by name over years, as they are kept from one opening to the next: those of a year that is over stay.
#[derive(Debug, Default)]
struct Sums {
    /// By year.
    columns: Vec<Column>,
    left: LeftCounts,
    apart: Option<Message>,
}

kept!(Sums { columns, left, apart });

/// Sums of one year.
#[derive(Debug, Default)]
struct Column {
    year: i16,
    parts: Vec<(Text, Option<Decimal>)>,
    total: Option<Decimal>,
}

kept!(Column { year, parts, total });

/// A pivot of one field by name and year.
fn over_years(
    desk: &Indicators<'_>,
    place: Option<RowId>,
    years: &[i16],
    summed: Summed,
) -> Result<Option<Pivot>, QueryError> {
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Ok(None) };
    let Some(table) = desk.table(summed.register, &Ask::of(Period::year_of(*last))) else { return Ok(None) };
    let clause = |key: &str, op, value: String| Clause { key: key.to_owned(), op, value };
    let mut clauses = vec![
        clause(dimension::YEAR, Op::AtLeast, first.to_string()),
        clause(dimension::YEAR, Op::AtMost, last.to_string()),
    ];
    clauses.extend(summed.only.map(|(key, value)| clause(key, Op::Is, value.to_owned())));
    let spec = Spec {
        rows: vec![summed.down.to_owned()],
        cols: vec![dimension::YEAR.to_owned()],
        measures: vec![Measure::Sum(summed.field.to_owned())],
        filter: Filter { place, clauses, ..Filter::default() },
        totals: true,
        with_aside: false,
    };
    pivot(&table, &spec).map(Some)
}

/// The column of a year in such a pivot.
fn column_of(pivot: &Pivot, year: i16) -> Option<usize> {
    pivot.cols.iter().position(|c| c.labels.first().is_some_and(|l| **l == *year.to_string()))
}

/// The sums of these years; each year by itself where no sum of one needs a row of another.
fn sums(desk: &Indicators<'_>, ask: &Ask, years: &[i16], summed: Summed) -> Result<Vec<Sums>, QueryError> {
    let apart = desk.cache().lies_apart(desk.state(), summed.register);
    let read = |years: &[i16]| {
        let question = format!("{summed:?} {years:?} {:?}", ask.place);
        let year = years.last().copied().filter(|_| apart);
        desk.gist((summed.register, year), &question, || {
            let pivot = over_years(desk, ask.place, years, summed)?;
            Ok(pivot.map(|pivot| Sums::of(&pivot, years)).unwrap_or_default())
        })
    };
    if apart { years.chunks(1).map(read).collect() } else { Ok(vec![read(years)?]) }
}

impl Sums {
    fn of(pivot: &Pivot, years: &[i16]) -> Self {
        let column = |year: i16| {
            let at = column_of(pivot, year);
            let part = |r: usize, name: &Text| Some((name.clone(), pivot.cell(r, at?, 0)?.value));
            let rows = pivot.rows.iter().enumerate();
            Column {
                year,
                parts: rows.filter_map(|(r, m)| part(r, m.labels.first()?)).collect(),
                total: at.and_then(|at| pivot.col_totals.get(&(at, 0))?.value),
            }
        };
        Self {
            columns: years.iter().map(|year| column(*year)).collect(),
            left: pivot.left.counts(),
            apart: pivot.apart.clone(),
        }
    }
}

/// What was left out of all sums together. What a longer period contains, or is worded as a forecast, is said of the last
/// year alone.
fn left_out(all: &[Sums]) -> LeftCounts {
    let mut left = all.last().map(|sums| sums.left).unwrap_or_default();
    for sums in all.iter().rev().skip(1) {
        left.aside += sums.left.aside;
        left.ended += sums.left.ended;
        left.homeless += sums.left.homeless;
        left.worded += sums.left.worded;
        left.sliced += sums.left.sliced;
    }
    left
}

fn stack(
    desk: &Indicators<'_>,
    ask: &Ask,
    years: &[i16],
    unit: &'static str,
    summed: Summed,
) -> Result<Stack, QueryError> {
    let all = sums(desk, ask, years, summed)?;
    let notes = all.iter().find_map(|sums| sums.apart.clone()).into_iter();
    let notes = notes.chain(notes_of(&left_out(&all))).collect();
    let mut parts: Vec<StackPart> = Vec::new();
    let mut at: BTreeMap<Text, usize> = BTreeMap::new();
    for (n, column) in all.iter().flat_map(|sums| &sums.columns).enumerate() {
        for (name, value) in &column.parts {
            let new = |parts: &mut Vec<StackPart>| {
                parts.push(StackPart {
                    name: name.clone(),
                    values: vec![None; years.len()],
                    of: vec![name.clone()],
                });
                parts.len() - 1
            };
            let part = *at.entry(name.clone()).or_insert_with(|| new(&mut parts));
            let slot = parts.get_mut(part).and_then(|part| part.values.get_mut(n));
            slot.into_iter().for_each(|slot| *slot = *value);
        }
    }
    let reported = years
        .iter()
        .map(|y| {
            let have =
                desk.completeness(summed.register, &Ask { period: Period::year_of(*y), ..ask.clone() });
            (have.reported.len(), have.should.len())
        })
        .collect();
    Ok(Stack {
        asked: Some((summed, ask.place)),
        years: years.to_vec(),
        parts,
        totals: all.iter().flat_map(|sums| &sums.columns).map(|column| column.total).collect(),
        unit,
        reported,
        break_before: None,
        notes,
    })
}

impl Stack {
    /// The records behind the value of a part in a year, both by place.
    pub fn rows(&self, desk: &Indicators<'_>, part: usize, year: usize) -> Result<Vec<RowId>, QueryError> {
        let asked = self.asked.zip(self.parts.get(part)).zip(self.years.get(year));
        let Some((((summed, place), part), year)) = asked else { return Ok(Vec::new()) };
        let Some(pivot) = over_years(desk, place, &[*year], summed)? else { return Ok(Vec::new()) };
        let names: BTreeSet<&Text> = part.of.iter().into_set();
        let rows = pivot.rows.iter().enumerate();
        let ours = rows.filter(|(_, m)| m.labels.first().is_some_and(|name| names.contains(name)));
        let column = column_of(&pivot, *year);
        let cells = ours.filter_map(|(r, _)| pivot.cell(r, column?, 0));
        Ok(cells.flat_map(|cell| pivot.drill(cell)).map(|(id, _)| id).collect())
    }
}

/// The stack of a measure of industry by product: the largest by name, the others as 其他.
pub(super) fn products(
    desk: &Indicators<'_>,
    ask: &Ask,
    years: &[i16],
    field: &'static str,
    unit: &'static str,
) -> Result<Stack, QueryError> {
    let summed = Summed { register: r06::KEY, down: r06::line::PRODUCT, field, only: None };
    let mut stack = stack(desk, ask, years, unit, summed)?;
    let weight = |p: &StackPart| {
        let last = p.values.last().copied().flatten();
        (last, law::total(p.values.iter().copied().flatten()))
    };
    order::sort_by(&mut stack.parts, |a, b| weight(b).cmp(&weight(a)).then_with(|| a.name.cmp(&b.name)));
    let rest = stack.parts.split_off(stack.parts.len().min(NAMED));
    if !rest.is_empty() {
        stack.parts.push(folded(rest, years.len()));
    }
    Ok(stack)
}

/// Several names as 其他.
fn folded(rest: Vec<StackPart>, years: usize) -> StackPart {
    let column = |n: usize| law::total(rest.iter().filter_map(|p| p.values.get(n).copied().flatten()));
    let values = (0..years).map(column).collect();
    StackPart { name: Text::from("其他"), values, of: rest.into_iter().flat_map(|p| p.of).collect() }
}

/// The stack of collective income by source.
pub(super) fn sources(desk: &Indicators<'_>, ask: &Ask, years: &[i16]) -> Result<Stack, QueryError> {
    use r07::line;
    let only = Some((line::DIRECTION, r07::INCOME));
    let summed = Summed { register: r07::KEY, down: line::CLASS, field: line::AMOUNT, only };
    let mut stack = stack(desk, ask, years, "元", summed)?;
    let order = ["经营收入", "投资收益", "补助收入", "其他收入"];
    order::sort_by_key(&mut stack.parts, |p| {
        order.iter().position(|o| **o == *p.name).unwrap_or(order.len())
    });
    let spans = years.iter().any(|y| *y < NEW_ACCOUNTS) && years.contains(&NEW_ACCOUNTS);
    stack.break_before = spans.then_some(NEW_ACCOUNTS);
    Ok(stack)
}
