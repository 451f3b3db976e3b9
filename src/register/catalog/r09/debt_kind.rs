//! What a village owes and is owed (债权债务), and how much of it is resolved (化债).

use super::super::{COMMON_ASIDE, FieldKind, ORG, choice, fields, label, names};
use super::{debt, rules};
use crate::register::{
    Aggregate, Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, Tells, View, World,
};
use crate::value::{Money, Value};

pub(super) fn debt() -> RowKind {
    let key = |parts: &[&'static str], present: &[&'static str]| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: names(present),
        tells: Tells::One,
    };
    RowKind {
        key: debt::KIND.into(),
        label: label("债权债务", "Debt"),
        under: None,
        fields: fields(&[WHAT, COMMON_ASIDE]),
        keys: vec![
            key(&["org", "debt_no"], &["org", "debt_no"]),
            key(&["org", "debt_kind", "party_b", "name", "sign_date"], &["org", "debt_kind", "party_b"]),
        ],
        rules: rules::OF_DEBTS,
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "party_b".into(),
        naming: names(&["org", "party_b", "debt_kind", "name"]),
        key_figures: names(&["debt_amount", "owed"]),
        views: const {
            &[
                View {
                    label: label("应收", "Receivable"), filter: Condition::Is("debt_kind", &["应收"])
                },
                View {
                    label: label("应付、借款", "Owed"),
                    filter: Condition::Is("debt_kind", &["应付", "借款"]),
                },
            ]
        },
    }
}

const WHAT: &[Field] = &[
    ORG,
    choice(
        "debt_kind",
        "债务类别",
        "Sort of debt",
        &[("应付", "Payable"), ("应收", "Receivable"), ("借款", "Loan")],
    )
    .sense(Sense::Sort)
    .required(),
    Field::new("party_b", label("债权（债务）人", "Other party"), FieldKind::Text(100)).required(),
    Field::new("debt_amount", label("债务金额", "Amount"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock)
        .required(),
    Field::new("debt_resolved", label("已化解", "Resolved"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Stock),
    Field::new("owed", label("未化解", "Outstanding"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Stock)
        .derive(Fill::Always, owed),
    Field::new("name", label("事由", "Reason"), FieldKind::Text(200)),
    Field::new("sign_date", label("发生日期", "Since"), FieldKind::Date).sense(Sense::Agreed),
    Field::new("end", label("到期日期", "Due"), FieldKind::Date).sense(Sense::Ends).aside(),
    Field::new("debt_no", label("债务编号", "Debt no."), FieldKind::Text(60)).aside(),
];

/// What is still open.
fn owed(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let all = record.value("debt_amount")?.as_money()?;
    let done = record.value("debt_resolved").and_then(Value::as_money).unwrap_or(Money::ZERO);
    all.checked_sub(done).map(Value::Money)
}
