//! What must hold in R05.

use super::super::rule;
use super::{COOPERATIVES, KEY, PARTY_COOPERATIVE, entity, share};
use crate::register::{Check, Compare, Condition, Expr, Fields, Message, Rule, Severity, World};
use crate::value::{Decimal, Value, person};

const IS_COOPERATIVE: Condition = Condition::Is("kind", COOPERATIVES);

pub(super) const OF_ENTITIES: &[Rule] = &[
    rule(
        "code_digit",
        Severity::Error,
        "usci",
        Condition::Present("usci"),
        Check::Code(code_digit),
        "统一社会信用代码不对",
        "Bad credit code",
    ),
    rule(
        "code_of_another",
        Severity::Error,
        "usci",
        Condition::Present("usci"),
        Check::Code(code_of_another),
        "这个统一社会信用代码已经登记",
        "The credit code is taken",
    ),
    rule(
        "name_of_another",
        Severity::Warning,
        "name",
        Condition::Any,
        Check::Code(name_of_another),
        "同一单位已有同名的经营主体",
        "The place has a business of this name",
    ),
    rule(
        "party_leads",
        Severity::Warning,
        "led_by_party",
        Condition::All(&[Condition::Is("kind", &[PARTY_COOPERATIVE]), Condition::Present("led_by_party")]),
        Check::Must(Condition::Is("led_by_party", &["true"])),
        "类型是“党组织领办合作社”，“党组织领办”却填了否",
        "It is a party-led co-operative, and is said not to be led by one",
    ),
    rule(
        "enough_members",
        Severity::Warning,
        "members_total",
        IS_COOPERATIVE,
        Check::Compare(Expr::Field("members_total"), Compare::AtLeast, Expr::int(5)),
        "合作社成员 {left} 人，少于 {right} 人",
        "A co-operative has {left} members, fewer than {right}",
    ),
    rule(
        "farmers_within_members",
        Severity::Error,
        "farmers_n",
        Condition::Any,
        Check::Compare(Expr::Field("farmers_n"), Compare::AtMost, Expr::Field("members_total")),
        "农民成员（{left}）不能多于成员（{right}）",
        "More farmers ({left}) than members ({right})",
    ),
    rule(
        "farmers_of_members",
        Severity::Warning,
        "farmers_n",
        IS_COOPERATIVE,
        Check::Compare(
            Expr::Times(&Expr::Field("farmers_n"), &Expr::int(100)),
            Compare::AtLeast,
            Expr::Times(&Expr::Field("members_total"), &Expr::int(80)),
        ),
        "合作社农民成员不到成员的80%",
        "Less than 80 % of the members are farmers",
    ),
    rule(
        "founded_by_now",
        Severity::Warning,
        "reg_date",
        Condition::Any,
        Check::Code(founded_by_now),
        "成立日期在今天之后",
        "Founded after today",
    ),
    rule(
        "shares_add_up",
        Severity::Warning,
        "capital",
        Condition::Any,
        Check::Code(shares_add_up),
        "持股比例合计不是100%",
        "The shares do not add up to 100 %",
    ),
    rule(
        "rules_missing",
        Severity::Info,
        "rules_in_place",
        Condition::All(&[IS_COOPERATIVE, Condition::Present("rules_in_place")]),
        Check::Must(Condition::Is("rules_in_place", &["章程"])),
        "合作社还没有章程",
        "The co-operative has no charter",
    ),
];

pub(super) const OF_YEARS: &[Rule] = &[rule(
    "paid_within_profit",
    Severity::Warning,
    "dividend_paid",
    Condition::Any,
    Check::Compare(Expr::Field("dividend_paid"), Compare::AtMost, Expr::Field("profit")),
    "分红（{left}）多于利润（{right}），请核对",
    "More was paid out ({left}) than was earned ({right})",
)];

fn code_digit(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let code = record.value("usci")?.as_str()?;
    (!person::is_credit_code(code)).then(|| {
        Message::new(
            format!("统一社会信用代码“{code}”不对：应为18位，末位是校验码"),
            format!("The credit code {code} is wrong: 18 characters, the last of which checks the others"),
        )
    })
}

/// The name of another business that agrees with this one in the fields `by`.
fn other(record: &dyn Fields, world: &dyn World, by: &[&'static str]) -> Option<String> {
    let mut found = None;
    world.alike(KEY, entity::KIND, by, record, &mut |rival| {
        let name = || rival.value("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        found.get_or_insert_with(name);
    });
    found
}

fn code_of_another(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let name = other(record, world, &["usci"])?;
    Some(Message::new(
        format!("这个统一社会信用代码已经登记给“{name}”"),
        format!("The credit code is that of {name}"),
    ))
}

/// Two of one name in one place may well be one, unless their codes tell them apart.
fn name_of_another(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let mut same = false;
    world.alike(KEY, entity::KIND, &["org", "name"], record, &mut |rival| {
        let (mine, its) = (record.value("usci"), rival.value("usci"));
        same |= mine.is_none() || its.is_none();
    });
    same.then(|| {
        Message::new(
            "同一单位已有同名的经营主体，是同一家吗？不是的，请补上统一社会信用代码",
            "The place has a business of this name: is it the same? If not, add the credit codes",
        )
    })
}

fn founded_by_now(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (day, today) = (record.value("reg_date")?.as_date()?, world.today()?);
    (today < day).then(|| {
        Message::new(format!("成立日期 {day} 在今天之后，请核对"), format!("Founded on {day}, after today"))
    })
}

/// 持股比例 add up to the whole, where any is said.
fn shares_add_up(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let mut parts: Vec<Decimal> = Vec::new();
    world.under(KEY, share::KIND, record.row()?, &mut |line| {
        parts.extend(line.value(share::PART).and_then(Value::as_decimal));
    });
    let sum: Decimal = parts.iter().sum();
    (!parts.is_empty() && sum != Decimal::ONE_HUNDRED).then(|| {
        let sum = sum.normalize();
        Message::new(format!("持股比例合计 {sum}%，不是100%"), format!("The shares add up to {sum} %"))
    })
}
