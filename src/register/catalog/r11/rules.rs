//! What must hold in R11.

use super::super::rule;
use super::{HAVES, STATION};
use crate::register::{Check, Compare, Condition, Expr, Fields, Message, Rule, Severity, World};
use crate::value::Value;

const IS_STATION: Condition = Condition::Is("kind", &[STATION]);
const IS_MODEL: Condition = Condition::Is("demonstration", &["县级示范", "市级", "省级"]);

pub(super) const OF_FACILITIES: &[Rule] = &[
    rule(
        "upgraded_after_built",
        Severity::Warning,
        "upgraded",
        Condition::Any,
        Check::Compare(Expr::Field("built"), Compare::AtMost, Expr::Field("upgraded")),
        "提档时间早于建成时间，请核对",
        "It was upgraded before it was built",
    ),
    rule(
        "model_lacks_haves",
        Severity::Warning,
        "demonstration",
        Condition::All(&[IS_STATION, IS_MODEL]),
        Check::Code(haves_lacking),
        "示范站八有没齐",
        "A model station lacks some of the eight haves",
    ),
    rule(
        "haves_lacking",
        Severity::Info,
        "haves",
        Condition::All(&[IS_STATION, Condition::Not(&IS_MODEL)]),
        Check::Code(haves_lacking),
        "八有没齐",
        "Some of the eight haves are lacking",
    ),
    rule(
        "code_missing",
        Severity::Warning,
        "code",
        Condition::Is("has_code", &["true"]),
        Check::Must(Condition::Present("code")),
        "“有编码”填了是，编码还没有写",
        "It says that it has a code, and none is written",
    ),
    rule(
        "capacity_in_what",
        Severity::Warning,
        "capacity_unit",
        Condition::Present("capacity"),
        Check::Must(Condition::Present("capacity_unit")),
        "能力有了数，还缺单位（吨/年、份/日……）",
        "The capacity has a number and no unit",
    ),
    rule(
        "no_less_than_none",
        Severity::Error,
        "area_m2",
        Condition::Any,
        Check::Compare(Expr::int(0), Compare::AtMost, Expr::Field("area_m2")),
        "建筑面积不能是负数（{right}）",
        "The floor area is negative ({right})",
    ),
];

/// Which of the eight haves are not met, where any is spoken of.
fn haves_lacking(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let met = |key: &str| matches!(record.value(key), Some(Value::Bool(true)));
    let spoken = HAVES.iter().any(|(key, _)| record.value(key).is_some());
    let lacking: Vec<&str> = HAVES.iter().filter(|(key, _)| !met(key)).map(|(_, zh)| *zh).collect();
    (spoken && !lacking.is_empty()).then(|| {
        Message::new(
            format!("八有还缺：{}", lacking.join("、")),
            format!("{} of the eight haves are lacking", lacking.len()),
        )
    })
}
