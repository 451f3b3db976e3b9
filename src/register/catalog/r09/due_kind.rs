//! 应收明细: what falls due under a contract on a day, and what came in of it.

use super::super::{FieldKind, label, under};
use super::{CONTRACT, CONTRACTS, due, rules};
use crate::register::{Condition, Field, Fields, Fill, RowKind, Sense, View, World};
use crate::value::{Money, Value};

pub(super) fn due() -> RowKind {
    const VIEWS: &[View] = &[View {
        label: label("没收的", "Not received"),
        filter: Condition::Not(&Condition::Present("received")),
    }];
    let kind = under(
        (&CONTRACTS, CONTRACT),
        (due::KIND, label("应收明细", "Due")),
        FIELDS,
        &["due"],
        &["amount", "owed"],
    );
    RowKind { rules: rules::OF_DUES, views: VIEWS, ..kind }
}

const FIELDS: &[Field] = &[
    Field::new("due", label("应收日期", "Due"), FieldKind::Date).sense(Sense::Ends).required(),
    Field::new("amount", label("应收金额", "Amount due"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .required(),
    Field::new("received", label("已收金额", "Received"), FieldKind::Money).unit("元"),
    Field::new("owed", label("未收金额", "Outstanding"), FieldKind::Money)
        .unit("元")
        .derive(Fill::Always, owed),
    Field::new("received_at", label("收款日期", "Received on"), FieldKind::Date).sense(Sense::Agreed),
    Field::new("remark", label("备注", "Remark"), FieldKind::LongText).sense(Sense::Remark),
];

/// What has not come in, whether it is late or not.
fn owed(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let all = record.value("amount")?.as_money()?;
    let came = record.value("received").and_then(Value::as_money).unwrap_or(Money::ZERO);
    all.checked_sub(came).map(Value::Money)
}
