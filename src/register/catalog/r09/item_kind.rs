//! 托管项目: what is done under a contract of custody, at what price.

use super::super::{FieldKind, choice, label, under};
use super::{CONTRACT, CONTRACTS, item};
use crate::register::{Field, RowKind, Sense};

pub(super) fn item() -> RowKind {
    under(
        (&CONTRACTS, CONTRACT),
        (item::KIND, label("托管项目", "Service")),
        FIELDS,
        &["item"],
        &["price", "mu"],
    )
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
