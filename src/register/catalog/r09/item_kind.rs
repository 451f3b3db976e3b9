//! 托管项目: what is done under a contract of custody, at what price.

use super::super::{FieldKind, child, choice, label, names, shared};
use super::{CONTRACT, KEY, contract, item};
use crate::register::{Condition, Field, Law, NaturalKey, RowKind, Sense};

pub(super) fn item() -> RowKind {
    let kind = RowKind {
        key: item::KIND.into(),
        label: label("托管项目", "Service"),
        under: None,
        fields: shared(fields()),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["item"]),
            present: names(&["item"]),
            weak: false,
        }],
        rules: Vec::new(),
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "item".into(),
        naming: names(&["parent", "item"]),
        key_figures: names(&["price", "mu"]),
        views: Vec::new(),
    };
    child(KEY, (contract::KIND, CONTRACT), kind)
}

fn fields() -> Vec<Field> {
    vec![
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
        .required()
        .also(&["服务项目", "作业环节", "托管环节", "服务环节"]),
        Field::new("price", label("收费标准", "Price"), FieldKind::Money).unit("元").also(&[
            "作业单价",
            "服务单价",
            "托管费标准",
        ]),
        Field::new("unit", label("计量单位", "Unit"), FieldKind::Text(20)).also(&["计费单位"]),
        Field::new("mu", label("托管面积", "Area"), FieldKind::Decimal(4))
            .unit("亩")
            .sense(Sense::Weight)
            .also(&["服务面积", "作业面积"]),
    ]
}
