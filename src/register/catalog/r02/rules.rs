//! What must hold in R02.

use super::super::{PLACE_REGISTER, r01, rule};
use super::{KEY, WAY, gate, person_kind, stage};
use crate::register::{Check, Condition, Fields, Message, Rule, Severity, World};
use crate::value::{Date, Value};

pub(super) const OF_PEOPLE: &[Rule] = &[
    rule(
        "name_shape",
        Severity::Error,
        "name",
        Condition::Any,
        Check::Code(name_shape),
        "姓名不对",
        "Bad name",
    ),
    rule(
        "birth_by_number",
        Severity::Error,
        "birth",
        Condition::All(&[Condition::Present("idno"), Condition::Present("birth")]),
        Check::Code(birth_by_number),
        "出生年月与身份证号不一致",
        "The month of birth is not that of the identity number",
    ),
    rule(
        "gender_by_number",
        Severity::Warning,
        "gender",
        Condition::All(&[Condition::Present("idno"), Condition::Present("gender")]),
        Check::Code(gender_by_number),
        "性别与身份证号不一致",
        "The gender is not that of the identity number",
    ),
    rule(
        "functional_branch",
        Severity::Warning,
        "org_party",
        Condition::Present("org_party"),
        Check::Code(functional_branch),
        "功能型党组织不管党籍，请填党籍所在的实体型党组织",
        "A functional branch holds no membership; name the one that does",
    ),
    rule(
        "steps_in_order",
        Severity::Warning,
        "member_stage",
        Condition::Any,
        Check::Code(steps_in_order),
        "入党各阶段的日期次序不对",
        "The steps into the party are out of order",
    ),
];

pub(super) const OF_STAGES: &[Rule] = &[
    rule(
        "step_after_the_one_before",
        Severity::Error,
        "date",
        Condition::Present("date"),
        Check::Code(after_the_one_before),
        "阶段日期早于前一阶段",
        "The step is dated before the one that comes before it",
    ),
    rule(
        "gate_before_step",
        Severity::Warning,
        "stage",
        Condition::Any,
        Check::Code(gate_before_step),
        "这一阶段之前的把关没有通过的记录",
        "No gate on record was passed before this step",
    ),
];

/// 2 to 20 letters; · stands in the names of many peoples.
fn name_shape(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let name = record.value("name")?.as_str()?;
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let fine = |c: char| c.is_alphabetic() || matches!(c, '·' | '•' | ' ' | '.' | '〇' | '○');
    let wrong = name.chars().find(|c| !fine(*c));
    if (2..=20).contains(&letters) && wrong.is_none() {
        return None;
    }
    Some(match wrong {
        Some(c) => Message::new(
            format!("姓名“{name}”里有“{c}”，不像人名，请核对"),
            format!("The name {name} has {c} in it; check it"),
        ),
        None => Message::new(
            format!("姓名“{name}”应为2到20个字"),
            format!("A name has 2 to 20 letters, not {letters}: {name}"),
        ),
    })
}

fn birth_by_number(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (said, number) =
        (record.value("birth")?.as_period()?, person_kind::birth(record, world)?.as_period()?);
    (said != number).then(|| {
        Message::new(
            format!("出生年月写的是{}，身份证号里是{}，请核对", said.zh(), number.zh()),
            format!("Born {said}, but {number} by the identity number"),
        )
    })
}

fn gender_by_number(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (said, number) = (record.value("gender")?.as_str()?, person_kind::gender(record, world)?);
    let number = number.as_str()?;
    (said != number).then(|| {
        Message::new(
            format!("性别写的是{said}，身份证号里是{number}，请核对"),
            format!("The gender is {said}, but {number} by the identity number"),
        )
    })
}

fn functional_branch(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let branch = world.record(PLACE_REGISTER, record.value("org_party")?.as_ref_id()?)?;
    (branch.value(r01::org::SUBSTANCE)?.as_str()? == r01::FUNCTIONAL).then(|| {
        let name = branch.value(r01::org::NAME).and_then(Value::as_str).unwrap_or_default();
        Message::new(
            format!("“{name}”是功能型党组织，不管党籍，请填党籍所在的实体型党组织"),
            format!("{name} is a functional branch and holds no membership"),
        )
    })
}

/// Days that go back along the way.
fn steps_in_order(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let steps = person_kind::steps(record, world);
    let dated: Vec<(Date, &str)> = steps.iter().filter_map(|(day, word)| Some(((*day)?, &**word))).collect();
    let pair = dated.windows(2).find_map(|pair| match pair {
        [before, after] if after.0 < before.0 => Some((*before, *after)),
        _ => None,
    });
    pair.map(|((first, before), (second, after))| {
        Message::new(
            format!("“{after}”（{second}）早于“{before}”（{first}），请核对"),
            format!("{after} ({second}) comes before {before} ({first})"),
        )
    })
}

/// What the lines of a kind under the same person say.
fn beside(record: &dyn Fields, world: &dyn World, kind: &str, show: &mut dyn FnMut(&dyn Fields)) {
    let own = record.row();
    if let Some(parent) = record.value(stage::PARENT).and_then(Value::as_ref_id) {
        world.under(KEY, kind, parent, &mut |line| {
            if own.is_none() || line.row() != own {
                show(line);
            }
        });
    }
}

fn after_the_one_before(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (day, step) = (record.value("date")?.as_date()?, record.value("stage")?.as_str()?.to_owned());
    let at = person_kind::place(&step);
    let mut wrong: Option<(Date, String)> = None;
    beside(record, world, stage::KIND, &mut |line| {
        let other = line.value(stage::STAGE).and_then(Value::as_str).unwrap_or_default();
        let its = line.value(stage::DAY).and_then(Value::as_date);
        let before = person_kind::place(other) < at;
        if let Some(its) = its.filter(|its| if before { day < *its } else { *its < day && other != step }) {
            wrong.get_or_insert((its, other.to_owned()));
        }
    });
    wrong.map(|(its, other)| {
        Message::new(
            format!("“{step}”（{day}）和“{other}”（{its}）次序不对：要按{}的次序", WAY.join("、")),
            format!("{step} ({day}) and {other} ({its}) are out of order"),
        )
    })
}

/// The gate that stands before a step (三级推荐、四维培养、五重考察; M099).
const GATES: &[(&str, &str)] =
    &[("积极分子", "三级推荐"), ("发展对象", "四维培养"), ("预备党员", "五重考察")];

fn gate_before_step(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let step = record.value("stage")?.as_str()?;
    let (_, wanted) = GATES.iter().find(|(before, _)| *before == step)?;
    let day = record.value("date").and_then(Value::as_date);
    let (mut any, mut passed) = (false, false);
    beside(record, world, gate::KIND, &mut |line| {
        any = true;
        let is = line.value(gate::GATE).and_then(Value::as_str) == Some(*wanted);
        let well = line.value(gate::RESULT).and_then(Value::as_str) == Some("通过");
        let when = line.value(gate::DAY).and_then(Value::as_date);
        passed |= is && well && when.zip(day).is_none_or(|(when, day)| when <= day);
    });
    // Where nobody keeps gates, none is missed: they duplicate the party's own system.
    (any && !passed).then(|| {
        Message::new(
            format!("“{step}”之前没有“{wanted}”通过的记录"),
            format!("No {wanted} on record was passed before {step}"),
        )
    })
}
