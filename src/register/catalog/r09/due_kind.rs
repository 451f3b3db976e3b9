//! 应收明细: what falls due under a contract on a day, and what came in of it.

use super::super::{FieldKind, child, label, names, shared};
use super::{CONTRACT, KEY, contract, due, rules};
use crate::register::{Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, View, World};
use crate::value::{Money, Value};

pub(super) fn due() -> RowKind {
    let kind = RowKind {
        key: due::KIND.into(),
        label: label("应收明细", "Due"),
        under: None,
        fields: shared(fields()),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["due"]),
            present: names(&["due"]),
            weak: false,
        }],
        rules: rules::of_dues(),
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "due".into(),
        naming: names(&["parent", "due"]),
        key_figures: names(&["amount", "owed"]),
        views: vec![View {
            label: label("没收的", "Not received"),
            filter: Condition::Not(Box::new(Condition::Present("received"))),
        }],
    };
    child(KEY, (contract::KIND, CONTRACT), kind)
}

fn fields() -> Vec<Field> {
    vec![
        Field::new("due", label("应收日期", "Due"), FieldKind::Date).sense(Sense::Ends).required().also(&[
            "应收时间",
            "应缴日期",
            "应缴时间",
            "应交日期",
            "交款日期",
            "约定付款日期",
            "付款期限",
            "缴费期限",
        ]),
        Field::new("amount", label("应收金额", "Amount due"), FieldKind::Money)
            .unit("元")
            .sense(Sense::Weight)
            .required()
            .also(&["应收", "应缴金额", "应缴", "应交金额", "应收租金", "应收承包费", "应缴承包费"]),
        Field::new("received", label("已收金额", "Received"), FieldKind::Money).unit("元").also(&[
            "已收",
            "实收金额",
            "实收",
            "已缴金额",
            "已缴",
            "已交金额",
            "到账金额",
        ]),
        Field::new("owed", label("未收金额", "Outstanding"), FieldKind::Money)
            .unit("元")
            .derive(Fill::Always, owed),
        Field::new("received_at", label("收款日期", "Received on"), FieldKind::Date)
            .sense(Sense::Agreed)
            .also(&["收款时间", "实收日期", "缴款日期", "到账日期", "交款时间"]),
        Field::new("remark", label("备注", "Remark"), FieldKind::LongText)
            .sense(Sense::Remark)
            .also(&["说明", "备考", "附注"]),
    ]
}

/// What has not come in, whether it is late or not.
fn owed(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let all = record.value("amount")?.as_money()?;
    let came = record.value("received").and_then(Value::as_money).unwrap_or(Money::ZERO);
    all.checked_sub(came).map(Value::Money)
}
