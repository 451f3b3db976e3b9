//! 年度经营: what a business earned in a year and paid out of it.

use super::super::{FieldKind, label, names, under};
use super::{ENTITIES, ENTITY, rules, year};
use crate::register::{Field, Law, RowKind, Sense};
use crate::value::Grain;

pub(super) fn year() -> RowKind {
    let name = (year::KIND, label("年度经营", "Year"));
    let kind = under((&ENTITIES, ENTITY), name, FIELDS, &["year"], &["revenue", "dividend_paid"]);
    RowKind { rules: rules::OF_YEARS, law: Law { series: names(&["parent"]), ..Law::default() }, ..kind }
}

const FIELDS: &[Field] = &[
    Field::new("year", label("年度", "Year"), FieldKind::Period(&[Grain::Year]))
        .sense(Sense::Period)
        .required(),
    Field::new("revenue", label("营业收入", "Revenue"), FieldKind::Money).unit("元").sense(Sense::Weight),
    Field::new("profit", label("利润", "Profit"), FieldKind::Money).unit("元"),
    Field::new("dividend_paid", label("分红", "Paid out"), FieldKind::Money).unit("元"),
];
