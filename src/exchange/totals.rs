//! Printed sums against the rows they sum.
//!
//! Duty: every 小计 and 合计 of a table is computed again from its data rows; differences within the
//! rounding of the printed figure agree. Inputs: sheet and [`FoundTable`]. Outputs: [`TotalCheck`]s. Neighbours:
//! `inspect` and `plan` show them.

use rust_decimal::Decimal;
use serde::Serialize;

use super::book::BookSheet;
use super::cell::decimal;
use super::layout::{Column, FoundTable, Row, RowPart, words};
use crate::value::Text;
use crate::value::unit::{self, Unit};

/// One printed sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TotalCheck {
    /// Sheet name.
    pub sheet: Text,
    /// Where it is printed.
    pub cell: String,
    /// 小计 or 合计, with the column's heading.
    pub label: String,
    /// As printed.
    pub printed: Decimal,
    /// Sum of the rows.
    pub computed: Decimal,
    /// Half of the last printed digit.
    pub tolerance: Decimal,
    /// Whether they agree.
    pub agrees: bool,
    /// In which unit both are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A column that can be summed.
struct Summed<'a> {
    column: &'a Column,
    unit: Option<Unit>,
}

/// Headings whose figures do not add up.
const RATES: &[&str] =
    &["率", "比", "单价", "均价", "价格", "亩均", "户均", "人均", "村均", "平均", "排名", "年限"];

/// Headings of numbers that name something: two that are the same are no sum of each other.
const NUMBERS: &[&str] =
    &["电话", "手机", "联系方式", "号码", "身份证", "证号", "账号", "卡号", "编号", "编码", "户号", "邮编"];

/// Verifies every check row of `table`.
pub fn check(sheet: &BookSheet, table: &FoundTable) -> Vec<TotalCheck> {
    let checks: Vec<usize> = positions(&table.rows, |k| matches!(k, RowPart::Subtotal | RowPart::Total));
    let columns = summed(table);
    if checks.is_empty() || columns.is_empty() || table.data().next().is_none() {
        return Vec::new();
    }
    let sums = Prefix::new(sheet, table, &columns);
    checks.iter().flat_map(|at| verify(sheet, table, &columns, &sums, *at)).collect()
}

/// The printed value against parts of the same row (a 合计 column); used by the plan.
pub(super) fn tolerance(printed: Decimal) -> Decimal {
    Decimal::try_new(5, printed.normalize().scale() + 1).unwrap_or(Decimal::ZERO)
}

/// The columns whose figures add up.
pub(super) fn adding(table: &FoundTable) -> impl Iterator<Item = &Column> {
    let adds = |c: &&Column| {
        let other = RATES.iter().chain(NUMBERS).any(|word| c.heading.contains(word));
        c.numeric && !words::is_code(&c.heading) && !other
    };
    table.header.iter().filter(adds)
}

fn summed(table: &FoundTable) -> Vec<Summed<'_>> {
    adding(table).map(|column| Summed { column, unit: column_unit(table, column) }).collect()
}

/// The unit in the heading, or the only one that the unit line has for what cells of the column say.
fn column_unit(table: &FoundTable, column: &Column) -> Option<Unit> {
    if let Some(own) = &column.unit {
        return unit::find(own);
    }
    let class = super::mapping::class_of_heading(&column.heading)?;
    table.units.iter().find(|u| u.class == class).and_then(|u| unit::find(&u.unit))
}

fn positions(rows: &[Row], wanted: impl Fn(RowPart) -> bool) -> Vec<usize> {
    rows.iter().enumerate().filter(|(_, r)| wanted(r.kind)).map(|(n, _)| n).collect()
}

/// Running sums of the data rows, kept at every row that bounds a group.
struct Prefix {
    /// Position in the table's rows, its kind, and the sums of all data rows before it.
    marks: Vec<(usize, RowPart, Vec<Decimal>)>,
    all: Vec<Decimal>,
}

impl Prefix {
    fn new(sheet: &BookSheet, table: &FoundTable, columns: &[Summed<'_>]) -> Self {
        let mut all = vec![Decimal::ZERO; columns.len()];
        let mut marks = Vec::new();
        for (n, row) in table.rows.iter().enumerate() {
            match row.kind {
                RowPart::Data => {
                    for (sum, c) in all.iter_mut().zip(columns) {
                        let cell = sheet.grid.get(row.index, c.column.index);
                        if let Some(d) = decimal(cell, c.unit.as_ref()) {
                            *sum = sum.checked_add(d).unwrap_or(*sum);
                        }
                    }
                }
                RowPart::Subtotal | RowPart::Total | RowPart::GroupHeading => {
                    marks.push((n, row.kind, all.clone()));
                }
                _ => {}
            }
        }
        Self { marks, all }
    }

    fn before(&self, at: usize, wanted: impl Fn(RowPart) -> bool) -> Option<&[Decimal]> {
        self.marks.iter().rev().find(|(n, k, _)| *n < at && wanted(*k)).map(|(.., s)| &**s)
    }

    fn at(&self, at: usize) -> &[Decimal] {
        self.marks.iter().find(|(n, ..)| *n == at).map_or(&self.all, |(.., s)| s)
    }

    fn after(&self, at: usize) -> &[Decimal] {
        self.marks.iter().find(|(n, ..)| *n > at).map_or(&self.all, |(.., s)| s)
    }

    /// What the check row at `at` may sum, the likeliest first.
    fn scopes(&self, at: usize, kind: RowPart) -> Vec<Vec<Decimal>> {
        let zero = vec![Decimal::ZERO; self.all.len()];
        let minus = |a: &[Decimal], b: &[Decimal]| a.iter().zip(b).map(|(x, y)| x - y).collect::<Vec<_>>();
        let here = self.at(at);
        let group = minus(here, self.before(at, |_| true).unwrap_or(&zero));
        let below = minus(self.after(at), here);
        let since_total = minus(here, self.before(at, |k| k == RowPart::Total).unwrap_or(&zero));
        let since_heading = minus(here, self.before(at, |k| k == RowPart::GroupHeading).unwrap_or(&zero));
        let all = self.all.clone();
        match kind {
            RowPart::Subtotal => vec![group, since_heading, below, since_total, all],
            _ => vec![all, since_total, since_heading, group, below],
        }
    }
}

fn verify(
    sheet: &BookSheet,
    table: &FoundTable,
    columns: &[Summed<'_>],
    sums: &Prefix,
    at: usize,
) -> Vec<TotalCheck> {
    let Some(row) = table.rows.get(at) else { return Vec::new() };
    let printed: Vec<Option<Decimal>> =
        columns.iter().map(|c| decimal(sheet.grid.get(row.index, c.column.index), c.unit.as_ref())).collect();
    let agrees = |scope: &[Decimal]| {
        scope.iter().zip(&printed).filter(|(s, p)| p.is_some_and(|p| (p - **s).abs() <= tolerance(p))).count()
    };
    let mut best: Option<(usize, Vec<Decimal>)> = None;
    for scope in sums.scopes(at, row.kind) {
        let n = agrees(&scope);
        if best.as_ref().is_none_or(|(b, _)| n > *b) {
            best = Some((n, scope));
        }
    }
    let Some((_, scope)) = best else { return Vec::new() };
    let word = if row.kind == RowPart::Subtotal { "小计" } else { "合计" };
    columns
        .iter()
        .zip(printed)
        .zip(scope)
        .filter_map(|((c, printed), computed)| {
            let printed = printed?;
            let tolerance = tolerance(printed);
            Some(TotalCheck {
                sheet: table.sheet.clone(),
                cell: table.at(row.index, c.column.index),
                label: format!("{word}·{}", c.column.heading),
                printed,
                computed: computed.normalize(),
                tolerance,
                agrees: (printed - computed).abs() <= tolerance,
                unit: c.unit.as_ref().map(|u| u.name.clone()),
            })
        })
        .collect()
}
