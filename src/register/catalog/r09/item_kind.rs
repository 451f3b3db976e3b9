//! 托管项目: what is done under a contract of custody, at what price.

use super::super::{FieldKind, child, choice, fields, label, names};
use super::{CONTRACT, CONTRACTS, item};
use crate::register::{Condition, Field, Law, NaturalKey, RowKind, Sense, Tells};

pub(super) fn item() -> RowKind {
    let kind = RowKind {
        key: item::KIND.into(),
        label: label("托管项目", "Service"),
        under: None,
        fields: fields(&[FIELDS]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["item"]),
            present: names(&["item"]),
            tells: Tells::One,
        }],
        rules: &[],
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "item".into(),
        naming: names(&["parent", "item"]),
        key_figures: names(&["price", "mu"]),
        views: &[],
    };
    child((&CONTRACTS, CONTRACT), kind)
}

const FIELDS: &[Field] = &[
    choice(
        "item",
        "托管项目",
        "Service",
        &[
            ("耕", "Ploughing"),
            ("种", "Sowing"),
            ("管", "Tending"),
            ("防", "Protection"),
            ("收", "Harvest"),
            ("烘", "Drying"),
        ],
    )
    .required(),
    Field::new("price", label("收费标准", "Price"), FieldKind::Money).unit("元"),
    Field::new("unit", label("计量单位", "Unit"), FieldKind::Text(20)),
    Field::new("mu", label("托管面积", "Area"), FieldKind::Decimal(4)).unit("亩").sense(Sense::Weight),
];
