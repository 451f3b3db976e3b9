//! 年度经营: what a business earned in a year and paid out of it.

use super::super::{FieldKind, child, fields, label, names};
use super::{ENTITIES, ENTITY, rules, year};
use crate::register::{Condition, Field, Law, NaturalKey, RowKind, Sense, Tells};
use crate::value::Grain;

pub(super) fn year() -> RowKind {
    let kind = RowKind {
        key: year::KIND.into(),
        label: label("年度经营", "Year"),
        under: None,
        fields: fields(&[FIELDS]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["year"]),
            present: names(&["year"]),
            tells: Tells::One,
        }],
        rules: rules::OF_YEARS,
        workflow: None,
        keeper: None,
        law: Law { series: names(&["parent"]), ..Law::default() },
        title: "year".into(),
        naming: names(&["parent", "year"]),
        key_figures: names(&["revenue", "dividend_paid"]),
        views: &[],
    };
    child((&ENTITIES, ENTITY), kind)
}

const FIELDS: &[Field] = &[
    Field::new("year", label("年度", "Year"), FieldKind::Period(&[Grain::Year]))
        .sense(Sense::Period)
        .required(),
    Field::new("revenue", label("营业收入", "Revenue"), FieldKind::Money).unit("元").sense(Sense::Weight),
    Field::new("profit", label("利润", "Profit"), FieldKind::Money).unit("元"),
    Field::new("dividend_paid", label("分红", "Paid out"), FieldKind::Money).unit("元"),
];
