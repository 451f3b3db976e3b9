//! What must hold in R04.

use super::super::rule;
use super::household;
use crate::register::{Check, Compare, Condition, Expr, Fields, Message, Rule, Severity, World};
use crate::value::Value;

pub(super) const OF_HOUSEHOLDS: &[Rule] = &[
    rule(
        "people_at_least_none",
        Severity::Error,
        "members_n",
        Condition::Any,
        Check::Compare(Expr::Field("members_n"), Compare::AtLeast, Expr::int(0)),
        "家庭人口不能小于0",
        "People cannot be fewer than none",
    ),
    rule(
        "labour_within_people",
        Severity::Error,
        "labour_n",
        Condition::Any,
        Check::Compare(Expr::Field("labour_n"), Compare::AtMost, Expr::Field("members_n")),
        "劳动力（{left}）不能多于家庭人口（{right}）",
        "More able to work ({left}) than people ({right})",
    ),
    rule(
        "migrants_within_labour",
        Severity::Warning,
        "migrant_n",
        Condition::Any,
        Check::Compare(Expr::Field("migrant_n"), Compare::AtMost, Expr::Field("labour_n")),
        "外出务工（{left}）多于劳动力（{right}），请核对",
        "More work elsewhere ({left}) than are able to work ({right})",
    ),
    rule(
        "land_range",
        Severity::Error,
        "land_mu",
        Condition::Any,
        Check::Between(Expr::Field("land_mu"), Expr::int(0), Expr::int(500)),
        "承包地应在 {left} 到 {right} 亩之间，这里是 {value}",
        "Land must be between {left} and {right} mu, not {value}",
    ),
    rule(
        "links_itself",
        Severity::Error,
        "link_member_household",
        Condition::Present("link_member_household"),
        Check::Code(links_itself),
        "党员中心户不能是自己",
        "A household does not link itself",
    ),
    rule(
        "hub_of_another_village",
        Severity::Warning,
        "link_member_household",
        Condition::Present("link_member_household"),
        Check::Code(hub_elsewhere),
        "党员中心户不在本村",
        "The linking household is of another village",
    ),
    rule(
        "hub_size",
        Severity::Warning,
        "linked_n",
        Condition::Any,
        Check::Between(Expr::Field("linked_n"), Expr::int(5), Expr::int(30)),
        "党员中心户联系 {value} 户，一般在 {left} 到 {right} 户",
        "It links {value} households; {left} to {right} are usual",
    ),
    rule(
        "moved_out_after_in",
        Severity::Error,
        "moved_out",
        Condition::Any,
        Check::Compare(Expr::Field("moved_out"), Compare::AtLeast, Expr::Field("moved_in")),
        "迁出日期早于迁入日期",
        "It moved out before it moved in",
    ),
];

fn links_itself(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    (record.value(household::HUB)?.as_ref_id()? == record.row()?).then(|| {
        Message::new(
            "党员中心户不能是自己：中心户本身不填这一栏",
            "A household does not link itself; the linking one leaves this blank",
        )
    })
}

fn hub_elsewhere(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let hub = world.record(super::KEY, record.value(household::HUB)?.as_ref_id()?)?;
    let name = hub.value(household::HEAD).and_then(Value::as_str).unwrap_or_default();
    (hub.value(household::ORG)? != record.value(household::ORG)?).then(|| {
        Message::new(
            format!("党员中心户“{name}”不在本村，请核对"),
            format!("{name}, who links it, is of another village"),
        )
    })
}
