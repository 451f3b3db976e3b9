//! 家庭收入: what a household earned in a year, from what.

use super::super::{FieldKind, label, names, under};
use super::{HOUSEHOLD, HOUSEHOLDS, income};
use crate::register::{Field, Fields, Fill, Law, RowKind, Sense, World};
use crate::value::{Grain, Money, Value};

pub(super) fn income() -> RowKind {
    let name = (income::KIND, label("家庭收入", "Income"));
    let kind = under((&HOUSEHOLDS, HOUSEHOLD), name, FIELDS, &["year"], &["total"]);
    RowKind { law: Law { series: names(&["parent"]), ..Law::default() }, ..kind }
}

const FIELDS: &[Field] = &[
    Field::new("year", label("年度", "Year"), FieldKind::Period(&[Grain::Year]))
        .sense(Sense::Period)
        .required(),
    Field::new("wage", label("工资性收入", "Wages"), FieldKind::Money).unit("元"),
    Field::new("operating", label("经营净收入", "From a business"), FieldKind::Money).unit("元"),
    Field::new("property", label("财产净收入", "From property"), FieldKind::Money).unit("元"),
    Field::new("transfer", label("转移净收入", "Transfers"), FieldKind::Money).unit("元"),
    Field::new("total", label("家庭可支配收入", "All of it"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .derive(Fill::WhenBlank, total),
];

/// The parts of an income.
const PARTS: [&str; 4] = [income::WAGE, income::OPERATING, income::PROPERTY, income::TRANSFER];

fn total(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let parts: Vec<Money> =
        PARTS.iter().filter_map(|key| record.value(key).and_then(Value::as_money)).collect();
    let sum = parts.iter().try_fold(Money::ZERO, |sum, part| sum.checked_add(*part))?;
    (!parts.is_empty()).then_some(Value::Money(sum))
}

/// What a year brought: as written, or the sum of its parts.
pub(super) fn sum(record: &dyn Fields) -> Option<Money> {
    let said = record.value(income::TOTAL).and_then(Value::as_money);
    said.or_else(|| total(record, &crate::register::NoWorld)?.as_money())
}
