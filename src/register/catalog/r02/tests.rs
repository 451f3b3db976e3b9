//! Each rule and derivation on both sides of its border.

use super::{KEY, gate, person, stage};
use crate::register::{Fields, NoWorld, Schema, World};
use crate::value::{Date, Period, RowId, Text, Value};

/// Somebody's number: a man, born in March 1955.
const NUMBER: &str = "511025195503258697";

/// A person or a line of one.
struct Written(Vec<(Text, Value)>);

impl Fields for Written {
    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }
    fn row(&self) -> Option<RowId> {
        Some(RowId::from_bits(1))
    }
}

/// A world in which one person has lines.
struct Life {
    stages: Vec<Vec<(Text, Value)>>,
    gates: Vec<Vec<(Text, Value)>>,
}

impl World for Life {
    fn schema(&self) -> &Schema {
        Schema::base()
    }
    fn record(&self, _: &str, _: RowId) -> Option<&dyn Fields> {
        None
    }
    fn stands(&self, _: &str, _: RowId) -> bool {
        true
    }
    fn entry(&self, _: &str, _: &str, _: &str) -> Option<&dyn Fields> {
        None
    }
    fn year_before(&self, _: &str, _: &str, _: &dyn Fields, _: &str) -> Option<crate::value::Decimal> {
        None
    }
    fn today(&self) -> Option<Date> {
        None
    }
    fn alike(&self, _: &str, _: &str, _: &[&'static str], _: &dyn Fields, _: &mut dyn FnMut(&dyn Fields)) {}
    fn under(&self, _: &str, kind: &str, _: RowId, show: &mut dyn FnMut(&dyn Fields)) {
        let lines = if kind == stage::KIND { &self.stages } else { &self.gates };
        lines.iter().for_each(|line| show(&line.as_slice()));
    }
}

fn record(fields: &[(&str, Value)]) -> Vec<(Text, Value)> {
    fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect()
}

fn day(text: &str) -> Value {
    Value::Date(text.parse::<Date>().unwrap())
}

fn step(word: &str, when: &str) -> Vec<(Text, Value)> {
    record(&[("stage", Value::choice(word)), ("date", day(when))])
}

fn passed(word: &str, result: &str, when: &str) -> Vec<(Text, Value)> {
    record(&[("gate", Value::choice(word)), ("result", Value::choice(result)), ("date", day(when))])
}

fn breaks(rule: &str, kind: &str, fields: &[(&str, Value)], world: &dyn World) -> bool {
    let kind = Schema::base().register(KEY).unwrap().kind(kind).unwrap();
    let record = Written(record(fields));
    kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, &record, world)).any(|f| &*f.rule == rule)
}

fn read(fields: &[(&str, Value)], key: &str, world: &dyn World) -> Option<Value> {
    let kind = Schema::base().register(KEY).unwrap().kind(person::KIND).unwrap();
    kind.field(key).unwrap().read(&Written(record(fields)), world).map(|v| v.into_owned())
}

#[test]
fn a_name_is_one_of_a_person() {
    let named = |name: &str| breaks("name_shape", person::KIND, &[("name", Value::text(name))], &NoWorld);
    for fine in ["王芳", "王 芳", "买买提·艾合买提", "欧阳娜娜"] {
        assert!(!named(fine), "{fine}");
    }
    for wrong in ["王", "王芳（五四村）", "王芳1", "阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿"]
    {
        assert!(named(wrong), "{wrong}");
    }
}

#[test]
fn the_number_says_the_month_and_the_gender() {
    let number = ("idno", Value::text(NUMBER));
    let month = |m: u8| Value::Period(Period::month_of(1955, m).unwrap());
    assert_eq!(read(std::slice::from_ref(&number), "birth", &NoWorld), Some(month(3)));
    assert_eq!(read(std::slice::from_ref(&number), "gender", &NoWorld), Some(Value::choice("男")));
    let born = |m| [number.clone(), ("birth", month(m))];
    assert!(breaks("birth_by_number", person::KIND, &born(4), &NoWorld));
    assert!(!breaks("birth_by_number", person::KIND, &born(3), &NoWorld));
    let is = |word| [number.clone(), ("gender", Value::choice(word))];
    assert!(breaks("gender_by_number", person::KIND, &is("女"), &NoWorld));
    assert!(!breaks("gender_by_number", person::KIND, &is("男"), &NoWorld));
}

#[test]
fn the_last_step_is_the_stage_and_membership_counts_from_probation() {
    let life = Life {
        stages: vec![step("预备党员", "2023-07-01"), step("申请人", "2020-01-01")],
        gates: Vec::new(),
    };
    assert_eq!(read(&[], "member_stage", &life), Some(Value::choice("预备党员")));
    assert_eq!(read(&[], "joined", &life), Some(day("2023-07-01")));
    let nothing = Life { stages: Vec::new(), gates: Vec::new() };
    assert_eq!(
        read(&[("political", Value::choice("中共党员"))], "member_stage", &nothing),
        Some(Value::choice("正式党员"))
    );
    assert_eq!(read(&[("political", Value::choice("共青团员"))], "member_stage", &nothing), None);
}

#[test]
fn steps_follow_one_another() {
    let life = |when: &str| Life {
        stages: vec![step("申请人", "2020-01-01"), step("积极分子", when)],
        gates: Vec::new(),
    };
    assert!(breaks("steps_in_order", person::KIND, &[], &life("2019-12-31")));
    assert!(!breaks("steps_in_order", person::KIND, &[], &life("2020-01-01")));
    let parent = ("parent", Value::Ref(RowId::from_bits(7)));
    let next = |when: &str| [parent.clone(), ("stage", Value::choice("发展对象")), ("date", day(when))];
    assert!(breaks("step_after_the_one_before", stage::KIND, &next("2020-12-31"), &life("2021-01-01")));
    assert!(!breaks("step_after_the_one_before", stage::KIND, &next("2021-01-01"), &life("2021-01-01")));
}

#[test]
fn a_gate_is_passed_before_its_step_where_gates_are_kept() {
    let parent = ("parent", Value::Ref(RowId::from_bits(7)));
    let at = [parent, ("stage", Value::choice("发展对象")), ("date", day("2021-06-01"))];
    let life = |gates: Vec<Vec<(Text, Value)>>| Life { stages: Vec::new(), gates };
    let misses = |gates| breaks("gate_before_step", stage::KIND, &at, &life(gates));
    assert!(!misses(Vec::new()), "nobody keeps them");
    assert!(misses(vec![passed("三级推荐", "通过", "2020-01-01")]));
    assert!(misses(vec![passed("四维培养", "未通过", "2021-01-01")]));
    assert!(misses(vec![passed("四维培养", "通过", "2021-06-02")]));
    assert!(!misses(vec![passed("四维培养", "通过", "2021-06-01")]));
    assert_eq!(gate::KIND, "gate");
}
